"""The report of a plan: how many cases, where, how precise, and how they are picked, before anyone is asked."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from sagsbarometer.appeals.analyses.tiles import Tile
from sagsbarometer.kernel.ids import ascii_id
from sagsbarometer.reporting.charts.chart_curves import CurveLine, Mark, Plot
from sagsbarometer.reporting.charts.scene import DARK, FILL, HATCH, LIGHT
from sagsbarometer.reporting.document import (
    Block,
    Box,
    Bullets,
    Column,
    Document,
    FigureBlock,
    Heading,
    Table,
    TableCell,
)
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.curve_report import (
    FILE,
    Drawn,
    case_words,
    curve_edition,
    grid,
    inlines,
    missing,
    paragraph,
    report_files,
)
from sagsbarometer.reporting.pages.sample_plan_map import ID as MAP
from sagsbarometer.reporting.pages.sample_plan_map import map_figure
from sagsbarometer.reporting.pages.sample_plan_tables import (
    alternatives_table,
    authorities_table,
    point_cell,
    precision_table,
    terms,
)
from sagsbarometer.reporting.pages.sample_plan_words import (
    NO_CHANCE,
    answer,
    change_words,
    percent_words,
    points,
    selection_words,
)
from sagsbarometer.reporting.tables.table import safe
from sagsbarometer.sampling.alternatives import change_curve, margin_curve
from sagsbarometer.sampling.plan import TWO_STAGE, Plan
from sagsbarometer.sampling.planning import Planned, change_of
from sagsbarometer.sampling.precision import burdens
from sagsbarometer.sampling.size import margin_of

_CHOICE = "figur_1"
_APART = 0.15  # shares nearer than this have curves on top of each other
_LEAST_AXIS = 400
_STEPS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000, 1_000_000)
_READING = (
    "Antallet: n₀ = z²·p·(1-p)/e², hvor p er andelen, e margenen og z fraktilen i normalfordelingen (1,96 ved 95 "
    "procents sikkerhed); gange designeffekten d; med endelig population n = d·n₀ / (1 + (d·n₀ - 1)/N), rundet op. Med "
    "method: exact er n₀ det mindste antal, hvor den længste arm af Clopper og Pearsons interval er inden for "
    "margenen.",
    "En ændring: så mange sager i hver runde, at en tosidet test af to andele ser den med den ønskede styrke. Enheder, "
    "der er med i begge runder, gør ændringen lettere at se, så meget de ligner sig selv.",
    "Indkaldte: de brugbare divideret med den del, der ventes at kunne bruges, rundet op, og delt ud efter de "
    "brugbare.",
    "Fordelingen: proportional (efter antal sager), kvadratrod, Neyman (antal gange standardafvigelse) eller lige, "
    "mellem de mindste og største tal, og rundet til hele sager efter største rest. Summen er altid hele antallet.",
    "Præcisionen af en gruppe: V = Σ (N_h/N)²·(N_h - n_h)/(N_h - 1)·p_h(1 - p_h)/n_h over dens celler, dog mindst "
    "designeffekten gange en simpel lodtræknings varians; margenen er z·√V. Den er en forventning: intervallet om det "
    "endelige tal regnes, når sagerne er læst.",
)


def plan_report(of: Planned, tiles: Sequence[Tile]) -> dict[str, bytes]:
    """Every file of the report; the same bytes for the same plan."""
    declared = of.plan is not None and not of.plan.probability
    selection = NO_CHANCE if declared else "Det er en plan. Ingen sager er trukket eller læst endnu."
    source = of.file.source or "planens egne tal; hvor rammens tal kommer fra, er ikke oplyst"
    title = of.file.title["da"]
    edition = curve_edition(title, source, of.file.origin, "", selection)
    drawn = _choice(of)
    tables = [alternatives_table(of)]
    blocks: list[Block] = [
        *(paragraph(line) for line in answer(of)),
        _heading("Hvor mange"),
        FigureBlock(_CHOICE, _CHOICE.replace("_", "-")),
        *(paragraph(line) for line in (change_words(of),) if line),
        tables[0],
    ]
    figures = []
    if of.plan is not None and of.frame is not None:
        tables += [authorities_table(of.plan, of.frame, of.file), precision_table(of, of.frame)]
        blocks.append(_heading("Hvorfra"))
        called = {authority: numbers[1] for authority, numbers in burdens(of.plan).items()}
        if set(called) & {tile.id for tile in tiles}:
            behind = replace(tables[1], caption="Tallene bag figur 2", grid="", files=(), figure=MAP)
            figures.append(map_figure(edition, tiles, called, behind, of.plan.method == TWO_STAGE))
            blocks.append(FigureBlock(MAP, MAP.replace("_", "-")))
        blocks += [tables[1], _heading("Hvor præcist"), tables[2], _heading("Hvilke")]
        blocks.append(Bullets(tuple((paragraph(line),) for line in selection_words(of.plan)), False))
    blocks += [_heading("Sådan er der regnet"), Box(inlines("Formlerne"), tuple(map(paragraph, _READING)))]
    document = Document(title, "", FILE, tuple(blocks), (), False)
    files = report_files(edition, document, [drawn], tables, figures)
    if of.plan is not None:
        files["celler.csv"] = cells_csv(of.plan).encode()
    return files


def cells_csv(plan: Plan) -> str:
    """The cells of a plan: authority, strata, size, take and call_in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["authority", *plan.strata, "size", "take", "call_in"])
    for cell in plan.cells:
        words = (safe(word) for word in (cell.authority, *cell.stratum))
        writer.writerow([*words, cell.size, cell.take, cell.call_in])
    return out.getvalue()


def _choice(of: Planned) -> Drawn:
    """The curves of alternatives, with the plan's own number marked."""
    cases = of.size.cases
    most = max(2 * cases, _LEAST_AXIS)
    target, own, change = of.file.target, terms(of), change_of(of.file)
    if change is not None:
        rises = change.after > change.before
        if rises:  # a rise from p is as easy to see as a fall from 1-p
            change = replace(change, before=1 - change.before, after=1 - change.after)
        word = "stigning" if rises else "fald"
        line = _line(f"Mindste {word}", change_curve(change, most, own), DARK)
        lines: tuple[CurveLine, ...] = (line,)
        at = change.before - change.after
        title = f"{'Den' if rises else 'Det'} mindste {word}, et antal sager i hver runde viser"
    else:
        share = float(target.share) if 0 < target.share < 1 else 0.5
        shares = [share, *(other for other in (0.5, 0.2, 0.1) if abs(other - share) >= _APART)][:3]
        lines = tuple(
            _line(f"{percent_words(one)} %", margin_curve(one, most, own), colour)
            for one, colour in zip(shares, (DARK, FILL, LIGHT), strict=False)
        )
        other = 2.0 if own.design_effect < 2 else 1.0
        curve = margin_curve(share, most, replace(own, design_effect=other))
        name = f"{percent_words(share)} %, designeffekt {other:g}"
        lines += (replace(_line(name, curve, HATCH), dashed=True),)
        at, title = _margin(of), "Margenen ved andre antal sager"
    mark = Mark(float(cases), 100 * at, f"{case_words(cases)}: {points(at)} point") if at else None
    plot = Plot("", lines, "Brugbare sager; procentpoint op ad", _STEPS, percent=False, mark=mark)
    told = ", ".join(f"{line.name} {points(line.points[-1][1] / 100)}" for line in lines if line.points)
    alt = (
        f"Kurver, der falder med antallet af sager. Planen: {case_words(cases)}. Ved {danish(most)} sager: {told} "
        "procentpoint."
    )
    note = "Note: Procenten ved en kurve er den andel, der måles." if change is None else ""
    table = _curve_table(lines)
    return Drawn(_CHOICE, "1", title, (plot,), (note,) if note else (), alt, table)


def _line(name: str, curve: Sequence[tuple[float, float]], colour: str) -> CurveLine:
    return CurveLine(name, tuple((cases, 100 * share) for cases, share in curve), colour, 2.5)


def _margin(of: Planned) -> float:
    """The margin of the chosen number by the first curve; 0 where it has no place on it."""
    own, share = terms(of), float(of.file.target.share)
    return margin_of(
        share if 0 < share < 1 else 0.5,
        of.size.cases,
        level=own.level,
        population=own.population,
        design_effect=own.design_effect,
    )


def _curve_table(lines: Sequence[CurveLine]) -> Table:
    known = [dict(line.points) for line in lines]
    places = sorted({x for line in known for x in line})[::6]

    rows = [
        [
            TableCell(f"{x:.0f}"),
            *(missing() if x not in line else point_cell(line[x] / 100) for line in known),
        ]
        for x in places
    ]
    columns = (Column("Brugbare sager"), *(Column(line.name, "value") for line in lines))
    return grid("1", "Margen", columns, rows)


def _heading(text: str) -> Heading:
    return Heading(1, inlines(text), f"afsnit-{ascii_id(text.split()[-1])}")

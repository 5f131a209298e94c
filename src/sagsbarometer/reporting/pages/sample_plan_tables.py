"""The tables of a plan: other numbers of cases, each authority, and the precision of each domain."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.reporting.document import Column, Table, TableCell
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.curve_report import count, decimal, grid, missing
from sagsbarometer.reporting.pages.sample_plan_words import percent_words, points
from sagsbarometer.sampling.alternatives import MARGINS, SHARES, Terms, sizes
from sagsbarometer.sampling.frame import AUTHORITY, REGION, Frame, stratum_word
from sagsbarometer.sampling.plan import TWO_STAGE, Plan
from sagsbarometer.sampling.plan_file import PlanFile
from sagsbarometer.sampling.planning import Planned
from sagsbarometer.sampling.precision import Expected, burdens

_MOST_STRATA = 6  # side by side; more are told in the file of cells alone
_DOMAINS = {AUTHORITY: "Myndighed", REGION: "Region"}
NOT_STATED = "ikke oplyst"


def terms(of: Planned) -> Terms:
    """What is the same for all alternatives of a plan."""
    return Terms(float(of.file.target.level), of.reckoned_population, of.design_effect)


def alternatives_table(of: Planned) -> Table:
    """The usable cases for margins by shares; the plan's own are among them."""
    target = of.file.target
    shares = sorted({*SHARES, *([float(target.share)] if 0 < target.share < 1 else [])})
    margins = sorted({*MARGINS, *([float(target.margin)] if target.margin else [])})
    columns = (
        Column("Margin", weight=1.4),
        *(Column(f"{percent_words(share)} procent", "count", group="Andelen er") for share in shares),
    )
    rows = [
        [TableCell(f"±{percent_words(margin)} procentpoint"), *(count(cases) for cases in line)]
        for margin, line in zip(margins, sizes(shares, margins, terms(of)), strict=True)
    ]
    note = "Brugbare sager efter normalfordelingen, med planens designeffekt og sager i alt."
    return grid("1", "Hvor mange sager andre valg kræver", columns, rows, note)


def authorities_table(of: Plan, frame: Frame, file: PlanFile) -> Table:
    """Each authority with its cases, what is wanted of each stratum, and what it is asked for."""
    strata = tuple(dict.fromkeys(cell.stratum for cell in of.cells)) if of.strata else ()
    shown = strata if len(strata) <= _MOST_STRATA else ()
    two = of.method == TWO_STAGE
    columns = (
        Column("Myndighed", weight=2.2),
        Column("Sager", "count"),
        *(Column(file.label(stratum_word(stratum)), "count", group="Brugbare sager") for stratum in shown),
        Column("I alt", "count", group="Brugbare sager" if shown else ""),
        Column("Indkaldes, hvis den trækkes" if two else "Indkaldes", "count"),
        Column("Højst, med reserver", "count"),
        Column("Del af dens sager, procent", "value"),
    )
    take = {(cell.authority, cell.stratum): cell.take for cell in of.cells}
    wanted: dict[str, int] = {}
    for cell in of.cells:
        wanted[cell.authority] = wanted.get(cell.authority, 0) + cell.take
    burden = burdens(of)
    rows = []
    for authority in frame.authorities:
        size, called, most = burden[authority]
        rows.append(
            [
                TableCell(frame.name(authority)),
                count(size),
                *(count(take.get((authority, stratum), 0)) for stratum in shown),
                count(wanted[authority]),
                count(called),
                count(most),
                decimal(Fraction(100 * called, size)) if size else missing(),
            ]
        )
    if not two:
        rows.append(_total(of, shown))
    notes = (
        ["–: myndigheden har ingen sager i rammen."]
        if any(not size for size, _, _ in burden.values())
        else []
    )
    if strata and not shown:
        notes.append("Tallene for hvert stratum står i celler.csv.")
    return grid("2", "Sager fra hver myndighed", columns, rows, *notes)


def _total(of: Plan, shown: tuple[tuple[str, ...], ...]) -> list[TableCell]:
    burden = burdens(of).values()
    size, called, most = (sum(numbers) for numbers in zip(*burden, strict=True))
    strata = [sum(cell.take for cell in of.cells if cell.stratum == stratum) for stratum in shown]
    return [
        TableCell("I alt"),
        count(size),
        *(count(cases) for cases in strata),
        count(of.take),
        count(called),
        count(most),
        decimal(Fraction(100 * called, size)) if size else missing(),
    ]


def precision_table(of: Planned, frame: Frame) -> Table:
    """What is expected of all cases and of each domain."""
    columns = (
        Column("Af", weight=1.2),
        Column("Gruppe", weight=1.8),
        Column("Sager", "count"),
        Column("Brugbare", "value"),
        Column("Ventet andel, procent", "value"),
        Column("Margin, ± procentpoint", "value"),
        Column("Svarer til simple", "count"),
        Column("Kan vises alene", weight=1.2),
    )
    told = [of.whole, *(item for group in (of.domains or {}).values() for item in group)]
    rows = [_expected_row(item, frame, of.file) for item in told if item is not None]
    return grid(
        "3",
        "Ventet præcision, før nogen er spurgt",
        columns,
        rows,
        "Svarer til simple: så mange sager, trukket simpelt tilfældigt, ville fortælle lige så meget. Kan vises alene: "
        "mindst 30 af dem, og en margin under 15 procentpoint (efter NCHS' standard).",
        "Uden egen ventet andel i rammen er planens brugt.",
    )


def _expected_row(item: Expected, frame: Frame, file: PlanFile) -> list[TableCell]:
    name = frame.name(item.group) if item.domain == AUTHORITY else file.label(item.group) or NOT_STATED
    head = [
        TableCell(
            file.labels.get(item.domain) or _DOMAINS.get(item.domain, item.domain) if item.domain else "Alle"
        ),
        TableCell(name if item.domain else "alle sager"),
        count(item.size),
        _number(item.take),
    ]
    if item.margin is None or item.effective is None:
        return [*head, missing(), missing(), missing(), TableCell("nej")]
    # What is assumed of one authority by name would be read as something known of it.
    share = missing() if item.domain == AUTHORITY else point_cell(item.share)
    verdict = "ja" if item.shown else "nej"
    return [*head, share, point_cell(item.margin), count(round(item.effective)), TableCell(verdict)]


def point_cell(share: float) -> TableCell:
    """A share of 0 to 1 in percent or percentage points with one decimal."""
    value = round_half_up(Decimal(repr(100 * share)), 1)
    return TableCell(points(share), value, format="0.0")


def _number(cases: float) -> TableCell:
    if cases == round(cases):
        return count(round(cases))
    value = round_half_up(Decimal(repr(cases)), 1)
    return TableCell(danish(value), value, format="#,##0.0")

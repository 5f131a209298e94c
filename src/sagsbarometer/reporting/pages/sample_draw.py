"""The page of a draw: what was drawn from what, what must be known of it, how it is drawn again. No case is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.reporting.charts.chart_curves import CurveLine, Plot
from sagsbarometer.reporting.charts.scene import DARK, MUTED
from sagsbarometer.reporting.document import (
    Block,
    Box,
    Bullets,
    Column,
    Document,
    FigureBlock,
    Heading,
    RowKind,
    Table,
    TableCell,
)
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.curve_report import (
    FILE,
    Drawn,
    count,
    curve_edition,
    grid,
    inlines,
    missing,
    paragraph,
    report_files,
)
from sagsbarometer.reporting.pages.sample_draw_words import (
    LEFT_OUT,
    METHODS,
    drawn_words,
    identity_words,
    remarks,
)
from sagsbarometer.sampling.drawn import Drawn as Sample
from sagsbarometer.sampling.drawn import Role
from sagsbarometer.sampling.listing import Listing, ListRow
from sagsbarometer.sampling.plan import TWO_STAGE, Plan

_WEEK = 7
_WEEKS = (1, 2, 4, 8, 13, 26, 52, 104, 208)
_POINTS = 40  # a curve has no more steps than that
_NAMED = {"selected": "Udtrukket", "list": "Listen, stiplet"}


@dataclass(frozen=True, slots=True)
class Words:
    """What authorities are called, by code; what the cases are (`origin`); the day the list tells of, "" for none."""

    authorities: Mapping[str, str]
    origin: str
    day: str

    def named(self, code: str) -> str:
        """The authority with its code; the code alone where nobody knows a name."""
        return f"{self.authorities[code]} ({code})" if code in self.authorities else code


def sample_report(
    plan: Plan, listed: Listing, drawn: Sample, about: Mapping[str, Any], words: Words
) -> dict[str, bytes]:
    """Every file of the report. The same bytes for the same sample."""
    title = f"Udtræk: {plan.title.get('da') or plan.id}"
    tables = [_overview(about, drawn)]
    if plan.strata:
        tables.append(_by_stratum(plan, listed, drawn, len(tables) + 1))
    tables.append(_by_cell(plan, listed, drawn, words, len(tables) + 1))
    if about["identities"]:
        tables.append(_checks(about, len(tables) + 1))
    tables.append(_repeated(about, drawn, len(tables) + 1))
    figure = _dates(listed, drawn)
    blocks: list[Block] = [paragraph(drawn_words(drawn, len(listed.drawable)))]
    blocks += _known(about, drawn)
    blocks += [tables[0]]
    if figure is not None:
        blocks += [_head("Hvornår sagerne er afgjort", "tid"), FigureBlock(figure.id, "figur-1")]
    blocks += [
        _head("Hvor sagerne kommer fra", "hvor"),
        *tables[1 : len(tables) - 1 - bool(about["identities"])],
    ]
    blocks += [
        _head("Sådan efterprøves udtrækket", "efterproev"),
        *_how(),
        *tables[-1 - bool(about["identities"]) :],
    ]
    selection = (
        drawn.remark.get("da") or f"Sagerne er valgt ved {METHODS[drawn.method]}. Alle chancer er kendt."
    )
    edition = curve_edition(title, "listen over sager", words.origin, words.day, selection)
    document = Document(title, "", FILE, tuple(blocks), (), False)
    return report_files(edition, document, [figure] if figure else [], tables)


def _head(text: str, anchor: str) -> Heading:
    return Heading(1, inlines(text), anchor)


def _known(about: Mapping[str, Any], drawn: Sample) -> list[Block]:
    told = remarks(about, drawn)
    if not told:
        return []
    return [Box(inlines("Det skal man vide"), (Bullets(tuple((paragraph(line),) for line in told), False),))]


def _overview(about: Mapping[str, Any], drawn: Sample) -> Table:
    of = about
    rows = [[TableCell("Sager på listen"), count(of["cases"])]]
    rows += [[TableCell(f"− {LEFT_OUT[why]}"), count(number)] for why, number in of["left_out"].items()]
    rows.append([TableCell("Sager at trække blandt"), count(of["drawable"])])
    rows.append([TableCell("Udtrukket" if drawn.probability else "Valgt"), count(_sum(drawn, "selected"))])
    rows.append([TableCell("I reserve"), count(_sum(drawn, "reserves"))])
    rows.append(
        [
            TableCell("Uden chance for at komme med"),
            count(drawn.uncovered) if drawn.probability else missing(),
        ]
    )
    notes = "" if drawn.probability else "–: ingen kender sagernes chancer."
    return grid("1", "Udtrækket i tal", (Column("", weight=2.6), Column("Sager", "count")), rows, notes)


def _sum(drawn: Sample, what: str) -> int:
    return sum(getattr(cell, what) for cell in drawn.cells)


Key = tuple[str, tuple[str, ...]]


def _counts(listed: Listing, drawn: Sample) -> Iterator[tuple[Key, str]]:
    """Each case that can be drawn, by authority and stratum, and what it is."""
    roles = {row.id: row.role for row in drawn.rows}
    for row in listed.drawable:
        yield (row.authority, row.stratum), roles[row.id]


def _by_stratum(plan: Plan, listed: Listing, drawn: Sample, number: int) -> Table:
    planned: Counter[tuple[str, ...]] = Counter()
    for cell in plan.cells:
        planned[cell.stratum] += cell.size
    found: Counter[tuple[tuple[str, ...], str]] = Counter()
    for (_, stratum), role in _counts(listed, drawn):
        found[stratum, "N"] += 1
        found[stratum, role] += 1
    columns = (*(Column(name) for name in plan.strata), *_COLUMNS)
    rows = [
        [
            *(TableCell(value) for value in stratum),
            count(planned[stratum]),
            *(count(found[stratum, what]) for what in ("N", Role.SELECTED, Role.RESERVE)),
        ]
        for stratum in sorted(planned)
    ]
    return grid(str(number), "Efter stratum", columns, rows)


_COLUMNS = (
    Column("Sager i planen", "count"),
    Column("Sager på listen", "count"),
    Column("Udtrukket", "count"),
    Column("Reserver", "count"),
)


def _by_cell(plan: Plan, listed: Listing, drawn: Sample, words: Words, number: int) -> Table:
    """Each authority and stratum, with the chance of a case where all of a cell have the same."""
    found: Counter[tuple[Key, str]] = Counter()
    for key, role in _counts(listed, drawn):
        found[key, "N"] += 1
        found[key, role] += 1
    chances: dict[Key, set[Fraction | None]] = {}
    for row in drawn.rows:
        chances.setdefault((row.authority, row.stratum), set()).add(row.probability)
    columns = (
        Column("Myndighed", weight=1.8),
        *(Column(name) for name in plan.strata),
        *_COLUMNS,
        Column("Chance, %", "value"),
    )
    two_stage = drawn.method == TWO_STAGE
    cells = [cell for cell in plan.cells if not two_stage or cell.authority in drawn.authorities]
    rows = [
        [
            TableCell(words.named(cell.authority)),
            *(TableCell(value) for value in cell.stratum),
            count(cell.size),
            *(
                count(found[(cell.authority, cell.stratum), what])
                for what in ("N", Role.SELECTED, Role.RESERVE)
            ),
            _chance(chances.get((cell.authority, cell.stratum), set())),
        ]
        for cell in cells
    ]
    notes = "–: sagerne har ikke samme chance, eller den kendes ikke. Den enkelte sags står i sample.csv."
    dashed = any(row[-1].value is None for row in rows)
    first = "Chancen er begge trins tilsammen; kun udtrukne myndigheder er vist." if two_stage else ""
    return grid(str(number), "Efter myndighed", columns, rows, notes if dashed else "", first)


def _chance(found: set[Fraction | None]) -> TableCell:
    if len(found) != 1 or (chance := next(iter(found))) is None:
        return missing()
    rounded = round_half_up(100 * chance, 2)
    return TableCell(danish(rounded), rounded, format="0.00")


def _checks(about: Mapping[str, Any], number: int) -> Table:
    """What must hold, how often it was tried and how often it does; the sums where they are of one unit."""
    kinds = list(dict.fromkeys(item["kind"] for item in about["identities"]))
    rows = []
    for kind in kinds:
        own = [item for item in about["identities"] if item["kind"] == kind]
        found, wanted = (
            sum((Fraction(item[key]) for item in own), Fraction(0)) for key in ("found", "wanted")
        )
        held = sum(item["holds"] for item in own)
        rows.append(
            [TableCell(identity_words(kind)), count(len(own)), count(held), _exact(found), _exact(wanted)]
        )
    columns = (
        Column("Det skal gælde", weight=3.0),
        Column("Prøvet", "count"),
        Column("Gælder", "count"),
        Column("Fundet i alt", "value"),
        Column("Skal være", "value"),
    )
    return grid(str(number), "Summer, der skal passe", columns, rows, _estimate(about, kinds))


def _estimate(about: Mapping[str, Any], kinds: list[str]) -> str:
    if kinds == ["cases"] or Fraction(about["sum_of_weights"]) == about["drawable"]:
        return ""
    total = danish(round_half_up(Fraction(about["sum_of_weights"]), 1))
    cases = danish(about["drawable"])
    return (
        f"Vægtene giver tilsammen {total}. Det er et skøn over antallet af sager ({cases} på listen) og rammer det "
        "kun i gennemsnit over mange udtræk."
    )


def _exact(value: Fraction) -> TableCell:
    rounded = round_half_up(value, 6)
    if rounded == rounded.to_integral_value():
        rounded = Decimal(int(rounded))
    return TableCell(danish(rounded), rounded, format="#,##0.######")


def _how() -> Iterator[Block]:
    yield paragraph(
        "Udtrækket følger af planen, frøet og listen og af intet andet. Den, der har mappen, laver det igen med "
        "*sagsbarometer sample verify* eller med ti linjer i et andet sprog; de står i docs/udtraek.md."
    )
    yield paragraph(
        "Går en sag ud, tager den næste reserve i samme celle dens plads. Udskiftninger står i replacements.csv med "
        "nummer, årsag og dag; denne side viser udtrækket, som det blev trukket."
    )


def _repeated(about: Mapping[str, Any], drawn: Sample, number: int) -> Table:
    rows = [
        ("Frø", drawn.seed),
        ("Planen (plan.json), SHA-256", about["plan_sha256"]),
        ("Listen, som den blev leveret, SHA-256", about["list"]["sha256"]),
        ("Listen i fast form (frame.csv), SHA-256", about["frame_sha256"]),
    ]
    cells = [[TableCell(label), TableCell(value)] for label, value in rows]
    table = grid(str(number), "Det, udtrækket følger af", (Column(""), Column("", "code", 2.0)), cells)
    return replace(table, kinds=(RowKind.PLAIN,) * len(cells))


def _dates(listed: Listing, drawn: Sample) -> Drawn | None:
    """How decisions spread over time, in the list and in what was drawn; None where too few have a day."""
    roles = {row.id: row.role for row in drawn.rows}
    dated = [row for row in listed.drawable if row.decided_on]
    taken = [row for row in dated if roles[row.id] is Role.SELECTED]
    if len(dated) < len(listed.drawable) or not taken:
        return None
    first = min(row.decided_on for row in dated if row.decided_on)
    days = {name: _days(rows, first) for name, rows in (("list", dated), ("selected", taken))}
    last = max(days["list"])
    if last < _WEEK:
        return None
    steps = dict.fromkeys(last * step // _POINTS for step in range(_POINTS + 1))
    shares = {name: [(day, _share(own, day)) for day in steps] for name, own in days.items()}
    half = (next(day for day, share in points if share >= 50) for points in shares.values())
    listed_by, drawn_by = (danish_date(_day(first, day)) for day in half)
    alt = (
        f"Andel af sagerne, der er afgjort til og med hver dag. Halvdelen af listens er afgjort senest {listed_by}, "
        f"halvdelen af de udtrukne senest {drawn_by}."
    )
    looks = {"list": (MUTED, 2.0, True), "selected": (DARK, 2.5, False)}
    lines = tuple(
        CurveLine(_NAMED[name], tuple((day / _WEEK, float(share)) for day, share in points), *looks[name])
        for name, points in shares.items()
    )
    plot = Plot("", lines, f"Uger efter {danish_date(first)}", _WEEKS)
    return Drawn("figur_1", "1", _DATED, (plot,), (_READ,), alt, _dates_table(first, shares))


def _dates_table(first: date, shares: Mapping[str, list[tuple[int, Decimal]]]) -> Table:
    columns = (Column("Til og med"), *(Column(f"{_NAMED[name]}, %", "value") for name in shares))
    rows = [
        (TableCell(_day(first, points[0][0]).isoformat()), *(_percent(share) for _, share in points))
        for points in zip(*shares.values(), strict=True)
    ]
    return Table(_DATED, columns, tuple(rows))


def _day(first: date, days: int) -> date:
    return first + timedelta(days=days)


_DATED = "Andel af sagerne, der er afgjort"
_READ = "Følges kurverne ad, er sagerne spredt over tiden som listens. Ligger den ene under den anden, er de nyere."


def _days(rows: list[ListRow], first: date) -> list[int]:
    return [(row.decided_on - first).days for row in rows if row.decided_on]


def _share(days: list[int], until: int) -> Decimal:
    return round_half_up(Fraction(100 * sum(day <= until for day in days), len(days)), 1)


def _percent(share: Decimal) -> TableCell:
    return TableCell(danish(share), share, format="0.0")

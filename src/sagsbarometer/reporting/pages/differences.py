"""Differences between periods and groups in words, as tables, as data and as a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sagsbarometer.appeals.analyses.compared import Compared, Course, Difference, Rate
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.intervals import Interval
from sagsbarometer.measures.measure import Break
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Column, Table, TableCell
from sagsbarometer.reporting.numbers import DASH, amount, danish, limits, missing
from sagsbarometer.reporting.pages.differences_facts import (
    COURSE,
    INTERVAL,
    POINTS,
    course_key,
    difference_key,
)
from sagsbarometer.reporting.pages.facts import Mark, unmarked
from sagsbarometer.reporting.tables.breaks import break_words, day_of
from sagsbarometer.reporting.tables.table import FEW, few_note, is_few

_ALL = "Alle sager"


@dataclass(frozen=True, slots=True)
class Differences:
    """What a report of differences is made of. `names` of groups by id; "" is all cases together."""

    edition: Edition
    compared: Compared
    names: Mapping[str, str]
    label: str  # of the measure
    base: str
    title: str

    def name(self, group: str) -> str:
        """What a group is called."""
        return self.names.get(group, group) if group else _ALL


# --- in words ---


def difference_words(of: Differences, item: Difference, mark: Mark = unmarked) -> str:
    """`Alle sager: 34 % i 2023, 40 % i 2024. Forskellen er 6,1 procentpoint (procesinterval 1,2 til 10,9).`

    `mark`, here and below: makes a number open what is known of it."""
    if item.period.id == item.other_period.id:
        head = f"{item.period.danish}: "
        ends = [(item.cell, of.name(item.group)), (item.other, of.name(item.other_group))]
        told = ", ".join(f"{name} har {share_words(of, cell, mark)}" for cell, name in ends)
    else:
        head = f"{of.name(item.group)}: "
        ends = [(item.other, item.other_period.danish), (item.cell, item.period.danish)]
        told = ", ".join(f"{share_words(of, cell, mark)} i {when}" for cell, when in ends)
    if item.points is None or item.interval is None:
        return f"{head}{told}. Der er ingen forskel at regne: {missing(item.cell) or missing(item.other)}."
    key = difference_key(item)
    points, reach = mark(key, points_words(item.points)), mark(key, interval_words(item.interval))
    said = f"Forskellen er {points} procentpoint (procesinterval {reach})"
    nought = ". Intervallet rummer ingen forskel" if item.holds_nought else ""
    few = f". {FEW} få sager" if is_few(of.edition, item.cell) or is_few(of.edition, item.other) else ""
    breaks = "".join(f". Brud {_break(one)}" for one in item.breaks)
    return f"{head}{told}. {said}{nought}{few}{breaks}."


def course_words(of: Differences, item: Course, mark: Mark = unmarked) -> str:
    """`Alle sager: 1,2 procentpoint om året (procesinterval 0,4 til 2,0; p = 0,004).`"""
    head = f"{of.name(item.group)}: "
    if item.trend is None:
        return f"{head}ingen udvikling at regne."
    line, key = item.trend, course_key(item)
    reach = mark(key, interval_words(Interval(line.low, line.high)))
    level = mark(course_key(item, "p_ingen_udvikling"), p_words(line.p_value))
    told = (
        f"{head}{mark(key, points_words(line.slope))} procentpoint om året (procesinterval {reach}; {level})"
    )
    if line.departure_p_value is not None and line.departure_p_value < Decimal("0.05"):
        bent = mark(course_key(item, "p_ret_linje"), p_words(line.departure_p_value))
        told += f". Perioderne følger ikke en ret linje ({bent})"
    breaks = "".join(f". Brud {_break(one)}" for one in item.breaks)
    return f"{told}{breaks}."


def share_words(of: Differences, cell: Cell, mark: Mark = unmarked) -> str:
    """`34 % (12 af 35)`, with the mark of few cases; a dash where there are none."""
    if missing(cell):
        return DASH
    few = FEW if is_few(of.edition, cell) else ""
    counts = f"{danish(cell.numerator)} af {danish(cell.denominator)}"
    return f"{mark(cell.ref, amount(cell))}{few} ({mark(cell.ref, counts)})"


def points_words(points: Decimal) -> str:
    """`+6,1`, `−0,4`, `0,0`: percentage points with one decimal and a sign."""
    rounded = round_half_up(points, 1)
    return f"{'+' if rounded > 0 else ''}{danish(rounded)}"


def interval_words(interval: Interval) -> str:
    """`−0,2 til +10,8`."""
    return f"{points_words(interval.low)} til {points_words(interval.high)}"


def p_words(p_value: Decimal) -> str:
    """`p = 0,012` or `p under 0,001`."""
    rounded = round_half_up(p_value, 3)
    return f"p = {danish(rounded)}" if rounded else "p under 0,001"


def _break(item: Break) -> str:
    return f"{day_of(item)}: {', '.join(break_words(item))}"


# --- as tables ---


def rate_table(of: Differences) -> Table:
    """Each share with the process interval it is compared by."""
    columns = (
        Column("Gruppe", weight=2.0),
        Column("Periode", weight=1.2),
        Column("Sager", "count", 0.8),
        Column(of.label, "value", 1.2),
        Column(INTERVAL, "range", 1.3),
    )
    rows = tuple(_rate_row(of, item) for item in of.compared.rates)
    notes = [
        f"Sager er {of.base} med kendt svar. Tallene er en fuld optælling; procesintervallet (Wilson, 95 procent) "
        "siger, hvor langt procenten kan svinge, når hver sag ses som ét udfald af en proces med fast sandsynlighed."
    ]
    if any(is_few(of.edition, item.cell) for item in of.compared.rates):
        notes.append(few_note(of.edition))
    return Table(
        f"{of.label}: tallene, der sammenlignes",
        columns,
        rows,
        (*notes, of.edition.source_line),
        grid="rates",
        files=(("Hent forskellene (CSV)", "forskelle.csv"),),
    )


def _rate_row(of: Differences, item: Rate) -> tuple[TableCell, ...]:
    cell, few = item.cell, FEW if is_few(of.edition, item.cell) else ""
    head = (TableCell(of.name(item.group)), TableCell(item.period.danish))
    ref = cell.ref if of.edition.has_cell(cell.ref) else ""  # a group without cases in a period has none
    cases = TableCell(danish(cell.denominator), cell.denominator, format="#,##0", ref=ref)
    if item.interval is None:
        return (*head, cases, TableCell(DASH), TableCell(DASH))
    share = TableCell(amount(cell), cell.value, format=f'0" %{few}"', mark=few, ref=ref)
    ends = TableCell(
        limits(item.interval.low, item.interval.high, 1), item.interval.low, item.interval.high, "0.0"
    )
    return (*head, cases, share, ends)


def difference_table(of: Differences, items: tuple[Difference, ...], over_time: bool) -> Table:
    """Differences in percentage points, a row each: over time, or between groups."""
    heads = ("Gruppe", "Fra", "Til") if over_time else ("Periode", "Gruppe", "I forhold til")
    columns = (
        Column(heads[0], weight=1.8),
        Column(heads[1], weight=1.2),
        Column(heads[2], weight=1.2),
        Column(POINTS, "value", 1.0),
        Column(INTERVAL, "range", 1.4),
        Column("Rummer ingen forskel", weight=1.0),
    )
    rows = tuple(_difference_row(of, item, over_time) for item in items)
    notes = ["Procesinterval: Newcombes metode 10, 95 procent."]
    if any(FEW in row[3].mark for row in rows):
        notes.append(f"{FEW} mindst det ene af de to tal er af få sager.")
    notes += [
        f"Brud {words}"
        for words in dict.fromkeys(
            f"for {of.name(item.group)} {_break(one)}." for item in items for one in item.breaks
        )
    ]
    what = "mellem perioder" if over_time else "mellem grupper"
    return Table(
        f"{of.label}: forskelle {what}", columns, rows, tuple(notes), grid=f"differences_{over_time}".lower()
    )


def _difference_row(of: Differences, item: Difference, over_time: bool) -> tuple[TableCell, ...]:
    head = (
        (of.name(item.group), item.other_period.danish, item.period.danish)
        if over_time
        else (item.period.danish, of.name(item.group), of.name(item.other_group))
    )
    cells = tuple(TableCell(words) for words in head)
    if item.points is None or item.interval is None:
        return (*cells, TableCell(DASH), TableCell(DASH), TableCell(DASH))
    few = FEW if is_few(of.edition, item.cell) or is_few(of.edition, item.other) else ""
    low, high = item.interval.low, item.interval.high
    return (
        *cells,
        TableCell(
            points_words(item.points), item.points, format=f'+0.0"{few}";-0.0"{few}";0.0"{few}"', mark=few
        ),
        TableCell(interval_words(item.interval), low, high, "+0.0;-0.0;0.0"),
        TableCell("ja" if item.holds_nought else "nej"),
    )


def course_table(of: Differences) -> Table:
    """The trend of each group."""
    columns = (
        Column("Gruppe", weight=2.0),
        Column(COURSE, "value", 1.1),
        Column(INTERVAL, "range", 1.4),
        Column("p, ingen udvikling", "value", 1.0),
        Column("p, ret linje", "value", 1.0),
    )
    rows = tuple(_course_row(of, item) for item in of.compared.courses)
    note = (
        "Udviklingen er den rette linje gennem procenterne, vejet med antallet af sager; testen er "
        "Cochran-Armitages. »p, ret linje« er lille, hvor procenterne ikke følger linjen."
    )
    breaks = [
        f"{of.name(item.group)}: brud {_break(one)}. Linjen går hen over det."
        for item in of.compared.courses
        for one in item.breaks
    ]
    return Table(f"{of.label}: udvikling", columns, rows, (note, *breaks), grid="courses")


def _course_row(of: Differences, item: Course) -> tuple[TableCell, ...]:
    line = item.trend
    if line is None:
        return (TableCell(of.name(item.group)), *(TableCell(DASH) for _ in range(4)))
    return (
        TableCell(of.name(item.group)),
        TableCell(points_words(line.slope), line.slope, format="+0.0;-0.0;0.0"),
        TableCell(interval_words(Interval(line.low, line.high)), line.low, line.high, "+0.0;-0.0;0.0"),
        _p_cell(line.p_value),
        _p_cell(line.departure_p_value),
    )


def _p_cell(p_value: Decimal | None) -> TableCell:
    if p_value is None:
        return TableCell(DASH)
    return TableCell(p_words(p_value).removeprefix("p = ").removeprefix("p "), p_value, format="0.000")

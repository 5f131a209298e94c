"""What a layout must know of a register: which columns, and how fine their dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sagsbarometer.appeals.clocks import Clock
from sagsbarometer.appeals.groupings import NAMED, SERIES, Grouping
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.layout_schema import FigureFile, TableFile
from sagsbarometer.appeals.layouts.spots import (
    EVERY,
    PERIOD,
    ColumnLine,
    RowLine,
    Spot,
    column_lines,
    is_time,
    period_text,
    row_lines,
)
from sagsbarometer.forms.language.tree import Node, names, value_names
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.periods import Grain, coarsest, parse_period
from sagsbarometer.measures.measure import Kind, Measure

COUNT = "n"  # the column of a cube that says how many cases have a combination
Columns = Mapping[str, Grain]  # columns of a cube, and how fine they must be where they are dates
# There is nothing to know in the first without the second: a pending case has no outcome, one not in court no judgment.
_ABSENT = MappingProxyType(
    {
        "decided_on": "decided_on",
        "outcome": "decided_on",
        "court_judged_on": "court_judged_on",
        "court_result": "court_judged_on",
        "ombudsman_closed_on": "ombudsman_closed_on",
        "ombudsman_result": "ombudsman_closed_on",
        "new_decision_on": "new_decision_on",
    }
)


@dataclass(frozen=True, slots=True)
class Needs:
    """The columns of one cube for a whole layout, sorted, the grain of their dates, and the clocks among them."""

    columns: tuple[str, ...]
    grain: Grain
    clocks: Mapping[str, Clock] = field(default_factory=dict)


def needs(layout: Layout) -> Needs:
    """What the tables and figures of a layout need of one cube for all of them; `views` needs less of several."""
    found: dict[str, Grain] = {}
    for asked in demands(layout):
        _add(found, asked)
    dates = [grain for name, grain in found.items() if layout.columns.types.get(name) is Type.DATE]
    return Needs(tuple(sorted(found)), max(dates, default=Grain.YEAR), layout.clocks)


def views(layout: Layout, asked_for: Iterable[Columns] | None = None) -> tuple[Columns, ...]:
    """The cubes of a layout, as few as keep each of them small: a number can be had from one of them. With `asked_for`
    those of other numbers than the layout's own.

    What the law lists is counted together. What can have any number of values (authorities, columns of the register's
    own, times in days) and finer periods are counted beside it, and only with what is asked of them.
    """
    merged: dict[object, dict[str, Grain]] = {}
    for asked in demands(layout) if asked_for is None else asked_for:
        dates = frozenset(name for name in asked if layout.columns.types.get(name) is Type.DATE)
        finest = max((asked[name] for name in dates), default=Grain.YEAR)
        many = frozenset(name for name in asked if name not in dates and _has_many(layout, name))
        _add(merged.setdefault((many, finest), {}), asked)
    found = sorted(merged.values(), key=lambda columns: (len(columns), sorted(columns.items())))
    return tuple(
        MappingProxyType(dict(sorted(columns.items())))
        for index, columns in enumerate(found)
        if not any(covers(other, columns) for other in found[index + 1 :])
    )


def covers(columns: Columns, asked: Columns) -> bool:
    """Whether a cube of `columns` has all of `asked`, as fine."""
    return all(name in columns and columns[name] >= grain for name, grain in asked.items())


def demands(layout: Layout) -> Iterator[Columns]:
    """The columns of every place of every table and figure, each combination once."""
    told: dict[tuple[object, ...], None] = {}
    sheets: list[TableFile | FigureFile] = [*layout.tables, *layout.figures]
    for sheet in sheets:
        for measure, groups, grain in _places(sheet):
            key = (measure, groups, grain)
            if key not in told:
                told[key] = None
                yield demand(layout, layout.measures[measure], groups, grain)


def demand(layout: Layout, measure: Measure, groups: Iterable[str], grain: Grain) -> Columns:
    """The columns that one number needs, with periods of a grain."""
    found: dict[str, Grain] = {}
    if measure.stock:
        start, end = measure.stock
        _add(found, {start: grain if measure.kind is Kind.COUNT else Grain.DAY, end: grain})
        if end == "decided_on":
            _add(found, {"outcome": Grain.YEAR})  # whether a case without that day is open
    else:
        _add(found, {measure.date: grain})
    if measure.value:
        _add(found, dict.fromkeys(_with_absent({measure.value}, layout), Grain.YEAR))
    _add(found, _asked(layout, (measure.base, measure.counts)))
    for id in groups:
        grouping = layout.groupings[id]
        if id == NAMED:
            _add(found, _asked(layout, layout.named.values()))
            continue
        _add(found, dict.fromkeys(_with_absent({grouping.column}, layout), Grain.YEAR))
        if grouping.column == "case_subject":
            _add(
                found, {"law_area": Grain.YEAR}
            )  # a case without a subject can only be in those of its law area
        if id == SERIES:
            day = date_of(measure)
            _add(found, dict.fromkeys((series_date(day), day), max(_series_grains(grouping))))
    return found


def date_of(measure: Measure) -> str:
    """The date by which a measure's periods go; of a stock, the one on which a case comes into it."""
    return measure.stock[0] if measure.stock else measure.date


def dates_asked(layout: Layout) -> frozenset[str]:
    """The dates that periods go by in the tables and figures; a stock has a case without its date among the unknown."""
    sheets: list[TableFile | FigureFile] = [*layout.tables, *layout.figures]
    used = (layout.measures[id] for sheet in sheets for id, _, _ in _places(sheet))
    return frozenset(measure.date for measure in used if not measure.stock)


def measure_columns(measure: Measure, layout: Layout) -> tuple[str, ...]:
    """The columns a measure's conditions look at, sorted."""
    return _with_absent(names(measure.base) | names(measure.counts), layout)


def grouping_columns(layout: Layout, grouping: Grouping, day: str) -> frozenset[str]:
    """The columns that tell which groups a case is in, when periods go by the date `day`."""
    if grouping.id == NAMED:
        every = frozenset().union(*(names(node) for node in layout.named.values()))
        return frozenset(_with_absent(every, layout))
    found = set(_with_absent({grouping.column}, layout))
    if grouping.column == "case_subject":
        found.add("law_area")
    return frozenset({*found, series_date(day), day} if grouping.id == SERIES else found)


def series_date(day: str) -> str:
    """The date on which a case subject must belong to a series: the decision's, or for cases received the receipt. Of a
    case that has none it is the date its period goes by."""
    return day if day == "received_on" else "decided_on"


def absent_with(name: str, layout: Layout) -> str | None:
    """The column without which there is nothing to know in the column `name`; None where there always is."""
    clock = layout.clocks.get(name)
    return _ABSENT.get(clock.to if clock else name)


def _with_absent(columns: Iterable[str], layout: Layout) -> tuple[str, ...]:
    every = set(columns)
    return tuple(sorted(every | {with_ for name in every if (with_ := absent_with(name, layout))}))


def _asked(layout: Layout, nodes: Iterable[Node | None]) -> Columns:
    """The columns of some conditions. Who asks for the value of a date means the day."""
    found: dict[str, Grain] = {}
    for node in nodes:
        _add(found, dict.fromkeys(_with_absent(names(node), layout), Grain.YEAR))
        dates = [name for name in value_names(node) if layout.columns.types.get(name) is Type.DATE]
        _add(found, dict.fromkeys(dates, Grain.DAY))
    return found


def _has_many(layout: Layout, name: str) -> bool:
    """Whether a column can have any number of values."""
    if name in layout.clocks or layout.columns.types[name] is Type.INT:
        return True
    return any(item.column == name and item.values is None for item in layout.groupings.values())


def _add(found: dict[str, Grain], more: Columns) -> None:
    for name, grain in more.items():
        found[name] = max(grain, found.get(name, grain))


def _series_grains(series: Grouping) -> Iterator[Grain]:
    yield Grain.YEAR
    for members in series.members.values():
        for item in members:
            yield coarsest(item.first, end=False)
            yield coarsest(item.last, end=True)


def _places(sheet: TableFile | FigureFile) -> Iterator[tuple[str, frozenset[str], Grain]]:
    """Measure, groupings and grain of every place."""
    columns = list(column_lines(sheet))
    if isinstance(sheet, FigureFile) and sheet.total:
        first = columns[0]
        columns.append(replace(first, spot=replace(first.spot, measure=sheet.total)))
    for row in row_lines(sheet):
        for column in columns if row.file.heading is None else ():
            said = row.at(column.spot)
            groups = {*said.where, *(each for each in row.eachs if not is_time(each))}
            if said.top:
                groups.add(said.top)
            yield said.measure or "", frozenset(groups), _grain(sheet, row, column, said)


def _grain(sheet: TableFile | FigureFile, row: RowLine, column: ColumnLine, said: Spot) -> Grain:
    repeated = [each for each in row.eachs if is_time(each)] + ([PERIOD] if column.each_period else [])
    if not repeated:
        return parse_period(said.period or "").grain
    finest = [EVERY[each] for each in repeated if each != PERIOD]
    own = [parse_period(period_text(item)).grain for item in sheet.periods] if PERIOD in repeated else []
    return max(finest + own)

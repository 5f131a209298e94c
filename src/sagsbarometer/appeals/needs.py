"""What a layout must know of a register: which columns, and how fine their dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sagsbarometer.appeals.groupings import NAMED, SERIES, Grouping
from sagsbarometer.appeals.layout import Layout
from sagsbarometer.appeals.layout_schema import ColumnFile, FigureFile, Settings, TableFile
from sagsbarometer.appeals.registration import COLUMNS
from sagsbarometer.appeals.spots import PERIOD, column_lines, period_text, row_lines
from sagsbarometer.forms.language.tree import Node, names, value_names
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.periods import Grain, coarsest, parse_period
from sagsbarometer.measures.measure import Measure

COUNT = "n"  # the column of a cube that says how many cases have a combination


@dataclass(frozen=True, slots=True)
class Needs:
    """The columns of a cube, sorted, and the grain of their dates."""

    columns: tuple[str, ...]
    grain: Grain


def needs(layout: Layout) -> Needs:
    """What the tables and figures of a layout need: one cube for all of them."""
    sheets: list[TableFile | FigureFile] = [*layout.tables, *layout.figures]
    measures = [
        layout.measures[id] for id in dict.fromkeys(id for sheet in sheets for id in _measures(sheet))
    ]
    groups = {id for sheet in sheets for id in _groups(sheet)}
    columns: set[str] = set()
    grain = Grain.YEAR
    for measure in measures:
        columns |= {measure.date, *measure_columns(measure)}
        grain = max(grain, _grain(measure.base), _grain(measure.counts))
        for id in groups:
            columns |= grouping_columns(layout, layout.groupings[id], measure.date)
    for node in layout.named.values() if NAMED in groups else ():
        grain = max(grain, _grain(node))
    for text in (text for sheet in sheets for text in _periods(sheet)):
        grain = max(grain, parse_period(text).grain)
    if SERIES in groups:
        grain = max(grain, *_series_grains(layout.groupings[SERIES]))
    return Needs(tuple(sorted(columns)), grain)


def measure_columns(measure: Measure) -> tuple[str, ...]:
    """The columns a measure's conditions look at, sorted."""
    return _with_absent(names(measure.base) | names(measure.counts))


def grouping_columns(layout: Layout, grouping: Grouping, day: str) -> frozenset[str]:
    """The columns that tell which groups a case is in, when periods go by the date `day`."""
    if grouping.id == NAMED:
        return frozenset(_with_absent(frozenset().union(*(names(node) for node in layout.named.values()))))
    found = set(_with_absent(frozenset({grouping.column})))
    if grouping.column == "case_subject":
        found.add("law_area")  # a case without a subject can only be in those of its law area
    return frozenset({*found, series_date(day)} if grouping.id == SERIES else found)


def series_date(day: str) -> str:
    """The date on which a case subject must belong to a series: the decision's, or for cases received the receipt."""
    return day if day == "received_on" else "decided_on"


def absent_with(name: str) -> str | None:
    """The column without which there is nothing to know in the column `name`; None where there always is."""
    return {
        "decided_on": "decided_on",
        "outcome": "decided_on",
        "court_judged_on": "court_judged_on",
        "court_result": "court_judged_on",
    }.get(name)


def _with_absent(columns: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(columns | {with_ for name in columns if (with_ := absent_with(name))}))


def _grain(node: Node | None) -> Grain:
    """Who asks for the value of a date means the day."""
    dates = {name for name in value_names(node) if COLUMNS[name] is Type.DATE}
    return Grain.DAY if dates else Grain.YEAR


def _series_grains(series: Grouping) -> Iterator[Grain]:
    yield Grain.YEAR
    for members in series.members.values():
        for item in members:
            yield coarsest(item.first, end=False)
            yield coarsest(item.last, end=True)


def _said(sheet: TableFile | FigureFile) -> Iterator[Settings]:
    """Every row, column and head of a sheet that says something of places."""
    for column in column_lines(sheet):
        yield from (*column.heads, column.file)
    for row in row_lines(sheet):
        yield row.file


def _measures(sheet: TableFile | FigureFile) -> Iterator[str]:
    for said in _said(sheet):
        yield from [said.measure] if said.measure else []
        yield from getattr(said, "instead", {}).values()
    if isinstance(sheet, FigureFile) and sheet.total:
        yield sheet.total


def _groups(sheet: TableFile | FigureFile) -> Iterator[str]:
    yield from sheet.where
    for said in _said(sheet):
        yield from said.where
        yield from [said.top] if said.top else []
        each = getattr(said, "each", None)
        if each not in (None, PERIOD) and not isinstance(said, ColumnFile):
            yield str(each)


def _periods(sheet: TableFile | FigureFile) -> Iterator[str]:
    yield from (period_text(item) for item in sheet.periods)
    for said in _said(sheet):
        yield from [said.period] if said.period else []

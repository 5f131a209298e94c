"""A layout for any register made one for this register: its own columns, its periods, and what it has nothing of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sagsbarometer.appeals.as_of import as_of
from sagsbarometer.appeals.columns import OWN_GROUPABLE, Columns
from sagsbarometer.appeals.layouts.layout_schema import ColumnFile, FigureFile, PeriodFile, RowFile, TableFile
from sagsbarometer.appeals.layouts.spots import EVERY, period_text
from sagsbarometer.appeals.registration import OUTCOMES
from sagsbarometer.kernel.periods import Grain, Period, every, parse_period, rolling, truncated
from sagsbarometer.measures.measure import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sagsbarometer.appeals.layouts.layout import Layout

OWN = "own"  # what `each` says of every column of the register's own
MOST_VALUES = 60  # of a column of the register's own that `each: own` shows
MOST_PERIODS = 400  # of one table: a month at a time, more than thirty years
_NAME = "{own}"  # in a title: the name of the column
_DATES = ("received_on", "decided_on")  # which tell from when to when a register goes
_Sheet = TypeVar("_Sheet", bound=TableFile | FigureFile)


@dataclass(frozen=True, slots=True)
class Found:
    """What a register has as of a day: how many cases have something in each column, how many different values each
    column of its own has, and its first and last date of receipt or decision up to that day."""

    filled: Mapping[str, int]
    values: Mapping[str, int]
    first: date | None
    last: date | None


# --- what the register has ---


def asks(layout: Layout) -> bool:
    """Whether it takes a look into the register to know what the layout shows."""
    sheets: list[TableFile | FigureFile] = [*layout.tables, *layout.figures]
    return any(
        sheet.only_with
        or sheet.only_without
        or sheet.id in layout.made_for
        or any(_relative(item) for item in sheet.periods)
        or any(row.only_with for row in sheet.rows)
        or any(column.only_with for column in getattr(sheet, "columns", ()))
        for sheet in sheets
    )


def named(text: str) -> tuple[str, tuple[str, ...]]:
    """What `only_with` names: a column, and the codes of which it must have one; of `outcome=lapsed|dismissed` the two
    outcomes, of a column alone none."""
    column, _, codes = text.partition("=")
    return column, tuple(codes.split("|")) if codes else ()


def look(deliveries: ir.Table, day: date, columns: Columns) -> ir.Table:
    """The one row of numbers that `found` reads, as the register stood on `day`."""
    cases = as_of(deliveries, day)
    asked: dict[str, Any] = {f"filled_{name}": cases[name].count() for name in columns.types}
    for code in OUTCOMES:
        asked[f"filled_outcome={code}"] = (cases["outcome"] == code).sum()
    for own in columns.own.values():
        if own.type in OWN_GROUPABLE:
            asked[f"values_{own.id}"] = cases[own.id].nunique()
    for name in _DATES:
        until = cases[name] <= day
        asked[f"first_{name}"] = cases[name].min(where=until)
        asked[f"last_{name}"] = cases[name].max(where=until)
    return cases.aggregate(**asked)


def found(row: Mapping[str, Any]) -> Found:
    """What `look` gave, as a mapping of name to value."""
    parts: dict[str, dict[str, Any]] = {"filled": {}, "values": {}, "first": {}, "last": {}}
    for key, value in row.items():
        kind, _, name = key.partition("_")
        parts[kind][name] = value
    first = [day for day in parts["first"].values() if day is not None]
    last = [day for day in parts["last"].values() if day is not None]
    return Found(parts["filled"], parts["values"], min(first, default=None), max(last, default=None))


# --- the register's own columns ---


def with_own(sheets: Sequence[_Sheet], columns: Columns) -> tuple[tuple[_Sheet, str], ...]:
    """The sheets with one for each column of the register's own where they say so, and the columns of the register's
    own that each was made for: "" for none."""
    groups = {own.id: own.label for own in columns.own.values() if own.type in OWN_GROUPABLE}
    made: list[tuple[_Sheet, str]] = []
    for sheet in sheets:
        if sheet.each == OWN:
            made += [(_for_column(sheet, id, label), id) for id, label in groups.items()]
        else:
            rows = [row for item in sheet.rows for row in _rows_for(item, groups, sheet)]
            made += [(_with(sheet, {"rows": rows}), "")] if rows else []
    return tuple(made)


def stand_in(sheet: _Sheet, grouping: str) -> _Sheet:
    """The sheet as it could be for some register, to see whether it makes sense: a grouping in place of the register's
    own columns, and periods in place of those it is to have."""
    shown = _for_column(sheet, grouping, {"da": grouping})
    there = Found({}, {}, date(2015, 1, 1), date(2024, 12, 31))
    periods = [part for item in shown.periods for part in _periods(item, date(2024, 12, 31), there)]
    return _with(shown, {"periods": periods})


def _with(sheet: _Sheet, changed: Mapping[str, Any]) -> _Sheet:
    """The sheet with other values of some keys."""
    return cast("_Sheet", sheet.model_copy(update=changed))


def _for_column(sheet: _Sheet, id: str, label: Text) -> _Sheet:
    changed: dict[str, Any] = {
        "title": {language: _told(text, label, language, True) for language, text in sheet.title.items()},
        "rows": [_of_column(row, id) for row in sheet.rows],
    }
    if sheet.each == OWN:
        changed |= {"id": f"{sheet.id}_{id}", "number": ""}
    if isinstance(sheet, TableFile):
        changed["stub"] = {language: _told(text, label, language) for language, text in sheet.stub.items()}
    return _with(sheet, changed)


def _told(text: str, label: Text, language: str, inside: bool = False) -> str:
    """The text with the name of a column in it; inside a sentence with a small first letter."""
    name = label.get(language) or label["da"]
    if inside and not name[1:2].isupper():
        name = name[:1].lower() + name[1:]
    return text.replace(_NAME, name)


def _of_column(row: RowFile, id: str) -> RowFile:
    changed: dict[str, Any] = {"each": id} if row.each == OWN else {}
    if row.then is not None:
        changed["then"] = _of_column(row.then, id)
    return row.model_copy(update=changed)


def _rows_for(row: RowFile, groups: Mapping[str, Text], sheet: TableFile | FigureFile) -> Iterator[RowFile]:
    """A row that stands for each column of the register's own, one after the other under its name."""
    if not _says_own(row):
        yield row
        return
    for id, label in groups.items():
        if isinstance(sheet, TableFile):
            yield RowFile(heading=dict(label))
        yield _of_column(row, id)


def _says_own(row: RowFile | None) -> bool:
    return row is not None and (row.each == OWN or _says_own(row.then))


# --- periods and what there is nothing of ---


def settled(layout: Layout, day: date, there: Found) -> Layout:
    """The layout for a register as it stood on `day`: with its periods, and without what it has nothing of."""
    return replace(
        layout,
        tables=tuple(_settled(layout, layout.tables, day, there)),
        figures=tuple(_settled(layout, layout.figures, day, there)),
    )


def _settled(layout: Layout, sheets: Iterable[_Sheet], day: date, there: Found) -> Iterator[_Sheet]:
    for sheet in sheets:
        if not _shown(layout, sheet.only_with, there) or any(
            _shown(layout, [name], there) for name in sheet.only_without
        ):
            continue
        own = layout.made_for.get(sheet.id)
        if own is not None and not 0 < there.values.get(own, 1) <= MOST_VALUES:
            continue
        periods = [part for item in sheet.periods for part in _periods(item, day, there)]
        rows = [row for row in sheet.rows if _shown(layout, row.only_with, there)]
        changed: dict[str, Any] = {
            "periods": list({period_text(item): item for item in periods}.values()),
            "rows": rows,
        }
        if isinstance(sheet, TableFile):
            changed["columns"] = _columns(layout, sheet.columns, there)
            rows = rows if changed["columns"] else []
        if periods and rows:
            yield _with(sheet, changed)


def _columns(layout: Layout, columns: Sequence[ColumnFile], there: Found) -> list[ColumnFile]:
    kept = []
    for column in columns:
        under = _columns(layout, column.columns, there)
        if _shown(layout, column.only_with, there) and (under or not column.columns):
            kept.append(column.model_copy(update={"columns": under}))
    return kept


def _shown(layout: Layout, names: Iterable[str], there: Found) -> bool:
    """Whether the register has something in all of these columns; of a clock, in both of its dates."""
    for name in names:
        column, codes = named(name)
        clock = layout.clocks.get(column)
        every_one = (clock.from_, clock.to) if clock else (column,)
        if not all(there.filled.get(one, 1) for one in every_one):
            return False
        if codes and not any(there.filled.get(f"{column}={code}", 1) for code in codes):
            return False
    return True


def _relative(item: str | PeriodFile) -> bool:
    return isinstance(item, PeriodFile) and item.period is None


def _periods(item: str | PeriodFile, day: date, there: Found) -> Iterator[str | PeriodFile]:
    """The period, or the periods it stands for as text, the oldest first."""
    if isinstance(item, str) or item.period is not None:
        yield item
        return
    grain = EVERY[item.every or "year"]
    if item.latest:
        found = list(_latest(grain, item.latest, day, there))
    else:
        found = list(every(grain, _first(item, day, there), _last(item, grain, day)))[-MOST_PERIODS:]
    if item.under_way:
        found += _under_way(grain, day, there)
    if item.together and len(found) > 1:
        yield f"{found[0].id}/{found[-1].id}"
        return
    for period in found:
        if item.under_way and period.last > day:
            # Beside whole years the part of one looks like a fall, so its name tells that it is no whole one.
            label = {"da": f"{period.danish} (ikke slut)", "en": f"{period.id} (not over)"}
            yield PeriodFile.model_validate({"period": period.id, "label": label})
        else:
            yield rolling(period, item.rolling).id if item.rolling else period.id


def _latest(grain: Grain, most: int, day: date, there: Found) -> Iterator[Period]:
    """The latest whole periods that are over by `day` and in which the register has something; at most so many."""
    until = min(day, there.last or day)
    since = max(there.first or date.min, date(max(1, until.year - most - 1), 1, 1))
    found = [period for period in every(grain, since, until) if period.last <= day]
    yield from found[-most:]


def _under_way(grain: Grain, day: date, there: Found) -> Iterator[Period]:
    """The period that `day` is in, where it is not over and the register has something in it."""
    this = next(every(grain, day, day))
    if there.last is not None and this.first <= there.last and day < this.last:
        yield this


def _first(item: PeriodFile, day: date, there: Found) -> date:
    return (there.first or day) if item.first == "register" else parse_period(item.first or "").first


def _last(item: PeriodFile, grain: Grain, day: date) -> date:
    """The last day of the last period: of the last one that is over, or the one that is named."""
    if item.last not in (None, "as_of"):
        return parse_period(item.last or "").last
    this = next(every(grain, day, day))
    return day if this.last == day else date.fromordinal(truncated(day, grain).toordinal() - 1)

"""The finest counts of a register as of a date: one query, however many tables are made of it.

A cube has one row per distinct combination of its columns, and in `needs.COUNT` how many cases have it. As a mapping of
column to values (`pyarrow.Table.to_pydict()`) it is what `statistics.register_cells` takes. Dates are cut to the first
day of their year, quarter or month; a clock is a column of whole days; a set stays text (`a|b`, "" for none); null is
unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.as_of import as_of
from sagsbarometer.appeals.clocks import Clock, days
from sagsbarometer.appeals.layouts.needs import COUNT, Columns
from sagsbarometer.kernel.periods import Grain

if TYPE_CHECKING:
    import ibis.expr.types as ir

VIEW = "view"  # the column that tells which of several cubes a row is of
_UNIT = {Grain.YEAR: "Y", Grain.QUARTER: "Q", Grain.MONTH: "M"}
_NO_CLOCKS: Mapping[str, Clock] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Cubes:
    """Several cubes of the same cases: the columns of each, and it as a pyarrow Table."""

    views: tuple[Columns, ...]
    tables: tuple[Any, ...]

    @property
    def cases(self) -> int:
        """How many cases were counted: as many in one cube as in the next."""
        return sum(self.tables[0][COUNT].to_pylist()) if self.tables else 0


def cube(
    deliveries: ir.Table,
    day: date,
    columns: Sequence[str],
    grain: Grain,
    clocks: Mapping[str, Clock] = _NO_CLOCKS,
) -> ir.Table:
    """Each combination of `columns` in the register as of `day`, and in COUNT how many cases have it.

    The rows come in no order.
    """
    cases = as_of(deliveries, day)
    return cases.group_by(**finest(cases, columns, grain, clocks)).aggregate(**{COUNT: cases.count()})


def finest(
    cases: ir.Table, columns: Sequence[str], grain: Grain, clocks: Mapping[str, Clock] = _NO_CLOCKS
) -> dict[str, Any]:
    """Each of `columns` as the cube has it, of cases as they stood (`as_of`)."""
    return {name: _cut(cases, name, grain, clocks) for name in columns}


def cubes(
    deliveries: ir.Table,
    day: date,
    views: Sequence[Columns],
    clocks: Mapping[str, Clock],
    execute: Callable[[ir.Table], Any],
) -> Cubes:
    """The cubes of several sets of columns, by one query that reads the register once."""
    cases = as_of(deliveries, day)
    if len(views) == 1:
        asked = {name: _cut(cases, name, grain, clocks) for name, grain in views[0].items()}
        return Cubes(tuple(views), (execute(cases.group_by(**asked).aggregate(**{COUNT: cases.count()})),))
    found = execute(_together(cases, views, clocks))
    return Cubes(tuple(views), tuple(_of_view(found, index, view) for index, view in enumerate(views)))


def _together(cases: ir.Table, views: Sequence[Columns], clocks: Mapping[str, Clock]) -> ir.Table:
    """Every case once per view, with nothing in the columns a view has not, counted."""
    import ibis

    names = sorted({name for view in views for name in view})
    narrow = cases.select(
        **{f"c{index}": _day_or_value(cases, name, clocks) for index, name in enumerate(names)}
    )
    repeated = narrow.mutate(**{VIEW: ibis.array(list(range(len(views)))).unnest()})
    keys: dict[str, Any] = {}
    for number, name in enumerate(names):
        value = repeated[f"c{number}"]
        by_grain: dict[Grain, list[int]] = {}
        for index, view in enumerate(views):
            if name in view:
                by_grain.setdefault(view[name] if value.type().is_date() else Grain.DAY, []).append(index)
        branches = [(repeated[VIEW].isin(of), _truncated(value, grain)) for grain, of in by_grain.items()]
        keys[name] = ibis.cases(*branches, else_=ibis.null(value.type()))
    return repeated.group_by(repeated[VIEW], **keys).aggregate(**{COUNT: repeated.count()})


def _of_view(found: Any, index: int, view: Columns) -> Any:
    """The rows of one view, as a pyarrow Table of its columns."""
    import pyarrow.compute as pc

    return found.filter(pc.equal(found[VIEW], index)).select([*view, COUNT])


def _day_or_value(cases: ir.Table, name: str, clocks: Mapping[str, Clock]) -> Any:
    return days(cases, clocks[name]) if name in clocks else cases[name]


def _cut(cases: ir.Table, name: str, grain: Grain, clocks: Mapping[str, Clock]) -> Any:
    return _truncated(_day_or_value(cases, name, clocks), grain)


def _truncated(value: Any, grain: Grain) -> Any:
    if grain is Grain.DAY or not value.type().is_date():
        return value
    return value.truncate(_UNIT[grain]).cast("date")

"""The finest counts of a register as of a date: one query, however many tables are made of it.

Its result as a mapping of column to values (`pyarrow.Table.to_pydict()`) is what `statistics.register_cells` takes:
one position per distinct combination of the columns, and in `needs.COUNT` how many cases have it. Dates are cut to the
first day of their year or month; a set stays text (`a|b`, "" for none); null is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.as_of import as_of
from sagsbarometer.appeals.needs import COUNT
from sagsbarometer.appeals.registration import COLUMNS
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.periods import Grain

if TYPE_CHECKING:
    import ibis.expr.types as ir


def cube(deliveries: ir.Table, day: date, columns: Sequence[str], grain: Grain) -> ir.Table:
    """Each combination of `columns` in the register as of `day`, and in COUNT how many cases have it.

    The rows come in no order.
    """
    cases = as_of(deliveries, day)
    return cases.group_by(**{name: _cut(cases[name], name, grain) for name in columns}).aggregate(
        **{COUNT: cases.count()}
    )


def _cut(value: Any, name: str, grain: Grain) -> Any:
    if COLUMNS[name] is not Type.DATE or grain is Grain.DAY:
        return value
    return value.truncate("Y" if grain is Grain.YEAR else "M").cast("date")

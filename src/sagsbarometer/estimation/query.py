"""The one grouped pass: how many rows say yes, how many are known, by everything that the numbers are made of.

Any engine can do it. It gives whole numbers only, and the weights and populations as they stand in the rows; all that
is worked out of them is worked out in `moments`, in one order, so that every engine gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.asked import By, Drawing, Variable

if TYPE_CHECKING:
    import ibis.expr.types as ir

ROWS = "rows"


def grouped_query(
    table: ir.Table, drawing: Drawing, variables: Sequence[Variable], by: Iterable[By] = ()
) -> ir.Table:
    """One query, one scan, however many variables and domains: a row per combination of the columns that a number
    depends on, with the columns `rows` and, per variable in order, `v0_yes`, `v0_known` and `v0_base` (the last two
    where they are not all rows). All are whole numbers; a sum of nothing may be null.

    Unknown answers are `v0_base` less `v0_known`, so nothing is filtered: a count with a filter each is far slower.
    """
    keys = key_columns(drawing, by)
    counts: dict[str, Any] = {ROWS: table.count()}
    for number, variable in enumerate(variables):
        answer = _whole(table[variable.column])
        counts[f"v{number}_yes"] = answer.sum()
        if not variable.complete:
            counts[f"v{number}_known"] = answer.count()
        if variable.base:
            counts[f"v{number}_base"] = _whole(table[variable.base]).sum()
    return table.group_by(list(keys)).aggregate(**counts) if keys else table.aggregate(**counts)


def key_columns(drawing: Drawing, by: Iterable[By] = ()) -> tuple[str, ...]:
    """What the pass groups by: the columns of the draw, and those of every grouping."""
    domains = (name for names in by for name in names)
    return tuple(dict.fromkeys((*drawing.columns, *domains)))


def _whole(column: Any) -> Any:
    """A truth as 1 or 0, since engines differ in whether truths can be added; a column without any answer as
    numbers.
    """
    dtype = column.type()
    return column.cast("int32") if dtype.is_boolean() or dtype.is_null() else column

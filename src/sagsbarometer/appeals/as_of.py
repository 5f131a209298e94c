"""A register as it stood on a date: of each case the last registration made before midnight in Denmark.

How DuckDB is asked is measured (decision 0009): the register is read for the order of its registrations, and once more
for the columns of those that count. Narrow columns read twice cost less than wide ones carried through a sort. Other
engines have no whole numbers that are wide enough; they number the registrations of each case.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.registration import DELIVERY, LINE, REGISTERED_AT, WITHDRAWN
from sagsbarometer.kernel.dates import COPENHAGEN

if TYPE_CHECKING:
    import ibis.expr.types as ir

_LINES = 2**32  # more than a delivery can have: delivery and line are 32 bits each, with a sign
_PLACES = 2**63  # more than there are places, a place being a delivery and a line


def end_of(day: date) -> datetime:
    """The moment in UTC when `day` ends in Denmark."""
    return datetime.combine(day + timedelta(days=1), time(), COPENHAGEN).astimezone(UTC)


def as_of(deliveries: ir.Table, day: date) -> ir.Table:
    """The last registration of each case before the end of `day`, one row a case; none of a case that is withdrawn.

    Of registrations at the same moment the one delivered last counts, and in one delivery the one on the lowest line.
    A line of a delivery is one registration: two rows with the same would both count.
    """
    return as_before(deliveries, end_of(day))


def as_before(deliveries: ir.Table, end: datetime) -> ir.Table:
    """As `as_of`, of the registrations before a moment."""
    import ibis

    moment = deliveries[REGISTERED_AT]
    written = moment < ibis.literal(end, type=moment.type())
    if deliveries.get_backend().name != "duckdb":
        return _by_number(deliveries.filter(written))
    last = deliveries.filter(written).group_by("case_id").aggregate(order=_order(deliveries).max())
    # Not the rows filtered above: a part used twice would be kept whole in memory.
    return deliveries.filter(written, _order(deliveries).isin(last["order"]), ~deliveries[WITHDRAWN])


def _by_number(written: ir.Table) -> ir.Table:
    """The registration of each case that no other comes after, unless it withdraws the case."""
    import ibis

    newest_first = [written[name].desc() for name in (REGISTERED_AT, DELIVERY, LINE)]
    numbered = written.mutate(
        _place=ibis.row_number().over(ibis.window(group_by=written["case_id"], order_by=newest_first))
    )
    return numbered.filter(numbered["_place"] == 0, ~numbered[WITHDRAWN]).drop("_place")


def _order(deliveries: ir.Table) -> Any:
    """One number that grows with the moment, then the delivery, then the line; no two registrations have the same.

    It needs 128 bits. Ibis has no such type, and says 64; the engine widens, because the factor does not fit in 63
    bits. The number is only compared and never leaves the engine.
    """
    import ibis

    place = deliveries[DELIVERY].cast("int64") * _LINES + deliveries[LINE]
    return _microseconds()(deliveries[REGISTERED_AT]) * ibis.literal(_PLACES, type="uint64") + place


@cache
def _microseconds() -> Any:
    """Microseconds since 1970 of a moment. DuckDB's own: what every engine has goes by way of the calendar."""
    import ibis

    def epoch_us(moment: Any) -> Any:
        """Not run here; the engine has it."""

    return ibis.udf.scalar.builtin(epoch_us, signature=(("timestamp",), "int64"))

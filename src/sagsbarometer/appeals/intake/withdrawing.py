"""Which cases of a register a full delivery no longer has."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sagsbarometer.appeals.as_of import as_before

if TYPE_CHECKING:
    import ibis.expr.types as ir


def no_longer_there(deliveries: ir.Table, delivered: ir.Table, moment: datetime) -> ir.Table:
    """The ids of the cases that stood in the register at `moment` and are not delivered, in order."""
    there = as_before(deliveries, moment + timedelta(microseconds=1))
    return there.anti_join(delivered.select("case_id"), "case_id").select("case_id").order_by("case_id")

"""Which cases of a register a full delivery no longer has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sagsbarometer.appeals.as_of import as_before
from sagsbarometer.appeals.intake.rules import LEVEL_OF, level_of
from sagsbarometer.kernel.problems import Place, Problem

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_WITHDRAWN = (
    20  # percent of the cases that stand in the register: more is rather half a file than a full one
)


def standing(deliveries: ir.Table, moment: datetime) -> ir.Table:
    """The cases that stood in the register at `moment`."""
    return as_before(deliveries, moment + timedelta(microseconds=1))


def no_longer_there(deliveries: ir.Table, delivered: ir.Table, moment: datetime) -> ir.Table:
    """The ids of the cases that stood in the register at `moment` and are not delivered, in order."""
    there = standing(deliveries, moment)
    return there.anti_join(delivered.select("case_id"), "case_id").select("case_id").order_by("case_id")


def many_withdrawn(gone: int, there: int, file: str, levels: Mapping[str, str]) -> tuple[Problem, ...]:
    """REGISTER-116 where a full delivery takes more of the cases there are than is likely to be meant."""
    if 100 * gone <= MOST_WITHDRAWN * there:
        return ()
    fault = f"En hel levering ville trække {gone} af registrets {there} sager tilbage, mere end {MOST_WITHDRAWN} %."
    remedy = (
        "Er filen kun en del af sagerne, så importér den uden --full og delivery: full. Mener du det, så skriv "
        "rules: {many_withdrawn: soft} i mappingen."
    )
    return (
        Problem("REGISTER-116", Place(file), fault, remedy, LEVEL_OF[level_of("many_withdrawn", levels)]),
    )

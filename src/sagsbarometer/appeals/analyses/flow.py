"""What came in, what left and what waits in a register, month by month: what a scenario starts from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.analyses.waits import DECIDED, ENDED, LAPSED, OPEN, kind_of
from sagsbarometer.appeals.as_of import as_of
from sagsbarometer.appeals.layouts.needs import COUNT
from sagsbarometer.kernel.periods import Grain, Period, parse_period, rolling, truncated

if TYPE_CHECKING:
    import ibis.expr.types as ir

MONTHS = 12
_LEFT = (DECIDED, LAPSED, ENDED)


@dataclass(frozen=True, slots=True)
class Flow:
    """The latest twelve whole months of a register, and those that wait on the day by how many days they have.

    `decided` is all that took capacity: decisions on the merits, and cases that ended nobody knows how. `waited` is
    the sum over the months of those that waited at their start and came in during them, which is what could lapse.
    """

    period: Period
    received: int
    decided: int
    lapsed: int
    waited: int
    pending: Mapping[int, int]

    @property
    def lapse(self) -> Fraction:
        """The part of those that waited that lapsed in a month, in ten thousandths."""
        return Fraction(self.lapsed * 10_000 // self.waited, 10_000) if self.waited else Fraction(0)


def latest_months(day: date) -> Period:
    """The twelve whole months that end on `day` or before."""
    last = day if (day + timedelta(days=1)).day == 1 else truncated(day, Grain.MONTH) - timedelta(days=1)
    return rolling(parse_period(f"{last.year:04d}-{last.month:02d}"), MONTHS)


def flow_query(deliveries: ir.Table, day: date, merits: Iterable[str]) -> ir.Table:
    """How many cases came in and left in which months, and how; those that wait by their days too. In no order."""
    import ibis

    cases = as_of(deliveries, day)
    kind = kind_of(cases, day, merits)
    keys = {
        "received": cases["received_on"].truncate("M").cast("date"),
        "left": cases["decided_on"].truncate("M").cast("date"),
        "kind": kind,
        "days": ibis.ifelse(
            kind == OPEN,
            ibis.literal(day).delta(cases["received_on"], unit="day"),
            ibis.null("int64"),
        ),
    }
    return cases.group_by(**keys).aggregate(**{COUNT: cases.count()})


def flow(found: Mapping[str, Sequence[Any]], day: date) -> Flow:
    """The rows of `flow_query` as a flow."""
    period = latest_months(day)
    received = decided = lapsed = waited = 0
    pending: Counter[int] = Counter()
    rows = zip(*(found[key] for key in ("received", "left", "kind", "days", COUNT)), strict=True)
    for came, left, kind, days, cases in rows:
        if kind != OPEN and kind not in _LEFT:
            continue
        if kind == OPEN:
            pending[days] += cases
        received += cases if period.holds(came) else 0
        if kind in _LEFT and period.holds(left):
            lapsed += cases if kind == LAPSED else 0
            decided += cases if kind != LAPSED else 0
        waited += cases * _months_waited(came, left, period)
    return Flow(period, received, decided, lapsed, waited, dict(pending))


def _months_waited(came: date, left: date | None, period: Period) -> int:
    """In how many months of the period a case could have lapsed: those from its receipt to its end, both included."""
    first, last = max(came, period.first), min(left or period.last, period.last)
    return max(0, 12 * (last.year - first.year) + last.month - first.month + 1)

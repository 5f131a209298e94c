"""Which cases of a list can be drawn: a case nobody appealed is one only when nobody can any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sagsbarometer.kernel.deadlines import deadline
from sagsbarometer.sampling.listing import Listing, ListRow, listing

APPEALED, NOT_SAFE, IN_REGISTER = "appealed", "not_safe", "in_register"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a list is judged. `weeks`: the appeal deadline, 0 where the plan does not ask; `on`: the day that the list
    tells of, None where it is not needed; `receipt_days`: added to the day of decision where receipt is not told;
    `in_register`: ids that the board's own register has an appeal of."""

    weeks: int = 0
    on: date | None = None
    receipt_days: int = 0
    in_register: Collection[str] = frozenset()


def safe_after(decided_on: date, received_on: date | None, weeks: int, receipt_days: int = 0) -> date:
    """The last day of the appeal deadline: a case without an appeal is safe on every day after it.

    The deadline is `weeks` from the day the decision was received, that day not counted, and ends on a working day
    (`kernel.deadlines`). Where the receipt is not told it is taken to be `receipt_days` after the decision.
    Source: retssikkerhedsloven § 67 (four weeks).
    """
    received = received_on or decided_on + timedelta(days=receipt_days)
    return deadline(received, weeks)


def judged(listed: Listing, rule: Rule) -> Listing:
    """The list with `left_out` of each case: `appealed` as the list says, `in_register`, `not_safe`, "" for none.

    Nothing is guessed: under a deadline, a case whose day of decision nobody knows is not safe.
    """
    return listing(listed.strata, (replace(row, left_out=_why(row, rule)) for row in listed.rows))


def _why(row: ListRow, rule: Rule) -> str:
    if row.appealed:
        return APPEALED
    if row.id in rule.in_register:
        return IN_REGISTER
    if not rule.weeks or rule.on is None:
        return ""
    if row.decided_on is None and row.received_on is None:
        return NOT_SAFE
    decided = row.decided_on or row.received_on
    assert decided is not None
    return "" if rule.on > safe_after(decided, row.received_on, rule.weeks, rule.receipt_days) else NOT_SAFE


def left_out(listed: Listing) -> dict[str, int]:
    """How many cases are left out, by why; only what there is."""
    counts = Counter(row.left_out for row in listed.rows if row.left_out)
    return dict(sorted(counts.items()))

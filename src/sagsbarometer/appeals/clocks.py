"""Clocks: whole days from one date of a case to another, as data in layouts/measures.yaml.

A clock is a column of whole numbers that nobody registered: the engine makes it of two dates. Conditions ask for it by
its name, and mean and quantile measures count how many cases took how many days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sagsbarometer.measures.measure import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Clock:
    """From one date to another; `by_outcome`: another last date for some outcomes (a remitted case goes on).

    Unknown where one of the dates is, or where the days would be negative. `unclear`: outcomes that do not tell which
    last date counts.
    """

    id: str
    from_: str
    to: str
    label: Text
    source: str
    by_outcome: Mapping[str, str] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """The columns of a registration that the clock is made of."""
        return frozenset({self.from_, self.to, *self.by_outcome.values()}) | (
            {"outcome"} if self.by_outcome else set()
        )


def unclear_outcomes(by_outcome: Mapping[str, str], one_of: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The outcomes that may be one of `by_outcome` and may be another."""
    return tuple(
        code for code, members in one_of.items() if len({by_outcome.get(member) for member in members}) > 1
    )


def days(cases: ir.Table, clock: Clock) -> Any:
    """The clock of each case, as whole days; null where it is unknown or there is none."""
    import ibis

    last = cases[clock.to]
    if clock.by_outcome:
        outcome, none = cases["outcome"], ibis.null("date")
        branches = [(outcome.isnull(), none)]
        branches += [(outcome.isin(clock.unclear), none)] if clock.unclear else []
        branches += [(outcome == code, cases[column]) for code, column in clock.by_outcome.items()]
        last = ibis.cases(*branches, else_=last)
    number = last.delta(cases[clock.from_], unit="day")
    return ibis.ifelse(number >= 0, number, ibis.null("int64")).cast("int64")

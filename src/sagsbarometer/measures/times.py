"""Times of a register from how many cases took how many whole days: means, quantiles and their bounds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.count import Counts, Maybe
from sagsbarometer.measures.measure import Kind, Measure

_DAYS_IN_WEEK = 7
Bounds = tuple[Decimal | None, Decimal | None]


def time_value(measure: Measure, counts: Counts) -> tuple[int, int, Decimal | None]:
    """Numerator, cases with a known time, and the value in the measure's unit, None where no time is known.

    The numerator is the sum of days of a mean, and the day itself of a quantile.
    """
    days = counts.days or {}
    known = sum(days.values())
    if measure.kind is Kind.MEAN:
        total = sum(day * cases for day, cases in days.items())
        return total, known, in_unit(Fraction(total, known), measure.unit) if known else None
    day = quantile(days, measure.quantile)
    return day or 0, known, None if day is None else in_unit(Fraction(day), measure.unit)


def time_bounds(measure: Measure, counts: Counts) -> Bounds:
    """What a quantile would be if the unknown times, and the cases that may be in the group, were such that it is the
    shortest or the longest; None where there is no limit. A mean has none: an unknown time can be of any length."""
    maybe = counts.maybe or Maybe()
    if measure.kind is Kind.MEAN or not (counts.unknown or maybe.days or maybe.unknown):
        return None, None
    low, high = quantile_bounds(
        counts.days or {}, counts.unknown, maybe.days or {}, maybe.unknown, measure.quantile
    )
    return _day(low, measure.unit), _day(high, measure.unit)


def quantile(days: Mapping[int, int], percent: int) -> int | None:
    """The smallest whole day by which at least `percent` of the cases are done; None of no cases.

    >>> quantile({10: 1, 20: 2, 90: 1}, 50)
    20
    """
    cases, done = sum(days.values()), 0
    for day in sorted(days):
        done += days[day]
        if days[day] and 100 * done >= percent * cases:
            return day
    return None


def quantile_bounds(
    days: Mapping[int, int], unknown: int, maybe: Mapping[int, int], maybe_unknown: int, percent: int
) -> tuple[int | None, int | None]:
    """The least and the greatest day the quantile can be.

    The `unknown` cases are in the group with a time from 0 days to any number; those of `maybe` and `maybe_unknown`
    may be in it. None where there is no such day.
    """
    low = high = None
    known, free = sum(days.values()), unknown + maybe_unknown
    others = sum(maybe.values())
    done = maybe_done = 0
    for day in sorted({0, *days, *maybe}):
        done += days.get(day, 0)
        maybe_done += maybe.get(day, 0)
        # At best all that may be in the group and are done by then are, and all unknown times are over.
        best, of = done + maybe_done + free, known + maybe_done + free
        if low is None and best and 100 * best >= percent * of:
            low = day
        # At worst those that are not done are all in it, the unknown among them.
        left = known - done + others - maybe_done + free
        if high is None and done + left and 100 * done >= percent * (done + left):
            high = day
    if high is None and not known and not free:
        high = max(
            (day for day, cases in maybe.items() if cases), default=None
        )  # it is the only one in the group
    return low, high


def in_unit(days: Fraction, unit: str) -> Decimal:
    """Days as weeks or days, with six decimals."""
    return round_half_up(days / _DAYS_IN_WEEK if unit == "weeks" else days, 6)


def _day(day: int | None, unit: str) -> Decimal | None:
    return None if day is None else in_unit(Fraction(day), unit)

"""A queue month by month under assumptions: receipts and capacity in, pending cases, their age and the time taken out.

Cases stand in cohorts of those received in the same month; every number is whole and nothing is drawn by chance. Each
month: cases come in, some of all that wait lapse, then as many are decided as there is capacity for. It is what
follows from the assumptions, no forecast.

A month is 365.25 / 12 days. Cases come in evenly over a month, so at its end they are half a month old. Decisions are
counted in the middle of a month; a case decided in the month it came in counts a third of one, which is how far apart
two moments of a month are on average.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from sagsbarometer.kernel.rounding import round_half_up

MONTH = Fraction(36525, 1200)  # days
_HALF, _THIRD = Fraction(1, 2), Fraction(1, 3)


class Order(StrEnum):
    """Which cases are decided first."""

    OLDEST_FIRST = "oldest_first"
    RANDOM = "random"  # all as likely: of each cohort as large a part
    NEWEST_FIRST = "newest_first"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """`receipts` and `capacity` are cases per month, the last of them also for the months after; `lapse` is the part of
    all that wait that lapses each month. Raises ValueError for what no queue can have."""

    receipts: tuple[int, ...]
    capacity: tuple[int, ...]
    months: int
    lapse: Fraction = Fraction(0)
    order: Order = Order.OLDEST_FIRST

    def __post_init__(self) -> None:
        numbers = (*self.receipts, *self.capacity)
        if not self.receipts or not self.capacity or min(numbers) < 0:
            raise ValueError("receipts or capacity")
        if self.months < 1 or not 0 <= self.lapse <= 1:
            raise ValueError("months or lapse")


@dataclass(frozen=True, slots=True)
class Cohort:
    """Cases that came in together, so many days before the start of a month on average; negative for those that come
    later."""

    cases: int
    age: Fraction


@dataclass(frozen=True, slots=True)
class Month:
    """One month, from 1. Ages and times are days on average; None where there are no cases."""

    number: int
    received: int
    lapsed: int
    decided: int
    idle: int  # capacity nobody waited for
    pending: int  # at the end
    pending_age: Fraction | None
    decided_time: Fraction | None


def run(assumptions: Assumptions, backlog: Iterable[Cohort] = ()) -> tuple[Month, ...]:
    """Every month in turn. `backlog`: those that wait at the start, their age counted there."""
    order = assumptions.order
    waiting = sorted((cohort for cohort in backlog if cohort.cases), key=lambda cohort: -cohort.age)
    months = []
    for number in range(1, assumptions.months + 1):
        received = _of(assumptions.receipts, number)
        capacity = _of(assumptions.capacity, number)
        start = (number - 1) * MONTH
        # Received on average in the middle of the month: half a month after its start.
        waiting.append(Cohort(received, -(start + _HALF * MONTH)))
        lapsed = int(round_half_up(assumptions.lapse * sum(cohort.cases for cohort in waiting)))
        waiting = _without(waiting, _evenly(waiting, lapsed))
        decided = min(capacity, sum(cohort.cases for cohort in waiting))
        taken = _taken(waiting, decided, order)
        times = [
            (cases, _time(cohort, number)) for cohort, cases in zip(waiting, taken, strict=True) if cases
        ]
        waiting = _without(waiting, taken)
        end = start + MONTH
        months.append(
            Month(
                number,
                received,
                lapsed,
                decided,
                capacity - decided,
                sum(cohort.cases for cohort in waiting),
                _mean((cohort.cases, cohort.age + end) for cohort in waiting),
                _mean(times),
            )
        )
        waiting = [cohort for cohort in waiting if cohort.cases]
    return tuple(months)


def cohorts(days: Mapping[int, int]) -> tuple[Cohort, ...]:
    """Those that wait, by how many whole days they have, in cohorts of a month each with its own mean age; the oldest
    first."""
    found: dict[int, list[int]] = {}
    for day, cases in days.items():
        sums = found.setdefault(int(day / MONTH), [0, 0])
        sums[0] += cases
        sums[1] += cases * day
    return tuple(
        Cohort(cases, Fraction(total, cases))
        for _, (cases, total) in sorted(found.items(), reverse=True)
        if cases
    )


def spread(cases: int, mean_age: Fraction) -> tuple[Cohort, ...]:
    """So many cases spread evenly over ages from 0 to twice the mean (in days), in cohorts of a month or less; the
    oldest first. Their mean is the one given, exactly.

    Case number i of n (from 0) has the age (2i + 1) / n of the mean. A cohort has the mean age of its own cases, so
    whole cases take nothing from the mean of all, however few they are.
    """
    parts = max(1, -int(-2 * mean_age // MONTH))
    edges = [cases * number // parts for number in range(parts + 1)]
    return tuple(
        Cohort(last - first, Fraction(first + last, cases) * mean_age)
        for first, last in reversed(list(pairwise(edges)))
        if last > first
    )


def _of(numbers: Sequence[int], month: int) -> int:
    return numbers[min(month, len(numbers)) - 1]


def _time(cohort: Cohort, month: int) -> Fraction:
    """How long a case of a cohort has taken that is decided in the middle of a month."""
    days = cohort.age + (month - _HALF) * MONTH
    return days if days else _THIRD * MONTH


def _taken(waiting: Sequence[Cohort], cases: int, order: Order) -> list[int]:
    """How many of each cohort are decided; the oldest cohort is the first."""
    if order is Order.RANDOM:
        return _evenly(waiting, cases)
    taken = []
    oldest_first = order is Order.OLDEST_FIRST
    for cohort in waiting if oldest_first else reversed(waiting):
        taken.append(min(cohort.cases, cases))
        cases -= taken[-1]
    return taken if oldest_first else taken[::-1]


def _evenly(waiting: Sequence[Cohort], cases: int) -> list[int]:
    """`cases` taken of the cohorts in proportion, in whole ones: what is left over goes where the largest part of a
    case was cut off, the oldest first."""
    total = sum(cohort.cases for cohort in waiting)
    if not total:
        return [0] * len(waiting)
    parts = [divmod(cohort.cases * cases, total) for cohort in waiting]
    taken = [whole for whole, _ in parts]
    by_rest = sorted(range(len(parts)), key=lambda number: (-parts[number][1], number))
    for number in by_rest[: cases - sum(taken)]:
        taken[number] += 1
    return taken


def _without(waiting: Sequence[Cohort], taken: Sequence[int]) -> list[Cohort]:
    return [Cohort(cohort.cases - cases, cohort.age) for cohort, cases in zip(waiting, taken, strict=True)]


def _mean(parts: Iterable[tuple[int, Fraction]]) -> Fraction | None:
    known = [(cases, days) for cases, days in parts if cases]
    cases = sum(own for own, _ in known)
    return Fraction(sum(own * days for own, days in known), cases) if cases else None

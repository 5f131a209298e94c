"""Shares held against each other: later periods with earlier ones, groups with groups, and the way all periods go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise

from sagsbarometer.kernel.periods import Grain, Period
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.comparing import Point, Trend, difference, newcombe, trend, wilson
from sagsbarometer.measures.intervals import Interval
from sagsbarometer.measures.measure import Break

Cells = Mapping[tuple[str, str], Cell]  # group ("" for all cases) and period to its share
_LEAP = Fraction(1461, 4)  # days in a year, about
_TREND_FROM = 3  # periods


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with the process interval it has where it is compared; None where there are no cases."""

    group: str
    period: Period
    cell: Cell
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Difference:
    """The share of `cell` less that of `other`, in percentage points, with its process interval; None where one of them
    has no cases. `breaks`: what lies between the two, so that they do not count the same."""

    cell: Cell
    other: Cell
    group: str
    other_group: str
    period: Period
    other_period: Period
    points: Decimal | None
    interval: Interval | None
    breaks: tuple[Break, ...] = ()

    @property
    def holds_nought(self) -> bool:
        """Whether the interval has no difference in it."""
        return self.interval is not None and self.interval.low <= 0 <= self.interval.high


@dataclass(frozen=True, slots=True)
class Course:
    """The way a group's share goes over all the periods, in points a year; None where nothing can be said."""

    group: str
    trend: Trend | None
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """All that was compared. `between_groups` stands beside `between_periods`; each may be empty."""

    rates: tuple[Rate, ...]
    between_periods: tuple[Difference, ...]
    between_groups: tuple[Difference, ...]
    courses: tuple[Course, ...]


def compared(
    cells: Cells,
    rows: Sequence[str],
    against: Sequence[str],
    periods: Sequence[Period],
    breaks: Mapping[str, Sequence[Break]],
) -> Compared:
    """The shares of the groups in `rows` over `periods`, each against the one before and the last against the first;
    those in `against` with each other in each period; and from three periods on their trend.

    `breaks` of a group are those of the law behind it. Periods are taken in the order of time.
    """
    ordered = sorted(periods, key=lambda period: period.first)
    rates = [
        Rate(group, period, cell, _alone(cell))
        for group in rows
        for period in ordered
        for cell in [cells[group, period.id]]
    ]
    over_time = [
        _apart(cells, (group, later), (group, earlier), _between(breaks.get(group, ()), earlier, later))
        for group in rows
        for earlier, later in _steps(ordered)
    ]
    across = [
        _apart(cells, (one, period), (other, period), ())
        for period in ordered
        for one, other in combinations(against, 2)
    ]
    courses = [_course(cells, group, ordered, breaks.get(group, ())) for group in rows]
    return Compared(
        tuple(rates),
        tuple(over_time),
        tuple(across),
        tuple(courses) if len(ordered) >= _TREND_FROM else (),
    )


def _steps(periods: Sequence[Period]) -> Iterator[tuple[Period, Period]]:
    """Each period with the next, then the first with the last."""
    yield from pairwise(periods)
    if len(periods) >= _TREND_FROM:
        yield periods[0], periods[-1]


def _alone(cell: Cell) -> Interval | None:
    return wilson(cell.numerator, cell.denominator) if cell.denominator else None


def _apart(
    cells: Cells,
    one: tuple[str, Period],
    other: tuple[str, Period],
    breaks: tuple[Break, ...],
) -> Difference:
    (group, period), (other_group, other_period) = one, other
    cell, against = cells[group, period.id], cells[other_group, other_period.id]
    points = interval = None
    if cell.denominator and against.denominator:
        counts = (cell.numerator, cell.denominator), (against.numerator, against.denominator)
        points, interval = difference(*counts), newcombe(*counts)
    return Difference(cell, against, group, other_group, period, other_period, points, interval, breaks)


def _course(cells: Cells, group: str, periods: Sequence[Period], breaks: Sequence[Break]) -> Course:
    years = all(period.grain is Grain.YEAR and period.first.year == period.last.year for period in periods)
    points = []
    for period in periods:
        cell = cells[group, period.id]
        middle = Fraction(period.first.toordinal() + period.last.toordinal() + 1, 2) / _LEAP
        time = Fraction(period.first.year) if years else middle
        points.append(Point(time, cell.numerator, cell.denominator))
    enough = sum(point.trials > 0 for point in points) >= _TREND_FROM
    line = trend(points) if enough else None
    return Course(group, line, _between(breaks, periods[0], periods[-1]))


def _between(breaks: Sequence[Break], earlier: Period, later: Period) -> tuple[Break, ...]:
    """The breaks that come after a case of the earlier period can have been counted, and before the later one ends."""
    return tuple(item for item in breaks if earlier.first < _day(item) <= later.last)


def _day(item: Break) -> date:
    return date.fromisoformat(item.date if len(item.date) > 4 else f"{item.date}-01-01")

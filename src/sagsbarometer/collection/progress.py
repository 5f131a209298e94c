"""How far the collection of cases has come, when it may be complete, and what reading is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, sqrt

from sagsbarometer.kernel.deadlines import is_working_day

WINDOW = 15  # working days that the rate is taken from
FEWEST = 5  # cases and days below which nothing is forecast
_LEVEL = 1.28  # standard deviations: four of five, were each day as the others
_FARTHEST = 520  # working days: two years away is no forecast
PER_WEEK = 40  # cases a reader reads in a week (issue of the study's plan; the plan may say otherwise)

WAITING, IN, OUT = "submitted", "screened_in", "excluded"
DELIVERED = frozenset({WAITING, IN, OUT})


@dataclass(frozen=True, slots=True)
class Asked:
    """What one municipality was asked for. `none_of`: strata it says it has no more of."""

    code: str
    name: str
    wanted: Mapping[str, int]
    none_of: frozenset[str] = frozenset()
    state: str = "called_in"
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """A case as far as counting goes. `submitted` and `screened`: the days; None before. `finding`: neither a written
    decision nor a word of an oral one."""

    code: str
    stratum: str
    state: str
    submitted: date | None = None
    screened: date | None = None
    reasons: tuple[str, ...] = ()
    finding: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """Whole cases of a municipality, a stratum or all.

    What adds up: asked + extra = open + delivered + none, and delivered = in_ + out + waiting. `extra`: delivered above
    what was asked (or after the municipality said that it had none). `none`: asked for, and there are none. `returned`
    are sent back to the municipality, and `drafts` begun there; both are among the open.
    """

    asked: int = 0
    open: int = 0
    delivered: int = 0
    none: int = 0
    extra: int = 0
    in_: int = 0
    out: int = 0
    waiting: int = 0
    returned: int = 0
    drafts: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def screened(self) -> int:
        """Cases with a verdict."""
        return self.in_ + self.out


def count(wanted: int, none: bool, states: Iterable[str]) -> Count:
    """One stratum of one municipality."""
    by = Counter(states)
    delivered = sum(by[state] for state in DELIVERED)
    left = max(wanted - delivered, 0)
    return Count(
        asked=wanted,
        open=0 if none else left,
        delivered=delivered,
        none=left if none else 0,
        extra=max(delivered - wanted, 0),
        in_=by[IN],
        out=by[OUT],
        waiting=by[WAITING],
        returned=by["returned"],
        drafts=by["draft"],
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One municipality: its numbers, and how late it is."""

    code: str
    name: str
    state: str
    count: Count
    strata: Mapping[str, Count]
    deadline: date | None = None
    days_late: int = 0  # days past the deadline with something open; 0 for not late

    @property
    def standing(self) -> str:
        """`late`, `none_yet`, `part`, `all` or `not_asked`: the word of a tile."""
        if self.state in ("planned", "noticed") or not self.count.asked:
            return "not_asked"
        if not self.count.open:
            return "all"
        if self.days_late:
            return "late"
        return "part" if self.count.delivered else "none_yet"


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the last case that is asked for is in, by working days. `day` is None where nothing can be said: see `why`.

    `first` and `last`: the range; `last` None where the slow end is more than two years away.
    """

    left: int
    day: date | None = None
    first: date | None = None
    last: date | None = None
    rate: Fraction = Fraction(0)  # cases a working day
    cases: int = 0  # that the rate is of
    days: int = 0
    why: str = ""  # done, too_few, stands_still


@dataclass(frozen=True, slots=True)
class Progress:
    """All that the page of the collection tells."""

    total: Count
    municipalities: tuple[Line, ...]  # by code
    strata: Mapping[str, Count]
    targets: Mapping[str, int]  # cases wanted in the study, by stratum
    target: int
    days: tuple[
        tuple[date, int, int], ...
    ]  # day, delivered, screened in; every day from the first to the last
    forecast: Forecast
    findings: int = 0
    lacking: Mapping[str, int] = field(default_factory=dict)  # stratum: cases that nobody is asked for

    @property
    def late(self) -> tuple[Line, ...]:
        """The municipalities past their deadline, the latest first."""
        late = [line for line in self.municipalities if line.standing == "late"]
        return tuple(sorted(late, key=lambda line: (-line.days_late, -line.count.open, line.code)))


def progress(
    asked: Sequence[Asked], arrived: Sequence[Arrived], today: date, targets: Mapping[str, int] | None = None
) -> Progress:
    """The collection as it stands on a day. `targets`: cases the study is to end with, by stratum; without them all
    that was asked for less what was found not to be there.

    Cases of a municipality that was not asked are not counted: there is no such thing. Raises KeyError for one.
    """
    by_place: dict[tuple[str, str], list[str]] = {}
    codes = {item.code for item in asked}
    for case in arrived:
        if case.code not in codes:
            raise KeyError(case.code)
        by_place.setdefault((case.code, case.stratum), []).append(case.state)
    lines = tuple(_line(item, by_place, today) for item in sorted(asked, key=lambda item: item.code))
    strata: dict[str, Count] = {}
    for line in lines:
        for stratum, counted in line.strata.items():
            strata[stratum] = strata.get(stratum, Count()) + counted
    strata = dict(sorted(strata.items()))
    total = sum((line.count for line in lines), Count())
    wished = (
        dict(targets) if targets else {name: counted.asked - counted.out for name, counted in strata.items()}
    )
    target = sum(wished.values())
    lacking = {}
    for name, number in sorted(wished.items()):
        now = strata.get(name, Count())
        if (missing := number - now.in_ - now.waiting - now.open) > 0:
            lacking[name] = missing
    delivered = [case.submitted for case in arrived if case.state in DELIVERED and case.submitted]
    kept = [case.screened for case in arrived if case.state == IN and case.screened]
    left = sum(
        min(max(number - now.in_, 0), now.waiting + now.open)
        for name, number in wished.items()
        for now in (strata.get(name, Count()),)
    )
    return Progress(
        total, lines, strata, wished, target, per_day(delivered, kept), forecast(kept, left, today),
        sum(case.finding for case in arrived), lacking,
    )  # fmt: skip


def _line(item: Asked, by_place: Mapping[tuple[str, str], list[str]], today: date) -> Line:
    named = set(item.wanted) | {stratum for code, stratum in by_place if code == item.code}
    strata = {
        stratum: count(
            item.wanted.get(stratum, 0), stratum in item.none_of, by_place.get((item.code, stratum), ())
        )
        for stratum in sorted(named)
    }
    whole = sum(strata.values(), Count())
    late = 0
    if item.deadline and whole.open and item.state in ("called_in", "reopened"):
        late = max((today - item.deadline).days, 0)
    return Line(item.code, item.name, item.state, whole, strata, item.deadline, late)


def per_day(delivered: Iterable[date], screened_in: Iterable[date]) -> tuple[tuple[date, int, int], ...]:
    """Cases delivered and taken in each day, from the first such day to the last, days with none too."""
    came, kept = Counter(delivered), Counter(screened_in)
    if not (seen := [*came, *kept]):
        return ()
    span = (max(seen) - min(seen)).days + 1
    all_days = (min(seen) + timedelta(days=at) for at in range(span))
    return tuple((day, came[day], kept[day]) for day in all_days)


def forecast(taken_in: Iterable[date], left: int, today: date) -> Forecast:
    """When the last of `left` cases is taken in, were the coming days as the latest.

    Method: the rate is the cases taken in over the latest 15 working days before today (fewer where the first case came
    later), and the working days left are `left` / rate. The range is the rate with a half-width of 1.28 √cases: four of
    five times, were cases to arrive independently of each other. They arrive in heaps, so the true range is wider.
    Nothing is said with fewer than 5 cases or 5 working days, or where the slow end lies more than two years ahead.
    """
    if left <= 0:
        return Forecast(0, why="done")
    days = sorted(day for day in taken_in if day < today)
    window: list[date] = []
    day = today - timedelta(days=1)
    while days and len(window) < WINDOW and day >= days[0]:
        if is_working_day(day):
            window.append(day)
        day -= timedelta(days=1)
    since = window[-1] if window else today
    cases = sum(day >= since for day in days)
    if days and not cases:
        return Forecast(left, cases=0, days=len(window), why="stands_still")
    if cases < FEWEST or len(window) < FEWEST:
        return Forecast(left, cases=cases, days=len(window), why="too_few")
    rate = Fraction(cases, len(window))
    fast, slow = (cases + sign * _LEVEL * sqrt(cases) for sign in (1, -1))
    return Forecast(
        left,
        _working_days_on(today, ceil(left / rate)),
        _working_days_on(today, ceil(left * len(window) / fast)),
        _working_days_on(today, ceil(left * len(window) / slow)),
        rate,
        cases,
        len(window),
    )


def _working_days_on(today: date, days: int) -> date | None:
    """The day of the `days`-th working day from today, today being the first; None beyond two years."""
    if days > _FARTHEST:
        return None
    day, left = today, days
    while True:
        left -= is_working_day(day)
        if left <= 0:
            return day
        day += timedelta(days=1)


def reader_weeks(
    cases: int, per_week: int = PER_WEEK, read_twice: Fraction = Fraction(0), handed_in: int = 0
) -> Fraction:
    """Weeks of one reader for what is left of `cases`, of which a share is read by two, when `handed_in` readings are
    done. Raises ValueError where nobody reads any."""
    if per_week <= 0:
        raise ValueError(per_week)
    return max(Fraction(cases) * (1 + read_twice) - handed_in, Fraction(0)) / per_week

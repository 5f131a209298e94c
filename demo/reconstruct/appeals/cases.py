"""Cases from groups: days, times of registration, and what was registered about a case later."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from demo.reconstruct.allocate import shuffled
from demo.reconstruct.appeals.groups import UPHELD, Group, bounds
from demo.reconstruct.appeals.printed import ANNUAL, YEARS, Printed
from demo.reconstruct.appeals.series import Correction

# A case is registered within so many days, so that November 2022 is complete when table 2 was drawn on 15 December.
DAYS_TO_REGISTER = 12
# After the annual report was drawn (11 April 2025), before the report of 2026 was (10 December 2025).
CORRECTED = (date(2025, 4, 14), date(2025, 11, 28))
CLOSED = ((1, 1), (12, 24), (12, 25), (12, 26), (12, 31))
COURTS = {
    "won": "sager, hvor Ankestyrelsen fik medhold",
    "lost": "sager, hvor Ankestyrelsen ikke fik medhold",
}


@dataclass(frozen=True, slots=True)
class Registration:
    """What was registered about a case at one time. None is unknown."""

    registered_at: datetime
    outcome: str
    keywords: frozenset[str] | None = None
    reasons: frozenset[str] | None = None
    court_judged_on: date | None = None
    court_result: str | None = None


@dataclass(slots=True)
class Case:
    """A decided case with its registrations, the oldest first. Law area and case subject are ids."""

    law_area: str
    case_subject: str
    decided_on: date
    registrations: list[Registration] = field(default_factory=list)

    def as_of(self, day: date) -> Registration | None:
        """The last registration made on the day or before."""
        made = [item for item in self.registrations if item.registered_at.date() <= day]
        return made[-1] if made else None


class Days:
    """Mondays to Fridays of a period outside Christmas and New Year, drawn one by one."""

    def __init__(self, first: date, last: date) -> None:
        every = (first + timedelta(days=number) for number in range((last - first).days + 1))
        self.days = [day for day in every if _working(day)]

    def draw(self, rng: random.Random) -> date:
        """Any of them."""
        return self.days[int(rng.random() * len(self.days))]


def _working(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in CLOSED


def make_cases(groups: Iterable[Group], rng: random.Random) -> list[Case]:
    """A case for each in the groups, in the order of decision."""
    found = []
    for group in groups:
        days = Days(*bounds(group.period))
        for _ in range(group.cases):
            decided = days.draw(rng)
            first = Registration(_registered(decided, rng), group.outcome)
            found.append(Case(group.law_area, group.case_subject, decided, [first]))
    return sorted(shuffled(found, rng), key=lambda case: case.decided_on)


def _registered(day: date, rng: random.Random) -> datetime:
    """A time in office hours (UTC) on a weekday, the day itself or within two weeks."""
    later = day + timedelta(days=int(rng.random() * DAYS_TO_REGISTER))
    while not _working(later):
        later -= timedelta(days=1)  # never before the day itself, which is one
    seconds = int(rng.random() * 6 * 3600)
    return datetime.combine(later, time(8), UTC) + timedelta(seconds=seconds)


def correct(cases: Sequence[Case], corrections: Iterable[Correction], rng: random.Random) -> None:
    """Registers the corrections on cases of 2024. Raises ValueError when too few have the outcome before."""
    days = Days(*CORRECTED)
    for item in corrections:
        able = [
            case
            for case in cases
            if case.case_subject == item.case_subject
            and case.decided_on.year == 2024
            and case.registrations[-1].outcome == item.before
        ]
        if len(able) < item.cases:
            raise ValueError(item)
        for case in shuffled(able, rng)[: item.cases]:
            at = _registered(days.draw(rng), rng)
            case.registrations.append(replace(case.registrations[-1], registered_at=at, outcome=item.after))


def judge(cases: Sequence[Case], printed: Printed, rng: random.Random) -> None:
    """Registers the judgments of table 4.7 on upheld cases decided two to four years before, each case once."""
    able = shuffled((case for case in cases if case.registrations[-1].outcome == UPHELD), rng)
    for year in YEARS:
        days = Days(*bounds(year))
        for result, row in COURTS.items():
            for _ in range(printed.number(ANNUAL, "4.7", row, "cases", year)):
                case = next(case for case in able if 2 <= int(year) - case.decided_on.year <= 4)
                able.remove(case)
                judged = days.draw(rng)
                at = _registered(judged, rng)
                last = case.registrations[-1]
                case.registrations.append(
                    replace(last, registered_at=at, court_judged_on=judged, court_result=result)
                )

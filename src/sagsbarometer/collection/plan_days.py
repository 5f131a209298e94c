"""The days of a study's plan: what is to happen when, and the holidays between the first of them and the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sagsbarometer.collection.plan_fields import StudyPlan
from sagsbarometer.collection.plan_steps import delivery_deadline, safe_from
from sagsbarometer.kernel.deadlines import CALENDARS, ends, working_days_before
from sagsbarometer.kernel.said import said


@dataclass(frozen=True, slots=True)
class Day:
    """A day with what happens on it; `ours` is False for a holiday."""

    day: date
    id: str
    what: str
    ours: bool = True


def reminder_days(plan: StudyPlan, deadline: date) -> tuple[date, ...]:
    """The working days on which to remind of a deadline: so many before it, so many after."""
    own, calendar = plan.calendar, CALENDARS[plan.calendar.calendar]
    days = []
    if own.remind_before:
        days.append(working_days_before(deadline, own.remind_before, calendar))
    if own.remind_after:
        days.append(ends(deadline, own.remind_after, "working_days", calendar))
    return tuple(days)


def days_of(plan: StudyPlan) -> tuple[Day, ...]:
    """All of them in order."""
    own = plan.calendar
    told = [
        ("notice", own.notice_on, said("Kommunerne varsles")),
        ("call_in", own.call_in_on, said("Sagerne kaldes ind")),
        ("review_from", own.review_from, said("Læsningen begynder")),
        ("review_to", own.review_to, said("Læsningen slutter")),
        ("release", own.release_on, said("Tallene offentliggøres")),
        ("due", plan.commission.due, said("Undersøgelsen afleveres")),
    ]
    found = [Day(date.fromisoformat(day), id, what) for id, day, what in told if day]
    if safe := safe_from(plan):
        found.append(Day(safe, "safe", said("Ingen kan længere klage over de sager, der kaldes ind")))
    if deadline := delivery_deadline(plan):
        found.append(Day(deadline, "deadline", said("Frist til at aflevere, til kl. 23.59")))
        for number, day in enumerate(reminder_days(plan, deadline), 1):
            found.append(Day(day, f"reminder_{number}", said("Påmindelse om fristen {day}", day=deadline)))
    if not found:
        return ()
    first, last = min(item.day for item in found), max(item.day for item in found)
    calendar = CALENDARS[own.calendar]
    for year in range(first.year, last.year + 1):
        found += [
            Day(day, f"holiday_{day}", name, False)
            for day, name in calendar.days(year).items()
            if first <= day <= last
        ]
    return tuple(sorted(found, key=lambda item: (item.day, item.id)))

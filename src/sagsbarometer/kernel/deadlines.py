"""Deadlines as Danish authorities count them: weeks from a day, moved to the next working day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_EASTER = (-3, -2, 0, 1, 39, 49, 50)  # Maundy Thursday to Easter Monday, Ascension, Whit Sunday and Monday
_PRAYER_DAY = 26  # store bededag, the fourth Friday after Easter
_LAST_PRAYER_DAY = 2023  # a holiday no longer from 1 January 2024
# 5 June, 24 and 31 December are no public holidays, but no days for a deadline to end on either: forældelsesloven § 27,
# stk. 2, lists them.
_FIXED = ((1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31))


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar. Source: the computus of Meeus, Astronomical Algorithms (1991), ch. 8."""
    golden = year % 19
    century, part = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    days = (32 + 2 * rest + 2 * (part // 4) - moon - part % 4) % 7
    late = (golden + 11 * moon + 22 * days) // 451
    month, day = divmod(moon + days - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """The days of a year, Saturdays and Sundays apart, that no deadline ends on."""
    sunday = easter(year)
    moving = [*_EASTER, *([_PRAYER_DAY] if year <= _LAST_PRAYER_DAY else [])]
    return frozenset(
        [sunday + timedelta(days=days) for days in moving] + [date(year, *day) for day in _FIXED]
    )


def is_working_day(day: date) -> bool:
    """Whether it is a weekday that is no holiday."""
    return day.weekday() < 5 and day not in holidays(day.year)


def deadline(received: date, weeks: int) -> date:
    """The last day of a deadline of whole weeks that runs from when something was received.

    The day of receipt is not counted, so it ends on the same weekday; where that is no working day, on the next one.
    5 June, 24 and 31 December count as no working days here. Where an authority takes them as such the deadline was
    over sooner, so a case that is safe by this day is safe either way.
    """
    day = received + timedelta(weeks=weeks)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day

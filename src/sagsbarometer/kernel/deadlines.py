"""Deadlines as Danish authorities count them: days, weeks or months from a day, moved to the next working day."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sagsbarometer.kernel.said import all_said, said

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


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days that are no working days besides Saturdays and Sundays: from Easter Sunday, and fixed (month, day)."""

    id: str
    label: str
    from_easter: tuple[int, ...]
    fixed: tuple[tuple[int, int], ...]
    source: str

    def days(self, year: int) -> dict[date, str]:
        """The days of a year with what each is called, in order."""
        sunday = easter(year)
        moving = [*self.from_easter, *([_PRAYER_DAY] if year <= _LAST_PRAYER_DAY else [])]
        named = {sunday + timedelta(days=days): _MOVING_NAMES[days] for days in moving}
        named |= {date(year, *day): _FIXED_NAMES[day] for day in self.fixed}
        return dict(sorted(named.items()))

    def works(self, day: date) -> bool:
        """Whether a day is a working day."""
        return day.weekday() < 5 and day not in _days_of(self, day.year)


_MOVING_NAMES = all_said(
    {
        -3: "skærtorsdag",
        -2: "langfredag",
        0: "påskedag",
        1: "2. påskedag",
        _PRAYER_DAY: "store bededag",
        39: "Kristi himmelfartsdag",
        40: "dagen efter Kristi himmelfartsdag",
        49: "pinsedag",
        50: "2. pinsedag",
    }
)
_FIXED_NAMES = all_said(
    {
        (1, 1): "nytårsdag",
        (6, 5): "grundlovsdag",
        (12, 24): "juleaftensdag",
        (12, 25): "juledag",
        (12, 26): "2. juledag",
        (12, 31): "nytårsaftensdag",
    }
)
PUBLIC = Calendar(
    "public",
    said("Helligdage"),
    _EASTER,
    ((1, 1), (12, 25), (12, 26)),
    said("Folkekirkens helligdage; store bededag til og med 2023 (lov nr. 214 af 6. marts 2023)"),
)
# What banks and most authorities keep shut besides. Nationalbanken's closing days; 5 June, 24 and 31 December are in
# forældelsesloven § 27, stk. 2, too.
CLOSING = Calendar(
    "closing",
    said("Helligdage og lukkedage"),
    (*_EASTER, 40),
    _FIXED,
    said("Nationalbankens lukkedage; forældelsesloven § 27, stk. 2"),
)
CALENDARS = {calendar.id: calendar for calendar in (PUBLIC, CLOSING)}
UNITS = ("days", "working_days", "weeks", "months")


@cache
def _days_of(calendar: Calendar, year: int) -> frozenset[date]:
    return frozenset(calendar.days(year))


def ends(received: date, count: int, unit: str = "weeks", calendar: Calendar = CLOSING) -> date:
    """The last day of a deadline that runs from when something was received; it ends at 23:59.

    Counted in the unit it was given in. The day of receipt is not counted, and it may be a holiday; an end that is no
    working day moves to the next one. A month ends on the same day of the month, or on its last. Source: vejledning nr.
    9533 af 2018 on counting deadlines. Raises ValueError for a unit that is none or a count below 1.
    """
    if unit not in UNITS or count < 1:
        raise ValueError(f"{count} {unit}")
    if unit == "working_days":
        day = received
        for _ in range(count):
            day = next_working_day(day + timedelta(days=1), calendar)
        return day
    if unit == "months":
        month = received.month - 1 + count
        year, month = received.year + month // 12, month % 12 + 1
        day = date(year, month, min(received.day, monthrange(year, month)[1]))
    else:
        day = received + timedelta(**{unit: count})
    return next_working_day(day, calendar)


def next_working_day(day: date, calendar: Calendar = CLOSING) -> date:
    """The day itself where it is a working day, else the first one after it."""
    while not calendar.works(day):
        day += timedelta(days=1)
    return day


def working_days_before(day: date, count: int, calendar: Calendar = CLOSING) -> date:
    """The working day that lies `count` working days before a day: when to remind of it."""
    for _ in range(count):
        day -= timedelta(days=1)
        while not calendar.works(day):
            day -= timedelta(days=1)
    return day

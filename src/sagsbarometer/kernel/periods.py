"""Periods as cells name them: `2024`, `2019/2024`, `2018-01/2022-11`, `2024-01-05/2024-02-01`."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from sagsbarometer.kernel.dates import danish_date

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()


class Grain(IntEnum):
    """How finely dates must be kept; the greater, the finer."""

    YEAR = 1
    MONTH = 2
    DAY = 3


@dataclass(frozen=True, slots=True)
class Period:
    """Whole years, months or days, the first and the last day included. `id` is how cells name it."""

    id: str
    first: date
    last: date
    grain: Grain

    def holds(self, day: date | None) -> bool:
        """Whether `day` lies in the period; also for a day that stands for its month or year, where the
        period is of whole ones."""
        return day is not None and self.first <= day <= self.last

    def meets(self, first: date | None, last: date | None) -> bool:
        """Whether the period has a day in common with `first` to `last`; None is no limit."""
        return (last is None or self.first <= last) and (first is None or first <= self.last)

    @property
    def danish(self) -> str:
        """`2024`, `2019-2024`, `januar 2018-november 2022`, `5. januar 2024-1. februar 2024`."""
        ends = (_danish(self.first, self.grain), _danish(self.last, self.grain))
        return "-".join(dict.fromkeys(ends))


def parse_period(text: str) -> Period:
    """The period that `text` names. Raises ValueError where it names none, or one that ends before it begins.

    >>> parse_period("2018-01/2022-11").last
    datetime.date(2022, 11, 30)
    """
    parts = text.split("/")
    if len(parts) > 2:
        raise ValueError(text)
    ends = [_point(part) for part in parts]
    (first, _, grain), (_, last, other) = ends[0], ends[-1]
    if grain is not other or last < first or (len(parts) == 2 and parts[0] == parts[1]):
        raise ValueError(text)  # one name for each period
    return Period(text, first, last, grain)


def truncated(day: date, grain: Grain) -> date:
    """The first day of the year or month of `day`, or the day itself."""
    if grain is Grain.YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if grain is Grain.MONTH else day


def coarsest(day: date, end: bool) -> Grain:
    """The coarsest grain at which a limit on `day` still cuts right: 31 December ends a year, 30 June a month."""
    edge = monthrange(day.year, day.month)[1] if end else 1
    if day.day != edge:
        return Grain.DAY
    return Grain.YEAR if day.month == (12 if end else 1) else Grain.MONTH


def _point(text: str) -> tuple[date, date, Grain]:
    """The first and last day of a year, month or day."""
    match = _POINT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or month is None:
        return date(int(text), 1, 1), date(int(text), 12, 31), Grain.YEAR
    if day is None:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1]), Grain.MONTH
    return date(year, month, day), date(year, month, day), Grain.DAY


def _danish(day: date, grain: Grain) -> str:
    if grain is Grain.YEAR:
        return str(day.year)
    return f"{_MONTHS[day.month - 1]} {day.year}" if grain is Grain.MONTH else danish_date(day)

"""Periods as cells name them: `2024`, `2024-Q1`, `2024-03`, `2019/2024`, `2018-01/2022-11`, `2024-01-05/2024-02-01`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from sagsbarometer.kernel.dates import danish_date, english_date, english_month

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()


class Grain(IntEnum):
    """How finely dates must be kept; the greater, the finer."""

    YEAR = 1
    QUARTER = 2
    MONTH = 3
    DAY = 4


@dataclass(frozen=True, slots=True)
class Period:
    """Whole years, quarters, months or days, the first and the last day included. `id` is how cells name it."""

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
        """`2024`, `2019-2024`, `1. kvartal 2024`, `januar 2018-november 2022`, `5. januar 2024-1. februar 2024`."""
        ends = (_danish(self.first, self.grain), _danish(self.last, self.grain))
        return "-".join(dict.fromkeys(ends))

    @property
    def english(self) -> str:
        """`2024`, `2019-2024`, `Q1 2024`, `January 2018-November 2022`."""
        ends = (_english(self.first, self.grain), _english(self.last, self.grain))
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


def every(grain: Grain, first: date, last: date) -> Iterator[Period]:
    """The years, quarters or months from the one of `first` to the one of `last`; no days."""
    day = truncated(first, grain)
    while day <= last:
        period = parse_period(_name(day, grain))
        yield period
        if period.last == date.max:
            return
        day = _moved(day, _MONTHS_IN[grain])


def rolling(last: Period, months: int) -> Period:
    """The period of `months` whole months that ends with `last`, a month. Raises ValueError before year 1.

    >>> rolling(parse_period("2024-11"), 12).id
    '2023-12/2024-11'
    """
    first = _moved(truncated(last.last, Grain.MONTH), 1 - months)
    end = _name(last.last, Grain.MONTH)
    begin = _name(first, Grain.MONTH)
    return parse_period(end if begin == end else f"{begin}/{end}")


def truncated(day: date, grain: Grain) -> date:
    """The first day of the year, quarter or month of `day`, or the day itself."""
    if grain is Grain.DAY:
        return day
    months = _MONTHS_IN[grain]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def coarsest(day: date, end: bool) -> Grain:
    """The coarsest of year, month and day at which a limit on `day` still cuts right: 31 December ends a year."""
    edge = monthrange(day.year, day.month)[1] if end else 1
    if day.day != edge:
        return Grain.DAY
    return Grain.YEAR if day.month == (12 if end else 1) else Grain.MONTH


_MONTHS_IN = {Grain.YEAR: 12, Grain.QUARTER: 3, Grain.MONTH: 1}


def _moved(day: date, months: int) -> date:
    """The first day of the month so many months later. Raises ValueError outside the calendar."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _name(day: date, grain: Grain) -> str:
    if grain is Grain.YEAR:
        return f"{day.year:04d}"
    if grain is Grain.QUARTER:
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}-{day.month:02d}"


def _point(text: str) -> tuple[date, date, Grain]:
    """The first and last day of a year, quarter, month or day."""
    if match := _QUARTER.fullmatch(text):
        year, last = int(match[1]), 3 * int(match[2])
        return date(year, last - 2, 1), date(year, last, monthrange(year, last)[1]), Grain.QUARTER
    match = _POINT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    whole, month, day = (int(part) if part else None for part in match.groups())
    year = int(match[1])
    if whole is None or month is None:
        return date(year, 1, 1), date(year, 12, 31), Grain.YEAR
    if day is None:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1]), Grain.MONTH
    return date(year, month, day), date(year, month, day), Grain.DAY


def _danish(day: date, grain: Grain) -> str:
    if grain is Grain.YEAR:
        return str(day.year)
    if grain is Grain.QUARTER:
        return f"{(day.month + 2) // 3}. kvartal {day.year}"
    return f"{_MONTHS[day.month - 1]} {day.year}" if grain is Grain.MONTH else danish_date(day)


def _english(day: date, grain: Grain) -> str:
    if grain is Grain.YEAR:
        return str(day.year)
    if grain is Grain.QUARTER:
        return f"Q{(day.month + 2) // 3} {day.year}"
    return english_month(day) if grain is Grain.MONTH else english_date(day)

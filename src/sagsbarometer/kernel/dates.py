"""Dates as people and spreadsheets write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_DANISH = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_CLOCK = r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?"
_MOMENT = re.compile(
    rf"([\d./-]+)(?:T|,? (?:kl\.? ?)?){_CLOCK} ?(Z|[+-]\d{{2}}(?::?\d{{2}})?)?", re.IGNORECASE
)
_MONTHS_EN = "January February March April May June July August September October November December".split()
_MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()


def parse_date(text: str) -> date:
    """A date from `2022-12-20`, `20-12-2022`, `20.12.2022` or `20/12/2022` (day first, four-digit year).

    Raises ValueError when it is none of these or no day of the calendar.
    """
    stripped = text.strip()
    if match := _ISO.fullmatch(stripped):
        return date(*(int(part) for part in match.groups()))
    if match := _DANISH.fullmatch(stripped):
        day, month, year = (int(part) for part in match.groups())
        return date(year, month, day)
    raise ValueError(stripped)


def parse_moment(text: str, date_of: Callable[[str], date] = parse_date) -> datetime:
    """A moment in UTC from a date (as `date_of` reads it) with a time of day, and perhaps an offset.

    Without an offset it is Danish time; the hour that comes twice in October is the first of them. A date alone is
    00:00 of that day. Raises ValueError as `parse_date`, and for a time that no clock shows.
    """
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return start_of_day(date_of(text))
    day, hour, minute, second, fraction, offset = match.groups()
    micro = int((fraction or "").ljust(6, "0")[:6])
    clock = time(int(hour), int(minute), int(second or 0), micro)
    zone = _zone(offset) if offset else COPENHAGEN
    return _utc(datetime.combine(date_of(day), clock, zone))


def start_of_day(day: date) -> datetime:
    """The moment, in UTC, that a day begins in Denmark. Raises ValueError before year 2."""
    return _utc(datetime.combine(day, time(), COPENHAGEN))


def danish_day(moment: datetime) -> date:
    """The day it is in Denmark at a moment. Raises ValueError after year 9998."""
    try:
        return moment.astimezone(COPENHAGEN).date()
    except OverflowError:
        raise ValueError("year") from None


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("year") from None


def _zone(offset: str) -> timezone:
    if offset in ("Z", "z"):
        return UTC
    sign = -1 if offset[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[3:].lstrip(":") or 0)))


def danish_date(day: date | datetime) -> str:
    """`20. december 2022`."""
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"


def english_date(day: date | datetime) -> str:
    """`20 December 2022`."""
    return f"{day.day} {english_month(day)}"


def english_month(day: date | datetime) -> str:
    """`December 2022`."""
    return f"{_MONTHS_EN[day.month - 1]} {day.year}"

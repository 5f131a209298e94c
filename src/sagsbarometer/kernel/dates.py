"""Dates as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import date, datetime

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_DANISH = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
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


def danish_date(day: date | datetime) -> str:
    """`20. december 2022`."""
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"

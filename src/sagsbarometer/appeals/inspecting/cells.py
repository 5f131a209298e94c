"""What a cell of an unknown extract looks like: a date in some order, a number, a word, or something a spreadsheet
made of what once stood there.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sagsbarometer.appeals.intake.month_names import Named, named

_DATE = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[T ,]+(?:kl\.? ?)?(\d{1,2}[:.]\d{2}.*))?", re.ASCII
)
_COMPACT = re.compile(r"(19|20)\d{6}", re.ASCII)
_MONTH_NAME = r"(?:jan|feb|mar|apr|ma[jy]|jun|jul|aug|sep|o[kc]t|nov|de[cz])[a-zäé]{0,7}"
_MONTH_CODE = re.compile(rf"\d{{1,2}}[-. ]{_MONTH_NAME}\.?|{_MONTH_NAME}\.?[-. ]\d{{2}}", re.I | re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+[.,]\d+|\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d+)?)", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?E[+-]?\d{1,3}", re.I | re.ASCII)
_HASHES = re.compile(r"#{3,}")
_MIDNIGHT = re.compile(r"0?0[:.]00(?:[:.]00(?:[.,]0+)?)?(?: ?(?:Z|[+-]00:?00))?")
# What may be anything but text, and what may look like a CPR number, to Arrow, which has no lookbehind: more than is.
MAYBE_TYPED = (
    r"^[+-]?[0-9][0-9.,' ]*([eE][+-]?[0-9]+)?$|^[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}([T ,].*)?$|^#+$"
    r"|^[0-9]{1,2}[^0-9]{3,24}([0-9]{2}|[0-9]{4})?([T ,].*)?$"
    r"|^\p{L}{3,12}\.?[-. ]{0,2}[0-9]{1,2}(([a-z]{2})?,?[ -]+[0-9]{4}.*)?$"
)
MAYBE_PERSONAL = (
    r"(^|[^0-9])(0[1-9]|[12][0-9]|3[01])[.\-/ ]?(0[1-9]|1[0-2])[.\-/ ]?[0-9]{2}[^\p{L}\p{N}]{0,3}[0-9]{4}([^0-9]|$)"
    r"|[^\x00-\x7f].*\p{N}|\p{N}.*[^\x00-\x7f]|^[1-9][0-9]{8}$|([0-9][-./_ \n]{1,3}){9}[0-9]"
)
_SHORT_YEAR = 2000  # two digits are read as years of this century
# Days that stand for nothing: where the calendars of spreadsheets and programs begin, and a day that never comes.
_ZERO_DAYS = frozenset(
    {date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1904, 1, 1), date(1, 1, 1)}
)
SERIALS = range(20_000, 60_000)  # days since 1899-12-30: 1954 to 2064

ODD = {
    "impossible": "dage, der ikke findes",
    "zero_day": "regnearkets nuldag (1900-01-01, 1899-12-30)",
    "never": "en dag, der aldrig kommer (9999-12-31)",
    "hashes": "##### (kolonnen var for smal)",
    "scientific": "tal på eksponentform (1,23E+10): cifre er tabt",
    "month_code": "koder, der er blevet til måneder (mar-21)",
    "serial": "regnearkets dagnumre (44197)",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What one cell looks like.

    `kind`: date, whole, decimal or text. Of a date: `form` (iso, year_last, short_year, compact, named, short_named, or
    "" where it cannot be read), its `order` (one of an import's; ambiguous: both ways give a day; `either`: both give
    the same), the day number when the day stands before the month where the year is last, and in ISO order elsewhere
    (`day`), and the other way round (`swapped`); None where there is no such day. `odd` is one of ODD or "".
    """

    kind: str
    form: str = ""
    order: str = ""
    day: int | None = None
    swapped: int | None = None
    sign: str = ""  # between the parts of a date
    clock: str = ""  # the time of day as it stands; "" for none or midnight
    number: int | None = None
    odd: str = ""


TEXT = Look("text")


@lru_cache(maxsize=100_000)
def look(text: str) -> Look:
    """What a cell that is not empty looks like."""
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return _whole(text)
    if match := _DATE.fullmatch(text):
        return _date(*match.groups())
    if _WHOLE.fullmatch(text):
        return _whole(text)
    if _SCIENTIFIC.fullmatch(text):
        return Look("decimal", odd="scientific")
    if _DECIMAL.fullmatch(text):
        return Look("decimal")
    if not text.isdigit() and (found := named(text)):
        return _named(found)
    if _MONTH_CODE.fullmatch(text):
        return Look("text", odd="month_code")
    return Look("text", odd="hashes") if _HASHES.fullmatch(text) else TEXT


def _whole(text: str) -> Look:
    number = int(text)
    if _COMPACT.fullmatch(text) and (day := _day(number // 10_000, number // 100 % 100, number % 100)):
        return Look("whole", "compact", "iso", day, number=number)
    return Look("whole", number=number)


def _date(first: str, sign: str, second: str, third: str, clock: str | None) -> Look:
    one, two, three = int(first), int(second), int(third)
    time = "" if clock is None or _MIDNIGHT.fullmatch(clock) else clock
    if len(first) == 4:
        form, orders = "iso", ("iso", "year_first_day")
        day, swapped = _day(one, two, three), _day(one, three, two)
    elif len(third) in (2, 4) and len(first) <= 2:
        form, orders = ("year_last" if len(third) == 4 else "short_year"), ("day_first", "month_first")
        year = three if len(third) == 4 else _SHORT_YEAR + three
        day, swapped = _day(year, two, one), _day(year, one, two)
    else:
        return TEXT
    if day is None and swapped is None:
        # 3-4-2021/2 and the like are journal numbers; 31.02.2021 is a day that is not.
        return Look("date", form, sign=sign, clock=time, odd="impossible")
    order = orders[0] if swapped is None else orders[1] if day is None else "ambiguous"
    if day == swapped:
        order = "either"
    found = date.fromordinal(day or swapped or 1)
    odd = "zero_day" if found in _ZERO_DAYS else "never" if found.year >= 2900 else ""
    return Look("date", form, order, day, swapped, sign, time, odd=odd)


def _named(found: Named) -> Look:
    """A date with the name of its month; of a year of two digits `sign` is the format that reads it."""
    form = "short_named" if found.format else "named"
    clock = "" if _MIDNIGHT.fullmatch(found.clock) else found.clock
    if found.day is None:
        return Look("date", form, sign=found.format, clock=clock, odd="impossible")
    odd = "zero_day" if found.day in _ZERO_DAYS else "never" if found.day.year >= 2900 else ""
    order = found.order if form == "named" else ""
    return Look("date", form, order, found.day.toordinal(), None, found.format, clock, odd=odd)


def _day(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return None


def name_key(text: str) -> str:
    """What is left of a name without case, blanks, punctuation and accents that are signs of their own, in any script:
    two names with the same key are spelled differently, not different.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LN")


def shape(text: str) -> str:
    """A text with every digit as 9 and every letter as a: what it looks like, and nothing of what it says."""
    flat = "".join("9" if char.isdigit() else "a" if char.isalpha() else char for char in text[:40])
    plain = "".join(char if char.isprintable() else " " for char in flat)
    return re.sub(r"a{5,}", "aaaa…", re.sub(r"9{9,}", "99999999…", plain))


def whole(number: int) -> str:
    """`12.345`."""
    return f"{number:,}".replace(",", ".")


def cells(number: int) -> str:
    """`1 celle`, `1.200 celler`."""
    return f"{whole(number)} {'celle' if number == 1 else 'celler'}"


def rows(number: int) -> str:
    """`1 række`, `1.200 rækker`."""
    return f"{whole(number)} {'række' if number == 1 else 'rækker'}"

"""Dates in the orders a mapping accepts: an extract of another country writes its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sagsbarometer.appeals.intake.month_names import named, numbered, numbered_format
from sagsbarometer.kernel.dates import COPENHAGEN, danish_day, parse_moment

NAMED = ("day_month_name", "month_name_day")
ORDERS = ("iso", "day_first", "month_first", "year_first_day", *NAMED)
USUAL = ("iso", "day_first")
EXAMPLES = {
    "iso": "2024-03-05",
    "day_first": "05-03-2024",
    "month_first": "03/05/2024",
    "year_first_day": "2024-05-03",
    "day_month_name": "5 March 2024",
    "month_name_day": "March 5, 2024",
}
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
_DIRECTIVE = re.compile(r"%(.)", re.DOTALL)
# What stands for the same in every country, and names of months, which are read by a table of our own.
_ALLOWED = frozenset("YymbBdjHIMSfpz%")
_DAY_OF = tuple(map(frozenset, ("Ymd", "ymd", "Ybd", "ybd", "YBd", "yBd", "Yj", "yj")))


@dataclass(frozen=True, slots=True)
class Dates:
    """Which ways of writing a date are read, tried in turn: `formats` (as Python's strptime) before `orders`."""

    orders: tuple[str, ...] = USUAL
    formats: tuple[str, ...] = ()

    def day(self, text: str) -> date:
        """The day a text gives; of a moment the day it is in Denmark. Raises ValueError."""
        if (found := self._formatted(text)) is not None:
            return found.date() if found.tzinfo is None else danish_day(found)
        try:
            return self.plain(text)
        except ValueError:
            return danish_day(self._moment(text))

    def moment(self, text: str) -> datetime:
        """The moment a text gives, in UTC; without an offset it is Danish time. Raises ValueError."""
        if (found := self._formatted(text)) is not None:
            try:
                return (found if found.tzinfo else found.replace(tzinfo=COPENHAGEN)).astimezone(UTC)
            except OverflowError:
                raise ValueError(text) from None
        return self._moment(text)

    def plain(self, text: str) -> date:
        """The day of a text that is a date and no more, by the first order that makes it one. Raises ValueError."""
        stripped = text.strip()
        for order in self.orders:
            if found := _in_order(stripped, order):
                return found
        raise ValueError(text)

    def _moment(self, text: str) -> datetime:
        """A date of these orders with a time of day. Raises ValueError."""
        found = named(text.strip()) if set(self.orders) & set(NAMED) else None
        if found is None:
            return parse_moment(text, self.plain)
        if found.day is None or found.order not in self.orders or found.format:
            raise ValueError(text)
        return parse_moment(f"{found.day.isoformat()} {found.clock}".strip())

    def _formatted(self, text: str) -> datetime | None:
        for format in self.formats:
            plain = numbered_format(format)
            written = text if plain == format else numbered(text)
            try:
                if written is not None:
                    return datetime.strptime(written, plain)  # noqa: DTZ007  Danish time where it says no other
            except ValueError:
                continue
        return None

    def example(self) -> str:
        """One date per way of writing that is read: `2024-03-05 eller 05-03-2024`."""
        moment = datetime(2024, 3, 5, 10, 42, tzinfo=UTC)
        written = [_written(moment, format) for format in self.formats]
        return " eller ".join(dict.fromkeys([*written, *(EXAMPLES[order] for order in self.orders)]))


def _written(moment: datetime, format: str) -> str:
    """A moment in a format; names of months in English, whatever the machine's language is."""
    return moment.strftime(format.replace("%B", "March").replace("%b", "Mar"))


def _in_order(text: str, order: str) -> date | None:
    if order in NAMED:
        found = named(text)
        whole = found is not None and found.order == order and not found.clock and not found.format
        return found.day if found is not None and whole else None
    match = (_YEAR_FIRST if order in ("iso", "year_first_day") else _YEAR_LAST).fullmatch(text)
    if match is None:
        return None
    one, two, three = (int(part) for part in match.groups())
    year, month, day = {
        "iso": (one, two, three),
        "year_first_day": (one, three, two),
        "day_first": (three, two, one),
        "month_first": (three, one, two),
    }[order]
    try:
        return date(year, month, day)
    except ValueError:
        return None


def format_fault(format: str) -> str:
    """What is wrong with a format, in Danish; "" for one that always gives a day."""
    used = _DIRECTIVE.findall(format)
    if strange := sorted({f"%{sign}" for sign in used if sign not in _ALLOWED}):
        return f"{', '.join(strange)} læses ikke ens på alle maskiner."
    if not any(needed <= set(used) for needed in _DAY_OF):
        return "Formatet har ikke både år, måned og dag."
    try:
        plain = numbered_format(format)
        datetime.strptime(datetime(2024, 3, 5, 10, 42, tzinfo=UTC).strftime(plain), plain)  # noqa: DTZ007
    except (ValueError, re.error):
        return "Formatet kan ikke læses."
    return ""


def orders_of(words: Sequence[str], formats: Sequence[str]) -> Dates:
    """The ways a mapping names. With formats alone nothing else is read: no order is guessed beside them."""
    return Dates(tuple(words) or (() if formats else USUAL), tuple(formats))

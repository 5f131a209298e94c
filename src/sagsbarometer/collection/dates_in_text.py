"""Dates as documents write them, held against the dates that were declared. What is found here only warns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sagsbarometer.kernel.ids import read_plain
from sagsbarometer.kernel.said import said

_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MONTH = (
    r"(jan(?:uar)?|feb(?:ruar)?|mar(?:ts)?|apr(?:il)?|maj|juni?|juli?|aug(?:ust)?|sept?(?:ember)?|okt(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_GAP = r"[\s\u00a0]{0,3}"
_IN_WORDS = re.compile(
    rf"(?<![\d.,/-])(\d{{1,2}})\.?{_GAP}{_MONTH}\.?,?{_GAP}((?:19|20)\d\d)(?!\d)", re.IGNORECASE
)
# 12.03.2022, 12-03-2022, 12/3-2022, 12/3 2022, 12.3.22. Four digits after a short year would make it a CPR number.
_IN_DIGITS = re.compile(
    rf"(?<![\d.,/-])(\d{{1,2}}){_GAP}([./-]){_GAP}(\d{{1,2}}){_GAP}[./\s-]{_GAP}((?:19|20)\d\d|\d\d(?!\s?\d{{4}}))(?!\d|[./-]\d)"
)
_ISO = re.compile(r"(?<![\d-])((?:19|20)\d\d)-(\d\d)-(\d\d)(?![\d-])")
_NEAR = 48  # characters before a date in which a word tells what the date is
_ROLES = (
    (
        "decision_date",
        re.compile(r"afgørelse\w*|afgjort|bevilling\w*|afslag\w*|^\s*dato\b|\bdato:", re.IGNORECASE),
    ),
    ("application_date", re.compile(r"ansøg\w*|ansøgt|modtaget|modtog|henvend\w*", re.IGNORECASE)),
)
_YEARS = (1990, 2100)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in a text. `role`: the question it seems to answer by the words before it, "" where they do not tell."""

    day: date
    role: str
    start: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A declared date that the documents do not bear out. It warns; it never decides."""

    question: str
    declared: date
    found: tuple[date, ...]
    said: str


def dates_in(text: str) -> list[Dated]:
    """The dates of a text in order. Impossible days, years before 1990 and CPR numbers are none."""
    plain = read_plain(text)
    found: dict[int, date] = {}
    for match in _IN_WORDS.finditer(plain):
        day, month, year = match.groups()
        _keep(found, match.start(), year, _MONTHS.index(month[:3].lower()) + 1, day)
    for match in _IN_DIGITS.finditer(plain):
        day, _, month_number, year = match.groups()
        full = year if len(year) == 4 else f"20{year}"
        _keep(found, match.start(), full, month_number, day)
    for match in _ISO.finditer(plain):
        _keep(found, match.start(), *match.groups())
    return [Dated(day, _role(plain, start), start) for start, day in sorted(found.items())]


def _keep(found: dict[int, date], start: int, year: str | int, month: str | int, day: str | int) -> None:
    try:
        made = date(int(year), int(month), int(day))
    except ValueError:
        return
    if _YEARS[0] <= made.year < _YEARS[1]:
        found[start] = made


def _role(text: str, start: int) -> str:
    """By the word nearest before the date, in the same paragraph."""
    before = text[max(0, start - _NEAR) : start].rpartition("\n\n")[2]
    near = {role: [hit.end() for hit in words.finditer(before)] for role, words in _ROLES}
    told = {role: max(ends) for role, ends in near.items() if ends}
    return max(told, key=lambda role: told[role]) if told else ""


def contradictions(declared: Mapping[str, object], texts: Iterable[str]) -> list[Contradiction]:
    """The declared dates that the texts of a case speak against.

    A date is spoken against when it stands nowhere, though the texts hold dates; those that stand as the answer to the
    question are told. Texts without a date say nothing.
    """
    dated = [item for text in texts for item in dates_in(text)]
    if not dated:
        return []
    told = []
    for question, name in (("application_date", said("ansøgningen")), ("decision_date", said("afgørelsen"))):
        value = declared.get(question)
        try:
            day = date.fromisoformat(str(value)) if value else None
        except ValueError:
            day = None
        if day is None or any(item.day == day for item in dated):
            continue
        named = tuple(sorted({item.day for item in dated if item.role == question}))
        told.append(Contradiction(question, day, named, _told(name, day, named)))
    return told


def _told(name: str, day: date, named: tuple[date, ...]) -> str:
    start = said(
        "Kommunen har oplyst {day} som datoen for {name}. Den dato står ikke i dokumenterne",
        day=day,
        name=name,
    )
    if not named:
        return said("{start}.", start=start)
    listed = said(", ".join(f"{{d{at}}}" for at in range(len(named[:3]))), **_fields(named[:3]))
    if len(named) > 3:
        listed = said("{listed} med flere", listed=listed)
    told = said("{start}; der står {listed}.", start=start, listed=listed)
    if any(_swapped(day) == other for other in named):
        return said("{told} Er dag og måned byttet om?", told=told)
    if any((day.day, day.month) == (other.day, other.month) for other in named):
        return said("{told} Er årstallet rigtigt?", told=told)
    return told


def _fields(days: tuple[date, ...]) -> dict[str, date]:
    return {f"d{at}": day for at, day in enumerate(days)}


def _swapped(day: date) -> date | None:
    try:
        return day.replace(month=day.day, day=day.month)
    except ValueError:
        return None

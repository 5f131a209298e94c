"""What stands in a cell of somebody's extract, read as a value of a registration."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sagsbarometer.appeals.codes import CodeList
from sagsbarometer.appeals.registration import COLUMNS, REGISTERED_AT
from sagsbarometer.deliveries.mapping import ORIGINS
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.dates import danish_day, parse_date, parse_moment
from sagsbarometer.kernel.ids import ascii_id, municipality_code, shown

ORIGIN = "origin"
TARGETS = (*COLUMNS, REGISTERED_AT, ORIGIN)
REQUIRED = ("case_id", REGISTERED_AT, ORIGIN)
NONE_WORDS = ("ingen", "none", "-")
MAX_TEXT = 200  # characters of a text that is kept
_MOST_LISTED = 12

Value = str | date | datetime | None  # a set is its codes in order with a bar between
CodeLists = Mapping[str, CodeList]


class Unreadable(ValueError):
    """A cell that is no value of its column. `code` is that of the problem; `remedy` is made when it is told."""

    def __init__(self, code: str, fault: str, remedy: Callable[[], str]) -> None:
        super().__init__(fault)
        self.code, self.fault, self.remedy = code, fault, remedy


@dataclass(frozen=True, slots=True)
class Source:
    """Where the values of one column of the register come from, and how its cells are read."""

    target: str
    column: str = ""  # the file's column; "" when the value is constant
    constant: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    by_name: bool = False  # the law's names are accepted beside its codes
    unknown: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset(NONE_WORDS)
    separator: str = "|"
    empty_is_none: bool = False


def type_of(target: str) -> Type:
    """The type of a column of the register; `registered_at` is a date with more to it."""
    if target == REGISTERED_AT:
        return Type.DATE
    return Type.CODE if target == ORIGIN else COLUMNS[target]


def read_cell(source: Source, text: str, lists: CodeLists) -> Value:
    """The value of one cell; None where it is unknown. Raises Unreadable."""
    type = type_of(source.target)
    if text in source.unknown:
        return None
    if not text:
        return "" if type is Type.CODES and source.empty_is_none else None
    if type is Type.CODES:
        return _codes(source, text, lists[source.target])
    return read_plain(source, source.codes.get(text, text), lists)


def read_plain(source: Source, text: str, lists: CodeLists) -> Value:
    """The value that one word stands for when it is not to be translated any more. Raises Unreadable."""
    if not text:
        return None
    match type_of(source.target):
        case Type.DATE:
            return _date(source.target, text)
        case Type.CODE | Type.CODES:
            return _code(source, text, code_list(source.target, lists))
        case _:
            return _text(source.target, text)


def code_list(target: str, lists: CodeLists) -> CodeList:
    """The codes of a column. Raises KeyError for a column that has none."""
    return CodeList(ORIGINS) if target == ORIGIN else lists[target]


def _text(target: str, text: str) -> str:
    if len(text) > MAX_TEXT:
        fault = f"Teksten har {len(text)} tegn; grænsen er {MAX_TEXT}."
        raise Unreadable("REGISTER-103", fault, lambda: "Forkort den.")
    return municipality_code(text) if target == "authority" else text


def _date(target: str, text: str) -> date | datetime:
    moment = target == REGISTERED_AT
    try:
        if moment:
            found = parse_moment(text)
            danish_day(found)  # there is one: the calendar ends an hour earlier here than in UTC
            return found
        try:
            return parse_date(text)
        except ValueError:
            return danish_day(parse_moment(text))
    except ValueError:
        what, code = ("et tidspunkt", "REGISTER-102") if moment else ("en dato", "REGISTER-104")
        example = "2024-03-05 10:42 eller 05-03-2024" if moment else "2024-03-05 eller 05-03-2024"
        raise Unreadable(
            code, f"{shown(text)} er ikke {what}.", lambda: f"Skriv {what} som {example}."
        ) from None


def _codes(source: Source, text: str, known: CodeList) -> str | None:
    """The codes of a cell; None where the mapping says of all of them that they are nothing to keep."""
    if source.codes.get(text, text).casefold() in source.none:
        return ""
    parts = [text] if text in source.codes else [part.strip() for part in text.split(source.separator)]
    words = [source.codes.get(part, part) for part in parts if part]
    if not words:
        fault = f"{shown(text)} nævner ingen koder."
        raise Unreadable("REGISTER-103", fault, lambda: "Skriv koderne, eller »ingen«.")
    return "|".join(sorted({_code(source, word, known) for word in words if word})) or None


def _code(source: Source, word: str, known: CodeList) -> str:
    if word in known.codes:
        return word
    if source.by_name:
        name = ascii_id(word)
        if name in known.codes:
            return name
        if name in known.names:
            return known.names[name]
    problem = "REGISTER-111" if source.target == ORIGIN else "REGISTER-103"
    fault = f"{shown(word)} er ikke en kode for {source.target}."
    raise Unreadable(problem, fault, lambda: _suggestion(source, word, known))


def _suggestion(source: Source, word: str, known: CodeList) -> str:
    if len(known.codes) <= _MOST_LISTED:
        return f"Skriv en af: {', '.join(known.codes)}; eller oversæt ordet med codes: i mappingen."
    name = ascii_id(word)
    if name in known.names or name in known.codes:
        return "Skriv codes_from: law i mappingen; så læses lovens navne."
    close = difflib.get_close_matches(name, [*known.codes, *known.names], n=1)
    mean = f"Mente du {known.names.get(close[0], close[0])}? " if close else ""
    return f"{mean}Ret det, eller oversæt det med codes: i mappingen."

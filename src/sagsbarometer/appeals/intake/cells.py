"""What stands in a cell of somebody's extract, read as a value of a registration."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sagsbarometer.appeals.codes import CodeList
from sagsbarometer.appeals.intake.dates import Dates
from sagsbarometer.appeals.registration import COLUMNS, REGISTERED_AT, WITHDRAWN
from sagsbarometer.deliveries.mapping import ORIGINS
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.dates import danish_day
from sagsbarometer.kernel.ids import ascii_id, municipality_code, shown

ORIGIN = "origin"
TARGETS = (*COLUMNS, WITHDRAWN, REGISTERED_AT, ORIGIN)
REQUIRED = ("case_id", REGISTERED_AT, ORIGIN)
NONE_WORDS = ("ingen", "none", "-")
MAX_TEXT = 200  # characters of a text that is kept
_MOST_LISTED = 12
_YES = frozenset({"ja", "yes", "true", "sand", "1"})
_NO = frozenset({"nej", "no", "false", "falsk", "0"})
_WHOLE = re.compile(r"[+-]?[0-9]{1,10}")
_LARGEST = 2**31 - 1

Value = str | date | datetime | int | bool | None  # a set is its codes in order with a bar between
CodeLists = Mapping[str, CodeList]


class Unreadable(ValueError):
    """A cell that is no value of its column. `rule` is the one it breaks, `code` that of the problem; `remedy` is made
    when it is told.
    """

    def __init__(self, rule: str, code: str, fault: str, remedy: Callable[[], str]) -> None:
        super().__init__(fault)
        self.rule, self.code, self.fault, self.remedy = rule, code, fault, remedy


@dataclass(frozen=True, slots=True)
class Source:
    """Where the values of one column of the register come from, and how its cells are read.

    `columns` are the file's, none when the value is `constant` or derived. Of several, the first that is filled counts
    (`first_of`), or the most far-reaching outcome of them: `reach` says how far each goes, empty where that is not
    asked for.
    """

    target: str
    type: Type
    columns: tuple[str, ...] = ()
    constant: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    by_name: bool = False  # the law's names are accepted beside its codes
    unknown: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset(NONE_WORDS)
    separator: str = "|"
    empty_is_none: bool = False
    dates: Dates = field(default_factory=Dates)
    thousands: str = ""
    reach: Mapping[str, int] = field(default_factory=dict)

    @property
    def column(self) -> str:
        """The file's column, the first of several; "" where there is none."""
        return self.columns[0] if self.columns else ""


def type_of(target: str) -> Type:
    """The type of a column every register has; `registered_at` is a date with more to it."""
    if target == REGISTERED_AT:
        return Type.DATE
    if target == WITHDRAWN:
        return Type.BOOL
    return Type.CODE if target == ORIGIN else COLUMNS[target]


def read_cell(source: Source, text: str, lists: CodeLists) -> Value:
    """The value of one cell; None where it is unknown. Raises Unreadable."""
    if text in source.unknown:
        return None
    if not text:
        return "" if source.type is Type.CODES and source.empty_is_none else None
    if source.type is Type.CODES:
        return _codes(source, text, lists[source.target])
    if source.reach:
        return _farthest(source, text, lists[source.target])
    return read_plain(source, source.codes.get(text, text), lists)


def read_plain(source: Source, text: str, lists: CodeLists) -> Value:
    """The value that one word stands for when it is not to be translated any more. Raises Unreadable."""
    if not text:
        return None
    match source.type:
        case Type.DATE:
            return _date(source, text)
        case Type.INT:
            return _number(source, text)
        case Type.BOOL:
            return _yes_or_no(source, text)
        case Type.CODE | Type.CODES if (known := code_list(source.target, lists)) is not None:
            return _code(source, text, known)
        case _:
            return _text(source.target, text)


def code_list(target: str, lists: CodeLists) -> CodeList | None:
    """The codes of a column; None for one whose codes are whatever the file has (a register's own)."""
    return CodeList(ORIGINS) if target == ORIGIN else lists.get(target)


def _text(target: str, text: str) -> str:
    if len(text) > MAX_TEXT:
        fault = f"Teksten har {len(text)} tegn; grænsen er {MAX_TEXT}."
        raise Unreadable("too_long", "REGISTER-103", fault, lambda: "Forkort den.")
    return municipality_code(text) if target == "authority" else text


def _date(source: Source, text: str) -> date | datetime:
    moment = source.target == REGISTERED_AT
    try:
        if moment:
            found = source.dates.moment(text)
            danish_day(found)  # there is one: the calendar ends an hour earlier here than in UTC
            return found
        return source.dates.day(text)
    except ValueError:
        what = "et tidspunkt" if moment else "en dato"
        rule, code = ("no_registered_at", "REGISTER-102") if moment else ("unreadable_date", "REGISTER-104")
        example = source.dates.example()
        example = example.replace("2024-03-05", "2024-03-05 10:42", 1) if moment else example
        raise Unreadable(
            rule, code, f"{shown(text)} er ikke {what}.", lambda: f"Skriv {what} som {example}."
        ) from None


def _number(source: Source, text: str) -> int:
    plain = text
    if source.thousands and re.fullmatch(
        rf"[+-]?[0-9]{{1,3}}(?:{re.escape(source.thousands)}[0-9]{{3}})+", text
    ):
        plain = text.replace(source.thousands, "")
    if _WHOLE.fullmatch(plain) and abs(number := int(plain)) <= _LARGEST:
        return number
    fault = f"{shown(text)} er ikke et helt tal."
    remedy = "Skriv kun cifre; har tallet tusindtalsskilletegn, så sig det med thousands: i mappingen."
    raise Unreadable("unreadable_number", "REGISTER-113", fault, lambda: remedy)


def _yes_or_no(source: Source, text: str) -> bool:
    word = text.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    fault = f"{shown(text)} er hverken ja eller nej ({source.target})."
    remedy = "Skriv ja eller nej, eller oversæt ordet med codes: i mappingen."
    raise Unreadable("unknown_code", "REGISTER-103", fault, lambda: remedy)


def _parts(source: Source, text: str) -> list[str]:
    """The words of a cell with several, translated. A whole cell is translated before its parts. Raises Unreadable."""
    parts = [text] if text in source.codes else [part.strip() for part in text.split(source.separator)]
    words = [source.codes.get(part, part) for part in parts if part]
    if not words:
        fault = f"{shown(text)} nævner ingen koder."
        remedy = "Skriv koderne, eller »ingen«."
        raise Unreadable("unknown_code", "REGISTER-103", fault, lambda: remedy)
    return [word for word in words if word]


def _codes(source: Source, text: str, known: CodeList) -> str | None:
    """The codes of a cell; None where the mapping says of all of them that they are nothing to keep."""
    if source.codes.get(text, text).casefold() in source.none:
        return ""
    return "|".join(sorted({_code(source, word, known) for word in _parts(source, text)})) or None


def _farthest(source: Source, text: str, known: CodeList) -> str | None:
    """The most far-reaching of several outcomes; of two that reach as far the one the law names first."""
    found = {_code(source, word, known) for word in _parts(source, text) if word not in source.unknown}
    order = {code: place for place, code in enumerate(known.codes)}
    return min(found, key=lambda code: (-source.reach.get(code, 0), order[code]), default=None)


def _code(source: Source, word: str, known: CodeList) -> str:
    if word in known.codes:
        return word
    if source.by_name:
        name = ascii_id(word)
        if name in known.codes:
            return name
        if name in known.names:
            return known.names[name]
    rule, problem = (
        ("origin", "REGISTER-111") if source.target == ORIGIN else ("unknown_code", "REGISTER-103")
    )
    fault = f"{shown(word)} er ikke en kode for {source.target}."
    raise Unreadable(rule, problem, fault, lambda: _suggestion(source, word, known))


def _suggestion(source: Source, word: str, known: CodeList) -> str:
    if len(known.codes) <= _MOST_LISTED:
        return f"Skriv en af: {', '.join(known.codes)}; eller oversæt ordet med codes: i mappingen."
    name = ascii_id(word)
    if name in known.names or name in known.codes:
        return "Skriv codes_from: law i mappingen; så læses lovens navne."
    close = difflib.get_close_matches(name, [*known.codes, *known.names], n=1)
    mean = f"Mente du {known.names.get(close[0], close[0])}? " if close else ""
    return f"{mean}Ret det, eller oversæt det med codes: i mappingen."

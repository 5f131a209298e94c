"""The words and signs of an expression, and the faults that are seen before there is any grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from typing import NoReturn

from sagsbarometer.kernel.dates import parse_date
from sagsbarometer.kernel.ids import ascii_id, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said

# No question, derived variable or column may have one of these as its id.
RESERVED = frozenset({"and", "or", "not", "in", "true", "false", "days", "state", "count_true"})
# What people write who know another language, Danish and that of spreadsheets among them.
OTHER_WORDS = {
    "og": "and",
    "eller": "or",
    "ikke": "not",
    "er": "==",
    "is": "==",
    "sand": "true",
    "falsk": "false",
    "dage": "days",
    "dag": "days",
    "day": "days",
    "<>": "!=",
}
_OTHER_SIGNS = {
    "=": "==",
    "&": "and",
    "|": "or",
    "!": said("not (eller !=)"),
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "–": "-",
}
_OTHER_QUOTES = '"`´‘’‚“”„»«'
_DIGITS = 9  # of a whole number: stays an INT64 whatever is added
_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<text>'(?:[^']|'')*+')
    | (?P<danish_date>\d{1,2}[-./]\d{1,2}[-./]\d{4}(?!\d))
    | (?P<date>\d{4}-\d{2}-\d{2}(?![\w-]))
    | (?P<number>\d+(?![\w.]))
    | (?P<word>[A-Za-z_]\w*)
    | (?P<sign>==|!=|<=|>=|<>|[<>(),+-])
    """,
    re.VERBOSE | re.ASCII,
)


class Kind(Enum):
    """What a token is."""

    TEXT = auto()
    DATE = auto()
    NUMBER = auto()
    WORD = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign: as written, what it stands for, and its offset from the start of the expression."""

    kind: Kind
    text: str
    offset: int
    value: str | int | date = ""


def fault_at(place: Place, offset: int, code: str, fault: str, remedy: str) -> Faults:
    """The fault to raise: its column is that of the expression plus `offset`; from 1 where it has none."""
    first = place.column if isinstance(place.column, int) else 1
    return Faults([Problem(code, replace(place, column=first + offset), fault, remedy)])


def tokenize(text: str, place: Place) -> list[Token]:
    """The tokens of `text`, an END token last. Raises Faults at the first that cannot be read."""
    tokens: list[Token] = []
    offset = 0
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        if found is None:
            _refuse_character(text, offset, place)
        if found.lastgroup != "space":
            tokens.append(_token(found, place))
        offset = found.end()
    return [*tokens, Token(Kind.END, "", len(text))]


def _token(found: re.Match[str], place: Place) -> Token:
    text, offset = found.group(), found.start()
    match found.lastgroup:
        case "text":
            return Token(Kind.TEXT, text, offset, _unquoted(text, offset, place))
        case "date" | "danish_date":
            return Token(Kind.DATE, text, offset, _day(text, offset, place))
        case "number":
            if len(text.lstrip("0")) > _DIGITS:
                remedy = said("Skriv et tal med højst {digits} cifre.", digits=_DIGITS)
                raise fault_at(place, offset, "SPROG-114", said("Tallet er for stort."), remedy)
            return Token(Kind.NUMBER, text, offset, int(text))
        case "word":
            return Token(Kind.WORD, text, offset)
        case _:
            return Token(Kind.SIGN, text, offset)


def _unquoted(text: str, offset: int, place: Place) -> str:
    inner = text[1:-1].replace("''", "'")
    hidden = next((character for character in inner if not character.isprintable()), None)
    if hidden is not None:
        fault = said("Teksten indeholder et usynligt tegn (U+{number}).", number=f"{ord(hidden):04X}")
        raise fault_at(place, offset, "SPROG-101", fault, said("Slet tegnet, og skriv teksten forfra."))
    return inner


def _day(text: str, offset: int, place: Place) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        fault = said("{text} findes ikke i kalenderen.", text=shown(text))
        raise fault_at(place, offset, "SPROG-113", fault, said("Skriv en dato som 2022-12-20.")) from None
    if text != day.isoformat():
        fault = said("Datoen {text} er skrevet med dagen først.", text=shown(text))
        raise fault_at(place, offset, "SPROG-113", fault, said("Skriv {day}.", day=day.isoformat()))
    return day


def _refuse_character(text: str, offset: int, place: Place) -> NoReturn:
    character = text[offset]
    if character == "'":
        fault = said("En tekst er begyndt med ', men ikke sluttet.")
        raise fault_at(
            place, offset, "SPROG-102", fault, said("Sæt ' efter teksten. Et ' inde i en tekst skrives ''.")
        )
    if character in "*/%^":
        fault = said("Der kan ikke regnes med {character}.", character=character)
        remedy = said("Brug kun en dato + eller - et antal days, og en dato - en dato.")
        raise fault_at(place, offset, "SPROG-106", fault, remedy)
    raise fault_at(place, offset, "SPROG-101", *_unexpected_character(character))


def _unexpected_character(character: str) -> tuple[str, str]:
    if not character.isprintable():
        return said("Her står et usynligt tegn (U+{number}).", number=f"{ord(character):04X}"), said(
            "Slet tegnet, og skriv et mellemrum."
        )
    fault = said("Tegnet {character} kan ikke stå her.", character=character)
    if character in _OTHER_SIGNS:
        return fault, said("Skriv {sign}.", sign=_OTHER_SIGNS[character])
    if character in _OTHER_QUOTES:
        return fault, said("Sæt koder og tekster mellem lige enkelte anførselstegn: 'kept'.")
    if character in "[]{}":
        return fault, said("Brug runde parenteser.")
    if character.isdigit():
        return said("Tallet kan ikke læses."), said("Skriv hele tal med 0-9, og et mellemrum efter tallet.")
    if character.isalpha():
        folded = ascii_id(character)
        hint = said(" ({character} skrives {folded})", character=character, folded=folded) if folded else ""
        return fault, said(
            "Navne skrives med a-z, tal og _{hint}. Koder og tekster står mellem '.", hint=hint
        )
    return fault, said("Slet tegnet. Koder og tekster står mellem '.")

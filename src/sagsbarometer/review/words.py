"""What people write in a cell, read as an answer."""

from __future__ import annotations

import re

from sagsbarometer.forms.form import Question
from sagsbarometer.forms.language.types import Answer, Type, Value
from sagsbarometer.forms.states import STATE_DA, State
from sagsbarometer.kernel.dates import parse_date
from sagsbarometer.kernel.said import of_data, said

YES = frozenset({"1", "ja", "j", "x", "true", "sand", "yes"})
NO = frozenset({"0", "nej", "n", "false", "falsk", "no"})
NONE_TICKED = frozenset({"ingen", "none", "-"})
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_STATES = {word.casefold(): state for state in State for word in (state.value, STATE_DA[state])}


class Unreadable(ValueError):
    """A cell that is no answer to its question; holds what would have been one, in Danish."""


def state_word(text: str) -> State | None:
    """The state a cell names, as its code or its Danish words; None when it names none."""
    state = _STATES.get(text.casefold())
    return None if state is State.ANSWERED else state


def stated(text: str) -> State | None:
    """The state that a column of states names, `answered` too; None when it names none."""
    return _STATES.get(text.casefold())


def read_answer(question: Question, type: Type, text: str) -> Answer:
    """The answer in one cell: a state word, a code, its label in any language, yes/no, a number or a date.

    A blank cell is `not_answered`. Raises Unreadable.
    """
    if not text:
        return Answer(State.NOT_ANSWERED, None)
    # A choice may be called the same as a state ("ikke relevant"): the form's own choice is meant then.
    if type in (Type.CODE, Type.CODES):
        codes = _codes(question)
        if (code := codes.get(text.casefold())) is not None:
            return Answer(State.ANSWERED, code if type is Type.CODE else frozenset({code}))
    if (state := state_word(text)) is not None:
        return Answer(state, None)
    return Answer(State.ANSWERED, _value(question, type, text))


def read_value(type: Type, text: str) -> Value:
    """A bool, whole number, date or text. Raises Unreadable."""
    if type is Type.BOOL:
        return read_bool(text)
    if type is Type.INT:
        return _whole_number(text)
    if type is Type.DATE:
        try:
            return parse_date(text)
        except ValueError:
            raise Unreadable(said("en dato som 2022-12-20 eller 20-12-2022")) from None
    return text


def read_bool(text: str) -> bool:
    """Yes or no. Raises Unreadable."""
    word = text.casefold()
    if word in YES or word in NO:
        return word in YES
    raise Unreadable(said("ja eller nej"))


def _value(question: Question, type: Type, text: str) -> Value:
    if type is Type.CODE:
        raise Unreadable(_choices(question))
    if type is Type.CODES:
        return _set(question, text)
    return read_value(type, text)


def _set(question: Question, text: str) -> frozenset[str]:
    codes = _codes(question)
    if text.casefold() in NONE_TICKED:  # a choice of that name was found before
        return frozenset()
    parts = [part.strip().casefold() for part in text.replace(";", "|").split("|") if part.strip()]
    if not parts or any(part not in codes for part in parts):
        raise Unreadable(said("{choices}, adskilt af |, eller »ingen«", choices=_choices(question)))
    return frozenset(codes[part] for part in parts)


def _whole_number(text: str) -> int:
    # A Danish spreadsheet writes 1.234,0; a whole number with zero decimals is still whole.
    plain = text.replace(" ", "").replace("\u00a0", "")
    whole, _, decimals = plain.partition(",")
    if "." in whole and decimals == "" and not _thousands(whole):
        whole, _, decimals = whole.partition(".")
    whole = whole.replace(".", "") if _thousands(whole) else whole
    if decimals.strip("0") or not _WHOLE.fullmatch(whole):
        raise Unreadable(said("et helt tal"))
    return int(whole)


def _thousands(text: str) -> bool:
    head, *groups = text.lstrip("+-").split(".")
    return bool(groups) and 1 <= len(head) <= 3 and all(len(group) == 3 for group in groups)


def _codes(question: Question) -> dict[str, str]:
    # A label may hold a no-break space; a cell never does when it has been read.
    words: dict[str, str] = {}
    shared: set[str] = set()  # two choices have the label: only their codes tell them apart
    for choice in question.choices:
        for label in choice.label.values():
            word = " ".join(label.split()).casefold()
            if words.setdefault(word, choice.code) != choice.code:
                shared.add(word)
    words = {word: code for word, code in words.items() if word not in shared}
    return words | {choice.code.casefold(): choice.code for choice in question.choices}


def _choices(question: Question) -> str:
    # Each label in the language that is shown.
    labels = {choice.code: of_data({"da": choice.code, **choice.label}) for choice in question.choices}
    listed = ", ".join(f"{code} ({{{code}}})" for code in labels)
    return said("en af: {choices}", choices=said(listed, **labels))

"""Answers of a reading as they are kept, one by one: to a form's answers and back, and from what a page sends."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sagsbarometer.forms.form import Question
from sagsbarometer.forms.language.types import Answer, Type, Value
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.dates import parse_date
from sagsbarometer.kernel.ids import may_hold_cpr
from sagsbarometer.kernel.said import Said, said

NOTHING = Answer(State.NOT_ANSWERED)
NO_TICK = "no_tick"  # sent where several may be ticked and none is: that too is an answer
STATE = "state:"  # before a state that is sent among choices
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+")  # as Danish writes them
LONGEST = 4000  # characters of an answer in words


@dataclass(frozen=True, slots=True)
class Refused:
    """What was sent is no answer to the question; `why` says how one is written."""

    why: Said


def kept(answer: Answer) -> tuple[str, Any]:
    """State and value, as a column of JSON holds it. Words are kept apart, locked: here they are the value."""
    value = answer.value
    if isinstance(value, frozenset):
        return answer.state.value, sorted(value)
    return answer.state.value, value.isoformat() if isinstance(value, date) else value


def from_kept(question: Question, state: str, value: Any) -> Answer:
    """The answer that was kept; none where the form no longer takes it."""
    found = State(state)
    if found is not State.ANSWERED:
        return Answer(found) if found in question.allow else NOTHING
    made = _value(question, value)
    return NOTHING if made is None else Answer(State.ANSWERED, made)


def _value(question: Question, value: Any) -> Value | None:
    codes = set(question.codes)
    if question.type is Type.CODES:
        return frozenset(value) if isinstance(value, list) and codes.issuperset(value) else None
    if question.type is Type.DATE:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            return None
    if question.type is Type.BOOL:
        return value if isinstance(value, bool) else None
    if question.type is Type.INT:
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if question.type is Type.CODE:
        return value if value in codes else None
    return value if isinstance(value, str) and value else None


def from_sent(question: Question, sent: Sequence[str], states: Sequence[str] = ()) -> Answer | Refused:
    """What a page sends: the values ticked or typed, or a state instead. Nothing at all takes the answer back."""
    values = [value.strip() for value in sent if value.strip()]
    if question.type in (Type.CODE, Type.BOOL):  # one group of choices, of which some are states
        states = [*states, *(value.removeprefix(STATE) for value in values if value.startswith(STATE))]
        values = [value for value in values if not value.startswith(STATE)]
    if states:
        allowed = {item.value: item for item in question.allow}
        if values or len(set(states)) > 1 or states[0] not in allowed:
            return Refused(said("Vælg enten et svar eller en grund til, at der ikke er noget."))
        return Answer(allowed[states[0]])
    if not values:
        return NOTHING
    if question.type is Type.CODES:
        ticked = frozenset(value for value in values if value != NO_TICK)
        return Answer(State.ANSWERED, ticked) if ticked.issubset(question.codes) else _UNKNOWN
    value = values[-1]
    if question.type is Type.CODE:
        return Answer(State.ANSWERED, value) if value in question.codes else _UNKNOWN
    if question.type is Type.BOOL:
        return Answer(State.ANSWERED, value == "yes") if value in ("yes", "no") else _UNKNOWN
    return _typed(question, value)


_UNKNOWN = Refused(said("Svaret findes ikke i skemaet. Hent siden igen, og svar på ny."))


def _typed(question: Question, text: str) -> Answer | Refused:
    if question.type is Type.DATE:
        try:
            return Answer(State.ANSWERED, parse_date(text))
        except ValueError:
            return Refused(said("Skriv datoen med dag, måned og år, for eksempel 03-02-2026."))
    if question.type is Type.INT:
        return _whole_number(question, text)
    if len(text) > LONGEST:
        return Refused(said("Svaret er for langt: skriv højst {most} tegn.", most=LONGEST))
    if may_hold_cpr(text):
        return Refused(said("Svaret ligner noget med et CPR-nummer. Skriv det uden."))
    return Answer(State.ANSWERED, text)


def _whole_number(question: Question, text: str) -> Answer | Refused:
    digits = text.replace(" ", "").replace("\u00a0", "")
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(".", "")
    if not digits.lstrip("-").isascii() or not digits.lstrip("-").isdigit() or len(digits) > 9:
        return Refused(said("Skriv et helt tal med cifre."))
    number = int(digits)
    low, high = question.minimum, question.maximum
    if low is not None and high is not None and not low <= number <= high:
        return Refused(said("Skriv et helt tal fra {low} til {high}.", low=low, high=high))
    if low is not None and number < low:
        return Refused(said("Skriv et helt tal på mindst {low}.", low=low))
    if high is not None and number > high:
        return Refused(said("Skriv et helt tal på højst {high}.", high=high))
    return Answer(State.ANSWERED, number)


def fingerprint(answers: Mapping[str, Answer], names: Collection[str]) -> str:
    """A hash of the answers to `names`: what was said of them counts as long as it is the same."""
    told = [(name, *kept(answers.get(name, NOTHING))) for name in sorted(names)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

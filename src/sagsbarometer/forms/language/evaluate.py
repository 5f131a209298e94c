"""The value of an expression for one case: yes, no or unknown, or a term with its state.

A name that is `cannot_be_seen` or `not_answered` is unknown, and so is a comparison with it. A name that is
`not_asked` or `not_relevant` has no value: every comparison with it is no, also when the other side is
unknown. Assumes that `check` found no fault. `compile.py` says the same to a database.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from typing import Any

from sagsbarometer.forms.language.tree import (
    And,
    Compare,
    CountTrue,
    DaysBetween,
    Holds,
    Literal,
    Node,
    Not,
    OneOf,
    Or,
    Ref,
    Shift,
    StateOf,
)
from sagsbarometer.forms.language.types import MAX_SHIFT, Answer, Answers, Value
from sagsbarometer.forms.states import ABSENT, State

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ANSWERED = State.ANSWERED  # looked up once: an enum is slow to ask
_NOT_ANSWERED = Answer(State.NOT_ANSWERED)
_CANNOT_BE_SEEN = Answer(State.CANNOT_BE_SEEN)

# A value, or the answer that has none.
_Found = Value | Answer


def truth(node: Node, answers: Answers) -> bool | None:
    """Whether a boolean expression holds: True, False, or None for unknown."""
    return _TRUTH[type(node)](node, answers)


def term(node: Node, answers: Answers) -> Answer:
    """The value of an expression with its state.

    A boolean expression is answered, or `cannot_be_seen` where it is unknown. Arithmetic with an operand that
    has no value takes the state of the first such; else it is `cannot_be_seen` where an operand is unknown,
    where a date would fall outside the years 1 to 9999, or where it is moved by more than `MAX_SHIFT` days.
    """
    if isinstance(node, Ref):
        return answers.get(node.name, _NOT_ANSWERED)
    found = _value(node, answers)
    if isinstance(node, Shift) and isinstance(found, int):
        try:
            found = date.fromordinal(found)
        except (ValueError, OverflowError):
            return _CANNOT_BE_SEEN
    return found if isinstance(found, Answer) else Answer(_ANSWERED, found)


def _value(node: Node, answers: Answers) -> _Found:
    """The value of a term; of a moved date its day number, which may lie outside the calendar."""
    if isinstance(node, Ref):
        answer = answers.get(node.name, _NOT_ANSWERED)
        return answer if answer.value is None else answer.value
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, StateOf):
        return answers.get(node.name, _NOT_ANSWERED).state.value
    if isinstance(node, Shift):
        return _day_number(node, answers)
    if isinstance(node, DaysBetween):
        return _added(_day_number(node.later, answers), -1, _day_number(node.earlier, answers))
    verdict = truth(node, answers)
    return _CANNOT_BE_SEEN if verdict is None else verdict


def _day_number(node: Node, answers: Answers) -> _Found:
    """A date as its ordinal in the proleptic Gregorian calendar."""
    if isinstance(node, Shift):
        days = _value(node.days, answers)
        if isinstance(days, int) and abs(days) > MAX_SHIFT:
            days = _CANNOT_BE_SEEN
        return _added(_day_number(node.date, answers), node.sign, days)
    day = _value(node, answers)
    return day.toordinal() if isinstance(day, date) else day


def _added(one: _Found, sign: int, other: _Found) -> _Found:
    if isinstance(one, int) and isinstance(other, int):
        return one + sign * other
    return next((item for item in (one, other) if _is_absent(item)), _CANNOT_BE_SEEN)


def _is_absent(found: _Found) -> bool:
    return isinstance(found, Answer) and found.state in ABSENT


def _ref(node: Ref, answers: Answers) -> bool | None:
    answer = answers.get(node.name, _NOT_ANSWERED)
    return bool(answer.value) if answer.state is _ANSWERED or answer.state in ABSENT else None


def _literal(node: Literal, _: Answers) -> bool | None:
    return bool(node.value)


def _not(node: Not, answers: Answers) -> bool | None:
    verdict = truth(node.item, answers)
    return None if verdict is None else not verdict


def _and(node: And, answers: Answers) -> bool | None:
    result: bool | None = True
    for item in node.items:
        verdict = _TRUTH[type(item)](item, answers)
        if verdict is False:
            return False
        if verdict is None:
            result = None
    return result


def _or(node: Or, answers: Answers) -> bool | None:
    result: bool | None = False
    for item in node.items:
        verdict = _TRUTH[type(item)](item, answers)
        if verdict is True:
            return True
        if verdict is None:
            result = None
    return result


def _holds(node: Holds, answers: Answers) -> bool | None:
    answer = answers.get(node.name, _NOT_ANSWERED)
    if isinstance(answer.value, frozenset):
        return node.code in answer.value
    return False if answer.state in ABSENT else None


def _one_of(node: OneOf, answers: Answers) -> bool | None:
    found = _value(node.item, answers)
    if isinstance(found, Answer):
        return False if found.state in ABSENT else None
    value_of = _day_number if isinstance(node.item, Shift) else _value
    return found in [value_of(option, answers) for option in node.options]


def _compare(node: Compare, answers: Answers) -> bool | None:
    sign, left, right = node.operator, node.left, node.right
    if isinstance(left, CountTrue):
        return _compare_count(sign, left, right, answers)
    if isinstance(right, CountTrue):
        return _compare_count(_MIRRORED.get(sign, sign), right, left, answers)
    value_of = _day_number if isinstance(left, Shift) or isinstance(right, Shift) else _value
    one, other = value_of(left, answers), value_of(right, answers)
    if isinstance(one, Answer) or isinstance(other, Answer):
        return False if _is_absent(one) or _is_absent(other) else None
    return _OPERATORS[sign](one, other)


def _compare_count(sign: str, count: CountTrue, number: Node, answers: Answers) -> bool | None:
    """Decided as soon as the known items decide it: the count lies from `low` to `high`."""
    verdicts = [truth(item, answers) for item in count.items]
    low = verdicts.count(True)
    high = low + verdicts.count(None)
    limit = number.value if isinstance(number, Literal) else None
    if not isinstance(limit, int):
        raise TypeError("count_true is compared with a whole number only")
    compare = _OPERATORS[sign]
    if sign in ("==", "!=") and low < limit < high:
        return None
    at_low, at_high = compare(low, limit), compare(high, limit)
    return at_low if at_low == at_high else None


# By type, not by `match`, which takes twice the time: every row passes here for every expression.
_TRUTH: dict[type, Callable[[Any, Answers], bool | None]] = {
    And: _and,
    Compare: _compare,
    Holds: _holds,
    Literal: _literal,
    Not: _not,
    OneOf: _one_of,
    Or: _or,
    Ref: _ref,
}

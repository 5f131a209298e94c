"""What can happen in a form: which answers can meet. Finds questions and choices nobody can ever see.

A search over the answers of the few questions that matter for the expression in hand. Comparisons of
numbers and dates are taken as able to go either way, so what is called impossible is impossible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sagsbarometer.forms.form import Derived, Form, Question
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
    names,
    value_names,
)
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.states import ABSENT, UNKNOWN, State

Outcome = bool | None
Outcomes = frozenset[Outcome]
ALL: Outcomes = frozenset({True, False, None})
_EITHER: Outcomes = frozenset({True, False})
_ASKED: Outcomes = frozenset({True, None})
_STATEMENTS = (Not, And, Or, Compare, OneOf, Holds)
_LIMIT = 60_000  # tried assignments; past it the answer is "perhaps"


@dataclass(frozen=True, slots=True)
class Given:
    """What the search assumes of one answer: its state and, for codes and yes/no, its value.

    For a set question `value` is None: each choice may be ticked or not.
    """

    state: State
    value: str | bool | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """An expression and the outcomes that are wanted of it."""

    node: Node | None
    outcomes: Outcomes


@dataclass
class Search:
    """Whether some way of answering fulfils all wishes and leaves `not_asked` those named."""

    form: Form
    tried: int = 0
    _items: dict[str, Question | Derived] = field(init=False)

    def __post_init__(self) -> None:
        self._items = {item.id: item for item in self.form.items}

    def possible(self, wishes: list[Wish], not_asked: str = "") -> bool:
        """True when it can happen, or when the search gave up; False only when it cannot."""
        self.tried = 0
        wanted = frozenset({not_asked} if not_asked else ()).union(*(names(wish.node) for wish in wishes))
        return self._try(self._variables(wanted), {}, wishes, not_asked)

    def _variables(self, wanted: frozenset[str]) -> list[str]:
        found: set[str] = set()
        queue = list(wanted)
        while queue:
            id = queue.pop()
            if id not in found and id in self._items:
                found.add(id)
                queue += self._needs(self._items[id])
        return [id for id in self.form.order if id in found]

    def _needs(self, item: Question | Derived) -> list[str]:
        if isinstance(item, Derived):
            return [*names(item.expression), *names(item.ask_if)]
        return [*names(item.ask_if), *(id for choice in item.choices for id in names(choice.show_if))]

    def _try(self, open: list[str], given: dict[str, Given], wishes: list[Wish], not_asked: str) -> bool:
        self.tried += 1
        if self.tried > _LIMIT:
            return True
        if any(wish.node is not None and not outcomes(wish.node, given) & wish.outcomes for wish in wishes):
            return False
        if not open:
            return True
        id, rest = open[0], open[1:]
        for option in self._options(id, given, id == not_asked):
            given[id] = option
            if self._try(rest, given, wishes, not_asked):
                del given[id]
                return True
            del given[id]
        return False

    def _options(self, id: str, given: Mapping[str, Given], only_not_asked: bool) -> Iterator[Given]:
        item = self._items[id]
        asked = outcomes(item.ask_if, given) if item.ask_if else frozenset({True})
        if False in asked:
            yield Given(State.NOT_ASKED)
        if only_not_asked or not asked & _ASKED:
            return
        if isinstance(item, Derived):
            yield from _derived_options(item, given)
        else:
            yield from _answers(item, given)


def _derived_options(item: Derived, given: Mapping[str, Given]) -> Iterator[Given]:
    if item.type is not Type.BOOL:
        yield from (Given(state) for state in (State.ANSWERED, State.CANNOT_BE_SEEN, State.NOT_RELEVANT))
        return
    for outcome in sorted(outcomes(item.expression, given), key=str):
        yield Given(State.CANNOT_BE_SEEN) if outcome is None else Given(State.ANSWERED, outcome)


def _answers(question: Question, given: Mapping[str, Given]) -> Iterator[Given]:
    if question.type is Type.BOOL:
        yield from (Given(State.ANSWERED, value) for value in (True, False))
    elif question.type is Type.CODE:
        for choice in question.choices:
            if choice.show_if is None or outcomes(choice.show_if, given) & _ASKED:
                yield Given(State.ANSWERED, choice.code)
    else:
        yield Given(State.ANSWERED)
    yield from (Given(state) for state in sorted(question.allow))
    if not question.required:
        yield Given(State.NOT_ANSWERED)


def outcomes(node: Node, given: Mapping[str, Given]) -> Outcomes:
    """Every truth value the expression can still take, given some answers; never too few."""
    match node:
        case Literal(value):
            return frozenset({bool(value)})
        case Not(item):
            return frozenset(None if outcome is None else not outcome for outcome in outcomes(item, given))
        case And(items):
            return _combined([outcomes(item, given) for item in items], stop=False)
        case Or(items):
            return _combined([outcomes(item, given) for item in items], stop=True)
        case Ref(name):
            return _bool_name(given.get(name))
        case Holds(_, name):
            return _free(given.get(name))
        case OneOf(item, options):
            return _one_of(item, frozenset(str(option.value) for option in options), given)
        case Compare(operator, left, right):
            return _compare(operator, left, right, given)
        case _:
            return ALL


def _combined(parts: list[Outcomes], stop: bool) -> Outcomes:
    if any(part == frozenset({stop}) for part in parts):
        return frozenset({stop})
    result: set[Outcome] = set()
    if any(stop in part for part in parts):
        result.add(stop)
    if all(part - {stop} for part in parts):
        if all((not stop) in part for part in parts):
            result.add(not stop)
        if any(None in part for part in parts):
            result.add(None)
    return frozenset(result)


def _bool_name(known: Given | None) -> Outcomes:
    if known is None or known.state is not State.ANSWERED:
        return _free(known)
    return frozenset({bool(known.value)})


def _free(known: Given | None) -> Outcomes:
    """The outcomes of a comparison with a name of which only the state may be known."""
    if known is None:
        return ALL
    if known.state in ABSENT:
        return frozenset({False})
    return frozenset({None}) if known.state in UNKNOWN else _EITHER


def _one_of(item: Node, options: frozenset[str], given: Mapping[str, Given]) -> Outcomes:
    if isinstance(item, StateOf):
        known = given.get(item.name)
        return _EITHER if known is None else frozenset({str(known.state) in options})
    known = given.get(item.name) if isinstance(item, Ref) else None
    if known is None or known.state is not State.ANSWERED or known.value is None:
        return _free(known)
    return frozenset({str(known.value) in options})


def _compare(operator: str, left: Node, right: Node, given: Mapping[str, Given]) -> Outcomes:
    if isinstance(left, CountTrue) or isinstance(right, CountTrue):
        return _count(operator, left, right, given)
    if isinstance(left, _STATEMENTS) or isinstance(right, _STATEMENTS):
        pairs = ((one, other) for one in _settled(left, given) for other in _settled(right, given))
        return frozenset(_same(one, other, operator) for one, other in pairs)
    if isinstance(left, Literal) and not isinstance(right, Literal):
        left, right = right, left
        operator = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
    if isinstance(left, Ref | StateOf) and isinstance(right, Literal) and operator in ("==", "!="):
        if isinstance(left, StateOf):
            known = given.get(left.name)
            return (
                _EITHER
                if known is None
                else frozenset({(str(known.state) == right.value) == (operator == "==")})
            )
        known = given.get(left.name)
        if known is not None and known.state is State.ANSWERED and known.value is not None:
            return frozenset({(known.value == right.value) == (operator == "==")})
    parts = [_free(given.get(name)) for name in sorted(value_names(left) | value_names(right))]
    if not parts:
        return _EITHER  # two states, or two literals
    if any(part == frozenset({False}) for part in parts):
        return frozenset({False})
    if any(part == frozenset({None}) for part in parts):
        # Unknown, unless the other has no value at all: then no comparison with it holds.
        return frozenset({None, False}) if ALL in parts else frozenset({None})
    # A date moved beyond the calendar is unknown, however well known it was.
    moved = isinstance(left, Shift | DaysBetween) or isinstance(right, Shift | DaysBetween)
    return _EITHER if not moved and all(part == _EITHER for part in parts) else ALL


def _settled(node: Node, given: Mapping[str, Given]) -> frozenset[Outcome | State]:
    """The yes, no and unknown a side of a comparison of statements can be; NOT_ASKED for no value at all."""
    if not isinstance(node, Ref):
        return frozenset(outcomes(node, given))
    known = given.get(node.name)
    if known is None:
        return frozenset({True, False, None, State.NOT_ASKED})
    if known.state in ABSENT:
        return frozenset({State.NOT_ASKED})
    return frozenset(_bool_name(known))


def _same(one: Outcome | State, other: Outcome | State, operator: str) -> Outcome:
    if State.NOT_ASKED in (one, other):
        return False
    return None if one is None or other is None else (one == other) == (operator == "==")


def _count(operator: str, left: Node, right: Node, given: Mapping[str, Given]) -> Outcomes:
    if not (isinstance(left, CountTrue) and isinstance(right, Literal)):
        return ALL
    parts = [outcomes(item, given) for item in left.items]
    least = sum(part == frozenset({True}) for part in parts)
    most = sum(part != frozenset({False}) for part in parts)
    target = int(right.value) if isinstance(right.value, int) else 0
    tests = {
        "==": lambda n: n == target,
        "!=": lambda n: n != target,
        "<": lambda n: n < target,
        "<=": lambda n: n <= target,
        ">": lambda n: n > target,
        ">=": lambda n: n >= target,
    }
    reached = {tests[operator](count) for count in range(least, most + 1)}
    unknown = any(None in part for part in parts)
    return frozenset(reached | ({None} if unknown and len(reached) > 1 else set()))

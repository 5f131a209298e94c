"""What a measure counts, as sets of cases: measures that count the same cases are seen to, and parts of a whole.

A condition on codes and yes/no is tried on every combination of what those can be; the set is the combinations in which
it holds. One that compares dates or numbers is taken as a whole: only its own parts are known to add up.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import Any

from sagsbarometer.disclosure.spaces import Rule, Set, Spaces
from sagsbarometer.forms.asked import CHECK, Asked
from sagsbarometer.forms.language.evaluate import term, truth
from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tree import (
    And,
    Compare,
    CountTrue,
    Holds,
    Literal,
    Node,
    Not,
    OneOf,
    Or,
    Ref,
    StateOf,
    names,
)
from sagsbarometer.forms.language.types import Answer, Answers
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.problems import Place
from sagsbarometer.measures.measure import Kind, Measure

_MOST = 3000  # combinations; a condition on more is taken as a whole
_OTHER = "…"  # a code that no condition names
OUTCOME = "outcome"
_ASKED_IF = "asked_if"
REVIEWED = "reviewed"  # the family of a form's measures
_OF_REGISTER = (State.NOT_ANSWERED, State.NOT_ASKED)  # why a register has no value
OneOfs = Mapping[str, Sequence[str]]  # outcomes that stand for one of several
NOTHING: Mapping[str, Any] = MappingProxyType({})

_Way = tuple[tuple[str, str], ...]  # name and what it is, sorted
YES, NO, UNKNOWN, BASE, KNOWN, DAYS = "yes", "no", "unknown", "base", "known", "days"
POSSIBLE = "possible"  # a yes, or what may be one
EITHER = "either"  # unknown of a group, and who may be in it


class Definitions:
    """The sets of a release's measures."""

    def __init__(
        self, measures: Mapping[str, Measure], one_of: OneOfs = NOTHING, asked: Iterable[Asked] = ()
    ) -> None:
        self.one_of = one_of
        self.asked = tuple(asked)
        self.forms = {item.id: item for item in self.asked if item.type != CHECK}
        self.codes: dict[str, set[str]] = {}
        self.kinds: dict[str, str] = {}
        for measure in measures.values():
            for node in (measure.base, measure.counts):
                if node is not None:
                    self._note(self._singled(node))
        for code, several in one_of.items():
            if OUTCOME in self.codes:
                self.codes[OUTCOME].update((code, *several))
        self.rules = [
            said for item in self.asked for said in _statements(item) if self._can_be_tried(said[1])
        ]
        self.found = {id: self._parts(measure) for id, measure in measures.items()}
        self.spaces = self._spaces()

    def of(self, measure: str) -> Mapping[str, Set]:
        """The sets of a measure: `yes`, `no`, `known` (both), `unknown`, `possible` (a yes or unknown), `base`; of a
        time `days` and no yes or no."""
        return self.found[measure]

    # --- what the names can be ---

    def _note(self, node: Node) -> None:
        match node:
            case Compare("==" | "!=", Ref(name), Literal(value)) | Compare(
                "==" | "!=", Literal(value), Ref(name)
            ) if isinstance(value, str):
                self._code(name, (value,))
            case OneOf(Ref(name), options) if all(isinstance(item.value, str) for item in options):
                self._code(name, tuple(str(item.value) for item in options))
            case Holds(code, name):
                self.kinds[name] = "codes" if self.kinds.get(name, "codes") == "codes" else "else"
                self.codes.setdefault(name, set()).add(code)
            case Compare("==" | "!=", StateOf(_), Literal(_)) | OneOf(StateOf(_), _):
                return
            case Compare("==" | "!=", Ref(name), Literal(value)) if isinstance(value, bool):
                self.kinds.setdefault(name, "bool")
            case Compare(_, CountTrue(items), Literal(_)) | And(items) | Or(items):
                for item in items:
                    self._note(item)
            case Not(item):
                self._note(item)
            case Ref(name):
                self.kinds[name] = "bool" if self.kinds.get(name, "bool") == "bool" else "else"
            case Literal(_):
                return
            case _:
                for name in names(node):
                    self.kinds[name] = "else"

    def _code(self, name: str, codes: Iterable[str]) -> None:
        self.kinds[name] = "code" if self.kinds.get(name, "code") == "code" else "else"
        self.codes.setdefault(name, set()).update(codes)

    def _possible(self, name: str, family: str) -> list[str] | None:
        """What a name can be, None where it is more than can be tried."""
        kind = self.kinds.get(name, "state")
        form = self.forms.get(name) if family == REVIEWED else None
        lacking = [s for s in State if s is not State.ANSWERED] if family == REVIEWED else _OF_REGISTER
        states = [f"-{state.value}" for state in lacking if form is None or state.value in form.states]
        if kind == "bool":
            return ["true", "false", *states]
        if kind == "code":
            # A form has the codes it has; of a register nobody knows them all.
            return [
                *(sorted(form.codes) if form and form.codes else (*sorted(self.codes[name]), _OTHER)),
                *states,
            ]
        if kind == "codes" and len(self.codes[name]) <= 6:
            codes = sorted(self.codes[name])
            sets = product(*((code, "") for code in codes))
            return ["+".join(filter(None, item)) or "0" for item in sets] + states
        return ["answered", *states] if kind == "state" else None

    def _answers(self, way: Mapping[str, str]) -> Iterator[Answers]:
        """What is known of a case: once for each outcome that its own may stand for."""
        given = {name: self._answer(name, value) for name, value in way.items()}
        for code in self.one_of.get(way.get(OUTCOME, ""), ()) or ("",):
            yield {**given, OUTCOME: Answer(State.ANSWERED, code)} if code else given

    def _answer(self, name: str, value: str) -> Answer:
        if value.startswith("-"):
            return Answer(State(value[1:]))
        kind = self.kinds.get(name, "state")
        if kind == "bool":
            return Answer(State.ANSWERED, value == "true")
        if kind == "codes":
            return Answer(State.ANSWERED, frozenset() if value == "0" else frozenset(value.split("+")))
        return Answer(State.ANSWERED, value)

    # --- what names can be together ---

    def _spaces(self) -> Spaces:
        """What the names of a form's sets can be; of a register there are no rules to know."""
        used = {name for parts in self.found.values() for one in parts.values() for name in one.over}
        possible = {name: self._possible(name, REVIEWED) for name in sorted(used)} if self.asked else {}
        known = {name: tuple(ways) for name, ways in possible.items() if ways is not None}
        rules = (rule for id, node, kind in self.rules for rule in self._rules(id, node, kind, known))
        return Spaces(known, tuple(rules))

    def _can_be_tried(self, node: Node) -> bool:
        """Whether what a form says of some names can be tried; if not, nothing is noted of it."""
        kinds, codes = dict(self.kinds), {name: set(found) for name, found in self.codes.items()}
        self._note(node)
        worse = any(
            self._possible(name, REVIEWED) is None
            and not (name in kinds and kinds[name] == self.kinds.get(name))
            for name in names(node)
        )
        if worse:
            self.kinds, self.codes = kinds, codes
        return not worse

    def _rules(self, id: str, node: Node, kind: str, possible: Mapping[str, Sequence[str]]) -> Iterator[Rule]:
        """What a form says of some names, as what they can be together."""
        not_asked = f"-{State.NOT_ASKED.value}"
        if kind == CHECK:
            yield from self._rule(names(node), possible, lambda _, answers: truth(node, answers) is not False)
        elif id not in possible:
            return
        elif kind == _ASKED_IF:
            yield from self._rule(
                (id, *names(node)),
                possible,
                lambda way, answers: (way[id] == not_asked) == (truth(node, answers) is False),
            )
        else:
            yield from self._rule(
                (id, *names(node)), possible, lambda _, answers: _is_computed(answers[id], node, answers)
            )

    def _rule(
        self,
        over: Iterable[str],
        possible: Mapping[str, Sequence[str]],
        allowed: Callable[[Mapping[str, str], Answers], bool],
    ) -> Iterator[Rule]:
        """What the names can be together, where that can be tried."""
        named = tuple(sorted(set(over)))
        size = math.prod(len(possible.get(name, ())) for name in named)
        if named and 0 < size <= _MOST:
            ways = product(*(possible[name] for name in named))
            every = (dict(zip(named, values, strict=True)) for values in ways)
            fit = (
                way
                for way in every
                if allowed(way, {name: self._answer(name, value) for name, value in way.items()})
            )
            yield Rule(named, frozenset(tuple(way.values()) for way in fit))

    # --- sets ---

    def _parts(self, measure: Measure) -> dict[str, Set]:
        family = _family(measure)
        base = self._singled(measure.base)
        counts = self._singled(measure.counts) if measure.counts is not None else None
        if measure.kind in (Kind.MEAN, Kind.QUANTILE, Kind.MINIMUM, Kind.MAXIMUM):
            parts = self._whole(family, base, None, measure.value or "age")
            own = {KNOWN: parts[YES], UNKNOWN: parts[UNKNOWN], BASE: parts[BASE]}
            return {**own, DAYS: Set(family, whole=f"{DAYS}:{parts[YES].whole}")}
        tried = self._tried(family, base, counts)
        return tried if tried is not None else self._whole(family, base, counts, "")

    def _tried(self, family: str, base: Node, counts: Node | None) -> dict[str, Set] | None:
        """The sets of a condition that can be tried on every combination; None where it cannot."""
        over = sorted(names(base) | names(counts))
        possible = [self._possible(name, family) for name in over]
        size = 1
        for ways in possible:
            size *= len(ways) if ways is not None else _MOST + 1
        if size > _MOST:
            return None
        found: dict[str, set[tuple[str, ...]]] = {YES: set(), NO: set(), UNKNOWN: set(), BASE: set()}
        asked = names(counts)
        every = [ways for ways in possible if ways is not None]
        for values in product(*every):
            way = dict(zip(over, values, strict=True))
            if any(way[name] == f"-{State.NOT_RELEVANT.value}" for name in asked):
                continue
            said = {self._said(base, counts, answers) for answers in self._answers(way)}
            part = said.pop() if len(said) == 1 else UNKNOWN if "" not in said else ""
            if part:
                found[part].add(values)
                found[BASE].add(values)
        found[KNOWN] = found[YES] | found[NO]
        found[POSSIBLE] = found[YES] | found[UNKNOWN]
        return {part: _reduced(family, tuple(over), every, ways) for part, ways in found.items()}

    @staticmethod
    def _said(base: Node, counts: Node | None, answers: Answers) -> str:
        if truth(base, answers) is not True:
            return ""
        verdict = True if counts is None else truth(counts, answers)
        return UNKNOWN if verdict is None else YES if verdict else NO

    def _whole(self, family: str, base: Node, counts: Node | None, value: str) -> dict[str, Set]:
        """The sets of a condition that is taken as a whole."""
        tried = self._tried(family, base, None)
        of = tried[BASE].name if tried else _digest(base)
        name = f"{value or _digest(counts)} in {of}"
        own = {part: Set(family, whole=f"{part}:{name}") for part in (YES, NO, UNKNOWN, KNOWN, POSSIBLE)}
        return {**own, BASE: tried[BASE] if tried else Set(family, whole=f"{BASE}:{of}")}

    def _singled(self, node: Node) -> Node:
        """The condition with outcomes that stand for several written as those."""
        match node:
            case Compare(operator, Ref(name), Literal(value)) if name == OUTCOME and value in self.one_of:
                inside = OneOf(Ref(name), tuple(Literal(code) for code in self.one_of[str(value)]))
                return inside if operator == "==" else Not(inside)
            case OneOf(Ref(name), options) if name == OUTCOME:
                codes = [
                    code for item in options for code in self.one_of.get(str(item.value), (str(item.value),))
                ]
                return OneOf(Ref(name), tuple(Literal(code) for code in dict.fromkeys(codes)))
            case Not(item):
                return Not(self._singled(item))
            case And(items):
                return And(tuple(self._singled(item) for item in items))
            case Or(items):
                return Or(tuple(self._singled(item) for item in items))
            case _:
                return node


def _statements(item: Asked) -> Iterator[tuple[str, Node, str]]:
    """What a form says of an answer: whose, the statement, and whether that is when it is asked, or what it is."""
    place = Place("", question=item.id)
    if item.asked_if:
        yield item.id, parse(item.asked_if, place), _ASKED_IF
    if item.expression:
        yield item.id, parse(item.expression, place), item.type


def _is_computed(own: Answer, expression: Node, answers: Answers) -> bool:
    """Whether a derived variable is what it is computed as; it is free where that is not known, or not asked."""
    found = term(expression, answers)
    return found.state is not State.ANSWERED or own.state is State.NOT_ASKED or own == found


def _family(measure: Measure) -> str:
    if measure.stock:
        return "->".join(measure.stock)
    return measure.date or REVIEWED


def _reduced(
    family: str, over: tuple[str, ...], every: Sequence[Sequence[str]], ways: set[tuple[str, ...]]
) -> Set:
    """The set over only the names it depends on."""
    if not ways:
        return Set(family, over or ("-",), frozenset())
    kept = list(range(len(over)))
    for position in range(len(over)):
        at = kept.index(position)
        without = {way[:at] + way[at + 1 :] for way in ways}
        if len(without) * len(every[position]) == len(ways):
            ways = without
            kept.remove(position)
    return Set(family, tuple(over[position] for position in kept), frozenset(ways) if kept else frozenset())


def _digest(node: Node | None) -> str:
    return hashlib.sha256(repr(node).encode()).hexdigest()[:16]

"""What a measure counts, as sets of cases: measures that count the same cases are seen to, and parts of a whole.

A condition on codes and yes/no is tried on every combination of what those can be; the set is the combinations in which
it holds. One that compares dates or numbers is taken as a whole: only its own parts are known to add up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from sagsbarometer.forms.language.evaluate import truth
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
from sagsbarometer.measures.measure import Kind, Measure

_MOST = 3000  # combinations; a condition on more is taken as a whole
_OTHER = "…"  # a code that no condition names
OUTCOME = "outcome"
REVIEWED = "reviewed"  # the family of a form's measures
_OF_REGISTER = (State.NOT_ANSWERED, State.NOT_ASKED)  # why a register has no value
OneOfs = Mapping[str, Sequence[str]]  # outcomes that stand for one of several

_Way = tuple[tuple[str, str], ...]  # name and what it is, sorted
YES, NO, UNKNOWN, BASE, KNOWN, DAYS = "yes", "no", "unknown", "base", "known", "days"


@dataclass(frozen=True, slots=True)
class Set:
    """The cases of one answer to a measure. `family` is what is counted by which date; `over` the names it depends on,
    and `ways` what they can be; for a condition that is taken as a whole `over` is empty and `whole` names it.

    A set of all cases of its family depends on nothing.
    """

    family: str
    over: tuple[str, ...] = ()
    ways: frozenset[tuple[str, ...]] = frozenset()
    whole: str = ""

    @property
    def name(self) -> str:
        """The set in one word that is the same wherever the same cases are meant."""
        if self.whole:
            return f"{self.family}|{self.whole}"
        if not self.over:
            return f"{self.family}|all"
        text = "\n".join(" ".join(way) for way in sorted(self.ways))
        if len(self.over) == 1 and len(text) < 80:
            return f"{self.family}|{self.over[0]}={text.replace(chr(10), ',')}"
        return f"{self.family}|{','.join(self.over)}#{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    @property
    def is_empty(self) -> bool:
        """Whether no case can ever be in it."""
        return bool(self.over) and not self.ways


class Definitions:
    """The sets of a release's measures."""

    def __init__(self, measures: Mapping[str, Measure], one_of: OneOfs = {}) -> None:  # noqa: B006
        self.one_of = one_of
        self.codes: dict[str, set[str]] = {}
        self.kinds: dict[str, str] = {}
        for measure in measures.values():
            for node in (measure.base, measure.counts):
                if node is not None:
                    self._note(self._singled(node))
        for code, several in one_of.items():
            if OUTCOME in self.codes:
                self.codes[OUTCOME].update((code, *several))
        self.found = {id: self._parts(measure) for id, measure in measures.items()}

    def of(self, measure: str) -> Mapping[str, Set]:
        """The sets of a measure: `yes`, `no`, `known` (both), `unknown`, `base`; of a time `days` and no yes or no."""
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
        lacking = (s for s in State if s is not State.ANSWERED) if family == REVIEWED else _OF_REGISTER
        states = [f"-{state.value}" for state in lacking]
        if kind == "bool":
            return ["true", "false", *states]
        if kind == "code":
            return [*sorted(self.codes[name]), _OTHER, *states]
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
        own = {part: Set(family, whole=f"{part}:{name}") for part in (YES, NO, UNKNOWN, KNOWN)}
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

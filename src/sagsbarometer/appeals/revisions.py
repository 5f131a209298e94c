"""What moved between two days of a register, number by number, and why.

A case moves where a number counts it on one day and not on the other. Its reason is the first thing in the order of
`Reason` that changed and by itself explains the move: the case as it was, with that alone changed, would be counted as
it is now. Where no single thing does, the reason is `several`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sagsbarometer.appeals.expand import Wanted
from sagsbarometer.appeals.layout import Layout
from sagsbarometer.appeals.registration import COLUMNS
from sagsbarometer.appeals.statistics import register_cells, register_counts
from sagsbarometer.appeals.tally import Tally
from sagsbarometer.appeals.transitions import Transition, Transitions, Values, cube_of
from sagsbarometer.forms.language.types import Type
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.count import Counts
from sagsbarometer.measures.measure import Kind, Measure
from sagsbarometer.measures.results import Circumstances


class Reason(StrEnum):
    """Why a case moved, in the order they are tried."""

    NEW = "new"  # not in the register on the first day
    REMOVED = "removed"  # not in it on the second
    DECIDED = "decided"  # pending then, decided now
    REOPENED = "reopened"  # decided then, pending now
    OUTCOME = "outcome"
    PROVISION = "provision"  # law area, case subject, provision or condition
    DATE = "date"  # another date, or another time from one to the next
    AUTHORITY = "authority"
    COURT = "court"  # a judgment, or another one
    OMBUDSMAN = "ombudsman"
    MARKS = "marks"  # reasons of a reversal, or keywords of criticism
    OTHER = "other"  # any other column
    SEVERAL = "several"  # no single change explains it


_DECISION = frozenset({"decided_on", "outcome", "reasons", "keywords"})  # all come with the decision
_OF: Mapping[str, Reason] = {
    "outcome": Reason.OUTCOME,
    "law_area": Reason.PROVISION,
    "case_subject": Reason.PROVISION,
    "provision": Reason.PROVISION,
    "condition": Reason.PROVISION,
    "authority": Reason.AUTHORITY,
    "court_judged_on": Reason.COURT,
    "court_result": Reason.COURT,
    "ombudsman_closed_on": Reason.OMBUDSMAN,
    "ombudsman_result": Reason.OMBUDSMAN,
    "reasons": Reason.MARKS,
    "keywords": Reason.MARKS,
    "processing_days": Reason.DATE,
}


@dataclass(frozen=True, slots=True)
class Move:
    """What moved of one count of a number for one reason. A count is `numerator`, `denominator` or `unknown`.

    Both ways are given: three in and three out is no difference, but six cases. Of a sum of days they are days. A case
    whose time is another went out with the one and came in with the other.
    """

    count: str
    reason: Reason
    in_: int
    out: int


@dataclass(frozen=True, slots=True)
class Revision:
    """One number on both days and every move between them: before + in - out = after, for each count."""

    wanted: Wanted
    before: Cell
    after: Cell
    moves: tuple[Move, ...]

    @property
    def moved(self) -> bool:
        """Whether the number is another, or is made of other cases."""
        return bool(self.moves) or self.before.value != self.after.value

    @property
    def cases(self) -> int:
        """By how many cases it is another number: those it counts; of a time, those whose time is known."""
        return abs(self._cases(self.after) - self._cases(self.before))

    def _cases(self, cell: Cell) -> int:
        return cell.denominator if _is_time_unit(cell.unit) else cell.numerator

    @property
    def traffic(self) -> int:
        """How many came and went, in all its counts of cases."""
        days = _is_time_unit(self.before.unit)
        return sum(move.in_ + move.out for move in self.moves if not (days and move.count == "numerator"))


def _is_time_unit(unit: str) -> bool:
    return unit in ("days", "weeks")


@dataclass(frozen=True, slots=True)
class Summary:
    """The cases of a register on two days. `by`: of those in it on both, how many had what changed; a case that had
    two things changed is under both."""

    before: int
    after: int
    new: int
    removed: int
    changed: int
    by: Mapping[Reason, int]


def summary(transitions: Transitions) -> Summary:
    """How many cases came, went and changed, in what the tables look at."""
    by: dict[Reason, int] = defaultdict(int)
    new = removed = changed = 0
    for item in transitions.changed:
        changes = _changes(transitions.columns, item)
        if item.before is None:
            new += item.cases
        elif item.after is None:
            removed += item.cases
        else:
            changed += item.cases
            for reason in changes:
                by[reason] += item.cases
    before = sum(item.cases for item in transitions.items if item.before is not None)
    ordered = {reason: by[reason] for reason in Reason if by[reason]}
    return Summary(before, before + new - removed, new, removed, changed, ordered)


def revisions(
    transitions: Transitions, wanted: Iterable[Wanted], layout: Layout, before: Circumstances, after: Circumstances
) -> tuple[Revision, ...]:
    """Every number asked for on both days, in that order, with what moved between them."""
    asked = tuple(wanted)
    was = register_cells(transitions.before, asked, layout, before)
    now = register_cells(transitions.after, asked, layout, after)
    found = _moves(transitions, asked, layout)
    return tuple(Revision(*parts) for parts in zip(asked, was, now, found, strict=True))


def _moves(transitions: Transitions, asked: Sequence[Wanted], layout: Layout) -> Iterator[tuple[Move, ...]]:
    """The moves of each number. What each combination counts in is asked of the counting itself, by its name."""
    changed = transitions.changed
    named = _Named(transitions.columns, asked, layout)
    named.add(values for item in changed for values in (item.before, item.after) if values is not None)
    moving = [list(found) for found in _moving(changed, named)]
    tried = {
        index: partly
        for index in sorted({index for found in moving for _, index, _, _ in found})
        if (partly := _partly(transitions.columns, changed[index]))
    }
    named.add(values for partly in tried.values() for values in partly.values())
    order = list(Reason)
    for place, found in enumerate(moving):
        totals: dict[tuple[str, Reason], list[int]] = defaultdict(lambda: [0, 0])
        for count, index, was, now in found:
            item = changed[index]
            explains = (
                reason
                for reason, values in tried.get(index, {}).items()
                if named.counted(place, count, values) == now
            )
            reason = _only(transitions.columns, item) or next(explains, Reason.SEVERAL)
            total = totals[count, reason]
            total[0] += now[0] * item.cases
            total[1] += was[0] * item.cases
        keys = sorted(totals, key=lambda key: (_COUNTS.index(key[0]), order.index(key[1])))
        yield tuple(Move(count, reason, *totals[count, reason]) for count, reason in keys)


_COUNTS = ("numerator", "denominator", "unknown")


class _Named:
    """Combinations by number, and for each number asked for which of them each of its counts is made of."""

    def __init__(self, columns: Sequence[str], asked: Sequence[Wanted], layout: Layout) -> None:
        self.columns = columns
        self.asked = asked
        self.layout = layout
        self.numbers: dict[Values, int] = {}
        self.weights: list[dict[str, _Weight]] = [defaultdict(dict) for _ in asked]

    def add(self, combinations: Iterable[Values]) -> None:
        """Asks the counting itself what these combinations count in, by counting their names."""
        new = [values for values in dict.fromkeys(combinations) if values not in self.numbers]
        names = [Tally.of(name) for name in range(len(self.numbers), len(self.numbers) + len(new))]
        self.numbers.update(zip(new, range(len(self.numbers), len(self.numbers) + len(new)), strict=True))
        if not new:
            return
        counted = register_counts(cube_of(self.columns, new, names), self.asked, self.layout)
        for item, counts, weight in zip(self.asked, counted, self.weights, strict=True):
            for count, own in _parts(self.layout.measures[item.measure], counts).items():
                weight[count].update(own)

    def counted(self, place: int, count: str, values: Values | None) -> tuple[int, int]:
        """How often a count of the number at `place` has a case of this combination, and with how many days."""
        return _NOT if values is None else self.weights[place][count].get(self.numbers[values], _NOT)


# A combination's number to how often it is counted, and for a time how many days it took.
_Weight = dict[int, tuple[int, int]]
_NOT = (0, 0)


def _parts(measure: Measure, counts: Counts) -> dict[str, _Weight]:
    """What a number is made of, as its cell names it. The base of a count of cases is another number, and so is the
    day of a quantile."""
    unknown = _weight(counts.unknown)
    if counts.days is not None:
        known = {name: (times, day) for day, cases in counts.days.items() for name, (times, _) in _weight(cases).items()}
        sums = {name: (times * day, 0) for name, (times, day) in known.items() if times * day}
        return {**({"numerator": sums} if measure.kind is Kind.MEAN else {}), "denominator": known, "unknown": unknown}
    if measure.kind is Kind.COUNT:
        return {"numerator": _weight(counts.yes), "unknown": unknown}
    return {"numerator": _weight(counts.yes), "denominator": _weight(counts.yes + counts.no), "unknown": unknown}


def _weight(counted: Tally | int) -> _Weight:
    return {name: (times, 0) for name, times in (Tally() + counted).times.items()}


_Moving = tuple[str, int, tuple[int, int], tuple[int, int]]  # count, transition, counted how on each day


def _moving(changed: Sequence[Transition], named: _Named) -> Iterator[Iterator[_Moving]]:
    """Of each number: the count, the transition, and how often the count had one of its cases on each day."""
    users: dict[int, list[int]] = defaultdict(list)
    for index, item in enumerate(changed):
        for values in (item.before, item.after):
            if values is not None:
                users[named.numbers[values]].append(index)

    def of(place: int) -> Iterator[_Moving]:
        for count, weight in named.weights[place].items():
            for index in sorted({index for name in weight for index in users[name]}):
                was, now = (
                    named.counted(place, count, values)
                    for values in (changed[index].before, changed[index].after)
                )
                if was != now:
                    yield count, index, was, now

    return (of(place) for place in range(len(named.asked)))


def _changes(columns: Sequence[str], item: Transition) -> dict[Reason, frozenset[int]]:
    """What changed of cases that were there on both days, in the order it is tried; and in which columns."""
    before, after = item.before, item.after
    if before is None or after is None:
        return {}
    changes: dict[Reason, set[int]] = defaultdict(set)
    place = columns.index("decided_on") if "decided_on" in columns else None
    was, now = (None, None) if place is None else (before[place], after[place])
    event = Reason.DECIDED if was is None else Reason.REOPENED
    whole = place is not None and (was is None) is not (now is None)
    for index, name in enumerate(columns):
        if before[index] != after[index]:
            reason = event if whole and (name in _DECISION or _is_time(name)) else _reason_of(name)
            changes[reason].add(index)
    return {reason: frozenset(changes[reason]) for reason in Reason if reason in changes}


def _is_time(name: str) -> bool:
    return COLUMNS.get(name) is Type.INT


def _reason_of(name: str) -> Reason:
    return _OF.get(name) or (Reason.DATE if COLUMNS.get(name) is Type.DATE else Reason.OTHER)


def _partly(columns: Sequence[str], item: Transition) -> dict[Reason, Values]:
    """The cases as they were with one thing alone changed, for each of several things; none where there is one."""
    changes = _changes(columns, item)
    before, after = item.before, item.after
    if before is None or after is None or len(changes) < 2:
        return {}
    return {
        reason: tuple(after[index] if index in places else value for index, value in enumerate(before))
        for reason, places in changes.items()
    }


def _only(columns: Sequence[str], item: Transition) -> Reason | None:
    """The reason of cases that had one thing changed, or came or went; None where several changed."""
    if item.before is None or item.after is None:
        return Reason.NEW if item.before is None else Reason.REMOVED
    changes = _changes(columns, item)
    return next(iter(changes)) if len(changes) == 1 else None

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

from sagsbarometer.appeals.analyses.transitions import Changes, Transition, Transitions, Values, cube_of
from sagsbarometer.appeals.layouts.expand import Wanted
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.needs import covers, demand
from sagsbarometer.appeals.registration import COLUMNS
from sagsbarometer.appeals.statistics import register_cells, register_counts, seen
from sagsbarometer.appeals.tally import Tally
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.periods import parse_period
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


_DECISION = frozenset(
    {"decided_on", "outcome", "reasons", "keywords", "processing_days"}
)  # all come with the decision
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


def summary(found: Iterable[Changes], layout: Layout) -> Summary:
    """How many cases came, went and changed, in what the tables look at."""
    by: dict[Reason, int] = defaultdict(int)
    before = new = removed = changed = 0
    for item in found:
        before += item.cases if item.was else 0
        if not item.was:
            new += item.cases
        elif not item.is_:
            removed += item.cases
        elif item.changed:
            changed += item.cases
            for reason in _things(item.changed, _event(item.was_decided, item.is_decided), layout):
                by[reason] += item.cases
    ordered = {reason: by[reason] for reason in Reason if by[reason]}
    return Summary(before, before + new - removed, new, removed, changed, ordered)


def groups_seen(found: Sequence[Transitions], layout: Layout) -> dict[str, tuple[str, ...]]:
    """The groups the register had on either day of the groupings the law does not list."""
    return {id: values for transitions in found for id, values in seen(transitions.both, layout).items()}


def revisions(
    found: Sequence[Transitions],
    wanted: Iterable[Wanted],
    layout: Layout,
    before: Circumstances,
    after: Circumstances,
) -> tuple[Revision, ...]:
    """Every number asked for on both days, in that order, with what moved between them. `found` has for every number
    transitions of the columns it needs (`needs.views`)."""
    asked = tuple(wanted)
    told: dict[int, Revision] = {}
    for index, places in _sources(found, asked, layout).items():
        own = [asked[place] for place in places]
        was = register_cells(found[index].before, own, layout, before)
        now = register_cells(found[index].after, own, layout, after)
        moves = _moves(found[index], own, layout)
        for place, item, before_, after_, moved in zip(places, own, was, now, moves, strict=True):
            told[place] = Revision(item, before_, after_, moved)
    return tuple(told[place] for place in range(len(asked)))


def _sources(found: Sequence[Transitions], asked: Sequence[Wanted], layout: Layout) -> dict[int, list[int]]:
    """Which of the transitions each number is had from: the fewest that have all it needs."""
    chosen: dict[int, list[int]] = defaultdict(list)
    for place, item in enumerate(asked):
        groups = [grouping for grouping, _ in item.where]
        need = demand(layout, layout.measures[item.measure], groups, parse_period(item.period).grain)
        fit = [index for index, transitions in enumerate(found) if covers(transitions.view, need)]
        chosen[min(fit, key=lambda index: len(found[index].items))].append(place)
    return chosen


def _moves(transitions: Transitions, asked: Sequence[Wanted], layout: Layout) -> Iterator[tuple[Move, ...]]:
    """The moves of each number. What each combination counts in is asked of the counting itself, by its name."""
    changed = transitions.changed
    named = _Named(transitions.columns, asked, layout)
    named.add(values for item in changed for values in (item.before, item.after) if values is not None)
    moving = [list(found) for found in _moving(changed, named)]
    tried = {
        index: partly
        for index in sorted({index for found in moving for _, index, _, _ in found})
        if (partly := _partly(transitions.columns, changed[index], layout))
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
            reason = _only(transitions.columns, item, layout) or next(explains, Reason.SEVERAL)
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
        known = {
            name: (times, day)
            for day, cases in counts.days.items()
            for name, (times, _) in _weight(cases).items()
        }
        sums = {name: (times * day, 0) for name, (times, day) in known.items() if times * day}
        return {
            **({"numerator": sums} if measure.kind is Kind.MEAN else {}),
            "denominator": known,
            "unknown": unknown,
        }
    if measure.kind is Kind.COUNT:
        return {"numerator": _weight(counts.yes), "unknown": unknown}
    return {
        "numerator": _weight(counts.yes),
        "denominator": _weight(counts.yes + counts.no),
        "unknown": unknown,
    }


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


def _changes(columns: Sequence[str], item: Transition, layout: Layout) -> dict[Reason, frozenset[str]]:
    """What changed of cases that were there on both days, in the order it is tried; and in which columns."""
    before, after = item.before, item.after
    if before is None or after is None:
        return {}
    changed = (name for name, was, now in zip(columns, before, after, strict=True) if was != now)
    place = columns.index("decided_on") if "decided_on" in columns else None
    event = None if place is None else _event(before[place] is not None, after[place] is not None)
    return _things(changed, event, layout)


def _event(was_decided: bool, is_decided: bool) -> Reason | None:
    if was_decided is is_decided:
        return None
    return Reason.DECIDED if is_decided else Reason.REOPENED


def _things(changed: Iterable[str], event: Reason | None, layout: Layout) -> dict[Reason, frozenset[str]]:
    """The reasons that changed columns are, in order; what comes with a decision is one with it."""
    found: dict[Reason, set[str]] = defaultdict(set)
    for name in changed:
        with_it = event is not None and (name in _DECISION or name in layout.clocks)
        found[event if event and with_it else _reason_of(name, layout)].add(name)
    return {reason: frozenset(found[reason]) for reason in Reason if reason in found}


def _reason_of(name: str, layout: Layout) -> Reason:
    if name in _OF:
        return _OF[name]
    return Reason.DATE if name in layout.clocks or COLUMNS.get(name) is Type.DATE else Reason.OTHER


def _partly(columns: Sequence[str], item: Transition, layout: Layout) -> dict[Reason, Values]:
    """The cases as they were with one thing alone changed, for each of several things; none where there is one."""
    changes = _changes(columns, item, layout)
    before, after = item.before, item.after
    if before is None or after is None or len(changes) < 2:
        return {}
    sides = list(zip(columns, before, after, strict=True))
    return {
        reason: tuple(now if name in names else was for name, was, now in sides)
        for reason, names in changes.items()
    }


def _only(columns: Sequence[str], item: Transition, layout: Layout) -> Reason | None:
    """The reason of cases that had one thing changed, or came or went; None where several changed."""
    if item.before is None or item.after is None:
        return Reason.NEW if item.before is None else Reason.REMOVED
    changes = _changes(columns, item, layout)
    return next(iter(changes)) if len(changes) == 1 else None

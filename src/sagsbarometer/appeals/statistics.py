"""Every number of a layout from the finest counts: cubes of a register in, cells out.

Totals are added up from the counts of a cube, never from parts that were rounded, and a case with several keywords
counts once under each of them and once in every total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from sagsbarometer.appeals.cube import Cubes
from sagsbarometer.appeals.groupings import row_key
from sagsbarometer.appeals.layouts.expand import Wanted
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.needs import (
    COUNT,
    covers,
    date_of,
    demand,
    grouping_columns,
    measure_columns,
)
from sagsbarometer.appeals.members import ANY, Group, Members, Values, is_absent, maybe, possible, singled
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.types import Answers
from sagsbarometer.kernel.periods import Period, parse_period
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.count import Counts, Maybe
from sagsbarometer.measures.measure import Kind, Measure
from sagsbarometer.measures.results import Circumstances, make_cell

# Column to values, one per combination, and COUNT to how many cases have it; one cube that has all the columns.
Cube = Mapping[str, Sequence[Any]]
_Where = tuple[tuple[str, str], ...]  # grouping and group
# What a measure says of a case; _MAYBE added where nobody knows whether the case is in the base at all.
_OUTSIDE, _YES, _NO, _UNKNOWN, _MAYBE = range(5)
_VERDICTS = _UNKNOWN + _MAYBE  # the last of them


def register_cells(
    cube: Cube | Cubes, wanted: Iterable[Wanted], layout: Layout, of: Circumstances
) -> tuple[Cell, ...]:
    """One cell per number asked for, in that order."""
    asked = tuple(wanted)
    return tuple(
        make_cell(
            layout.measures[item.measure], counts, of, row=row_key(dict(item.where)), period=item.period
        )
        for item, counts in zip(asked, register_counts(cube, asked, layout), strict=True)
    )


def register_counts(cube: Cube | Cubes, wanted: Iterable[Wanted], layout: Layout) -> Iterator[Counts]:
    """The counts of each number asked for, in that order.

    A share counts the cases that are certainly in its group, and has those that may be in it as `maybe`; so has a
    time. A count has them as unknown, and so has a part, as far as the grouping it is a part by goes; those that may be
    in its other groups are `maybe` to it. The numbers of
    cases in the cube are only added, subtracted and multiplied by whole numbers: `revisions` counts with names of
    combinations in their place.
    """
    counters: dict[str, _Counter] = {}
    rollups: dict[tuple[Any, ...], _Rollup] = {}

    def rolled(counter: _Counter, where: _Where, period: Period) -> _Rollup:
        groups = tuple(grouping for grouping, _ in where)
        number, source = _source(cube, layout, counter.measure, groups, period)
        key = (number, groups, date_of(counter.measure), counter.columns)
        if key not in rollups:
            rollups[key] = _Rollup(source, layout, groups, counter)
        return rollups[key]

    for item in wanted:
        if item.measure not in counters:
            counters[item.measure] = _Counter(layout.measures[item.measure], layout)
        counter, period = counters[item.measure], parse_period(item.period)
        rest = _rest(item.where, counter.measure)
        group = rolled(counter, item.where, period)
        whole = rolled(counter, rest, period) if counter.measure.kind is Kind.PART else group
        yield counter.counts(group, item.where, whole, rest, period)


def seen(cube: Cube | Cubes, layout: Layout) -> dict[str, tuple[str, ...]]:
    """The groups a register has of the groupings the law does not list, such as offices; sorted."""
    found: dict[str, tuple[str, ...]] = {}
    for id, grouping in layout.groupings.items():
        values = _values_of(cube, grouping.column) if grouping.values is None else None
        if values is not None:
            found[id] = tuple(sorted({value for value in values if value is not None}))
    return found


def _values_of(cube: Cube | Cubes, column: str) -> Iterable[Any] | None:
    if not isinstance(cube, Cubes):
        return cube.get(column)
    for view, table in zip(cube.views, cube.tables, strict=True):
        if column in view:
            return table[column].unique().to_pylist()  # type: ignore[no-any-return]
    return None


def _source(
    cube: Cube | Cubes, layout: Layout, measure: Measure, groups: Sequence[str], period: Period
) -> tuple[int, Any]:
    """The cube to take a number from, and which it is: the one with the fewest rows that has all it needs."""
    if not isinstance(cube, Cubes):
        return 0, cube
    asked = demand(layout, measure, groups, period.grain)
    fit = [index for index, view in enumerate(cube.views) if covers(view, asked)]
    number = min(fit, key=lambda index: cube.tables[index].num_rows)
    return number, cube.tables[number]


# Cases that are alike: what is known of them, whether they certainly are in the group asked for, and how many.
_Entry = tuple[Values, bool, int]


@dataclass(frozen=True, slots=True)
class _Held:
    """Cases that may be in a stock: the verdict of the measure's conditions, and when they are open."""

    verdict: int
    certain: bool
    began: date | None
    ended: date | None
    over: bool  # it was decided, nobody knows when
    cases: int

    def at(self, day: date) -> int:
        """Whether they are open at the end of a day, as a verdict."""
        if (self.began is not None and self.began > day) or (self.ended is not None and self.ended <= day):
            return _OUTSIDE
        if self.over and self.verdict in (_YES, _NO, _UNKNOWN):
            return self.verdict + _MAYBE
        return _UNKNOWN if self.began is None else self.verdict


class _Rollup:
    """A cube added up to some groups, the dates of a measure and what it asks about."""

    def __init__(self, source: Any, layout: Layout, groups: tuple[str, ...], counter: _Counter) -> None:
        day = date_of(counter.measure)
        own = (grouping_columns(layout, layout.groupings[id], day) for id in groups)
        self.columns = tuple(sorted({*counter.columns}.union(*own)))
        members = tuple(Members(layout, layout.groupings[id], self.columns, day) for id in groups)
        # Flows are kept by their date; a stock is made of all there ever were.
        self.position = None if counter.measure.stock else self.columns.index(day)
        self.by_group: dict[tuple[Group, ...], dict[date | None, dict[Values, int]]] = {}
        keep = [self.columns.index(name) for name in counter.columns]
        for values, cases in _added_up(source, self.columns):
            on = None if self.position is None else values[self.position]
            if on is None and self.position is not None:
                continue
            known = tuple(values[position] for position in keep)
            for key in product(*(group.of(values) for group in members)):
                found = self.by_group.setdefault(key, {}).setdefault(on, defaultdict(int))
                found[known] += cases

    def entries(
        self, values: tuple[str, ...], period: Period | None, open_: frozenset[int]
    ) -> Iterator[_Entry]:
        """The cases of a period that are in a group, and those that may be as far as groups in the positions
        `open_` go. Of a stock the cases of all periods: None."""
        choices = (
            (value, maybe(value), ANY) if position in open_ else (value,)
            for position, value in enumerate(values)
        )
        for key in product(*choices):
            certain = key == values
            for on, found in self.by_group.get(key, {}).items():
                if period is None or period.holds(on):
                    for known, cases in found.items():
                        yield known, certain, cases


def _added_up(source: Any, columns: tuple[str, ...]) -> Iterable[tuple[Values, int]]:
    """The distinct combinations of some columns of a cube with how many cases have each."""
    if not isinstance(source, Mapping):
        table = source.group_by(list(columns), use_threads=False).aggregate([(COUNT, "sum")])
        parts = [table[name].to_pylist() for name in columns]
        return zip(zip(*parts, strict=True), table[f"{COUNT}_sum"].to_pylist(), strict=True)
    totals: dict[Values, int] = defaultdict(int)
    rows = zip(*(source[name] for name in columns), strict=True)
    for values, cases in zip(rows, source[COUNT], strict=True):
        totals[values] += cases
    return totals.items()


class _Counter:
    """What one measure counts. Each combination is judged once."""

    def __init__(self, measure: Measure, layout: Layout) -> None:
        self.measure = measure
        self.layout = layout
        self.names = measure_columns(measure, layout)
        self.base = singled(measure.base, layout.one_of)
        self.counted = singled(measure.counts, layout.one_of) if measure.counts else None
        dates = {measure.date}
        if measure.stock:
            dates = {*measure.stock, *(["outcome"] if measure.stock[1] == "decided_on" else [])}
        value = {measure.value} if measure.value else set()
        self.columns = tuple(sorted({*self.names, *dates, *value}))
        self.positions = [self.columns.index(name) for name in self.names]
        self._verdicts: dict[Values, int] = {}
        self._held: dict[tuple[Any, ...], list[_Held]] = {}

    def counts(self, group: _Rollup, where: _Where, whole: _Rollup, rest: _Where, period: Period) -> Counts:
        """The counts of one number: those of `where` in `group`; a part is of those of `rest` in `whole`."""
        kind = self.measure.kind
        may_be = {grouping for grouping, _ in where}
        if kind is Kind.PART:
            may_be -= {grouping for grouping, _ in rest}
        open_ = frozenset(index for index, (grouping, _) in enumerate(where) if grouping in may_be)
        if self.measure.stock:
            return self._stock(group, _values(where), open_, period.last)
        entries = group.entries(_values(where), period, open_)
        if self.measure.is_time:
            return self._times(entries)
        certain, perhaps = self._added(entries)
        if kind is Kind.SHARE:
            return _share(certain, perhaps)
        if kind is not Kind.PART:
            return _number(certain, perhaps)
        every, outside = self._added(whole.entries(_values(rest), period, _all(rest)))
        # Who may be in the other groups, and who of them is certainly in this one, or may be in it as well.
        others = frozenset(index for index, (grouping, _) in enumerate(where) if grouping not in may_be)
        _, here = self._added(group.entries(_values(where), period, others))
        _, any_of_it = self._added(group.entries(_values(where), period, _all(where)))
        perhaps_here = [all_ - one - two for all_, one, two in zip(any_of_it, perhaps, here, strict=True)]
        return _part(certain, perhaps, every, (outside, here, perhaps_here))

    def _added(self, entries: Iterable[_Entry]) -> tuple[list[int], list[int]]:
        """The cases by verdict: of those certainly in the group, and of those that may be."""
        certain, perhaps = [0] * (_VERDICTS + 1), [0] * (_VERDICTS + 1)
        for known, sure, cases in entries:
            (certain if sure else perhaps)[self._verdict(known)] += cases
        return certain, perhaps

    def _times(self, entries: Iterable[_Entry]) -> Counts:
        """How many cases took how many days."""
        spread = _Spread()
        position = self.columns.index(self.measure.value)
        for known, sure, cases in entries:
            days, verdict = known[position], self._verdict(known)
            if verdict not in (_YES, _YES + _MAYBE) or (
                days is None and is_absent(self.measure.value, self._row(known), self.layout)
            ):
                continue  # it is not counted, or it is not over
            spread.add(days, sure and verdict == _YES, cases)
        return spread.counts()

    def _stock(self, group: _Rollup, values: tuple[str, ...], open_: frozenset[int], day: date) -> Counts:
        """The cases open at the end of a day; of a time, how old they are then."""
        key = (id(group), values, open_)
        if key not in self._held:
            self._held[key] = list(self._holding(group.entries(values, None, open_)))
        spread, certain, perhaps = _Spread(), [0] * (_VERDICTS + 1), [0] * (_VERDICTS + 1)
        for held in self._held[key]:
            verdict = held.at(day)
            if verdict == _OUTSIDE:
                continue
            (certain if held.certain else perhaps)[verdict] += held.cases
            if self.measure.is_time and verdict not in (_NO, _NO + _MAYBE):
                dated = held.began is not None and verdict in (_YES, _YES + _MAYBE)
                age = (day - held.began).days if dated and held.began else None
                spread.add(age, held.certain and verdict <= _UNKNOWN, held.cases)
        return spread.counts() if self.measure.is_time else _number(certain, perhaps)

    def _holding(self, entries: Iterable[_Entry]) -> Iterator[_Held]:
        start, end = (self.columns.index(name) for name in self.measure.stock or ())
        outcome = self.columns.index("outcome") if "outcome" in self.columns else None
        by_decision = self.measure.stock is not None and self.measure.stock[1] == "decided_on"
        for known, sure, cases in entries:
            verdict = self._verdict(known)
            if verdict != _OUTSIDE:
                over = (
                    by_decision and known[end] is None and outcome is not None and known[outcome] is not None
                )
                yield _Held(verdict, sure, known[start], known[end], over, cases)

    def _row(self, known: Values) -> dict[str, Any]:
        return dict(zip(self.columns, known, strict=True))

    def _verdict(self, known: Values) -> int:
        asked = tuple(known[position] for position in self.positions)
        verdict = self._verdicts.get(asked)
        if verdict is None:
            every = possible(dict(zip(self.names, asked, strict=True)), self.layout)
            verdict = self._verdicts[asked] = self._agreed({self._judged(answers) for answers in every})
        return verdict

    @staticmethod
    def _agreed(verdicts: set[int]) -> int:
        """What all possible outcomes of a case agree on."""
        if len(verdicts) == 1:
            return verdicts.pop()
        says = {verdict - _MAYBE if verdict > _UNKNOWN else verdict for verdict in verdicts - {_OUTSIDE}}
        told = says.pop() if len(says) == 1 else _UNKNOWN
        return told if verdicts <= {_YES, _NO, _UNKNOWN} else told + _MAYBE

    def _judged(self, answers: Answers) -> int:
        base = truth(self.base, answers)
        if base is False:
            return _OUTSIDE
        counted = True if self.counted is None else truth(self.counted, answers)
        says = _UNKNOWN if counted is None else _YES if counted else _NO
        return says if base else says + _MAYBE


def _share(certain: Sequence[int], perhaps: Sequence[int]) -> Counts:
    """The counts of a share. Of a case that may be in the base, and then nobody knows what it is, the share is as low
    or as high as it can be when the case is in it: it is unknown like those that certainly are."""
    may = Maybe(
        certain[_YES + _MAYBE] + perhaps[_YES] + perhaps[_YES + _MAYBE],
        certain[_NO + _MAYBE] + perhaps[_NO] + perhaps[_NO + _MAYBE],
        perhaps[_UNKNOWN] + perhaps[_UNKNOWN + _MAYBE],
    )
    return Counts(certain[_YES], certain[_NO], certain[_UNKNOWN] + certain[_UNKNOWN + _MAYBE], maybe=may)


def _part(
    certain: Sequence[int], perhaps: Sequence[int], every: Sequence[int], other: Sequence[Sequence[int]]
) -> Counts:
    """The counts of a part of `every` case: a case that may be in the base makes the part smaller where it is in
    another group, and greater where it is in this one. So does a case that may be in the other groups asked for:
    `other` has all of these, those of them that are in this one, and those that may be."""
    unknown_group = perhaps[_YES] + perhaps[_UNKNOWN]
    unknown = certain[_UNKNOWN] + unknown_group
    outside, here, perhaps_here = (one[_YES] + one[_YES + _MAYBE] for one in other)
    in_it, may_be_in_it = certain[_YES + _MAYBE], perhaps[_YES + _MAYBE]
    no = every[_YES + _MAYBE] - in_it - may_be_in_it + outside - here - perhaps_here
    may = Maybe(in_it + here, no, may_be_in_it + perhaps_here)
    others = every[_YES] - certain[_YES] - unknown
    return Counts(certain[_YES], others, unknown, maybe=may, unknown_group=unknown_group)


def _number(certain: Sequence[int], perhaps: Sequence[int]) -> Counts:
    """The counts of a number of cases: unknown is every case that may be one of them."""
    unsure = (_YES + _MAYBE, _UNKNOWN, _UNKNOWN + _MAYBE)
    unknown_group = sum((perhaps[verdict] for verdict in unsure), perhaps[_YES])
    unknown = sum((certain[verdict] for verdict in unsure), unknown_group)
    return Counts(certain[_YES], certain[_NO], unknown, unknown_group=unknown_group)


class _Spread:
    """How many cases took how many days, certainly in a group and perhaps."""

    def __init__(self) -> None:
        self.days: dict[bool, dict[int, int]] = {True: defaultdict(int), False: defaultdict(int)}
        self.unknown = {True: 0, False: 0}

    def add(self, days: int | None, certain: bool, cases: int) -> None:
        """Cases that took so many days; None, and fewer than none, is unknown."""
        if days is None or days < 0:
            self.unknown[certain] += cases
        else:
            self.days[certain][days] += cases

    def counts(self) -> Counts:
        may = Maybe(unknown=self.unknown[False], days=self.days[False])
        return Counts(unknown=self.unknown[True], days=self.days[True], maybe=may)


def _rest(where: _Where, measure: Measure) -> _Where:
    """The groups that a part is taken of: all but those of the measure's own grouping; none where it has none."""
    return tuple(item for item in where if measure.per and item[0] != measure.per)


def _all(where: _Where) -> frozenset[int]:
    return frozenset(range(len(where)))


def _values(where: _Where) -> tuple[str, ...]:
    return tuple(value for _, value in where)

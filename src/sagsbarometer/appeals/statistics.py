"""Every number of a layout from the finest counts: one cube of a register in, cells out.

Totals are added up from the counts of the cube, never from parts that were rounded, and a case with several keywords
counts once under each of them and once in every total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from sagsbarometer.appeals.expand import Wanted
from sagsbarometer.appeals.groupings import NAMED, SERIES, Grouping, row_key
from sagsbarometer.appeals.layout import Layout
from sagsbarometer.appeals.needs import COUNT, absent_with, grouping_columns, measure_columns, series_date
from sagsbarometer.appeals.registration import COLUMNS
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.types import Answer, Answers, Type
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.periods import parse_period
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.count import Counts
from sagsbarometer.measures.measure import Kind, Measure
from sagsbarometer.measures.results import Circumstances, make_cell

# Column to values, one per combination, and COUNT to how many cases have it.
Cube = Mapping[str, Sequence[Any]]
_Values = tuple[Any, ...]
_Where = tuple[tuple[str, str], ...]  # grouping and group
_OUTSIDE, _YES, _NO, _UNKNOWN = range(4)
_NOT_ASKED, _NOT_ANSWERED = Answer(State.NOT_ASKED), Answer(State.NOT_ANSWERED)
# A group a case is in; or may be in (`_maybe`); or it may be in any of them, nobody knows (`_ANY`).
_Group = str | tuple[str, str] | None
_ANY: _Group = None


def register_cells(
    cube: Cube, wanted: Iterable[Wanted], layout: Layout, of: Circumstances
) -> tuple[Cell, ...]:
    """One cell per number asked for, in that order.

    A share counts the cases that are certainly in its group. A count has those that may be in it as unknown, and so has
    a part, as far as the grouping it is a part by goes.
    """
    asked = tuple(wanted)
    counters = {id: _Counter(layout.measures[id]) for id in {item.measure for item in asked}}
    dates = {counter.measure.date for counter in counters.values()}
    names = {
        day: {name for item in counters.values() if item.measure.date == day for name in item.names}
        for day in dates
    }
    rollups: dict[tuple[tuple[str, ...], str], _Rollup] = {}

    def rolled(groups: tuple[str, ...], day: str) -> _Rollup:
        if (groups, day) not in rollups:
            rollups[(groups, day)] = _Rollup(cube, layout, groups, day, names[day])
        return rollups[(groups, day)]

    cells = []
    for item in asked:
        measure = layout.measures[item.measure]
        group = rolled(tuple(grouping for grouping, _ in item.where), measure.date)
        rest = _rest(item.where, measure)
        whole = rolled(tuple(grouping for grouping, _ in rest), measure.date)
        counts = counters[item.measure].counts(group, item.where, whole, rest, item.period)
        cells.append(make_cell(measure, counts, of, row=row_key(dict(item.where)), period=item.period))
    return tuple(cells)


def seen(cube: Cube, layout: Layout) -> dict[str, tuple[str, ...]]:
    """The groups a register has of the groupings the law does not list, such as offices; sorted."""
    return {
        id: tuple(sorted({value for value in cube[grouping.column] if value is not None}))
        for id, grouping in layout.groupings.items()
        if grouping.values is None and grouping.column in cube
    }


@dataclass(frozen=True, slots=True)
class _Entry:
    """Cases that are alike: how many, on what date, and what is known of them. `certain`: in the group asked for."""

    day: date
    known: _Values
    certain: bool
    cases: int


class _Rollup:
    """The cube added up to some groups, a date and what the measures of that date ask about."""

    def __init__(
        self, cube: Cube, layout: Layout, groups: tuple[str, ...], day: str, names: Iterable[str]
    ) -> None:
        own = (grouping_columns(layout, layout.groupings[id], day) for id in groups)
        self.columns = tuple(sorted({day, *names}.union(*own)))
        self.groups = tuple(_Members(layout, layout.groupings[id], self.columns, day) for id in groups)
        self.by_group: dict[tuple[_Group, ...], dict[tuple[date, _Values], int]] = {}
        self._entries: dict[tuple[tuple[str, ...], str, frozenset[int]], list[_Entry]] = {}
        totals: dict[_Values, int] = defaultdict(int)
        for values, cases in zip(
            zip(*(cube[name] for name in self.columns), strict=True), cube[COUNT], strict=True
        ):
            totals[values] += cases
        position = self.columns.index(day)
        for values, cases in totals.items():
            if (on := values[position]) is not None:
                for key in product(*(group.of(values) for group in self.groups)):
                    found = self.by_group.setdefault(key, defaultdict(int))
                    found[(on, values)] += cases

    def entries(self, values: tuple[str, ...], period: str, open_: frozenset[int]) -> list[_Entry]:
        """The cases of a period that are in a group, and those that may be as far as groups in the positions
        `open_` go."""
        key = (values, period, open_)
        if key not in self._entries:
            self._entries[key] = list(self._found(values, period, open_))
        return self._entries[key]

    def _found(self, values: tuple[str, ...], period: str, open_: frozenset[int]) -> Iterator[_Entry]:
        within = parse_period(period)
        choices = (
            (value, _maybe(value), _ANY) if position in open_ else (value,)
            for position, value in enumerate(values)
        )
        for key in product(*choices):
            certain = key == values
            for (on, known), cases in self.by_group.get(key, {}).items():
                if within.holds(on):
                    yield _Entry(on, known, certain, cases)


class _Members:
    """Which groups of a grouping a combination is in, or may be in."""

    def __init__(self, layout: Layout, grouping: Grouping, columns: tuple[str, ...], day: str) -> None:
        self.layout = layout
        self.grouping = grouping
        self.columns = columns
        self.on = series_date(day)
        self._memo: dict[_Values, tuple[_Group, ...]] = {}

    def of(self, values: _Values) -> tuple[_Group, ...]:
        """The groups, each once."""
        if values not in self._memo:
            self._memo[values] = tuple(self._groups(dict(zip(self.columns, values, strict=True))))
        return self._memo[values]

    def _groups(self, row: Mapping[str, Any]) -> Iterable[_Group]:
        if self.grouping.id == NAMED:
            return self._named(row)
        value = row[self.grouping.column]
        if value is None:
            if _is_absent(self.grouping.column, row):
                return ()
            area = row.get("law_area") if self.grouping.column == "case_subject" else None
            return (_ANY,) if area is None else self._of_area(area, row)
        if self.grouping.id == SERIES:
            return self._series(value, row[self.on])
        return _codes(value) if COLUMNS[self.grouping.column] is Type.CODES else (value,)

    def _series(self, subject: str, on: date | None) -> Iterator[_Group]:
        for id, members in self.grouping.members.items():
            own = [item for item in members if item.case_subject == subject]
            if on is None and own:
                yield _maybe(id)
            elif any(on is not None and item.first <= on <= item.last for item in own):
                yield id

    def _of_area(self, area: str, row: Mapping[str, Any]) -> Iterator[_Group]:
        """The groups a case may be in whose subject nobody registered, but whose law area is known."""
        known = self.layout.groupings["case_subject"].values or {}
        subjects = {id for id, value in known.items() if value.parent == area}
        if self.grouping.id != SERIES:
            yield from (_maybe(id) for id in sorted(subjects))
            return
        on = row[self.on]
        for id, members in self.grouping.members.items():
            own = [item for item in members if item.case_subject in subjects]
            if any(on is None or item.first <= on <= item.last for item in own):
                yield _maybe(id)

    def _named(self, row: Mapping[str, Any]) -> Iterator[_Group]:
        answers = _answers(row)
        for id, node in self.layout.named.items():
            verdict = truth(node, answers)
            if verdict is not False:
                yield id if verdict else _maybe(id)


class _Counter:
    """What one measure counts. Each combination is judged once."""

    def __init__(self, measure: Measure) -> None:
        self.measure = measure
        self.names = measure_columns(measure)
        self._verdicts: dict[_Values, int] = {}

    def counts(self, group: _Rollup, where: _Where, whole: _Rollup, rest: _Where, period: str) -> Counts:
        """The counts of one number: those of `where` in `group`; a part is of those of `rest` in `whole`."""
        kind = self.measure.kind
        may_be = {grouping for grouping, _ in where} - {grouping for grouping, _ in rest}
        if kind is Kind.SHARE:
            may_be = set()
        elif kind is Kind.COUNT:
            may_be = {grouping for grouping, _ in where}
        open_ = frozenset(index for index, (grouping, _) in enumerate(where) if grouping in may_be)
        certain, maybe = self._added(group, group.entries(_values(where), period, open_))
        unknown = certain[_UNKNOWN] + maybe[_YES] + maybe[_UNKNOWN]
        if kind is not Kind.PART:
            return Counts(certain[_YES], certain[_NO], unknown)
        every, _ = self._added(whole, whole.entries(_values(rest), period, frozenset()))
        return Counts(certain[_YES], every[_YES] - certain[_YES] - unknown, unknown)

    def _added(self, rollup: _Rollup, entries: Sequence[_Entry]) -> tuple[list[int], list[int]]:
        """The cases by verdict: of those certainly in the group, and of those that may be."""
        certain, maybe = [0, 0, 0, 0], [0, 0, 0, 0]
        positions = [rollup.columns.index(name) for name in self.names]
        for entry in entries:
            known = tuple(entry.known[position] for position in positions)
            verdict = self._verdicts.get(known)
            if verdict is None:
                verdict = self._verdicts[known] = self._verdict(dict(zip(self.names, known, strict=True)))
            (certain if entry.certain else maybe)[verdict] += entry.cases
        return certain, maybe

    def _verdict(self, row: Mapping[str, Any]) -> int:
        answers = _answers(row)
        if truth(self.measure.base, answers) is not True:
            return _OUTSIDE
        if self.measure.counts is None:
            return _YES
        counted = truth(self.measure.counts, answers)
        return _UNKNOWN if counted is None else _YES if counted else _NO


def _rest(where: _Where, measure: Measure) -> _Where:
    """The groups that a part is taken of: all but those of the measure's own grouping; none where it has none."""
    return tuple(item for item in where if measure.per and item[0] != measure.per)


def _values(where: _Where) -> tuple[str, ...]:
    return tuple(value for _, value in where)


def _maybe(group: str) -> _Group:
    return ("maybe", group)


def _answers(row: Mapping[str, Any]) -> Answers:
    """What is known of a combination, as the row language asks for it."""
    return {name: _answer(name, value, row) for name, value in row.items()}


def _answer(name: str, value: Any, row: Mapping[str, Any]) -> Answer:
    if value is None:
        return _NOT_ASKED if _is_absent(name, row) else _NOT_ANSWERED
    return Answer(State.ANSWERED, frozenset(_codes(value)) if COLUMNS[name] is Type.CODES else value)


def _is_absent(name: str, row: Mapping[str, Any]) -> bool:
    """Whether there is nothing to know: a pending case has no outcome, a case not in court no judgment."""
    with_ = absent_with(name)
    return with_ is not None and row.get(with_) is None


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()

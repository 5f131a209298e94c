"""What each case was on one day and is on another, as counts of combinations: one query, no case leaves the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.as_of import as_of
from sagsbarometer.appeals.clocks import Clock
from sagsbarometer.appeals.cube import finest
from sagsbarometer.appeals.layouts.needs import COUNT, Columns
from sagsbarometer.appeals.statistics import Cube
from sagsbarometer.kernel.periods import Grain

if TYPE_CHECKING:
    import ibis.expr.types as ir

Values = tuple[Any, ...]  # of the columns, in their order
_BEFORE, _AFTER = "before_", "after_"  # a column before and after; alone: whether the case was there
_DECIDED = "decided_on"
_HEAD = (_BEFORE, _AFTER, _BEFORE + _DECIDED, _AFTER + _DECIDED, COUNT)


@dataclass(frozen=True, slots=True)
class Transition:
    """How many cases were `before` and are `after`; None where they were not in the register."""

    before: Values | None
    after: Values | None
    cases: int


@dataclass(frozen=True, slots=True)
class Transitions:
    """Every case of a register, on the first day or the second; those that did not change too. `view`: the columns with
    how fine their dates are."""

    view: Columns
    items: tuple[Transition, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, in the order of the values."""
        return tuple(self.view)

    @property
    def before(self) -> Cube:
        """The cube as of the first day."""
        return self._cube((item.before, item.cases) for item in self.items)

    @property
    def after(self) -> Cube:
        """The cube as of the second day."""
        return self._cube((item.after, item.cases) for item in self.items)

    @property
    def both(self) -> Cube:
        """A cube with every combination of either day. Its counts mean nothing."""
        return self._cube((values, 1) for item in self.items for values in (item.before, item.after))

    @property
    def changed(self) -> tuple[Transition, ...]:
        """The cases that are not what they were."""
        return tuple(item for item in self.items if item.before != item.after)

    def _cube(self, counted: Iterable[tuple[Values | None, int]]) -> Cube:
        totals: Counter[Values] = Counter()
        for values, cases in counted:
            if values is not None:
                totals[values] += cases
        return cube_of(self.columns, list(totals), list(totals.values()))


def cube_of(columns: Sequence[str], combinations: Sequence[Values], counts: Sequence[Any]) -> Cube:
    """A cube of these combinations with these counts."""
    found: dict[str, Sequence[Any]] = {
        name: [values[place] for values in combinations] for place, name in enumerate(columns)
    }
    return {**found, COUNT: counts}


def transitions_query(
    deliveries: ir.Table, first: date, last: date, view: Columns, clocks: Mapping[str, Clock]
) -> ir.Table:
    """Each combination of the columns as of `first` and as of `last`, joined case by case, with how many cases."""
    joined = _joined(deliveries, first, last, view, clocks)
    names = [prefix + name for prefix in (_BEFORE, _AFTER) for name in ("", *view)]
    return joined.group_by(names).aggregate(**{COUNT: joined.count()})


def read_transitions(view: Columns, found: Mapping[str, Sequence[Any]]) -> Transitions:
    """What the query gave, as a mapping of column to values."""
    sides = (
        zip(found[prefix], zip(*(found[prefix + name] for name in view), strict=True), strict=True)
        for prefix in (_BEFORE, _AFTER)
    )
    items = (
        Transition(before if was else None, after if is_ else None, int(cases))
        for (was, before), (is_, after), cases in zip(*sides, found[COUNT], strict=True)
    )
    return Transitions(view, tuple(items))


def changes_query(deliveries: ir.Table, first: date, last: date, columns: Sequence[str]) -> ir.Table:
    """Which of some columns changed, of cases joined as above: each combination of that with how many cases."""
    every = dict.fromkeys({*columns, _DECIDED}, Grain.DAY)
    joined = _joined(deliveries, first, last, every, {})
    told: dict[str, Any] = {prefix: joined[prefix] for prefix in (_BEFORE, _AFTER)}
    for name in columns:
        told[name] = ~joined[_BEFORE + name].identical_to(joined[_AFTER + name])
    for prefix in (_BEFORE, _AFTER):
        told[prefix + _DECIDED] = joined[prefix + _DECIDED].notnull()
    return joined.group_by(**told).aggregate(**{COUNT: joined.count()})


@dataclass(frozen=True, slots=True)
class Changes:
    """Cases with the same columns changed: whether they were and are there, and were and are decided."""

    was: bool
    is_: bool
    changed: frozenset[str]
    was_decided: bool
    is_decided: bool
    cases: int


def read_changes(columns: Sequence[str], found: Mapping[str, Sequence[Any]]) -> tuple[Changes, ...]:
    """What the query gave, as a mapping of column to values."""
    rows = zip(*(found[name] for name in _HEAD), *(found[name] for name in columns), strict=True)
    return tuple(
        Changes(
            bool(was),
            bool(is_),
            frozenset(name for name, changed in zip(columns, flags, strict=True) if changed),
            bool(was_decided),
            bool(is_decided),
            int(cases),
        )
        for was, is_, was_decided, is_decided, cases, *flags in rows
    )


def _joined(
    deliveries: ir.Table, first: date, last: date, view: Columns, clocks: Mapping[str, Clock]
) -> ir.Table:
    before, after = (
        _as_of(deliveries, day, view, clocks, prefix) for day, prefix in ((first, _BEFORE), (last, _AFTER))
    )
    return before.outer_join(after, before[f"{_BEFORE}case"] == after[f"{_AFTER}case"])


def _as_of(
    deliveries: ir.Table, day: date, view: Columns, clocks: Mapping[str, Clock], prefix: str
) -> ir.Table:
    import ibis

    cases = as_of(deliveries, day)
    cut = {f"{prefix}{name}": finest(cases, (name,), grain, clocks)[name] for name, grain in view.items()}
    # No column is called `case`, nor is one called nothing.
    return cases.select(**{f"{prefix}case": cases["case_id"], prefix: ibis.literal(1)}, **cut)

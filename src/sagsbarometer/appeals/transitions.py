"""What each case was on one day and is on another, as counts of combinations: one query, no case leaves the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.as_of import as_of
from sagsbarometer.appeals.cube import finest
from sagsbarometer.appeals.needs import COUNT
from sagsbarometer.appeals.statistics import Cube
from sagsbarometer.kernel.periods import Grain

if TYPE_CHECKING:
    import ibis.expr.types as ir

Values = tuple[Any, ...]  # of the columns, in their order
_BEFORE, _AFTER = "before_", "after_"  # a column before and after; alone: whether the case was there


@dataclass(frozen=True, slots=True)
class Transition:
    """How many cases were `before` and are `after`; None where they were not in the register."""

    before: Values | None
    after: Values | None
    cases: int


@dataclass(frozen=True, slots=True)
class Transitions:
    """Every case of a register, on the first day or the second; those that did not change too."""

    columns: tuple[str, ...]
    items: tuple[Transition, ...]

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
    deliveries: ir.Table, first: date, last: date, columns: Sequence[str], grain: Grain
) -> ir.Table:
    """Each combination of the columns as of `first` and as of `last`, joined case by case, with how many cases."""
    before, after = (
        _as_of(deliveries, day, columns, grain, prefix) for day, prefix in ((first, _BEFORE), (last, _AFTER))
    )
    joined = before.outer_join(after, before[f"{_BEFORE}case"] == after[f"{_AFTER}case"])
    names = [prefix + name for prefix in (_BEFORE, _AFTER) for name in ("", *columns)]
    return joined.group_by(names).aggregate(**{COUNT: joined.count()})


def _as_of(deliveries: ir.Table, day: date, columns: Sequence[str], grain: Grain, prefix: str) -> ir.Table:
    import ibis

    cases = as_of(deliveries, day)
    cut = {f"{prefix}{name}": value for name, value in finest(cases, columns, grain).items()}
    # No column is called `case`, nor is one called nothing.
    return cases.select(**{f"{prefix}case": cases["case_id"], prefix: ibis.literal(1)}, **cut)


def read_transitions(columns: Sequence[str], found: Mapping[str, Sequence[Any]]) -> Transitions:
    """What the query gave, as a mapping of column to values."""
    sides = (
        zip(
            found[prefix],
            # Of no columns there is still one combination a row.
            zip(*(found[prefix + name] for name in columns), strict=True) if columns else ((),) * len(found[prefix]),
            strict=True,
        )
        for prefix in (_BEFORE, _AFTER)
    )
    items = (
        Transition(before if was else None, after if is_ else None, int(cases))
        for (was, before), (is_, after), cases in zip(*sides, found[COUNT], strict=True)
    )
    return Transitions(tuple(columns), tuple(items))

"""From results to a system: which quantities the cells tell, and which sums bind them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sagsbarometer.disclosure.definitions import (
    BASE,
    DAYS,
    EITHER,
    KNOWN,
    NO,
    NOTHING,
    POSSIBLE,
    UNKNOWN,
    YES,
    Definitions,
    OneOfs,
)
from sagsbarometer.disclosure.flows import flows
from sagsbarometer.disclosure.relations import PERHAPS, Relations
from sagsbarometer.disclosure.spaces import Set
from sagsbarometer.disclosure.system import (
    CASES,
    DIFFERENCE,
    Quantity,
    Row,
    Shown,
    System,
    Unit,
)
from sagsbarometer.forms.asked import Asked
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.grid import Grid, GridRow
from sagsbarometer.measures.measure import Figure, Kind, Measure

Parents = Mapping[str, str | Sequence[str]]
_KIND = {
    YES: CASES,
    NO: CASES,
    BASE: CASES,
    KNOWN: CASES,
    UNKNOWN: "unknown",
    POSSIBLE: "unknown",
    EITHER: "unknown",
    DAYS: "days",
}
_OF_MUNICIPALITIES = (Kind.MUNICIPALITIES, Kind.NO_MUNICIPALITY)
_TOTAL = 3.0  # how much dearer it is to withhold a total than a cell as large inside a table


def system_of(
    results: ResultSet,
    measures: Mapping[str, Measure],
    figures: Iterable[Figure] = (),
    grids: Iterable[Grid] = (),
    parents: Parents = NOTHING,
    one_of: OneOfs = NOTHING,
    rounding: int = 0,
    asked: Iterable[Asked] = (),
) -> System:
    """The quantities, cells and sums of some results, protected ones too.

    `parents`: a group and the group or groups above it, `case_subject=x` to `law_area=y`. `one_of`: outcomes that stand
    for one of several. `rounding`: what the counts were rounded to, where the results are of a profile that rounds; a
    sum then holds when it can. `asked`: what the form lets answers be, where cases were read with one.
    """
    definitions = Definitions(measures, one_of, asked)
    cells = _Cells(results, definitions, measures, rounding)
    above = {
        child: (parent,) if isinstance(parent, str) else tuple(parent) for child, parent in parents.items()
    }
    hints = tuple(dict.fromkeys((*_figure_hints(figures), *_grid_hints(grids))))
    dates = sorted({cell.data_date for cell in results if cell.data_date})
    return _related(
        System(
            tuple(cells.quantities.values()),
            tuple(cells.units),
            (),
            data_date=dates[-1] if dates else "",
            parents=above,
            hints=hints,
            rounding=rounding,
            direct=len(cells.quantities),
            parts=tuple(cells.parts),
            sets=cells.sets,
            spaces=definitions.spaces,
        )
    )


def telling(
    results: ResultSet, measures: Mapping[str, Measure], one_of: OneOfs = NOTHING, asked: Iterable[Asked] = ()
) -> Callable[[Cell], Mapping[str, Quantity]]:
    """What tells the quantities of a cell like those of some results, by which part of it each is."""
    return _Cells(results, Definitions(measures, one_of, asked), measures, 0).told


def joined(system: System, earlier: Sequence[Shown]) -> System:
    """One system of a release and those before it.

    What has the same definition and data date is the same quantity. With another data date it is another; where both
    are known, the difference between them is a quantity as well.
    """
    if not earlier:
        return system
    quantities = {item.key: item for item in system.quantities[: system.direct]}
    units, parts, sets = list(system.units), list(system.parts), dict(system.sets)
    hints, parents = list(system.hints), dict(system.parents)
    place = {key: index for index, key in enumerate(quantities)}
    for number, shown in enumerate(earlier, start=1):
        old = shown.system
        edition = "" if old.data_date == system.data_date else f"{number} {old.data_date}".strip()
        keys = []
        for item in old.quantities[: old.direct]:
            new = replace(item, edition=edition)
            place.setdefault(new.key, len(place))
            if new.key not in quantities or quantities[new.key].value is None:
                quantities[new.key] = new
            keys.append(place[new.key])
        units += [
            replace(
                unit,
                ref=f"{unit.ref}@{number}",
                tells=tuple(keys[item] for item in unit.tells),
                main=None if unit.main is None else keys[unit.main],
                loose=tuple(keys[item] for item in unit.loose),
                fixed=not unit.hidden,
                edition=edition or "same",
            )
            for unit in old.units
        ]
        parts += [(keys[whole], tuple(keys[item] for item in some)) for whole, some in old.parts]
        sets |= old.sets
        hints += [
            (f"{whole}@{number}", tuple(f"{part}@{number}" for part in some)) for whole, some in old.hints
        ]
        parents |= {child: tuple(above) for child, above in old.parents.items()}
    whole = replace(
        system,
        quantities=tuple(quantities.values()),
        units=tuple(units),
        direct=len(quantities),
        parts=tuple(parts),
        sets=sets,
        parents=parents,
        hints=tuple(hints),
    )
    return _related(whole)


def _related(system: System) -> System:
    """The system with every sum that is found, and the parts they need that nothing shows."""
    direct = system.quantities[: system.direct]
    sums = Relations(direct, system.rounding)
    for whole, parts in system.parts:
        if sums.holds(whole, parts) is not False:
            sums.add(whole, parts, "base")
    sums.sets(system.sets, system.spaces)
    sums.periods()
    flows(sums)
    sums.rows(system.parents)
    sums.hints(system.hints, {unit.ref: unit.main for unit in system.units if unit.main is not None})
    _differences(sums)
    totals = {item.whole for item in sums.relations if item.kind.startswith(("rows", "periods"))}
    units = tuple(
        replace(unit, weight=unit.weight * _TOTAL)
        if unit.main in totals and not unit.edition and not system.found
        else unit
        for unit in system.units
    )
    return replace(
        system,
        quantities=tuple(sums.quantities),
        units=units,
        relations=sums.relations,
        found=dict(sorted(sums.told.items())),
    )


def _differences(sums: Relations) -> None:
    """What a number changed by since an earlier release with another data date."""
    for index, old in enumerate(list(sums.quantities)):
        if not old.edition or old.structural or old.kind != CASES or old.value is None:
            continue
        new = sums.place.get((old.what, old.row, old.period, ""))
        value = None if new is None else sums.quantities[new].value
        if new is None or value is None or value == old.value:
            continue
        change = replace(
            old,
            what=f"{old.what}~{old.edition}",
            edition="difference",
            value=value - old.value,
            kind=DIFFERENCE,
            structural=True,
        )
        sums.add(new, (index, sums.quantity(change)), "differences")


class _Cells:
    """The quantities and units of cells."""

    def __init__(
        self, results: ResultSet, definitions: Definitions, measures: Mapping[str, Measure], rounding: int
    ) -> None:
        self.rounding = rounding
        self.definitions = definitions
        self.measures = measures
        self.sets: dict[str, Set] = {}
        self.quantities: dict[tuple[str, Row, str, str], Quantity] = {}
        self.parts: list[tuple[int, tuple[int, ...]]] = []
        self.place: dict[tuple[str, Row, str, str], int] = {}
        self.units: list[Unit] = []
        # Who may be in a group is often who has no group at all: then they are the same cases for each group.
        self.perhaps: dict[object, set[int]] = defaultdict(set)
        for cell in results:
            if cell.row and not cell.hidden:
                self.perhaps[_groupings(cell)].add(cell.unknown_group)
        told = [(cell, self.told(cell)) for cell in results]
        clashing = self._clashing(told)
        for cell, parts in told:
            self._unit(cell, parts, clashing)

    def told(self, cell: Cell) -> dict[str, Quantity]:
        """The quantities of a cell by what part they are of it."""
        measure = self.measures.get(cell.result)
        if measure is None or measure.kind in _OF_MUNICIPALITIES:
            return {}
        sets = self.definitions.of(cell.result)
        row = parse_row(cell.row)
        rest = tuple(item for item in row if measure.per and item[0] != measure.per)
        # A cell can be marked as withheld and still have its numbers: then only its readers lack them.
        hidden = bool(cell.hidden) and cell.value is None and not cell.base
        found = {}
        values = {
            part: value
            for part, value in _values(cell, measure).items()
            # What is not in a part of all groups is in the others, whatever is counted.
            if measure.kind is Kind.PART or not _never(sets.get(part), value)
        }
        if self.perhaps.get(_groupings(cell)) == {0}:
            values.pop(POSSIBLE, None)
        if UNKNOWN not in values and YES in values:
            values.pop(KNOWN, None)  # it is the base
        for part, value in values.items():
            if part == DAYS and self.rounding:
                continue  # a sum of days is not published beside a rounded number of cases
            where, which = row, sets.get(part)
            if measure.kind is Kind.PART:
                # A part of all groups: what is not in this one is a set of its own, and the whole another row's.
                where = rest if part == BASE else row
                if part in (NO, KNOWN, UNKNOWN):
                    which = Set(
                        sets[BASE].family, whole=f"beside:{part}:{sets[BASE].name} of {measure.per or 'all'}"
                    )
            if part == EITHER:
                which = Set(
                    sets[UNKNOWN].family, whole=f"{EITHER}:{sets[UNKNOWN].name} and {sets[POSSIBLE].name}"
                )
            if which is None:
                continue
            if part == POSSIBLE:
                where = self._perhaps_in(cell)
            # What is no printed number, but the difference of two that are rounded, is not known.
            known = None if hidden or (self.rounding and part in _loose(values)) else value
            cases = None if part != DAYS or hidden else cell.denominator
            found[part] = Quantity(which.name, where, cell.period, known, _KIND[part], cases)
            self.sets.setdefault(which.name, which)
        return found

    def _perhaps_in(self, cell: Cell) -> Row:
        """Where those are who may be in a cell's groups, and of whom nobody knows."""
        same = len(self.perhaps.get(_groupings(cell), ())) == 1
        return ((PERHAPS, ",".join(_groupings(cell)[1:-1]) if same else cell.row),)

    @staticmethod
    def _clashing(told: Iterable[tuple[Cell, Mapping[str, Quantity]]]) -> frozenset[object]:
        """The quantities to which two cells give different numbers: what they count is not the same after all."""
        values: dict[object, set[int]] = defaultdict(set)
        for _, parts in told:
            for item in parts.values():
                if item.value is not None:
                    values[item.key].add(item.value)
        return frozenset(key for key, numbers in values.items() if len(numbers) > 1)

    def _unit(self, cell: Cell, parts: Mapping[str, Quantity], clashing: frozenset[object]) -> None:
        at = {}
        measure = self.measures.get(cell.result)
        for part, item in parts.items():
            if item.key in clashing:
                own = Set(item.what.split("|")[0], whole=f"{item.what} as {cell.result}")
                self.sets.setdefault(own.name, own)
                item = replace(item, what=own.name)
            at[part] = self._quantity(item)
        answers = [at[part] for part in (YES, NO) if part in at]
        pieces = (answers or [at[part] for part in (KNOWN,) if part in at]) + [
            at[part] for part in (UNKNOWN,) if part in at
        ]
        if POSSIBLE in at and measure is not None and measure.kind is Kind.PART:
            pieces.append(at[POSSIBLE])
        if EITHER in at:
            self.parts.append((at[EITHER], (at[UNKNOWN], at[POSSIBLE])))
        if BASE in at and at[BASE] not in pieces:
            self.parts.append((at[BASE], tuple(pieces)))
        if answers and KNOWN in at and at[KNOWN] not in answers:
            self.parts.append((at[KNOWN], tuple(answers)))
        main = at.get(DAYS) if measure and measure.kind is Kind.MEAN else at.get(YES)
        size = cell.denominator if measure is None or measure.kind is not Kind.COUNT else cell.numerator
        share = measure is not None and measure.kind in (Kind.SHARE, Kind.PART)
        self.units.append(
            Unit(
                cell.ref,
                tuple(sorted(set(at.values()))),
                main,
                weight=1.0 + math.sqrt(max(0, size)),
                row=parse_row(cell.row),
                review=measure is not None and not measure.date and not measure.stock,
                hidden=bool(cell.hidden),
                loose=tuple(sorted({at[part] for part in _loose(at) if part in at} - _printed(at))),
                uniform=share and cell.denominator > 0 and cell.numerator in (0, cell.denominator),
            )
        )

    def _quantity(self, item: Quantity) -> int:
        if item.key not in self.place:
            self.place[item.key] = len(self.place)
            self.quantities[item.key] = item
        elif self.quantities[item.key].value is None and item.value is not None:
            self.quantities[item.key] = item
        return self.place[item.key]


def _values(cell: Cell, measure: Measure) -> dict[str, int]:
    """The numbers a cell tells, by part."""
    if measure.kind in (Kind.SHARE, Kind.PART, Kind.COUNT):
        no, own = cell.denominator - cell.numerator, cell.unknown - cell.unknown_group
        known = {YES: cell.numerator, NO: no, KNOWN: cell.denominator}
        if not cell.row or measure.kind is Kind.SHARE or not (measure.date or measure.stock):
            return {**known, UNKNOWN: cell.unknown, BASE: cell.base}
        # Of a register's groups: what nobody knows of those in it, apart from those who may be in it.
        base = cell.base if measure.kind is Kind.PART else cell.denominator + own
        both = {EITHER: cell.unknown} if own and cell.unknown_group else {}
        return {**known, UNKNOWN: own, POSSIBLE: cell.unknown_group, BASE: base, **both}
    times = {KNOWN: cell.denominator, UNKNOWN: cell.unknown, BASE: cell.base}
    return {**times, DAYS: cell.numerator} if measure.kind is Kind.MEAN else times


def _never(which: Set | None, value: int) -> bool:
    """Whether no case can be in a part of a cell, and none is."""
    return which is not None and which.is_empty and not value


def _loose(parts: Iterable[str]) -> frozenset[str]:
    """Which parts of a cell are not printed themselves: printed are the yes, those that are known and those that are
    not; all together are printed where everybody is known."""
    given = frozenset(parts)
    return (
        frozenset({NO, *({BASE} if KNOWN in given else ()), *({UNKNOWN} if EITHER in given else ())}) & given
    )


def _printed(at: Mapping[str, int]) -> frozenset[int]:
    return frozenset(index for part, index in at.items() if part not in _loose(at))


def parse_row(text: str) -> Row:
    """The groups of a cell's row: `law_area=x;series=y` as pairs, sorted."""
    pairs = (item.partition("=") for item in text.split(";") if item)
    return tuple(sorted((grouping, group) for grouping, _, group in pairs))


def _groupings(cell: Cell) -> tuple[str, ...]:
    """What is counted by which groupings, and when: the result, the groupings and the period."""
    return (cell.result, *(part.partition("=")[0] for part in cell.row.split(";")), cell.period)


def _figure_hints(figures: Iterable[Figure]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The parts of a figure's rows and what they are together."""
    for figure in figures:
        if figure.kind in ("stacked", "columns", "shares"):
            for row in figure.rows:
                if row.total:
                    yield row.total, tuple(row.cells.values())


def _grid_hints(grids: Iterable[Grid]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rows of a table under a row of the level above, column by column."""
    for grid in grids:
        rows = [row for row in grid.rows if not row.is_heading]
        for number in range(len(grid.columns)):
            for index, row in enumerate(rows):
                below = _below(rows, index)
                places = [item.places[number] for item in (row, *below)]
                refs = [place.refs[0] for place in places if place and len(place.refs) == 1 and not place.top]
                if below and len(refs) == len(places):
                    yield refs[0], tuple(refs[1:])


def _below(rows: Sequence[GridRow], index: int) -> list[GridRow]:
    """The rows one level under a row: those that follow it, or come before it where a total stands last."""
    level = rows[index].level
    after = []
    for row in rows[index + 1 :]:
        if row.level <= level:
            break
        if row.level == level + 1:
            after.append(row)
    if after or level:
        return after
    return [row for row in rows[:index] if row.level == 1]

"""What stands behind a number, in all and in each group: the cases, or the municipalities where those are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.measure import Kind, Measure

_UNITS = (Kind.MUNICIPALITIES, Kind.NO_MUNICIPALITY)
_VALUES = (Kind.MEAN, Kind.MINIMUM, Kind.MAXIMUM)


@dataclass(frozen=True, slots=True)
class Behind:
    """Ids, sorted: what counts, what does not though it is in the base, and what nobody knows of. Of a mean, a smallest
    or a greatest value, `yes` is what has a value and is in it. `units`: the ids are those of municipalities."""

    yes: tuple[str, ...]
    no: tuple[str, ...]
    unknown: tuple[str, ...]
    units: bool = False

    @property
    def base(self) -> frozenset[str]:
        """All of them."""
        return frozenset((*self.yes, *self.no, *self.unknown))

    @property
    def known(self) -> int:
        """How many yes and no are together: what a share is of."""
        return len(self.yes) + len(self.no)


def behind(measure: Measure, said: Mapping[str, str], unit_of: Mapping[str, str]) -> Behind:
    """Of what each case says of a measure (`yes`, `no`, `unknown`, or outside its base) and the municipality of each.

    As `measures.count` counts municipalities: one has it where a case is definitely yes, and is unknown where none is
    but one might be.
    """
    if measure.kind not in _UNITS:
        return Behind(_sorted(said, "yes"), _sorted(said, "no"), _sorted(said, "unknown"))
    by_unit: dict[str, set[str]] = {}
    for case, word in said.items():
        if word in ("yes", "no", "unknown"):
            by_unit.setdefault(unit_of[case], set()).add(word)
    verdict = {
        unit: "yes" if "yes" in words else "unknown" if "unknown" in words else "no"
        for unit, words in by_unit.items()
    }
    have, have_not, unknown = (_sorted(verdict, word) for word in ("yes", "no", "unknown"))
    if measure.kind is Kind.NO_MUNICIPALITY:
        have, have_not = have_not, have
    return Behind(have, have_not, unknown, units=True)


def by_group(measure: Measure, said: Mapping[str, str], group_of: Mapping[str, str]) -> dict[str, Behind]:
    """The same of each group of cases that has some in the base, by group. `measure` counts cases; a case without a
    group is in none."""
    parts: dict[str, dict[str, str]] = {}
    for case, word in said.items():
        if case in group_of:
            parts.setdefault(group_of[case], {})[case] = word
    found = {group: behind(measure, part, {}) for group, part in sorted(parts.items())}
    return {group: item for group, item in found.items() if item.base}


def fits(found: Behind, measure: Measure, cell: Cell) -> bool:
    """Whether as many stand behind a number as the number says. Of an estimate: as many as were read, unweighted."""
    if measure.kind in _VALUES:
        return (len(found.yes), len(found.unknown)) == (cell.denominator, cell.unknown)
    told = (cell.numerator, cell.denominator, cell.unknown)
    return (len(found.yes), found.known, len(found.unknown)) == told


def counts_cases(measure: Measure) -> bool:
    """Whether it is cases that are counted, and no municipalities."""
    return measure.kind not in _UNITS


def has_value(measure: Measure) -> bool:
    """Whether it is a mean, a smallest or a greatest value, and no count of yes."""
    return measure.kind in _VALUES


def _sorted(said: Mapping[str, str], word: str) -> tuple[str, ...]:
    return tuple(sorted(id for id, what in said.items() if what == word))

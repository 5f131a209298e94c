"""A drawn sample as the rows of a design: what each case weighs, and what became of those that did not come in.

A case that was issued and did not belong to what is measured stays in the design, outside every base. A case that
belongs but was not read is missing; those that were read in its cell stand in for it:

    w = 1/π · Σ_belonging 1/π / Σ_read 1/π            (over the cell; of all cells of the stratum where none was read
    in one)

Source: Särndal, Swensson & Wretman, Model Assisted Survey Sampling (1992), 15.6 (response homogeneity groups).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sagsbarometer.sampling.drawn import Drawn, DrawnRow, Role
from sagsbarometer.sampling.plan import PPS, TWO_STAGE


@dataclass(frozen=True, slots=True)
class Unit:
    """A case that was issued. `weight` is what it counts for, missing cases made up for; None where it was not read.

    `plain` is 1/π, or N/n of a selection that was not drawn.
    """

    row: DrawnRow
    plain: Fraction
    weight: Fraction | None
    in_scope: bool

    @property
    def read(self) -> bool:
        """Whether it takes part in the estimate: read, or known to be out of scope."""
        return self.weight is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """A sample held against the cases that were read, all in cases.

    `empty`: cells with cases that belong, none of which was read; their weight is carried by the rest of their stratum.
    `strangers`: cases that were read without being in force in the sample; they are left out.
    """

    units: tuple[Unit, ...]  # by id
    empty: tuple[str, ...]
    strangers: tuple[str, ...]

    @property
    def missing(self) -> int:
        """Cases that belong and were not read."""
        return sum(1 for unit in self.units if not unit.read)

    @property
    def out_of_scope(self) -> int:
        """Cases that were issued and do not belong."""
        return sum(1 for unit in self.units if not unit.in_scope)

    @property
    def answered(self) -> int:
        """Cases that belong and were read."""
        return sum(1 for unit in self.units if unit.read and unit.in_scope)


def standing(drawn: Drawn, read: Collection[str]) -> Standing:
    """The sample beside the ids of the cases that were read. Raises ValueError where no case of it was read."""
    plain = _plain(drawn)
    rows = list(drawn.issued())
    here = {row.id for row in rows if row.in_force and row.id in read}
    if not here:
        raise ValueError("no case of the sample was read")
    belong = [row for row in rows if row.role is not Role.OUT_OF_SCOPE]
    factors, empty = _factors(belong, plain, here)
    units = []
    for row in rows:
        in_scope = row.role is not Role.OUT_OF_SCOPE
        weight = plain[row.id] * factors[row.cell] if row.id in here else None
        units.append(Unit(row, plain[row.id], weight if in_scope else plain[row.id], in_scope))
    return Standing(tuple(units), empty, tuple(sorted(set(read) - here)))


def _plain(drawn: Drawn) -> Mapping[str, Fraction]:
    cells = drawn.by_key()
    return {
        row.id: 1 / row.probability
        if row.probability
        else Fraction(cells[row.cell].population, max(1, cells[row.cell].issued))
        for row in drawn.issued()
    }


def _factors(
    belong: list[DrawnRow], plain: Mapping[str, Fraction], here: Collection[str]
) -> tuple[Mapping[str, Fraction], tuple[str, ...]]:
    """What the weights of each cell are multiplied by, and the cells that none was read in."""
    all_, read = defaultdict[str, Fraction](Fraction), defaultdict[str, Fraction](Fraction)
    stratum_of: dict[str, tuple[str, ...]] = {}
    for row in belong:
        all_[row.cell] += plain[row.id]
        read[row.cell] += plain[row.id] if row.id in here else 0
        stratum_of[row.cell] = row.stratum
    empty = tuple(sorted(cell for cell, weight in all_.items() if not read[cell] and weight))
    factors = {cell: weight / read[cell] for cell, weight in all_.items() if read[cell]}
    carried = defaultdict[tuple[str, ...], Fraction](Fraction)
    for cell in empty:
        carried[stratum_of[cell]] += all_[cell]
    lost = Fraction(0)
    for stratum, weight in carried.items():
        held = sum((all_[cell] for cell in factors if stratum_of[cell] == stratum), Fraction(0))
        if not held:
            lost += weight
            continue
        for cell in factors:
            if stratum_of[cell] == stratum:
                factors[cell] *= (held + weight) / held
    in_all = sum((all_[cell] for cell in factors), Fraction(0))
    if lost:
        factors = {cell: factor * (in_all + lost) / in_all for cell, factor in factors.items()}
    return factors, empty


def is_unequal(drawn: Drawn) -> bool:
    """Whether cases of a cell had different probabilities, so that the variance goes by each one's own."""
    return drawn.method == PPS


def is_two_stage(drawn: Drawn) -> bool:
    """Whether authorities were drawn first."""
    return drawn.method == TWO_STAGE

"""What was drawn: every case of the list with its role and its probability, and the cells it was drawn in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Role(StrEnum):
    """What a case of the list is in the sample. The first four have been asked for: they are issued."""

    SELECTED = "selected"  # drawn, in force
    CALLED_IN = "called_in"  # a reserve that took a place, in force
    OUT_OF_SCOPE = "out_of_scope"  # issued, found not to belong to what is measured
    NONRESPONSE = "nonresponse"  # issued, belongs to it, but cannot be had
    RESERVE = "reserve"  # has its place in the order, not asked for
    NOT_DRAWN = "not_drawn"


ISSUED = frozenset({Role.SELECTED, Role.CALLED_IN, Role.OUT_OF_SCOPE, Role.NONRESPONSE})
IN_FORCE = frozenset({Role.SELECTED, Role.CALLED_IN})


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One case of the list. `order` counts within the cell, selected before reserves, from 1; 0 where it has none.

    `probability` is that of being issued, replacements counted in: Fraction above 0 and at most 1; the product of both
    stages in a two-stage draw. 0 for a case that had no chance, as the plan draws none of its cell. None in a declared
    selection, where nobody knows it. Weight is 1 / probability.
    """

    id: str
    authority: str
    stratum: tuple[str, ...]  # one value per name of Drawn.strata
    cell: str  # key of its DrawnCell
    role: Role
    order: int
    probability: Fraction | None

    @property
    def issued(self) -> bool:
        """Whether the case was asked for, whatever came of it."""
        return self.role in ISSUED

    @property
    def in_force(self) -> bool:
        """Whether an answer is expected of it."""
        return self.role in IN_FORCE


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """What was drawn from together, in whole cases: the design stratum, or in two stages its part of one authority.

    `key` is as row keys of cells are, `authority=751;result=refusal`, and "" where all were drawn from together.
    `population` is N_h, the cases that could be drawn; `selected` n_h, as drawn; `issued` n_h with the reserves called
    in (what estimation has for n_h: the whole of what was asked for stays in the design); of these `out_of_scope` and
    `nonresponse`.
    """

    key: str
    authority: str  # "" where the cell holds more than one
    stratum: tuple[str, ...]  # () where the cell holds more than one
    population: int
    selected: int
    reserves: int
    issued: int
    out_of_scope: int = 0
    nonresponse: int = 0

    @property
    def in_force(self) -> int:
        """Issued cases that an answer is expected of."""
        return self.issued - self.out_of_scope - self.nonresponse

    @property
    def eligible(self) -> Fraction:
        """Cases estimated to belong to what is measured.

        Formula: N_h · (issued − out of scope) / issued; N_h where none is issued. Counting down by what was found is
        right for the share of cases in force, which is all that weights need; as an estimate of the number itself it
        is a little too high where reserves are called in until enough are found (Haldane, Biometrika 33 (1945)
        222-225).
        """
        if not self.issued:
            return Fraction(self.population)
        return Fraction(self.population * (self.issued - self.out_of_scope), self.issued)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample as it stands, replacements counted in.

    `probability`: whether each case had a known probability; else `remark` (by language) says what was done instead,
    and must stand by every figure. `authorities`: first-stage probability of each authority drawn in a two-stage draw,
    empty else; `frame_authorities` is how many there were to draw from (M).
    """

    plan: str  # id of the plan
    method: (
        str  # sampling.plan: simple, stratified, systematic, pps, two_stage, newest_first, chosen_authorities
    )
    seed: str
    strata: tuple[str, ...]  # names of the columns beside authority
    cells: tuple[DrawnCell, ...]  # sorted by key
    rows: tuple[DrawnRow, ...]  # sorted by id
    probability: bool
    remark: Mapping[str, str] = field(default_factory=dict)
    authorities: Mapping[str, Fraction] = field(default_factory=dict)
    frame_authorities: int = 0
    sources: Mapping[str, str] = field(default_factory=dict)  # SHA-256 of plan and frame

    def issued(self) -> Iterator[DrawnRow]:
        """The cases that were asked for, by id."""
        return (row for row in self.rows if row.issued)

    @property
    def uncovered(self) -> int:
        """Cases that had no chance of being drawn: nothing is known of them. 0 where no probabilities are known."""
        return sum(row.probability == 0 for row in self.rows)

    def by_key(self) -> dict[str, DrawnCell]:
        """The cells by their keys."""
        return {cell.key: cell for cell in self.cells}

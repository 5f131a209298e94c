"""The draw: from a plan with its seed and a list of cases to who is selected, who is in reserve, and in which order.

Nothing but the plan and the list decides it, so whoever has both can draw again and get the same (docs/udtraek.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.sampling.drawn import Drawn, DrawnCell, DrawnRow, Role
from sagsbarometer.sampling.first_stage import first_stage
from sagsbarometer.sampling.listing import AUTHORITY, Listing, ListRow
from sagsbarometer.sampling.numbers import permanent, shuffled, start
from sagsbarometer.sampling.plan import NEWEST_FIRST, PPS, SIMPLE, SYSTEMATIC, TWO_STAGE, Plan
from sagsbarometer.sampling.pps import inclusion, systematic


@dataclass(frozen=True, slots=True)
class _Cell:
    """What is drawn from together: its rows, and how many of them. `asked`: whether its authority was drawn."""

    key: str
    authority: str
    stratum: tuple[str, ...]
    draws: int
    rows: tuple[ListRow, ...]
    asked: bool = True


@dataclass(frozen=True, slots=True)
class _Order:
    """The cases of a cell in the order they are asked, selected first, and their probabilities, None for unknown."""

    line: tuple[ListRow, ...]
    selected: int
    probabilities: dict[str, Fraction] | Fraction | None

    def probability(self, id: str) -> Fraction | None:
        return self.probabilities[id] if isinstance(self.probabilities, dict) else self.probabilities


def draw(plan: Plan, listed: Listing) -> Drawn:
    """The sample. Cells with fewer cases than the plan draws give all they have.

    - simple: the n cases of the whole list with the smallest permanent numbers u(id); π = n / N.
    - stratified, two-stage within a drawn authority, chosen authorities: the n_h smallest of each cell; π = n_h / N_h,
      times the authority's π1 in two stages.
    - systematic: per cell, every N_h / n_h th case by decision date and id, from a random start; π = n_h / N_h.
    - pps: per cell, systematic with π by size, in the order of a second random number; what is certain first.
    - newest first: the n_h latest decisions of each cell, alike ones by u(id); no probability.

    The reserves of a cell are the next in the same order: by u(id) among those not selected, or the next newest; ties
    by id. Raises Faults UDTRAEK-113 where nothing can be drawn, and as `first_stage`.
    """
    chances, drawn = None, None
    if plan.method == TWO_STAGE:
        chances = first_stage(plan)
        drawn = {code: chances.probabilities[code] for code in chances.drawn}
    cells = _cells(plan, listed, drawn)
    rows: list[DrawnRow] = []
    told = []
    for cell in cells:
        order = _order(plan, cell)
        reserves = min(ceil(plan.reserve * order.selected), len(cell.rows) - order.selected)
        told.append(
            DrawnCell(
                cell.key,
                cell.authority,
                cell.stratum,
                len(cell.rows),
                order.selected,
                reserves,
                order.selected,
            )
        )
        first = chances.probabilities.get(cell.authority, Fraction(0)) if chances else None
        rows += _rows(cell, order, reserves, first)
    if not any(cell.selected for cell in told):
        fault = said("Der er ingen sager at udtrække blandt.")
        remedy = said("Se efter, hvor mange der er valgt fra, og om listen er den rigtige.")
        raise Faults([Problem("UDTRAEK-113", Place("frame.csv"), fault, remedy)])
    return Drawn(
        plan.id,
        plan.method,
        plan.seed,
        plan.strata,
        tuple(sorted(told, key=lambda cell: cell.key)),
        tuple(sorted(rows, key=lambda row: row.id)),
        plan.probability,
        dict(plan.remark or {}),
        drawn or {},
        len(chances.probabilities) if chances else 0,
        dict(plan.sources or {}),
    )


def short(plan: Plan, drawn: Drawn) -> dict[str, tuple[int, int]]:
    """Cells that had fewer cases than the plan draws, by key: how many it draws, and how many were had."""
    if plan.method == SIMPLE:
        wanted = {"": plan.call_in}
    else:
        asked = (cell for cell in plan.cells if not drawn.authorities or cell.authority in drawn.authorities)
        wanted = {cell_key(cell.authority, plan.strata, cell.stratum): cell.call_in for cell in asked}
    had = {cell.key: cell.selected for cell in drawn.cells}
    return {key: (cases, had.get(key, 0)) for key, cases in sorted(wanted.items()) if had.get(key, 0) < cases}


def cell_key(authority: str, strata: Sequence[str], stratum: Sequence[str]) -> str:
    """The key of a cell, as row keys are: `authority=751;result=refusal`."""
    named = sorted([(AUTHORITY, authority), *zip(strata, stratum, strict=True)])
    return ";".join(f"{name}={value}" for name, value in named)


def _cells(plan: Plan, listed: Listing, drawn: dict[str, Fraction] | None) -> list[_Cell]:
    rows = listed.drawable
    if plan.method == SIMPLE:
        return [_Cell("", "", (), min(plan.call_in, len(rows)), rows)]
    groups: dict[tuple[str, tuple[str, ...]], list[ListRow]] = {}
    for row in rows:
        groups.setdefault((row.authority, row.stratum), []).append(row)
    draws = {(cell.authority, cell.stratum): cell.call_in for cell in plan.cells}
    found = []
    for (authority, stratum), members in sorted(groups.items()):
        wanted = draws.get((authority, stratum), 0)
        asked = drawn is None or authority in drawn
        key = cell_key(authority, plan.strata, stratum)
        found.append(_Cell(key, authority, stratum, min(wanted, len(members)), tuple(members), asked))
    return found


def _order(plan: Plan, cell: _Cell) -> _Order:
    number = {row.id: permanent(plan.seed, row.id) for row in cell.rows}
    line = sorted(cell.rows, key=lambda row: (number[row.id], row.id))
    if not plan.probability:
        if plan.method == NEWEST_FIRST:
            line.sort(key=lambda row: row.decided_on or date.min, reverse=True)  # stable: ties stay by number
        return _Order(tuple(line), cell.draws, None)
    even = Fraction(cell.draws, len(cell.rows)) if cell.rows else Fraction(0)
    if plan.method not in (SYSTEMATIC, PPS) or not cell.draws:
        return _Order(tuple(line), cell.draws if cell.asked else 0, even)
    if plan.method == SYSTEMATIC:
        queue = sorted(cell.rows, key=lambda row: (row.decided_on or date.min, row.id))
        probabilities = dict.fromkeys((row.id for row in queue), even)
    else:
        queue = sorted(cell.rows, key=lambda row: (shuffled(plan.seed, row.id), row.id))
        probabilities = inclusion({row.id: row.size or Fraction(0) for row in queue}, cell.draws)
    taken = set(systematic([row.id for row in queue], probabilities, start(plan.seed, cell.key)))
    line.sort(key=lambda row: row.id not in taken)
    return _Order(tuple(line), len(taken), probabilities)


def _rows(cell: _Cell, order: _Order, reserves: int, first: Fraction | None) -> list[DrawnRow]:
    """The rows of a cell. `first`: the probability of its authority where that was drawn too."""
    rows = []
    for place, row in enumerate(order.line, 1):
        role = Role.NOT_DRAWN
        if place <= order.selected + reserves:
            role = Role.SELECTED if place <= order.selected else Role.RESERVE
        probability = order.probability(row.id)
        if first is not None and probability is not None:
            probability *= first
        at = 0 if role is Role.NOT_DRAWN else place
        rows.append(DrawnRow(row.id, row.authority, row.stratum, cell.key, role, at, probability))
    return rows

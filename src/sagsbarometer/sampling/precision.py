"""How precise the shares will be, before anyone is asked: of all cases, and of each domain. Shares are of 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt

from sagsbarometer.sampling.frame import Frame, FrameRow
from sagsbarometer.sampling.plan import PPS, SIMPLE, TWO_STAGE, Plan, PlanCell
from sagsbarometer.sampling.pps import inclusion
from sagsbarometer.sampling.size import LEVEL, correction

SHOW_FROM, WIDEST = 30, 0.15  # NCHS: an effective number of cases, and half an interval's width


@dataclass(frozen=True, slots=True)
class Expected:
    """What can be expected of one domain: `size` cases in the frame, `take` usable ones of them, the share that was
    assumed, its standard error and margin, and how many cases of a simple draw would tell as much (`effective`).

    `margin` is None where nothing is drawn from the domain; 0 where all of it is read. `uncovered` are the cases of
    cells with no case drawn.
    """

    domain: str
    group: str
    size: int
    take: float
    share: float
    error: float | None
    margin: float | None
    effective: float | None
    uncovered: int

    @property
    def shown(self) -> bool:
        """Whether it will be precise enough to be shown by itself: 30 effective cases and no more than ±15 points.

        After Parker et al., National Center for Health Statistics Data Presentation Standards for Proportions, Vital
        and Health Statistics 2(175), 2017.
        """
        if self.margin is None or self.effective is None:
            return False
        return self.margin == 0 or (self.effective >= SHOW_FROM and self.margin < WIDEST)


def expected(
    plan: Plan,
    frame: Frame,
    domain: str = "",
    *,
    share: float = 0.5,
    level: float = LEVEL,
    design_effect: float = 1.0,
    finite: bool = True,
    size_effect: float = 1.0,
) -> tuple[Expected, ...]:
    """What is expected of each group of a domain, in the order of the frame; of all cases with "".

    `share` is assumed where the frame has none. Where the number of each cell is fixed,
    V = Σ (N_h/N)² (N_h-n_h)/(N_h-1) p_h(1-p_h)/n_h over the cells of the domain; cells nothing is drawn from are left
    out and told as `uncovered`. In a draw by size within the cell (K N_h-n_h) stands for N_h-n_h, K the `size_effect`:
    the mean of size times the mean of 1/size, what unequal sizes cost. In a simple or a two-stage draw the number in
    a domain is by chance, its expectation is used, and V = (N-n)/(N-1) p(1-p)/n.

    The design effect is of the whole plan, unequal weights and all, so it is not counted on top of them: above 1 it
    gives the larger of V and design effect · (N-n)/(N-1) p(1-p)/n, and in two stages the larger of it and of
    `weight_effect` is what V is multiplied by. Where it is not `finite` it is of clusters alone: then V is multiplied
    by both, and without the correction. The margin is z √V, the effective number p(1-p)/V.

    Source: Cochran, Sampling Techniques (1977), 5.10 and 2.12; Gabler, Häder & Lahiri, Survey Methodology 25 (1999)
    105-106, for both effects together.
    """
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    by_cell = {(cell.authority, cell.stratum): cell for cell in plan.cells}
    chances = _chances(plan)
    groups: dict[str, list[_Part]] = {}
    for row, group in zip(
        frame.rows, frame.groups(domain) if domain else [""] * len(frame.rows), strict=True
    ):
        cell = by_cell[row.authority, row.stratum]
        own = float(row.share) if row.share is not None else share
        groups.setdefault(group, []).append(_Part(row.size, _take(plan, row, cell, chances), own))
    fixed = plan.method not in (SIMPLE, TWO_STAGE)
    weights = weight_effect(plan)
    effect = max(design_effect, weights) if finite else design_effect * weights
    found = []
    for group, parts in groups.items():
        if not any(part.take > 0 for part in parts):
            size = sum(part.size for part in parts)
            found.append(Expected(domain, group, size, 0.0, 0.0, None, None, None, size))
            continue
        if fixed:
            variance = _once(parts, design_effect, size_effect if plan.method == PPS else 1.0)
        else:
            variance = effect * _by_chance(parts, finite)
        found.append(_expected(domain, group, parts, variance, z))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Part:
    size: int
    take: float
    share: float


def _chances(plan: Plan) -> Mapping[str, float]:
    """The chance of each authority with cases to be drawn at the first stage; empty where there is none."""
    if plan.method != TWO_STAGE:
        return {}
    sizes: dict[str, Fraction] = {}
    for cell in plan.cells:
        sizes[cell.authority] = sizes.get(cell.authority, Fraction(0)) + cell.size
    if not plan.size_column:
        return {authority: plan.authorities / len(sizes) for authority in sizes}
    some = {authority: size for authority, size in sizes.items() if size}
    return {authority: float(chance) for authority, chance in inclusion(some, plan.authorities).items()}


def _take(plan: Plan, row: FrameRow, cell: PlanCell, chances: Mapping[str, float]) -> float:
    """The usable cases expected of a cell: in a simple plan in proportion, in a two-stage one by its authority's
    chance."""
    if plan.method == TWO_STAGE:
        return chances.get(row.authority, 0.0) * cell.take
    if plan.method == SIMPLE:
        all_ = sum(own.size for own in plan.cells)
        return min(plan.take, all_) * row.size / all_
    return float(cell.take)


def _once(parts: Sequence[_Part], design_effect: float, size_effect: float) -> float:
    """The variance where the number of each part is fixed, with a design effect that unequal weights are in."""
    read = [part for part in parts if part.take > 0]
    own = _fixed(read, size_effect)
    if design_effect <= 1:
        return design_effect * own
    return max(own, design_effect * _by_chance(read, finite=True))


def _fixed(read: Sequence[_Part], size_effect: float) -> float:
    """The variance where the number of each part is fixed: of those that something is drawn from."""
    covered = sum(part.size for part in read)
    return sum(
        (part.size / covered) ** 2 * _left(part, size_effect) * part.share * (1 - part.share) / part.take
        for part in read
    )


def _left(part: _Part, size_effect: float) -> float:
    """The finite population correction, and in it what unequal sizes cost; none of either where all are read."""
    if part.take >= part.size:
        return 0.0
    return correction(part.take, part.size) + (size_effect - 1) * part.size / (part.size - 1)


def _by_chance(parts: Sequence[_Part], finite: bool) -> float:
    """The variance where the number is by chance: between the parts too."""
    size, take, share = sum(part.size for part in parts), sum(part.take for part in parts), _mean(parts)
    return (correction(take, size) if finite else 1.0) * share * (1 - share) / take


def _mean(parts: Sequence[_Part]) -> float:
    return sum(part.size * part.share for part in parts) / sum(part.size for part in parts)


def _expected(domain: str, group: str, parts: Sequence[_Part], variance: float, z: float) -> Expected:
    read = [part for part in parts if part.take > 0]
    size, covered = (sum(part.size for part in own) for own in (parts, read))
    take, share, error = sum(part.take for part in read), _mean(read), sqrt(variance)
    effective = share * (1 - share) / variance if variance > 0 else float(covered)
    return Expected(domain, group, size, take, share, error, z * error, effective, size - covered)


def weight_effect(plan: Plan, size_effect: float = 1.0) -> float:
    """What unequal weights alone cost: Kish's n Σw² / (Σw)² with w = N_h/n_h for each usable case.

    In a two-stage draw w = N_h/(π n_h), π the chance of the authority, and the sums are as expected over the
    authorities: authorities drawn alike, which deliver the same number, weigh as their sizes. In a draw by size times
    the `size_effect`. 1 where all weigh alike, and for a simple draw. Source: Kish, Survey Sampling (1965), 11.7.
    """
    if plan.method == SIMPLE:
        return 1.0
    chances = _chances(plan)
    cells = [(cell.size, cell.take * chances.get(cell.authority, 1.0)) for cell in plan.cells if cell.take]
    cases, total = sum(take for _, take in cells), sum(size for size, _ in cells)
    squares = sum(size**2 / take for size, take in cells)
    own = cases * squares / total**2 if total else 1.0
    return own * size_effect if plan.method == PPS else own


def burdens(plan: Plan) -> Mapping[str, tuple[int, int, int]]:
    """Of each authority: its cases, those it must deliver, and those it may have to deliver when all of its reserves
    are called in. In a two-stage plan if it is drawn."""
    told: dict[str, tuple[int, int, int]] = {}
    for cell in plan.cells:
        size, call_in, most = told.get(cell.authority, (0, 0, 0))
        with_reserve = min(cell.size, cell.call_in + ceil(cell.call_in * plan.reserve))
        told[cell.authority] = (size + cell.size, call_in + cell.call_in, most + with_reserve)
    return told

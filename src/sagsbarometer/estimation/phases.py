"""A simple random part of a sample, drawn in groups, and the two variances of a number that rests on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.design import COMPLETE, Design
from sagsbarometer.estimation.variance import factors, unequal

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Subsample:
    """Which rows were drawn a second time: m of the n rows of each group, simply at random."""

    members: Bools  # per row
    groups: Ints  # per row, codes from 0
    rows: Ints  # per group: n
    drawn: Ints  # per group: m

    @classmethod
    def of(cls, members: Bools, groups: Any = None) -> Subsample:
        """From a label per row (none: one group). ValueError for a group with fewer than two of several drawn."""
        import numpy as np

        labels = np.zeros(len(members), dtype=np.int64) if groups is None else np.asarray(groups)
        if labels.shape != members.shape:
            raise ValueError(f"{labels.shape} groups of {len(members)} rows")
        codes = np.unique(labels, return_inverse=True)[1].astype(np.int64)
        rows = np.bincount(codes)
        drawn = np.bincount(codes[members], minlength=len(rows))
        if not len(rows) or np.any((drawn < 2) & (drawn < rows)):
            raise ValueError("a group with fewer than two drawn")
        return cls(members, codes, rows.astype(np.int64), drawn.astype(np.int64))

    @property
    def expansion(self) -> Floats:
        """Per row n/m, 0 where it was not drawn."""
        import numpy as np

        return np.where(self.members, (self.rows / self.drawn)[self.groups], 0.0)

    def freedom(self, inside: Bools) -> int:
        """Rows drawn less groups, among the rows `inside`.

        A group drawn completely has nothing left to be uncertain of and does not count; if all are, it is all rows
        less one.
        """
        import numpy as np

        drawn = np.bincount(self.groups[self.members & inside], minlength=len(self.rows))
        partly = (self.drawn < self.rows) & (drawn > 0)
        return int((drawn[partly] - 1).sum()) if partly.any() else int(inside.sum()) - 1


def first_variance(design: Design, influence: Floats, sample: Subsample) -> float:
    """What drawing the sample adds to the variance of a number: the design's formula over all rows, estimated from
    those drawn again.

    `influence` is per row, weight included and without n/m; only rows drawn again are used. Squares of sums over a
    unit or a stratum are estimated as Σᵢ uᵢ²/πᵢ + Σᵢ≠ⱼ uᵢuⱼ/πᵢⱼ with πᵢ = m/n and, in one group, πᵢⱼ =
    m(m-1)/(n(n-1)), else πᵢπⱼ: the probabilities that a row, and a pair of rows, was drawn again. Where units were
    drawn unequally, it is as if with replacement. Raises SingleUnit, and ValueError for a post-stratified design.

    Source: Särndal, Swensson & Wretman (1992), chapter 9.
    """
    import numpy as np

    if design.poststrata:
        raise ValueError("two phases of a post-stratified design")
    found = 0.0
    inside = design.weights > 0
    for number, stage in enumerate(design.stages, 1):
        uneven = unequal(stage)
        left = np.ones(len(stage.drawn))
        if stage.left is not None and not uneven:
            left[stage.strata] = stage.left
        present = np.zeros(len(stage.drawn), dtype=np.bool_)
        present[stage.strata[stage.units[inside]]] = True
        factor, around_mean, scale = factors(
            stage.drawn, left < COMPLETE, present, design.single_unit, stage.labels, number
        )
        of_units = _squares(influence, stage.units, len(stage.strata), sample)
        of_strata = _squares(influence, stage.strata[stage.units], len(stage.drawn), sample)
        within = np.bincount(stage.strata, weights=of_units, minlength=len(stage.drawn))
        apart = within - np.where(around_mean, of_strata / stage.drawn, 0.0)
        found += scale * float((stage.above * left * factor * apart).sum())
        if uneven:
            break
    return found


def second_variance(contributions: Floats, sample: Subsample) -> float:
    """What drawing only a part again adds: Σ_g (1-m/n) m/(m-1) Σ (v-v̄)² of what rows contribute, n/m included."""
    import numpy as np

    values, groups = contributions[sample.members], sample.groups[sample.members]
    drawn = np.maximum(sample.drawn, 1)
    means = np.bincount(groups, weights=values, minlength=len(drawn)) / drawn
    squares = np.bincount(groups, weights=(values - means[groups]) ** 2, minlength=len(drawn))
    return float(((1 - sample.drawn / sample.rows) * drawn / np.maximum(drawn - 1, 1) * squares).sum())


def _squares(influence: Floats, sets: Ints, many: int, sample: Subsample) -> Floats:
    """Per set of rows an estimate of the square of its sum over all rows, from those drawn again."""
    import numpy as np

    groups = len(sample.rows)
    values = influence[sample.members]
    cells = (sets * groups + sample.groups)[sample.members]
    sums = np.bincount(cells, weights=values, minlength=many * groups).reshape(many, groups)
    squares = np.bincount(cells, weights=values**2, minlength=many * groups).reshape(many, groups)
    up = sample.rows / sample.drawn
    pairs = sample.drawn * (sample.drawn - 1)
    up_pairs = np.where(pairs > 0, sample.rows * (sample.rows - 1) / np.maximum(pairs, 1), 0.0)
    expanded = sums * up
    found: Floats = (
        (squares * up).sum(axis=1)
        + expanded.sum(axis=1) ** 2
        - (expanded**2).sum(axis=1)
        + ((sums**2 - squares) * up_pairs).sum(axis=1)
    )
    return found

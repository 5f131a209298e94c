"""The variance that follows from a draw, by Taylor linearisation.

Every estimate is a smooth function of totals. To first order it varies as the total of one number per case, its
influence z: what the estimate would change by, weight included, if the case was counted a little more. So one formula
serves all. With n_h of N_h units drawn in stratum h, t the sum of z in a unit and t̄ the mean of t in the stratum:

    V = Σ_h (1-n_h/N_h) · n_h/(n_h-1) · Σ_i (t_hi - t̄_h)²  +  Σ_hi (n_h/N_h) · V_hi

where V_hi is the same formula inside the unit, for what was drawn there. Where probabilities π differ, (1-π_i) stands
inside the sum (Brewer). With replacement the first factor is 1 and the last term falls away.

Source: Särndal, Swensson & Wretman, Model Assisted Survey Sampling (1992), chapters 4 and 5; Brewer, Combined Survey
Sampling Inference (2002), as Lumley's R package survey does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagsbarometer.estimation.design import (
    ADJUST,
    AVERAGE,
    COMPLETE,
    FAIL,
    Design,
    SingleUnit,
    Stage,
)

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Bools, Floats, Ints


def covariance(design: Design, influence: Floats, members: Bools | None = None) -> Floats:
    """The k × k covariances of k estimates, from their influence (rows × k), in the square of their units.

    `members`: the rows the numbers rest on. It matters for strata with one drawn unit only: one without members is of
    no concern, and is not among those that the rule `average` averages over. A post-stratified or unequally drawn
    design counts all its strata, as R does. Raises SingleUnit under the rule `fail`.
    """
    import numpy as np

    from sagsbarometer.estimation.poststratify import residuals

    columns = residuals(design, influence.reshape(design.rows, -1))
    inside = design.weights > 0
    if members is not None and not design.poststrata and not unequal(design.stages[0]):
        inside = inside & members
    found = np.zeros((columns.shape[1], columns.shape[1]))
    for number, stage in enumerate(design.stages, 1):
        found += _of_stage(stage, columns, inside, design.single_unit, number)
    return found


def variance(design: Design, influence: Floats, members: Bools | None = None) -> float:
    """The variance of one estimate from its influence (one number per row). As `covariance`."""
    return float(covariance(design, influence, members)[0, 0])


def factors(
    drawn: Ints, complete: Bools, present: Bools, single_unit: str, labels: tuple[str, ...], stage: int = 1
) -> tuple[Floats, Bools, float]:
    """What each stratum's sum of squares is multiplied by, whether it is taken around the stratum's mean, and the
    factor of the sum over all strata: the one place where strata with a single unit are dealt with.

    n/(n-1) and 1, but for a single unit of several: `certainty` and `remove` add nothing, `adjust` takes the square
    around 0 (the mean of all: the influence of a share, mean or ratio sums to 0 over the sample), `average` scales
    the rest up by strata over strata with several units, `fail` raises SingleUnit, as `average` does where no stratum
    is left to average over. A stratum that is not `present` is let be, as is one drawn completely (`complete`): no
    share of it is left, and the caller multiplies by that.
    """
    import numpy as np

    alone = (drawn == 1) & ~complete & present
    if alone.any() and single_unit == FAIL:
        raise SingleUnit([labels[number] for number in np.flatnonzero(alone)], stage)
    factor = np.where(drawn > 1, drawn / np.maximum(drawn - 1, 1), 0.0)
    scale = 1.0
    if alone.any() and single_unit == ADJUST:
        factor = np.where(alone, 1.0, factor)
    if alone.any() and single_unit == AVERAGE:
        count, single = int(present.sum()), int(alone.sum())
        if count == single:
            raise SingleUnit([labels[number] for number in np.flatnonzero(alone)], stage)
        scale = count / (count - single)
    return factor, drawn > 1, scale


def unequal(stage: Stage) -> bool:
    """Whether the units of a stratum were drawn with different probabilities."""
    import numpy as np

    if stage.left is None:
        return False
    first = np.zeros(len(stage.drawn))
    first[stage.strata] = stage.left
    return not np.array_equal(first[stage.strata], stage.left)


def _of_stage(stage: Stage, columns: Floats, inside: Bools, single_unit: str, number: int) -> Floats:
    """What one stage adds."""
    import numpy as np

    many, strata = len(stage.strata), len(stage.drawn)
    totals = np.column_stack(
        [np.bincount(stage.units, weights=column, minlength=many) for column in columns.T]
    )
    present = np.zeros(strata, dtype=np.bool_)
    present[stage.strata[stage.units[inside]]] = True
    left = np.ones(many) if stage.left is None else stage.left
    most = np.zeros(strata)
    np.maximum.at(most, stage.strata, left)
    factor, around_mean, scale = factors(
        stage.drawn, most < COMPLETE, present, single_unit, stage.labels, number
    )
    sums = np.column_stack(
        [np.bincount(stage.strata, weights=column, minlength=strata) for column in totals.T]
    )
    means = np.where(around_mean[:, None], sums / np.maximum(stage.drawn, 1)[:, None], 0.0)
    apart = totals - means[stage.strata]
    weighting = left * (factor * stage.above)[stage.strata]
    added: Floats = np.einsum("mi,mj,m->ij", apart, apart, weighting) * scale
    return added

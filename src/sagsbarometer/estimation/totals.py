"""Totals, means, shares, ratios and differences for all cases, with their errors: what a methodologist calls first.

Answers are arrays of one number per row: 1 yes, 0 no, nan unknown; or any quantity. A domain is an array of true and
false. The whole design stands behind every domain: cases outside it count as drawn, and the domain's size as
estimated.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.design import COMPLETE, Design, Estimate
from sagsbarometer.estimation.freedom import degrees
from sagsbarometer.estimation.linear import Linear, difference, mean, mean_of_known, ratio, total
from sagsbarometer.estimation.variance import variance

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Bools


def estimate(design: Design, number: Linear) -> Estimate:
    """The number with its variance, degrees of freedom and base. Raises SingleUnit (see `design.design`)."""
    weights = design.weights[number.members]
    weight = float(weights.sum())
    changed = bool(design.poststrata) and number.estimator == "hajek"
    return Estimate(
        value=number.value,
        variance=variance(design, number.influence, number.members),
        freedom=degrees(design, number.members),
        cases=int(number.members.sum()),
        weight=weight,
        estimator="poststratified" if changed else number.estimator,
        kish=weight**2 / float((weights**2).sum()) if len(weights) else None,
        complete=_complete(design, number.members),
        finite=_finite(design, number.members),
    )


def estimate_total(design: Design, y: Any, domain: Any = None) -> Estimate:
    """How many cases (y 0 or 1), or how much, among all: Σ w y, in the unit of y. See `linear.total`."""
    return estimate(design, total(design, y, domain))


def estimate_share(design: Design, y: Any, domain: Any = None) -> Estimate:
    """The share (0..1) or mean of y among all cases of the domain, Σ w y / Σ w, with its design effect.

    `deff` = v / ((1 - n/Σw) s²/n), s² = n/(n-1) · Σ w (y-p)² / Σ w: over a simple sample of the n cases without
    replacement, as R's deff=TRUE; None where the weights do not add up to more than n, or all y are alike.
    """
    import numpy as np

    found = mean(design, y, domain)
    told = estimate(design, found)
    inside = found.members
    apart = np.asarray(y, dtype=np.float64)[inside] - found.value
    cases, weight = told.cases, told.weight
    if cases < 2:
        return told
    spread = cases / (cases - 1) * float((design.weights[inside] * apart**2).sum()) / weight
    simply = spread / cases * (1 - cases / weight)
    return replace(told, deff=told.variance / simply if simply > 0 else None)


def estimate_mean_of_known(design: Design, y: Any, size: float, domain: Any = None) -> Estimate:
    """Σ w y / N with the number N of cases known; in the unit of y. See `linear.mean_of_known`."""
    return estimate(design, mean_of_known(design, y, size, domain))


def estimate_ratio(design: Design, y: Any, x: Any, domain: Any = None) -> Estimate:
    """Σ w y / Σ w x, in the unit of y per unit of x. See `linear.ratio`."""
    return estimate(design, ratio(design, y, x, domain))


def estimate_difference(design: Design, y: Any, first: Any, second: Any) -> Estimate:
    """The mean of y in the first domain less that in the second, with their covariance.

    V = V₁ + V₂ - 2 Cov: domains of one draw share units and strata, and may share cases.
    """
    return estimate(design, difference(mean(design, y, first), mean(design, y, second)))


def bounds(design: Design, y: Any, domain: Any = None) -> tuple[float, float]:
    """The share (0..1) if all unknown answers (nan) of the domain were no, and if all were yes. Weighted.

    Source: Manski, Partial Identification of Probability Distributions (2003), 1.
    """
    import numpy as np

    answers = np.asarray(y, dtype=np.float64)
    return (
        mean(design, np.where(np.isnan(answers), 0.0, answers), domain).value,
        mean(design, np.where(np.isnan(answers), 1.0, answers), domain).value,
    )


def _complete(design: Design, members: Bools) -> bool:
    """Whether every stage drew everything there was, where the members lie."""
    import numpy as np

    for stage in design.stages:
        if stage.left is None or np.any(stage.left[stage.units[members]] >= COMPLETE):
            return False
    return bool(members.any())


def _finite(design: Design, members: Bools) -> bool:
    """Whether it is known of how many the units of the first stage were drawn, where the members lie."""
    import numpy as np

    stage = design.stages[0]
    return stage.left is not None and bool(np.all(stage.left[stage.units[members]] < 1))

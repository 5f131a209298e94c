"""Weights made to agree with known numbers of cases, and what that does to the variance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.design import Design, Poststrata

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Floats


def poststratify(design: Design, groups: Any, totals: Mapping[Any, float]) -> Design:
    """The design with weights w·N_g/Σ_g w: those of each group g add up to the N_g cases it is known to have.

    `groups` is a label per row, `totals` the known number of cases of each label. The variance then is of the residuals
    from the groups' weighted means. Raises ValueError where a group of the sample has no total or one of 0, and where a
    group with cases has none in the sample: nothing drawn can speak for it, so join it with another.

    Source: Holt & Smith, Journal of the Royal Statistical Society A 142 (1979) 33-46; R's postStratify.
    """
    import numpy as np

    labels = np.asarray(groups)
    if labels.shape != (design.rows,):
        raise ValueError(f"{labels.shape} groups of {design.rows} rows")
    names, codes = np.unique(labels, return_inverse=True)
    sample = np.bincount(codes, weights=design.weights, minlength=len(names))
    known = {str(name): float(total) for name, total in totals.items()}
    own = [str(name) for name in names]
    wrong = [name for name, weight in zip(own, sample, strict=True) if not (known.get(name, 0) > 0 < weight)]
    if wrong or (wrong := sorted(name for name, total in known.items() if total and name not in own)):
        raise ValueError(f"groups without cases on both sides: {', '.join(wrong)}")
    weights: Floats = design.weights * np.array([known[name] for name in own])[codes] / sample[codes]
    layer = Poststrata(codes.astype(np.int64), weights, design.weights)
    return replace(design, weights=weights, poststrata=(*design.poststrata, layer))


def residuals(design: Design, influence: Floats) -> Floats:
    """The influence (rows × k, weights included) less the mean of its group: what post-stratification leaves uncertain.

    z - w·(Σ_g u z/w) / Σ_g u, with the weights u before and w after, for each layer of post-strata in turn.
    """
    import numpy as np

    left = influence.copy()
    for layer in design.poststrata:
        ratio = np.divide(layer.earlier, layer.weights, out=np.zeros(design.rows), where=layer.weights > 0)
        below = np.bincount(layer.groups, weights=layer.earlier)
        for number, column in enumerate(left.T):
            means = np.bincount(layer.groups, weights=column * ratio) / below
            left[:, number] = column - means[layer.groups] * layer.weights
    return left

"""Estimates beside what each case contributes to them, so that they can be subtracted, divided and compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.design import Design

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Bools, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A number and its influence: per row what it would change by, to first order, if the case was counted more.

    `members` are the rows it rests on: in the domain, with a known answer and a weight.
    """

    value: float
    influence: Floats  # per row, weight included, in the unit of the value
    members: Bools
    estimator: str


def total(design: Design, y: Any, domain: Any = None) -> Linear:
    """Σ w y over the cases of the domain, in the unit of y: Horvitz & Thompson's total. Unknown answers (nan) add
    nothing.

    Influence: w y. Source: Horvitz & Thompson, Journal of the American Statistical Association 47 (1952) 663-685.
    """
    import numpy as np

    members, known = _members(design, domain, y)
    weighted = np.where(members, design.weights * known, 0.0)
    return Linear(_sum(weighted), weighted, members, "horvitz_thompson")


def mean(design: Design, y: Any, domain: Any = None) -> Linear:
    """Σ w y / Σ w over the cases of the domain with a known answer: a share where y is 0 or 1. Hájek's estimator.

    Influence: w (y - mean) / Σ w. Raises ValueError where the domain has no such case.

    Source: Hájek, comment in Godambe & Sprott, Foundations of Statistical Inference (1971) 236.
    """
    import numpy as np

    return ratio(design, y, np.ones(design.rows), domain, "hajek")


def mean_of_known(design: Design, y: Any, size: float, domain: Any = None) -> Linear:
    """Σ w y / N, where the number N of cases is known: Horvitz & Thompson's mean. It can exceed the largest y.

    Influence: w y / N. Raises ValueError where N is not positive.
    """
    if not size > 0:
        raise ValueError(f"{size} cases")
    whole = total(design, y, domain)
    return Linear(whole.value / size, whole.influence / size, whole.members, "horvitz_thompson")


def ratio(design: Design, y: Any, x: Any, domain: Any = None, estimator: str = "ratio") -> Linear:
    """R = Σ w y / Σ w x over the cases of the domain where both are known.

    Influence: w (y - R x) / Σ w x. Raises ValueError where Σ w x is 0.

    Source: Särndal, Swensson & Wretman (1992), chapter 5.
    """
    import numpy as np

    members, above, below = _members(design, domain, y, x)
    weights = np.where(members, design.weights, 0.0)
    base = _sum(weights * below)
    if base == 0:
        raise ValueError("nothing to divide by")
    value = _sum(weights * above) / base
    return Linear(value, weights * (above - value * below) / base, members, estimator)


def difference(first: Linear, second: Linear) -> Linear:
    """The first less the second. Cases in both, and units and strata in common, are accounted for."""
    return combine((first, second), (1.0, -1.0), first.value - second.value, "difference")


def combine(parts: Sequence[Linear], gradient: Sequence[float], value: float, estimator: str) -> Linear:
    """A function of several estimates of one design: its value, and its derivative by each (the delta method)."""
    import numpy as np

    influence = np.zeros(len(parts[0].influence))
    members = np.zeros(len(parts[0].members), dtype=np.bool_)
    for part, slope in zip(parts, gradient, strict=True):
        influence = influence + slope * part.influence
        members = members | part.members
    return Linear(value, influence, members, estimator)


def _members(design: Design, domain: Any, *columns: Any) -> tuple[Any, ...]:
    """The rows that count, and the columns with 0 where they do not."""
    import numpy as np

    members = design.weights > 0
    if domain is not None:
        inside = np.asarray(domain)
        if inside.shape != (design.rows,) or inside.dtype != np.bool_:
            raise ValueError("a domain is true or false for every row")
        members = members & inside
    arrays = [np.asarray(column, dtype=np.float64) for column in columns]
    for array in arrays:
        if array.shape != (design.rows,):
            raise ValueError(f"{array.shape} answers of {design.rows} rows")
        members = members & ~np.isnan(array)
    return members, *(np.where(members, array, 0.0) for array in arrays)


def _sum(values: Floats) -> float:
    # Exact before it is rounded, so that the order of the rows does not matter.
    from math import fsum

    return fsum(values.tolist())

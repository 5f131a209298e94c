"""How far a coefficient would lie from itself with other cases: its standard error and interval from how far each item
moves it."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from sagsbarometer.agreement.ratings import Floats, Ints, Ratings


@dataclass(frozen=True, slots=True)
class Stratum:
    """Places of the items drawn together, and the share of the stratum's cases that they are (0 to 1)."""

    items: Ints
    fraction: float


def strata(ratings: Ratings) -> tuple[Stratum, ...]:
    """The strata of the double reading, each with two items or more. Those with one are put together, and one that is
    still alone goes with the next: a stratum of one item tells nothing of spread. A single stratum may have one item.
    """
    of = [np.flatnonzero(ratings.strata == number) for number in np.unique(ratings.strata)]
    alone, rest = [items for items in of if len(items) < 2], [items for items in of if len(items) > 1]
    if alone:
        together = np.sort(np.concatenate(alone))
        if len(together) < 2 and rest:
            together, rest = np.sort(np.concatenate([together, rest[0]])), rest[1:]
        rest = [together, *rest]
    return tuple(Stratum(items, _fraction(ratings.fractions[items])) for items in rest)


def _fraction(fractions: Floats) -> float:
    """The share drawn of strata together: items by the cases they stand for."""
    return float(len(fractions) / np.sum(1 / fractions)) if np.all(fractions > 0) else 0.0


def standard_error(ratings: Ratings, moves: Floats) -> float | None:
    """The standard error of a coefficient, in its unit, from how far each item moves it; None for one item alone.

    With n items, v_i their sampling weights scaled to mean 1 and z_i = v_i · moves_i / n:
    √ Σ_h (1 - f_h) · n_h/(n_h - 1) · Σ (z_i - z_h)², z_h the mean of stratum h and f_h the share of it that was drawn.
    For one stratum and equal weights it is Gwet's √((1-f)/(n(n-1)) · Σ moves_i²).

    Sources: Gwet, Handbook of Inter-Rater Reliability, 4th ed., 2014, chapter 5; Särndal, Swensson & Wretman, Model
    Assisted Survey Sampling, 1992, section 5.5 (Taylor linearisation).
    """
    if len(ratings.items) < 2:
        return None
    moved = ratings.weights / ratings.weights.mean() * moves / len(moves)
    variance = 0.0
    for stratum in strata(ratings):
        own, number = moved[stratum.items], len(stratum.items)
        spread = float(np.sum((own - own.mean()) ** 2))
        variance += (1 - stratum.fraction) * number / (number - 1) * spread
    return sqrt(variance)


def freedom(ratings: Ratings) -> int:
    """The degrees of freedom of a standard error: items less strata."""
    return len(ratings.items) - len(strata(ratings))


def t_interval(value: float, error: float, freedom: int, level: float, least: float) -> tuple[float, float]:
    """Student's interval, cut at `least` and 1; shares of 1."""
    from scipy.special import stdtrit

    reach = float(stdtrit(freedom, (1 + level) / 2)) * error
    return max(value - reach, least), min(value + reach, 1.0)


def exact_end(ratings: Ratings, level: float) -> float:
    """How low the share may be in all cases when every item drawn agrees: (α/2)^(1/n), α one less the level.

    The exact binomial limit at n of n, for n items by their effective number (Σv)²/Σv². Strata are not used.

    Source: Clopper & Pearson, Biometrika 26 (1934) 404-413; Kish, Survey Sampling, 1965, section 11.7.
    """
    effective = float(ratings.weights.sum() ** 2 / (ratings.weights**2).sum())
    return float(((1 - level) / 2) ** (1 / effective))

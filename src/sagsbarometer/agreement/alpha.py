"""Krippendorff's alpha: one less the distance between answers to the same item, as a part of the distance between any
two answers.

With N ratings of items that have two or more, o_kl the share of them that, beside l, have a k on the same item (an item
with r ratings has r (r-1) such pairs, each worth 1/(r-1)), p_k how common an answer is, and d_kl the distance:

  D_o = Σ o_kl d_kl,  D_e = Σ p_k p_l d_kl,  alpha = 1 - (1 - 1/N) D_o / D_e

which is Krippendorff's 1 - (N-1) D_o / (N D_e). Every rating weighs alike, so an item weighs by its ratings. The
distance is 1 less a weight; by his metric of ranks it is the square of how many ratings lie between two answers, half
of their own counted with.

Sources: Krippendorff, Content Analysis, 4th ed., 2018, chapter 12; Gwet, On Krippendorff's Alpha Coefficient, 2015.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from sagsbarometer.agreement.coefficients import NOTHING, Values, over
from sagsbarometer.agreement.ratings import Floats, Ratings

KRIPPENDORFF = "krippendorff"


class Alpha:
    """What alpha of some ratings is made of. `metric` are weights between the answers, None for the metric of ranks.
    Items with one rating must have been left out."""

    def __init__(self, ratings: Ratings, metric: Floats | None) -> None:
        self.size = len(ratings.categories)
        self.weights = ratings.weights
        self.counts = ratings.counts
        self.each = self.counts.sum(axis=1)
        self.distance = None if metric is None else 1 - metric

    def at(self, multipliers: Floats) -> Values:
        """Alpha for rows of weights, one an item: sets x items. Raises nothing: NaN where all answers are the same."""
        ratings = multipliers @ self.each
        common = over(multipliers @ self.counts, ratings[:, None])
        observed, expected = self._apart(multipliers, ratings, common)
        corrected = observed * (1 - over(np.ones(len(ratings)), ratings))
        value = 1 - over(corrected, np.where(expected > NOTHING, expected, 0.0))
        return Values(value, 1 - corrected, 1 - expected)

    def moves(self) -> Floats:
        """How far each item moves alpha, as `coefficients.Sums.moves`: the derivative without the correction for few
        ratings, as Gwet has it.

        With r_i the ratings of an item, r their mean and a part of item i written o_i: -(o_i/r - D_o - (1-1/N) D_o
        (r_i - r)/r) / D_e + D_o/D_e² · dD_e. The numbers are irrCAC's; by the metric of ranks, which irrCAC has not,
        the distances move too, and that is counted with.
        """
        weight = self.weights / self.weights.mean()
        ratings = float(weight @ self.each)
        mean = ratings / float(weight.sum())
        common = weight @ self.counts / ratings
        lean = (self.counts - self.each[:, None] * common) / mean
        if self.distance is None:
            ranks = _ranks(common)
            apart = np.subtract.outer(ranks, ranks)
            distance = apart**2
            pairs = np.asarray(self._pairs.T @ weight).reshape(self.size, self.size) / ratings
            # A rank moves with all answers below it and half of its own.
            below = np.tril(np.ones((self.size, self.size)), -1) + np.eye(self.size) / 2
            own_too = lean @ ((4 * (pairs * apart).sum(axis=1)) @ below)
            slope = (4 * common * (ranks - common @ ranks)) @ below
        else:
            distance, own_too, slope = self.distance, np.zeros(len(weight)), np.zeros(self.size)
        own = np.asarray(self._pairs @ distance.ravel())
        observed, expected = float(weight @ own) / ratings, float(common @ distance @ common)
        more = (self.each - mean) / mean
        item = own / mean - observed - (1 - 1 / ratings) * observed * more + own_too
        return np.asarray(
            -item / expected + observed / expected**2 * (lean @ (slope + 2 * distance @ common))
        )

    @cached_property
    def _pairs(self) -> Any:
        """The pairs of answers of each item, each rating worth one: items x (categories x categories), sparse."""
        from scipy.sparse import csr_array

        rows, first = np.nonzero(self.counts)
        starts = np.searchsorted(rows, np.arange(len(self.counts) + 1))
        sizes = np.diff(starts)[rows]
        left = np.repeat(np.arange(len(rows)), sizes)
        offset = np.arange(len(left)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        item, one = rows[left], first[left]
        other = first[starts[item] + offset]
        pairs = self.counts[item, one] * (self.counts[item, other] - (one == other)) / (self.each[item] - 1)
        shape = (len(self.counts), self.size**2)
        return csr_array((pairs, (item, one * self.size + other)), shape=shape)

    @cached_property
    def _own(self) -> Floats:
        """The distance within each item, by a metric that is the same whatever was answered."""
        distance = np.zeros((self.size, self.size)) if self.distance is None else self.distance
        return np.asarray(self._pairs @ distance.ravel())

    def _apart(self, multipliers: Floats, ratings: Floats, common: Floats) -> tuple[Floats, Floats]:
        """Observed and expected distance of each set."""
        if self.distance is not None:
            expected = np.einsum("bk,kl,bl->b", common, self.distance, common)
            return over(multipliers @ self._own, ratings), np.asarray(expected)
        ranks = _ranks(common)
        between = (ranks[:, :, None] - ranks[:, None, :]) ** 2
        pairs = np.asarray((self._pairs.T @ multipliers.T).T)
        pairs = over(pairs, ratings[:, None]).reshape(-1, self.size, self.size)
        expected = np.einsum("bk,bkl,bl->b", common, between, common)
        return np.asarray((pairs * between).sum(axis=(1, 2))), np.asarray(expected)


def _ranks(common: Floats) -> Floats:
    """The place of each answer among all ratings, the middle of its own, as a share of all; along the last axis."""
    return np.asarray(np.cumsum(common, axis=-1) - common / 2)

"""Coefficients of agreement from sums over items, and how much each item moves them.

With w_kl the weights, r_ik the number who gave item i the answer k, r_i all who rated it, and every item weighted by
its sampling weight v_i:

  a_i   = Σ_k r_ik (Σ_l w_kl r_il - 1) / (r_i (r_i - 1))       agreement between the pairs of ratings of an item
  p_a   = Σ v_i a_i / Σ v_i                                     over items with two ratings or more
  p_k   = Σ v_i r_ik/r_i / Σ v_i                                how common an answer is
  kappa = (p_a - p_e) / (1 - p_e)                               p_e: what chance alone would give

Chance: `cohen` Σ w_kl p_gk p_hl, mean of all pairs of raters g, h (Cohen for two, Conger for more); `fleiss`
Σ w_kl p_k p_l (Scott's pi for two raters); `brennan_prediger` Σ w_kl / q²; `gwet` Σ w_kl · Σ p_k (1-p_k) / (q(q-1))
(AC1 with identity weights, else AC2). Krippendorff's alpha is in `alpha`.

Sources: Cohen, Educational and Psychological Measurement 20 (1960) 37-46, Psychological Bulletin 70 (1968) 213-220;
Conger, Psychological Bulletin 88 (1980) 322-328; Scott, Public Opinion Quarterly 19 (1955) 321-325; Fleiss,
Psychological Bulletin 76 (1971) 378-382; Brennan & Prediger, Educational and Psychological Measurement 41 (1981)
687-699; Gwet, British Journal of Mathematical and Statistical Psychology 61 (2008) 29-48.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sagsbarometer.agreement.ratings import Floats, Ratings

PERCENT, COHEN, FLEISS, BRENNAN_PREDIGER, GWET = "percent", "cohen", "fleiss", "brennan_prediger", "gwet"
NOTHING = 1e-12  # chance leaves less than this to agree upon


@dataclass(frozen=True, slots=True)
class Values:
    """A coefficient for each set of weights of the items: its value, agreement and chance, shares of 1. NaN where it is
    not defined: all would agree by chance alone."""

    value: Floats
    agreement: Floats
    chance: Floats


class Sums:
    """What the coefficients of some ratings are made of; `weights` are those between their answers."""

    def __init__(self, ratings: Ratings, weights: Floats) -> None:
        self.ratings = ratings
        self.size = len(ratings.categories)
        counts = ratings.counts
        each = counts.sum(axis=1)
        self.several = each > 1
        self.weights = weights
        self.shares = counts / each[:, None]
        pairs = (counts * (counts @ weights - 1)).sum(axis=1)
        self.alike = over(pairs, each * (each - 1), 0.0)

    def at(self, coefficient: str, multipliers: Floats) -> Values:
        """A coefficient for rows of weights, one an item: sets x items. Raises KeyError for another name."""
        share = over(multipliers @ (self.several * self.alike), multipliers @ self.several)
        chance = self._chance(coefficient, multipliers)
        return Values(_kappa(share, chance), share, chance)

    def moves(self, coefficient: str) -> Floats:
        """How far each item moves a coefficient: the derivative by its weight, at sampling weights scaled to mean 1,
        times the number of items. Items with one rating count in how common answers are, and the number of items with
        more is held fixed, as Gwet does; without such items it is the whole derivative. Raises KeyError for another
        name.

        Source: Gwet, Handbook of Inter-Rater Reliability, 4th ed., 2014, chapter 5; the numbers are irrCAC's.
        """
        weight = self.ratings.weights / self.ratings.weights.mean()
        of = self.at(coefficient, weight[None, :])
        share, chance, value = float(of.agreement[0]), float(of.chance[0]), float(of.value[0])
        total = float(weight.sum())
        ratio = total / float(weight @ self.several)
        if coefficient == PERCENT:
            return np.asarray(ratio * self.several * self.alike - share)
        by_item = self._chance_moves(coefficient, weight, total)
        own = ratio * self.several * (self.alike - chance) / (1 - chance)
        return np.asarray(own - value - (1 - value) * by_item / (1 - chance))

    # --- chance ---

    def _chance(self, coefficient: str, multipliers: Floats) -> Floats:
        if coefficient == PERCENT:
            return np.zeros(len(multipliers))
        if coefficient == BRENNAN_PREDIGER:
            even = self.weights.sum() / self.size**2 if self.size else np.nan
            return np.full(len(multipliers), even)
        if coefficient == COHEN:
            return self._pairs_chance(multipliers)
        common = over(multipliers @ self.shares, multipliers.sum(axis=1)[:, None])
        if coefficient == FLEISS:
            return np.asarray(np.einsum("bk,kl,bl->b", common, self.weights, common))
        if coefficient != GWET:
            raise KeyError(coefficient)
        if self.size < 2:
            return np.ones(len(multipliers))
        hard = (common * (1 - common)).sum(axis=1)
        return np.asarray(self.weights.sum() * hard / (self.size * (self.size - 1)))

    def _chance_moves(self, coefficient: str, weight: Floats, total: float) -> Floats:
        if coefficient == BRENNAN_PREDIGER:
            return np.zeros(len(weight))
        if coefficient == COHEN:
            return self._pairs_moves(weight, total)
        common = weight @ self.shares / total
        if coefficient == FLEISS:
            slope = 2 * self.weights @ common
        else:
            slope = self.weights.sum() * (1 - 2 * common) / (self.size * (self.size - 1))
        return np.asarray(self.shares @ slope - common @ slope)

    # --- raters one by one ---

    @cached_property
    def _by_rater(self) -> Any:
        """Who gave which answer to an item, as a sparse matrix: items x (raters x categories)."""
        from scipy.sparse import csr_array

        ratings = self.ratings
        columns = ratings.rater_of * self.size + ratings.category_of
        shape = (len(ratings.items), len(ratings.raters) * self.size)
        return csr_array((np.ones(len(columns)), (ratings.item_of, columns)), shape=shape)

    def _rater_shares(self, multipliers: Floats) -> Floats:
        """How common each answer is with each rater: sets x raters x categories; 0 for a rater without ratings."""
        summed = np.asarray((self._by_rater.T @ multipliers.T).T)
        by = summed.reshape(len(multipliers), len(self.ratings.raters), self.size)
        return over(by, by.sum(axis=2)[:, :, None], 0.0)

    def _pairs_chance(self, multipliers: Floats) -> Floats:
        by = self._rater_shares(multipliers)
        raters = (by.sum(axis=2) > 0.5).sum(axis=1)
        together = by.sum(axis=1)
        weighed = by @ self.weights
        all_pairs = np.einsum("bk,kl,bl->b", together, self.weights, together)
        own = (weighed * by).sum(axis=(1, 2))
        return over(all_pairs - own, (raters * (raters - 1)).astype(np.float64))

    def _pairs_moves(self, weight: Floats, total: float) -> Floats:
        ratings = self.ratings
        by = self._rater_shares(weight[None, :])[0]
        raters = len(ratings.raters)
        slope = (by.sum(axis=0) - by) @ self.weights * 2 / (raters * (raters - 1))
        read = np.bincount(ratings.rater_of, weights=weight[ratings.item_of], minlength=raters)
        given = slope[ratings.rater_of, ratings.category_of]
        usual = (slope * by).sum(axis=1)[ratings.rater_of]
        parts = total / read[ratings.rater_of] * (given - usual)
        return np.asarray(np.bincount(ratings.item_of, weights=parts, minlength=len(ratings.items)))


def _kappa(share: Floats, chance: Floats) -> Floats:
    left = np.where(1 - chance > NOTHING, 1 - chance, np.nan)
    return np.asarray((share - chance) / left)


def over(top: Floats, bottom: Floats, otherwise: float = np.nan) -> Floats:
    """A division that gives `otherwise` where there is nothing to divide by."""
    wide = np.broadcast_to(bottom, np.shape(top))
    out = np.full(np.shape(top), otherwise)
    return np.asarray(np.divide(top, wide, out=out, where=np.abs(wide) > 0))

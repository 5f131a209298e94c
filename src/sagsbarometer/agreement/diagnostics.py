"""What to look at before a coefficient is believed: few items, one common answer, one rater who is in everything."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, sqrt

import numpy as np

from sagsbarometer.agreement.agree import ALL_ALIKE, ONE_ANSWER, USUAL, Agreement, Way
from sagsbarometer.agreement.coefficients import COHEN, FLEISS, GWET, NOTHING, PERCENT
from sagsbarometer.agreement.ratings import Floats, Ratings
from sagsbarometer.agreement.weights import weight_matrix

FEW_ITEMS, RARE_ANSWER, COMMON_ANSWER = "few_items", "rare_answer", "common_answer"
IN_MOST_PAIRS, MOVES_MOST, UNDEFINED_SETS = "in_most_pairs", "moves_most", "undefined_sets"
STRATA_NOT_READ = "strata_not_read"  # of which no item has two ratings
ENOUGH_ITEMS = 30
ENOUGH_RARE = 10  # ratings of other answers than the commonest
COMMON = 0.8  # of the ratings
APART = 0.1  # that chance-corrected coefficients must be below Gwet's before it is told
_LEAST_RATERS = 3  # with two, both are in every pair, and without one there is none


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know. `code`: what; `number` of items, ratings or sets; `share` 0 to 1, or how far a coefficient
    moves; `name` of a rater or an answer."""

    code: str
    number: int = 0
    share: float = 0.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rater:
    """One rater among the others. Of the items that others read too: how many, the share of all pairs of ratings the
    rater is in, how often the rater agrees with the others (weighted), the share of all disagreement the rater is in,
    and Gwet's coefficient without the rater. Shares of 1; None where there is nothing to divide by or compare."""

    name: str
    items: int
    pairs: float
    agreement: float
    disagreement: float | None
    without: float | None


def raters(ratings: Ratings, way: Way = USUAL) -> tuple[Rater, ...]:
    """Every rater of items that were read twice or more, by name. Raises ValueError as `agree`."""
    several = ratings.several
    weights = weight_matrix(way.weights_used, way.values(several.categories))
    counts, weight = several.counts, several.weights
    each = counts.sum(axis=1)
    others = (each - 1)[several.item_of]
    alike = (counts @ weights)[several.item_of, several.category_of] - 1
    number = len(several.raters)

    def by_rater(values: Floats) -> Floats:
        return np.asarray(np.bincount(several.rater_of, weights=values, minlength=number), dtype=np.float64)

    own = weight[several.item_of]
    pairs, weighed, agreed = by_rater(others), by_rater(own * others), by_rater(own * alike)
    apart = weighed - agreed
    read = np.bincount(several.rater_of, minlength=number)
    without = _without(several, counts, weights)
    total, disagreed = float(pairs.sum()) / 2, float(apart.sum()) / 2
    return tuple(
        Rater(
            name=name,
            items=int(read[place]),
            pairs=float(pairs[place]) / total,
            agreement=float(agreed[place] / weighed[place]),
            disagreement=float(apart[place]) / disagreed if disagreed > NOTHING else None,
            without=without[place],
        )
        for place, name in enumerate(several.raters)
    )


def findings(agreement: Agreement, people: tuple[Rater, ...] = ()) -> tuple[Finding, ...]:
    """What is to be known of a coefficient, the most important first."""
    found = []
    if agreement.items < ENOUGH_ITEMS:
        found.append(Finding(FEW_ITEMS, agreement.items))
    found += _answers(agreement)
    found += _people(agreement, people)
    undefined = max((item.drawn.undefined for item in agreement.estimates if item.drawn), default=0)
    if undefined:
        sets = max(item.drawn.sets for item in agreement.estimates if item.drawn)
        found.append(Finding(UNDEFINED_SETS, undefined, undefined / sets))
    return tuple(found)


def _answers(agreement: Agreement) -> list[Finding]:
    """One answer that nearly all gave."""
    given = agreement.given
    most = max(range(len(given)), key=lambda place: given[place])
    share, rest = agreement.shares[most], sum(given) - given[most]
    common = agreement.categories[most]
    found = []
    if not rest:
        return [Finding(ONE_ANSWER, sum(given), share, common)]
    if any(item.id == PERCENT and item.why == ALL_ALIKE and item.value == 1 for item in agreement.estimates):
        percent = agreement[PERCENT]
        found.append(Finding(ALL_ALIKE, agreement.items, percent.low or 0.0))
    if rest < ENOUGH_RARE:
        found.append(Finding(RARE_ANSWER, rest, share, common))
    values = {item.id: item.value for item in agreement.estimates}
    gwet, kappa = values.get(GWET), values.get(COHEN, values.get(FLEISS))
    if share >= COMMON and gwet is not None and kappa is not None and gwet - kappa >= APART:
        found.append(Finding(COMMON_ANSWER, 0, share, common))
    return found


def _people(agreement: Agreement, people: tuple[Rater, ...]) -> list[Finding]:
    """One rater who is in most of the pairs, and one without whom the coefficient is another."""
    if len(people) < _LEAST_RATERS:
        return []
    found = []
    # More than half of the way from an even sharing (2 of the raters in each pair) to being in all of them.
    even = 2 / len(people)
    busiest = max(people, key=lambda rater: rater.pairs)
    if busiest.pairs > even + (1 - even) / 2:
        found.append(Finding(IN_MOST_PAIRS, busiest.items, busiest.pairs, busiest.name))
    gwet = next((item for item in agreement.estimates if item.id == GWET), None)
    if gwet is not None and gwet.value is not None and gwet.error:
        known = [(rater.without - gwet.value, rater) for rater in people if rater.without is not None]
        moved, rater = max(known, key=lambda item: abs(item[0]), default=(0.0, busiest))
        # Any part of the pairs left out moves it: by chance, so much for one in twenty.
        usual = 2 * sqrt(rater.pairs / (1 - rater.pairs)) if rater.pairs < 1 else 0.0
        if abs(moved) > gwet.error * max(1.0, usual):
            found.append(Finding(MOVES_MOST, rater.items, moved, rater.name))
    return found


def _without(ratings: Ratings, counts: Floats, weights: Floats) -> tuple[float | None, ...]:
    """Gwet's coefficient without each rater in turn; None where nothing is left. Only the items a rater read change."""
    order = np.argsort(ratings.rater_of, kind="stable")
    ends = np.searchsorted(ratings.rater_of[order], np.arange(len(ratings.raters) + 1))
    whole = _parts(counts, ratings.weights, weights)
    total = whole.sum(axis=0)
    found: list[float | None] = []
    for start, end in pairwise(ends.tolist()):
        places = order[start:end]
        items = ratings.item_of[places]
        left = counts[items]
        left[np.arange(len(items)), ratings.category_of[places]] -= 1
        kept = left.sum(axis=1) > 1
        changed = _parts(left[kept], ratings.weights[items[kept]], weights).sum(axis=0)
        value = _gwet(total - whole[items].sum(axis=0) + changed, weights)
        found.append(value if isfinite(value) else None)
    return tuple(found)


def _parts(counts: Floats, weight: Floats, weights: Floats) -> Floats:
    """What each item adds to the weight, the agreement and how common each answer is."""
    each = counts.sum(axis=1)
    alike = (counts * (counts @ weights - 1)).sum(axis=1) / (each * (each - 1))
    return np.column_stack([weight, weight * alike, weight[:, None] * counts / each[:, None]])


def _gwet(parts: Floats, weights: Floats) -> float:
    size = len(weights)
    if size < 2 or parts[0] < NOTHING:
        return float("nan")
    share, common = parts[1] / parts[0], parts[2:] / parts[0]
    chance = weights.sum() * (common * (1 - common)).sum() / (size * (size - 1))
    return float((share - chance) / (1 - chance))

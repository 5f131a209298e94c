"""The change from one round of a measurement to the next, where some units were drawn in both."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.design import REMOVE, Design, Estimate, Stage
from sagsbarometer.estimation.linear import Linear
from sagsbarometer.estimation.poststratify import residuals
from sagsbarometer.estimation.totals import estimate
from sagsbarometer.estimation.variance import factors

if TYPE_CHECKING:
    import numpy as np

    from sagsbarometer.estimation.design import Bools, Floats

_NEARLY = 1e-9  # so few units short of what chance gives are none


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """A round: its draw, the number that is followed, and per row a label of the unit drawn at the first stage.

    Units are recognised by their label in both rounds: an authority, or a case, if cases were drawn.
    """

    design: Design
    number: Linear
    units: Any


@dataclass(frozen=True, slots=True)
class Change:
    """The later number less the earlier, and what it is made of.

    `covariance` is between the two numbers, in the square of their unit; `overlap` the units that are in both rounds.
    `bounded`: of some strata the covariance is the lowest it can be, so that the variance is no smaller than it is.
    """

    earlier: Estimate
    later: Estimate
    difference: Estimate
    covariance: float
    overlap: int
    bounded: bool = False

    @property
    def correlation(self) -> float | None:
        """Of the two numbers; None where one of them has no variance."""
        product = self.earlier.variance * self.later.variance
        return self.covariance / sqrt(product) if product > 0 else None


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """The units of the first stage by label, and what each contributes beyond its stratum's mean."""

    places: dict[str, int]
    apart: Floats  # per unit, times √(n/(n-1)) of its stratum
    held: Bools  # per unit: whether the number rests on cases of it
    stage: Stage
    sizes: Floats  # per stratum: the units it was drawn from
    read: Floats  # per stratum: Σ π · apart², what a finite population takes off the variance


def change(earlier: Round, later: Round) -> Change:
    """The change of a number between two rounds that share units: V = V₁ + V₂ - 2 C, each variance by its own design.

    The covariance C is over the units i in both rounds, with t the sum of a unit's influence and t̄ its stratum's
    mean: C = Σ_i g · √(n₁/(n₁-1) · n₂/(n₂-1)) · (t₁ᵢ - t̄₁)(t₂ᵢ - t̄₂). Of n₁ and n₂ units drawn from the same N in a
    stratum, n₁₂ of them in both, g = 1 - n₁n₂/(N n₁₂); it is 1 where N is endless, and √(left₁ left₂) where the
    strata or the numbers they were drawn from differ, or units were drawn unequally. With the same units in both
    rounds it is the variance of the paired difference.

    Rounds of the same N that share fewer units than two draws do by chance (n₁₂ < n₁n₂/N; none, say, where read units
    are left out of the next round) vary against each other: C = (n₁₂/(n₁n₂) - 1/N) S₁₂ is below 0, and S₁₂ is known
    badly or not at all. Then C is told as the lowest it can be, with S₁₂ = S₁S₂ (`bounded`): the interval is too wide
    rather than too narrow, up to that of an endless population. Strata are of the same N where name and N agree in
    both rounds, or name alone where units were drawn unequally; where no stratum does and no unit is shared, the whole
    is treated so if both rounds were drawn from as many. Else rounds are of other units, and C of those is 0.

    The usual shortcut is one design of both rounds with the unit as cluster, in which the change is a difference of
    domains (`totals.estimate_difference`). It takes as chance how many units each round drew in a stratum, so that
    its variance is too large where strata differ, and it has no place for a finite population.

    `difference` has the degrees of freedom of both rounds, those of shared units counted once. Raises ValueError
    where a label has several units or a unit several labels, and SingleUnit as `totals.estimate`.

    Source: Tam, American Statistician 38 (1984) 288-289; Qualité & Tillé, Survey Methodology 34 (2008) 173-181.
    """
    first, second = estimate(earlier.design, earlier.number), estimate(later.design, later.number)
    one, two = _units(earlier), _units(later)
    shared = sorted(one.places.keys() & two.places.keys())
    covariance, bounded = _covariance(one, two, shared)
    difference = Estimate(
        value=second.value - first.value,
        variance=max(first.variance + second.variance - 2 * covariance, 0.0),
        freedom=first.freedom + second.freedom - _counted_twice(one, two, shared),
        cases=first.cases + second.cases,
        weight=second.weight,
        estimator="difference",
        complete=first.complete and second.complete,
    )
    return Change(first, second, difference, covariance, len(shared), bounded)


def _counted_twice(one: _Units, two: _Units, shared: list[str]) -> int:
    """Degrees of freedom that both rounds have: units with cases in both, less the strata they lie in."""
    places = [(one.places[label], two.places[label]) for label in shared]
    held = [(first, second) for first, second in places if one.held[first] and two.held[second]]
    strata = {(int(one.stage.strata[first]), int(two.stage.strata[second])) for first, second in held}
    return len(held) - len(strata)


def _covariance(one: _Units, two: _Units, shared: list[str]) -> tuple[float, bool]:
    """The covariance of the two numbers, and whether some of it is a bound."""
    import numpy as np

    first = np.array([one.places[label] for label in shared], dtype=np.int64)
    second = np.array([two.places[label] for label in shared], dtype=np.int64)
    pairs: dict[tuple[int, int], list[int]] = {pair: [] for pair in _same_units(one.stage, two.stage)}
    matched = frozenset(pairs)
    strata = zip(one.stage.strata[first].tolist(), two.stage.strata[second].tolist(), strict=True)
    for number, pair in enumerate(strata):
        pairs.setdefault(pair, []).append(number)
    if not pairs and _as_many(one.stage, two.stage):
        lowest = -sqrt(float(one.read.sum() * two.read.sum()))
        return lowest, lowest < 0
    products = one.apart[first] * two.apart[second]
    added, bounded = 0.0, False
    for (here, there), places in sorted(pairs.items()):
        few = 0.0
        if (here, there) in matched:
            expected = one.stage.drawn[here] * two.stage.drawn[there] / one.sizes[here]
            few = max(1 - len(places) / float(expected), 0.0)
        if few > _NEARLY:
            lowest = few * sqrt(float(one.read[here] * two.read[there]))
            added, bounded = added - lowest, bounded or lowest > 0
        elif places:
            part = np.array(places)
            added += float((products[part] * _finite(one, two, here, there, first[part], second[part])).sum())
    return added, bounded


def _same_units(one: Stage, two: Stage) -> list[tuple[int, int]]:
    """The pairs of strata, one of each round, that were drawn from the same finite number of units."""
    import numpy as np

    if one.left is None or two.left is None:
        return []
    sizes, mixed = (_sizes(one), _sizes(two)), (_mixed(one), _mixed(two))
    there = {label: number for number, label in enumerate(two.labels)}
    found = [(number, there[label]) for number, label in enumerate(one.labels) if label in there]
    return [
        (first, second)
        for first, second in found
        if np.isfinite(sizes[0][first])
        and np.isfinite(sizes[1][second])
        and mixed[0][first] == mixed[1][second]
        and (mixed[0][first] or np.isclose(sizes[0][first], sizes[1][second], rtol=1e-9))
    ]


def _as_many(one: Stage, two: Stage) -> bool:
    """Whether both rounds were drawn from as many units in all."""
    import numpy as np

    if one.left is None or two.left is None:
        return False
    sums = float(_sizes(one).sum()), float(_sizes(two).sum())
    return bool(np.isfinite(sums[0]) and np.isclose(sums[0], sums[1], rtol=1e-9))


def _sizes(stage: Stage) -> Floats:
    """How many units each stratum was drawn from, Σ 1/π; endless where nearly none of them were drawn."""
    import numpy as np

    if stage.left is None:
        return np.full(len(stage.drawn), np.inf)
    read = 1 - stage.left
    each = np.divide(1.0, read, out=np.full(len(read), np.inf), where=read > 0)
    return np.bincount(stage.strata, weights=each, minlength=len(stage.drawn)).astype(np.float64)


def _mixed(stage: Stage) -> list[bool]:
    """Per stratum: whether its units were drawn with different probabilities."""
    import numpy as np

    if stage.left is None:
        return [False] * len(stage.drawn)
    lows, highs = np.full(len(stage.drawn), np.inf), np.full(len(stage.drawn), -np.inf)
    np.minimum.at(lows, stage.strata, stage.left)
    np.maximum.at(highs, stage.strata, stage.left)
    return [bool(high > low) for low, high in zip(lows, highs, strict=True)]


def _finite(
    one: _Units, two: _Units, here: int, there: int, first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]
) -> Any:
    """g of each shared unit of a pair of strata."""
    import numpy as np

    lefts = [
        np.ones(len(units)) if stage.left is None else stage.left[units]
        for stage, units in ((one.stage, first), (two.stage, second))
    ]
    mixed = np.sqrt(lefts[0] * lefts[1])
    if one.stage.labels[here] != two.stage.labels[there] or any(np.ptp(left) > 0 for left in lefts):
        return mixed
    drawn = int(one.stage.drawn[here]), int(two.stage.drawn[there])
    sizes = [n / (1 - left[0]) if left[0] < 1 else np.inf for n, left in zip(drawn, lefts, strict=True)]
    if np.isinf(sizes[0]) or not np.isclose(sizes[0], sizes[1], rtol=1e-9):
        return mixed
    return np.full(len(first), 1 - drawn[0] * drawn[1] / (sizes[0] * len(first)))


def _units(told: Round) -> _Units:
    """The units of a round, by label."""
    import numpy as np

    stage = told.design.stages[0]
    labels = np.asarray(told.units)
    if labels.shape != (told.design.rows,):
        raise ValueError(f"{labels.shape} labels of {told.design.rows} rows")
    places: dict[str, int] = {}
    for label, unit in sorted(set(zip(labels.astype(str).tolist(), stage.units.tolist(), strict=True))):
        if label in places:
            raise ValueError("a label of several units")
        places[label] = unit
    if len(places) != len(stage.strata):
        raise ValueError("a unit with several labels")
    influence = residuals(told.design, told.number.influence.reshape(-1, 1))[:, 0]
    totals: Floats = np.bincount(stage.units, weights=influence, minlength=len(stage.strata)).astype(
        np.float64
    )
    held, present = np.zeros(len(stage.strata), dtype=np.bool_), np.zeros(len(stage.drawn), dtype=np.bool_)
    held[stage.units[told.number.members]] = True
    present[stage.strata[held]] = True
    factor, around_mean, _ = factors(
        stage.drawn, np.zeros(len(stage.drawn), dtype=np.bool_), present, REMOVE, stage.labels
    )
    means = np.bincount(stage.strata, weights=totals, minlength=len(stage.drawn)) / stage.drawn
    apart: Floats = (totals - np.where(around_mean, means, 0.0)[stage.strata]) * np.sqrt(factor)[stage.strata]
    drawn = np.zeros(len(apart)) if stage.left is None else 1 - stage.left
    read = np.bincount(stage.strata, weights=drawn * apart**2, minlength=len(stage.drawn)).astype(np.float64)
    return _Units(places, apart, held, stage, _sizes(stage), read)

"""How well raters agree: every coefficient of some ratings with its interval from formulas and from resampling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from sagsbarometer.agreement.alpha import KRIPPENDORFF, Alpha
from sagsbarometer.agreement.bootstrap import multipliers, percentiles
from sagsbarometer.agreement.coefficients import BRENNAN_PREDIGER, COHEN, FLEISS, GWET, PERCENT, Sums
from sagsbarometer.agreement.ratings import Floats, Ratings
from sagsbarometer.agreement.variance import exact_end, freedom, standard_error, strata, t_interval
from sagsbarometer.agreement.weights import (
    IDENTITY,
    KRIPPENDORFF_ORDINAL,
    ORDINAL,
    QUADRATIC,
    weight_matrix,
)

COEFFICIENTS = (PERCENT, GWET, KRIPPENDORFF, COHEN, FLEISS, BRENNAN_PREDIGER)
ONE_ANSWER, ONE_ITEM, ALL_ALIKE = "one_answer", "one_item", "all_alike"
ALL_READ, ALIKE_IN_STRATA, NOTHING_MOVES = "all_read", "alike_in_strata", "nothing_moves"
TOO_MANY_UNDEFINED, NOTHING_VARIES = "too_many_undefined", "nothing_varies"
VALUE_OUTSIDE = "value_outside"
_TINY = 1e-12  # a standard error below this is rounding
_SAME = 1e-9  # sets of resampling nearer than this are one
_MOST_UNDEFINED = 0.05  # of the sets drawn: with more, an interval would be that of other data


class Scale(StrEnum):
    """What answers are: names, places in an order, or numbers."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


class Single(StrEnum):
    """What is done with items that were read once: left out, or counted in how common answers are, as Gwet does."""

    LEFT_OUT = "left_out"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Way:
    """How agreement is counted.

    `weights` between answers, and `metric` those of alpha; "" for those of the scale: identity for names, Gwet's
    ordinal and Krippendorff's metric of ranks for places, quadratic for numbers. `level` of the intervals, a share of
    1; `sets` drawn again, 0 for none; `seed` of that draw.
    """

    scale: Scale = Scale.NOMINAL
    weights: str = ""
    metric: str = ""
    single: Single = Single.LEFT_OUT
    level: float = 0.95
    sets: int = 0
    seed: str = "1"
    coefficients: tuple[str, ...] = COEFFICIENTS

    @property
    def weights_used(self) -> str:
        """The name of the weights of all coefficients but alpha."""
        return self.weights or {Scale.ORDINAL: ORDINAL, Scale.INTERVAL: QUADRATIC}.get(self.scale, IDENTITY)

    @property
    def metric_used(self) -> str:
        """The name of alpha's weights."""
        usual = {Scale.ORDINAL: KRIPPENDORFF_ORDINAL, Scale.INTERVAL: QUADRATIC}
        return self.metric or usual.get(self.scale, IDENTITY)

    def values(self, categories: Sequence[str]) -> tuple[float, ...]:
        """The values of the answers: their own for numbers, else their places. Raises ValueError for other words."""
        if self.scale is Scale.INTERVAL:
            return tuple(float(category) for category in categories)
        return tuple(float(number) for number in range(1, len(categories) + 1))


USUAL = Way()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What resampling gave: the standard deviation and the middle of the sets, and in how many of them the coefficient
    is not defined. The ends are None, and `why` says it: `too_many_undefined` of those, `nothing_varies` (the ends
    would be one number) or `value_outside` (the coefficient lies beyond the ends, so they are not its own)."""

    sets: int
    undefined: int
    error: float | None
    low: float | None
    high: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient: its value, the agreement and what chance gives, its standard error and the ends of its interval.
    Shares of 1; a value is None where chance alone would make all agree.

    `why` an end is missing, or is another than Student's: `one_answer`, `one_item`; and where the error is 0 `all_read`
    (every case was drawn: there is nothing to be unsure of), `all_alike` (all items show the same agreement; where that
    is all or none, the ends of `percent` are exact), `alike_in_strata` (all of a stratum do, where it is not wholly
    drawn), or `nothing_moves` (the formula gives 0 though items differ).
    """

    id: str
    weights: str
    value: float | None
    agreement: float | None
    chance: float | None
    error: float | None
    low: float | None
    high: float | None
    freedom: int
    drawn: Drawn | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well some raters agree. `items` with two ratings or more, `ratings` of them and the `pairs` these make;
    `single`: items that were read once; `shares`: how common each answer is, weighted, shares of 1; `given`: how
    many ratings it is. `weighted`: the items weigh unlike; `corrected`: they are a known part of the cases, and errors
    are smaller for it."""

    items: int
    single: int
    ratings: int
    raters: int
    pairs: int
    categories: tuple[str, ...]
    given: tuple[int, ...]
    shares: tuple[float, ...]
    estimates: tuple[Estimate, ...]
    weighted: bool
    corrected: bool

    def __getitem__(self, id: str) -> Estimate:
        """A coefficient by its id. Raises KeyError."""
        for estimate in self.estimates:
            if estimate.id == id:
                return estimate
        raise KeyError(id)


def agree(ratings: Ratings, way: Way = USUAL) -> Agreement:
    """Every coefficient asked for. Needs at least one item with two ratings.

    Raises ValueError when there is none, for weights that do not fit the answers, and for weights of answers that have
    no order; KeyError for an unknown coefficient.
    """
    several = ratings.several
    if not several.items:
        raise ValueError("no item was rated twice")
    if way.scale is Scale.NOMINAL and {way.weights_used, way.metric_used} != {IDENTITY}:
        raise ValueError("names have no order to weigh by")
    values = way.values(ratings.categories)
    used = ratings if way.single is Single.COUNTED else several
    sums = Sums(used, weight_matrix(way.weights_used, values))
    ranks = way.metric_used == KRIPPENDORFF_ORDINAL
    alpha = Alpha(several, None if ranks else weight_matrix(way.metric_used, values))
    drawn = _drawn(sums, alpha, several, way)
    each = several.per_item
    weight = used.weights / used.weights.sum()
    return Agreement(
        items=len(several.items),
        single=len(ratings.items) - len(several.items),
        ratings=len(several.item_of),
        raters=len(several.raters),
        pairs=int((each * (each - 1) // 2).sum()),
        categories=ratings.categories,
        given=tuple(
            int(n) for n in np.bincount(several.category_of, minlength=len(ratings.categories)).tolist()
        ),
        shares=tuple(float(share) for share in weight @ sums.shares),
        estimates=tuple(_estimate(id, sums, alpha, several, way, drawn.get(id)) for id in way.coefficients),
        weighted=bool(np.ptp(several.weights) > 0),
        corrected=bool(np.any(several.fractions > 0)),
    )


def _estimate(id: str, sums: Sums, alpha: Alpha, several: Ratings, way: Way, drawn: Drawn | None) -> Estimate:
    of = several if id == KRIPPENDORFF else sums.ratings
    one = of.weights[None, :] / of.weights.mean()
    found = alpha.at(one) if id == KRIPPENDORFF else sums.at(id, one)
    value, share, chance = (float(part[0]) for part in (found.value, found.agreement, found.chance))
    name = way.metric_used if id == KRIPPENDORFF else way.weights_used
    degrees = freedom(of)
    if not np.isfinite(value):
        agreed = share if np.isfinite(share) else None
        chanced = chance if np.isfinite(chance) else None
        return Estimate(id, name, None, agreed, chanced, None, None, None, degrees, None, ONE_ANSWER)
    error = standard_error(of, alpha.moves() if id == KRIPPENDORFF else sums.moves(id))
    low: float | None = None
    high: float | None = None
    why = ""
    if error is None or degrees < 1:
        error, why = None, ONE_ITEM
    elif error < _TINY:
        error, why = 0.0, _unmoved(sums, several)
        if id == PERCENT and why == ALL_ALIKE and share > 1 - _TINY:
            low, high = exact_end(several, way.level), 1.0
        elif id == PERCENT and why == ALL_ALIKE and share < _TINY:
            low, high = 0.0, 1 - exact_end(several, way.level)
    else:
        low, high = t_interval(value, error, degrees, way.level, 0.0 if id == PERCENT else -1.0)
    return Estimate(id, name, value, share, chance, error, low, high, degrees, _around(drawn, value), why)


def _unmoved(sums: Sums, several: Ratings) -> str:
    """Why no item moves a coefficient."""
    if np.all(several.fractions > 1 - _TINY):
        return ALL_READ
    alike = sums.alike[sums.several]
    if np.ptp(alike) < _TINY:
        return ALL_ALIKE
    parts = [alike[part.items] for part in strata(several) if part.fraction < 1 - _TINY]
    if any(np.ptp(part) >= _TINY for part in parts):
        return NOTHING_MOVES
    return ALIKE_IN_STRATA


def _around(drawn: Drawn | None, value: float) -> Drawn | None:
    """What resampling gave, without ends that do not hold the value they are told of."""
    if drawn is None or drawn.low is None or drawn.high is None:
        return drawn
    if drawn.low - _SAME <= value <= drawn.high + _SAME:
        return drawn
    return replace(drawn, low=None, high=None, why=VALUE_OUTSIDE)


def _drawn(sums: Sums, alpha: Alpha, several: Ratings, way: Way) -> dict[str, Drawn]:
    """What resampling gives, by coefficient; nothing where no set is asked for or there is one item."""
    if not way.sets or len(several.items) < 2:
        return {}
    found: dict[str, list[Floats]] = {id: [] for id in way.coefficients}
    plain = [id for id in way.coefficients if id != KRIPPENDORFF]
    width = max(len(sums.ratings.raters) * sums.size if COHEN in plain else 0, sums.size**2)
    for rows in multipliers(sums.ratings, way.sets, way.seed, width):
        for id in way.coefficients if sums.ratings is several else plain:
            found[id].append((alpha.at(rows) if id == KRIPPENDORFF else sums.at(id, rows)).value)
    if sums.ratings is not several and KRIPPENDORFF in way.coefficients:
        for rows in multipliers(several, way.sets, way.seed, width):
            found[KRIPPENDORFF].append(alpha.at(rows).value)
    return {id: _summed(np.concatenate(values), way.level) for id, values in found.items()}


def _summed(values: Floats, level: float) -> Drawn:
    known = values[np.isfinite(values)]
    undefined = len(values) - len(known)
    if len(known) < 2 or undefined > _MOST_UNDEFINED * len(values):
        return Drawn(len(values), undefined, None, None, None, TOO_MANY_UNDEFINED)
    low, high = percentiles(known, level)
    error = float(known.std(ddof=1))
    if high - low < _SAME:
        return Drawn(len(values), undefined, error, None, None, NOTHING_VARIES)
    return Drawn(len(values), undefined, error, low, high)

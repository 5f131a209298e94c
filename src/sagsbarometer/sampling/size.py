"""How many cases: for a share at a precision, for a part of the cases, and to see a change between two rounds.

Shares, margins, levels and powers are of 0 to 1; sizes are cases. Nothing here is random.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, inf, sqrt

LEVEL = 0.95
NORMAL, EXACT = "normal", "exact"
METHODS = (NORMAL, EXACT)
_NEARLY = 1e-9  # a size this near a whole number is that number
MOST = 10**9  # cases; more is no plan


class TooLarge(ValueError):
    """The target asks for more cases than any plan can have."""


Exact = Fraction | Decimal | int | float | str


def exact(value: Exact) -> Fraction:
    """The number as it is written: 0.85 as a float is 85/100, so that 85 cases of 100 are a hundred called in."""
    return Fraction(str(value)) if isinstance(value, float | str) else Fraction(value)


@dataclass(frozen=True, slots=True)
class Size:
    """How many cases. `endless` is the number for an endless population, before it is rounded up; `cases` what must be
    usable, `call_in` what is drawn to have them, at most `population`."""

    endless: float
    cases: int
    call_in: int
    population: int | None = None


def sample_size(
    share: float,
    margin: float,
    *,
    level: float = LEVEL,
    population: int | None = None,
    design_effect: float = 1.0,
    usable: Exact = 1,
    method: str = NORMAL,
) -> Size:
    """The cases needed for the share to be known to plus or minus `margin`.

    `normal`: n0 = z²p(1-p)/e², with z the quantile of `level`. `exact`: the least n0 for which the longer arm of
    Clopper and Pearson's interval around p, at x = n0·p cases, is no more than e. Both times the design effect d, then
    with the finite population correction n = d·n0 / (1 + (d·n0 - 1)/N), rounded up. Called in: n / usable, rounded up.

    385 for a share of 0.5 and a margin of 0.05; 323 of N = 2,000. Source: Cochran, Sampling Techniques (1977), 4.4-4.6;
    Kish, Survey Sampling (1965), 8.2, for the design effect. Raises ValueError where a number is outside its range.
    """
    _within(margin=margin, level=level)
    if method not in METHODS or not 0 <= share <= 1 or (method == NORMAL and share in (0, 1)):
        raise ValueError("share or method")
    if not 0 < design_effect < inf:
        raise ValueError("design_effect")
    if method == EXACT:
        endless = float(_least(lambda cases: _longer_arm(share, cases, level) <= margin))
    else:
        endless = _z(level) ** 2 * share * (1 - share) / margin**2
    return sized(endless * design_effect, population, usable)


def sized(endless: float, population: int | None = None, usable: Exact = 1) -> Size:
    """An endless population's number of cases with the finite population correction, in whole cases.

    n = m / (1 + (m - 1)/N); the cases to call in are n / usable. Raises ValueError where a number is outside its range.
    """
    part = exact(usable)
    if not 0 < part <= 1 or (population is not None and population < 1):
        raise ValueError("usable or population")
    if not 0 < endless < MOST:
        raise TooLarge
    if population is None:
        cases = _up(endless)
        return Size(endless, cases, ceil(cases / part))
    cases = min(_up(endless / (1 + (endless - 1) / population)), population) if endless > 1 else 1
    return Size(endless, cases, min(ceil(cases / part), population), population)


def margin_of(
    share: float,
    cases: int,
    *,
    level: float = LEVEL,
    population: int | None = None,
    design_effect: float = 1.0,
) -> float:
    """The margin that `cases` give: z √(d p(1-p)/n · (N-n)/(N-1)), a share. The inverse of `sample_size`.

    0 where all of the population are read. Raises ValueError where a number is outside its range.
    """
    _within(level=level)
    if cases < 1 or not 0 <= share <= 1 or (population is not None and cases > population):
        raise ValueError("cases or share")
    return _z(level) * sqrt(design_effect * share * (1 - share) / cases * correction(cases, population))


def correction(cases: float, population: int | None) -> float:
    """The finite population correction of a variance, (N-n)/(N-1); 1 for an endless population."""
    if population is None:
        return 1.0
    return (population - cases) / (population - 1) if population > 1 else 0.0


def domain_size(cases: int, domain: float, assurance: float | None = None) -> int:
    """How many cases in all so that `cases` of them are of a part that is `domain` (0..1) of the population.

    Without `assurance` so many that they can be expected: cases / domain, rounded up. With it the least n for which
    P(Binomial(n, domain) >= cases) is at least `assurance`. Where the part is a stratum of its own its number is fixed
    by the plan, and neither is needed. Raises ValueError where a number is outside its range.
    """
    if cases < 1 or not 0 < domain <= 1:
        raise ValueError("cases or domain")
    if assurance is None:
        return ceil(cases / exact(domain))
    _within(assurance=assurance)
    from scipy.special import bdtrc

    return _least(lambda all_: float(bdtrc(cases - 1, all_, domain)) >= assurance, cases)


def cluster_effect(cases: float, likeness: float) -> float:
    """The design effect of clusters: 1 + (b-1)ρ, with b cases from each and ρ how alike the cases of one are, 0..1.

    Source: Kish, Survey Sampling (1965), 5.4.
    """
    return 1 + (cases - 1) * likeness


@dataclass(frozen=True, slots=True)
class Change:
    """A change from one round to the next, each of the same number of cases.

    `overlap` is the share of a round's units that are in the other round too, and `correlation` how alike a unit is to
    itself, both 0..1; where units are read once only, overlap is 0.
    """

    before: float
    after: float
    power: float = 0.8
    alpha: float = 0.05
    overlap: float = 0.0
    correlation: float = 0.0


def change_size(
    change: Change,
    *,
    population: int | None = None,
    design_effect: float = 1.0,
    usable: Exact = 1,
) -> Size:
    """The cases needed in each round to see the change, two-sided, with the power asked for.

    `change_power` solved for n. Without overlap and for an endless population that is
    n = (z₁ √(2p̄q̄) + z₂ √(p₁q₁ + p₂q₂))² / (p₁-p₂)², as R's power.prop.test has it.
    Raises ValueError where a number is outside its range, or before and after are the same.
    """
    _check(change)
    endless = _least_real(lambda cases: change_power(change, cases) >= change.power) * design_effect
    if population is None:
        return sized(endless, None, usable)
    most = float(population)

    def enough(cases: float) -> bool:
        return change_power(change, cases, population=population, design_effect=design_effect) >= change.power

    if endless >= MOST:
        raise TooLarge
    cases = min(_up(_least_real(enough, most)), population)
    return Size(endless, cases, min(ceil(cases / exact(usable)), population), population)


def change_power(
    change: Change, cases: float, *, population: int | None = None, design_effect: float = 1.0
) -> float:
    """How likely the change is to be seen with so many cases in each round, 0..1.

    Φ((|p₁-p₂| - z √V₀) / √V₁) with V₀ = d·f·2p̄q̄(1-c)/n and V₁ = d·f·(p₁q₁ + p₂q₂ - 2c √(p₁q₁p₂q₂))/n, where z is
    the quantile of 1-alpha/2, p̄ the mean, f = (N-n)/(N-1), and c = correlation · overlap.

    In a finite population, of which both rounds are drawn, the overlap that counts is o = (overlap - n/N)/(1 - n/N):
    what is beyond the n/N that two draws share by chance. Below that the rounds vary against each other, and then
    c = o, as if a unit is wholly like itself: the power is told no higher than it is. Without any overlap that is the
    power of an endless population. The least overlap that can be is 2 - N/n.

    Source: Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions (2003), 4.2, as R's power.prop.test;
    the overlap as Kish, Survey Sampling (1965), 12.4. Raises ValueError where a number is outside its range.
    """
    from scipy.special import ndtr

    _check(change)
    finite = correction(cases, population)
    if finite <= 0:
        return 1.0
    together = change.overlap
    if population is not None:
        part = cases / population
        together = (max(together, 2 - 1 / part) - part) / (1 - part)
    alike = change.correlation * together if together > 0 else together
    own, other = (share * (1 - share) for share in (change.before, change.after))
    mean = (change.before + change.after) / 2
    scale = design_effect * finite / cases
    null = scale * 2 * mean * (1 - mean) * (1 - alike)
    beyond = abs(change.before - change.after) - _z(1 - change.alpha) * sqrt(null)
    if beyond < 0:  # then it is the smaller spread that makes it seldom seen
        alike = max(alike, 0.0)
    spread = scale * (own + other - 2 * alike * sqrt(own * other))
    return float(ndtr(beyond / sqrt(spread))) if spread > 0 else 1.0


def smallest_change(
    before: float,
    cases: int,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    overlap: float = 0.0,
    correlation: float = 0.0,
    population: int | None = None,
    design_effect: float = 1.0,
) -> float | None:
    """The smallest fall from `before` that so many cases in each round show with that power, a share 0..1.

    The fall and not the rise, for fewer defects are what is looked for. None where not even a fall to nearly 0 is seen.
    """

    def seen(after: float) -> bool:
        change = Change(before, after, power, alpha, overlap, correlation)
        return change_power(change, cases, population=population, design_effect=design_effect) >= power

    lowest = before * 1e-6
    if not seen(lowest):
        return None
    low, high = lowest, before * (1 - 1e-12)
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if seen(middle) else (low, middle)
    return before - low


def _longer_arm(share: float, cases: int, level: float) -> float:
    """The longer arm of Clopper and Pearson's interval around a share, at share · cases, which need not be whole."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    yes = share * cases
    low = 0.0 if yes <= 0 else float(betaincinv(yes, cases - yes + 1, tail))
    high = 1.0 if yes >= cases else float(betaincinv(yes + 1, cases - yes, 1 - tail))
    return max(share - low, high - share)


def _least(holds: Callable[[int], bool], start: int = 1) -> int:
    """The least whole number from `start` on that holds, where all larger ones do too."""
    low, high = start - 1, start
    while not holds(high):
        low, high = high, 2 * high
        if high > MOST:
            raise TooLarge
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _least_real(holds: Callable[[float], bool], most: float = float(MOST)) -> float:
    """As `_least`, of any number above 0, to within a float; `most` at the most, which is taken to hold."""
    low, high = 0.0, 1.0
    while high < most and not holds(high):
        low, high = high, min(2 * high, most)
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return high
        low, high = (low, middle) if holds(middle) else (middle, high)


def _check(change: Change) -> None:
    _within(before=change.before, after=change.after, power=change.power, alpha=change.alpha)
    parts = (change.overlap, change.correlation)
    if change.before == change.after or not all(0 <= part <= 1 for part in parts):
        raise ValueError("change")


def _within(**shares: float) -> None:
    for name, share in shares.items():
        if not 0 < share < 1:
            raise ValueError(name)


def _z(level: float) -> float:
    """How many standard deviations hold `level` of a normal distribution, half to each side."""
    from scipy.special import ndtri

    return float(ndtri((1 + level) / 2))


def _up(cases: float) -> int:
    return max(ceil(cases - _NEARLY), 1)

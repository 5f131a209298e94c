"""Funnel limits: how far the shares of groups can lie from the share of all by chance alone.

The limits are for looking, not for ranking: nothing here orders groups by their share.

Source: Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005) 1185-1202.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.intervals import Interval

LEVELS = (Decimal("0.95"), Decimal("0.998"))  # the inner limits and the outer ones
WINSORISED = 10  # percent of the groups at each end
SURE = 0.05  # the test for over-dispersion: p below this


@dataclass(frozen=True, slots=True)
class Group:
    """A group of cases: how many count, of how many."""

    id: str
    successes: int
    trials: int


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How much more the groups vary than chance makes them.

    `phi` is the mean square of the winsorised standardised residuals; `chi_square` the sum of the squares before they
    were winsorised, with `freedom` degrees. `wider`: the limits are widened by √phi, because phi is above 1 and the
    test says that it is not by chance (p below 0.05).
    """

    groups: int
    phi: Decimal
    chi_square: Decimal
    freedom: int
    p_value: Decimal
    wider: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """The inner and outer limits of a group of one size, in percent: exact, and widened for over-dispersion."""

    exact: tuple[Interval, Interval]
    wide: tuple[Interval, Interval]


@dataclass(frozen=True, slots=True)
class Placed:
    """A group beside its limits. Places: 0 within the inner limits, 1 above them, 2 above the outer ones, -1 and -2
    below; None for a group of too few cases to say. `wide` is as `exact` where nothing is widened."""

    group: Group
    limits: Limits | None
    exact: int | None
    wide: int | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Groups beside the limits around the share of all of them together, in the order they were given."""

    successes: int
    trials: int
    dispersion: Dispersion
    groups: tuple[Placed, ...]


def funnel(groups: Sequence[Group], fewest: int) -> Funnel:
    """The limits around the share of all cases together, and where each group lies.

    A group of fewer than `fewest` cases counts in the centre; it gets no limits and no place, and over-dispersion is
    judged without it. Raises ValueError where there are no cases, or counts that do not fit.
    """
    successes, trials = sum(item.successes for item in groups), sum(item.trials for item in groups)
    if not trials or any(not 0 <= item.successes <= item.trials for item in groups):
        raise ValueError(f"{successes} of {trials}")
    judged = [item for item in groups if item.trials >= max(1, fewest)]
    spread = dispersion(judged, successes, trials)
    share = successes / trials
    placed = []
    for item in groups:
        if item.trials < max(1, fewest):
            placed.append(Placed(item, None, None, None))
            continue
        cuts = [_limits(item.trials, share, level) for level in LEVELS]
        wider = [_widened(cut, item.trials * share, spread, item.trials) for cut in cuts]
        of = limits(item.trials, successes, trials, spread)
        placed.append(Placed(item, of, _place(item.successes, cuts), _place(item.successes, wider)))
    return Funnel(successes, trials, spread, tuple(placed))


def limits(size: int, successes: int, trials: int, spread: Dispersion) -> Limits:
    """The limits of a group of `size` cases around the share `successes` of `trials`, in percent with six decimals.

    Exact: the count below which lies less than p = (1 - level)/2 of a binomial distribution of `size` and the share of
    all. Counts are whole, so the limit is put between two of them: with r the smallest count that has P(X ≤ r) ≥ p,
    it is r - (P(X ≤ r) - p) / (P(X ≤ r) - P(X ≤ r-1)), not below nought. A count lies below the limit exactly when
    P(X ≤ count) < p. The upper limit mirrors it: it is the lower limit of the cases that do not count. (The paper reads
    the upper limit off the same quantile function, which with whole counts can leave more than p above it.)

    Wide: √phi times as far from the share of all, within 0 and 100.
    """
    share = successes / trials
    cuts = [_limits(size, share, level) for level in LEVELS]
    wide = [_widened(cut, size * share, spread, size) for cut in cuts]
    return Limits(_intervals(cuts, size), _intervals(wide, size))


def dispersion(groups: Sequence[Group], successes: int, trials: int) -> Dispersion:
    """How much more `groups` vary around the share `successes` of `trials` than chance makes them.

    A standardised residual is z = (count - nP) / √(nP(1-P)). The tenth of the groups with the lowest z get that of the
    next, and so at the upper end (rounded down: none where there are fewer than ten groups), so that a few groups far
    out do not widen the limits that are to find them. phi = Σ z² / groups. The test is Σ z², before winsorising,
    against chi-square with one degree fewer than there are groups.

    Source: section 4 and appendix A of Spiegelhalter (2005); that both must agree before anything is widened, and that
    the share of all costs one degree, is ours.
    """
    from scipy.special import chdtrc

    freedom = max(0, len(groups) - 1)
    if not freedom or successes in (0, trials):  # nothing to vary
        return Dispersion(len(groups), Decimal(0), Decimal(0), freedom, Decimal(1), False)
    share = successes / trials
    z = sorted((item.successes - item.trials * share) / _deviation(item.trials, share) for item in groups)
    cut = len(z) * WINSORISED // 100
    held = [min(max(value, z[cut]), z[-1 - cut]) for value in z]
    phi = sum(value * value for value in held) / len(held)
    chi_square = sum(value * value for value in z)
    p_value = float(chdtrc(freedom, chi_square))
    return Dispersion(
        len(groups), _six(phi), _six(chi_square), freedom, _six(p_value), phi > 1 and p_value < SURE
    )


def _deviation(size: int, share: float) -> float:
    return sqrt(size * share * (1 - share))


_Cut = tuple[float, float]  # limits as counts, which need not be whole


def _limits(size: int, share: float, level: Decimal) -> _Cut:
    tail = float((1 - level) / 2)
    return _lower(size, share, tail), size - _lower(size, 1 - share, tail)


def _lower(size: int, share: float, tail: float) -> float:
    """The limit as a count, between two whole ones."""
    from scipy.special import bdtr, bdtrik

    if share in (0.0, 1.0):
        return size * share
    count = int(bdtrik(tail, size, share))
    while count < size and bdtr(count, size, share) < tail:
        count += 1
    while count > 0 and bdtr(count - 1, size, share) >= tail:
        count -= 1
    here = float(bdtr(count, size, share))
    before = float(bdtr(count - 1, size, share)) if count else 0.0
    return max(0.0, count - (here - tail) / (here - before))


def _widened(cut: _Cut, expected: float, spread: Dispersion, size: int) -> _Cut:
    if not spread.wider:
        return cut
    by = sqrt(spread.phi)
    low, high = (expected + by * (end - expected) for end in cut)
    return max(0.0, low), min(float(size), high)


def _place(count: int, cuts: Sequence[_Cut]) -> int:
    inner, outer = cuts
    for (low, high), far in ((outer, 2), (inner, 1)):
        if count < low:
            return -far
        if count > high:
            return far
    return 0


def _intervals(cuts: Sequence[_Cut], size: int) -> tuple[Interval, Interval]:
    inner, outer = (Interval(*(_six(100 * end / size) for end in cut)) for cut in cuts)
    return inner, outer


def _six(value: float) -> Decimal:
    # Six decimals: the same on every machine, and more than anyone prints.
    return round_half_up(Decimal(repr(value)), 6)

"""Process intervals, for where things are compared: periods with periods, groups with groups.

A register is a complete count, so its numbers have no sampling interval (decision 0010). Yet the cases of a year could
have fallen out otherwise: a process interval tells how far a number moves when every case is taken as one outcome of a
process with a fixed probability. It speaks of that process, not of cases that are not in the register.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import sqrt

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.intervals import LEVEL, Interval

WILSON, NEWCOMBE = "wilson_process_95", "newcombe_process_95"
_TRENDS_FROM = 2  # different times, or there is no slope


def wilson(successes: int, trials: int, level: Decimal = LEVEL) -> Interval:
    """Wilson's score interval of `successes` of `trials`, in percent with six decimals.

    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n). Raises ValueError when the counts do not fit.

    Source: Wilson, Journal of the American Statistical Association 22 (1927) 209-212.
    """
    return Interval(*(_percent(end) for end in _wilson(successes, trials, level)))


def newcombe(first: tuple[int, int], second: tuple[int, int], level: Decimal = LEVEL) -> Interval:
    """The hybrid score interval of the difference between two independent shares, each (successes, trials): of the
    first less the second, in percentage points with six decimals.

    With Wilson's limits l and u of each share p: d - √((p₁-l₁)² + (u₂-p₂)²) to d + √((u₁-p₁)² + (p₂-l₂)²), without a
    correction for continuity. Raises ValueError when the counts do not fit.

    Source: method 10 of Newcombe, Statistics in Medicine 17 (1998) 873-890.
    """
    (low, high), (other_low, other_high) = _wilson(*first, level), _wilson(*second, level)
    share, other = first[0] / first[1], second[0] / second[1]
    apart = share - other
    below = sqrt((share - low) ** 2 + (other_high - other) ** 2)
    above = sqrt((high - share) ** 2 + (other - other_low) ** 2)
    return Interval(_percent(max(apart - below, -1.0)), _percent(min(apart + above, 1.0)))


def difference(first: tuple[int, int], second: tuple[int, int]) -> Decimal:
    """The first share less the second, in percentage points with six decimals; exact before it is rounded.

    Raises ZeroDivisionError where one has no cases.
    """
    return round_half_up(100 * (Fraction(*first) - Fraction(*second)), 6)


@dataclass(frozen=True, slots=True)
class Point:
    """A share at a time. Times may be of any unit, the same for all: years, say."""

    time: Fraction
    successes: int
    trials: int


@dataclass(frozen=True, slots=True)
class Trend:
    """A straight line through shares over time.

    `slope` is in percentage points for one unit of time, `low` and `high` its 95 percent process interval. `chi_square`
    has one degree of freedom; `departure` tells how far the shares lie from the line, with `departure_freedom` degrees.
    The p values are of no trend and of no departure from the line, None where there is nothing to test.
    """

    slope: Decimal
    low: Decimal
    high: Decimal
    chi_square: Decimal
    p_value: Decimal
    departure: Decimal
    departure_freedom: int
    departure_p_value: Decimal | None


def trend(points: Sequence[Point], level: Decimal = LEVEL) -> Trend | None:
    """The Cochran-Armitage trend of shares over time; None where the cases are all alike or of fewer than two times.

    With n cases and the share p at each time t, P the share of all and T the mean time of all cases:
    slope b = Σ n(p-P)(t-T) / Σ n(t-T)², chi-square b² Σ n(t-T)² / P(1-P), and the variance of b for its interval
    Σ n(t-T)² p(1-p) / (Σ n(t-T)²)². Departure from the line is Pearson's chi-square of the whole table less this one.

    Source: Cochran, Biometrics 10 (1954) 417-451; Armitage, Biometrics 11 (1955) 375-386.
    """
    from scipy.special import chdtrc

    used = [point for point in points if point.trials]
    if any(not 0 <= point.successes <= point.trials for point in used):
        raise ValueError("counts")
    cases = sum(point.trials for point in used)
    yes = sum(point.successes for point in used)
    if len({point.time for point in used}) < _TRENDS_FROM or yes in (0, cases):
        return None
    share = Fraction(yes, cases)
    middle = sum((point.trials * point.time for point in used), Fraction(0)) / cases
    spread = sum((point.trials * (point.time - middle) ** 2 for point in used), Fraction(0))
    own = [(point, Fraction(point.successes, point.trials)) for point in used]
    slope = (
        sum((point.trials * (p - share) * (point.time - middle) for point, p in own), Fraction(0)) / spread
    )
    chi_square = slope**2 * spread / (share * (1 - share))
    whole = sum((point.trials * (p - share) ** 2 for point, p in own), Fraction(0)) / (share * (1 - share))
    within = sum((point.trials * (point.time - middle) ** 2 * p * (1 - p) for point, p in own), Fraction(0))
    reach = _z(level) * sqrt(within) / float(spread)
    freedom = len(used) - 2
    departure = max(whole - chi_square, Fraction(0))
    return Trend(
        slope=round_half_up(100 * slope, 6),
        low=_percent(float(slope) - reach),
        high=_percent(float(slope) + reach),
        chi_square=round_half_up(chi_square, 6),
        p_value=_six(float(chdtrc(1, float(chi_square)))),
        departure=round_half_up(departure, 6),
        departure_freedom=freedom,
        departure_p_value=_six(float(chdtrc(freedom, float(departure)))) if freedom else None,
    )


def _wilson(successes: int, trials: int, level: Decimal) -> tuple[float, float]:
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} of {trials}")
    z = _z(level)
    share = successes / trials
    middle = share + z * z / (2 * trials)
    reach = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    low = 0.0 if successes == 0 else (middle - reach) / scale
    high = 1.0 if successes == trials else (middle + reach) / scale
    return low, high


def _z(level: Decimal) -> float:
    """How many standard deviations hold `level` of a normal distribution, half to each side."""
    from scipy.special import ndtri

    return float(ndtri(float((1 + level) / 2)))


def _percent(share: float) -> Decimal:
    return _six(100 * share)


def _six(value: float) -> Decimal:
    # Six decimals: the same on every machine, and more than anyone prints.
    return round_half_up(Decimal(repr(value)), 6)

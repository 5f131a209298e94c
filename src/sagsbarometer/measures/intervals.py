"""Intervals for a share, and whether it should be shown at all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sagsbarometer.kernel.rounding import round_half_up

LEVEL = Decimal("0.95")
METHOD = "clopper_pearson_95"


@dataclass(frozen=True, slots=True)
class Interval:
    """Limits of a share, in percent with six decimals."""

    low: Decimal
    high: Decimal


def clopper_pearson(successes: int, trials: int, level: Decimal = LEVEL) -> Interval:
    """The exact binomial interval of `successes` of `trials`, in percent.

    The interval of a simple random sample; Korn and Graubard's interval is the same when the effective sample
    size is the number of cases. Lower limit 0 at none, upper limit 100 at all. Raises ValueError when the
    counts do not fit.

    Source: Clopper & Pearson, Biometrika 26 (1934) 404-413; as beta quantiles.
    """
    from scipy.special import betaincinv

    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} of {trials}")
    tail = float((1 - level) / 2)
    low = 0.0 if successes == 0 else float(betaincinv(successes, trials - successes + 1, tail))
    high = 1.0 if successes == trials else float(betaincinv(successes + 1, trials - successes, 1 - tail))
    return Interval(_percent(low), _percent(high))


def nchs_verdict(successes: int, trials: int, interval: Interval) -> str:
    """`present`, `suppress` or `review` by the presentation standard for proportions.

    Suppress on fewer than 30 cases, an interval of 30 points or more, or one between 5 and 30 points that is
    wider than 130 percent of the share; review at none and all. The rule on degrees of freedom needs a
    clustered design and comes with it.

    Source: Parker et al., National Center for Health Statistics Data Presentation Standards for Proportions,
    Vital and Health Statistics 2(175), 2017.
    """
    width = interval.high - interval.low
    share = Decimal(100 * successes) / trials if trials else Decimal(0)
    if trials < 30 or width >= 30:
        return "suppress"
    if successes in (0, trials):
        return "review"
    return "suppress" if width > 5 and width > share * Decimal("1.3") else "present"


def _percent(share: float) -> Decimal:
    # Six decimals: the same on every machine, and more than anyone prints.
    return round_half_up(Decimal(repr(share)) * 100, 6)

"""Intervals for a share, and whether it should be shown at all."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from decimal import Decimal

from sagsbarometer.kernel.rounding import round_half_up

LEVEL = Decimal("0.95")
METHOD = "clopper_pearson_95"
_RELATIVE = Decimal("1.3")  # NCHS: the widest an interval may be, as a share of the share


@dataclass(frozen=True, slots=True)
class Interval:
    """Limits of a share, in percent with six decimals."""

    low: Decimal
    high: Decimal


@functools.lru_cache(maxsize=1 << 12)  # of municipalities with few cases most have the same few counts
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


def nchs_verdict(
    successes: int,
    trials: int,
    interval: Interval,
    *,
    share: Decimal | None = None,
    effective: float | None = None,
    freedom: int | None = None,
) -> str:
    """`present`, `footnote`, `review` or `suppress` by the presentation standard for proportions.

    Suppress on fewer than 30 cases, or an effective sample size (`effective`, cases) under 30; on an interval of 30
    points or more, or one between 5 and 30 points that is wider than 130 percent of the share. Review at none and all,
    and on fewer than 8 degrees of freedom (`freedom`). Footnote where the share may be shown, but not its complement:
    its interval is wider than 130 percent of 100 less the share. `share` is in percent; from the counts where it is
    not given, as in a simple random sample.

    Source: Parker et al., National Center for Health Statistics Data Presentation Standards for Proportions,
    Vital and Health Statistics 2(175), 2017.
    """
    width = interval.high - interval.low
    if share is None:
        share = Decimal(100 * successes) / trials if trials else Decimal(0)
    # At none and all the effective size says nothing: there is no variance to make it of.
    cases = trials if effective is None or successes in (0, trials) else min(trials, effective)
    if cases < 30 or width >= 30:
        return "suppress"
    if successes in (0, trials):
        return "review"
    wide = width > 5
    if wide and width > share * _RELATIVE:
        return "suppress"
    if freedom is not None and freedom < 8:
        return "review"
    return "footnote" if wide and width > (100 - share) * _RELATIVE else "present"


def _percent(share: float) -> Decimal:
    # Six decimals: the same on every machine, and more than anyone prints.
    return round_half_up(Decimal(repr(share)) * 100, 6)

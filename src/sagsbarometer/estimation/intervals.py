"""Limits of a share, or of another number, that was estimated from a draw.

Besides the estimate itself only its variance, degrees of freedom and base are used, so the same functions serve
estimates from rows and from sums an engine made.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, log1p, sqrt
from typing import TYPE_CHECKING

from sagsbarometer.estimation.design import ROUNDING, Estimate

if TYPE_CHECKING:
    from collections.abc import Callable

BETA, LOGIT, LIKELIHOOD, MEAN, WILSON = "beta", "logit", "likelihood", "mean", "wilson"
METHODS = (BETA, LOGIT, LIKELIHOOD, MEAN, WILSON)
EXACT, COMPLETE = "exact", "complete"
SIMPLE, R, NCHS = "simple", "r", "nchs"
STANDARDS = (SIMPLE, R, NCHS)
_NEAR = 1e-12
# What a cell says of its interval, at 95 percent.
NAMES = {
    BETA: "korn_graubard_95",
    LOGIT: "logit_95",
    LIKELIHOOD: "likelihood_95",
    MEAN: "mean_95",
    WILSON: "wilson_design_95",
    EXACT: "exact_design_95",
    COMPLETE: "complete",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a number lies with the confidence asked for, in the number's own unit (a share: 0..1).

    `method` is one of METHODS; or `exact` at none, at all and where the variance is 0; or `complete` where every case
    was read.
    """

    low: float
    high: float
    method: str


def limits(share: Estimate, method: str = BETA, level: float = 0.95, standard: str = SIMPLE) -> Limits | None:
    """The limits of a share (0..1); None where there are no degrees of freedom, so that nothing can be said.

    With the share p, its variance v, degrees of freedom f, n cases, t_f the quantile of Student's t at (1+level)/2
    and the effective sample size n* = p(1-p)/v · (t_{n-1}/t_f)²:

    - beta (Korn & Graubard): quantiles (1-level)/2 of Beta(n*p, n*(1-p)+1) and (1+level)/2 of Beta(n*p+1, n*(1-p));
    - wilson: Wilson's score interval of p with n* cases;
    - logit: l ± t_f √v/(p(1-p)) for l = log(p/(1-p)), turned back;
    - likelihood: the values q for which 2 p(1-p)/v · (p log(p/q) + (1-p) log((1-p)/(1-q))) ≤ t_f² n/(n-1) (Rao & Scott;
      the last factor is the dispersion that R divides by);
    - mean: p ± t_f √v, cut off at 0 and 1.

    At none and at all R gives none of them. Here it is `exact`: Clopper & Pearson's interval of n* cases, none or all
    of them, with n* = (Σw)²/Σw² · (t_{n-1}/t_f)², which is n where cases were drawn simply. It is the same where the
    variance is 0 between none and all, as the cases read were alike in every stratum that was not read completely: the
    variance says nothing then, and certainly not that there is no doubt. Where nothing was left undrawn both limits
    are the share.

    `standard`: simple, n* at most n/(1-n/Σw), what a simple draw of n cases from Σw has, or n where the populations
    are endless; the methods without n* go by a variance of at least p(1-p) over it. So a draw in strata is never more
    certain than a simple one, since the variance within a stratum is itself a guess from few cases. r, as survey 4.1-1
    does, n* as it comes; nchs, as the National Center for Health Statistics, n* at most n, and n at none and at all.

    Raises ValueError on an unknown method or standard and on a value outside 0..1.

    Sources: Korn & Graubard, Survey Methodology 24 (1998) 193-201; Wilson (1927) and Dean & Pagano, Journal of Survey
    Statistics and Methodology 3 (2015) 484-503; Rao & Scott, Annals of Statistics 12 (1984) 46-60; Clopper & Pearson,
    Biometrika 26 (1934) 404-413; Parker et al., Vital and Health Statistics 2(175), 2017.
    """
    if method not in METHODS or standard not in STANDARDS:
        raise ValueError(f"{method!r}, {standard!r}")
    p = share.value
    if not -_NEAR <= p <= 1 + _NEAR:
        raise ValueError(f"a share of {p}")
    if share.complete:
        return Limits(p, p, COMPLETE)
    simply = share.freedom >= share.cases - 1  # also of a single case, where t has no degrees of freedom
    if share.freedom < 1 and not (simply and _edge(p)):
        return None
    if _edge(p) or share.effective is None:
        return _exact(share, level, standard)
    return _inside(share, method, level, standard)


def t_limits(number: Estimate, level: float = 0.95) -> Limits | None:
    """value ± t √v, for totals, ratios, differences and means, in their unit.

    None without degrees of freedom, and where the variance is 0 though not all was read: that cases read are alike
    does not say that the others are.
    """
    if number.complete:
        return Limits(number.value, number.value, COMPLETE)
    if number.freedom < 1 or number.variance <= ROUNDING * max(1.0, number.value**2):
        return None
    reach = _t(number.freedom, level) * number.error
    return Limits(number.value - reach, number.value + reach, MEAN)


def effective(share: Estimate, level: float = 0.95, standard: str = SIMPLE) -> float | None:
    """n*: the effective sample size that beta and wilson go by, degrees of freedom taken into account.

    Where the variance is 0 it is the cases' effective number by their weights alone. None without degrees of freedom.
    """
    p = share.value
    if _edge(p) and standard == NCHS:
        return float(share.cases)
    plain = None if _edge(p) else share.effective
    if plain is None:
        plain = share.kish or float(share.cases)
    if share.freedom < share.cases - 1:
        if share.freedom < 1:
            return None
        plain *= (_t(share.cases - 1, level) / _t(share.freedom, level)) ** 2
    return min(plain, most_effective(share, standard))


def most_effective(share: Estimate, standard: str = SIMPLE) -> float:
    """The most cases that an interval counts on by a standard: see `limits`. Infinite under r."""
    if standard == R:
        return inf
    left = 1 - share.cases / share.weight if standard == SIMPLE and share.finite else 1.0
    # Weights that add up to no more than the cases are no numbers of cases; then nothing is known of what is left.
    return share.cases / left if left > 0 else float(share.cases)


def likelihood_limits(p: float, cases: float, reach: float) -> tuple[float, float]:
    """The shares q, to either side of p, where twice the binomial log-likelihood ratio of `cases` cases is reach²."""

    def beyond(q: float) -> float:
        return 2 * cases * (p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))) - reach**2

    return _root(beyond, 0.0, p), _root(beyond, 1.0, p)


def _inside(share: Estimate, method: str, level: float, standard: str) -> Limits:
    p, most = share.value, most_effective(share, standard) if standard == SIMPLE else inf
    spread = max(share.variance, p * (1 - p) / most)  # a simple draw's, under `simple`
    error, t = sqrt(spread), _t(share.freedom, level)
    if method == MEAN:
        return Limits(max(p - t * error, 0.0), min(p + t * error, 1.0), method)
    if method == LOGIT:
        middle, reach = log(p) - log1p(-p), t * error / (p * (1 - p))
        return Limits(_expit(middle - reach), _expit(middle + reach), method)
    if method == LIKELIHOOD:
        dispersion = share.cases / max(share.cases - 1, 1)
        low, high = likelihood_limits(p, p * (1 - p) / spread, t * sqrt(dispersion))
        return Limits(low, high, method)
    cases = effective(share, level, standard)
    assert cases is not None  # the variance is positive and there are degrees of freedom
    if method == WILSON:
        return Limits(*_wilson(p, cases, level), method)
    return Limits(*_beta(p, cases, level), method)


def _exact(share: Estimate, level: float, standard: str) -> Limits:
    cases = effective(share, level, standard)
    assert cases is not None  # there are degrees of freedom, or a single case drawn simply
    if not _edge(share.value):
        return Limits(*_beta(share.value, cases, level), EXACT)
    edge = ((1 - level) / 2) ** (1 / cases)
    return Limits(0.0, 1 - edge, EXACT) if _edge(share.value) < 0 else Limits(edge, 1.0, EXACT)


def _edge(p: float) -> int:
    """-1 at none, 1 at all, 0 between. Sums of weights may miss 0 and 1 by a rounding; no case weighs that little."""
    return -1 if p < _NEAR else 1 if p > 1 - _NEAR else 0


def _beta(p: float, cases: float, level: float) -> tuple[float, float]:
    from scipy.special import betaincinv

    yes, no = cases * p, cases * (1 - p)
    low = float(betaincinv(yes, no + 1, (1 - level) / 2))
    return low, float(betaincinv(yes + 1, no, (1 + level) / 2))


def _wilson(p: float, cases: float, level: float) -> tuple[float, float]:
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    middle, scale = p + z * z / (2 * cases), 1 + z * z / cases
    reach = z * sqrt(p * (1 - p) / cases + z * z / (4 * cases * cases))
    return (middle - reach) / scale, (middle + reach) / scale


def _t(freedom: int, level: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + level) / 2))


def _expit(value: float) -> float:
    return 1 / (1 + exp(-value)) if value >= 0 else exp(value) / (1 + exp(value))


def _root(beyond: Callable[[float], float], outside: float, inside: float) -> float:
    """Where a function is 0 that is positive near `outside` and negative at `inside`: halved to the last digit."""
    while True:
        middle = (outside + inside) / 2
        if middle in (outside, inside):
            return middle
        if beyond(middle) > 0:
            outside = middle
        else:
            inside = middle

"""Where: a number of cases shared out among authorities and strata, in whole cases, between bounds, summing exactly.

All in exact numbers: the same frame gives the same cases on every machine. Units keep the order they are given in, and
where remainders are alike the first has the case.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from math import ceil, isqrt

PROPORTIONAL, SQUARE_ROOT, NEYMAN, EQUAL = "proportional", "square_root", "neyman", "equal"
METHODS = (PROPORTIONAL, SQUARE_ROOT, NEYMAN, EQUAL)
_FINE = 10**12  # square roots are kept with twelve decimals


class TooFew(ValueError):
    """The bounds below add up to more than there is to share: `least` cases."""

    def __init__(self, least: int) -> None:
        super().__init__(least)
        self.least = least


class TooMany(ValueError):
    """The bounds above add up to less than there is to share: `most` cases."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


def root(value: Fraction) -> Fraction:
    """The square root with twelve decimals, rounded down."""
    return Fraction(isqrt(value.numerator * _FINE * _FINE // value.denominator), _FINE)


def weight(method: str, size: int, spread: Fraction = Fraction(1)) -> Fraction:
    """What a unit of `size` cases counts in the sharing: N, √N, N·S with S its standard deviation (`spread`), or 1.

    Nothing where it has no cases. Neyman's gives the least variance for a number of cases; the square root gives
    the parts a more even precision. Raises ValueError for another method.

    Source: Neyman, Journal of the Royal Statistical Society 97 (1934) 558-625; Bankier, The American Statistician 42
    (1988) 174-177.
    """
    if size <= 0:
        return Fraction(0)
    match method:
        case "proportional":
            return Fraction(size)
        case "square_root":
            return root(Fraction(size))
        case "neyman":
            return size * spread
        case "equal":
            return Fraction(1)
    raise ValueError(method)


def share_out(
    total: int,
    weights: Sequence[Fraction],
    low: Sequence[int] | None = None,
    high: Sequence[int] | None = None,
) -> tuple[int, ...]:
    """`total` in whole numbers by weight, each between its bounds: largest remainder.

    The fair parts first: min(max(c·w, low), high) with the one c for which they sum to the total. Each is rounded down,
    and those with the largest remainders get one more. A unit of weight 0 gets its lower bound, and more only where all
    others have their upper one. Raises TooFew or TooMany where the bounds make it impossible.
    """
    parts = fair_parts(total, weights, low, high)
    return rounded(parts, total)


def rounded(parts: Sequence[Fraction], total: int) -> tuple[int, ...]:
    """Parts that sum to `total`, in whole numbers: those with the largest remainders are rounded up."""
    whole = [part.numerator // part.denominator for part in parts]
    left = total - sum(whole)
    order = sorted(range(len(parts)), key=lambda at: (whole[at] - parts[at], at))
    for at in order[:left]:
        whole[at] += 1
    return tuple(whole)


def fair_parts(
    total: int | Fraction,
    weights: Sequence[Fraction],
    low: Sequence[int] | None = None,
    high: Sequence[int] | None = None,
) -> tuple[Fraction, ...]:
    """The parts of `share_out` before they are rounded; they sum to `total` exactly. Raises as `share_out`."""
    least = list(low) if low is not None else [0] * len(weights)
    most = list(high) if high is not None else [ceil(total)] * len(weights)
    if sum(least) > total:
        raise TooFew(sum(least))
    if sum(most) < total:
        raise TooMany(sum(most))
    open_ = [at for at, part in enumerate(weights) if part > 0]
    closed = sum(least[at] for at, part in enumerate(weights) if part <= 0)
    room = sum(most[at] for at in open_)
    if total - closed > room:  # those of weight 0 must help: the first of them first
        return _with_the_weightless(total - room, weights, least, most)
    scale = _scale(total - closed, [(weights[at], least[at], most[at]) for at in open_])
    return tuple(
        min(max(scale * part, Fraction(least[at])), Fraction(most[at])) if part > 0 else Fraction(least[at])
        for at, part in enumerate(weights)
    )


def _with_the_weightless(
    left: int | Fraction, weights: Sequence[Fraction], least: Sequence[int], most: Sequence[int]
) -> tuple[Fraction, ...]:
    parts = [Fraction(most[at] if part > 0 else least[at]) for at, part in enumerate(weights)]
    left -= sum(least[at] for at, part in enumerate(weights) if part <= 0)
    for at, part in enumerate(weights):
        if part <= 0:
            more = min(left, most[at] - least[at])
            parts[at] += more
            left -= more
    return tuple(parts)


def _scale(total: int | Fraction, units: Sequence[tuple[Fraction, int, int]]) -> Fraction:
    """The c for which Σ min(max(c·w, low), high) is the total: it rises in straight pieces from bend to bend."""

    def held(scale: Fraction) -> Fraction:
        return sum(
            (min(max(scale * part, Fraction(low)), Fraction(high)) for part, low, high in units), Fraction(0)
        )

    bends = sorted({bound / part for part, low, high in units for bound in (low, high)})
    at = bisect_left(bends, total, key=held)  # the first bend that holds enough
    if not bends:
        return Fraction(0)
    top = bends[min(at, len(bends) - 1)]
    bottom = bends[at - 1] if at else Fraction(0)
    rise, start = held(top) - held(bottom), held(bottom)
    return top if rise == 0 else bottom + (total - start) * (top - bottom) / rise

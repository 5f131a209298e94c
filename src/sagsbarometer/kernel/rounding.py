"""Rounding half up, once, from counts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Exact = int | Fraction | Decimal


def round_half_up(value: Exact, decimals: int = 0) -> Decimal:
    """`value` to `decimals` places, halves away from zero; exact for ints, Fractions and Decimals.

    Floats are not accepted: 0.285 as a float is less than 0.285.

    >>> round_half_up(Fraction(100 * 21, 385))
    Decimal('5')
    """
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    fraction = Fraction(value)
    scaled = abs(fraction) * 10**decimals
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    sign = -1 if fraction < 0 and whole else 1
    return Decimal(sign * whole).scaleb(-decimals)


def percent(numerator: int, denominator: int, decimals: int = 0) -> Decimal:
    """`numerator` of `denominator` as a percentage. Raises ZeroDivisionError on an empty base."""
    return round_half_up(Fraction(100 * numerator, denominator), decimals)

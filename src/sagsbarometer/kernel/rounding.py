"""Rounding half up, once, from counts."""

from __future__ import annotations

from decimal import MAX_PREC, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

Exact = int | Fraction | Decimal

_ALL_DIGITS = Context(prec=MAX_PREC)  # Python's own keeps 28


def round_half_up(value: Exact, decimals: int = 0) -> Decimal:
    """`value` to `decimals` places, halves away from zero; exact for ints, Fractions and Decimals.

    Floats are not accepted: 0.285 as a float is less than 0.285.

    >>> round_half_up(Fraction(100 * 21, 385))
    Decimal('5')
    """
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_ALL_DIGITS)
    exact = value if isinstance(value, Fraction) else Fraction(value)
    # Whole numbers from here: every fraction on the way would be made as short as it can be.
    whole, rest = divmod(abs(exact.numerator) * 10**decimals, exact.denominator)
    if 2 * rest >= exact.denominator:
        whole += 1
    sign = -1 if exact.numerator < 0 and whole else 1
    return Decimal(sign * whole).scaleb(-decimals, _ALL_DIGITS)


def percent(numerator: int, denominator: int, decimals: int = 0) -> Decimal:
    """`numerator` of `denominator` as a percentage. Raises ZeroDivisionError on an empty base."""
    return round_half_up(Fraction(100 * numerator, denominator), decimals)

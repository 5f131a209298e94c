"""Which rule of rounding a document's percentages follow, found from those that can be computed from its counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

_HALF = Fraction(1, 2)


class Rounding(StrEnum):
    """What becomes of exactly a half; everything else goes to the nearest."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    HALF_DOWN = "half_down"
    HALF_ODD = "half_odd"


def whole(value: Fraction, rule: Rounding) -> int:
    """`value`, which is not negative, as a whole number."""
    below = floor(value)
    rest = value - below
    if rest != _HALF:
        return below + (rest > _HALF)
    up = {
        Rounding.HALF_UP: True,
        Rounding.HALF_EVEN: below % 2 == 1,
        Rounding.HALF_DOWN: False,
        Rounding.HALF_ODD: below % 2 == 0,
    }
    return below + up[rule]


@dataclass(frozen=True, slots=True)
class Computable:
    """A printed whole percentage and the counts it must come from."""

    name: str
    printed: int
    numerator: int
    denominator: int

    @property
    def exact(self) -> Fraction:
        """The share in percent."""
        return Fraction(100 * self.numerator, self.denominator)

    @property
    def tie(self) -> bool:
        """Whether it is exactly a half, so that it tells the rules apart."""
        return self.exact % 1 == _HALF


@dataclass(frozen=True, slots=True)
class Fit:
    """How many of the percentages each rule gives; the ties among them."""

    cells: int
    hits: dict[Rounding, int]
    ties: tuple[Computable, ...]

    @property
    def best(self) -> tuple[Rounding, ...]:
        """The rules that give most, all of them when no tie tells them apart."""
        most = max(self.hits.values(), default=0)
        return tuple(rule for rule in Rounding if self.hits[rule] == most)


def fit(cells: Iterable[Computable]) -> Fit:
    """The fit of every rule."""
    listed = tuple(cells)
    hits = {rule: sum(whole(cell.exact, rule) == cell.printed for cell in listed) for rule in Rounding}
    return Fit(len(listed), hits, tuple(cell for cell in listed if cell.tie))

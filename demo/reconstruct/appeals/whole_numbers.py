"""Whole numbers from printed percentages, in exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple


class Outcomes(NamedTuple):
    """Cases decided on the merits, by outcome."""

    upheld: int
    remitted: int
    amended: int  # amended or annulled

    @property
    def merits(self) -> int:
        """All of them."""
        return sum(self)

    @property
    def reversed(self) -> int:
        """Those not upheld."""
        return self.remitted + self.amended


def percent(part: int, whole: int) -> int:
    """Whole percent, rounded half up once, as the documents do (published README of the annual report)."""
    return (200 * part + whole) // (2 * whole)


def tenths(part: int, whole: int) -> str:
    """Percent with one decimal, rounded as `percent`, as Danish writes it: `44,3`."""
    found = (2000 * part + whole) // (2 * whole)
    return f"{found // 10},{found % 10}"


def counts_of(printed: int, whole: int) -> range:
    """The counts of `whole` that are printed as this percentage; none when no count is (6 of 64 is 9, 7 is 11)."""
    # 100 * count / whole is at least printed - 1/2 and less than printed + 1/2.
    low = max(0, -(-(2 * printed - 1) * whole // 200))
    return range(low, min(whole, ((2 * printed + 1) * whole - 1) // 200) + 1)


def nearest(printed: Fraction, counts: Sequence[int]) -> int:
    """The count nearest a wanted number, the lower of two as near."""
    return min(counts, key=lambda count: (abs(count - printed), count))


def count_of(printed: int, whole: int) -> int:
    """The count of `whole` printed as this percentage, the nearest to it. Raises ValueError when none is."""
    return nearest(Fraction(printed * whole, 100), counts_of(printed, whole))


def outcomes_of(cases: int, printed: Outcomes, reversal: int) -> list[Outcomes]:
    """Every way to part the cases that prints these four percentages, the nearest to the print first."""
    found = list(_parted(cases, printed, reversal))
    return sorted(found, key=lambda item: (distance(item, printed), item))


def distance(counts: Outcomes, printed: Outcomes) -> Fraction:
    """The sum of squared differences between the shares and the printed percentages."""
    pairs = zip(counts, printed, strict=True)
    differences = (Fraction(100 * count, counts.merits) - share for count, share in pairs)
    return sum((item**2 for item in differences), Fraction(0))


def _parted(cases: int, printed: Outcomes, reversal: int) -> Iterator[Outcomes]:
    for upheld in counts_of(printed.upheld, cases):
        if percent(cases - upheld, cases) != reversal:
            continue
        for remitted in counts_of(printed.remitted, cases):
            amended = cases - upheld - remitted
            if amended >= 0 and percent(amended, cases) == printed.amended:
                yield Outcomes(upheld, remitted, amended)


def fit(total: int, wanted: Sequence[Fraction], low: Sequence[int], high: Sequence[int]) -> list[int]:
    """Whole numbers with the sum `total`, each within its limits, as near the wanted ones as can be.

    Near: the sum of squared differences, each over the wanted number, is the least there is; of equals the
    first places are moved. Raises ValueError when the limits leave no room for the total.
    """
    if not sum(low) <= total <= sum(high) or any(a > b for a, b in zip(low, high, strict=True)):
        raise ValueError((total, list(low), list(high)))
    numbers = [
        min(max(round(number), least), most) for number, least, most in zip(wanted, low, high, strict=True)
    ]
    # The cost is convex in each number, so the cheapest single step is always on the way to the best.
    while rest := total - sum(numbers):
        step = 1 if rest > 0 else -1
        limits = high if rest > 0 else low
        open_to = [place for place, number in enumerate(numbers) if number != limits[place]]
        numbers[min(open_to, key=lambda place: _cost(numbers[place], step, wanted[place]))] += step
    return numbers


def _cost(number: int, step: int, wanted: Fraction) -> Fraction:
    """What one step changes the squared difference by, relative to the wanted number."""
    return ((number + step - wanted) ** 2 - (number - wanted) ** 2) / max(wanted, Fraction(1))


def shared(
    total: int, weights: Sequence[Fraction], high: Sequence[int], low: Sequence[int] | None = None
) -> list[int]:
    """`total` parted in proportion to the weights, each within its limits."""
    whole = sum(weights)
    return fit(total, [total * weight / whole for weight in weights], low or [0] * len(high), high)

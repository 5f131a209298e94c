"""Printed and computed numbers with all that judging them takes: exact value, what rounding hides, and the scale."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from sagsbarometer.kernel.rounding import round_half_up

# The scale of a number written in a mapping is ANY: it is whatever it is held against.
PERCENT, RATIO, PLAIN, ANY = "percent", "ratio", "plain", "any"
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a number or a word is printed. `line` is the line (or lines) in the document's plain text, if known."""

    document: str
    place: str  # table_4_3.csv:4:reversal_pct, claims.csv:12, or a reference to a computed cell
    line: str
    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number: `exact` as printed or computed, and the range it stands for when what it was made of was rounded.

    `decimals`: of a printed number; None for a computed one. `spots`: the printed places it was made of.
    """

    exact: Fraction
    low: Fraction
    high: Fraction
    scale: str = PLAIN
    decimals: int | None = None
    spots: tuple[Spot, ...] = ()
    points: bool = False  # a difference of percentages: percentage points

    @property
    def in_percent(self) -> Number:
        """A ratio as a percentage; anything else as it is."""
        if self.scale != RATIO:
            return self
        return replace(
            self,
            exact=self.exact * 100,
            low=self.low * 100,
            high=self.high * 100,
            scale=PERCENT,
            decimals=None,
        )


@dataclass(frozen=True, slots=True)
class Words:
    """A text: a date, a period or a label."""

    text: str
    spots: tuple[Spot, ...] = ()


Value = Number | Words


class NotComputable(Exception):
    """There is no number, and it is nobody's fault: `reason` says in Danish what is missing."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def parsed(text: str) -> tuple[Fraction, int] | None:
    """The number that `text` is, with its decimals; None when it is not a number with a dot as decimal mark."""
    if not _NUMBER.fullmatch(text):
        return None
    return Fraction(text), len(text.partition(".")[2])


def printed(text: str, scale: str, rounded: bool, spots: tuple[Spot, ...] = ()) -> Number | None:
    """A printed number. With `rounded` it stands for everything that rounds to it. None when it is no number."""
    if (found := parsed(text)) is None:
        return None
    exact, decimals = found
    half = _HALF / 10**decimals if rounded else Fraction(0)
    return Number(exact, exact - half, exact + half, scale, decimals, spots)


def known(value: int | Fraction, scale: str = PLAIN, spots: tuple[Spot, ...] = ()) -> Number:
    """A number with nothing rounded in it."""
    exact = Fraction(value)
    return Number(exact, exact, exact, scale, None, spots)


def total(parts: Sequence[Number]) -> Number:
    """The sum. Raises ValueError when the parts have different scales."""
    return _combined(
        parts,
        sum(part.exact for part in parts),
        sum(part.low for part in parts),
        sum(part.high for part in parts),
    )


def difference(left: Number, right: Number) -> Number:
    """left - right; percentages give percentage points. Raises ValueError on different scales."""
    less = _combined((left, right), left.exact - right.exact, left.low - right.high, left.high - right.low)
    return replace(less, points=less.scale in (PERCENT, RATIO))


def extreme(parts: Sequence[Number], pick: Callable[[Sequence[Fraction]], Fraction]) -> Number:
    """The smallest (`pick` = min) or largest (max). Its spot is the first place that has it. ValueError: scales."""
    exact = pick([part.exact for part in parts])
    first = next(part for part in parts if part.exact == exact)
    lows, highs = pick([part.low for part in parts]), pick([part.high for part in parts])
    return replace(_combined(parts, exact, lows, highs), spots=first.spots, decimals=first.decimals)


def product(parts: Sequence[Number]) -> Number:
    """The product of plain numbers, of which one may be a percentage or a ratio. ValueError when more are."""
    scaled = [part.scale for part in parts if part.scale not in (PLAIN, ANY)]
    if len(scaled) > 1:
        raise ValueError("scales")
    low = high = exact = Fraction(1)
    for part in parts:
        exact *= part.exact
        corners = [low * part.low, low * part.high, high * part.low, high * part.high]
        low, high = min(corners), max(corners)
    return Number(exact, low, high, scaled[0] if scaled else PLAIN, None, _spots(parts))


def ratio(left: Number, right: Number, percent: bool) -> Number:
    """left / right, or 100 times that. Raises NotComputable when the base is or may be 0, ValueError on scales."""
    common_scale((left, right))
    if right.low <= 0 <= right.high:
        raise NotComputable("Nævneren er 0 eller kan være det.")
    factor = 100 if percent else 1
    corners = [top * factor / bottom for top in (left.low, left.high) for bottom in (right.low, right.high)]
    return Number(
        left.exact * factor / right.exact,
        min(corners),
        max(corners),
        PERCENT if percent else RATIO,
        None,
        _spots((left, right)),
    )


def rounded(value: Number, decimals: int) -> Number:
    """`value` rounded half up; a computed number in its own right afterwards."""
    exact = Fraction(round_half_up(value.exact, decimals))
    low, high = Fraction(round_half_up(value.low, decimals)), Fraction(round_half_up(value.high, decimals))
    return replace(value, exact=exact, low=low, high=high, decimals=decimals)


def whole_counts(percentage: int, base: int, closed: bool = False) -> range:
    """The counts of `base` whose share rounds half up to `percentage`; with `closed` both halves are allowed."""
    low = max(0, ceil(Fraction((2 * percentage - 1) * base, 200)))
    above = Fraction((2 * percentage + 1) * base, 200)
    high = floor(above) if closed else ceil(above) - 1
    return range(low, min(base, high) + 1)


def danish(value: Fraction | int, decimals: int = 2) -> str:
    """`26,3`, `1.234`, `33,33`: at most `decimals` decimals, without trailing noughts."""
    text = f"{round_half_up(value, decimals):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def spoken(value: Value) -> str:
    """A value in Danish: `31 %`, `-19 procentpoint`, `8,8`, `2022-12-15`."""
    if isinstance(value, Words):
        return value.text
    number = value.in_percent
    if number.scale != PERCENT:
        return danish(number.exact)
    return f"{danish(number.exact)} {'procentpoint' if number.points else '%'}"


def common_scale(parts: Sequence[Number]) -> str:
    """The scale of numbers that may be compared and added. Raises ValueError when they may not."""
    scales = {part.scale for part in parts} - {ANY}
    if len(scales) > 1:
        raise ValueError("scales")
    return scales.pop() if scales else ANY


def _combined(
    parts: Sequence[Number], exact: Fraction | int, low: Fraction | int, high: Fraction | int
) -> Number:
    return Number(Fraction(exact), Fraction(low), Fraction(high), common_scale(parts), None, _spots(parts))


def _spots(parts: Sequence[Number]) -> tuple[Spot, ...]:
    return tuple(dict.fromkeys(spot for part in parts for spot in part.spots))

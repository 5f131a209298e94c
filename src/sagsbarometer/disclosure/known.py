"""What somebody knows who is given what is shown: between which numbers each quantity lies.

A number that is rounded is one of those that round to it. Where the profile is told, as it is in every manifest, more
is known: under one that withholds 1 to 9, what is shown is not 1 to 9.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from sagsbarometer.disclosure.system import DAYS, DIFFERENCE, REST, UNKNOWN, Printing, Quantity, System, Unit

Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Limits:
    """What an attacker knows: between which numbers each quantity lies. `free` are those nobody was told, `open` those
    that are not known exactly. `hinted` are those of the free that are still not free to be anything: a part of a cell
    that is shown and not printed itself, such as the no of a rounded share."""

    low: Sequence[float]
    high: Sequence[float]
    free: frozenset[int]
    open: frozenset[int]
    hinted: frozenset[int] = frozenset()


class Telling:
    """How the cells of a system tell its quantities. `values`: their numbers, None where they are not known;
    `printing`: how what is at hand is shown, where a cell does not say."""

    def __init__(self, system: System, printing: Printing, values: Sequence[float | None]) -> None:
        self.system = system
        self.printing = printing
        self.values = values
        self.told_by = system.told_by()

    def limits(self, gone: Set[int] = frozenset()) -> Limits:
        """What is known when the units `gone` are withheld."""
        every = range(len(self.values))
        bare = Limits(
            [0.0] * len(self.values), [math.inf] * len(self.values), frozenset(every), frozenset(every)
        )
        return self.changed(bare, every, gone)

    def changed(self, known: Limits, touched: Iterable[int], gone: Set[int]) -> Limits:
        """The same when of the quantities `touched` the units `gone` are withheld and no others."""
        low, high = list(known.low), list(known.high)
        free, hinted = set(), set()
        of = frozenset(touched)
        for index in sorted(of):
            telling = [
                self.system.units[unit]
                for unit in self.told_by.get(index, ())
                if self.system.units[unit].fixed or not (unit in gone or self.system.units[unit].hidden)
            ]
            low[index], high[index] = self._ends(index, telling)
            if not any(self._prints(unit, index) for unit in telling):
                free.add(index)
                if telling and low[index] > 0:
                    hinted.add(index)
        exact = frozenset(index for index in of if low[index] >= high[index])
        return Limits(
            low,
            high,
            (known.free - of) | free,
            (known.open | of) - exact,
            (known.hinted - of) | hinted,
        )

    def is_narrower(self, known: Limits, before: Limits, touched: Iterable[int]) -> frozenset[int]:
        """Of the quantities `touched` those of which more is known than before."""
        return frozenset(
            index
            for index in touched
            if known.low[index] > before.low[index] or known.high[index] < before.high[index]
        )

    def _printing(self, unit: Unit) -> Printing:
        return unit.printing or self.printing

    def _prints(self, unit: Unit, index: int) -> bool:
        return not (self._printing(unit).rounding and index in unit.loose)

    def _ends(self, index: int, telling: Iterable[Unit]) -> Ends:
        """The least and the greatest that a quantity can be, as far as some cells tell it."""
        item, value = self.system.quantities[index], self.values[index]
        low, high = (-math.inf if item.kind == DIFFERENCE else 0.0), math.inf
        for unit in telling:
            how = self._printing(unit)
            if not self._prints(unit, index):
                ends = _not_printed(item, value, how)
            elif value is not None:
                ends = _printed(item, value, how)
            else:
                ends = self.system.between.get(item.key, (low, high))
            low, high = max(low, ends[0]), min(high, ends[1])
        return low, high


def _printed(item: Quantity, value: float, how: Printing) -> Ends:
    """What a printed number tells of the number itself."""
    if item.kind == DAYS:
        return value, value
    low, high = rounded_within(value, how.rounding)
    if not how.rounding or not how.least:
        return low, high
    if low <= 0:
        # Of the numbers that round to 0 all but 0 would be withheld, if 0 itself is not.
        closer = (0.0, 0.0) if _can_be_nought(item, how) else (low, high)
    else:
        closer = max(low, float(how.least)), high
    return closer if _is_withheld_below(item, how) and closer[0] <= value <= closer[1] else (low, high)


def _not_printed(item: Quantity, value: float | None, how: Printing) -> Ends:
    """What it tells of a part that is not printed that its cell is shown: it is not so small that it would not be."""
    can = not how.least or _can_be_nought(item, how) or not _is_withheld_below(item, how)
    if can or (value is not None and value < how.least):
        return 0.0, math.inf
    return float(how.least), math.inf


def _can_be_nought(item: Quantity, how: Printing) -> bool:
    return how.nought or item.kind in (UNKNOWN, REST)


def _is_withheld_below(item: Quantity, how: Printing) -> bool:
    return how.unknown or item.kind not in (UNKNOWN, REST)


def rounded_within(value: float, base: int) -> Ends:
    """The numbers that are rounded to the same as `value` is: half of `base` and more is rounded up."""
    if base < 2:
        return value, value
    shown = float(rounded_to(int(value), base))
    return max(0.0, shown - base // 2), shown + (base - 1) // 2


def rounded_to(value: int, base: int) -> int:
    """`value` to the nearest multiple of `base`, half up; as it is where `base` is 0.

    >>> [rounded_to(number, 5) for number in (11, 12, 13, 17, 18)]
    [10, 10, 15, 15, 20]
    """
    return (value + base // 2) // base * base if base > 1 else value

"""Counting with names in place of numbers: a sum that remembers what it was made of."""

from __future__ import annotations

from collections.abc import Mapping


class Tally:
    """How many times each of several things was counted: the sum of `Tally.of(3)` and twice `Tally.of(5)` has 3 once
    and 5 twice.

    It adds, subtracts and multiplies as whole numbers do, and 0 is the empty one; so whatever counts cases by adding
    can be asked which cases it counted.
    """

    __slots__ = ("times",)

    def __init__(self, times: Mapping[int, int] | None = None) -> None:
        self.times: dict[int, int] = dict(times or {})

    @classmethod
    def of(cls, name: int) -> Tally:
        """One thing, counted once."""
        return cls({name: 1})

    def __iadd__(self, other: Tally | int) -> Tally:
        # In place: a sum of many would else copy itself once for each of them.
        for name, times in _times(other).items():
            total = self.times.get(name, 0) + times
            if total:
                self.times[name] = total
            else:
                self.times.pop(name, None)
        return self

    def __add__(self, other: Tally | int) -> Tally:
        found = Tally(self.times)
        found += other
        return found

    __radd__ = __add__

    def __sub__(self, other: Tally | int) -> Tally:
        return self + -1 * (other if isinstance(other, Tally) else Tally(_times(other)))

    def __rsub__(self, other: Tally | int) -> Tally:
        return -1 * self + other

    def __mul__(self, factor: int) -> Tally:
        return Tally({name: times * factor for name, times in self.times.items() if times * factor})

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return bool(self.times)

    def __eq__(self, other: object) -> bool:
        return self.times == (other.times if isinstance(other, Tally) else {} if other == 0 else None)

    __hash__ = None  # type: ignore[assignment]  # it can grow


def _times(other: Tally | int) -> Mapping[int, int]:
    if isinstance(other, Tally):
        return other.times
    if other:
        raise TypeError("a tally and a number other than 0")
    return {}

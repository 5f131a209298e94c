"""What the dates of an unknown extract say of each other: which comes first, and whether a column of days agrees."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sagsbarometer.appeals.inspecting.columns import MOST_DAYS, UNKNOWN_DAY

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Days = npt.NDArray[np.int64]

MOST_DATES, MOST_NUMBERS = 12, 6  # columns that are held against each other


@dataclass
class Pair:
    """Two date columns in the rows that have both: how often the second is after, on and before the first, and how
    many of those before would not be with day and month of one of them exchanged.
    """

    both: int = 0
    after: int = 0
    same: int = 0
    before: int = 0
    mended: int = 0
    far: int = 0  # more than 20 years between them

    def turned(self) -> Pair:
        """The same with the second first; what would be mended is not known that way."""
        return Pair(self.both, self.before, self.same, self.after, 0, self.far)


@dataclass
class DayCount:
    """A column of whole numbers held against the days between two dates, in the rows that have all three.

    `one_off`: it counts one day more or less. Of the rows that do not agree: those that would with day and month of the
    first date, the second, or both exchanged, and the month of the first date (rightly read) in which they lie.
    """

    known: int = 0
    agree: int = 0
    one_off: int = 0
    first: int = 0
    second: int = 0
    both: int = 0
    months: Counter[tuple[int, int]] = field(default_factory=Counter)

    @property
    def swapped(self) -> int:
        """Rows that agree when day and month are exchanged."""
        return self.first + self.second + self.both

    @property
    def other(self) -> int:
        """Rows that agree neither way."""
        return self.known - self.agree - self.one_off - self.swapped

    @property
    def since(self) -> tuple[int, int] | None:
        """The month from which nearly all of the exchanged dates are; None where there are none."""
        before = 0
        for month in sorted(self.months):
            before += self.months[month]
            if before > 0.02 * self.months.total():  # a few agree by chance
                return month
        return None


@dataclass
class Between:
    """All pairs of date columns, by their places in the file, and every number column against each pair."""

    pairs: dict[tuple[int, int], Pair] = field(default_factory=dict)
    counts: dict[tuple[int, int, int], DayCount] = field(
        default_factory=dict
    )  # number, first date, second date

    def add(self, dates: dict[int, tuple[Days, Days]], numbers: dict[int, Days]) -> None:
        """Counts the rows of one batch: of each date column the days as read and as read the other way round."""
        for first in dates:
            for second in dates:
                if first == second:
                    continue
                self._pair(first, second, dates)
                for number in numbers:
                    self._count(number, first, second, dates, numbers)

    def _pair(self, first: int, second: int, dates: dict[int, tuple[Days, Days]]) -> None:
        import numpy as np

        (one, one_swapped), (two, two_swapped) = dates[first], dates[second]
        both = (one != UNKNOWN_DAY) & (two != UNKNOWN_DAY)
        days = two - one
        pair = self.pairs.setdefault((first, second), Pair())
        before = both & (days < 0)
        pair.both += int(both.sum())
        pair.after += int((both & (days > 0)).sum())
        pair.same += int((both & (days == 0)).sum())
        pair.before += int(before.sum())
        pair.far += int((both & (np.abs(days) > MOST_DAYS)).sum())
        mended = ((one_swapped != UNKNOWN_DAY) & (two >= one_swapped)) | (
            (two_swapped != UNKNOWN_DAY) & (two_swapped >= one)
        )
        pair.mended += int((before & mended).sum())

    def _count(
        self,
        number: int,
        first: int,
        second: int,
        dates: dict[int, tuple[Days, Days]],
        numbers: dict[int, Days],
    ) -> None:
        import numpy as np

        (one, one_swapped), (two, two_swapped) = dates[first], dates[second]
        said = numbers[number]
        known = (one != UNKNOWN_DAY) & (two != UNKNOWN_DAY) & (said != np.iinfo(np.int64).min)
        days = two - one
        agree = known & (days == said)
        found = self.counts.setdefault((number, first, second), DayCount())
        found.known += int(known.sum())
        found.agree += int(agree.sum())
        if 4 * found.agree < found.known:  # it is no count of these days
            return
        one_off = known & (np.abs(days - said) == 1)
        found.one_off += int(one_off.sum())
        left = known & ~agree & ~one_off
        swap_one = left & (one_swapped != UNKNOWN_DAY) & (two - one_swapped == said)
        swap_two = left & ~swap_one & (two_swapped != UNKNOWN_DAY) & (two_swapped - one == said)
        swap_both = left & ~swap_one & ~swap_two & (one_swapped != UNKNOWN_DAY) & (two_swapped != UNKNOWN_DAY)
        swap_both &= two_swapped - one_swapped == said
        found.first += int(swap_one.sum())
        found.second += int(swap_two.sum())
        found.both += int(swap_both.sum())
        right = np.concatenate([one_swapped[swap_one | swap_both], one[swap_two]])
        for day, times in zip(*(part.tolist() for part in np.unique(right, return_counts=True)), strict=True):
            month = date.fromordinal(day)
            found.months[month.year, month.month] += times

"""Moments and Danish days by the million: how far Denmark is from UTC, as a table of when that changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sagsbarometer.kernel.dates import COPENHAGEN, start_of_day

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DAY = 86_400_000_000  # microseconds
# Years of which the table is made; other moments are read one by one.
FIRST_YEAR, LAST_YEAR = 1970, 2099
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Offsets:
    """From each of `starts` on (microseconds since 1970, of a clock in Denmark) Denmark is so far ahead of UTC."""

    starts: npt.NDArray[np.int64]
    ahead: npt.NDArray[np.int64]

    def utc(self, local: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Moments in UTC of Danish times. An hour that comes twice is the first; one that never comes is an hour on."""
        import numpy as np

        moments: npt.NDArray[np.int64] = local - self.ahead[np.searchsorted(self.starts, local, side="right") - 1]
        return moments


@cache
def offsets() -> Offsets:
    """The table, found by asking the calendar for every month and, where two differ, for the second between them."""
    import numpy as np

    months = range(FIRST_YEAR * 12, (LAST_YEAR + 1) * 12 + 1)
    days = [datetime(month // 12, month % 12 + 1, 1) for month in months]  # noqa: DTZ001  a Danish clock's
    starts, ahead = [-(2**62)], [_ahead(days[0])]
    for day, after in pairwise(days):
        if _ahead(after) != _ahead(day):
            starts.append(_change(day, after))
            ahead.append(_ahead(after))
    return Offsets(np.array(starts, np.int64), np.array(ahead, np.int64))


def _ahead(local: datetime) -> int:
    found = local.replace(tzinfo=COPENHAGEN).utcoffset() or timedelta()
    return found // timedelta(microseconds=1)


def _change(early: datetime, late: datetime) -> int:
    """The second in which the offset becomes that of `late`."""
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if _ahead(middle) == _ahead(early):
            early = middle
        else:
            late = middle
    return (late.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)


def midnights(first: date, last: date) -> Callable[[Any], Any]:
    """A function from a day (an Ibis date) to the microsecond it begins in Denmark, exact for days from `first` to
    `last`; outside them to an hour.
    """
    ahead: list[tuple[date, timedelta]] = []
    day = first
    while day <= last:
        begins = start_of_day(day)
        offset = datetime(day.year, day.month, day.day, tzinfo=UTC) - begins
        if not ahead or ahead[-1][1] != offset:
            ahead.append((day, offset))
        day += timedelta(days=1)

    def midnight(value: Any) -> Any:
        import ibis

        cases = [
            (value >= ibis.literal(start), ibis.literal(offset // timedelta(microseconds=1), "int64"))
            for start, offset in reversed(ahead)
        ]
        shift = ibis.cases(*cases, else_=ibis.literal(DAY // 24, "int64")) if cases else DAY // 24
        return value.epoch_days().cast("int64") * DAY - shift

    return midnight


@cache
def microseconds() -> Any:
    """Microseconds since 1970 of a moment, of an Ibis timestamp. DuckDB's own: others go by way of the calendar."""
    import ibis

    def epoch_us(moment: Any) -> Any:
        """Not run here; the engine has it."""

    return ibis.udf.scalar.builtin(epoch_us, signature=(("timestamp",), "int64"))

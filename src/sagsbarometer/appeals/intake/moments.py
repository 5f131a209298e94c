"""Moments and Danish days by the million: how far Denmark is from UTC, as a table of when that changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sagsbarometer.kernel.dates import COPENHAGEN

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

        moments: npt.NDArray[np.int64] = (
            local - self.ahead[np.searchsorted(self.starts, local, side="right") - 1]
        )
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


def danish_clock(first: datetime, last: datetime) -> Callable[[Any], Any]:
    """A function from a moment (an Ibis timestamp) to what a clock in Denmark shows, in microseconds since 1970; exact
    for moments from `first` to `last`.
    """
    ahead = [(first, _utc_ahead(first))]
    while ahead[-1][0] < last:
        early, offset = ahead[-1]
        late = min(early + timedelta(days=30), last)
        if _utc_ahead(late) != offset:
            late = _utc_change(early, late)
        ahead.append((late, _utc_ahead(late)))
    changes = [ahead[0], *(after for before, after in pairwise(ahead) if after[1] != before[1])]

    def clock(moment: Any) -> Any:
        import ibis

        cases = [
            (moment >= ibis.literal(start, type=moment.type()), offset)
            for start, offset in reversed(changes[1:])
        ]
        shift = ibis.literal(changes[0][1], "int64")
        return microseconds()(moment) + (ibis.cases(*cases, else_=shift) if cases else shift)

    return clock


def _utc_ahead(moment: datetime) -> int:
    found = moment.astimezone(COPENHAGEN).utcoffset() or timedelta()
    return found // timedelta(microseconds=1)


def _utc_change(early: datetime, late: datetime) -> datetime:
    """The first whole second with the offset of `late`."""
    offset = _utc_ahead(late)
    early = early.replace(microsecond=0)
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) // 2).replace(microsecond=0)
        if _utc_ahead(middle) == offset:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0)


@cache
def microseconds() -> Any:
    """Microseconds since 1970 of a moment, of an Ibis timestamp. DuckDB's own: others go by way of the calendar."""
    import ibis

    def epoch_us(moment: Any) -> Any:
        """Not run here; the engine has it."""

    return ibis.udf.scalar.builtin(epoch_us, signature=(("timestamp",), "int64"))

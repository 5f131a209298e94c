"""How a reader gets on: what was handed in this week, what is left, and when it is done at that pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_WEEKS = 4  # whole weeks before this one that the pace is taken from


@dataclass(frozen=True, slots=True)
class Pace:
    """`usual`: cases a week over the last weeks in which any was handed in, 0 where none was."""

    this_week: int
    usual: int
    left: int
    due_this_week: int  # of what is left: to be in by Sunday, or too late already
    weeks: int  # at the usual pace, 0 where there is none


def pace_of(submitted: Sequence[date], due: Sequence[date | None], today: date) -> Pace:
    """The pace of a reader. `submitted`: the days cases were handed in; `due`: of each that is left its deadline."""
    monday = today - timedelta(days=today.weekday())
    sunday = monday + timedelta(days=6)
    counts = [
        sum(start <= day < start + timedelta(days=7) for day in submitted)
        for start in (monday - timedelta(weeks=week) for week in range(1, _WEEKS + 1))
    ]
    busy = [count for count in counts if count]
    usual = round(sum(busy) / len(busy)) if busy else 0
    left = len(due)
    return Pace(
        sum(monday <= day <= today for day in submitted),
        usual,
        left,
        sum(day is not None and day <= sunday for day in due),
        -(-left // usual) if usual else 0,
    )

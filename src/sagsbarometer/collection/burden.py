"""What the collection asks of each municipality: cases asked for, used and sent back, and days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sagsbarometer.collection.progress import Count, Line


@dataclass(frozen=True, slots=True)
class Times:
    """The days of one request that are known."""

    called_in: date | None = None
    delivered: date | None = None


@dataclass(frozen=True, slots=True)
class Burden:
    """One municipality. `asked` with replacements, of which `replacements`; `used` are in the study; `returned` counts
    how often a case was sent back. `days` from call-in to the last delivery, None while something is open."""

    code: str
    name: str
    asked: int
    delivered: int
    used: int
    out: int
    waiting: int
    replacements: int
    returned: int
    days: int | None

    @property
    def unused(self) -> int:
        """Cases the municipality found and sent that are not in the study and wait for nothing."""
        return self.delivered - self.used - self.waiting


def burden(
    lines: Iterable[Line],
    times: Mapping[str, Times],
    replacements: Mapping[str, int],
    returned: Mapping[str, int],
) -> list[Burden]:
    """One row a municipality that was asked, by code. A case sent back twice counts twice."""
    rows = []
    for line in lines:
        counted: Count = line.count
        if not counted.asked and not counted.delivered:
            continue
        known = times.get(line.code, Times())
        days = None
        if not counted.open and known.called_in and known.delivered:
            days = (known.delivered - known.called_in).days
        rows.append(
            Burden(
                line.code,
                line.name,
                counted.asked,
                counted.delivered,
                counted.in_,
                counted.out,
                counted.waiting,
                replacements.get(line.code, 0),
                returned.get(line.code, 0),
                days,
            )
        )
    return rows

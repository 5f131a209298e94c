"""The latest day of an extract that can be believed: the day it was taken, at the earliest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sagsbarometer.appeals.inspecting.cells import cells, look, whole
from sagsbarometer.appeals.inspecting.columns import ColumnProfile
from sagsbarometer.appeals.inspecting.inspection import Inspection, month_first
from sagsbarometer.appeals.inspecting.roles import Roles
from sagsbarometer.kernel.ids import shown

FAR = 60  # days after every date of the other columns: no extract lies that still


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest day that can be believed (None where the file has none), how many cells are later, and what is to be
    said of it.
    """

    day: date | None
    later: int = 0
    note: str = ""


def latest_of(inspection: Inspection, roles: Roles) -> Latest:
    """Of the columns of dates the latest day, unless one column goes far beyond all others."""
    ends = sorted(
        (
            (profile.last_day, index)
            for index, profile in enumerate(inspection.profiles)
            if profile.kind in ("date", "moment") and profile.last_day is not None
        ),
        reverse=True,
    )
    if not ends:
        return Latest(None)
    last, place = ends[0]
    name = shown(inspection.profiles[place].name)
    if len(ends) > 1 and last - ends[1][0] > FAR:
        limit = ends[1][0] + FAR
        found = list(_days(inspection.profiles[place]))
        day = max((day for day, _ in found if day <= limit), default=ends[1][0])
        beyond = [(day, count) for day, count in found if day > limit]
        # Decisions may well be made long after the last receipt; one that no other is near is hardly one of them.
        alone = place == roles.columns.get("received_on") or min(beyond, default=(last, 0))[0] - day > FAR
        if not alone:
            return Latest(date.fromordinal(last))
        later = sum(count for _, count in beyond) or 1
        note = (
            f"{name} går til {date.fromordinal(last)}, {whole(last - ends[1][0])} dage efter den seneste dato i enhver "
            f"anden kolonne: {cells(later)} er nok forkerte, måske med dag og måned byttet om, og ikke regnet med her."
        )
        return Latest(date.fromordinal(max(day, ends[1][0])), later, note)
    decided = roles.columns.get("decided_on")
    if place == roles.columns.get("received_on") and decided is not None:
        until = inspection.profiles[decided].last_day
        if until is not None and until < last:
            note = (
                f"Datoen er en modtagelse ({name}) efter hver afgørelse; den sidste afgørelse er fra "
                f"{date.fromordinal(until)}. Se efter, om den er rigtig, eller dag og måned er byttet om."
            )
            return Latest(date.fromordinal(last), 0, note)
    return Latest(date.fromordinal(last))


def _days(profile: ColumnProfile) -> Iterator[tuple[int, int]]:
    """The days of a column, as its dates are mostly written, with how many cells have each."""
    for text, count in profile.counts.items():
        seen = look(text)
        if seen.odd or not seen.form:
            continue
        first, other = seen.day, seen.swapped
        if month_first(profile) and seen.form in ("year_last", "short_year"):
            first, other = other, first
        if (day := first if first is not None else other) is not None:
            yield day, count


def no_days(profile: ColumnProfile) -> list[str]:
    """The texts of a column that are days only for want of a better: 9999-12-31, 1900-01-01."""
    return [text for text in profile.counts if look(text).odd in ("never", "zero_day")]

"""The revision triangle of a figure: each period as it was known on several days, and how far it moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from fractions import Fraction

from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.layout_schema import ColumnFile, PeriodFile, RowFile, TableFile
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.periods import Grain, Period, every
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import Cell

GRAINS: Mapping[str, Grain] = {"year": Grain.YEAR, "quarter": Grain.QUARTER, "month": Grain.MONTH}
MOST_DAYS = 60
# Months since the period ended: from each of these, to the next.
AGES = (0, 3, 6, 12, 24)


@dataclass(frozen=True, slots=True)
class Known:
    """A figure of a period as it was known on a day. The period was over by then."""

    period: Period
    day: date
    cell: Cell

    @property
    def age(self) -> int:
        """Whole months since the period ended."""
        # From the day after, so that the last of a month to the last of the next is a month.
        begun, day = (date.fromordinal(day.toordinal() + 1) for day in (self.period.last, self.day))
        return 12 * (day.year - begun.year) + day.month - begun.month - (day.day < begun.day)

    @property
    def exact(self) -> Fraction | None:
        """The number, percentages from their counts; None where there is none."""
        cell = self.cell
        if cell.unit == "percent":
            return Fraction(100 * cell.numerator, cell.denominator) if cell.denominator else None
        return None if cell.value is None else Fraction(cell.value)


@dataclass(frozen=True, slots=True)
class Triangle:
    """One figure of one group ("" for all cases): its periods, the days it is seen on, and what was known."""

    group: str
    periods: tuple[Period, ...]
    days: tuple[date, ...]
    known: Mapping[tuple[str, date], Known]

    def at(self, period: Period, day: date) -> Known | None:
        """What was known of a period on a day; None where it was not over, or there was no number."""
        found = self.known.get((period.id, day))
        return found if found is not None and found.exact is not None else None

    def latest(self, period: Period) -> Known | None:
        """What is known of a period on the last day."""
        return self.at(period, self.days[-1])

    def revision(self, known: Known) -> Fraction | None:
        """What was added to the figure since: the latest less what was known."""
        latest = self.latest(known.period)
        return (
            None
            if latest is None or latest.exact is None or known.exact is None
            else latest.exact - known.exact
        )


@dataclass(frozen=True, slots=True)
class AgeRevision:
    """How far figures of one age lie from what is known now: on average without sign and with it, over so many."""

    from_months: int
    to_months: int | None  # None: and older
    figures: int
    absolute: Fraction
    bias: Fraction


def triangle_layout(layout: Layout, measure: str, by: str, grain: str) -> Layout:
    """The layout with one table alone: the measure in every period the register has, of all cases and by `by`.

    Raises Faults LAYOUT-126 with every reason it cannot be made.
    """
    problems = list(_faults(layout, measure, by, grain))
    if problems:
        raise Faults(problems)
    alone = layout.measures[measure].per  # counted for one group at a time: there is no number of all
    rows = [] if alone else [RowFile(label={"da": "Alle"})]
    table = TableFile(
        id="triangle",
        title={"da": "Trekant"},
        stub={"da": "Gruppe"},
        periods=[PeriodFile.model_validate({"every": grain, "first": "register", "last": "as_of"})],
        columns=[ColumnFile(measure=measure, each="period")],
        rows=[*rows, *([RowFile(each=by)] if by else [])],
    )
    return replace(layout, tables=(table,), figures=(), texts=(), made_for={})


def _faults(layout: Layout, measure: str, by: str, grain: str) -> Iterator[Problem]:
    found = layout.measures.get(measure)
    if found is None:
        fault = f"Målet {shown(measure)} findes ikke."
        close = get_close_matches(measure, list(layout.measures), n=1)
        remedy = f"Mente du {close[0]}?" if close else "appeals measures viser dem, der er."
        yield Problem("LAYOUT-126", Place("MÅL"), fault, remedy)
    if by and by not in layout.groupings:
        fault = f"Grupperingen {shown(by)} findes ikke."
        yield Problem(
            "LAYOUT-126", Place("--by"), fault, f"Skriv en af: {', '.join(sorted(layout.groupings))}."
        )
    if found is not None and found.per and found.per != by:
        fault = f"Målet {shown(measure)} tælles for én gruppe ad gangen."
        yield Problem("LAYOUT-126", Place("--by"), fault, f"Skriv --by {found.per}.")
    if grain not in GRAINS:
        fault = f"{shown(grain)} er ingen slags perioder."
        yield Problem("LAYOUT-126", Place("--every"), fault, f"Skriv en af: {', '.join(GRAINS)}.")


def ends(grain: Grain, first: date, last: date) -> tuple[date, ...]:
    """The last day of each year, quarter or month that ended from `first` to `last`, and `last` itself."""
    found = [period.last for period in every(grain, first, last) if first <= period.last <= last]
    return tuple(dict.fromkeys([*found, last]))


def by_age(triangles: Iterable[Triangle]) -> tuple[AgeRevision, ...]:
    """How far figures lay from what is known now, by how long the period had been over. The last day is left out: it is
    what the others are held against."""
    found: dict[int, list[Fraction]] = {start: [] for start in AGES}
    for triangle in triangles:
        for known in triangle.known.values():
            moved = triangle.revision(known)
            if known.day < triangle.days[-1] and moved is not None:
                found[max(start for start in AGES if start <= known.age)].append(moved)
    limits: Sequence[int | None] = [*AGES[1:], None]
    return tuple(
        AgeRevision(
            start,
            end,
            len(moved),
            Fraction(sum(map(abs, moved)), len(moved)),
            Fraction(sum(moved), len(moved)),
        )
        for (start, moved), end in zip(found.items(), limits, strict=True)
        if moved
    )

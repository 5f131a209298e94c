"""The round before beside this one in statistical tables: which number belongs to which place, and how they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sagsbarometer.kernel.periods import Period, parse_period
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import WITHHELD, Cell
from sagsbarometer.measures.grid import Grid, GridRow, Place
from sagsbarometer.measures.measure import Break
from sagsbarometer.reporting.binding.grids import LABEL, shown_cells
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import TableCell
from sagsbarometer.reporting.numbers import exact_percent, exact_time, missing, number_words, whole
from sagsbarometer.reporting.tables.before import OTHERWISE, is_otherwise
from sagsbarometer.reporting.tables.breaks import break_words, day_of
from sagsbarometer.reporting.words import period_words, say

TIMES = ("days", "weeks")  # formats of places that print a time
BROKEN = "‡"  # beside a number of the round before that was counted on the other side of a break
_LEAP = 3  # days that two periods as long may differ by: leap days, and months of other lengths
_EXACT = 6  # decimals of what a spreadsheet rounds itself


@dataclass(frozen=True, slots=True)
class Then:
    """The same place in the round before. `breaks`: what lies between the two periods, so that they do not count the
    same cases."""

    place: Place
    now: Cell
    cell: Cell
    breaks: tuple[Break, ...] = ()

    @property
    def mark(self) -> str:
        """The sign that a note explains, where the two cannot simply be compared."""
        return OTHERWISE if is_otherwise(self.now, self.cell) else BROKEN if self.breaks else ""


Places = Mapping[tuple[str, int], Then]  # by the id of the row and the number of the column


def earlier_places(edition: Edition, grid: Grid) -> Places:
    """The places of the table that the round before has a number for.

    A number is found by its measure, group and period. Where the round before has another period in the same place of
    the same table, as long as this one's, it is that number: last year's table beside this year's.
    """
    before = edition.before
    if before is None:
        return {}
    found: dict[tuple[str, int], Then] = {}
    for row in grid.rows:
        for number, place in enumerate(row.places):
            then = _same(before, place) or _alike(before, grid, row, number)
            if place is None or then is None:
                continue
            if (now := shown_cells(edition, place)) and (cells := shown_cells(before, then)):
                found[row.id, number] = Then(then, now[0], cells[0], _between(row, now[0], cells[0]))
    return found


def as_then(before: Edition, grid: Grid) -> Grid:
    """The table with the words that the round before has for its groups."""
    other = before.grid(grid.id)
    return replace(grid, labels={**grid.labels, **other.labels}) if other else grid


def _same(before: Edition, place: Place | None) -> Place | None:
    """The place itself, where the round before has its numbers."""
    return place if place and all(before.has_cell(ref) for ref in place.refs) else None


def _alike(before: Edition, grid: Grid, row: GridRow, number: int) -> Place | None:
    """The place of the same row and column in that round's table, where it shows the same of another period."""
    place, other = row.places[number], before.grid(grid.id)
    if other is None or place is None:
        return None
    column = grid.columns[number].id
    index = next((at for at, item in enumerate(other.columns) if item.id == column), -1)
    there = next((item for item in other.rows if item.id == row.id), None)
    then = _same(before, there.places[index] if there and 0 <= index < len(there.places) else None)
    if then is None or (then.format, then.top) != (place.format, place.top):
        return None
    return then if len(then.refs) == len(place.refs) and all(map(_follows, place.refs, then.refs)) else None


def _follows(now: str, then: str) -> bool:
    """Whether two keys are of the same measure and group, in periods that are as long."""
    of, period = _parted(now)
    of_then, period_then = _parted(then)
    if of != of_then or period is None or period_then is None:
        return False
    return period.grain is period_then.grain and abs(_days(period) - _days(period_then)) <= _LEAP


def _parted(ref: str) -> tuple[tuple[str, ...], Period | None]:
    *of, period = (*ref.split("|"), "", "", "")[:4]
    try:
        return tuple(of), parse_period(period)
    except ValueError:
        return tuple(of), None


def _days(period: Period) -> int:
    return (period.last - period.first).days


def _between(row: GridRow, now: Cell, then: Cell) -> tuple[Break, ...]:
    """The breaks that come after the first day of the earlier period and not after the last of the later."""
    if now.period == then.period:
        return ()
    earlier, later = sorted(
        (parse_period(now.period), parse_period(then.period)), key=lambda period: period.first
    )
    first, last = earlier.first.isoformat(), later.last.isoformat()
    return tuple(item for item in row.breaks if item.kind != "same_content" and first < item.date <= last)


def apart(then: Then) -> Fraction | None:
    """How much the number has changed since, exactly. None where one of the two is withheld, and where they cannot be
    taken from each other: words, other definitions, no value, and counts that are only the least they can be."""
    now, cell, form = then.now, then.cell, then.place.format
    if form == LABEL or is_otherwise(now, cell) or now.unit != cell.unit:
        return None
    if missing(now) or missing(cell) or (then.place.top and _topic(now) != _topic(cell)):
        return None
    if form == "percent":
        return exact_percent(now) - exact_percent(cell)
    if form in TIMES:
        time, before = exact_time(now), exact_time(cell)
        return None if time is None or before is None else time - before
    return None if now.unknown or cell.unknown else Fraction(whole(now) - whole(cell))


def change(then: Then, language: str) -> TableCell:
    """The change with its sign: `+2 pp`, `−12`, `+1,5 uger`; `[c]` where one of the two is withheld, and empty where
    there is none to tell."""
    form, found = then.place.format, apart(then)
    if found is None:
        gone = (
            form != LABEL and not is_otherwise(then.now, then.cell) and (then.now.hidden or then.cell.hidden)
        )
        return TableCell(WITHHELD if gone else "")
    if form == "percent":
        return _signed(found, f" {say(language, 'number.pp')}", language)
    if form in TIMES:
        return _signed(found, f" {say(language, f'many.{form}')}", language, 1)
    return _signed(found, "", language)


def _topic(cell: Cell) -> tuple[str, str]:
    return cell.result, cell.row


def _signed(apart: Fraction, unit: str, language: str, decimals: int = 0) -> TableCell:
    value = round_half_up(apart, decimals)
    number = "#,##0" if not decimals else "0.0"
    form = ";".join(f'{sign}{number}"{unit}"' if unit else f"{sign}{number}" for sign in ("+", "-", '"±"'))
    text = f"{'+' if value > 0 else '' if value else '±'}{number_words(language, value)}{unit}"
    return TableCell(text, round_half_up(apart, _EXACT), format=form)


def earlier_notes(edition: Edition, grid: Grid, places: Places) -> Iterator[str]:
    """What a reader must know of the numbers of the round before under those of this one; nothing where there is no
    such round."""
    before, language = edition.before, edition.language
    if before is None:
        return
    day = say(language, "before.day", day=before.data_day) if before.data_day else ""
    if not places:
        yield say(language, "before.grid_none", title=before.title, day=day)
        return
    yield say(language, "before.grid", title=before.title, day=day)
    yield from _of_periods(edition, tuple(places.values()))
    told = [item for item in places.values() if is_otherwise(item.now, item.cell)]
    if told:
        yield say(language, "before.otherwise", sign=OTHERWISE)
    yield from _of_breaks(edition, grid, places)
    if not edition.complete:
        yield say(language, "before.grid_untested")


def _of_periods(edition: Edition, places: Sequence[Then]) -> Iterator[str]:
    language = edition.language
    pairs = dict.fromkeys((item.now.period, item.cell.period) for item in places)
    if any(now == then and now for now, then in pairs):
        yield say(language, "before.grid_same")
    apart = [(now, then) for now, then in pairs if now != then]
    if apart:
        told = ", ".join(
            say(
                language,
                "before.grid_pair",
                now=period_words(language, now),
                then=period_words(language, then),
            )
            for now, then in apart
        )
        yield say(language, "before.grid_periods", pairs=told)
    counts = [item for item in places if item.place.format == "count" and not item.now.hidden]
    if any(item.now.unknown or item.cell.unknown for item in counts):
        yield say(language, "before.grid_least")


def _of_breaks(edition: Edition, grid: Grid, places: Places) -> Iterator[str]:
    """Each break that lies between two numbers side by side: its day, its rows, and what it did."""
    language = edition.language
    rows: dict[str, dict[str, None]] = {}
    for row in grid.rows:
        for number, _ in enumerate(row.places):
            then = places.get((row.id, number))
            for item in then.breaks if then and then.mark == BROKEN else ():
                what = say(
                    language,
                    "before.grid_break_at",
                    day=day_of(item, language),
                    words=", ".join(break_words(item, language)),
                )
                rows.setdefault(what, {}).setdefault(edition.words(row.label))
    for what, labels in rows.items():
        yield say(language, "before.grid_break", sign=BROKEN, what=what, rows=", ".join(labels))

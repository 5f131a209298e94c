"""A statistical table as it is printed, and as data: one builder for the page, the PDF, the workbook and CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import WITHHELD, Cell
from sagsbarometer.measures.grid import Grid, GridColumn, GridRow, Place
from sagsbarometer.reporting.binding.grids import LABEL, grid_caption, grid_stem, place_label, shown_cells
from sagsbarometer.reporting.binding.inline import kept_together, note_words
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Column, Earlier, RowKind, Table, TableCell
from sagsbarometer.reporting.numbers import (
    DASH,
    bound_limits,
    exact_percent,
    exact_time,
    missing,
    number_words,
    rounded_time,
    whole,
)
from sagsbarometer.reporting.tables.before import BEFORE_KEY
from sagsbarometer.reporting.tables.before_grid import (
    TIMES,
    Places,
    as_then,
    change,
    earlier_notes,
    earlier_places,
)
from sagsbarometer.reporting.tables.table import FEW, few_note, is_few, unit_words
from sagsbarometer.reporting.words import say

_STUB_WEIGHT = 3.6
_MANY_ROWS = 5  # with as many unknown in each of them, it is one and the same cases


def grid_table(edition: Edition, grid: Grid) -> Table:
    """The table as it is printed.

    Raises KeyError when the results lack one of its numbers, Faults for what its note binds.
    """
    stub = Column(edition.words(grid.stub), weight=_STUB_WEIGHT)
    unplaced = tuple(_unplaced(edition, grid, number) for number, _ in enumerate(grid.columns))
    then = earlier_places(edition, grid)
    rows = tuple(_row(edition, grid, row, unplaced, then) for row in grid.rows)
    stem = grid_stem(grid)
    return Table(
        kept_together(grid_caption(edition, grid)),
        (stub, *(_column(edition, column) for column in grid.columns)),
        rows,
        (
            *read_grid_notes(edition, grid),
            *_unplaced_note(edition, unplaced),
            *_notes(edition, grid, rows, then),
            *earlier_notes(edition, grid, then),
            _source(edition),
        ),
        grid=grid.id,
        kinds=tuple(_kinds(grid)),
        files=(
            (say(edition.language, "grid.get"), f"{stem}.csv"),
            (say(edition.language, "grid.get_cells"), f"{stem}_celler.csv"),
        ),
    )


def read_grid_notes(edition: Edition, grid: Grid) -> tuple[str, ...]:
    """The table's own notes, a line each, with their bound numbers printed. Raises Faults when one holds others."""
    lines = [line.strip() for line in edition.words(grid.note).splitlines()]
    return tuple(note_words(edition, line, f"layoutet, {grid.id}, note") for line in lines if line)


def _column(edition: Edition, column: GridColumn) -> Column:
    return Column(edition.words(column.label), "count", group=edition.words(column.group))


def _kinds(grid: Grid) -> Iterator[RowKind]:
    """What each row is to the others; one with parts right under it is a group."""
    for row, after in zip(grid.rows, (*grid.rows[1:], None), strict=True):
        if row.is_heading:
            yield RowKind.HEADING
        elif row.level == 0:
            yield RowKind.TOTAL
        elif row.level > 1:
            yield RowKind.PART
        else:
            yield RowKind.GROUP if after and after.level > 1 and not after.is_heading else RowKind.PLAIN


def _unplaced(edition: Edition, grid: Grid, column: int) -> int:
    """How many cases may belong to any row of a column, because nobody registered to which: as many in every row.
    Nought where that is not how they are unknown."""
    places = [row.places[column] for row in grid.rows if row.places]
    counted = [
        cell for place in places if place and place.format == "count" for cell in shown_cells(edition, place)
    ]
    counted = [cell for cell in counted if not cell.hidden]
    unknown = {cell.unknown for cell in counted if cell.unit != "percent"}
    return unknown.pop() if len(unknown) == 1 and len(counted) >= _MANY_ROWS else 0


def _row(
    edition: Edition, grid: Grid, row: GridRow, unplaced: Sequence[int], then: Places
) -> tuple[TableCell, ...]:
    head = TableCell(kept_together(edition.words(row.label)), danish=edition.in_danish(row.label))
    if row.is_heading:
        return (head, *(TableCell("") for _ in grid.columns))
    cells = [
        _with_earlier(
            edition, grid, row, column, _printed(edition, grid, row, place, column, known), at, then
        )
        for at, (place, column, known) in enumerate(zip(row.places, grid.columns, unplaced, strict=True))
    ]
    return (head, *_across(cells))


def _with_earlier(
    edition: Edition, grid: Grid, row: GridRow, column: GridColumn, cell: TableCell, at: int, then: Places
) -> TableCell:
    """The number with that of the round before under it, and the change; as it is where that round has no number of
    the table."""
    if not then or row.places[at] is None:
        return cell
    lead, found = say(edition.language, "before.lead"), then.get((row.id, at))
    if found is None or edition.before is None:
        return replace(cell, earlier=Earlier(lead, TableCell(DASH), TableCell("")))
    number = _number(edition.before, as_then(edition.before, grid), row, found.place, column, 0)
    number = replace(
        number,
        mark=found.mark or number.mark,
        ref="" if number.words else f"{BEFORE_KEY}{found.cell.ref}",
    )
    return replace(cell, earlier=Earlier(lead, number, change(found, edition.language)))


def _printed(
    edition: Edition, grid: Grid, row: GridRow, place: Place | None, column: GridColumn, unplaced: int
) -> TableCell:
    cells = shown_cells(edition, place) if place else ()
    if place is None or not cells:
        return TableCell(DASH)
    return replace(_number(edition, grid, row, place, column, unplaced), ref=cells[0].ref)


def _number(
    edition: Edition, grid: Grid, row: GridRow, place: Place, column: GridColumn, unplaced: int
) -> TableCell:
    cell = shown_cells(edition, place)[0]
    if cell.hidden:
        return TableCell(WITHHELD)
    if place.format == LABEL:
        return TableCell(place_label(edition, grid, place), words=True)
    if place.format == "percent":
        sign = say(edition.language, "number.percent_sign")
        return _share(edition, cell, "" if _says_percent(edition, grid, column) else sign)
    if place.format in TIMES:
        said = _says_unit(edition, grid, row, column, place.format)
        return _time(edition, cell, "" if said else f" {unit_words(edition.language, place.format)}")
    return _count(edition, cell, unplaced)


def _says_unit(edition: Edition, grid: Grid, row: GridRow, column: GridColumn, unit: str) -> bool:
    """Whether the head, the row or the title tells that the number is in weeks, or in days."""
    words = (column.label, column.group, row.label, grid.title)
    return any(unit_words(edition.language, unit) in edition.words(text).lower() for text in words)


def _time(edition: Edition, cell: Cell, unit: str) -> TableCell:
    """A time; of those that are known where some are not, with its limits under it where it has any."""
    value, exact = rounded_time(cell), exact_time(cell)
    if value is None or exact is None:
        return TableCell(DASH)
    language = edition.language
    limits = bound_limits(cell, language) if cell.unknown else ""
    if cell.unknown and not limits:
        key = "grid.unknown_one" if cell.unknown == 1 else "grid.unknown_many"
        limits = say(language, key, number=number_words(language, cell.unknown))
    mark = FEW if is_few(edition, cell) else ""
    words = f"{unit}{mark}{f' ({limits})' if limits else ''}"
    number = "0" if value == value.to_integral_value() and cell.unit == "days" else "0.0"
    form = f'{number}"{words}"' if words else number
    text = f"{number_words(language, value)}{unit}"
    return TableCell(text, round_half_up(exact, 6), format=form, mark=mark, under=limits)


def _says_percent(edition: Edition, grid: Grid, column: GridColumn) -> bool:
    """Whether a head tells that the numbers under it are percentages: the column's own, or the table's."""
    percent = unit_words(edition.language, "percent")
    if percent in f"{edition.words(column.label)} {edition.words(column.group)}".lower():
        return True
    formats = {place.format for row in grid.rows for place in row.places if place}
    return formats == {"percent"} and percent in edition.words(grid.title).lower()


def _count(edition: Edition, cell: Cell, unplaced: int) -> TableCell:
    """A number of cases; where some are unknown it is the fewest, with the most it can be under it. What is unknown of
    every row alike is told in a note."""
    count, language = whole(cell), edition.language
    text = number_words(language, count)
    most = most_of(cell)
    high = None if most is None else Decimal(most)
    if most is None or cell.unknown == unplaced:
        return TableCell(text, count, high, format="#,##0")
    under = f"{say(language, 'grid.at_most')} {number_words(language, most)}"
    return TableCell(text, count, high, format="#,##0", under=under)


def most_of(cell: Cell) -> int | None:
    """The most a count can be, where it is the fewest; None where it is the one it can be."""
    if cell.hidden or not cell.unknown or cell.unit == "percent":
        return None
    return whole(cell) + cell.unknown


def _share(edition: Edition, cell: Cell, sign: str) -> TableCell:
    """A percentage; where some are unknown it is of the known, with its limits under it."""
    if missing(cell):
        return TableCell(DASH)
    # The exact share, shown without decimals: a reader of the workbook can count on.
    exact = exact_percent(cell)
    limits = bound_limits(cell, edition.language) if cell.unknown else ""
    mark = FEW if is_few(edition, cell) else ""
    words = f"{sign}{mark}{f' ({limits})' if limits else ''}"
    text = f"{number_words(edition.language, round_half_up(exact))}{sign}"
    return TableCell(
        text, round_half_up(exact, 6), format=f'0"{words}"' if words else "0", mark=mark, under=limits
    )


def _across(cells: Sequence[TableCell]) -> Iterator[TableCell]:
    """Words that are the same in neighbouring columns stand once, across them."""
    index = 0
    while index < len(cells):
        cell, run = cells[index], 1
        if cell.words:
            while index + run < len(cells) and replace(cells[index + run], ref=cell.ref) == cell:
                run += 1
        yield replace(cell, span=run)
        yield from (replace(cell, span=0) for _ in range(run - 1))
        index += run


def _unplaced_note(edition: Edition, unplaced: Sequence[int]) -> list[str]:
    language = edition.language
    numbers = sorted({number for number in unplaced if number})
    told = f" {say(language, 'word.or')} ".join(number_words(language, number) for number in numbers)
    return [say(language, "grid.unplaced_note", number=told)] if told else []


def _notes(edition: Edition, grid: Grid, rows: Sequence[Sequence[TableCell]], then: Places) -> list[str]:
    """What the signs of the table mean; nothing about those it does not use."""
    shown = [(place.format, cell) for row in grid.rows for place in row.places if place
             for cell in shown_cells(edition, place)]  # fmt: skip
    shown += [(item.place.format, item.cell) for item in then.values()]
    body = [cell for row in rows for cell in row[1:]]
    body += [cell.earlier.number for cell in body if cell.earlier]
    notes: list[str] = []
    language = edition.language
    if any(form == "percent" and is_few(edition, cell) for form, cell in shown):
        notes.append(few_note(edition))
    if any(form in TIMES and is_few(edition, cell) for form, cell in shown):
        notes.append(say(language, "table.few_time", sign=FEW, few=edition.few_cases))
    if any(cell.under.startswith(say(language, "grid.at_most")) for cell in body):
        notes.append(say(language, "grid.most_note"))
    seen = [(form, cell) for form, cell in shown if not cell.hidden]
    if any(form == "percent" and cell.unknown and bound_limits(cell) for form, cell in seen):
        notes.append(say(language, "grid.share_note"))
    if any(form in TIMES and cell.unknown for form, cell in seen):
        notes.append(say(language, "grid.time_note"))
    if any(cell.text == DASH for cell in body):
        notes.append(say(language, "grid.dash_note", dash=DASH))
    if any(cell.hidden for _, cell in shown):
        notes.append(say(language, "number.withheld_note"))
    return notes


def _source(edition: Edition) -> str:
    return f"{edition.status}. {edition.source_line}" if edition.status else edition.source_line

"""A statistical table as it is printed, and as data: one builder for the page, the PDF, the workbook and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import WITHHELD, Cell
from sagsbarometer.measures.grid import Grid, GridColumn, GridRow, Place
from sagsbarometer.reporting.binding.grids import LABEL, grid_caption, grid_stem, place_label, shown_cells
from sagsbarometer.reporting.binding.inline import kept_together, note_words
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Column, RowKind, Table, TableCell
from sagsbarometer.reporting.numbers import (
    DASH,
    bound_limits,
    exact_percent,
    exact_time,
    missing,
    number_words,
    rounded_percent,
    rounded_time,
    whole,
)
from sagsbarometer.reporting.tables.table import FEW, few_note, is_few, safe, unit_words
from sagsbarometer.reporting.words import say

TIMES = ("days", "weeks")  # formats of places that print a time
_STUB_WEIGHT = 3.6
_MANY_ROWS = 5  # with as many unknown in each of them, it is one and the same cases


def grid_table(edition: Edition, grid: Grid) -> Table:
    """The table as it is printed.

    Raises KeyError when the results lack one of its numbers, Faults for what its note binds.
    """
    stub = Column(edition.words(grid.stub), weight=_STUB_WEIGHT)
    unplaced = tuple(_unplaced(edition, grid, number) for number, _ in enumerate(grid.columns))
    rows = tuple(_row(edition, grid, row, unplaced) for row in grid.rows)
    stem = grid_stem(grid)
    return Table(
        kept_together(grid_caption(edition, grid)),
        (stub, *(_column(edition, column) for column in grid.columns)),
        rows,
        (
            *read_grid_notes(edition, grid),
            *_unplaced_note(edition, unplaced),
            *_notes(edition, grid, rows),
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


def _row(edition: Edition, grid: Grid, row: GridRow, unplaced: Sequence[int]) -> tuple[TableCell, ...]:
    head = TableCell(kept_together(edition.words(row.label)))
    if row.is_heading:
        return (head, *(TableCell("") for _ in grid.columns))
    cells = [
        _printed(edition, grid, row, place, column, number)
        for place, column, number in zip(row.places, grid.columns, unplaced, strict=True)
    ]
    return (head, *_across(cells))


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
    most = _most(cell)
    high = None if most is None else Decimal(most)
    if most is None or cell.unknown == unplaced:
        return TableCell(text, count, high, format="#,##0")
    under = f"{say(language, 'grid.at_most')} {number_words(language, most)}"
    return TableCell(text, count, high, format="#,##0", under=under)


def _most(cell: Cell) -> int | None:
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


def _notes(edition: Edition, grid: Grid, rows: Sequence[Sequence[TableCell]]) -> list[str]:
    """What the signs of the table mean; nothing about those it does not use."""
    shown = [(place.format, cell) for row in grid.rows for place in row.places if place
             for cell in shown_cells(edition, place)]  # fmt: skip
    body = [cell for row in rows for cell in row[1:]]
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


def _tail(edition: Edition) -> tuple[str, str, str]:
    """What must be known of a row of data wherever it goes."""
    return edition.data_date, edition.status, edition.origin_label


_TAIL = ("datadato", "status", "oprindelse")


def grid_csv(edition: Edition, grid: Grid) -> str:
    """The table as printed, for machines: UTF-8 with commas and a header row; no thousands marks or signs, nothing
    where a dash is printed, and percentages as they are rounded. After a column with a count that is the fewest it can
    be stands one with the most."""
    heads = [
        f"{edition.words(column.group)} {edition.words(column.label)}".strip() for column in grid.columns
    ]
    rows = [row.places or (None,) * len(grid.columns) for row in grid.rows]
    most = [[_most_at(edition, place) for place in places] for places in rows]
    bounded = [any(line[number] for line in most) for number in range(len(heads))]

    def spread(line: Sequence[str], beside: Sequence[str]) -> Iterator[str]:
        for own, high, two in zip(line, beside, bounded, strict=True):
            yield from (own, own if own == WITHHELD else high) if two else (own,)

    table = [
        [
            edition.words(grid.stub) or say(edition.language, "grid.row"),
            *spread(heads, [f"{head}{say(edition.language, 'table.most')}" for head in heads]),
            *_TAIL,
        ]
    ]
    for row, places, high in zip(grid.rows, rows, most, strict=True):
        printed = [_plain(edition, grid, place) for place in places]
        table.append([edition.words(row.label), *spread(printed, high), *_tail(edition)])
    return _csv(table)


def _most_at(edition: Edition, place: Place | None) -> str:
    """The most that a count can be, as plain text; empty where it is no count or has no such bound."""
    cells = shown_cells(edition, place) if place and place.format == "count" else ()
    most = _most(cells[0]) if cells else None
    return "" if most is None else str(most)


def _plain(edition: Edition, grid: Grid, place: Place | None) -> str:
    cells = shown_cells(edition, place) if place else ()
    if place is None or not cells:
        return ""
    if cells[0].hidden:
        return WITHHELD
    if place.format == LABEL:
        return place_label(edition, grid, place)
    if place.format == "percent":
        share = rounded_percent(cells[0])
        return "" if share is None else str(share)
    if place.format in TIMES:
        value = rounded_time(cells[0])
        return "" if value is None else str(value)
    return str(whole(cells[0]))


_CELLS = (
    "tabel",
    "raekke_id",
    "raekke",
    "kolonne_id",
    "kolonne",
    "maal_id",
    "gruppe",
    "periode",
    "taeller",
    "kendt",
    "ukendt",
    "resultat",
    "enhed",
    "graense_nedre",
    "graense_oevre",
    "faa_sager",
    "definition",
)


def grid_cells_csv(edition: Edition, grid: Grid) -> str:
    """Every number behind the table, a row each: UTF-8 with commas, a dot as decimal mark and a header row."""
    table: list[list[object]] = [[*_CELLS, *_TAIL]]
    for row in grid.rows:
        for place, column in zip(row.places, grid.columns, strict=False):
            head = f"{edition.words(column.group)} {edition.words(column.label)}".strip()
            for ref in place.refs if place else ():
                cell = edition.cell(ref)
                at = (grid.number or grid.id, row.id, edition.words(row.label), column.id, head)
                table.append([*at, *_cell(edition, cell), *_tail(edition)])
    return _csv(table)


def _cell(edition: Edition, cell: Cell) -> tuple[object, ...]:
    counts: tuple[object, ...] = (cell.numerator, cell.denominator, cell.unknown, cell.value)
    bounds: tuple[object, ...] = (cell.bound_low, cell.bound_high)
    if cell.hidden:
        counts, bounds = (WITHHELD,) * len(counts), (WITHHELD,) * len(bounds)
    return (
        cell.result,
        cell.row,
        cell.period,
        *counts,
        unit_words(edition.language, cell.unit),
        *bounds,
        say(edition.language, "word.yes") if is_few(edition, cell) else "",
        cell.definition,
    )


def _csv(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([safe(item) for item in row] for row in rows)
    return out.getvalue()

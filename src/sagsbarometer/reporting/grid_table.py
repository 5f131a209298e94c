"""A statistical table as it is printed, and as data: one builder for the page, the PDF, the workbook and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.grid import Grid, GridColumn, GridRow, Place
from sagsbarometer.reporting.contract import DRAFT, Edition
from sagsbarometer.reporting.document import Column, RowKind, Table, TableCell
from sagsbarometer.reporting.grids import LABEL, grid_caption, grid_stem, place_label, shown_cells
from sagsbarometer.reporting.inline import kept_together, note_words
from sagsbarometer.reporting.numbers import (
    DASH,
    bound_limits,
    danish,
    exact_percent,
    exact_time,
    missing,
    rounded_percent,
    rounded_time,
    whole,
)
from sagsbarometer.reporting.table import FEW, MOST, UNIT_DA, few_note, is_few, safe

TIMES = ("days", "weeks")  # formats of places that print a time
_MOST = "højst"
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
            *_unplaced_note(unplaced),
            *_notes(edition, grid, rows),
            _source(edition),
        ),
        grid=grid.id,
        kinds=tuple(_kinds(grid)),
        files=(("Hent tabellen (CSV)", f"{stem}.csv"), ("Hent tallene bag (CSV)", f"{stem}_celler.csv")),
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
    if place.format == LABEL:
        return TableCell(place_label(edition, grid, place), words=True)
    if place.format == "percent":
        return _share(edition, cells[0], "" if _says_percent(edition, grid, column) else " %")
    if place.format in TIMES:
        said = _says_unit(edition, grid, row, column, place.format)
        return _time(edition, cells[0], "" if said else f" {UNIT_DA[place.format]}")
    return _count(cells[0], unplaced)


def _says_unit(edition: Edition, grid: Grid, row: GridRow, column: GridColumn, unit: str) -> bool:
    """Whether the head, the row or the title tells that the number is in weeks, or in days."""
    words = (column.label, column.group, row.label, grid.title)
    return any(UNIT_DA[unit] in edition.words(text).lower() for text in words)


def _time(edition: Edition, cell: Cell, unit: str) -> TableCell:
    """A time; of those that are known where some are not, with its limits under it where it has any."""
    value, exact = rounded_time(cell), exact_time(cell)
    if value is None or exact is None:
        return TableCell(DASH)
    limits = bound_limits(cell) if cell.unknown else ""
    if cell.unknown and not limits:
        limits = f"{danish(cell.unknown)} {'ukendt' if cell.unknown == 1 else 'ukendte'}"
    mark = FEW if is_few(edition, cell) else ""
    words = f"{unit}{mark}{f' ({limits})' if limits else ''}"
    number = "0" if value == value.to_integral_value() and cell.unit == "days" else "0.0"
    form = f'{number}"{words}"' if words else number
    return TableCell(f"{danish(value)}{unit}", round_half_up(exact, 6), format=form, mark=mark, under=limits)


def _says_percent(edition: Edition, grid: Grid, column: GridColumn) -> bool:
    """Whether a head tells that the numbers under it are percentages: the column's own, or the table's."""
    if "procent" in f"{edition.words(column.label)} {edition.words(column.group)}".lower():
        return True
    formats = {place.format for row in grid.rows for place in row.places if place}
    return formats == {"percent"} and "procent" in edition.words(grid.title).lower()


def _count(cell: Cell, unplaced: int) -> TableCell:
    """A number of cases; where some are unknown it is the fewest, with the most it can be under it. What is unknown of
    every row alike is told in a note."""
    count = whole(cell)
    most = _most(cell)
    high = None if most is None else Decimal(most)
    if most is None or cell.unknown == unplaced:
        return TableCell(danish(count), count, high, format="#,##0")
    return TableCell(danish(count), count, high, format="#,##0", under=f"{_MOST} {danish(most)}")


def _most(cell: Cell) -> int | None:
    """The most a count can be, where it is the fewest; None where it is the one it can be."""
    return whole(cell) + cell.unknown if cell.unknown and cell.unit != "percent" else None


def _share(edition: Edition, cell: Cell, sign: str) -> TableCell:
    """A percentage; where some are unknown it is of the known, with its limits under it."""
    if missing(cell):
        return TableCell(DASH)
    # The exact share, shown without decimals: a reader of the workbook can count on.
    exact = exact_percent(cell)
    limits = bound_limits(cell) if cell.unknown else ""
    mark = FEW if is_few(edition, cell) else ""
    words = f"{sign}{mark}{f' ({limits})' if limits else ''}"
    text = f"{danish(round_half_up(exact))}{sign}"
    return TableCell(
        text, round_half_up(exact, 6), format=f'0"{words}"' if words else "0", mark=mark, under=limits
    )


def _across(cells: Sequence[TableCell]) -> Iterator[TableCell]:
    """Words that are the same in neighbouring columns stand once, across them."""
    index = 0
    while index < len(cells):
        cell, run = cells[index], 1
        if cell.words:
            while index + run < len(cells) and cells[index + run] == cell:
                run += 1
        yield replace(cell, span=run)
        yield from (replace(cell, span=0) for _ in range(run - 1))
        index += run


def _unplaced_note(unplaced: Sequence[int]) -> list[str]:
    told = " eller ".join(danish(number) for number in sorted({number for number in unplaced if number}))
    if not told:
        return []
    return [
        f"I {told} sager er det ikke registreret, hvilken række de hører til. De er ikke talt med, så hvert antal er "
        "det mindste, det kan være."
    ]


def _notes(edition: Edition, grid: Grid, rows: Sequence[Sequence[TableCell]]) -> list[str]:
    """What the signs of the table mean; nothing about those it does not use."""
    shown = [(place.format, cell) for row in grid.rows for place in row.places if place
             for cell in shown_cells(edition, place)]  # fmt: skip
    body = [cell for row in rows for cell in row[1:]]
    notes: list[str] = []
    if any(form == "percent" and is_few(edition, cell) for form, cell in shown):
        notes.append(few_note(edition))
    if any(form in TIMES and is_few(edition, cell) for form, cell in shown):
        notes.append(f"{FEW} ved en tid: Den er regnet af færre end {edition.few_cases} sager.")
    if any(cell.under.startswith(_MOST) for cell in body):
        notes.append(
            "Hvor der står »højst«, er antallet det mindste, det kan være: I nogle sager er det ikke registreret, og "
            "de kan høre til her."
        )
    if any(form == "percent" and cell.unknown and bound_limits(cell) for form, cell in shown):
        notes.append(
            "Hvor der står to tal under en procent, er den regnet af de sager, hvor det er registreret. De to tal er "
            "det mindste og det højeste, den kan være, når alle sager regnes med, også dem, hvor det ikke er "
            "registreret, om de hører til i rækken."
        )
    if any(form in TIMES and cell.unknown for form, cell in shown):
        notes.append(
            "En tid er regnet af de sager, hvor den er kendt. Under den står, hvad den ville være, hvis alle ukendte "
            "tider var de korteste, og hvis de var de længste; eller, hvor der ingen grænse er, hvor mange sager der "
            "har en ukendt tid."
        )
    if any(cell.text == DASH for cell in body):
        notes.append(
            f"{DASH} betyder, at der ikke er noget tal, for eksempel fordi loven ikke gjaldt, eller fordi der ingen "
            "sager er."
        )
    return notes


def _source(edition: Edition) -> str:
    return f"{DRAFT}. {edition.source_line}" if edition.draft else edition.source_line


def _tail(edition: Edition) -> tuple[str, str, str]:
    """What must be known of a row of data wherever it goes."""
    return edition.data_date, DRAFT if edition.draft else "", edition.origin_label


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
            yield from (own, high) if two else (own,)

    table = [
        [edition.words(grid.stub) or "række", *spread(heads, [f"{head}{MOST}" for head in heads]), *_TAIL]
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
    return (
        cell.result,
        cell.row,
        cell.period,
        cell.numerator,
        cell.denominator,
        cell.unknown,
        cell.value,
        UNIT_DA.get(cell.unit, cell.unit),
        cell.bound_low,
        cell.bound_high,
        "ja" if is_few(edition, cell) else "",
        cell.definition,
    )


def _csv(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([safe(item) for item in row] for row in rows)
    return out.getvalue()

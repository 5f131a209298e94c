"""A statistical table's places: what stands where, and what it is called."""

from __future__ import annotations

from sagsbarometer.kernel.ids import ascii_id
from sagsbarometer.measures.cells import WITHHELD, Cell
from sagsbarometer.measures.grid import Grid, Place
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.numbers import whole
from sagsbarometer.reporting.words import say

LABEL = "label"  # the format of a place that prints words


def grid_caption(edition: Edition, grid: Grid) -> str:
    """`Tabel 4.2: Afgjorte sager efter lovområde`, or the title alone."""
    title = edition.words(grid.title)
    return say(edition.language, "grid.caption", number=grid.number, title=title) if grid.number else title


def grid_stem(grid: Grid) -> str:
    """`tabeller/tabel_4_2`, for files."""
    return f"tabeller/tabel_{ascii_id(grid.number)}" if grid.number else f"tabeller/{ascii_id(grid.id)}"


def place_at(grid: Grid, row: str, column: str) -> Place | None:
    """The place where a row and a column meet, None where nothing is printed. Raises KeyError for unknown ids."""
    places = {item.id: item.places for item in grid.rows}[row]
    index = {item.id: index for index, item in enumerate(grid.columns)}[column]
    return places[index] if index < len(places) else None  # a heading has no places


def shown_cells(edition: Edition, place: Place) -> tuple[Cell, ...]:
    """The cells a place shows: its own; or the largest of several, more than one where they are as large, and none
    where the largest is nought. Where some of several are withheld, nobody may know which is the largest: then one of
    those. Raises KeyError when the results lack one of them."""
    cells = tuple(edition.cell(ref) for ref in place.refs)
    if not place.top:
        return cells
    if gone := [cell for cell in cells if cell.hidden]:
        return (gone[0],)
    most = max((whole(cell) for cell in cells), default=0)
    return tuple(cell for cell in cells if most and whole(cell) == most)


def place_label(edition: Edition, grid: Grid, place: Place) -> str:
    """The words of the cells a place shows, from the groupings that the table has words for; `[c]` where they would
    tell something of a number that is withheld."""
    cells = shown_cells(edition, place)
    if any(cell.hidden for cell in cells):
        return WITHHELD
    return f" {say(edition.language, 'word.and')} ".join(_words(edition, grid, cell) for cell in cells)


def _words(edition: Edition, grid: Grid, cell: Cell) -> str:
    labels = [grid.labels[group] for group in cell.row.split(";") if group in grid.labels]
    return ", ".join(edition.words(label) for label in labels) or cell.row


def missing_refs(edition: Edition, grid: Grid) -> tuple[str, ...]:
    """The keys of the table that the results have no number for, in reading order."""
    refs = [ref for row in grid.rows for place in row.places if place for ref in place.refs]
    return tuple(dict.fromkeys(ref for ref in refs if not edition.has_cell(ref)))

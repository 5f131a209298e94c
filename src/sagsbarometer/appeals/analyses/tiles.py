"""A map of tiles read from a file: which authority stands where."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from sagsbarometer.kernel.ids import municipality_code, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem

FILE = "tile_map.csv"
_COLUMNS = ("code", "name", "short", "column", "row")
_MOST_COLUMNS, _MOST_ROWS, _MOST_BYTES = 20, 60, 1_000_000
_LONGEST_SHORT = 6


@dataclass(frozen=True, slots=True)
class Tile:
    """Where an authority stands, and what it is called there. Columns count from the left and rows from the top, both
    from 0."""

    id: str
    name: str
    short: str
    column: int
    row: int


def read_tiles(path: Path) -> tuple[Tile, ...]:
    """The tiles in the order of the file: CSV in UTF-8 with the columns code, name, short, column and row.

    Raises Faults FORSKEL-105 with every line that does not fit: a missing value, a code or a place taken twice, a
    column or row that is no number, or too many of them to be drawn.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError
        text = path.read_bytes().decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (OSError, ValueError, csv.Error):
        raise Faults([_fault(path, None, "Filen kan ikke læses som CSV i UTF-8.")]) from None
    if not lines or tuple(lines[0]) != _COLUMNS:
        raise Faults([_fault(path, 1, f"Første linje skal være {','.join(_COLUMNS)}.")])
    tiles: list[Tile] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines[1:], start=2):
        tile, why = _tile(line, tiles)
        if tile is None:
            problems.append(_fault(path, number, why))
        else:
            tiles.append(tile)
    if not tiles and not problems:
        problems.append(_fault(path, None, "Filen har ingen fliser."))
    if problems:
        raise Faults(problems)
    return tuple(tiles)


def _tile(line: list[str], before: list[Tile]) -> tuple[Tile | None, str]:
    if len(line) != len(_COLUMNS) or not all(cell.strip() for cell in line):
        return None, "Linjen mangler en værdi."
    code, name, short, column, row = (cell.strip() for cell in line)
    if len(short) > _LONGEST_SHORT:
        return None, f"Det korte navn {shown(short)} er længere end {_LONGEST_SHORT} tegn."
    places = [
        int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1 for text in (column, row)
    ]
    if not 0 <= places[0] < _MOST_COLUMNS or not 0 <= places[1] < _MOST_ROWS:
        return None, f"column er 0-{_MOST_COLUMNS - 1} og row 0-{_MOST_ROWS - 1}."
    tile = Tile(municipality_code(code), name, short, *places)
    if any(other.id == tile.id for other in before):
        return None, f"Koden {shown(code)} findes to gange."
    if taken := [other for other in before if (other.column, other.row) == (tile.column, tile.row)]:
        return None, f"Pladsen er taget af {shown(taken[0].id)}."
    return tile, ""


def _fault(path: Path, line: int | None, fault: str) -> Problem:
    remedy = "Se docs/myndigheder.md om kort af fliser."
    return Problem("FORSKEL-105", Place(path.name, line), fault, remedy)

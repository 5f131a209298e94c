"""A statistical table as JSON-stat 2.0: one dataset with its rows and columns as dimensions.

The format: https://json-stat.org/full/.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.grid import Grid, GridRow, Place
from sagsbarometer.reporting.binding.grids import LABEL, grid_caption, place_label, shown_cells
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.numbers import missing
from sagsbarometer.reporting.tables.grid_table import read_grid_notes
from sagsbarometer.reporting.tables.table import is_few, unit_words
from sagsbarometer.reporting.words import say

# What a place without a number, or with more to it than the number, is marked as.
_STATUS = {
    "-": "no_number",
    "0": "no_cases",
    "?": "not_registered",
    "†": "few",
    "c": "withheld",
    "ord": "words",
}
DECIMALS = {"cases": 0, "municipalities": 0}


def grid_jsonstat(edition: Edition, grid: Grid) -> bytes:
    """The dataset in UTF-8; the same bytes for the same table.

    Dimensions are `row` and `column`, with the words of the table; rows that only are headings are left out. `value`
    has the exact numbers, row by row, and null where there is none; `status` says why, by the place of the value;
    `extension` has definitions, data date, origin and what the numbers do not say. Raises KeyError when the results
    lack one of its numbers.
    """
    rows = tuple(row for row in grid.rows if not row.is_heading)
    places = [(row, place) for row in rows for place in _padded(row, len(grid.columns))]
    measures = dict.fromkeys(ref.partition("|")[0] for _, place in places if place for ref in place.refs)
    more = _more(edition, grid, [place for _, place in places])
    dataset: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": grid_caption(edition, grid),
        "source": edition.publisher,
        **({"updated": edition.data_date} if edition.data_date else {}),
        "note": [note for note in (*of_all(edition), *read_grid_notes(edition, grid)) if note],
        "id": ["row", "column"],
        "size": [len(rows), len(grid.columns)],
        "dimension": {
            "row": dimension(
                edition.words(grid.stub) or say(edition.language, "jsonstat.row"),
                [(row.id, edition.words(row.label)) for row in rows],
            ),
            "column": _columns(edition, grid, rows),
        },
        "value": [_value(edition, place) for _, place in places],
        "status": dict(_statuses(edition, [place for _, place in places])),
        "extension": {
            "table": grid.id,
            "number": grid.number,
            "data_date": edition.data_date,
            "origin": edition.origin,
            "origin_label": edition.origin_label,
            "draft": edition.status,
            "generalisable": _one(edition, places, "generalisable"),
            "why_not": _one(edition, places, "why_not"),
            "few_cases": edition.few_cases,
            "status": statuses(edition),
            **more,
            "definitions": {id: definition(edition, id) for id in measures},
        },
    }
    return (json.dumps(dataset, ensure_ascii=False, indent=1) + "\n").encode()


def _padded(row: GridRow, columns: int) -> tuple[Place | None, ...]:
    return (*row.places, *(None for _ in range(columns - len(row.places))))


def statuses(edition: Edition) -> dict[str, str]:
    """What each mark of a place means, in the language of the edition."""
    return {mark: say(edition.language, f"jsonstat.{key}") for mark, key in _STATUS.items()}


def of_all(edition: Edition) -> tuple[str, ...]:
    """What must be known of every number of the edition."""
    return edition.mark, edition.selection, edition.lacking


def dimension(label: str, categories: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """A dimension with its categories, each an id and its words, in their order."""
    return {
        "label": label,
        "category": {"index": [id for id, _ in categories], "label": dict(categories)},
    }


def _columns(edition: Edition, grid: Grid, rows: Sequence[GridRow]) -> dict[str, Any]:
    """The columns; with the unit of each whose numbers all have one."""
    labels = [
        (column.id, f"{edition.words(column.group)} {edition.words(column.label)}".strip() or column.id)
        for column in grid.columns
    ]
    found = dimension(say(edition.language, "jsonstat.columns"), labels)
    units = {}
    for index, column in enumerate(grid.columns):
        places = [_padded(row, len(grid.columns))[index] for row in rows]
        told = {
            edition.cell(place.refs[0]).unit
            for place in places
            if place and place.refs and place.format != LABEL
        }
        if len(told) == 1:
            unit = told.pop()
            units[column.id] = {
                "label": unit_words(edition.language, unit),
                "decimals": DECIMALS.get(unit, 1),
            }
    if units:
        found["category"]["unit"] = units
    return found


def _shown(edition: Edition, place: Place | None) -> Cell | None:
    """The cell whose number a place shows; None where it shows words, or nothing."""
    if place is None or place.format == LABEL:
        return None
    return next(iter(shown_cells(edition, place)), None)


def _value(edition: Edition, place: Place | None) -> int | float | None:
    return value_of(_shown(edition, place))


def value_of(cell: Cell | None) -> int | float | None:
    """The number of a cell, None where there is none or it is withheld."""
    if cell is None or cell.value is None or cell.hidden or missing(cell):
        return None
    return int(cell.value) if cell.unit in DECIMALS else float(cell.value)


def status_of(edition: Edition, cell: Cell | None) -> str:
    """What is to be known of the place of a cell, as one of `statuses`; "" where there is nothing to tell."""
    if cell is None:
        return "-"
    if cell.hidden:
        return "c"
    if cell.value is None or missing(cell):
        return "0"
    return "?" if cell.unknown else "†" if is_few(edition, cell) else ""


def _statuses(edition: Edition, places: Sequence[Place | None]) -> Iterator[tuple[str, str]]:
    for index, place in enumerate(places):
        cell = _shown(edition, place)
        if place is not None and any(item.hidden for item in shown_cells(edition, place)):
            yield str(index), "c"
        elif place is not None and place.format == LABEL:
            yield str(index), "ord"
        elif status := status_of(edition, cell):
            yield str(index), status


def _more(edition: Edition, grid: Grid, places: Sequence[Place | None]) -> dict[str, Any]:
    """What there is to tell of single values, by their place: the counts behind them, their bounds, and words."""
    counts: dict[str, list[int]] = {}
    unknown: dict[str, int] = {}
    bounds: dict[str, list[float]] = {}
    words: dict[str, str] = {}
    for index, place in enumerate(places):
        cell = _shown(edition, place)
        if place is not None and place.format == LABEL:
            words[str(index)] = place_label(edition, grid, place)
        if cell is not None and not cell.hidden:
            if cell.unit not in DECIMALS:
                counts[str(index)] = [cell.numerator, cell.denominator]
            if cell.unknown:
                unknown[str(index)] = cell.unknown
            if cell.unknown and cell.bound_low is not None and cell.bound_high is not None:
                bounds[str(index)] = [float(cell.bound_low), float(cell.bound_high)]
    told = {"counts": counts, "unknown": unknown, "bounds": bounds, "words": words}
    return {name: values for name, values in told.items() if values}


def _one(edition: Edition, places: Sequence[tuple[GridRow, Place | None]], name: str) -> str:
    """What all cells of a table say of themselves; "" where they do not say the same."""
    cells = [edition.cell(ref) for _, place in places if place for ref in place.refs]
    told = {edition.why_not(cell) if name == "why_not" else getattr(cell, name) for cell in cells}
    return str(told.pop()) if len(told) == 1 else ""


def definition(edition: Edition, id: str) -> dict[str, str]:
    """What a measure is; empty where the edition has no such measure."""
    measure = edition.measure(id)
    if measure is None:
        return {}
    return {
        "label": edition.words(measure.label),
        "base_label": edition.words(measure.base_label),
        "base": measure.base_text,
        "counts": measure.counts_text,
        "kind": measure.kind.value,
        "date": measure.date,
        "source": measure.source,
        "hash": measure.hash,
    }

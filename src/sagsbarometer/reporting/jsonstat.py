"""A statistical table as JSON-stat 2.0: one dataset with its rows and columns as dimensions.

The format: https://json-stat.org/full/.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.grid import Grid, GridRow, Place
from sagsbarometer.reporting.contract import DRAFT, Edition
from sagsbarometer.reporting.grid_table import read_grid_notes
from sagsbarometer.reporting.grids import LABEL, grid_caption, place_label, shown_cells
from sagsbarometer.reporting.numbers import missing
from sagsbarometer.reporting.table import UNIT_DA, is_few

# What a place without a number, or with more to it than the number, is marked as.
STATUS = {
    "-": "Der er intet tal, for eksempel fordi loven ikke gjaldt.",
    "0": "Der er ingen sager at regne af.",
    "?": "I nogle sager er det ikke registreret; »unknown« siger hvor mange, og »bounds« hvad tallet kan være.",
    "†": "Få sager.",
    "ord": "Stedet har ord, ikke et tal; de står i »words«.",
}
_DECIMALS = {"cases": 0, "municipalities": 0}


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
        "source": edition.source.removeprefix("Kilde: "),
        **({"updated": edition.data_date} if edition.data_date else {}),
        "note": [note for note in (*_of_all(edition), *read_grid_notes(edition, grid)) if note],
        "id": ["row", "column"],
        "size": [len(rows), len(grid.columns)],
        "dimension": {
            "row": _dimension(
                edition.words(grid.stub) or "Række", [(row.id, edition.words(row.label)) for row in rows]
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
            "draft": DRAFT if edition.draft else "",
            "generalisable": _one(edition, places, "generalisable"),
            "why_not": _one(edition, places, "why_not"),
            "few_cases": edition.few_cases,
            "status": STATUS,
            **more,
            "definitions": {id: _definition(edition, id) for id in measures},
        },
    }
    return (json.dumps(dataset, ensure_ascii=False, indent=1) + "\n").encode()


def _padded(row: GridRow, columns: int) -> tuple[Place | None, ...]:
    return (*row.places, *(None for _ in range(columns - len(row.places))))


def _of_all(edition: Edition) -> tuple[str, ...]:
    """What must be known of every number of the edition."""
    return edition.mark, edition.selection, edition.lacking


def _dimension(label: str, categories: Sequence[tuple[str, str]]) -> dict[str, Any]:
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
    found = _dimension("Kolonne", labels)
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
            units[column.id] = {"label": UNIT_DA.get(unit, unit), "decimals": _DECIMALS.get(unit, 1)}
    if units:
        found["category"]["unit"] = units
    return found


def _shown(edition: Edition, place: Place | None) -> Cell | None:
    """The cell whose number a place shows; None where it shows words, or nothing."""
    if place is None or place.format == LABEL:
        return None
    return next(iter(shown_cells(edition, place)), None)


def _value(edition: Edition, place: Place | None) -> int | float | None:
    cell = _shown(edition, place)
    if cell is None or cell.value is None or missing(cell):
        return None
    return int(cell.value) if cell.unit in _DECIMALS else float(cell.value)


def _statuses(edition: Edition, places: Sequence[Place | None]) -> Iterator[tuple[str, str]]:
    for index, place in enumerate(places):
        cell = _shown(edition, place)
        if place is not None and place.format == LABEL:
            yield str(index), "ord"
        elif cell is None:
            yield str(index), "-"
        elif cell.value is None or missing(cell):
            yield str(index), "0"
        elif cell.unknown:
            yield str(index), "?"
        elif is_few(edition, cell):
            yield str(index), "†"


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
        if cell is not None:
            if cell.unit not in _DECIMALS:
                counts[str(index)] = [cell.numerator, cell.denominator]
            if cell.unknown:
                unknown[str(index)] = cell.unknown
            if cell.unknown and cell.bound_low is not None and cell.bound_high is not None:
                bounds[str(index)] = [float(cell.bound_low), float(cell.bound_high)]
    told = {"counts": counts, "unknown": unknown, "bounds": bounds, "words": words}
    return {name: values for name, values in told.items() if values}


def _one(edition: Edition, places: Sequence[tuple[GridRow, Place | None]], name: str) -> str:
    """What all cells of a table say of themselves; "" where they do not say the same."""
    told = {getattr(edition.cell(ref), name) for _, place in places if place for ref in place.refs}
    return str(told.pop()) if len(told) == 1 else ""


def _definition(edition: Edition, id: str) -> dict[str, str]:
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

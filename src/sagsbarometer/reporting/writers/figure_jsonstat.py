"""A figure's numbers as JSON-stat 2.0: its rows and its parts as dimensions. The format: https://json-stat.org/full/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.charts.figure import figure_notes
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.tables.table import caption, row_label, unit_words
from sagsbarometer.reporting.words import say
from sagsbarometer.reporting.writers.jsonstat import (
    DECIMALS,
    definition,
    dimension,
    of_all,
    status_of,
    statuses,
    value_of,
)

_WHOLE = "total"  # the column of a row's whole, and of a row that has no parts
_TOLD = ("generalisable", "why_not", "interval_method")


def figure_jsonstat(edition: Edition, figure: Figure) -> bytes:
    """The dataset in UTF-8; the same bytes for the same figure.

    Dimensions are `row` (a row of the figure, or a measure told beside it) and `part`. `value` has the exact numbers
    row by row, null where there is none, with the reason in `status`; `extension` has counts, unknown, intervals,
    bounds, cell keys, definitions, data date and origin. Raises KeyError when the results lack one of its numbers.
    """
    rows = list(_rows(edition, figure))
    parts = _parts(edition, figure, rows)
    places = [cells.get(part) for _, _, cells in rows for part, _ in parts]
    shown = [cell for cell in places if cell is not None]
    dataset: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": caption(edition, figure),
        "source": edition.publisher,
        **({"updated": edition.data_date} if edition.data_date else {}),
        "note": [note for note in (*of_all(edition), *figure_notes(edition, figure)) if note],
        "id": ["row", "part"],
        "size": [len(rows), len(parts)],
        "dimension": {
            "row": dimension(_said(edition, "row"), [(id, label) for id, label, _ in rows]),
            "part": dimension(_said(edition, "part"), parts),
        },
        "value": [value_of(cell) for cell in places],
        "status": {
            str(index): status for index, cell in enumerate(places) if (status := status_of(edition, cell))
        },
        "extension": {
            "figure": figure.id,
            "number": figure.number,
            "kind": figure.kind,
            "data_date": edition.data_date,
            "origin": edition.origin,
            "origin_label": edition.origin_label,
            "draft": edition.status,
            "may_be_generalised": figure.generalisable,
            "why_not": edition.words(figure.why_not),
            "few_cases": edition.few_cases,
            "status": statuses(edition),
            "cells": {str(index): cell.ref for index, cell in enumerate(places) if cell is not None},
            "units": {
                str(index): unit_words(edition.language, cell.unit)
                for index, cell in enumerate(places)
                if cell is not None
            },
            **_more(edition, places),
            "definitions": {
                id: definition(edition, id) for id in dict.fromkeys(cell.result for cell in shown)
            },
        },
    }
    return (json.dumps(dataset, ensure_ascii=False, indent=1) + "\n").encode()


def _rows(edition: Edition, figure: Figure) -> Iterator[tuple[str, str, dict[str, Cell]]]:
    """Each row with its words and its cells by part; then what is told beside."""
    taken = {row.id for row in figure.rows}
    for row in figure.rows:
        cells = {part or _WHOLE: edition.cell(ref) for part, ref in row.cells.items()}
        if row.total:
            cells = {_WHOLE: edition.cell(row.total)} | cells
        yield row.id, row_label(edition, row), cells
    for ref in figure.also:
        measure = edition.measure(ref)
        id = f"also:{ref}" if ref in taken else ref
        yield id, edition.words(measure.label) if measure else ref, {_WHOLE: edition.cell(ref)}


def _parts(
    edition: Edition, figure: Figure, rows: list[tuple[str, str, dict[str, Cell]]]
) -> list[tuple[str, str]]:
    words = {part.id: edition.words(part.label) for part in figure.parts}
    asked = dict.fromkeys(part for _, _, cells in rows for part in cells)
    first = [(_WHOLE, _said(edition, "total" if words else "result"))] if _WHOLE in asked else []
    rest = dict.fromkeys(part for part in (*words, *asked) if part in asked and part != _WHOLE)
    return [*first, *((part, words.get(part, part)) for part in rest)]


def _said(edition: Edition, name: str) -> str:
    return say(edition.language, f"jsonstat.{name}")


def _more(edition: Edition, places: list[Cell | None]) -> dict[str, Any]:
    """What there is to tell of single values, by their place."""
    told: dict[str, dict[str, Any]] = {
        name: {} for name in ("counts", "unknown", "intervals", "bounds", *_TOLD)
    }
    for index, cell in enumerate(places):
        if cell is None:
            continue
        key = str(index)
        said = (cell.generalisable, edition.why_not(cell), cell.interval_method)
        for name, text in zip(_TOLD, said, strict=True):
            if text:
                told[name][key] = text
        if cell.hidden:
            continue
        if cell.unit not in DECIMALS:
            told["counts"][key] = [cell.numerator, cell.denominator]
        if cell.unknown:
            told["unknown"][key] = cell.unknown
        if cell.low is not None and cell.high is not None:
            told["intervals"][key] = [float(cell.low), float(cell.high)]
        if cell.unknown and cell.bound_low is not None and cell.bound_high is not None:
            told["bounds"][key] = [float(cell.bound_low), float(cell.bound_high)]
    return {name: values for name, values in told.items() if values}

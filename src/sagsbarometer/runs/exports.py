"""What a results folder has for other programs: cells as Parquet, and each table as JSON-stat."""

from __future__ import annotations

from sagsbarometer.reporting.contract import DRAFT, Edition
from sagsbarometer.reporting.grids import grid_stem
from sagsbarometer.reporting.jsonstat import grid_jsonstat
from sagsbarometer.store.export import cells_parquet


def exports(edition: Edition) -> dict[str, bytes]:
    """`cells.parquet`, and beside each table's CSV the same as JSON-stat; the same bytes for the same numbers."""
    about = {
        "title": edition.title,
        "data_date": edition.data_date,
        "origin": edition.origin,
        "status": DRAFT if edition.draft else "",
        "program": f"sagsbarometer {edition.version}",
    }
    return {
        "cells.parquet": cells_parquet(edition.results, about),
        **{f"{grid_stem(grid)}.json": grid_jsonstat(edition, grid) for grid in edition.grids},
    }

"""What a results folder has for other programs: its cells as Parquet."""

from __future__ import annotations

from sagsbarometer.reporting.contract import Edition
from sagsbarometer.store.export import cells_parquet


def exports(edition: Edition) -> dict[str, bytes]:
    """`cells.parquet`; the same bytes for the same numbers."""
    about = {
        "title": edition.title,
        "data_date": edition.data_date,
        "origin": edition.origin,
        "status": edition.status,
        "program": f"sagsbarometer {edition.version}",
    }
    return {"cells.parquet": cells_parquet(edition.results, about)}

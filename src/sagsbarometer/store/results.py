"""A results folder on disk, read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import ResultSet, read_csv
from sagsbarometer.store.dataset import read_rows

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Results:
    """What a run left: its cells with their manifest, its definitions and its frozen rows."""

    folder: Path
    results: ResultSet
    definitions: dict[str, dict[str, Any]]

    def rows(self) -> list[dict[str, Any]]:
        """The frozen rows the cells were counted from."""
        return read_rows(self.folder / "dataset" / "rows.parquet")


def load_results(folder: Path) -> Results:
    """The results in a folder. Raises Faults RESULTAT-101 (no results) or RESULTAT-102 (another version)."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or manifest.get("schema_version") != SCHEMA_VERSION:
            fault = "Resultaterne er skrevet af en anden udgave af programmet."
            raise Faults([Problem("RESULTAT-102", Place(str(folder)), fault, "Kør study run igen.")])
        cells = read_csv((folder / "cells.csv").read_text(encoding="utf-8"))
        definitions = json.loads((folder / "definitions.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        fault = "Mappen har ingen resultater, der kan læses."
        remedy = "Angiv den mappe, som study run skrev til (--out)."
        raise Faults([Problem("RESULTAT-101", Place(str(folder)), fault, remedy)]) from error
    return Results(folder, ResultSet(cells, manifest), definitions)

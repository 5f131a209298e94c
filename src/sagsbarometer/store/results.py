"""A results folder on disk, read back."""

from __future__ import annotations

import csv
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
        """The frozen rows the cells were counted from. Raises Faults RESULTAT-101."""
        try:
            rows = read_rows(self.folder / "dataset" / "rows.parquet")
        except (OSError, ValueError) as error:  # what pyarrow raises is one or the other
            raise unreadable(self.folder) from error
        if any("case_id" not in row for row in rows):
            raise unreadable(self.folder)
        return rows


def load_results(folder: Path) -> Results:
    """The results in a folder. Raises Faults RESULTAT-101 (no results) or RESULTAT-102 (another version)."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or manifest.get("schema_version") != SCHEMA_VERSION:
            fault = "Resultaterne er skrevet af en anden udgave af programmet."
            raise Faults([Problem("RESULTAT-102", Place(str(folder)), fault, "Kør study run igen.")])
        cells = read_csv((folder / "cells.csv").read_text(encoding="utf-8"))
        definitions = json.loads((folder / "definitions.json").read_text(encoding="utf-8"))
        if not _defines(definitions):
            raise unreadable(folder)
    except (OSError, ValueError, TypeError, ArithmeticError, RecursionError, csv.Error) as error:
        raise unreadable(folder) from error
    return Results(folder, ResultSet(cells, manifest), definitions)


def _defines(definitions: object) -> bool:
    """Whether it is a definition per measure, each with the parts that are compared."""
    return isinstance(definitions, dict) and all(
        isinstance(item, dict)
        and isinstance(item.get("hash"), str)
        and isinstance(item.get("questions"), list)
        and isinstance(item.get("derived"), dict)
        for item in definitions.values()
    )


def unreadable(folder: Path) -> Faults:
    """RESULTAT-101, of a folder that was given as results."""
    fault = "Mappen har ingen resultater, der kan læses."
    remedy = "Angiv den mappe, som study run skrev til (--out)."
    return Faults([Problem("RESULTAT-101", Place(str(folder)), fault, remedy)])

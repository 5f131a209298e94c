"""Results folders on disk, as a run leaves them, of the made-up editions of the other tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.runs.made_of import json_bytes
from sagsbarometer.runs.report_files import results_files
from sagsbarometer.store.folder import listing, write_whole


def results_folder(folder: Path, edition: Edition, text: str, **manifest: Any) -> Path:
    """Writes the edition as results, and a file of cases beside."""
    documents, _ = read_sources(edition, [("report.md", text)])
    files = results_files([edition, replace(edition, language="en")], documents, [("report.md", text)])
    files["dataset/cases.csv"] = b"case_id\nS2031-0042\n"
    told = {
        "schema_version": 1,
        "kind": "results",
        "layout": {"id": "test"},
        "origin": edition.origin,
        "data_date": edition.data_date,
        "rows": {"count": 90210, "hash": "0123456789abcdef"},
        "answers": {"file": "svar.csv", "sha256": "f" * 64},
        "texts": ["report.md"],
        **manifest,
    }
    files["manifest.json"] = json_bytes({**told, "files": listing(files)})
    write_whole(folder, files)
    return folder


def with_cells(edition: Edition, cells: Any) -> Edition:
    """The edition with other numbers."""
    return replace(edition, results=ResultSet(tuple(cells)))

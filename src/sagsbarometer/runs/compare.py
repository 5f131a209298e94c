"""A results folder as something that can be compared."""

from __future__ import annotations

from pathlib import Path

from sagsbarometer.checking.compare import Run
from sagsbarometer.store.results import load_results


def loaded_run(folder: Path) -> Run:
    """The run in a results folder. Raises Faults as `load_results`."""
    loaded = load_results(folder)
    manifest = loaded.results.manifest
    return Run(
        name=folder.name,
        cells={cell.key: cell for cell in loaded.results},
        definitions=loaded.definitions,
        # A register is not copied into its results; its deliveries and the date tell what was counted.
        rows={} if "register" in manifest else {str(row["case_id"]): row for row in loaded.rows()},
        manifest=manifest,
    )

"""A refused answer file goes back to its owner with the faults marked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sagsbarometer.kernel.problems import Faults, Level, Problem
from sagsbarometer.review.returned import fault_table, returned_file
from sagsbarometer.store.folder import write_whole

LIST = "fejlliste.csv"


def returned_folder(out: Path) -> Path:
    """Where the marked file of a refused run lies: beside `--out`, never in it."""
    return out.parent / f"{out.name}-fejl"


def return_file(answers: Path, problems: Sequence[Problem], out: Path) -> Path:
    """Writes the marked file and the table of faults; returns their folder. An earlier one is replaced."""
    folder = returned_folder(out)
    with TemporaryDirectory() as scratch:
        to_mend = [problem for problem in problems if problem.level is not Level.NOTE]
        try:
            marked = returned_file(answers, to_mend, Path(scratch) / answers.name)
            # Prefixed, so that no name a user gives a file meets one of ours.
            files = {f"ret-{marked.name}": marked.read_bytes()}
        except Faults:
            files = {}  # a file that cannot be read cannot be marked; the list of faults still can be had
        files |= {
            LIST: fault_table(problems).encode("utf-8"),
            "manifest.json": (json.dumps({"kind": "faults", "faults": len(problems)}) + "\n").encode(),
        }
    write_whole(folder, files, force=True)
    return folder

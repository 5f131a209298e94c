"""A refused answer file goes back to its owner with the faults marked."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sagsbarometer.deliveries.returned import fault_table, returned_file
from sagsbarometer.kernel.ids import holds_cpr
from sagsbarometer.kernel.problems import Faults, Level, Problem
from sagsbarometer.store.folder import listing, untouched, write_whole

LIST = "fejlliste.csv"


def returned_folder(out: Path) -> Path:
    """Where the marked file of a refused run lies: beside `--out`, never in it.

    `ud-fejl`, or `ud-fejl-2` and on while somebody has mended a file there or keeps other things: nothing of
    that is replaced.
    """
    for number in count(1):
        folder = out.parent / (f"{out.name}-fejl" + (f"-{number}" if number > 1 else ""))
        if not os.path.lexists(folder) or untouched(folder):
            return folder
    raise AssertionError("unreachable: the numbers have no end")


def return_file(answers: Path, problems: Sequence[Problem], out: Path) -> Path:
    """Writes the marked file and the table of faults; returns their folder. An earlier one is replaced."""
    folder = returned_folder(out)
    with TemporaryDirectory() as scratch:
        to_mend = [problem for problem in problems if problem.level is not Level.NOTE]
        try:
            marked = returned_file(answers, to_mend, Path(scratch) / answers.name)
            # Prefixed, so that no name a user gives a file meets one of ours.
            files = {f"ret-{_name(marked)}": marked.read_bytes()}
        except Faults:
            files = {}  # a file that cannot be read cannot be marked; the list of faults still can be had
    files[LIST] = fault_table(problems).encode("utf-8")
    manifest = {"kind": "faults", "faults": len(problems), "files": listing(files)}
    files["manifest.json"] = (json.dumps(manifest) + "\n").encode()
    write_whole(folder, files, force=True)
    return folder


def _name(marked: Path) -> str:
    """The file's own name, whatever round it is in; another where it looks like a CPR number."""
    return f"svar{marked.suffix}" if holds_cpr(marked.name) else marked.name.removeprefix("ret-")

"""A refused answer file goes back to its owner with the faults marked."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sagsbarometer.deliveries.returned import fault_table, message, neutral, returned_file
from sagsbarometer.deliveries.stream import RowSource
from sagsbarometer.deliveries.table_cells import FAULT_COLUMN
from sagsbarometer.kernel.ids import holds_cpr
from sagsbarometer.kernel.problems import Faults, Level, Problem
from sagsbarometer.store.folder import listing, untouched, write_whole

LIST = "fejlliste.csv"
ROWS = "ret-raekker.csv"


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
    return _written(files, problems, folder)


def return_rows(source: RowSource, problems: Sequence[Problem], out: Path) -> Path:
    """As `return_file` for what is too large or too many to be given back whole: the rows at fault alone, as CSV.

    The source is read once more. What looks like a CPR number is hidden: the rows have left the file they are from.
    """
    at_fault: dict[tuple[str, int], list[Problem]] = {}
    for problem in problems:
        if problem.place.row is not None and problem.level is not Level.NOTE:
            at_fault.setdefault((problem.place.file, problem.place.row), []).append(problem)
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([FAULT_COLUMN, "Fil", "Række", *source.header])
    try:
        for file, row, cells in _rows(source, set(at_fault)):
            told = " • ".join(message(problem) for problem in at_fault[(file, row)])
            writer.writerow([neutral(told), file, row, *(neutral(_seen(cell)) for cell in cells)])
    except Faults:
        pass  # what cannot be read is in the list of faults
    return _written({ROWS: text.getvalue().encode("utf-8")}, problems, returned_folder(out))


def _rows(source: RowSource, wanted: set[tuple[str, int]]) -> Iterator[tuple[str, int, list[str]]]:
    """File, row and cells of the rows that are wanted."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for batch in source.batches():
        rows = pa.array([row for file, row in wanted if file == batch.file], pa.int64())
        found = pc.indices_nonzero(pc.is_in(batch.numbers, value_set=rows))
        columns = [column.take(found).to_pylist() for column in batch.columns]
        numbers = batch.numbers.take(found).to_pylist()
        for number, cells in zip(numbers, zip(*columns, strict=True), strict=True):
            yield batch.file, number, list(cells)


def _seen(cell: str) -> str:
    return "(skjult: ligner et CPR-nummer)" if holds_cpr(cell) else cell


def _written(files: dict[str, bytes], problems: Sequence[Problem], folder: Path) -> Path:
    files[LIST] = fault_table(problems).encode("utf-8")
    manifest = {"kind": "faults", "faults": len(problems), "files": listing(files)}
    files["manifest.json"] = (json.dumps(manifest) + "\n").encode()
    write_whole(folder, files, force=True)
    return folder


def _name(marked: Path) -> str:
    """The file's own name, whatever round it is in; another where it looks like a CPR number."""
    return f"svar{marked.suffix}" if holds_cpr(marked.name) else marked.name.removeprefix("ret-")

"""A table somebody sent, read and marked in a process that caps its own memory and time before it looks at the file:
`python -m sagsbarometer.deliveries.apart read|mark PATH NAME [OUT]`. Whatever happens to it happens to nobody else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from sagsbarometer.deliveries.returned import returned_file
from sagsbarometer.deliveries.tables import RawRow, RawTable, read_table
from sagsbarometer.kernel.archives import BROKEN_ARCHIVE
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem
from sagsbarometer.kernel.said import again, kept, said

MOST_BYTES = 20_000_000
MEMORY = 1 << 30  # bytes of address space
PROCESSOR, WALL = 40, 90  # seconds
_KINDS = ("csv", "xlsx")
_MOST_WORDS = 100_000  # characters of a sentence with its fields


def read_apart(path: Path, name: str) -> RawTable:
    """The table in a CSV file or a workbook, told by its content. Raises Faults: FIL-1xx as `read_table`, FIL-128 too
    large or costly, FIL-129 macros."""
    if path.stat().st_size > MOST_BYTES:
        raise _costly(name)
    told = _run(("read", str(path), name), b"", name)
    if told["problems"]:
        raise Faults([_problem(item) for item in told["problems"]])
    rows = tuple(RawRow(number, tuple(cells)) for number, cells in told["rows"])
    return RawTable(told["file"], tuple(told["header"]), rows, told["kind"], told["header_row"])


def marked_apart(path: Path, problems: Sequence[Problem], out: Path, name: str) -> Path:
    """As `returned.returned_file`, in a process of its own. Raises Faults."""
    sent = json.dumps([_plain(problem) for problem in problems]).encode()
    told = _run(("mark", str(path), name, str(out)), sent, name)
    if told["problems"]:
        raise Faults([_problem(item) for item in told["problems"]])
    return Path(told["out"])


def _run(arguments: Sequence[str], sent: bytes, name: str) -> Any:
    command = [sys.executable, "-I", "-m", "sagsbarometer.deliveries.apart", *arguments]
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command, input=sent, capture_output=True, timeout=WALL, env=environment, check=False
        )
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise _costly(name) from error


def _costly(name: str) -> Faults:
    fault = said("Filen kunne ikke læses med den tid og plads, der er sat af.")
    remedy = said("Fjern ark og formatering, der ikke bruges, eller del filen op.")
    return Faults([Problem("FIL-128", Place(name), fault, remedy)])


def _plain(problem: Problem, words: Callable[[str], str] = str) -> dict[str, Any]:
    place = problem.place
    return {
        "code": problem.code, "fault": words(problem.fault), "remedy": words(problem.remedy),
        "level": problem.level.value, "file": place.file, "row": place.row, "column": place.column,
        "line": place.line, "question": place.question,
    }  # fmt: skip


def _whole(sentence: str) -> str:
    """A sentence that can be said in another language where it is read."""
    return kept(sentence, _MOST_WORDS)


def _problem(item: dict[str, Any]) -> Problem:
    place = Place(item["file"], item["line"], item["column"], item["row"], item["question"])
    return Problem(item["code"], place, again(item["fault"]), again(item["remedy"]), Level(item["level"]))


def _refuse(path: Path, name: str) -> None:
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            fault = said("Filen er ikke af en type, der kan læses her (CSV eller XLSX).")
            raise Faults([Problem("FIL-104", Place(name), fault, said("Gem den som CSV eller XLSX."))])
    try:
        names = zipfile.ZipFile(path).namelist() if zipfile.is_zipfile(path) else []
    except BROKEN_ARCHIVE:
        names = []  # told of by the reader of workbooks
    if any(part.casefold().endswith("vbaproject.bin") for part in names):
        fault = said("Filen indeholder makroer.")
        raise Faults([Problem("FIL-129", Place(name), fault, said("Gem den som .xlsx uden makroer."))])


def _read(path: Path, name: str) -> dict[str, Any]:
    _refuse(path, name)
    table = read_table(path, name)
    return {
        "problems": [], "file": table.file, "header": table.header, "kind": table.kind,
        "header_row": table.header_row, "rows": [(row.number, row.cells) for row in table.rows],
    }  # fmt: skip


def _mark(path: Path, name: str, out: str) -> dict[str, Any]:
    problems = [_problem(item) for item in json.load(sys.stdin)]
    return {"problems": [], "out": str(returned_file(path, problems, Path(out), name))}


def main(what: str, path: str, name: str, *out: str) -> NoReturn:
    """Answers on stdout, as JSON: the table, or its problems."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * MOST_BYTES, 4 * MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        told = _read(Path(path), name) if what == "read" else _mark(Path(path), name, *out)
    except Faults as faults:
        told = {"problems": [_plain(problem, _whole) for problem in faults.problems]}
    except MemoryError:
        told = {"problems": [_plain(problem, _whole) for problem in _costly(name).problems]}
    sys.stdout.buffer.write(json.dumps(told).encode())
    sys.stdout.flush()
    os._exit(0)  # nothing of the libraries is taken down: it may be the part that hangs


if __name__ == "__main__":
    main(*sys.argv[1:])

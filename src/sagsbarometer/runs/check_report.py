"""A report file read within limits of size, time and memory, and held against itself."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sagsbarometer.checking.check import LOOSENING
from sagsbarometer.checking.loosening import read_loosening
from sagsbarometer.checking.paper import Block, Paper, RawCell, RawTable, Text, refusal
from sagsbarometer.checking.paper_check import PaperReport, check_paper
from sagsbarometer.checking.read_docx import read_docx
from sagsbarometer.checking.read_html import read_html
from sagsbarometer.checking.read_md import read_md
from sagsbarometer.datafiles.located import read_yaml
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.problems import Faults, Place, Problem

KINDS = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".docx": "docx", ".docm": "docx", ".pdf": "pdf", ".md": "md",
    ".markdown": "md",
}  # fmt: skip
MAX_BYTES = {"html": 60_000_000, "docx": 100_000_000, "pdf": 100_000_000, "md": 4_000_000}
SECONDS = 120
MEMORY = 3_000_000_000  # bytes, of the process that reads a PDF or a text
_READERS = {"html": read_html, "docx": read_docx}
_APART = {"pdf", "md"}  # their parsers cannot be asked on the way whether there is time
_SMALLER = "Del rapporten, eller gem den som HTML eller Word."


def check_report(path: Path, tell: Callable[[str], None], seconds: float = SECONDS) -> PaperReport:
    """What came of a report file. `tell` gets a line per step.

    Raises Faults: CHECK-201 no report or none that is read, CHECK-202 damaged, CHECK-203 may be made to overload,
    CHECK-204 larger than reports are, CHECK-205 encrypted, CHECK-206 takes too long or too much memory.
    """
    deadline = time.monotonic() + seconds

    def on_time() -> None:
        if time.monotonic() > deadline:
            raise _too_long(path.name)

    kind, data = _opened(path)
    tell(f"Læser {path.name}")
    paper = _read_apart(path, seconds) if kind in _APART else _READERS[kind](data, path.name, on_time)
    tables = sum(isinstance(block, RawTable) for block in paper.blocks)
    tell(f"Holder {tables} tabeller og {len(paper.blocks) - tables} afsnit op mod hinanden")
    loosening = read_loosening(read_yaml(shipped("published") / LOOSENING, LOOSENING))
    return check_paper(paper, loosening, on_time)


def _too_long(name: str) -> Faults:
    return refusal(
        "CHECK-206", name, "Det tager for lang tid eller for meget hukommelse at læse filen.", _SMALLER
    )


def _opened(path: Path) -> tuple[str, bytes]:
    """What kind of report it is, by its name and its first bytes, and its bytes."""
    kind = KINDS.get(path.suffix.lower(), "")
    try:
        # Asked before it is read: a device or a pipe has no end.
        if not path.is_file():
            raise refusal(
                "CHECK-201", path.name, "Filen findes ikke, eller den er ikke en fil.", "Se efter stien."
            )
        size = path.stat().st_size
        if kind and size > MAX_BYTES[kind]:
            limit = MAX_BYTES[kind] // 1_000_000
            raise refusal("CHECK-204", path.name, f"Filen er større end {limit} MB.", _SMALLER)
        data = path.read_bytes() if kind else b""
    except (OSError, ValueError):
        raise refusal(
            "CHECK-201", path.name, "Filen kan ikke åbnes.", "Se efter stien og rettighederne."
        ) from None
    if not kind or not _looks_like(kind, data):
        fault = (
            "Filen er ikke en rapport, der kan læses: den skal være HTML, Word (.docx), PDF eller Markdown."
        )
        remedy = "Gem rapporten som en af dem, med den endelse, der hører til."
        raise refusal("CHECK-201", path.name, fault, remedy)
    return kind, data


def _looks_like(kind: str, data: bytes) -> bool:
    if kind == "pdf":
        return b"%PDF-" in data[:1024]
    if kind == "docx":
        return data.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
    return bool(data.strip()) and not data.startswith(
        (b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0", b"\x89PNG")
    )


# --- a PDF or a text, in a process of its own ------------------------------------------------------------------------


def _read_apart(path: Path, seconds: float) -> Paper:
    """The report as a process with limits read it: whatever the file does to it, this one goes on."""
    line = [sys.executable, "-P", "-m", "sagsbarometer.runs.check_report"]
    line += [str(path.resolve()), str(int(seconds)), str(MEMORY), path.name]
    try:
        done = subprocess.run(line, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise _too_long(path.name) from None
    if done.returncode:
        raise _too_long(path.name)
    return _unpacked(json.loads(done.stdout))


def _unpacked(plain: dict[str, Any]) -> Paper:
    if plain["problems"]:
        raise Faults(
            Problem(one["code"], Place(one["file"]), one["fault"], one["remedy"]) for one in plain["problems"]
        )
    blocks: list[Block] = []
    for block in plain["blocks"]:
        if "rows" not in block:
            blocks.append(Text(**block))
            continue
        rows = tuple(tuple(RawCell(*cell) for cell in row) for row in block["rows"])
        blocks.append(RawTable(rows, block["place"], block["caption"], block["heads"]))
    return Paper(
        plain["name"],
        plain["kind"],
        tuple(blocks),
        plain["language"],
        tuple(plain["remarks"]),
        plain["guessed"],
    )


def _packed(paper: Paper) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    for block in paper.blocks:
        if isinstance(block, Text):
            blocks.append(asdict(block))
            continue
        rows = [[(cell.text, cell.head, cell.across, cell.down) for cell in row] for row in block.rows]
        blocks.append({"rows": rows, "place": block.place, "caption": block.caption, "heads": block.heads})
    return {
        "problems": [],
        "name": paper.name,
        "kind": paper.kind,
        "blocks": blocks,
        "language": paper.language,
        "remarks": list(paper.remarks),
        "guessed": paper.guessed,
    }


def _apart(path: Path, seconds: int, memory: int, name: str) -> None:
    """The process of its own: reads and writes the report as JSON on stdout, or its problems."""
    import resource

    from sagsbarometer.checking.read_pdf import read_pdf

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        read = read_pdf if KINDS[path.suffix.lower()] == "pdf" else read_md
        plain = _packed(read(path.read_bytes(), name, lambda: None))
    except Faults as faults:
        plain = {
            "problems": [
                {"code": one.code, "file": one.place.file, "fault": one.fault, "remedy": one.remedy}
                for one in faults.problems
            ]
        }
    sys.stdout.buffer.write(json.dumps(plain).encode())


if __name__ == "__main__":
    _apart(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])

"""A CSV file of a document folder: its cells as text, each with its place, or every fault of the file."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from sagsbarometer.deliveries.table_cells import Findings
from sagsbarometer.deliveries.table_csv import decode
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem

_MAX_BYTES = 20_000_000
_MAX_ROWS = 100_000
# A number as Danish spreadsheets write it: 1.234 · 8,5 · 1.234,5.
_DANISH = re.compile(r"-?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Delimited:
    """Column names in order, and rows of as many texts. Row 1 of the file is the header, so `rows[0]` is row 2."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def place(self, index: int, column: str = "") -> Place:
        """Where the row at `index` stands in the file."""
        return Place(self.name, row=index + 2, column=column or None)


def read_delimited(path: Path, name: str) -> Delimited:
    """A file with a header, and commas or semicolons, in UTF-8 or as a Danish Excel saves it (Windows-1252). `name` is
    how messages call it.

    With semicolons the numbers are Danish, and are given as with commas: 1.234,5 becomes 1234.5.

    Raises Faults CHECK-102 with every fault: not a file, too large, no text, no header, a column without a name or
    named twice, a row with more or fewer cells than the header, a quotation mark that is not closed.
    """
    text = _text(path, name)
    try:
        separator = _separator(text)
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise _unreadable(name, "Et anførselstegn mangler, eller en celle er for lang.") from None
    if not lines or not any(lines[0]):
        raise _unreadable(name, "Filen har ingen kolonnenavne.")
    if len(lines) > _MAX_ROWS:
        raise _unreadable(name, f"Filen har over {_MAX_ROWS} rækker.")
    header = tuple(cell.strip() for cell in lines[0])
    problems = [
        _problem(Place(name, row=1), f"Kolonne {number} har intet navn.", "Giv den et navn.")
        for number, column in enumerate(header, 1)
        if not column
    ]
    problems += [
        _problem(Place(name, row=1), f"Kolonnen {shown(column)} står to gange.", "Omdøb den ene.")
        for column in sorted({column for column in header if column and header.count(column) > 1})
    ]
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(header):
            fault = f"Rækken har {len(line)} celler, overskriften {len(header)}."
            problems.append(
                _problem(Place(name, row=number), fault, "Se efter skilletegn og anførselstegn i rækken.")
            )
        cells = (cell.strip() for cell in line)
        rows.append(tuple(map(_undanish, cells) if separator == ";" else cells))
    if problems:
        raise Faults(problems)
    return Delimited(name, header, tuple(rows))


def _separator(text: str) -> str:
    """What the header has most of outside quotation marks; a comma when in doubt."""
    commas = semicolons = 0
    quoted = False
    for char in text:
        if char == '"':
            quoted = not quoted
        elif not quoted and char in "\r\n":
            break
        elif not quoted:
            commas += char == ","
            semicolons += char == ";"
    return ";" if semicolons > commas else ","


def _undanish(cell: str) -> str:
    return cell.replace(".", "").replace(",", ".") if _DANISH.fullmatch(cell) else cell


def _text(path: Path, name: str) -> str:
    try:
        # Asked before it is read: a device or a pipe has no end.
        if not path.is_file():
            raise _unreadable(name, "Filen findes ikke, eller den er ikke en fil.")
        if path.stat().st_size > _MAX_BYTES:
            raise _unreadable(name, "Filen er større end 20 MB.")
        data = path.read_bytes()
    except (OSError, ValueError):
        raise _unreadable(name, "Filen kan ikke åbnes.") from None
    try:
        return decode(data, Findings(name))[2]
    except Faults as faults:
        raise _unreadable(name, faults.problems[0].fault) from None


def _unreadable(name: str, fault: str) -> Faults:
    return Faults(
        [
            _problem(
                Place(name),
                fault,
                "Den skal være CSV (helst UTF-8) med komma eller semikolon og kolonnenavne.",
            )
        ]
    )


def _problem(place: Place, fault: str, remedy: str) -> Problem:
    return Problem("CHECK-102", place, fault, remedy)

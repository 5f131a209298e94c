"""Denmark's municipalities with their regions: a list with a source for each line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sagsbarometer.kernel.problems import Place, Problem
from sagsbarometer.kernel.said import said

FILE = "municipalities.csv"
_COLUMNS = ("code", "name", "region", "source")


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality by its code in Statistics Denmark, without leading noughts."""

    code: str
    name: str
    region: str
    source: str


def read_municipalities(folder: Path) -> tuple[Mapping[str, Municipality], tuple[Problem, ...]]:
    """The municipalities in a `law/` folder by code, in the order of the file, and its faults (LOV-101, LOV-102).

    None where there is no such file: a law folder of one's own need not have it.
    """
    path = folder / FILE
    if not path.is_file():
        return {}, ()
    name = f"law/{FILE}"
    try:
        lines = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return {}, (_fault(name, 1, said("Filen er ingen CSV-fil i UTF-8.")),)
    if not lines or tuple(lines[0]) != _COLUMNS:
        return {}, (_fault(name, 1, said("Første linje skal være {columns}.", columns=",".join(_COLUMNS))),)
    found: dict[str, Municipality] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(_COLUMNS) or not all(line) or not line[0].isascii() or not line[0].isdigit():
            problems.append(_fault(name, number, said("Linjen mangler kode, navn, region eller kilde.")))
        elif line[0] in found:
            fault, remedy = said("Koden {code} findes to gange.", code=line[0]), said("Slet den ene linje.")
            problems.append(Problem("LOV-102", Place(name, number), fault, remedy))
        else:
            found[line[0]] = Municipality(*line)
    return found, tuple(problems)


def _fault(name: str, line: int, fault: str) -> Problem:
    return Problem("LOV-101", Place(name, line), fault, said("Ret linjen; kode er cifre, fx 101."))

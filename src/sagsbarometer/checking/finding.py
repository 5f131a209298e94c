"""A contradiction: two places that cannot both be right, and what became of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from sagsbarometer.checking.delimited import read_delimited
from sagsbarometer.checking.numbers import Spot, danish
from sagsbarometer.kernel.problems import Faults, Place, Problem


class Verdict(StrEnum):
    """Whether one of the places must be wrong, or both may be right in their own way."""

    CERTAIN = "certain"
    EXPLAINABLE = "explainable"


@dataclass(frozen=True, slots=True)
class Finding:
    """Two places that disagree. `computed`: how, as the program sees it (Danish). `verdict`: its own opinion."""

    id: str
    document: str
    rule: str  # sum, parts, share, hundred, feasible, most_used, at_most, agree, base, same_quantity, claim or pair
    left: Spot
    right: Spot
    computed: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A finding with the verdict and the explanation that count. `expected`: somebody wrote them down beforehand, and
    the values are still those it was written of; else `noted` are those."""

    finding: Finding
    verdict: Verdict
    explanation: str
    expected: bool
    noted: tuple[str, str] | None = None


COLUMNS = (
    "id",
    "rule",
    "verdict",
    "left_document",
    "left_place",
    "left_line",
    "left_value",
    "right_document",
    "right_place",
    "right_line",
    "right_value",
    "explanation",
)


def write_csv(contradictions: Iterable[Contradiction]) -> str:
    """`contradictions.csv`: both places of each, by id. `line` is that of the document's plain text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in sorted(contradictions, key=lambda item: item.finding.id):
        found = item.finding
        sides = [
            text
            for spot in (found.left, found.right)
            for text in (spot.document, spot.place, spot.line, spot.value)
        ]
        writer.writerow([found.id, found.rule, item.verdict.value, *sides, item.explanation])
    return out.getvalue()


def read_values(path: Path, name: str) -> dict[str, tuple[str, str]]:
    """Both values of each contradiction in a file that `write_csv` wrote, by id; {} where there is no such file.

    Raises Faults: CHECK-102 unreadable, CHECK-104 other columns.
    """
    if not path.exists():
        return {}
    file = read_delimited(path, name)
    if file.columns != COLUMNS:
        fault = "Kolonnerne er ikke dem, som check --write skriver."
        raise Faults([Problem("CHECK-104", Place(name, row=1), fault, "Skriv filen igen med check --write.")])
    left, right = COLUMNS.index("left_value"), COLUMNS.index("right_value")
    return {row[0]: (row[left], row[right]) for row in file.rows}


def computed_spot(
    document: str, place: str, value: Fraction | int | str, made_of: Iterable[Spot] = ()
) -> Spot:
    """A place for a number that is computed, not printed: it stands where what it was made of stands."""
    lines = list(dict.fromkeys(spot.line for spot in made_of if spot.line))
    text = value if isinstance(value, str) else danish(Fraction(value))
    return Spot(document, place, "; ".join(lines[:3]) if len(lines) <= 3 else f"{lines[0]}-{lines[-1]}", text)

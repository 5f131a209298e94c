"""Who letters go to: a list with a row per municipality, and the fields a letter may have."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sagsbarometer.deliveries.table_cells import safe_name
from sagsbarometer.kernel.ids import is_like_cpr, municipality_code, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem

CODE, NAME = "code", "name"
_MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Recipients:
    """The rows in the order of the file, each with its fields; `columns` are those every row has."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

    def by_code(self) -> dict[str, Mapping[str, str]]:
        """Each row by its municipality's code."""
        return {row[CODE]: row for row in self.rows}


def read_recipients(path: Path) -> Recipients:
    """The list in a CSV file with the columns `code` and `name`, and any other. Raises Faults BREV-101 with everything
    that is wrong with it."""
    name = safe_name(path.name)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("size")
        text = path.read_text(encoding="utf-8-sig")
        separator = ";" if ";" in text.partition("\n")[0] else ","
        reader = csv.DictReader(io.StringIO(text), delimiter=separator, strict=True)
        rows = [dict(row) for row in reader]
        columns = tuple(column.strip() for column in reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error, ValueError):
        raise Faults([_problem(name, None, "Modtagerne kan ikke læses.")]) from None
    problems = list(_problems(name, columns, rows))
    if problems:
        raise Faults(problems)
    cleaned = tuple(
        {
            column: municipality_code(value) if column == CODE else value.strip()
            for column, value in zip(columns, row.values(), strict=True)
        }
        for row in rows
    )
    return Recipients(columns, cleaned)


def _problems(name: str, columns: Sequence[str], rows: Sequence[Mapping[str, str | None]]) -> list[Problem]:
    missing = [column for column in (CODE, NAME) if column not in columns]
    if missing or len(set(columns)) != len(columns) or not rows:
        return [
            _problem(
                name,
                None,
                f"Listen mangler rækker eller kolonnen {' og '.join(missing) or 'har en to gange'}.",
            )
        ]
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, 2):
        values = list(row.values())
        if len(values) != len(columns) or any(not isinstance(value, str) for value in values):
            problems.append(_problem(name, number, "Rækken har ikke en celle til hver kolonne."))
            continue
        code = municipality_code(str(row[CODE]))
        if not code.isdigit() or not 1 <= len(code) <= 4:
            problems.append(_problem(name, number, f"{shown(code)} er ikke en kommunekode."))
        elif code in seen:
            problems.append(_problem(name, number, f"Kommunen {code} står to gange."))
        seen.add(code)
        if not str(row[NAME]).strip():
            problems.append(_problem(name, number, "Kommunen har intet navn."))
        if any(is_like_cpr(str(value)) for value in values):
            problems.append(_problem(name, number, "I rækken står noget, der ligner et CPR-nummer."))
    return problems


def _problem(name: str, row: int | None, fault: str) -> Problem:
    remedy = "Brug en CSV-fil i UTF-8 med kolonnerne code og name og én række pr. kommune."
    return Problem("BREV-101", Place(name, row=row), fault, remedy)

"""The given tables of a layout: files with numbers or lists from elsewhere, read with every fault told at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sagsbarometer.appeals.layouts.layout_schema import GivenFile
from sagsbarometer.datafiles.located import Located, Path_
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.ids import ascii_id, may_hold_cpr, shown
from sagsbarometer.kernel.problems import Problem
from sagsbarometer.measures.given import Given, GivenColumn

_MOST_BYTES = 1_000_000  # a list for a report, no data set


def read_given(
    located: Located, folder: Path, items: Sequence[tuple[Path_, GivenFile]]
) -> tuple[tuple[Given, ...], list[Problem]]:
    """The given tables of a layout, and LAYOUT-128 for each that cannot be read as the layout says.

    `file` is a CSV table in the layout's own folder, `published` one among the published figures.
    """
    tables: list[Given] = []
    problems: list[Problem] = []
    for path, item in items:
        rows, fault = _rows(folder, item)
        if fault:
            remedy = "Brug en CSV-fil i UTF-8 med ét hoved, komma imellem og de kolonner, der er nævnt."
            problems.append(Problem("LAYOUT-128", located.place(*path), fault, remedy))
            continue
        columns = tuple(GivenColumn(column.id, column.label, column.kind) for column in item.columns)
        ids = tuple(ascii_id(row[item.row]) for row in rows) if item.row else ()
        cells = tuple(tuple(row[column.column or column.id] for column in item.columns) for row in rows)
        tables.append(
            Given(item.id, item.title, item.source, columns, cells, ids, item.number, item.why or None)
        )
    return tuple(tables), problems


def _rows(folder: Path, item: GivenFile) -> tuple[list[dict[str, str]], str]:
    """The rows that `where` keeps, and what is wrong with the file, "" where nothing is."""
    base = shipped("published") if item.published else folder
    name = item.published or item.file
    path = (base / name).resolve()
    if not name or not path.is_relative_to(base.resolve()) or not path.is_file():
        return [], f"Filen {shown(name, 120)} findes ikke."
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error):
        return [], f"Filen {shown(name, 120)} kan ikke læses."
    if len(content) > _MOST_BYTES or may_hold_cpr(text):
        return [], f"Filen {shown(name, 120)} er for stor, eller der står noget, der ligner et CPR-nummer."
    wanted = {
        *item.where,
        *(column.column or column.id for column in item.columns),
        *filter(None, [item.row]),
    }
    if not rows or any(row.get(column) is None for row in rows for column in wanted):
        return (
            [],
            f"Filen {shown(name, 120)} mangler rækker eller en af kolonnerne {', '.join(sorted(wanted))}.",
        )
    kept = [row for row in rows if all(row[key] == value for key, value in item.where.items())]
    if not kept:
        return [], f"Ingen rækker i {shown(name, 120)} er som i where."
    for column in item.columns:
        if column.kind == "value" and not all(_is_number(row[column.column or column.id]) for row in kept):
            return [], f"Kolonnen {column.id} i {shown(name, 120)} har noget, der ikke er et tal."
    ids = [ascii_id(row[item.row]) for row in kept] if item.row else []
    if len(set(ids)) != len(ids):
        return [], f"To rækker i {shown(name, 120)} hedder det samme i kolonnen {item.row}."
    return kept, ""


def _is_number(text: str) -> bool:
    if not text:
        return True  # nothing is given there
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False

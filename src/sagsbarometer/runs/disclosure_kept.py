"""How much of results is left when cells are withheld, table by table, and against deleting whole rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sagsbarometer.disclosure.system import Hidden, System
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.reporting.binding.grids import grid_caption
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.tables.table import caption


@dataclass(frozen=True, slots=True)
class TableKept:
    """What is left of one table or figure: its places, those withheld, those left if every row with a cell that is
    withheld for its own sake were deleted."""

    name: str
    cells: int
    hidden: int
    left_by_deletion: int

    @property
    def share(self) -> Fraction:
        """The percent of its places that show their number."""
        return Fraction(100 * (self.cells - self.hidden), self.cells) if self.cells else Fraction(100)

    @property
    def share_by_deletion(self) -> Fraction:
        """The same if whole rows were deleted instead."""
        return Fraction(100 * self.left_by_deletion, self.cells) if self.cells else Fraction(100)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of all: cells, and of the cases counted in them those in cells that are shown. For the analyst: how
    many cases are withheld is not to be published."""

    cells: int
    hidden: int
    cases: int
    cases_shown: int
    tables: tuple[TableKept, ...]
    primary: tuple[str, ...]
    secondary: tuple[str, ...]


def kept(edition: Edition, results: ResultSet, system: System, hidden: Hidden) -> Kept:
    """What is left of the edition (with its true numbers) in `results`."""
    gone = frozenset(cell.ref for cell in results if cell.hidden)
    rows = [
        (
            grid_caption(edition, grid),
            [[ref for place in row.places if place for ref in place.refs] for row in grid.rows],
        )
        for grid in edition.grids
    ]
    rows += [
        (
            caption(edition, figure),
            [[*row.cells.values(), *([row.total] if row.total else [])] for row in figure.rows],
        )
        for figure in edition.figures
    ]
    counts = {cell.ref: cell.numerator for cell in edition.results if cell.unit in ("percent", "cases")}
    return Kept(
        len(results.cells),
        len(gone),
        sum(counts.values()),
        sum(number for ref, number in counts.items() if ref not in gone),
        tuple(_table(name, table, gone, hidden.primary) for name, table in rows),
        tuple(sorted(hidden.primary & gone)),
        tuple(sorted(gone - hidden.primary)),
    )


def _table(
    name: str, rows: Sequence[Sequence[str]], gone: frozenset[str], primary: Iterable[str]
) -> TableKept:
    small = frozenset(primary)
    every = [ref for row in rows for ref in row]
    left = [row for row in rows if small.isdisjoint(row)]
    return TableKept(name, len(every), sum(ref in gone for ref in every), sum(map(len, left)))


def as_data(told: Kept, with_reasons: bool) -> dict[str, Any]:
    """The same as plain data."""
    plain: dict[str, Any] = {
        "cells": told.cells,
        "hidden": told.hidden,
        "cases_kept_percent": _percent(told.cases_shown, told.cases),
        "tables": [
            {
                "table": item.name,
                "cells": item.cells,
                "hidden": item.hidden,
                "kept_percent": round(float(item.share), 1),
                "kept_by_deleting_rows_percent": round(float(item.share_by_deletion), 1),
            }
            for item in told.tables
        ],
    }
    return plain | (
        {"primary": list(told.primary), "secondary": list(told.secondary)} if with_reasons else {}
    )


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 100.0

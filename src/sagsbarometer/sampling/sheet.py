"""A sample as files: `sample.csv`, one line per case of the list, and what `sample.json` says of the whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.sampling.drawn import Drawn, DrawnCell, DrawnRow, Role
from sagsbarometer.sampling.listing import AUTHORITY, ID

SCHEMA_VERSION = 1
KIND = "sample"
_OWN = ("cell", "order", "role", "probability", "weight")


def to_csv(drawn: Drawn) -> bytes:
    """`sample.csv`, sorted by id. `probability` is an exact fraction as text, `12/345`; `weight`, of what was issued,
    is 1 / probability with six decimals. Both are empty where no probability is known."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([ID, AUTHORITY, *drawn.strata, *_OWN])
    for row in drawn.rows:
        order = row.order or ""
        chance = "" if row.probability is None else as_fraction(row.probability)
        weight = round_half_up(1 / row.probability, 6) if row.issued and row.probability else ""
        writer.writerow([row.id, row.authority, *row.stratum, row.cell, order, row.role, chance, weight])
    return out.getvalue().encode("utf-8")


def as_fraction(value: Fraction) -> str:
    """`12/345`, in lowest terms; `1/1` for what is certain, `0/1` for what had no chance."""
    return f"{value.numerator}/{value.denominator}"


def plain(drawn: Drawn) -> dict[str, Any]:
    """The whole but for the rows, as plain data; `from_files` gives the sample again."""
    return {
        "plan": drawn.plan,
        "method": drawn.method,
        "seed": drawn.seed,
        "strata": list(drawn.strata),
        "probability": drawn.probability,
        "remark": dict(drawn.remark),
        "authorities": {code: as_fraction(chance) for code, chance in sorted(drawn.authorities.items())},
        "frame_authorities": drawn.frame_authorities,
        "uncovered": drawn.uncovered,
        "sources": dict(drawn.sources),
        "cells": [
            {
                "key": cell.key,
                "authority": cell.authority,
                "stratum": list(cell.stratum),
                "population": cell.population,
                "selected": cell.selected,
                "reserves": cell.reserves,
            }
            for cell in drawn.cells
        ],
    }


def from_files(content: bytes, about: Mapping[str, Any], fits: bool = True) -> Drawn:
    """The sample as it was drawn, from `sample.csv` and `plain`. Raises ValueError, KeyError or TypeError where they
    are none, or, where it is asked (`fits`), do not fit each other."""
    strata = tuple(str(name) for name in about["strata"])
    reader = csv.reader(io.StringIO(content.decode("utf-8")))
    if next(reader, None) != [ID, AUTHORITY, *strata, *_OWN]:
        raise ValueError("columns")
    rows = tuple(_row(cells, len(strata)) for cells in reader)
    cells = tuple(_cell(cell) for cell in about["cells"])
    drawn = Drawn(
        str(about["plan"]),
        str(about["method"]),
        str(about["seed"]),
        strata,
        cells,
        rows,
        about["probability"] is True,
        {str(key): str(text) for key, text in about["remark"].items()},
        {str(code): Fraction(chance) for code, chance in about["authorities"].items()},
        int(about["frame_authorities"]),
        {str(key): str(text) for key, text in about["sources"].items()},
    )
    if fits and not _fits(drawn):
        raise ValueError("rows and cells")
    return drawn


def _row(cells: Sequence[str], strata: int) -> DrawnRow:
    id, authority, *stratum = cells[: 2 + strata]
    key, order, role, chance, _ = cells[2 + strata :]
    return DrawnRow(
        id,
        authority,
        tuple(stratum),
        key,
        Role(role),
        int(order or 0),
        Fraction(chance) if chance else None,
    )


def _cell(cell: Mapping[str, Any]) -> DrawnCell:
    population, selected, reserves = (int(cell[key]) for key in ("population", "selected", "reserves"))
    return DrawnCell(
        str(cell["key"]),
        str(cell["authority"]),
        tuple(str(part) for part in cell["stratum"]),
        population,
        selected,
        reserves,
        selected,
    )


def _fits(drawn: Drawn) -> bool:
    counts: dict[str, list[int]] = {cell.key: [0, 0, 0] for cell in drawn.cells}
    ids = [row.id for row in drawn.rows]
    for row in drawn.rows:
        if row.cell not in counts or row.role not in (Role.SELECTED, Role.RESERVE, Role.NOT_DRAWN):
            return False
        if (row.probability is not None) != drawn.probability:
            return False
        for place, counted in enumerate((True, row.role is Role.SELECTED, row.role is Role.RESERVE)):
            counts[row.cell][place] += counted
    told = {cell.key: [cell.population, cell.selected, cell.reserves] for cell in drawn.cells}
    return counts == told and ids == sorted(set(ids)) and len(told) == len(drawn.cells)

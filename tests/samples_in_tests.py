"""Invented plans and lists for the tests of drawing. Authorities are invented (901-998)."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from sagsbarometer.sampling.listing import Listing, ListRow, listing
from sagsbarometer.sampling.plan import TWO_STAGE, Plan, PlanCell

SEED = "00112233445566778899aabbccddeeff"
RESULTS = ("grant", "refusal")


def a_plan(method: str = "stratified", **changes: Any) -> Plan:
    """A plan of three authorities and two results; `changes` are fields of Plan, and `cells` may be `(size, call_in)`
    by authority and result."""
    sizes = changes.pop(
        "sizes",
        {
            ("901", "grant"): (30, 4),
            ("901", "refusal"): (10, 3),
            ("902", "grant"): (20, 3),
            ("902", "refusal"): (6, 2),
            ("903", "grant"): (12, 2),
            ("903", "refusal"): (4, 2),
        },
    )
    cells = tuple(
        PlanCell(authority, (result,), size, call_in, call_in)
        for (authority, result), (size, call_in) in sorted(sizes.items())
    )
    drawn = sum(cell.call_in for cell in cells)
    declared = method in ("newest_first", "chosen_authorities")
    fields: dict[str, Any] = {
        "id": "barometer",
        "title": {"da": "Et barometer"},
        "seed": SEED,
        "method": method,
        "strata": ("result",),
        "cells": cells,
        "take": drawn,
        "call_in": drawn,
        "reserve": Decimal("0.5"),
        "authorities": 2 if method == TWO_STAGE else 0,
        "remark": {"da": "Myndighederne valgte selv de nyeste."} if declared else {},
    }
    return Plan(**(fields | changes))


def a_list(plan: Plan, extra: int = 0) -> Listing:
    """As many cases in each cell as the plan counts, and `extra` more; one decision a day, sizes from 1 to 9."""
    rows = []
    for cell in plan.cells:
        for number in range(cell.size + extra):
            id = f"{cell.authority}-{cell.stratum[0]}-{number:03d}"
            day = date(2026, 1, 5) + timedelta(days=(number * 7) % 31)
            rows.append(ListRow(id, cell.authority, cell.stratum, day, size=Fraction(1 + number % 9)))
    return listing(plan.strata, rows)


def write_plan(path: Path, plan: Plan) -> Path:
    """`plan.json` as `sample plan` writes it."""
    path.write_text(json.dumps(plan.to_json(), ensure_ascii=False), encoding="utf-8")
    return path


def write_list(path: Path, listed: Listing, more: dict[str, Sequence[str]] | None = None) -> Path:
    """The list as an authority sends it; `more` are further columns."""
    extra = more or {}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["id", "authority", *listed.strata, "decided_on", "size", *extra])
        for at, row in enumerate(listed.rows):
            size = "" if row.size is None else str(float(row.size))
            day = row.decided_on.strftime("%d-%m-%Y") if row.decided_on else ""
            own = [values[at] for values in extra.values()]
            writer.writerow([row.id, row.authority, *row.stratum, day, size, *own])
    return path

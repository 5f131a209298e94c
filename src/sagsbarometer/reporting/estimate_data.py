"""Estimates as data: for programs (`--json`), and as CSV with what a cell has no room for."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.cells import Estimated
from sagsbarometer.kernel.rounding import round_half_up

if TYPE_CHECKING:
    from sagsbarometer.reporting.estimate_report import Told

HEADER = (
    "result",
    "row",
    "value",
    "standard_error",
    "low",
    "high",
    "interval_method",
    "yes",
    "cases",
    "unknown",
    "effective_cases",
    "design_effect",
    "degrees_of_freedom",
    "weighted_cases",
    "bound_low",
    "bound_high",
    "generalisable",
    "why_not",
    "presentation",
    "definition",
    "data_date",
    "origin",
    "estimator",
)


def number(value: float | None, scale: int = 1) -> Decimal | None:
    """A float with six decimals, times `scale`; None of what is none."""
    if value is None or value != value:
        return None
    return round_half_up(Decimal(repr(value)) * scale, 6)


def line(item: Estimated) -> tuple[Any, ...]:
    """One estimate in the order of HEADER. Percent, but for cases, the design effect and degrees of freedom."""
    cell, of = item.cell, item.of
    return (
        cell.result,
        cell.row,
        cell.value,
        number(of.error, 100) if of else None,
        cell.low,
        cell.high,
        cell.interval_method,
        cell.numerator,
        cell.denominator,
        cell.unknown,
        number(item.effective),
        number(of.deff) if of else None,
        of.freedom if of else None,
        number(of.weight) if of else None,
        cell.bound_low,
        cell.bound_high,
        cell.generalisable,
        cell.why_not,
        cell.presentation,
        cell.definition,
        cell.data_date,
        cell.origin,
        cell.estimator,
    )


def estimates_csv(told: Told) -> str:
    """`estimater.csv`: UTF-8 text with commas, a dot as decimal mark and a header row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for item in told.numbers:
        writer.writerow("" if value is None else str(value) for value in line(item))
    return out.getvalue()


def as_data(told: Told) -> dict[str, Any]:
    """What `--json` prints."""
    subject, standing = told.subject, told.subject.standing
    found: dict[str, Any] = {
        "schema_version": 1,
        "kind": "estimate",
        "id": subject.id,
        "title": dict(subject.title),
        "design": dict(subject.design),
        "probability_sample": subject.probability,
        "remark": dict(subject.remark),
        "by": [list(by) for by in told.by],
        "estimates": [dict(zip(HEADER, map(_plain, line(item)), strict=True)) for item in told.numbers],
    }
    if standing is not None:
        found["sample"] = {
            "issued": len(standing.units),
            "read": standing.answered,
            "missing": standing.missing,
            "out_of_scope": standing.out_of_scope,
            "not_in_sample": len(standing.strangers),
            "cells_without_answers": list(standing.empty),
            "groups_without_answers": subject.without,
            "uncovered": subject.uncovered,
        }
    return found


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value

"""Estimates as data: for programs (`--json`), and as CSV with what a cell has no room for."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.cells import Estimated
from sagsbarometer.estimation.more_file import SHARE
from sagsbarometer.reporting.pages.estimate_more_data import more_data, more_lines, number_line, scaled

if TYPE_CHECKING:
    from sagsbarometer.reporting.pages.estimate_report import Told

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
    "kind",
    "unit",
)
MORE = ("than", "remarks")  # of differences, corrected shares and changes; in the file only


def number(value: float | None, scale: int = 1) -> Decimal | None:
    """A float with six decimals, times `scale`; None of what is none."""
    return scaled(value, scale)


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
        SHARE,
        cell.unit,
    )


def estimates_csv(told: Told) -> str:
    """`estimater.csv`: UTF-8 text with commas, a dot as decimal mark and a header row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = (*HEADER, *MORE)
    writer.writerow(names)
    lines = [{**dict(zip(HEADER, line(item), strict=True)), "remarks": item.remark} for item in told.numbers]
    for of in (*lines, *more_lines(told)):
        writer.writerow("" if of.get(name) is None else str(of[name]) for name in names)
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
        "estimates": [
            *(
                {**dict(zip(HEADER, map(_plain, line(item)), strict=True)), **_remarked(item)}
                for item in told.numbers
            ),
            *(_named(number_line(told, item)) for item in told.more.numbers),
        ],
        **{
            name: [{key: _plain(value) for key, value in item.items()} for item in items]
            for name, items in more_data(told).items()
        },
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
            "not_covered": subject.not_covered,
        }
    return found


def _remarked(item: Estimated) -> dict[str, Any]:
    """The remark of a share; `alike_strata` is the percent of cases in strata of which all read are alike."""
    if not item.remark:
        return {"remarks": []}
    return {"remarks": [item.remark], "alike_strata": _plain(number(item.alike, 100))}


def _named(of: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(of.get(name)) for name in HEADER}


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value

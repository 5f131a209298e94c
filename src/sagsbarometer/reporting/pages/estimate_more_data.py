"""Totals, means, ratios, differences, corrected shares and changes as data: for `--json` and `estimater.csv`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.cells import row_key
from sagsbarometer.estimation.intervals import MEAN, NAMES, Limits
from sagsbarometer.estimation.more_file import MEAN as MEAN_KIND
from sagsbarometer.estimation.more_file import SHARE, TOTAL
from sagsbarometer.kernel.rounding import round_half_up

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Estimate
    from sagsbarometer.estimation.more import Changed, Correction, Difference, Number
    from sagsbarometer.reporting.pages.estimate_report import Told

POINTS, PERCENT, CASES, OWN = "percentage_points", "percent", "cases", ""  # OWN: that of the column
T = "t_95"  # value ± t √v


def scaled(value: float | None, scale: int = 1) -> Decimal | None:
    """A float with six decimals, times `scale`; None of what is none."""
    if value is None or value != value:
        return None
    return round_half_up(Fraction(repr(float(value))) * scale, 6)  # of any size


def more_data(told: Told) -> dict[str, list[dict[str, Any]]]:
    """The lists beside the estimates; none where nothing of the kind was asked."""
    more = told.more
    lists = {
        "differences": [_difference(told, item) for item in more.differences],
        "corrected": [_correction(told, item) for item in more.corrections],
        "changes": [_change(told, item) for item in more.changes],
    }
    return {name: items for name, items in lists.items() if items}


def number_line(told: Told, item: Number) -> dict[str, Any]:
    """A total, mean or ratio, by the names of `estimate_data.HEADER`."""
    of = item.of
    return {
        "result": item.id,
        "row": row_key(item.by, item.domain),
        **_value(of, item.limits, 1),
        "cases": of.cases if of else 0,
        "unknown": item.unknown,
        "design_effect": scaled(of.deff) if of and item.kind == MEAN_KIND else None,
        "weighted_cases": scaled(of.weight) if of else None,
        "bound_low": scaled(item.low),
        "bound_high": scaled(item.high),
        **_about(told, item.definition),
        "estimator": of.estimator if of else "",
        "kind": item.kind,
        "unit": CASES if item.kind == TOTAL and item.counts else OWN,
    }


def more_lines(told: Told) -> Iterator[dict[str, Any]]:
    """Every line of estimater.csv that is no share, by the names of its columns."""
    more = told.more
    for number in more.numbers:
        yield number_line(told, number)
    for apart in more.differences:
        data = _difference(told, apart)
        rows = {"row": f"{apart.by}={apart.one}", "than": f"{apart.by}={apart.other}"}
        yield {**data, **rows, "kind": "difference", "estimator": "difference"}
    for fixed in more.corrections:
        data = _correction(told, fixed)
        yield {**data, "kind": "corrected", "estimator": "two_phase", "remarks": "|".join(data["remarks"])}
    for new in more.changes:
        data = _change(told, new)
        yield {
            **data,
            "than": "before",
            "kind": "change",
            "estimator": "difference",
            "remarks": "|".join(data["remarks"]),
        }


def _value(of: Estimate | None, limits: Limits | None, scale: int) -> dict[str, Any]:
    """The number, its error and its interval."""
    return {
        "value": scaled(of.value, scale) if of else None,
        "standard_error": scaled(of.error, scale) if of else None,
        "low": scaled(limits.low, scale) if limits else None,
        "high": scaled(limits.high, scale) if limits else None,
        "interval_method": "" if limits is None else T if limits.method == MEAN else NAMES[limits.method],
        "degrees_of_freedom": of.freedom if of else None,
    }


def _about(told: Told, definition: str) -> dict[str, Any]:
    about = told.about
    return {
        "generalisable": about.generalisable,
        "why_not": about.why_not,
        "presentation": "",
        "definition": definition,
        "data_date": about.data_date,
        "origin": about.origin,
    }


def unit_of(kind: str) -> tuple[str, int]:
    """The unit of a difference or change of such a number, and what it is multiplied by."""
    return (POINTS, 100) if kind == SHARE else (OWN, 1)


def _difference(told: Told, item: Difference) -> dict[str, Any]:
    unit, scale = unit_of(item.kind)
    return {
        "result": item.id,
        "of": item.kind,
        "by": item.by,
        "one": item.one,
        "other": item.other,
        **_value(item.of, item.limits, scale),
        "unit": unit,
        **_sides(("one", "other"), (item.first, item.second), scale),
        "covariance": scaled(item.covariance, scale**2),
        "cases": item.of.cases if item.of else 0,
        **_about(told, item.definition),
    }


def _sides(names: Sequence[str], of: Sequence[Estimate | None], scale: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, side in zip(names, of, strict=True):
        found[f"{name}_value"] = scaled(side.value, scale) if side else None
        found[f"{name}_standard_error"] = scaled(side.error, scale) if side else None
    return found


def _correction(told: Told, item: Correction) -> dict[str, Any]:
    found, first = item.found, item.first_limits
    told_of: dict[str, Any] = {
        "result": item.id,
        "row": row_key(item.by, item.domain),
        **_value(found.share if found else None, item.limits, 100),
        "unit": PERCENT,
        "cases": found.share.cases if found else 0,
        "weighted_cases": scaled(found.share.weight) if found else None,
        "unsettled": item.unsettled,
        **_about(told, item.definition),
        "remarks": list(found.remarks) if found else ["none_twice"],
    }
    if found is None:
        return told_of
    return told_of | {
        "first_value": scaled(found.first.value, 100),
        "first_low": scaled(first.low, 100) if first else None,
        "first_high": scaled(first.high, 100) if first else None,
        "correction": scaled(found.correction, 100),
        "variance_of_draw": scaled(found.variances[0], 10_000),
        "variance_of_second_reading": scaled(found.variances[1], 10_000),
        "read_twice": found.twice,
        "changed": found.changed,
        "misread_low": scaled(found.misread_low, 100),
        "misread_high": scaled(found.misread_high, 100),
    }


def _change(told: Told, item: Changed) -> dict[str, Any]:
    unit, scale = unit_of(item.kind)
    if item.kind == TOTAL:
        unit = CASES if told.more.counted(item.id) else OWN
    remarks = [] if item.same else ["defined_otherwise"]
    if item.of.bounded:
        remarks.append("covariance_bounded")
    return {
        "result": item.id,
        "of": item.kind,
        "row": row_key(item.by, item.domain),
        **_value(item.of.difference, item.limits, scale),
        "unit": unit,
        **_sides(("earlier", "later"), (item.of.earlier, item.of.later), scale),
        "covariance": scaled(item.of.covariance, scale**2),
        "overlap": item.of.overlap,
        "cases": item.of.difference.cases,
        **_about(told, item.definition),
        "generalisable": told.more.generalisable,
        "why_not": told.more.why_not,
        "remarks": [*remarks, *([] if item.recognised else ["no_unit"])],
    }

"""Differences as data: CSV, and what `--json` prints."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

from sagsbarometer.appeals.analyses.compared import Course, Difference, Rate
from sagsbarometer.measures.comparing import NEWCOMBE, WILSON
from sagsbarometer.measures.intervals import Interval
from sagsbarometer.measures.measure import Break
from sagsbarometer.reporting.pages.differences import Differences
from sagsbarometer.reporting.tables.table import is_few, safe

_HEADER = (
    "slags",
    "gruppe_id",
    "gruppe",
    "periode",
    "mod_gruppe_id",
    "mod_gruppe",
    "mod_periode",
    "taeller",
    "sager",
    "mod_taeller",
    "mod_sager",
    "procentpoint",
    "nedre",
    "oevre",
    "interval_metode",
    "faa_sager",
    "brud",
    "datadato",
    "status",
    "oprindelse",
)


def differences_csv(of: Differences) -> str:
    """Every difference: UTF-8 with commas, a dot as decimal mark and a header row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADER)
    tail = (of.edition.data_date, of.edition.status, of.edition.origin_label)
    kinds = (("perioder", of.compared.between_periods), ("grupper", of.compared.between_groups))
    for kind, items in kinds:
        for item in items:
            row = (kind, *_plain(of, item), *tail)
            writer.writerow(safe(value) for value in row)
    return out.getvalue()


def _plain(of: Differences, item: Difference) -> tuple[object, ...]:
    low, high = (item.interval.low, item.interval.high) if item.interval else (None, None)
    return (
        item.group,
        of.name(item.group),
        item.period.id,
        item.other_group,
        of.name(item.other_group),
        item.other_period.id,
        item.cell.numerator,
        item.cell.denominator,
        item.other.numerator,
        item.other.denominator,
        item.points,
        low,
        high,
        NEWCOMBE if item.interval else "",
        "ja" if _few(of, item) else "",
        "; ".join(one.date for one in item.breaks),
    )


def _few(of: Differences, item: Difference) -> bool:
    return is_few(of.edition, item.cell) or is_few(of.edition, item.other)


def differences_data(of: Differences) -> dict[str, Any]:
    """The same as plain data for `--json`; percentages and points as texts so that no decimal is lost."""
    return {
        "measure": of.compared.rates[0].cell.result,
        "as_of": of.edition.data_date,
        "origin": of.edition.origin,
        "rates": [_rate(of, item) for item in of.compared.rates],
        "between_periods": [_difference(of, item) for item in of.compared.between_periods],
        "between_groups": [_difference(of, item) for item in of.compared.between_groups],
        "trends": [_course(of, item) for item in of.compared.courses],
    }


def _rate(of: Differences, item: Rate) -> dict[str, Any]:
    return {
        "group": item.group,
        "name": of.name(item.group),
        "period": item.period.id,
        "numerator": item.cell.numerator,
        "denominator": item.cell.denominator,
        "unknown": item.cell.unknown,
        "percent": _text(item.cell.value),
        "interval": _ends(item.interval),
        "interval_method": WILSON if item.interval else "",
        "few_cases": is_few(of.edition, item.cell),
    }


def _difference(of: Differences, item: Difference) -> dict[str, Any]:
    return {
        "group": item.group,
        "period": item.period.id,
        "other_group": item.other_group,
        "other_period": item.other_period.id,
        "points": _text(item.points),
        "interval": _ends(item.interval),
        "interval_method": NEWCOMBE if item.interval else "",
        "holds_nought": item.holds_nought,
        "few_cases": _few(of, item),
        "breaks": [_break(one) for one in item.breaks],
    }


def _course(of: Differences, item: Course) -> dict[str, Any]:
    line = item.trend
    return {
        "group": item.group,
        "name": of.name(item.group),
        "points_a_year": _text(line.slope) if line else None,
        "interval": [str(line.low), str(line.high)] if line else None,
        "chi_square": _text(line.chi_square) if line else None,
        "p_value": _text(line.p_value) if line else None,
        "departure": _text(line.departure) if line else None,
        "departure_freedom": line.departure_freedom if line else None,
        "departure_p_value": _text(line.departure_p_value) if line else None,
        "breaks": [_break(one) for one in item.breaks],
    }


def _break(item: Break) -> dict[str, str]:
    return {"date": item.date, "kind": item.kind, "law": item.law}


def _ends(interval: Interval | None) -> list[str] | None:
    return [str(interval.low), str(interval.high)] if interval else None


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)

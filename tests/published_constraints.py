"""The published constraints, read and judged by themselves: which of them do these rows break?"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path

PUBLISHED = Path(__file__).resolve().parents[1] / "published" / "handicapsagsbarometret_2023"
Row = dict[str, str]
Constraint = dict[str, str]


def read_constraints() -> list[Constraint]:
    """All constraints of the document."""
    with (PUBLISHED / "joint_constraints.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def broken(rows: Sequence[Row], constraints: Sequence[Constraint]) -> list[str]:
    """The ids of the constraints that the rows do not satisfy."""
    return [item["id"] for item in constraints if not _JUDGES[item["kind"]](item, rows)]


def holds(text: str, row: Row) -> bool:
    """Whether a row fits a filter: `a=x|y & b=z`; the empty filter fits every row, `a=` an empty cell."""
    return all(row[name] in values for name, values in _terms(text))


@cache
def _terms(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    parts = [term.partition("=") for term in re.split(r"\s*&\s*", text) if term]
    return tuple((name, tuple(values.split("|"))) for name, _, values in parts)


def _within(item: Constraint, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if holds(item["base_filter"], row)]


def _in_range(item: Constraint, number: int | Fraction) -> bool:
    return Fraction(item["count_min"]) <= number <= Fraction(item["count_max"])


def _rounded(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole)


def _count(item: Constraint, rows: Sequence[Row]) -> bool:
    base = _within(item, rows)
    found = [row for row in base if holds(item["filter"], row)]
    if not _in_range(item, len(found)) or not base:
        return False
    if item["percent_rule"] == "nearest":
        return _rounded(len(found), len(base)) == int(item["percent"])
    if item["percent_rule"] == "sum_of_rounded_parts":
        name, _, values = item["filter"].partition("=")
        parts = Counter(row[name] for row in found)
        return sum(_rounded(parts[value], len(base)) for value in values.split("|")) == int(item["percent"])
    return not item["percent"]


def _distinct(item: Constraint, rows: Sequence[Row]) -> bool:
    return _in_range(item, len({row[item["filter"]] for row in rows}))


def _groups(item: Constraint, rows: Sequence[Row]) -> Counter[str]:
    found = Counter({row[item["base_filter"]]: 0 for row in rows})
    found.update(row[item["base_filter"]] for row in rows if holds(item["filter"], row))
    return found


def _group_zero(item: Constraint, rows: Sequence[Row]) -> bool:
    return _in_range(item, list(_groups(item, rows).values()).count(0))


def _group_range(item: Constraint, rows: Sequence[Row]) -> bool:
    return all(_in_range(item, number) for number in _groups(item, rows).values() if number)


def _all(item: Constraint, rows: Sequence[Row]) -> bool:
    return all(holds(item["filter"], row) for row in _within(item, rows))


def _numbers(item: Constraint, rows: Sequence[Row]) -> list[int]:
    return [int(row[item["filter"]]) for row in _within(item, rows)]


def _mean_weeks(item: Constraint, rows: Sequence[Row]) -> bool:
    days = _numbers(item, rows)
    return _in_range(item, Fraction(sum(days), 7 * len(days)))


_SIX = (
    "info_defect",
    "reasons_defect",
    "legal_basis_defect",
    "assessment_defect",
    "rule_bound_defect",
    "hearing_defect",
)


def _some(row: Row, value: str, names: Sequence[str]) -> bool:
    return any(row[name] == value for name in names)


_IDENTITIES: dict[str, Callable[[Row], bool]] = {
    "any_defect": lambda row: (row["any_defect"] == "1") == any(row[name] != "none" for name in _SIX),
    "material_defect": lambda row: (row["material_defect"] == "1") == _some(row, "material", _SIX),
    "in_accordance": lambda row: (row["in_accordance"] == "1") == (row["material_defect"] == "0"),
    "info_missing": lambda row: (
        (row["info_defect"] != "none")
        == _some(row, "1", ("info_missing_support", "info_missing_activities", "info_missing_other_rules"))
    ),
    "legal_basis_types": lambda row: (
        (row["legal_basis_defect"] != "none")
        == _some(row, "1", ("legal_basis_rule_misread", "legal_basis_wrong_provision"))
    ),
}

_JUDGES: dict[str, Callable[[Constraint, Sequence[Row]], bool]] = {
    "count": _count,
    "distinct": _distinct,
    "group_zero": _group_zero,
    "group_range": _group_range,
    "all": _all,
    "identity": lambda item, rows: all(map(_IDENTITIES[item["filter"]], rows)),
    "min": lambda item, rows: _in_range(item, min(_numbers(item, rows))),
    "max": lambda item, rows: _in_range(item, max(_numbers(item, rows))),
    "mean_weeks": _mean_weeks,
}

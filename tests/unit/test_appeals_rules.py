"""Rules that are asked of combinations of codes say what they say of single rows."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagsbarometer.appeals.codes import Codes
from sagsbarometer.appeals.intake.combining import Combinations
from sagsbarometer.appeals.intake.moments import microseconds
from sagsbarometer.appeals.intake.rules import Rule, rules
from sagsbarometer.appeals.registration import COLUMNS
from tests.conftest import trials
from tests.registrations_in_tests import CODES, EXTRA, OLD, SUPPORT

_DAYS = [date.min, date.max, *(date(2023, 12, 31) + timedelta(days=days) for days in range(-1, 3))]


@pytest.mark.parametrize("in_force", [CODES.in_force, dict.fromkeys(CODES.in_force, (date.min, date.max))])
def test_a_subject_is_out_of_force_on_the_same_days_by_its_period(
    in_force: dict[str, tuple[date, date]],
) -> None:
    codes = Codes(**{name: getattr(CODES, name) for name in Codes.__slots__} | {"in_force": in_force})
    (rule,) = (rule for rule in rules(codes, microseconds()) if rule.name == "subject_out_of_force")
    assert rule.broken is not None
    assert rule.broken_by is not None
    rows = list(product([*in_force, "andet", None], [*_DAYS, None]))
    columns = {
        "case_subject": pa.array([subject for subject, _ in rows], pa.string()),
        "decided_on": pa.array([day for _, day in rows], pa.date32()),
    }
    table = ibis.memtable(pa.table(columns))
    one_by_one = table.mutate(broken=rule.broken(table).fill_null(False)).to_pyarrow()["broken"].to_pylist()
    for (subject, day), broken in zip(rows, one_by_one, strict=True):
        first, last = in_force.get(subject or "", (date.min, date.max))
        assert broken == (day is not None and not first <= day <= last)
        past = None if day is None else sum(day >= cut for cut in rule.cuts) if rule.cuts else True
        assert rule.broken_by(subject, past) == broken


_CELLS = {
    "outcome": st.sampled_from([None, "upheld", "remitted", "lapsed"]),
    "decided_on": st.sampled_from([None, date(2023, 12, 31), date(2024, 1, 1)]),
    "case_subject": st.sampled_from([None, SUPPORT, EXTRA, OLD]),
    "law_area": st.sampled_from([None, "serviceloven", "barnets_lov"]),
    "reasons": st.sampled_from([None, "", "facts_or_reasons"]),
    "condition": st.sampled_from([None, "serviceloven/97/age", "x/1/y"]),
    "provision": st.sampled_from([None, "serviceloven/97", "barnets_lov/90", "x/1"]),
    "unread": st.booleans(),
}
_BY_CODES = [rule for rule in rules(CODES, microseconds()) if rule.broken_by]


def given_to(rule: Rule, row: dict[str, Any]) -> list[Any]:
    """What a rule is given of a row: the days as whether there is one, or how many cuts it is past; sets as any."""
    found = {**row, "reasons": bool(row["reasons"])}
    day = row["decided_on"]
    found["decided_on"] = day is not None
    if rule.cuts:
        found["decided_on"] = None if day is None else sum(day >= cut for cut in rule.cuts)
    return [found[column] for column in rule.columns]


@settings(max_examples=trials(400))
@given(st.lists(st.fixed_dictionaries(_CELLS), min_size=1, max_size=12), st.booleans())
def test_rules_about_codes_asked_together_are_broken_as_one_by_one(
    rows: list[dict[str, Any]], some_unread: bool
) -> None:
    types = {"decided_on": pa.date32(), "unread": pa.bool_()}
    table = ibis.memtable(
        pa.table(
            {name: pa.array([row[name] for row in rows], types.get(name, pa.string())) for name in _CELLS}
        )
    )
    seen = (
        (lambda rule: ~table.unread if "outcome" in rule.columns else None)
        if some_unread
        else lambda rule: None
    )
    asked = Combinations(table, COLUMNS, lambda expression: expression.to_pyarrow(), seen)
    expected = {}
    for rule in _BY_CODES:
        assert rule.broken_by is not None
        unread = some_unread and "outcome" in rule.columns
        read = [given_to(rule, row) for row in rows if not (unread and row["unread"])]
        expected[rule] = sum(bool(rule.broken_by(*values)) for values in read)
        assert sum(n for _, n in asked.breaking(rule)) == expected[rule]
    assert asked.broken(_BY_CODES) == expected

"""Rules that are asked of combinations of codes say what they say of single rows."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import ibis
import pyarrow as pa
import pytest

from sagsbarometer.appeals.codes import Codes
from sagsbarometer.appeals.intake.moments import microseconds
from sagsbarometer.appeals.intake.rules import rules
from tests.registrations_in_tests import CODES

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

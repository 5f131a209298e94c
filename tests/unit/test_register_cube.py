"""The engine's cube of a register as of a date, held against the same in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.as_of import end_of
from sagsbarometer.appeals.cube import cube
from sagsbarometer.appeals.layouts.needs import COUNT
from sagsbarometer.appeals.registration import DELIVERY, LINE, REGISTERED_AT, WITHDRAWN
from sagsbarometer.kernel.periods import Grain
from tests import registers_in_tests as plain
from tests.bench_register import SCHEMA

DAY = date(2025, 4, 11)
MIDNIGHT = datetime(2025, 4, 11, 22, tzinfo=UTC)  # summer time
WANTED = ("case_subject", "decided_on", "keywords", "outcome", "received_on")


def counted(registrations: Sequence[Mapping[str, Any]], day: date, grain: Grain) -> Counter[tuple[Any, ...]]:
    table = pa.Table.from_pylist([dict(row) for row in registrations], schema=SCHEMA)
    found = cube(ibis.memtable(table), day, WANTED, grain).to_pyarrow().to_pydict()
    return by_values(found)


def by_values(found: Mapping[str, Sequence[Any]]) -> Counter[tuple[Any, ...]]:
    keys = zip(*(found[name] for name in WANTED), strict=True)
    return Counter(dict(zip(keys, found[COUNT], strict=True)))


DAYS = st.one_of(st.none(), st.dates(date(2022, 11, 1), date(2024, 2, 1)))
REGISTRATION = st.fixed_dictionaries(
    {
        "case_id": st.sampled_from(["1", "2", "3", "10"]),
        "decided_on": DAYS,
        "received_on": DAYS,
        "outcome": st.sampled_from(["upheld", "remitted", None]),
        "case_subject": st.sampled_from(["a", "b", None]),
        "keywords": st.sampled_from(["", "reasons", "reasons|time_limits", None]),
        REGISTERED_AT: st.integers(-3, 3).map(lambda seconds: MIDNIGHT + timedelta(seconds=seconds)),
        DELIVERY: st.integers(1, 3),
        WITHDRAWN: st.sampled_from([False, False, True]),
    }
)


@given(rows=st.lists(REGISTRATION, max_size=25), grain=st.sampled_from(list(Grain)))
def test_the_cube_is_that_of_plain_python(rows: list[dict[str, Any]], grain: Grain) -> None:
    registrations = [{**plain.case(), **row, LINE: line} for line, row in enumerate(rows, start=2)]
    expected = by_values(plain.cube(plain.as_of(registrations, DAY), WANTED, grain))
    assert counted(registrations, DAY, grain) == expected


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2025, 4, 11), datetime(2025, 4, 11, 22, tzinfo=UTC)),
        (date(2025, 12, 10), datetime(2025, 12, 10, 23, tzinfo=UTC)),
        (date(2025, 3, 29), datetime(2025, 3, 29, 23, tzinfo=UTC)),  # the night summer time begins
        (date(2025, 10, 25), datetime(2025, 10, 25, 22, tzinfo=UTC)),  # and ends
        (date(2025, 10, 26), datetime(2025, 10, 26, 23, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_in_denmark(day: date, moment: datetime) -> None:
    assert end_of(day) == moment

"""A register as of a date: which registration of each case counts, and how often the register is read for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sagsbarometer.appeals.as_of import _by_number, as_of, end_of
from sagsbarometer.appeals.cube import cube
from sagsbarometer.appeals.registration import COLUMNS, DELIVERY, LINE, REGISTERED_AT, WITHDRAWN
from sagsbarometer.kernel.periods import Grain
from sagsbarometer.store.engine import opened_rows
from tests import registers_in_tests as plain
from tests.bench_register import SCHEMA

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
TICK = timedelta(microseconds=1)
Row = dict[str, Any]

# The days on which an hour is missing or comes twice, a summer's and a winter's day, a leap day, and long ago.
DAYS = [
    date(2024, 3, 30),
    date(2024, 3, 31),
    date(2024, 10, 26),
    date(2024, 10, 27),
    date(2025, 4, 11),
    date(2025, 12, 10),
    date(2024, 2, 29),
    date(1969, 12, 31),
]


@st.composite
def register(draw: st.DrawFn) -> tuple[list[Row], date]:
    """Registrations at and around midnight of a day, in the order drawn, and the day."""
    day = draw(st.sampled_from(DAYS))
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), COPENHAGEN).astimezone(UTC)
    near = st.sampled_from([-2 * TICK, -TICK, 0 * TICK, TICK])
    far = st.timedeltas(-timedelta(days=2), timedelta(days=2))
    deliveries = st.integers(1, 3)
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from("abc"), st.one_of(near, far), deliveries, st.booleans(), st.integers(0, 3)
            ),
            max_size=20,
        )
    )
    lines = draw(st.permutations(range(2, len(rows) + 2)))
    return [
        registration(
            case, midnight + after, delivery, line, outcome="upheld" if known else None, withdrawn=out == 0
        )
        for (case, after, delivery, known, out), line in zip(rows, lines, strict=True)
    ], day


def registration(case: str, at: datetime, delivery: int, line: int, **values: Any) -> Row:
    system = {REGISTERED_AT: at, DELIVERY: delivery, LINE: line, WITHDRAWN: values.get(WITHDRAWN, False)}
    return {**plain.case(case_id=case, **values), **system}


def table(rows: Sequence[Mapping[str, Any]]) -> Any:
    return ibis.memtable(pa.Table.from_pylist([dict(row) for row in rows], schema=SCHEMA))


def found(rows: Sequence[Mapping[str, Any]], day: date) -> list[Row]:
    counted: list[Row] = as_of(table(rows), day).to_pyarrow().cast(SCHEMA).to_pylist()
    return sorted(counted, key=lambda row: row["case_id"])


FAR_OUT = datetime(2024, 5, 1, tzinfo=UTC)


@given(drawn=register())
@example(drawn=([], date(2025, 4, 11)))
@example(drawn=([registration("a", FAR_OUT, 1, 2)], date(2024, 4, 29)))
def test_it_is_the_last_registration_of_each_case(drawn: tuple[list[Row], date]) -> None:
    rows, day = drawn
    assert found(rows, day) == sorted(plain.as_of(rows, day), key=lambda row: row["case_id"])


@given(drawn=register())
def test_other_engines_are_asked_for_the_same(drawn: tuple[list[Row], date]) -> None:
    """The form for engines without whole numbers that are wide enough; tests/integration/test_engines.py asks them."""
    rows, day = drawn
    there = table(rows)
    written = there[REGISTERED_AT] < ibis.literal(end_of(day), type=there[REGISTERED_AT].type())
    counted = _by_number(there.filter(written)).to_pyarrow().cast(SCHEMA).to_pylist()
    by_case = sorted(counted, key=lambda row: row["case_id"])
    assert by_case == sorted(plain.as_of(rows, day), key=lambda row: row["case_id"])


def test_of_one_moment_the_last_delivered_counts_and_then_the_lowest_line() -> None:
    rows = [
        registration("a", FAR_OUT, 2, 3, outcome="remitted"),
        registration("a", FAR_OUT, 2, 2, outcome="upheld"),
        registration("a", FAR_OUT, 1, 900_000, outcome="lapsed"),
        registration("b", FAR_OUT, 10, 2, outcome="remitted"),
        registration("b", FAR_OUT - TICK, 11, 2, outcome="upheld"),
    ]
    assert [row["outcome"] for row in found(rows, date(2024, 5, 1))] == ["remitted", "remitted"]


def test_the_largest_places_and_moments_keep_their_order() -> None:
    """Delivery and line are 32 bits each; the engine's clock ends in the year 294,247, ours in 9999."""
    most = 2**31 - 1
    last = datetime(9999, 12, 30, tzinfo=UTC)
    rows = [
        registration("a", last, most, most, outcome="remitted"),
        registration("a", last, most, most - 1, outcome="upheld"),
        registration("a", last, most - 1, most, outcome="upheld"),
        registration("a", last - TICK, most, most - 2, outcome="upheld"),
        registration("b", datetime(1, 1, 2, tzinfo=UTC), most, most, outcome="upheld"),
        registration("b", datetime(1, 1, 2, tzinfo=UTC) + TICK, 1, 2, outcome="remitted"),
    ]
    assert [row["outcome"] for row in found(rows, date(9999, 12, 30))] == ["remitted", "remitted"]


@pytest.mark.parametrize("zone", [UTC, COPENHAGEN, timezone(timedelta(hours=-9))])
def test_the_zone_the_rows_or_the_engine_keep_does_not_matter(zone: Any, tmp_path: Path) -> None:
    """The hour that comes twice in October: the later registration has the earlier time on the wall."""
    before, after = datetime(2024, 10, 27, 0, 30, tzinfo=UTC), datetime(2024, 10, 27, 1, 10, tzinfo=UTC)
    rows = [
        registration("a", after.astimezone(zone), 1, 2, outcome="remitted"),
        registration("a", before.astimezone(zone), 1, 3, outcome="upheld"),
    ]
    path = tmp_path / "0001.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path)
    connection = ibis.duckdb.connect()
    connection.raw_sql("set TimeZone = 'Europe/Copenhagen'")
    counted = as_of(connection.read_parquet(path), date(2024, 10, 27)).to_pyarrow()
    assert counted["outcome"].to_pylist() == ["remitted"]


@pytest.fixture
def deliveries(tmp_path: Path) -> list[Path]:
    paths = []
    for number in (1, 2, 3):
        at = FAR_OUT + timedelta(days=number)
        rows = [registration(case, at, number, line) for line, case in enumerate("abc", start=2)]
        paths.append(tmp_path / f"{number:04d}.parquet")
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), paths[-1])
    return paths


@pytest.mark.parametrize("columns", [("outcome",), ("case_subject", "decided_on", "outcome"), tuple(COLUMNS)])
def test_the_register_is_read_twice_however_much_is_counted(
    deliveries: list[Path], columns: tuple[str, ...]
) -> None:
    """Once for the order of its registrations, once for the columns of the last; nothing else, nothing kept between."""
    with opened_rows(*deliveries, columns=COLUMNS) as (rows, execute):
        asked = cube(rows, date(2024, 5, 3), columns, Grain.YEAR)
        sql = str(ibis.to_sql(asked))
        plan = json.loads(rows.get_backend().raw_sql(f"explain (format json) {sql}").fetchall()[0][1])
        assert sum(execute(asked)["n"].to_pylist()) == 3
    order = {REGISTERED_AT, DELIVERY, LINE}
    assert sorted(map(sorted, read(plan))) == sorted(map(sorted, ({"case_id", *order}, {*columns, *order})))
    assert "CTE" not in json.dumps(plan), sql


def read(plan: Sequence[Mapping[str, Any]]) -> Iterator[set[str]]:
    """The columns of each reading of the files in a plan of the engine."""
    for node in plan:
        if node["name"] == "READ_PARQUET":
            yield set(node["extra_info"]["Projections"])
        yield from read(node["children"])


def test_a_register_of_several_deliveries_is_one_register(deliveries: list[Path]) -> None:
    with opened_rows(*deliveries, columns=COLUMNS) as (rows, execute):
        counted = execute(as_of(rows, date(2024, 5, 3)))
    assert counted["delivery"].to_pylist() == [2, 2, 2]
    assert end_of(date(2024, 5, 3)) == FAR_OUT + timedelta(days=2, hours=22)

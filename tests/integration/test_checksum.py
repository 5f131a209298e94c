"""The checksum that PostgreSQL gives of a copy is the one DuckDB gives of the delivery, whatever stands in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sagsbarometer.store.checksum import parquet_checksum
from sagsbarometer.store.engine import opened_rows
from tests import engines_in_tests as generated

TYPES = generated.OWN.types
TEXTS = [
    "",
    '"',
    '""',
    "-",
    ";",
    '";"',
    "\\",
    "\\N",
    "a\nb",
    "æøå ΑΒΓ 漢字 👩‍👩‍👧",
    "e\u0301",
    "'; drop table x;--",
    "\x01",
    None,
]
DAYS = [date(1, 1, 1), date(1582, 10, 15), date(1969, 12, 31), date(2024, 2, 29), date(9999, 12, 31), None]
MOMENTS = [
    datetime(2, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC),
    datetime(2024, 3, 31, 1, 0, 0, 1, UTC),
    datetime(9998, 12, 31, tzinfo=UTC),
]


def rows() -> list[dict[str, Any]]:
    return [
        {
            "case_id": str(number),
            "office": text,
            "authority": text,
            "decided_on": DAYS[number % len(DAYS)],
            "processing_days": (None, 0, -(2**31), 2**31 - 1)[number % 4],
            "statutory_priority": (None, True, False)[number % 3],
            "registered_at": MOMENTS[number % len(MOMENTS)],
            "line": number,
            "withdrawn": (False, True)[number % 2],
        }
        for number, text in enumerate(TEXTS)
    ]


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    schema = pa.schema(
        [(name, pa.string()) for name in ("case_id", "office", "authority")]
        + [("decided_on", pa.date32()), ("processing_days", pa.int32()), ("statutory_priority", pa.bool_())]
        + [("registered_at", pa.timestamp("us", "UTC")), ("line", pa.int32()), ("withdrawn", pa.bool_())]
    )
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    return path


def test_whatever_stands_in_a_delivery_its_copy_is_found_whole(tmp_path: Path, database: str) -> None:
    path = written(tmp_path / "hele * [delivery].parquet", rows())
    for _ in range(2):  # copied, and found
        with opened_rows(path, columns=TYPES, engine=database) as (table, run):
            assert run(table.aggregate(n=table.count()))["n"][0].as_py() == len(TEXTS)


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("office", None, "-"),
        ("office", None, ""),
        ("office", '";"', '"";""'),
        ("processing_days", 0, None),
        ("statutory_priority", False, None),
        ("decided_on", date(1970, 1, 1), None),
    ],
)
def test_rows_that_differ_have_another(tmp_path: Path, column: str, one: Any, other: Any) -> None:
    types = {
        "office": "string",
        "processing_days": "int32",
        "statutory_priority": "boolean",
        "decided_on": "date",
    }
    found = {
        parquet_checksum(written(tmp_path / f"{place}.parquet", [{"case_id": "1", column: value}]), types)
        for place, value in enumerate((one, other))
    }
    assert len(found) == 2


def test_the_order_of_rows_does_not_count_but_their_number_does(tmp_path: Path) -> None:
    types = {"case_id": "string", "office": "string", "line": "int32"}
    found = [
        parquet_checksum(written(tmp_path / f"{place}.parquet", made), types)
        for place, made in enumerate((rows(), rows()[::-1], [*rows(), rows()[0]], []))
    ]
    assert found[0] == found[1] != found[2]
    assert found[3] == "0"


def test_values_do_not_flow_from_one_column_to_the_next(tmp_path: Path) -> None:
    types = {"office": "string", "authority": "string"}
    pairs = [('a";"b', "c"), ("a", 'b";"c'), ("a", "b"), ("b", "a")]
    found = {
        parquet_checksum(written(tmp_path / f"{place}.parquet", [{"office": one, "authority": other}]), types)
        for place, (one, other) in enumerate(pairs)
    }
    assert len(found) == len(pairs)

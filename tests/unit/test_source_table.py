"""A table of a database as a source of rows."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest

from sagsbarometer.deliveries.stream import Reading
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.sources import open_input


def rows(address: str, table: str, most: int = 2) -> list[tuple[int, tuple[str, ...]]]:
    """Number and cells of every row."""
    source = open_input([address], Reading(table=table))
    found = []
    for batch in source.batches(most):
        assert len(batch) <= most
        cells = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        found += zip(batch.numbers.to_pylist(), cells, strict=True)
    return found


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    path = tmp_path / "sager å.db"
    with sqlite3.connect(path) as connection:
        connection.execute('create table "klage sager" (nr text, dage integer, dato date)')
        values = [("1", 5, "2024-01-05"), (" 2 ", "ukendt", None), ("3", 2.5, "05-01-2024")]
        connection.executemany('insert into "klage sager" values (?, ?, ?)', values)
        connection.execute("create table billeder (fil blob)")
        connection.execute("insert into billeder values (x'00ff')")
    connection.close()
    return path


def test_a_table_of_sqlite_is_read_as_it_stands(sqlite_file: Path) -> None:
    before = sqlite_file.read_bytes()
    found = rows(f"sqlite:///{sqlite_file}", "klage sager")
    assert found == [
        (2, ("1", "5", "2024-01-05")),
        (3, ("2", "ukendt", "")),
        (4, ("3", "2.5", "05-01-2024")),
    ]
    assert sqlite_file.read_bytes() == before


def test_a_path_from_here_is_read_too(sqlite_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sqlite_file.parent)
    assert len(rows("sqlite:///sager%20å.db", "klage sager")) == 3


def test_a_table_of_duckdb_has_its_values_in_one_notation(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table t as select i as nr, date '2024-01-05' + i::int as dag, true as ja, i * 1.5 as tal,"
            " timestamp '2024-01-05 10:00:00' as tid, null::varchar as tom from range(3) r(i)"
        )
    first = ("0", "2024-01-05", "true", "0", "2024-01-05T10:00:00", "")
    assert rows(f"duckdb:///{path}", "t")[0] == (2, first)
    assert len(rows(f"duckdb:///{path}", "main.t")) == 3
    source = open_input([f"duckdb:///{path}"], Reading(table="t"))
    assert (source.name, source.kind, source.form) == ("t", "sql", "tabel i DuckDB")
    assert list(source.batches())
    assert source.size == source.position == path.stat().st_size


@pytest.mark.parametrize(
    ("address", "table"),
    [
        ("sqlite:///{folder}/findes_ikke.db", "t"),
        ("duckdb:///{folder}/findes_ikke.duckdb", "t"),
        ("sqlite:///{file}", "findes ikke"),
        ("sqlite:///{file}", ""),
        ("sqlite:///{file}", "billeder"),
        ("duckdb:///{file}", "klage sager"),
        ("mysql://bruger:hemmelig@vaert/base", "t"),
        ("postgresql://bruger:hemmelig@127.0.0.1:1/base", "t"),
    ],
)
def test_what_cannot_be_read_is_told_without_the_address(sqlite_file: Path, address: str, table: str) -> None:
    full = address.format(file=sqlite_file, folder=sqlite_file.parent)
    with pytest.raises(Faults) as caught:
        rows(full, table)
    assert {problem.code for problem in caught.value.problems} == {"FIL-126"}
    said = str(caught.value)
    assert "hemmelig" not in said
    assert "bruger" not in said.replace("bruger@vært", "").replace("adresse, bruger og", "")
    assert str(sqlite_file.parent) not in said
    assert not (sqlite_file.parent / "findes_ikke.db").exists()


def test_a_database_stands_alone(sqlite_file: Path) -> None:
    with pytest.raises(Faults) as caught:
        open_input([f"sqlite:///{sqlite_file}", "a.csv"], Reading(table="t"))
    assert [problem.code for problem in caught.value.problems] == ["FIL-126"]

"""Opening a register for counting: columns that are not there, memory that runs out, engines that are not there."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sagsbarometer.appeals.registration import COLUMNS, DELIVERY, LINE, REGISTERED_AT, WITHDRAWN
from sagsbarometer.cli.main import app
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.appeals_tables import Job
from sagsbarometer.store import engine as engine_module
from sagsbarometer.store.engine import SYSTEM, opened_rows
from sagsbarometer.store.engine_names import kind_of, name_of, shown_engine, told_underway
from sagsbarometer.store.memory import memory_limit

MOMENT = datetime(2024, 5, 1, tzinfo=UTC)
SECRET = "hemmeligt"
HIDDEN = f"postgresql://chef:{SECRET}@127.0.0.1:1/sager?application_name={SECRET}"


def codes(action: Callable[[], object]) -> list[str]:
    with pytest.raises(Faults) as raised:
        action()
    told = str(raised.value)
    assert SECRET not in told
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return [problem.code for problem in raised.value.problems]


def delivery(path: Path, **columns: pa.Array) -> Path:
    system = {
        REGISTERED_AT: pa.array([MOMENT], pa.timestamp("us", "UTC")),
        DELIVERY: pa.array([1], pa.int32()),
        LINE: pa.array([2], pa.int32()),
    }
    pq.write_table(pa.table({"case_id": pa.array(["1"]), **system, **columns}), path)
    return path


# --- columns ---


def test_the_columns_of_every_registration_are_the_system_columns() -> None:
    assert set(SYSTEM) == {REGISTERED_AT, DELIVERY, LINE, WITHDRAWN}


def test_a_column_no_delivery_has_is_null_and_of_its_type(tmp_path: Path) -> None:
    columns = {**COLUMNS, "emne": Type.CODE}
    with opened_rows(delivery(tmp_path / "1.parquet"), columns=columns) as (rows, execute):
        found = execute(rows)
        types = {
            name: str(rows[name].type())
            for name in ("processing_days", "emne", "statutory_priority", "applied_on")
        }
    assert set(found.column_names) == {*columns, *SYSTEM}
    assert found["emne"].to_pylist() == [None]
    assert types == {
        "processing_days": "int32",
        "emne": "string",
        "statutory_priority": "boolean",
        "applied_on": "date",
    }


def test_deliveries_are_joined_by_the_names_of_their_columns(tmp_path: Path) -> None:
    """Not by their order; and nobody withdrew before there was a column to say so in."""
    paths = [
        delivery(tmp_path / "1.parquet", office=pa.array(["A"])),
        delivery(
            tmp_path / "2.parquet", emne=pa.array(["x"]), withdrawn=pa.array([True]), office=pa.array(["B"])
        ),
        delivery(tmp_path / "3.parquet", withdrawn=pa.array([None], pa.bool_())),
    ]
    with opened_rows(*paths, columns={"case_id": Type.TEXT, "office": Type.TEXT, "emne": Type.CODE}) as (
        rows,
        run,
    ):
        found = {tuple(row.values()) for row in run(rows["office", "emne", WITHDRAWN]).to_pylist()}
    assert found == {("A", None, False), ("B", "x", True), (None, None, False)}


# --- memory ---


def test_what_memory_has_no_room_for_goes_to_disk_and_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "many.parquet"
    size = 1_000_000
    pq.write_table(pa.table({"case_id": [f"{number:020d}" for number in range(size)]}), path)
    spilled = tmp_path / "spilled"
    spilled.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spilled))
    monkeypatch.setattr(engine_module, "memory_limit", lambda: 64)
    with opened_rows(path) as (rows, execute):
        (folder,) = spilled.iterdir()
        assert folder.stat().st_mode & 0o077 == 0  # cases are nobody else's to read
        grouped = rows.group_by("case_id").aggregate(n=rows.count())
        assert execute(grouped.aggregate(n=grouped["n"].sum()))["n"].to_pylist() == [size]
    assert list(spilled.iterdir()) == []


def test_no_room_at_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "many.parquet"
    pq.write_table(pa.table({"case_id": [f"{number:020d}" for number in range(300_000)]}), path)
    monkeypatch.setattr(engine_module, "memory_limit", lambda: 8)
    with opened_rows(path) as (rows, execute):
        asked = rows.group_by("case_id").aggregate(last=rows["case_id"].collect())
        assert codes(lambda: execute(asked)) == ["MOTOR-105"]


def test_memory_is_half_of_the_machines_and_at_most_four_gb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAGSBAROMETER_MEMORY", raising=False)
    assert 512 <= memory_limit() <= 4096
    monkeypatch.setenv("SAGSBAROMETER_MEMORY", "8")
    assert memory_limit() == 8192


@pytest.mark.parametrize("said", ["0", "8GB", "-1", "1.5", " ", "٨"])
def test_a_setting_that_says_no_memory_is_told(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAGSBAROMETER_MEMORY", said)
    assert codes(memory_limit) == ["MOTOR-104"]


# --- connection strings ---


@pytest.mark.parametrize(
    ("engine", "kind", "name"),
    [
        ("", "DuckDB", "DuckDB"),
        ("local", "Spark", "Spark"),
        ("local[2]", "Spark", "Spark"),
        ("local[*]", "Spark", "Spark"),
        ("spark://vaert:7077", "Spark", "Spark"),
        ("spark://a:7077,b:7077", "Spark", "Spark"),
        ("postgresql://vaert/db", "PostgreSQL", "PostgreSQL"),
        ("postgres://u:p@vaert/db", "PostgreSQL", "PostgreSQL"),
        ("trino://u:p@vaert/db", "other", "trino"),
    ],
)
def test_a_connection_string_means_an_engine(engine: str, kind: str, name: str) -> None:
    assert (kind_of(engine), name_of(engine)) == (kind, name)


@pytest.mark.parametrize(
    "engine", [f"duckdb {SECRET}", f"host={SECRET}", "local[x]", f"spark://u:{SECRET}@v", "//", " "]
)
def test_a_string_that_means_none_is_told_and_not_repeated(engine: str) -> None:
    assert codes(lambda: kind_of(engine)) == ["MOTOR-101"]


@pytest.mark.parametrize(
    ("engine", "shown"),
    [
        (HIDDEN, "PostgreSQL på 127.0.0.1"),
        (f"postgresql://u:{SECRET}@/db", "PostgreSQL"),
        (f"postgresql://%2F{SECRET}/db", "PostgreSQL"),
        (f"postgresql://u:a@{SECRET}@vaert/db", "PostgreSQL på vaert"),
        (f"postgresql://[{SECRET}/db", "PostgreSQL"),
        (f"trino://u:{SECRET}@Vaert:1/db", "trino på vaert"),
        ("local[2]", "Spark"),
    ],
)
def test_an_engine_is_shown_by_its_host(engine: str, shown: str) -> None:
    assert shown_engine(engine) == shown


def test_the_address_is_not_shown_with_the_job() -> None:
    assert SECRET not in repr(Job(Path("r"), "l", "2024-01-01", Path("o"), engine=HIDDEN))


@pytest.mark.parametrize(
    "engine", [HIDDEN, "spark://127.0.0.1:1", "spark://vaert", "mysql://u:hemmeligt@127.0.0.1:1/x"]
)
def test_nobody_there_is_told(engine: str, tmp_path: Path) -> None:
    def open_it() -> None:
        with opened_rows(delivery(tmp_path / "1.parquet"), columns=COLUMNS, engine=engine):
            pass

    if engine.startswith("spark"):
        pytest.importorskip("pyspark")
    assert codes(open_it) in (["MOTOR-103"], ["MOTOR-102"] if engine.startswith("mysql") else [])


@pytest.mark.parametrize(("engine", "library"), [(HIDDEN, "psycopg"), ("local[2]", "pyspark.sql")])
def test_what_is_not_installed_is_told(
    engine: str, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)

    def open_it() -> None:
        with opened_rows(delivery(tmp_path / "1.parquet"), columns=COLUMNS, engine=engine):
            pass

    assert codes(open_it) == ["MOTOR-102"]


def test_what_an_engine_says_when_it_gives_up_is_not_repeated() -> None:
    def give_up() -> None:
        with told_underway(HIDDEN):
            raise ValueError(f"connection to {HIDDEN} lost at row 0101701234")

    assert codes(give_up) == ["MOTOR-105"]
    with pytest.raises(KeyboardInterrupt), told_underway(HIDDEN):
        raise KeyboardInterrupt


def with_moments(path: Path) -> Path:
    """A register with moments a text would have in another order."""
    moments = [MOMENT.replace(hour=hour, microsecond=hour) for hour in (0, 2, 22)]
    system = {REGISTERED_AT: pa.array(moments, pa.timestamp("us", "UTC")), DELIVERY: [1] * 3, LINE: [2, 3, 4]}
    pq.write_table(pa.table({"case_id": ["1", "2", "3"], **system}), path)
    return path


def test_another_engine_ibis_knows_counts_too(tmp_path: Path) -> None:
    """A DuckDB file: by its address it is as any other."""
    columns = {"case_id": Type.TEXT, "emne": Type.CODE}
    address = f"duckdb://{tmp_path / 'x.duckdb'}"
    path = with_moments(tmp_path / "1.parquet")
    with opened_rows(path, columns=columns, engine=address) as (rows, execute):
        assert execute(rows["emne", WITHDRAWN]).to_pylist() == [{"emne": None, WITHDRAWN: False}] * 3


def test_an_engine_to_which_a_moment_is_text_is_refused(tmp_path: Path) -> None:
    def open_it() -> None:
        path = with_moments(tmp_path / "1.parquet")
        with opened_rows(path, columns=COLUMNS, engine=f"sqlite://{tmp_path / 'x.sqlite'}"):
            pass

    assert codes(open_it) == ["MOTOR-107"]


# --- the command ---


@pytest.mark.parametrize(("engine", "code"), [(HIDDEN, "MOTOR-103"), (SECRET, "MOTOR-101")])
@pytest.mark.parametrize("by_environment", [False, True])
def test_the_command_ends_with_2_and_tells_no_secret(
    engine: str, code: str, by_environment: bool, tmp_path: Path
) -> None:
    from tests.integration.test_appeals_tables import ROWS, register_of

    register = register_of(tmp_path, ROWS)
    command = ["appeals", "tables", "--register", str(register), "--layout", "annual_report_2024"]
    command += ["--as-of", "2025-04-11", "--out", str(tmp_path / "out")]
    more = [] if by_environment else ["--engine", engine]
    environment = {"SAGSBAROMETER_ENGINE": engine} if by_environment else {}
    result = CliRunner().invoke(app, [*command, *more], env=environment)
    assert (result.exit_code, code in result.output, SECRET in result.output) == (2, True, False), (
        result.output
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize("there", [False, True])
def test_no_file_is_left_and_none_is_taken(tmp_path: Path, kind: str, there: bool) -> None:
    """A file made by connecting is nobody's; one that was there is somebody's."""
    import duckdb

    connect = sqlite3.connect if kind == "sqlite" else duckdb.connect
    address, rows = f"{kind}:///{tmp_path}/tal", with_moments(tmp_path / "1.parquet")
    if there:
        mine = connect(str(tmp_path / "tal"))
        mine.execute("create table mine (a integer)")
        mine.close()
    try:
        with opened_rows(rows, columns=COLUMNS, engine=address) as (table, run):
            assert run(table["case_id", WITHDRAWN]).num_rows == 3
    except Faults as faults:
        assert (kind, [problem.code for problem in faults.problems]) == ("sqlite", ["MOTOR-107"])
    assert {path.name for path in tmp_path.iterdir()} == {"1.parquet", *(["tal"] if there else [])}
    if there:
        mine = connect(str(tmp_path / "tal"))
        assert mine.execute("select count(*) from mine").fetchone() == (0,)
        mine.close()

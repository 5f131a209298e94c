"""A table of somebody's database, read as it stands: nothing is written there, and nothing of its address is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import unquote, urlsplit

from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem

if TYPE_CHECKING:
    import pyarrow as pa

_SCHEMES = ("postgresql://", "postgres://", "sqlite://", "duckdb://")
_MOST_NAMED = 12
_ADDRESSES = "postgresql://bruger@vært/database, sqlite:///sti/fil.db eller duckdb:///sti/fil.duckdb"


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table: what it is called, its columns with their types (all null where they follow from the rows), and
    `read`, which gives its rows from the beginning, at most so many at a time. `size` is that of the database's file.
    """

    name: str
    engine: str
    schema: pa.Schema
    rows: int
    size: int
    read: Callable[[int], Iterator[pa.RecordBatch]]


def is_address(text: str) -> bool:
    """Whether this is a connection string and not the name of a file."""
    return "://" in text


def open_table(address: str, table: str) -> SourceTable:
    """A table of a database. Raises Faults FIL-126 when it cannot be opened; the address is in no message."""
    if not address.startswith(_SCHEMES):
        _refuse("Tekststrengen er ikke adressen på en database, der kan læses.", f"Skriv {_ADDRESSES}.")
    if not table:
        _refuse("Det er ikke sagt, hvilken tabel i databasen der skal læses.", "Skriv den med --table.")
    return _of_sqlite(address, table) if address.startswith("sqlite:") else _by_ibis(address, table)


def _refuse(fault: str, remedy: str, table: str = "") -> NoReturn:
    raise Faults([Problem("FIL-126", Place(shown(table)[1:-1] if table else "databasen"), fault, remedy)])


def _file(address: str) -> Path:
    """The file of an address; as many slashes as others write: three before a path from here, four before one from
    the root.
    """
    path = Path(unquote(urlsplit(address).path).removeprefix("/"))
    found = next((candidate for candidate in (Path("/") / path, path) if candidate.is_file()), None)
    if found is None:
        _refuse("Databasens fil findes ikke eller kan ikke åbnes.", "Kontrollér sti og rettigheder.")
    return found


# --- SQLite: Ibis would fetch the whole table at once ---


@contextmanager
def _sqlite(path: Path, table: str) -> Iterator[sqlite3.Connection]:
    connection = None
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        yield connection
    except sqlite3.Error as error:
        _refuse(f"SQLite-databasen kan ikke læses ({type(error).__name__}).", "Kontrollér filen.", table)
    finally:
        if connection is not None:
            connection.close()


def _of_sqlite(address: str, table: str) -> SourceTable:
    import pyarrow as pa

    path = _file(address)
    quoted = '"' + table.replace('"', '""') + '"'
    with _sqlite(path, table) as connection:
        found = connection.execute(
            "select name from sqlite_master where type in ('table', 'view') order by name"
        )
        names = [name for (name,) in found]
        if table not in names:
            _no_table(table, names)
        columns = [column[0] for column in connection.execute(f"select * from {quoted} limit 0").description]
        (rows,) = connection.execute(f"select count(*) from {quoted}").fetchone()

    def read(most: int) -> Iterator[pa.RecordBatch]:
        with _sqlite(path, table) as connection:
            cursor = connection.execute(f"select * from {quoted}")
            while values := cursor.fetchmany(most):
                arrays = [_array(list(column), table) for column in zip(*values, strict=True)]
                yield pa.RecordBatch.from_arrays(arrays, names=columns)

    schema = pa.schema([(name, pa.null()) for name in columns])
    return SourceTable(table, "SQLite", schema, rows, path.stat().st_size, read)


def _array(values: list[Any], table: str) -> pa.Array:
    """The values of a column as SQLite gives them: what a column is declared to be binds no cell of it."""
    import pyarrow as pa

    if any(isinstance(value, bytes) for value in values):
        _refuse("Tabellen har celler med bytes (BLOB), som ikke kan læses.", "Lav et view uden dem.", table)
    if len({type(value) for value in values if value is not None}) > 1:
        values = [value if value is None or isinstance(value, str) else str(value) for value in values]
    return pa.array(values)


def _no_table(table: str, names: list[str]) -> NoReturn:
    have = ", ".join(shown(name) for name in names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
    remedy = f"Dens tabeller: {have}." if names else "Kontrollér adressen og tabellens navn."
    _refuse(f"Databasen har ingen tabel {shown(table)}, som kan læses.", remedy, table)


# --- others, by Ibis ---


@contextmanager
def _ibis_table(address: str, table: str) -> Iterator[Any]:
    import ibis

    name = "DuckDB" if address.startswith("duckdb:") else "PostgreSQL"
    connection = None
    try:
        if name == "DuckDB":
            connection = ibis.duckdb.connect(_file(address), read_only=True)
        else:
            connection = ibis.connect(address.replace("postgresql://", "postgres://", 1))
        schema, _, plain = table.rpartition(".")
        yield connection.table(plain, database=schema or None)
    except (Faults, GeneratorExit):
        raise
    except ImportError:
        remedy = "Installér den: pip install 'sagsbarometer[postgres]'."
        _refuse("Driveren til PostgreSQL (psycopg) er ikke installeret.", remedy, table)
    except ibis.common.exceptions.TableNotFound:
        _no_table(table, [])
    except Exception as error:  # each driver has its own; their words may hold the address
        fault = f"{name}-databasen svarer ikke eller kan ikke læses ({type(error).__name__})."
        _refuse(fault, "Kontrollér adresse, bruger og rettigheder.", table)
    finally:
        if connection is not None:
            connection.disconnect()


def _by_ibis(address: str, table: str) -> SourceTable:
    duckdb = address.startswith("duckdb:")
    with _ibis_table(address, table) as opened:
        schema = opened.schema().to_pyarrow()
        rows = int(opened.count().to_pyarrow().as_py())

    def read(most: int) -> Iterator[pa.RecordBatch]:
        with _ibis_table(address, table) as opened:
            if duckdb:  # Ibis 12 asks for the rows by a name that DuckDB 2 no longer has
                yield from opened.get_backend().con.sql(opened.compile()).to_arrow_reader(most)
            else:
                yield from opened.to_pyarrow_batches(chunk_size=most)

    size = _file(address).stat().st_size if duckdb else 0
    return SourceTable(table, "DuckDB" if duckdb else "PostgreSQL", schema, rows, size, read)

"""Counting by PostgreSQL: each delivery is copied there once, into a table named by what it holds.

A copy is made in one transaction: it is there whole or not at all. It stays, so that the next question need not copy
again, and a new delivery is all that is copied then; its comment tells what it is and how it is dropped. Each time, a
checksum of it is held up against one of the delivery: somebody may have changed it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagsbarometer.kernel.ids import file_hash
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.count import Execute
from sagsbarometer.store.checksum import parquet_checksum, postgres_checksum
from sagsbarometer.store.engine import with_every_column
from sagsbarometer.store.engine_names import no_answer, not_installed, shown_engine, told_underway

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import psycopg
    import pyarrow as pa

FORM = "1"  # of the copy; another form is another table
_PATIENCE = 10  # seconds to wait for the server
_ROWS = 100_000  # written at a time
_TOLD = 2_000_000  # rows between two lines of progress
_SAID = re.compile(r"kontrolsum (\d+)")
_SQL_TYPES = {"string": "text", "date": "date", "int32": "integer", "boolean": "boolean"}


@contextmanager
def postgres_rows(
    paths: Sequence[Path], dtypes: Mapping[str, str], engine: str, tell: Callable[[str], None]
) -> Iterator[tuple[ir.Table, Execute]]:
    """The rows of Parquet files as a table of PostgreSQL, copied there where they are not. Raises Faults MOTOR-1xx."""
    import ibis

    connection = _connected(engine)
    try:
        with told_underway(engine):
            names = [_copied(connection, path, dtypes, engine, tell) for path in paths]
            # Sorting the registrations of every case in 4 MB takes a file for each handful of them.
            connection.execute("set work_mem = '256MB'")
            server = ibis.postgres.from_connection(connection)
            deliveries = [with_every_column(server.table(name), dtypes) for name in names]
            table = ibis.union(*deliveries) if len(deliveries) > 1 else deliveries[0]

        def run(expression: ir.Table) -> Any:
            with told_underway(engine):
                return expression.to_pyarrow()

        yield table, run
    finally:
        connection.close()


def _connected(engine: str) -> psycopg.Connection[Any]:
    try:
        import psycopg
    except ImportError:
        remedy = "Installér det: pip install 'sagsbarometer[postgres]'."
        raise not_installed("PostgreSQL-driveren psycopg", remedy) from None
    try:
        # An address that says how long to wait itself is heeded.
        patience: dict[str, Any] = {} if "connect_timeout=" in engine else {"connect_timeout": _PATIENCE}
        return psycopg.connect(engine, autocommit=True, application_name="sagsbarometer", **patience)
    except psycopg.Error as error:
        raise no_answer(engine, error.sqlstate or "") from None


def _copied(
    connection: psycopg.Connection[Any],
    path: Path,
    dtypes: Mapping[str, str],
    engine: str,
    tell: Callable[[str], None],
) -> str:
    """The name of the table of a delivery, which is there. Two who want it at once wait for each other."""
    import pyarrow.parquet as pq

    file = pq.read_schema(path).names
    there = {name: dtype for name, dtype in dtypes.items() if name in file}
    said = [FORM, *(f"{name} {dtype}" for name, dtype in there.items()), file_hash(path)]
    table = f"sagsbarometer_{sha256(chr(10).join(said).encode()).hexdigest()[:32]}"
    rows = pq.read_metadata(path).num_rows
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", (table,))
        found = connection.execute("select to_regclass(%s) is not null", (table,)).fetchone()
        if not found or not found[0]:
            _copy(connection, table, path, there, rows, engine, tell)
        elif not _is_whole(connection, table, path, there, rows):
            raise Faults([_changed(table, engine)])
    return table


def _copy(
    connection: psycopg.Connection[Any],
    table: str,
    path: Path,
    dtypes: Mapping[str, str],
    rows: int,
    engine: str,
    tell: Callable[[str], None],
) -> None:
    tell(f"Kopierer {_danish(rows)} registreringer til {shown_engine(engine)}, tabel {table}")
    columns = ", ".join(f'"{name}" {_SQL_TYPES.get(dtype, "timestamptz")}' for name, dtype in dtypes.items())
    connection.execute(f"create table {table} ({columns})")
    done, told = 0, 0
    with connection.cursor().copy(f"copy {table} from stdin with (format csv)") as copy:
        for batch in aligned_batches([path], dtypes):
            copy.write(_csv(batch))
            done += batch.num_rows
            if done - told >= _TOLD and done < rows:
                told = done
                tell(f"Kopieret {_danish(done)} af {_danish(rows)}")
    checksum = parquet_checksum(path, dtypes)
    if connection.execute(postgres_checksum(table, dtypes)).fetchone() != (rows, checksum):
        raise Faults([_changed(table, engine)])
    said = f"sagsbarometer: kopi af en levering, {rows} registreringer, kontrolsum {checksum}."
    connection.execute(f"comment on table {table} is '{said} Kan slettes: drop table {table};'")
    connection.execute(f"analyze {table}")


def _is_whole(
    connection: psycopg.Connection[Any], table: str, path: Path, dtypes: Mapping[str, str], rows: int
) -> bool:
    """Whether a table has the rows of a delivery, value for value, in whatever order."""
    there, found = connection.execute(postgres_checksum(table, dtypes)).fetchone() or (0, None)
    if there != rows:
        return False
    said = connection.execute("select obj_description(to_regclass(%s), 'pg_class')", (table,)).fetchone()
    # What was copied is said beside the copy: to read the delivery once more takes as long again.
    match = _SAID.search(str(said and said[0]))
    return found == (match[1] if match else parquet_checksum(path, dtypes))


def _changed(name: str, engine: str) -> Problem:
    fault = f"Tabellen {name} i {shown_engine(engine)} har andre rækker end leveringen."
    return Problem("MOTOR-106", Place("--engine"), fault, f"Slet den (drop table {name};), og kør igen.")


def aligned_batches(paths: Sequence[Path], dtypes: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    """The rows with every column in order; null where a file lacks one."""
    import ibis
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = ibis.schema(dict(dtypes)).to_pyarrow()
    for path in paths:
        with pq.ParquetFile(path) as file:
            there = [name for name in dtypes if name in file.schema_arrow.names]
            for batch in file.iter_batches(_ROWS, columns=there):
                arrays = [
                    batch[field.name].cast(field.type)
                    if field.name in there
                    else pa.nulls(batch.num_rows, field.type)
                    for field in schema
                ]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _danish(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _csv(batch: pa.RecordBatch) -> bytes:
    """As COPY reads it: nothing is null, and a text of no characters has its quotation marks."""
    import pyarrow.csv

    out = io.BytesIO()
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid")
    pyarrow.csv.write_csv(batch, out, options)
    return out.getvalue()

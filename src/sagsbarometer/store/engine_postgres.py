"""Counting by PostgreSQL: the deliveries are copied there once, into a table named by what they hold.

The copy is made in one transaction: it is there whole or not at all. It stays, so that the next question need not copy
again; its comment tells what it is and who may drop it. New deliveries give a new table.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagsbarometer.kernel.ids import file_hash
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.count import Execute
from sagsbarometer.store.engine_names import no_answer, not_installed, shown_engine, told_underway

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import psycopg
    import pyarrow as pa

FORM = "1"  # of the copy; another form is another table
_PATIENCE = 10  # seconds to wait for the server
_ROWS = 100_000  # written at a time
_TOLD = 2_000_000  # rows between two lines of progress
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
            name = _name(paths, dtypes)
            with connection.transaction():
                _copied(connection, name, paths, dtypes, engine, tell)
            # Sorting the registrations of every case in 4 MB takes a file for each handful of them.
            connection.execute("set work_mem = '256MB'")
            table = ibis.postgres.from_connection(connection).table(name)

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


def _name(paths: Sequence[Path], dtypes: Mapping[str, str]) -> str:
    """The table of these deliveries with these columns: the same for the same bytes, wherever they lie."""
    said = [FORM, *(f"{name} {dtype}" for name, dtype in dtypes.items()), *map(file_hash, paths)]
    return f"sagsbarometer_{sha256(chr(10).join(said).encode()).hexdigest()[:32]}"


def _copied(
    connection: psycopg.Connection[Any],
    name: str,
    paths: Sequence[Path],
    dtypes: Mapping[str, str],
    engine: str,
    tell: Callable[[str], None],
) -> None:
    """Inside a transaction: the table is there. Two who want it at once wait for each other."""
    import pyarrow.parquet as pq

    rows = sum(pq.read_metadata(path).num_rows for path in paths)
    connection.execute("select pg_advisory_xact_lock(hashtext(%s))", (name,))
    there = connection.execute("select to_regclass(%s) is not null", (name,)).fetchone()
    if there and there[0]:
        counted = connection.execute(f"select count(*) from {name}").fetchone()
        if counted != (rows,):
            raise Faults([_changed(name, engine)])
        return
    tell(f"Kopierer {_danish(rows)} registreringer til {shown_engine(engine)}, tabel {name}")
    columns = ", ".join(
        f'"{column}" {_SQL_TYPES.get(dtype, "timestamptz")}' for column, dtype in dtypes.items()
    )
    connection.execute(f"create table {name} ({columns})")
    done, told = 0, 0
    with connection.cursor().copy(f"copy {name} from stdin with (format csv)") as copy:
        for batch in aligned_batches(paths, dtypes):
            copy.write(_csv(batch))
            done += batch.num_rows
            if done - told >= _TOLD:
                told = done
                tell(f"Kopieret {_danish(done)} af {_danish(rows)}")
    comment = f"sagsbarometer: kopi af et registers leveringer, {rows} registreringer. Kan slettes: drop table {name};"
    connection.execute(f"comment on table {name} is '{comment}'")
    connection.execute(f"analyze {name}")


def _changed(name: str, engine: str) -> Problem:
    fault = f"Tabellen {name} i {shown_engine(engine)} har andre rækker end registret."
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

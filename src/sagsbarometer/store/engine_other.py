"""Counting by any other engine Ibis knows, by its connection string. Which are tried: docs/explanation/scale.md.

The register is handed over as one table in memory, which is gone when the connection closes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.count import Execute
from sagsbarometer.store.engine_names import name_of, no_answer, not_installed, shown_engine, told_underway

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

_TABLE = "sagsbarometer_deliveries"
_IN_A_FILE = ("duckdb", "sqlite")


@contextmanager
def other_rows(
    paths: Sequence[Path], dtypes: Mapping[str, str], engine: str, tell: Callable[[str], None]
) -> Iterator[tuple[ir.Table, Execute]]:
    """The rows of Parquet files as a temporary table of the engine. Raises Faults MOTOR-102, 103 and 105."""
    import ibis
    import pyarrow as pa

    from sagsbarometer.store.engine_postgres import aligned_batches

    made = _missing_file(engine)  # connecting makes it
    try:
        connection = ibis.connect(engine)
    except ImportError:
        name = name_of(engine)
        raise not_installed(f"Ibis til {name}", f"Prøv: pip install 'ibis-framework[{name}]'.") from None
    except Exception as error:
        raise no_answer(engine, type(error).__name__) from None
    try:
        tell(f"Giver registret til {shown_engine(engine)}")
        with told_underway(engine):
            schema = ibis.schema(dict(dtypes))
            rows = pa.Table.from_batches(aligned_batches(paths, dtypes), schema.to_pyarrow())
            # In two steps: making a table of rows ends in a DROP that sqlglot 30 writes without a name.
            table = connection.create_table(_TABLE, schema=schema, temp=True)
            connection.insert(_TABLE, rows)
            same = _same_moments(table, rows)
        if not same:
            fault = (
                f"{shown_engine(engine)} sammenligner ikke tidspunkter, som de er: tallene ville blive andre."
            )
            raise Faults([Problem("MOTOR-107", Place("--engine"), fault, "Tæl med en motor, der er prøvet.")])

        def run(expression: ir.Table) -> Any:
            with told_underway(engine):
                return expression.to_pyarrow()

        yield table, run
    finally:
        connection.disconnect()
        if made is not None:
            made.unlink(missing_ok=True)


def _missing_file(engine: str) -> Path | None:
    """The file of an engine in a file, where there is none yet. What is put there is gone when the connection closes:
    an empty file would be left."""
    address = urlsplit(engine)
    parts = [part for part in (address.netloc, address.path[bool(address.netloc) :]) if part]
    if address.scheme not in _IN_A_FILE or not parts or parts == [":memory:"]:
        return None
    path = Path(*parts).absolute()  # as Ibis reads it
    return None if path.exists() or path.is_symlink() else path


def _same_moments(table: ir.Table, rows: pa.Table) -> bool:
    """Whether as many registrations are before a moment there as here, for the first, the middle and the last moment.

    SQLite keeps moments as text and says otherwise; every number of it would be another.
    """
    import ibis
    import pyarrow.compute as pc

    column = table["registered_at"]
    moments = rows["registered_at"].unique().sort()
    for place in {0, len(moments) // 2, len(moments) - 1} if len(moments) else ():
        moment = moments[place]
        before = table.filter(column < ibis.literal(moment.as_py(), type=column.type())).count()
        if before.to_pyarrow().as_py() != pc.sum(pc.less(rows["registered_at"], moment)).as_py():
            return False
    return True

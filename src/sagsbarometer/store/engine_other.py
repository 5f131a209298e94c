"""Counting by any other engine Ibis knows, by its connection string. Which of them are tried: docs/explanation/scale.md.

The register is handed over as one table in memory, which is gone when the connection closes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagsbarometer.measures.count import Execute
from sagsbarometer.store.engine_names import name_of, no_answer, not_installed, shown_engine, told_underway

if TYPE_CHECKING:
    import ibis.expr.types as ir

_TABLE = "sagsbarometer_deliveries"


@contextmanager
def other_rows(
    paths: Sequence[Path], dtypes: Mapping[str, str], engine: str, tell: Callable[[str], None]
) -> Iterator[tuple[ir.Table, Execute]]:
    """The rows of Parquet files as a temporary table of the engine. Raises Faults MOTOR-102, 103 and 105."""
    import ibis
    import pyarrow as pa

    from sagsbarometer.store.engine_postgres import aligned_batches

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
            rows = pa.Table.from_batches(
                aligned_batches(paths, dtypes), ibis.schema(dict(dtypes)).to_pyarrow()
            )
            table = connection.create_table(_TABLE, rows, temp=True)

        def run(expression: ir.Table) -> Any:
            with told_underway(engine):
                return expression.to_pyarrow()

        yield table, run
    finally:
        connection.disconnect()

"""The engine that counts: DuckDB, in memory, over immutable Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagsbarometer.measures.count import Execute

if TYPE_CHECKING:
    import ibis.expr.types as ir


@contextmanager
def opened_rows(*paths: Path) -> Iterator[tuple[ir.Table, Execute]]:
    """The rows of one or more Parquet files as one Ibis table, and how to run an expression on them."""
    import ibis

    connection = ibis.duckdb.connect()
    try:
        yield connection.read_parquet([str(path) for path in paths]), _run
    finally:
        connection.disconnect()


def _run(expression: ir.Table) -> Any:
    """The result of an expression as a pyarrow Table. An interrupted query is an interruption, not a fault."""
    try:
        return expression.to_pyarrow()
    except Exception as error:  # DuckDB answers Ctrl-C with an error of its own
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise

"""The engine that counts: DuckDB, in memory, over immutable Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sagsbarometer.measures.count import Execute

if TYPE_CHECKING:
    import ibis.expr.types as ir


@contextmanager
def opened_rows(path: Path) -> Iterator[tuple[ir.Table, Execute]]:
    """The frozen rows as an Ibis table, and how to run an expression on them."""
    import ibis

    connection = ibis.duckdb.connect()
    try:
        yield connection.read_parquet(path), lambda expression: expression.to_pyarrow()
    finally:
        connection.disconnect()

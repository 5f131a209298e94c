"""A register opened for counting, on whatever engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sagsbarometer.appeals.columns import columns_of
from sagsbarometer.measures.count import Execute
from sagsbarometer.store.engine import opened_rows
from sagsbarometer.store.register import Register

if TYPE_CHECKING:
    import ibis.expr.types as ir

Tell = Callable[[str], None]


@contextmanager
def opened_register(
    register: Register, engine: str = "", tell: Tell = lambda line: None
) -> Iterator[tuple[ir.Table, Execute]]:
    """The registrations of all deliveries as one Ibis table with every column, and how to run an expression on it.

    `engine` is "" (DuckDB) or a connection string; `tell` is given a Danish line where it takes time to get the
    register there. Raises Faults MOTOR-1xx.
    """
    columns = columns_of(register.manifest.get("own", {})).types
    with opened_rows(*register.paths, columns=columns, engine=engine, tell=tell) as opened:
        yield opened

"""Where counting is done: DuckDB in memory over immutable Parquet, or another engine by its connection string."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sagsbarometer.forms.language.types import Type
from sagsbarometer.measures.count import Execute
from sagsbarometer.store.engine_names import DUCKDB, OTHER, POSTGRESQL, SPARK, kind_of
from sagsbarometer.store.memory import memory_limit, no_room

if TYPE_CHECKING:
    import ibis.expr.types as ir

Tell = Callable[[str], None]

# What a column of each type is to an engine. A set of codes is one text.
DTYPES: Mapping[Type, str] = MappingProxyType(
    {
        Type.TEXT: "string",
        Type.CODE: "string",
        Type.CODES: "string",
        Type.DATE: "date",
        Type.INT: "int32",
        Type.BOOL: "boolean",
    }
)
# What every registration has beside its columns.
SYSTEM: Mapping[str, str] = MappingProxyType(
    {"registered_at": "timestamp('UTC', 6)", "delivery": "int32", "line": "int32", "withdrawn": "boolean"}
)


@contextmanager
def opened_rows(
    *paths: Path,
    columns: Mapping[str, Type] | None = None,
    engine: str = "",
    tell: Tell = lambda line: None,
) -> Iterator[tuple[ir.Table, Execute]]:
    """The rows of Parquet files as one Ibis table, and how to run an expression on them (a pyarrow Table comes back).

    With `columns` the files are deliveries of a register: the table has these columns, each of its type and null where
    a delivery lacks it, and those of SYSTEM, `withdrawn` being false where a delivery is from before there was one.

    `engine` is "" for DuckDB, or a connection string, which takes `columns`. `tell` is given a Danish line where it
    takes time to get the rows there. Raises Faults: MOTOR-101 the string is none we know, MOTOR-102 what it takes is
    not installed, MOTOR-103 nobody answers, MOTOR-104 a setting is wrong, MOTOR-105 it gave up underway, MOTOR-106 a
    copy in a database is not the register, MOTOR-107 an engine nobody tried compares moments as something else.
    """
    asked = None if columns is None else dtypes_of(columns)
    with _ENGINES[kind_of(engine)](paths, asked or {}, engine, tell) as (table, execute):
        yield table if asked is None else with_every_column(table, asked), execute


def dtypes_of(columns: Mapping[str, Type]) -> dict[str, str]:
    """The columns of a register opened with these, and what each is to Ibis."""
    return {name: DTYPES[type] for name, type in columns.items()} | dict(SYSTEM)


def with_every_column(table: ir.Table, dtypes: Mapping[str, str]) -> ir.Table:
    """The table with these columns, each of its type; null where it was not there. Nobody withdrew where null is."""
    import ibis

    there = table.schema()
    values: dict[str, Any] = {}
    for name, asked in dtypes.items():
        dtype = ibis.dtype(asked)
        if name not in there:
            values[name] = ibis.null(dtype)
        else:
            values[name] = table[name] if _same(there[name], dtype) else table[name].cast(dtype)
    values["withdrawn"] = values["withdrawn"].fill_null(False)
    return table.select(**values)


def _same(one: Any, other: Any) -> bool:
    """Whether two types are one; engines differ in how finely they say a moment is kept, and in what may be null."""
    if one.is_timestamp() and other.is_timestamp():
        return bool(one.timezone == other.timezone)
    return bool(one.copy(nullable=True) == other)


@contextmanager
def _duckdb(
    paths: Sequence[Path], dtypes: Mapping[str, str], engine: str, tell: Tell
) -> Iterator[tuple[ir.Table, Execute]]:
    """In memory; what there is no room for there goes to files in a folder of its own, which is removed."""
    import ibis

    with TemporaryDirectory(prefix="sagsbarometer-") as spilled:
        connection = ibis.duckdb.connect(
            memory_limit=f"{memory_limit()}MiB", temp_directory=spilled, preserve_insertion_order=False
        )
        try:
            yield (
                connection.read_parquet(plain(paths), union_by_name=True, hive_partitioning=False),
                run_duckdb,
            )
        finally:
            connection.disconnect()


def plain(paths: Iterable[Path]) -> list[str]:
    """The paths as DuckDB must be given them to read just those: it takes signs in a name for a pattern, and a folder
    called `outcome=remitted` for a column."""
    return [escape(str(path.absolute())) for path in paths]


def run_duckdb(expression: ir.Table) -> Any:
    """The result of an expression as a pyarrow Table. Raises as `as_faults`."""
    with as_faults():
        return expression.to_pyarrow()


@contextmanager
def as_faults() -> Iterator[None]:
    """DuckDB's want of room is raised as Faults MOTOR-105. An interrupted query is an interruption, not a fault."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException:  # also where the disk is full
        raise no_room() from None
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except Exception as error:  # Ibis may have made it another error on the way
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise


@contextmanager
def _spark(
    paths: Sequence[Path], dtypes: Mapping[str, str], engine: str, tell: Tell
) -> Iterator[tuple[ir.Table, Execute]]:
    from sagsbarometer.store.engine_spark import spark_rows

    with spark_rows(paths, dtypes, engine, tell) as opened:
        yield opened


@contextmanager
def _postgresql(
    paths: Sequence[Path], dtypes: Mapping[str, str], engine: str, tell: Tell
) -> Iterator[tuple[ir.Table, Execute]]:
    from sagsbarometer.store.engine_postgres import postgres_rows

    with postgres_rows(paths, dtypes, engine, tell) as opened:
        yield opened


@contextmanager
def _other(
    paths: Sequence[Path], dtypes: Mapping[str, str], engine: str, tell: Tell
) -> Iterator[tuple[ir.Table, Execute]]:
    from sagsbarometer.store.engine_other import other_rows

    with other_rows(paths, dtypes, engine, tell) as opened:
        yield opened


_ENGINES = {DUCKDB: _duckdb, SPARK: _spark, POSTGRESQL: _postgresql, OTHER: _other}

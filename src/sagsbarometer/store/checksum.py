"""A number that says what rows are, whatever engine holds them and in whatever order: the sum of a part of the MD5 of
each row written as text. It tells a copy that somebody changed from one that is whole; it guards against no forger."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sagsbarometer.store.memory import memory_limit

# How a value of each type is written, in SQL that both read alike, and where they do not, in that of each.
_EPOCH = "date '1970-01-01'"
_POSTGRES = {
    "date": f"({{}} - {_EPOCH})",
    "int32": "{}",
    "boolean": "{}::int",
    "string": "'\"' || replace({}, '\"', '\"\"') || '\"'",
    "": "(extract(epoch from {}) * 1000000)::bigint",
}
_DUCKDB = _POSTGRES | {"": "epoch_us({})"}
_POSTGRES_SUM = "sum(('x' || substr(md5(convert_to({}, 'UTF8')), 1, 15))::bit(60)::bigint)"
_DUCKDB_SUM = "sum(('0x' || md5({})[1:15])::ubigint)"


def postgres_checksum(table: str, dtypes: Mapping[str, str]) -> str:
    """The query that gives how many rows a table in PostgreSQL has, and their checksum as text."""
    return f"select count(*), coalesce({_POSTGRES_SUM.format(_row(dtypes, _POSTGRES))}, 0)::text from {table}"


def parquet_checksum(path: Path, dtypes: Mapping[str, str]) -> str:
    """The checksum of these columns of the rows of a Parquet file, as text.

    The types are those of `engine.dtypes_of`. No more of the file is in memory than a few of its rows.
    """
    import duckdb

    from sagsbarometer.store.engine import plain

    connection = duckdb.connect(config={"memory_limit": f"{memory_limit()}MiB"})
    try:
        rows = "read_parquet($paths, hive_partitioning=false)"
        asked = f"select coalesce({_DUCKDB_SUM.format(_row(dtypes, _DUCKDB))}, 0)::varchar from {rows}"
        (found,) = connection.execute(asked, {"paths": plain([path])}).fetchone() or ("0",)
        return str(found)
    finally:
        connection.close()


def _row(dtypes: Mapping[str, str], written: Mapping[str, str]) -> str:
    """A row as one text: no two rows have the same."""
    parts = (written.get(dtype, written[""]).format(f'"{name}"') for name, dtype in dtypes.items())
    return " || ';' || ".join(f"coalesce(({part})::text, '-')" for part in parts)

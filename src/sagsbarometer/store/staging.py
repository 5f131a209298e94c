"""Rows on their way into a register: files in a folder of their own, and an engine that asks of them."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Any

from sagsbarometer.store.engine import as_faults, plain, run_duckdb
from sagsbarometer.store.memory import memory_limit

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

MARK = ".import-"  # how the folder of an import begins, in the register it is for
_BUSY = "i-gang"
ROW_GROUP = 200_000
_SWITCH = 0.0002  # seconds; Python's own is 0.005
_WRITTEN = 20_000  # rows of a column at a time
# Columns whose values are nearly all different; written as such they take less time and room (measured).
_GROWING = ("registered_at", "line")
_DIFFERENT = frozenset({"case_id", *_GROWING})


@contextmanager
def staging(register: Path | None) -> Iterator[Path]:
    """A folder to write in that is gone afterwards: in the register, beside it where there is none yet, and without a
    register where temporary files lie.

    What an import that was killed left there is removed: a living one holds a lock.
    """
    if register is None:
        with TemporaryDirectory(prefix="sagsbarometer-") as name:
            yield Path(name)
        return
    beside = not register.is_dir()
    place, mark = (register.parent, f".{register.name}{MARK}") if beside else (register, MARK)
    made = _missing(place)
    place.mkdir(parents=True, exist_ok=True)
    _clear(place, mark)
    folder = Path(mkdtemp(prefix=mark, dir=place))
    handle = os.open(folder / _BUSY, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)
        for parent in made:  # an import that is refused leaves no trace
            if not any(parent.iterdir()):
                parent.rmdir()


def _missing(place: Path) -> list[Path]:
    """The folders that have to be made for `place`, the innermost first."""
    found = []
    while not place.exists():
        found.append(place)
        place = place.parent
    return found


def _clear(place: Path, mark: str) -> None:
    for folder in place.glob(f"{mark}*"):
        if folder.is_symlink() or not (folder / _BUSY).is_file():
            continue
        handle = os.open(folder / _BUSY, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue  # at work
        else:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)


class RowsFile:
    """A Parquet file that is written a batch at a time. Nothing is there before the first batch.

    The same batches give the same bytes with the same libraries.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._writer: Any = None

    def write(self, rows: pa.Table) -> None:
        """Add rows; all batches have the columns of the first. A batch is a row group."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._writer is None:
            names = rows.schema.names
            text = (pa.types.is_dictionary, pa.types.is_string)
            self._writer = pq.ParquetWriter(
                self.path,
                rows.schema,
                compression="zstd",
                # Coded columns are text to whoever reads them: what Arrow had in memory is not written down.
                store_schema=False,
                use_dictionary=[name for name in names if name not in _DIFFERENT],
                column_encoding={name: "DELTA_BINARY_PACKED" for name in _GROWING if name in names},
                # The first and last word of a row group help nobody, and take a fifth of the time (measured).
                write_statistics=[
                    field.name for field in rows.schema if not any(is_it(field.type) for is_it in text)
                ],
                write_batch_size=_WRITTEN,
            )
        self._writer.write_table(rows, row_group_size=ROW_GROUP)
        self.rows += len(rows)

    def close(self, said: Mapping[str, str] = {}) -> None:
        """End the file, which says this of itself."""
        if self._writer is not None:
            if said:
                self._writer.add_key_value_metadata(dict(said))
            self._writer.close()
            self._writer = None


@dataclass(frozen=True, slots=True)
class Opened:
    """Parquet files as Ibis tables by name, and how expressions on them are run."""

    tables: Mapping[str, ir.Table]
    connection: Any

    def also(self, name: str, path: Path) -> ir.Table:
        """One more file as a table."""
        return self.connection.read_parquet(plain([path]), table_name=name, hive_partitioning=False)

    def execute(self, expression: ir.Table) -> pa.Table:
        """The result of an expression. Raises Faults MOTOR-105 where there is no room for it."""
        return run_duckdb(expression)

    def keep(self, expression: ir.Table) -> ir.Table:
        """The result of an expression as a table; where there is no room in memory it lies on disk.

        Raises Faults MOTOR-105 where there is no room there either.
        """
        import ibis

        with as_faults():
            return self.connection.create_table(ibis.util.gen_name("kept"), expression, temp=True)

    def batches(self, expression: ir.Table) -> Iterator[pa.Table]:
        """The result in the order of the rows, a batch at a time; never more of it in memory."""
        import pyarrow as pa

        # By way of a view: what Ibis has for this asks the engine for something it no longer has.
        self.connection.create_view("wanted", expression, overwrite=True)
        for batch in self.connection.con.sql("select * from wanted").to_arrow_reader(ROW_GROUP):
            yield pa.Table.from_batches([batch])


@contextmanager
def _loading() -> Iterator[None]:
    """Loads libraries in less time, without looking for what is no longer used, and lets other threads in sooner."""
    interval, collecting = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_SWITCH)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if collecting:
            gc.enable()


def prepare_reading() -> None:
    """Loads the libraries that rows are read with: half a second, or more where they were not used lately."""
    with _loading():
        import pyarrow as pa

        pa.array([])  # for this Arrow loads a library of its own
        for name in ("pyarrow.compute", "pyarrow.csv", "pyarrow.parquet"):
            import_module(name)


def prepare_judging() -> None:
    """Loads those that `opened_files` takes, in a thread of its own if wanted: after `prepare_reading`, for two threads
    that load the same libraries get in each other's way.
    """
    with _loading():
        import_module("ibis.backends.duckdb")


@contextmanager
def opened_files(spilled: Path, files: Mapping[str, Sequence[Path]]) -> Iterator[Opened]:
    """Opens files on a DuckDB in memory that writes to `spilled` what there is no room for, and keeps rows in order."""
    import ibis

    connection = ibis.duckdb.connect(
        memory_limit=f"{memory_limit()}MiB",
        temp_directory=str(spilled / "plads"),
        preserve_insertion_order=True,
    )
    try:
        yield Opened(
            {
                name: connection.read_parquet(
                    plain(paths), table_name=name, union_by_name=True, hive_partitioning=False
                )
                for name, paths in files.items()
                if paths
            },
            connection,
        )
    finally:
        connection.disconnect()

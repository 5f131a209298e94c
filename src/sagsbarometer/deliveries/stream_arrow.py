"""Parquet, and what a database answers: typed columns as the text other files hold, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagsbarometer.deliveries.stream import ROWS, Batch
from sagsbarometer.deliveries.stream_cells import cleaned, hold_long, lengths, not_blank
from sagsbarometer.deliveries.table_cells import MAX_CELL, MAX_PROBLEMS, Cleaner, Findings, as_text
from sagsbarometer.deliveries.table_parquet import check_lists, check_types, plain_values
from sagsbarometer.deliveries.tables import Header, header_of

if TYPE_CHECKING:
    import pyarrow as pa

MAX_GROUP = 4_000_000_000  # bytes of a row group unfolded: one is read at a time
MAX_BATCH = 256_000_000  # bytes of text: a dictionary makes a long text that repeats cost nothing until then
Read = Callable[[int], Iterable["pa.RecordBatch"]]


@dataclass
class ArrowRows:
    """The rows of typed columns; see `RowSource`. `read` is given how many rows there may be in a batch, and begins
    at the first row each time it is called. `broken`: code, words and remedy when it fails.
    """

    name: str
    kind: str
    form: str
    read: Read
    columns: Header
    broken: tuple[str, str, str]
    size: int = 0
    rows: int = 0  # in all; 0 where nobody knows
    _done: int = field(default=0, init=False)

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.columns.names

    @property
    def position(self) -> int:
        """Bytes read so far, as the share of the rows."""
        return self.size * self._done // self.rows if self.rows else 0

    def batches(self, rows: int = ROWS) -> Iterator[Batch]:
        """The rows; see `RowSource`."""
        import pyarrow as pa

        findings = Findings(self.name)
        self._done = 0
        parts = self._parts(rows)
        while len(findings.problems) < MAX_PROBLEMS:
            try:
                part = next(parts, None)
                batch = None if part is None else self._batch(part, findings)
            except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError, TypeError) as error:
                # What damage raises depends on where it is.
                code, fault, remedy = self.broken
                findings.stop(code, f"{fault} ({type(error).__name__}).", remedy)
            if batch is None:
                break
            if len(batch):
                yield batch
        findings.raise_any()

    def _parts(self, rows: int) -> Iterator[pa.RecordBatch]:
        for batch in self.read(rows):
            waiting = [batch]
            while waiting:
                part = waiting.pop()
                if len(part) > rows or (len(part) > 1 and _unfolded(part) > MAX_BATCH):
                    half = len(part) // 2
                    waiting += [part.slice(half), part.slice(0, half)]
                else:
                    yield part

    def _batch(self, part: pa.RecordBatch, findings: Findings) -> Batch:
        import pyarrow as pa

        skip, before = self.columns.skip, self._done + 1
        columns = [
            as_texts(column, before, index, self.columns, findings)
            for index, column in enumerate(part.columns)
            if index >= skip
        ]
        numbers = pa.array(range(before + 1, before + 1 + len(part)), pa.int64())
        self._done += len(part)
        filled = not_blank(columns)
        if not filled.all():
            mask = pa.array(filled)
            columns, numbers = [column.filter(mask) for column in columns], numbers.filter(mask)
        for index, column in enumerate(columns, start=skip):
            self._check(column, index, numbers, findings)
        return Batch(tuple(columns), numbers, self.name)

    def _check(self, column: pa.StringArray, index: int, numbers: pa.Int64Array, findings: Findings) -> None:
        """Find the cells that no answer can be."""
        import pyarrow.compute as pc

        odd = pc.starts_with(column, "#")
        if hold_long([column]):
            odd = pc.or_(odd, pc.greater(pc.utf8_length(column), MAX_CELL))
        if pc.any(odd).as_py():
            found = zip(numbers.filter(odd).to_pylist(), column.filter(odd).to_pylist(), strict=True)
            for number, cell in found:
                self.columns.check_cell(cell, number, index, findings)


def _unfolded(part: pa.RecordBatch) -> int:
    """The bytes of all texts that are kept once however often they repeat."""
    import pyarrow as pa

    total = 0
    for column in part.columns:
        if (
            pa.types.is_dictionary(column.type)
            and _is_text(column.type.value_type)
            and len(column.dictionary)
        ):
            sizes = lengths(column.dictionary.cast(pa.string()))
            total += int(sizes[column.indices.fill_null(0).to_numpy()].sum())
    return total


def _is_text(type_: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))


def parquet_rows(path: Path, findings: Findings) -> ArrowRows:
    """The rows of a Parquet file, a row group at a time. Raises Faults (FIL-1xx) when it cannot be read so."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    broken = ("FIL-118", "Parquet-filen kan ikke læses", "Dan filen igen, og kontrollér overførslen.")
    try:
        with pq.ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
            groups = [metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups)]
            rows = metadata.num_rows
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError, TypeError) as error:
        findings.stop(broken[0], f"{broken[1]} ({type(error).__name__}).", broken[2])
    if max(groups, default=0) > MAX_GROUP:
        fault = f"En rækkegruppe i filen fylder {max(groups) // 1_000_000} MB pakket ud."
        findings.stop("FIL-108", fault, "Skriv filen med mindre rækkegrupper (row groups).")
    check_types(schema, findings)
    names = [field.name for field in schema if _is_text(field.type)]

    def read(most: int) -> Iterator[pa.RecordBatch]:
        with pq.ParquetFile(
            path, read_dictionary=names, page_checksum_verification=True, buffer_size=1 << 20
        ) as file:
            yield from file.iter_batches(batch_size=most)

    size = path.stat().st_size
    return ArrowRows(
        findings.file, "parquet", "Parquet", read, header_from(schema.names, findings), broken, size, rows
    )


def header_from(names: Iterable[str], findings: Findings) -> Header:
    """The header of typed columns. Raises Faults with all that is wrong with their names."""
    clean = Cleaner()
    header = header_of(iter([(1, tuple(clean(name) for name in names))]), findings)
    findings.raise_any()
    return header


def as_texts(column: Any, before: int, index: int, header: Header, findings: Findings) -> pa.StringArray:
    """A typed column as text, "" for null; its first row is number `before` + 1."""
    import pyarrow as pa
    import pyarrow.compute as pc

    types = pa.types
    if types.is_list(column.type) or types.is_large_list(column.type):
        check_lists(column, before, index, list(header.all), findings)
        clean = Cleaner()
        return pa.array([clean(as_text(value)) for value in plain_values(column)], pa.string())
    if types.is_integer(column.type) or types.is_boolean(column.type) or types.is_date32(column.type):
        return pc.fill_null(column.cast(pa.string()), "")
    if _is_text(column.type):
        return cleaned(column.cast(pa.string()))
    if not types.is_dictionary(column.type):
        column = column.dictionary_encode()
    if _is_text(column.type.value_type):
        # A cell that is too long is told about once it is known which row it stands in; so much is enough.
        known = cleaned(pc.utf8_slice_codeunits(column.dictionary.cast(pa.string()), 0, MAX_CELL + 100))
    else:
        known = pa.array([as_text(value) for value in plain_values(column.dictionary)], pa.string())
    return pc.fill_null(known.take(column.indices), "")

"""Parquet answer files: typed columns as the text other answer files hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sagsbarometer.deliveries.table_cells import (
    MAX_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Cells,
    Cleaner,
    Delivered,
    Findings,
    as_text,
    column_place,
    letter,
)
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.said import said

MAX_UNFOLDED = 300_000_000
_BATCH = 8192


def read_parquet(path: Path, findings: Findings) -> Delivered:
    """The rows of a Parquet file, the header being row 1. Raises Faults when it is damaged, too large when
    unfolded, or has a column that is not of truth values, numbers, dates, text or lists of these.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
        texts = [field.name for field in schema if _is_text(field.type)]
        # Kept as a dictionary, a long text that repeats in a million rows takes the room of one.
        with pq.ParquetFile(path, read_dictionary=texts, page_checksum_verification=True) as file:
            _check_size(file.metadata, findings)
            check_types(schema, findings)
            rows = list(_records(file, findings))
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError, TypeError) as error:
        # What a damaged file raises depends on where the damage is.
        fault = said("Parquet-filen kan ikke læses ({kind}).", kind=type(error).__name__)
        findings.stop("FIL-118", fault, said("Dan filen igen, og kontrollér overførslen."))
    return Delivered("parquet", [(1, tuple(Cleaner()(name) for name in schema.names)), *rows])


def _check_size(metadata: Any, findings: Findings) -> None:
    unfolded = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    cells = metadata.num_rows * metadata.num_columns
    if metadata.num_rows > MAX_ROWS or metadata.num_columns > MAX_COLUMNS or cells > MAX_CELLS:
        fault = said(
            "Filen har {rows} rækker og {columns} kolonner; det er for mange.",
            rows=str(metadata.num_rows),
            columns=str(metadata.num_columns),
        )
        remedy = said(
            "Del filen op: højst {rows} rækker, {columns} kolonner og {cells} celler.",
            rows=str(MAX_ROWS),
            columns=str(MAX_COLUMNS),
            cells=str(MAX_CELLS),
        )
        findings.stop("FIL-109", fault, remedy)
    if unfolded > MAX_UNFOLDED:
        limit = MAX_UNFOLDED // 1_000_000
        fault = said(
            "Filen fylder {size} MB pakket ud; grænsen er {limit} MB.",
            size=str(unfolded // 1_000_000),
            limit=str(limit),
        )
        findings.stop("FIL-108", fault, said("Del filen op i flere."))


def check_types(schema: Any, findings: Findings) -> None:
    """Raises Faults (FIL-119) where a column is not of truth values, numbers, dates, text or lists of these."""
    for index, field in enumerate(schema):
        if not _readable(field.type):
            fault = said(
                "Kolonne {column} har typen {type}, som ikke kan være et svar.",
                column=letter(index),
                type=shown(str(field.type)),
            )
            remedy = said("Brug sandt/falsk, heltal, dato, tekst eller en liste af disse.")
            findings.add("FIL-119", fault, remedy, row=1, column=column_place(schema.names, index))
    findings.raise_any()


def _is_text(type_: Any) -> bool:
    import pyarrow.types as types

    return bool(types.is_string(type_) or types.is_large_string(type_))


def _readable(type_: Any, nested: bool = False) -> bool:
    import pyarrow.types as types

    if types.is_dictionary(type_):
        return _readable(type_.value_type, nested)
    if types.is_list(type_) or types.is_large_list(type_):
        return not nested and _readable(type_.value_type, True)
    plain = (types.is_boolean, types.is_integer, types.is_floating, types.is_decimal, types.is_null)
    times = (types.is_date, types.is_timestamp, types.is_time)
    return _is_text(type_) or any(test(type_) for test in (*plain, *times))


def _records(file: Any, findings: Findings) -> Iterator[tuple[int, Cells]]:
    import pyarrow as pa

    clean = Cleaner()
    number = 1
    for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
        columns = []
        for index, column in enumerate(batch.columns):
            if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
                check_lists(column, number, index, batch.schema.names, findings)
            columns.append([clean(text) for text in _texts(column)])
        for cells in zip(*columns, strict=True):
            number += 1
            yield number, cells


def _texts(column: Any) -> Iterator[str]:
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        yield from (as_text(value) for value in plain_values(column))
        return
    # A cell that is too long is told about once it is known which row it stands in; so much is enough.
    known = [as_text(value)[: MAX_CELL + 100] for value in plain_values(column.dictionary)]
    for code in column.indices.to_pylist():
        yield "" if code is None else known[code]


def plain_values(column: Any) -> list[Any]:
    """The values of a column as plain Python objects."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        # Nanoseconds would come out as pandas objects; no answer has them.
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    values: list[Any] = column.to_pylist()
    return values


def check_lists(lists: Any, before: int, index: int, names: list[str], findings: Findings) -> None:
    """Find the items of lists that could not be told apart as text; the first list is in row `before` + 1."""
    for offset, items in enumerate(lists.to_pylist(), start=1):
        if items and any("|" in as_text(item) for item in items):
            fault = said("Et led i listen indeholder tegnet |, som adskiller leddene.")
            column = column_place(names, index)
            findings.add("FIL-119", fault, said("Brug svarets kode."), row=before + offset, column=column)

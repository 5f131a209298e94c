"""Parquet taken apart to its texts: values, names of columns, and what the file says of itself."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from sagsbarometer.release.scanning import BREAK, Piece

_AT_ONCE = 50_000  # rows


def parquet_pieces(data: bytes, part: str, take: Callable[[int], bool]) -> Iterator[Piece]:
    """A piece for each column and batch of rows, and one for the file's own notes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def inside(name: str) -> str:
        return f"{part} › {name}" if part else name

    try:
        file = pq.ParquetFile(io.BytesIO(data))
        notes = file.schema_arrow.metadata or {}
        held = [notes, file.metadata.metadata or {}, *(field.metadata or {} for field in file.schema_arrow)]
        told = [text.decode("utf-8", "replace") for of in held for pair in of.items() for text in pair]
        told.append(file.metadata.created_by or "")
        yield Piece(inside("skemaets metadata"), BREAK.join(told))
        yield Piece(inside("kolonnenavne"), BREAK.join(file.schema_arrow.names))
        for batch in file.iter_batches(_AT_ONCE):
            if not take(batch.nbytes):
                yield Piece(part, why="folder sig ud til mere, end der læses")
                return
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if pa.types.is_boolean(column.type) or pa.types.is_temporal(column.type):
                    continue
                yield Piece(inside(f"kolonne {name}"), BREAK.join(_texts(column)), fields=True)
    except (pa.ArrowException, OSError, ValueError, NotImplementedError):
        yield Piece(part, why="datafilen kan ikke læses")


def _texts(column: Any) -> Iterator[str]:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary  # every value once
    elif not pa.types.is_nested(column.type):
        column = column.unique()
    for value in column.to_pylist():
        if value is None:
            continue
        if isinstance(value, bytes):
            yield value.decode("utf-8", "replace")
        elif isinstance(value, Decimal) and value == value.to_integral_value():
            yield str(int(value))
        elif isinstance(value, float):
            yield str(int(value)) if value == value and abs(value) < 1e15 and value == int(value) else ""
        else:
            yield str(value)

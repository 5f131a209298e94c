"""Cells as Parquet: the same numbers as `cells.csv`, each of its type."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from sagsbarometer.measures.cells import TAKEN, Cell

_INTS = frozenset({"numerator", "denominator", "unknown", "unknown_group"})
_DECIMALS = frozenset({"value", "low", "high", "bound_low", "bound_high"})
_DAYS = frozenset({"data_date"})
_PLACES = 6  # of a decimal
_FIRST_DAY = date(1970, 1, 1).toordinal()


def cells_parquet(cells: Iterable[Cell], about: Mapping[str, str]) -> bytes:
    """The cells, a row each in their order; same cells, same bytes with the same libraries.

    Counts are int64, values decimal with six places, the data date a date; what a cell does not have is null. `about`
    is kept in the file's own notes.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = tuple(cells)
    names = [item.name for item in fields(Cell)]
    schema = pa.schema([pa.field(name, _type(name)) for name in names], metadata=dict(about))
    columns = [_column(_type(name), [_value(name, cell) for cell in held]) for name in names]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), out, compression="zstd")
    return out.getvalue()


def _type(name: str) -> Any:
    import pyarrow as pa

    if name in _INTS:
        return pa.int64()
    if name in _DECIMALS:
        return pa.decimal128(24, _PLACES)
    return pa.date32() if name in _DAYS else pa.string()


def _column(kind: Any, values: Sequence[Any]) -> Any:
    """The values as a column of a type of `_type`, laid out as Arrow's format has them: `pa.array` of a list imports
    pandas to see whether it is one of its own, which takes longer than all the rest.
    """
    import numpy as np
    import pyarrow as pa

    given = np.array([value is not None for value in values], bool)
    there = pa.py_buffer(np.packbits(given, bitorder="little").tobytes())
    if kind == pa.string():
        texts = [b"" if value is None else value.encode() for value in values]
        ends = np.cumsum([0, *map(len, texts)], dtype="<i4")
        held = [pa.py_buffer(ends.tobytes()), pa.py_buffer(b"".join(texts))]
    elif pa.types.is_decimal(kind):
        whole = [_whole(value or Decimal(0)).to_bytes(16, "little", signed=True) for value in values]
        held = [pa.py_buffer(b"".join(whole))]
    elif pa.types.is_date(kind):
        days = [0 if value is None else value.toordinal() - _FIRST_DAY for value in values]
        held = [pa.py_buffer(np.array(days, "<i4").tobytes())]
    else:
        held = [pa.py_buffer(np.array([value or 0 for value in values], "<i8").tobytes())]
    column = pa.Array.from_buffers(kind, len(values), [there, *held])
    column.validate(full=True)
    return column


def _whole(value: Decimal) -> int:
    """How many of the last place of a decimal. Raises ValueError where it has more places."""
    scaled = value.scaleb(_PLACES)
    if scaled != int(scaled):
        raise ValueError(f"more than {_PLACES} places")
    return int(scaled)


def _value(name: str, cell: Cell) -> Any:
    if cell.hidden and name in TAKEN:
        return None
    value = getattr(cell, name)
    if name in _DAYS:
        return date.fromisoformat(value) if value else None
    return value

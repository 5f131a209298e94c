"""Cells as Parquet: the same numbers as `cells.csv`, each of its type."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sagsbarometer.measures.cells import TAKEN, Cell

_INTS = frozenset({"numerator", "denominator", "unknown", "unknown_group"})
_DECIMALS = frozenset({"value", "low", "high", "bound_low", "bound_high"})
_DAYS = frozenset({"data_date"})


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
    columns = [pa.array([_value(name, cell) for cell in held], _type(name)) for name in names]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), out, compression="zstd")
    return out.getvalue()


def _type(name: str) -> Any:
    import pyarrow as pa

    if name in _INTS:
        return pa.int64()
    if name in _DECIMALS:
        return pa.decimal128(24, 6)
    return pa.date32() if name in _DAYS else pa.string()


def _value(name: str, cell: Cell) -> Any:
    if cell.hidden and name in TAKEN:
        return None
    value = getattr(cell, name)
    if name in _DAYS:
        return date.fromisoformat(value) if value else None
    return value

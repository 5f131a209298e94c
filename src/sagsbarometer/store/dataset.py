"""Frozen rows as Parquet, and back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.states import choice_column, state_column


def parquet(form: Form, rows: list[dict[str, Any]]) -> bytes:
    """The rows as Parquet; same rows, same bytes with the same libraries."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist(rows, schema=pa.schema(list(_fields(form))))
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def _fields(form: Form) -> Iterator[Any]:
    import pyarrow as pa

    types = {Type.BOOL: pa.bool_(), Type.CODE: pa.string(), Type.INT: pa.int64(), Type.DATE: pa.date32()}
    yield pa.field("case_id", pa.string())
    yield pa.field("municipality_id", pa.string())
    for id, name in form.names.items():
        if name.type is Type.CODES:
            yield from (pa.field(choice_column(id, code), pa.bool_()) for code in name.codes)
        elif name.type is not Type.TEXT:
            yield pa.field(id, types[name.type])
        yield pa.field(state_column(id), pa.string())
    yield from (pa.field(f"{item.id}__delivered", pa.bool_()) for item in form.derived)


def number_of_rows(file: BinaryIO) -> int:
    """How many rows a frozen dataset has."""
    import pyarrow.parquet as pq

    return int(pq.read_metadata(file).num_rows)


def read_rows(file: Path | BinaryIO) -> list[dict[str, Any]]:
    """The rows of a frozen dataset, in their order."""
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return rows

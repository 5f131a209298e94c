"""The heads of the rows of a tagged PDF. Typst makes the heads of columns; the first cell of a row is to it like any
other, so that who has the table read out would not hear what a number is of."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any


def with_row_heads(data: bytes) -> bytes:
    """The PDF with the first cell of every row of a table's body as the head of its row (PDF/UA-1, 7.5); the same bytes
    for the same input, and as it is where it has no table."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        rows = [row for body in _of_kind(pdf.Root.StructTreeRoot, "/TBody") for row in _of_kind(body, "/TR")]
        for row in rows:
            first = next(_of_kind(row, "/TD"), None)
            if first is not None:
                first.S = pikepdf.Name.TH
                first.A = _with_scope(first.get("/A"))
        if not rows:
            return data
        saved = io.BytesIO()
        pdf.save(saved, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return saved.getvalue()


def _with_scope(given: Any) -> Any:
    """What a cell says of itself, and that it heads its row."""
    import pikepdf

    scope = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
    if given is None:
        return scope
    if isinstance(given, pikepdf.Dictionary) and given.get("/O") == pikepdf.Name.Table:
        given.Scope = pikepdf.Name.Row
        return given
    return pikepdf.Array([*(given if isinstance(given, pikepdf.Array) else [given]), scope])


def _of_kind(item: Any, kind: str) -> Iterator[Any]:
    """The elements of a kind inside another, in reading order; none inside one that was found."""
    import pikepdf

    children = item.get("/K") if isinstance(item, pikepdf.Dictionary) else None
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if not isinstance(child, pikepdf.Dictionary):
            continue
        if child.get("/S") == kind:
            yield child
        else:
            yield from _of_kind(child, kind)

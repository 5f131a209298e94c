"""Cells as columns: how those of a whole block are looked at at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sagsbarometer.deliveries.table_cells import MAX_CELL, Cells

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

# What Python strips. Those of other scripts are looked for by what they begin with before a column is searched.
_ASCII_BLANKS = " \t\n\v\f\r\x1c\x1d\x1e\x1f"
LAST_BLANK = ord(" ")  # no blank of ASCII comes after it
_BLANKS = _ASCII_BLANKS + "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_BLANKS += "\u2028\u2029\u202f\u205f\u3000"
_WIDE = re.compile(b"\xc2\x85|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80")
_WIDE_HEADS = (b"\xc2\x85", b"\xe1\x9a\x80", b"\xe2\x80", b"\xe2\x81\x9f", b"\xe3\x80\x80")


def arrays_of(rows: Sequence[Cells], width: int) -> list[pa.StringArray]:
    """The columns of rows that are all `width` wide."""
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else ((),) * width
    return [pa.array(column, pa.string()) for column in columns]


def lengths(column: pa.StringArray) -> npt.NDArray[np.int32]:
    """The bytes of every cell."""
    import numpy as np

    return np.diff(_offsets(column))


def _offsets(column: pa.StringArray) -> npt.NDArray[np.int32]:
    import numpy as np

    if not len(column):
        return np.zeros(1, np.int32)
    found: npt.NDArray[np.int32] = np.frombuffer(column.buffers()[1], np.int32)
    return found[column.offset : column.offset + len(column) + 1]


def hold_long(columns: Sequence[pa.StringArray]) -> bool:
    """Whether a cell may be longer than any cell may be."""
    return any(len(column) and int(lengths(column).max()) > MAX_CELL for column in columns)


def not_blank(columns: Sequence[pa.StringArray]) -> npt.NDArray[np.bool_]:
    """For every row whether it has a cell that is not empty."""
    import numpy as np

    found = np.zeros(len(columns[0]) if columns else 0, np.bool_)
    for column in columns:
        found |= lengths(column) > 0
        if found.all():
            break
    return found


def cleaned(column: pa.StringArray) -> pa.StringArray:
    """Cells as `table_cells.Cleaner` makes them; null is "". Raises pa.ArrowInvalid for what is not UTF-8."""
    import pyarrow.compute as pc

    column.validate(full=True)
    column = pc.fill_null(column, "")
    buffer = column.buffers()[2]
    text = buffer.to_pybytes() if buffer is not None else b""
    for sign, plain in (("\u00a0", " "), ("\r\n", "\n"), ("\r", "\n")):
        if sign.encode() in text:
            column = pc.replace_substring(column, sign, plain)
    return trimmed([column], text)[0]


def trimmed(columns: Sequence[pa.StringArray], text: bytes, blanks: bool = True) -> list[pa.StringArray]:
    """The columns without blanks around their cells. `text` is what they were read from; `blanks` whether a cell may
    have an ASCII blank or a control character.
    """
    import pyarrow.compute as pc

    if not text.isascii() and any(head in text for head in _WIDE_HEADS) and _WIDE.search(text):
        return [pc.utf8_trim(column, _BLANKS) for column in columns]
    return [
        pc.ascii_trim(column, _ASCII_BLANKS) if blanks and _has_blanks(column) else column
        for column in columns
    ]


def _has_blanks(column: pa.StringArray) -> bool:
    """Whether a cell begins or ends with an ASCII blank (or a control character)."""
    import numpy as np

    offsets = _offsets(column)
    if not len(column) or offsets[0] == offsets[-1]:
        return False
    data = np.frombuffer(column.buffers()[2], np.uint8)
    filled = offsets[:-1] < offsets[1:]
    first, last = data[offsets[:-1][filled]], data[offsets[1:][filled] - 1]
    return bool((first <= LAST_BLANK).any() or (last <= LAST_BLANK).any())

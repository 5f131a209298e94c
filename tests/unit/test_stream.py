"""Files read piece by piece: the same cells and row numbers as read whole, whatever the file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.deliveries import stream, stream_arrow, stream_csv, stream_json, stream_text
from sagsbarometer.deliveries.stream import Reading, RowSource, open_source
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.kernel.problems import Faults

Rows = list[tuple[int, tuple[str, ...]]]


def saved(folder: Path, data: bytes, name: str = "udtraek.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def rows_of(source: RowSource, most: int = 1000) -> Rows:
    """Number and cells of every row."""
    found: Rows = []
    for batch in source.batches(most):
        assert 0 < len(batch) <= most
        assert all(column.type == pa.string() and not column.null_count for column in batch.columns)
        cells = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        found += zip(batch.numbers.to_pylist(), cells, strict=True)
    return found


def codes(path: Path, reading: Reading = Reading()) -> list[tuple[str, int | None]]:
    """Code and row of every fault of a file; none when it is read."""
    try:
        rows_of(open_source([path], reading))
    except Faults as faults:
        return [(problem.code, problem.place.row) for problem in faults.problems]
    return []


def whole(path: Path) -> tuple[tuple[str, ...], Rows] | list[tuple[str, int | None]]:
    """What `read_table` says of a file."""
    try:
        table = read_table(path)
    except Faults as faults:
        return [(problem.code, problem.place.row) for problem in faults.problems]
    return table.header, [(row.number, row.cells) for row in table.rows]


def streamed(path: Path, most: int = 1000) -> tuple[tuple[str, ...], Rows] | list[tuple[str, int | None]]:
    """What `open_source` says of it."""
    try:
        source = open_source([path])
        first, second = rows_of(source, most), rows_of(source, most)
    except Faults as faults:
        return [(problem.code, problem.place.row) for problem in faults.problems]
    assert first == second  # it can be read again
    return source.header, first


# --- CSV ---

_TEXT = st.text(st.sampled_from(list('abæøÅ§é \t\xa0;,|"#\n\r0123–\x1c')), max_size=6)
_LETTERS = st.text(st.sampled_from("abcæøå"), min_size=1, max_size=4)
_ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16-le", "utf-16-be")
_MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    """A CSV file in any of the forms that programs write, mostly without faults."""
    width = draw(st.integers(1, 4))
    header = draw(st.lists(_LETTERS, min_size=width, max_size=width, unique_by=str.casefold))
    rows = draw(st.lists(st.lists(_TEXT, min_size=width, max_size=width), max_size=12))
    out = io.StringIO()
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.writer(
        out, delimiter=draw(st.sampled_from(";,\t|")), lineterminator=newline, quoting=quoting
    )
    if draw(st.booleans()):
        out.write(newline * draw(st.integers(0, 2)))
    writer.writerow(header)
    for row in rows:
        writer.writerow(row)
        out.write(newline * draw(st.sampled_from([0, 0, 0, 1])))
    text = out.getvalue()
    if draw(st.booleans()):
        text = text.rstrip("\r\n")
    encoding = draw(st.sampled_from(_ENCODINGS))
    return _MARKS.get(encoding, b"") + text.encode(encoding, "replace")


@given(data=csv_files(), block=st.integers(1, 40), most=st.integers(1, 5))
def test_a_csv_file_is_the_same_read_in_pieces(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, block: int, most: int
) -> None:
    path = saved(tmp_path_factory.mktemp("csv"), data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream_text, "BLOCK", block)
        assert streamed(path, most) == whole(path)


@given(
    data=st.lists(st.sampled_from([b"a", b";", b'"', b"\n", b"\r\n", b"\r", b" ", b"\xc3\xa6", b"#I/T", b"x;y\n"]), max_size=40),
    block=st.integers(1, 40),
)
def test_whatever_stands_below_the_header_is_read_or_told_alike(
    tmp_path_factory: pytest.TempPathFactory, data: list[bytes], block: int
) -> None:
    path = saved(tmp_path_factory.mktemp("csv"), b"n;m\n" + b"".join(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream_text, "BLOCK", block)
        assert streamed(path) == whole(path)

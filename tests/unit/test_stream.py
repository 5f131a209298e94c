"""Files read piece by piece: the same cells and row numbers as read whole, whatever the file."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.deliveries import stream_arrow, stream_csv, stream_json, stream_text
from sagsbarometer.deliveries.stream import FIND_OUT, Reading, RowSource, open_source
from sagsbarometer.deliveries.stream_cells import cleaned
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


def codes(path: Path, reading: Reading = FIND_OUT) -> list[tuple[str, int | None]]:
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
    data=st.lists(
        st.sampled_from([b"a", b";", b'"', b"\n", b"\r\n", b"\r", b" ", b"\xc3\xa6", b"#I/T", b"x;y\n"]),
        max_size=40,
    ),
    block=st.integers(1, 40),
)
def test_whatever_stands_below_the_header_is_read_or_told_alike(
    tmp_path_factory: pytest.TempPathFactory, data: list[bytes], block: int
) -> None:
    path = saved(tmp_path_factory.mktemp("csv"), b"n;m\n" + b"".join(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream_text, "BLOCK", block)
        assert streamed(path) == whole(path)


def test_a_small_file_is_read_by_arrow_where_nothing_is_odd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = 'a;b\r\n1;"æ\r\nø"\r\n\r\n2; x \r\n;\r\n3;"y ""z"""\r\n'
    path = saved(tmp_path, data.encode())
    expected = (("a", "b"), [(2, ("1", "æ\nø")), (5, ("2", "x")), (7, ("3", 'y "z"'))])
    assert whole(path) == expected

    def refuse(*_: object) -> None:
        raise AssertionError("read by table_csv")

    monkeypatch.setattr(stream_csv._Reader, "_careful", refuse)
    assert streamed(path) == expected


@pytest.mark.parametrize(
    ("text", "codes_"),
    [
        ('a;b\n1;5" rør\n2;x\n', []),  # a quote inside a cell is only a quote
        ('a;b\n1; "x"\n', []),
        ("a;b\n1;2;\n3;4;\n", []),  # a separator too many after every row
        ("a;b\n1;2;3\n4;5\n", [("FIL-114", 2)]),
        ("a;b\n1;2\n3\n", [("FIL-115", 3)]),
        ('a;b\n1;"x"y\n2;#REF!\n', [("FIL-106", 2), ("FIL-117", 3)]),
        ('a;b\n1;"x\n2;y\n3;z\n', [("FIL-106", 2)]),
        ("a;b\n1;" + 40_000 * "x" + "\n", [("FIL-110", 2)]),
        ('a;b\n1;"' + 200_000 * "x\n", [("FIL-106", 2)]),
    ],
)
@pytest.mark.parametrize("block", [7, 1 << 20])
def test_odd_rows_are_read_or_told_as_by_the_careful_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, codes_: list[tuple[str, int]], block: int
) -> None:
    path = saved(tmp_path, text.encode())
    if block < len(text) < 1000:
        monkeypatch.setattr(stream_text, "BLOCK", block)
    assert codes(path) == codes_
    assert codes_ or streamed(path) == whole(path)


@pytest.mark.parametrize(
    ("data", "encoding", "cell"),
    [
        ("a;b\n1;æ\n".encode("cp1252"), "", "æ"),
        ("a;b\n1;č\n".encode("cp1250"), "cp1250", "č"),
        ("a;b\n1;שלום\n".encode("cp1255"), "windows-1255", "שלום"),
        ("a;b\n1;æ\n".encode("latin-1"), "ISO-8859-1", "æ"),
        ("a;b\n1;æ\n".encode("utf-16-le"), "utf-16", "æ"),
        ("a;b\n1;日本\n".encode("shift_jis"), "Shift_JIS", "日本"),
    ],
)
@pytest.mark.parametrize("block", [1, 1 << 20])
def test_other_encodings_are_read_when_they_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, encoding: str, cell: str, block: int
) -> None:
    monkeypatch.setattr(stream_text, "BLOCK", block)
    source = open_source([saved(tmp_path, data)], Reading(encoding=encoding))
    assert rows_of(source) == [(2, ("1", cell))]


def test_the_encoding_found_is_said(tmp_path: Path) -> None:
    source = open_source([saved(tmp_path, "a;b\n1;blå\n".encode("cp1252"))])
    rows_of(source)
    assert source.form == "CSV, semikolon, Windows-1252"


@pytest.mark.parametrize("text", ["משרד הבריאות", "дом деда", "blåbærgrød"])
def test_damaged_utf8_is_not_taken_for_another_encoding(tmp_path: Path, text: str) -> None:
    letters = f"a;b\n1;{text}\n2;{text}\n".encode()
    at = len(letters) - len(f"{text}\n".encode()) + text.encode().find(max(text).encode())
    with pytest.raises(Faults) as caught:  # half of one letter is gone
        rows_of(open_source([saved(tmp_path, letters[:at] + letters[at + 1 :])]))
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.row) == ("FIL-105", 3)
    assert "ikke gyldig UTF-8" in problem.fault


def test_damage_far_into_a_file_is_found_at_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_text, "BLOCK", 64)
    rows = [f"{number};blå" for number in range(100)]
    data = "\n".join(["a;b", *rows]).encode() + b"\n100;\xe6\n"
    assert codes(saved(tmp_path, data)) == [("FIL-105", 102)]
    assert codes(saved(tmp_path, b"a;b\n" + b"1;x\n" * 100 + b"2;\0\n")) == [("FIL-105", 102)]


@pytest.mark.parametrize(
    ("reading", "text", "code"),
    [
        (Reading(encoding="zip"), "a;b\n1;2\n", "FIL-127"),
        (Reading(encoding="utf-7"), "a;b\n1;2\n", "FIL-127"),
        (Reading(separator="::"), "a;b\n1;2\n", "FIL-127"),
        (Reading(header=2), "a;b\n\n1;2\n", "FIL-111"),
        (Reading(header=9), "a;b\n1;2\n", "FIL-111"),
    ],
)
def test_a_reading_that_cannot_be_followed_is_told(
    tmp_path: Path, reading: Reading, text: str, code: str
) -> None:
    assert [found for found, _ in codes(saved(tmp_path, text.encode()), reading)] == [code]


def test_separator_and_header_row_can_be_said(tmp_path: Path) -> None:
    path = saved(tmp_path, b"Udtraek 2024\n\nsag~svar\n1~ja\n")
    source = open_source([path], Reading(separator="~", header=3))
    assert (source.header, rows_of(source)) == (("sag", "svar"), [(4, ("1", "ja"))])


def test_the_column_of_a_returned_file_is_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path, b"FEJL;a;b\nx;1;2\ny;;\n")
    assert streamed(path) == whole(path) == (("a", "b"), [(2, ("1", "2"))])


def test_the_problems_of_a_hopeless_file_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_text, "BLOCK", 4096)
    found = codes(saved(tmp_path, b"a;b\n" + b"1\n" * 50_000))
    assert 1000 <= len(found) <= 1001 + 4096


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_text, "BLOCK", 4096)
    monkeypatch.setattr(stream_csv, "MAX_RECORD", 100_000)
    path = saved(tmp_path, b"a;b\n1;2\n" + b"x" * 1_000_000)
    source = open_source([path])
    batches = source.batches()
    assert len(next(batches)) == 1
    with pytest.raises(Faults):
        next(batches)
    assert source.position < 300_000


# --- XLSX, Parquet, JSON lines ---


def test_a_workbook_is_the_same_read_in_pieces(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["sag", "dato"])
    book.active.append([1, "2024-01-05"])
    book.active.append([None, None])
    book.active.append([2, "x"])
    other = book.create_sheet("Andet")
    other.append(["Titel"])
    other.append(["b"])
    other.append([3])
    book.save(tmp_path / "a.xlsx")
    assert streamed(tmp_path / "a.xlsx", 1) == whole(tmp_path / "a.xlsx")
    source = open_source([tmp_path / "a.xlsx"], Reading(sheet="Andet", header=2))
    assert (source.header, rows_of(source)) == (("b",), [(3, ("3",))])
    assert codes(tmp_path / "a.xlsx", Reading(sheet="Findes ikke")) == [("FIL-127", None)]


_VALUES = {
    pa.string(): _TEXT,
    pa.int64(): st.integers(-(2**60), 2**60),
    pa.float64(): st.floats(allow_infinity=False, width=32),
    pa.bool_(): st.booleans(),
    pa.date32(): st.dates(),
    pa.timestamp("us"): st.datetimes(),
    pa.list_(pa.string()): st.lists(_LETTERS, max_size=2),
}


@given(data=st.data(), most=st.integers(1, 5))
def test_a_parquet_file_is_the_same_read_in_pieces(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, most: int
) -> None:
    types = data.draw(st.lists(st.sampled_from(list(_VALUES)), min_size=1, max_size=4))
    count = data.draw(st.integers(0, 9))
    columns = [
        pa.array(data.draw(st.lists(st.none() | _VALUES[type_], min_size=count, max_size=count)), type_)
        for type_ in types
    ]
    path = tmp_path_factory.mktemp("parquet") / "a.parquet"
    pq.write_table(
        pa.table(columns, names=[f"k{index}" for index in range(len(types))]), path, row_group_size=3
    )
    found, expected = streamed(path, most), whole(path)
    assert found == (
        (expected[0], [row for row in expected[1] if any(row[1])])
        if isinstance(expected, tuple)
        else expected
    )


def test_a_long_text_that_repeats_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_arrow, "MAX_BATCH", 100_000)
    pq.write_table(pa.table({"a": ["x" * 30_000] * 50}), tmp_path / "a.parquet")
    sizes = [len(batch) for batch in open_source([tmp_path / "a.parquet"]).batches()]
    assert sum(sizes) == 50
    assert max(sizes) <= 4


def test_damaged_parquet_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": [str(number) for number in range(5000)]}), path)
    data = bytearray(path.read_bytes())
    data[50:500] = bytes(450)
    path.write_bytes(bytes(data))
    assert codes(path) == [("FIL-118", None)]


def test_parquet_with_text_that_is_none_is_a_fault(tmp_path: Path) -> None:
    bad = pa.array([b"good", b"\xff\xfe"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"a": bad}), tmp_path / "a.parquet")
    assert codes(tmp_path / "a.parquet") == [("FIL-118", None)]
    with pytest.raises(pa.ArrowInvalid):
        cleaned(bad)  # as a database may give it


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        {"sag": 1, "dato": "2024-01-05", "hastesag": True},
        {"dato": None, "sag": 2.50, "emner": ["a", "b"]},
        {"sag": " "},
    ]
    text = "\n\n".join(json.dumps(line) for line in lines)
    source = open_source([saved(tmp_path, b"\xef\xbb\xbf" + text.encode(), "a.jsonl")])
    assert source.header == ("sag", "dato", "hastesag", "emner")
    assert rows_of(source, 1) == [(1, ("1", "2024-01-05", "true", "")), (3, ("2.5", "", "", "a|b"))]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"a": 1', "FIL-123"),
        (b"[1, 2]", "FIL-123"),
        (b"1", "FIL-123"),
        (b'{"a": {"b": 1}}', "FIL-124"),
        (b'{"a": [["b"]]}', "FIL-124"),
        (b'{"a": 1, "a": 2}', "FIL-123"),
        (b'{"a": "\\ud800"}', "FIL-123"),
        (b'{"a": "\xe6"}', "FIL-123"),
        (b"[" * 100_000, "FIL-123"),
    ],
)
def test_a_line_that_is_no_plain_object_is_told(tmp_path: Path, line: bytes, code: str) -> None:
    path = saved(tmp_path, b'{"a": "1"}\n' + line + b"\n", "a.jsonl")
    assert codes(path) == [(code, 2)]


def test_a_json_line_without_end_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_json, "MAX_LINE", 100)
    assert codes(saved(tmp_path, b'{"a": "' + b"x" * 1000 + b'"}\n', "a.jsonl")) == [("FIL-123", 1)]


# --- several files ---


def test_several_files_of_the_same_columns_are_one_source(tmp_path: Path) -> None:
    first = saved(tmp_path, b"a;b\n1;2\n", "2023.csv")
    second = saved(tmp_path, b"b,a\n4,3\n", "2024.csv")
    source = open_source([first, second])
    assert source.header == ("a", "b")
    assert rows_of(source) == rows_of(source) == [(2, ("1", "2")), (2, ("3", "4"))]
    assert [batch.file for batch in source.batches()] == ["2023.csv", "2024.csv"]
    assert source.size == source.position == first.stat().st_size + second.stat().st_size
    assert source.name == "2023.csv og 1 til"


def test_files_of_other_columns_are_told_with_them(tmp_path: Path) -> None:
    paths = [
        saved(tmp_path, head + b"\n1;2\n", f"{head[:1].decode()}.csv") for head in (b"a;b", b"b;c", b"c;a")
    ]
    with pytest.raises(Faults) as caught:
        open_source(paths)
    assert [(p.code, p.place.file) for p in caught.value.problems] == [
        ("FIL-125", "b.csv"),
        ("FIL-125", "c.csv"),
    ]
    assert "»a«" in caught.value.problems[0].fault
    assert "»c«" in caught.value.problems[0].fault


def test_faults_of_all_files_are_told(tmp_path: Path) -> None:
    paths = [saved(tmp_path, b"a;b\n1\n", "1.csv"), saved(tmp_path, b"a;b\n1;2;3\n", "2.csv")]
    with pytest.raises(Faults) as caught:
        rows_of(open_source(paths))
    assert [(p.code, p.place.file) for p in caught.value.problems] == [
        ("FIL-115", "1.csv"),
        ("FIL-114", "2.csv"),
    ]
    with pytest.raises(Faults) as caught:
        open_source([tmp_path / "nej.csv", saved(tmp_path, b"", "tom.csv")])
    assert [p.code for p in caught.value.problems] == ["FIL-101", "FIL-102"]

"""Answer files as people and programs write them, read to one kind of table."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.deliveries import table_cells, tables
from sagsbarometer.deliveries.table_cells import as_text, letter
from sagsbarometer.deliveries.tables import RawRow, RawTable, read_table
from sagsbarometer.kernel.problems import Faults, Level

Rows = Sequence[Sequence[str]]


def codes(call: Callable[[], object]) -> list[str]:
    """The codes of the faults a call raises."""
    with pytest.raises(Faults) as caught:
        call()
    return [problem.code for problem in caught.value.problems]


def saved(folder: Path, data: bytes, name: str = "svar.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def moment(*parts: int) -> datetime.datetime:
    """A time as a file holds it: on no clock in particular."""
    return datetime.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def cells(table: RawTable) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


# --- CSV ---


def test_csv_from_a_danish_excel(tmp_path: Path) -> None:
    text = "case_id;municipality_id;result\r\nA1;0101; Afslag \r\nA2;851;Delvist\xa0afslag på ø\r\n"
    table = read_table(saved(tmp_path, text.encode("cp1252")))
    assert table == RawTable(
        file="svar.csv",
        header=("case_id", "municipality_id", "result"),
        rows=(RawRow(2, ("A1", "0101", "Afslag")), RawRow(3, ("A2", "851", "Delvist afslag på ø"))),
        kind="csv",
    )


@pytest.mark.parametrize(
    "data",
    [
        "a;b\r\næ;ø".encode("utf-8-sig"),
        "a;b\næ;ø\n".encode(),
        "a;b\ræ;ø\r".encode(),
        codecs.BOM_UTF16_LE + "a\tb\r\næ\tø\r\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "a\tb\r\næ\tø\r\n".encode("utf-16-be"),
        "a,b\næ,ø\n".encode(),
        '"a";"b"\r\n"æ";"ø"\r\n'.encode("cp1252"),
        "a;b;;\r\næ;ø;;\r\n;;;\r\n".encode("cp1252"),
    ],
)
def test_csv_is_the_same_table_however_it_is_written(tmp_path: Path, data: bytes) -> None:
    table = read_table(saved(tmp_path, data))
    assert (table.header, cells(table)) == (("a", "b"), [("æ", "ø")])


def test_csv_rows_are_numbered_by_the_line_they_start_on(tmp_path: Path) -> None:
    data = b'sep=;\r\na;b\r\n"1\r\nto";x\r\n\r\n2;"y ""z"""\r\n'
    table = read_table(saved(tmp_path, data))
    assert table.header_row == 2
    assert table.rows == (RawRow(3, ("1\nto", "x")), RawRow(6, ("2", 'y "z"')))


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("case_id,remark\n1,a;b;c\n2,d;e\n", ("case_id", "remark")),
        ("case_id;remark\n1;a,b,c\n2;d,e,f\n", ("case_id", "remark")),
        ("case_id\tremark\n1\ta,b;c\n", ("case_id", "remark")),
        ("Sag, nummer;Svar\n1;ja\n2;nej\n", ("Sag, nummer", "Svar")),
        ("case_id\na\nb\n", ("case_id",)),
        ('sep=,\n"a;b",c\n1,2\n', ("a;b", "c")),
        ('"sep=\t"\na\tb\n1\t2\n', ("a", "b")),
        ("case_id;note\n1;a\n2;b;c\n", None),  # one bad row does not turn the separator
    ],
)
def test_csv_separator_is_told_by_the_header(
    tmp_path: Path, text: str, header: tuple[str, ...] | None
) -> None:
    path = saved(tmp_path, text.encode())
    if header is None:
        assert codes(lambda: read_table(path)) == ["FIL-114"]
    else:
        assert read_table(path).header == header


def test_csv_faults_are_all_told_at_their_rows(tmp_path: Path) -> None:
    lines = ["a;b", "1;2;3", "4", '5;"x"y', "#I/T;6", "7;#REF!", "8;9;", "10;11", '12;"13', "14;15"]
    with pytest.raises(Faults) as caught:
        read_table(saved(tmp_path, "\r\n".join(lines).encode()))
    found = [(p.code, p.place.row, p.place.column) for p in caught.value.problems]
    assert found == [
        ("FIL-114", 2, 3),
        ("FIL-115", 3, None),
        ("FIL-106", 4, None),
        ("FIL-117", 5, "a"),
        ("FIL-117", 6, "b"),
        ("FIL-106", 9, None),
    ]
    assert all(p.fault and p.remedy and p.place.file == "svar.csv" for p in caught.value.problems)


@pytest.mark.parametrize(
    ("data", "position", "row"),
    [
        ("a;b\næ;".encode() + b"\xe6;", 8, 2),  # both UTF-8 and Windows-1252
        (b"a;b\n\x81;1\n", 5, 2),  # in no encoding we read
        (codecs.BOM_UTF8 + b"a;\xff\n", 6, 1),
        (codecs.BOM_UTF16_LE + b"a\0;\0b\0\n\0\x00\xd8x\0", 11, 2),  # half of a pair
        (b"a;b\n1;\x002\n", 7, 2),
        ("a;b\nafg†relse;2\n".encode("cp1252"), 8, 2),  # å of MS-DOS
        (codecs.BOM_UTF32_LE + "a;b".encode("utf-32-le"), None, None),
    ],
)
def test_csv_that_cannot_be_decoded_names_the_byte(
    tmp_path: Path, data: bytes, position: int | None, row: int | None
) -> None:
    with pytest.raises(Faults) as caught:
        read_table(saved(tmp_path, data))
    (problem,) = caught.value.problems
    assert problem.code == "FIL-105"
    assert problem.place.row == row
    assert position is None or f"byte nr. {position} " in problem.fault


def test_windows_text_with_danish_letters_is_no_broken_utf8(tmp_path: Path) -> None:
    text = "a;b\n»PÅ« §;it’s – “ok” æøåÆØÅéü €\n"
    assert cells(read_table(saved(tmp_path, text.encode("cp1252")))) == [("»PÅ« §", "it’s – “ok” æøåÆØÅéü €")]


_NAME = st.from_regex(r"[a-z][a-z0-9_]{0,8}(\.[a-z]{1,5})?", fullmatch=True)
_ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0#"), max_size=12)
# No sign whose byte, behind that of a capital letter, would be the UTF-8 of another letter.
_WINDOWS = st.text("abz09æøåÆØÅéü ;,\t\"'|=+-\n", max_size=12)


def _normal(text: str) -> str:
    return text.replace("\xa0", " ").replace("\r\n", "\n").replace("\r", "\n").strip()


@given(data=st.data())
def test_any_table_written_as_csv_comes_back(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    encoding, bom = data.draw(
        st.sampled_from(
            [
                ("utf-8", b""),
                ("utf-8", codecs.BOM_UTF8),
                ("utf-16-le", codecs.BOM_UTF16_LE),
                ("utf-16-be", codecs.BOM_UTF16_BE),
                ("cp1252", b""),
            ]
        )
    )
    cell = _WINDOWS if encoding == "cp1252" else _ANY
    header = data.draw(st.lists(_NAME, min_size=1, max_size=5, unique=True))
    rows = data.draw(st.lists(st.tuples(*[cell] * len(header)), max_size=8))
    separator = data.draw(st.sampled_from(";,\t"))
    everything = data.draw(st.booleans())
    out = io.StringIO()
    out.write(data.draw(st.sampled_from(["", f"sep={separator}\r\n"])))
    writer = csv.writer(
        out,
        delimiter=separator,
        quoting=csv.QUOTE_ALL if everything else csv.QUOTE_MINIMAL,
        lineterminator="\r\n",
    )
    writer.writerows([header, *rows])
    path = saved(tmp_path_factory.mktemp("csv"), bom + out.getvalue().encode(encoding))
    table = read_table(path)
    want = [tuple(map(_normal, row)) for row in rows]
    assert table.header == tuple(header)
    assert cells(table) == [row for row in want if any(row)]


# --- XLSX ---


def workbook(folder: Path, *rows: Sequence[object], name: str = "svar.xlsx", title: str = "Ark1") -> Path:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    book.save(folder / name)
    return folder / name


def test_xlsx_values_come_out_in_one_notation(tmp_path: Path) -> None:
    day = datetime.date(2022, 12, 20)
    path = workbook(
        tmp_path,
        ["case_id", "b", "i", "d", "t", "x"],
        ["A\xa01 ", True, 3, day, moment(2022, 12, 20, 13, 45), 0.5],
        [],
        ["0101", False, 3.0, moment(2022, 12, 20), " =ikke ", 12345678901],
        [None, None, None, None, None, None],
        ["x"],
    )
    table = read_table(path)
    assert table.kind == "xlsx"
    assert table.rows == (
        RawRow(2, ("A 1", "true", "3", "2022-12-20", "2022-12-20T13:45:00", "0.5")),
        RawRow(4, ("0101", "false", "3", "2022-12-20", "=ikke", "12345678901")),
        RawRow(6, ("x", "", "", "", "", "")),
    )


def test_xlsx_reads_the_sheet_of_answers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["guide"])
    book.create_sheet("svar").append(["case_id"])
    book.save(tmp_path / "named.xlsx")
    assert read_table(tmp_path / "named.xlsx").header == ("case_id",)
    book["svar"].title = "andet"
    book.active.sheet_state = "hidden"
    book.active = 1
    book.save(tmp_path / "hidden.xlsx")
    assert read_table(tmp_path / "hidden.xlsx").header == ("case_id",)


def changed(path: Path, member: str, old: bytes, new: bytes) -> Path:
    """A copy of a workbook with other bytes in one member."""
    out = path.with_name(f"changed_{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == member:
                assert old in data
                data = data.replace(old, new)
            target.writestr(name, data)
    return out


def _with_formula(folder: Path) -> Path:
    path = folder / "formula.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["case_id", "n"])
        sheet.write(1, 0, "A1")
        sheet.write_formula(1, 1, "=1+1", None, 2)
    return path


def test_xlsx_formula_counts_by_the_result_excel_stored(tmp_path: Path) -> None:
    computed = changed(_with_formula(tmp_path), "xl/workbook.xml", b' fullCalcOnLoad="1"', b"")
    assert cells(read_table(computed)) == [("A1", "2")]
    sheet = "xl/worksheets/sheet1.xml"
    for kind, value, found in ((b"", b"<v></v>", None), (b"", b"", None), (b' t="str"', b"<v></v>", "")):
        old = b'<c r="B2"><f>1+1</f><v>2</v></c>'
        path = changed(computed, sheet, old, b'<c r="B2"' + kind + b"><f>1+1</f>" + value + b"</c>")
        if found is None:
            assert codes(partial(read_table, path)) == ["FIL-116"]
        else:
            assert cells(read_table(path)) == [("A1", found)]


def test_xlsx_formula_nobody_computed_is_a_fault(tmp_path: Path) -> None:
    # What a program stores as the result is 0 until Excel has opened the file.
    with pytest.raises(Faults) as caught:
        read_table(_with_formula(tmp_path))
    assert [(p.code, p.place.row, p.place.column) for p in caught.value.problems] == [("FIL-116", 2, "n")]
    path = workbook(tmp_path, ["case_id", "n", "m"], ["A1", "=1+1", "#N/A"], ["=A2", 1, 2])
    with pytest.raises(Faults) as caught:
        read_table(path)
    found = [(p.code, p.place.row, p.place.column) for p in caught.value.problems]
    assert found == [("FIL-116", 2, "n"), ("FIL-117", 2, "m"), ("FIL-116", 3, "case_id")]


def test_xlsx_cell_beside_the_header_is_a_fault_and_a_missing_one_blank(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["case_id", "n"], ["A1"], ["A2", 1, None, "x"])
    with pytest.raises(Faults) as caught:
        read_table(path)
    assert [(p.code, p.place.row) for p in caught.value.problems] == [("FIL-114", 3)]


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 1, 1)),
    st.text("abæøå =+-@'\"|;\n", max_size=8),
)


@given(rows=st.lists(st.tuples(_VALUES, _VALUES, _VALUES), max_size=8))
def test_any_table_written_as_xlsx_comes_back(
    rows: list[tuple[object, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("xlsx") / "svar.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Svar")
        dates = book.add_format({"num_format": "dd-mm-yyyy"})
        sheet.write_row(0, 0, ["a", "b", "c"])
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, datetime.date):
                    sheet.write_datetime(number, column, value, dates)
                else:
                    sheet.write(number, column, value)
    want = [tuple(_normal(as_text(value)) for value in row) for row in rows]
    found = {row.number: row.cells for row in read_table(path).rows}
    assert found == {number: row for number, row in enumerate(want, start=2) if any(row)}


# --- Parquet ---


def test_parquet_columns_come_out_in_one_notation(tmp_path: Path) -> None:
    columns = {
        "case_id": ["A1", None, " 0101\xa0"],
        "b": [True, None, False],
        "i": pa.array([1, None, -3], pa.int32()),
        "f": [1.0, None, 2.5],
        "d": [datetime.date(2022, 12, 20), None, datetime.date(1999, 1, 2)],
        "t": pa.array([moment(2022, 12, 20), None, moment(2022, 1, 1, 8)], pa.timestamp("ns")),
        "l": [["support", "other"], None, []],
        "m": [Decimal("2.00"), None, Decimal("1.25")],
        "k": pa.array(["x", None, "x"]).dictionary_encode(),
        "n": pa.nulls(3),
    }
    pq.write_table(pa.table(columns), tmp_path / "svar.parquet")
    table = read_table(tmp_path / "svar.parquet")
    assert (table.kind, table.header) == ("parquet", tuple(columns))
    assert table.rows == (
        RawRow(2, ("A1", "true", "1", "1", "2022-12-20", "2022-12-20", "support|other", "2", "x", "")),
        RawRow(4, ("0101", "false", "-3", "2.5", "1999-01-02", "2022-01-01T08:00:00", "", "1.25", "x", "")),
    )


def test_parquet_faults_are_told_by_column(tmp_path: Path) -> None:
    columns = {"case_id": ["A1"], "s": [{"x": 1}], "raw": [b"x"], "deep": [[[1]]]}
    pq.write_table(pa.table(columns), tmp_path / "svar.parquet")
    with pytest.raises(Faults) as caught:
        read_table(tmp_path / "svar.parquet")
    found = [(p.code, p.place.column) for p in caught.value.problems]
    assert found == [("FIL-119", "s"), ("FIL-119", "raw"), ("FIL-119", "deep")]
    pq.write_table(pa.table({"case_id": ["A1"], "l": [["a|b"]]}), tmp_path / "svar.parquet")
    with pytest.raises(Faults) as caught:
        read_table(tmp_path / "svar.parquet")
    assert [(p.code, p.place.row, p.place.column) for p in caught.value.problems] == [("FIL-119", 2, "l")]


# --- what every format has in common ---


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("a;;b", [("FIL-112", 2)]),
        ("a;b;A", [("FIL-113", 3)]),
        ("1;2;2022-12-20", [("FIL-111", None)]),
        ("a;#REF!;b", [("FIL-117", "#REF!")]),
    ],
)
def test_header_faults(tmp_path: Path, header: str, found: list[tuple[str, object]]) -> None:
    path = saved(tmp_path, f"{header}\n1;2;3\n".encode())
    with pytest.raises(Faults) as caught:
        read_table(path)
    assert [(p.code, p.place.column) for p in caught.value.problems] == found
    assert {p.place.row for p in caught.value.problems} == {1}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("svar.csv", b"", "FIL-102"),
        ("svar.csv", b"\r\n \r\n", "FIL-102"),
        ("svar.csv", codecs.BOM_UTF8, "FIL-102"),
        ("svar.xlsx", b"a;b\n1;2\n", "FIL-107"),
        ("svar.xlsx", b"PK\x03\x04 not a zip", "FIL-107"),
        ("svar.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "FIL-104"),
        ("svar.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "FIL-104"),
        ("svar.pdf", b"%PDF-1.7", "FIL-104"),
        ("svar.csv", b"%PDF-1.7", "FIL-104"),
        ("svar.parquet", b"PAR1....", "FIL-118"),
        ("svar.parquet", b"PAR1....PAR1", "FIL-118"),
        ("svar.csv", b"sep=#\na#b\n", "FIL-121"),
    ],
)
def test_files_that_are_no_table(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    assert codes(lambda: read_table(saved(tmp_path, data, name))) == [code]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert codes(lambda: read_table(tmp_path / "svar.csv")) == ["FIL-101"]
    assert codes(lambda: read_table(tmp_path)) == ["FIL-101"]


def test_the_content_decides_whatever_the_file_is_called(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["case_id"], ["A1"], name="upload.tmp")
    assert read_table(path, "svar.csv").kind == "xlsx"
    assert read_table(path, "svar.csv").file == "svar.csv"


@pytest.mark.parametrize(
    ("module", "limit", "value", "code"),
    [
        (tables, "MAX_BYTES", 19, "FIL-103"),
        (tables, "MAX_ROWS", 2, "FIL-109"),
        (tables, "MAX_COLUMNS", 1, "FIL-109"),
        (tables, "MAX_CELLS", 4, "FIL-109"),
        (tables, "MAX_CELL", 4, "FIL-110"),
    ],
)
def test_limits_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, limit: str, value: int, code: str
) -> None:
    path = saved(tmp_path, b"a;b\n1;2\n3;4\n5;lange\n")
    assert read_table(path).rows
    monkeypatch.setattr(module, limit, value)
    assert set(codes(lambda: read_table(path))) == {code}


def test_no_more_problems_than_anybody_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_cells, "MAX_PROBLEMS", 3)
    with pytest.raises(Faults) as caught:
        read_table(saved(tmp_path, b"a;b\n" + b"1\n" * 10))
    *first, last = caught.value.problems
    assert [problem.place.row for problem in first] == [2, 3, 4]
    assert (last.code, last.level) == ("FIL-122", Level.NOTE)
    assert "7 fejl mere" in last.fault


def test_no_cpr_number_comes_out_in_a_problem(tmp_path: Path) -> None:
    for header in ("a;0101901234;0101901234", "a;;010190-1234", "a;b;c;0101901234"):
        rows = f"{header}\n#REF!;#REF!;#REF!;0101901234;0101901234\n0101901234\n"
        with pytest.raises(Faults) as caught:
            read_table(saved(tmp_path, rows.encode(), "0101901234.csv"))
        text = str(caught.value)
        assert "0101901234" not in text
        assert "010190-1234" not in text


def test_the_column_of_faults_of_a_returned_file_is_left_out(tmp_path: Path) -> None:
    data = b"FEJL: Fejl SVAR-1;case_id;n\nFejl X: noget;A1;1\n;A2;#REF!\nFejl;;\n"
    with pytest.raises(Faults) as caught:
        read_table(saved(tmp_path, data))
    assert [(p.code, p.place.row, p.place.column) for p in caught.value.problems] == [("FIL-117", 3, "n")]
    table = read_table(saved(tmp_path, data.replace(b"#REF!", b"2")))
    assert (table.header, table.rows) == (("case_id", "n"), (RawRow(2, ("A1", "1")), RawRow(3, ("A2", "2"))))


def test_column_letters() -> None:
    assert [letter(index) for index in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]

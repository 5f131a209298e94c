"""The user's own file comes back with a column of faults and with nothing else changed."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from sagsbarometer.deliveries import table_xlsx_guard
from sagsbarometer.deliveries.returned import fault_table, neutral, returned_file
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem

CPR = "0101901234"


def problem(
    row: int | None,
    column: str | int | None = None,
    fault: str = "Noget er galt.",
    level: Level = Level.ERROR,
) -> Problem:
    return Problem("SVAR-106", Place("svar.csv", row=row, column=column), fault, "Ret det.", level)


def back(folder: Path, data: bytes, problems: Sequence[Problem], name: str = "svar.csv") -> bytes:
    path = folder / name
    path.write_bytes(data)
    written = returned_file(path, problems, folder / "ud")
    assert written.suffix == path.suffix
    return written.read_bytes()


# --- CSV ---


def test_csv_comes_back_as_delivered_with_a_column_of_faults(tmp_path: Path) -> None:
    data = 'case_id;"note"\r\n"A;1";  på  \r\nA2;"x ""y"""\r\n;\r\n'.encode("cp1252")
    got = back(
        tmp_path, data, [problem(3, "note"), problem(3, "case_id", "Ø."), problem(1, "note", "Dobbelt.")]
    )
    want = (
        'FEJL: Fejl SVAR-106 (note): Dobbelt. Ret det.;case_id;"note"\r\n'
        ';"A;1";  på  \r\n'
        "Fejl SVAR-106 (note): Noget er galt. Ret det. • Fejl SVAR-106 (case_id): Ø. Ret det.;"
        'A2;"x ""y"""\r\n'
        ";;\r\n"
    )
    assert got.decode("cp1252") == want


@pytest.mark.parametrize(
    ("data", "want"),
    [
        (
            codecs.BOM_UTF8 + b"a,b\n1,2",
            codecs.BOM_UTF8 + b'FEJL,a,b\n"Fejl SVAR-106: Nu, her. Ret det.",1,2',
        ),
        (
            b"sep=\t\r\na\tb\r\n\r\n1\t2\r\n",
            b'sep=\t\r\nFEJL\ta\tb\r\n\r\n"Fejl SVAR-106: Nu, her. Ret det."\t1\t2\r\n',
        ),
        (b'"a";"b"\r"1";"2"\r', b'"FEJL";"a";"b"\r"Fejl SVAR-106: Nu, her. Ret det.";"1";"2"\r'),
        (
            codecs.BOM_UTF16_LE + "a\tb\r\n1\tæ\r\n".encode("utf-16-le"),
            codecs.BOM_UTF16_LE
            + 'FEJL\ta\tb\r\n"Fejl SVAR-106: Nu, her. Ret det."\t1\tæ\r\n'.encode("utf-16-le"),
        ),
    ],
)
def test_csv_keeps_encoding_separator_quotes_and_line_ends(tmp_path: Path, data: bytes, want: bytes) -> None:
    row = 4 if data.startswith(b"sep") else 2
    assert back(tmp_path, data, [problem(row, fault="Nu, her.")]) == want


def test_csv_rows_with_line_breaks_get_the_faults_of_all_their_lines(tmp_path: Path) -> None:
    got = back(tmp_path, b'a;b\n"1\n2";x\n3;y\n', [problem(3, fault="I."), problem(4, fault="II.")])
    assert got == b'FEJL;a;b\nFejl SVAR-106: I. Ret det.;"1\n2";x\nFejl SVAR-106: II. Ret det.;3;y\n'


def test_no_problem_is_lost(tmp_path: Path) -> None:
    got = back(
        tmp_path, b"a;b\n\n1;2\n", [problem(None, fault="Alt."), problem(2, fault="Tom."), problem(99)]
    )
    header = got.decode().splitlines()[0]
    assert header.startswith("FEJL: Fejl SVAR-106: Alt. Ret det. • Række 2: Fejl SVAR-106: Tom.")
    assert "Række 99: " in header


def test_csv_that_cannot_be_decoded_still_keeps_its_bytes(tmp_path: Path) -> None:
    for data in (b"a;b\n\xc3\xa6;\xe6\x81\n", codecs.BOM_UTF8 + b"a;\xff\n", b"a;\0\n"):
        path = tmp_path / "svar.csv"
        path.write_bytes(data)
        with pytest.raises(Faults) as caught:
            read_table(path)
        got = back(tmp_path, data, caught.value.problems)
        assert b"FIL-105" in got
        rest = got.removeprefix(codecs.BOM_UTF8)
        lines = [line.partition(b";")[2] for line in rest.split(b"\n")]
        assert b"\n".join(lines) == data.removeprefix(codecs.BOM_UTF8)
    odd = codecs.BOM_UTF16_LE + "a;b\n".encode("utf-16-le") + b"\x00\xd8;\0"
    assert back(tmp_path, odd, []).endswith(b"\x00\xd8;\0")


def test_csv_with_a_broken_quote_comes_back(tmp_path: Path) -> None:
    data = b'a;b\n1;"2\n3;4\n'
    path = tmp_path / "svar.csv"
    path.write_bytes(data)
    with pytest.raises(Faults) as caught:
        read_table(path)
    got = back(tmp_path, data, caught.value.problems)
    assert got.startswith(b'FEJL;a;b\n"Fejl FIL-106: ')
    assert got.endswith(b';1;"2\n3;4\n')


def test_csv_of_an_earlier_round_gets_one_column_of_faults(tmp_path: Path) -> None:
    data = b'a;b\n"x;y";2\n3;4\n'
    first = back(tmp_path, data, [problem(2, fault='Se "her";')])
    second = back(tmp_path, first, [problem(3, "a")])
    assert second == b'FEJL;a;b\n;"x;y";2\nFejl SVAR-106 (a): Noget er galt. Ret det.;3;4\n'
    assert back(tmp_path, second, []) == b'FEJL;a;b\n;"x;y";2\n;3;4\n'
    (tmp_path / "svar.csv").write_bytes(second)
    assert [row.cells for row in read_table(tmp_path / "svar.csv").rows] == [("x;y", "2"), ("3", "4")]


@given(
    rows=st.lists(
        st.tuples(st.text("aæ;,\t\"'=\n ", max_size=6), st.text("bø\r\n1", max_size=6)), max_size=6
    ),
    separator=st.sampled_from(";,\t"),
    encoding=st.sampled_from(["utf-8", "cp1252"]),
    faulty=st.sets(st.integers(1, 12)),
)
def test_every_returned_csv_holds_the_delivered_table(
    rows: list[tuple[str, str]],
    separator: str,
    encoding: str,
    faulty: set[int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([("case_id", "note"), *rows])
    folder = tmp_path_factory.mktemp("csv")
    data = out.getvalue().encode(encoding)
    (folder / "in.csv").write_bytes(data)
    returned_file(folder / "in.csv", [problem(row, "note") for row in sorted(faulty)], folder / "out")
    before, after = read_table(folder / "in.csv"), read_table(folder / "out.csv")
    assert (after.header, after.rows) == (before.header, before.rows)
    again = returned_file(folder / "out.csv", [], folder / "again").read_bytes()
    assert again == returned_file(folder / "in.csv", [], folder / "clean").read_bytes()


# --- XLSX ---


def template_like(folder: Path) -> Path:
    """A workbook with all that points to cells by address."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Svar"
    for row in (
        ["case_id", "result", "n"],
        ["A1", "Afslag", "=1+1"],
        ["A2", "Nej", 3],
        [None] * 3,
        ["A3", "x", 4],
    ):
        sheet.append(row)
    book.create_sheet("Valg")["A1"] = "Afslag"
    book["Valg"]["A2"] = "=SUM(1,2)"
    choices = DataValidation("list", formula1="=Valg!$A$1:$A$9")
    choices.add("B2:B500")
    number = DataValidation("custom", formula1='OR(ISNUMBER(C2),C2="kan ikke ses")')
    number.add("C2:C500")
    fixed = DataValidation("custom", formula1="$C$2>1")
    fixed.add("C2:C500")
    for rule in (choices, number, fixed):
        sheet.add_data_validation(rule)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = "A1:C5"
    sheet.column_dimensions["B"].width = 33
    sheet.column_dimensions["C"].hidden = True
    sheet.conditional_formatting.add("C2:C9", CellIsRule("equal", ["1"]))
    sheet.merge_cells("E7:F8")
    sheet["E7"] = "samlet"
    sheet["A2"].comment = Comment("vores egen", "os")
    sheet["A3"].hyperlink = "https://example.org/"
    sheet.add_table(Table(displayName="T", ref="A1:C5"))
    book.save(folder / "svar.xlsx")
    return folder / "svar.xlsx"


def test_workbook_comes_back_marked_and_otherwise_the_same(tmp_path: Path) -> None:
    path = template_like(tmp_path)
    found = [
        problem(2, "n"),
        problem(3, "result", "Intet svar."),
        problem(3, 1, "Spørg.", Level.WARNING),
        problem(4, None, "Blank."),
        problem(None, fault="Filen."),
    ]
    out = returned_file(path, found, tmp_path / "ud.xlsx")
    book = openpyxl.load_workbook(out)
    sheet = book["Svar"]
    assert [sheet.cell(1, column).value for column in (2, 3, 4)] == ["case_id", "result", "n"]
    assert str(sheet["A1"].value).startswith("FEJL: Fejl SVAR-106: Filen.")
    assert "Række 4: Fejl SVAR-106: Blank." in sheet["A1"].value
    assert sheet["A2"].value == "Fejl SVAR-106 (n): Noget er galt. Ret det."
    assert sheet["A3"].value == (
        "Fejl SVAR-106 (result): Intet svar. Ret det.\nAdvarsel SVAR-106 (A): Spørg. Ret det."
    )
    assert sheet["A5"].value is None
    assert [cell.value for cell in sheet[5]][1:4] == ["A3", "x", 4]
    colours = [sheet[at].fill.fgColor.rgb for at in ("D2", "C3", "B3")]
    assert colours == ["FFFFC7CE", "FFFFC7CE", "FFFFEB9C"]
    assert "Intet svar." in sheet["C3"].comment.text
    assert sheet["B2"].comment.text == "vores egen"
    assert sheet["C2"].fill.fill_type is None


def test_workbook_keeps_what_points_to_cells(tmp_path: Path) -> None:
    out = returned_file(template_like(tmp_path), [], tmp_path / "ud")
    sheet = openpyxl.load_workbook(out)["Svar"]
    rules = [(str(rule.sqref), rule.formula1) for rule in sheet.data_validations.dataValidation]
    assert rules == [
        ("C2:C500", "=Valg!$A$1:$A$9"),
        ("D2:D500", 'OR(ISNUMBER(D2),D2="kan ikke ses")'),
    ]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "B1:D5"
    assert sheet.column_dimensions["C"].width == 33
    assert sheet.column_dimensions["D"].hidden
    assert [str(area) for area in sheet.merged_cells.ranges] == ["F7:G8"]
    assert sheet["F7"].value == "samlet"
    assert sheet["B3"].hyperlink.ref == "B3"
    assert sheet.tables["T"].ref == "B1:D5"


def test_workbook_formulas_become_text_that_nothing_computes(tmp_path: Path) -> None:
    out = returned_file(template_like(tmp_path), [], tmp_path / "ud")
    book = openpyxl.load_workbook(out)
    for cell, text in ((book["Svar"]["D2"], "=1+1"), (book["Valg"]["A2"], "=SUM(1,2)")):
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    with zipfile.ZipFile(out) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "sheet" in name)


def test_workbook_of_an_earlier_round_is_marked_anew(tmp_path: Path) -> None:
    first = returned_file(template_like(tmp_path), [problem(3, "result"), problem(2, 1)], tmp_path / "et")
    second = returned_file(first, [problem(3, "n"), problem(3, 2), problem(2, 2)], tmp_path / "to")
    sheet = openpyxl.load_workbook(second)["Svar"]
    assert [sheet.cell(1, column).value for column in (1, 2, 3, 4)] == ["FEJL", "case_id", "result", "n"]
    assert (sheet["C2"].comment, sheet["C3"].comment, sheet["C3"].fill.fill_type) == (None, None, None)
    assert sheet["D3"].fill.fgColor.rgb == sheet["B3"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["A3"].value.startswith("Fejl SVAR-106 (n)")
    assert sheet["B2"].comment.text == "vores egen\n[FEJL]\nFejl SVAR-106 (B): Noget er galt. Ret det."


def test_workbook_comes_back_as_the_same_bytes(tmp_path: Path) -> None:
    path = template_like(tmp_path)
    one = returned_file(path, [problem(2, "n")], tmp_path / "et").read_bytes()
    assert returned_file(path, [problem(2, "n")], tmp_path / "to").read_bytes() == one
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b">2000-01-01T00:00:00Z</dcterms:modified>" in archive.read("docProps/core.xml")


def test_workbook_is_read_back_as_it_was(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["case_id", "d"], ["A1", True], [None], ["A2", 3]):
        book.active.append(row)
    book.save(tmp_path / "svar.xlsx")
    out = returned_file(tmp_path / "svar.xlsx", [problem(2, "d")], tmp_path / "ud")
    before, after = read_table(tmp_path / "svar.xlsx"), read_table(out)
    assert (after.header, after.rows) == (before.header, before.rows)


def test_macros_and_links_are_dropped(tmp_path: Path) -> None:
    path = template_like(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", b"<a/>")
    out = returned_file(path, [], tmp_path / "ud", name="svar.xlsm")
    with zipfile.ZipFile(out) as archive:
        assert not [name for name in archive.namelist() if "vba" in name or "external" in name]
    assert out.suffix == ".xlsx"


def test_workbook_too_large_to_edit_comes_back_as_csv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with xlsxwriter.Workbook(tmp_path / "svar.xlsx", {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((["case_id", "n"], ["A1", "=cmd()"], ["@A2", "-5"])):
            sheet.write_row(number, 0, row)
    monkeypatch.setattr(table_xlsx_guard, "EDITABLE_CELLS", 5)
    out = returned_file(tmp_path / "svar.xlsx", [problem(3, "n"), problem(8)], tmp_path / "ud")
    assert out.suffix == ".csv"
    assert out.read_text(encoding="utf-8-sig").splitlines() == [
        "FEJL: Række 8: Fejl SVAR-106: Noget er galt. Ret det.;case_id;n",
        ";A1;'=cmd()",
        "Fejl SVAR-106 (n): Noget er galt. Ret det.;'@A2;-5",
    ]


def test_a_merge_of_the_whole_sheet_is_not_laid_out_in_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["case_id", "n"])
    book.active.append(["A1", 1])
    book.active.merge_cells("D5:E6")
    book.save(tmp_path / "svar.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "svar.xlsx") as source,
        zipfile.ZipFile(tmp_path / "b.xlsx", "w") as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'ref="D5:E6"', b'ref="D5:XFD1048576"'))
    assert returned_file(tmp_path / "b.xlsx", [problem(2, "n")], tmp_path / "ud").suffix == ".csv"


def test_parquet_comes_back_as_csv(tmp_path: Path) -> None:
    pq.write_table(pa.table({"case_id": ["A1", "+A2"], "n": [1, -2]}), tmp_path / "svar.parquet")
    out = returned_file(tmp_path / "svar.parquet", [problem(3, "n")], tmp_path / "ud.parquet")
    assert out.read_bytes() == (
        codecs.BOM_UTF8 + b"FEJL;case_id;n\r\n;A1;1\r\nFejl SVAR-106 (n): Noget er galt. Ret det.;'+A2;-2\r\n"
    )


def test_a_file_that_cannot_be_read_is_not_returned(tmp_path: Path) -> None:
    (tmp_path / "svar.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(Faults):
        returned_file(tmp_path / "svar.xlsx", [], tmp_path / "ud")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["svar.xlsx"]


# --- the table of faults ---


def test_fault_table_opens_right_in_a_danish_excel() -> None:
    text = fault_table([problem(3, "n"), problem(None, 28, "=1;2", Level.WARNING), problem(2, "", "-x")])
    assert text.encode().startswith(codecs.BOM_UTF8)
    assert text.split("\r\n") == [
        "\ufeffRække;Kolonne;Kode;Niveau;Fejl;Hvad du kan gøre",
        "3;n;SVAR-106;Fejl;Noget er galt.;Ret det.",
        ';AB;SVAR-106;Advarsel;"\'=1;2";Ret det.',
        "2;;SVAR-106;Fejl;'-x;Ret det.",
        "",
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\xa0@"])
def test_nothing_in_the_fault_table_is_a_formula(start: str) -> None:
    column = f'{start}HYPERLINK("x")'
    for faulty in (problem(1, column), problem(1, "n", column), Problem(column, Place(), "f", column)):
        (row,) = list(csv.reader(io.StringIO(fault_table([faulty])), delimiter=";"))[1:]
        assert not any(cell.lstrip(" \xa0").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert neutral(start + "x") == f"'{start}x"


@pytest.mark.parametrize("text", ["a=b", "", "3", "'x"])
def test_other_text_is_left_alone(text: str) -> None:
    assert neutral(text) == text


def test_nothing_like_a_cpr_number_leaves_in_a_message(tmp_path: Path) -> None:
    found = [
        problem(2, CPR),
        problem(2, "n", f"Fejl i {CPR[:6]}-{CPR[6:]}."),
        Problem("X", Place(row=2), "f", CPR),
    ]
    workbook = openpyxl.Workbook()
    workbook.active.append(["case_id", "n"])
    workbook.active.append(["A1", "x"])
    workbook.save(tmp_path / "svar.xlsx")
    returned = openpyxl.load_workbook(returned_file(tmp_path / "svar.xlsx", found, tmp_path / "ud")).active
    texts = [back(tmp_path, b"case_id;n\nA1;x\n", found).decode(), fault_table(found), returned["A2"].value]
    texts += [cell.comment.text for row in returned.iter_rows() for cell in row if cell.comment is not None]
    for text in texts:
        assert "skjult" in text
        assert "1234" not in text

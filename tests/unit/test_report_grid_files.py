"""The files of a report with statistical tables."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from pdfua import Severity, validate

from sagsbarometer.measures.cells import ref
from sagsbarometer.reporting.charts.scene import Spec
from sagsbarometer.reporting.files import read_texts, write_documents
from sagsbarometer.runs.exports import exports
from sagsbarometer.runs.index import index_page
from tests.register_reports_in_tests import (
    REPORT,
    edition,
)
from tests.reports_in_tests import text_problems


def texts(spec: Spec) -> list[str]:
    layers = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    return [str(row["text"]) for layer in layers for row in layer["data"]["values"]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "report.md").write_text(REPORT, encoding="utf-8")
    documents, found = read_texts(edition(), [folder / "report.md"])
    assert found == ()
    made = write_documents(edition(), documents)
    assert made == write_documents(edition(), documents)
    made |= exports(edition())
    made["index.html"] = index_page(edition(), {item.file: item.title for item in documents}, made).encode()
    return made


def test_every_table_is_a_sheet_with_numbers_and_two_data_files(files: dict[str, bytes]) -> None:
    assert {"tabeller/tabel_9_1.csv", "tabeller/tabel_9_1_celler.csv", "tabeller/tabel_9_2.csv"} <= set(files)
    book = openpyxl.load_workbook(io.BytesIO(files["tabeller.xlsx"]))
    assert book.sheetnames[:4] == ["Læs mig", "Tabel 9.1", "Tabel 9.2", "Figur 1"]
    sheet = book["Tabel 9.1"]
    (table,) = sheet.tables.values()
    first, total, *_ = sheet[table.ref]
    assert [cell.value for cell in first][:3] == ["Lovområde", "2022 Antal", "2022 Omgørelsesprocent"]
    assert [cell.value for cell in total][1:3] == [1000, 38]
    assert total[1].number_format == "#,##0"
    assert total[0].font.b
    few = next(row for row in sheet[table.ref] if row[0].value == "Friplejeboligloven*")
    assert (few[6].value, few[6].number_format) == (37.5, '0"†"')
    assert "Data som registreret pr. 11. april 2025" in " ".join(
        str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value
    )
    read_me = [cell.value for row in book["Læs mig"].iter_rows() for cell in row]
    assert "11. april 2025" in read_me
    assert "95 %-interval" not in read_me


def test_the_pdf_of_tables_is_accessible_and_marked(files: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "prove.pdf"
    path.write_bytes(files["prove.pdf"])
    report = validate(str(path))
    assert [item for item in report.findings if item.severity is Severity.ERROR] == []
    assert report.exit_code == 0
    with pikepdf.open(path) as opened:
        assert "/StructTreeRoot" in opened.Root


def test_the_front_page_leads_to_every_table(files: dict[str, bytes]) -> None:
    linked = set(re.findall(r'href="([^"]+)"', files["index.html"].decode()))
    assert linked == (set(files) - {"index.html"}) | {"manifest.json"}


def test_texts_are_checked_without_drawing(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text(REPORT, encoding="utf-8")
    assert text_problems(edition(), [tmp_path / "report.md"]) == ()


def test_a_key_is_read_back_by_its_parts() -> None:
    given = edition()
    key = ref("reversal_rate", "law_area=serviceloven", "", "2024")
    assert given.cell(key).numerator == 230
    assert given.measure(key) is given.measures["reversal_rate"]
    assert given.has_cell(key)
    assert not given.has_cell(key.replace("2024", "2025"))

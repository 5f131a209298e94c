"""A small report written to every format, opened again and held against what went in."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pdfua import Severity, validate

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.reporting.charts import fonts
from sagsbarometer.reporting.contract import Condition, Edition, Requirement, Standing
from sagsbarometer.reporting.files import write_report
from sagsbarometer.reporting.writers.typst_text import string
from tests.conftest import ROOT
from tests.reports_in_tests import FIGURES, REPORT, cells, edition, text_problems

ORIGIN = "Rekonstruerede data: bygget af offentliggjorte tal, ikke de rigtige sager"
HOSTILE = (
    "#panic() $x$ *a* _b_ @c <x> \\ \" ' ] [ { } // /* `raw` ~ = =1+1 --- &amp; "
    "</script><script>alert(1)</script>"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("texts")


@pytest.fixture(scope="module")
def texts(folder: Path) -> list[Path]:
    (folder / "report.md").write_text(REPORT, encoding="utf-8")
    ladder = "---\ntitle: Hvor knækker det?\n---\n\nSe {ladder.breaks_alone:bounds}.\n"
    (folder / "ladder.md").write_text(ladder, encoding="utf-8")
    return [folder / "report.md", folder / "ladder.md"]


@pytest.fixture(scope="module")
def files(texts: list[Path]) -> dict[str, bytes]:
    return write_report(edition(), texts)


@pytest.fixture(scope="module")
def pdf(files: dict[str, bytes]) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(files["rapport.pdf"])) as opened:
        yield opened


def pages(pdf: bytes) -> list[str]:
    """The words of each page, with every space alike and hyphens put together."""
    opened = pypdfium2.PdfDocument(pdf)
    try:
        return [_flat(page.get_textpage().get_text_bounded()) for page in opened]
    finally:
        opened.close()


def _flat(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\ufffe", "").replace("\u00ad", "").split())


def sums(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_the_files_of_an_edition(files: dict[str, bytes]) -> None:
    figures = ("figur_1", "figur_2", "figur_3", "ladder")
    assert sorted(files) == sorted(
        [
            *(f"figurer/{name}.{kind}" for name in figures for kind in ("csv", "json", "png", "svg")),
            *(
                f"{name}.{kind}"
                for name in ("rapport", "hvor-knaekker-det")
                for kind in ("docx", "html", "pdf")
            ),
            "tabeller.xlsx",
        ]
    )


def test_the_same_input_gives_the_same_bytes_in_another_process(
    files: dict[str, bytes], texts: list[Path]
) -> None:
    program = (
        "import json, sys, pathlib\n"
        "from tests.integration.test_report_files import sums\n"
        "from tests.reports_in_tests import edition\n"
        "from sagsbarometer.reporting.files import write_report\n"
        "print(json.dumps(sums(write_report(edition(), [pathlib.Path(name) for name in sys.argv[1:]]))))\n"
    )
    for seed in ("1", "2"):
        paths = os.pathsep.join(str(path) for path in (ROOT, ROOT / "src"))
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths, "TZ": f"UTC-{seed}"}
        ran = subprocess.run(
            [sys.executable, "-c", program, *map(str, texts)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(ran.stdout) == sums(files)


def test_the_pdf_is_tagged_danish_and_titled(pdf: pikepdf.Pdf) -> None:
    assert "/StructTreeRoot" in pdf.Root
    assert str(pdf.Root.Lang) == "da"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Sagsbarometer: en prøve"
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:20221220")


def test_every_font_of_the_pdf_is_in_it(pdf: pikepdf.Pdf) -> None:
    embedded = 0
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            assert any(f"/FontFile{kind}" in item for kind in ("", "2", "3"))
            embedded += 1
    assert embedded
    if fonts.present():
        names = {str(item.FontName) for item in pdf.objects if _is_font(item)}
        assert all("IBMPlexSans" in name or "DejaVuSansMono" in name for name in names), names


def _is_font(item: object) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"


def test_the_accessibility_checker_finds_no_error(files: dict[str, bytes], tmp_path: Path) -> None:
    for name in ("rapport.pdf", "hvor-knaekker-det.pdf"):
        (tmp_path / name).write_bytes(files[name])
        report = validate(str(tmp_path / name))
        assert [item for item in report.findings if item.severity is Severity.ERROR] == []
        assert report.exit_code == 0


def test_pictures_have_alternative_text_with_the_numbers(pdf: pikepdf.Pdf) -> None:
    described = [
        str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
    ]
    for words in ("53 % (205 af 385)", "72 af 385", "43 % (165 af 385)", "ikke registreret"):
        assert any(words in text for text in described), words


def test_the_pdf_holds_the_numbers_and_its_mark_on_every_page(files: dict[str, bytes]) -> None:
    for name in ("rapport.pdf", "hvor-knaekker-det.pdf"):
        told = pages(files[name])
        for number, text in enumerate(told, 1):
            assert "KLADDE" in text, (name, number)
            assert ORIGIN in text, (name, number)
    told = pages(files["rapport.pdf"])
    for number, text in enumerate(told[1:], 2):
        assert f"Side {number} af {len(told)}" in text
    whole = " ".join(told)
    for words in (
        "Servicelovens § 97",
        "I 53 procent af sagerne er afgørelsen rigtig (205 ud af 385). Det ses i figur 1.",
        "43 procent af 385 sager fra 98 kommuner",
        "Andelen ligger i spændet 38-48 procent",
        "18,6-91,6 procent",
        "11,5 uger og højst 212 dage",
        "Figur 2: Retlige mangler",
        "Ikke generaliserbar: for få sager",
        "Tallene bag figur 3: Er fristen overholdt?",
        "Se § 5 og principmeddelelse 52-15.",
        "Bilag 1: Definitioner",
        "forvaltningsloven § 24, stk. 1",
        "Sagerne er de nyeste og ikke trukket tilfældigt.",
        "Kilde: Eksempelstyrelsen. Data pr. 20. december 2022.",
    ):
        assert words in whole, words


def _real(**given: Any) -> Edition:
    return edition(
        origin="real", standing=Standing("published"), results=ResultSet(cells(origin="real")), **given
    )


def test_real_and_final_data_carry_no_mark(texts: list[Path]) -> None:
    files = write_report(_real(), texts)
    told = (
        " ".join(pages(files["rapport.pdf"]))
        + files["rapport.html"].decode()
        + files["figurer/figur_1.svg"].decode()
    )
    assert "KLADDE" not in told
    assert "Rekonstruerede" not in told
    assert 'class="mark"' not in files["rapport.html"].decode()
    book = openpyxl.load_workbook(io.BytesIO(files["tabeller.xlsx"]))
    assert all("KLADDE" not in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def test_an_edition_cannot_pass_off_its_data_as_others(texts: list[Path]) -> None:
    with pytest.raises(Faults, match="RAPPORT-118"):
        write_report(edition(origin="real"), texts)
    with pytest.raises(ValueError, match="origin"):
        edition(origin="made up")


def test_every_figure_needs_a_place_and_every_text_a_name(texts: list[Path], tmp_path: Path) -> None:
    assert [problem.code for problem in text_problems(edition(), texts[1:])] == ["RAPPORT-119"] * len(FIGURES)
    (tmp_path / "two.md").write_text("---\ntitle: To\nfile: rapport\n---\n\nTekst.\n", encoding="utf-8")
    assert [problem.code for problem in text_problems(edition(), [texts[0], tmp_path / "two.md"])] == [
        "RAPPORT-120"
    ]
    assert text_problems(edition(), texts) == ()


def test_a_figures_note_is_held_to_the_same_rule_as_the_text(texts: list[Path]) -> None:
    loose = replace(FIGURES[0], note={"da": "Figuren bygger på 385 sager."})
    found = text_problems(edition(figures=(loose, *FIGURES[1:])), texts)
    assert [(problem.code, problem.place.file) for problem in found] == [
        ("RAPPORT-106", "skemaet, figure_1, note")
    ]
    bound = replace(FIGURES[0], note={"da": "I alt {cases.reviewed:count} sager."})
    assert text_problems(edition(figures=(bound, *FIGURES[1:])), texts) == ()


def test_the_workbook(files: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files["tabeller.xlsx"]))
    assert book.sheetnames == [
        "Læs mig",
        "Figur 1",
        "Figur 2",
        "Figur 3",
        "Hvor knækker det",
        "Definitioner",
        "Celler",
    ]
    assert book.properties.created.isoformat() == "2022-12-20T00:00:00"
    for sheet in book:
        words = [str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row if cell.value]
        assert f"KLADDE · {ORIGIN}" in words, sheet.title
        assert "KLADDE" in sheet.oddHeader.left.text
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    # Each table has its name for a screen reader.
    with zipfile.ZipFile(io.BytesIO(files["tabeller.xlsx"])) as parts:
        tables = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/tables/")]
    assert tables
    assert all(re.search(r'altText="[^"]+"', part) for part in tables)
    sheet = book["Figur 1"]
    (table,) = sheet.tables.values()
    assert table.headerRowCount is None or table.headerRowCount == 1
    first, last = sheet[table.ref][0], sheet[table.ref][-1]
    header = [cell.value for cell in first]
    assert header == [
        "Mål",
        "Antal",
        "Base",
        "Resultat",
        "95 %-interval, nedre",
        "95 %-interval, øvre",
        "Ukendt",
        "Generaliserbar",
        "Sikkerhed (NCHS)",
    ]
    row = dict(zip(header, sheet[table.ref][1], strict=True))
    assert (row["Antal"].value, row["Base"].value) == (205, 385)
    assert row["Resultat"].value == pytest.approx(53.246753)
    assert row["Resultat"].number_format == '0" %"'
    assert row["95 %-interval, nedre"].data_type == "n"
    assert [cell.value for cell in last][:4] == ["Sager, som ingen har", "–", 0, "–"]
    assert sheet.freeze_panes == f"B{first[0].row + 1}"
    values = [cell.value for row in book["Celler"].iter_rows() for cell in row]
    assert {"right", "breaks_alone", "hash of right", 205} <= set(values)


def test_hostile_words_stay_words_in_every_format(folder: Path) -> None:
    hostile = {"da": HOSTILE}
    measures = {
        id: replace(item, label=hostile, base_label=hostile, source=HOSTILE, counts_text=HOSTILE)
        for id, item in edition().measures.items()
    }
    figures = tuple(
        replace(
            figure,
            title=hostile,
            why_not=hostile,
            generalisable=False,
            parts=tuple(replace(part, label=hostile) for part in figure.parts),
            rows=tuple(replace(row, label=hostile, condition="") for row in figure.rows),
        )
        for figure in FIGURES
    )
    given = edition(
        title=HOSTILE,
        subtitle=HOSTILE,
        source=HOSTILE,
        selection=HOSTILE,
        version=HOSTILE,
        measures=measures,
        figures=figures,
        requirements=(Requirement("legal_defect", HOSTILE, (HOSTILE,), HOSTILE, HOSTILE),),
        conditions=(Condition("law/1/age", HOSTILE, HOSTILE, HOSTILE),),
    )
    written = r"""---
title: '#panic() $x$ @c <x> "citat" <script>alert()</script>'
---

# Rub\*rik #panic() $x$

\#panic() \$x\$ \*a\* \@b &lt;x&gt; C:\\\\mappe "citat" \] \[ <script>alert()</script> [henvisning](https://example.org/?a="b"&c=<d>).[^n]

::box #panic() $x$
- #eval("sys") // /* `
::end

[^n]: Note #panic() "x" \\
"""
    written = written.replace("`\n::end", "\n::end") + "\n".join(
        f"\n::figure {figure.id}\n" for figure in FIGURES
    )
    written += "\n::annex #panic()\n::definitions\n::requirements\n::conditions\n::table figure_1\n"
    path = folder / "hostile.md"
    path.write_text(written, encoding="utf-8")
    files = write_report(given, [path])
    page = files["hostile.html"].decode()
    assert "<script" not in page
    assert "alert(1)" in page
    told = " ".join(pages(files["hostile.pdf"]))
    assert '#panic() $x$ *a* @b <x> C:\\\\mappe "citat" ] [ <script>alert()</script>' in told
    assert '#eval("sys") // /*' in told
    book = openpyxl.load_workbook(io.BytesIO(files["tabeller.xlsx"]))
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert any(cell.value == HOSTILE for row in book["Definitioner"].iter_rows() for cell in row)


@given(st.text())
@example('\\"')
@example('"#panic()')
@example("a\nb\u0000c\u2028d")
def test_a_typst_string_ends_where_it_should(text: str) -> None:
    literal = string(text)
    assert literal[0] == literal[-1] == '"'
    inside = literal[1:-1]
    assert re.fullmatch(r'(?:[^"\\]|\\["\\])*', inside)
    read = re.sub(r"\\(.)", r"\1", inside)
    assert read == "".join(letter if letter.isprintable() or letter == "\u00a0" else " " for letter in text)
    assert "\n" not in literal


def test_the_page_fetches_nothing_and_runs_nothing(files: dict[str, bytes]) -> None:
    page = files["rapport.html"].decode()
    assert "<script" not in page
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page)
    assert not re.findall(r"url\((?!data:)", page)
    local = set(re.findall(r'href="([^"#]+)"', page))
    # The cards point to the lines of the two that whoever writes the folder puts beside the pages.
    assert local <= set(files) | {"tabeller.xlsx", "cells.csv", "definitions.json"}, local
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert set(re.findall(r'aria-labelledby="([^"]+)"', page)) <= set(ids)


def test_a_number_on_the_page_knows_its_cell(files: dict[str, bytes]) -> None:
    page = files["rapport.html"].decode()
    where = 'data-figure="figure_1" data-measure="right" title="alle gennemgåede sager (385)"'
    opener = f'class="number" {where} id="tal-right" popovertarget="kort-right"'
    assert f"<button {opener}>53 procent</button>" in page
    assert f'<p class="mark" role="note"><strong>KLADDE</strong> · {ORIGIN}</p>' in page


def test_pictures_and_data_files_carry_their_origin(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        if name.endswith(".csv"):
            lines = content.decode().splitlines()
            assert all(line.endswith(f'KLADDE,"{ORIGIN}"') for line in lines[1:]), name
        if name.endswith(".svg"):
            assert "KLADDE" in content.decode()
            assert "ikke de rigtige sager" in _flat(re.sub("<[^>]*>", " ", content.decode()))


def test_without_our_typeface_a_report_is_still_made(
    texts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "present", lambda: False)
    monkeypatch.setattr(fonts, "web_font", lambda weight: None)
    files = write_report(edition(), texts)
    assert "KLADDE" in pages(files["rapport.pdf"])[0]
    assert "@font-face" not in files["rapport.html"].decode()

"""A small report as a Word file, opened again: by a library for Word files, and as XML."""

from __future__ import annotations

import hashlib
import html
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import docx  # type: ignore[import-untyped]
import pytest

from sagsbarometer.measures.cells import ResultSet, withheld
from sagsbarometer.reporting.charts.figure import FigureContent, contents
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Document
from sagsbarometer.reporting.writers.docx import write_docx
from sagsbarometer.reporting.writers.html import write_html
from tests import register_reports_in_tests as register
from tests.conftest import ROOT
from tests.docx_in_tests import WP, R, W, out_of_order, parts, root, words
from tests.reports_in_tests import cells, edition, read_report

RICH = """---
title: "Sagsbarometer: en prøve på alt"
subtitle: "Servicelovens § 97"
---

# Hovedresultater

I **{figure_1.right:percent}** af sagerne er *afgørelsen* rigtig ({figure_1.right:of}).[^law] Det ses i [@figure_1],
og mere på [siden](https://example.dk/a?b=1&c=å).

::figure figure_1
::alt Fire søjler. Den længste er begrundelse med {figure_1.reasons:percent}.

::box En regel
Reglen står i § 97, stk. 2.[^law]

- Først dette.
- Så dette.
::end

## Mangler

- Der er mangler i {figure_2.defect:percent} af {cases.reviewed:count} sager.

  Og et afsnit til.

  - Et punkt under punktet.
- Andelen ligger i spændet {figure_2.defect:interval}.

1. Den første liste.
2. Dens andet punkt.

Et afsnit imellem.[^two]

1. Den anden liste begynder forfra.

::figure figure_2

### Helt nede

::table figure_3

::pagebreak

# Stigen

::figure ladder

::annex Definitioner

::definitions

::requirements

::conditions

[^law]: Se § 5 og [loven](https://example.dk/lov).
[^two]: Se også [@figure_2].
"""


def made(source: str, of: Edition) -> tuple[Document, dict[str, FigureContent]]:
    document, _ = read_report(source, "report.md", of)
    return document, {figure.id: contents(of, figure) for figure in of.figures}


def word_file(source: str, of: Edition) -> bytes:
    document, drawn = made(source, of)
    return write_docx(document, of, drawn)


@pytest.fixture(scope="module")
def rich() -> bytes:
    return word_file(RICH, edition())


@pytest.fixture(scope="module")
def tables() -> bytes:
    """A register's tables: heads over heads, groups, parts, headings."""
    of = register.edition()
    return word_file(f"---\ntitle: Tabeller\n---\n\n# Alt\n\n{placed(of)}", of)


def placed(of: Edition) -> str:
    grids = "\n\n".join(f"::table {grid.id}" for grid in of.grids)
    return f"{grids}\n\n" + "\n\n".join(f"::figure {figure.id}" for figure in of.figures)


def test_a_library_for_word_files_reads_title_headings_lists_and_tables(rich: bytes) -> None:
    opened = docx.Document(io.BytesIO(rich))
    told = opened.core_properties
    assert (told.title, told.author, told.language) == (
        "Sagsbarometer: en prøve på alt",
        "Eksempelstyrelsen",
        "da-DK",
    )
    assert told.created.isoformat()[:10] == told.modified.isoformat()[:10] == "2022-12-20"
    styled = [(item.style.name, words(item._p)) for item in opened.paragraphs]
    assert ("Title", "Sagsbarometer: en prøve på alt") in styled
    headings = [(name, text) for name, text in styled if name.startswith("Heading")]
    assert headings == [
        ("Heading 1", "Hovedresultater"),
        ("Heading 2", "Mangler"),
        ("Heading 3", "Helt nede"),
        ("Heading 1", "Stigen"),
        ("Heading 1", "Bilag 1: Definitioner"),
        ("Heading 1", "Bilag 2: Tallene bag figurerne"),
    ]
    assert ("List Bullet 2", "Et punkt under punktet.") in styled
    assert ("List Continue", "Og et afsnit til.") in styled
    assert ("Caption", "Figur 1: Lever sagerne op til kravene?") in styled
    assert {table.style.name for table in opened.tables} == {"Tabel"}
    assert words(opened.tables[0].rows[0].cells[0]._tc) == "Mål"


def test_headings_never_jump_a_level(rich: bytes, tables: bytes) -> None:
    for file in (rich, tables):
        levels = [
            int(item.style.name[-1])
            for item in docx.Document(io.BytesIO(file)).paragraphs
            if item.style.name.startswith("Heading ")
        ]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_picture_is_described_and_every_figure_has_one(rich: bytes) -> None:
    told = [item.get("descr") for item in root(rich).iter(f"{WP}docPr")]
    assert len(told) == 3
    assert told[0] == "Fire søjler. Den længste er begrundelse med 80 procent."  # as the text says it
    assert told[1] == made(RICH, edition())[1]["figure_2"].alt
    assert all(told)
    numbers = [item.get("id") for item in root(rich).iter(f"{WP}docPr")]
    assert len(set(numbers)) == len(numbers)


def test_every_table_has_a_head_that_is_repeated_and_rows_that_stay_whole(rich: bytes, tables: bytes) -> None:
    for file in (rich, tables):
        found = list(root(file).iter(f"{W}tbl"))
        assert found
        for table in found:
            rows = table.findall(f"{W}tr")
            heads = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
            assert heads[0]
            assert heads == sorted(heads, reverse=True)  # only at the top
            assert not all(heads)
            assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
            look = table.find(f"{W}tblPr/{W}tblLook")
            assert (look.get(f"{W}firstRow"), look.get(f"{W}firstColumn")) == ("1", "1")
            assert table.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val")
            widths = len(table.findall(f"{W}tblGrid/{W}gridCol"))
            for row in rows:
                spans = (cell.find(f"{W}tcPr/{W}gridSpan") for cell in row.findall(f"{W}tc"))
                assert sum(1 if span is None else int(span.get(f"{W}val")) for span in spans) == widths


def test_numbers_stand_to_the_right(rich: bytes) -> None:
    table = next(item for item in root(rich).iter(f"{W}tbl") if "Frist overholdt" in words(item))
    row = next(row for row in table.findall(f"{W}tr") if "Frist overholdt" in words(row))
    sides = [
        None if (side := cell.find(f"{W}p/{W}pPr/{W}jc")) is None else side.get(f"{W}val")
        for cell in row.findall(f"{W}tc")
    ]
    assert sides[0] is None
    assert sides[1] == "right"


def test_what_points_inside_the_file_leads_somewhere(rich: bytes) -> None:
    tree = root(rich)
    names = [item.get(f"{W}name") for item in tree.iter(f"{W}bookmarkStart")]
    assert len({name.lower() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z]\w{0,39}", name, re.ASCII) for name in names)
    links = [item.get(f"{W}anchor") for item in tree.iter(f"{W}hyperlink") if item.get(f"{W}anchor")]
    notes = [item.get(f"{W}anchor") for item in root(rich, "word/footnotes.xml").iter(f"{W}hyperlink")]
    assert len(links) == 5 + 1  # contents, and the pointer to the figure; level 3 is not in the contents
    assert set(links) | {name for name in notes if name} <= set(names)
    starts = [item.get(f"{W}id") for item in tree.iter(f"{W}bookmarkStart")]
    assert sorted(starts) == sorted(item.get(f"{W}id") for item in tree.iter(f"{W}bookmarkEnd"))
    pointed = re.findall(r"NOTEREF (\w+)", "".join(item.text for item in tree.iter(f"{W}instrText")))
    assert pointed
    assert set(pointed) <= set(names)


def test_footnotes_are_words_own(rich: bytes) -> None:
    marks = [item.get(f"{W}id") for item in root(rich).iter(f"{W}footnoteReference")]
    assert marks == ["1", "2"]  # the first is pointed to twice, and written once
    notes = {
        item.get(f"{W}id"): words(item) for item in root(rich, "word/footnotes.xml").iter(f"{W}footnote")
    }
    assert set(notes) == {"-1", "0", "1", "2"}
    assert notes["1"] == "Se § 5 og loven."
    assert notes["2"] == "Se også figur 2."


def test_every_relation_leads_to_a_part_or_a_whole_address(rich: bytes) -> None:
    files = parts(rich)
    for name in [name for name in files if name.endswith(".rels")]:
        folder = "word/" if "word/" in name else ""
        for item in root(rich, name):
            if item.get("TargetMode") == "External":
                assert re.fullmatch(r"https://example\.dk/[\x21-\x7e]+", item.get("Target"))
            else:
                assert folder + item.get("Target") in files
    used = {item.get(f"{R}id") for item in root(rich).iter() if item.get(f"{R}id")}
    assert used <= {item.get("Id") for item in root(rich, "word/_rels/document.xml.rels")}


def test_each_numbered_list_begins_at_one(rich: bytes) -> None:
    lists = [
        item.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val")
        for item in root(rich).iter(f"{W}p")
        if item.find(f"{W}pPr/{W}pStyle") is not None
        and item.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == "ListNumber"
    ]
    assert len(lists) == 3
    assert lists[0] == lists[1] != lists[2]
    anew = {
        item.get(f"{W}numId")
        for item in root(rich, "word/numbering.xml").iter(f"{W}num")
        if item.find(f"{W}lvlOverride/{W}startOverride") is not None
    }
    assert set(lists) == anew


def test_everything_stands_in_the_order_word_wants(rich: bytes, tables: bytes) -> None:
    sheet = word_file("---\ntitle: Kort\n---\n\nEt afsnit.\n", edition())
    for file in (rich, tables, sheet):
        for name in [name for name in parts(file) if name.startswith("word/") and name.endswith(".xml")]:
            assert list(out_of_order(root(file, name))) == []


def test_every_style_used_is_there(rich: bytes, tables: bytes) -> None:
    for file in (rich, tables):
        known = {item.get(f"{W}styleId") for item in root(file, "word/styles.xml").iter(f"{W}style")}
        used = {
            item.get(f"{W}val")
            for name in parts(file)
            if name.startswith("word/") and name.endswith(".xml") and "styles" not in name
            for item in root(file, name).iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")
        }
        assert used <= known


@pytest.mark.parametrize(("language", "tag"), [("da", "da-DK"), ("en", "en-GB")])
def test_the_language_is_told(language: str, tag: str) -> None:
    file = word_file("---\ntitle: X\n---\n\n# A\n\n# B\n\n# C\n\n# D\n", edition(language=language))
    lang = root(file, "word/styles.xml").find(f".//{W}docDefaults//{W}lang")
    assert lang.get(f"{W}val") == tag
    assert root(file, "word/settings.xml").find(f"{W}themeFontLang").get(f"{W}val") == tag
    contents = words(next(root(file).iter(f"{W}sdt")))
    assert contents.startswith("Indhold" if language == "da" else "Contents")


def test_the_mark_stands_on_every_page(rich: bytes) -> None:
    headers = [words(root(rich, name)) for name in parts(rich) if "header" in name and "rels" not in name]
    assert len(headers) == 2  # the front page has its own
    assert set(headers) == {edition().mark}
    fields = "".join(item.text for item in root(rich, "word/footer1.xml").iter(f"{W}instrText"))
    assert fields.split() == ["PAGE", "NUMPAGES"]


def test_a_number_that_is_withheld_is_nowhere(rich: bytes) -> None:
    gone = [withheld(cell) if cell.result == "right" else cell for cell in cells()]
    of = replace(edition(), results=ResultSet(tuple(gone)))
    told = "\n".join(words(item) for item in root(word_file(RICH, of)).iter(f"{W}p"))
    assert "[c]" in told
    assert "205" not in told
    assert "205" in "\n".join(words(item) for item in root(rich).iter(f"{W}p"))


def test_what_no_xml_can_hold_is_left_out_and_the_rest_is_told() -> None:
    of = edition(title="x", source="Kilde: A & B <i>\x0b", version="1 < 2")
    file = word_file("---\ntitle: 'A & B < C'\n---\n\nEt & to < tre\x01 ]]> \u2028.\n", of)
    assert "Et & to < tre ]]>" in words(root(file))
    assert docx.Document(io.BytesIO(file)).core_properties.author == "A & B <i>"


def sums(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()


def test_the_same_input_gives_the_same_bytes_in_another_process(rich: bytes) -> None:
    program = (
        "import json\n"
        "from tests.integration.test_docx_reopened import RICH, sums, word_file\n"
        "from tests.reports_in_tests import edition\n"
        "print(json.dumps(sums(word_file(RICH, edition()))))\n"
    )
    paths = os.pathsep.join(str(path) for path in (ROOT, ROOT / "src"))
    environment = {**os.environ, "PYTHONHASHSEED": "3", "PYTHONPATH": paths, "TZ": "UTC-5"}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == sums(rich)
    with zipfile.ZipFile(io.BytesIO(rich)) as packed:
        assert {item.date_time for item in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# --- the same words as the page ---


_BREAKS = re.compile(r"</?(?:p|td|th|h\d|li|caption|figcaption|div|section|ol|ul|tr)\b[^>]*>")
_LEFT_OUT = re.compile(
    r"<(svg|nav|style|summary|dialog|template|sup)\b.*?</\1>"
    r"|<p class=\"(?:files|facts|mark)\".*?</p>"
    r"|<a [^>]*href=\"#notemark.*?</a>"
    r"|<a class=\"skip\".*?</a>",
    re.DOTALL,
)


def pieces_of_page(page: bytes) -> Counter[str]:
    """The words of a page, a piece for each paragraph, cell and heading."""
    body = _LEFT_OUT.sub("", re.split(r"<body[^>]*>", page.decode())[1])
    pieces = _BREAKS.sub("\0", body).replace('<span class="under">', " ").replace("<br>", " ").split("\0")
    told = (html.unescape(re.sub(r"<[^>]*>", "", piece)).replace("\u00ad", "") for piece in pieces)
    return Counter(words for piece in told if (words := " ".join(piece.split())))


def pieces_of_word_file(file: bytes) -> Counter[str]:
    tree = root(file)
    for listed in list(tree.iter(f"{W}sdt")):
        listed.getparent().remove(listed)
    every = [*tree.iter(f"{W}p"), *root(file, "word/footnotes.xml").iter(f"{W}p")]
    for paragraph in every:
        for mark in list(paragraph.iter(f"{W}fldChar")):  # the number of a repeated footnote
            for run in (mark.getparent().getprevious(), mark.getparent()):
                if run is not None and mark.get(f"{W}fldCharType") == "end":
                    for text in list(run.iter(f"{W}t")):
                        text.text = ""
    return Counter(piece for item in every if (piece := words(item)))


@pytest.mark.parametrize("kind", ["study", "register", "english"])
def test_the_word_file_has_the_words_and_numbers_of_the_page(kind: str) -> None:
    of: Any = {"study": edition(), "english": edition(language="en"), "register": register.edition()}[kind]
    source = f"---\ntitle: Tabeller\n---\n\n# Alt\n\n{placed(of)}" if kind == "register" else RICH
    document, drawn = made(source, of)
    page, file = (
        pieces_of_page(write_html(document, of, drawn)),
        pieces_of_word_file(write_docx(document, of, drawn)),
    )
    own = own_words(of, document)
    assert page - file - own == Counter()
    assert file - page - own == Counter()


def own_words(of: Edition, document: Document) -> Mapping[str, int]:
    """What only one of them has: the head of the footnotes, the facts on the front, and the annex of the tables that
    the page folds out under each figure."""
    front = (
        of.status,
        of.origin_label,
        of.source,
        of.day_line,
        f"{of.source} · {of.day_line}",
        document.subtitle,
    )
    annex = ("Bilag 2: Tallene bag figurerne", "Annex 2: The numbers behind the figures")
    return Counter({item: 9 for item in (*front, *annex, "Noter", "Notes") if item})

"""Report files that are small and ask for much: each is read, or refused in the time it is given."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sagsbarometer.checking.paper_numbers import cell_number, is_blank, mentions
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs import check_report as checked
from tests.checked_reports_in_tests import Sketch, docx, html, tagged_pdf

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
GIVEN = 1  # second
PATIENCE = 20  # more, on a machine that does much else


def word(body: str, **parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        )
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", text)
    return out.getvalue()


def page(body: str) -> bytes:
    return f'<html lang="da"><body>{body}</body></html>'.encode()


def rows_of(names: Callable[[int], str], rows: int, columns: int) -> str:
    lines = (
        f"<tr><td>{names(at)}</td>{''.join(f'<td>{at * column % 89}</td>' for column in range(columns))}</tr>"
        for at in range(rows)
    )
    return f"<table>{''.join(lines)}</table>"


SPAN = '<w:tr><w:tc><w:gridSpan w:val="1000"/></w:tc></w:tr>'
NOISE = "".join(f"<!--{at * 7919:x}-->" for at in range(9_000))  # so that a part is not packed too hard
BEFORE = '<w:tr><w:trPr><w:gridBefore w:val="60"/></w:trPr><w:tc/></w:tr>'

TRAPS: dict[str, tuple[str, Callable[[], bytes], set[str]]] = {
    "rows without cells": (
        "a.docx",
        lambda: word(f"<w:tbl>{'<w:tr/>' * 450_000}{NOISE}</w:tbl>"),
        {"CHECK-204"},
    ),
    "cells that are skipped": ("a.docx", lambda: word(f"<w:tbl>{BEFORE * 7_000}</w:tbl>"), {"CHECK-204"}),
    "spans of a thousand": (
        "a.docx",
        lambda: word(f"<w:tbl>{SPAN * 500}</w:tbl>"),
        {"CHECK-204"},
    ),
    "tables in tables": ("a.html", lambda: page("<table><tr><td>" * 50_000), {"CHECK-204"}),
    "elements in elements": ("a.html", lambda: page("<b>" * 500_000), {"CHECK-204"}),
    "marks that never close": ("a.html", lambda: page("<![CDATA[" * 60_000), {"CHECK-206", ""}),
    "tags that never close": ("a.html", lambda: page("<a <a " * 200_000), {"CHECK-206", ""}),
    "a thousand totals": (
        "a.html",
        lambda: page(rows_of(lambda at: "I alt" if at % 2 else f"r{at}", 1_990, 40)),
        {"CHECK-206"},
    ),
    "percentages of everything": (
        "a.html",
        lambda: page("<p>Tabel 1: Andel</p>" + rows_of(lambda at: f"antal {at}", 600, 150)),
        {"CHECK-206"},
    ),
    "a sentence of numbers": ("a.html", lambda: page(f"<p>{'1 ' * 200_000}</p>"), {"CHECK-206"}),
    "brackets that never close": ("a.md", lambda: b"[" * 1_000_000, {"CHECK-206"}),
    "stars that never close": ("a.md", lambda: b"*a " * 1_000_000, {"CHECK-206"}),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_what_asks_for_much_is_stopped_in_time(tmp_path: Path, trap: str) -> None:
    name, made, codes = TRAPS[trap]
    (tmp_path / name).write_bytes(made())
    given = GIVEN if "CHECK-206" in codes else 60  # what is too large is so on a slow machine too
    began = time.monotonic()
    try:
        checked.check_report(tmp_path / name, lambda _: None, given)
        code = ""
    except Faults as caught:
        (problem,) = caught.problems
        code = problem.code
    assert code in codes
    assert time.monotonic() - began < given + PATIENCE


@pytest.mark.parametrize(
    "text", ["5" + "*" * 150 + "x", "¹" * 150 + "x", "5" + " *" * 80 + "x", "a)" * 90 + "!"]
)
def test_a_row_of_marks_is_read_at_once(text: str) -> None:
    """A cell of stars once took longer than the sun will shine."""
    began = time.monotonic()
    cell_number(text, "da")
    is_blank(text)
    assert time.monotonic() - began < PATIENCE


def test_numbers_side_by_side_are_read_at_once() -> None:
    began = time.monotonic()
    assert mentions("1-" * 2_000, "da")
    assert time.monotonic() - began < PATIENCE


def test_what_a_document_points_at_is_not_read(tmp_path: Path) -> None:
    """A template, a picture and a part from elsewhere, and an entity: only the text of the file itself is used."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hemmeligt", encoding="utf-8")
    link = f'<Relationships><Relationship Target="{secret.as_uri()}" TargetMode="External"/></Relationships>'
    body = (
        '<w:p><w:r><w:t>Ord.</w:t></w:r></w:p><w:altChunk w:id="1"/>'
        f'<w:p><w:r><w:instrText>INCLUDETEXT "{secret}"</w:instrText></w:r></w:p>'
    )
    (tmp_path / "a.docx").write_bytes(word(body, **{"_rels/document.xml": link}))
    report = checked.check_report(tmp_path / "a.docx", lambda _: None)
    assert [block.text for block in report.paper.blocks if hasattr(block, "text")] == ["Ord."]
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><x>&e;</x>'
    (tmp_path / "b.docx").write_bytes(word("", styles=entity))
    with pytest.raises(Faults) as caught:
        checked.check_report(tmp_path / "b.docx", lambda _: None)
    assert caught.value.problems[0].code == "CHECK-203"


def test_a_part_that_says_it_is_small_is_not_believed(tmp_path: Path) -> None:
    """The size in the list of parts is changed to ten bytes; the packed text is what it was."""
    whole = docx(Sketch())
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    (tmp_path / "a.docx").write_bytes(whole.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(Faults) as caught:
        checked.check_report(tmp_path / "a.docx", lambda _: None)
    assert caught.value.problems[0].code == "CHECK-202"


def test_a_pdf_that_runs_and_carries_things_is_only_read(tmp_path: Path) -> None:
    """Scripts, a file inside, and an action at opening: none is run or unpacked, and the words are read."""
    import pikepdf

    with pikepdf.open(io.BytesIO(tagged_pdf(Sketch()))) as document:
        mark = str(tmp_path / "was_here")
        action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=f"touch {mark}")
        document.Root.OpenAction = document.make_indirect(action)
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="while (true) {}")
        document.Root.AA = pikepdf.Dictionary(WC=document.make_indirect(script))
        document.attachments["regneark.exe"] = b"MZ" + b"\0" * 1_000
        document.save(tmp_path / "a.pdf")
    report = checked.check_report(tmp_path / "a.pdf", lambda _: None)
    assert report.figures == checked.check_report(_plain(tmp_path), lambda _: None).figures
    assert not os.path.exists(mark)


def _plain(folder: Path) -> Path:
    (folder / "b.pdf").write_bytes(tagged_pdf(Sketch()))
    return folder / "b.pdf"


def test_a_link_to_a_device_and_a_folder_are_no_reports(tmp_path: Path) -> None:
    (tmp_path / "a.html").symlink_to("/dev/zero")
    (tmp_path / "b.pdf").mkdir()
    for name in ("a.html", "b.pdf"):
        with pytest.raises(Faults) as caught:
            checked.check_report(tmp_path / name, lambda _: None)
        assert caught.value.problems[0].code == "CHECK-201"


def test_signs_that_turn_the_writing_round_hide_nothing(tmp_path: Path) -> None:
    """Marks that are not seen stand in a number: it is read as it is seen in the file."""
    sketch = Sketch().with_cell(0, 6, 3, "3.\u200b9\u202e35\u202c")
    (tmp_path / "a.html").write_bytes(html(sketch))
    assert checked.check_report(tmp_path / "a.html", lambda _: None).ok

"""Pages that are pictures, read in a process of its own: turned, large, damaged, and among text."""

from __future__ import annotations

import io
import random
from dataclasses import replace

import pytest

from demo.workplace.decisions import pdf, scan, shared_note
from sagsbarometer.documents.limits import LIMITS
from sagsbarometer.documents.recognising import can_recognise, pages_to_recognise, recognised
from sagsbarometer.documents.scans import Scan, ScannedPage, covers, joined, numbers_in, words_of
from tests.delivered_docx_in_tests import drawn, pointer, words
from tests.uploads_in_tests import docx
from tests.web.documents_in_tests import LINES, pdf_of, photographed, scanned

pytestmark = pytest.mark.skipif(
    not can_recognise(), reason="nothing here reads pictures: tesserocr or its letters"
)

NUMBER = "010203-1234"
LETTER = ("Kommunen har afgjort sagen om hjaelp.", f"CPR-nummer {NUMBER}", *LINES, *LINES)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_read_whichever_way_it_lies(turn: int) -> None:
    page = recognised(photographed(LETTER, turn=turn), "pdf", 1)
    assert page.turn == turn
    assert numbers_in(Scan({1: page})) == ("0102031234",)
    assert "Kommunen har afgjort sagen" in words_of(page)
    ((left, top, width, height),) = covers(page)
    if not turn:  # the second line, to the right of the margin
        assert 0.1 < left < 0.35
        assert 0.10 < top < 0.13
        assert height < 0.05
    assert (width > height) is (turn % 180 == 0)


def test_a_paragraph_sign_is_one() -> None:
    content = scan(pdf(shared_note(10, random.Random(1), person="310255-9916")))
    page = recognised(content, "pdf", 1)
    assert "Afgørelsen er truffet efter servicelovens § 97 om ledsagelse" in words_of(page)
    assert numbers_in(Scan({1: page})) == ("3102559916",)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_pictures_are_read_as_pages(kind: str) -> None:
    content = photographed(LETTER, kind, pages=2 if kind == "TIFF" else 1)
    pages = pages_to_recognise(content, kind.lower(), 2 if kind == "TIFF" else 1)
    assert list(pages) == ([1, 2] if kind == "TIFF" else [1])
    for page in pages:
        assert numbers_in(Scan({1: recognised(content, kind.lower(), page)})) == ("0102031234",)


def test_only_pages_that_are_pictures_are_looked_at() -> None:
    assert pages_to_recognise(pdf_of([LINES, [], LINES]), "pdf", 3) == [2]
    assert pages_to_recognise(pdf_of([LINES, LINES]), "pdf", 2) == []
    assert pages_to_recognise(photographed(LETTER, pages=3), "pdf", 3) == [1, 2, 3]


def test_what_cannot_be_read_is_a_page_without_lines() -> None:
    assert recognised(b"%PDF-1.7 broken", "pdf", 1) == ScannedPage()
    assert pages_to_recognise(b"%PDF-1.7 broken", "pdf", 1) == ()
    assert recognised(b"\x89PNG broken", "png", 1) == ScannedPage()
    assert recognised(photographed(LETTER), "pdf", 7) == ScannedPage()
    noise = recognised(scanned(), "pdf", 1)
    assert not [word for line in noise.lines for word in line if len(word.text) > 3]


def test_it_takes_no_more_memory_or_time_than_it_was_given() -> None:
    content = photographed(LETTER)
    assert recognised(content, "pdf", 1, replace(LIMITS, scanning_memory=64 << 20)) == ScannedPage()
    assert recognised(content, "pdf", 1, replace(LIMITS, scanning_processor=0)) == ScannedPage()


def test_a_picture_among_the_words_of_a_page_is_looked_at_for_numbers_alone() -> None:
    content = among_words(0.6)
    assert pages_to_recognise(content, "pdf", 1) == [1]
    page = recognised(content, "pdf", 1)
    assert page.beside
    assert numbers_in(Scan({1: page})) == ("0102031234",)
    assert "Overskrift" not in words_of(page)  # the page's own text is not read again
    assert pages_to_recognise(among_words(0.1), "pdf", 1) == []  # a mark


def among_words(share: float) -> bytes:
    """A page with a heading as text, and a picture of a letter over a share of its width and height."""
    import pikepdf

    picture = pikepdf.open(io.BytesIO(photographed(LETTER, size=60)))
    page = pikepdf.open(io.BytesIO(pdf_of([["Overskrift som tekst"]])))
    drawn = page.copy_foreign(next(iter(picture.pages[0].get_images().values())))
    page.pages[0].Resources.XObject = pikepdf.Dictionary(P=drawn)
    placed = f"q {595 * share} 0 0 {842 * share} 60 60 cm /P Do Q".encode()
    page.pages[0].contents_add(pikepdf.Stream(page, placed))
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def test_the_pictures_of_a_word_file_are_looked_at_for_numbers_alone() -> None:
    content = word_file()
    (number,) = pages_to_recognise(content, "docx", None)
    page = recognised(content, "docx", number)
    assert page.beside
    assert numbers_in(Scan({number: page})) == ("0102031234",)
    assert joined("Ord", Scan({number: page})) == "Ord"
    assert pages_to_recognise(docx("uden billeder"), "docx", None) == []
    assert pages_to_recognise(b"PK broken", "docx", None) == ()
    assert recognised(b"PK broken", "docx", 3) == ScannedPage()


def word_file() -> bytes:
    """A DOCX with a photographed letter in it."""
    body = f"{words('Se brevet')}<w:p>{drawn('rId1', 'Brevet', across=4_000_000, down=5_656_000)}</w:p>"
    picture = photographed(LETTER, "PNG")
    return docx(body=body, more={"word/media/a.png": picture}, rels=pointer("image", "media/a.png", "rId1"))

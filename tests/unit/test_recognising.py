"""Pages that are pictures, read in a process of its own: turned, large, damaged, and among text."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from typing import Any

import pytest

from demo.workplace.decisions import pdf, scan, shared_note
from sagsbarometer.documents.limits import LIMITS
from sagsbarometer.documents.recognising import can_recognise, pages_to_recognise, recognised
from sagsbarometer.documents.scans import Scan, ScannedPage, covers, joined, numbers_in, words_of
from tests.conftest import missing
from tests.delivered_docx_in_tests import drawn, pointer, words
from tests.uploads_in_tests import docx
from tests.web.documents_in_tests import LINES, file_of, pdf_of, photographed, scanned

NUMBER = "010203-1234"
LETTER = ("Kommunen har afgjort sagen om hjaelp.", f"CPR-nummer {NUMBER}", *LINES, *LINES)


@pytest.fixture(autouse=True)
def _reads() -> None:
    if not can_recognise():
        missing("nothing here reads pictures: tesserocr, or how letters look")


def read_page(content: bytes, kind: str, page: int = 1) -> ScannedPage:
    """A page that can be read."""
    found = recognised(content, kind, page)
    assert found is not None
    return found


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_read_whichever_way_it_lies(turn: int) -> None:
    page = read_page(photographed(LETTER, turn=turn), "pdf")
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
    page = read_page(content, "pdf")
    assert "Afgørelsen er truffet efter servicelovens § 97 om ledsagelse" in words_of(page)
    assert numbers_in(Scan({1: page})) == ("3102559916",)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_pictures_are_read_as_pages(kind: str) -> None:
    content = photographed(LETTER, kind, pages=2 if kind == "TIFF" else 1)
    pages = pages_to_recognise(content, kind.lower(), 2 if kind == "TIFF" else 1)
    assert pages is not None
    assert list(pages) == ([1, 2] if kind == "TIFF" else [1])
    for page in pages:
        assert numbers_in(Scan({1: read_page(content, kind.lower(), page)})) == ("0102031234",)


def test_only_pages_that_are_pictures_are_looked_at() -> None:
    assert pages_to_recognise(pdf_of([LINES, [], LINES]), "pdf", 3) == [2]
    assert pages_to_recognise(pdf_of([LINES, LINES]), "pdf", 2) == []
    assert pages_to_recognise(photographed(LETTER, pages=3), "pdf", 3) == [1, 2, 3]


def test_what_cannot_be_read_is_told_from_a_page_without_words() -> None:
    assert recognised(b"%PDF-1.7 broken", "pdf", 1) is None
    assert pages_to_recognise(b"%PDF-1.7 broken", "pdf", 1) is None
    assert recognised(b"\x89PNG broken", "png", 1) is None
    assert recognised(photographed(LETTER), "pdf", 7) is None
    assert recognised(photographed([], "PNG"), "png", 1) == ScannedPage()
    noise = read_page(scanned(), "pdf")
    assert not [word for line in noise.lines for word in line if len(word.text) > 3 and word.sure >= 80]


def test_it_takes_no_more_memory_or_time_than_it_was_given() -> None:
    content = photographed(LETTER)
    assert recognised(content, "pdf", 1, replace(LIMITS, scanning_memory=64 << 20)) is None
    assert recognised(content, "pdf", 1, replace(LIMITS, scanning_processor=0)) is None


def test_one_page_that_is_damaged_hides_no_other() -> None:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[9 0 R 3 0 R]/Count 2>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]
    assert pages_to_recognise(file_of(objects), "pdf", 2) == [1, 2]


@pytest.mark.parametrize("kind", ["strips", "form", "field", "note"])
def test_a_page_with_words_is_looked_at_whatever_holds_the_number(kind: str) -> None:
    content = {"strips": strips, "form": in_a_form, "field": field, "note": note}[kind]()
    assert pages_to_recognise(content, "pdf", 1) == [1]
    page = read_page(content, "pdf")
    assert page.beside
    assert numbers_in(Scan({1: page})) == ("0102031234",)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "I;16", "fine"])
def test_pictures_of_every_kind_are_seen_as_they_are_shown(mode: str) -> None:
    from PIL import Image

    letter = Image.open(io.BytesIO(photographed(LETTER, "PNG")))
    if mode == "I;16":
        made = letter.convert("I").point(lambda value: value * 256).convert("I;16")
    elif mode == "fine":  # 600 dpi, black and white
        made = letter.resize((letter.width * 3, letter.height * 3)).convert("1")
    elif mode == "RGBA":  # written on nothing
        made = Image.new("RGBA", letter.size, (0, 0, 0, 0))
        made.paste("black", (0, 0), letter.point(lambda value: 255 - value))
    else:
        made = letter.convert(mode)
    out = io.BytesIO()
    made.save(out, "PNG")
    assert numbers_in(Scan({1: read_page(out.getvalue(), "png")})) == ("0102031234",)


def test_a_picture_is_turned_as_a_browser_turns_it() -> None:
    from PIL import Image

    letter, out = Image.open(io.BytesIO(photographed(LETTER, "PNG"))), io.BytesIO()
    told = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><tiff:Orientation xmlns:tiff="t">6</tiff:Orientation></x:xmpmeta>'
    letter.save(out, "JPEG", xmp=told.encode())
    assert read_page(out.getvalue(), "jpeg").turn == 0


def test_a_picture_among_the_words_of_a_page_is_looked_at_for_numbers_alone() -> None:
    content = among_words(0.6)
    assert pages_to_recognise(content, "pdf", 1) == [1]
    page = read_page(content, "pdf")
    assert page.beside
    assert numbers_in(Scan({1: page})) == ("0102031234",)
    assert joined("Overskrift", Scan({1: page})) == "Overskrift"  # the page's own text is not there twice
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
    return saved(page)


def test_the_pictures_of_a_word_file_are_looked_at_for_numbers_alone() -> None:
    content = word_file()
    (number,) = pages_to_recognise(content, "docx", None) or ()
    page = read_page(content, "docx", number)
    assert page.beside
    assert numbers_in(Scan({number: page})) == ("0102031234",)
    assert joined("Ord", Scan({number: page})) == "Ord"
    assert pages_to_recognise(docx("uden billeder"), "docx", None) == []
    assert pages_to_recognise(b"PK broken", "docx", None) is None
    assert recognised(b"PK broken", "docx", 3) == ScannedPage(beside=True)  # nor is it shown


def strips() -> bytes:
    """A page with a heading as text, and a letter cut into 30 pictures under each other."""
    import pikepdf
    from PIL import Image

    letter = Image.open(io.BytesIO(photographed(LETTER, "PNG", size=60)))
    page, drawn_at = pikepdf.open(io.BytesIO(pdf_of([["Overskrift som tekst"]]))), ["q"]
    page.pages[0].Resources.XObject = pikepdf.Dictionary()
    high = letter.height / 30
    for number in range(30):
        strip = letter.crop((0, round(number * high), letter.width, round((number + 1) * high)))
        head = {
            "/Type": pikepdf.Name.XObject,
            "/Subtype": pikepdf.Name.Image,
            "/Width": strip.width,
            "/Height": strip.height,
            "/ColorSpace": pikepdf.Name.DeviceGray,
            "/BitsPerComponent": 8,
        }
        page.pages[0].Resources.XObject[f"/S{number}"] = pikepdf.Stream(
            page, strip.tobytes(), pikepdf.Dictionary(head)
        )
        drawn_at.append(f"q 500 0 0 {24.1:.2f} 40 {740 - number * 24:.2f} cm /S{number} Do Q")
    page.pages[0].contents_add(pikepdf.Stream(page, " ".join([*drawn_at, "Q"]).encode()))
    return saved(page)


def in_a_form() -> bytes:
    """A page with a heading as text, and a letter as a picture in a form."""
    import pikepdf

    page = pikepdf.open(io.BytesIO(among_words(0.6)))
    picture = page.pages[0].Resources.XObject.P
    form = pikepdf.Stream(page, b"q 1 0 0 1 0 0 cm /P Do Q")
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 1, 1])
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    page.pages[0].Resources.XObject.P = form
    return saved(page)


def field() -> bytes:
    """A page with a heading as text, and a field that somebody filled in."""
    import pikepdf

    page = pikepdf.open(io.BytesIO(pdf_of([["Overskrift som tekst"]])))
    font = page.pages[0].Resources.Font.F1
    look = pikepdf.Stream(page, f"/Tx BMC q BT /F1 18 Tf 0 g 4 8 Td ({NUMBER}) Tj ET Q EMC".encode())
    look.Type, look.Subtype, look.BBox = (
        pikepdf.Name.XObject,
        pikepdf.Name.Form,
        pikepdf.Array([0, 0, 300, 30]),
    )
    look.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    widget = page.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T="nr",
            V=NUMBER,
            F=4,
            DA="/F1 18 Tf 0 g",
            Rect=pikepdf.Array([72, 500, 372, 530]),
            AP=pikepdf.Dictionary(N=look),
        )
    )
    page.pages[0].Annots = pikepdf.Array([widget])
    page.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([widget]), DA="/F1 18 Tf 0 g")
    return saved(page)


def note() -> bytes:
    """A page with a heading as text, and a note that somebody laid on it."""
    import pikepdf

    page = pikepdf.open(io.BytesIO(field()))
    del page.Root.AcroForm
    laid = page.pages[0].Annots[0]
    laid.Subtype, laid.Contents = pikepdf.Name.FreeText, NUMBER
    del laid.FT
    return saved(page)


def saved(page: Any) -> bytes:
    """The bytes of a PDF."""
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def word_file() -> bytes:
    """A DOCX with a photographed letter in it."""
    body = f"{words('Se brevet')}<w:p>{drawn('rId1', 'Brevet', across=4_000_000, down=5_656_000)}</w:p>"
    picture = photographed(LETTER, "PNG")
    return docx(body=body, more={"word/media/a.png": picture}, rels=pointer("image", "media/a.png", "rId1"))

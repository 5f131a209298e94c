"""Scanned pages beside the form in a browser: covered from the first moment, searched, and chosen by keys."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from sagsbarometer.documents.recognising import can_recognise
from sagsbarometer.documents.scans import Box, turned
from tests.conftest import missing
from tests.delivered_docx_in_tests import drawn as part
from tests.delivered_docx_in_tests import pointer, words
from tests.uploads_in_tests import docx
from tests.web.documents_in_tests import LINES, photographed
from tests.web.viewer_in_tests import NARROW, Shown, drawn, pinned, stand_in, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

BEFORE, NUMBER = "CPR-nummer ", "010203-1234"
LETTER = ("Kommunen har afgjort sagen om hjaelp.", BEFORE + NUMBER, *LINES)
SIZE = 34

# The covers of a page as shares of it.
_COVERS = """(where) => {
  const holder = document.querySelector(where), frame = holder.getBoundingClientRect();
  return [...holder.querySelectorAll('.viewer-mark-cover')].map((cover) => {
    const box = cover.getBoundingClientRect();
    return [(box.left - frame.left) / frame.width, (box.top - frame.top) / frame.height,
      box.width / frame.width, box.height / frame.height, getComputedStyle(cover).backgroundColor];
  });
}"""
# Watches from the first moment whether a page is ever shown without its cover.
_WATCH = """() => {
  window.uncovered = 0;
  new MutationObserver(() => {
    for (const page of document.querySelectorAll('.viewer-page')) {
      if (page.querySelector('canvas') && !page.querySelector('.viewer-mark-cover')) window.uncovered += 1;
    }
  }).observe(document.querySelector('.viewer-pages'), { childList: true, subtree: true });
}"""


def place_of_number(turn: int) -> Box:
    """Where the ink of the number is on a photographed letter, as shares of the page."""
    from PIL import ImageFont

    font = ImageFont.load_default(SIZE)
    left, top = 160 + font.getlength(BEFORE), 200 + 2 * SIZE
    upright = (left / 1654, (top + 8) / 2339, font.getlength(NUMBER) / 1654, (SIZE - 10) / 2339)
    return turned(upright, (360 - turn) % 360)


def lies_in(inner: Box, outer: Any) -> bool:
    """To a few thousandths of the page."""
    near = 0.004
    return bool(
        outer[0] <= inner[0] + near
        and outer[1] <= inner[1] + near
        and outer[0] + outer[2] >= inner[0] + inner[2] - near
        and outer[1] + outer[3] >= inner[1] + inner[3] - near
    )


def is_covered(page: Page, place: Box, number: int = 1) -> None:
    """The number lies under one cover that nothing is seen through, and that hides little else."""
    until(
        page,
        f"document.querySelectorAll('.viewer-page[data-page=\"{number}\"] .viewer-mark-cover').length === 1",
    )
    ((*cover, colour),) = page.evaluate(_COVERS, f'.viewer-page[data-page="{number}"]')
    assert lies_in(place, cover), (place, cover)
    assert cover[2] * cover[3] < 4 * place[2] * place[3]
    assert colour == "rgb(51, 51, 51)"


@pytest.fixture
def read(shown: Shown) -> Any:
    """Gives a scanned letter and reads it, as the house does by itself."""

    if not can_recognise():
        missing("nothing here reads pictures: tesserocr, or how letters look")

    def given(name: str, content: bytes) -> None:
        from sagsbarometer.web.documents.recognised import read_waiting

        shown.give(name, content)
        read_waiting(300)

    return given


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_number_on_a_scan_is_covered_however_it_lies_and_is_turned(
    shown: Shown, read: Any, turn: int
) -> None:
    read("scan.pdf", photographed(LETTER, turn=turn, size=SIZE))
    page = shown.open()
    drawn(page)
    place = place_of_number(turn)
    is_covered(page, place)
    stand_in(page, "result")
    for key, by in (("+", 0), ("r", 90), ("r", 180)):
        page.keyboard.press(key)
        drawn(page)
        is_covered(page, turned(place, by))
    assert shown.wrong == []


@pytest.mark.parametrize(("name", "kind"), [("scan.pdf", "PDF"), ("foto.png", "PNG"), ("foto.tif", "TIFF")])
def test_a_page_is_never_seen_without_its_cover(shown: Shown, read: Any, name: str, kind: str) -> None:
    read(name, photographed(LETTER, kind, size=SIZE))
    shown.give("brev.pdf", photographed(LINES))
    page = shown.open()
    drawn(page)
    page.locator(".viewer-documents a", has_text="brev.pdf").click()
    drawn(page)
    page.evaluate(_WATCH)
    page.locator(".viewer-documents a", has_text=name).click()
    is_covered(page, place_of_number(0))
    page.keyboard.press("+")
    drawn(page)
    assert page.evaluate("window.uncovered") == 0
    assert shown.wrong == []


def test_the_words_of_a_scan_are_searched_chosen_and_pinned_with_the_number_hidden(
    shown: Shown, read: Any
) -> None:
    read("scan.pdf", photographed(LETTER, size=SIZE, pages=2))
    page = shown.open()
    drawn(page)
    page.get_by_text("En maskine har genkendt teksten, som kan være forkert.").wait_for()
    stand_in(page, "wrong_assessment")
    until(page, "document.querySelectorAll('.textLayer span').length > 10")
    page.keyboard.press("j")
    page.keyboard.press("b")
    pin = pinned(page, "wrong_assessment", 1)
    assert LETTER[0] in pin.inner_text()
    ((left, top, width, height), *_) = pin.evaluate("(pin) => JSON.parse(pin.dataset.boxes)")
    assert (left, top) == pytest.approx((160 / 1654, 200 / 2339), abs=0.01)
    assert width == pytest.approx(0.37, abs=0.06)
    assert height < 0.03
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("b")
    second = pinned(page, "wrong_assessment", 2)
    assert "CPR-nummer ••••••-••••" in second.inner_text()
    page.keyboard.press("s")
    page.keyboard.type("generel vejledning")
    page.keyboard.press("Enter")
    page.wait_for_selector('.viewer-hits [data-hit="1"]')
    assert page.locator(".viewer-found-said").inner_text() == "2 steder"
    until(page, "getSelection().toString().trim() === 'generel vejledning'")
    page.wait_for_selector(".viewer-mark-hit.viewer-mark-shown")
    assert NUMBER not in page.content()
    assert shown.wrong == []


def test_a_number_on_a_picture_in_a_word_file_is_covered(shown: Shown, read: Any) -> None:
    read("brev.docx", word_file(photographed(LETTER, "PNG", size=SIZE)))
    page = shown.open()
    page.wait_for_selector(".viewer-picture[data-drawn] .viewer-mark-cover")
    ((*cover, colour),) = page.evaluate(_COVERS, ".viewer-picture")
    assert lies_in(place_of_number(0), cover)
    assert colour == "rgb(51, 51, 51)"
    page.locator(".viewer-pages").focus()
    page.keyboard.press("+")
    ((*cover, _),) = page.evaluate(_COVERS, ".viewer-picture")
    assert lies_in(place_of_number(0), cover)
    assert shown.wrong == []


def word_file(picture: bytes) -> bytes:
    """A DOCX with a picture in it, which it says is wider than it is."""
    body = f"{words('Se brevet')}<w:p>{part('rId1', 'Brevet', across=4_000_000, down=2_000_000)}</w:p>"
    return docx(body=body, more={"word/media/a.png": picture}, rels=pointer("image", "media/a.png", "rId1"))


def test_on_a_narrow_window_the_cover_follows(shown: Shown, read: Any) -> None:
    read("foto.png", photographed(LETTER, "PNG", size=SIZE))
    page = shown.open(NARROW)
    page.locator("#tab-documents").click()
    drawn(page)
    is_covered(page, place_of_number(0))

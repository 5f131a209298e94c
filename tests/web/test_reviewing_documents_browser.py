"""Documents beside the form in a browser, on the real server: drawn, searched, turned, and pinned by keys alone."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests.uploads_in_tests import docx
from tests.web.cast import Cast
from tests.web.documents_in_tests import LINES, delivered, file_of, image, pdf_of, scanned
from tests.web.readings_in_tests import reading_of
from tests.web.viewer_in_tests import (
    MIDDLE,
    NARROW,
    WIDE,
    Shown,
    drawn,
    open_document,
    pinned,
    stand_in,
    until,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
SCRIPT = "<img src=x onerror=alert(1)>"


# Left, top, right and bottom of the words on the page, and of what marks them, in pixels of the page.
_PLACES = """([words, kind]) => {
  const holder = [...document.querySelectorAll('.viewer-page')].find((page) => page.textContent.includes(words));
  if (!holder) return null;
  const frame = holder.getBoundingClientRect();
  const within = (rects) => [
    Math.min(...rects.map((r) => r.left)) - frame.left, Math.min(...rects.map((r) => r.top)) - frame.top,
    Math.max(...rects.map((r) => r.right)) - frame.left, Math.max(...rects.map((r) => r.bottom)) - frame.top];
  const span = [...holder.querySelectorAll('.textLayer span')].find((each) => each.textContent.includes(words));
  const marks = [...holder.querySelectorAll(`.viewer-mark-${kind}`)].map((mark) => mark.getBoundingClientRect());
  return marks.length ? [within([span.getBoundingClientRect()]), within(marks), frame.width] : null;
}"""


def is_marked(page: Page, words: str, kind: str = "pin") -> None:
    """The mark lies on the words, to a few thousandths of the width of the page."""
    limit = time.monotonic() + 30
    while True:
        found = page.evaluate(_PLACES, [words, kind])
        if found and all(abs(one - other) < 0.006 * found[2] for one, other in zip(*found[:2], strict=True)):
            return
        assert time.monotonic() < limit, found
        time.sleep(0.1)


def test_a_line_chosen_by_keys_is_pinned_where_it_stands_also_turned_enlarged_and_opened_again(
    shown: Shown,
) -> None:
    words = LINES[2]
    shown.give("sag.pdf", pdf_of([LINES, ["Side to"]]))
    shown.give("drejet.pdf", pdf_of([LINES], rotate=90, media="20 30 615 872"))
    page = shown.open()
    drawn(page)
    stand_in(page, "wrong_assessment")
    page.keyboard.press("r")  # chosen on a page that is turned, too
    until(page, "document.querySelector('.textLayer')?.dataset.mainRotation === '90'")
    until(page, "document.querySelectorAll('.textLayer span').length >= 4")
    for _ in range(3):
        page.keyboard.press("j")
    assert page.evaluate("getSelection().toString()").strip() == words
    page.keyboard.press("b")
    pin = pinned(page, "wrong_assessment", 1)
    assert "sag.pdf, side 1" in pin.inner_text()
    assert words in pin.inner_text()
    assert page.get_by_text("Bevis sat: Er sagens oplysninger vurderet rigtigt?").count()
    for key in ("", "+", "+", "r", "-", "r", "r", "0"):
        if key:
            page.keyboard.press(key)
        is_marked(page, words)
    page.reload()
    drawn(page)
    is_marked(page, words)
    open_document(page, "drejet.pdf")
    stand_in(page, "legal_basis_defect")
    until(page, "document.querySelectorAll('.textLayer span').length >= 4")
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("b")
    pinned(page, "legal_basis_defect", 1)
    is_marked(page, words)
    page.keyboard.press("r")
    is_marked(page, words)
    page.locator("#pins-wrong_assessment [data-pin-go]").click()
    is_marked(page, words, "shown")
    assert page.locator(".viewer-documents [aria-current]").inner_text().startswith("sag.pdf")
    page.locator("#pins-wrong_assessment").get_by_role("button", name="Fjern").click()
    page.locator("#pins-wrong_assessment .pins-undo button").click()
    pinned(page, "wrong_assessment", 1)
    assert shown.wrong == []


def test_what_looks_like_cpr_numbers_is_covered_however_the_page_is_turned(shown: Shown) -> None:
    lines = [
        "Borger 010203-1234 og",
        "hendes mor 31 12 99 4321.",
        "Sag 20260105-0012, 12-01-2024",
        "5 sider 0102031234.",
    ]
    shown.give("sag.pdf", pdf_of([lines, ["Ingen numre"]]))
    page = shown.open()
    drawn(page)
    page.locator(".viewer-status", has_text="CPR-numre, er dækket").wait_for()
    stand_in(page, "wrong_assessment")
    for key in ("", "+", "r", "r", "-"):
        if key:
            page.keyboard.press(key)
        drawn(page)
        until(page, "document.querySelectorAll('.viewer-mark-cover').length === 3")
        until(page, f"({_COVERED})()")
    assert page.locator('.viewer-page[data-page="2"] .viewer-mark-cover').count() == 0
    assert shown.wrong == []


# That each number lies under what covers it, which lets nothing be seen through.
_COVERED = """() => {
  const covers = [...document.querySelectorAll('.viewer-mark-cover')].filter((cover) => {
    const style = getComputedStyle(cover);
    return style.backgroundColor === 'rgb(51, 51, 51)' && style.mixBlendMode === 'normal' && style.opacity === '1';
  }).map((cover) => cover.getBoundingClientRect());
  const spans = [...document.querySelectorAll('.viewer-page[data-page="1"] .textLayer span')];
  return ['010203-1234', '31 12 99 4321', '0102031234'].every((number) => spans.some((span) => {
    const at = span.textContent.indexOf(number);
    if (at < 0) return false;
    const range = document.createRange();
    range.setStart(span.firstChild, at);
    range.setEnd(span.firstChild, at + number.length);
    const box = range.getBoundingClientRect();
    return covers.some((cover) => cover.left <= box.left + 1 && cover.right >= box.right - 1
      && cover.top <= box.top + 1 && cover.bottom >= box.bottom - 1);
  }));
}"""


def test_a_hit_in_any_document_is_gone_to_and_pinned_by_one_key(shown: Shown) -> None:
    shown.give(
        "stor.pdf", pdf_of([[f"Side {number}"] for number in range(1, 40)] + [["Sagens enkelte borger"]])
    )
    shown.give("notat.docx", docx("Den enkelte borger ringede fra 010203-1234."))
    page = shown.open()
    drawn(page)
    stand_in(page, "fettered_discretion")
    page.keyboard.press("s")
    page.keyboard.type("enkelte borger")
    page.keyboard.press("Enter")
    page.wait_for_selector('.viewer-hits [data-hit="1"]')
    assert page.locator(".viewer-found-said").inner_text() == "2 steder"
    drawn(page, 40)
    until(page, "getSelection().toString() === 'enkelte borger'")
    assert page.locator(".viewer-page-number").input_value() == "40"
    page.locator(".viewer-pages").focus()
    page.keyboard.press("b")
    assert "stor.pdf, side 40" in pinned(page, "fettered_discretion", 1).inner_text()
    page.keyboard.press("F3")
    page.wait_for_selector(".viewer-body")
    until(page, "getSelection().toString() === 'enkelte borger'")
    assert "••••••-••••" in page.locator(".viewer-body").inner_text()
    page.locator(".viewer-pages").focus()
    page.keyboard.press("b")
    note = pinned(page, "fettered_discretion", 2)
    assert "notat.docx" in note.inner_text()
    assert "side" not in note.locator(".pin-place").inner_text()
    page.keyboard.press(".")
    drawn(page)
    note.locator("[data-pin-go]").click()
    page.wait_for_selector(".viewer-body")
    page.wait_for_selector(".viewer-mark-pin.viewer-mark-shown")
    page.get_by_role("button", name="Luk søgningen").click()
    assert page.locator(".viewer-mark-hit").count() == 0
    page.keyboard.press("s")
    page.keyboard.type("010203-1234")
    page.keyboard.press("Enter")
    page.get_by_text("CPR-numre er skjult i teksten og kan ikke søges.").wait_for()
    assert [said for said in shown.wrong if "422" not in said] == []


def test_a_scan_a_picture_and_a_tiff_are_turned_and_pinned_by_a_box(shown: Shown) -> None:
    shown.give("scan.pdf", scanned())
    shown.give("foto.tif", image("TIFF", 400, 300, pages=3))
    shown.give("foto.png", image("PNG", 400, 300))
    page = shown.open()
    drawn(page)
    page.get_by_text("Siden er et billede, der ikke er læst endnu").wait_for()
    stand_in(page, "result")
    page.keyboard.press("r")
    until(page, "document.querySelector('.textLayer')?.dataset.mainRotation === '90'")
    box = page.locator(".viewer-page").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.1 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"], steps=3)
    page.mouse.up()
    page.keyboard.press("b")
    pin = pinned(page, "result", 1)
    assert "Markeret felt" in pin.inner_text()
    left, top, width, height = _boxes(pin)[0]  # of the page as it lies when nobody has turned it
    assert [round(share, 2) for share in (left, top, width, height)] == [0.1, 0.3, 0.2, 0.2]
    open_document(page, "foto.tif")
    drawn(page)
    assert page.locator(".viewer-page").count() == 3
    page.locator(".viewer-pages").focus()
    page.keyboard.press("n")
    drawn(page, 2)
    until(page, "document.querySelector('.viewer-page-number').value === '2'")
    page.keyboard.press("b")  # nothing chosen: the whole page
    pin = pinned(page, "result", 2)
    assert "foto.tif, side 2" in pin.inner_text()
    assert _boxes(pin) == [[0, 0, 1, 1]]
    open_document(page, "foto.png")
    holder = drawn(page)
    assert _dark(page) == [True, False]
    page.keyboard.press("r")
    until(
        page,
        "document.querySelector('.viewer-page canvas').height > document.querySelector('.viewer-page canvas').width",
    )
    assert _dark(page) == [False, True]
    assert holder.locator("canvas").count() == 1
    assert shown.wrong == []


def _boxes(pin: Any) -> list[list[float]]:
    return list(pin.evaluate("(pin) => JSON.parse(pin.dataset.boxes)"))


def _dark(page: Page) -> list[bool]:
    """Whether the picture is dark in its upper left and its upper right corner."""
    return list(
        page.evaluate(
            """() => { const canvas = document.querySelector('.viewer-page canvas'), at = canvas.getContext('2d');
            return [5, canvas.width - 5].map((x) => at.getImageData(x, 5, 1, 1).data[0] < 128); }"""
        )
    )


def test_the_first_of_300_pages_is_there_within_a_second(shown: Shown) -> None:
    """On a machine with nothing else to do; on a busy one as much longer as a sum takes there."""
    content = pdf_of([[f"Side {number}", *LINES] for number in range(1, 301)], ballast=40_000)
    assert len(content) > 10_000_000
    shown.give("stor.pdf", content)
    page = shown.open()
    measured = []
    for _ in range(5):
        page.goto(shown.address)
        began, used = time.perf_counter(), time.process_time()
        sum(number * number for number in range(400_000))
        busy = (time.perf_counter() - began) / max(time.process_time() - used, 1e-6)
        drawn(page)
        took = page.evaluate("performance.getEntriesByName('page-drawn')[0].startTime") / 1000
        measured.append((round(took, 2), round(busy, 1)))
        if took < max(busy, 1):
            break
    else:
        pytest.fail(f"first of 300 pages, seconds and how busy: {measured}")
    page.locator(".viewer-pages").focus()
    page.keyboard.press("g")
    page.keyboard.type("250")
    page.keyboard.press("Enter")
    drawn(page, 250)
    until(page, "document.querySelector('[data-page=\"250\"]').textContent.includes('Side 250')")
    until(page, "document.querySelectorAll('.viewer-page canvas').length < 12")
    page.keyboard.press("t")
    page.wait_for_selector('.viewer-thumb[data-page="250"][aria-current]')
    page.locator('.viewer-thumb[data-page="251"]').click()
    drawn(page, 251)
    assert shown.wrong == []


def test_markup_in_names_texts_and_quotes_is_never_run_and_the_policy_is_kept(shown: Shown) -> None:
    from sagsbarometer.web.events.models import Event

    paper = shown.give(f"{SCRIPT}.pdf", pdf_of([[SCRIPT, "javascript:alert(1)"]]))
    shown.give(
        '"onload="alert(1).docx',
        docx("&lt;img onerror=alert(1)&gt; &lt;script&gt;alert(2)&lt;/script&gt;"),
    )
    page = shown.open()
    drawn(page)
    stand_in(page, "reasons_defect")
    until(page, "document.querySelectorAll('.textLayer span').length >= 1")
    page.keyboard.press("j")
    page.keyboard.press("b")
    assert SCRIPT in pinned(page, "reasons_defect", 1).inner_text()
    page.keyboard.press("s")
    page.keyboard.type("onerror")
    page.keyboard.press("Enter")
    page.wait_for_selector('.viewer-hits [data-hit="1"]')
    page.locator('.viewer-hits [data-hit="1"]').click()
    page.wait_for_selector(".viewer-body")
    assert "<script>alert(2)</script>" in page.locator(".viewer-body").inner_text()
    assert page.locator("#pane-documents img, .pins img, .viewer-body script").count() == 0
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert shown.wrong == []  # what the security policy stops is told there
    assert Event.objects.filter(act="read_document", thing_id=paper.id).count() == 1


def test_what_cannot_be_shown_says_so_and_the_rest_goes_on(shown: Shown) -> None:
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        shown.give(name, pdf_of([[name]]))
    page = shown.open()
    drawn(page)
    answers: dict[str, dict[str, Any]] = {
        "b.pdf": {"status": 200, "body": b"%PDF-1.7 nothing more"},
        "c.pdf": {"status": 410},
    }
    said = {"b.pdf": "Dokumentet er beskadiget", "c.pdf": "Dokumentet kan ikke læses mere."}
    for name, answer in answers.items():
        address = page.locator(".viewer-documents a", has_text=name).get_attribute("href")
        page.route(f"**{address}", partial(_fulfilled, answer))
        page.locator(".viewer-documents a", has_text=name).click()
        page.locator(".viewer-none", has_text=said[name]).wait_for()
    open_document(page, "a.pdf")
    drawn(page)


def _fulfilled(answer: dict[str, Any], route: Any) -> None:
    route.fulfill(**answer)


def test_a_session_that_ended_asks_for_a_sign_in_and_the_pin_is_kept(shown: Shown) -> None:
    from django.contrib.sessions.models import Session

    shown.give("sag.pdf", pdf_of([LINES]))
    page = shown.open()
    drawn(page)
    stand_in(page, "result")
    until(page, "document.querySelectorAll('.textLayer span').length >= 4")
    page.keyboard.press("j")
    Session.objects.all().delete()
    page.keyboard.press("b")
    page.wait_for_selector("dialog#login[open]")
    page.locator("#login-word").fill(shown.cast.password)
    page.locator("#login-form button").first.click()
    assert LINES[0] in pinned(page, "result", 1).inner_text()


def test_without_what_shows_a_pdf_documents_are_links(
    cast: Cast, client_of: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.staticfiles import finders

    reading = reading_of(cast)
    paper = delivered(cast, reading.case, "sag.pdf", pdf_of([LINES]), tmp_path)
    said = client_of(cast.rikke).get(f"/laesning/{reading.id}/").content.decode()
    assert 'data-library="/static/pdfjs/"' in said
    monkeypatch.setattr(finders, "find", lambda path: None)
    said = client_of(cast.rikke).get(f"/laesning/{reading.id}/").content.decode()
    assert 'data-library=""' in said
    assert f'href="/dokumenter/{paper.id}/"' in said


@pytest.mark.parametrize("size", [NARROW, MIDDLE, WIDE], ids=lambda size: str(size[0]))
def test_axe_finds_nothing_and_it_fits(shown: Shown, size: tuple[int, int]) -> None:
    shown.give("Afgørelse med et langt navn fra kommunens system 2026-03-02.pdf", pdf_of([LINES, LINES]))
    shown.give("notat.docx", docx("Den enkelte borger"))
    page = shown.open(size, bypass_csp=True, reduced_motion="reduce")
    if size == NARROW:
        page.locator("#tab-documents").click()
    drawn(page)
    page.locator(".viewer-words-asked").fill("enkelte borger")
    page.keyboard.press("Enter")
    page.wait_for_selector('.viewer-hits [data-hit="1"]')
    page.locator("[data-do=thumbs]").click()
    page.wait_for_selector(".viewer-thumb")
    page.locator(".viewer-pages").focus()
    page.keyboard.press("b")
    pinned(page, "occasion", 1)
    kept = os.environ.get("SAGSBAROMETER_PICTURES")
    if kept:
        page.screenshot(path=f"{kept}/dokumenter-{size[0]}.png")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert not re.search(r"[{}]", page.locator("#viewer").inner_text())


def test_a_jpeg_2000_scan_is_drawn_without_what_the_policy_forbids(shown: Shown) -> None:
    """pdf.js unpacks it by WebAssembly where it may; here it may not."""
    picture = image("JPEG2000", 400, 300)
    draw = b"q 595 0 0 842 0 0 cm /I Do Q"
    head = b"<</Type/XObject/Subtype/Image/Width 400/Height 300/Filter/JPXDecode/Length %d>>"
    content = file_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
            b"<</Length %d>>\nstream\n%s\nendstream" % (len(draw), draw),
            head % len(picture) + b"\nstream\n" + picture + b"\nendstream",
        ]
    )
    shown.give("scan.pdf", content)
    page = shown.open()
    drawn(page)
    assert _dark(page) == [True, False]
    assert shown.wrong == []

"""A DOCX beside the form in a browser: its pictures, what stands beside its text, and hits in them."""

from __future__ import annotations

import os
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests.delivered_docx_in_tests import V, drawn, part, pointer, words
from tests.uploads_in_tests import docx
from tests.web.documents_in_tests import image
from tests.web.viewer_in_tests import NARROW, WIDE, Shown, pinned, stand_in, until

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def _letter(**more: Any) -> bytes:
    """A DOCX whose guidance stands in a text box and in the footer, with a scan and a picture that is not shown."""
    guidance = "Du kan klage inden 4 uger"
    box = f"<w:txbxContent>{words(guidance + ' til kommunen.')}</w:txbxContent>"
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Overskrift1"/></w:pPr><w:r><w:t>Afslag på ledsagelse</w:t></w:r></w:p>'
        + "<w:p><w:r><w:t>Vi har lagt vægt på denne tegning.</w:t></w:r>"
        + f"<w:r><w:pict {V}><v:textbox>{box}</v:textbox></w:pict></w:r></w:p>"
        + f"<w:p>{drawn('rId1', 'Plan over boligen', across=2_540_000, down=1_905_000)}</w:p>"
        + "<w:p><w:r><w:t>Fristen er </w:t></w:r><w:del><w:r><w:delText>2</w:delText></w:r></w:del>"
        + "<w:ins><w:r><w:t>4</w:t></w:r></w:ins><w:r><w:t> uger</w:t></w:r></w:p>"
        + f"<w:tbl><w:tr><w:tc>{words('Bilag')}</w:tc><w:tc><w:p>{drawn('rId2')}</w:p></w:tc></w:tr></w:tbl>"
    )
    parts = {
        "word/media/a.png": image("PNG", 400, 300),
        "word/media/b.emf": b"\x01\0\0\0",
        # Before the text in the file, after it on the page.
        "word/footer1.xml": part("ftr", words(f"Nord Kommune. {guidance} fra i dag.")),
    }
    pointers = pointer("image", "media/a.png", "rId1") + pointer("image", "media/b.emf", "rId2")
    return docx(body=body, more={**parts, **more}, rels=pointers + pointer("footer", "footer1.xml"))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=lambda size: str(size[0]))
def test_a_docx_shows_its_pictures_and_what_stands_beside_its_text(
    shown: Shown, size: tuple[int, int]
) -> None:
    from sagsbarometer.web.events.models import Event

    note = shown.give("afslag.docx", _letter())
    page = shown.open(size, reduced_motion="reduce", bypass_csp=True)
    if size == NARROW:
        page.locator("#tab-documents").click()
    page.wait_for_selector(".viewer-picture[data-drawn] canvas")
    assert page.evaluate(
        """() => { const canvas = document.querySelector('.viewer-picture canvas'), at = canvas.getContext('2d');
        const seen = [5, 395].map((x) => at.getImageData(x, 5, 1, 1).data[0]);
        return [canvas.width, canvas.height, ...seen]; }"""
    ) == [400, 300, 0, 255]
    text = page.locator(".viewer-body").inner_text()
    assert "Billede 1: Plan over boligen" in text
    assert "en type, der ikke vises her" in text
    assert text.index("Tekstfelt") < text.index("til kommunen") < text.index("Sidehoved og sidefod")
    assert page.locator(".viewer-body del").inner_text() == "2"
    kept = os.environ.get("SAGSBAROMETER_PICTURES")
    if kept:
        page.screenshot(path=f"{kept}/docx-{size[0]}.png")
        page.locator(".viewer-part").scroll_into_view_if_needed()
        page.screenshot(path=f"{kept}/docx-ned-{size[0]}.png")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert Event.objects.filter(act="read_document", thing_id=note.id).count() == 1
    assert shown.wrong == []


def test_a_hit_in_a_footer_and_a_picture_are_gone_to_and_pinned(shown: Shown) -> None:
    shown.give("afslag.docx", _letter())
    page = shown.open()
    page.wait_for_selector(".viewer-picture[data-drawn] canvas")
    stand_in(page, "reasons_defect")
    page.keyboard.press("s")
    page.keyboard.type("klage inden 4 uger")
    page.keyboard.press("Enter")
    page.wait_for_selector('.viewer-hits [data-hit="1"]')
    for hit in page.locator(".viewer-hits button").all():
        hit.click()
        until(page, "getSelection().toString() === 'klage inden 4 uger'")
        around = "getSelection().anchorNode.data"
        until(page, f"{around}.includes('fra i dag') === {str('fra i dag' in hit.inner_text()).lower()}")
    page.locator(".viewer-pages").focus()
    for _ in range(4):  # the heading, the paragraph, the text box, the picture
        page.keyboard.press("j")
    until(page, "getSelection().toString() === 'Billede 1: Plan over boligen'")
    page.keyboard.press("b")
    pin = pinned(page, "reasons_defect", 1)
    assert "Billede 1: Plan over boligen" in pin.inner_text()
    page.wait_for_selector(".viewer-mark-pin")
    assert shown.wrong == []


def test_a_picture_that_cannot_be_decoded_is_said_in_its_place(shown: Shown) -> None:
    shown.give("afslag.docx", _letter(**{"word/media/a.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40}))
    page = shown.open()
    page.get_by_text("Billedet kan ikke vises her.").wait_for()
    assert page.locator(".viewer-picture").count() == 0
    assert "Billede 1: Plan over boligen" in page.locator(".viewer-body").inner_text()

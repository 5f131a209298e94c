"""Documents in a real browser: whatever got past the checks, nothing in them runs in our origin."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sagsbarometer.documents.checking import pieces
from sagsbarometer.documents.vault import seal
from tests.uploads_in_tests import pdf
from tests.web.cast import LAUNCHED, Cast
from tests.web.served_in_tests import Server
from tests.web.things_in_tests import document_of

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread
_SCRIPT = b"<script>fetch('/ran'); alert(1)</script>"
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(\'/ran\')">' + _SCRIPT + b"</svg>"
_HTML = b"<!doctype html><html><body onload=\"fetch('/ran')\">" + _SCRIPT + b"</body></html>"
# Kind as it was taken for, and what is in it. None of these comes through the checks: it is laid there by hand.
HOSTILE = {
    "html_named_pdf": ("pdf", _HTML),
    "html_in_pdf": ("pdf", b"%PDF-1.7\n" + _HTML),
    "link_in_pdf": ("pdf", pdf(extra="/OpenAction<</S/URI/URI(javascript:fetch\\('/ran'\\))>>")),
    "svg_named_png": ("png", _SVG),
    "html_named_jpeg": ("jpeg", _HTML),
    "html_named_docx": ("docx", _HTML),
    "svg_named_tiff": ("tiff", _SVG),
}


@pytest.fixture
def reader(server: Server, cast: Cast, client_of: Callable[..., Any], browser_page: Page) -> Any:
    """A page in which Rikke, who reads cases, is signed in."""
    browser = browser_page.context.browser
    assert browser is not None
    context = browser.new_context()
    session = client_of(cast.rikke).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    yield context.new_page()
    context.close()


def _laid(cast: Cast, kind: str, content: bytes) -> Any:
    """A document of a delivered case with exactly these bytes."""
    from sagsbarometer.web.documents.storing import path_of
    from sagsbarometer.web.events.acting import acting

    with acting("system:tests", "hostile"):
        row = document_of(cast.home, cast.case("901"), cast.kim)
        row.kind, row.size = kind, len(content)
        row.save(update_fields=["kind", "size"])
    key = cast.home.keys.study(LAUNCHED)
    path_of(row.id).write_bytes(seal(key, content, f"documents_document.bytes:{row.id}"))
    return row


def _ran(page: Page, address: str, wait: float = 300) -> list[str]:
    """What was run when an address was opened: requests that only a script makes, and boxes."""
    from playwright.sync_api import Error

    told: list[str] = []

    def shown(dialog: Any) -> None:
        told.append("dialog")
        dialog.dismiss()

    def asked(request: Any) -> None:
        if request.url.endswith("/ran"):
            told.append("request")

    page.on("dialog", shown)
    page.on("request", asked)
    try:
        page.goto(address)
    except Error as error:
        assert "Download is starting" in error.message  # the browser does not show the kind
    page.wait_for_timeout(wait)
    page.remove_listener("dialog", shown)
    page.remove_listener("request", asked)
    return told


def test_nothing_in_a_document_runs(server: Server, cast: Cast, reader: Page) -> None:
    for name, (kind, content) in HOSTILE.items():
        row = _laid(cast, kind, content)
        assert not _ran(reader, f"{server.url}/dokumenter/{row.id}/"), name


def test_a_script_that_a_browser_runs_in_a_pdf_is_refused_when_it_comes(
    server: Server, cast: Cast, reader: Page, tmp_path: Path
) -> None:
    """A browser's own reader of PDF asks no policy of ours. It keeps scripts to itself: a box at most, no request."""
    script = "fetch\\('/ran'\\); this.submitForm\\('/ran'\\); app.launchURL\\('/ran'\\); app.alert\\(1\\);"
    content = pdf(extra=f"/OpenAction<</S/JavaScript/JS({script})>>")
    row = _laid(cast, "pdf", content)
    assert set(_ran(reader, f"{server.url}/dokumenter/{row.id}/", 2_000)) <= {"dialog"}
    (sent := tmp_path / "a.pdf").write_bytes(content)
    (piece,) = pieces(sent, "a.pdf", tmp_path)
    assert piece.refused == "DOK-109"


def test_the_same_bytes_run_where_our_headers_are_missing(server: Server, reader: Page) -> None:
    """So that the test above can fail."""

    def bare(route: Route) -> None:
        route.fulfill(body=HOSTILE["html_in_pdf"][1], content_type="text/html")

    reader.route("**/dokumenter/abc/", bare)
    assert _ran(reader, f"{server.url}/dokumenter/abc/")


def test_a_document_is_not_shown_inside_another_page(server: Server, cast: Cast, reader: Page) -> None:
    row = _laid(cast, "png", _SVG)

    def framing(route: Route) -> None:
        body = f'<iframe src="/dokumenter/{row.id}/"></iframe><embed src="/dokumenter/{row.id}/">'
        route.fulfill(body=body, content_type="text/html")

    reader.route("**/ramme/", framing)
    refused: list[str] = []
    reader.on("console", lambda message: refused.append(message.text))
    assert not _ran(reader, f"{server.url}/ramme/")
    assert [text for text in refused if "frame-ancestors" in text or "X-Frame-Options" in text]

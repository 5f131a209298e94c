"""The reading page in a browser with documents in it, for tests of what it shows."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.web.cast import Cast
from tests.web.documents_in_tests import delivered
from tests.web.readings_in_tests import reading_of
from tests.web.served_in_tests import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

NARROW, MIDDLE, WIDE = (360, 740), (1024, 768), (1600, 900)


class Shown:
    """The reading page of Rikke with documents, in a browser that tells what went wrong in it."""

    def __init__(self, server: Server, cast: Cast, session: str, browser: Any, folder: Path) -> None:
        self.server, self.cast, self.folder, self.browser = server, cast, folder, browser
        self.session = session
        self.reading = reading_of(cast)
        self.wrong: list[str] = []
        self.contexts: list[Any] = []

    def give(self, name: str, content: bytes) -> Any:
        """Lays a document in the case."""
        return delivered(self.cast, self.reading.case, name, content, self.folder)

    def open(self, size: tuple[int, int] = WIDE, **options: Any) -> Page:
        """The page in a window of its own, of a size."""
        context = self.browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        context.add_cookies([{"name": "sessionid", "value": self.session, "url": self.server.url}])
        self.contexts.append(context)
        page: Page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("dialog", self._asked)
        page.goto(self.address)
        return page

    def _asked(self, dialog: Any) -> None:
        self.wrong.append(dialog.message)
        dialog.dismiss()

    @property
    def address(self) -> str:
        """Of the reading page."""
        return f"{self.server.url}/laesning/{self.reading.id}/"


def drawn(page: Page, number: int = 1) -> Any:
    """A page that is drawn, with its text."""
    holder = page.locator(f'.viewer-page[data-page="{number}"]')
    page.wait_for_selector(f'.viewer-page[data-page="{number}"][data-drawn]')
    return holder


def open_document(page: Page, name: str) -> None:
    """Shows another document of the case."""
    link = page.locator(".viewer-documents a", has_text=name)
    link.click()
    page.wait_for_selector(f'.viewer[data-shown="{link.get_attribute("data-document")}"]')


def stand_in(page: Page, question: str) -> None:
    """In a question of the form, and then among the pages."""
    page.locator(f"#q-{question}").focus()
    page.locator(".viewer-pages").focus()


def until(page: Page, holds: str) -> None:
    """Waits for an expression to hold. Playwright's own waiting evaluates text in the page, which the policy stops."""
    limit = time.monotonic() + 60
    while not page.evaluate(holds):
        assert time.monotonic() < limit, holds
        time.sleep(0.05)


def pinned(page: Page, question: str, number: int) -> Any:
    """The last pin of a question, once it has `number` of them."""
    pins = page.locator(f"#pins-{question} .pin")
    until(page, f"document.querySelectorAll('#pins-{question} .pin').length === {number}")
    return pins.nth(number - 1)

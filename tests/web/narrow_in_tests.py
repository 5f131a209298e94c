"""Whether a page can be used by all, and on a telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from playwright.sync_api import Page


def faults_of(page: Page, address: str) -> list[tuple[str, str, str]]:
    """What axe finds on a page with everything unfolded, and whether it is wider than the screen."""
    reply = page.goto(address)
    assert reply is not None
    assert reply.status == 200, address
    for fold in page.locator("main details").all():
        fold.evaluate("one => { one.open = true; }")
    found = Axe().run(page).response["violations"]
    told = [(address, item["id"], item["nodes"][0]["html"]) for item in found]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        told.append((address, "wider than the screen", ""))
    return told

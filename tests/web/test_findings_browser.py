"""The pages of findings in a browser: axe finds nothing, they fit a telephone, and their buttons are enough."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from django.urls import reverse

from tests.web.cast import LAUNCHED, Cast
from tests.web.findings_in_tests import read_case, released_sheet, written
from tests.web.served_in_tests import Server
from tests.web.test_findings_pdf import pinned

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
PICTURES = os.environ.get("SAGSBAROMETER_PICTURES")  # a folder to put screenshots in, to look at


@pytest.fixture(params=[360, 1280])
def anna(
    request: Any, server: Server, cast: Cast, client_of: Callable[..., Any], browser_page: Page
) -> Iterator[Page]:
    """A page in which the analyst is signed in."""
    browser = browser_page.context.browser
    assert browser is not None
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    session = client_of(cast.anna).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    yield context.new_page()
    context.close()


def test_every_page_is_clean_and_fits(server: Server, cast: Cast, anna: Page) -> None:
    fresh = read_case(cast, locked=False)
    pinned(cast, fresh.readings.get(), "fact_finding_defect", "Borgeren går ikke ud uden sin søster.")
    draft, shown = written(read_case(cast)), released_sheet(cast)
    written(read_case(cast), state="ready")
    written(read_case(cast, "905"), state="ready")
    of = {
        "begin": ("sheet", fresh.id),
        "draft": ("sheet", draft.case_id),
        "released": ("sheet", shown.case_id),
        "shown": ("shown", shown.case_id, 1),
        "list": ("sheets",),
        "release": ("release",),
    }
    told = []
    for name, (route, *more) in of.items():
        reply = anna.goto(server.url + reverse(f"findings:{route}", args=[LAUNCHED, *more]))
        assert reply is not None
        assert reply.status == 200, name
        told += faults(anna, name)
    anna.get_by_role("button", name="Videre").click()
    assert "Frigiv" in anna.locator("h1").inner_text()
    told += faults(anna, "confirm")
    assert not told, "\n".join(told)


def test_a_finding_is_written_with_the_buttons_of_the_page_alone(
    server: Server, cast: Cast, anna: Page
) -> None:
    from sagsbarometer.web.findings.kept import newest_of

    case = read_case(cast)
    anna.goto(server.url + reverse("findings:sheet", args=[LAUNCHED, case.id]))
    anna.get_by_role("button", name="Gem kladde").click()
    anna.locator('textarea[name="item_text"]').first.fill("Rettet i hånden.")
    anna.get_by_role("button", name="Gem, og se det").click()
    assert "Rettet i hånden." in anna.locator("main").inner_text()
    anna.get_by_role("link", name="Skriv fund").click()
    anna.get_by_role("button", name="Gem, og markér som klar").click()
    sheet = newest_of(case.id)
    assert sheet is not None
    assert sheet.state == "ready"


def faults(page: Page, name: str) -> list[str]:
    """What axe finds, and whether it is too wide."""
    width = page.evaluate("window.innerWidth")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"fund-{name}-{width}.png", full_page=True)
    found = Axe().run(page)
    told = [f"{name}\n{found.generate_report()}"] if found.violations_count else []
    wide = page.evaluate("document.documentElement.scrollWidth")
    return told + ([f"{name} is {wide} wide"] if wide > width else [])

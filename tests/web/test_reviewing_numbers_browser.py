"""Agreement, lists to look at, numbers and what is behind them in a browser: axe finds nothing, and they fit 320 px."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests.web.cast import LAUNCHED, Cast
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted
from tests.web.served_in_tests import Server
from tests.web.test_reviewing_freeze import frozen
from tests.web.test_reviewing_second import OTHER

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
PAGES = (
    "laesning/enighed/",
    "laesning/se-efter/",
    "tal/1/",
    "tal/1/sager/any_material_defect/",
    "tal/1/sager/any_material_defect/?gruppe=kommune:905",
    "tal/1/sager/municipalities/",
)


@pytest.fixture
def page(server: Server, cast: Cast, client_of: Callable[..., Any], browser_page: Page) -> Iterator[Page]:
    """A narrow page in which Anna is signed in, with cases read by two, seldom answers, and locked ones."""
    for number, case in enumerate([*screened_in(cast, 24), *screened_in(cast, 2, "903")]):
        first = reading_of(cast, "rikke", case=case, second=number < 12)
        used = number >= 12
        said = {**REFUSAL, "discretion_used": used, "overall_assessment": not used or number == 23}
        answered(first, said)
        submitted(first)
        if number < 12:
            second = reading_of(cast, "rasmus", case=case, place=2)
            other = {**said, "step_age": ["rule_misread"]}
            answered(second, other if number < 3 else said)
            submitted(second)
    odd = reading_of(cast, "rikke", case=screened_in(cast, 1, "902")[0])
    answered(odd, OTHER)
    submitted(odd)
    frozen(cast, client_of(cast.anna))
    browser = browser_page.context.browser
    assert browser is not None
    context = browser.new_context(viewport={"width": 320, "height": 900})
    session = client_of(cast.anna).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    yield context.new_page()
    context.close()


def test_every_page_is_clean_and_fits_a_telephone(server: Server, page: Page) -> None:
    told = []
    for part in PAGES:
        address = f"{server.url}/studier/{LAUNCHED}/{part}"
        reply = page.goto(address)
        assert reply is not None
        assert reply.status == 200, address
        for fold in page.locator("main details").all():
            fold.evaluate("one => { one.open = true; }")
        told += [
            (address, item["id"], item["nodes"][0]["html"]) for item in Axe().run(page).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            told.append((address, "wider than the screen", ""))
    assert told == []


def test_from_the_report_to_a_case_by_the_keyboard(server: Server, page: Page) -> None:
    """Open a figure, follow a number, follow a group, and stand before its cases."""
    page.goto(f"{server.url}/studier/{LAUNCHED}/tal/1/")
    page.locator("main details summary").nth(1).focus()
    page.keyboard.press("Enter")
    place = page.locator("main details[open] td a").first
    place.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    group = page.locator("main a[href*='gruppe=kommune:905']")
    group.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("main li a[href*='/sager/']").count() > 0

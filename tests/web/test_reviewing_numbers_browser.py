"""Agreement, lists to look at, numbers and what is behind them in a browser: axe finds nothing, and they fit 320 px."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.cast import LAUNCHED, Cast
from tests.web.narrow_in_tests import faults_of
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
def page(cast: Cast, client_of: Callable[..., Any], page_of: Callable[[Any], Page]) -> Page:
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
    return page_of(cast.anna)


def test_every_page_is_clean_and_fits_a_telephone(server: Server, page: Page) -> None:
    told = [fault for part in PAGES for fault in faults_of(page, f"{server.url}/studier/{LAUNCHED}/{part}")]
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

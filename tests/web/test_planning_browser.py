"""The pages of planning and letters in a browser: axe finds nothing, they fit 320 px, and the form is tried live under
the real policy."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests.web.cast import Cast
from tests.web.served_in_tests import Server
from tests.web.test_planning import fill, make

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture
def anna(cast: Cast, page_of: Callable[[Any], Page]) -> Page:
    """A narrow page in which the one who plans is signed in."""
    return page_of(cast.anna)


def test_every_page_of_a_plan_is_clean_and_fits_a_telephone(
    server: Server, cast: Cast, client_of: Callable[..., Any], anna: Page
) -> None:
    client = client_of(cast.anna)
    study = fill(client, make(client))
    base = f"{server.url}/studier/{study.id}"
    steps = "opdrag bestemmelse population stikproeve kriterier breve kalender laesning figurer".split()
    pages = [f"{server.url}/studier/", f"{server.url}/studier/ny/", f"{base}/"]
    pages += [f"{base}/plan/{step}/" for step in steps]
    pages += [
        f"{base}/{page}/" for page in ("formular", "svar", "kalender", "folk", "breve", "breve/call_in")
    ]
    launched = f"{server.url}/studier/{cast.launched.id}"
    pages += [
        f"{launched}/",
        f"{launched}/versioner/",
        f"{launched}/plan/kalender/aendr/",
        f"{launched}/breve/",
    ]
    told = []
    for address in pages:
        reply = anna.goto(address)
        assert reply is not None
        assert reply.status == 200, address
        found = Axe().run(anna)
        if found.violations_count:
            told.append(f"{address}\n{found.generate_report()}")
        wide = anna.evaluate("document.documentElement.scrollWidth")
        if wide > anna.evaluate("window.innerWidth"):
            told.append(f"{address} is {wide} wide")
    assert not told, "\n".join(told)


def test_the_form_is_tried_live(server: Server, cast: Cast, anna: Page) -> None:
    wrong: list[str] = []
    anna.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    anna.goto(f"{server.url}/studier/{cast.launched.id}/formular/")
    assert anna.locator("#q-against_party").count() == 0
    found = anna.locator('input[name="q_occasion"][value="withdrawal"]')
    found.check()
    anna.locator("#q-against_party").wait_for(timeout=60_000)  # the first asked may read the law first
    assert found.is_checked()
    assert wrong == []

"""Known cases in a browser: feedback comes and is announced without a reload, axe finds nothing, and it fits 320 px."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests.web.cast import LAUNCHED, Cast
from tests.web.known_in_tests import WHY, known, made_known
from tests.web.narrow_in_tests import faults_of
from tests.web.readings_in_tests import REFUSAL, answered, screened_in, submitted
from tests.web.served_in_tests import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def test_feedback_is_there_and_said_without_a_reload(
    server: Server, cast: Cast, client_of: Callable[..., Any], page_of: Callable[[Any], Page]
) -> None:
    (reading,) = known(client_of(cast.anna), screened_in(cast)[0], "learning", [cast.rikke])
    page = page_of(cast.rikke)
    page.goto(f"{server.url}/laesning/{reading.id}/")
    page.click("#tab-form")
    assert page.locator(".reading-feedback").count() == 0
    page.evaluate("window.stays = true")
    page.check("#o-wrong_assessment-none")
    told = page.locator("#k-wrong_assessment")
    told.wait_for()
    assert "Ikke som facit." in told.inner_text()
    assert WHY in told.inner_text()
    page.locator("#live", has_text="Ikke som facit.").wait_for(state="attached")
    page.check("#o-wrong_assessment-material")
    page.locator("#live", has_text=". Som facit.").wait_for(state="attached")
    assert page.evaluate("window.stays")
    assert Axe().run(page).response["violations"] == []


def test_every_page_of_known_cases_is_clean_and_fits_a_telephone(
    server: Server, cast: Cast, client_of: Callable[..., Any], page_of: Callable[[Any], Page]
) -> None:
    client = client_of(cast.anna)
    cases = screened_in(cast, 4)
    exercise, *_rest = known(client, cases[0], "learning", [cast.rikke])
    for case in cases[1:3]:
        for reading in known(client, case, "anchor", [cast.rikke, cast.rasmus]):
            answered(reading, REFUSAL)
            submitted(reading)
    made_known(client, cases[3], "anchor")
    client.post(f"/studier/{LAUNCHED}/laesning/maalestok/vis/", {"reader": cast.rikke.id, "let": "yes"})
    answered(exercise, REFUSAL)
    submitted(exercise)
    base = f"{server.url}/studier/{LAUNCHED}/laesning"
    seen = [(cast.anna, f"{base}/{part}") for part in ("oevelse/", "oevelse/fordel/", "maalestok/")]
    seen += [(cast.anna, f"{base}/oevelse/{case.id}/") for case in (cases[0], cases[3])]
    own = (f"laesning/{exercise.id}/facit/", f"laesning/{exercise.id}/", "laesning/maalestok/", "laesning/")
    seen += [(cast.rikke, f"{server.url}/{part}") for part in own]
    pages = {person.id: page_of(person) for person in (cast.anna, cast.rikke)}
    told: list[tuple[str, str, str]] = []
    for person, address in seen:
        told += faults_of(pages[person.id], address)
    assert told == []

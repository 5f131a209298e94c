"""Two readings settled by keys alone, in a real browser with the real policy; axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.cast import LAUNCHED, Cast
from tests.web.readings_in_tests import REFUSAL, answered, reading_of
from tests.web.served_in_tests import Server
from tests.web.test_reviewing_beside_browser import clean
from tests.web.test_reviewing_second import OTHER, both_in

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def review(cast: Cast) -> Any:
    """A case that Rikke and Rasmus have read otherwise: the assessment, and what the outcome would be."""
    first = reading_of(cast, "rikke", second=True)
    second = reading_of(cast, "rasmus", case=first.case, place=2)
    answered(first, REFUSAL)
    answered(second, OTHER)
    return both_in((first, second))


def focused(page: Page) -> str:
    """The id of what has the focus."""
    return str(page.evaluate("document.activeElement.id"))


@pytest.mark.parametrize("width", [360, 1280])
def test_a_side_by_one_key_and_a_third_answer_with_its_reason(
    width: int,
    server: Server,
    cast: Cast,
    review: Any,
    page_of: Callable[..., Page],
) -> None:
    from sagsbarometer.web.reviewing.models import Decision

    page = page_of(cast.dorte, width, 800)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(f"{server.url}/studier/{LAUNCHED}/laesning/sager/{review.pk}/forskelle/")
    assert focused(page) == "q_wrong_assessment"  # the first that is open
    page.keyboard.press("j")
    assert focused(page) == "q_would_be_outcome"
    page.keyboard.press("k")
    assert focused(page) == "q_wrong_assessment"
    clean(page, f"differences_{width}")
    with page.expect_navigation():
        page.keyboard.press("2")
    assert Decision.objects.get().side == "second"
    assert focused(page) == "q_would_be_outcome"  # the next that is open
    page.keyboard.press("3")
    assert focused(page) == "third_would_be_outcome"
    page.locator("#third_would_be_outcome").select_option("annulled")
    save = page.locator("#q_would_be_outcome button[value=third]")
    with page.expect_navigation():
        save.press("Enter")
    assert page.locator(".workplace-errors").inner_text().count("hvorfor ingen af de to") == 1
    assert page.evaluate("document.activeElement.classList.contains('workplace-errors')")
    assert page.locator("#third_would_be_outcome").input_value() == "annulled", (
        "what was chosen is still there"
    )
    page.locator("#reason_would_be_outcome").press_sequentially("1 og 2 overså klagen.")
    assert Decision.objects.count() == 1  # a digit in a text is no key
    clean(page, f"differences_third_{width}")
    with page.expect_navigation():
        save.press("Enter")
    assert page.get_by_text("Alle forskelle i sagen er afgjort.").is_visible()
    made = Decision.objects.get(question="would_be_outcome")
    assert (made.side, made.value) == ("third", "annulled")
    review.refresh_from_db()
    assert review.decided_at
    assert [text for text in faults if "422" not in text] == []


def test_only_the_differences_or_all_of_it(
    server: Server,
    cast: Cast,
    review: Any,
    page_of: Callable[..., Page],
) -> None:
    page = page_of(cast.dorte, 1280, 800)
    page.goto(f"{server.url}/studier/{LAUNCHED}/laesning/sager/{review.pk}/forskelle/")
    assert page.locator(".difference").count() == 3  # with the one that follows
    assert page.locator("[data-difference]").count() == 2
    page.get_by_role("link", name="Vis alle svar").press("Enter")
    page.wait_for_url("**vis=alle**")
    assert page.locator(".difference").count() > 10
    assert page.locator("[data-difference]").count() == 2  # the others are no stop on the way
    assert focused(page) == "q_wrong_assessment"
    clean(page, "differences_all_1280")
    page.get_by_role("link", name="Vis kun forskelle").press("Enter")
    page.wait_for_url(lambda url: "vis=alle" not in url)
    assert page.locator(".difference").count() == 3


def test_who_may_not_settle_has_no_keys(
    server: Server,
    cast: Cast,
    review: Any,
    page_of: Callable[..., Page],
) -> None:
    from sagsbarometer.web.reviewing.models import Decision

    page = page_of(cast.rikke, 1280, 800)
    page.goto(f"{server.url}/studier/{LAUNCHED}/laesning/sager/{review.pk}/forskelle/")
    assert page.locator("[data-difference]").count() == 0
    for key in ("j", "1", "2", "3"):
        page.keyboard.press(key)
    assert not Decision.objects.exists()

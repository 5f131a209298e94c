"""By keyboard alone, in a real browser: signing in with a code, a step of the plan, a delivery with a file to its
receipt, and a case that is sorted. At each stop the focus is seen, and no page holds it back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from sagsbarometer.web.accounts.models import Membership
from sagsbarometer.web.events.acting import acting
from tests.uploads_in_tests import pdf
from tests.web.cast import LAUNCHED, PASSWORD, PLANNED, Cast
from tests.web.keys_in_tests import Keys
from tests.web.served_in_tests import Server
from tests.web.test_accounts import app_code, give_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture
def page(server: Server, browser_page: Page) -> Iterator[Page]:
    """A page in a window of a laptop; its mouse is not used."""
    browser = browser_page.context.browser
    assert browser is not None
    context = browser.new_context(locale="da-DK", viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def signed_in(server: Server, page: Page, client_of: Callable[..., Any]) -> Callable[[Any], Keys]:
    """Makes the page one in which somebody is signed in."""

    def of(person: Any) -> Keys:
        session = client_of(person).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
        page.goto(server.url + "/")
        return Keys(page)

    return of


def heading(page: Page) -> str:
    """The page's."""
    return page.locator("h1").inner_text()


def test_signing_in_with_a_code_and_a_step_of_the_plan(server: Server, cast: Cast, page: Page) -> None:
    secret, _ = give_app(cast.anna)
    page.goto(server.url + "/")
    keys = Keys(page)
    keys.tour()
    keys.write("input[name=login]", "anna@example.dk")
    keys.write("input[name=password]", PASSWORD)
    with page.expect_navigation():
        keys.press("Enter")
    keys.tour()
    keys.write("input[name=code]", app_code(secret))
    with page.expect_navigation():
        keys.press("Enter")
    assert heading(page) == "Forside"
    keys.tour()
    keys.go(f"main a[href='/studier/{PLANNED}/']")
    keys.tour()
    keys.go("main a[href$='/plan/opdrag/']")
    keys.tour()
    keys.write("[name=asked_by]", "Folketinget")
    keys.go("main form button", "Space")
    cast.planning.refresh_from_db()
    assert cast.planning.plan["commission"]["asked_by"] == "Folketinget"
    page.goto(f"{server.url}/konto/")
    keys.tour()
    assert not keys.wrong, "\n".join(keys.wrong)


def test_a_delivery_from_empty_to_its_receipt(
    server: Server, cast: Cast, signed_in: Callable[[Any], Keys], tmp_path: Path
) -> None:
    asked = cast.request("908")
    with acting("system:tests", "contact"):
        Membership.objects.create(
            user=cast.nina, role="municipal_contact", study_id=LAUNCHED, municipality="908"
        )
        asked.wanted = {"alle": 1}
        asked.save()
    keys = signed_in(cast.nina)
    page = keys.page
    keys.go(f"main a[href='/kommune/{asked.id}/']")
    keys.tour()
    keys.go("main a[href$='/ny-sag/']")
    keys.tour()
    keys.write("[name=own_number]", "2026-77")
    keys.choose("input[name=occasion][value=new_application]")
    keys.write("[name=application_date]", "02-03-2026")
    keys.choose("input[name=form][value=written]")
    keys.write("[name=decision_date]", "11-05-2026")
    keys.choose("input[name=result][value=refusal]")
    keys.choose("input[name=appealed][value=no]")
    keys.write("[name=published_deadline_weeks]", "8")
    keys.choose("input[name=new_date_given][value=not_relevant]")
    with page.expect_navigation():
        keys.press("Enter")
    file = tmp_path / "afgørelse.pdf"
    file.write_bytes(pdf())
    keys.tour()
    keys.reach("input[type=file]")
    page.locator(":focus").set_input_files(file)
    keys.go("form:has(input[type=file]) button", "Space")
    assert page.get_by_role("link", name="afgørelse.pdf").count()
    page.goto(f"{server.url}/kommune/{asked.id}/")
    keys.go("main a[href$='/kontrol/']")
    keys.tour()
    keys.go("main form button", "Space")
    assert "/kvitteringer/" in page.url
    keys.tour()
    assert not keys.wrong, "\n".join(keys.wrong)


def test_a_case_is_sorted(server: Server, cast: Cast, signed_in: Callable[[Any], Keys]) -> None:
    case = cast.case("901")
    keys = signed_in(cast.rikke)
    keys.go("main a[href$='/indsamling/']")
    keys.tour()
    keys.go("main a[href$='/sortering/']")
    keys.tour()
    keys.go(f"main a[href$='/sager/{case.id}/']")
    keys.tour()
    keys.choose("input[name=verdict][value=in]")
    keys.go("main form button.button-primary", "Space")
    case.refresh_from_db()
    assert case.state == "screened_in"
    assert not keys.wrong, "\n".join(keys.wrong)


def test_pages_of_many_stops_can_be_gone_through(
    server: Server, cast: Cast, page: Page, client_of: Callable[..., Any]
) -> None:
    """Inviting, checking answers before a launch, letters, a replacement, an amendment, many files, a frame list."""
    asked, excluded = cast.request("901").id, cast.case("903", "excluded").id
    toured = {
        "ada": (reverse("accounts:invite"),),
        "anna": (
            reverse("planning:check", args=[PLANNED]),
            reverse("planning:amend", args=[LAUNCHED, "breve"]),
            reverse("letters:letters", args=[LAUNCHED]),
            reverse("letters:preview", args=[LAUNCHED, "call_in"]),
            reverse("receiving:replace", args=[LAUNCHED, excluded]),
        ),
        "kim": (
            reverse("delivering:many", args=[asked]),
            reverse("delivering:frame", args=[asked]),
        ),
    }
    wrong = []
    for name, addresses in toured.items():
        session = client_of(cast.person(name)).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
        keys = Keys(page)
        for address in addresses:
            reply = page.goto(server.url + address)
            assert reply is not None
            assert reply.status == 200, address
            keys.tour()
        wrong += keys.wrong
    assert not wrong, "\n".join(wrong)

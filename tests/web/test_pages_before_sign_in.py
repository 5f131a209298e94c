"""The pages of who is not signed in, and of what went wrong: axe finds nothing, nothing is lost from 320 to 1600 px and
at 200 percent, in both languages. (The rest of the pages are walked by tests/browser/test_workplace_pages.py.)"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from django.urls import reverse

from sagsbarometer.web.accounts import invitations
from sagsbarometer.web.accounts.links import new_password
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.middleware import POLICY
from tests.browser.walk_in_tests import too_wide, twice_as_large
from tests.web.browsers_in_tests import Browser
from tests.web.cast import CLOSED, LAUNCHED, PASSWORD, PLANNED, Cast
from tests.web.pages_in_tests import forms_of
from tests.web.served_in_tests import Server
from tests.web.test_accounts import give_app, wrong_code
from tests.web.test_accounts_people import browser_of

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
WIDTHS = (320, 768, 1024, 1600)


def _signing_in(cast: Cast) -> Iterator[tuple[str, Browser, Any, int]]:
    """Name, browser, reply and status of what is met before one is in."""
    login = {"login": "kim@example.dk", "password": "forkert"}
    with acting("system:tests", "pages"):
        _, token = invitations.invite("nora@example.dk", "Nora", "reviewer", by=cast.ada)
        secret, _ = give_app(cast.rikke)
    invitation = reverse("accounts:accept", args=[token])
    for name, method, address, sent, status in (
        ("sign-in", "get", "/konto/login/", {}, 200),
        ("sign-in fault", "post", "/konto/login/", login, 200),
        ("sign-in empty", "post", "/konto/login/", {}, 200),
        ("forgotten", "get", reverse("account_reset_password"), {}, 200),
        ("forgotten fault", "post", reverse("account_reset_password"), {"email": "x"}, 200),
        ("forgotten sent", "get", reverse("account_reset_password_done"), {}, 200),
        (
            "reset gone",
            "get",
            reverse("account_reset_password_from_key", args=["zzzz", "zzzz-zzzz"]),
            {},
            200,
        ),
        ("reset", "get", new_password(cast.kim), {}, 200),
        ("invitation", "get", invitation, {}, 200),
        ("invitation fault", "post", invitation, {"password": "kort", "again": "andet"}, 422),
        ("invitation gone", "get", reverse("accounts:accept", args=["x" * 43]), {}, 410),
        ("not found", "get", "/findes-ikke/", {}, 404),
        ("not taken", "post", reverse("account_inactive"), {}, 405),
    ):
        browser = Browser()
        yield name, browser, (address, method, sent), status
    browser = Browser()
    browser.post("/konto/login/", {"login": "rikke@example.dk", "password": PASSWORD})
    yield "code", browser, (reverse("mfa_authenticate"), "get", {}), 200
    yield "code fault", browser, (reverse("mfa_authenticate"), "post", {"code": wrong_code(secret)}), 200


def _going_wrong(cast: Cast) -> Iterator[tuple[str, Browser, Any, int]]:
    """The same of what is met when something cannot be done."""
    anna, rikke, ada = (browser_of(cast.person(name)) for name in ("anna", "rikke", "ada"))
    step = reverse("planning:step", args=[PLANNED, "opdrag"])
    form = next(one for one in forms_of(anna.get(step).content.decode(), step) if "asked_by" in one.values)
    before = form.values | {"asked_by": "Folketinget"}
    anna.post(step, before)
    yield "conflict", anna, (step, "post", form.values | {"asked_by": "Ministeriet"}), 409
    yield "faulty form", ada, (reverse("accounts:invite"), "post", {"email": "x", "name": "010203-1234"}), 422
    yield "refused", rikke, (reverse("planning:close", args=[LAUNCHED]), "post", {}), 403
    yield "locked", anna, (reverse("planning:close", args=[CLOSED]), "post", {}), 409
    planning = {"name": "Ny", "template": "barometer_97", "once": "010203-1234"}
    yield "number", anna, (reverse("planning:new"), "post", planning), 422


@pytest.fixture
def page(server: Server, browser_page: Page) -> Iterator[Page]:
    """A page of the house."""
    browser = browser_page.context.browser
    assert browser is not None
    context = browser.new_context(locale="da-DK")
    yield context.new_page()
    context.close()


class Shown:
    """Replies looked at in a real browser, with the house's own style sheets under its own policy."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.address, self.wrong = page, f"{url}/vist/", list[str]()
        self.html, self.where = "", ""
        page.route(self.address, self._answer)
        page.on("console", lambda one: self._say(one.text))

    def _say(self, text: str) -> None:
        if not text.startswith("[DOM]"):  # what the browser would like to have, not what went wrong
            self.wrong.append(f"{self.where}: {text}")

    def _answer(self, route: Route) -> None:
        headers = {"Content-Security-Policy": POLICY}
        route.fulfill(body=self.html, content_type="text/html; charset=utf-8", headers=headers)

    def look(self, where: str, html: str) -> None:
        """Notes what is wrong with a page."""
        self.html, self.where = html, where
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.goto(self.address)
        self.wrong += [f"{where}: {how}: {what}" for how, told in twice_as_large(self.page) for what in told]
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if over := too_wide(self.page):
                self.wrong.append(f"{where}: {over} px too wide at {width}")
            if width == WIDTHS[0] or (width == WIDTHS[-1] and where.endswith("da")):
                found = Axe().run(self.page).response["violations"]
                self.wrong += [f"{where}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in found]
        if self.page.locator("h1").count() != 1:
            self.wrong.append(f"{where}: {self.page.locator('h1').count()} headings of the first level")


@pytest.mark.parametrize("pages", [_signing_in, _going_wrong])
def test_pages_before_sign_in_and_of_faults(pages: Any, server: Server, cast: Cast, page: Page) -> None:
    shown = Shown(page, server.url)
    looked = []
    for name, browser, (address, method, sent), status in pages(cast):
        for language in ("da", "en"):
            browser.cookies["django_language"] = language
            reply = getattr(browser, method)(address, sent)
            if reply.status_code == 302 and name == "reset":
                reply = browser.get(reply["Location"])
            html = reply.content.decode()
            assert reply.status_code == status, (name, reply.status_code)
            assert f'<html lang="{language}">' in html, name
            shown.look(f"{name} in {language}", html)
            looked.append(name)
    assert not shown.wrong, "\n".join(shown.wrong)
    assert len(looked) >= 10

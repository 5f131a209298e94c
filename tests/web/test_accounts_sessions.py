"""Sessions that cannot be fixed, stolen back to life or used from another site."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.web.accounts.models import Membership
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.rights.routes import ROUTES
from tests.web.browsers_in_tests import Browser
from tests.web.cast import LAUNCHED, PASSWORD, Cast
from tests.web.routes_in_tests import TABLE
from tests.web.test_accounts import sign_in, signed_in
from tests.web.test_accounts_people import browser_of
from tests.web.things_in_tests import fill_things, things


def test_a_session_from_before_sign_in_is_not_the_one_after(databases: str, cast: Cast) -> None:
    browser = Browser()
    session = browser.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    browser.cookies["sessionid"] = before
    sign_in(browser, "kim@example.dk")
    after = browser.cookies["sessionid"].value
    assert signed_in(browser)
    assert after != before
    attacker = Browser()
    attacker.cookies["sessionid"] = before
    assert not signed_in(attacker)


def test_a_session_is_dead_after_sign_out(databases: str, cast: Cast) -> None:
    browser = Browser()
    sign_in(browser, "kim@example.dk")
    stolen = Browser()
    stolen.cookies["sessionid"] = browser.cookies["sessionid"].value
    assert signed_in(stolen)
    browser.post("/konto/logud/")
    assert not signed_in(stolen)


def test_a_second_sign_in_of_another_takes_nothing_of_the_first_along(cast: Cast) -> None:
    browser = Browser()
    sign_in(browser, "kim@example.dk")
    before = browser.cookies["sessionid"].value
    browser.post("/konto/logud/")
    sign_in(browser, "karla@example.dk")
    assert browser.cookies["sessionid"].value != before
    page = browser.get("/konto/").content.decode()
    assert "902" in page
    assert "901" not in page


def test_a_role_taken_in_the_middle_of_a_session_is_gone_at_the_next_click(
    databases: str, cast: Cast
) -> None:
    kim = browser_of(cast.kim)
    path = f"/kommune/{cast.request('901').id}/"
    assert kim.get(path).status_code == 200
    with acting("system:tests", "take"):
        Membership.objects.filter(user=cast.kim).delete()
    assert kim.get(path).status_code == 404
    assert kim.get("/").status_code == 200


def test_cookies_are_kept_from_scripts_and_other_sites(cast: Cast) -> None:
    browser = Browser()
    sign_in(browser, "kim@example.dk")
    for name in ("sessionid", "csrftoken"):
        cookie = browser.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    assert not browser.cookies["sessionid"]["expires"]  # ends with the browser


def test_no_form_is_taken_without_its_token(cast: Cast) -> None:
    """Every route that takes a form, also open ones: 403 before anything is done."""
    fill_things(cast)
    examples = things(cast)
    from sagsbarometer.web.events.models import Event

    strict: dict[str, Any] = {}
    for name in (None, "ada", "anna", "kim"):
        strict[name or ""] = Browser(enforce_csrf_checks=True)
        if name:
            strict[name].force_login(
                cast.person(name), backend="allauth.account.auth_backends.AuthenticationBackend"
            )
    before = Event.objects.count()
    tried = 0
    for route, needs in ROUTES.items():
        if not needs.do:
            continue
        row = TABLE[route]
        assert isinstance(row, tuple)
        path = reverse(route, kwargs=examples[row[0]][0].arguments)
        for name, browser in strict.items():
            assert browser.post(path).status_code == 403, (route, name)
            foreign = {"origin": "https://evil.example.org"}
            assert (
                browser.post(path, {"csrfmiddlewaretoken": "x" * 64}, headers=foreign).status_code == 403
            ), (route, name)
            tried += 2
    assert tried > 200
    assert Event.objects.count() == before


def test_a_form_with_its_token_is_taken(cast: Cast) -> None:
    """The refusals above are the token's."""
    browser = Browser(enforce_csrf_checks=True)
    page = browser.get("/konto/login/").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    form = {"login": "kim@example.dk", "password": PASSWORD, "csrfmiddlewaretoken": found[1]}
    browser.post("/konto/login/", form)
    assert signed_in(browser)


@pytest.mark.parametrize(
    "field", ["role", "municipality", "study", "user", "reviewer", "is_active", "made_by", "owner"]
)
def test_fields_that_are_sent_along_give_nothing(field: str, cast: Cast) -> None:
    """A contact sends another role, municipality or person along: with forms, queries and headers."""
    kim = browser_of(cast.kim)
    foreign = cast.request("902").id
    values = {"role": "administrator", "municipality": "902", "study": LAUNCHED, "is_active": "1"}
    value = values.get(field, cast.karla.id)
    for path in (f"/kommune/{foreign}/", "/personer/", f"/studier/{LAUNCHED}/indsamling/"):
        assert kim.get(path, {field: value}).status_code == 404
        assert kim.get(path, headers={field: value}).status_code == 404
    assert kim.post(f"/kommune/{foreign}/ingen/", {field: value}).status_code == 404
    assert (
        kim.post(f"/personer/{cast.kim.id}/roller/", {field: value, "role": "administrator"}).status_code
        == 404
    )
    assert [row.role for row in cast.kim.memberships.all()] == ["municipal_contact"]

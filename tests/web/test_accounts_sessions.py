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


def _ways_out(browser: Browser) -> list[str]:
    """The addresses by which the list ends one session each, in the order the sessions began."""
    page = browser.get("/konto/sessioner/").content.decode()
    return re.findall(r'action="(/konto/sessioner/\d+/slut/)"', page)


def test_one_other_session_is_ended_and_the_rest_go_on(databases: str, cast: Cast) -> None:
    from sagsbarometer.web.events.models import Event

    here, lost, office = Browser(), Browser(), Browser()
    for browser in (here, lost, office):
        sign_in(browser, "kim@example.dk")
        assert signed_in(browser)
    ways = _ways_out(here)
    assert len(ways) == 2  # not the one in use
    for _ in range(2):  # a double click
        reply = here.post(ways[0])
        assert (reply.status_code, reply["Location"]) == (302, "/konto/sessioner/")
    assert "Sessionen er sluttet" in here.get("/konto/sessioner/").content.decode()
    assert [signed_in(browser) for browser in (here, lost, office)] == [True, False, True]
    (event,) = Event.objects.filter(act="session_ended")
    assert (event.actor, event.thing_id, event.purpose) == (cast.kim.id, cast.kim.id, "end_session")
    assert _ways_out(here) == ways[1:]
    assert _ways_out(lost) == []


def test_nobody_ends_anothers_session_or_is_told_of_it(cast: Cast) -> None:
    from allauth.usersessions.models import UserSession

    from sagsbarometer.web.events.models import Event

    kim, karla = Browser(), Browser()
    sign_in(kim, "kim@example.dk")
    sign_in(karla, "karla@example.dk")
    assert signed_in(kim)
    assert signed_in(karla)
    said = []
    for id in (UserSession.objects.get(user=cast.kim).pk, 99999, "x", "9" * 30, "²"):
        reply = karla.post(f"/konto/sessioner/{id}/slut/")
        assert (reply.status_code, reply["Location"]) == (302, "/konto/sessioner/")
        said.append("Den session er slut." in karla.get("/konto/sessioner/").content.decode())
    assert said == [True] * 5
    own = UserSession.objects.get(user=cast.karla).pk
    assert karla.post(f"/konto/sessioner/{own}/slut/").status_code == 302
    assert signed_in(kim)
    assert signed_in(karla)
    assert karla.get(f"/konto/sessioner/{own}/slut/").status_code == 405
    assert Browser().post(f"/konto/sessioner/{own}/slut/")["Location"].startswith("/konto/login/")
    assert not Event.objects.filter(act__startswith="session").exists()


def test_ending_all_others_is_one_event(cast: Cast) -> None:
    from sagsbarometer.web.events.models import Event

    here, *others = browsers = [Browser() for _ in range(3)]
    for browser in browsers:
        sign_in(browser, "kim@example.dk")
        assert signed_in(browser)
    here.post("/konto/sessioner/")
    assert [signed_in(browser) for browser in (here, *others)] == [True, False, False]
    here.post("/konto/sessioner/")
    assert [event.act for event in Event.objects.filter(act__contains="_ended")] == ["sessions_ended"]


def test_a_second_sign_in_of_another_takes_nothing_of_the_first_along(cast: Cast) -> None:
    browser = Browser()
    sign_in(browser, "kim@example.dk")
    before = browser.cookies["sessionid"].value
    browser.post("/konto/logud/")
    sign_in(browser, "karla@example.dk")
    assert browser.cookies["sessionid"].value != before
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", browser.get("/konto/").content.decode())
    assert re.search(r"\b902\b", page)
    assert not re.search(r"\b901\b", page)


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

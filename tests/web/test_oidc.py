"""Signing in at the organisation's own service, against a provider the tests start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import override_settings

from sagsbarometer.web.accounts import invitations
from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.events.models import Event
from tests.web.browsers_in_tests import Browser
from tests.web.cast import LAUNCHED, Cast
from tests.web.oidc_provider import Provider, provider

KIM = {"sub": "kim-1", "email": "Kim@example.dk", "email_verified": True, "name": "Kim", "cpr": "0101701234"}


@pytest.fixture
def service() -> Iterator[Provider]:
    """The provider, known to the house."""
    with (
        provider() as it,
        override_settings(
            SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [it.app()], "OAUTH_PKCE_ENABLED": True}}
        ),
    ):
        cache.clear()
        yield it


def go(service: Provider, browser: Browser) -> Any:
    """From the link on the page of sign-in, to the provider, and back."""
    away = browser.get("/konto/ekstern/eksempel/login/")
    assert away.status_code == 302
    assert away["Location"].startswith(service.address)
    back = urlsplit(service.agree(away["Location"]))
    assert back.path == "/konto/ekstern/eksempel/svar/"
    return browser.get(f"{back.path}?{back.query}")


def inside(browser: Browser) -> bool:
    """Whether somebody is signed in."""
    return bool(browser.get("/").status_code == 200)


def test_the_service_stands_on_the_page_of_sign_in(cast: Cast, service: Provider) -> None:
    page = Browser().get("/konto/login/").content.decode()
    assert "/konto/ekstern/eksempel/login/" in page
    assert "Eksempel" in page


def test_who_has_an_account_with_the_verified_address_gets_in(
    databases: str, cast: Cast, service: Provider
) -> None:
    service.person = KIM
    browser = Browser()
    before = browser.session.session_key
    go(service, browser)
    assert inside(browser)
    assert browser.session["_auth_user_id"] == cast.kim.id
    assert browser.session.session_key != before
    assert "/.well-known/openid-configuration" in service.asked
    assert not service.refused
    assert [event.actor for event in Event.objects.filter(act="sign_in")] == [cast.kim.id]
    again = Browser()
    go(service, again)
    assert inside(again)
    assert SocialAccount.objects.count() == 1


def test_nothing_more_is_kept_of_what_the_provider_tells(cast: Cast, service: Provider) -> None:
    service.person = KIM
    for _time in range(2):
        go(service, Browser())
        account = SocialAccount.objects.get()
        assert account.extra_data == {}
        assert "0101701234" not in str(SocialAccount.objects.values().get())


def test_it_is_asked_with_pkce_and_a_state(cast: Cast, service: Provider) -> None:
    away = Browser().get("/konto/ekstern/eksempel/login/")
    query = parse_qs(urlsplit(away["Location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) == 43
    assert query["state"]
    assert query["response_type"] == ["code"]


def test_a_code_of_another_browser_does_not_work(cast: Cast, service: Provider) -> None:
    service.person = KIM
    mine, theirs = Browser(), Browser()
    back = urlsplit(service.agree(mine.get("/konto/ekstern/eksempel/login/")["Location"]))
    reply = theirs.get(f"{back.path}?{back.query}")
    assert not inside(theirs)
    assert "Det lykkedes ikke at logge ind" in reply.content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"email_verified": False},
        {"email": "nobody@example.dk"},
        {"email": "ida@example.dk"},  # her account is closed
        {"email": ""},
    ],
)
def test_others_are_refused_politely_and_alike(
    changed: dict[str, Any], cast: Cast, service: Provider
) -> None:
    service.person = {**KIM, **changed}
    browser = Browser()
    people = User.objects.count()
    reply = go(service, browser)
    assert reply.status_code == 403
    assert "Du har ikke adgang her" in reply.content.decode()
    assert not inside(browser)
    assert (User.objects.count(), SocialAccount.objects.count()) == (people, 0)


def test_who_is_invited_gets_an_account_without_a_password(
    databases: str, cast: Cast, service: Provider
) -> None:
    with acting(cast.ada.id, "invite_person"):
        invitations.invite("nora@example.dk", "Nora", "reviewer", by=cast.ada, study=LAUNCHED)
    service.person = {**KIM, "sub": "nora-1", "email": "nora@example.dk"}
    browser = Browser()
    go(service, browser)
    nora = User.objects.get(email="nora@example.dk")
    assert inside(browser)
    assert not nora.has_usable_password()
    assert [(row.role, row.study_id) for row in nora.memberships.all()] == [("reviewer", LAUNCHED)]


def test_a_closed_account_stays_closed_though_it_was_used_before(cast: Cast, service: Provider) -> None:
    service.person = KIM
    go(service, Browser())
    with acting("system:tests", "close"):
        User.objects.filter(pk=cast.kim.id).update(is_active=False)
    browser = Browser()
    go(service, browser)
    assert not inside(browser)


def test_a_service_that_is_down_is_no_fault_of_ours(cast: Cast) -> None:
    with provider() as it:
        app = it.app()
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}):
        reply = Browser(raise_request_exception=False).get("/konto/ekstern/eksempel/login/")
    assert reply.status_code < 500
    assert "Det lykkedes ikke at logge ind" in reply.content.decode()

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
from tests.web.mails_in_tests import do_waiting
from tests.web.oidc_provider import Provider, provider
from tests.web.test_accounts import give_app

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


def test_a_key_of_the_provider_may_look_like_a_number_of_a_person(
    cast: Cast, service: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.person = KIM
    monkeypatch.setattr(
        "tests.web.oidc_provider.secrets.token_urlsafe", lambda _: "8c5d9d4b-0f3e.a0101701234b-1201"
    )
    browser = Browser()
    go(service, browser)
    assert inside(browser)


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


@pytest.mark.parametrize(
    "changed",
    [
        {"email_verified": "false"},  # a string that is taken for yes
        {"email_verified": "true"},
        {"email_verified": 1},
        {"email": "\u212aim@example.dk"},  # the Kelvin sign
        {"email": "\u017fune@example.dk"},
        {"email": "kim@example.dk\u200b"},
        {"email": "kim@example.dk, ada@example.dk"},
        {"email": "kim%@example.dk"},
        {"email": "kim_example.dk"},
    ],
)
def test_only_an_address_that_is_verified_and_the_same_opens_an_account(
    changed: dict[str, Any], databases: str, cast: Cast, service: Provider
) -> None:
    service.person = {**KIM, **changed}
    browser = Browser(raise_request_exception=False)
    assert go(service, browser).status_code < 500
    assert not inside(browser)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "claim", ["roles", "role", "groups", "is_staff", "is_superuser", "memberships", "id", "pk"]
)
def test_what_the_service_claims_gives_no_role_and_no_other_account(
    claim: str, cast: Cast, service: Provider
) -> None:
    service.person = {**KIM, claim: cast.ada.id if claim in ("id", "pk") else ["administrator"]}
    browser = Browser()
    go(service, browser)
    assert browser.session["_auth_user_id"] == cast.kim.id
    assert [row.role for row in cast.kim.memberships.all()] == ["municipal_contact"]
    assert browser.get("/personer/").status_code == 404


@pytest.mark.parametrize("process", ["connect", "redirect", "nothing"])
def test_nobody_links_an_identity_to_the_account_they_are_signed_in_to(
    process: str, cast: Cast, service: Provider
) -> None:
    """An account is linked by its verified address alone, and by no link on another site."""
    service.person = {**KIM, "sub": "evil-1", "email": "evil@example.org"}
    browser = Browser()
    browser.force_login(cast.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get("/konto/ekstern/eksempel/login/", {"process": process}).status_code == 404
    assert not SocialAccount.objects.exists()


def test_an_answer_works_once_and_only_with_its_own_state_and_code(cast: Cast, service: Provider) -> None:
    service.person = KIM
    browser = Browser()
    back = urlsplit(service.agree(browser.get("/konto/ekstern/eksempel/login/")["Location"]))
    code, state = parse_qs(back.query)["code"][0], parse_qs(back.query)["state"][0]
    for query in ({"code": code}, {"code": code, "state": ""}, {"code": code, "state": "x" * 16}):
        browser.get(back.path, query)
        assert not inside(browser)
    # A code that another was given, put in by an attacker: the verifier of PKCE is not its own.
    other = urlsplit(service.agree(Browser().get("/konto/ekstern/eksempel/login/")["Location"]))
    browser.get(back.path, {"code": parse_qs(other.query)["code"][0], "state": state})
    assert not inside(browser)
    assert service.refused == ["pkce"]
    browser.get(back.path, {"code": code, "state": state})  # the state has been used
    assert not inside(browser)


def test_pkce_is_used_though_config_toml_does_not_ask_for_it(cast: Cast) -> None:
    with provider() as it:
        app = it.app()
        del app["settings"]["oauth_pkce_enabled"]
        told = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
        with override_settings(SOCIALACCOUNT_PROVIDERS=told):
            away = Browser().get("/konto/ekstern/eksempel/login/")
    assert parse_qs(urlsplit(away["Location"]).query)["code_challenge_method"] == ["S256"]


@pytest.mark.parametrize(
    "broken",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"exp": 1},
        {"sub": None},
        {"email": ["kim@example.dk"]},
    ],
)
def test_an_answer_that_is_not_as_it_should_be_lets_nobody_in(
    broken: dict[str, Any], cast: Cast, service: Provider
) -> None:
    service.person = {**KIM, **broken}
    browser = Browser(raise_request_exception=False)
    assert go(service, browser).status_code < 500
    assert not inside(browser)


def test_two_accounts_of_who_it_is_are_nobody(cast: Cast, service: Provider) -> None:
    """A page of the person that is another's than the token (OpenID Connect Core 5.3.2)."""
    service.person, service.token_says = KIM, {"sub": "another"}
    browser = Browser()
    assert "Det lykkedes ikke at logge ind" in go(service, browser).content.decode()
    assert not inside(browser)
    assert not SocialAccount.objects.exists()


def test_where_one_goes_on_to_is_a_page_of_ours(cast: Cast, service: Provider) -> None:
    service.person = KIM
    browser = Browser()
    away = browser.get("/konto/ekstern/eksempel/login/", {"next": "https://evil.example/"})
    back = urlsplit(service.agree(away["Location"]))
    assert browser.get(f"{back.path}?{back.query}")["Location"] == "/"


def test_the_second_factor_is_asked_for_here_too(cast: Cast, service: Provider) -> None:
    give_app(cast.kim)
    service.person = KIM
    browser = Browser()
    assert go(service, browser)["Location"].startswith("/konto/totrin/kode/")
    assert not inside(browser)


def test_the_owner_is_told_that_the_service_opens_the_account(cast: Cast, service: Provider) -> None:
    from django.core import mail

    mail.outbox = []
    service.person = KIM
    go(service, Browser())
    do_waiting()
    assert [message.to for message in mail.outbox] == [["kim@example.dk"]]
    assert "organisationens login-tjeneste" in mail.outbox[0].body
    assert Event.objects.filter(act="outside_sign_in_added", thing_id=cast.kim.id).count() == 1
    go(service, Browser())
    assert do_waiting() == 0

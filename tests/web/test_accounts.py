"""Signing in, the second factor, passwords: in Danish, told to the event chain, and the same to strangers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings

from tests.web.browsers_in_tests import Browser
from tests.web.cast import PASSWORD, PEOPLE, Cast
from tests.web.mails_in_tests import do_waiting
from tests.web.readings_in_tests import reading_of

NEW = "en helt anden adgangskode 7"


def acts(act: str) -> list[Any]:
    """The events of a kind."""
    from sagsbarometer.web.events.models import Event

    return list(Event.objects.filter(act=act).order_by("seq"))


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    """As by the form."""
    return client.post("/konto/login/", {"login": email, "password": password})


def signed_in(client: Client) -> bool:
    """Whether the front page is one's own."""
    return bool(client.get("/").status_code == 200)


def app_code(secret: str) -> str:
    """What an app would show now."""
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def wrong_code(secret: str) -> str:
    """Six digits that an app shows neither now nor within some minutes of now."""
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    step = int(time.time()) // 30
    right = {format_hotp_value(hotp_value(secret, near)) for near in range(step - 10, step + 11)}
    return next(code for number in range(1_000_000) if (code := f"{number:06}") not in right)


def give_app(user: Any) -> tuple[str, list[str]]:
    """A person's app and recovery codes, set up beforehand: the key, and the codes."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret, RecoveryCodes.activate(user).get_unused_codes()


def test_signing_in_and_out_is_by_mail_and_password_and_is_told(databases: str, cast: Cast) -> None:
    client = Browser()
    assert client.get("/").status_code == 302
    page = client.get("/konto/login/").content.decode()
    assert "<h1>Log ind</h1>" in page
    assert "Adgangskode" in page
    assert "Password" not in page
    reply = sign_in(client, "KIM@example.dk")
    assert reply.status_code == 302
    assert reply["Location"] == "/"
    assert signed_in(client)
    told = acts("sign_in")
    assert [(event.actor, event.thing_id) for event in told] == [(cast.kim.id, cast.kim.id)]
    assert client.get("/konto/logud/").status_code == 200
    assert signed_in(client)
    client.post("/konto/logud/")
    assert not signed_in(client)
    assert [event.actor for event in acts("sign_out")] == [cast.kim.id]


def test_who_has_an_account_cannot_be_asked_about(cast: Cast) -> None:
    """A known and an unknown address, a closed account: the same page, word for word."""
    pages = set()
    for email in ("kim@example.dk", "ida@example.dk", "nobody@example.dk"):
        reply = sign_in(Browser(), email, "forkert adgangskode")
        text = re.sub(r'value="[^"]*"', "", reply.content.decode())
        pages.add((reply.status_code, text))
    assert len(pages) == 1
    asked = set()
    for email in ("kim@example.dk", "ida@example.dk", "nobody@example.dk"):
        client = Browser()
        reply = client.post("/konto/glemt/", {"email": email}, follow=True)
        text = re.sub(r'value="[^"]*"', "", reply.content.decode())
        asked.add((reply.status_code, tuple(reply.redirect_chain), text))
    assert len(asked) == 1
    do_waiting()
    assert [message.to for message in mail.outbox] == [["kim@example.dk"]]


def test_a_failed_sign_in_is_told_without_an_address_that_is_nobodys(cast: Cast) -> None:
    sign_in(Browser(), "kim@example.dk", "forkert adgangskode")
    sign_in(Browser(), "0101701234@example.dk", "forkert adgangskode")
    assert [(event.actor, event.thing_id) for event in acts("sign_in_failed")] == [
        ("nobody", cast.kim.id),
        ("nobody", ""),
    ]


def test_after_five_wrong_tries_the_right_password_does_not_open(databases: str, cast: Cast) -> None:
    cache.clear()
    for _try in range(5):
        assert sign_in(Browser(), "kim@example.dk", "forkert adgangskode").status_code == 200
    late = Browser()
    reply = sign_in(late, "kim@example.dk")
    assert not signed_in(late)
    assert "for mange" in reply.content.decode()
    other = Browser()
    sign_in(other, "karla@example.dk")
    assert signed_in(other)  # one is locked out, not all
    cache.clear()


def test_passwords_are_kept_by_argon2(cast: Cast, costly_hashes: None) -> None:
    assert cast.kim.password.startswith("argon2$argon2id$")
    new = make_password(PASSWORD)
    assert new.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")  # what Django asks for
    assert check_password(PASSWORD, new)


def test_a_closed_account_does_not_open(cast: Cast) -> None:
    client = Browser()
    sign_in(client, "ida@example.dk")
    assert not signed_in(client)


def test_a_password_is_changed_and_other_sessions_end(databases: str, cast: Cast) -> None:
    here, there = Browser(), Browser()
    sign_in(here, "kim@example.dk")
    sign_in(there, "kim@example.dk")
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert "Skift adgangskode" in here.get("/konto/adgangskode/").content.decode()
    assert here.post("/konto/adgangskode/", form).status_code == 302
    assert signed_in(here)
    assert not signed_in(there)
    assert [event.actor for event in acts("password_changed")] == [cast.kim.id]
    again = Browser()
    sign_in(again, "kim@example.dk", NEW)
    assert signed_in(again)


def test_an_easy_password_is_refused(cast: Cast) -> None:
    client = Browser()
    sign_in(client, "kim@example.dk")
    for easy in ("kort", "password1234", "kim@example.dk"):
        reply = client.post(
            "/konto/adgangskode/", {"oldpassword": PASSWORD, "password1": easy, "password2": easy}
        )
        assert reply.status_code == 200
    assert sign_in(Browser(), "kim@example.dk").status_code == 302


def test_a_forgotten_password_is_set_once_by_the_mailed_link(databases: str, cast: Cast) -> None:
    client = Browser(headers={"host": "evil.example.org"})
    client.post("/konto/glemt/", {"email": "kim@example.dk"})
    do_waiting()
    (message,) = mail.outbox
    assert message.subject == "Sæt en ny adgangskode"
    found = re.search(r"http://testserver(/konto/glemt/\S+)", message.body)
    assert found
    assert "evil.example" not in message.body
    link = found[1]
    client = Browser()
    reply = client.get(link, follow=True)
    at = reply.redirect_chain[-1][0]
    assert client.post(at, {"password1": NEW, "password2": NEW}).status_code == 302
    assert acts("password_reset")
    fresh = Browser()
    sign_in(fresh, "kim@example.dk", NEW)
    assert signed_in(fresh)
    assert "Linket er brugt" in Browser().get(link, follow=True).content.decode()


def test_the_second_factor_is_set_up_used_and_taken_off(databases: str, cast: Cast) -> None:
    client = Browser()
    sign_in(client, "anna@example.dk")
    page = client.get("/konto/totrin/app/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret
    assert "Slå to-trins-login til" in page
    reply = client.post("/konto/totrin/app/", {"code": app_code(secret[1])}, follow=True)
    codes = re.findall(r"<code>([^<]+)</code>", reply.content.decode())
    assert len(codes) == 10
    assert "Nødkoder" in reply.content.decode()
    assert [event.actor for event in acts("second_factor_on")] == [cast.anna.id]
    for code in (None, codes[0]):
        cache.clear()
        again = Browser()
        assert sign_in(again, "anna@example.dk")["Location"].startswith("/konto/totrin/kode/")
        assert not signed_in(again)
        assert again.post("/konto/totrin/kode/", {"code": wrong_code(secret[1])}).status_code == 200
        assert acts("second_factor_failed")
        if code is None:
            continue  # the app's code was used to set it up and works once
        again.post("/konto/totrin/kode/", {"code": code})
        assert signed_in(again)
    assert client.get("/konto/totrin/noedkoder/hent/")["Content-Type"].startswith("text/plain")
    client.post("/konto/totrin/app/fra/")
    assert [event.actor for event in acts("second_factor_off")] == [cast.anna.id]


@pytest.fixture
def demanded() -> Any:
    """Analysts have to use a second factor."""
    with override_settings(SECOND_FACTOR_ROLES=frozenset({"analyst"})):
        yield


def test_a_role_that_demands_a_second_factor_sends_there_first(demanded: None, cast: Cast) -> None:
    client = Browser()
    sign_in(client, "anna@example.dk")
    for path in ("/", "/studier/"):
        assert client.get(path)["Location"] == "/konto/totrin/app/"
    assert client.get("/konto/").status_code == 200
    page = client.get("/konto/totrin/app/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret
    client.post("/konto/totrin/app/", {"code": app_code(secret[1])})
    assert signed_in(client)  # the code has been given once: that was using it
    other = Browser()
    sign_in(other, "kim@example.dk")
    assert signed_in(other)  # his role does not demand it


def test_a_second_factor_counts_only_when_it_was_used_by_this_person_in_this_session(
    demanded: None, cast: Cast
) -> None:
    _secret, codes = give_app(cast.anna)
    client = Browser()
    sign_in(client, "anna@example.dk")
    client.post("/konto/totrin/kode/", {"code": codes[0]})
    assert signed_in(client)
    session = client.session
    key = "account_authentication_methods_user"
    assert session[key] == cast.anna.id
    session[key] = cast.kim.id
    session.save()
    assert client.get("/")["Location"].startswith("/konto/totrin/bekraeft/")
    client.post("/konto/totrin/bekraeft/", {"code": codes[1], "next": "/"})
    assert signed_in(client)


def test_a_recovery_code_works_once(cast: Cast) -> None:
    _secret, codes = give_app(cast.anna)
    for works in (True, False):
        cache.clear()
        client = Browser()
        sign_in(client, "anna@example.dk")
        client.post("/konto/totrin/kode/", {"code": codes[0]})
        assert signed_in(client) is works


def test_what_is_not_used_of_the_library_is_not_there(client_of: Callable[..., Client], cast: Cast) -> None:
    for person in (None, cast.ada):
        client = client_of(person)
        for name in ("account_signup", "account_email", "socialaccount_signup", "socialaccount_connections"):
            assert client.get(f"/konto/findes-ikke/{name}/").status_code == 404
        for path in ("signup/", "email/", "3rdparty/", "social/signup/", "2fa/webauthn/"):
            assert client.get(f"/konto/{path}").status_code == 404


@pytest.mark.parametrize("name", PEOPLE)
def test_each_front_page_shows_what_is_theirs(
    name: str, client_of: Callable[..., Client], cast: Cast
) -> None:
    if name == "ida":
        return
    reply = client_of(cast.person(name)).get("/")
    page = reply.content.decode()
    assert reply.status_code == 200
    assert "<h1>Forside</h1>" in page
    role, study, code = PEOPLE[name]
    launched = "Prøvestudie, i gang" in page
    assert launched is (role not in ("", "administrator", "editor") and study in ("", "launched22"))
    assert ("/personer/" in page) is (role in ("administrator", "analyst"))
    if role == "municipal_contact":
        assert cast.request(code, study).authority.name in page
        assert cast.request("904").authority.name not in page


def test_the_front_says_what_waits_to_be_read(client_of: Callable[..., Client], cast: Cast) -> None:
    assert "at læse" not in client_of(cast.rikke).get("/").content.decode()
    reading_of(cast)
    page = client_of(cast.rikke).get("/").content.decode()
    assert "1 sag at læse" in page
    assert 'href="/laesning/"' in page
    assert "at læse" not in client_of(cast.kim).get("/").content.decode()


def test_ones_own_page_shows_roles_and_sessions(client_of: Callable[..., Client], cast: Cast) -> None:
    client = Browser()
    sign_in(client, "kim@example.dk")
    page = client.get("/konto/").content.decode()
    assert "kommunal kontakt for kommune 901" in page
    assert "Kim Opdigtet" in page
    there = Browser(headers={"user-agent": "Gammel browser"})
    sign_in(there, "kim@example.dk")
    assert "Gammel browser" in client.get("/konto/sessioner/").content.decode()
    client.post("/konto/sessioner/")
    assert signed_in(client)
    assert not signed_in(there)

"""What an attacker tries at the door: guessing past the lock, codes again, old sessions, other people's forms."""

from __future__ import annotations

import re
import statistics
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from sagsbarometer.web.accounts import invitations
from sagsbarometer.web.accounts.models import Membership, User
from sagsbarometer.web.accounts.seen import BEGAN
from sagsbarometer.web.events.acting import acting
from tests.web.browsers_in_tests import Browser
from tests.web.cast import LAUNCHED, PASSWORD, PLANNED, Cast
from tests.web.mails_in_tests import do_waiting
from tests.web.test_accounts import NEW, app_code, give_app, sign_in, signed_in
from tests.web.test_accounts_people import browser_of

WRONG = "forkert adgangskode"


def lock_out(email: str = "kim@example.dk") -> None:
    """Five wrong tries."""
    for number in range(5):
        sign_in(Browser(REMOTE_ADDR=f"10.1.0.{number}"), email, WRONG)


# Past the lock


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("KIM@EXAMPLE.DK", {}),
        ("  kim@example.dk\t", {}),
        ("kim@example.dk", {"HTTP_HOST": "testserver:8123"}),
        ("kim@example.dk", {"HTTP_HOST": "localhost:8124"}),
        ("kim@example.dk", {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}),
        ("kim@example.dk", {"REMOTE_ADDR": "192.0.2.7"}),
        ("kim@example.dk", {"HTTP_USER_AGENT": "another"}),
        ("\u212aim@example.dk", {}),
    ],
)
def test_the_lock_holds_however_the_same_account_is_written_and_wherever_from(
    typed: str, sent: dict[str, str], databases: str, cast: Cast
) -> None:
    lock_out()
    browser = Browser(**{"REMOTE_ADDR": "10.1.1.1", **sent})
    sign_in(browser, typed)
    assert not signed_in(browser)


def test_who_tries_many_accounts_from_one_place_is_stopped(cast: Cast) -> None:
    for number in range(10):
        sign_in(Browser(REMOTE_ADDR="10.2.0.1"), f"nobody{number}@example.dk", WRONG)
    here, elsewhere = Browser(REMOTE_ADDR="10.2.0.1"), Browser(REMOTE_ADDR="10.2.0.2")
    sign_in(here, "kim@example.dk")
    assert not signed_in(here)
    sign_in(elsewhere, "kim@example.dk")
    assert signed_in(elsewhere)


def test_a_made_up_way_here_is_no_other_place(cast: Cast) -> None:
    """Without a proxy of ours in front, what a browser says of where it is counts for nothing."""
    for number in range(10):
        away = {"HTTP_X_FORWARDED_FOR": f"192.0.2.{number}"}
        sign_in(Browser(REMOTE_ADDR="10.2.0.1", **away), f"nobody{number}@example.dk", WRONG)
    here = Browser(REMOTE_ADDR="10.2.0.1", HTTP_X_FORWARDED_FOR="192.0.2.99")
    sign_in(here, "kim@example.dk")
    assert not signed_in(here)


def test_tries_at_many_accounts_do_not_push_out_the_count_of_one(cast: Cast) -> None:
    lock_out()
    for number in range(400):
        cache.set(f"allauth:rl:z{number:05}", [time.time()], 300)
    browser = Browser(REMOTE_ADDR="10.1.1.1")
    sign_in(browser, "kim@example.dk")
    assert not signed_in(browser)


def test_too_many_pages_asked_for_is_said_in_danish(cast: Cast) -> None:
    with override_settings(ACCOUNT_RATE_LIMITS={"login": "30/m/ip"}):
        replies = [
            Browser().post("/konto/login/", {"login": "a@example.dk", "password": WRONG}) for _ in range(32)
        ]
    assert replies[-1].status_code == 429
    assert "<h1>For mange forsøg</h1>" in replies[-1].content.decode()


def test_the_old_password_is_not_guessed_from_a_stolen_session(cast: Cast) -> None:
    kim = browser_of(cast.kim)
    form = {"password1": NEW, "password2": NEW}
    statuses = [
        kim.post("/konto/adgangskode/", {**form, "oldpassword": f"{WRONG}{number}"}).status_code
        for number in range(6)
    ]
    assert statuses[-1] == 429
    assert kim.post("/konto/adgangskode/", {**form, "oldpassword": PASSWORD}).status_code == 429


def test_a_known_and_an_unknown_address_take_as_long(cast: Cast, costly_hashes: None) -> None:
    """Both cost one hash of a password and as many queries. Medians of processor time, as the machine may be shared:
    what is waited for is not in it, and that this is as long rests on the equal queries."""
    took: dict[str, list[float]] = {"kim@example.dk": [], "nobody@example.dk": []}
    queries: dict[str, set[int]] = {address: set() for address in took}
    with acting("system:tests", "cost"):
        kim = cast.kim
        kim.set_password(PASSWORD)
        kim.save()
    sign_in(Browser(), "warm@example.dk", WRONG)
    for number in range(4):
        for address in took:
            browser = Browser(REMOTE_ADDR=f"10.3.{number}.{len(took[address])}")
            with CaptureQueriesContext(connection) as asked:
                began = time.process_time()
                sign_in(browser, address, WRONG)
                took[address].append(time.process_time() - began)
            queries[address].add(len(asked))
    assert queries["kim@example.dk"] == queries["nobody@example.dk"]
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.4 < known / unknown < 2.5, (known, unknown)


# Codes


def test_a_code_of_the_app_works_once_however_it_is_written(databases: str, cast: Cast) -> None:
    secret, _ = give_app(cast.anna)
    while int(time.time()) % 30 > 20:
        time.sleep(1)
    code = app_code(secret)
    for written, works in (
        (code, True),
        (code, False),
        (f"{code[:3]} {code[3:]}", False),
        (f"{code}-", False),
    ):
        browser = Browser()
        sign_in(browser, "anna@example.dk")
        browser.post("/konto/totrin/kode/", {"code": written})
        assert signed_in(browser) is works, written


def test_the_code_that_set_the_app_up_opens_nothing_after(cast: Cast) -> None:
    anna = Browser()
    sign_in(anna, "anna@example.dk")
    found = re.search(r"<code>([A-Z2-7]+)</code>", anna.get("/konto/totrin/app/").content.decode())
    assert found
    while int(time.time()) % 30 > 22:
        time.sleep(1)
    code = app_code(found[1])
    anna.post("/konto/totrin/app/", {"code": code})
    over_the_shoulder = Browser()
    sign_in(over_the_shoulder, "anna@example.dk")
    over_the_shoulder.post("/konto/totrin/kode/", {"code": code})
    assert not signed_in(over_the_shoulder)


def test_codes_are_not_guessed(cast: Cast) -> None:
    """Five tries in five minutes, over all sessions and places; then not even the right one opens."""
    secret, codes = give_app(cast.anna)
    for number in range(5):
        browser = Browser(REMOTE_ADDR=f"10.4.0.{number}")
        sign_in(browser, "anna@example.dk")
        browser.post("/konto/totrin/kode/", {"code": f"00000{number}"})
    for right in (app_code(secret), codes[0]):
        browser = Browser(REMOTE_ADDR="10.4.1.1")
        sign_in(browser, "anna@example.dk")
        browser.post("/konto/totrin/kode/", {"code": right})
        assert not signed_in(browser)


def test_a_code_of_another_person_opens_nothing(cast: Cast) -> None:
    _, codes = give_app(cast.anna)
    give_app(cast.rikke)
    browser = Browser()
    sign_in(browser, "rikke@example.dk")
    browser.post("/konto/totrin/kode/", {"code": codes[0]})
    assert not signed_in(browser)


def test_halfway_in_is_out(cast: Cast) -> None:
    """With the password alone no page opens, whatever is asked for."""
    give_app(cast.anna)
    browser = Browser()
    sign_in(browser, "anna@example.dk")
    for path in (
        "/",
        "/konto/",
        "/studier/",
        "/konto/totrin/",
        "/konto/totrin/noedkoder/",
        "/konto/sessioner/",
    ):
        assert browser.get(path).status_code == 302
    assert browser.post("/konto/totrin/app/fra/").status_code == 302
    assert cast.anna.authenticator_set.count() == 2


# Sessions


def test_a_session_ends_after_a_working_day_though_it_is_used(databases: str, cast: Cast) -> None:
    browser = Browser()
    sign_in(browser, "kim@example.dk")
    session = browser.session
    session[BEGAN] -= 8 * 60 * 60 - 60
    session.save()  # Django counts its eight hours from here
    assert signed_in(browser)
    session = browser.session
    session[BEGAN] -= 120
    session.save()
    key = session.session_key
    assert browser.get("/")["Location"].startswith("/konto/login/")
    stolen = Browser()
    stolen.cookies["sessionid"] = key
    assert not signed_in(stolen)


def test_a_session_of_a_closed_account_changes_nothing(cast: Cast) -> None:
    kim, request = browser_of(cast.kim), cast.request("901").id
    browser_of(cast.ada).post(f"/personer/{cast.kim.id}/spaer/")
    assert kim.post(f"/kommune/{request}/ingen/", {"reason": "x"})["Location"].startswith("/konto/login/")


def test_an_invitation_used_by_somebody_signed_in_makes_the_account_that_is_named(cast: Cast) -> None:
    """Not the one who happens to sit there."""
    with acting(cast.ada.id, "invite_person"):
        _, token = invitations.invite("nora@example.dk", "Nora", "reviewer", by=cast.ada, study=LAUNCHED)
    kim = browser_of(cast.kim)
    before = kim.cookies["sessionid"].value
    kim.post(f"/invitation/{token}/", {"password": PASSWORD + "x", "again": PASSWORD + "x"})
    assert [row.role for row in cast.kim.memberships.all()] == ["municipal_contact"]
    nora = User.objects.get(email="nora@example.dk")
    assert kim.session["_auth_user_id"] == nora.id
    assert kim.cookies["sessionid"].value != before
    assert signed_in(kim)


def test_an_invitation_to_an_account_that_is_there_signs_nobody_in(cast: Cast) -> None:
    with acting(cast.ada.id, "invite_person"):
        _, token = invitations.invite("kim@example.dk", "Kim", "reviewer", by=cast.ada, study=PLANNED)
    finder = Browser()
    reply = finder.post(f"/invitation/{token}/", {"password": NEW, "again": NEW})
    assert reply["Location"] == "/konto/login/"
    assert not signed_in(finder)
    assert cast.kim.check_password(PASSWORD)


# Where one is sent on to

AWAY = (
    "https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "///evil.example",
    "http:evil.example", "https:/evil.example", "javascript:alert(1)", "http://localhost:9/", "http://127.0.0.1/",
    "http://testserver:81/", "http://testserver/", " //evil.example", "%2f%2fevil.example", "/\t/evil.example",
    "http://testserver@evil.example/", "data:text/html,x",
)  # fmt: skip


@pytest.mark.parametrize("away", AWAY)
def test_nobody_is_sent_elsewhere(away: str, cast: Cast) -> None:
    def goes(reply: Any) -> str:
        return str(reply.headers.get("Location", "/"))

    give_app(cast.rikke)
    form = {"login": "kim@example.dk", "password": PASSWORD, "next": away}
    replies = [
        Browser().post("/konto/login/", form),
        Browser().post("/konto/login/", {**form, "next": ""}, query_params={"next": away}),
        browser_of(cast.kim).get("/konto/login/", {"next": away}),
        browser_of(cast.kim).post("/konto/logud/", {"next": away}),
        browser_of(cast.kim).post("/konto/bekraeft/", {"password": PASSWORD, "next": away}),
        browser_of(cast.kim).post("/sprog/", {"language": "da", "next": away}),
    ]
    for reply in replies:
        where = goes(reply)
        assert where.startswith("/"), where
        assert not where.startswith(("//", "/\\", "/\t")), where
        assert "evil" not in where, where


def test_a_path_of_ours_is_gone_on_to(cast: Cast) -> None:
    form = {"login": "kim@example.dk", "password": PASSWORD, "next": "/konto/sessioner/"}
    assert Browser().post("/konto/login/", form)["Location"] == "/konto/sessioner/"


def test_links_in_mails_are_of_the_address_of_the_house(cast: Cast) -> None:
    from django.core import mail

    mail.outbox = []
    evil = {
        "HTTP_HOST": "evil.example",
        "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_X_FORWARDED_PROTO": "https",
    }
    Browser(**evil).post("/konto/glemt/", {"email": "kim@example.dk"})
    ada = Browser(**evil)
    ada.force_login(cast.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    ada.post(
        "/personer/inviter/",
        {"email": "nora@example.dk", "name": "Nora", "role": "reviewer", "study": "", "municipality": ""},
    )
    do_waiting()
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert "http://testserver/" in message.body
        assert "evil.example" not in str(message.message())


# More rights than were given


@pytest.mark.parametrize("role", ["administrator", "analyst", "editor", "municipal_contact", "owner", ""])
def test_a_planner_gives_no_role_that_is_not_theirs_to_give(role: str, cast: Cast) -> None:
    arne = browser_of(cast.arne)
    more = {"study": LAUNCHED, "municipality": "901", "user": cast.ada.id}
    before = Membership.objects.count()
    arne.post(f"/studier/{PLANNED}/folk/", {"role": role, "email": "arne@example.dk", **more})
    assert Membership.objects.count() == before
    held = cast.anna.memberships.get()
    arne.post(f"/studier/{PLANNED}/folk/fjern/", {"membership": held.id})
    assert Membership.objects.count() == before


def test_an_administrator_of_one_study_manages_nobody(cast: Cast) -> None:
    with acting("system:tests", "give"):
        Membership.objects.create(user=cast.nina, role="administrator", study_id=PLANNED)
    nina = browser_of(cast.nina)
    for path in (
        "/personer/",
        "/personer/inviter/",
        f"/personer/{cast.kim.id}/",
        "/haendelser/",
        "/opgaver/alle/",
    ):
        assert nina.get(path).status_code == 404
    assert nina.post(f"/personer/{cast.nina.id}/roller/", {"role": "administrator"}).status_code == 404


def test_a_planner_of_one_study_disqualifies_only_those_who_work_there(cast: Cast) -> None:
    page = browser_of(cast.arne).get("/personer/inhabilitet/").content.decode()
    assert "Anna Opdigtet" in page  # in all studies
    assert "Rikke Opdigtet" not in page
    assert "Kim Opdigtet" not in page
    form = {"person": cast.rikke.id, "municipality": "901", "case": "", "reason": "family"}
    assert browser_of(cast.arne).post("/personer/inhabilitet/", form).status_code == 422

"""People: invited by a link that works once, given and taken roles, closed out, disqualified."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.utils import timezone

from sagsbarometer.web.accounts import invitations
from sagsbarometer.web.accounts.models import Disqualification, Invitation, Membership, User
from sagsbarometer.web.accounts.reasons import reasons
from sagsbarometer.web.events.acting import acting
from tests.web.browsers_in_tests import Browser
from tests.web.cast import LAUNCHED, PLANNED, Cast

PASSWORD = "tre ord og et tal 42"
Clients = Callable[..., Any]


def browser_of(person: Any) -> Browser:
    """A browser in which somebody is signed in."""
    browser = Browser()
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def events(act: str = "", purpose: str = "") -> list[Any]:
    """Those of a kind or a purpose."""
    from sagsbarometer.web.events.models import Event

    wanted = {name: value for name, value in (("act", act), ("purpose", purpose)) if value}
    return list(Event.objects.filter(**wanted).order_by("seq"))


def invite(cast: Cast, **changed: str) -> Any:
    """Ada invites Nora as a contact of 904."""
    form = {
        "email": "Nora@Example.dk",
        "name": "Nora Opdigtet",
        "role": "municipal_contact",
        "study": LAUNCHED,
        "municipality": "904",
    }
    return browser_of(cast.ada).post("/personer/inviter/", {**form, **changed})


def mailed() -> str:
    """The link of the only mail."""
    (message,) = mail.outbox
    found = re.search(r"http://testserver(/invitation/\S+/)", message.body)
    assert found
    return found[1]


def test_who_is_invited_sets_a_password_and_is_signed_in(databases: str, cast: Cast) -> None:
    assert invite(cast)["Location"] == "/personer/"
    assert mail.outbox[0].to == ["nora@example.dk"]
    link = mailed()
    browser = Browser()
    page = browser.get(link).content.decode()
    assert "nora@example.dk" in page
    assert "kommunal kontakt" in page
    assert "904" in page
    assert browser.post(link, {"password": "kort", "again": "kort"}).status_code == 422
    assert browser.post(link, {"password": PASSWORD, "again": "en anden"}).status_code == 422
    reply = browser.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert reply.status_code == 302
    assert browser.get("/").status_code == 200
    nora = User.objects.get(email="nora@example.dk")
    held = [(row.role, row.study_id, row.municipality) for row in nora.memberships.all()]
    assert held == [("municipal_contact", LAUNCHED, "904")]
    assert nora.check_password(PASSWORD)
    for reply in (Browser().get(link), Browser().post(link, {"password": PASSWORD, "again": PASSWORD})):
        assert reply.status_code == 410
    assert {event.thing for event in events(purpose="accept_invitation")} == {
        "accounts_invitation",
        "accounts_user",
        "accounts_membership",
    }
    assert [event.actor for event in events("sign_in")][-1] == nora.id


@pytest.mark.parametrize("made", ["unknown", "old", "withdrawn", "renewed"])
def test_a_link_that_no_longer_works_always_says_the_same(made: str, cast: Cast) -> None:
    with acting(cast.ada.id, "invite_person"):
        invitation, token = invitations.invite("nora@example.dk", "Nora", "reviewer", by=cast.ada)
    if made == "unknown":
        token = "x" * 43
    elif made == "old":
        with acting("system:tests", "time"):
            Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    elif made == "withdrawn":
        browser_of(cast.ada).post(f"/personer/invitation/{invitation.id}/traek/")
    else:
        browser_of(cast.ada).post(f"/personer/invitation/{invitation.id}/igen/")
    reply = Browser().get(f"/invitation/{token}/")
    assert (reply.status_code, "Linket virker ikke længere" in reply.content.decode()) == (410, True)
    assert not User.objects.filter(email="nora@example.dk").exists()


def test_an_invitation_lasts_14_days_and_only_the_hash_of_its_link_is_kept(cast: Cast) -> None:
    with acting(cast.ada.id, "invite_person"):
        invitation, token = invitations.invite("nora@example.dk", "Nora", "reviewer", by=cast.ada)
    assert abs(invitation.expires - timezone.now() - timedelta(days=14)) < timedelta(minutes=1)
    kept = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert token not in str(kept)


def test_of_two_who_use_a_link_at_once_one_gets_the_account(cast: Cast) -> None:
    with acting(cast.ada.id, "invite_person"):
        invitation, _token = invitations.invite("nora@example.dk", "Nora", "reviewer", by=cast.ada)
    invitations.accept(invitation, PASSWORD)
    with pytest.raises(invitations.Used):
        invitations.accept(invitation, PASSWORD)
    assert User.objects.filter(email="nora@example.dk").count() == 1


def test_a_mail_that_cannot_be_sent_loses_no_invitation(cast: Cast) -> None:
    ada = browser_of(cast.ada)
    with patch(
        "sagsbarometer.web.accounts.invitations.send_mail", side_effect=smtplib.SMTPServerDisconnected()
    ):
        form = {
            "email": "nora@example.dk",
            "name": "Nora",
            "role": "reviewer",
            "study": "",
            "municipality": "",
        }
        page = ada.post("/personer/inviter/", form, follow=True).content.decode()
    assert "mailen kunne ikke sendes" in page
    waiting = Invitation.objects.get(email="nora@example.dk")
    ada.post(f"/personer/invitation/{waiting.id}/igen/")
    assert Browser().get(mailed()).status_code == 200


def test_somebody_with_an_account_gets_the_role_at_once(cast: Cast) -> None:
    invite(cast, email="KIM@example.dk", role="reviewer", municipality="", study=PLANNED)
    assert not mail.outbox
    assert not Invitation.objects.exists()
    assert cast.kim.memberships.filter(role="reviewer", study=PLANNED).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"municipality": ""},
        {"municipality": "abc"},
        {"municipality": "101"},  # not in the frame of the study
        {"role": "reviewer"},  # of the house, with a municipality
        {"role": "owner"},
        {"study": "no-such"},
        {"email": "nora"},
    ],
)
def test_a_role_that_cannot_be_is_refused(wrong: dict[str, str], cast: Cast) -> None:
    assert invite(cast, **wrong).status_code == 422
    assert not Invitation.objects.exists()


def test_an_unknown_column_gives_no_rights(cast: Cast) -> None:
    """Injected fields of a form are nothing."""
    invite(cast)
    link = mailed()
    more = {
        "password": PASSWORD,
        "again": PASSWORD,
        "role": "administrator",
        "municipality": "901",
        "is_active": "1",
    }
    Browser().post(link, more)
    nora = User.objects.get(email="nora@example.dk")
    assert [row.role for row in nora.memberships.all()] == ["municipal_contact"]


def test_a_role_is_given_and_taken_at_once(databases: str, cast: Cast) -> None:
    rikke = browser_of(cast.rikke)
    assert rikke.get("/studier/").status_code == 200
    ada = browser_of(cast.ada)
    held = cast.rikke.memberships.get()
    ada.post(f"/personer/roller/{held.id}/fjern/")
    assert rikke.get("/studier/").status_code == 404
    ada.post(f"/personer/{cast.rikke.id}/roller/", {"role": "reviewer", "study": "", "municipality": ""})
    assert rikke.get("/studier/").status_code == 200
    assert [event.act for event in events(purpose="take_role")] == ["delete"]
    assert [event.act for event in events(purpose="give_role")] == ["insert"]


def test_a_role_is_held_once(cast: Cast) -> None:
    ada = browser_of(cast.ada)
    for _time in range(2):
        ada.post(f"/personer/{cast.nina.id}/roller/", {"role": "reviewer", "study": "", "municipality": ""})
    assert cast.nina.memberships.count() == 1


def test_the_last_administrator_stays(databases: str, cast: Cast) -> None:
    ada = browser_of(cast.ada)
    held = cast.ada.memberships.get()
    for path in (f"/personer/roller/{held.id}/fjern/", f"/personer/{cast.ada.id}/spaer/"):
        page = ada.post(path, follow=True).content.decode()
        assert "mindst én administrator" in page
    assert cast.ada.is_active
    assert cast.ada.memberships.exists()
    ada.post(f"/personer/{cast.nina.id}/roller/", {"role": "administrator", "study": "", "municipality": ""})
    ada.post(f"/personer/roller/{held.id}/fjern/")
    assert not cast.ada.memberships.exists()


def test_a_closed_account_is_out_at_once_and_its_old_session_stays_dead(databases: str, cast: Cast) -> None:
    kim, ada = browser_of(cast.kim), browser_of(cast.ada)
    assert kim.get("/").status_code == 200
    ada.post(f"/personer/{cast.kim.id}/spaer/")
    assert kim.get("/").status_code == 302
    ada.post(f"/personer/{cast.kim.id}/aabn/")
    assert kim.get("/").status_code == 302
    fresh = browser_of(cast.kim)
    assert fresh.get("/").status_code == 200


def test_people_are_shown_with_their_roles(cast: Cast) -> None:
    page = browser_of(cast.ada).get("/personer/").content.decode()
    assert "kommunal kontakt for kommune 901 i »Prøvestudie, i gang«" in page
    assert "kim@example.dk" in page
    assert "Lukket" in page
    one = browser_of(cast.ada).get(f"/personer/{cast.kim.id}/").content.decode()
    assert "Tag rollen" in one
    assert "Luk kontoen" in one


def test_disqualification_hides_the_case_at_once_and_is_not_lifted_by_oneself(
    databases: str, cast: Cast
) -> None:
    case = cast.case("901")
    path = f"/studier/{LAUNCHED}/sager/{case.id}/"
    rasmus, anna = browser_of(cast.rasmus), browser_of(cast.anna)
    assert rasmus.get(path).status_code == 200
    form = {"person": cast.rasmus.id, "municipality": "", "case": case.id, "reason": "family"}
    assert anna.post("/personer/inhabilitet/", form).status_code == 302
    assert rasmus.get(path).status_code == 404
    assert [event.act for event in events(purpose="disqualify")] == ["insert"]
    row = Disqualification.objects.get(user=cast.rasmus)
    assert rasmus.post(f"/personer/inhabilitet/{row.id}/ophaev/").status_code == 404
    anna.post(f"/personer/inhabilitet/{row.id}/ophaev/")
    assert rasmus.get(path).status_code == 200
    own = {"person": cast.anna.id, "municipality": "901", "case": "", "reason": "own_interest"}
    anna.post("/personer/inhabilitet/", own)
    row = Disqualification.objects.get(user=cast.anna)
    anna.post(f"/personer/inhabilitet/{row.id}/ophaev/")
    assert Disqualification.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    "wrong",
    [{"municipality": "", "case": ""}, {"case": "zzzzzzzzzzzzzzzz"}, {"reason": "because"}, {"person": "x"}],
)
def test_a_disqualification_is_about_one_thing_for_a_known_reason(wrong: dict[str, str], cast: Cast) -> None:
    before = Disqualification.objects.count()
    form = {"person": cast.rasmus.id, "municipality": "901", "case": "", "reason": "family"}
    if wrong.get("case"):
        form["municipality"] = ""
    assert browser_of(cast.anna).post("/personer/inhabilitet/", {**form, **wrong}).status_code == 422
    assert Disqualification.objects.count() == before


def test_an_analyst_of_one_study_disqualifies_from_no_case_of_another(cast: Cast) -> None:
    """Whether a case of another study is there is not told either."""
    arne = browser_of(cast.arne)
    form = {"person": cast.anna.id, "municipality": "", "case": cast.case("901").id, "reason": "family"}
    there = arne.post("/personer/inhabilitet/", form).content.decode()
    missing = arne.post("/personer/inhabilitet/", {**form, "case": "z" * 16}).content.decode()
    assert "Der er ingen sag med det id" in there
    assert there.replace(form["case"], "z" * 16).count("Der er ingen sag") == missing.count(
        "Der er ingen sag"
    )


def test_reasons_are_those_of_the_law() -> None:
    assert list(reasons()) == ["own_interest", "family", "leadership", "earlier_work", "other_doubt"]
    assert all("forvaltningsloven § 3, stk. 1, nr. " in words for words in reasons().values())


def test_a_contact_of_no_municipality_cannot_be_kept(cast: Cast) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError), acting("system:tests", "x"):
        Membership.objects.create(user=cast.nina, role="municipal_contact")
    with pytest.raises(IntegrityError), acting("system:tests", "x"):
        Membership.objects.create(user=cast.nina, role="analyst", municipality="901")

"""Mails to the owner of an account when their sign-in is changed, and the link of a new password, taken by a mail
server that listens."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator

import pytest
from django.core import mail

from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.accounts.notices import CHANGES, tell_owner
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.events.models import Event
from sagsbarometer.web.jobs.models import Job
from sagsbarometer.web.keeping.house import recover
from tests.web.browsers_in_tests import Browser
from tests.web.cast import PASSWORD, Cast
from tests.web.mails_in_tests import do_waiting
from tests.web.test_accounts import NEW, app_code, give_app, sign_in
from tests.web.test_letters import Post, mail_server


@pytest.fixture
def post() -> Iterator[Post]:
    """The mail server."""
    with mail_server() as it:
        yield it


def taken(post: Post) -> list[tuple[str, str, str]]:
    """What it has taken, as address, subject and text."""
    do_waiting()
    told = [(to, email.message_from_bytes(raw, policy=email.policy.default)) for to, raw in post.taken]
    post.taken.clear()
    return [(to, str(said["Subject"]), said.get_content()) for to, said in told]


def test_each_change_of_ones_sign_in_is_mailed_to_its_owner(databases: str, cast: Cast, post: Post) -> None:
    client = Browser()
    sign_in(client, "anna@example.dk")
    assert taken(post) == []  # to sign in is no change
    client.post("/konto/adgangskode/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    ((to, subject, text),) = taken(post)
    assert (to, subject) == ("anna@example.dk", "Din konto er ændret")
    assert "Adgangskoden er skiftet." in text
    assert "http://testserver/konto/glemt/" in text
    assert NEW not in text
    page = client.get("/konto/totrin/app/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret
    client.post("/konto/totrin/app/", {"code": app_code(secret[1])})
    ((to, _, text),) = taken(post)
    assert (to, "slået til" in text, secret[1] in text) == ("anna@example.dk", True, False)
    client.post("/konto/totrin/noedkoder/nye/")
    ((_, _, text),) = taken(post)
    assert "nye nødkoder" in text
    client.post("/konto/totrin/app/fra/")
    ((_, _, text),) = taken(post)
    assert "slået fra" in text


def test_a_password_set_by_a_link_is_mailed_too_and_ends_every_session(cast: Cast, post: Post) -> None:
    kim = Browser()
    sign_in(kim, "kim@example.dk")
    Browser().post("/konto/glemt/", {"email": "KIM@example.dk"})
    ((to, subject, text),) = taken(post)
    assert (to, subject) == ("kim@example.dk", "Sæt en ny adgangskode")
    link = re.search(r"http://testserver(/konto/glemt/\S+)", text)
    assert link
    browser = Browser()
    at = browser.get(link[1], follow=True).redirect_chain[-1][0]
    assert browser.post(at, {"password1": NEW, "password2": NEW}).status_code == 302
    ((to, _, text),) = taken(post)
    assert (to, "ny adgangskode gennem et link" in text) == ("kim@example.dk", True)
    assert kim.get("/").status_code == 302
    assert browser.get("/").status_code == 302  # whoever has the link is not signed in by it
    fresh = Browser()
    sign_in(fresh, "kim@example.dk", NEW)
    assert fresh.get("/").status_code == 200


def test_an_account_the_operator_opened_tells_its_owner(cast: Cast, post: Post) -> None:
    give_app(cast.anna)
    recover(" ANNA@example.dk", "http://testserver")
    ((to, _, text),) = taken(post)
    assert (to, "taget adgangskode og to-trins-login" in text) == ("anna@example.dk", True)


def test_each_change_has_words_and_an_event(cast: Cast) -> None:
    """What is mailed is what the chain tells, and there is nothing else that changes how one signs in."""
    mail.outbox = []
    for act in CHANGES:
        tell_owner(cast.kim, act)
    assert do_waiting() == len(CHANGES)
    assert [message.to for message in mail.outbox] == [["kim@example.dk"]] * len(CHANGES)
    from sagsbarometer.web.rights.routes import ROUTES

    assert ROUTES["account_email"].absent  # nobody changes an address


def test_a_mail_about_a_change_that_was_undone_is_not_sent(databases: str, cast: Cast) -> None:
    with acting("system:tests", "change") as work:
        tell_owner(cast.kim, "password_changed")
        work.undo()
    assert not Job.objects.exists()


def test_a_mail_server_that_is_down_holds_up_nothing_and_is_asked_again(
    cast: Cast, settings_down: None
) -> None:
    client = Browser()
    sign_in(client, "kim@example.dk")
    reply = client.post("/konto/adgangskode/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert reply.status_code == 302
    replies = set()
    for address in ("karla@example.dk", "nobody@example.dk"):
        reply = Browser().post("/konto/glemt/", {"email": address})
        replies.add((reply.status_code, reply["Location"]))
    assert len(replies) == 1
    do_waiting()
    waits = Job.objects.filter(state="waiting", tries=1)
    assert sorted(job.kind for job in waits) == ["accounts.notice", "accounts.reset"]
    said = " ".join(Job.objects.values_list("said", flat=True))
    assert "@" not in said


@pytest.fixture
def settings_down() -> Iterator[None]:
    """A mail server that is not there."""
    from django.test import override_settings

    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1
    ):
        yield


def test_whether_an_address_is_known_costs_the_page_the_same(cast: Cast) -> None:
    """As many queries, and no mail before the reply, for a known, a closed and an unknown address."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    mail.outbox = []
    Browser().post("/konto/glemt/", {"email": "warm@example.dk"})
    counts = set()
    for address in ("kim@example.dk", "ida@example.dk", "nobody@example.dk"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            Browser().post("/konto/glemt/", {"email": address})
        counts.add(len(asked))
    assert len(counts) == 1
    assert mail.outbox == []
    assert {job.kind for job in Job.objects.all()} == {"accounts.reset"}
    kept = str(list(Job.objects.values()))
    assert "@" not in kept  # neither addresses nor links
    assert "glemt" not in kept
    do_waiting()
    assert [message.to for message in mail.outbox] == [["kim@example.dk"]]


@pytest.mark.parametrize("typed", ["\u212aim@example.dk", "\u017fune@example.dk", "kim@exam\u017eple.dk"])
def test_an_address_that_only_looks_like_one_gets_no_link(typed: str, databases: str, cast: Cast) -> None:
    mail.outbox = []
    assert User.objects.of_address(typed) is None
    Browser().post("/konto/glemt/", {"email": typed})
    do_waiting()
    assert all(message.to in (["kim@example.dk"], ["sune@example.dk"]) for message in mail.outbox)


def test_a_mail_names_no_password_and_its_event_stands_beside_it(cast: Cast, post: Post) -> None:
    client = Browser()
    sign_in(client, "kim@example.dk")
    client.post("/konto/adgangskode/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    ((_, _, text),) = taken(post)
    assert PASSWORD not in text
    assert Event.objects.filter(act="password_changed", actor=cast.kim.id).count() == 1

"""A thousand made-up CPR numbers through every route, every field, every address and every name of a file: none of them
comes to rest where no key locks it, and none comes back but in the form somebody has just filled in."""

from __future__ import annotations

import io
import itertools
import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from sagsbarometer.web.accounts.models import Invitation, User
from sagsbarometer.web.documents.models import Document
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.logs import NoContent
from sagsbarometer.web.reviewing.models import Freeze
from sagsbarometer.web.rights.numbers import NumberInPlain
from sagsbarometer.web.rights.routes import ROUTES
from tests.uploads_in_tests import pdf
from tests.web.browsers_in_tests import Browser
from tests.web.cast import PEOPLE, Cast
from tests.web.house_in_tests import Houses, Workplace
from tests.web.mails_in_tests import do_waiting
from tests.web.pages_in_tests import Form, forms_of
from tests.web.routes_in_tests import TABLE, Thing, Who, expected
from tests.web.test_accounts_people import browser_of
from tests.web.test_logs import numbers
from tests.web.test_routes import Snapshot
from tests.web.things_in_tests import fill_things, things

REFUSED = "Her står noget, der ligner et CPR-nummer. Fjern det."
ASKERS: tuple[str, ...] = ("anna", "ada", "rikke", "dorte", "kim", "karla", "gorm")
# What the addresses of this house ask for, and what libraries do.
QUERY = (
    "case", "person", "study", "day", "foer", "kommune", "vis", "side", "som", "next", "q", "efter", "process", "fejl",
    "question", "doubt", "rule", "kind", "dag",
)  # fmt: skip


@pytest.fixture
def filled(houses: Houses, tmp_path: Path) -> Iterator[Workplace]:
    """A house with a thing of each kind."""
    mail.outbox = []
    place = houses.copy("sqlite", tmp_path / "home", with_cast=True)
    fill_things(Cast.of(place.home))
    things(Cast.of(place.home))
    yield place
    houses.drop(place)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the log says, with the handler that the program uses."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(NoContent())
    root = logging.getLogger()
    before, root.handlers[:] = root.handlers[:], [handler]
    yield stream
    root.handlers[:] = before


def spelled(number: str) -> list[bytes]:
    """A number as it may lie anywhere."""
    d, m, y, n = number[:2], number[2:4], number[4:6], number[6:]
    ways = {
        number,
        f"{d}{m}{y}-{n}",
        f"{d} {m} {y} {n}",
        f"{d}{m}{y} - {n}",
        f"{d}.{m}.{y}-{n}",
        f"{d}-{m}-{y} {n}",
    }
    ways |= {quote(way) for way in ways} | {way.replace(" ", "+") for way in ways}
    return [way.encode() for way in sorted(ways)]


@dataclass
class Walk:
    """What was sent, and where it was found."""

    place: Workplace
    made: Iterator[tuple[str, str]]
    used: list[str] = field(default_factory=list)
    hits: list[str] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)

    def one(self) -> str:
        """The next number, as somebody writes it."""
        digits, written = next(self.made)
        self.used.append(digits)
        return written

    def look(self, what: str, where: bytes, since: int) -> None:
        """Notes each number given since then that stands there."""
        close = where.translate(
            None, b"-. +_/\n"
        )  # the signs between its parts away: a first look, and a fast one
        for number in self.used[since:]:
            if number.encode() in close and any(way in where for way in spelled(number)):
                self.hits.append(f"{what}: {number}")

    def no_fault(self, what: str, reply: Any) -> None:
        """Notes a reply that is a fault of the server."""
        if reply.status_code >= 500:
            self.hits.append(f"{what}: {reply.status_code}")

    def on_disk(self) -> bytes:
        """The database as it lies, the sessions in words, and the names of what was delivered."""
        from django.contrib.sessions.models import Session

        home = self.place.home.folder
        parts = [path.read_bytes() for path in home.glob("app.sqlite3*")]
        parts += [repr(row.get_decoded()).encode() for row in Session.objects.all()]
        parts += [path.name.encode() for path in self.place.home.documents.rglob("*")]
        return b"\n".join(parts)


def heads(reply: Any) -> bytes:
    """The headers and cookies of a reply, as they are and in words."""
    said = "\n".join([*map(str, reply.headers.items()), reply.cookies.output()])
    return f"{said}\n{unquote(said)}".encode()


def body(reply: Any) -> bytes:
    """The bytes of a reply."""
    return b"".join(reply.streaming_content) if reply.streaming else bytes(reply.content)


def may_ask(name: str, who: Who | None, thing: Thing) -> bool:
    """Whether the table lets somebody in."""
    return expected(name, PEOPLE[name], False, who, thing) == "open"


def pages(cast: Cast) -> Iterator[tuple[str, str, str, int]]:
    """Route, who, address and place in the table (1: GET, 2: POST) of all that somebody may ask for."""
    examples = things(cast)
    for route, row in TABLE.items():
        if not isinstance(row, tuple):
            continue
        kind, *asks = row
        for place, who in enumerate(asks, start=1):
            for name in ASKERS:
                thing = next((one for one in examples[kind] if may_ask(name, who, one)), None)
                if thing is not None:
                    yield route, name, reverse(route, kwargs=thing.arguments), place
                    break


def test_a_thousand_numbers_are_nowhere(filled: Workplace, log: io.StringIO) -> None:
    cast = Cast.of(filled.home)
    walk = Walk(filled, itertools.cycle(numbers(1000)))
    browsers = {name: browser_of(cast.person(name)) for name in ASKERS}
    for browser in browsers.values():
        browser.raise_request_exception = False
    forms = _read(walk, cast, browsers)
    _in_paths(walk, cast, browsers)
    _send(walk, browsers, forms)
    walk.look("on disk", walk.on_disk(), 0)
    walk.look("log", log.getvalue().encode(), 0)
    assert not walk.hits, f"{len(walk.hits)}:\n" + "\n".join(walk.hits[:60])
    assert len(set(walk.used)) == 1000
    # Every route that takes something was sent something.
    silent = {
        route for route, needs in ROUTES.items() if needs.do and not needs.absent and not walk.sent[route]
    }
    assert silent <= {"keeping:purge"}  # takes the name of the study, of an archived one: the cast has none
    assert walk.taken.total() > 60, walk.taken


def _read(walk: Walk, cast: Cast, browsers: dict[str, Client]) -> list[tuple[str, str, Form]]:
    """Every page with a number in each name of its query; the forms that stand on it."""
    found: dict[tuple[str, tuple[str, ...]], tuple[str, str, Form]] = {}
    for route, name, address, place in pages(cast):
        if place == 2:
            found.setdefault((route, ("",)), (route, name, Form(address)))
            continue
        since = len(walk.used)
        query = urlencode(
            {key: walk.one() if key != "next" else f"/x/{walk.one()}/" for key in QUERY[: 4 + since % 16]}
        )
        for browser in (browsers[name], Client(raise_request_exception=False)):
            reply = browser.get(f"{address}?{query}")
            walk.no_fault(f"GET {route}", reply)
            walk.look(f"GET {route} as {name}", body(reply) + heads(reply), since)
        plain = browsers[name].get(address)
        if plain.get("Content-Type", "").startswith("text/html") and not plain.streaming:
            for form in forms_of(plain.content.decode(), address):
                if (to := _route_of(form.action)) is not None:
                    found.setdefault((to, tuple(sorted(form.values))), (to, name, form))
    return list(found.values())


def _route_of(action: str) -> str | None:
    try:
        return str(resolve(action.partition("?")[0]).view_name)
    except Resolver404:
        return None


def _in_paths(walk: Walk, cast: Cast, browsers: dict[str, Client]) -> None:
    """A number in the place of each id, with and without the slash at the end."""
    examples, stranger = things(cast), Client(raise_request_exception=False)
    for route, row in TABLE.items():
        if not isinstance(row, tuple) or not (given := examples[row[0]][0].arguments):
            continue
        since = len(walk.used)
        address = reverse(route, kwargs=given)
        for value in given.values():
            odd = address.replace(f"/{value}", f"/{quote(walk.one())}")
            for reply in (browsers["anna"].get(odd), stranger.get(odd.rstrip("/")), stranger.post(odd)):
                assert reply.status_code in (302, 404, 405), (route, reply.status_code)
                walk.look(f"path of {route}", body(reply) + heads(reply), since)


def _send(walk: Walk, browsers: dict[str, Client], forms: list[tuple[str, str, Form]]) -> None:
    """Each form, filled in, with a number in one field after the other, and in all; what was changed is put back."""
    snapshot = Snapshot(walk.place.home.folder)
    cookies = {name: browser.cookies.copy() for name, browser in browsers.items()}
    kept = 0
    for route, name, form in forms:
        for field_ in ["", *form.written, *(f"file {one}" for one in form.files)]:
            if not field_ and not form.files and form.values and len(form.written) < 2:
                continue
            since = len(walk.used)
            reply = _posted(walk, browsers[name], route, form, field_)
            walk.sent[route] += 1
            what = f"POST {route} {field_ or 'all'} as {name} ({reply.status_code})"
            walk.no_fault(what, reply)
            walk.look(f"{what}, headers", heads(reply), since)
            if reply.status_code < 400:
                walk.taken[route] += 1
                walk.look(f"{what}, on disk", walk.on_disk(), kept)  # with what was refused before it
                kept = len(walk.used)
                _after(walk, what, browsers[name], reply, since)
                snapshot.back()
                browsers[name].cookies = cookies[name].copy()


def _after(walk: Walk, what: str, browser: Client, reply: Any, since: int) -> None:
    """The page that comes next, the mails, and what the queue does."""
    if reply.status_code in (301, 302, 303) and reply["Location"].startswith("/"):
        page = browser.get(reply["Location"])
        walk.look(f"{what}, next page", body(page) + heads(page), since)
    if "account" in what:
        do_waiting()
    told = "\n".join(f"{one.to} {one.subject} {one.body} {one.alternatives}" for one in mail.outbox)
    walk.look(f"{what}, mails", told.encode(), since)
    mail.outbox = []


def _posted(walk: Walk, browser: Client, route: str, form: Form, field_: str) -> Any:
    """Sends a form with numbers in one field, or in all that hold words."""
    values = {name: list(given) for name, given in form.values.items()}
    if not field_:
        values |= {name: [f"Hr. {walk.one()}"] for name in form.written or _names(route)}
    elif field_ in values:
        values[field_] = [walk.one() if field_ in ("email", "login") else f"Se {walk.one()} her"]
        if "email" in field_ or field_ == "login":
            values[field_] = [f"{re.sub(r'[^0-9-]', '', values[field_][0])}@example.dk"]
    if form.files:
        for name in form.files:
            values[name] = [SimpleUploadedFile(f"{walk.one()}.pdf", pdf())]
        return Client.post(browser, form.action, values)
    return browser.post(form.action, values)


_SOURCES = Path(__file__).resolve().parents[2] / "src/sagsbarometer/web"
_NAME = re.compile(r'POST(?:\.get|\.getlist)?[(\[]"(\w+)"')


def _names(route: str) -> list[str]:
    """Of a route that no form leads to: all that its app reads."""
    app = _SOURCES / (route.rpartition(":")[0] or "accounts")
    found = {name for path in app.glob("*.py") for name in _NAME.findall(path.read_text(encoding="utf-8"))}
    return sorted(found | {"login", "password", "code", "email", "name", "words", "reason"})


def test_a_name_and_an_address_are_refused_with_a_number(cast: Cast) -> None:
    ada = browser_of(cast.ada)
    fields = {"role": "reviewer", "email": "nora@example.dk", "name": "Nora 010203-1234"}
    reply = ada.post(reverse("accounts:invite"), fields)
    assert reply.status_code == 422
    assert REFUSED in reply.content.decode()
    reply = ada.post(reverse("accounts:invite"), fields | {"name": "Nora", "email": "010203-1234@example.dk"})
    assert (reply.status_code, mail.outbox) == (422, [])
    assert not Invitation.objects.exists()


def test_reasons_are_refused_with_a_number(cast: Cast) -> None:
    anna, study = browser_of(cast.anna), cast.launched
    address = reverse("planning:amend", args=[study.id, "breve"])
    form = next(
        form for form in forms_of(anna.get(address).content.decode(), address) if form.action == address
    )
    reply = anna.post(
        address, form.values | {"reason": "Efter aftale med 010203 1234", "call_in": "# Ny\n\nTekst"}
    )
    assert reply.status_code == 422
    assert REFUSED in reply.content.decode()
    upload = SimpleUploadedFile("form.yaml", b"id: x")
    address = reverse("planning:form_amend", args=[study.id])
    page = Client.post(anna, address, {"reason": "010203-1234", "form": upload}, follow=True)
    assert "ligner noget med et CPR-nummer" in page.content.decode()
    assert study.versions.count() == 1
    with acting("system:tests", "freeze"):
        Freeze.objects.create(
            study=study, number=1, cases=1, data_date="2026-11-01", form_version=1, rows_hash="0" * 64, job="z" * 16,
            by=cast.anna,
        )  # fmt: skip
    page = anna.post(reverse("reviewing:unlock", args=[study.id, 1]), {"reason": "010203-1234"}, follow=True)
    assert "ligner noget med et CPR-nummer" in page.content.decode()
    assert Freeze.objects.get().unlocked_why == ""


def test_what_no_form_refuses_is_stopped_where_it_is_kept(cast: Cast) -> None:
    """The key of a form is nobody's words, and has none to be refused with: the page says it, and nothing is kept."""
    anna = browser_of(cast.anna)
    fields = {"name": "Ny", "template": "barometer_97", "once": "010203-1234"}
    reply = anna.post(reverse("planning:new"), fields)
    assert reply.status_code == 422
    assert "Der står et CPR-nummer" in reply.content.decode()
    assert "010203" not in reply.content.decode()
    with pytest.raises(NumberInPlain), acting("system:tests", "names"):
        User.objects.filter(pk=cast.kim.id).update(name="Kim 010203-1234")
    assert cast.kim.name == "Kim Opdigtet"
    with acting("system:tests", "names"):
        User.objects.filter(pk=cast.kim.id).update(name="Kim 01-02-2034")


def test_a_name_of_a_file_is_hidden_from_all(cast: Cast) -> None:
    """It is locked as it came, and shown without the number."""
    case, kim = cast.case("901", "draft"), browser_of(cast.kim)
    files = {"files": SimpleUploadedFile("Afgørelse 010203-1234.pdf", pdf())}
    Client.post(kim, reverse("delivering:upload", args=[case.id]), files)
    row = Document.objects.get(case=case)
    address = reverse("delivering:case", args=[case.id])
    for browser in (kim, browser_of(cast.kaj)):
        page = browser.get(address).content.decode()
        assert "Afgørelse" in page
        assert "010203" not in page
    reply = kim.get(reverse("documents:own", args=[row.id]))
    assert b"010203" not in heads(reply)
    with acting("system:tests", "sent"):
        case.state, case.submitted_at = "submitted", timezone.now()
        case.save()
    for route, kwargs in (
        ("receiving:case", {"study": case.study_id, "case": case.id}),
        ("documents:view", {"document": row.id}),
        ("documents:text", {"document": row.id}),
    ):
        reply = browser_of(cast.rikke).get(reverse(route, kwargs=kwargs))
        assert reply.status_code == 200, route
        assert b"010203" not in heads(reply) + body(reply), route


def test_an_address_with_a_number_leads_nowhere_and_is_in_no_answer(cast: Cast) -> None:
    for address in (
        "/studier/010203-1234/",
        "/studier/010203-1234",
        "/studier/0102031234/plan/opdrag/?x=010203-1234",
    ):
        for browser in (browser_of(cast.anna), Client()):
            reply = browser.get(address)
            assert reply.status_code == 404
            assert b"010203" not in body(reply) + heads(reply)
    for address in ("/konto/glemt/", "/konto/login/", "/haendelser/"):
        reply = Client().get(address, {"next": "/sag/010203-1234/", "case": "010203-1234", "side": "2"})
        assert b"010203" not in body(reply) + heads(reply)
    reply = Browser().post(
        reverse("accounts:language"), {"language": "en", "next": "/studier/?q=010203-1234"}
    )
    assert reply["Location"] == "/"

"""A thousand made-up CPR numbers in everything that is logged, and none of them in the log."""

from __future__ import annotations

import http.client
import io
import itertools
import logging
import random
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from sagsbarometer.web.keeping import scrubbing
from sagsbarometer.web.logs import NoContent, ServerLog, configure
from tests.web.test_serve import serving

if TYPE_CHECKING:
    from django.test import Client

    from tests.web.cast import Cast
    from tests.web.house_in_tests import Workplace

WAYS = (
    "{d}{m}{y}{n}",
    "{d}{m}{y}-{n}",
    "{d} {m} {y} {n}",
    "{d}{m}{y} - {n}",
    "{d}.{m}.{y}-{n}",
    "{d}-{m}-{y} {n}",
)


def numbers(many: int) -> list[tuple[str, str]]:
    """Invented numbers, as ten digits and as somebody writes them."""
    chance = random.Random(20261122)
    found: dict[str, str] = {}
    ways = itertools.cycle(WAYS)
    while len(found) < many:
        d, m, y, n = (f"{chance.randint(*span):02}" for span in ((1, 28), (1, 12), (0, 99), (0, 99)))
        number = f"{n}{chance.randint(0, 99):02}"
        found.setdefault(f"{d}{m}{y}{number}", next(ways).format(d=d, m=m, y=y, n=number))
    return sorted(found.items())


def seen(text: str, made: list[tuple[str, str]]) -> list[str]:
    """The numbers that can be read in a text, however they are written. Moments of the log's own are taken out."""
    plain = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}", "", text)
    digits = re.sub(r"[-. _/+]|%20|%2D", "", plain)
    return [number for number, written in made if number in digits or written in plain]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the log says, with the handler that the program uses."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(NoContent())
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = [handler]
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


LOGGERS = (
    "sagsbarometer.web",
    "django.security.DisallowedHost",
    "gunicorn.error",
    "django.request",
    "allauth",
)


def test_of_a_thousand_numbers_none_is_in_the_log(log: io.StringIO) -> None:
    made = numbers(1000)
    for (_, number), name in zip(made, itertools.cycle(LOGGERS)):
        one = logging.getLogger(name)
        one.error("%s", number)
        one.warning(f"brev til {number} om sagen")
        one.error("Invalid HTTP_HOST header: %r.", f"{number}.example.dk")
        one.error("Error handling request %s", f"/sag/{number}?q={number}")
        for error in failures(number):
            one.error("fejl i %s", number, exc_info=error)
    assert len(log.getvalue().splitlines()) == 8000
    assert seen(log.getvalue(), made) == []


def failures(number: str) -> Iterator[BaseException]:
    """Errors with a number in their words, in the file they name, in what caused them, and as a database says it."""
    try:
        try:
            Path(f"/findes-ikke/{number}.pdf").read_bytes()
        except OSError as cause:
            raise ValueError(f"kan ikke læse {number}") from cause
    except ValueError as error:
        yield error
        yield error.__cause__  # type: ignore[misc]
    yield KeyError(number)
    from django.db.utils import IntegrityError

    yield IntegrityError(f"Key (own_number)=({number}) already exists.")


def test_the_same_test_finds_them_in_an_ordinary_log() -> None:
    """The guard off: with Python's own formatter every number is there."""
    made = numbers(50)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    one = logging.Logger("plain")
    one.addHandler(handler)
    for _, number in made:
        one.error("Error handling request %s", f"/sag/{number}")
    assert len(seen(stream.getvalue(), made)) == 50


def test_a_line_break_in_a_name_makes_no_second_line(log: io.StringIO) -> None:
    logging.getLogger("sagsbarometer").error(
        "navn: %s", "a\n2026-01-01 00:00:00,000 ERROR sagsbarometer falsk\x1b[2J\u2028x"
    )
    assert len(log.getvalue().splitlines()) == 1
    assert "\x1b" not in log.getvalue()


def test_what_nobody_catches_is_told_without_its_words(capfd: pytest.CaptureFixture[str]) -> None:
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure({})

        def fail() -> None:
            raise ValueError("0101701234 Borgersen")

        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        try:
            fail()
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("0101701234 Borgersen", UserWarning, stacklevel=1)
    finally:
        logging.captureWarnings(capture=False)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        root.handlers[:] = before
        root.setLevel(level)
    told = "".join(capfd.readouterr())
    assert told.count("ValueError test_logs.py") == 2
    assert "0101701234" not in told
    assert "Borgersen" not in told


def test_the_web_servers_log_has_all_that_it_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    log = ServerLog(None)
    for say in (log.critical, log.error, log.warning, log.info, log.debug):
        say("Error handling request %s", "/sag/0101701234")
    log.exception("Invalid request from ip=%s: %s", "10.0.0.1", "0101701234")
    log.log(logging.ERROR, "Worker (pid:%s) was sent %s!", 4711, "SIGKILL")
    log.access(None, None, {}, None)
    log.reopen_files()
    log.close_on_exec()
    told = "".join(capfd.readouterr())
    assert "0101701234" not in told
    assert "10.0.0.1" not in told
    assert "4711" in told
    assert len(told.splitlines()) == 5


def test_doctors_own_test_sees_a_log_that_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert scrubbing.leaks() == 0
    monkeypatch.setattr(scrubbing, "NoContent", logging.Formatter)
    assert scrubbing.leaks() == len(scrubbing.SAMPLES)


def test_a_thousand_numbers_through_a_running_workplace(workplace: Workplace) -> None:
    """In paths, queries, hosts, cookies, languages, bodies and names of files, well formed and not."""
    made = numbers(1000)
    replies: list[bytes] = []
    with serving(workplace) as served:
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
        for number, (_, written) in enumerate(made):
            connection.request(*request_with(number, written))
            reply = connection.getresponse()
            replies.append(reply.read())
            assert reply.status < 500, (number % 6, reply.status)
            if reply.will_close:
                connection.close()
        log = "".join(served.said)
    assert seen(log, made) == []
    assert seen(b"".join(replies).decode(errors="replace"), made) == []


def request_with(number: int, written: str) -> tuple[str, str, bytes | None, dict[str, str]]:
    """One of six kinds of request that hold a number."""
    safe = quote(written)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    upload = (
        f'--x\r\nContent-Disposition: form-data; name="fil"; filename="{written}.pdf"\r\n'
        f"Content-Type: application/pdf\r\n\r\n{written}\r\n--x--\r\n"
    ).encode()
    return (
        ("GET", f"/sag/{safe}/", None, {}),
        (
            "GET",
            f"/konto/login/?fejl={safe}",
            None,
            {"Cookie": f"sessionid={safe}", "Accept-Language": written},
        ),
        ("GET", "/", None, {"Host": f"{safe.replace('%20', '')}.example.dk", "User-Agent": written}),
        ("POST", "/konto/login/", f"login={safe}&password={safe}".encode(), form),
        ("POST", f"/dokumenter/{safe}/", upload, {"Content-Type": "multipart/form-data; boundary=x"}),
        ("PATCH", f"/opgaver/{safe}/", b"x", {"X-Forwarded-For": written, "Referer": f"http://x/{safe}"}),
    )[number % 6]


@pytest.fixture
def broken() -> Iterator[None]:
    """A page that fails."""
    from sagsbarometer.web.jobs import urls

    def fail(request: Any) -> None:
        raise ValueError("0101701234 Borgersen")

    mine = next(pattern for pattern in urls.urlpatterns if pattern.name == "mine")
    before, mine.callback = mine.callback, fail
    yield
    mine.callback = before


def test_the_pages_of_errors_are_danish_and_tell_nothing(
    cast: Cast, client_of: Callable[..., Client], broken: None, log: io.StringIO, settings_host: None
) -> None:
    anna = client_of(cast.anna)
    anna.raise_request_exception = False
    pages = {
        500: anna.get("/opgaver/"),
        404: anna.get("/findes-ikke/0101701234/"),
        400: anna.get("/", headers={"host": "0101701234.example.dk"}),
        403: client_of(cast.anna, enforce_csrf_checks=True).post("/konto/login/", {"login": "0101701234"}),
    }
    words = {
        500: "Noget gik galt",
        404: "Siden findes ikke",
        400: "Det kunne ikke læses",
        403: "Siden er for gammel",
    }
    for status, reply in pages.items():
        assert reply.status_code == status
        text = reply.content.decode()
        assert words[status] in text
        assert 'lang="da"' in text
        assert "0101701234" not in text
        assert "Borgersen" not in text
    assert "0101701234" not in log.getvalue()
    assert "ValueError test_logs.py" in log.getvalue()


@pytest.fixture
def settings_host() -> Iterator[None]:
    """Hosts are looked at, as they are when it is served."""
    from django.conf import settings

    before, settings.ALLOWED_HOSTS = settings.ALLOWED_HOSTS, ["testserver"]
    yield
    settings.ALLOWED_HOSTS = before


def test_the_page_of_an_error_needs_no_database(
    cast: Cast, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection
    from django.db.utils import OperationalError

    anna = client_of(cast.anna)
    anna.raise_request_exception = False

    def away(*_: object, **__: object) -> None:
        raise OperationalError("0101701234")

    monkeypatch.setattr(connection, "cursor", away)
    monkeypatch.setattr(connection, "chunked_cursor", away)
    reply = anna.get("/opgaver/")
    assert reply.status_code == 500
    assert "Noget gik galt" in reply.content.decode()

"""The doors of the real server and of every route: methods, hosts, odd paths and signs, headers, pages of errors."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse

from sagsbarometer.web.rights.routes import ROUTES
from tests.web.browsers_in_tests import Browser
from tests.web.cast import LAUNCHED, Cast
from tests.web.routes_in_tests import TABLE
from tests.web.served_in_tests import Server
from tests.web.test_accounts_people import browser_of
from tests.web.things_in_tests import fill_things, things

ENGLISH = ("Not Found", "Forbidden", "Bad Request", "Server Error", "Method Not", "Traceback", "Django")


def page_of(reply: Any) -> str:
    """The body, told to be one of our pages: Danish, and nothing of what was sent."""
    text = str(reply.content.decode())
    assert text.startswith("<!doctype html>"), text[:200]
    assert 'lang="da"' in text
    assert not [word for word in ENGLISH if word in text]
    return text


def raw(server: Server, request: bytes) -> tuple[int, bytes]:
    """What a server replies to bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(request)
        got = b""
        while part := line.recv(65536):
            got += part
    return int(got.split(b" ", 2)[1]), got


# The real server


def test_the_server_refuses_what_is_no_request_of_ours(server: Server) -> None:
    def ask(line: str, host: str = "127.0.0.1", more: str = "") -> tuple[int, bytes]:
        return raw(server, f"{line} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n".encode())

    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "evil.example#127.0.0.1", ""):
        status, reply = ask("GET /konto/login/", host)
        assert status == 400, host
        assert b"evil.example" not in reply
        if host:
            assert "Det kunne ikke læses".encode() in reply
    assert ask("GET /konto/login/", "127.0.0.1", "X-Forwarded-Host: evil.example\r\n")[0] == 200
    assert b"evil.example" not in ask("GET /", "127.0.0.1", "X-Forwarded-Host: evil.example\r\n")[1]
    for method in ("TRACE", "OPTIONS", "PUT", "PATCH", "DELETE", "PROPFIND"):
        status, reply = ask(f"{method} /konto/login/", more="X-Secret: 0101701234\r\nContent-Length: 0\r\n")
        # What could change something is first asked for its token.
        assert status == (405 if method in ("TRACE", "OPTIONS") else 403), method
        assert b"0101701234" not in reply  # TRACE shows nothing back
    status, reply = ask("HEAD /konto/login/")
    assert (status, reply.partition(b"\r\n\r\n")[2]) == (200, b"")
    for line in (
        "GET /" + "a" * 9000,
        "GET /konto/login/?q=" + "a" * 9000,
    ):
        assert ask(line)[0] in (400, 404, 414)
    assert ask("GET http://evil.example/konto/login/")[0] in (200, 400)
    two = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"
    assert ask("POST /konto/login/", more=two)[0] in (400, 403)


def test_odd_paths_lead_nowhere(server: Server, cast: Cast, client_of: Any) -> None:
    session = client_of(cast.kim).cookies["sessionid"].value
    foreign, case = cast.request("902").id, cast.case("902").id
    paths = [
        "//kommune/", "/kommune//", "/kommune/..;/personer/", "/kommune/;/../personer/", "/kommune/%2e%2e/personer/",
        "/kommune/../personer/", "/kommune%2f" + foreign + "/", f"/kommune/{foreign}%2f", f"/kommune/{foreign}/.",
        f"/kommune/{foreign}/..", f"/kommune/{foreign}./", f"/kommune/{foreign}%20/", f"/KOMMUNE/{foreign}/",
        f"/kommune/{foreign.upper()}/", f"/kommune/sager/{case}%00/", f"/kommune/sager/{case}%0a/", "/personer",
        "/personer/", "/personer/.", "//evil.example/%2e%2e", "//evil.example/personer", "/%5cevil.example/",
        "/haendelser/1/", "/haendelser/%D9%A1/", "/haendelser/99999999999999999999999999/",
        "/static/%2e%2e/app.sqlite3",
        "/static/..%2fapp.sqlite3", "/static//etc/passwd", "/%00", "/%ff%fe/", "/kommune/%ED%A0%80/",
    ]  # fmt: skip
    for path in paths:
        line = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={session}\r\nConnection: close\r\n\r\n"
        status, reply = raw(server, line.encode())
        assert status in (301, 302, 400, 404), (path, status)
        head = reply.partition(b"\r\n\r\n")[0].decode("latin-1").casefold()
        where = [line_.partition(": ")[2] for line_ in head.split("\r\n") if line_.startswith("location:")]
        assert all(it.startswith("/") and not it.startswith(("//", "/\\")) for it in where), (path, where)
        assert (
            foreign.encode() not in reply.replace(path.encode(), b"") or where or b"<h1>Siden findes" in reply
        )
        assert b"SQLite format" not in reply


def test_no_page_of_the_server_is_kept_framed_or_guessed_at(
    server: Server, cast: Cast, client_of: Any
) -> None:
    session = client_of(cast.ada).cookies["sessionid"].value
    for path in (
        "/",
        "/personer/",
        "/konto/",
        "/haendelser/",
        "/nothing/",
        "/static/nothing.css",
        "/konto/login/",
    ):
        line = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={session}\r\nConnection: close\r\n\r\n"
        head = raw(server, line.encode())[1].partition(b"\r\n\r\n")[0].decode("latin-1")
        said = dict(part.split(": ", 1) for part in head.split("\r\n")[1:])
        assert "no-store" in said["Cache-Control"], path
        assert said["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in said["Content-Security-Policy"]
        assert said["X-Content-Type-Options"] == "nosniff"
        assert said["Referrer-Policy"] == "same-origin"
        assert said["Cross-Origin-Opener-Policy"] == "same-origin"
        assert said["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in said
        assert not {"X-Powered-By", "Via"} & set(said)


# Every route


def test_a_method_a_route_does_not_take_is_405_and_does_nothing(cast: Cast) -> None:
    fill_things(cast)
    examples = things(cast)
    ada, kim = browser_of(cast.ada), browser_of(cast.kim)
    from sagsbarometer.web.events.models import Event

    before = Event.objects.count()
    for route, needs in ROUTES.items():
        row = TABLE[route]
        if needs.absent or not isinstance(row, tuple):
            continue
        path = reverse(route, kwargs=examples[row[0]][0].arguments)
        for browser in (ada, kim):
            for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "LOCK"):
                reply = browser.generic(method, path)
                assert reply.status_code == 405, (route, method)
                assert set(reply["Allow"].split(", ")) <= {"GET", "POST"}
            # A method said in a header or a field is no method.
            reply = browser.generic("DELETE", path, headers={"x-http-method-override": "GET"})
            assert reply.status_code == 405
    assert "<h1>Det kan siden ikke</h1>" in page_of(ada.generic("PUT", "/konto/login/"))
    assert Event.objects.count() == before


def test_a_nul_is_refused_everywhere_on_both_databases(databases: str, cast: Cast) -> None:
    """PostgreSQL stops at one: a fault of the server for whoever sends it."""
    fill_things(cast)
    examples = things(cast)
    wrong = []
    for name in ("ada", "anna", "kim"):
        browser = browser_of(cast.person(name))
        browser.raise_request_exception = False
        for route, needs in ROUTES.items():
            row = TABLE[route]
            if needs.absent or not isinstance(row, tuple) or route == "account_logout":
                continue
            given = examples[row[0]][0].arguments
            path = reverse(route, kwargs=given)
            asked = [browser.get(path, {"q": "a\0b", "kommune": "\0", "side": "\0", "next": "\0"})]
            asked.append(browser.post(path, {"role": "\0", "email": "\0", "once": "\0", "membership": "\0"}))
            if given and not {"seq", "uidb36", "provider_id", "number", "page"} & set(given):
                odd = reverse(route, kwargs={key: value + "\0" for key, value in given.items()})
                asked += [browser.get(odd), browser.post(odd)]
            wrong += [(route, name, reply.status_code) for reply in asked if reply.status_code >= 500]
            wrong += [(route, name, 200) for reply in asked if reply.status_code == 200]
    assert not wrong


@pytest.mark.parametrize(
    "code", ["\u0669\u0660\u0661", "９０１", "90１", "901\n", " 901", "0x1", "9 01", "-901", "901.0"]
)
def test_a_municipality_has_plain_digits(code: str, cast: Cast) -> None:
    from sagsbarometer.web.accounts.forms import RoleForm

    form = RoleForm({"role": "municipal_contact", "study": LAUNCHED, "municipality": code})
    if form.is_valid():
        assert form.cleaned_data["municipality"] == "901"
        assert code.strip() == "901"


def test_pages_of_errors_are_danish_and_say_nothing_of_what_was_sent(cast: Cast) -> None:
    secret = "0101701234"
    kim = browser_of(cast.kim)
    assert "<h1>Siden findes ikke</h1>" in page_of(kim.get(f"/kommune/{secret}/"))
    large = kim.post("/konto/adgangskode/", {"oldpassword": secret + "x" * (5 << 20)})
    assert large.status_code == 413
    assert "<h1>Det er for meget på én gang</h1>" in page_of(large)
    many = kim.post("/konto/adgangskode/", {f"{secret}{number}": "1" for number in range(6000)})
    assert many.status_code == 413
    nul = kim.get("/konto/", {"q": "hemmeligt\0"})
    assert nul.status_code == 400
    assert "<h1>Det kunne ikke læses</h1>" in page_of(nul)
    assert "hemmeligt" not in nul.content.decode()
    assert kim.get("/konto/", {"q": f"{secret}\0"}).status_code == 200  # taken out before anybody reads it
    strict = Browser(enforce_csrf_checks=True)
    old = strict.post("/konto/login/", {"login": secret})
    assert old.status_code == 403
    assert "<h1>Siden er for gammel</h1>" in page_of(old)
    for reply in (large, many, nul, old, kim.get(f"/{secret}/")):
        said = reply.content.decode().replace(f'value="/{secret}/"', "")
        assert secret not in said


def test_a_fault_of_ours_says_nothing_and_gives_away_nothing(cast: Cast) -> None:
    with override_settings(ROOT_URLCONF="tests.web.faulty_in_tests"):
        reply = Browser(raise_request_exception=False).get("/konto/login/", {"q": "0101701234"})
    assert reply.status_code == 500
    assert "<h1>Noget gik galt</h1>" in page_of(reply)
    assert "0101701234" not in reply.content.decode()


# The settings of a house under TLS


def test_behind_tls_cookies_are_of_this_host_alone(tmp_path: Path) -> None:
    from sagsbarometer.web.home import CONFIG, ENVIRONMENT, Home

    Home(tmp_path).keys.make()
    (tmp_path / CONFIG).write_text('address = "https://maaling.example.dk/"\n', encoding="utf-8")
    names = (
        "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SESSION_COOKIE_HTTPONLY "
        "SESSION_COOKIE_DOMAIN SESSION_COOKIE_PATH SECURE_HSTS_SECONDS SECURE_PROXY_SSL_HEADER CSRF_TRUSTED_ORIGINS "
        "ALLOWED_HOSTS ALLAUTH_TRUSTED_PROXY_COUNT LANGUAGE_COOKIE_SECURE"
    )
    program = (
        "import json\nfrom django.conf import settings\n"
        f"print(json.dumps({{name: getattr(settings, name) for name in {names.split()!r}}}))"
    )
    environment = {
        **os.environ,
        ENVIRONMENT: str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "sagsbarometer.web.settings",
    }
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    said = json.loads(told.stdout)
    assert (said["SESSION_COOKIE_NAME"], said["CSRF_COOKIE_NAME"]) == ("__Host-sessionid", "__Host-csrftoken")
    assert (said["SESSION_COOKIE_DOMAIN"], said["SESSION_COOKIE_PATH"]) == (
        None,
        "/",
    )  # as the prefix demands
    assert said["SESSION_COOKIE_SECURE"]
    assert said["CSRF_COOKIE_SECURE"]
    assert said["LANGUAGE_COOKIE_SECURE"]
    assert said["SESSION_COOKIE_HTTPONLY"]
    assert said["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert said["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert said["CSRF_TRUSTED_ORIGINS"] == ["https://maaling.example.dk"]
    assert "maaling.example.dk" in said["ALLOWED_HOSTS"]
    assert said["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1

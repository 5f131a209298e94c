"""Every route × method × person × thing: who gets in, and who does not, held up against a table written by hand."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import get_resolver, include, path, reverse

from sagsbarometer.web.rights.checks import names, routes_declared, table_holds
from sagsbarometer.web.rights.routes import ROUTES
from sagsbarometer.web.settings import _OURS
from tests.conftest import SOAK
from tests.web.browsers_in_tests import Browser
from tests.web.cast import PEOPLE, Cast
from tests.web.house_in_tests import Houses, Workplace, _let_go, work_on
from tests.web.routes_in_tests import ABSENT, NOTHING_THERE, TABLE, Thing, Who, expected
from tests.web.things_in_tests import fill_things, things

WALKERS: tuple[str | None, ...] = (
    None, "ada", "anna", "arne", "rikke", "disa", "dorte", "gorm", "sune", "eva", "kim", "karla", "klaus", "nina",
)  # fmt: skip
FEW = (None, "anna", "kim")  # enough, outside `soak`, of what does not depend on the role
METHODS = ("GET", "POST", "PUT", "DELETE")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="module")
def filled(houses: Houses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """One house for all of the walk, with a thing of each kind."""
    place = houses.copy("sqlite", tmp_path_factory.mktemp("walk") / "home", with_cast=True)
    fill_things(Cast.of(place.home))
    things(Cast.of(place.home))
    yield place
    houses.drop(place)


class Snapshot:
    """The house as it was: what an allowed POST changed is put back."""

    def __init__(self, home: Path) -> None:
        _let_go()
        self.home, self.kept = home, home.with_name("kept")
        shutil.copytree(home, self.kept, dirs_exist_ok=True)

    def back(self) -> None:
        """Puts the database back, and the keys, should one have been destroyed."""
        _let_go()
        for path_ in self.home.glob("app.sqlite3*"):
            path_.unlink()
        for path_ in self.kept.glob("app.sqlite3*"):
            shutil.copy(path_, self.home)
        shutil.copytree(self.kept / "keys", self.home / "keys", dirs_exist_ok=True)


def outcome(reply: Any) -> str:
    """Of a reply: open, sign_in, hidden, refused, locked, method or fault."""
    used = {template.name for template in getattr(reply, "templates", [])}
    if "rights/refused.html" in used:
        return "refused" if reply.status_code == 403 else "fault"
    if "rights/locked.html" in used:
        # A view that is let in may itself find that something has moved on; its page says nothing of rights.
        by_rights = reply.context is not None and "refusal" in reply.context
        return ("locked" if by_rights else "open") if reply.status_code == 409 else "fault"
    if "conflict.html" in used and reply.context.get("final"):
        return "locked" if reply.status_code == 409 else "fault"  # told with who did it and when
    if reply.status_code in (301, 302) and reply["Location"].startswith("/konto/login/?next="):
        return "sign_in"
    return {404: "hidden", 405: "method", 403: "fault"}.get(
        reply.status_code, "fault" if reply.status_code >= 500 else "open"
    )


def test_all_routes_are_declared_and_the_table_holds() -> None:
    assert routes_declared() == []
    assert table_holds() == []


def test_every_route_has_a_row_and_an_example(filled: Workplace) -> None:
    """A new route goes into tests/web/routes_in_tests.py, its kind of thing into things_in_tests.py."""
    assert set(TABLE) == set(ROUTES), "TABLE of tests/web/routes_in_tests.py"
    examples = things(Cast.of(filled.home))
    for route, row in TABLE.items():
        if isinstance(row, tuple):
            assert any(thing.there for thing in examples[row[0]]), route
            for thing in examples[row[0]]:
                reverse(route, kwargs=thing.arguments)


def _walk(filled: Workplace, routes: list[str]) -> Iterator[tuple[str, str, str | None, Thing, str, str]]:
    """Each request that was sent: route, method, who, thing, expected, got."""
    cast = Cast.of(filled.home)
    examples = things(cast)
    partial_to = {"903": "disa"}
    first_of_902 = cast.case("902", "draft").id
    browsers = {name: _browser(cast, name) for name in WALKERS}
    cookies = {name: copy(browser.cookies) for name, browser in browsers.items()}
    snapshot = Snapshot(filled.home.folder)
    for route in routes:
        row = TABLE[route]
        if not isinstance(row, tuple):
            continue
        kind, *asks = row
        asked: set[tuple[str, str | None, str, bool]] = set()
        for name in WALKERS:
            for method in METHODS:
                who: Who | None = dict(zip(METHODS, [*asks, None, None], strict=True))[method]
                # A method that is no route's is answered before anything is looked up: one example tells.
                if not SOAK and name not in FEW and (who is None or who.everybody or who.signed_in):
                    continue
                for thing in examples[kind] if who is not None or SOAK else examples[kind][:1]:
                    is_partial = name == "disa" and (
                        partial_to.get(thing.code) == name or thing.case == first_of_902
                    )
                    held = None if name is None else PEOPLE[name]
                    wanted = expected(name or "", held, is_partial, who, thing)
                    # One of each kind of »no« that tells nothing tells as much as many; `soak` asks for all.
                    same = (method, name, wanted, thing.there)
                    if wanted in ("hidden", "sign_in", "method") and same in asked and not SOAK:
                        continue
                    asked.add(same)
                    reply = browsers[name].generic(
                        method,
                        reverse(route, kwargs=thing.arguments),
                        content_type="application/x-www-form-urlencoded",
                    )
                    yield route, method, name, thing, wanted, _got(route, reply, wanted)
                    if method == "POST" and wanted == "open":
                        snapshot.back()
                        browsers[name].cookies = copy(cookies[name])
    shutil.rmtree(snapshot.kept)


def _browser(cast: Cast, name: str | None) -> Browser:
    browser = Browser(raise_request_exception=False)
    if name:
        browser.force_login(cast.person(name), backend=BACKEND)
    return browser


def _got(route: str, reply: Any, wanted: str) -> str:
    got = outcome(reply)
    if wanted == "open" and (
        (got == "hidden" and route in NOTHING_THERE) or (got == "sign_in" and route.startswith("mfa_"))
    ):
        return "open"
    return got


def apps() -> list[str]:
    """Each app that has routes; "" is what a library named without one. From ROUTES: none can be forgotten."""
    assert get_resolver().url_patterns, (
        "read first: the apps declare their routes as their addresses are read"
    )
    return list(dict.fromkeys(route.rpartition(":")[0] for route in ROUTES))


def test_every_app_of_ours_is_walked() -> None:
    """An app whose addresses are not linked in would else be walked by nobody."""
    without = {"rights"}  # its routes are the others'
    assert set(_OURS) - without == set(apps()) - {""}


@pytest.mark.parametrize("app", apps())
def test_who_gets_in_and_who_does_not(app: str, filled: Workplace) -> None:
    work_on(filled)
    routes = [route for route in TABLE if route.rpartition(":")[0] == app]
    wrong, seen = [], Counter[str]()
    for route, method, name, thing, wanted, got in _walk(filled, routes):
        seen[wanted] += 1
        if wanted != got:
            wrong.append(f"{method} {route} {thing.label}: {name} gets {got}, not {wanted}")
    assert not wrong, f"{len(wrong)} of {seen.total()}:\n" + "\n".join(wrong[:60])
    if app in ("planning", "receiving", "delivering"):
        assert min(seen[kind] for kind in ("open", "sign_in", "hidden", "locked", "method")) > 0


@pytest.mark.parametrize("route", [route for route, row in TABLE.items() if row == ABSENT])
def test_what_is_there_in_name_only_answers_nobody(route: str, filled: Workplace) -> None:
    work_on(filled)
    cast = Cast.of(filled.home)
    for name in (None, "ada", "anna", "kim"):
        for method in METHODS:
            assert _browser(cast, name).generic(method, reverse(route)).status_code == 404


# A route nobody declared

asked_for: list[str] = []


def planted(request: Any) -> HttpResponse:
    """A view that has forgotten to be declared."""
    asked_for.append(request.method)
    return HttpResponse("everything")


urlpatterns = [
    path("", include("sagsbarometer.web.urls")),
    path("glemt-adresse/", planted, name="planted"),
    path("uden-navn/", planted),
    path("dybere/", include(([path("ned/", planted, name="deeper")], "plant"))),
]


def test_a_route_nobody_declared_fails_the_build_and_answers_nobody(workplace: Workplace, cast: Cast) -> None:
    with override_settings(ROOT_URLCONF="tests.web.test_routes"):
        _planted_routes_are_refused(cast)


def _planted_routes_are_refused(cast: Cast) -> None:
    faults = [fault.msg for fault in routes_declared() if fault.id == "rights.E001"]
    assert len(faults) == 3
    assert any("planted" in fault for fault in faults)
    assert any("plant:deeper" in fault for fault in faults)
    assert any("uden-navn/" in fault for fault in faults)
    for address in ("/glemt-adresse/", "/uden-navn/", "/dybere/ned/"):
        for method in METHODS:
            assert _browser(cast, "ada").generic(method, address).status_code == 404
    assert asked_for == []


def test_check_stops_a_build_with_a_route_nobody_declared(workplace: Workplace) -> None:
    from django.core.management import CommandError, call_command

    call_command("check")
    with (
        override_settings(ROOT_URLCONF="tests.web.test_routes"),
        pytest.raises(CommandError, match="planted"),
    ):
        call_command("check")


def test_an_action_that_is_not_there_fails_the_build() -> None:
    from sagsbarometer.web.rights.routes import Needs

    ROUTES["accounts:nothing"] = Needs(see="make_coffee")
    try:
        assert {fault.id for fault in routes_declared()} == {"rights.E002", "rights.E003"}
    finally:
        del ROUTES["accounts:nothing"]


def test_names_are_those_a_request_is_matched_by() -> None:
    """`names` walks the patterns; the middleware asks by what Django matched."""
    found = {name for name, _ in names(get_resolver().url_patterns)}
    assert get_resolver().resolve("/").view_name in found
    assert get_resolver().resolve("/konto/login/").view_name in found
    assert get_resolver().resolve("/studier/x/").view_name in found


def test_files_that_are_alike_for_all_need_no_right(workplace: Workplace) -> None:
    """Style sheets and scripts are WhiteNoise's, before any route; nothing of the house lies there."""
    reply = Browser().get("/static/dkfds/css/dkfds.min.css")
    assert reply.status_code == 200
    assert Browser().get("/static/../app.sqlite3").status_code in (302, 404)

"""Forvaltningsloven § 3: who may have nothing to do with a municipality or a case meets nothing of it, by any route and
whatever roles they hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.web.accounts.models import Disqualification, Membership
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.rights.actions import HOUSE_ROLES
from sagsbarometer.web.rights.routes import ROUTES
from tests.web.cast import LAUNCHED, Cast
from tests.web.test_accounts_people import browser_of
from tests.web.things_in_tests import document_of, fill_things, things

# The names in an address that lead to what is a municipality's or a case's.
_THEIRS = {"request_id", "case", "document", "receipt", "letter"}


def partial_to(cast: Cast, **what: Any) -> Any:
    """Nina, with every role there is, and a contact of 901 too; disqualified."""
    with acting("system:tests", "partial"):
        for role in sorted(HOUSE_ROLES):
            Membership.objects.create(user=cast.nina, role=role)
        Membership.objects.create(
            user=cast.nina, role="municipal_contact", study_id=LAUNCHED, municipality="901"
        )
        Disqualification.objects.create(user=cast.nina, reason="family", made_by=cast.anna, **what)
    return browser_of(cast.nina)


def addresses(cast: Cast) -> list[tuple[str, str]]:
    """Each route to a thing of 901's: its name and an address."""
    from sagsbarometer.web.letters.models import Letter

    fill_things(cast)
    things(cast)  # makes the letter
    case = cast.case("901")
    ids = {
        "study": LAUNCHED,
        "request_id": cast.request("901").id,
        "case": case.id,
        "document": case.documents.order_by("at")[0].id,
        "receipt": cast.request("901").receipts.get().id,
        "letter": Letter.objects.get().id,
        "file": "zzzz",
    }
    found = []
    reverse("accounts:front")  # the addresses are read when they are first asked for
    for route in ROUTES:
        app, _, name = route.partition(":")
        if app not in ("receiving", "delivering", "documents", "letters", "events"):
            continue
        names = _names(app, name)
        if names & _THEIRS:
            found.append((route, reverse(route, kwargs={key: ids[key] for key in names})))
    return found


def _names(app: str, name: str) -> set[str]:
    from importlib import import_module

    (pattern,) = [
        pattern
        for pattern in import_module(f"sagsbarometer.web.{app}.urls").urlpatterns
        if pattern.name == name
    ]
    return set(pattern.pattern.converters)


def test_no_route_leads_to_what_is_of_the_municipality(databases: str, cast: Cast) -> None:
    nina, asked = partial_to(cast, municipality="901"), addresses(cast)
    assert len(asked) > 20
    for route, path in asked:
        for reply in (nina.get(path), nina.post(path), nina.head(path)):
            assert reply.status_code in (404, 405), (route, reply.status_code)
    with acting("system:tests", "lift"):
        Disqualification.objects.all().delete()
    opened = [route for route, path in asked if nina.get(path).status_code == 200]
    assert len(opened) > 8, opened  # it was the disqualification that refused


def test_no_route_leads_to_the_case_and_the_others_stay(cast: Cast) -> None:
    case, other = cast.case("901"), cast.case("902")
    nina, asked = partial_to(cast, case=case), addresses(cast)
    for route, path in asked:
        if "/sager/" in path or "/dokumenter/" in path or "/sag/" in path:
            for reply in (nina.get(path), nina.post(path)):
                assert reply.status_code in (404, 405), (route, reply.status_code)
    assert nina.get(f"/studier/{LAUNCHED}/sager/{other.id}/").status_code == 200


def test_lists_leave_out_what_is_of_the_municipality(cast: Cast) -> None:
    case = cast.case("901")
    nina, rasmus = partial_to(cast, municipality="901"), browser_of(cast.rasmus)
    addresses(cast)
    name = cast.request("901").authority.name
    for path, sees in (
        (f"/studier/{LAUNCHED}/sortering/", case.id),
        (f"/studier/{LAUNCHED}/breve/", name),
    ):
        assert sees in rasmus.get(path).content.decode(), path
        assert sees not in nina.get(path).content.decode(), path
    for path in ("/", "/kommune/"):
        assert name not in nina.get(path).content.decode(), path


@pytest.mark.parametrize("name", ["rikke", "dorte", "anna"])
def test_it_holds_from_the_next_click_in_a_session_that_is_open(name: str, cast: Cast) -> None:
    case = cast.case("901")
    with acting("system:tests", "document"):
        document = document_of(cast.home, case, cast.kim)
    reader = browser_of(cast.person(name))
    paths = (
        f"/studier/{LAUNCHED}/sager/{case.id}/",
        f"/dokumenter/{document.id}/",
        f"/dokumenter/{document.id}/tekst/",
    )
    assert {reader.get(path).status_code for path in paths} == {200}
    form = {"person": cast.person(name).id, "municipality": "901", "case": "", "reason": "family"}
    assert browser_of(cast.ada).post("/personer/inhabilitet/", form).status_code == 302
    assert {reader.get(path).status_code for path in paths} == {404}

"""Blind: whoever reads a case together with another sees nothing of the other's until both are in, whatever roles.

Each route is fetched before the other has done anything and again when the other has answered, doubted, pinned and
handed in: every page is the same, to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from sagsbarometer.documents.vault import seal
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.rights.routes import ROUTES
from tests.web.browsers_in_tests import Browser
from tests.web.cast import LAUNCHED, Cast
from tests.web.house_in_tests import Houses, Workplace
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, submitted
from tests.web.routes_in_tests import TABLE
from tests.web.test_reviewing_second import OTHER, both_in
from tests.web.things_in_tests import fill_things, things

WORD = "hemmeligtord"
ROLES = ("analyst", "adjudicator", "approver", "administrator")  # beside reviewer: more does not help
# What changes at each look, whoever looks: tokens, keys of forms, and what the looker's own looks wrote.
CHANGING = (
    r'name="csrfmiddlewaretoken" value="[^"]*"', r'name="once" value="[^"]*"', r'"once": ?"[^"]*"',
    r'"token": "[^"]*"',
    r'data-once="[^"]*"', r'data-opening="[^"]*"', r'data-csrf="[^"]*"',
)  # fmt: skip
# A file with the moment in it, or the looker's own look as the newest line: searched for the other's instead.
SEARCHED = frozenset(
    {
        "events:list",
        "events:event",
        "events:lookups",
        "jobs:mine",
        "jobs:all",
        "jobs:routines",
        "reviewing:answers_file",
    }
)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def scene(houses: Houses, tmp_path: Path) -> Iterator[tuple[Cast, Any, Any, Any]]:
    """A house with things of each kind; Rikke, with every role, begun on a case, and Rasmus given the same."""
    from sagsbarometer.web.accounts.models import Membership

    place: Workplace = houses.copy("sqlite", tmp_path / "home", with_cast=True)
    cast = Cast.of(place.home)
    fill_things(cast)
    with acting("system:tests", "roles"):
        for role in ROLES:
            study = None if role == "administrator" else cast.launched
            Membership.objects.get_or_create(user=cast.rikke, role=role, study=study)
    mine = reading_of(cast, "rikke", "902", second=True)
    theirs = reading_of(cast, "rasmus", case=mine.case, place=2)
    answered(mine, {"occasion": "new_application"})
    browser = Browser(raise_request_exception=False)
    browser.force_login(cast.rikke, backend=BACKEND)
    yield cast, mine, theirs, browser
    houses.drop(place)


def pages(cast: Cast, browser: Browser) -> dict[str, str]:
    """Every page that Rikke can fetch, by its address, without what changes at each look."""
    examples = things(cast)
    found = {}
    for route, row in sorted(TABLE.items()):
        if not isinstance(row, tuple) or row[1] is None or route in ("account_logout", "accounts:language"):
            continue
        for thing in examples[row[0]]:
            address = reverse(route, kwargs=thing.arguments)
            reply = browser.get(address)
            body = b"".join(reply.streaming_content) if reply.streaming else reply.content
            text = f"{reply.status_code} {body.decode(errors='replace')}"
            for pattern in CHANGING:
                text = re.sub(pattern, "", text)
            found[f"{route} {address}"] = text
    return found


def all_of_theirs(cast: Cast, reading: Any) -> list[str]:
    """The other answers everything, doubts, pins, cites, overrules, and hands in. The ids of what came of it."""
    from sagsbarometer.web.documents.models import Document
    from sagsbarometer.web.identifiers import random_id
    from sagsbarometer.web.reviewing.models import Citation, Doubt, DoubtRemark, Overruling, Pin

    answered(reading, OTHER)
    key = cast.home.keys.study(LAUNCHED)
    of = {"reading": reading, "question": "wrong_assessment"}
    with acting(reading.reader_id, "reading"):
        pin = Pin(**of, page=1, document=Document.objects.filter(case=reading.case, state="ready")[0],
                  once=random_id(24), by=reading.reader)  # fmt: skip
        pin.quote = seal(key, WORD.encode(), f"reviewing_pin.quote:{pin.id}")
        pin.save()
        citation = Citation.objects.create(**of, norm=f"principle:{WORD}", by=reading.reader)
        overruling = Overruling(reading=reading, soft_check=WORD, answers="0" * 64, by=reading.reader)
        overruling.reason = seal(key, WORD.encode(), f"reviewing_overruling.reason:{overruling.id}")
        overruling.save()
        doubt = Doubt.objects.create(**of, by=reading.reader)
        remark = DoubtRemark(doubt=doubt, once=random_id(24), by=reading.reader)
        remark.words = seal(key, WORD.encode(), f"reviewing_doubtremark.words:{remark.id}")
        remark.save()
    submitted(reading)
    return [pin.id, citation.id, overruling.id, doubt.id, remark.id, _finding(cast, reading)]


def _finding(cast: Cast, reading: Any) -> str:
    """What somebody wrote of the case before it was to be read by two: it waits with the rest."""
    from sagsbarometer.review.sheet import Facts, SheetContent, Words
    from sagsbarometer.web.findings import kept
    from sagsbarometer.web.findings.models import Sheet

    with acting("system:tests", "findings"):
        sheet = Sheet(case=reading.case, number=1, by=cast.anna)
        facts = Facts("", "", (), None, None, (), (), (), (), "0" * 64)
        kept.put(sheet, SheetContent(facts, (Words("result", "", WORD),)))
        sheet.save(force_insert=True)
    return str(sheet.id)


def test_every_page_is_the_same_before_and_after(scene: tuple[Cast, Any, Any, Any]) -> None:
    cast, _mine, theirs, browser = scene
    before = pages(cast, browser)
    made = all_of_theirs(cast, theirs)
    after = pages(cast, browser)
    searched = {name for name in after if name.split()[0] in SEARCHED}
    assert len(after) > 150
    changed = sorted(
        name for name in before if name in after and name not in searched and before[name] != after[name]
    )
    assert changed == [], _first_difference(before[changed[0]], after[changed[0]])
    for name, text in after.items():
        assert WORD not in text, name
        assert not any(id in text for id in made), name


def test_the_audit_shows_the_case_only_as_the_looker_changed_it(scene: tuple[Cast, Any, Any, Any]) -> None:
    from sagsbarometer.web.events.models import Event

    cast, mine, theirs, browser = scene
    all_of_theirs(cast, theirs)
    html = browser.get(reverse("events:list"), {"case": mine.case_id}).content.decode()
    assert "Rasmus" not in re.sub(r"<select.*?</select>", "", html, flags=re.DOTALL)
    assert "vises først, når I begge har afleveret" in html
    foreign = Event.objects.filter(case=mine.case_id, actor=theirs.reader_id).order_by("-seq")[0]
    assert browser.get(reverse("events:event", args=[foreign.seq])).status_code == 404
    assert browser.get(reverse("events:lookups", args=[mine.case_id])).status_code == 404


def test_what_the_other_made_is_not_there_by_its_own_address(scene: tuple[Cast, Any, Any, Any]) -> None:
    """Every route that takes a reading, a doubt or a pin, with the other's: not found, to read or to change."""
    cast, mine, theirs, browser = scene
    nothing_at(addresses_of(made_by(cast, mine, theirs)), browser)


def made_by(cast: Cast, mine: Any, theirs: Any) -> dict[str, str]:
    """What the other makes in the case, by what routes call it."""
    things = ("pin", "citation", "overruling", "doubt", "remark", "sheet")
    made = dict(zip(things, all_of_theirs(cast, theirs), strict=True))
    made |= {"reading": theirs.id, "study": LAUNCHED, "case": mine.case_id, "question": "wrong_assessment"}
    made |= dict.fromkeys(("check", "norm", "rule", "look"), "x")
    return made | {"document": "z" * 24, "page": "1", "number": "1"}


def addresses_of(made: dict[str, str]) -> list[tuple[str, str]]:
    """Every route that takes something of a reading, with its address of what was made."""
    assert get_resolver().url_patterns, (
        "read first: the apps declare their routes as their addresses are read"
    )
    found = []
    for route in ROUTES:
        names = _arguments(route)
        if names & {"reading", "doubt", "pin", "citation", "remark"} and not names - set(made):
            found.append((route, reverse(route, kwargs={name: made[name] for name in names})))
    return found


def nothing_at(addresses: list[tuple[str, str]], browser: Any) -> None:
    """Not found, to read or to change."""
    assert len(addresses) > 5
    for route, address in addresses:
        for reply in (browser.get(address), browser.post(address, {"reason": "x"})):
            assert reply.status_code in (404, 405), (route, reply.status_code)


def test_when_both_are_in_it_is_all_there(scene: tuple[Cast, Any, Any, Any]) -> None:
    """The same house: the guard lets go, so that what was not seen before was there to be seen."""
    cast, mine, theirs, browser = scene
    all_of_theirs(cast, theirs)
    answered(mine, REFUSAL)
    both_in((mine, theirs))
    address = reverse("reviewing:difference", args=[LAUNCHED, mine.case_id])
    assert "Rasmus" in browser.get(address).content.decode()


def _first_difference(before: str, after: str) -> str:
    place = next((at for at, (one, two) in enumerate(zip(before, after, strict=False)) if one != two), 0)
    return f"{before[max(place - 80, 0) : place + 80]!r} became {after[max(place - 80, 0) : place + 80]!r}"


def _arguments(route: str) -> set[str]:
    """The names of the arguments of a route."""
    from django.urls import get_resolver

    app, _, name = route.rpartition(":")
    resolver: Any = get_resolver()
    if app:
        resolver = resolver.namespace_dict[app][1]
    return {argument for possible in resolver.reverse_dict.getlist(name) for argument in possible[0][0][1]}

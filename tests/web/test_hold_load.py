"""Forty people at work and twenty uploads: nobody meets an error, and nobody waits.

`SAGSBAROMETER_SOAK=1 ./run python -m pytest -q -s -n0 tests/web/test_hold_load.py` takes five minutes on a machine that
does nothing else (and three before, in which all sign in), and holds the times. Without it: twelve people for fifteen
seconds, where only errors count.
SAGSBAROMETER_LOAD_SECONDS makes it another length.
"""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import SOAK
from tests.web.cast import LAUNCHED, PASSWORD
from tests.web.deliveries_in_tests import ANSWERS
from tests.web.load_in_tests import Browser, Person, Watch, percentile, speed
from tests.web.served_in_tests import Server

SECONDS = int(os.environ.get("SAGSBAROMETER_LOAD_SECONDS", "300" if SOAK else "15"))
# How many of each: of those who deliver, read, plan, look after the house, and look on.
PEOPLE = (18, 9, 6, 3, 4) if SOAK else (5, 3, 2, 1, 1)
UPLOADS = 20 if SOAK else 4
PAUSE = (1.0, 5.0) if SOAK else (0.3, 1.5)  # seconds between two things a person does
MOST_PAGE, MOST_SAVE = 0.300, 0.150  # seconds that 95 percent have to be under
FIRST = 920  # the first municipality of those who deliver
READ = 6  # cases of each reader
SIGN_INS = 60  # a minute: from one address no more than 120 are let in

Work = Callable[[Browser, int], None]


@pytest.fixture(scope="module")
def papers() -> list[bytes]:
    """Real PDFs of some pages, no two alike."""
    from sagsbarometer.web.letters.pdf import letter_pdf

    lines = "\n\n".join("Dette er en opdigtet afgørelse om ledsagelse. " * 12 for _ in range(12))
    return [
        letter_pdf(f"# Afgørelse {n}\n\n{lines}\n", "Opdigtet Kommune", "1. oktober 2026")
        for n in range(UPLOADS)
    ]


def delivers(request_id: str, name: str) -> Work:
    """A contact: looks at what is asked, makes a case, corrects it, and checks."""
    base, mine = f"/kommune/{request_id}/", []

    def work(browser: Browser, number: int) -> None:
        step = number % 6
        if step == 0:
            browser.page("kommunens forside", "/kommune/")
            browser.page("indkaldelsen", base)
        elif step == 1:
            browser.page("ny sag", f"{base}ny-sag/")
            given = ANSWERS | {"own_number": f"{name}-{number}"}
            mine.append(browser.save("ny sag", f"{base}ny-sag/", given))
            browser.page("sagen", mine[-1])
        elif step in (2, 3, 4):
            browser.page("sagen", mine[-1])
            given = ANSWERS | {"own_number": f"{name}-{number}"}
            browser.save("kort skema", mine[-1], given)
        else:
            browser.page("kontrol", f"{base}kontrol/")

    return work


def reads(cases: list[str]) -> Work:
    """A reader: the queue, a case, and the verdict on it."""

    def work(browser: Browser, number: int) -> None:
        case = cases[number % len(cases)]
        address = f"/studier/{LAUNCHED}/sager/{case}/"
        if number % 3 == 0:
            browser.page("sortering", f"/studier/{LAUNCHED}/sortering/")
        browser.page("sag i sorteringen", address)
        browser.save("visitation", address, {"verdict": "in", "as_declared": "1", "found_form": "written"})

    return work


def plans(name: str) -> Work:
    """An analyst with a study of their own: a step of its plan, and how the collection goes."""
    study: list[str] = []

    def work(browser: Browser, number: int) -> None:
        if not study:
            browser.page("nyt studie", "/studier/ny/")
            where = browser.save("nyt studie", "/studier/ny/", {"name": name, "template": "barometer_97"})
            study.append(where.split("/")[2])
        step = number % 4
        if step == 0:
            browser.page("studiet", f"/studier/{study[0]}/")
        elif step == 1:
            browser.page("indsamlingen", f"/studier/{LAUNCHED}/indsamling/")
        else:
            address = f"/studier/{study[0]}/plan/opdrag/"
            browser.page("trin i planen", address)
            given = {"asked_by": f"Udvalg {number}", "funding": "Finansloven", "due": "2027-11-30"}
            browser.save("trin i planen", address, given)

    return work


def opens(*pages: tuple[str, str]) -> Work:
    """Somebody who only looks."""

    def work(browser: Browser, number: int) -> None:
        browser.page(*pages[number % len(pages)])

    return work


def uploads(request_id: str, paper: bytes, name: str) -> Work:
    """A contact who makes one case and puts its document in."""
    base = f"/kommune/{request_id}/"

    def work(browser: Browser, number: int) -> None:
        browser.page("ny sag", f"{base}ny-sag/")
        case = browser.save("ny sag", f"{base}ny-sag/", ANSWERS | {"own_number": name})
        browser.page("sagen", case)
        browser.upload("et dokument", f"{case}filer/", paper)
        if "sag.pdf" not in browser.page("sagen", case):
            raise AssertionError("the document is not there")

    return work


def _people(cast: Any) -> Iterator[tuple[str, Work]]:
    """Everybody's address and what they do."""
    contacts, readers, analysts, keepers, others = PEOPLE
    for number in range(contacts):
        code = str(FIRST + number)
        yield _person(f"kontakt{code}", "municipal_contact", code), delivers(cast.request(code).pk, code)
    for number in range(readers):
        yield _person(f"laeser{number}", "reviewer"), reads(_cases(cast, str(FIRST + number)))
    for number in range(analysts):
        yield _person(f"analytiker{number}", "analyst"), plans(f"Måling {number}")
    house = (("hændelser", "/haendelser/"), ("personer", "/personer/"), ("alle opgaver", "/opgaver/alle/"))
    for number in range(keepers):
        yield _person(f"administrator{number}", "administrator"), opens(*house)
    study = f"/studier/{LAUNCHED}"
    views = (("indsamlingen", f"{study}/indsamling/"), ("belastning", f"{study}/belastning/"),
             ("udgåede", f"{study}/udgaaede/"), ("kalender", f"{study}/kalender/"))  # fmt: skip
    for number in range(others):
        yield _person(f"leder{number}", "supervisor"), opens(*views)


def _person(name: str, role: str, code: str = "") -> str:
    """Somebody with a password and a role; their address."""
    from sagsbarometer.web.accounts.models import Membership, User
    from sagsbarometer.web.events.acting import acting

    known = User.objects.get(email="ada@example.dk").password
    study = None if role in ("analyst", "administrator") else LAUNCHED
    with acting("system:tests", "load"):
        user = User.objects.create(email=f"{name}@example.dk", name=name.title(), password=known)
        Membership.objects.create(user=user, role=role, study_id=study, municipality=code)
    return str(user.email)


def _cases(cast: Any, code: str) -> list[str]:
    """Delivered cases of a municipality, that wait for a reader."""
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.events.acting import acting

    asked, like = cast.request(code), cast.case("902", "submitted")
    made = [
        Case(study_id=LAUNCHED, request=asked, municipality=code, number=500 + n, stratum="alle", state="submitted",
             declared=like.declared, declared_states=like.declared_states, submitted_at=like.submitted_at)
        for n in range(READ)
    ]  # fmt: skip
    with acting("system:tests", "load"):
        Case.objects.bulk_create(made)
    return [case.pk for case in made]


def _work_of_the_house(cast: Any) -> None:
    """What the queue does beside: 98 letters."""
    from sagsbarometer.web.jobs import ask

    ask("letters.make", {"study": LAUNCHED, "kind": "pre_release"}, actor=cast.anna.pk, study=LAUNCHED)


def test_forty_people_at_work(workplace: Any, cast: Any, papers: list[bytes]) -> None:
    from django.db import connections

    from sagsbarometer.web.events.present import Held, differences
    from sagsbarometer.web.events.verifying import verify_chain

    people = list(_people(cast))
    senders = [
        (_person(f"afsender{n}", "municipal_contact", str(FIRST + 30 + n)), str(FIRST + 30 + n))
        for n in range(UPLOADS)
    ]
    sending = [(who, uploads(cast.request(code).pk, papers[n], who)) for n, (who, code) in enumerate(senders)]
    _work_of_the_house(cast)
    connections.close_all()
    machine = speed(workplace.home.folder)
    server, watch = Server(workplace), Watch()
    before = _processor()
    server.start()
    try:
        browsers = [Browser(server.port, watch) for _ in (*people, *sending)]
        for number, ((who, _), browser) in enumerate(zip((*people, *sending), browsers, strict=True)):
            if number >= SIGN_INS:
                time.sleep(60 / SIGN_INS)
            browser.sign_in(who, PASSWORD)
        now, chance = time.monotonic(), random.Random(7)
        threads = [
            Person(browser, work, begin=now + chance.uniform(0, PAUSE[1]), leave=now + SECONDS, pause=PAUSE)
            for (_, work), browser in zip(people, browsers, strict=False)
        ]
        threads += [
            Person(
                browser,
                work,
                begin=now + SECONDS * n / UPLOADS,
                leave=now + SECONDS + 60,
                pause=PAUSE,
                most=1,
            )
            for n, ((_, work), browser) in enumerate(zip(sending, browsers[len(people) :], strict=True))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS + 120)
        assert not any(thread.is_alive() for thread in threads)
        load = os.getloadavg()[0]
    finally:
        server.stop()
    asked = sum(map(len, watch.taken.values()))
    print(  # noqa: T201
        f"\n{len(people)} people, {UPLOADS} uploads, {SECONDS} s\n{watch.table()}\n{asked} requests, "
        f"{1000 * (_processor() - before) / asked:.0f} ms of processor each, letters and uploads included\n"
        f"{machine}; load at the end {load:.1f}; {len(watch.faults)} errors"
    )
    assert not watch.faults, (watch.faults[:10], server.log())
    assert len(watch.of("upload")) == UPLOADS
    assert watch.of("save")
    assert verify_chain().first_break is None
    assert list(differences(Held())) == []
    if SOAK:
        assert percentile(watch.of("page"), 95) < MOST_PAGE
        assert percentile(watch.of("save"), 95) < MOST_SAVE


def _processor() -> float:
    """Seconds of processor time of the processes that have ended, with theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

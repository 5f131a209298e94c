"""Forty readers who save at once, a server killed under them, and pairs who answer the same question together.

`SAGSBAROMETER_SOAK=1 ./run python -m pytest -q -s -n0 tests/web/test_reviewing_hold.py` holds the whole promise (five
minutes of forty readers, 300 kills, 1,000 pairs, on a machine that does nothing else); without it the same in small.
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connections

from sagsbarometer.web.events.verifying import verify_chain
from tests.conftest import SOAK
from tests.web.cast import LAUNCHED, Cast
from tests.web.load_in_tests import percentile, speed
from tests.web.readings_in_tests import reading_of, screened_in
from tests.web.served_in_tests import Server

READERS = 40 if SOAK else 8
SECONDS, PAUSE = (300, 3.0) if SOAK else (6, 0.5)
MOST = 0.150  # seconds that 95 percent of the saves have to be under
KILLS = 300 if SOAK else 2
PAIRS = 1_000 if SOAK else 20
# What is answered again and again, with answers that are not the same twice.
QUESTIONS = {
    "result": ("grant", "refusal", "partial_refusal"),
    "occasion": ("new_application", "follow_up", "remitted_case"),
    "party_hearing_defect": ("none", "immaterial", "material"),
    "deadline_days": ("28", "56", "84"),
}


@dataclass
class Line:
    """A browser's connection on the reading page: saves as its script does, and knows what number it stands on."""

    port: int
    session: str
    reading: str
    name: str
    numbers: dict[str, int] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)  # the key of each, as it is kept
    sent: int = 0
    line: http.client.HTTPConnection | None = None

    def save(self, question: str, value: str, number: int | None = None) -> int:
        """The status of the reply. Raises OSError where none came."""
        self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.sent += 1
        once = f"{self.name}.{self.sent}"
        at = self.numbers.get(question, 0) if number is None else number
        body = urlencode({"value": value, "number": at, "once": once})
        headers = {
            "Cookie": f"csrftoken={'t' * 32}; sessionid={self.session}", "X-CSRFToken": "t" * 32, "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        try:
            self.line.request("POST", f"/laesning/{self.reading}/svar/{question}/", body, headers)
            reply = self.line.getresponse()
            reply.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        if reply.status == 200:
            self.numbers[question] = at + 1
            self.acknowledged.append(f"{self.reading}-{once}")
        return reply.status

    def again(self, number: int) -> int:
        """The save after `number` others: the questions in turn, never the answer that stands."""
        question = list(QUESTIONS)[number % len(QUESTIONS)]
        values = QUESTIONS[question]
        return self.save(question, values[number // len(QUESTIONS) % len(values)])


@pytest.fixture
def lines(cast: Cast, client_of: Callable[..., Any]) -> Callable[[Server], list[Line]]:
    """Readers with a case and a session each."""
    from sagsbarometer.web.accounts.models import Membership, User
    from sagsbarometer.web.events.acting import acting

    cases = screened_in(cast, READERS)
    found = []
    for number, case in enumerate(cases):
        with acting("system:tests", "hold"):
            user = User.objects.create(email=f"laeser{number}@example.dk", name=f"Læser {number}")
            Membership.objects.create(user=user, role="reviewer", study_id=LAUNCHED)
        found.append((client_of(user).session.session_key, _reading(cast, user, case).id))
    connections.close_all()

    def on(server: Server) -> list[Line]:
        return [Line(server.port, session, id, f"l{n}") for n, (session, id) in enumerate(found)]

    return on


def test_forty_readers_save_and_nobody_waits(
    workplace: Any, cast: Cast, lines: Callable[[Server], list[Line]]
) -> None:
    from sagsbarometer.web.events.present import Held, differences

    machine = speed(workplace.home.folder)
    server = Server(workplace)
    server.start()
    taken: list[float] = []
    faults: list[str] = []
    held = lines(server)
    leave = time.monotonic() + SECONDS

    def work(line: Line, wait: float) -> None:
        time.sleep(wait)
        number = 0
        while time.monotonic() < leave:
            begun = time.perf_counter()
            if (status := line.again(number)) != 200:
                faults.append(f"{line.name}: {status}")
            taken.append(time.perf_counter() - begun)
            number += 1
            time.sleep(max(PAUSE - (time.perf_counter() - begun), 0))

    try:
        _together([(work, (line, PAUSE * n / READERS)) for n, line in enumerate(held)])
    finally:
        server.stop()
    told = [f"{1000 * percentile(taken, percent):.0f}" for percent in (50, 95, 100)]
    saves = f"{len(taken)} saves, p50, p95, max {told} ms, {len(faults)} errors"
    print(f"\n{READERS} readers, {SECONDS} s: {saves}\n{machine}")  # noqa: T201
    assert not faults, (faults[:10], server.log())
    _all_there(held)
    assert list(differences(Held())) == []
    if SOAK:
        assert percentile(taken, 95) < MOST


def test_no_acknowledged_answer_is_lost_when_the_server_is_killed(
    workplace: Any, cast: Cast, lines: Callable[[Server], list[Line]]
) -> None:
    server, chance = Server(workplace), random.Random(7)
    held: list[Line] = []
    try:
        for _kill in range(KILLS):
            server.start()
            held = held or lines(server)[:4]
            for line in held:
                line.port, line.line = server.port, None
                line.numbers = _numbers(line)  # as the page that is opened again
            threads = [threading.Thread(target=_until_killed, args=(line,)) for line in held]
            for thread in threads:
                thread.start()
            enough = sum(len(line.acknowledged) for line in held) + chance.randint(1, 12)
            limit = time.monotonic() + 60
            while sum(len(line.acknowledged) for line in held) < enough and time.monotonic() < limit:
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.2))
            server.kill()
            for thread in threads:
                thread.join(90)
            _all_there(held)
    finally:
        server.kill()
    assert sum(len(line.acknowledged) for line in held) >= KILLS
    assert verify_chain().first_break is None
    said = sum(len(line.acknowledged) for line in held), sum(line.sent for line in held)
    print(f"\n{KILLS} kills, {said[0]} acknowledged of {said[1]}")  # noqa: T201


def test_of_two_who_answer_at_once_one_is_in_and_the_other_is_told(
    databases: str, workplace: Any, cast: Cast, client_of: Callable[..., Any]
) -> None:
    from sagsbarometer.web.reviewing.models import Answer

    row = reading_of(cast)
    sessions = [client_of(cast.rikke).session.session_key for _ in range(2)]
    connections.close_all()
    server = Server(workplace)
    server.start()
    try:
        pair = [Line(server.port, session, row.id, f"p{n}") for n, session in enumerate(sessions)]
        start = threading.Barrier(2)
        for number in range(PAIRS):
            values = [("28", "56"), ("84", "112")][number % 2]
            said: list[int] = []

            def save(line: Line, value: str, number: int = number, said: list[int] = said) -> None:
                start.wait()
                said.append(line.save("deadline_days", value, number))

            _together([(save, (line, value)) for line, value in zip(pair, values, strict=True)])
            assert sorted(said) == [200, 409], (number, said)
    finally:
        server.stop()
    rows = list(Answer.objects.filter(reading=row).order_by("number").values_list("number", "once"))
    assert [number for number, _once in rows] == list(range(1, PAIRS + 1))
    assert {once for _number, once in rows} == {once for line in pair for once in line.acknowledged}
    assert verify_chain().first_break is None


def _reading(cast: Cast, user: Any, case: Any) -> Any:
    """A reading of somebody who is not of the cast."""
    from sagsbarometer.web.events.acting import acting

    row = reading_of(cast, case=case)
    with acting("system:tests", "hold"):
        row.reader = user
        row.save()
    return row


def _together(work: list[tuple[Callable[..., None], tuple[Any, ...]]]) -> None:
    threads = [threading.Thread(target=target, args=arguments) for target, arguments in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + 120)


def _until_killed(line: Line) -> None:
    """Never the answer that stands, also where the reply to the one before was lost."""
    with suppress(OSError):
        while True:
            line.save("deadline_days", str(1 + line.sent % 300))


def _numbers(line: Line) -> dict[str, int]:
    from sagsbarometer.web.reviewing.models import Answer

    kept = Answer.objects.filter(reading=line.reading).order_by("number").values_list("question", "number")
    connections.close_all()
    return dict(kept)


def _all_there(held: list[Line]) -> None:
    """Every save that was acknowledged is a row, and every row has its event."""
    from sagsbarometer.web.events.models import Event, Pending
    from sagsbarometer.web.reviewing.models import Answer

    kept = set(
        Answer.objects.filter(reading__in=[line.reading for line in held]).values_list("once", flat=True)
    )
    lost = {once for line in held for once in line.acknowledged} - kept
    assert not lost, f"{len(lost)} acknowledged answers are lost"
    rows = set(Answer.objects.values_list("id", flat=True))
    told = set(
        Event.objects.filter(thing="reviewing_answer", act="insert").values_list("thing_id", flat=True)
    )
    assert rows <= told
    assert not Pending.objects.exists()
    connections.close_all()

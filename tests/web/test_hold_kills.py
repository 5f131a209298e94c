"""The server killed in the middle of its work: what it acknowledged is there, with an event for each."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from typing import Any

from django.db import connections

from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.events.models import Event, Pending
from sagsbarometer.web.events.verifying import verify_chain
from tests.conftest import SOAK
from tests.web.served_in_tests import Server

WRITERS = 4


class _Writer(threading.Thread):
    """Makes cases until the server dies; `acknowledged` holds the ids it got a reply with."""

    def __init__(self, server: Server, path: str, session: str, name: str) -> None:
        super().__init__(daemon=True)
        self.server, self.path, self.session, self.prefix = server, path, session, name
        self.acknowledged: list[str] = []
        self.asked: list[str] = []
        self.faults: list[str] = []

    def run(self) -> None:
        while True:
            once = f"{self.prefix}-{len(self.asked)}"
            self.asked.append(once)
            try:
                status, where = self.server.post(self.path, self.session, {"once": once, "own_number": once})
            except OSError:  # killed
                return
            if status != 302 or "/sager/" not in where:
                self.faults.append(f"{status} {where}")
                return
            self.acknowledged.append(where.rstrip("/").rpartition("/")[2])


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    databases: str, workplace: Any, cast: Any, client_of: Any
) -> None:
    kills = {"sqlite": 200, "postgresql": 100}[databases] if SOAK else 2
    session = client_of(cast.kim).session.session_key
    path = f"/kommune/{cast.request('901').pk}/ny-sag/"
    chance, server = random.Random(7), Server(workplace)
    acknowledged: list[str] = []
    asked: list[str] = []
    try:
        for number in range(kills):
            connections.close_all()  # a killed PostgreSQL client leaves none of ours behind
            server.start()
            writers = [_Writer(server, path, session, f"k{number}w{n}") for n in range(WRITERS)]
            for writer in writers:
                writer.start()
            limit = time.monotonic() + 60
            few = chance.randint(1, 12)  # so that kills fall at every stage of a piece of work
            while sum(len(one.acknowledged) for one in writers) < few and time.monotonic() < limit:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.5))
            server.kill()
            for writer in writers:
                writer.join(90)
                assert not writer.faults, (writer.faults, server.log())
                acknowledged += writer.acknowledged
                asked += writer.asked
            _holds(acknowledged)
    finally:
        server.kill()
    assert len(acknowledged) >= kills
    print(f"{databases}: {kills} kills, {len(acknowledged)} acknowledged, {len(asked)} asked")  # noqa: T201


def _holds(acknowledged: list[str]) -> None:
    cases = set(Case.objects.values_list("pk", flat=True))
    assert len(set(acknowledged)) == len(acknowledged)
    assert set(acknowledged) <= cases, "an acknowledged case is lost"
    made = Counter(
        Event.objects.filter(thing="delivering_case", act="insert").values_list("thing_id", flat=True)
    )
    assert all(made[case] == 1 for case in cases), "a case without its event"
    assert set(made) == cases, "an event without its case"
    assert not Pending.objects.exists()
    assert verify_chain().first_break is None

"""What the house does by itself: once each time, whoever serves it, also after a restart and after a fault."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.utils import timezone

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.jobs import routines
from sagsbarometer.web.jobs.models import Routine
from sagsbarometer.web.jobs.routines import ROUTINES, run_due, seen

if TYPE_CHECKING:
    from django.test import Client

    from tests.web.cast import Cast
    from tests.web.house_in_tests import Workplace

DAY = timedelta(days=1)
DID: list[str] = []


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes one routine of a function, and none else there is."""
    DID.clear()

    def known(do: Callable[[], str]) -> None:
        monkeypatch.setattr(routines, "ROUTINES", {"test": routines.Known("test", "Prøve", DAY, do)})

    return known


def did() -> str:
    DID.append("did")
    return "Gjort."


def test_a_routine_is_done_when_it_is_due(databases: str, workplace: Workplace, only: Any) -> None:
    only(did)
    now = timezone.now()
    assert (run_due(now), run_due(now), run_due(now + DAY - timedelta(minutes=1))) == (["test"], [], [])
    assert run_due(now + DAY) == ["test"]
    assert len(DID) == 2
    (one,) = seen(now)
    assert (one.row.said, one.row.fault, one.late) == ("Gjort.", "", False)
    (one,) = seen(now + 5 * DAY)
    assert one.late


def test_twelve_at_once_do_it_once(databases: str, workplace: Workplace, only: Any) -> None:
    """The first time, where there is no row, and the next, where there is one."""
    only(did)
    for turn in (1, 2):
        now, gate = timezone.now() + turn * 2 * DAY, threading.Barrier(12)

        def take(now: Any = now, gate: threading.Barrier = gate) -> None:
            try:
                gate.wait()
                run_due(now)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=take) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(DID) == turn


def test_a_fault_is_told_without_its_words_and_it_is_tried_again(
    databases: str, workplace: Workplace, only: Any
) -> None:
    def fails() -> str:
        DID.append("failed")
        raise ValueError("0101701234 Borger Borgersen")

    def stops() -> str:
        raise Faults([Problem("TEST-1", Place(), "Disken er fuld.", "Gør plads.")])

    only(fails)
    now = timezone.now()
    assert run_due(now) == ["test"]
    assert run_due(now + timedelta(minutes=59)) == []
    row = Routine.objects.get()
    assert row.fault.startswith("ValueError, test_routines.py:")
    assert row.ended_at is None
    assert run_due(now + routines.AGAIN) == ["test"]
    only(stops)
    assert run_due(now + 2 * routines.AGAIN) == ["test"]
    assert Routine.objects.get().fault == "Disken er fuld."
    only(did)
    assert run_due(now + 3 * routines.AGAIN) == ["test"]
    assert Routine.objects.get().fault == ""


def test_what_was_cut_off_is_done_after_a_while(workplace: Workplace, only: Any) -> None:
    def killed() -> str:
        raise KeyboardInterrupt

    only(killed)
    now = timezone.now()
    with pytest.raises(KeyboardInterrupt):
        run_due(now)
    only(did)
    assert run_due(now + timedelta(minutes=1)) == []
    assert run_due(now + routines.AGAIN) == ["test"]


def test_all_that_there_is_goes_well_in_a_new_house(databases: str, workplace: Workplace, cast: Cast) -> None:
    assert set(run_due()) == {"sessions", "invitations", "uploads", "anchor", "rows"}
    assert run_due(beside=True) == ["scans"]
    assert set(ROUTINES) == {"sessions", "invitations", "uploads", "anchor", "rows", "scans"}
    assert [one.row.fault for one in seen()] == [""] * 6


def test_sessions_that_are_over_go_and_others_stay(
    databases: str, workplace: Workplace, cast: Cast, client_of: Callable[..., Client]
) -> None:
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session
    from django.core.cache import cache

    anna, kim = client_of(cast.anna), client_of(cast.kim)
    for client in (anna, kim):
        assert client.get("/konto/").status_code == 200
    long_ago = timezone.now() - DAY
    Session.objects.filter(session_key=kim.session.session_key).update(expire_date=long_ago)
    UserSession.objects.update(created_at=long_ago)
    cache.set("over", 1, timeout=1)
    cache.set("stays", 1, timeout=600)
    time.sleep(2.1)
    ROUTINES["sessions"].do()
    assert not Session.objects.filter(expire_date__lt=timezone.now()).exists()
    assert [row.user_id for row in UserSession.objects.all()] == [cast.anna.pk]
    assert anna.get("/konto/").status_code == 200
    assert kim.get("/konto/").status_code == 302
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT cache_key FROM sagsbarometer_cache")
        keys = {key for (key,) in cursor.fetchall()}
    assert any("stays" in key for key in keys)
    assert not any("over" in key for key in keys)


def test_invitations_nobody_took_go_after_ninety_days(
    databases: str, workplace: Workplace, cast: Cast
) -> None:
    from sagsbarometer.web.accounts.models import Invitation
    from sagsbarometer.web.events.models import Event

    def invited(name: str, days: int, **more: Any) -> None:
        then = timezone.now() - timedelta(days=days)
        Invitation.objects.create(
            email=f"{name}@example.dk", name=name, role="editor", token_hash=name, expires=then, **more
        )

    with acting("system:tests", "tests"):
        invited("never", 91)
        invited("late", 89)
        invited("came", 91, accepted_at=timezone.now())
    ROUTINES["invitations"].do()
    assert set(Invitation.objects.values_list("name", flat=True)) == {"late", "came"}
    gone = Event.objects.get(thing="accounts_invitation", act="delete")
    assert (gone.actor, gone.purpose) == ("system:routine", "sweep_invitations")


def test_uploads_never_confirmed_go(workplace: Workplace, cast: Cast) -> None:
    from sagsbarometer.web.documents.arriving import folder

    old, new = folder() / "old", folder() / "new"
    shelf = workplace.home.documents / "ab"
    shelf.mkdir()
    orphan, fresh = shelf / ("ab" + "x" * 22), shelf / ("ab" + "y" * 22)
    for path, hours in ((old, 2), (new, 0), (orphan, 8 * 24), (fresh, 3 * 24)):
        path.write_bytes(b"x")
        then = time.time() - hours * 3600
        os.utime(path, (then, then))
    assert ROUTINES["uploads"].do() == "2 efterladte filer fjernet."
    assert [path.exists() for path in (old, new, orphan, fresh)] == [False, True, False, True]


def test_the_daily_anchor_goes_where_the_settings_say(
    workplace: Workplace, cast: Cast, tmp_path: Any
) -> None:
    from django.core import mail

    from sagsbarometer.web.events.verifying import verify_chain

    outside = tmp_path / "andet-sted.jsonl"
    config = workplace.home.folder / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f'{text}\n[anchor]\nfile = "{outside}"\nmail = "dpo@example.dk"\n', encoding="utf-8")
    said = ROUTINES["anchor"].do()
    line = json.loads(outside.read_text(encoding="utf-8"))
    assert said == f"Hændelse {line['seq']} er ankret, også i fil og mail."
    assert outside.read_text(encoding="utf-8") == workplace.home.anchors.read_text(encoding="utf-8")
    (sent,) = mail.outbox
    assert sent.to == ["dpo@example.dk"]
    assert line["digest"] in sent.body
    assert verify_chain().anchors == 1


def test_a_broken_chain_gets_no_anchor(workplace: Workplace, cast: Cast) -> None:
    from django.db import connection

    from sagsbarometer.web.events.guard import remove

    remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_event SET actor = 'nobody' WHERE seq = 3")
    with pytest.raises(Faults, match="KAEDE-103"):
        ROUTINES["anchor"].do()
    assert not workplace.home.anchors.exists()


def test_the_page_and_the_doctor_tell(
    workplace: Workplace, cast: Cast, client_of: Callable[..., Client], only: Any
) -> None:
    from sagsbarometer.web.keeping.doctor import by_itself

    def fails() -> str:
        raise KeyError

    only(fails)
    ada = client_of(cast.ada)
    assert "Når opgavekøen er startet" in ada.get("/opgaver/faste/").content.decode()
    assert [one.is_well for one in by_itself(workplace.home)] == [True]
    run_due()
    page = ada.get("/opgaver/faste/").content.decode()
    assert "KeyError, test_routines.py:" in page
    assert [one.is_well for one in by_itself(workplace.home)] == [False]
    assert "/opgaver/faste/" in ada.get("/opgaver/alle/").content.decode()
    assert client_of(cast.anna).get("/opgaver/faste/").status_code == 404
    only(did)
    run_due(timezone.now() + DAY)
    assert "Gjort." in ada.get("/opgaver/faste/").content.decode()


def test_the_server_does_them(command_server: Any, workplace: Workplace) -> None:
    limit = time.monotonic() + 120
    while time.monotonic() < limit and Routine.objects.exclude(ended_at=None).count() < len(ROUTINES):
        time.sleep(0.2)
    assert [one.row.fault for one in seen()] == [""] * len(ROUTINES)
    assert all(one.row.ended_at for one in seen())

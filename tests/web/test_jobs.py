"""The queue: asked once, taken by one worker, taken up again after a kill, stopped, and never done without rights."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.web.jobs import Tell, ask, kind, queue
from sagsbarometer.web.jobs.kinds import KINDS
from sagsbarometer.web.jobs.models import Job
from sagsbarometer.web.jobs.worker import NOT_ALLOWED, UNKNOWN, Worker, only_one
from sagsbarometer.web.rights.state_of import find_study

if TYPE_CHECKING:
    from django.test import Client

    from tests.web.cast import Cast
    from tests.web.house_in_tests import Workplace

DID: list[str] = []
HOLD = threading.Event()


@kind(
    "test_note",
    action="send_letters",
    find=find_study,
    title="Noter",
    after=lambda given: f"/studier/{given['study']}/",
)
def note(job: Job, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Says how far it is, three times."""
    for number in (1, 2, 3):
        DID.append(f"{job.id}:{number}")
        tell(number, 3, f"Note {number}")


@kind("test_wait", action="send_letters", find=find_study)
def wait(job: Job, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Goes on until it is told to stop, at most 20 seconds."""
    limit = time.monotonic() + 20
    number = 0
    while time.monotonic() < limit:
        number += 1
        tell(number, 0, "Venter")
        time.sleep(0.02)


@kind("test_fail", action="send_letters", find=find_study)
def fail(job: Job, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Always fails, with words that may not be told."""
    DID.append("failed")
    raise ValueError("0101701234 Borger Borgersen")


@kind("test_refuse", action="send_letters", find=find_study)
def refuse(job: Job, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Stops with a problem."""
    raise Faults([Problem("TEST-1", Place(), "Adressen mangler.", "Skriv den.")])


@kind("test_inside", action="send_letters", find=find_study)
def inside(job: Job, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Tells from within a transaction that is undone."""
    try:
        with transaction.atomic():
            tell(7, 9, "Syv af ni")
            HOLD.wait(10)
            raise KeyError
    except KeyError:
        pass


@kind("test_house", action="send_letters", find=find_study, system=True)
def house(job: Job, arguments: Mapping[str, Any], tell: Tell) -> None:
    """May be asked for by the house."""
    DID.append("house")


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    DID.clear()
    HOLD.clear()


@pytest.fixture
def worker() -> Worker:
    """A worker that does what it is asked."""
    return Worker("here:1", threading.Event())


def asked(cast: Cast, name: str, **more: Any) -> Job:
    """A piece of work that Anna, an analyst, asks for."""
    return ask(name, {"study": cast.launched.id}, actor=cast.anna.id, study=cast.launched.id, **more)


def again(job: Job) -> Job:
    """The row as it is now."""
    return Job.objects.get(pk=job.pk)


def test_work_is_done_and_says_so(databases: str, cast: Cast, worker: Worker) -> None:
    job = asked(cast, "test_note")
    assert worker.once()
    done = again(job)
    assert (done.state, done.done, done.total, done.said) == ("done", 3, 3, "Note 3")
    assert done.ended_at is not None
    assert done.next_page == f"/studier/{cast.launched.id}/"
    assert not worker.once()


def test_the_same_work_is_asked_for_once(databases: str, cast: Cast, worker: Worker) -> None:
    first, second = asked(cast, "test_note", once="key"), asked(cast, "test_note", once="key")
    assert first.pk == second.pk
    with transaction.atomic():  # a double click is met inside the transaction of a view
        assert asked(cast, "test_note", once="key").pk == first.pk
    with pytest.raises(ValueError):
        asked(cast, "test_wait", once="key")
    with pytest.raises(KeyError):
        asked(cast, "test_nobody_made")
    while worker.once():
        pass
    assert len(DID) == 3


def test_work_asked_for_in_a_transaction_that_is_undone_is_not_asked_for(databases: str, cast: Cast) -> None:
    with transaction.atomic():
        asked(cast, "test_note")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_eight_workers_share_forty_pieces(databases: str, cast: Cast) -> None:
    jobs = [asked(cast, "test_note") for _ in range(40)]
    faults: list[BaseException] = []

    def work(number: int) -> None:
        mine = Worker(f"host{number}:1", threading.Event())
        try:
            while mine.once():
                pass
        except BaseException as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert sorted(DID) == sorted(f"{job.id}:{number}" for job in jobs for number in (1, 2, 3))
    assert set(Job.objects.values_list("state", "tries")) == {("done", 1)}


def test_what_is_not_due_waits(databases: str, cast: Cast, worker: Worker) -> None:
    job = asked(cast, "test_note", due_at=timezone.now() + timedelta(hours=1))
    assert not worker.once()
    assert queue.claim("here:1", timezone.now() + timedelta(hours=2)).pk == job.pk  # type: ignore[union-attr]


def test_work_of_a_dead_worker_is_taken_up_three_times_and_no_more(databases: str, cast: Cast) -> None:
    job = asked(cast, "test_note")
    now = timezone.now()
    for tries in (1, 2, 3):
        taken = queue.claim(f"dead:{tries}", now)
        assert taken is not None
        assert taken.tries == tries
        assert queue.claim("other:1", now + queue.LOST_AFTER / 2) is None  # it may still be alive
        now += 2 * queue.LOST_AFTER
    assert queue.claim("other:1", now) is None
    assert (again(job).state, again(job).said) == ("failed", queue.GAVE_UP)


def test_a_worker_that_was_thought_dead_ends_nothing(databases: str, cast: Cast) -> None:
    job = asked(cast, "test_note")
    slow = queue.claim("slow:1")
    other = queue.claim("quick:1", timezone.now() + 2 * queue.LOST_AFTER)
    assert slow is not None
    assert other is not None
    assert not queue.beat(slow, "slow:1", 1, 2, "")
    assert not queue.end(slow, "slow:1", "done")
    assert again(job).worker == "quick:1"
    assert queue.end(other, "quick:1", "done")


def test_a_new_worker_of_the_host_takes_up_at_once(databases: str, cast: Cast, worker: Worker) -> None:
    job = asked(cast, "test_note")
    assert queue.claim("here:99") is not None
    assert not worker.once()
    assert queue.release_lost("elsewhere") == 0
    assert queue.release_lost("here") == 1
    assert worker.once()
    assert (again(job).state, again(job).tries) == ("done", 2)


def test_only_one_worker_on_a_host(workplace: Workplace) -> None:
    with only_one(workplace.home.folder), pytest.raises(BlockingIOError):
        only_one(workplace.home.folder)
    only_one(workplace.home.folder).close()


def test_rights_are_asked_again_when_it_runs(databases: str, cast: Cast, worker: Worker) -> None:
    from sagsbarometer.web.accounts.models import Membership
    from sagsbarometer.web.events.acting import acting

    job = asked(cast, "test_note")
    with acting("system:tests", "tests"):
        Membership.objects.filter(user=cast.anna).delete()
    worker.once()
    assert (again(job).state, again(job).said) == ("failed", NOT_ALLOWED)
    assert DID == []


@pytest.mark.parametrize("who", ["rikke", "karla", "ida", "ada"])
def test_nobody_gets_more_done_than_they_may(who: str, cast: Cast, worker: Worker) -> None:
    job = ask("test_note", {"study": cast.launched.id}, actor=cast.person(who).id)
    worker.once()
    assert again(job).state == "failed"
    assert DID == []


def test_what_is_in_the_wrong_state_is_not_done(cast: Cast, worker: Worker) -> None:
    job = ask("test_note", {"study": cast.closed.id}, actor=cast.anna.id)
    worker.once()
    assert again(job).said == NOT_ALLOWED


def test_the_house_may_only_ask_for_what_is_said_to_be_the_houses(cast: Cast, worker: Worker) -> None:
    allowed = ask("test_house", {}, actor="system:calendar")
    refused = ask("test_note", {"study": cast.launched.id}, actor="system:calendar")
    worker.once()
    worker.once()
    assert (again(allowed).state, again(refused).state) == ("done", "failed")
    assert DID == ["house"]


def test_a_kind_that_is_gone_is_told(cast: Cast, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    job = asked(cast, "test_note")
    monkeypatch.delitem(KINDS, "test_note")
    worker.once()
    assert again(job).said == UNKNOWN


def test_an_error_is_tried_again_and_its_words_are_not_told(
    databases: str, cast: Cast, worker: Worker, capfd: pytest.CaptureFixture[str]
) -> None:
    job = asked(cast, "test_fail")
    for _ in range(3):
        assert worker.once()
        assert not worker.once()  # not at once
        Job.objects.filter(pk=job.pk, state="waiting").update(due_at=timezone.now())
    ended = again(job)
    assert (ended.state, ended.tries, DID) == ("failed", 3, ["failed"] * 3)
    assert "ValueError, test_jobs.py" in ended.told
    assert "0101701234" not in ended.said + "".join(capfd.readouterr())


def test_a_problem_is_told_and_not_tried_again(cast: Cast, worker: Worker) -> None:
    job = asked(cast, "test_refuse")
    worker.once()
    assert (again(job).state, again(job).said, again(job).tries) == ("failed", "Adressen mangler.", 1)


def in_background(worker: Worker) -> threading.Thread:
    """One piece of work, done beside the test."""

    def once() -> None:
        try:
            worker.once()
        finally:
            connections.close_all()

    thread = threading.Thread(target=once)
    thread.start()
    return thread


def until(true: Callable[[], object]) -> None:
    """Waits, at most a minute."""
    limit = time.monotonic() + 60
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_running_work_stops_when_it_is_asked_to(
    databases: str, cast: Cast, worker: Worker, client_of: Callable[..., Client]
) -> None:
    job = asked(cast, "test_wait")
    thread = in_background(worker)
    until(lambda: again(job).done > 0)
    assert client_of(cast.anna).post(f"/opgaver/{job.id}/stop/").status_code == 302
    thread.join(10)
    assert not thread.is_alive()
    assert again(job).state == "stopped"


def test_waiting_work_stops_at_once(databases: str, cast: Cast, worker: Worker) -> None:
    job = asked(cast, "test_note")
    queue.ask_to_stop(job.id)
    assert again(job).state == "stopped"
    assert not worker.once()


def test_work_that_is_over_cannot_be_stopped(cast: Cast, worker: Worker) -> None:
    job = asked(cast, "test_note")
    worker.once()
    queue.ask_to_stop(job.id)
    assert (again(job).state, again(job).stop_asked) == ("done", False)


def test_a_worker_that_is_asked_to_leave_puts_its_work_back_and_it_does_not_count(
    databases: str, cast: Cast
) -> None:
    leave = threading.Event()
    job = asked(cast, "test_wait")
    thread = in_background(Worker("here:1", leave))
    until(lambda: again(job).state == "running")
    leave.set()
    thread.join(10)
    assert (again(job).state, again(job).tries, again(job).worker) == ("waiting", 0, "")


def test_what_is_told_from_within_a_transaction_is_seen_outside_it(cast: Cast, worker: Worker) -> None:
    """On PostgreSQL. SQLite has one writer: there it is seen when the transaction is over."""
    job = asked(cast, "test_inside")
    HOLD.set()
    thread = in_background(worker)
    thread.join(15)
    assert (again(job).done, again(job).said, again(job).state) == (7, "Syv af ni", "done")


def test_the_page_shows_how_far_it_is_and_then_no_longer_asks(
    cast: Cast, worker: Worker, client_of: Callable[..., Client]
) -> None:
    job = asked(cast, "test_note")
    anna = client_of(cast.anna)
    page = anna.get(f"/opgaver/{job.id}/").content.decode()
    assert '<noscript><meta http-equiv="refresh"' in page
    assert 'hx-trigger="every 2s"' in page
    worker.once()
    part = anna.get(f"/opgaver/{job.id}/tilstand/").content.decode()
    assert "hx-trigger" not in part
    assert "Færdig" in part
    assert "3 / 3" in part
    assert f'href="/studier/{cast.launched.id}/"' in part
    assert "refresh" not in anna.get(f"/opgaver/{job.id}/").content.decode()


def test_work_is_shown_to_the_one_who_asked_and_to_administrators(
    cast: Cast, client_of: Callable[..., Client]
) -> None:
    job = asked(cast, "test_note")
    paths = [f"/opgaver/{job.id}/", f"/opgaver/{job.id}/tilstand/"]
    assert [client_of(cast.anna).get(path).status_code for path in paths] == [200, 200]
    for other in (cast.rikke, cast.karla, cast.ada):
        assert [client_of(other).get(path).status_code for path in paths] == [404, 404]
        assert client_of(other).post(f"/opgaver/{job.id}/stop/").status_code == 404
    assert again(job).state == "waiting"
    assert client_of(cast.ada).get(f"/opgaver/alle/{job.id}/").status_code == 200
    assert client_of(cast.anna).get(f"/opgaver/alle/{job.id}/").status_code == 404
    assert client_of(cast.anna).get("/opgaver/alle/").status_code == 404
    assert job.id in client_of(cast.anna).get("/opgaver/").content.decode()
    assert job.id not in client_of(cast.rikke).get("/opgaver/").content.decode()
    assert job.id in client_of(cast.ada).get("/opgaver/alle/").content.decode()
    assert client_of(cast.ada).post(f"/opgaver/alle/{job.id}/stop/").status_code == 302
    assert again(job).state == "stopped"


def test_a_stranger_learns_nothing(cast: Cast, client_of: Callable[..., Client]) -> None:
    there, not_there = asked(cast, "test_note").id, "aaaaaaaaaaaaaaaa"
    replies = [client_of(None).get(f"/opgaver/{job}/") for job in (there, not_there)]
    assert {reply.status_code for reply in replies} == {302}

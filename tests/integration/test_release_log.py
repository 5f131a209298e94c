"""The log of a release: what of it is believed, and what is kept when many write, one dies or the disk is full."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import threading
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.release.events import Event
from sagsbarometer.release.people import People, User
from sagsbarometer.runs.release_export import export
from sagsbarometer.runs.release_read import read
from sagsbarometer.runs.release_steps import Step, step
from sagsbarometer.runs.release_view import (
    log_lines,
)
from sagsbarometer.runs.release_who import Who, actor_noted
from sagsbarometer.store import release as store
from sagsbarometer.store.folder import listing
from sagsbarometer.store.release import cut_torn, open_release
from sagsbarometer.store.release_verify import verify_release
from tests.conftest import trials
from tests.releases_in_tests import (
    ANNA,
    BO,
    CARLA,
    DORTE,
    OUT,
    Findings,
    after,
    amended,
    out,
    proposed,
    protected,
    scheduled,
    take,
)


def codes(raised: pytest.ExceptionInfo[Faults]) -> set[str]:
    return {item.code for item in raised.value.problems}


def faults(raised: pytest.ExceptionInfo[Faults]) -> str:
    return " ".join(item.fault for item in raised.value.problems)


def test_a_log_somebody_improved_is_not_believed(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    lines = (folder / "log.jsonl").read_bytes().splitlines(keepends=True)
    for damaged in (lines[:1] + lines[2:], [*lines[:-1], lines[-1].replace(b"dorte", b"eva")], lines[::-1]):
        (folder / "log.jsonl").write_bytes(b"".join(damaged))
        with pytest.raises(Faults) as raised:
            open_release(folder)
        assert codes(raised) == {"UDGIV-133"}


def test_a_log_rewritten_with_the_right_hashes_still_has_to_follow_the_rules(tmp_path: Path) -> None:
    folder = proposed(tmp_path)
    release = open_release(folder)
    version = release.history.versions[0]
    actor = actor_noted(Who(ANNA), release.history.people)
    forged = Event(0, after(hours=1), "approve", 1, version.content, "approver", actor)
    line = store.sealed(release.history, forged)
    store.append(folder / "log.jsonl", line.line)
    with pytest.raises(Faults) as raised:
        open_release(folder)
    assert codes(raised) == {"UDGIV-133"}


def test_a_line_from_before_the_one_above_it_is_not_believed(tmp_path: Path) -> None:
    folder = proposed(tmp_path)
    release = open_release(folder)
    version = release.history.versions[0]
    actor = actor_noted(Who(BO), release.history.people)
    forged = Event(0, after(hours=-1), "approve", 1, version.content, "approver", actor)
    store.append(folder / "log.jsonl", store.sealed(release.history, forged).line)
    with pytest.raises(Faults) as raised:
        open_release(folder)
    assert "før det forrige trins" in faults(raised)


@pytest.mark.parametrize(("number", "content"), [(1, "0" * 64), (2, ""), (0, "")])
def test_a_line_about_another_version_or_content_is_not_believed(
    tmp_path: Path, number: int, content: str
) -> None:
    folder = proposed(tmp_path)
    release = open_release(folder)
    told = content or release.history.versions[0].content
    actor = actor_noted(Who(BO), release.history.people)
    forged = Event(0, after(hours=1), "approve", number, told, "approver", actor)
    store.append(folder / "log.jsonl", store.sealed(release.history, forged).line)
    with pytest.raises(Faults) as raised:
        open_release(folder)
    assert codes(raised) == {"UDGIV-133"}


def test_a_new_version_under_another_profile_is_refused(tmp_path: Path) -> None:
    folder = out(tmp_path)
    attack = {"done": True, "findings": 0}
    other = protected(tmp_path / "ny", protection={"profile": "open_local", "hidden": 1, "attack": attack})
    with pytest.raises(Faults) as raised:
        amended(folder, other, after(days=30))
    assert codes(raised) == {"UDGIV-141"}
    assert "strict, men de nye tal under open_local" in faults(raised)


def test_a_version_of_a_release_is_not_proposed_as_results(tmp_path: Path) -> None:
    source = protected(tmp_path / "x")
    manifest = json.loads((source / "manifest.json").read_text())
    (source / "release.json").write_text("{}")
    manifest["files"] |= listing({"release.json": b"{}"})
    (source / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Faults) as raised:
        proposed(tmp_path, protected=source)
    assert "selv en udgave" in faults(raised)


LISTED = """schema_version: 1
people:
  - {id: anna, name: Anna A, roles: [author], user: anna}
  - {id: bo, name: Bo B, roles: [approver], user: bo}
  - {id: carla, name: Carla C, roles: [approver], user: carla}
  - {id: dorte, name: Dorte D, roles: [publisher], user: dorte}
"""


@pytest.mark.parametrize(
    ("action", "role", "listed"),
    [("approve", "publisher", False), ("approve", "author", True), ("refuse", "author", True)],
)
def test_a_line_in_a_role_that_is_not_the_steps_or_the_persons_is_not_believed(
    tmp_path: Path, action: str, role: str, listed: bool
) -> None:
    (tmp_path / "people.yaml").write_text(LISTED)
    folder = proposed(tmp_path, people=tmp_path / "people.yaml" if listed else None)
    release = open_release(folder)
    content = release.history.versions[0].content
    actor = actor_noted(Who(BO), release.history.people)
    forged = Event(0, after(hours=1), action, 1, content, role, actor, {"reason": "Tabel 2 er forkert."})
    store.append(folder / "log.jsonl", store.sealed(release.history, forged).line)
    with pytest.raises(Faults) as raised:
        open_release(folder)
    assert "rollen er ikke personens" in faults(raised)


def test_a_torn_last_line_is_told_and_cut_by_name(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    log = folder / "log.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole + b'{"number": 5, "act')
    for action in ("publish", "withdraw"):
        with pytest.raises(Faults) as raised:
            take(folder, action, DORTE, OUT, reason="x") if action == "withdraw" else take(
                folder, action, DORTE, OUT
            )
        assert codes(raised) == {"UDGIV-132"}
    assert log.read_bytes() == whole + b'{"number": 5, "act'
    assert cut_torn(folder, actor_noted(Who(BO), People()), OUT) == 18
    history = open_release(folder).history
    assert history.events[-1].action == "cut"
    assert any("skåret en halv linje" in line for line in log_lines(history))
    assert cut_torn(folder, actor_noted(Who(BO), People()), OUT) == 0
    take(folder, "publish", DORTE, OUT)


def test_lines_cut_off_at_the_end_are_seen_by_who_kept_the_receipt(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    receipt = open_release(folder).history.head
    log = folder / "log.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    assert verify_release(folder)[1] == ()
    assert {item.code for item in verify_release(folder, receipt)[1]} == {"UDGIV-137"}


def test_two_at_once_is_a_conflict_and_never_a_silent_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = proposed(tmp_path)
    seen = open_release(folder).history.head
    take(folder, "refuse", BO, after(hours=1), reason="Forkert tabel.")
    late = Step(folder, "approve", Who(CARLA), after(hours=1), {}, seen)
    with pytest.raises(Faults) as raised:
        step(late)
    assert codes(raised) == {"UDGIV-135"}
    assert "bo har afvist" in faults(raised)


def test_a_reading_in_between_is_no_conflict(tmp_path: Path) -> None:
    folder = proposed(tmp_path)
    seen = open_release(folder).history.head
    read(folder, Who(BO), after(hours=1), 0, None, Findings().gate)
    step(Step(folder, "approve", Who(CARLA), after(hours=1), {}, seen))


def _approve(folder: Path, number: int, told_: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    seen = open_release(folder).history.head
    for _ in range(200):
        try:
            step(
                Step(folder, "approve", Who(User(2000 + number, f"person{number}")), after(hours=1), {}, seen)
            )
            told_.put("ok")
            return
        except Faults as error:
            code = error.problems[0].code
            if code != "UDGIV-135":
                told_.put(code)
                return
            seen = open_release(folder).history.head


def test_many_at_once_and_each_acknowledged_step_is_there(tmp_path: Path) -> None:
    folder = proposed(tmp_path)
    answers: multiprocessing.Queue[str] = multiprocessing.Queue()
    people = [multiprocessing.Process(target=_approve, args=(folder, n, answers)) for n in range(5)]
    for one in people:
        one.start()
    got = sorted(answers.get(timeout=120) for _ in people)
    for one in people:
        one.join()
    assert got == ["UDGIV-101"] * 3 + ["ok"] * 2
    history = open_release(folder).history
    assert len(history.events) == 3
    assert history.versions[0].state == "approved"


def test_a_step_waits_for_who_is_writing(tmp_path: Path) -> None:
    folder = proposed(tmp_path)
    before = (folder / "log.jsonl").read_bytes()
    handle = os.open(folder / "release.json", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    waiting = threading.Thread(target=take, args=(folder, "approve", BO, after(hours=1)))
    waiting.start()
    waiting.join(1.5)
    assert waiting.is_alive()
    assert (folder / "log.jsonl").read_bytes() == before
    os.close(handle)
    waiting.join(60)
    assert len(open_release(folder).history.events) == 2


def _read_on(folder: Path, told_: Connection) -> None:
    for number in range(10_000):
        take_note = Event(0, after(minutes=number), "read", 1, "", "anyone", BO_NOTED)
        release = open_release(folder)
        note = replace(take_note, content=release.history.versions[0].content)
        store.take(release, note)
        told_.send(number + 2)  # lines that must now be there


BO_NOTED = People().by_user(BO, noted=True)


@pytest.mark.parametrize("wait", [0.2 * number for number in range(trials(60))])
def test_an_acknowledged_step_survives_a_kill(tmp_path: Path, wait: float) -> None:
    folder = proposed(tmp_path)
    ours, theirs = multiprocessing.Pipe(duplex=False)
    worker = multiprocessing.Process(target=_read_on, args=(folder, theirs))
    worker.start()
    acknowledged = ours.recv()
    worker.join(wait / 10)
    worker.kill()
    worker.join()
    while ours.poll():
        acknowledged = ours.recv()
    cut_torn(folder, BO_NOTED, after(days=100))
    assert len(open_release(folder).history.events) >= acknowledged >= 2
    assert verify_release(folder)[1] == ()


def test_a_disk_that_is_full_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = proposed(tmp_path)
    before = (folder / "log.jsonl").read_bytes()
    real = os.write

    def full(handle: int, data: bytes) -> int:
        if len(data) > 20:
            return real(handle, bytes(data)[:20])
        raise OSError(28, "full")

    calls = []

    def half(handle: int, data: bytes) -> int:
        calls.append(1)
        if len(calls) > 1:
            raise OSError(28, "full")
        return full(handle, data)

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(OSError, match="full"):
        take(folder, "approve", BO, after(hours=1))
    assert (folder / "log.jsonl").read_bytes() == before
    monkeypatch.undo()
    take(folder, "approve", BO, after(hours=1))


def test_a_clock_behind_the_log_is_refused(tmp_path: Path) -> None:
    folder = proposed(tmp_path)
    with pytest.raises(Faults) as raised:
        take(folder, "approve", BO, after(hours=-1))
    assert "UDGIV-134" in codes(raised) or "UDGIV-125" in codes(raised)


def test_a_publication_cut_off_is_done_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = scheduled(tmp_path)

    def stop(path: Path, line: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "append", stop)
    with pytest.raises(KeyboardInterrupt):
        take(folder, "publish", DORTE, OUT)
    monkeypatch.undo()
    assert open_release(folder).history.versions[0].state == "scheduled"
    assert {item.code for item in verify_release(folder)[1]} == {"UDGIV-136"}  # told, not hidden
    with pytest.raises(Faults):
        export(folder, tmp_path / "site")
    take(folder, "publish", DORTE, OUT)
    assert verify_release(folder)[1] == ()

"""A release from proposal to 08:00, amended and withdrawn: on disk, through what the commands call."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import shutil
import threading
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.release.events import Event
from sagsbarometer.release.people import People, User
from sagsbarometer.runs.release_asked import details_of
from sagsbarometer.runs.release_export import export
from sagsbarometer.runs.release_propose import Amendment, Proposal, amend, propose
from sagsbarometer.runs.release_publish import publish
from sagsbarometer.runs.release_read import read
from sagsbarometer.runs.release_steps import Step, step
from sagsbarometer.runs.release_view import (
    change_words,
    contents,
    contents_lines,
    log_lines,
    releases_in,
    status,
    status_lines,
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
    CELLS,
    DORTE,
    HOUR,
    OUT,
    START,
    Findings,
    after,
    amended,
    cell,
    out,
    proposed,
    protected,
    scheduled,
    take,
    told,
)


def codes(raised: pytest.ExceptionInfo[Faults]) -> set[str]:
    return {item.code for item in raised.value.problems}


def faults(raised: pytest.ExceptionInfo[Faults]) -> str:
    return " ".join(item.fault for item in raised.value.problems)


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


# --- the way from proposal to eight o'clock ---


def test_the_whole_way(tmp_path: Path) -> None:
    folder = proposed(tmp_path)
    release = open_release(folder)
    assert release.history.title == "En måling"
    assert [version.state for version in release.history.versions] == ["proposed"]
    assert b"KLADDE" in (folder / "versions/0001/rapport.html").read_bytes()
    assert not (folder / "public").exists()
    assert take(folder, "approve", BO, after(hours=1)).version.state == "approved_once"
    assert take(folder, "approve", CARLA, after(hours=2)).version.state == "approved"
    assert take(folder, "schedule", DORTE, after(hours=3), at=HOUR).version.hour == OUT
    taken = take(folder, "publish", DORTE, OUT)
    assert taken.version.state == "published"
    public = (folder / "public/0001/rapport.html").read_bytes()
    assert b"KLADDE" not in public
    assert b"embargo" not in public
    assert verify_release(folder)[1] == ()


def test_nothing_is_published_before_the_hour(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    findings = Findings()
    with pytest.raises(Faults) as raised:
        take(folder, "publish", DORTE, OUT.replace(hour=5, minute=59, second=59), findings.gate)
    assert codes(raised) == {"UDGIV-103"}
    assert "Tidspunktet er ikke nået: der er sat 26. april 2027 kl. 8.00, og nu er det" in faults(raised)
    assert findings.built == []  # nothing without KLADDE is even made
    assert not (folder / "public").exists()


def test_an_author_does_not_approve_nor_one_person_twice(tmp_path: Path) -> None:
    folder = proposed(tmp_path, authors=("Eva", "bo"))
    for user in (ANNA, BO, User(ANNA.uid, "anna_admin"), User(77, "root", "anna")):
        with pytest.raises(Faults) as raised:
            take(folder, "approve", user, after(hours=1))
        assert "En forfatter kan ikke godkende sit eget." in faults(raised)
    take(folder, "approve", CARLA, after(hours=1))
    for user in (CARLA, User(CARLA.uid, "c2"), User(78, "root", "carla")):
        with pytest.raises(Faults) as raised:
            take(folder, "approve", user, after(hours=2))
        assert "har allerede godkendt" in faults(raised)
    assert take(folder, "approve", DORTE, after(hours=2)).version.state == "approved"


def test_a_refusal_needs_a_reason_and_ends_the_version(tmp_path: Path) -> None:
    folder = proposed(tmp_path)
    with pytest.raises(Faults) as raised:
        take(folder, "refuse", BO, after(hours=1))
    assert codes(raised) == {"UDGIV-103"}
    take(folder, "refuse", BO, after(hours=1), reason="Tabel 2 er forkert.")
    with pytest.raises(Faults) as raised:
        take(folder, "approve", CARLA, after(hours=2))
    assert codes(raised) == {"UDGIV-101"}
    with pytest.raises(Faults) as raised:
        export(folder, tmp_path / "site")
    assert codes(raised) == {"UDGIV-161"}
    release = amended(folder, protected(tmp_path / "nye"), after(hours=3))
    assert [version.state for version in release.history.versions] == ["refused", "proposed"]


def test_two_approvers_bring_the_hour_forward_and_one_does_not(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    sooner = "2027-04-20 12:00"
    with pytest.raises(Faults) as raised:
        take(folder, "schedule", DORTE, after(days=1), at=sooner)
    assert "før det, der er sat" in faults(raised)
    take(folder, "shorten", BO, after(days=1), at=sooner, reason="Lækket.")
    for who, told_ in ((BO, "allerede bedt"), (ANNA, "En forfatter")):
        with pytest.raises(Faults) as raised:
            take(folder, "shorten", who, after(days=1), at=sooner, reason="Lækket.")
        assert told_ in faults(raised)
    take(folder, "shorten", CARLA, after(days=1), at="2027-04-21 12:00", reason="Lækket.")  # another hour
    assert open_release(folder).history.versions[0].hour == OUT
    taken = take(folder, "shorten", CARLA, after(days=2), at=sooner, reason="Lækket.")
    assert taken.version.hour is not None
    assert taken.version.hour < OUT
    assert taken.version.shortened_for == "Lækket."
    take(folder, "publish", DORTE, taken.version.hour)


# --- what may not even be proposed ---


@pytest.mark.parametrize("profile", [None, {}, {"profile": ""}, {"profile": "no_such"}])
def test_unprotected_results_are_refused(tmp_path: Path, profile: object) -> None:
    source = protected(tmp_path / "x", protection=profile)
    with pytest.raises(Faults) as raised:
        proposed(tmp_path, protected=source)
    assert codes(raised) == {"UDGIV-141"}
    assert not (tmp_path / "udgivelse").exists()


@pytest.mark.parametrize("attack", [None, {}, {"done": False, "findings": 0}, {"done": True, "findings": 1}])
def test_results_that_were_not_attacked_are_refused(tmp_path: Path, attack: object) -> None:
    source = protected(tmp_path / "x", protection={"profile": "strict", "attack": attack})
    with pytest.raises(Faults) as raised:
        proposed(tmp_path, protected=source)
    assert codes(raised) == {"UDGIV-142"}


def test_a_profile_that_withholds_nothing_needs_its_decision(tmp_path: Path) -> None:
    bare = {"profile": "as_published", "attack": {"done": False, "findings": 0}}
    with pytest.raises(Faults) as raised:
        proposed(tmp_path, protected=protected(tmp_path / "x", protection=bare))
    assert codes(raised) == {"UDGIV-141"}
    decided = protected(
        tmp_path / "y", protection=bare | {"decision": "Direktionen, 1. marts: gengives som trykt."}
    )
    folder = proposed(tmp_path, protected=decided)
    release = open_release(folder)
    assert "Besluttet: Direktionen" in "\n".join(contents_lines(contents(release, 1), release))


def test_results_changed_after_protection_are_refused(tmp_path: Path) -> None:
    source = protected(tmp_path / "x")
    cells = (source / "cells.csv").read_text()
    (source / "cells.csv").write_text(cells.replace(",53,100,", ",54,100,"))
    with pytest.raises(Faults) as raised:
        proposed(tmp_path, protected=source)
    assert codes(raised) == {"UDGIV-141"}
    assert "siden tallene blev beskyttet" in faults(raised)


def test_a_folder_with_a_file_nobody_wrote_is_refused(tmp_path: Path) -> None:
    source = protected(tmp_path / "x")
    (source / "noter.txt").write_text("Tallet var 3.")
    with pytest.raises(Faults) as raised:
        proposed(tmp_path, protected=source)
    assert "siden tallene blev beskyttet" in faults(raised)


def test_a_folder_with_cases_is_refused(tmp_path: Path) -> None:
    source = protected(tmp_path / "x")
    (source / "dataset").mkdir()
    (source / "dataset" / "rows.parquet").write_bytes(b"cases")
    with pytest.raises(Faults) as raised:
        proposed(tmp_path, protected=source)
    assert "sagerne selv" in faults(raised)


@pytest.mark.parametrize(("part", "code"), [("attack", "UDGIV-142"), ("scan", "UDGIV-143")])
def test_what_the_attack_or_the_scan_finds_stops_it(tmp_path: Path, part: str, code: str) -> None:
    findings = Findings()
    getattr(findings, part).append(told("Et tal kan regnes ud."))
    with pytest.raises(Faults) as raised:
        proposed(tmp_path, findings=findings)
    assert codes(raised) == {code}
    assert not (tmp_path / "udgivelse").exists()


@pytest.mark.parametrize("row", ["municipality=901", "authority=901;law_area=x", "101", "københavn"])
def test_a_barometer_with_a_figure_of_one_municipality_is_refused(tmp_path: Path, row: str) -> None:
    source = protected(tmp_path / "x", (*CELLS, cell("any_defect", 2, 4, row)))
    with pytest.raises(Faults) as raised:
        proposed(tmp_path, protected=source)
    assert codes(raised) == {"UDGIV-144"}


def test_the_register_may_tell_of_municipalities(tmp_path: Path) -> None:
    source = protected(tmp_path / "x", (*CELLS, cell("any_defect", 20, 40, "authority=901")))
    manifest = json.loads((source / "manifest.json").read_text())
    manifest["layout"] = manifest.pop("study")
    (source / "manifest.json").write_text(json.dumps(manifest))
    assert proposed(tmp_path, protected=source).is_dir()


# --- what was approved is what is published ---


def test_a_changed_byte_stops_every_step(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    path = folder / "versions/0001/cells.csv"
    path.write_bytes(path.read_bytes().replace(b"53", b"54", 1))
    with pytest.raises(Faults) as raised:
        take(folder, "publish", DORTE, OUT)
    assert "Filerne er ikke, som de blev foreslået." in faults(raised)
    assert not (folder / "public").exists()


def test_other_files_than_those_approved_are_not_published(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    with pytest.raises(Faults) as raised:
        take(folder, "publish", DORTE, OUT, Findings(program="2").gate)
    assert "ikke de samme" in faults(raised)
    assert not (folder / "public").exists()
    take(folder, "publish", DORTE, OUT)


def test_verify_tells_any_changed_missing_or_extra_byte(tmp_path: Path) -> None:
    folder = out(tmp_path)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert len(names) == 10
    for name in names:
        for at, damage in enumerate(("changed", "missing")):
            copy = tmp_path / f"{name.replace('/', '_')}_{at}"
            shutil.copytree(folder, copy)
            if damage == "missing":
                (copy / name).unlink()
            else:
                content = bytearray((copy / name).read_bytes())
                content[len(content) // 2] ^= 1
                (copy / name).write_bytes(bytes(content))
            problems = verify_release(copy)[1]
            assert problems, (name, damage)
            assert {item.code for item in problems} <= {"UDGIV-131", "UDGIV-133", "UDGIV-136"}
            shutil.rmtree(copy)
    for name in ("extra.txt", "versions/0001/extra.txt", "versions/0002/cells.csv", "public/0001/x.html"):
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text("x")
        assert [item.place.file for item in verify_release(copy)[1]] == [name]
        shutil.rmtree(copy)


@pytest.mark.parametrize(
    ("name", "code"), [("release.json", "UDGIV-131"), ("versions/0001/release.json", "UDGIV-136")]
)
def test_the_same_content_in_another_spelling_is_another_file(tmp_path: Path, name: str, code: str) -> None:
    folder = scheduled(tmp_path)
    path = folder / name
    path.write_text(json.dumps(json.loads(path.read_text()), indent=4), encoding="utf-8")
    assert {item.code for item in verify_release(folder)[1]} == {code}
    with pytest.raises(Faults):
        take(folder, "publish", DORTE, OUT)


def test_a_link_is_no_file_of_the_release(tmp_path: Path) -> None:
    folder = out(tmp_path)
    path = folder / "public/0001/rapport.html"
    path.rename(tmp_path / "aside.html")
    path.symlink_to(tmp_path / "aside.html")
    assert [item.fault for item in verify_release(folder)[1]] == ["Filen er ændret."]


# --- the log ---


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


# --- before the hour, after it, and when it was wrong ---


def test_each_reading_before_the_hour_is_noted_by_name(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    done = read(folder, Who(BO), after(days=1), 0, tmp_path / "laes", Findings().gate)
    assert done.noted
    assert done.release.history.events[-1].actor.name == "bo"
    assert "Under embargo til 26. april 2027 kl. 8.00" in (tmp_path / "laes/rapport.html").read_text()
    assert "oplyst af maskinen, ikke bevist" in done.release.history.events[-1].actor.words
    take(folder, "publish", DORTE, OUT)
    lines = len(open_release(folder).history.events)
    assert not read(folder, Who(BO), OUT, 0, None, Findings().gate).noted
    assert len(open_release(folder).history.events) == lines


def test_who_had_access_is_told_when_it_is_out(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    for given in ({"reason": ""}, {"reason": "x", "since": "i morgen"}):
        details = {"name": "Ministeren", "since": "2027-04-23", **given}
        with pytest.raises(Faults):
            take(folder, "access", DORTE, after(days=1), None, **details)
    take(
        folder,
        "access",
        DORTE,
        after(days=1),
        name="Ministeren",
        reason="Svar til Folketinget",
        since="2027-04-23",
    )
    take(folder, "publish", DORTE, OUT)
    export(folder, tmp_path / "site")
    page = (tmp_path / "site/index.html").read_text()
    assert "Ministeren" in page
    assert "Svar til Folketinget · fra 23. april 2027" in page
    with pytest.raises(Faults) as raised:
        take(folder, "access", DORTE, OUT, name="For sent", reason="x", since="2027-04-27")
    assert codes(raised) == {"UDGIV-101"}


def test_an_amendment_lists_what_changed_and_asks_both_again(tmp_path: Path) -> None:
    folder = out(tmp_path)
    new = (cell("any_defect", 52, 100), cell("rare", 20, 100), cell("delay", 21, 100, "result=refusal"))
    findings = Findings()
    source = protected(tmp_path / "nye", new)
    job = Amendment(folder, source, Who(ANNA), after(days=30), "Én sag var talt to gange.")
    amend(job, findings.gate)
    assert findings.earlier == [folder]  # attacked together with what is out
    release = open_release(folder)
    found = {item.ref: item for item in change_words(release, 2)}
    assert {ref: item.kind for ref, item in found.items()} == {
        "any_defect": "ændret",
        "rare": "vises nu",
        "delay|result=refusal": "nyt tal",
        "delay": "tal, der ikke er med mere",
    }
    assert (
        found["any_defect"].line == "Andel med en mangel: ændret, før 53 % (53 af 100), nu 52 % (52 af 100)"
    )
    assert found["rare"].before == "[c]"
    export(folder, tmp_path / "site")  # the old one is out until the new one is
    assert "Én sag" not in (tmp_path / "site/index.html").read_text()
    for who in (BO, CARLA):
        take(folder, "approve", who, after(days=31))
    with pytest.raises(Faults):
        take(folder, "publish", DORTE, after(days=31))  # it needs an hour of its own
    take(folder, "schedule", DORTE, after(days=31), at="2027-05-03 08:00")
    take(folder, "publish", DORTE, after(days=40))
    states = [version.state for version in open_release(folder).history.versions]
    assert states == ["superseded", "published"]
    export(folder, tmp_path / "site", force=True)
    page = (tmp_path / "site/index.html").read_text()
    assert "Én sag var talt to gange." in page
    assert "ændret, før 53 % (53 af 100), nu 52 % (52 af 100)" in page
    assert (tmp_path / "site/aendringer.csv").read_text().count("\n") == 5
    assert b",52,100," in (tmp_path / "site/udgave/rapport.html").read_bytes()
    assert verify_release(folder)[1] == ()


def test_who_made_an_earlier_version_does_not_approve_a_later_one(tmp_path: Path) -> None:
    folder = out(tmp_path)
    source = protected(tmp_path / "nye")
    amend(Amendment(folder, source, Who(DORTE), after(days=30), "Rettet."), Findings().gate)
    for who in (ANNA, DORTE):
        with pytest.raises(Faults) as raised:
            take(folder, "approve", who, after(days=31))
        assert "En forfatter kan ikke godkende sit eget." in faults(raised)
    take(folder, "approve", BO, after(days=31))


def test_nothing_of_an_unpublished_version_is_exported(tmp_path: Path) -> None:
    folder = out(tmp_path)
    secret = (cell("any_defect", 11, 97),)
    release = amended(folder, protected(tmp_path / "nye", secret), after(days=30), "Hemmelig rettelse.")
    export(folder, tmp_path / "site")
    content = everything(tmp_path / "site")
    for word in ("Hemmelig", ",11,97,", release.history.versions[1].content):
        assert word.encode() not in content, word
    assert b"KLADDE" not in content


def test_an_embargoed_release_is_not_exported(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    with pytest.raises(Faults) as raised:
        export(folder, tmp_path / "site")
    assert codes(raised) == {"UDGIV-161"}
    assert not (tmp_path / "site").exists()


def test_a_withdrawn_release_keeps_its_page_with_the_reason(tmp_path: Path) -> None:
    folder = out(tmp_path)
    export(folder, tmp_path / "site")
    with pytest.raises(Faults):
        take(folder, "withdraw", DORTE, after(days=30))
    take(folder, "withdraw", DORTE, after(days=30), reason="Udtrækket var forkert.")
    done = export(folder, tmp_path / "site", force=True)
    assert done.files == ("index.html", "manifest.json")
    page = (tmp_path / "site/index.html").read_text()
    assert "Trukket tilbage" in page
    assert "Udtrækket var forkert." in page
    assert not (tmp_path / "site/udgave").exists()
    assert (folder / "public/0001/rapport.html").is_file()  # kept
    assert verify_release(folder)[1] == ()


def test_the_site_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    folder = out(tmp_path)
    export(folder, tmp_path / "a")
    export(folder, tmp_path / "b")
    assert everything(tmp_path / "a") == everything(tmp_path / "b")


def test_the_page_tells_of_data_that_are_not_real(tmp_path: Path) -> None:
    folder = out(tmp_path)
    export(folder, tmp_path / "site")
    assert "Opdigtede data" in (tmp_path / "site/index.html").read_text()


def test_what_is_approved_is_told(tmp_path: Path) -> None:
    folder = proposed(tmp_path)
    release = open_release(folder)
    lines = "\n".join(contents_lines(contents(release, 1), release))
    for words in (
        "3 tal, heraf 1 holdt tilbage",
        "profilen strict",
        "ikke søgt efter",
        "2 filer bliver offentlige",
    ):
        assert words in lines, words
    shown = status(release, actor_noted(Who(BO), release.history.people), after(hours=1))
    assert set(shown["open"]) == {"approve", "refuse", "access", "read"}
    told_ = "\n".join(status_lines(shown, release.history))
    assert "anna (oplyst af maskinen, ikke bevist)" in told_
    assert "Du kan nu: Godkend, Afvis" in told_
    author = status(release, actor_noted(Who(ANNA), release.history.people), after(hours=1))
    assert "approve" not in author["open"]


def test_releases_in_a_folder_are_listed(tmp_path: Path) -> None:
    out(tmp_path / "en")
    proposed(tmp_path / "to")
    shelf = tmp_path / "hylde"
    shelf.mkdir()
    for name in ("en", "to"):
        (tmp_path / name / "udgivelse").rename(shelf / name)
    (shelf / "to" / "log.jsonl").write_text("{}\n")
    assert [(name, release is None) for name, release in releases_in(shelf)] == [("en", False), ("to", True)]


def test_a_proposal_that_is_interrupted_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sagsbarometer.store.folder._swap", stop)
    source = tmp_path / "x"
    monkeypatch.undo()
    protected(source)
    monkeypatch.setattr("sagsbarometer.store.folder._swap", stop)
    with pytest.raises(KeyboardInterrupt):
        propose(Proposal(source, tmp_path / "udgivelse", Who(ANNA), START), Findings().gate)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x"]


def test_texts_that_look_like_cpr_numbers_are_not_kept(tmp_path: Path) -> None:
    with pytest.raises(Faults) as raised:
        details_of("refuse", {"reason": "Borgeren 010190-1234 er nævnt"})
    assert codes(raised) == {"UDGIV-112"}
    assert "0101" not in faults(raised)


def test_publish_takes_its_own_version_only(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    with pytest.raises(Faults) as raised:
        publish(
            Step(folder, "publish", Who(DORTE), OUT, {"reason": "x", "facts": "unchanged"}),
            Findings(program="2").gate,
        )
    assert "ikke de samme" in faults(raised)

"""A release under embargo is for those who may have it: on the disk, too. And what somebody may try at the gate."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.release.people import User
from sagsbarometer.runs.disclosure import Job as Protect
from sagsbarometer.runs.disclosure import protect_results
from sagsbarometer.runs.release_export import export
from sagsbarometer.runs.release_propose import Amendment, Proposal, amend, propose
from sagsbarometer.runs.release_read import read
from sagsbarometer.runs.release_view import open_to_whom, status, status_lines, waiting
from sagsbarometer.runs.release_who import Who
from sagsbarometer.store import folder as store_folder
from sagsbarometer.store.release import open_release
from sagsbarometer.store.release_verify import verify_release
from tests import register_reports_in_tests as register
from tests.protected_in_tests import results_folder
from tests.releases_in_tests import (
    ANNA,
    BO,
    CARLA,
    DORTE,
    HOUR,
    OUT,
    START,
    Findings,
    after,
    amended,
    out,
    proposed,
    protected,
    scheduled,
    take,
)


def _modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}


def _codes(raised: pytest.ExceptionInfo[Faults]) -> set[str]:
    return {problem.code for problem in raised.value.problems}


@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_a_release_is_its_owners_alone_whatever_the_mask_is(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        folder = scheduled(tmp_path)
        assert _modes(folder) == {0o700, 0o600}
        read(folder, Who(CARLA), after(hours=4), 0, tmp_path / "laest", Findings().gate)
        assert _modes(tmp_path / "laest") == {0o700, 0o600}
        take(folder, "publish", DORTE, OUT)
        amended(folder, protected(tmp_path / "ny"), after(days=30))
        assert _modes(folder) == {0o700, 0o600}  # of a version that is not out
        export(folder, tmp_path / "site")
        assert all(mode & 0o004 for mode in _modes(tmp_path / "site"))
    finally:
        os.umask(before)


@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_protected_results_are_their_owners_alone(tmp_path: Path, mask: int) -> None:
    """They are under embargo as a release is: nobody has let them out yet."""
    results = results_folder(tmp_path / "tal", register.edition(), register.REPORT)
    before = os.umask(mask)
    try:
        protect_results(Protect(results, "open_local", tmp_path / "beskyttet"))
        assert _modes(tmp_path / "beskyttet") == {0o700, 0o600}
        protect_results(Protect(results, "open_local", tmp_path / "beskyttet", force=True))
        assert _modes(tmp_path / "beskyttet") == {0o700, 0o600}
    finally:
        os.umask(before)


def test_a_folder_of_a_group_is_for_the_group(tmp_path: Path) -> None:
    shared = tmp_path / "faelles"
    shared.mkdir()
    shared.chmod(0o2770)
    folder = proposed(shared, protected=protected(tmp_path / "kilde"))
    assert _modes(folder) == {0o2770, 0o660}
    take(folder, "approve", BO, after(hours=1))
    take(folder, "approve", CARLA, after(hours=2))
    take(folder, "schedule", DORTE, after(hours=3), at=HOUR)
    take(folder, "publish", DORTE, OUT)
    assert _modes(folder) == {0o2770, 0o660}


def test_a_folder_that_others_can_read_is_told(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    words = "andre brugere af maskinen kan læse"

    def told() -> str:
        release = open_release(folder)
        return "\n".join(status_lines(status(release, None, after(hours=4)), release.history))

    assert words not in told()
    folder.chmod(0o755)
    assert words in told()


def test_what_is_possible_and_for_whom_is_told(tmp_path: Path) -> None:
    people = tmp_path / "people.yaml"
    people.write_text(
        "schema_version: 1\npeople:\n"
        "  - {id: anna, name: Anna A, roles: [author], user: anna}\n"
        "  - {id: bo, name: Bo B, roles: [approver], user: bo}\n"
        "  - {id: carla, name: Carla C, roles: [approver], user: carla}\n"
        "  - {id: dorte, name: Dorte D, roles: [publisher], user: dorte}\n"
    )
    folder = proposed(tmp_path, people=people)
    take(folder, "approve", BO, after(hours=1))
    history = open_release(folder).history
    assert open_to_whom(history, after(hours=2)) == {
        "approve": "Carla C",
        "refuse": "Anna A, Bo B, Carla C",
        "access": "Dorte D",
        "read": "Anna A, Bo B, Carla C, Dorte D",
    }
    take(folder, "approve", CARLA, after(hours=2))
    take(folder, "schedule", DORTE, after(hours=3), at=HOUR)
    history = open_release(folder).history
    assert "publish" not in open_to_whom(history, after(hours=4))
    assert waiting(history, after(hours=4)) == {"publish": "Dorte D"}
    assert open_to_whom(history, OUT)["publish"] == "Dorte D"
    told = "\n".join(status_lines(status(open_release(folder), None, after(hours=4)), history))
    assert "  Offentliggør (fra 26. april 2027 kl. 8.00): Dorte D" in told


def test_access_before_the_hour_begins_on_its_day(tmp_path: Path) -> None:
    people = tmp_path / "people.yaml"
    people.write_text(
        "schema_version: 1\npeople:\n"
        "  - {id: anna, name: Anna A, roles: [author], user: anna}\n"
        "  - {id: bo, name: Bo B, roles: [approver], user: bo}\n"
        "  - {id: carla, name: Carla C, roles: [approver], user: carla}\n"
        "  - {id: dorte, name: Dorte D, roles: [publisher], user: dorte}\n"
    )
    folder = proposed(tmp_path, people=people)
    since = after(days=3).date().isoformat()
    given = {"name": "gert", "reason": "Skal forberede svar.", "from": since}
    take(folder, "access", DORTE, after(hours=1), **given)
    gert = Who(User(1010, "gert"))
    with pytest.raises(Faults) as raised:
        read(folder, gert, after(days=2), 0, None, Findings().gate)
    assert _codes(raised) == {"UDGIV-103"}
    assert read(folder, gert, after(days=3), 0, None, Findings().gate).noted


def test_a_place_that_is_taken_is_told_before_a_reading_is_noted(tmp_path: Path) -> None:
    folder = proposed(tmp_path)
    (tmp_path / "taget").mkdir()
    (tmp_path / "taget" / "noter.txt").write_text("Mine.")
    before = (folder / "log.jsonl").read_bytes()
    with pytest.raises(Faults):
        read(folder, Who(BO), after(hours=1), 0, tmp_path / "taget", Findings().gate)
    assert (folder / "log.jsonl").read_bytes() == before


def test_without_a_list_the_rule_is_told(tmp_path: Path) -> None:
    history = open_release(proposed(tmp_path)).history
    assert (
        open_to_whom(history, after(hours=1))["approve"]
        == "godkender, ikke en forfatter, har ikke godkendt før"
    )


def test_who_may_not_amend_is_told_before_anything_is_made(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    findings = Findings()
    job = Amendment(folder, protected(tmp_path / "ny"), Who(ANNA), after(hours=4), "Rettet.")
    with pytest.raises(Faults) as raised:
        amend(job, findings.gate)
    assert _codes(raised) == {"UDGIV-101"}
    assert findings.built == []
    assert {problem.place.file for problem in raised.value.problems} == {str(folder)}


def test_a_place_that_is_taken_is_told_with_what_can_be_done(tmp_path: Path) -> None:
    folder = proposed(tmp_path)
    for place, words in ((folder, "release amend"), (tmp_path / "beskyttet", "Vælg en mappe")):
        with pytest.raises(Faults) as raised:
            propose(Proposal(tmp_path / "beskyttet", place, Who(ANNA), START), Findings().gate)
        assert _codes(raised) == {"MAPPE-101"}
        assert words in raised.value.problems[0].remedy
        assert "--force" not in raised.value.problems[0].remedy


def test_nothing_is_withdrawn_twice_and_it_is_told_why(tmp_path: Path) -> None:
    folder = out(tmp_path)
    take(folder, "withdraw", DORTE, after(days=30), reason="Forkert.")
    with pytest.raises(Faults) as raised:
        take(folder, "withdraw", DORTE, after(days=31), reason="Forkert.")
    assert "ingen udgave er offentliggjort" in raised.value.problems[0].fault


@pytest.mark.parametrize("part", ["versions/0001/cells.csv", "versions/0001/release.json"])
def test_one_byte_after_the_approval_stops_all_that_follows(tmp_path: Path, part: str) -> None:
    folder = scheduled(tmp_path)
    path = folder / part
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Faults):
        take(folder, "publish", DORTE, OUT)
    assert open_release(folder).history.public is None
    assert any(problem.code == "UDGIV-136" for problem in verify_release(folder)[1])


def test_a_file_put_behind_a_link_is_not_published(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    path = folder / "versions/0001/cells.csv"
    path.rename(tmp_path / "cells.csv")
    path.symlink_to(tmp_path / "cells.csv")
    with pytest.raises(Faults):
        take(folder, "publish", DORTE, OUT)


@pytest.mark.parametrize("name", ["Bo", "BO ", "\uff22\uff4f", "b\u200bo"])
def test_an_author_does_not_approve_under_another_spelling_of_the_login(tmp_path: Path, name: str) -> None:
    folder = proposed(tmp_path, who=User(1002, "bo"))
    with pytest.raises(Faults) as raised:
        take(folder, "approve", User(1002, name), after(hours=1))
    assert _codes(raised) == {"UDGIV-103"}


def test_a_clock_set_back_publishes_nothing_and_adds_nothing(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    lines = (folder / "log.jsonl").read_bytes()
    for now in (START - timedelta(days=1), OUT - timedelta(seconds=1)):
        with pytest.raises(Faults):
            take(folder, "publish", DORTE, now)
    with pytest.raises(Faults) as raised:
        take(folder, "schedule", DORTE, START, at=HOUR)
    assert "UDGIV-134" in _codes(raised)
    assert (folder / "log.jsonl").read_bytes() == lines


_PUBLISHES = """
import sys
from pathlib import Path
from tests.releases_in_tests import *
from sagsbarometer.kernel.problems import Faults
print("go", flush=True)
sys.stdin.readline()
try:
    take(Path(sys.argv[1]), sys.argv[2], {"bo": BO, "carla": CARLA, "dorte": DORTE}[sys.argv[3]], OUT)
    print("done", flush=True)
except Faults as faults:
    print(*(item.code for item in faults.problems), flush=True)
"""


def _at_once(folder: Path, *steps: tuple[str, str]) -> list[str]:
    path = os.pathsep.join(sys.path)
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _PUBLISHES, str(folder), *step],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path},
        )
        for step in steps
    ]  # fmt: skip
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "go\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    return [child.communicate()[0].strip() for child in children]


def test_two_processes_that_publish_at_once_publish_once(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    told = _at_once(folder, ("publish", "dorte"), ("publish", "dorte"), ("publish", "dorte"))
    assert sorted(told)[-1] == "done"
    assert told.count("done") == 1
    assert {item for item in told if item != "done"} <= {"UDGIV-101", "UDGIV-135"}
    assert sum(event.action == "publish" for event in open_release(folder).history.events) == 1
    assert verify_release(folder)[1] == ()


def test_one_who_approves_in_two_processes_counts_once(tmp_path: Path) -> None:
    folder = proposed(tmp_path)
    told = _at_once(folder, ("approve", "bo"), ("approve", "bo"))
    assert told.count("done") == 1
    assert open_release(folder).history.versions[0].state == "approved_once"


def test_killed_again_and_again_it_is_published_once_or_not_at_all(tmp_path: Path) -> None:
    folder = scheduled(tmp_path)
    path = os.pathsep.join(sys.path)
    for number in range(12):
        command = [sys.executable, "-c", _PUBLISHES, str(folder), "publish", "dorte"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
        ) as child:
            assert child.stdout is not None
            assert child.stdin is not None
            child.stdout.readline()
            child.stdin.write(b"\n")
            child.stdin.flush()
            time.sleep(0.002 * number)
            child.kill()
        release = open_release(folder)  # whole, however it went
        if release.history.public is not None:
            break
        with pytest.raises(Faults):
            export(folder, tmp_path / "site")
    if open_release(folder).history.public is None:
        take(folder, "publish", DORTE, OUT)
    export(folder, tmp_path / "site")
    assert sum(event.action == "publish" for event in open_release(folder).history.events) == 1


def test_a_disk_that_is_full_while_it_is_published_leaves_it_unpublished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = scheduled(tmp_path)
    real = store_folder._write

    def full(path: Path, content: bytes) -> None:
        if path.name == "rapport.html":
            raise OSError(28, "No space left on device")
        real(path, content)

    monkeypatch.setattr(store_folder, "_write", full)
    with pytest.raises(OSError, match="No space"):
        take(folder, "publish", DORTE, OUT)
    monkeypatch.undo()
    assert open_release(folder).history.public is None
    assert verify_release(folder)[1] == ()
    take(folder, "publish", DORTE, OUT)
    assert verify_release(folder)[1] == ()


def test_the_scan_and_the_attack_of_an_amendment_cannot_be_left_out(tmp_path: Path) -> None:
    folder = out(tmp_path)
    job = Amendment(folder, protected(tmp_path / "ny"), Who(ANNA), after(days=30), "Rettet.")
    from tests.releases_in_tests import told

    for part in ("attack", "scan"):
        findings = Findings()
        getattr(findings, part).append(told("Fundet."))
        with pytest.raises(Faults) as raised:
            amend(replace(job, now=after(days=31)), findings.gate)
        assert _codes(raised) <= {"UDGIV-142", "UDGIV-143"}

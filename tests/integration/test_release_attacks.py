"""What somebody may try at a release from outside its steps, and what two at once may do to each other."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from sagsbarometer.datafiles.located import read_yaml
from sagsbarometer.kernel.problems import Faults, Problem
from sagsbarometer.release.hours import read_hour
from sagsbarometer.release.people import User, read_people
from sagsbarometer.runs.release_export import export
from sagsbarometer.runs.release_propose import Amendment, Proposal, amend, propose
from sagsbarometer.runs.release_read import read
from sagsbarometer.runs.release_who import Who
from sagsbarometer.runs.scan import scan_folder
from sagsbarometer.store.folder import listing, write_whole
from sagsbarometer.store.release import open_release
from sagsbarometer.store.release_verify import verify_release
from tests.releases_in_tests import (
    ANNA,
    BO,
    CARLA,
    DORTE,
    OUT,
    START,
    Findings,
    after,
    out,
    proposed,
    protected,
    scheduled,
    take,
)


def _codes(raised: pytest.ExceptionInfo[Faults]) -> set[str]:
    return {problem.code for problem in raised.value.problems}


LIST = """schema_version: 1
people:
  - {id: anna, name: Anna And, roles: [author], user: anna}
  - {id: bo, name: Åse Bo, roles: [approver], user: bo}
  - {id: carla, name: Carla C, roles: [approver], user: carla}
  - {id: dorte, name: Dorte D, roles: [publisher], user: dorte}
"""


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("name", ["bo", "BO", " Bo ", "\uff42\uff4f", "Hanne, Bo", "Hanne og bo", "Hanne/BO"])
def test_an_author_is_known_however_the_name_is_spelled(tmp_path: Path, name: str, listed: bool) -> None:
    (tmp_path / "people.yaml").write_text(LIST)
    people = tmp_path / "people.yaml" if listed else None
    folder = proposed(tmp_path, authors=(name,), people=people)
    with pytest.raises(Faults) as raised:
        take(folder, "approve", BO, after(hours=1))
    assert _codes(raised) == {"UDGIV-103"}
    take(folder, "approve", CARLA, after(hours=1))


@pytest.mark.parametrize("name", ["A\u030ase Bo", "ÅSE  BO", "Åse\u200b Bo", "Åse\u00a0Bo"])
def test_a_listed_author_is_known_in_any_form_of_unicode(tmp_path: Path, name: str) -> None:
    (tmp_path / "people.yaml").write_text(LIST)
    folder = proposed(tmp_path, authors=(name,), people=tmp_path / "people.yaml")
    with pytest.raises(Faults) as raised:
        take(folder, "approve", BO, after(hours=1))
    assert _codes(raised) == {"UDGIV-103"}


@pytest.mark.parametrize("name", ["A\u030ase Bo", "Åse  Bo", "Åse\u200b Bo"])
def test_one_name_in_two_forms_is_told_in_the_list(tmp_path: Path, name: str) -> None:
    path = tmp_path / "people.yaml"
    path.write_text(LIST.replace("name: Carla C", f"name: {name}"))
    with pytest.raises(Faults) as raised:
        read_people(read_yaml(path, path.name))
    assert _codes(raised) == {"UDGIV-124"}


def test_a_folder_changed_while_it_is_attacked_is_refused(tmp_path: Path) -> None:
    source = protected(tmp_path / "beskyttet")

    def attack(folder: Path, earlier: Sequence[Path]) -> list[Problem]:
        shutil.rmtree(folder)
        protected(folder, ())  # whole in itself, but not what was looked at
        return []

    gate = replace(Findings().gate, attack=attack)
    with pytest.raises(Faults) as raised:
        propose(Proposal(source, tmp_path / "ud", Who(ANNA), START), gate)
    assert _codes(raised) == {"UDGIV-141"}
    assert not (tmp_path / "ud").exists()


def test_a_file_changed_while_it_is_attacked_is_refused(tmp_path: Path) -> None:
    source = protected(tmp_path / "beskyttet")

    def attack(folder: Path, earlier: Sequence[Path]) -> list[Problem]:
        (folder / "rapport.html").write_text("<p>andet</p>")
        return []

    with pytest.raises(Faults) as raised:
        propose(Proposal(source, tmp_path / "ud", Who(ANNA), START), replace(Findings().gate, attack=attack))
    assert _codes(raised) == {"UDGIV-141"}


def test_a_manifest_changed_while_it_is_attacked_is_refused(tmp_path: Path) -> None:
    source = protected(tmp_path / "beskyttet")

    def attack(folder: Path, earlier: Sequence[Path]) -> list[Problem]:
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps({**manifest, "data_date": "1999-12-31"}))
        return []

    with pytest.raises(Faults) as raised:
        propose(Proposal(source, tmp_path / "ud", Who(ANNA), START), replace(Findings().gate, attack=attack))
    assert _codes(raised) == {"UDGIV-141"}


def test_no_file_hides_another_from_the_scan(tmp_path: Path) -> None:
    source = protected(tmp_path / "beskyttet")
    manifest = json.loads((source / "manifest.json").read_text())
    (source / "public").mkdir()
    (source / "public/rapport.html").write_text("<p>010203-1234</p>")
    manifest["files"] |= listing({"public/rapport.html": b"<p>010203-1234</p>"})
    (source / "manifest.json").write_text(json.dumps(manifest))
    seen: list[str] = []

    def scan(folder: Path) -> list[Problem]:
        seen.extend(path.read_text() for path in folder.rglob("*.html"))
        return []

    propose(Proposal(source, tmp_path / "ud", Who(ANNA), START), replace(Findings().gate, scan=scan))
    assert any("010203-1234" in text for text in seen)
    assert len(seen) == 4


def test_an_earlier_version_that_was_edited_is_not_compared_with(tmp_path: Path) -> None:
    folder = out(tmp_path)
    cells = folder / "versions/0001/cells.csv"
    cells.write_text(cells.read_text().replace("53", "54"))
    job = Amendment(folder, protected(tmp_path / "ny"), Who(ANNA), after(days=30), "Rettet.")
    with pytest.raises(Faults) as raised:
        amend(job, Findings().gate)
    assert _codes(raised) == {"UDGIV-136"}


def test_nothing_is_written_into_a_release_but_its_steps(tmp_path: Path) -> None:
    folder = out(tmp_path)
    export(folder, tmp_path / "site")
    shutil.copytree(tmp_path / "site", folder / "public/site")
    for place in (folder / "public/site", folder / "ny", tmp_path / "x/../udgivelse/ny"):
        with pytest.raises(Faults) as raised:
            export(folder, place, force=True)
        assert _codes(raised) == {"UDGIV-162"}
        with pytest.raises(Faults) as raised:
            read(folder, Who(BO), after(days=30), 0, place, Findings().gate)
        assert _codes(raised) == {"UDGIV-162"}


def test_a_folder_somebody_else_made_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync
    made: list[bool] = []

    def slow(handle: int) -> None:
        real(handle)
        if not made:
            made.append(True)
            (tmp_path / "ud").mkdir()
            (tmp_path / "ud/log.jsonl").write_text("en andens")

    monkeypatch.setattr(os, "fsync", slow)
    with pytest.raises(Faults) as raised:
        write_whole(tmp_path / "ud", {"a.txt": b"x"})
    assert _codes(raised) == {"MAPPE-102"}
    assert (tmp_path / "ud/log.jsonl").read_text() == "en andens"
    assert os.listdir(tmp_path) == ["ud"]


def test_two_proposals_of_one_place_leave_one(tmp_path: Path) -> None:
    source = protected(tmp_path / "beskyttet")
    told: list[str] = []

    def run(user: User) -> None:
        with contextlib.suppress(Faults):
            done = propose(Proposal(source, tmp_path / "ud", Who(user), START), Findings().gate)
            told.append(done.history.head)

    threads = [threading.Thread(target=run, args=(user,)) for user in (ANNA, BO, CARLA, DORTE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [open_release(tmp_path / "ud").history.head]


def test_a_version_of_another_release_is_not_this_one(tmp_path: Path) -> None:
    first, second = scheduled(tmp_path / "a"), scheduled(tmp_path / "b", title="En anden")
    for swapped in ("versions", "log.jsonl", "release.json"):
        folder = tmp_path / swapped
        shutil.copytree(first, folder)
        if swapped == "versions":
            shutil.rmtree(folder / swapped)
            shutil.copytree(second / swapped, folder / swapped)
        else:
            shutil.copy(second / swapped, folder / swapped)
        if (second / swapped).is_file() or listing_of(first) != listing_of(second):
            assert verify_release(folder)[1]
        if swapped != "versions":
            with pytest.raises(Faults):
                take(folder, "publish", DORTE, OUT)


def listing_of(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "versions").rglob("*") if path.is_file()}


@pytest.mark.parametrize("text", ["2027-07-01 08:00 vintertid", "2027-01-04 08:00 sommertid"])
def test_a_season_that_is_not_that_days_is_told(text: str) -> None:
    with pytest.raises(Faults) as raised:
        read_hour(text)
    assert _codes(raised) == {"UDGIV-111"}


def test_a_title_of_the_results_is_on_one_line_and_no_cpr_number(tmp_path: Path) -> None:
    study = {"id": "x", "title": {"da": "Prøve\x1b[2J\nlinje\u202e"}}
    folder = proposed(tmp_path, protected=protected(tmp_path / "b", study=study))
    assert open_release(folder).history.title == "Prøve [2J linje"
    with pytest.raises(Faults) as raised:
        proposed(
            tmp_path / "c",
            protected=protected(tmp_path / "d", study={"id": "x", "title": {"da": "Om 010203-1234"}}),
        )
    assert _codes(raised) == {"UDGIV-112"}


@pytest.mark.parametrize("name", ["a\udcff.txt", "a\nb.txt", "a\x1b[2J.txt", "a\u202etxt"])
def test_a_name_that_cannot_be_shown_is_refused_and_told_without_its_signs(tmp_path: Path, name: str) -> None:
    source = protected(tmp_path / "b")
    (source / name).write_bytes(b"010203-1234")
    found = scan_folder(source)
    assert [item.file for item in found] == ["".join(c if c.isprintable() else "\ufffd" for c in name)]
    manifest = json.loads((source / "manifest.json").read_text())
    manifest["files"] |= listing({name: b"010203-1234"})
    (source / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Faults) as raised:
        proposed(tmp_path, protected=source)
    assert _codes(raised) == {"UDGIV-141"}


_KILLED = """
import sys, os, time
from pathlib import Path
from tests.releases_in_tests import *
from tests.releases_in_tests import take as step_
what, tmp = sys.argv[1], Path(sys.argv[2])
print("go", flush=True)
if what == "propose":
    for at in range(200):
        propose(Proposal(tmp / "beskyttet", tmp / f"ud{at}", Who(ANNA), START), Findings().gate)
elif what == "publish":
    step_(tmp / "udgivelse", "publish", DORTE, OUT)
else:
    amend(Amendment(tmp / "udgivelse", tmp / "ny", Who(ANNA), after(days=30), "Rettet."), Findings().gate)
print("done", flush=True)
"""


@pytest.mark.parametrize("what", ["propose", "publish", "amend"])
@pytest.mark.parametrize("wait", [0.0, 0.005, 0.02])
def test_a_kill_in_the_middle_leaves_all_or_nothing(tmp_path: Path, what: str, wait: float) -> None:
    folder = out(tmp_path) if what == "amend" else scheduled(tmp_path)
    protected(tmp_path / "ny")
    before = len(open_release(folder).history.events)
    path = os.pathsep.join(sys.path)
    command = [sys.executable, "-c", _KILLED, what, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"go\n"
        time.sleep(wait)
        child.kill()
        acknowledged = b"done" in child.stdout.read()
    for made in tmp_path.glob("ud[0-9]*"):
        assert verify_release(made)[1] == ()  # there at all only when whole
    events = len(open_release(folder).history.events)
    assert events in (before, before + 1)
    assert events == before + 1 or not acknowledged
    if what == "publish" and events == before:
        take(folder, "publish", DORTE, OUT)
    if what == "amend" and events == before:
        amend(Amendment(folder, tmp_path / "ny", Who(ANNA), after(days=30), "Rettet."), Findings().gate)
    if what != "propose":
        stray = [item.place.file for item in verify_release(folder)[1]]
        assert all(f"/.{'0001' if what == 'publish' else '0002'}." in str(name) for name in stray), stray

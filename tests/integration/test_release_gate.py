"""A release from proposal to 08:00: on disk, through what the commands call."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.release.people import User
from sagsbarometer.runs.release_export import export
from sagsbarometer.runs.release_view import (
    contents,
    contents_lines,
)
from sagsbarometer.store.release import open_release
from sagsbarometer.store.release_verify import verify_release
from tests.releases_in_tests import (
    ANNA,
    BO,
    CARLA,
    CELLS,
    DORTE,
    HOUR,
    OUT,
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

"""A release before the hour and after it: who read it early, amended and withdrawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.release_asked import details_of
from sagsbarometer.runs.release_export import export
from sagsbarometer.runs.release_propose import Amendment, Proposal, amend, propose
from sagsbarometer.runs.release_publish import publish
from sagsbarometer.runs.release_read import read
from sagsbarometer.runs.release_steps import Step
from sagsbarometer.runs.release_view import (
    change_words,
    contents,
    contents_lines,
    releases_in,
    status,
    status_lines,
)
from sagsbarometer.runs.release_who import Who, actor_noted
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
    amended,
    cell,
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


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


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

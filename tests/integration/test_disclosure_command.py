"""Protecting results from the command: the same kind of folder with less in it, and nothing of a case."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.disclosure.attack import Finding
from sagsbarometer.kernel.ids import file_hash
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import WITHHELD
from sagsbarometer.runs import disclosure as run
from sagsbarometer.runs import disclosure_search as search
from sagsbarometer.runs.disclosure import Job, attack_problems, attack_results, protect_results
from sagsbarometer.runs.disclosure_search import Refused
from sagsbarometer.runs.disclosure_system import numbers_blanked, system_for
from sagsbarometer.runs.report_build import files_of
from sagsbarometer.store.folder import untouched
from sagsbarometer.store.results import load_results
from tests import register_reports_in_tests as register
from tests.protected_in_tests import results_folder, with_cells
from tests.register_reports_in_tests import rate


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return results_folder(tmp_path_factory.mktemp("r") / "tal", register.edition(), register.REPORT)


@pytest.fixture(scope="module")
def done(results: Path, tmp_path_factory: pytest.TempPathFactory) -> run.Done:
    return protect_results(Job(results, "open_local", tmp_path_factory.mktemp("p") / "ud"))


def test_the_folder_is_results_that_reports_are_built_from(done: run.Done) -> None:
    assert untouched(done.out)
    found = load_results(done.out).results
    assert {cell.ref for cell in found if cell.hidden} == done.hidden.refs
    assert done.hidden.primary < done.hidden.refs
    files = files_of(done.out)
    assert files["cells.csv"] == (done.out / "cells.csv").read_bytes()
    page = next(held for name, held in files.items() if name.startswith("prove") and name.endswith(".html"))
    assert WITHHELD.encode() in page
    assert page == (done.out / "prove.html").read_bytes()


def test_the_same_results_give_the_same_bytes(done: run.Done, results: Path, tmp_path: Path) -> None:
    again = protect_results(Job(results, "open_local", tmp_path / "ud"))
    for name in done.files:
        assert (done.out / name).read_bytes() == (again.out / name).read_bytes(), name


def test_nothing_of_a_case_or_of_what_a_number_was_is_in_it(done: run.Done) -> None:
    manifest = json.loads((done.out / "manifest.json").read_text())
    assert not {"rows", "answers", "mapping", "register", "delivered"} & set(manifest)
    assert not [name for name in done.files if name.startswith(("dataset/", "kommuner/"))]
    told = manifest["protection"]
    assert (told["profile"], told["cells"], told["hidden"]) == ("open_local", 69, len(done.hidden.refs))
    everything = json.dumps(told)
    for word in ("primary", "secondary", "90210", *done.hidden.primary):
        assert word not in everything


def test_a_protected_folder_holds_these_files_and_no_others(
    done: run.Done, results: Path, tmp_path: Path
) -> None:
    """What a run leaves beside them (cases, a note per municipality, deliveries, remarks with row numbers) is left."""
    whole = tmp_path / "tal"
    shutil.copytree(results, whole)
    manifest = json.loads((whole / "manifest.json").read_text())
    for name in ("kommuner/901.html", "leveringer.html", "bemaerkninger.csv", "run.json", "dataset/rows.csv"):
        (whole / name).parent.mkdir(exist_ok=True)
        (whole / name).write_text("række 17")
        manifest["files"][name] = file_hash(whole / name)
    (whole / "manifest.json").write_text(json.dumps(manifest))
    made = protect_results(Job(whole, "open_local", tmp_path / "ud"))
    assert made.files == done.files
    allowed = re.compile(
        r"(index|tal|prove)\.html|prove\.(pdf|docx)|cells\.(csv|parquet)|definitions\.json|edition\.json|manifest\.json"
        r"|tabeller\.xlsx|texts/report\.md|figurer/[a-z0-9_]+\.(svg|png|csv|json)|tabeller/[a-z0-9_]+\.(csv|json)"
    )
    on_disk = [str(path.relative_to(made.out)) for path in made.out.rglob("*") if path.is_file()]
    assert not [name for name in on_disk if not allowed.fullmatch(name)]
    assert not [name for name in on_disk if "række 17".encode() in (made.out / name).read_bytes()]


def test_the_hash_of_the_source_does_not_depend_on_its_numbers(done: run.Done, tmp_path: Path) -> None:
    """Otherwise a guess of a withheld number could be tried against it."""
    cells = [
        replace(cell, numerator=cell.numerator + 1) if cell.unit == "cases" else cell
        for cell in register.edition().results
    ]
    other = results_folder(tmp_path / "tal", with_cells(register.edition(), cells), register.REPORT)
    manifest = json.loads((done.out / "manifest.json").read_text())
    assert run._source(run.loaded(other)) == manifest["protection"]["source"]


def test_no_byte_of_the_folder_depends_on_a_withheld_number(
    done: run.Done, results: Path, tmp_path: Path
) -> None:
    """The same results with other numbers in the cells that are withheld give the same folder."""
    hidden = done.hidden.refs
    of = run.loaded(results)
    changed = [
        replace(cell, numerator=4321, denominator=8765, hidden="c") if cell.ref in hidden else cell
        for cell in of.results
    ]
    job = Job(results, "open_local", tmp_path / "ud")
    protected = run.apply(replace(of.results, cells=tuple(changed)), done.hidden, done.profile)
    files, _ = run._files(of, protected, done.profile, job, run._attacked(done.profile, (), {}))
    for name, held in files.items():
        assert held == (done.out / name).read_bytes(), name


def test_the_attack_finds_nothing_from_outside_or_with_the_true_numbers(
    done: run.Done, results: Path
) -> None:
    assert attack_results(done.out) == ()
    assert attack_results(done.out, results) == ()
    assert attack_problems(done.out) == ()


def test_with_a_cell_shown_again_the_attack_finds_the_others(
    done: run.Done, results: Path, tmp_path: Path
) -> None:
    """What protecting withholds for others' sake is needed: shown, it gives them away."""
    primary = done.hidden.primary
    true = run.loaded(results)
    system = system_for(true)
    alone = run.Hidden(primary, primary)
    found = search.attack(system, alone, done.profile)
    assert {item.kind for item in found} & {"exact", "narrow"}


def test_nothing_is_written_where_something_can_be_worked_out(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        search, "protect", lambda system, profile, earlier=(), tell=None: run.Hidden(frozenset())
    )
    with pytest.raises(Refused) as caught:
        protect_results(Job(results, "open_local", tmp_path / "ud"))
    assert {problem.code for problem in caught.value.problems} == {"BESKYT-204"}
    assert not (tmp_path / "ud").exists()


def test_what_only_the_outside_attack_finds_stops_it_too(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def attack(*given: Any) -> tuple[Finding, ...]:
        calls.append(given)
        return (Finding("exact", "x", (), 3, 3, "x kan regnes ud: 3."),) if len(calls) == 2 else ()

    monkeypatch.setattr(search, "attack", attack)
    with pytest.raises(Refused):
        protect_results(Job(results, "open_local", tmp_path / "ud"))


def test_what_those_with_cases_in_it_could_learn_is_withheld_as_well(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = "decided|||2023"
    real = search.attack

    def attack(system: Any, hidden: Any, *rest: Any) -> tuple[Finding, ...]:
        if target in hidden.refs or (rest and rest[-1] == {}):
            return real(system, hidden, *rest[:2])
        return (Finding("exact", "x", (target,), 1, 1, "x", ("101",)),)

    monkeypatch.setattr(run, "own_cases", lambda *given: {"101": {"x": 4}})
    monkeypatch.setattr(search, "attack", attack)
    monkeypatch.setattr(run, "refuse_seen_through", lambda *given: None)
    done = protect_results(Job(results, "open_local", tmp_path / "ud"))
    assert target in done.hidden.refs
    told = json.loads((tmp_path / "ud" / "manifest.json").read_text())["protection"]
    assert told["attack"]["coalitions"] == [1, 5]
    assert "101" not in json.dumps(told["attack"])


def _refused(make: Callable[[], object]) -> set[str]:
    with pytest.raises(Faults) as caught:
        make()
    return {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize("profile", ["as_published", "open_local"])
@pytest.mark.parametrize("row", ["municipality=901", "authority=nordby", "office=1", "101", "Aalborg"])
def test_a_study_never_tells_of_one_municipality(tmp_path: Path, profile: str, row: str) -> None:
    edition = register.edition()
    local = with_cells(edition, [*edition.results, rate("reversal_rate", 40, 60, row, "2024")])
    folder = results_folder(tmp_path / "tal", local, register.REPORT, study={"id": "x", "kind": "barometer"})
    codes = _refused(
        lambda: protect_results(Job(folder, profile, tmp_path / "ud", decision="Besluttet af to."))
    )
    assert codes == {"BESKYT-203"}
    assert not (tmp_path / "ud").exists()


def test_as_published_takes_a_decision_that_is_kept(results: Path, tmp_path: Path) -> None:
    for decision in ("", "  ", "Besluttet om 010203-1234"):
        assert _refused(
            lambda words=decision: protect_results(
                Job(results, "as_published", tmp_path / "ud", decision=words)
            )
        ) == {"BESKYT-202"}
    done = protect_results(Job(results, "as_published", tmp_path / "ud", decision="Tallene er trykt i 2024."))
    assert done.hidden.refs == frozenset()
    told = json.loads((tmp_path / "ud" / "manifest.json").read_text())["protection"]
    assert told["decision"] == "Tallene er trykt i 2024."
    assert not told["attack"]["done"]


def test_what_is_no_use_is_told(done: run.Done, results: Path, tmp_path: Path) -> None:
    assert _refused(lambda: protect_results(Job(done.out, "open_local", tmp_path / "a"))) == {"BESKYT-201"}
    assert _refused(lambda: protect_results(Job(results, "ukendt", tmp_path / "a"))) == {"BESKYT-103"}
    assert _refused(lambda: protect_results(Job(results, "open_local", tmp_path / "a", (tmp_path,)))) == {
        "BESKYT-206"
    }
    assert _refused(lambda: attack_results(results)) == {"BESKYT-208"}
    cells = [replace(cell, definition="en anden") for cell in register.edition().results]
    other = results_folder(tmp_path / "b", with_cells(register.edition(), cells), register.REPORT)
    assert _refused(lambda: attack_results(done.out, other)) == {"BESKYT-209"}
    assert _refused(lambda: protect_results(Job(results, "open_local", done.out))) == {"MAPPE-101"}


def test_a_shorter_text_in_english_is_no_remark(results: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """What the Danish text shows is not asked of the English too."""
    short = ("report.en.md", "---\ntitle: Short\n---\n\nNothing here.\n")
    texts = run._texts
    monkeypatch.setattr(run, "_texts", lambda job, of: (*texts(job, of), short))
    both = protect_results(Job(results, "open_local", tmp_path / "ud"))
    assert "RAPPORT-119" not in {item.code for item in both.remarks}


def test_a_sentence_that_would_tell_stops_it_and_another_text_can_be_given(
    results: Path, tmp_path: Path
) -> None:
    told = register.REPORT.replace(
        "# Emner\n", "# Emner\n\nKnap halvdelen ({rates.friplejeboligloven:percent}) er omgjort.\n"
    )
    folder = results_folder(tmp_path / "tal", register.edition(), told)
    codes = _refused(lambda: protect_results(Job(folder, "open_local", tmp_path / "ud")))
    assert {"RAPPORT-131", "BESKYT-207"} <= codes
    mended = tmp_path / "report.md"
    mended.write_text(
        register.REPORT.replace("# Emner\n", "# Emner\n\nOmgjort: {rates.friplejeboligloven:percent}.\n")
    )
    done = protect_results(Job(folder, "open_local", tmp_path / "ud", texts=(mended,)))
    assert [item.code for item in done.remarks] == ["RAPPORT-211"]
    assert (tmp_path / "ud" / "texts" / "report.md").read_text() == mended.read_text()


def test_a_count_in_a_sentence_about_the_whole_is_withheld_by_its_size() -> None:
    from sagsbarometer.disclosure.profile import load_profiles

    profiles = load_profiles()
    words = "I 3 af 12.345 sager er datoen ikke registreret."
    assert (
        numbers_blanked(words, profiles["open_local"], WITHHELD)
        == f"I {WITHHELD} af 12.345 sager er datoen ikke registreret."
    )
    assert numbers_blanked(words, profiles["as_published"], WITHHELD) == words
    assert numbers_blanked("I 17 sager.", profiles["strict"], WITHHELD) == f"I {WITHHELD} sager."
    assert numbers_blanked("1 sag uden.", profiles["open_local"], WITHHELD) == f"{WITHHELD} sager uden."
    assert numbers_blanked("1,234 cases.", profiles["strict"], WITHHELD) == "1,235 cases."
    assert numbers_blanked("1,235 cases.", profiles["strict"], WITHHELD) == "1,235 cases."


def test_the_command_tells_each_table_and_reasons_only_when_asked(results: Path, tmp_path: Path) -> None:
    run_ = CliRunner().invoke
    words = ["disclosure", "protect", str(results), "--profile", "open_local", "--out", str(tmp_path / "ud")]
    found = run_(app, [*words, "--json"])
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert told["hidden"]
    assert "primary" not in told
    assert all(item["kept_percent"] >= 0 for item in told["tables"])
    assert any(item["kept_percent"] > item["kept_by_deleting_rows_percent"] for item in told["tables"])
    assert "primary" in json.loads(run_(app, [*words, "--json", "--force", "--show-reasons"]).stdout)
    plain = run_(app, [*words, "--force"])
    assert "slettes hele rækker" in plain.stdout
    assert "Angriber det, der bliver vist" in plain.stderr  # which takes longest of all where tables are many
    assert "Må ikke deles" not in plain.stdout
    assert run_(app, ["disclosure", "attack", str(tmp_path / "ud")]).exit_code == 0
    assert run_(app, ["disclosure", "attack", str(results)]).exit_code == 3
    assert run_(app, ["disclosure", "protect", str(results), "--out", str(tmp_path / "x")]).exit_code == 2


def test_the_commands_end_with_four_where_policy_forbids(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = (Finding("exact", "decided", ("decided",), 3, 3, "decided kan regnes ud: 3."),)
    monkeypatch.setattr(search, "attack", lambda *given: found)
    words = ["disclosure", "protect", str(results), "--profile", "open_local", "--out", str(tmp_path / "ud")]
    assert CliRunner().invoke(app, words).exit_code == 4
    assert not (tmp_path / "ud").exists()


def test_the_scan_command_says_where_and_never_what(tmp_path: Path) -> None:
    folder, table = tmp_path / "ud", tmp_path / "sager.csv"
    folder.mkdir()
    (folder / "a.html").write_text("<p>Åse Præst, 010203-1234, S2031-0042</p>")
    table.write_text("case_id,navn\nS2031-0042,Åse Præst\n")
    found = CliRunner().invoke(app, ["disclosure", "scan", str(folder), "--cases", str(table), "--json"])
    assert found.exit_code == 1
    told = json.loads(found.stdout)
    assert {item["kind"] for item in told["findings"]} == {"cpr", "case_id", "name"}
    for word in ("Åse", "Præst", "010203", "S2031", "0042"):
        assert word not in found.output
    (folder / "a.html").write_text("<p>385 sager</p>")
    assert CliRunner().invoke(app, ["disclosure", "scan", str(folder)]).exit_code == 0
    assert CliRunner().invoke(app, ["disclosure", "scan", str(tmp_path / "ingen")]).exit_code == 3

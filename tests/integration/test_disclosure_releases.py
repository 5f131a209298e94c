"""Two releases of one register: what neither tells alone. Ends with 4, naming release and table and no number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.measures.cells import read_csv
from sagsbarometer.runs.appeals_tables import Job as Tables
from sagsbarometer.runs.appeals_tables import make_tables
from sagsbarometer.runs.disclosure import Job, attack_problems, protect_results
from tests.integration.test_appeals_tables import register_of
from tests.registers_in_tests import layout_of
from tests.releases_in_tests import DORTE, after, out, take

HEADER = "case_id;registered_at;origin;decided_on;outcome;law_area"
FIRST, LATER = "2025-04-11", "2025-06-01"
AREAS = ("serviceloven", "barnets_lov", "sygedagpengeloven")
LAYOUT = """layout: {id}
title: {{da: {title}, en: {title}}}
source: Prøve
tables:
  - id: one
    number: "7"
    title: {{da: Sager efter lov, en: Cases by act}}
    stub: {{da: Lov, en: Act}}
    periods: ["2024"]
    columns:
      - {{measure: decided, period: "2024", label: {{da: Antal, en: Number}}}}
    rows:
      - {{each: law_area, values: [{areas}]}}
{total}"""
TOTAL = "      - total: {da: I alt, en: In all}\n"


def _rows(first: tuple[int, int, int], more: int = 0) -> list[str]:
    """So many cases by law area in July 2024, and `more` of the second in May 2025, of the year before."""
    rows = []
    for area, many in zip(AREAS, first, strict=True):
        rows += [f"{area} {n};2024-07-01;synthetic;2024-06-03;upheld;{area}" for n in range(many)]
    return [*rows, *(f"ny {n};2025-05-10;synthetic;2024-06-04;upheld;{AREAS[1]}" for n in range(more))]


def _results(folder: Path, name: str, day: str, areas: tuple[str, ...] = AREAS) -> Path:
    """Results of the register in `folder`: a folder of their own."""
    total = TOTAL if areas == AREAS else ""
    text = LAYOUT.format(id=name, title=f"Tal {name}", areas=", ".join(areas), total=total)
    layout_of(folder / f"layout_{name}", text)
    make_tables(Tables(folder / "register", str(folder / f"layout_{name}"), day, folder / name))
    return folder / name


def _released(folder: Path, results: Path, profile: str = "open_local", decision: str = "") -> Path:
    """A release of some results that is out."""
    protected = folder / f"{results.name}_{profile}"
    protect_results(Job(results, profile, protected, decision=decision))
    (folder / f"ude_{results.name}").mkdir()
    return out(folder / f"ude_{results.name}", protected=protected)


def _numbers(folder: Path) -> dict[str, tuple[int, bool]]:
    cells = read_csv((folder / "cells.csv").read_text(encoding="utf-8"))
    return {cell.ref: (cell.numerator, bool(cell.hidden)) for cell in cells}


def _run(*words: object) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["disclosure", *map(str, words)])
    return found.exit_code, found.output


@pytest.fixture(scope="module")
def revised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of 40, 50 and 60 cases; two months later three more are registered of the second."""
    folder = tmp_path_factory.mktemp("rettet")
    register_of(folder, _rows((40, 50, 60), 3), HEADER)
    _results(folder, "ny", LATER)
    _released(folder, _results(folder, "gammel", FIRST))
    return folder


def test_three_more_cases_are_three_cases(revised: Path) -> None:
    release = revised / "ude_gammel" / "udgivelse"
    changed = f"decided|law_area={AREAS[1]}||2024"
    alone = protect_results(Job(revised / "ny", "open_local", revised / "alene", force=True))
    assert alone.hidden.refs == frozenset()
    assert _run("attack", revised / "alene")[0] == 0
    assert _run("attack", revised / "alene", "--with", release)[0] == 4
    beside = protect_results(Job(revised / "ny", "open_local", revised / "sammen", (release,), force=True))
    assert changed in beside.hidden.refs
    assert _run("attack", revised / "sammen", "--with", release)[0] == 0


def test_a_release_is_refused_in_words_without_numbers(revised: Path) -> None:
    release = revised / "ude_gammel" / "udgivelse"
    protect_results(Job(revised / "ny", "open_local", revised / "alene", force=True))
    told = attack_problems(revised / "alene", (release,))
    assert told
    for problem in told:
        assert problem.code == "BESKYT-204"
        assert "Tabel 7: Sager efter lov" in problem.fault
        assert "»Tal gammel, udgave 1«" in problem.fault
        assert not re.search(
            r"\d", problem.fault.replace("Tabel 7", "").replace("udgave 1", "").replace("2 tal", "")
        )


@pytest.fixture(scope="module")
def regrouped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release in which 3 cases are withheld; the same day two of the three areas again, in another table."""
    folder = tmp_path_factory.mktemp("delt")
    register_of(folder, _rows((3, 40, 60)), HEADER)
    _results(folder, "to", FIRST, AREAS[1:])
    _released(folder, _results(folder, "tre", FIRST))
    return folder


def test_the_same_day_grouped_another_way(regrouped: Path) -> None:
    release = regrouped / "ude_tre" / "udgivelse"
    assert _numbers(regrouped / "tre_open_local")[f"decided|law_area={AREAS[0]}||2024"][1]
    protect_results(Job(regrouped / "to", "open_local", regrouped / "alene", force=True))
    assert not any(hidden for _, hidden in _numbers(regrouped / "alene").values())
    assert _run("attack", regrouped / "alene")[0] == 0
    assert _run("attack", regrouped / "alene", "--with", release)[0] == 4
    words = ["protect", regrouped / "to", "--profile", "open_local", "--with", release]
    code, told = _run(*words, "--out", regrouped / "sammen", "--force")
    assert code == 0, told
    # What the release withholds beside the 3 is withheld again; what it shows need not be.
    before, now = _numbers(regrouped / "tre_open_local"), _numbers(regrouped / "sammen")
    assert any(hidden for _, hidden in now.values())
    assert all(before[ref][1] for ref, (_, hidden) in now.items() if hidden)
    assert _run("attack", regrouped / "sammen", "--with", release)[0] == 0


def test_a_strict_release_after_an_open_one_is_refused_with_the_reason(tmp_path: Path) -> None:
    """7 were told; under a profile that withholds them that cannot be taken back. The numbers do fit together."""
    register_of(tmp_path, _rows((7, 40, 60)), HEADER)
    results = _results(tmp_path, "alt", FIRST)
    release = _released(tmp_path, results)
    code, told = _run("protect", results, "--profile", "strict", "--with", release, "--out", tmp_path / "ud")
    assert code == 4, told
    assert "BESKYT-205" in told
    assert "»Tal alt, udgave 1«" in told
    assert "BESKYT-210" not in told


def test_an_open_release_after_a_strict_one_keeps_what_was_withheld(tmp_path: Path) -> None:
    register_of(tmp_path, _rows((7, 41, 62)), HEADER)
    results = _results(tmp_path, "alt", FIRST)
    release = _released(tmp_path, results, "strict")
    code, told = _run(
        "protect", results, "--profile", "open_local", "--with", release, "--out", tmp_path / "ud"
    )
    assert code == 0, told
    assert _numbers(tmp_path / "ud")[f"decided|law_area={AREAS[0]}||2024"][1]
    assert _run("attack", tmp_path / "ud", "--with", release)[0] == 0


def test_what_was_withdrawn_has_been_seen(regrouped: Path) -> None:
    release = regrouped / "ude_tre" / "udgivelse"
    take(release, "withdraw", DORTE, after(days=40), reason="Udtrækket var forkert.")
    protect_results(Job(regrouped / "to", "open_local", regrouped / "alene", force=True))
    assert _run("attack", regrouped / "alene", "--with", release)[0] == 4
    told = attack_problems(regrouped / "alene", (release,))
    assert all("»Tal tre, udgave 1, trukket tilbage«" in problem.fault for problem in told)


def test_what_is_out_already_cannot_be_withheld(tmp_path: Path) -> None:
    """The 3 were printed once: no other number that is withheld now takes that back."""
    register_of(tmp_path, _rows((3, 40, 60)), HEADER)
    results = _results(tmp_path, "alt", FIRST)
    release = _released(tmp_path, results, "as_published", "Besluttet af to.")
    code, told = _run(
        "protect", results, "--profile", "open_local", "--with", release, "--out", tmp_path / "ud"
    )
    assert code == 4
    assert not (tmp_path / "ud").exists()
    assert "BESKYT-205" in told
    assert "Tabel 7: Sager efter lov" in told
    assert "»Tal alt, udgave 1«" in told
    assert "Intet er skrevet." in told
    assert not re.search(r"\b(3|40|60|103)\b", told.split("BESKYT-205")[1].replace(str(tmp_path), ""))

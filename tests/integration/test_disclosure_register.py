"""Authorities that take their own cases from the numbers of a register: alone, and five together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.disclosure.model import telling
from sagsbarometer.disclosure.profile import load_profiles
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs import disclosure_own
from sagsbarometer.runs.appeals_tables import Job as Tables
from sagsbarometer.runs.appeals_tables import make_tables
from sagsbarometer.runs.disclosure import Done, Job, attack_results, protect_results
from sagsbarometer.runs.disclosure_own import Own
from sagsbarometer.runs.disclosure_system import loaded, one_of, own_cases, system_for
from tests.integration.test_appeals_tables import register_of
from tests.registers_in_tests import layout_of

LAYOUT = """layout: regional
title: {da: Regioner, en: Regions}
source: Prøve
tables:
  - id: one
    number: "1"
    title: {da: Sager, en: Cases}
    stub: {da: Gruppe, en: Group}
    periods: ["2024"]
    columns:
      - {measure: decided, period: "2024", label: {da: Antal, en: Number}}
      - {measure: reversal_rate, period: "2024", label: {da: Procent, en: Percent}}
    rows:
      - each: office
      - {each: law_area, values: [barnets_lov]}
      - total: {da: I alt, en: In all}
"""
HEADER = "case_id;registered_at;origin;decided_on;outcome;law_area;authority;office"


# What is not real has no real places: the regions are offices, and the authorities have codes nobody has.
NORTH, SOUTH = "nord", "syd"
BIG, SMALL, OTHER = (
    "901",
    "902",
    "903",
)  # 60 cases and 3 in the north: the first knows the second's from its 63
FIVE, SIXTH = ["911", "912", "913", "914", "915"], "916"  # 40 each, and 2: together they know the last one's
SERVICE, CHILD = "serviceloven", "barnets_lov"
# Authority: region, law area, upheld, remitted.
CASES = {
    BIG: (NORTH, SERVICE, 40, 20),
    SMALL: (NORTH, SERVICE, 2, 1),
    OTHER: (SOUTH, SERVICE, 30, 25),
    **dict.fromkeys(FIVE, ("", CHILD, 20, 20)),
    SIXTH: ("", CHILD, 1, 1),
}
REGION, NATION = f"decided|office={NORTH}||2024", f"decided|law_area={CHILD}||2024"


def _rows() -> Iterator[str]:
    number = 0
    for code, (region, area, *outcomes) in CASES.items():
        for outcome, many in zip(("upheld", "remitted"), outcomes, strict=True):
            for _ in range(int(many)):
                number += 1
                yield f"{number};2024-07-01;reconstructed;2024-06-03;{outcome};{area};{code};{region}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    register_of(folder, list(_rows()), HEADER)
    layout_of(folder / "layout", LAYOUT)
    make_tables(Tables(folder / "register", str(folder / "layout"), "2025-04-11", folder / "tal"))
    return folder


def test_each_authority_has_its_own_part_of_every_quantity(folder: Path) -> None:
    of = loaded(folder / "tal")
    own = own_cases(of, lambda line: None, folder / "register", str(folder / "layout"))
    assert set(own) == set(CASES)
    region = f"decided_on|all|office={NORTH}|2024"
    assert (own[BIG][region], own[SMALL][region]) == (60, 3)
    assert region not in own[FIVE[0]]
    assert own[FIVE[0]]["decided_on|all||2024"] == 40
    system = system_for(of)
    for item in system.quantities[: system.direct]:
        if item.value is not None:
            assert sum(numbers.get(item.text, 0) for numbers in own.values()) == item.value, item.text


def test_what_is_counted_is_called_what_protecting_calls_it(folder: Path) -> None:
    """Else nothing would be taken from anything, and nobody would notice."""
    of = loaded(folder / "tal")
    told = Own(of.results, telling(of.results, of.edition.measures, one_of())).of(of.results)
    system = system_for(of)
    direct = {item.text: item.value for item in system.quantities[: system.direct] if item.value}
    assert direct.items() <= told.items()


def test_the_register_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    opened = disclosure_own.opened_register

    class Counted:
        def __init__(self, *given: Any) -> None:
            self.inner = opened(*given)

        def __enter__(self) -> Any:
            table, execute = self.inner.__enter__()

            def counting(expression: Any) -> Any:
                asked.append(expression)
                return execute(expression)

            return table, counting

        def __exit__(self, *given: Any) -> Any:
            return self.inner.__exit__(*given)

    monkeypatch.setattr(disclosure_own, "opened_register", Counted)
    own_cases(loaded(folder / "tal"), lambda line: None, folder / "register", str(folder / "layout"))
    assert len(asked) == 1


def test_without_the_register_nobody_sees_it_and_with_it_both_are_withheld(folder: Path) -> None:
    alone = protect_results(Job(folder / "tal", "open_local", folder / "uden", force=True))
    told = [item.code for item in alone.remarks if item.code.startswith("BESKYT")]
    assert told == ["BESKYT-214"]
    found = attack_results(
        folder / "uden",
        folder / "tal",
        register=folder / "register",
        layout=str(folder / "layout"),
    )
    by_size = {len(item.by): item for item in found}
    assert by_size[1].by == (BIG,)
    assert f"office={NORTH}" in by_size[1].quantity
    assert set(by_size[5].by) == set(FIVE)
    assert f"law_area={CHILD}" in by_size[5].quantity
    done = _protected(folder, folder / "med")
    assert {REGION, NATION} <= done.hidden.refs
    assert {REGION, NATION}.isdisjoint(alone.hidden.refs)
    assert (done.members, done.whose) == (len(CASES), "myndigheder")
    given = {"register": folder / "register", "layout": str(folder / "layout")}
    assert not attack_results(folder / "med", folder / "tal", **given)
    told = json.loads((folder / "med" / "manifest.json").read_text())["protection"]
    assert told["attack"]["coalitions"] == list(load_profiles()["open_local"].coalitions)


def _protected(folder: Path, out: Path) -> Done:
    given = {"register": folder / "register", "layout": str(folder / "layout")}
    return protect_results(Job(folder / "tal", "open_local", out, force=True, **given))


def test_own_cases_are_never_written(folder: Path, tmp_path: Path) -> None:
    done = _protected(folder, tmp_path / "ud")
    for name in done.files:
        if name.endswith((".csv", ".json", ".html", ".md", ".svg")):
            held = (done.out / name).read_text(encoding="utf-8")
            assert not re.search(rf"\b({'|'.join(CASES)})\b", held), name
    assert not [name for name in done.files if name.startswith("dataset")]


def test_another_register_or_layout_is_refused(folder: Path, tmp_path: Path) -> None:
    other = register_of(tmp_path, list(_rows())[:-1], HEADER)

    def codes(**given: Any) -> set[str]:
        with pytest.raises(Faults) as raised:
            protect_results(Job(folder / "tal", "open_local", tmp_path / "ud", **given))
        assert not (tmp_path / "ud").exists()
        return {problem.code for problem in raised.value.problems}

    assert codes(register=other, layout=str(folder / "layout")) == {"BESKYT-212"}
    assert codes(register=folder / "register") == {"BESKYT-213"}
    assert codes(register=folder / "register", layout="overview") == {"BESKYT-213"}
    with pytest.raises(Faults) as raised:
        attack_results(tmp_path / "x", None, register=folder / "register")
    assert raised.value.problems[0].code.startswith("RESULTAT")


def test_the_command_says_who_was_tried(folder: Path, tmp_path: Path) -> None:
    words = [
        "disclosure",
        "protect",
        str(folder / "tal"),
        "--profile",
        "open_local",
        "--out",
        str(tmp_path / "ud"),
    ]
    given = ["--register", str(folder / "register"), "--layout", str(folder / "layout")]
    found = CliRunner().invoke(app, [*words, *given])
    assert found.exit_code == 0, found.output
    assert f"Også prøvet: {len(CASES)} myndigheder" in found.stdout
    attack = ["disclosure", "attack", str(tmp_path / "ud"), *given]
    assert CliRunner().invoke(app, attack).exit_code == 3
    assert CliRunner().invoke(app, [*attack, "--source", str(folder / "tal")]).exit_code == 0

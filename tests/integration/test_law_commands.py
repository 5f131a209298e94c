"""`sagsbarometer law`, as a person starts it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.dates import danish_date


def law(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, finished."""
    command = [sys.executable, "-m", "sagsbarometer.cli.main", "law", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def flat(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def test_the_day_before_the_change_of_act() -> None:
    done = law("show", "serviceloven § 42", "--on", "2023-12-31")
    assert (done.returncode, done.stderr) == (0, "")
    said = flat(done.stdout)
    order = [
        "serviceloven § 42 · Tabt arbejdsfortjeneste",
        "Gælder den 31. december 2023.",
        "til 31. december 2023",
        "ELI: https://www.retsinformation.dk/eli/lta/2022/170.",
        "1. Barnet er i målgruppen",
        "7. Nedsættelse og opfølgning",
        "barnets lov § 87 · Tabt arbejdsfortjeneste, fra 1. januar 2024, for børn: samme indhold.",
        "»Tabt arbejdsfortjeneste §§ 42,43 + tilbagebetaling«, lovområdet Serviceloven",
        "Serie: Tabt arbejdsfortjeneste.",
        "Snævrere kurv. Uden tilbagebetaling.",
        "7-24: Emneord: Tabt arbejdsfortjeneste, personkreds, rammebestemmelse.",
        "Krav til afgørelsen",
        "Kilde: Retssikkerhedsundersøgelsen 2026, kapitel 3",
        "Sidst kontrolleret 22. november 2026.",
    ]
    place = 0
    for part in order:
        assert part in said[place:], part
        place = said.index(part, place) + len(part)
    assert max(map(len, done.stdout.splitlines())) <= 110


def test_the_day_of_the_change_of_act() -> None:
    done = law("show", "SEL § 42, stk. 1", "--on", "01-01-2024")
    assert done.returncode == 0
    said = flat(done.stdout)
    assert "Gælder ikke den 1. januar 2024. Den dag gælder i stedet barnets lov § 87." in said
    assert "Betingelser efter barnets lov § 87" in said
    assert "»Social - Tabt arbejdsfortjeneste §§ 87, 88«, lovområdet Barnets lov" in said


def test_the_same_as_json() -> None:
    done = law("show", "serviceloven § 112", "--on", "2024-01-01", "--json")
    card = json.loads(done.stdout)
    assert (card["schema_version"], card["holds"], card["on"]) == (1, True, "2024-01-01")
    assert {(item["scope"], item["kind"]) for item in card["successors"]} == {
        ("child", "moved"),
        ("adult", "continues"),
    }
    assert [item["id"] for item in card["case_subjects"]] == ["hjaelpemidler_112"]
    by_id = law("show", "serviceloven/112", "--on", "2024-01-01", "--json")
    assert json.loads(by_id.stdout) == card


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("serviceloven § 999", 1, "serviceloven § 999 står ikke i lovens data"),
        (
            "aktivloven § 34",
            1,
            "Sagsemne den 31. december 2023: Særlig støtte - § 34 (Lov om aktiv socialpolitik)",
        ),
        ("fantasiloven § 42", 2, "nævner ingen lov, vi kender. Mente du serviceloven § 42?"),
        ("§ 3", 2, "Mente du retssikkerhedsloven § 3 eller forvaltningsloven § 3?"),
        ("fantasiloven § 999", 2, "»fantasiloven § 999« nævner ingen lov, vi kender."),
        ("serviceloven", 2, "Lov om social service er en hel lov."),
        ("hej", 2, "»hej« kan ikke læses som en bestemmelse."),
        ("", 2, "kan ikke læses som en bestemmelse."),
        ("sagen 010190-1234", 2, "(skjult: ligner et CPR-nummer)"),
    ],
)
def test_what_cannot_be_shown_says_why(text: str, code: int, said: str) -> None:
    done = law("show", text, "--on", "2023-12-31")
    assert (done.returncode, done.stdout) == (code, "")
    assert said in flat(done.stderr)


@pytest.mark.parametrize(
    ("text", "day", "shown"),
    [
        ("servicelovens §§ 41 og 42", "2023-12-31", ["serviceloven/41", "serviceloven/42"]),
        ("SEL §§ 94-94 b", "2024-01-01", ["serviceloven/94", "serviceloven/94 a", "serviceloven/94 b"]),
        ("BL §§ 87-88", "2024-01-01", ["barnets_lov/87", "barnets_lov/88"]),
        (
            "barnets lov § 90, jf. servicelovens § 84",
            "2024-01-01",
            ["barnets_lov/90 jf. serviceloven/84/1"],
        ),
        (
            "barnets lov § 90, jf. servicelovens § 84",
            "2023-12-31",
            ["barnets_lov/90 jf. serviceloven/84/1"],
        ),
        ("SEL § 44, jf. § 84", "2023-12-31", ["serviceloven/44 jf. serviceloven/84/1"]),
        ("SEL § 42", "2023-12-31", ["serviceloven/42"]),
    ],
)
def test_the_provisions_named_are_shown_each_and_no_others(text: str, day: str, shown: list[str]) -> None:
    done = law("show", text, "--on", day, "--json")
    plain = json.loads(done.stdout)
    assert done.returncode == 0
    assert [card["provision"] for card in plain.get("provisions", [plain])] == shown


def test_a_section_that_one_act_alone_has_needs_no_act_and_is_said_to_be_read_so() -> None:
    done = law("show", "§ 32 a, stk. 1", "--on", "2023-12-31")
    assert done.returncode == 0
    assert "serviceloven § 32 a · Hjemmetræning" in done.stdout
    assert "Læst som serviceloven § 32 a, stk. 1" in flat(done.stderr)


def test_several_are_shown_as_far_as_the_data_have_them() -> None:
    done = law("show", "servicelovens §§ 42 og 999", "--on", "2023-12-31")
    assert done.returncode == 1
    assert "serviceloven § 42 · Tabt arbejdsfortjeneste" in done.stdout
    assert "serviceloven § 999 står ikke i lovens data" in flat(done.stderr)


def test_a_day_that_is_none_is_refused_and_no_day_is_today() -> None:
    done = law("show", "SEL § 42", "--on", "2023-02-30")
    assert done.returncode == 2
    assert "--on: »2023-02-30« er ingen dag." in done.stderr
    from datetime import datetime
    from zoneinfo import ZoneInfo

    before = datetime.now(ZoneInfo("Europe/Copenhagen")).date()
    done = law("show", "SEL § 85")
    after = datetime.now(ZoneInfo("Europe/Copenhagen")).date()
    assert any(f"Gælder den {danish_date(day)}." in flat(done.stdout) for day in (before, after))


def test_the_shipped_data_hold_together() -> None:
    done = law("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "149 sagsemner" in done.stdout
    assert "Ingen fejl." in done.stdout


def test_every_fault_of_a_folder_is_shown_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "min lov"
    shutil.copytree(shipped("law"), folder)
    for name, old, new in (
        ("series.yaml", "case_subject: hjemmehjaelp_83", "case_subject: hjemmehjaelp"),
        ("outcomes.yaml", "reach: 1", "reach: langt"),
        ("succession.yaml", "to: barnets_lov/86\n", "to: barnets_lov/860\n"),
    ):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = law("check", str(folder))
    assert (done.returncode, done.stdout) == (1, "")
    assert "Fejl LOV-201 law/series.yaml:" in done.stderr
    assert "Fejl LOV-101 law/outcomes.yaml:" in done.stderr
    assert "Fejl LOV-201 law/succession.yaml:" in done.stderr
    assert done.stderr.endswith("3 fejl\n")
    report = json.loads(law("check", str(folder), "--json").stdout)
    assert report["ok"] is False
    assert [item["code"] for item in report["problems"]] == ["LOV-101", "LOV-201", "LOV-201"]
    assert all(item["line"] and item["remedy"] for item in report["problems"])


def test_a_folder_that_is_none_and_one_that_is_empty(tmp_path: Path) -> None:
    assert law("check", str(tmp_path / "findes ikke")).returncode == 2
    done = law("check", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.count("YAML-101") == 10


def test_the_subjects_of_an_area_on_a_day() -> None:
    areas = law("list", "--on", "2023-12-31")
    assert areas.returncode == 0
    assert "31. december 2023:" in areas.stdout
    assert "serviceloven: Serviceloven (34 sagsemner)" in areas.stdout
    assert "barnets_lov" not in areas.stdout
    assert "barnets_lov: Barnets lov (26 sagsemner)" in law("list", "--on", "2024-01-01").stdout
    before = flat(law("list", "serviceloven", "--on", "2023-12-31").stdout)
    after = flat(law("list", "serviceloven", "--on", "2024-01-01").stdout)
    assert (
        "Merudgiftydelse §41 + tilbagebetaling [serie additional_costs_children] serviceloven § 41" in before
    )
    assert "Merudgiftydelse" not in after
    assert "Hjælpemidler - §112 [serie aids] serviceloven § 112 " in before
    assert "Hjælpemidler - §112 [serie aids] serviceloven § 112 (for voksne)" in after
    done = law("list", "servicelov")
    assert done.returncode == 2
    assert "Vælg et af: lov_om_aktiv_beskaeftigelsesindsats" in done.stderr

"""`appeals authorities`: a register of invented authorities to a folder that ranks nobody."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.appeals_authorities import Done, Job, authorities
from sagsbarometer.store.results import load_results
from tests.authorities_in_tests import invented, register, rows
from tests.cards_in_tests import as_read

DAY = "2025-01-15"
TILES = "code,name,short,column,row\n" + "".join(
    f"{901 + number},Opdigtet {901 + number},O{number},{number % 10},{number // 10}\n" for number in range(40)
)
runner = CliRunner()


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return register(tmp_path_factory.mktemp("thirty"), rows(invented(30)))


@pytest.fixture(scope="module")
def done(thirty: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("made")
    (folder / "tiles.csv").write_text(TILES, encoding="utf-8")
    return authorities(Job(thirty, DAY, "2024", folder / "out", tiles=folder / "tiles.csv"))


def listed(done: Done) -> list[dict[str, str]]:
    with (done.out / "myndigheder.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_folder_holds_the_page_the_figures_the_workbook_and_the_data(done: Done) -> None:
    found = {path.relative_to(done.out).as_posix() for path in done.out.rglob("*") if path.is_file()}
    assert found == {
        *("index.html", "index.pdf", "tabeller.xlsx", "myndigheder.csv", "cells.csv", "definitions.json"),
        *("figurer/figur_1.csv", "figurer/figur_1.svg", "figurer/figur_2.csv", "figurer/figur_2.svg"),
        *("manifest.json", "run.json"),
    }
    results = load_results(done.out)
    assert len(results.results.cells) == 31
    assert results.results.cell("reversal_rate", "authority=902", "", "2024").denominator == 32


def test_authorities_stand_by_name_and_nobody_is_ranked(done: Done) -> None:
    names = [row["navn"] for row in listed(done)]
    assert names == sorted(names)
    assert len(names) == 30
    page = as_read(done.out / "index.html")
    text = page[page.index("<main") :].lower()
    for word in ("bedst", "dårligst", "værst", "nummer 1", "rangliste", "placering"):
        assert word not in text
    assert "ingen rangfølge" in text
    assert "<script" not in page
    assert all("popovertarget" in button for button in re.findall(r"<button[^>]*>", page))  # cards alone


def test_each_lies_where_its_counts_put_it(done: Done) -> None:
    found = {row["kode"]: row for row in listed(done)}
    assert found["902"]["placering_eksakt"] == "over 99,8 %"
    assert found["903"]["placering_eksakt"] == "under 99,8 %"
    assert found["904"]["placering_eksakt"] == "ikke vurderet"
    assert (found["904"]["faa_sager"], found["904"]["eksakt_95_nedre"]) == ("ja", "")
    assert found["905"]["placering_eksakt"] == "inden for"
    assert float(found["905"]["eksakt_95_nedre"]) < float(found["905"]["procent"])


def test_page_says_what_the_limits_are_and_are_not(done: Done) -> None:
    page = as_read(done.out / "index.html")
    for words in (
        "Sagerne er dem, der blev klaget over.",
        "At ligge uden for er en grund til at se efter, ikke en dom.",
        "Opdigtede data",
        "KLADDE",
        "Spiegelhalter",
        "Opdigtet 902, Opdigtet 903",
        "Myndigheder svinger tilsammen mere, end tilfældet alene gør",
        "Men φ, hvor de yderste er trukket ind, er ikke over 1",
        "ville altså i gennemsnit højst 1,5 ligge uden for",
    ):
        assert words in page


def test_same_register_gives_the_same_bytes(thirty: Path, done: Done, tmp_path: Path) -> None:
    (tmp_path / "tiles.csv").write_text(TILES, encoding="utf-8")
    again = authorities(Job(thirty, DAY, "2024", tmp_path / "out", tiles=tmp_path / "tiles.csv"))
    for name in again.files:
        assert (again.out / name).read_bytes() == (done.out / name).read_bytes(), name


@pytest.mark.parametrize(
    ("column", "groups"),
    [
        ("authority", {"101": (5, 20), "901": (6, 20)}),
        ("authority", {"0851": (5, 20), "901": (6, 20)}),
        ("office", {"Odense": (5, 20), "Kontor 2": (6, 20)}),
        ("office", {"Aarhus Kommune": (5, 20), "Kontor 2": (6, 20)}),
    ],
)
@pytest.mark.parametrize("origin", ["synthetic", "reconstructed", "training"])
def test_invented_cases_never_stand_beside_a_real_name(
    tmp_path: Path, column: str, groups: dict[str, tuple[int, int]], origin: str
) -> None:
    made = register(tmp_path, rows(groups, column=column, origin=origin))
    with pytest.raises(Faults) as caught:
        authorities(Job(made, DAY, "2024", tmp_path / "out", by=column))
    assert [problem.code for problem in caught.value.problems] == ["FORSKEL-101"]
    assert not (tmp_path / "out").exists()


def test_invented_cases_are_not_shown_by_a_real_region_or_narrowed_to_a_real_municipality(
    tmp_path: Path,
) -> None:
    made = register(
        tmp_path, rows({"101": (5, 20), "851": (9, 20)}, more={"office": "A"}) + rows({"901": (9, 20)}, 2023)
    )
    for job in (
        Job(made, DAY, "2024", tmp_path / "out", by="region"),
        Job(made, DAY, "2024", tmp_path / "out", by="office", where={"authority": "101"}),
    ):
        with pytest.raises(Faults) as caught:
            authorities(job)
        assert caught.value.problems[0].code == "FORSKEL-101"


def test_refusal_ends_with_4(tmp_path: Path) -> None:
    made = register(tmp_path, rows({"101": (5, 20), "147": (6, 20)}))
    asked = ["appeals", "authorities", "--register", str(made), "--as-of", DAY, "--period", "2024"]
    told = runner.invoke(app, [*asked, "--out", str(tmp_path / "out")])
    assert told.exit_code == 4
    assert "FORSKEL-101" in told.stderr
    assert "København" not in told.stderr


def test_own_column_can_be_what_they_stand_by(tmp_path: Path) -> None:
    mapping = "mapping: egne\nrest: same\nown:\n  branch: {from: branch, type: code, label: {da: Afdeling}}\n"
    listed = rows({"nord": (8, 30), "syd": (9, 30)}, column="branch")
    made = register(tmp_path, listed, mapping)
    done = authorities(Job(made, DAY, "2024", tmp_path / "out", by="branch"))
    assert [item.group.id for item in done.found.funnel.groups] == ["nord", "syd"]
    assert done.found.many == "grupper"


def test_cases_without_an_authority_are_told_and_left_out(tmp_path: Path) -> None:
    made = register(tmp_path, rows({"901": (5, 20), "902": (6, 20)}) + rows({"": (1, 7)}))
    done = authorities(Job(made, DAY, "2024", tmp_path / "out"))
    assert (done.found.funnel.trials, done.found.without) == (40, 7)
    assert "7 sager, hvor myndigheden ikke er oplyst" in as_read(done.out / "index.html")


@pytest.mark.parametrize(("yes", "words"), [(0, "ingen sager"), (12, "alle sager")])
def test_all_alike_is_said_and_nothing_is_said_of_chance(tmp_path: Path, yes: int, words: str) -> None:
    made = register(tmp_path, rows({str(901 + number): (yes, 12) for number in range(40)}))
    done = authorities(Job(made, DAY, "2024", tmp_path / "out"))
    page = as_read(done.out / "index.html")
    assert f"Myndigheder har alle samme procent: {words} tæller i den" in page
    assert f"{words.capitalize()} tæller i procenten, så grænserne falder sammen med midten." in page
    assert "for få med sager nok" not in page
    assert "ligge uden for de indre uden anden grund" not in page


def test_chance_is_told_as_at_most(tmp_path: Path) -> None:
    made = register(tmp_path, rows({"901": (5, 20), "902": (5, 20), "903": (5, 20), "904": (1, 4)}))
    page_of = authorities(Job(made, DAY, "2024", tmp_path / "out")).out / "index.html"
    page = as_read(page_of)
    assert "hver have højst 5 procents chance" in page
    assert "Af 3 ville altså i gennemsnit højst 0,2 ligge uden for" in page
    assert "omkring" not in page.replace("omkring 0,68", "")


def test_json_says_the_same(thirty: Path, tmp_path: Path) -> None:
    asked = [
        "appeals",
        "authorities",
        "--register",
        str(thirty),
        "--as-of",
        DAY,
        "--period",
        "2024",
        "--json",
    ]
    told = runner.invoke(app, [*asked, "--out", str(tmp_path / "out")])
    assert told.exit_code == 0
    data = json.loads(told.stdout)
    assert (data["schema_version"], data["kind"], len(data["groups"])) == (1, "authorities", 30)
    second = data["groups"][1]
    assert (second["id"], second["place_exact"]) == ("902", 2)
    assert sum(group["denominator"] for group in data["groups"]) == data["centre"]["denominator"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--measure", "merits"], "FORSKEL-102"),
        (["--measure", "findes_ikke"], "FORSKEL-102"),
        (["--by", "findes_ikke"], "FORSKEL-103"),
        (["--by", "keyword"], "FORSKEL-103"),
        (["--where", "law_area"], "FORSKEL-103"),
        (["--where", "law_area=findes_ikke"], "FORSKEL-103"),
        (["--where", "authority=901"], "FORSKEL-103"),
        (["--period", "2025"], "FORSKEL-104"),
        (["--period", "i fjor"], "FORSKEL-104"),
        (["--tiles", "findes_ikke.csv"], "FORSKEL-105"),
        (["--period", "2019"], "FORSKEL-106"),
        (["--by", "law_area"], "FORSKEL-108"),
    ],
)
def test_question_at_fault_ends_with_2_and_writes_nothing(
    thirty: Path, tmp_path: Path, more: list[str], code: str
) -> None:
    asked = ["appeals", "authorities", "--register", str(thirty), "--as-of", DAY]
    period = [] if "--period" in more else ["--period", "2024"]
    told = runner.invoke(app, [*asked, *period, *more, "--out", str(tmp_path / "out")])
    assert told.exit_code == 2
    assert code in told.stderr
    assert not (tmp_path / "out").exists()

"""`appeals waiting` and `appeals scenario`: by command and by function, from an invented register to a folder."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs import appeals_scenario, appeals_waiting
from sagsbarometer.runs.appeals_scenario import scenario
from sagsbarometer.runs.appeals_waiting import waiting
from tests.waits_in_tests import DAY, register_in, rows

runner = CliRunner()
AS_OF = DAY.isoformat()


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return register_in(tmp_path_factory.mktemp("waits"), rows(2000))


def by_rows(first: str, priority: str) -> tuple[int, int, int]:
    """Cases received from a day on with or without priority: all that can be counted, open, and left out."""
    fields = [row.split(";") for row in rows(2000)]
    own = [row for row in fields if row[3] >= first and row[8] == priority]
    dirty = [row for row in own if row[4] and row[4] < row[3]]
    return len(own) - len(dirty), sum(not row[4] for row in own), len(dirty)


def test_the_numbers_are_those_of_the_rows(register: Path) -> None:
    done = waiting(appeals_waiting.Job(register, AS_OF, by="law_area"))
    assert [item.id for item in done.found.populations] == ["ordinary", "priority"]
    for population, priority in zip(done.data["populations"], ("nej", "ja"), strict=True):
        cases, open_, dirty = by_rows("2023-04-01", priority)
        assert (population["cases"], population["open"]) == (cases, open_)
        assert population["left_out"].get("negative", 0) == dirty
        assert sum(group["cases"] for group in population["groups"]) == cases
    slow, fast = (item.whole.curve.half_waits() or 0 for item in done.found.populations)
    assert fast < slow


def test_the_cases_that_have_left_say_less_than_the_curve(register: Path) -> None:
    (population,) = waiting(appeals_waiting.Job(register, AS_OF, priority="together")).data["populations"]
    assert population["open"] > 0
    assert population["finished_days"]["median"] < population["half_waits_at_least_days"]


def test_both_ways_of_writing_the_day_are_one(register: Path) -> None:
    danish = f"{DAY.day:02d}-{DAY.month:02d}-{DAY.year}"
    one, other = (waiting(appeals_waiting.Job(register, text)).data for text in (AS_OF, danish))
    assert one == other


def test_a_folder_has_report_tables_and_curves_and_the_same_bytes_twice(
    register: Path, tmp_path: Path
) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        result = runner.invoke(
            app,
            [
                "appeals",
                "waiting",
                "--register",
                str(register),
                "--as-of",
                AS_OF,
                "--by",
                "office",
                "--out",
                str(folder),
            ],
        )
        assert result.exit_code == 0, result.output
    names = {path.relative_to(folders[0]).as_posix() for path in folders[0].rglob("*") if path.is_file()}
    assert {
        "index.html",
        "index.pdf",
        "tabeller.xlsx",
        "kurver.csv",
        "ventetid.json",
        "manifest.json",
        "run.json",
    } <= names
    for name in names - {"run.json"}:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name
    page = (folders[0] / "index.html").read_text(encoding="utf-8")
    assert "Opdigtede data" in page
    assert re.search(r"Halvdelen venter <button[^>]*>\d+,\d uger</button> eller længere", page)
    assert "ingen er udtrukket" in page
    # Every file that the page points to is there.
    linked = set(re.findall(r'href="([^"#]+)" download', page))
    assert linked <= names
    listed = json.loads((folders[0] / "manifest.json").read_text(encoding="utf-8"))
    assert set(listed["files"]) == names - {"manifest.json", "run.json"}


def test_the_curve_as_csv_is_everybody_every_day(register: Path, tmp_path: Path) -> None:
    waiting(appeals_waiting.Job(register, AS_OF, out=tmp_path / "ud"))
    sums: dict[tuple[str, str], float] = {}
    with (tmp_path / "ud" / "kurver.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = (row["population"], row["dag"])
            sums[key] = sums.get(key, 0.0) + float(row["andel"])
    assert sums
    assert all(abs(total - 1) < 3e-6 for total in sums.values())


def test_each_group_is_told_in_the_terminal(register: Path) -> None:
    asked = ["appeals", "waiting", "--register", str(register), "--as-of", AS_OF]
    told = runner.invoke(app, [*asked, "--by", "law_area", "--priority", "together"]).stdout
    for name in ("Lov om aktiv socialpolitik", "Serviceloven", "Barnets lov", "Sygedagpengeloven"):
        line = rf"^  {name}: \d+ sager\. Halvdelen venter \d+,\d uger eller længere"
        assert re.search(line, told, re.MULTILINE), name
    assert "Serviceloven" not in runner.invoke(app, asked).stdout


def test_json_is_all_that_stdout_has(register: Path) -> None:
    for command in ("waiting", "scenario"):
        result = runner.invoke(
            app, ["appeals", command, "--register", str(register), "--as-of", AS_OF, "--json"]
        )
        assert result.exit_code == 0, result.output
        assert json.loads(result.stdout)["schema_version"] == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"received": "24"}, "VENTE-101"),
        ({"received": "2030"}, "VENTE-101"),
        ({"by": "outcome"}, "VENTE-102"),
        ({"by": "keyword"}, "VENTE-102"),
        ({"by": "series"}, "VENTE-102"),
        ({"by": "nowhere"}, "VENTE-102"),
        ({"received": "2015"}, "VENTE-103"),
        ({"priority": "first"}, "VENTE-104"),
        ({"as_of": "2025-02-30"}, "LAYOUT-121"),
        ({"as_of": "2020-01-01"}, "LAYOUT-122"),
    ],
)
def test_what_cannot_be_asked_is_told_and_nothing_is_written(
    register: Path, tmp_path: Path, more: dict[str, Any], code: str
) -> None:
    asked = {"as_of": AS_OF, "out": tmp_path / "ud", **more}
    with pytest.raises(Faults) as caught:
        waiting(appeals_waiting.Job(register, **asked))
    assert [problem.code for problem in caught.value.problems] == [code]
    assert not (tmp_path / "ud").exists()
    options = [item for name, value in asked.items() for item in (f"--{name.replace('_', '-')}", str(value))]
    result = runner.invoke(app, ["appeals", "waiting", "--register", str(register), *options])
    assert result.exit_code == 2
    assert code in result.output


def test_invented_cases_do_not_stand_beside_a_real_authority(tmp_path: Path) -> None:
    few = [
        f"{number};{AS_OF};synthetic;2024-06-01;2024-07-01;upheld;serviceloven;101;" for number in range(3)
    ]
    register = register_in(tmp_path, few, office="authority")
    with pytest.raises(Faults) as caught:
        waiting(appeals_waiting.Job(register, AS_OF, by="authority", out=tmp_path / "ud"))
    assert [problem.code for problem in caught.value.problems] == ["FORSKEL-101"]
    result = runner.invoke(
        app, ["appeals", "waiting", "--register", str(register), "--as-of", AS_OF, "--by", "authority"]
    )
    assert result.exit_code == 4


def test_a_folder_that_is_there_is_left_alone(register: Path, tmp_path: Path) -> None:
    (tmp_path / "ud").mkdir()
    (tmp_path / "ud" / "brev.txt").write_text("mit", encoding="utf-8")
    for command in (["waiting"], ["scenario"]):
        result = runner.invoke(
            app,
            [
                "appeals",
                *command,
                "--register",
                str(register),
                "--as-of",
                AS_OF,
                "--out",
                str(tmp_path / "ud"),
                "--force",
            ],
        )
        assert result.exit_code == 2
        assert "MAPPE-102" in result.output
    assert (tmp_path / "ud" / "brev.txt").read_text(encoding="utf-8") == "mit"


# --- scenario ---


def test_a_scenario_starts_where_the_register_is(register: Path) -> None:
    data = scenario(appeals_scenario.Job(register=register, as_of=AS_OF)).data
    open_ = sum(row.split(";")[4] == "" and row.split(";")[3] != "" for row in rows(2000))
    assert data["start"]["pending"] == open_
    fields = [row.split(";") for row in rows(2000)]
    came = sum("2024-04-01" <= row[3] <= "2025-03-31" for row in fields)
    assert data["assumptions"]["receipts"] == [int(came / 12 + 0.5)]
    decided = [row for row in fields if row[3] and "2024-04-01" <= row[4] <= "2025-03-31"]
    merits = sum(row[5] in ("upheld", "remitted") for row in decided)
    assert data["assumptions"]["capacity"] == [int(merits / 12 + 0.5)]
    assert len(data["months"]) == 24
    assert data["forecast"] is False


def test_a_scenario_of_given_numbers_needs_no_register(tmp_path: Path) -> None:
    out = tmp_path / "ud"
    given = ["--receipts", "2000,2100", "--capacity", "1600", "--pending", "5600", "--pending-age", "10,7"]
    result = runner.invoke(
        app, ["appeals", "scenario", *given, "--lapse", "0,02", "--months", "6", "--out", str(out)]
    )
    assert result.exit_code == 0, result.output
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "ikke en prognose" in page
    assert "Littles lov" in page
    assert set(re.findall(r'href="([^"#]+)" download', page)) <= {
        path.relative_to(out).as_posix() for path in out.rglob("*")
    }
    with (out / "tabeller" / "tabel_1.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert len(table) == 7
    assert (table[0]["Venter ved udgangen"], table[1]["Modtaget"], table[2]["Modtaget"]) == (
        "5600",
        "2000",
        "2100",
    )
    assert runner.invoke(app, ["report", "serve", "--help"]).exit_code == 0


def test_capacity_that_nobody_needs_is_told() -> None:
    result = runner.invoke(
        app, ["appeals", "scenario", "--receipts", "10", "--capacity", "25", "--months", "3"]
    )
    assert "Kapaciteten er større end køen i 3 af 3 måneder" in result.stdout


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"receipts": "2.000", "capacity": "1"}, ["SCENARIE-101"]),
        ({"receipts": "-1", "capacity": "1"}, ["SCENARIE-101"]),
        ({"receipts": "1", "capacity": "1", "months": 0}, ["SCENARIE-101"]),
        ({"receipts": "1", "capacity": "1", "months": 601}, ["SCENARIE-101"]),
        ({"receipts": "1", "capacity": "1", "lapse": "1,1"}, ["SCENARIE-101"]),
        ({"receipts": "1", "capacity": "1", "lapse": "nan"}, ["SCENARIE-101"]),
        ({"receipts": "1", "capacity": "1", "order": "loudest"}, ["SCENARIE-101"]),
        ({"receipts": "1", "capacity": "1", "pending": -1}, ["SCENARIE-101"]),
        ({"receipts": "1", "capacity": "1", "pending_age": "3"}, ["SCENARIE-103"]),
        ({"receipts": "1"}, ["SCENARIE-102"]),
        ({}, ["SCENARIE-102", "SCENARIE-102"]),
        ({"receipts": "1", "capacity": "1", "as_of": AS_OF}, ["SCENARIE-103"]),
        ({"register": Path("r")}, ["SCENARIE-103"]),
        ({"register": Path("r"), "as_of": AS_OF, "pending": 3}, ["SCENARIE-103"]),
    ],
)
def test_a_scenario_that_cannot_be_is_refused(given: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(Faults) as caught:
        scenario(appeals_scenario.Job(**given))
    assert [problem.code for problem in caught.value.problems] == codes

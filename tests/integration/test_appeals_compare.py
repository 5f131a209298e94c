"""`appeals compare`: differences between periods and groups, in words and as data."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.appeals_compare import Job, compare
from sagsbarometer.store.results import load_results
from tests.authorities_in_tests import register, rows

DAY = "2025-01-15"
OLD, NEW = "tabt_arbejdsfortjeneste_42_43_tilbagebetaling", "social_tabt_arbejdsfortjeneste_87_88"
runner = CliRunner()


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two offices over three years: 30, 33 and 36 of 100 in one; 2 of 9, 3 of 9 and 60 of 100 in the other."""
    listed = []
    for year, one, other in (
        (2022, (30, 100), (2, 9)),
        (2023, (33, 100), (3, 9)),
        (2024, (36, 100), (60, 100)),
    ):
        more = {"law_area": "barnets_lov" if year == 2024 else "serviceloven"}
        more["case_subject"] = NEW if year == 2024 else OLD
        listed += rows({"A": one, "B": other}, year, "office", more=more)
    return register(tmp_path_factory.mktemp("years"), listed)


def asked(years: Path, *more: str) -> list[str]:
    return ["appeals", "compare", "--register", str(years), "--as-of", DAY, *more]


def test_each_period_is_held_against_the_one_before_and_the_last_against_the_first(years: Path) -> None:
    told = runner.invoke(app, asked(years, "--periods", "2024", "2022", "2023"))
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0] == (
        "Alle sager: 29 % (32 af 109) i 2022, 33 % (36 af 109) i 2023. Forskellen er +3,7 procentpoint "
        "(procesinterval −8,6 til +15,7). Intervallet rummer ingen forskel."
    )
    assert lines[2].startswith(
        "Alle sager: 29 % (32 af 109) i 2022, 48 % (96 af 200) i 2024. Forskellen er +18,6"
    )
    assert "Intervallet rummer ingen forskel" not in lines[2]
    assert lines[3].startswith("Alle sager: +9,8 procentpoint om året")
    assert len(lines) == 4


def test_a_group_without_cases_in_a_period_has_no_number_there(years: Path, tmp_path: Path) -> None:
    words = asked(years, "--periods", "2022", "2024", "--by", "law_area", "--out", str(tmp_path / "out"))
    told = runner.invoke(app, words)
    assert told.exit_code == 0, told.output
    lines = [line for line in told.stdout.splitlines() if line.startswith("Barnets lov")]
    assert lines
    assert not any("procentpoint" in line for line in lines)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert '<td class="figures">0</td><td class="figures">–</td>' in page


def test_interval_is_that_of_another_program(years: Path) -> None:
    """36 of 109 less 32 of 109 by R: prop.test's score limits put together as Newcombe does."""
    done = compare(Job(years, DAY, "reversal_rate", ("2022", "2023")))
    interval = done.found.compared.between_periods[0].interval
    assert interval is not None
    assert (round(interval.low, 2), round(interval.high, 2)) == (Decimal("-8.55"), Decimal("15.74"))


def test_groups_are_held_against_each_other_and_few_cases_marked(years: Path) -> None:
    told = runner.invoke(
        app, asked(years, "--periods", "2023", "2024", "--by", "office", "--groups", "A", "B")
    )
    assert told.exit_code == 0
    assert "2023: A har 33 % (33 af 100), B har 33 %† (3 af 9)." in told.stdout
    assert "† få sager" in told.stdout
    assert "2024: A har 36 % (36 af 100), B har 60 % (60 af 100). Forskellen er −24,0" in told.stdout


@pytest.mark.parametrize(
    "periods",
    [
        ["--periods", "2022", "2024"],
        ["--periods", "2022", "--periods", "2024"],
        ["--periods=2022", "2024"],
        ["--json", "--periods", "2022", "2024", "--measure", "reversal_rate"],
    ],
)
def test_periods_can_be_written_in_a_row_or_one_at_a_time(years: Path, periods: list[str]) -> None:
    told = runner.invoke(app, asked(years, *periods))
    assert told.exit_code == 0
    assert "32" in told.stdout
    assert "96" in told.stdout


def test_value_too_many_after_another_option_is_refused(years: Path) -> None:
    told = runner.invoke(app, asked(years, "--periods", "2022", "2024", "--measure", "reversal_rate", "2023"))
    assert told.exit_code == 2


def test_one_period_is_enough_for_groups(years: Path) -> None:
    told = runner.invoke(app, asked(years, "--periods", "2024", "--by", "office", "--groups", "A", "B"))
    assert told.exit_code == 0
    assert len(told.stdout.splitlines()) == 1


def test_break_of_the_law_between_the_periods_is_named(years: Path) -> None:
    told = runner.invoke(app, asked(years, "--periods", "2022", "2023", "2024", "--by", "series"))
    assert told.exit_code == 0
    lines = [line for line in told.stdout.splitlines() if line.startswith("Tabt arbejdsfortjeneste")]
    assert len(lines) == 4
    assert "Brud" not in lines[0]
    assert all("Brud 1. januar 2024" in line for line in lines[1:])


def test_break_is_named_where_the_question_narrows_to_the_series(years: Path) -> None:
    told = runner.invoke(app, asked(years, "--periods", "2023", "2024", "--where", "series=lost_earnings"))
    assert "Brud 1. januar 2024" in told.stdout


def test_folder_and_json_say_the_same(years: Path, tmp_path: Path) -> None:
    told = runner.invoke(
        app,
        asked(
            years,
            "--periods",
            "2022",
            "2023",
            "2024",
            "--by",
            "office",
            "--json",
            "--out",
            str(tmp_path / "o"),
        ),
    )
    assert told.exit_code == 0
    data = json.loads(told.stdout)
    assert (data["schema_version"], data["kind"]) == (1, "comparison")
    with (tmp_path / "o" / "forskelle.csv").open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    assert [row["procentpoint"] for row in listed] == [item["points"] for item in data["between_periods"]]
    assert len(listed) == 9
    assert [row["group"] for row in data["trends"]] == ["", "A", "B"]
    results = load_results(tmp_path / "o").results
    assert results.cell("reversal_rate", "office=B", "", "2024").numerator == 60
    page = (tmp_path / "o" / "index.html").read_text(encoding="utf-8")
    assert "Newcombes metode 10" in page
    assert "Opdigtede data" in page
    assert "fulde optællinger, ikke stikprøver" in page


def test_same_register_gives_the_same_bytes(years: Path, tmp_path: Path) -> None:
    one, other = (
        compare(Job(years, DAY, "reversal_rate", ("2022", "2023", "2024"), "office", out=tmp_path / name))
        for name in ("one", "other")
    )
    for name in one.files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes(), name
    assert one.files == other.files


def test_group_without_cases_in_a_period_has_no_difference(tmp_path: Path) -> None:
    listed = rows({"A": (3, 20)}, 2023, "office") + rows({"A": (4, 20), "B": (5, 20)}, 2024, "office")
    done = compare(Job(register(tmp_path, listed), DAY, "reversal_rate", ("2023", "2024"), "office"))
    found = {item.group: item.points for item in done.found.compared.between_periods}
    assert found["B"] is None
    assert found["A"] == 5


def test_two_years_with_cases_are_no_trend(tmp_path: Path) -> None:
    listed = [row for year in (2022, 2023, 2024) for row in rows({"A": (3 + year % 3, 20)}, year, "office")]
    listed += [row for year in (2022, 2023) for row in rows({"B": (year % 3, 20)}, year, "office")]
    job = Job(register(tmp_path, listed), DAY, "reversal_rate", ("2022", "2023", "2024"), "office")
    found = {item.group: item.trend for item in compare(job).found.compared.courses}
    assert found["B"] is None
    assert found["A"] is not None


def test_invented_cases_are_not_compared_by_real_municipalities(tmp_path: Path) -> None:
    made = register(tmp_path, rows({"101": (5, 20)}, 2023) + rows({"101": (6, 20)}, 2024))
    told = runner.invoke(app, asked(made, "--periods", "2023", "2024", "--by", "authority"))
    assert told.exit_code == 4
    assert "FORSKEL-101" in told.stderr
    assert told.stdout == ""
    assert runner.invoke(app, asked(made, "--periods", "2023", "2024")).exit_code == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--periods", "2024"], "FORSKEL-109"),
        (["--periods", "2024", "--by", "office", "--groups", "A"], "FORSKEL-109"),
        (["--periods", "2024", "--by", "office", "--groups", "A", "A"], "FORSKEL-109"),
        (["--periods", "2024", "--groups", "A", "B"], "FORSKEL-103"),
        (["--periods", "2024", "--by", "keyword", "--groups", "reasons", "time_limits"], "FORSKEL-107"),
        (["--periods", "2024", "--by", "office", "--groups", "A", "C"], "FORSKEL-107"),
        (["--periods", "2022/2023", "2023"], "FORSKEL-104"),
        (["--periods", "2023", "2023"], "FORSKEL-104"),
        (["--periods", "2023", "2024", "--measure", "received"], "FORSKEL-102"),
    ],
)
def test_question_at_fault_ends_with_2(years: Path, more: list[str], code: str) -> None:
    told = runner.invoke(app, asked(years, *more))
    assert told.exit_code == 2
    assert code in told.stderr
    assert told.stdout == ""


def test_groups_that_share_cases_are_not_held_against_each_other(tmp_path: Path) -> None:
    made = register(tmp_path, rows({"reasons|time_limits": (5, 20), "reasons": (5, 20)}, 2024, "keywords"))
    with pytest.raises(Faults) as caught:
        compare(Job(made, DAY, "reversal_rate", ("2024",), "keyword", ("reasons", "time_limits")))
    assert caught.value.problems[0].code == "FORSKEL-103"

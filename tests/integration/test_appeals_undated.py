"""Cases whose date is not registered are in no period: everything that is made of a register says how many."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.runs.appeals_import import Job as Import
from sagsbarometer.runs.appeals_import import import_registrations
from sagsbarometer.runs.appeals_revisions import Job as Revise
from sagsbarometer.runs.appeals_revisions import as_data as revised
from sagsbarometer.runs.appeals_revisions import revise
from sagsbarometer.runs.appeals_tables import Job, as_data, make_tables
from sagsbarometer.runs.appeals_triangle import Job as Seen
from sagsbarometer.runs.appeals_triangle import as_data as triangled
from sagsbarometer.runs.appeals_triangle import triangle
from tests.registers_in_tests import layout_of

HEADER = "case_id;registered_at;origin;received_on;decided_on;outcome;authority;court_result;court_judged_on"
ROWS = [
    "1;2024-07-01;synthetic;2023-05-01;2023-06-01;upheld;A;;",
    "2;2024-07-01;synthetic;2024-05-01;2024-06-03;remitted;A;;",
    "3;2024-07-01;synthetic;2024-05-01;;lapsed;A;;",  # closed, nobody knows when
    "4;2024-07-01;synthetic;2024-05-01;;amended;B;;",  # so this one
    "5;2024-07-01;synthetic;2024-05-01;;;B;;",  # pending: nothing is missing
    "6;2024-07-01;synthetic;;2024-06-05;upheld;B;won;",  # in court, nobody knows when
    "3;2025-07-01;synthetic;2024-05-01;2024-06-09;lapsed;A;;",  # registered later
]
LAYOUT = """layout: small
title: {da: Små tal}
source: Prøve
tables:
  - id: one
    title: {da: Sager}
    stub: {da: År}
    periods: ["2023", "2024"]
    columns: [%s]
    rows: [{each: period}]
"""
SAID = "Ikke med i nogen periode: 2 sager med udfald, men uden dato for afgørelsen."


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undated")
    (folder / "rows.csv").write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    soft = "rules: {merits_without_date: soft}\n"
    (folder / "mapping.yaml").write_text(f"mapping: own\nrest: same\n{soft}", encoding="utf-8")
    import_registrations(Import(folder / "rows.csv", folder / "mapping.yaml", folder / "register"))
    return folder / "register"


def layout(folder: Path, *measures: str) -> str:
    columns = ", ".join(f"{{measure: {id}, label: {{da: {id}}}}}" for id in measures)
    layout_of(folder / "layout", LAYOUT % columns)
    return str(folder / "layout")


@pytest.mark.parametrize(
    ("measures", "as_of", "undated"),
    [
        (["decided"], "2025-04-11", {"decided_on": 2}),  # the outcome is asked for, though no number needs it
        (["reversal_rate"], "2025-04-11", {"decided_on": 2}),
        (["reversal_rate"], "2025-07-01", {"decided_on": 1}),
        (["received"], "2025-04-11", {"received_on": 1}),
        (["received", "decided"], "2025-04-11", {"received_on": 1, "decided_on": 2}),
        (["court_win_rate"], "2025-04-11", {"court_judged_on": 1}),
        (["pending"], "2025-04-11", {}),  # has those it may hold among its own unknown
    ],
)
def test_how_many_are_in_no_period_is_said_wherever_numbers_are(
    register: Path, tmp_path: Path, measures: list[str], as_of: str, undated: dict[str, int]
) -> None:
    done = make_tables(Job(register, layout(tmp_path, *measures), as_of, tmp_path / "out"))
    assert done.results.manifest["rows"] == {"count": 6, "undated": undated}
    assert as_data(done)["undated"] == undated
    notes = [problem for problem in done.remarks if problem.code == "LAYOUT-127"]
    assert len(notes) == bool(undated)
    report = re.sub(r"<[^>]+>", " ", (tmp_path / "out" / "rapport.html").read_text(encoding="utf-8"))
    stat = (tmp_path / "out" / "tabeller" / "one.json").read_text(encoding="utf-8")
    for page in (report, stat):
        assert ("Ikke med i nogen periode" in page) == bool(undated)


def test_the_words(register: Path, tmp_path: Path) -> None:
    done = make_tables(Job(register, layout(tmp_path, "reversal_rate"), "2025-04-11", tmp_path / "out"))
    assert SAID in [problem.fault for problem in done.remarks]
    page = (tmp_path / "out" / "rapport.html").read_text(encoding="utf-8")
    assert page.count(SAID) == 2  # under the table, and where the report tells of its numbers
    one = make_tables(Job(register, layout(tmp_path, "reversal_rate"), "2025-07-01", tmp_path / "later"))
    assert "1 sag med udfald" in one.remarks[0].fault


def test_a_question_to_a_register_says_it_too(register: Path, tmp_path: Path) -> None:
    command = ["appeals", "compare", "--register", str(register), "--as-of", "2025-04-11", "--out"]
    asked = [
        str(tmp_path / "out"),
        "--measure",
        "board_within_13_weeks",
        "--periods",
        "2023",
        "2024",
        "--json",
    ]
    done = CliRunner().invoke(app, [*command, *asked])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["undated"] == {"decided_on": 2}
    assert SAID in done.stderr
    assert SAID in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["rows"] == {"count": 6, "undated": {"decided_on": 2}}


def test_what_moved_says_it_too(register: Path, tmp_path: Path) -> None:
    job = Revise(register, layout(tmp_path, "decided"), "2025-04-11", "2025-07-01", tmp_path / "moved")
    done = revise(job)
    assert revised(done)["undated"] == {"decided_on": 1}
    assert "1 sag med udfald" in (tmp_path / "moved" / "index.html").read_text(encoding="utf-8")
    days = Seen(register, "reversal_rate", tmp_path / "triangle", days="2025-04-11,2025-07-01")
    assert triangled(triangle(days))["undated"] == {"decided_on": 1}
    assert "1 sag med udfald" in (tmp_path / "triangle" / "index.html").read_text(encoding="utf-8")


def test_a_register_that_does_not_say_when_cases_came_makes_no_queue(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(
        "case_id;registered_at;origin;decided_on;outcome\n1;2024-07-01;synthetic;2024-06-01;upheld\n",
        encoding="utf-8",
    )
    (tmp_path / "mapping.yaml").write_text("mapping: own\nrest: same\n", encoding="utf-8")
    import_registrations(Import(tmp_path / "rows.csv", tmp_path / "mapping.yaml", tmp_path / "register"))
    command = ["appeals", "scenario", "--register", str(tmp_path / "register"), "--as-of", "2024-07-01"]
    refused = CliRunner().invoke(app, [*command, "--capacity", "10"])
    assert (refused.exit_code != 0, "SCENARIE-102" in refused.stderr) == (True, True)
    assert CliRunner().invoke(app, [*command, "--capacity", "10", "--receipts", "12"]).exit_code == 0

"""A house of an earlier version is brought to this one, with all that is in it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sagsbarometer.web.home import Home
from tests.web.house_in_tests import Workplace
from tests.web.test_serve import run

# What the database of the first version in use was made by. Migrations that are listed here are never changed.
FIRST = {
    "accounts": "0002_initial",
    "delivering": "0001_initial",
    "documents": "0001_initial",
    "events": "0001_initial",
    "findings": "zero",
    "jobs": "0001_initial",
    "letters": "0001_initial",
    "planning": "0001_initial",
    "receiving": "0001_initial",
    "reviewing": "zero",
}
LATER = ("findings_", "reviewing_", "documents_person", "jobs_routine")


def test_a_house_of_the_first_version_is_brought_to_this_one(
    databases: str, workplace: Workplace, cast: Any
) -> None:
    from django.core.management import call_command
    from django.db import connection, connections

    from sagsbarometer.web.events.present import Held, differences
    from sagsbarometer.web.events.verifying import verify_chain

    for app in ("findings", "reviewing", *(app for app, name in FIRST.items() if name != "zero")):
        call_command("migrate", app, FIRST[app], verbosity=0, interactive=False)
    before = _rows(connection)
    assert not any(table.startswith(LATER) for table in before)
    assert before["delivering_case"]
    connections.close_all()
    refused = run(workplace, "serve")
    assert "DRIFT-105" in refused.stderr
    told = run(workplace, "migrate")
    assert told.returncode == 0, told.stderr
    after = _rows(connection)
    assert {table: after[table] for table in before} == before
    assert after["reviewing_reading"] == 0
    verdict = verify_chain([])
    assert (verdict.first_break, verdict.events) == (None, before["events_event"])
    # What going back took away is missed, and nothing else.
    assert not [row for row in differences(Held()) if not row.table.startswith(LATER)]


def _rows(connection: Any) -> dict[str, int]:
    """How many rows each table of ours has."""
    ours = tuple(f"{app}_" for app in FIRST)
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names() if name.startswith(ours)]
        return {name: _count(cursor, name) for name in sorted(tables)}


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"select count(*) from {table}")
    return int(cursor.fetchone()[0])


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """What the first version in use left: a house of the cast of these tests as it was then, a study's folder and its
    answers, and the results that version computed of them (without pictures and reports)."""
    with zipfile.ZipFile(Path(__file__).with_name("first_version.zip")) as stored:
        stored.extractall(tmp_path)
    for path in [tmp_path, *tmp_path.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
    return tmp_path


def test_a_stored_house_of_the_first_version_opens_and_holds(first: Path) -> None:
    place = Workplace(Home(first / "house"))
    told = run(place, "migrate")
    assert told.returncode == 0, told.stderr
    verified = run(place, "audit", "verify")
    assert verified.returncode == 0, verified.stderr
    wrong = {
        it["name"] for it in json.loads(run(place, "doctor", "--json").stdout)["findings"] if not it["ok"]
    }
    assert wrong <= {"backup", "af sig selv"}
    listed = run(place, "backup", str(first / "kopi"))
    assert listed.returncode == 0, listed.stderr
    assert run(place, "restore", "--check", str(first / "kopi")).returncode == 0


def test_results_of_the_first_version_are_read_and_computed_again_to_the_byte(first: Path) -> None:
    from sagsbarometer.forms.load import load_form
    from sagsbarometer.runs.walk import cases_behind, cells_of
    from sagsbarometer.web.planning.folders import catalogue

    cells = {cell.result: cell for cell in cells_of(first / "results")}
    assert (cells["would_be_remitted"].numerator, cells["would_be_remitted"].denominator) == (5, 20)
    form = load_form(first / "results" / "dataset" / "form.yaml", catalogue())
    said = cases_behind(first / "results", form, "would_be_remitted")
    assert sorted(said.values()).count("yes") == 5
    arguments = ("--answers", str(first / "answers.csv"), "--out", str(first / "again"))
    told = run(Workplace(Home(first / "house")), "study", "run", str(first / "study"), *arguments)
    assert told.returncode == 0, told.stderr
    for name in ("cells.csv", "dataset/rows.parquet", "definitions.json"):
        assert (first / "again" / name).read_bytes() == (first / "results" / name).read_bytes(), name

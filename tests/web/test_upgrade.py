"""A house of an earlier version is brought to this one, with all that is in it."""

from __future__ import annotations

from typing import Any

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

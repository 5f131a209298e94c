"""Another program cannot write past the chain: sqlite3, psql, and Django of another house."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from typing import Any

import pytest

from sagsbarometer.web.events.models import Event
from sagsbarometer.web.events.verifying import verify_chain
from tests.conftest import missing
from tests.web.rows_in_tests import guarded_models


def _statements() -> list[str]:
    """What somebody with the file or the password would try, on every guarded table and on the chain."""
    found = [
        "UPDATE accounts_user SET password = 'x'",  # not audited, and still not for others
        "UPDATE delivering_case SET revision = 0",
        "UPDATE planning_study SET state = 'closed'",
        "INSERT INTO accounts_membership (id, user_id, role, municipality, since) "
        "SELECT 'x', id, 'administrator', '', '2026-01-01' FROM accounts_user WHERE email = 'nina@example.dk'",
        "UPDATE events_event SET actor = 'x'",
        "DELETE FROM events_event",
        'INSERT INTO events_event SELECT seq + 100000, at, actor, act, thing, thing_id, study, "case", purpose, '
        "content, previous, substr(digest, 2) || 'x' FROM events_event",
        "INSERT INTO events_pending (thing, thing_id, act, open_id) VALUES ('x', 'x', 'x', 0)",
    ]
    for model in guarded_models():
        table, column = model._meta.db_table, model._meta.pk.column
        found += [f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 'x' || substr({column}, 2)"]
    return found


def _counts() -> dict[str, list[Any]]:
    models: list[Any] = [*guarded_models(), Event]
    return {
        model._meta.db_table: list(model._default_manager.order_by("pk").values_list()) for model in models
    }


def _with_a_row_in_each_table(cast: Any) -> None:
    from sagsbarometer.web.events.acting import acting
    from tests.web.rows_in_tests import saved

    with acting("system:tests", "prøve"):
        for model in guarded_models():
            saved(model)


def test_a_foreign_sqlite_client_fails(workplace: Any, cast: Any) -> None:
    _with_a_row_in_each_table(cast)
    before = _counts()
    for statement in _statements():
        client = sqlite3.connect(workplace.home.database, isolation_level=None)
        with pytest.raises(sqlite3.Error, match=r"no such function: sagsbarometer|never changed"):
            client.execute(statement)
        client.close()
        if program := shutil.which("sqlite3"):
            done = subprocess.run(
                [program, workplace.home.database, statement], capture_output=True, timeout=60
            )
            assert done.returncode != 0, statement
    assert _counts() == before
    assert verify_chain().first_break is None


@pytest.mark.parametrize("database_vendor", ["postgresql"], indirect=True)
def test_a_foreign_postgresql_client_fails(workplace: Any, cast: Any) -> None:
    _with_a_row_in_each_table(cast)
    before = _counts()
    program = shutil.which("psql")
    if program is None:
        missing("psql is not installed")
    pretending = (
        "SET session_replication_role = replica; SET sagsbarometer.acting = '1'; SET sagsbarometer.sealing = '1'; "
        "SET sagsbarometer.ours = 'x'; "
    )
    tables = [model._meta.db_table for model in guarded_models()]
    emptied = [f"TRUNCATE {', '.join(tables)}, events_event, events_pending CASCADE"]
    for statement in [*_statements(), *emptied]:
        for begin in ("", pretending):
            command = [program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", begin + statement, workplace.url]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert done.returncode != 0, statement
            assert "sagsbarometer:" in done.stderr, done.stderr
    assert _counts() == before
    assert verify_chain().first_break is None


@pytest.mark.parametrize("database_vendor", ["postgresql"], indirect=True)
def test_a_house_with_other_keys_cannot_write(workplace: Any, cast: Any) -> None:
    from django.db import DatabaseError, connection

    from sagsbarometer.web.events.acting import acting

    name = cast.planning.name
    (workplace.home.folder / "keys" / "events").unlink()
    workplace.home.keys.make()
    connection.close()
    with pytest.raises(DatabaseError, match="nobody is acting"), acting("system:tests", "prøve"):
        type(cast.planning).objects.update(name="Fremmed")
    assert cast.planning.name == name

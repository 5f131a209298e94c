"""`audit verify` sees what was done to rows with the guard off."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.events.guard import install, remove
from sagsbarometer.web.events.present import Differs, Held, differences
from sagsbarometer.web.events.verifying import verify_chain
from tests.web.cast import CLOSED, LAUNCHED
from tests.web.rows_in_tests import changes, guarded_models, saved


def behind_our_back(statement: str, *values: Any) -> None:
    """As somebody who owns the database does it, and puts the guard back."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")  # no foreign keys
        else:
            cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute(statement, list(values))
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")
        else:
            cursor.execute("PRAGMA foreign_keys=ON")
    install(connection)


def found() -> list[Differs]:
    return list(differences(Held()))


def test_a_house_at_work_is_as_its_events_say(databases: str, cast: Any) -> None:
    """Rows of every guarded model, changed in every column they can be changed in, and some removed."""
    for model in guarded_models():
        with acting("system:tests", "tests"):
            row, other = saved(model), saved(model)
        for column, value in changes(row):
            with acting("system:tests", "tests"):
                model._default_manager.filter(pk=row.pk).update(**{column: value})
        with acting("system:tests", "tests"), connection.cursor() as cursor:
            cursor.execute(
                f'DELETE FROM "{model._meta.db_table}" WHERE "{model._meta.pk.column}" = %s', [other.pk]
            )
    held = Held()
    assert list(differences(held)) == []
    assert held.rows > 250
    assert held.closed == 0


def test_a_row_that_was_changed_is_named(databases: str, cast: Any) -> None:
    """Every column that an event holds and that can be changed freely, in every guarded model."""
    for model in guarded_models():
        with acting("system:tests", "tests"):
            row = saved(model)
        was = model._default_manager.get(pk=row.pk)
        new = {column: value for column, value in changes(row) if getattr(was, column) != value}
        table, key = model._meta.db_table, model._meta.pk.column
        for values, wanted in ((new, tuple(sorted(new))), ({name: getattr(was, name) for name in new}, ())):
            made = [
                model._meta.get_field(name).get_db_prep_save(value, connection)
                for name, value in values.items()
            ]
            put = ", ".join(f'"{name}" = %s' for name in values)
            if new:
                behind_our_back(f'UPDATE "{table}" SET {put} WHERE "{key}" = %s', *made, row.pk)
            assert found() == ([Differs(table, str(row.pk), "changed", wanted)] if wanted else []), table
    assert verify_chain().first_break is None


def test_a_row_taken_away_or_put_in_is_named(databases: str, cast: Any) -> None:
    case = cast.case("901", "submitted")
    behind_our_back("DELETE FROM delivering_case WHERE id = %s", case.pk)
    behind_our_back(
        "INSERT INTO planning_authority (id, study_id, code, name, email) VALUES ('invented', %s, '999', 'Ny', '')",
        LAUNCHED,
    )
    assert found() == [
        Differs("delivering_case", case.pk, "missing"),
        Differs("planning_authority", "invented", "invented"),
    ]


def test_a_row_that_came_back_is_named(databases: str, cast: Any) -> None:
    from sagsbarometer.web.accounts.models import Membership

    row = Membership.objects.get(user=cast.eva)
    with acting("system:tests", "tests"):
        Membership.objects.filter(pk=row.pk).delete()
    behind_our_back(
        "INSERT INTO accounts_membership (id, user_id, role, municipality, since) VALUES (%s, %s, 'editor', '', %s)",
        row.pk, cast.eva.pk, "2026-01-01 00:00:00",
    )  # fmt: skip
    assert found() == [Differs("accounts_membership", row.pk, "invented")]


@pytest.mark.parametrize("value", [b"\x00\xff", "{", 7, None])
def test_what_no_program_of_ours_writes_is_a_finding_and_no_error(cast: Any, value: Any) -> None:
    """SQLite keeps any kind of value in any column that has no check of its own."""
    case = cast.case("901", "submitted")
    for column in ("municipality", "number"):
        if value is None or (column == "number" and value == 7):
            continue
        behind_our_back(f"UPDATE delivering_case SET {column} = %s WHERE id = %s", value, case.pk)
        assert found() == [Differs("delivering_case", case.pk, "changed", (column,))]
        behind_our_back(
            f"UPDATE delivering_case SET {column} = %s WHERE id = %s", getattr(case, column), case.pk
        )
    assert found() == []


def test_of_a_purged_study_only_that_the_rows_are_there(databases: str, cast: Any) -> None:
    cast.home.keys.destroy_study(CLOSED)
    held = Held()
    assert list(differences(held)) == []
    assert held.closed >= 4
    case = cast.case("901", "screened_in", CLOSED)
    behind_our_back("DELETE FROM delivering_case WHERE id = %s", case.pk)
    assert found() == [Differs("delivering_case", case.pk, "missing")]

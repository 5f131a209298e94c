"""Triggers on every guarded table: a change without an event, or by another program, is refused by the database."""

from __future__ import annotations

from typing import Any

from sagsbarometer.web.events import guard_postgresql, guard_sqlite
from sagsbarometer.web.events.guarded import Guarded, guarded


def _kind(connection: Any) -> Any:
    return guard_sqlite if connection.vendor == "sqlite" else guard_postgresql


def present(connection: Any, table: Guarded) -> str:
    """SQL for what an event of a row would hold of it as it stands now; the row is called `now`."""
    return str(_kind(connection).present(table))


def install(connection: Any) -> None:
    """Puts the guard on every guarded table and on the chain, in place of what stands there."""
    with connection.cursor() as cursor:
        _kind(connection).remove(cursor)
        there = set(connection.introspection.table_names(cursor))
        for statement in _kind(connection).statements([one for one in guarded() if one.table in there]):
            cursor.execute(statement)


def remove(connection: Any) -> None:
    """Takes the guard off, while tables are built anew."""
    with connection.cursor() as cursor:
        _kind(connection).remove(cursor)


def missing(connection: Any) -> list[str]:
    """The tables whose guard is gone, switched off or another than it should be; empty when all is well."""
    with connection.cursor() as cursor:
        found: list[str] = _kind(connection).missing(cursor, list(guarded()))
    return found


def unguarded() -> list[str]:
    """As `missing`, for the database of this process."""
    from django.db import connection

    return missing(connection)


def before_migrate(sender: Any, plan: Any = (), using: str = "default", **more: Any) -> None:
    """SQLite builds a table anew to change it: triggers that name it would be in the way."""
    if plan:
        from django.db import connections

        remove(connections[using])


def after_migrate(sender: Any, using: str = "default", **more: Any) -> None:
    """The guard, whatever the migration did."""
    from django.db import connections

    if "events_event" in connections[using].introspection.table_names():
        install(connections[using])

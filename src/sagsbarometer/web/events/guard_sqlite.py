"""The guard as SQLite's triggers. They call functions that only our connections have: others cannot even ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models

from sagsbarometer.web.events.guarded import Guarded

_REFUSED = "sagsbarometer: nobody is acting"
_FIXED = "sagsbarometer: events are never changed"


def statements(tables: Sequence[Guarded]) -> Iterator[str]:
    """All triggers, in an order they can be made in."""
    for _, statement in _triggers(tables):
        yield statement


def remove(cursor: Any) -> None:
    """Drops all that is named as ours."""
    cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit\\_%' ESCAPE '\\'"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP TRIGGER "{name}"')


def missing(cursor: Any, tables: Sequence[Guarded]) -> list[str]:
    """Tables with a trigger that is not there, or not as it was made."""
    cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
    there = {sql for (sql,) in cursor.fetchall()}
    return sorted({table for table, statement in _triggers(tables) if statement not in there})


def _triggers(tables: Sequence[Guarded]) -> Iterator[tuple[str, str]]:
    for table in tables:
        for statement in _of_table(table):
            yield table.table, statement
    for statement in _of_chain():
        yield "events_event", statement
    for statement in _of_pending():
        yield "events_pending", statement


def _of_table(table: Guarded) -> Iterator[str]:
    name, key = table.table, table.key
    changed = " OR ".join(f'OLD."{field.column}" IS NOT NEW."{field.column}"' for field in table.fields)
    old, new = _json(table, "OLD"), _json(table, "NEW")
    # The function stands in each trigger's condition, so that another program's statement fails whatever it changes.
    yield _insert_pending(
        name, "insert", "INSERT", "sagsbarometer_acting() IS NOT NULL", f'NEW."{key}"', "NULL", new
    )
    yield _insert_pending(
        name,
        "update",
        "UPDATE",
        f"sagsbarometer_acting() IS NOT NULL AND ({changed})",
        f'NEW."{key}"',
        old,
        new,
    )
    yield _insert_pending(
        name, "delete", "DELETE", "sagsbarometer_acting() IS NOT NULL", f'OLD."{key}"', old, "NULL"
    )


def _insert_pending(table: str, act: str, event: str, when: str, key: str, before: str, after: str) -> str:
    return (
        f'CREATE TRIGGER "audit_{table}_{act}" AFTER {event} ON "{table}" WHEN {when} BEGIN '
        f"SELECT RAISE(ABORT, '{_REFUSED}') WHERE NOT sagsbarometer_acting(); "
        "INSERT INTO events_pending (thing, thing_id, act, before, after, open_id) "
        f"VALUES ('{table}', {key}, '{act}', {before}, {after}, 0); END"
    )


def _json(table: Guarded, row: str) -> str:
    parts = ", ".join(f"'{field.column}', {_value(field, row)}" for field in table.fields)
    return f"json_object({parts})"


def _value(field: Any, row: str) -> str:
    column = f'{row}."{field.column}"'
    if isinstance(field, models.BinaryField):
        return f"lower(hex({column}))"  # JSON holds no bytes
    if isinstance(field, models.JSONField):
        return f"json({column})"
    if isinstance(field, models.BooleanField):
        return f"json(CASE {column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)"
    return column


def present(table: Guarded) -> str:
    """The same JSON of the row `now` as it stands. What no trigger could have seen is shown, and is no error here."""
    parts = ", ".join(f"'{field.column}', {_as_it_stands(field)}" for field in table.fields)
    return f"json_object({parts})"


def _as_it_stands(field: Any) -> str:
    column = f'now."{field.column}"'
    if isinstance(field, models.JSONField):
        fits = f"{column} IS NULL OR json_valid({column})"
        return f"CASE WHEN {fits} THEN json({column}) ELSE 'x' || hex({column}) END"
    if isinstance(field, models.BinaryField | models.BooleanField):
        return _value(field, "now")
    return f"CASE typeof({column}) WHEN 'blob' THEN 'x' || hex({column}) ELSE {column} END"


def _of_chain() -> Iterator[str]:
    table = "events_event"
    follows = (
        f"NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM {table}) OR NEW.previous IS NOT "
        f"coalesce((SELECT digest FROM {table} ORDER BY seq DESC LIMIT 1), '{'0' * 64}')"
    )
    yield (
        f'CREATE TRIGGER "audit_{table}_insert" BEFORE INSERT ON "{table}" BEGIN '
        f"SELECT RAISE(ABORT, '{_REFUSED}') WHERE NOT sagsbarometer_sealing(); "
        f"SELECT RAISE(ABORT, 'sagsbarometer: not the next event') WHERE {follows}; END"
    )
    for act in ("update", "delete"):
        yield (
            f'CREATE TRIGGER "audit_{table}_{act}" BEFORE {act.upper()} ON "{table}" BEGIN '
            f"SELECT RAISE(ABORT, '{_FIXED}'); END"
        )


def _of_pending() -> Iterator[str]:
    for act, condition in (("insert", "NOT sagsbarometer_acting()"), ("delete", "NOT sagsbarometer_sealing()"),
                           ("update", "1")):  # fmt: skip
        yield (
            f'CREATE TRIGGER "audit_events_pending_{act}" BEFORE {act.upper()} ON "events_pending" BEGIN '
            f"SELECT RAISE(ABORT, '{_REFUSED}') WHERE {condition}; END"
        )

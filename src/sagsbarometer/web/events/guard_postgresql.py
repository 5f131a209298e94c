"""The guard as PostgreSQL's triggers. A connection has to show the key of the house, of which they know the hash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sagsbarometer.web.events.guard_key import guard_hash
from sagsbarometer.web.events.guarded import Guarded

_OURS = """
BEGIN
    IF encode(sha256(convert_to(coalesce(current_setting('sagsbarometer.ours', true), ''), 'UTF8')), 'hex')
        <> '{hash}' OR (wanted <> '' AND coalesce(current_setting(wanted, true), '') <> '1')
    THEN
        RAISE EXCEPTION 'sagsbarometer: nobody is acting' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END"""
_GUARD = """
DECLARE
    columns text[] := string_to_array(TG_ARGV[1], ',');
    before jsonb;
    after jsonb;
BEGIN
    PERFORM sagsbarometer_ours('');
    IF TG_OP <> 'INSERT' THEN
        SELECT jsonb_object_agg(key, value) INTO before FROM jsonb_each(to_jsonb(OLD)) WHERE key = ANY (columns);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT jsonb_object_agg(key, value) INTO after FROM jsonb_each(to_jsonb(NEW)) WHERE key = ANY (columns);
    END IF;
    IF TG_OP = 'UPDATE' AND before = after THEN
        RETURN NULL;
    END IF;
    PERFORM sagsbarometer_ours('sagsbarometer.acting');
    INSERT INTO events_pending (thing, thing_id, act, before, after, open_id)
    VALUES (TG_TABLE_NAME, coalesce(after, before) ->> TG_ARGV[0], lower(TG_OP), before, after, 0);
    RETURN NULL;
END"""
_CHAIN = """
DECLARE
    last_seq bigint;
    last_digest text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'sagsbarometer: events are never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM sagsbarometer_ours('sagsbarometer.sealing');
    SELECT seq, digest INTO last_seq, last_digest FROM events_event ORDER BY seq DESC LIMIT 1;
    IF NEW.seq <> coalesce(last_seq, 0) + 1 OR NEW.previous <> coalesce(last_digest, repeat('0', 64)) THEN
        RAISE EXCEPTION 'sagsbarometer: not the next event' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END"""
_PENDING = """
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM sagsbarometer_ours('sagsbarometer.acting');
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM sagsbarometer_ours('sagsbarometer.sealing');
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'sagsbarometer: nobody is acting' USING ERRCODE = 'integrity_constraint_violation';
END"""
_NEVER = """
BEGIN
    RAISE EXCEPTION 'sagsbarometer: never emptied' USING ERRCODE = 'integrity_constraint_violation';
END"""


def statements(tables: Sequence[Guarded]) -> Iterator[str]:
    """The functions, then the triggers. ALWAYS: replication's switch does not switch them off."""
    for signature, returns, body in _functions():
        yield f"CREATE OR REPLACE FUNCTION {signature} RETURNS {returns} LANGUAGE plpgsql AS $guard${body}$guard$"
    for table, name, rest in _triggers(tables):
        yield f'CREATE TRIGGER "{name}" {rest}'
        yield f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"'


def remove(cursor: Any) -> None:
    """Drops all triggers that are named as ours; the functions are replaced."""
    cursor.execute(
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
        "WHERE NOT tgisinternal AND starts_with(tgname::text, 'audit_')"
    )
    for name, table in cursor.fetchall():
        cursor.execute(f'DROP TRIGGER "{name}" ON {table}')


def missing(cursor: Any, tables: Sequence[Guarded]) -> list[str]:
    """Tables with a trigger that is not there, is switched off or is another; and functions that are others."""
    cursor.execute(
        "SELECT tgname, tgenabled, encode(tgargs, 'escape'), proname FROM pg_trigger "
        "JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal"
    )
    there = {name: (enabled, arguments, function) for name, enabled, arguments, function in cursor.fetchall()}
    cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE starts_with(proname::text, 'sagsbarometer_')")
    bodies = dict(cursor.fetchall())
    gone = {table for table, name, rest in _triggers(tables) if not _as_made(there.get(name), rest)}
    return sorted(gone | {name for name, _, body in _named() if bodies.get(name) != body})


def present(table: Guarded) -> str:
    """The same JSON of the row `now` as it stands."""
    columns = ", ".join(f"'{field.column}'" for field in table.fields)
    return (
        "(SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(now)) "
        f"WHERE key = ANY (ARRAY[{columns}]))::text"
    )


def _as_made(found: tuple[str, str, str] | None, rest: str) -> bool:
    if found is None or found[0] != "A":
        return False
    arguments = "".join(f"'{part}', " for part in found[1].split("\\000")[:-1]).removesuffix(", ")
    return rest.endswith(f"EXECUTE FUNCTION {found[2]}({arguments})")


def _functions() -> Iterator[tuple[str, str, str]]:
    for name, returns, body in _named():
        yield f"{name}({'wanted text' if returns == 'void' else ''})", returns, body


def _named() -> Iterator[tuple[str, str, str]]:
    yield "sagsbarometer_ours", "void", _OURS.replace("{hash}", guard_hash())
    for name, body in (("guard", _GUARD), ("chain", _CHAIN), ("pending", _PENDING), ("never", _NEVER)):
        yield f"sagsbarometer_{name}", "trigger", body


def _triggers(tables: Sequence[Guarded]) -> Iterator[tuple[str, str, str]]:
    """Table, name and the rest of the statement."""
    rows = "INSERT OR UPDATE OR DELETE"
    for table in tables:
        name, columns = table.table, ",".join(field.column for field in table.fields)
        call = f"EXECUTE FUNCTION sagsbarometer_guard('{table.key}', '{columns}')"
        yield name, f"audit_{name}", f'AFTER {rows} ON "{name}" FOR EACH ROW {call}'
    for name, function in (("events_event", "chain"), ("events_pending", "pending")):
        call = f"EXECUTE FUNCTION sagsbarometer_{function}()"
        yield name, f"audit_{name}", f'BEFORE {rows} ON "{name}" FOR EACH ROW {call}'
    for name in [*(table.table for table in tables), "events_event", "events_pending"]:
        call = "EXECUTE FUNCTION sagsbarometer_never()"
        yield name, f"audit_{name}_empty", f'BEFORE TRUNCATE ON "{name}" FOR EACH STATEMENT {call}'

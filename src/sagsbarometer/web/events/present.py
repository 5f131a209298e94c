"""The rows of guarded tables as they stand, held against what the last event of each says they are.

Finds what was done with the guard off: a row changed, taken away or put in. Each table is asked in two statements, each
of which sees one moment, so it can be done while the house is in use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection

from sagsbarometer.documents.vault import Tampered
from sagsbarometer.web.events.guard import present
from sagsbarometer.web.events.guarded import Guarded, guarded
from sagsbarometer.web.events.sealing import Opener
from sagsbarometer.web.home import this_home

_AT_A_TIME = 500  # rows
_CHANGES = "('insert', 'update', 'delete')"
_ROWS = """
SELECT now."{key}", {present}, last.seq, last.act, last.study, last.content
FROM "{table}" now LEFT JOIN events_event last ON last.seq = (
    SELECT max(seq) FROM events_event WHERE thing = %s AND thing_id = now."{key}" AND act IN {changes})
ORDER BY now."{key}"
"""
_GONE = """
SELECT gone.thing_id FROM (
    SELECT thing_id, max(seq) AS seq FROM events_event
    WHERE thing = %s AND act IN {changes} AND NOT EXISTS (SELECT 1 FROM "{table}" now WHERE now."{key}" = thing_id)
    GROUP BY thing_id) gone
JOIN events_event last ON last.seq = gone.seq WHERE last.act <> 'delete' ORDER BY gone.thing_id
"""


@dataclass(frozen=True, slots=True)
class Differs:
    """A row that is not what its events say."""

    table: str
    id: str
    kind: str  # changed, missing (no event says it went), invented (no event says it came)
    columns: tuple[str, ...] = ()  # of a changed row


@dataclass
class Held:
    """How many rows were held against their events, and of how many only that they are there: their key is destroyed.

    Right when `differences` has been gone through.
    """

    rows: int = 0
    closed: int = 0
    differs: int = 0


def differences(held: Held) -> Iterator[Differs]:
    """Every row that differs, table by table; counts in `held` as it goes."""
    opener = Opener(this_home().keys)
    there = set(connection.introspection.table_names())
    for table in guarded():
        if table.table not in there:
            continue
        for found in chain(_rows(table, opener, held), _gone(table)):
            held.differs += 1
            yield found


def _rows(table: Guarded, opener: Opener, held: Held) -> Iterator[Differs]:
    statement = _ROWS.format(
        key=table.key, table=table.table, present=present(connection, table), changes=_CHANGES
    )
    for key, now, seq, act, study, content in _asked(statement, table):
        held.rows += 1
        if seq is None or act == "delete":
            yield Differs(table.table, str(key), "invented")
            continue
        try:
            reading = opener.read(
                seq, study, content.encode() if isinstance(content, str) else bytes(content)
            )
        except (Tampered, ValueError):  # the walk of the chain names the event
            yield Differs(table.table, str(key), "changed")
            continue
        if reading.after is None:
            held.closed += 1
        elif columns := _unlike(reading.after, json.loads(now)):
            yield Differs(table.table, str(key), "changed", columns)


def _unlike(after: dict[str, Any], now: dict[str, Any]) -> tuple[str, ...]:
    """A column that was not audited then, or is not now, says nothing."""
    return tuple(sorted(name for name in after.keys() & now.keys() if after[name] != now[name]))


def _gone(table: Guarded) -> Iterator[Differs]:
    statement = _GONE.format(key=table.key, table=table.table, changes=_CHANGES)
    for (key,) in _asked(statement, table):
        yield Differs(table.table, str(key), "missing")


def _asked(statement: str, table: Guarded) -> Iterator[Any]:
    """The rows of the reply, some at a time: PostgreSQL would else send all of them at once."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, [table.table])
        while rows := cursor.fetchmany(_AT_A_TIME):
            yield from rows

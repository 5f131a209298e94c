"""The chain as it stands in the database, held against itself and against anchors."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from sagsbarometer.web.events.chain import Anchor, Link, Verdict, anchor_line, anchors_of, verify
from sagsbarometer.web.events.models import Event
from sagsbarometer.web.home import this_home

_COLUMNS = (
    "seq", "at", "actor", "act", "thing", "thing_id", "study", "case", "purpose", "content", "previous", "digest",
)  # fmt: skip


def links() -> Iterator[Link]:
    """Every event in order, as it was at one moment."""
    rows = Event.objects.order_by("seq").values_list(*_COLUMNS)
    for row in rows.iterator(chunk_size=2000):
        # SQLite keeps any kind of value in any column: what somebody else wrote is a break, never an error.
        content = row[9].encode() if isinstance(row[9], str) else bytes(row[9] or b"")
        yield Link(**{**dict(zip(_COLUMNS, row, strict=True)), "content": content})


def verify_chain(anchors: Iterable[Anchor] | None = None) -> Verdict:
    """The first row that is wrong, if any; held against anchors, those of the house where no others are given."""
    return verify(links(), house_anchors() if anchors is None else anchors)


def house_anchors() -> list[Anchor]:
    """What lies in HOME/anchors.jsonl. Raises ValueError with the number of a line that is no anchor."""
    path = this_home().anchors
    return list(anchors_of(path.read_text(encoding="utf-8").splitlines())) if path.exists() else []


def make_anchor() -> Anchor | None:
    """The head as it is now, added to HOME/anchors.jsonl and on disk; None where there is no event yet."""
    head = Event.objects.order_by("-seq").values_list("seq", "digest").first()
    if head is None:
        return None
    seq, digest = head
    anchor = Anchor(seq, digest, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    handle = os.open(this_home().anchors, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(anchor_line(anchor) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return anchor

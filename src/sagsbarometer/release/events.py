"""The log of a release: one event a line, each holding the hash of all before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from sagsbarometer.release.hours import read_written, written
from sagsbarometer.release.people import HOW_DA, Actor
from sagsbarometer.release.signing import Signed, canonical

# What is kept of a release beside the steps of the table: a torn line cut off, a package of access to records made.
CUT, PACKAGE = "cut", "package"
NOTED = frozenset({CUT, PACKAGE})
_KEYS = {"number", "at", "action", "version", "content", "role", "actor", "details", "signed", "sha256"}
_ACTOR = {"id", "name", "how", "marks"}


class Torn(ValueError):
    """The last line of a log was never finished: whoever wrote it was not told that it was kept."""


@dataclass(frozen=True, slots=True)
class Event:
    """One step that was taken. `content` is the hash of the version it is about, `details` what it carried, `signed`
    the signed request behind it, `sha256` of all before and this."""

    number: int
    at: datetime
    action: str
    version: int
    content: str
    role: str
    actor: Actor
    details: Mapping[str, Any] = field(default_factory=dict)
    signed: Signed | None = None
    sha256: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """The event as its line has it."""
        return {
            "number": self.number,
            "at": written(self.at),
            "action": self.action,
            "version": self.version,
            "content": self.content,
            "role": self.role,
            "actor": {
                "id": self.actor.id,
                "name": self.actor.name,
                "how": self.actor.how,
                "marks": sorted(self.actor.marks),
            },
            "details": dict(self.details),
            "signed": self.signed.model_dump() if self.signed else None,
            "sha256": self.sha256,
        }

    @property
    def line(self) -> bytes:
        """The line of the log."""
        return canonical(self.data) + b"\n"


def chained(before: str, event: Event) -> str:
    """SHA-256 of the hash before and the event without its own."""
    data = event.data | {"sha256": ""}
    return hashlib.sha256(before.encode() + b"\n" + canonical(data)).hexdigest()


def read_log(content: bytes) -> tuple[Event, ...]:
    """The events of log.jsonl; whether they follow each other is not asked here.

    Raises Torn where the last line was cut off, ValueError where a line is none that was written by us.
    """
    if content and not content.endswith(b"\n"):
        raise Torn
    return tuple(_event(line, number) for number, line in enumerate(content.split(b"\n")[:-1], 1))


def whole_lines(content: bytes) -> bytes:
    """The log without what stands after its last finished line."""
    return content[: content.rfind(b"\n") + 1]


def _event(line: bytes, number: int) -> Event:
    try:
        data = json.loads(line.decode("utf-8"))
        if set(data) != _KEYS or set(data["actor"]) != _ACTOR or data["actor"]["how"] not in HOW_DA:
            raise ValueError("keys")
        actor = data["actor"]
        event = Event(
            int(data["number"]),
            read_written(data["at"]),
            data["action"],
            int(data["version"]),
            data["content"],
            data["role"],
            Actor(actor["id"], actor["name"], actor["how"], frozenset(actor["marks"]), frozenset()),
            data["details"],
            Signed.model_validate(data["signed"]) if data["signed"] else None,
            data["sha256"],
        )
        if event.line != line + b"\n":
            raise ValueError("spelling")
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError, RecursionError):
        raise ValueError(number) from None
    return event


def broken(log: Sequence[Event], begin: str) -> int | None:
    """The number of the first line that does not follow the one before it, None where all do."""
    before = begin
    for place, event in enumerate(log, 1):
        if event.number != place or event.sha256 != chained(before, event):
            return place
        before = event.sha256
    return None


def head(log: Sequence[Event], begin: str) -> str:
    """What stands for the whole log as it is: the hash of its last line. Whoever keeps it can see a log cut short."""
    return log[-1].sha256 if log else begin


def digests(log: Iterable[Event]) -> frozenset[str]:
    """Of every signed request that was used."""
    return frozenset(event.signed.digest for event in log if event.signed)

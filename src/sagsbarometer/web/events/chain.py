"""The chain: what the digest of an event is made of, and what is wrong with a row of events. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

START = "0" * 64  # what the first event has for the digest before it


@dataclass(frozen=True, slots=True)
class Link:
    """One event as it stands in the table. `content` is what was locked, never what it says."""

    seq: int
    at: str
    actor: str
    act: str
    thing: str
    thing_id: str
    study: str
    case: str
    purpose: str
    content: bytes
    previous: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the chain at a moment, kept outside the database."""

    seq: int
    digest: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """The first row where the chain is not what was written, and in which way."""

    seq: int
    kind: str  # changed, missing, unlinked, rewritten, cut
    until: int = 0  # the last row that is missing


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk through the chain found. `events`: how many rows were right before the break."""

    events: int
    head: str
    anchors: int  # how many anchors were held against it
    first_break: Break | None = None


def digest(link: Link) -> str:
    """SHA-256 in hexadecimal of all of an event but its own digest. JSON keeps one part from running into the next."""
    parts = [
        link.seq, link.at, link.actor, link.act, link.thing, link.thing_id, link.study, link.case, link.purpose,
        hashlib.sha256(link.content).hexdigest(), link.previous,
    ]  # fmt: skip
    text = json.dumps(parts, ensure_ascii=True, separators=(",", ":"), default=repr)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(links: Iterable[Link], anchors: Iterable[Anchor] = ()) -> Verdict:
    """Walks the events in the order of their numbers and stops at the first that is wrong.

    Edited, reordered and inserted rows are found by their digests, removed ones by their numbers. Who can write
    whole new digests, or cuts off the end, is found only by anchors that were kept elsewhere.
    """
    held = _by_seq(anchors)
    expected, head = 1, START
    for link in links:
        found = _wrong(link, expected, head, held.get(link.seq, frozenset()))
        if found is not None:
            return Verdict(expected - 1, head, len(held), found)
        expected, head = link.seq + 1, link.digest
    beyond = [seq for seq in held if seq >= expected]
    if beyond:
        return Verdict(expected - 1, head, len(held), Break(expected, "cut", max(beyond)))
    return Verdict(expected - 1, head, len(held))


def _wrong(link: Link, expected: int, head: str, anchored: frozenset[str]) -> Break | None:
    if type(link.seq) is not int:
        return Break(expected, "changed")
    if link.seq > expected:
        return Break(expected, "missing", link.seq - 1)
    if link.seq < expected or digest(link) != link.digest:
        return Break(link.seq, "changed")
    if link.previous != head:
        return Break(link.seq, "unlinked")
    if any(one != link.digest for one in anchored):
        return Break(link.seq, "rewritten")
    return None


def _by_seq(anchors: Iterable[Anchor]) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    for anchor in anchors:
        if anchor.seq > 0:
            found[anchor.seq] = found.get(anchor.seq, frozenset()) | {anchor.digest}
    return found


def anchor_line(anchor: Anchor) -> str:
    """One line of JSON."""
    return json.dumps({"seq": anchor.seq, "digest": anchor.digest, "at": anchor.at})


def anchors_of(lines: Iterable[str]) -> Iterator[Anchor]:
    """The anchors of a file, one line of JSON each. Raises ValueError with the number of a line that is none."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            read = json.loads(line)
        except ValueError:
            raise ValueError(str(number)) from None
        if not _is_anchor(read):
            raise ValueError(str(number))
        yield Anchor(read["seq"], read["digest"], str(read.get("at", "")))


def _is_anchor(read: object) -> bool:
    return (
        isinstance(read, Mapping)
        and type(read.get("seq")) is int
        and isinstance(read.get("digest"), str)
        and len(read["digest"]) == 64
    )

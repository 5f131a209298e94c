"""The parts of a DOCX that its text points to: notes, headers and pictures. What lies outside it is never followed."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn
from xml.parsers import expat

from sagsbarometer.documents.archives import Member, unpacked
from sagsbarometer.documents.limits import Limits
from sagsbarometer.documents.refusals import Refused

_HEAD = 16  # bytes in which the kind of a picture shows
_SHOWN = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a part points to by an id. `target` is "" for what lies outside the file."""

    kind: str  # image, header, footer, footnotes, endnotes, comments, oleObject …
    target: str


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition(" ")[2]


def attributes_of(found: Mapping[str, str]) -> dict[str, str]:
    """The attributes of an element by their local names."""
    return {local(key): value for key, value in found.items()}


def streamed(
    file: BinaryIO,
    member: Member,
    limits: Limits,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object] | None = None,
    characters: Callable[[str], object] | None = None,
) -> None:
    """Gives the elements of an XML part as they stream by. Raises Refused DOK-106, DOK-112 and DOK-115."""
    parser = expat.ParserCreate(namespace_separator=" ")
    count = 0

    def started(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > limits.elements:
            raise Refused("DOK-115")
        start(tag, attributes)

    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = _doctype
    if end:
        parser.EndElementHandler = end
    if characters:
        parser.CharacterDataHandler = characters
    try:
        unpacked(file, member, lambda block: parser.Parse(block, False))
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("DOK-106") from error


def _doctype(*_: object) -> NoReturn:
    raise Refused("DOK-112")


def pointers(file: BinaryIO, found: Mapping[str, Member], part: str, limits: Limits) -> dict[str, Pointer]:
    """What a part (`word/document.xml`; "" for the file itself) points to, by id."""
    folder, _, name = part.rpartition("/")
    member = found.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    pointed: dict[str, Pointer] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            outside = attributes.get("TargetMode", "").casefold() == "external"
            target = "" if outside else _within(folder, attributes.get("Target", ""))
            pointed[attributes.get("Id", "")] = Pointer(kind, target)

    if member is not None:
        streamed(file, member, limits, start)
    return pointed


def _within(folder: str, target: str) -> str:
    """The name of the part that a target says; "" where it leads out of the file."""
    path = target.removeprefix("/") if target.startswith("/") else posixpath.join(folder, target)
    path = posixpath.normpath(path)
    return "" if path.startswith(("..", "/")) or ":" in path else path


def main_part(file: BinaryIO, found: Mapping[str, Member], limits: Limits) -> str:
    """The part that holds the text: what the file says, else the name that nearly all use."""
    said = pointers(file, found, "", limits).values()
    named = (item.target for item in said if item.kind == "officeDocument" and item.target in found)
    return next(named, "word/document.xml")


class _Enough(Exception):
    """The first bytes have been seen."""


def picture_kind(file: BinaryIO, member: Member) -> str:
    """`png` or `jpeg` from the first bytes of a part; "" for any other kind. Its name is not asked."""
    head = b""

    def take(block: bytes) -> None:
        nonlocal head
        head += block
        if len(head) >= _HEAD:
            raise _Enough

    try:
        unpacked(file, member, take)
    except _Enough:
        pass
    except Refused:
        return ""
    return next((kind for mark, kind in _SHOWN.items() if head.startswith(mark)), "")


def content_of(file: BinaryIO, member: Member) -> bytes:
    """The bytes of a part. Raises Refused DOK-106 and DOK-127."""
    out = bytearray()
    take: Callable[[bytes], Any] = out.extend
    unpacked(file, member, take)
    return bytes(out)

"""Whether a delivered file may come in: measured, recognised, and only then read."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sagsbarometer.documents.archives import Member, is_office, members, unpacked
from sagsbarometer.documents.kinds import agrees, kind_of
from sagsbarometer.documents.limits import LIMITS, Limits
from sagsbarometer.documents.pictures import pages_of
from sagsbarometer.documents.readers import Reading, read
from sagsbarometer.documents.reading_docx import refuse_names
from sagsbarometer.documents.refusals import Refused

_HEAD = 1 << 20  # bytes in which a kind shows
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Piece:
    """One file as it came, alone or out of an archive. Either `refused` is a code, or the rest is known."""

    path: Path
    name: str
    size: int
    sha256: str
    kind: str = ""
    pages: int | None = None
    text: str = ""
    scanned: bool = False  # a page is a picture, or has one that may be read
    refused: str = ""
    folder: str = ""  # it lay in, in an archive


def refuse_together(sizes: Sequence[int], limits: Limits = LIMITS) -> None:
    """Refuses files that are too many or too large together. Raises Refused DOK-102 or DOK-103."""
    if len(sizes) > limits.request_files:
        raise Refused("DOK-103")
    if sum(sizes) > limits.request_bytes:
        raise Refused("DOK-102")


def pieces(path: Path, name: str, aside: Path, limits: Limits = LIMITS) -> Iterator[Piece]:
    """The files in what was delivered, each checked: one for a file, one for each file in a ZIP.

    `aside` is a folder for what is unpacked; each of its files is removed when the next piece is asked for. A ZIP
    that may not be opened is one refused piece.
    """
    size, digest = path.stat().st_size, _sha256(path)
    try:
        kind, found = _recognised(path, name, size, limits)
    except Refused as refused:
        yield Piece(path, name, size, digest, refused=refused.code)
        return
    if kind != "zip":
        yield _read(path, name, size, digest, kind, limits)
        return
    for member in found:
        if member.is_folder or member.is_loose:
            continue
        out = aside / secrets.token_hex(16)
        try:
            yield replace(_unpacked(path, member, out, limits), folder=_folder(member))
        finally:
            out.unlink(missing_ok=True)


def folders_of(path: Path, limits: Limits = LIMITS) -> set[str]:
    """The folders that the files of a ZIP lie in, "" for none, by its list alone. Raises Refused, also for what is no
    ZIP: DOK-105."""
    _, found = _recognised(path, "x.zip", path.stat().st_size, limits)
    return {_folder(member) for member in found if not member.is_folder and not member.is_loose}


def _folder(member: Member) -> str:
    return member.name.rpartition("/")[0]


def recognised(path: Path, name: str, limits: Limits = LIMITS) -> str:
    """The kind of a file (`zip` for an archive), measured and not read. Raises Refused."""
    return _recognised(path, name, path.stat().st_size, limits)[0]


def _recognised(path: Path, name: str, size: int, limits: Limits) -> tuple[str, tuple[Member, ...]]:
    if size > limits.file_bytes:
        raise Refused("DOK-102")
    with path.open("rb") as file:
        kind = kind_of(file.read(_HEAD))
        found: tuple[Member, ...] = ()
        if kind == "zip":
            found = members(file, size, limits)
            if is_office(found):
                refuse_names(found)
                kind = "docx"
            elif not any(not member.is_folder and not member.is_loose for member in found):
                raise Refused("DOK-130")
    if not agrees(name, kind):
        raise Refused("DOK-105")
    return kind, found


def _unpacked(archive: Path, member: Member, out: Path, limits: Limits) -> Piece:
    name = member.name.rpartition("/")[2]
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with archive.open("rb") as file, os.fdopen(handle, "wb") as to:
            unpacked(file, member, to.write)
        digest = _sha256(out)
        kind, _ = _recognised(out, name, member.unpacked, limits)
        if kind == "zip":
            raise Refused("DOK-124")
    except Refused as refused:
        return Piece(out, name, member.unpacked, "", refused=refused.code)
    return _read(out, name, member.unpacked, digest, kind, limits)


def _read(path: Path, name: str, size: int, digest: str, kind: str, limits: Limits) -> Piece:
    try:
        if kind in ("pdf", "docx"):
            reading = read(path, kind, limits)
        else:
            reading = Reading(pages_of(kind, path.read_bytes(), limits), scanned=True)
    except Refused as refused:
        return Piece(path, name, size, digest, refused=refused.code)
    return Piece(path, name, size, digest, kind, reading.pages, reading.text, reading.scanned)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()

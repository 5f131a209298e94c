"""ZIP files: the list of what is in one is read and measured by hand before any library or unpacking sees it."""

from __future__ import annotations

import struct
import unicodedata
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from sagsbarometer.documents.limits import LIMITS, Limits
from sagsbarometer.documents.refusals import Refused

_END, _MEMBER, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_BLOCK = 1 << 16
_LOOSE = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})  # what systems leave behind


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the list of an archive."""

    name: str
    packed: int
    unpacked: int
    method: int  # 0 stored, 8 deflated
    crc: int
    start: int  # of its bytes

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder, and holds nothing."""
        return self.name.endswith("/")

    @property
    def is_loose(self) -> bool:
        """Whether it is what an operating system left behind."""
        return any(part in _LOOSE or part.startswith("._") for part in self.name.split("/"))


def is_office(found: tuple[Member, ...]) -> bool:
    """Whether an archive is an Office file. Its parts have limits of their own."""
    return any(member.name == "[Content_Types].xml" for member in found)


def members(file: BinaryIO, size: int, limits: Limits = LIMITS) -> tuple[Member, ...]:
    """What an archive holds, when all of it may be unpacked.

    Raises Refused DOK-106, 107, 113, 115 and DOK-121 to DOK-130.
    """
    count, at, length = _end(file, size)
    if count > max(limits.parts, limits.archive_members):
        raise Refused("DOK-121")
    if not count:
        raise Refused("DOK-130")
    file.seek(at)
    listed = file.read(length)
    found: list[Member] = []
    places: list[tuple[int, int]] = []
    place = 0
    for _ in range(count):
        member, begins, place = _member(file, listed, place, at)
        found.append(member)
        places.append((begins, member.start + member.packed))
    if place != length:
        raise Refused("DOK-127")
    _apart(sorted(places), at)
    _measured(found, limits, is_office(tuple(found)))
    names = [unicodedata.normalize("NFC", member.name).casefold() for member in found]
    if len(set(names)) != len(names):
        raise Refused("DOK-129")
    return tuple(found)


def unpacked(file: BinaryIO, member: Member, take: Callable[[bytes], object]) -> None:
    """Gives the bytes of a member to `take`, block by block. Raises Refused DOK-106 where they are not as listed."""
    file.seek(member.start)
    left, total, crc = member.packed, 0, 0
    engine = zlib.decompressobj(-15) if member.method else None
    try:
        while left or (engine is not None and engine.unconsumed_tail):
            if engine is not None and engine.unconsumed_tail:
                block = engine.decompress(engine.unconsumed_tail, _BLOCK)
            else:
                raw = file.read(min(_BLOCK, left))
                if not raw:
                    raise Refused("DOK-106")
                left -= len(raw)
                block = raw if engine is None else engine.decompress(raw, _BLOCK)
            total += len(block)
            if total > member.unpacked:  # the list lied
                raise Refused("DOK-127")
            crc = zlib.crc32(block, crc)
            take(block)
    except zlib.error as error:
        raise Refused("DOK-106") from error
    if total != member.unpacked or crc != member.crc:
        raise Refused("DOK-106")


def _end(file: BinaryIO, size: int) -> tuple[int, int, int]:
    """How many members, where their list begins, and how long it is."""
    file.seek(max(0, size - 22 - 65_535))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise Refused("DOK-106")
    disk, list_disk, here, count, length, start, comment = struct.unpack("<HHHHIIH", tail[at + 4 : at + 22])
    if disk or list_disk or here != count or at + 22 + comment != len(tail):
        raise Refused("DOK-127")
    if 0xFFFF in (count,) or 0xFFFFFFFF in (length, start):  # ZIP64: larger than anything that may come in
        raise Refused("DOK-122")
    if start + length != size - len(tail) + at:
        raise Refused("DOK-127")
    return count, start, length


def _member(file: BinaryIO, listed: bytes, at: int, end: int) -> tuple[Member, int, int]:
    """One entry of the list, where its local header begins, and where the next entry begins."""
    if listed[at : at + 4] != _MEMBER or len(listed) < at + 46:
        raise Refused("DOK-127")
    # Time, date and internal attributes (x) say nothing that is asked here.
    head = struct.unpack("<HxxHHxxxxIIIHHHHxxII", listed[at + 4 : at + 46])
    made, flags, method, crc, packed, full, name_length, extra, comment, disk, outside, begins = head
    raw = listed[at + 46 : at + 46 + name_length]
    if flags & 0x2041:  # encrypted, strongly encrypted, or with a hidden list
        raise Refused("DOK-107")
    if method not in (0, 8):
        raise Refused("DOK-128")
    if 0xFFFFFFFF in (packed, full, begins):
        raise Refused("DOK-122")
    if disk or begins >= end or (not method and packed != full):
        raise Refused("DOK-127")
    if made >> 8 == 3 and (outside >> 28) & 0xF not in (0, 4, 8):  # Unix: neither a folder nor a file
        raise Refused("DOK-126")
    file.seek(begins)
    local = file.read(30)
    if len(local) < 30 or local[:4] != _LOCAL:
        raise Refused("DOK-127")
    local_flags, local_method = struct.unpack("<HH", local[6:10])
    local_name, local_extra = struct.unpack("<HH", local[26:30])
    # Two lists that differ are read by two programs as two archives.
    if local_method != method or (local_flags ^ flags) & 1 or file.read(local_name) != raw:
        raise Refused("DOK-127")
    name = _name(raw, bool(flags & 0x800))
    start = begins + 30 + local_name + local_extra
    return Member(name, packed, full, method, crc, start), begins, at + 46 + name_length + extra + comment


def _apart(places: list[tuple[int, int]], end: int) -> None:
    """Each member has its own bytes: one that many share unpacks to any size."""
    last = 0
    for begins, ends in places:
        if begins < last or ends > end:
            raise Refused("DOK-127")
        last = ends


def _measured(found: list[Member], limits: Limits, office: bool) -> None:
    if len(found) > (limits.parts if office else limits.archive_members):
        raise Refused("DOK-115" if office else "DOK-121")
    if sum(member.unpacked for member in found) > (limits.parts_bytes if office else limits.archive_bytes):
        raise Refused("DOK-113" if office else "DOK-122")
    for member in found:
        most = max(limits.ratio_from, limits.archive_ratio * member.packed)
        if member.unpacked > most:
            raise Refused("DOK-113" if office else "DOK-123")
        if len(member.name) > limits.name_characters:
            raise Refused("DOK-125")


def _name(raw: bytes, unicode: bool) -> str:
    """The name of a member. Raises Refused DOK-125 for one that is unsafe to anybody who unpacks it."""
    try:
        # Many programs write UTF-8 and forget to say so; what is valid UTF-8 is hardly anything else.
        name = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if unicode:
            raise Refused("DOK-125") from error
        name = raw.decode("cp437")
    parts = name.removesuffix("/").split("/")
    if (
        not name
        or name.startswith("/")
        or "\\" in name
        or (len(name) > 1 and name[1] == ":")
        or any(part.strip() in ("", ".", "..") for part in parts)
        or any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") for char in name)
        # Looks like a path once a system has folded it: full-width dots and slashes.
        or any(
            part in ("", ".", "..")
            for part in unicodedata.normalize("NFKC", name).removesuffix("/").split("/")
        )
    ):
        raise Refused("DOK-125")
    return name

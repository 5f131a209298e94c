"""What a DOCX says, in the order it is read: its text with its pictures, then headers, footers, notes and comments.

Plain text and the numbers of its pictures: nothing in it links, runs or loads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from sagsbarometer.documents.archives import Member, members
from sagsbarometer.documents.docx_parts import Pointer, main_part, picture_kind, pointers, streamed
from sagsbarometer.documents.limits import Limits
from sagsbarometer.documents.reading_body import Body, Found
from sagsbarometer.documents.words import Block, Piece, without_nth

# The parts after the text, each under a heading: the kinds of pointer, and the heading.
_AFTER = (
    (("header", "footer"), "margins"),
    (("footnotes",), "footnotes"),
    (("endnotes",), "endnotes"),
    (("comments",), "comments"),
)


def read_blocks(file: BinaryIO, size: int, limits: Limits) -> Iterator[Block]:
    """The blocks of its text, then of what stands beside it; empty paragraphs are left out. Raises Refused."""
    listed = members(file, size, limits)
    parts = _Parts(file, listed, limits)
    main = main_part(file, parts.found, limits)
    pointed = pointers(file, parts.found, main, limits)
    if main in parts.found:
        yield from parts.blocks(main, pointed)
    for kinds, heading in _AFTER:
        names = [item.target for kind in kinds for item in pointed.values() if item.kind == kind]
        said = parts.blocks_of(name for name in dict.fromkeys(names) if name in parts.found)
        if said:
            yield Block("part", [[[Piece("text", heading)]]])
            yield from said


@dataclass
class _Parts:
    """The parts of one file, and what was met in them so far."""

    file: BinaryIO
    listed: tuple[Member, ...]
    limits: Limits
    met: Found = field(default_factory=Found)

    def __post_init__(self) -> None:
        self.found: Mapping[str, Member] = {member.name: member for member in self.listed}
        self.numbers = {member.name: number for number, member in enumerate(self.listed, start=1)}
        self.kinds: dict[str, str] = {}

    def blocks_of(self, names: Iterable[str]) -> list[Block]:
        """The blocks of several parts. Headers of the first page and of the others often say the same: once will do."""
        said: list[Block] = []
        seen: set[str] = set()
        for name in names:
            before = self.met.pictures
            blocks = self.blocks(name, pointers(self.file, self.found, name, self.limits))
            same = repr([without_nth(block) for block in blocks])
            if same in seen:
                self.met.pictures = before
                continue
            seen.add(same)
            said += blocks
        return said

    def blocks(self, name: str, pointed: Mapping[str, Pointer]) -> list[Block]:
        """The blocks of a part that points to these."""
        body = Body(self.limits, self.met, lambda id: self._picture(pointed.get(id)))
        streamed(self.file, self.found[name], self.limits, body.start, body.end, body.characters)
        return body.done()

    def _picture(self, pointer: Pointer | None) -> Piece:
        """What a pointer to a picture is shown as."""
        if pointer is None or (pointer.target and pointer.target not in self.found):
            return Piece("missing", why="lost")
        if not pointer.target:
            return Piece("missing", why="outside")
        member = self.found[pointer.target]
        if member.unpacked > self.limits.shown_bytes:
            return Piece("missing", why="large")
        kind = self.kinds.get(member.name)
        if kind is None:
            kind = self.kinds[member.name] = picture_kind(self.file, member)
        if not kind:
            return Piece("missing", why="kind")
        if self.met.pictures >= self.limits.shown_pictures:
            return Piece("missing", why="many")
        self.met.pictures += 1
        return Piece("picture", number=self.numbers[member.name], nth=self.met.pictures)

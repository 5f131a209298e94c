"""The paragraphs and tables of a DOCX in the order they are read, as plain text: nothing in it links, runs or loads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from sagsbarometer.documents.archives import members, unpacked
from sagsbarometer.documents.limits import Limits
from sagsbarometer.documents.refusals import Refused

_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t"}
_PARTS = ("word/footnotes.xml", "word/endnotes.xml")


@dataclass(slots=True)
class Block:
    """A paragraph (`p`), a heading (`h`) or a list item (`li`): one row of one text; or a `table`: rows of cells."""

    style: str
    rows: list[list[str]]


def read_blocks(file: BinaryIO, size: int, limits: Limits) -> Iterator[Block]:
    """The blocks of its body, then of its notes; empty paragraphs are left out. Raises Refused."""
    found = {member.name: member for member in members(file, size, limits)}
    for name in ("word/document.xml", *_PARTS):
        if name in found:
            body = _Body(limits)
            try:
                unpacked(file, found[name], lambda block, body=body: body.parser.Parse(block, False))  # type: ignore[misc]
                body.parser.Parse(b"", True)
            except expat.ExpatError as error:
                raise Refused("DOK-106") from error
            yield from body.blocks


@dataclass
class _Body:
    """One XML part as it streams by. A table in a table is text of the cell it is in."""

    limits: Limits
    blocks: list[Block] = field(default_factory=list)
    tables: int = 0
    length: int = 0
    style: str = "p"
    text: list[str] = field(default_factory=list)
    taking: bool = False

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        raise Refused("DOK-112")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(" ")[2]
        if local == "tbl":
            self.tables += 1
            if self.tables == 1:
                self.blocks.append(Block("table", []))
        elif local == "tr" and self.tables == 1:
            self.blocks[-1].rows.append([])
        elif local == "tc" and self.tables == 1 and self.blocks[-1].rows:
            self.blocks[-1].rows[-1].append("")
        elif local == "p":
            self.style, self.text = "p", []
        elif local == "pStyle":
            said = next((value for key, value in attributes.items() if key.endswith("val")), "").casefold()
            self.style = "h" if said.startswith(("heading", "overskrift", "title", "titel")) else self.style
        elif local == "numPr":
            self.style = "li"
        elif local in _BREAKS:
            self.text.append(_BREAKS[local])
        self.taking = local == "t"

    def _end(self, tag: str) -> None:
        local = tag.rpartition(" ")[2]
        self.taking = False
        if local == "tbl":
            self.tables -= 1
        elif local == "p":
            self._paragraph("".join(self.text).strip())
            self.text = []

    def _paragraph(self, said: str) -> None:
        if not said:
            return
        if not self.tables:
            self.blocks.append(Block(self.style, [[said]]))
        elif self.blocks[-1].rows and self.blocks[-1].rows[-1]:
            cells = self.blocks[-1].rows[-1]
            cells[-1] = f"{cells[-1]}\n{said}".strip()

    def _characters(self, data: str) -> None:
        if self.taking:
            self.length += len(data)
            if self.length > self.limits.text_characters:
                raise Refused("DOK-115")
            self.text.append(data)

"""Text and pages of a DOCX: its XML read part by part as a stream, with nothing that multiplies or reaches out."""

from __future__ import annotations

from typing import BinaryIO, NoReturn
from xml.parsers import expat

from sagsbarometer.documents.archives import Member, members, unpacked
from sagsbarometer.documents.limits import Limits
from sagsbarometer.documents.refusals import Refused

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_CODED = frozenset({"utf-8", "utf-16", "us-ascii"})
_REACHES_OUT = frozenset("attachedTemplate oleObject image frame subDocument package video audio".split())
_BREAKS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "tc": "\t"}


def read_docx(file: BinaryIO, size: int, limits: Limits) -> tuple[int | None, str, bool]:
    """Pages (as the program that wrote it counted, None when it did not), text, and whether it has pictures. Raises
    Refused."""
    found = members(file, size, limits)
    refuse_names(found)
    text: list[str] = []
    pages: int | None = None
    main = False
    for member in found:
        if not member.name.endswith((".xml", ".rels")):
            continue
        part = _Part(member.name, limits)
        try:
            unpacked(file, member, lambda block, part=part: part.parser.Parse(block, False))  # type: ignore[misc]
            part.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Refused("DOK-106") from error
        main = main or part.main
        pages = part.pages if part.pages is not None else pages
        if member.name.startswith("word/") and part.text:
            text.append("".join(part.text))
            if sum(map(len, text)) > limits.text_characters:
                raise Refused("DOK-115")
    if not main:
        raise Refused("DOK-104")
    if pages is not None and pages > limits.pages:
        raise Refused("DOK-115")
    return pages, "\n".join(text), any(_may_be_picture(member) for member in found)


def _may_be_picture(member: Member) -> bool:
    """Its name is not asked where pictures are shown, so hardly here."""
    return not member.is_folder and not member.name.endswith((".xml", ".rels"))


def refuse_names(found: tuple[Member, ...]) -> None:
    """Refuses by the names of the parts alone. Raises Refused DOK-104 for another Office file, DOK-108, DOK-110."""
    names = [member.name.casefold() for member in found]
    if any(name.rpartition("/")[2].startswith(("vbaproject", "vbadata")) for name in names):
        raise Refused("DOK-108")
    if not any(name.startswith("word/") for name in names):
        raise Refused("DOK-104")
    if any("/activex/" in name for name in names):
        raise Refused("DOK-109")
    if any("/embeddings/" in name or name.endswith((".exe", ".dll", ".zip", ".ole")) for name in names):
        raise Refused("DOK-110")


class _Part:
    """One XML part as it streams by."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.limits = limits
        self.elements = self.depth = self.length = 0
        self.text: list[str] = []
        self.pages: int | None = None
        self.main = False
        self._number = ""
        self._in = ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.app = name == "docProps/app.xml"

    def _declaration(self, _: str, encoding: str | None, __: int) -> None:
        if encoding is not None and encoding.lower() not in _CODED:
            raise Refused("DOK-106")

    def _doctype(self, *_: object) -> NoReturn:
        raise Refused("DOK-112")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > self.limits.elements or self.depth > self.limits.depth:
            raise Refused("DOK-115")
        local = tag.rpartition(" ")[2]
        self._in = local
        if local in ("Override", "Default"):
            self._content_type(attributes.get("ContentType", ""))
        elif local == "Relationship" and attributes.get("TargetMode", "").casefold() == "external":
            if attributes.get("Type", "").rpartition("/")[2] in _REACHES_OUT:
                raise Refused("DOK-111")
        elif local in _BREAKS:
            self.text.append(_BREAKS[local])

    def _content_type(self, said: str) -> None:
        lowered = said.casefold()
        if "macroenabled" in lowered or "vbaproject" in lowered:
            raise Refused("DOK-108")
        self.main = self.main or lowered == _MAIN

    def _end(self, tag: str) -> None:
        self.depth -= 1
        self._in = ""
        if self.app and tag.rpartition(" ")[2] == "Pages" and self._number.strip().isdecimal():
            self.pages = int(self._number.strip()[:9])

    def _characters(self, data: str) -> None:
        if self._in in ("t", "delText", "instrText"):
            self.length += len(data)
            if self.length > self.limits.text_characters:
                raise Refused("DOK-115")
            self.text.append(data)
        elif self.app and self._in == "Pages":
            self._number += data[:20]

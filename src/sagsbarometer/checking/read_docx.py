"""A Word document as blocks, read as a stream: no entities, no links, no macros, nothing but its text and tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from sagsbarometer.checking.paper import Block, Budget, Paper, RawCell, RawTable, Text, flat, refusal
from sagsbarometer.kernel.archives import BROKEN_ARCHIVE

MAX_UNFOLDED = 200_000_000
MAX_PART = 120_000_000
MAX_RATIO = 200
RATIO_FROM = 5_000_000
MAX_MEMBERS = 5_000
_DEEPEST = 600
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_CHUNK = 1 << 16
_DOCUMENT, _NOTES = "word/document.xml", ("word/footnotes.xml", "word/endnotes.xml")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DAMAGED = "Åbn filen i Word, og gem den igen som Word-dokument (.docx)."
# What is not read: deleted text, field codes, the second copy of a picture's text, mathematics, hidden heads of sheets.
_SKIPPED = frozenset({"del", "moveFrom", "instrText", "delText", "Fallback", "oMath", "tblPrEx", "pict"})


def read_docx(data: bytes, name: str, on_time: Callable[[], None]) -> Paper:
    """The document as blocks. Raises Faults: CHECK-202 damaged or not a Word document, CHECK-203 may be made to
    overload, CHECK-204 larger than reports are, CHECK-205 encrypted."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        fault = "Filen er krypteret eller et gammelt Word-dokument (.doc)."
        raise refusal("CHECK-205", name, fault, "Fjern adgangskoden, og gem den som Word-dokument (.docx).")
    try:
        if data.count(b"PK\x01\x02") > MAX_MEMBERS:
            raise refusal("CHECK-203", name, f"Filen består af flere end {MAX_MEMBERS} dele.", _DAMAGED)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive, name)
            return _read(archive, name, on_time)
    except BROKEN_ARCHIVE as error:
        fault = f"Filen er beskadiget eller ikke et Word-dokument ({type(error).__name__})."
        raise refusal("CHECK-202", name, fault, _DAMAGED) from None


def _check_members(archive: zipfile.ZipFile, name: str) -> None:
    members = archive.infolist()
    names = {info.filename for info in members}
    if _DOCUMENT not in names:
        raise refusal("CHECK-202", name, "Filen er et zip-arkiv, men ikke et Word-dokument.", _DAMAGED)
    if len(names) != len(members):
        raise refusal("CHECK-202", name, "Filen indeholder to dele med samme navn.", _DAMAGED)
    if sum(info.file_size for info in members) > MAX_UNFOLDED:
        limit = MAX_UNFOLDED // 1_000_000
        raise refusal(
            "CHECK-203", name, f"Filen fylder over {limit} MB pakket ud.", "Fjern billeder, der ikke bruges."
        )
    for info in members:
        if info.flag_bits & 1:
            raise refusal("CHECK-205", name, "Filen er krypteret.", "Fjern adgangskoden, og gem den igen.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refusal("CHECK-203", name, "Filen er pakket på en måde, som Word ikke bruger.", _DAMAGED)
        if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            fault = "En del af filen er pakket unormalt hårdt; den kan være lavet for at overbelaste."
            raise refusal("CHECK-203", name, fault, _DAMAGED)


def _read(archive: zipfile.ZipFile, name: str, on_time: Callable[[], None]) -> Paper:
    budget = Budget(name)
    blocks: list[Block] = []
    styles = _styles(archive, name, on_time)
    for part in (_DOCUMENT, *_NOTES):
        if part in archive.namelist():
            reader = _Reader(budget, styles, "afsnit" if part == _DOCUMENT else "fodnote")
            _stream(archive, part, reader, name, on_time)
            blocks += reader.blocks
    macros = any("vbaproject" in entry.lower() for entry in archive.namelist())
    remarks = ("Dokumentet har makroer. De er ikke læst.",) if macros else ()
    return Paper(name, "docx", tuple(blocks), "", remarks)


class _Styles:
    """Which styles are headings and captions, by the names that Word keeps in every language."""

    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}
        self._id = ""

    def start(self, tag: str, given: dict[str, str]) -> None:
        """A style begins, or says its name."""
        if tag == "style":
            self._id = given.get("styleId", "")
        elif tag == "name" and self._id:
            said = given.get("val", "").lower()
            if said.startswith("heading") or said == "title":
                self.kinds[self._id] = "heading"
            elif said == "caption":
                self.kinds[self._id] = "caption"

    def end(self, _: str) -> None:
        """Nothing to do."""

    def words(self, _: str) -> None:
        """Nothing to do."""


def _styles(archive: zipfile.ZipFile, name: str, on_time: Callable[[], None]) -> dict[str, str]:
    styles = _Styles()
    if "word/styles.xml" in archive.namelist():
        _stream(archive, "word/styles.xml", styles, name, on_time)
    return styles.kinds


def _stream(
    archive: zipfile.ZipFile, part: str, reader: _Reader | _Styles, name: str, on_time: Callable[[], None]
) -> None:
    """One part through the parser, a bit at a time; a document type is refused before anything of it is used."""
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = read = 0

    def doctype(*_: object) -> NoReturn:
        fault = "Filen indeholder en dokumenttype (DTD), som Word aldrig skriver."
        raise refusal("CHECK-203", name, fault, _DAMAGED)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise refusal("CHECK-203", name, "Filen er bygget dybere, end noget dokument er.", _DAMAGED)
        space, _, local = tag.rpartition(" ")
        if space in (_W, _W_STRICT) or local in _SKIPPED:
            reader.start(local, {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        space, _, local = tag.rpartition(" ")
        if space in (_W, _W_STRICT) or local in _SKIPPED:
            reader.end(local)

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = reader.words
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                on_time()
                read += len(chunk)
                if read > MAX_PART:
                    raise refusal("CHECK-203", name, "En del af filen er urimeligt stor.", _DAMAGED)
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError:
        raise refusal(
            "CHECK-202", name, "Filen er beskadiget: en del af den er ikke gyldig XML.", _DAMAGED
        ) from None


@dataclass(slots=True)
class _Cell:
    text: list[str] = field(default_factory=list)
    across: int = 1
    merge: str = ""  # restart, or continue where it goes on from the cell above


@dataclass(slots=True)
class _Table:
    rows: list[list[_Cell]] = field(default_factory=list)
    heads: int = 0
    head: bool = False
    before: int = 0


class _Reader:
    def __init__(self, budget: Budget, styles: dict[str, str], called: str) -> None:
        self.budget, self.styles, self.called = budget, styles, called
        self.blocks: list[Block] = []
        self.tables: list[_Table] = []
        self.paragraph: list[str] = []
        self.kind = "text"
        self.skipped = 0
        self.in_text = self.raised = self.vanished = False
        self.number = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        """An element begins."""
        if self.skipped or tag in _SKIPPED:
            self.skipped += tag in _SKIPPED
            return
        value = given.get("val", "")
        match tag:
            case "p":
                self.kind = "text"
            case "r":
                self.raised = self.vanished = False
            case "t":
                self.in_text = True
            case "tab" | "br" | "cr":
                self._say(" ")
            case "noBreakHyphen":
                self._say("-")
            case "vertAlign":
                self.raised = value == "superscript"
            case "vanish" | "webHidden":
                self.vanished = tag == "vanish" and value not in ("0", "false")
            case "pStyle":
                self.kind = self.styles.get(value, "text")
            case "outlineLvl":
                self.kind = "heading" if value.isdigit() and int(value) < 9 else self.kind
            case _:
                self._table_start(tag, value)

    def _table_start(self, tag: str, value: str) -> None:
        if tag == "tbl":
            self._flush()
            self.budget.table(len(self.tables))
            self.tables.append(_Table())
        elif not self.tables:
            return
        table = self.tables[-1]
        if tag == "tr":
            self.budget.cell()  # a row without cells takes room too
            table.rows.append([])
            table.head, table.before = False, 0
        elif tag == "tc" and table.rows:
            self.budget.cell()
            for _ in range(min(table.before, 60)):
                self.budget.cell()
                table.rows[-1].append(_Cell())
            table.before = 0
            table.rows[-1].append(_Cell())
        elif tag == "gridBefore" and value.isdigit():
            table.before = int(value)
        elif tag == "tblHeader":
            table.head = value not in ("0", "false")
        elif tag == "gridSpan" and value.isdigit() and table.rows and table.rows[-1]:
            table.rows[-1][-1].across = min(max(int(value[:5]), 1), 1_000)
        elif tag == "vMerge" and table.rows and table.rows[-1]:
            table.rows[-1][-1].merge = "restart" if value == "restart" else "continue"

    def end(self, tag: str) -> None:
        """An element ends."""
        if self.skipped:
            self.skipped -= tag in _SKIPPED
            return
        if tag == "t":
            self.in_text = False
        elif tag == "p":
            self._flush()
        elif tag == "tr" and self.tables:
            table = self.tables[-1]
            table.heads += table.head and table.heads == len(table.rows) - 1
        elif tag == "tbl" and self.tables:
            self._close_table()

    def words(self, text: str) -> None:
        """Text, where it is text."""
        if self.in_text and not self.skipped and not self.vanished:
            self.budget.text(len(text))
            self._say(text.translate(_RAISED) if self.raised else text)

    def _say(self, text: str) -> None:
        self.budget.text(1)
        self.paragraph.append(text)

    def _flush(self) -> None:
        text = flat("".join(self.paragraph))
        self.paragraph.clear()
        if not text:
            return
        if self.tables:
            rows = self.tables[-1].rows
            if rows and rows[-1]:
                rows[-1][-1].text.append(text)
            return
        self.budget.block()
        self.number += 1
        self.blocks.append(Text(text, f"{self.called} {self.number}", self.kind))

    def _close_table(self) -> None:
        table = self.tables.pop()
        self.budget.block()
        place = f"tabel nr. {self.budget.tables}"
        self.blocks.append(RawTable(_merged(table.rows), place, "", table.heads))


def _merged(rows: list[list[_Cell]]) -> tuple[tuple[RawCell, ...], ...]:
    """The rows with each cell that goes on from above counted into it, by the grid column where it begins."""
    starts = [[0] * len(row) for row in rows]
    for at, row in enumerate(rows):
        column = 0
        for index, cell in enumerate(row):
            starts[at][index] = column
            column += cell.across
    down = [[1] * len(row) for row in rows]
    open_: dict[int, tuple[int, int]] = {}
    for at, row in enumerate(rows):
        for index, cell in enumerate(row):
            column = starts[at][index]
            if cell.merge == "continue" and column in open_:
                above, beside = open_[column]
                down[above][beside] += 1
                down[at][index] = 0
            elif cell.merge == "restart":
                open_[column] = (at, index)
            else:
                open_.pop(column, None)
    return tuple(
        tuple(
            RawCell(" ".join(cell.text), False, cell.across, down[at][index])
            for index, cell in enumerate(row)
            if down[at][index]
        )
        for at, row in enumerate(rows)
    )

"""Whether a workbook may be opened at all: archive and XML measured as a stream before anything is built.

A spreadsheet is a zip of XML. A small one can unfold to gigabytes, name a cell in column ZZZZZZ, merge
seventeen thousand million cells or define entities that multiply. All of this is seen in one pass that keeps
nothing but counts.
"""

from __future__ import annotations

import mmap
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from sagsbarometer.deliveries.table_cells import MAX_COLUMNS, Findings
from sagsbarometer.kernel.archives import BROKEN_ARCHIVE
from sagsbarometer.kernel.said import said

MAX_UNFOLDED = 300_000_000
MAX_RATIO = 200  # answers pack 10 to 60 times; deflate reaches 1,032 only on repetition
RATIO_FROM = 10_000_000  # smaller members may pack as they like
MAX_MEMBERS = 2_000
MAX_ELEMENTS = 200_000  # in any part but cells and shared texts; Excel itself stops at 65,490 cell formats
MAX_TEXTS = 3_000_000
MAX_ROW_ELEMENTS = 20 * MAX_COLUMNS
# Loading a workbook to edit it takes some 50 times its size in memory: beyond this it is not done.
EDITABLE_CELLS = 500_000

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET, _TEXTS = f"{_MAIN} worksheet", f"{_MAIN} sst"
_DATA, _ROW, _CELL = f"{_MAIN} sheetData", f"{_MAIN} row", f"{_MAIN} c"
_FORMULA, _VALUE, _ONE_TEXT, _COMPUTE = f"{_MAIN} f", f"{_MAIN} v", f"{_MAIN} si", f"{_MAIN} calcPr"
_RICH = "is t r rPr b i u strike color sz rFont family charset scheme vertAlign rPh phoneticPr"
_INLINE = frozenset(f"{_MAIN} {name}" for name in _RICH.split())
_LAID_OUT = frozenset({"mergeCell", "hyperlink", "comment", "table"})
_PIVOT = ("pivotCacheRecords", "pivotCacheDefinition", "pivotTableDefinition")
_COORDINATE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_CHUNK = 1 << 16
_DAMAGED = said("Åbn filen i Excel, og gem den igen som Excel-projektmappe (.xlsx).")


@dataclass
class SheetFacts:
    """Last row and column of a worksheet with something in it; its formulas by row and 0-based column."""

    rows: int = 0
    columns: int = 0
    formulas: list[tuple[int, int]] = field(default_factory=list)
    uncached: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class WorkbookFacts:
    """Each worksheet by its path in the archive, and how far down and right anything stands."""

    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    last_row: int = 0  # over all sheets, comments, merged ranges and links
    last_column: int = 0
    pivots: bool = False
    pending: bool = False  # formulas are to be computed when the workbook is next opened

    @property
    def editable(self) -> bool:
        """Whether the workbook can be loaded whole."""
        return not self.pivots and self.last_row * self.last_column <= EDITABLE_CELLS

    def reach(self, row: int, column: int) -> None:
        """Note that something stands this far down and right."""
        self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)


class _Refused(Exception):
    """A part breaks a limit or a rule of the format."""

    def __init__(self, code: str, fault: str, remedy: str = _DAMAGED) -> None:
        super().__init__(fault)
        self.code, self.fault, self.remedy = code, fault, remedy


def _damaged(how: str) -> _Refused:
    return _Refused("FIL-107", said("Filen er beskadiget: {how}.", how=how))


def inspect_workbook(path: Path, findings: Findings) -> WorkbookFacts:
    """The facts of a workbook that may be opened. Raises Faults (FIL-104, 107, 108, 109) where it may not."""
    facts = WorkbookFacts()
    try:
        with path.open("rb") as file:
            if _signatures(path) > MAX_MEMBERS:
                raise _Refused(
                    "FIL-108", said("Filen består af flere end {parts} dele.", parts=str(MAX_MEMBERS))
                )
            with zipfile.ZipFile(file) as archive:
                _check_members(archive)
                for info in archive.infolist():
                    _scan(archive, info, facts)
    except _Refused as refused:
        findings.stop(refused.code, refused.fault, refused.remedy)
    except BROKEN_ARCHIVE as error:
        fault = said(
            "Filen er beskadiget eller ikke en Excel-projektmappe ({kind}).", kind=type(error).__name__
        )
        findings.stop("FIL-107", fault, _DAMAGED)
    return facts


def _signatures(path: Path) -> int:
    """How many members the archive can have; counted before zipfile makes an object of each."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        count, at = 0, data.find(b"PK\x01\x02")
        while at >= 0 and count <= MAX_MEMBERS:
            count, at = count + 1, data.find(b"PK\x01\x02", at + 4)
    return count


def _check_members(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    names = {info.filename for info in members}
    if "[Content_Types].xml" not in names:
        odf = "mimetype" in names
        what = (
            said("en LibreOffice-fil (.ods)") if odf else said("et zip-arkiv, men ikke en Excel-projektmappe")
        )
        raise _Refused(
            "FIL-104", said("Filen er {what}.", what=what), said("Gem den som Excel-projektmappe (.xlsx).")
        )
    if len(names) != len(members):
        raise _Refused("FIL-107", said("Filen indeholder to dele med samme navn."))
    unfolded = sum(info.file_size for info in members)
    if unfolded > MAX_UNFOLDED:
        limit = MAX_UNFOLDED // 1_000_000
        fault = said(
            "Filen fylder {size} MB pakket ud; grænsen er {limit} MB.",
            size=str(unfolded // 1_000_000),
            limit=str(limit),
        )
        raise _Refused("FIL-108", fault, said("Fjern ark, billeder og formatering, der ikke bruges."))
    for info in members:
        if info.flag_bits & 1:
            raise _Refused(
                "FIL-108", said("Filen er krypteret."), said("Fjern adgangskoden, og gem den igen.")
            )
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _Refused("FIL-108", said("Filen er pakket på en måde, som Excel ikke bruger."))
        if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            fault = said("En del af filen er pakket unormalt hårdt; den kan være lavet for at overbelaste.")
            raise _Refused("FIL-108", fault, said("Fjern formatering af tomme rækker og kolonner."))


def _scan(archive: zipfile.ZipFile, info: zipfile.ZipInfo, facts: WorkbookFacts) -> None:
    with archive.open(info) as stream:
        head = stream.read(_CHUNK)
        part = _Part(info.filename, facts)
        try:
            while head:
                part.parser.Parse(head, False)
                head = stream.read(_CHUNK)
            part.parser.Parse(b"", True)
        except expat.ExpatError as error:
            # Pictures and the like end here at their first bytes; nobody reads them.
            if info.filename.endswith((".xml", ".rels")):
                raise _damaged(said("delen {name} er ikke gyldig XML", name=info.filename[:60])) from error


class _Part:
    """Measures one XML part as it streams by."""

    def __init__(self, name: str, facts: WorkbookFacts) -> None:
        self.name, self.facts = name, facts
        self.sheet = SheetFacts()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._root
        self.elements = self.texts = self.row_elements = 0
        self.row = self.column = 0
        self.row_text = self.cell_type = ""
        self.columns: dict[str, int] = {}  # letters to number, as far as met
        self.in_data = self.in_row = self.in_cell = False
        self.filled = self.formula = self.value = False

    def _declaration(self, _: str, encoding: str | None, __: int) -> None:
        # Any other name would be looked up among all the codecs Python has.
        if encoding is not None and encoding.lower() not in ("utf-8", "utf-16", "us-ascii"):
            raise _damaged(said("delen {name} har et ukendt tegnsæt", name=self.name[:60]))

    def _doctype(self, *_: object) -> NoReturn:
        raise _Refused("FIL-108", said("Filen indeholder en dokumenttype (DTD), som regneark aldrig bruger."))

    def _root(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(" ")[2]
        start: Callable[[str, dict[str, str]], None] = self._other
        if local == "worksheet" and tag != _SHEET:
            fault = said("Filen er gemt som »Strict Open XML-projektmappe«.")
            raise _Refused("FIL-104", fault, said("Gem den som almindelig Excel-projektmappe (.xlsx)."))
        if tag == _SHEET:
            self.facts.sheets[self.name] = self.sheet
            start = self._in_sheet
            self.parser.EndElementHandler = self._end
        elif tag == _TEXTS:
            start = self._text
        elif local in _PIVOT:
            self.facts.pivots = True
            start = _ignore
        self.parser.StartElementHandler = start
        start(tag, attributes)

    def _other(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise _Refused("FIL-108", said("Filens del {name} er urimeligt stor.", name=self.name[:80]))
        if tag == _COMPUTE:
            self.facts.pending = attributes.get("fullCalcOnLoad") in ("1", "true")
        if "ref" in attributes:
            self._reference(tag, attributes["ref"])

    def _reference(self, tag: str, area: str) -> None:
        # The library makes every cell of what these elements name, in whatever part they stand.
        if tag.rpartition(" ")[2] in _LAID_OUT:
            for corner in area.split(":"):
                self.facts.reach(*_position(corner))

    def _text(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if tag == _ONE_TEXT:
            self.texts, self.elements = self.texts + 1, 0
        if self.texts > MAX_TEXTS or self.elements > MAX_ELEMENTS:
            raise _Refused(
                "FIL-109", said("Filen har for mange forskellige tekster."), said("Del filen op i flere.")
            )
        if "ref" in attributes:
            self._reference(tag, attributes["ref"])

    def _in_sheet(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _CELL:
            self._start_cell(attributes)
        elif tag == _ROW:
            self._start_row(attributes)
        elif self.in_cell:
            self._in_cell(tag, attributes)
        elif self.in_row or self.in_data:
            # The library would take whatever stands here for a cell.
            raise _damaged(said("række {row} indeholder andet end celler", row=str(self.row)))
        else:
            self.in_data = tag == _DATA
            self._other(tag, attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self.row + 1))
        if number <= self.row or number > _LAST_ROW or not self.in_data or self.in_row:
            raise _damaged(
                said("række {row} følges af række {number}", row=str(self.row), number=str(number))
            )
        self.row, self.row_text, self.in_row = number, str(number), True
        self.column = self.row_elements = 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        name = attributes.get("r")
        letters = name[: -len(self.row_text)] if name is not None and name.endswith(self.row_text) else ""
        column = self.columns.get(letters, 0) if name is not None else self.column + 1
        if not column:
            row, column = _position(name or "")
            if row == self.row:
                self.columns[letters] = column
            else:
                column = 0
        if column <= self.column or self.in_cell or not self.in_row:
            raise _damaged(said("cellerne i række {row} står ikke i rækkefølge", row=str(self.row)))
        self.column, self.in_cell = column, True
        self.cell_type = attributes.get("t", "n")
        self.filled = self.formula = self.value = False

    def _in_cell(self, tag: str, attributes: dict[str, str]) -> None:
        self.filled = True
        if tag == _FORMULA:
            self.formula = True
        elif tag == _VALUE:
            if self.formula:
                self.parser.CharacterDataHandler = self._has_value
        elif tag not in _INLINE:
            self._other(tag, attributes)
        self.row_elements += 1
        if self.row_elements > MAX_ROW_ELEMENTS:
            raise _Refused("FIL-109", said("Række {row} er urimeligt stor.", row=str(self.row)))

    def _has_value(self, _: str) -> None:
        self.value = True
        self.parser.CharacterDataHandler = None

    def _end(self, tag: str) -> None:
        if tag == _CELL:
            self._end_cell()
        elif tag == _ROW:
            self.facts.reach(self.row, max(self.column, 1))
            self.in_row = False
        elif tag == _DATA:
            self.in_data = False

    def _end_cell(self) -> None:
        self.in_cell = False
        sheet = self.sheet
        if self.filled:  # a cell that is only coloured holds nothing
            sheet.rows = self.row
            if self.column > sheet.columns:
                sheet.columns = self.column
        if self.formula:
            self.parser.CharacterDataHandler = None
            sheet.formulas.append((self.row, self.column - 1))
            # An empty text is a result; an empty number is one that was never computed.
            if not self.value and self.cell_type != "str":
                sheet.uncached.append((self.row, self.column - 1))


def _ignore(_: str, __: dict[str, str]) -> None:
    """Parts that are never read are only looked at for a document type."""


def _position(coordinate: str) -> tuple[int, int]:
    match = _COORDINATE.fullmatch(coordinate.replace("$", ""))
    if match is None:
        raise _damaged(said("cellen {cell} findes ikke", cell=coordinate[:20]))
    column = 0
    for char in match.group(1):
        column = 26 * column + ord(char) - 64
    row = int(match.group(2))
    if row > _LAST_ROW or column > _LAST_COLUMN:
        raise _damaged(said("cellen {cell} findes ikke", cell=coordinate[:20]))
    return row, column


@contextmanager
def quiet() -> Iterator[None]:
    """No warnings from the workbook library: what it would discard is not what is read here."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield

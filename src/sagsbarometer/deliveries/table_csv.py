"""CSV as Excel, LibreOffice and registers write it: encoding, separator, and records by line number."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from sagsbarometer.deliveries.table_cells import (
    MAX_COLUMNS,
    Cells,
    Cleaner,
    Delivered,
    Findings,
    is_fault_column,
)
from sagsbarometer.kernel.said import said

SEPARATORS = ";\t,|"  # in the order tried when nothing else decides
_SAMPLE = 200_000  # characters looked at to find the separator
_SAMPLE_RECORDS = 50
_NEWLINE = re.compile(r"\r\n|\r|\n")
_SEP_LINE = re.compile(r'"?sep=(.)"?(?:\r\n|\r|\n|$)', re.IGNORECASE)
_NAME_LIKE = re.compile(r"\w[\w .\-/()]*")
# The UTF-8 of a Danish letter or of a typographic mark; in Windows-1252 it would read "Ã¦" or "â€œ".
UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]|\xe2\x80[\x80-\xbf]")
# Letters of the old DOS (å, ø) and Macintosh (æ, ø, å) files, as they look in Windows-1252.
OLD_LETTER = re.compile(r"(?<=[a-z])[†›¾¿Œ](?=[a-z])")
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, ""),  # before UTF-16, whose mark begins the same way
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAVE_UTF8 = said("Gem filen som »CSV UTF-8 (semikolonsepareret)« eller som Excel-projektmappe (.xlsx).")


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a CSV file was written. `sep_line` is the first line `sep=;` as delivered, or ""."""

    encoding: str
    bom: bytes
    separator: str
    sep_line: str


@dataclass(frozen=True, slots=True)
class CsvRecord:
    """One record: the line it starts on, the text exactly as delivered, and its cells.

    `fault` is `quote` (a quote that is never closed), `length` (a cell no reader accepts), `form` (text
    after a closing quote), `wide` (far too many cells) or "".
    """

    number: int
    raw: str
    cells: list[str]
    fault: str = ""
    lines: int = 1

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it."""
        return not self.fault and not any(cell.strip() for cell in self.cells)


def read_csv(path: Path, findings: Findings) -> Delivered:
    """The records of a CSV file. Raises Faults when it cannot be decoded."""
    bom, encoding, text = decode(path.read_bytes(), findings)
    form = csv_form(bom, encoding, text, findings)
    return Delivered("csv", checked_records(csv_records(text, form), findings), ragged=True)


def checked_records(records: Iterable[CsvRecord], findings: Findings) -> Iterator[tuple[int, Cells]]:
    """The clean cells of every record; one with a fault is left out, and the fault is among the findings."""
    clean = Cleaner()
    for record in records:
        if record.fault:
            fault, remedy = RECORD_FAULTS[record.fault]
            findings.add("FIL-106", fault, remedy, row=record.number)
        else:
            yield record.number, clean.row(record.cells)


# What is said of a record's fault, and what to do about it.
RECORD_FAULTS = {
    "quote": (
        said("Et anførselstegn, der åbner en celle i denne række, bliver aldrig lukket."),
        said('Sæt det afsluttende anførselstegn, eller skriv to (""), hvis tegnet hører til teksten.'),
    ),
    "form": (
        said("Der står tekst efter det anførselstegn, der lukker en celle."),
        said('Et anførselstegn inde i en tekst skrives dobbelt ("").'),
    ),
    "length": (
        said(
            "En celle, der begynder i denne række, er længere end 32.000 tegn; måske mangler et anførselstegn."
        ),
        said("Se efter anførselstegn i rækken, og forkort teksten."),
    ),
    "wide": (
        said("Rækken har langt flere end {number} celler.", number=str(MAX_COLUMNS)),
        said("Se, om filen er gemt med det rigtige skilletegn og linjeskift."),
    ),
}


def decode(data: bytes, findings: Findings) -> tuple[bytes, str, str]:
    """Byte order mark, encoding and text of a file. Raises Faults (FIL-105) naming the first bad byte."""
    bom, encoding = next(((mark, name) for mark, name in BOMS if data.startswith(mark)), (b"", "utf-8"))
    if not encoding:
        findings.stop("FIL-105", said("Filen er gemt som UTF-32, som ikke kan læses."), SAVE_UTF8)
    body = data[len(bom) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        if bom or UTF8_LETTER.search(data):
            # Some of it is UTF-8: read as Windows-1252 those letters would turn into others in silence.
            what = said("Filen er ikke gyldig {encoding}", encoding=encoding[:6].upper().rstrip("-"))
            _undecodable(data, len(bom) + error.start, what, findings)
        encoding, text = "cp1252", _windows(data, findings)
    if "\0" in text:
        before = len(bom) + len(text[: text.index("\0")].encode(encoding))
        _undecodable(data, before, said("Filen indeholder nul-tegn og er ikke en tekstfil"), findings)
    return bom, encoding, text


def _windows(data: bytes, findings: Findings) -> str:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        _undecodable(data, error.start, said("Filens tegnsæt kan ikke genkendes"), findings)
    if old := OLD_LETTER.search(text):
        _undecodable(data, old.start(), said("Filen ligner en gammel MS-DOS- eller Macintosh-fil"), findings)
    return text


def _undecodable(data: bytes, position: int, what: str, findings: Findings) -> NoReturn:
    line = data.count(b"\n", 0, position) + 1
    fault = said(
        "{what}: byte nr. {number} (0x{byte}) kan ikke læses.",
        what=what,
        number=str(position + 1),
        byte=f"{data[position]:02x}",
    )
    findings.stop("FIL-105", fault, SAVE_UTF8, row=line)


def csv_form(bom: bytes, encoding: str, text: str, findings: Findings | None = None) -> CsvForm:
    """How `text` is separated. Raises Faults (FIL-121) when a `sep=` line names a separator we do not read.

    Without `findings` such a line is taken as it is.
    """
    named = _SEP_LINE.match(text)
    if named is None:
        return CsvForm(encoding, bom, _separator(text), "")
    separator = named.group(1)
    if separator not in SEPARATORS and findings is not None:
        fault = said("Filens første linje (sep=) nævner et skilletegn, som ikke kan læses.")
        findings.stop("FIL-121", fault, said("Brug semikolon, komma, tabulator eller lodret streg."), row=1)
    return CsvForm(encoding, bom, separator, named.group(0))


def _separator(text: str) -> str:
    """The separator that makes the header a row of names and the first rows as wide as it."""
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE and (cut := max(sample.rfind("\n"), sample.rfind("\r"))) > 0:
        sample = sample[: cut + 1]  # half a row would look like a short one

    def fits(separator: str) -> tuple[bool, bool, float, int]:
        rows = _sample_rows(sample, separator)
        if not rows:
            return (False, False, 0.0, 0)
        header, *rest = rows
        named = all(_NAME_LIKE.fullmatch(cell.strip()) or is_fault_column(cell) for cell in header)
        alike = sum(len(row) == len(header) for row in rest) / len(rest) if rest else 1.0
        return (len(header) > 1, named, alike, len(header))

    return max(SEPARATORS, key=fits)  # the first of equals: their order is the order tried


def _sample_rows(sample: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    form = CsvForm("", b"", separator, "")
    for record in csv_records(sample, form):
        if record.cells and not record.fault:
            rows.append(record.cells)
        if len(rows) > _SAMPLE_RECORDS:
            break
    return rows


def csv_records(text: str, form: CsvForm) -> Iterator[CsvRecord]:
    """Every record of the text, blank lines included (no cells); the `raw` of all of them joined is the text
    after the `sep=` line. A fault that makes the rest unreadable is in the last record, with the rest as raw.
    """
    lines = _lines(text, len(form.sep_line))
    taken: list[str] = []
    wide = False

    def feed() -> Iterator[str]:
        nonlocal wide
        for line in lines:
            taken.append(line)
            # The reader makes a list of all cells before anybody can count them: keep such a line from it.
            wide = wide or line.count(form.separator) > 100 * MAX_COLUMNS
            yield "\n" if wide else line

    reader = csv.reader(feed(), delimiter=form.separator, strict=True)
    number = 2 if form.sep_line else 1
    while True:
        try:
            cells, fault = next(reader), ""
        except StopIteration:
            return
        except csv.Error as error:
            cells, fault = [], _fault(str(error))
        if wide:
            cells, fault, wide = [], "wide", False
        if fault == "length":
            taken.extend(lines)
        yield CsvRecord(number, "".join(taken), cells, fault, len(taken))
        number += len(taken)
        taken.clear()


def _fault(message: str) -> str:
    if "end of data" in message:
        return "quote"
    return "length" if "field limit" in message else "form"


def _lines(text: str, start: int) -> Iterator[str]:
    # str.splitlines would also cut at characters that may stand inside a cell.
    for newline in _NEWLINE.finditer(text, start):
        yield text[start : newline.end()]
        start = newline.end()
    if start < len(text):
        yield text[start:]

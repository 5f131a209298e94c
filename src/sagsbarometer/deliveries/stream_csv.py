"""CSV of any size: the records `table_csv` reads, a block at a time, nearly all of them at the speed of Arrow.

A block is read by Arrow only where it can be shown that Arrow and `table_csv` must agree: every quote opens or closes
a cell, all rows are as wide as the first, and no cell is one that is told about. Any other block is read by
`table_csv` itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagsbarometer.deliveries.stream import ROWS, Batch, Reading
from sagsbarometer.deliveries.stream_cells import LAST_BLANK, arrays_of, hold_long, not_blank, trimmed
from sagsbarometer.deliveries.stream_text import TextBlocks
from sagsbarometer.deliveries.table_cells import ERROR_VALUES, MAX_PROBLEMS, Findings, letter
from sagsbarometer.deliveries.table_csv import (
    RECORD_FAULTS,
    CsvForm,
    CsvRecord,
    checked_records,
    csv_form,
    csv_records,
)
from sagsbarometer.deliveries.tables import checked_rows, header_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Positions = npt.NDArray[np.int64]

_HEAD = 1 << 20  # bytes in which the header must stand
_CHUNK = 1 << 20  # bytes one thread reads at a time
MAX_RECORD = 64 << 20  # bytes of a record: no file of rows has one near it
_SEPARATOR_NAMES = {";": "semikolon", ",": "komma", "\t": "tabulator", "|": "lodret streg"}
_TOLD = tuple(value.encode() for value in sorted(ERROR_VALUES))
_NO_BREAK_SPACE = "\u00a0".encode()
_QUOTE, _NEWLINE = 34, 10


class CsvRows:
    """The rows of a CSV file; see `RowSource`."""

    kind = "csv"

    def __init__(self, path: Path, reading: Reading, findings: Findings) -> None:
        """Finds encoding, separator and header. Raises Faults (FIL-1xx)."""
        self.name = findings.file
        self._path, self._asked = path, reading.encoding
        text = self._text(findings)
        head = _head(text.blocks())
        form = csv_form(text.bom, "utf-8", head, findings)
        if reading.separator:
            form = replace(form, separator=_separator(reading.separator, findings))
        self._form = form
        self._lines = self._bytes = 0  # up to and with the header
        self._header = header_of(self._head_records(head, findings), findings, reading.header)
        findings.raise_any()
        self.header = self._header.names
        self.size, self._reading = text.size, text

    @property
    def form(self) -> str:
        """How it is written; see `RowSource`."""
        separator = _SEPARATOR_NAMES.get(self._form.separator, f"skilletegn {self._form.separator}")
        return f"CSV, {separator}, {self._reading.encoding_name}"

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._reading.position

    def _text(self, findings: Findings) -> TextBlocks:
        return TextBlocks(self._path, self._asked, findings)

    def _head_records(self, head: str, findings: Findings) -> Iterator[tuple[int, tuple[str, ...]]]:
        self._bytes = len(self._form.sep_line.encode())
        self._lines = 1 if self._form.sep_line else 0
        for record in csv_records(head, self._form):
            self._bytes += len(record.raw.encode())
            self._lines += record.lines
            yield from checked_records([record], findings)

    def batches(self, rows: int = ROWS) -> Iterator[Batch]:
        """The rows; see `RowSource`."""
        findings = Findings(self.name)
        self._reading = self._text(findings)
        reader = _Reader(self._form, self._header, findings, self._lines + 1)
        for columns, numbers in reader.read(self._reading.blocks(), self._bytes):
            for start in range(0, len(numbers), rows):
                parts = tuple(column.slice(start, rows) for column in columns)
                yield Batch(parts, numbers.slice(start, rows), self.name)
        findings.problems.sort(key=lambda problem: problem.place.row or 0)
        findings.raise_any()


def head_of(path: Path, encoding: str, findings: Findings) -> tuple[str, bytes]:
    """The first million bytes of a file as text, and its byte order mark. Raises Faults (FIL-1xx)."""
    text = TextBlocks(path, encoding, findings)
    return _head(text.blocks()), text.bom


def _head(blocks: Iterator[bytes]) -> str:
    head = b""
    for block in blocks:
        head += block[:_HEAD]
        if len(head) >= _HEAD:
            break
    return head[:_HEAD].decode("utf-8", "ignore")


def _separator(asked: str, findings: Findings) -> str:
    plain = {"tab": "\t", "\\t": "\t", "semikolon": ";", "komma": ","}.get(asked.lower(), asked)
    if len(plain) != 1 or not plain.isascii() or plain.isalnum() or plain in '"\r\n\0':
        fault = "Det skilletegn, mappingen nævner, kan ikke bruges."
        findings.stop("FIL-127", fault, 'Skriv et tegn: ";", ",", "|" eller "\\t".')
    return plain


class _Reader:
    """Reads block after block; knows the line it has come to."""

    def __init__(self, form: CsvForm, header: Any, findings: Findings, line: int) -> None:
        self.form, self.header, self.findings, self.line = replace(form, sep_line=""), header, findings, line
        self.stopped = False

    def read(
        self, blocks: Iterator[bytes], skip: int
    ) -> Iterator[tuple[list[pa.StringArray], pa.Int64Array]]:
        """The columns and row numbers of each block; the first `skip` bytes are the header's."""
        rest = b""
        ahead = next(blocks, b"")
        while ahead and not self.stopped:
            block, ahead = ahead, next(blocks, b"")
            if skip:
                block, rest = rest + block, b""
                if len(block) < skip and ahead:
                    rest = block
                    continue
                block, skip = block[skip:], 0
            text, rest = self._whole_lines(rest, block, final=not ahead)
            if text:
                columns, numbers, left = self._rows(text, final=not ahead)
                rest = left + rest
                if len(numbers):
                    yield columns, numbers
            if len(rest) > MAX_RECORD:
                self._add(CsvRecord(self.line, "", [], "length"))
                return
            if len(self.findings.problems) >= MAX_PROBLEMS:
                return

    def _add(self, record: CsvRecord) -> None:
        fault, remedy = RECORD_FAULTS[record.fault]
        self.findings.add("FIL-106", fault, remedy, row=record.number)

    def _whole_lines(self, rest: bytes, block: bytes, final: bool) -> tuple[bytes, bytes]:
        """What is left of the blocks before and, of a block, the part that ends with a line, with LF for every line
        break; and the rest as it is.
        """
        end = len(block) if final else block.rfind(b"\n") + 1
        if not end:
            rest, block = b"", rest + block
            end = block.rfind(b"\n") + 1
            if not end:  # the last CR of a block may be the first half of a line break
                end = block.rfind(b"\r", 0, len(block) - 1) + 1
        text = b"".join((rest, memoryview(block)[:end]))  # one copy; there are gigabytes
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return text, block[end:]

    def _rows(self, text: bytes, final: bool) -> tuple[list[pa.StringArray], pa.Int64Array, bytes]:
        """Columns, row numbers, and what belongs to a record that goes on in the next block."""
        plain = text.isascii()
        if not plain and _NO_BREAK_SPACE in text:
            text = text.replace(_NO_BREAK_SPACE, b" ")
        quick = self._quick(text, plain, final)
        return self._careful(text, final) if quick is None else quick

    # --- by Arrow ---

    def _quick(
        self, text: bytes, plain: bool, final: bool
    ) -> tuple[list[pa.StringArray], pa.Int64Array, bytes] | None:
        """None where `table_csv` has to read the block. `plain`: it is ASCII."""
        if b"#" in text and any(told in text for told in _TOLD):
            return None
        left = b""
        quotes: Positions | None = None
        if b'"' in text:
            quotes, end = _quotes(text, self.form.separator)
            if quotes is None or not end or (final and end < len(text)):
                return None
            text, left = text[:end], text[end:]
        width = self._width(text)
        if not width:
            return None
        tall = quotes is not None and _break_lines(text, quotes)
        columns = _parsed(text, self.form.separator, width, quotes is not None, tall)
        if columns is None or hold_long(columns):
            return None
        breaks, blanks = _breaks_and_blanks(text, len(columns[0]))
        starts = _starts(text, quotes, len(columns[0]), breaks)
        if len(columns[0]) != len(starts):
            return None
        kept = self._kept(trimmed(columns, b"" if plain else text, blanks or tall), starts + self.line)
        if kept is None:
            return None
        self.line += breaks
        return (*kept, left)

    def _width(self, text: bytes) -> int:
        """The cells of the first record that is not blank; 0 where they are too few."""
        records = csv_records(text[:_HEAD].decode("utf-8", "ignore"), self.form)
        first = next((record for record in records if record.cells), None)
        return (
            len(first.cells) if first and not first.fault and len(first.cells) >= len(self.header.all) else 0
        )

    def _kept(
        self, columns: list[pa.StringArray], numbers: Positions
    ) -> tuple[list[pa.StringArray], pa.Int64Array] | None:
        """What is left without blank rows and superfluous columns; None where those are not blank."""
        import pyarrow as pa

        skip, width = self.header.skip, len(self.header.all)
        if not_blank(columns[width:]).any():
            return None
        columns = columns[skip:width]
        rows = pa.array(numbers, pa.int64())
        filled = not_blank(columns)
        if not filled.all():
            mask = pa.array(filled)
            columns, rows = [column.filter(mask) for column in columns], rows.filter(mask)
        return columns, rows

    # --- by table_csv ---

    def _careful(self, text: bytes, final: bool) -> tuple[list[pa.StringArray], pa.Int64Array, bytes]:
        left = b""
        line = self.line

        def whole() -> Iterator[CsvRecord]:
            nonlocal left
            for record in csv_records(text.decode(), self.form):
                if record.fault == "quote" and not final:
                    left = record.raw.encode()
                    return
                self.line = line + record.number - 1 + record.lines
                self.stopped = self.stopped or record.fault == "length"
                yield replace(record, number=line + record.number - 1)

        import pyarrow as pa

        records = checked_records(whole(), self.findings)
        rows = list(checked_rows(records, self.header, True, self.findings, stream=True))
        columns = arrays_of([row.cells for row in rows], len(self.header.names))
        return columns, pa.array([row.number for row in rows], pa.int64()), left


def _quotes(text: bytes, separator: str) -> tuple[Positions | None, int]:
    """Where the quotes are, and where the last whole record ends; None where one neither opens nor closes a cell."""
    import numpy as np

    data = np.frombuffer(text, np.uint8)
    found: Positions = np.flatnonzero(data == _QUOTE)
    end = len(text)
    while end > 0:  # a line break inside quotes ends no record
        before = int(np.searchsorted(found, end))
        if before % 2 == 0:
            break
        end = text.rfind(b"\n", 0, int(found[before - 1])) + 1
    found = found[: int(np.searchsorted(found, end))]
    opens, closes = found[0::2], found[1::2]
    before_open = data[np.maximum(opens - 1, 0)]
    after_close = data[np.minimum(closes + 1, len(data) - 1)]
    fine_open = _one_of(before_open, separator) | (opens == 0)
    fine_close = _one_of(after_close, separator) | (closes == len(data) - 1)
    return (found if bool(fine_open.all() and fine_close.all()) else None), end


def _one_of(values: npt.NDArray[np.uint8], separator: str) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (values == ord(separator)) | (values == _NEWLINE) | (values == _QUOTE)
    return found


def _breaks_and_blanks(text: bytes, records: int) -> tuple[int, bool]:
    """How many line breaks a block has, and whether it has any other ASCII blank or control character."""
    import numpy as np

    data = np.frombuffer(text, np.uint8)
    either = int(np.count_nonzero(data <= LAST_BLANK))
    if either == records - (not text.endswith(b"\n")):  # each record ends with one, and that is all
        return either, False
    breaks = int(np.count_nonzero(data == _NEWLINE))
    return breaks, either > breaks


def _break_lines(text: bytes, quotes: Positions) -> bool:
    """Whether a line break stands in a cell."""
    import numpy as np

    if not (quotes[1::2] - quotes[0::2] > 1).any():  # nothing but empty cells
        return False
    breaks = np.flatnonzero(np.frombuffer(text, np.uint8) == _NEWLINE)
    return bool((np.searchsorted(quotes, breaks) % 2).any())


def _starts(text: bytes, quotes: Positions | None, records: int, line_breaks: int) -> Positions:
    """The 0-based line that each record which is not an empty line begins on."""
    import numpy as np

    if records == line_breaks + (not text.endswith(b"\n")):  # every line is one
        return np.arange(records, dtype=np.int64)
    data = np.frombuffer(text, np.uint8)
    breaks = np.flatnonzero(data == _NEWLINE)
    lines = np.arange(1, len(breaks) + 1, dtype=np.int64)
    if quotes is not None:
        outside = np.searchsorted(quotes, breaks) % 2 == 0
        breaks, lines = breaks[outside], lines[outside]
    begin = np.concatenate([[0], breaks + 1])
    lines = np.concatenate([[0], lines])
    inside = begin < len(data)
    begin, lines = begin[inside], lines[inside]
    kept: Positions = lines[data[begin] != _NEWLINE]
    return kept


def _parsed(text: bytes, separator: str, width: int, quoted: bool, tall: bool) -> list[pa.StringArray] | None:
    """The columns of a block by Arrow; None where it finds a row of another width. `tall`: cells have line breaks."""
    import pyarrow as pa
    import pyarrow.csv

    names = [letter(index) for index in range(width)]
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(text),
            read_options=pa.csv.ReadOptions(column_names=names, block_size=_CHUNK),
            parse_options=pa.csv.ParseOptions(
                delimiter=separator,
                quote_char='"' if quoted else False,
                newlines_in_values=tall,  # Arrow then looks for the ends of rows first, one thread alone
            ),
            convert_options=pa.csv.ConvertOptions(
                check_utf8=False, column_types=dict.fromkeys(names, pa.string())
            ),
        )
    except pa.ArrowInvalid:
        return None
    return [pa.array([], pa.string()) if not column.num_chunks else _one(column) for column in table.columns]


def _one(column: pa.ChunkedArray) -> pa.StringArray:
    import pyarrow as pa

    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole

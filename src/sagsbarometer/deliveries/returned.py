"""The user's own file handed back with a column of faults, and the faults alone as a table."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from sagsbarometer.deliveries.table_cells import FAULT_COLUMN, Findings, is_fault_column, letter, safe_name
from sagsbarometer.deliveries.table_csv import SEPARATORS, CsvForm, CsvRecord, csv_form, csv_records, decode
from sagsbarometer.deliveries.tables import file_kind, read_delivered
from sagsbarometer.kernel.ids import may_hold_cpr
from sagsbarometer.kernel.problems import LEVEL_DA, Faults, Problem

_HIDDEN = "(teksten er skjult: den ligner et CPR-nummer)"
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_COLUMNS = ("Række", "Kolonne", "Kode", "Niveau", "Fejl", "Hvad du kan gøre")
_BOM = "\ufeff"


def returned_file(path: Path, problems: Sequence[Problem], out: Path, name: str = "") -> Path:
    """Write the file at `path` with a first column `FEJL` to `out` (with the right suffix); the path written.

    CSV comes back byte for byte but for the new column. A workbook keeps content, choices and layout; faulty
    cells are coloured and commented, formulas become text, macros and links to other files are dropped. A
    Parquet file, and a workbook too large or too odd to be edited, come back as CSV. A column `FEJL` from an
    earlier round is replaced. No problem is lost: what belongs to no row stands in the header.

    Raises Faults when the file cannot be read at all (encrypted, damaged, refused by the guard).
    """
    findings = Findings(safe_name(name or path.name))
    kind = file_kind(path, findings, name)
    if kind == "csv":
        out = out.with_suffix(Path(name or path.name).suffix or ".csv")
        out.write_bytes(_returned_csv(path.read_bytes(), Notes(problems)))
        return out
    if kind == "xlsx":
        from sagsbarometer.deliveries.returned_xlsx import returned_workbook

        if (book := returned_workbook(path, problems, findings)) is not None:
            out = out.with_suffix(".xlsx")
            out.write_bytes(book)
            return out
    out = out.with_suffix(".csv")
    out.write_bytes(_as_csv(path, Notes(problems), findings, name))
    return out


def fault_table(problems: Iterable[Problem]) -> str:
    """The problems as CSV text that a Danish Excel opens right: byte order mark, semicolons, CRLF.

    Columns: row, column, code, level, fault, remedy. Nothing in it is taken for a formula.
    """
    out = io.StringIO()
    out.write(_BOM)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for problem in problems:
        row = problem.place.row if problem.place.row is not None else problem.place.line
        where = "" if row is None else str(row)
        texts = (where, _where(problem), problem.code, LEVEL_DA[problem.level], problem.fault, problem.remedy)
        writer.writerow(neutral(_safe(text)) for text in texts)
    return out.getvalue()


def neutral(text: str) -> str:
    """`text` kept from being a formula: an apostrophe before a leading = + - @, tab or line break."""
    stripped = text.lstrip(" \u00a0")
    return f"'{text}" if stripped[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") and stripped else text


def message(problem: Problem) -> str:
    """One problem as it stands in the column of faults."""
    where = _where(problem)
    head = f"{LEVEL_DA[problem.level]} {problem.code}" + (f" ({where})" if where else "")
    return _safe(f"{head}: {problem.fault} {problem.remedy}")


def _where(problem: Problem) -> str:
    column = problem.place.column
    if isinstance(column, int):
        return letter(column - 1) if column > 0 else ""
    return column or problem.place.question


def _safe(text: str) -> str:
    return _HIDDEN if may_hold_cpr(text) else text


class Notes:
    """The problems of a file by the row they belong to."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        self._rows: dict[int, list[Problem]] = {}
        self._rest: list[Problem] = []
        for problem in self.problems:
            if problem.place.row is None:
                self._rest.append(problem)
            else:
                self._rows.setdefault(problem.place.row, []).append(problem)

    def of(self, first: int, last: int) -> list[Problem]:
        """The problems of the rows from `first` to `last`; each is given out once."""
        if last - first < len(self._rows):
            rows = [row for row in range(first, last + 1) if row in self._rows]
        else:
            rows = sorted(row for row in self._rows if first <= row <= last)
        return [problem for row in rows for problem in self._rows.pop(row)]

    def rest(self) -> list[Problem]:
        """What `of` has not given out: problems of no row, or of a row that is not there."""
        late = [problem for row in sorted(self._rows) for problem in self._rows[row]]
        return [*self._rest, *late]


def header_cell(own: list[Problem], rest: list[Problem], joint: str) -> str:
    """`FEJL`, followed by what belongs to the header or to no row."""
    texts = [message(problem) for problem in own]
    for problem in rest:
        row = problem.place.row
        texts.append(message(problem) if row is None else f"Række {row}: {message(problem)}")
    return f"{FAULT_COLUMN}: {joint.join(texts)}" if texts else FAULT_COLUMN


_JOINT = " • "  # in Windows-1252 too; a line break would move every later row


def _returned_csv(data: bytes, notes: Notes) -> bytes:
    form, text, errors = _lenient(data)
    records = list(csv_records(text, form))
    start = next((index for index, record in enumerate(records) if not record.blank), len(records))
    body = records[start:]
    # Blank lines are no rows and stay as they are; a problem found there goes to the header.
    own = [
        [] if record.blank else notes.of(record.number, record.number + record.lines - 1) for record in body
    ]
    texts = [_JOINT.join(message(problem) for problem in problems) for problems in own]
    top = header_cell(own[0] if own else [], notes.rest(), _JOINT)
    if not body:
        return data + _encoded(_quoted(top, form, False) + "\r\n", form)
    old = _has_fault_column(body[0], form)
    lead = form.sep_line + "".join(record.raw for record in records[:start])
    quote = body[0].raw.startswith('"')  # a file that puts every cell in quotes gets ours in quotes too
    pieces = [form.bom, lead.encode(form.encoding, errors)]
    for record, cell in zip(body, [top, *texts[1:]], strict=True):
        raw = _without_first(record.raw, form) if old else record.raw
        if record.raw.strip("\r\n"):
            pieces.append(_encoded(_quoted(cell, form, quote) + form.separator, form))
        pieces.append(raw.encode(form.encoding, errors))
    return b"".join(pieces)


def _lenient(data: bytes) -> tuple[CsvForm, str, str]:
    """Form, text and the error handler with which any part of the text gives its bytes again."""
    try:
        bom, encoding, text = decode(data, Findings(""))
        return csv_form(bom, encoding, text), text, "strict"
    except Faults:
        pass
    marks = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
    if (encoding := marks.get(data[:2], "")) and len(data) % 2 == 0:
        text = data[2:].decode(encoding, "surrogatepass")
        return csv_form(data[:2], encoding, text), text, "surrogatepass"
    # Not decodable: as UTF-8 with the bad bytes kept apart.
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data[len(bom) :].decode("utf-8", "surrogateescape")
    return csv_form(bom, "utf-8", text), text, "surrogateescape"


def _encoded(text: str, form: CsvForm) -> bytes:
    # Only our own words: a sign the file's encoding lacks becomes a question mark.
    return text.encode(form.encoding, "replace")


def _quoted(cell: str, form: CsvForm, always: bool) -> str:
    flat = " ".join(neutral(cell).split())
    # In quotes also for the other separators, so that ours do not mislead who reads the file next.
    if always or any(sign in flat for sign in (*SEPARATORS, form.separator, '"')):
        return '"' + flat.replace('"', '""') + '"'
    return flat


def _has_fault_column(header: CsvRecord, form: CsvForm) -> bool:
    return len(header.cells) > 1 and is_fault_column(header.cells[0].strip()) and form.separator in header.raw


def _without_first(raw: str, form: CsvForm) -> str:
    pattern = rf'(?:"(?:[^"]|"")*"|[^"{re.escape(form.separator)}\r\n]*){re.escape(form.separator)}'
    match = re.match(pattern, raw)
    return raw[match.end() :] if match else raw


def _as_csv(path: Path, notes: Notes, findings: Findings, name: str) -> bytes:
    """The rows of a file that cannot be edited, as CSV; what is no number is kept from being a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows = [(number, cells) for number, cells in read_delivered(path, findings, name).records if any(cells)]
    skip = 1 if rows and is_fault_column(rows[0][1][0]) else 0
    faults = [notes.of(number, number) for number, _ in rows]
    line = 1
    for index, (number, cells) in enumerate(rows):
        out.write("\r\n" * (number - line))  # rows that were blank, so that the numbers of the rest hold
        line = number + 1
        texts = [cell if _NUMBER.fullmatch(cell) else neutral(cell) for cell in cells[skip:]]
        if index:
            cell = _JOINT.join(message(problem) for problem in faults[index])
            writer.writerow([neutral(cell), *texts])
        else:
            writer.writerow([header_cell(faults[0], notes.rest(), _JOINT), *texts])
    if not rows:
        writer.writerow([header_cell([], notes.rest(), _JOINT)])
    return (_BOM + out.getvalue()).encode()

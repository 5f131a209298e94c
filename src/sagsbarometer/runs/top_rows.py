"""The first rows of a file, looked at before it is known which of them has the column names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from sagsbarometer.appeals.inspecting.header_row import MOST_ROWS, header_row
from sagsbarometer.deliveries.stream import Reading
from sagsbarometer.deliveries.stream_csv import head_of
from sagsbarometer.deliveries.table_cells import Findings, as_text
from sagsbarometer.deliveries.table_csv import SEPARATORS, csv_form, csv_records
from sagsbarometer.deliveries.table_xlsx import answer_sheet
from sagsbarometer.deliveries.table_xlsx_guard import inspect_workbook, quiet
from sagsbarometer.deliveries.tables import file_kind
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.store.source_table import is_address

_Records = list[tuple[int, Sequence[str]]]


def below_titles(files: Sequence[str], reading: Reading) -> tuple[int, str]:
    """The row with the column names where titles stand above it, and the separator of a CSV file that a title hides;
    0 and "" for the first row that is written in, and for what has no such rows or cannot be read: that is told by
    who reads it whole.
    """
    if len(files) != 1 or is_address(files[0]) or reading.header:
        return 0, ""
    path, findings = Path(files[0]), Findings("")
    try:
        kind = file_kind(path, findings, path.name, stream=True)
        if kind == "csv":
            return _csv(path, reading, findings)
        return (header_row(_xlsx(path, reading, findings)) if kind == "xlsx" else 0), ""
    except (Faults, OSError):
        return 0, ""


def _csv(path: Path, reading: Reading, findings: Findings) -> tuple[int, str]:
    text, bom = head_of(path, reading.encoding, findings)
    form = csv_form(bom, "utf-8", text)
    signs = (reading.separator,) if reading.separator else (form.separator, *SEPARATORS)
    for sign in signs:
        records = csv_records(text, replace(form, separator=sign)) if len(sign) == 1 else ()
        filled = ((record.number, record.cells) for record in records if not record.blank)
        if row := header_row(list(islice(filled, MOST_ROWS))):
            return row, "" if sign == form.separator else sign
    return 0, ""


def _xlsx(path: Path, reading: Reading, findings: Findings) -> _Records:
    import openpyxl

    inspect_workbook(path, findings)
    try:
        with quiet(), path.open("rb") as handle:
            book = openpyxl.load_workbook(handle, read_only=True, data_only=True, keep_links=False)
            sheet = answer_sheet(book, reading.sheet)
            cells = sheet.iter_rows(min_row=1, max_row=MOST_ROWS, max_col=500, values_only=True)
            rows: _Records = [
                (number, [as_text(value) for value in row]) for number, row in enumerate(cells, 1)
            ]
            book.close()
            return rows
    except Exception:
        # A damaged workbook makes the library fail in any way there is; the whole reading says so.
        return []

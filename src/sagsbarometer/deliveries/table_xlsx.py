"""XLSX answer files: one sheet as rows of text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sagsbarometer.deliveries.table_cells import MAX_CELLS, Cells, Cleaner, Delivered, Findings, as_text
from sagsbarometer.deliveries.table_xlsx_guard import SheetFacts, WorkbookFacts, inspect_workbook, quiet
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.kernel.said import said

SHEET = "Svar"
_MOST_NAMED = 8
_DAMAGED = said("Åbn filen i Excel, og gem den igen som Excel-projektmappe (.xlsx).")


def read_xlsx(path: Path, findings: Findings, sheet: str = "") -> Delivered:
    """The rows of `sheet`, else of the sheet `Svar`, else of the first visible one.

    Formulas count by the result the file holds and are never evaluated; dates come out as ISO. Raises Faults
    when the workbook may not be opened (see the guard) or is damaged.
    """
    facts = inspect_workbook(path, findings)
    try:
        with quiet():
            return _read(path, facts, findings, sheet)
    except Faults:
        raise
    except Exception as error:
        # A damaged workbook makes the library fail in any way there is: KeyError, TypeError, RecursionError.
        findings.stop("FIL-107", said("Filen kan ikke læses ({kind}).", kind=type(error).__name__), _DAMAGED)


def _read(path: Path, facts: WorkbookFacts, findings: Findings, asked: str) -> Delivered:
    import openpyxl

    # From a handle: by name, a file of a temporary name would be refused for its suffix.
    with path.open("rb") as handle:
        book = openpyxl.load_workbook(handle, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = answer_sheet(book, asked)
            if asked and sheet is None:
                have = ", ".join(shown(title) for title in book.sheetnames[:_MOST_NAMED])
                fault = said("Filen har intet ark, der hedder {name}.", name=shown(asked))
                findings.stop("FIL-127", fault, said("Dens ark hedder {names}.", names=have))
            # The path in the archive is not public; the guard knows its sheets by nothing else.
            shape = facts.sheets.get(getattr(sheet, "_worksheet_path", ""))
            if shape is None:
                findings.stop("FIL-107", said("Filen har intet regneark."), _DAMAGED)
            if shape.rows * shape.columns > MAX_CELLS:
                fault = said(
                    "Arket har {rows} rækker og {columns} kolonner med indhold.",
                    rows=str(shape.rows),
                    columns=str(shape.columns),
                )
                findings.stop("FIL-109", fault, said("Slet det, der står langt til højre eller langt nede."))
            return Delivered("xlsx", _rows(sheet, shape), uncached=_uncached(facts, shape))
        finally:
            book.close()


def answer_sheet(book: Any, asked: str = "") -> Any:
    """The worksheet `asked` for; where none is, the one called `Svar`, else the first visible, else the first. None
    when there is none.
    """
    sheets = list(book.worksheets)
    if asked:
        return next((sheet for sheet in sheets if sheet.title.strip() == asked.strip()), None)
    named = [sheet for sheet in sheets if sheet.title.strip().casefold() == SHEET.casefold()]
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    return next(iter((*named, *visible, *sheets)), None)


def _rows(sheet: Any, shape: SheetFacts) -> list[tuple[int, Cells]]:
    clean = Cleaner()
    rows: list[tuple[int, Cells]] = []
    if not shape.rows:
        return rows
    # The bounds are the guard's: the size a sheet states of itself may be anything.
    cells = sheet.iter_rows(min_row=1, max_row=shape.rows, max_col=shape.columns, values_only=True)
    for number, values in enumerate(cells, start=1):
        texts = [clean(as_text(value)) for value in values]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            rows.append((number, tuple(texts)))
    return rows


def _uncached(facts: WorkbookFacts, shape: SheetFacts) -> frozenset[tuple[int, int]]:
    # A program that writes workbooks without computing them stores 0 as every result and asks for a
    # computation at opening: those zeros are no answers.
    return frozenset(shape.formulas if facts.pending else shape.uncached)

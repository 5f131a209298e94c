"""A workbook handed back: a first column of faults, faulty cells coloured and commented."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sagsbarometer.deliveries.returned import Notes, header_cell, message
from sagsbarometer.deliveries.table_cells import Findings, is_fault_column
from sagsbarometer.deliveries.table_xlsx import answer_sheet
from sagsbarometer.deliveries.table_xlsx_guard import EDITABLE_CELLS, inspect_workbook, quiet
from sagsbarometer.kernel.problems import Level, Problem

_AUTHOR = "sagsbarometer"
_MARK = "[FEJL]"  # in a comment: what follows is ours
_COLOURS: Mapping[Level, str] = {Level.ERROR: "FFFFC7CE", Level.WARNING: "FFFFEB9C", Level.NOTE: "FFDDEBF7"}
_WIDTH = 60
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def returned_workbook(path: Path, problems: Sequence[Problem], findings: Findings) -> bytes | None:
    """The bytes of the workbook with its faults; None where it is too large or too odd to be edited.

    Raises Faults when the guard refuses it.
    """
    if not inspect_workbook(path, findings).editable:
        return None
    import openpyxl

    try:
        with quiet(), path.open("rb") as handle:
            book = openpyxl.load_workbook(handle, keep_vba=False, keep_links=False)
            sheet = answer_sheet(book)
            if sheet is None or any(_vast(each) for each in book.worksheets):
                return None
            _defuse(book)
            _mark(sheet, Notes(problems))
            out = io.BytesIO()
            book.save(out)
    except Exception:
        # Whatever the library does not understand of a stranger's workbook: the rows still come back, as CSV.
        return None
    return _timeless(out.getvalue())


def _vast(sheet: Any) -> bool:
    """Whether walking the sheet would make more cells than there is room for; also of one the guard did not know."""
    return bool(sheet.max_row * sheet.max_column > EDITABLE_CELLS)


def _defuse(book: Any) -> None:
    """Formulas become the text they are written as, on every sheet: moved, they would mean other cells."""
    book.template = False
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                written = cell.value if isinstance(cell.value, str) else getattr(cell.value, "text", None)
                cell.value = written or "="
                cell.data_type = "s"  # after the value, which sets it to a formula again
                cell.quotePrefix = True


def _mark(sheet: Any, notes: Notes) -> None:
    header = next((row[0].row for row in sheet.iter_rows() if any(not _blank(cell) for cell in row)), 1)
    again = is_fault_column(str(sheet.cell(header, 1).value or ""))
    if again:
        _wipe(sheet)
    else:
        shift_right(sheet)
    columns = {str(cell.value).strip(): cell.column for cell in sheet[header][1:] if not _blank(cell)}
    own: list[Problem] = []
    # All rows in one go: asked for one by one, the library looks through the whole sheet for each.
    for row, cells in enumerate(list(sheet.iter_rows(min_row=1)), start=1):
        problems = notes.of(row, row) if not all(_blank(cell) for cell in cells[1:]) else []
        if row == header:
            own = problems
        elif problems:
            _fault_cell(sheet.cell(row, 1), "\n".join(message(problem) for problem in problems), problems)
    rest = notes.rest()
    _fault_cell(sheet.cell(header, 1), header_cell(own, rest, "\n"), [*own, *rest])
    sheet.column_dimensions["A"].width = _WIDTH
    # A position counts in the file as delivered.
    _colour(sheet, notes.problems, columns, shift=0 if again else 1)


def _blank(cell: Any) -> bool:
    return cell.value is None or not str(cell.value).strip()


def _fault_cell(cell: Any, text: str, problems: list[Problem]) -> None:
    from openpyxl.styles import Alignment, Font

    cell.value = text[:32_000]
    cell.number_format = "@"
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if problems:
        cell.fill = _fill(problems)


def _fill(problems: list[Problem]) -> Any:
    from openpyxl.styles import PatternFill

    worst = min((problem.level for problem in problems), key=list(Level).index)
    return PatternFill("solid", fgColor=_COLOURS[worst])


def _colour(sheet: Any, problems: Sequence[Problem], columns: Mapping[str, int], shift: int) -> None:
    from openpyxl.comments import Comment

    cells: dict[tuple[int, int], list[Problem]] = {}
    last_row, last_column = sheet.max_row, sheet.max_column
    for problem in problems:
        row, column = problem.place.row, problem.place.column
        at = column + shift if isinstance(column, int) else columns.get(column or problem.place.question)
        if row is not None and at is not None and row <= last_row and at <= last_column:
            cells.setdefault((row, at), []).append(problem)
    for (row, at), found in sorted(cells.items()):
        cell = sheet.cell(row, at)
        if type(cell).__name__ == "MergedCell":
            continue
        cell.fill = _fill(found)
        theirs, author = (
            (cell.comment.text, cell.comment.author) if cell.comment is not None else ("", _AUTHOR)
        )
        lines = [theirs] if theirs else []
        lines += [_MARK, *(message(problem) for problem in found)]
        cell.comment = Comment("\n".join(lines)[:8_000], author, height=120, width=320)


def _wipe(sheet: Any) -> None:
    """Take away what an earlier round wrote."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    ours = set(_COLOURS.values())
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None and _MARK in cell.comment.text:
                theirs = cell.comment.text.partition(_MARK)[0].rstrip("\n")
                cell.comment = Comment(theirs, cell.comment.author) if theirs else None
            if cell.has_style and cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in ours:
                cell.fill = PatternFill()
        if row[0].column == 1:
            row[0].value = None


def shift_right(sheet: Any) -> None:
    """Put an empty column before the first, and move with the cells what points to them by address.

    Conditional formats, and validations whose formula cannot be moved with certainty, are dropped: they would
    speak of other cells.
    """
    from openpyxl.formatting.formatting import ConditionalFormattingList

    merged = [str(area) for area in sheet.merged_cells.ranges]
    for area in merged:
        sheet.unmerge_cells(area)
    sheet.insert_cols(1)
    for area in merged:
        sheet.merge_cells(_moved(area))
    for row in sheet.iter_rows():
        for cell in row:
            if cell.hyperlink is not None:
                cell.hyperlink.ref = cell.coordinate
    sheet.conditional_formatting = ConditionalFormattingList()
    _move_validations(sheet)
    _move_widths(sheet)
    if sheet.freeze_panes:
        sheet.freeze_panes = _moved(sheet.freeze_panes)
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _moved(sheet.auto_filter.ref)
    for table in sheet.tables.values():
        table.ref = _moved(table.ref)
        if table.autoFilter is not None and table.autoFilter.ref:
            table.autoFilter.ref = _moved(table.autoFilter.ref)
        for column in table.tableColumns:
            column.calculatedColumnFormula = None
    sheet.print_area = None
    sheet.print_title_cols = None


def _moved(area: str) -> str:
    """An address or range one column further right; what reaches the last column ends there."""
    from openpyxl.utils import get_column_letter, range_boundaries

    left, top, right, bottom = range_boundaries(area)
    ends = [(min(left + 1, 16_384), top)]
    if ":" in area:
        ends.append((min(right + 1, 16_384), bottom))
    return ":".join(f"{get_column_letter(column)}{row}" for column, row in ends)


def _move_validations(sheet: Any) -> None:
    from openpyxl.worksheet.cell_range import MultiCellRange
    from openpyxl.worksheet.datavalidation import DataValidationList

    kept = DataValidationList()
    for rule in sheet.data_validations.dataValidation:
        moved = [_moved_formula(formula, rule.type) for formula in (rule.formula1, rule.formula2)]
        if None in moved:
            continue
        rule.formula1, rule.formula2 = (formula or None for formula in moved)
        rule.sqref = MultiCellRange(" ".join(_moved(str(area)) for area in rule.sqref.ranges))
        kept.append(rule)
    sheet.data_validations = kept


def _moved_formula(formula: str | None, kind: str) -> str | None:
    """A validation formula one column further right ("" for none); None where that is not certain."""
    from openpyxl.formula.translate import Translator

    if formula is None:
        return ""
    if kind == "list" and ("!" in formula or formula.startswith('"')):
        return formula  # a list on another sheet, or written out
    if "$" in formula or "!" in formula:
        return None
    moved: str = Translator(f"={formula}", origin="A1").translate_formula("B1")
    return moved.removeprefix("=")


def _move_widths(sheet: Any) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.dimensions import ColumnDimension, DimensionHolder

    moved = DimensionHolder(worksheet=sheet, default_factory=lambda: ColumnDimension(sheet))
    for width in sheet.column_dimensions.values():
        width.reindex()
        first, last = min(width.min + 1, 16_384), min(width.max + 1, 16_384)
        moved[get_column_letter(first)] = ColumnDimension(
            sheet,
            index=get_column_letter(first),
            min=first,
            max=last,
            width=width.width,
            hidden=width.hidden,
            outlineLevel=width.outlineLevel,
            collapsed=width.collapsed,
            style=None,
        )
        moved[get_column_letter(first)]._style = width._style
    sheet.column_dimensions = moved


def _timeless(book: bytes) -> bytes:
    """The same workbook without the time it was written: the same input gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", data)
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()

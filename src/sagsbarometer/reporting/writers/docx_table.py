"""A table as Word has it: heads that are repeated on every page, rows that stay whole, a caption and a description."""

from __future__ import annotations

from sagsbarometer.reporting.document import Column, RowKind, Table, TableCell
from sagsbarometer.reporting.writers.columns import column_widths
from sagsbarometer.reporting.writers.divide import divided
from sagsbarometer.reporting.writers.docx_xml import (
    DANISH,
    Bookmarks,
    line_break,
    paragraph,
    run,
    safe,
    style,
)

_TWIPS = 20  # in a point
_POINTS = 8.0
_SHORT = 16  # rows that are kept on one page
_KEEP = "<w:keepNext/>"
_TOTAL = (
    '<w:tcBorders><w:top w:val="single" w:sz="6" w:space="0" w:color="0F4C66"/>'
    '<w:bottom w:val="single" w:sz="6" w:space="0" w:color="0F4C66"/></w:tcBorders>'
)
_UNDER_GROUP, _UNDER_HEAD = (
    f'<w:tcBorders><w:bottom w:val="single" w:sz="{size}" w:space="0" w:color="0F4C66"/></w:tcBorders>'
    for size in (4, 10)
)
_WASH = '<w:shd w:val="clear" w:color="auto" w:fill="EEF5F8"/>'
_TONES = {1: "EEF5F8", 2: "DCEBF1", 3: "BFDDE8", 4: "94C6D9"}  # how strongly a cell is tinted


def table_docx(table: Table, bookmarks: Bookmarks) -> str:
    """Caption, table and notes. The caption is where the table's anchor leads."""
    widths = [round(width * _TWIPS) for width in column_widths(table, _POINTS)]
    caption = bookmarks.around(table.anchor, run(table.caption))
    return (
        paragraph("Caption", caption)
        + f"<w:tbl>{_properties(table, widths)}{_grid(widths)}{_head(table, widths)}{_body(table, widths)}</w:tbl>"
        + notes_docx(table.notes)
    )


def notes_docx(notes: tuple[str, ...]) -> str:
    """Notes and source under a table or figure, which stay together."""
    last = len(notes) - 1
    return "".join(
        paragraph("Note", run(note), "" if number == last else _KEEP) for number, note in enumerate(notes)
    )


def _properties(table: Table, widths: list[int]) -> str:
    # Word reads the first row and the first column out as heads where these two say that they are.
    look = (
        '<w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" '
        'w:noHBand="0" w:noVBand="0"/>'
    )
    told = f'<w:tblCaption w:val="{safe(table.caption)}"/>'
    return (
        f'<w:tblPr><w:tblStyle w:val="Tabel"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>{look}{told}</w:tblPr>'
    )


def _grid(widths: list[int]) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tblGrid>{columns}</w:tblGrid>"


def _row(cells: str, head: bool = False) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>"


def _head(table: Table, widths: list[int]) -> str:
    """One row, or two where columns stand under common heads."""
    heads = table.heads
    if not heads:
        cells = (_label(table, column, width) for column, width in zip(table.columns, widths, strict=True))
        return _row("".join(cells), head=True)
    first, second, at = "", "", 0
    for words, span in heads:
        columns, room = table.columns[at : at + span], widths[at : at + span]
        at += span
        pairs = list(zip(columns, room, strict=True))
        if words:
            first += _cell(sum(room), _text("Tabelhoved", words, "center"), span, _UNDER_GROUP)
            second += "".join(_label(table, column, width) for column, width in pairs)
        else:
            first += "".join(
                _label(table, column, width, '<w:vMerge w:val="restart"/>') for column, width in pairs
            )
            empty = _text("Tabelhoved", "")
            second += "".join(_cell(width, empty, 1, f"<w:vMerge/>{_UNDER_HEAD}") for _, width in pairs)
    return _row(first, head=True) + _row(second, head=True)


def _label(table: Table, column: Column, width: int, merge: str = "") -> str:
    words = divided(column.label) if table.grid else column.label
    bottom = '<w:vAlign w:val="bottom"/>'
    told = _text("Tabelhoved", words, "right" if column.numeric else "")
    return _cell(width, told, 1, f"{merge}{_UNDER_HEAD}{bottom}")


def _text(style_id: str, words: str, align: str = "", properties: str = "", keep: str = "") -> str:
    return paragraph(style_id, run(words, properties), keep, f'<w:jc w:val="{align}"/>' if align else "")


def _cell(width: int, inside: str, span: int = 1, properties: str = "") -> str:
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{properties}</w:tcPr>{inside}</w:tc>'


def _body(table: Table, widths: list[int]) -> str:
    rows = list(table.kinded)
    together = len(rows) <= _SHORT
    return "".join(
        # The last row of a short table does not hold on to what comes after it, unless that is a note.
        _body_row(table, widths, kind, row, _KEEP if together and (number < len(rows) or table.notes) else "")
        for number, (kind, row) in enumerate(rows, 1)
    )


def _body_row(table: Table, widths: list[int], kind: RowKind, row: tuple[TableCell, ...], keep: str) -> str:
    if kind is RowKind.HEADING:
        words = _text("Tabeltekst", row[0].text, properties=style("Emphasis"), keep=_KEEP)
        return _row(_cell(sum(widths), words, len(widths)))
    cells = ""
    for number, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
        if not cell.span:
            continue
        width = sum(widths[number : number + cell.span])
        cells += _body_cell(table, kind, column, cell, width, keep)
    return _row(cells)


def _body_cell(table: Table, kind: RowKind, column: Column, cell: TableCell, width: int, keep: str) -> str:
    strong = style("Strong") if kind in (RowKind.TOTAL, RowKind.GROUP) else ""
    first = column is table.columns[0]
    words = divided(cell.text) if table.grid and (cell.words or first) else cell.text
    language = DANISH if cell.danish else ""
    inside = run(words, f"{style('Kode') if column.kind == 'code' else strong}{language}")
    inside += run(cell.mark, strong)
    for line in cell.lines:
        inside += line_break() + run(line, style("Graenser"))
    align = "center" if cell.words else "right" if column.numeric else ""
    indent = '<w:ind w:left="160"/>' if kind is RowKind.PART and first else ""
    after = indent + (f'<w:jc w:val="{align}"/>' if align else "")
    return _cell(width, paragraph("Tabeltekst", inside, keep, after), cell.span, _look(kind, cell))


def _look(kind: RowKind, cell: TableCell) -> str:
    borders = _TOTAL if kind is RowKind.TOTAL else ""
    if cell.tone:
        return f'{borders}<w:shd w:val="clear" w:color="auto" w:fill="{_TONES[cell.tone]}"/>'
    return borders + (_WASH if kind is RowKind.GROUP else "")

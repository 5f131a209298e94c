"""A table as a call of the Typst template."""

from __future__ import annotations

from collections.abc import Iterator

from sagsbarometer.reporting.document import Column, RowKind, Table, TableCell
from sagsbarometer.reporting.writers.columns import INSET, column_widths, fits
from sagsbarometer.reporting.writers.divide import divided
from sagsbarometer.reporting.writers.typst_text import array, boolean, content, string

_SHORT = 16  # rows of numbers that are kept on one page
_STYLES = {RowKind.TOTAL: "total-row", RowKind.GROUP: "group-row", RowKind.PART: "part-row"}


def is_short(table: Table) -> bool:
    """Whether it is kept on one page."""
    return bool(table.figure or table.grid) and len(table.rows) <= _SHORT


def table_typst(table: Table, number: int = 0) -> str:
    """The table with its notes and the marks `number`; its head is repeated on every page it runs over."""
    points = 7.5 if len(table.columns) > 5 else 8.0
    columns = array(f"{width}pt" for width in column_widths(table, points))
    align = array("right + top" if column.numeric else "left + top" for column in table.columns)
    rows = ",\n".join(_row(table, kind, row) for kind, row in table.kinded)
    together = f"not way({number}).breaks" if is_short(table) else "false"
    remarks = array(content(note) for note in table.notes)
    anchor = (
        f"anchor: label({string(table.anchor)}), " if (table.grid or table.given) and table.anchor else ""
    )
    return (
        f"#grid-table(caption: {content(table.caption)}, columns: {columns}, align: {align}, size: {points}pt, "
        f"divide: {boolean(not fits(table, points))}, inset: {INSET}pt, heads: {2 if table.heads else 1}, {anchor}"
        f"together: {together}, of: {number}, later: way({number}).later, "
        f"head: {array(_head(table))}, remarks: {remarks},\n{rows})"
    )


def _head(table: Table) -> Iterator[str]:
    """The cells of the head: one row, or two where columns stand under common heads."""
    heads = table.heads
    if not heads:
        yield from (_label(table, column) for column in table.columns)
        return
    under: list[str] = []
    index = 0
    for words, span in heads:
        columns = table.columns[index : index + span]
        index += span
        if words:
            yield f"spanning({span}, {content(words)})"
            under += [_label(table, column) for column in columns]
        else:
            yield from (f"table.cell(rowspan: 2, {_label(table, column)})" for column in columns)
    yield from under


def _label(table: Table, column: Column) -> str:
    return content(divided(column.label) if table.grid else column.label)


def _row(table: Table, kind: RowKind, row: tuple[TableCell, ...]) -> str:
    if kind is RowKind.HEADING:
        return f"table.cell(colspan: {len(table.columns)}, heading-row({content(row[0].text)}))"
    style = _STYLES.get(kind, "")
    shown = [(column, cell) for column, cell in zip(table.columns, row, strict=True) if cell.span]
    cells = [
        _styled(style, _cell(table, column, cell), first=not number)
        for number, (column, cell) in enumerate(shown)
    ]
    return ", ".join(_placed(cell, words) for (_, cell), words in zip(shown, cells, strict=True))


def _styled(style: str, words: str, first: bool) -> str:
    return f"{style}({words}, first: {boolean(first)})" if style else words


def _placed(cell: TableCell, words: str) -> str:
    if not cell.words:
        return words
    return f"table.cell(colspan: {cell.span}, align: center + top, {words})"


def _cell(table: Table, column: Column, cell: TableCell) -> str:
    if column.kind == "code":
        # A name or an operator is never broken.
        return f"[{' '.join(f'#box(code({string(word)}))' for word in cell.text.split(' '))}]"
    words = divided(cell.text) if table.grid and cell.words else cell.text
    if cell.mark or cell.lines:
        sign = f"#sign({string(cell.mark)})" if cell.mark else ""
        under = "".join(f"#under({string(line)})" for line in cell.lines)
        return f"[{content(words)[1:-1]}{sign}{under}]"
    return f"text(lang: {string('da')}, {content(words)})" if cell.danish else content(words)

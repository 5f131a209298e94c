"""A table as HTML: heads that say what they head, rows that say what they are, and a frame that scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from sagsbarometer.reporting.document import Column, RowKind, Table, TableCell
from sagsbarometer.reporting.writers.divide import divided
from sagsbarometer.reporting.writers.html_cards import Controls, control_cells

_LONG = 40  # rows: then the head stays in sight while the rest scrolls under it

_WIDE = 7  # columns: then it may reach into the margin of a wide screen


def table_html(table: Table, anchor: str = "", controls: Controls | None = None) -> str:
    """The table in a region that the keyboard reaches and can scroll, with its notes and files under it. With
    `controls` its numbers open their cards."""
    id = anchor or table.anchor
    here = controls.here(id, table.caption) if controls and id else ""
    name = f"{id}-navn" if here else id
    notes = "".join(f"<p>{escape(note)}</p>\n" for note in table.notes)
    return (
        f'<div class="{_classes(table)}" role="region" aria-labelledby="{name}" tabindex="0">\n<table>\n'
        f'<caption id="{id}"><span{_id(name, here)}>{escape(table.caption)}</span>{here}</caption>\n'
        f"<thead>{_head(table)}</thead>\n{''.join(_bodies(table, controls))}</table>\n</div>\n"
        + (f'<div class="notes">\n{notes}</div>\n' if notes else "")
        + (f'<p class="files">{_files(table)}</p>\n' if table.files else "")
    )


def _id(name: str, here: str) -> str:
    """The words alone name the table where a link stands beside them."""
    return f' id="{name}"' if here else ""


def _classes(table: Table) -> str:
    told = ["table"]
    if table.grid:
        told.append("grid")
        told += ["long"] if len(table.rows) > _LONG else []
        told += ["broad"] if len(table.columns) > _WIDE else []
    return " ".join(told)


def _files(table: Table) -> str:
    caption = escape(table.caption)
    return " ".join(
        f'<a href="{escape(name)}" download>{escape(words)}<span class="unseen">: {caption}</span></a>'
        for words, name in table.files
    )


def _head(table: Table) -> str:
    """One row, or two where columns stand under common heads."""
    heads = table.heads
    if not heads:
        return f"<tr>{''.join(_column(table, column) for column in table.columns)}</tr>"
    first, second, index = "", "", 0
    for words, span in heads:
        columns = table.columns[index : index + span]
        index += span
        if words:
            first += f'<th scope="colgroup" colspan="{span}" class="head">{escape(words)}</th>'
            second += "".join(_column(table, column) for column in columns)
        else:
            first += "".join(_column(table, column, ' rowspan="2"') for column in columns)
    return f"<tr>{first}</tr><tr>{second}</tr>"


def _column(table: Table, column: Column, span: str = "") -> str:
    words = _narrow(column.label) if table.grid else escape(column.label)
    return f'<th scope="col"{span}{_class(table, column)}>{words}</th>'


def _narrow(text: str) -> str:
    """Words that may be divided where their parts meet, and after a stroke."""
    return escape(divided(text)).replace("/", "/<wbr>")


def _class(table: Table, column: Column, tone: int = 0) -> str:
    """What a cell is by its column: a number; the first under a common head. And how strongly it is tinted."""
    at = table.columns.index(column)
    starts = bool(column.group) and table.columns[at - 1].group != column.group
    told = ["figures"] if column.numeric else []
    told += ["start"] if starts else []
    told += [f"tone-{tone}"] if tone else []
    return f' class="{" ".join(told)}"' if told else ""


def _bodies(table: Table, controls: Controls | None) -> Iterator[str]:
    """The rows; a heading begins a body of its own, so that it heads the rows under it alone."""
    body = ""
    for kind, row in table.kinded:
        if kind is RowKind.HEADING and body:
            yield f"<tbody>\n{body}</tbody>\n"
            body = ""
        body += _heading(table, row) if kind is RowKind.HEADING else _row(table, kind, row, controls)
    yield f"<tbody>\n{body}</tbody>\n"


def _heading(table: Table, row: tuple[TableCell, ...]) -> str:
    words = f'<th scope="rowgroup" colspan="{len(table.columns)}">{escape(row[0].text)}</th>'
    return f'<tr class="heading">{words}</tr>\n'


def _row(table: Table, kind: RowKind, row: tuple[TableCell, ...], controls: Controls | None) -> str:
    words = _narrow(row[0].text) if table.grid else escape(row[0].text)
    first = f'<th scope="row">{words}</th>'
    first_of = control_cells(row)
    rest = "".join(
        _cell(table, column, cell, _opener(table, cell, controls, place in first_of))
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True))
        if place and cell.span
    )
    opening = f'<tr class="{kind}">' if kind else "<tr>"
    return f"{opening}{first}{rest}</tr>\n"


def _opener(table: Table, cell: TableCell, controls: Controls | None, first: bool) -> Callable[[str], str]:
    """Makes the words of a number the control that opens its card; leaves others as they are."""
    if controls is None or not cell.ref:
        return lambda words: words
    return lambda words: controls.cell(table, cell, words, first)


def _cell(table: Table, column: Column, cell: TableCell, opened: Callable[[str], str]) -> str:
    if table.grid and cell.words:
        span = f' colspan="{cell.span}"' if cell.span > 1 else ""
        return f'<td class="words"{span}>{opened(_narrow(cell.text))}</td>'
    mark = f'<span class="sign">{escape(cell.mark)}</span>' if cell.mark else ""
    under = f'<span class="under">{escape(cell.under)}</span>' if cell.under else ""
    text = f"<code>{escape(cell.text)}</code>" if column.kind == "code" else escape(cell.text)
    return f"<td{_class(table, column, cell.tone)}>{opened(text)}{mark}{under}</td>"

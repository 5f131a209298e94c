"""A table as HTML: heads that say what they head, rows that say what they are, and a frame that scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from sagsbarometer.reporting.document import Column, RowKind, Table, TableCell
from sagsbarometer.reporting.numbers import DASH
from sagsbarometer.reporting.writers.divide import divided
from sagsbarometer.reporting.writers.html_cards import Controls, control_cells
from sagsbarometer.reporting.writers.html_words import kept

_LONG = 40  # rows: then the head stays in sight while the rest scrolls under it

_WIDE = 7  # columns: then it may reach into the margin of a wide screen

_SHORT = 14  # letters: then what the rows are needs no more room than it takes


def table_html(table: Table, anchor: str = "", controls: Controls | None = None) -> str:
    """The table in a region that the keyboard reaches and can scroll, with its notes and files under it. With
    `controls` its numbers open their cards. `anchor`: of a table that is part of a figure, and no landmark of its
    own."""
    id = anchor or table.anchor
    here = controls.here(id, table.caption) if controls and id else ""
    name = f"{id}-navn" if here else id
    label = f'aria-labelledby="{name}"' if name else f'aria-label="{kept(table.caption)}"'
    notes = "".join(f"<p>{kept(note)}</p>\n" for note in table.notes)
    role = "group" if anchor else "region"
    return (
        f'<div class="{_classes(table)}" role="{role}" {label} tabindex="0">\n<table>\n'
        f"<caption{_id(id, id)}><span{_id(name, here)}>{kept(table.caption)}</span>{here}</caption>\n"
        f"<thead>{_head(table)}</thead>\n{''.join(_bodies(table, controls))}</table>\n</div>\n"
        + (f'<div class="notes">\n{notes}</div>\n' if notes else "")
        + (f'<p class="files">{_files(table)}</p>\n' if table.files else "")
    )


def _id(name: str, here: str) -> str:
    """An id where there is use for one: the words alone name the table where a link stands beside them."""
    return f' id="{name}"' if here else ""


def _classes(table: Table) -> str:
    told = ["table"]
    if table.grid:
        told.append("grid")
        told += ["long"] if len(table.rows) > _LONG else []
        told += ["broad"] if is_broad(table) else []
    if all(len(row[0].text) <= _SHORT for row in table.rows):
        told.append("short")
    return " ".join(told)


def is_broad(table: Table) -> bool:
    """Whether a table may reach into the margin of a wide screen."""
    return len(table.columns) > _WIDE


def _files(table: Table) -> str:
    caption = escape(table.caption)
    return " ".join(
        f'<a href="{escape(name)}" download>{kept(words)}<span class="unseen">: {caption}</span></a>'
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
            first += f'<th scope="colgroup" colspan="{span}" class="head">{kept(words)}</th>'
            second += "".join(_column(table, column) for column in columns)
        else:
            first += "".join(_column(table, column, ' rowspan="2"') for column in columns)
    return f"<tr>{first}</tr><tr>{second}</tr>"


def _column(table: Table, column: Column, span: str = "") -> str:
    told = _narrow(column.label) if table.grid else kept(column.label)
    if not told:  # over what the rows are, where that needs no word
        return f"<td{span}></td>"
    return f'<th scope="col"{span}{_class(table, column)}>{told}</th>'


def _narrow(text: str) -> str:
    """Words that may be divided where their parts meet, and after a stroke."""
    return kept(divided(text)).replace("/", "/<wbr>")


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
    head = f'<th scope="rowgroup" colspan="{len(table.columns)}">{kept(row[0].text)}</th>'
    return f'<tr class="heading">{head}</tr>\n'


def _row(table: Table, kind: RowKind, row: tuple[TableCell, ...], controls: Controls | None) -> str:
    told = _narrow(row[0].text) if table.grid else kept(row[0].text)
    first = f'<th scope="row"{_language(row[0])}>{told}</th>'
    first_of = control_cells(row)
    rest = "".join(
        _cell(
            table,
            column,
            cell,
            _opener(table, cell, controls, place in first_of),
            _earlier(table, cell, controls),
        )
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True))
        if place and cell.span
    )
    opening = f'<tr class="{kind}">' if kind else "<tr>"
    return f"{opening}{first}{rest}</tr>\n"


def _opener(table: Table, cell: TableCell, controls: Controls | None, first: bool) -> Callable[[str], str]:
    """Makes the words of a number the control that opens its card; leaves others as they are, and a dash beside it."""
    if controls is None or not cell.ref or (cell.text == DASH and not first):
        return lambda told: told
    return lambda told: controls.cell(table, cell, told, first)


def _earlier(table: Table, cell: TableCell, controls: Controls | None) -> str:
    """The number of the round before, which opens its own card, and the change since."""
    if cell.earlier is None:
        return ""
    number, change = cell.earlier.number, cell.earlier.change
    opened = _opener(table, number, controls, first=False)(escape(number.text))
    limits = f" ({number.under})" if number.under else ""
    then = (
        f'<span class="under">{escape(cell.earlier.lead)} {opened}{escape(f"{number.mark}{limits}")}</span>'
    )
    return then + (f'<span class="under">{escape(change.text)}</span>' if change.text else "")


def _cell(
    table: Table, column: Column, cell: TableCell, opened: Callable[[str], str], earlier: str = ""
) -> str:
    if table.grid and cell.words:
        span = f' colspan="{cell.span}"' if cell.span > 1 else ""
        return f'<td class="words"{span}>{opened(_narrow(cell.text))}{earlier}</td>'
    mark = f'<span class="sign">{escape(cell.mark)}</span>' if cell.mark else ""
    under = f'<span class="under">{escape(cell.under)}</span>' if cell.under else ""
    text = f"<code>{escape(cell.text)}</code>" if column.kind == "code" else kept(cell.text)
    return f"<td{_class(table, column, cell.tone)}{_language(cell)}>{opened(text)}{mark}{under}{earlier}</td>"


def _language(cell: TableCell) -> str:
    return ' lang="da"' if cell.danish else ""

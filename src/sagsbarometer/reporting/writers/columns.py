"""How wide the columns of a printed table are: wide enough for their longest word, else by weight."""

from __future__ import annotations

import re

from sagsbarometer.reporting.charts.fonts import text_width
from sagsbarometer.reporting.document import Column, Table, TableCell
from sagsbarometer.reporting.writers.divide import SOFT, divided

PAGE = 447.0  # points between the margins of the page
INSET = 3.5  # points on each side of a cell
_CODE = 0.82  # of the size
_CODE_LETTER = 0.603  # of that: every letter of the code typeface is as wide
_SPARE = 1.5  # points: our widths are near, not exact
_BREAKS = re.compile(rf"[ \n]+|(?<=[-/{SOFT}])")  # not at a no-break space


def column_widths(table: Table, size: float) -> tuple[float, ...]:
    """Widths in points that add up to the page. Where words are too long for that they follow the weights,
    and the long words must be divided."""
    needs = [_need(table, number, column, size) for number, column in enumerate(table.columns)]
    weights = [column.weight for column in table.columns]
    if sum(needs) > PAGE:
        return tuple(round(PAGE * weight / sum(weights), 2) for weight in weights)
    fixed: dict[int, float] = {}
    while True:
        left = PAGE - sum(fixed.values())
        free = [number for number in range(len(needs)) if number not in fixed]
        share = left / sum(weights[number] for number in free)
        short = [number for number in free if weights[number] * share < needs[number] - 0.01]
        if not short:
            return tuple(round(fixed.get(number, weights[number] * share), 2) for number in range(len(needs)))
        fixed |= {number: needs[number] for number in short}


def fits(table: Table, size: float) -> bool:
    """Whether every word of the table can stand whole."""
    return sum(_need(table, number, column, size) for number, column in enumerate(table.columns)) <= PAGE


def _need(table: Table, number: int, column: Column, size: float) -> float:
    head = divided(column.label) if table.grid else column.label
    heading = max(_word_width(word, size, bold=True) for word in _BREAKS.split(head))
    cells = [row[number] for row in table.rows if row[number].span == 1]
    body = max((_widest(table, cell, column, size) for cell in cells), default=0.0)
    return max(heading, body) + 2 * INSET + _SPARE


def _widest(table: Table, cell: TableCell, column: Column, size: float) -> float:
    if column.kind == "code":
        return max(len(word) for word in cell.text.split(" ")) * size * _CODE * _CODE_LETTER
    if column.numeric and not cell.words:
        return max(text_width(line, size, bold=bool(table.kinds)) for line in (cell.text, *cell.lines))
    return max(
        _word_width(word, size) for word in _BREAKS.split(divided(cell.text) if cell.words else cell.text)
    )


def _word_width(word: str, size: float, bold: bool = False) -> float:
    """The width of a word or a piece of one, with the hyphen it gets where it is divided."""
    return text_width(word.replace(SOFT, "-"), size, bold)

"""How wide the columns of a printed table are: wide enough for their longest word, else by weight."""

from __future__ import annotations

import re

from sagsbarometer.reporting.document import Column, Table
from sagsbarometer.reporting.fonts import text_width

PAGE = 447.0  # points between the margins of the page
INSET = 3.5  # points on each side of a cell
_CODE = 0.82  # of the size
_CODE_LETTER = 0.603  # of that: every letter of the code typeface is as wide
_SPARE = 1.5  # points: our widths are near, not exact
_BREAKS = re.compile(r"[ \n]+|(?<=[-/])")  # not at a no-break space


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
    heading = max(text_width(word, size, bold=True) for word in _BREAKS.split(column.label))
    body = max((_widest(row[number].text, column, size) for row in table.rows), default=0.0)
    return max(heading, body) + 2 * INSET + _SPARE


def _widest(text: str, column: Column, size: float) -> float:
    if column.kind == "code":
        return max(len(word) for word in text.split(" ")) * size * _CODE * _CODE_LETTER
    if column.numeric:
        return text_width(text, size)
    return max(text_width(word, size) for word in _BREAKS.split(text))

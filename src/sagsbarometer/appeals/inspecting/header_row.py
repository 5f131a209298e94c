"""Where an extract's column names stand, and whether it ends with a sum: reports put titles above and totals below."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sagsbarometer.appeals.inspecting.cells import look

MOST_ROWS = 30  # of the top of a file
_SUM = re.compile(
    r"(i alt|ialt|total(t|er|e|s)?|grand total|sum|summe|gesamt(summe)?|insgesamt|suma|summa|razem|totaal|"
    r"total general|total général|σύνολο)\s*:?",
    re.IGNORECASE,
)


def header_row(records: Sequence[tuple[int, Sequence[str]]]) -> int:
    """The number of the row with the column names, of the first rows of a file with their numbers; 0 where it is the
    first that is written in, or cannot be told.
    """
    rows = [(number, _without_end(cells)) for number, cells in records]
    rows = [(number, cells) for number, cells in rows if cells]
    for place, (number, cells) in enumerate(rows[:-1]):
        width = max(len(below) for _, below in rows[place + 1 :])
        if len(cells) >= width > 1 and all(cell and look(cell).kind == "text" for cell in cells):
            # A row of names is told from one of cells by what stands below: numbers and dates are no names.
            typed = any(look(cell).kind != "text" for _, below in rows[place + 1 :] for cell in below if cell)
            return number if place and len(rows[0][1]) < width and typed else 0
    return 0


def _without_end(cells: Sequence[str]) -> list[str]:
    left = [cell.strip() for cell in cells]
    while left and not left[-1]:
        left.pop()
    return left


def sum_word(row: Sequence[str], id: int | None, rows: int) -> str:
    """The word by which the last row of a file looks like a sum of the others, "" where it does not. `id` is the column
    of the case's number: a case has one that is neither such a word nor the number of rows.
    """
    word = next((cell for cell in row if _SUM.fullmatch(cell)), "")
    case = row[id] if id is not None and id < len(row) else ""
    return word if word and (not case or case == word or case in (str(rows), str(rows - 1))) else ""

"""A table laid out: spans filled, heads told from figures, and each figure with its unit and its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sagsbarometer.checking.paper import MAX_SPAN, MAX_TABLE_CELLS, Budget, RawTable, flat
from sagsbarometer.checking.paper_numbers import (
    COUNT,
    PERCENT,
    Printed,
    cell_number,
    is_blank,
    is_dash,
    is_hidden,
    is_year,
    unit_named,
)

TOTAL = re.compile(
    r"(?:.*\b)?(?:i alt|ialt|total|totalt|hovedtotal|sum|samlet|hele perioden|alle (?:sager|kommuner|år|lovområder)|"
    r"hele landet|all cases|whole period|overall)\b.*|alle|all",
    re.IGNORECASE,
)
# Lines that are made of others and add up to nothing.
DERIVED = re.compile(
    r"gennemsnit|median|ændring(?! *[/o])|udvikling|forskel|stigning|fald\b|difference|change|average|mean\b|indeks|"
    r"heraf|of which|interval|mindst|størst|minimum|maksimum|kvartil|percentil|rang|\brank",
    re.IGNORECASE,
)
# Heads of what is counted, also where the table's caption speaks of shares or weeks.
_COUNTING = re.compile(
    r"\b(?:antal|base|grundlag|kendte?|ukendte?|sager|afgørelser|klager|number|cases|known|unknown)\b|"
    r"(?:modtage[tn]|afgjort|omgjort|stadfæst\w*|hjemvis\w*|afvist|bortfaldet|\w*behandlede?t?)(?: i alt)?$",
    re.IGNORECASE,
)
_MOST_HEADS = 6
_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a table: its row and column from 1 as printed, and what they are called."""

    number: Printed
    unit: str
    table: int
    row: int
    column: int
    row_name: str
    column_name: str

    @property
    def key(self) -> tuple[int, int, int]:
        """Which cell of the report it is."""
        return self.table, self.row, self.column


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a column of figures with one unit. `at`: the figure, None where there is none; `hidden`: withheld;
    `dashes`: where a line stands for it."""

    name: str
    unit: str
    at: tuple[Figure | None, ...]
    hidden: frozenset[int]
    dashes: frozenset[int] = frozenset()

    @property
    def counts(self) -> bool:
        """Whether it counts whole things."""
        return self.unit in (COUNT, "municipalities") and all(
            f is None or (f.number.decimals == 0 and f.number.exact >= 0) for f in self.at
        )


@dataclass(frozen=True, slots=True)
class Laid:
    """A table with its figures. `groups`: per row, the heading row it stands under."""

    number: int  # the table's in the report, from 1
    caption: str
    place: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    groups: tuple[str, ...]
    figures: tuple[tuple[Figure | None, ...], ...]
    hidden: frozenset[tuple[int, int]]
    dashes: frozenset[tuple[int, int]] = frozenset()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """»Tabel 4.3«, else which of the report's tables it is."""
        found = re.match(
            r"\s*((?:tabel|figur|table|figure|bilagstabel)\s+[\w.]*\d)", self.caption, re.IGNORECASE
        )
        return found.group(1) if found else f"tabel nr. {self.number}"

    @property
    def all(self) -> tuple[Figure, ...]:
        """Every figure, row by row."""
        return tuple(figure for row in self.figures for figure in row if figure is not None)

    def lines(self, across: bool) -> tuple[tuple[Line, ...], tuple[str, ...], tuple[str, ...]]:
        """The columns as lines of figures down the rows, or with `across` the rows along the columns; the names of
        what they run through, and the headings these stand under."""
        grid = list(zip(*self.figures, strict=True)) if not across else list(self.figures)
        names, others = (self.columns, self.rows) if not across else (self.rows, self.columns)
        found = []
        for index, cells in enumerate(grid):
            units = {figure.unit for figure in cells if figure is not None}
            if len(units) != 1:
                continue
            hidden, dashes = (
                frozenset(
                    at for at in range(len(cells)) if ((at, index) if not across else (index, at)) in places
                )
                for places in (self.hidden, self.dashes)
            )
            found.append(Line(names[index], units.pop(), tuple(cells), hidden, dashes))
        return tuple(found), others, self.groups if not across else ("",) * len(others)


def lay_out(raw: RawTable, number: int, language: str, budget: Budget) -> tuple[Laid, ...]:
    """The table with its spans filled, or the tables where several stand side by side in one; none where it has no
    figures (a box, a table for the layout of a page).

    Raises Faults CHECK-204 where spans ask for more cells than a report has.
    """
    slots, heads = _dense(raw, budget)
    if not slots or not slots[0]:
        return ()
    top = _head_rows(slots, heads, raw.heads, language)
    cuts = [0, *_beside(slots, top, language), len(slots[0])]
    corners = {_joined(row[first] for row in slots[:top]) for first in cuts[:-1]}
    found = []
    for first, after in pairwise(cuts):
        part = [row[first:after] for row in slots], [row[first:after] for row in heads]
        corner = _joined(row[first] for row in slots[:top]) if len(corners) > 1 else ""
        found.append(_laid(raw, *part, top, (number, first, corner), language))
    return tuple(table for table in found if table is not None)


def _laid(
    raw: RawTable,
    slots: list[list[str]],
    heads: list[list[bool]],
    top: int,
    which: tuple[int, int, str],
    language: str,
) -> Laid | None:
    """One table; `which`: its number, the columns before it, and what heads it among those beside it."""
    number, before, corner = which
    left = _head_columns(slots[top:], heads[top:], language)
    columns = tuple(_joined((corner, *(row[at] for row in slots[:top]))) for at in range(left, len(slots[0])))
    rows: list[str] = []
    groups: list[str] = []
    figures: list[tuple[Figure | None, ...]] = []
    hidden: set[tuple[int, int]] = set()
    dashes: set[tuple[int, int]] = set()
    group = ""
    for at, row in enumerate(slots[top:], top + 1):
        name = _joined(row[:left])
        if _is_heading(row, left, language):
            group = _joined(row)
            continue
        hidden |= {(len(rows), index) for index, text in enumerate(row[left:]) if is_hidden(text)}
        dashes |= {(len(rows), index) for index, text in enumerate(row[left:]) if is_dash(text)}
        figures.append(_figures(row, left, (number, at, before), (name, columns), raw.caption, language))
        rows.append(name)
        groups.append(group)
    if not any(figure for row in figures for figure in row):
        return None
    settled = tuple(_settled(figures, raw.caption))
    return Laid(
        number,
        raw.caption,
        raw.place,
        columns,
        tuple(rows),
        tuple(groups),
        settled,
        frozenset(hidden),
        frozenset(dashes),
    )


def _beside(slots: list[list[str]], top: int, language: str) -> list[int]:
    """Where another table begins to the right: a column of names with figures on both sides, which stands after an
    empty column or says the same names again."""
    width, body = len(slots[0]), slots[top:]

    def figures(first: int, after: int) -> bool:
        return any(cell_number(text, language) for row in body for text in row[first:after])

    cuts: list[int] = []
    for at in range(2, width - 1):
        names = [row[at] for row in body if row[at]]
        since = cuts[-1] if cuts else 0
        apart = not any(row[at - 1] for row in slots)
        again = [row[at] for row in body] == [row[since] for row in body]
        worded = all(_names(text, 1, language) for text in names)
        same_head = [row[at] for row in slots[:top]] == [row[since] for row in slots[:top]]
        if len(names) < 2 or not (apart or again) or not (worded or (apart and same_head and top)):
            continue
        if figures(since + 1, at) and figures(at + 1, width):
            cuts.append(at)
    return cuts


def _dense(raw: RawTable, budget: Budget) -> tuple[list[list[str]], list[list[bool]]]:
    """Texts and whether they are heads, one per place. A figure over several places stands in the first of them."""
    taken: dict[tuple[int, int], tuple[str, bool]] = {}
    width = 0
    for y, row in enumerate(raw.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            across = min(max(cell.across, 1), MAX_SPAN)
            down = min(max(cell.down, 1), len(raw.rows) - y)
            budget.cell(across, down)
            if len(taken) + across * down > MAX_TABLE_CELLS:
                raise budget.refused(f"en tabel har over {MAX_TABLE_CELLS} celler")
            text = flat(cell.text)
            for below in range(down):
                for beside in range(across):
                    once = (below or beside) and not cell.head and cell_number(text, "da") is not None and y
                    taken.setdefault((y + below, x + beside), ("" if once else text, cell.head))
            x += across
            width = max(width, x)
    if width * len(raw.rows) > MAX_TABLE_CELLS:
        raise budget.refused(f"en tabel har over {MAX_TABLE_CELLS} celler")
    empty = ("", False)
    dense = [[taken.get((y, x), empty) for x in range(width)] for y in range(len(raw.rows))]
    return [[text for text, _ in row] for row in dense], [[head for _, head in row] for row in dense]


def _head_rows(slots: list[list[str]], heads: list[list[bool]], declared: int, language: str) -> int:
    """How many rows from the top are heads: those that say so, else those without figures, or with years alone."""
    most = min(len(slots) - 1, _MOST_HEADS)
    if declared:
        top = min(declared, most)
    else:
        top = 0
        while top < most and all(head or not text for text, head in zip(slots[top], heads[top], strict=True)):
            if top and _is_heading(slots[top], 1, language):
                break
            top += 1
    while top < most and _wordy(slots[top], language) and not (top and _is_heading(slots[top], 1, language)):
        top += 1
    return top


def _wordy(row: Sequence[str], language: str) -> bool:
    """A row that could be heads: something beyond the first column, and nothing there that counts."""
    rest = [text for text in row[1:] if not is_blank(text)]
    return (
        bool(rest)
        and all(is_year(text) or cell_number(text, language) is None for text in rest)
        and not any(is_hidden(text) for text in rest)
    )


def _head_columns(rows: list[list[str]], heads: list[list[bool]], language: str) -> int:
    """How many columns from the left name the rows: words, or years, in nearly all of them."""
    width = len(rows[0]) if rows else 0
    left = 0
    while left < min(width - 1, 4):
        texts = [row[left] for row in rows if row[left]]
        named = [head[left] for row, head in zip(rows, heads, strict=True) if row[left]]
        worded = [t for t in texts if is_year(t) or _names(t, left, language)]
        if left and not all(named) and not (texts and len(worded) == len(texts)):
            break
        if left and any(is_hidden(text) for text in texts):
            break
        if left == 0 and texts and len(worded) < len(texts) / 2 and not all(named):
            break
        left += 1
        if left == 1 and not any(cell_number(t, language) for row in rows for t in row[1:]):
            break
    return left


def _names(text: str, left: int, language: str) -> bool:
    """Words, and no number with something after it (»220 højst 221«), which only a first column has."""
    return cell_number(text, language) is None and not is_blank(text) and (not left or not text[0].isdigit())


def _is_heading(row: Sequence[str], left: int, language: str) -> bool:
    """A row that heads those under it: the same words across, or words first and nothing after."""
    filled = {text for text in row if text}
    if len(filled) != 1 or len(row) < 2:
        return False
    only = filled.pop()
    return cell_number(only, language) is None and not is_blank(only) and (row[0] == only)


def _figures(
    row: list[str],
    left: int,
    at: tuple[int, int, int],
    named: tuple[str, tuple[str, ...]],
    caption: str,
    language: str,
) -> tuple[Figure | None, ...]:
    name, columns = named
    found: list[Figure | None] = []
    for index, text in enumerate(row[left:]):
        number = cell_number(text, language)
        if number is None:
            found.append(None)
            continue
        unit = (
            number.unit
            or _unit(name, columns[index], caption)
            or (COUNT if number.decimals == 0 else "other")
        )
        found.append(Figure(number, unit, at[0], at[1], at[2] + left + index + 1, name, columns[index]))
    return tuple(found)


def _unit(row: str, column: str, caption: str) -> str:
    """What a figure is in, by the head nearest to it that says so; "" where none does."""
    for label in (column, row):
        if unit := unit_named(label):
            return unit
        if _COUNTING.search(label):
            return COUNT
    unit = unit_named(caption)
    return "" if unit == "municipalities" or re.search(r"antal|number of", caption, re.IGNORECASE) else unit


def _settled(figures: list[tuple[Figure | None, ...]], caption: str) -> list[tuple[Figure | None, ...]]:
    """A column that only the caption calls percentages, and that goes beyond a hundred, counts."""
    if unit_named(caption) != PERCENT:
        return figures
    large = {
        at
        for row in figures
        for at, figure in enumerate(row)
        if figure
        and figure.number.exact > 100
        and not figure.number.unit
        and not unit_named(figure.column_name)
    }
    return [
        tuple(
            replace(figure, unit=COUNT) if figure and at in large and figure.unit == PERCENT else figure
            for at, figure in enumerate(row)
        )
        for row in figures
    ]


def _joined(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(text for text in texts if text))[:_LONGEST_NAME]


def with_words(table: Laid, notes: Sequence[str], sources: Sequence[str]) -> Laid:
    """The table with the lines that stand under it."""
    return replace(table, notes=tuple(notes), sources=tuple(sources))

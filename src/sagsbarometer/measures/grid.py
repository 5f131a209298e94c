"""A statistical table as a definition: which cell is printed where, and how."""

from __future__ import annotations

from dataclasses import dataclass

from sagsbarometer.measures.measure import Break, Text


@dataclass(frozen=True, slots=True)
class Place:
    """What one place of a table prints: a cell in a format, or the largest of several.

    `refs` are texts as `measures.cells.ref` makes them. With `top`, the cell with the most cases is shown, by
    `label` its row's words (all of them where several have as many) and else by its number.
    """

    refs: tuple[str, ...]
    format: str  # count, percent or label
    top: bool = False


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column. `group` is the head that spans it and its neighbours of the same group, e.g. a year."""

    id: str
    label: Text
    group: Text


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row. `level` 0 is a total, 1 a group, 2 a part of the group above; None in a place prints a dash."""

    id: str
    label: Text
    level: int
    places: tuple[Place | None, ...]
    is_heading: bool = False  # a line of words between rows: »Heraf«
    breaks: tuple[Break, ...] = ()  # days on which the cases of the row began to be counted in another way


@dataclass(frozen=True, slots=True)
class Grid:
    """One published table. `labels` gives the words of a group (`keyword=reasons`), for places that print a label."""

    id: str
    number: str  # »4.2«, "" where it has none
    title: Text
    note: Text
    stub: Text  # the head of the first column
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]
    labels: dict[str, Text]

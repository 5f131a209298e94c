"""The tables as a workbook: a sheet for each table and figure, the definitions, and every cell of the results."""

from __future__ import annotations

import functools
import io
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sagsbarometer.measures.cells import COLUMNS, TAKEN, WITHHELD, Cell
from sagsbarometer.reporting.charts.figure import FigureContent
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Column, RowKind, Table, TableCell
from sagsbarometer.reporting.numbers import DASH
from sagsbarometer.reporting.tables.lists import definition_tables
from sagsbarometer.reporting.words import say

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_ACCENT, _MUTED = "#0F4C66", "#4D5C66"
_WIDEST = 60  # characters of a column
_NARROWEST = 11
_LINE = 110  # characters of a note
_HEAD_LINE = 15.0  # points
_HEAD: Mapping[str, Any] = {"bold": True, "text_wrap": True, "valign": "bottom"}
_NUMBERS = (int, Decimal)
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
"""Characters that a sheet's name cannot have."""


def write_xlsx(edition: Edition, figures: Sequence[FigureContent], grids: Sequence[Table] = ()) -> bytes:
    """The workbook; the same bytes for the same input. Every text is written as text, never as a formula."""
    out = io.BytesIO()
    book = _opened(out, edition)
    writer = _Book(book, edition)
    numbers = [grid.number for grid in edition.grids]
    a_table, a_figure = (say(edition.language, f"book.{kind}") for kind in ("table", "figure"))
    wanted = [
        *(_name(a_table, number, table.caption) for number, table in zip(numbers, grids, strict=True)),
        *(_name(a_figure, figure.figure.number, figure.caption) for figure in figures),
    ]
    names = _unlike(wanted)
    writer.read_me(
        [
            *zip(names, [table.caption for table in grids] + [item.caption for item in figures], strict=True),
            (writer.say("definitions"), writer.say("definitions_are")),
            (writer.say("cells"), writer.say("cells_are")),
        ]
    )
    for name, table in zip(names, grids, strict=False):
        writer.grid(name, table)
    for name, figure in zip(names[len(grids) :], figures, strict=True):
        writer.figure(name, figure)
    writer.definitions()
    writer.cells()
    book.close()
    return out.getvalue()


def write_tables(edition: Edition, tables: Sequence[tuple[str, Table]]) -> bytes:
    """A workbook of tables alone: what each sheet should be called, and its table."""
    out = io.BytesIO()
    book = _opened(out, edition)
    writer = _Book(book, edition)
    a_table = say(edition.language, "book.table")
    names = _unlike([_NOT_IN_A_NAME.sub("", wanted).strip()[:28] or a_table for wanted, _ in tables])
    writer.read_me([(name, table.caption) for name, (_, table) in zip(names, tables, strict=True)])
    for name, (_, table) in zip(names, tables, strict=True):
        writer.grid(name, table)
    book.close()
    return out.getvalue()


def _opened(out: io.BytesIO, edition: Edition) -> Workbook:
    """A new workbook, dated by its data: a clock would make other bytes each time."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    day = date.fromisoformat(edition.data_date) if edition.data_date else date(1970, 1, 1)
    book.set_properties(
        {
            "title": edition.title,
            "subject": edition.subtitle,
            "comments": edition.mark,
            "created": datetime.combine(day, time()),
        }
    )
    return book


def _name(kind: str, number: str, caption: str) -> str:
    """The name of a sheet: `Figur 2`, or what fits of the title."""
    wanted = f"{kind} {number}" if number else caption
    return _NOT_IN_A_NAME.sub("", wanted).strip()[:28] or kind


def _unlike(wanted: Sequence[str]) -> list[str]:
    """The names with a number after those that are taken."""
    names: list[str] = []
    for stem in wanted:
        name, copy = stem, 1
        while name.lower() in (taken.lower() for taken in names):
            copy += 1
            name = f"{stem} {copy}"
        names.append(name)
    return names


class _Book:
    """Sheets that all begin alike: title, mark, notes, then a table."""

    def __init__(self, book: Workbook, edition: Edition) -> None:
        self._book = book
        self._edition = edition
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._looks: dict[tuple[RowKind, bool, str, str | bool], Any] = {}
        self._tables = 0

    def say(self, key: str) -> str:
        """A text of the workbook in the language of the edition."""
        return say(self._edition.language, f"book.{key}")

    def read_me(self, listed: Sequence[tuple[str, str]]) -> None:
        """What the workbook is, how to read it and what is where. `listed`: the sheets with what they hold."""
        sheet = self._book.add_worksheet(self.say("read_me"))
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 96)
        edition = self._edition
        rows = [
            (self.say("status"), edition.standing.told(edition.language)),
            (self.say("origin"), edition.origin_label or say(edition.language, "origin.real_cases")),
            (self.say("data_date"), edition.data_day or self.say("not_stated")),
            (self.say("source"), edition.publisher),
            (self.say("selection"), " ".join(filter(None, (edition.selection, edition.lacking)))),
            (self.say("program"), f"sagsbarometer {edition.version}"),
            *_reading(edition),
            *(
                [(WITHHELD, say(edition.language, "number.withheld_note"))]
                if any(cell.hidden for cell in edition.results)
                else []
            ),
        ]
        row = self._head(sheet, edition.title, [edition.subtitle] if edition.subtitle else [])
        for label, text in rows:
            sheet.write_string(row, 0, label, self._format(bold=True, valign="top"))
            sheet.write_string(row, 1, text, self._format(text_wrap=True, valign="top"))
            row += 1
        row += 1
        sheet.write_string(row, 0, self.say("sheet"), self._format(bold=True, bottom=2, bottom_color=_ACCENT))
        sheet.write_string(row, 1, self.say("holds"), self._format(bold=True, bottom=2, bottom_color=_ACCENT))
        for name, words in listed:
            row += 1
            sheet.write_string(row, 0, name, self._format(valign="top"))
            sheet.write_string(row, 1, words, self._format(text_wrap=True, valign="top"))
        self._page(sheet)

    def grid(self, name: str, table: Table) -> None:
        """One statistical table, and under it its notes."""
        sheet = self._book.add_worksheet(name)
        row = self._table(sheet, self._head(sheet, table.caption, []), table)
        self._notes(sheet, row + 1, table.notes)
        self._page(sheet)

    def figure(self, name: str, figure: FigureContent) -> None:
        """The numbers of one figure, and under them its notes."""
        sheet = self._book.add_worksheet(name)
        row = self._table(sheet, self._head(sheet, figure.caption, []), figure.table)
        self._notes(sheet, row + 1, [*figure.notes, *figure.table.notes, figure.source])
        self._page(sheet)

    def definitions(self) -> None:
        """Every measure with its base and its rule."""
        title = self.say("definitions")
        sheet = self._book.add_worksheet(title)
        row = self._head(sheet, title, [self.say("rules_layout" if self._edition.complete else "rules_form")])
        tables = definition_tables(self._edition)
        if tables:
            columns = (Column(self.say("belongs"), weight=1.6), *tables[0].columns)
            rows = tuple((TableCell(table.caption), *line) for table in tables for line in table.rows)
            self._table(sheet, row, Table(title, columns, rows))
        self._page(sheet)

    def cells(self) -> None:
        """Every cell of the results as in the file `cells.csv`."""
        title = self.say("cells")
        sheet = self._book.add_worksheet(title)
        row = self._head(sheet, title, [self.say("cells_note")])
        rows = tuple(
            tuple(_plain_cell(self._edition, cell, name) for name in COLUMNS)
            for cell in self._edition.results
        )
        self._table(sheet, row, Table(title, tuple(Column(name) for name in COLUMNS), rows))
        self._page(sheet)

    def _head(self, sheet: Worksheet, title: str, notes: Sequence[str]) -> int:
        """Title, mark and notes; returns the row the rest begins on."""
        sheet.write_string(0, 0, title, self._format(bold=True, font_size=15, font_color=_ACCENT))
        row = 1
        if self._edition.mark:
            sheet.write_string(row, 0, self._edition.mark, self._format(bold=True))
            row += 1
        return self._notes(sheet, row, notes) + 1

    def _notes(self, sheet: Worksheet, row: int, notes: Sequence[str]) -> int:
        """Notes from a row on; returns the row after them."""
        for note in notes:
            # Lines of their own rather than merged cells, which screen readers stumble over.
            for line in textwrap.wrap(note, _LINE):
                sheet.write_string(row, 0, line, self._format(font_color=_MUTED))
                row += 1
        return row

    def _table(self, sheet: Worksheet, top: int, table: Table) -> int:
        """The table with a header row that can be filtered and stays in sight; returns the row after it."""
        bounded = _bounded(table)
        compared = _compared(table)
        columns = list(_spread(table.columns, bounded, compared, self._edition.language))
        as_it_is = len(columns) == len(table.columns)  # no column takes two or more
        body = (
            table.rows
            if as_it_is
            else [tuple(_values(table.columns, row, bounded, compared)) for row in table.rows]
        )
        kinds = [kind for kind, _ in table.kinded]
        for line, (kind, row) in enumerate(zip(kinds, body, strict=True), top + 1):
            for place, cell in enumerate(row):
                self._write(sheet, line, place, cell, columns[place], kind)
        self._tables += 1
        last = top + max(len(body), 1)
        options = {
            "name": f"{self.say('table')}_{self._tables}",
            "columns": [
                {"header": column.label, "header_format": self._format(**_HEAD, **_side(column))}
                for column in columns
            ],
            "style": "Table Style Light 1",
            "title": table.caption,  # what a screen reader calls it
        }
        sheet.add_table(top, 0, last, len(columns) - 1, options)
        lines = 1
        for number, column in enumerate(columns):
            # A head is set on lines of whole words, with room for the sign of the filter: paper is narrow.
            texts = [*column.label.split(), *(row[number].text for row in body)]
            width = min(max(len(text) + 3 for text in (*texts, "")), _WIDEST)
            sheet.set_column(number, number, max(width, _NARROWEST))
            lines = max(lines, len(textwrap.wrap(column.label, max(width, _NARROWEST) - 3)))
        sheet.set_row(top, _HEAD_LINE * lines)
        sheet.freeze_panes(top + 1, 1)
        sheet.repeat_rows(top)
        return last + 1

    def _write(
        self, sheet: Worksheet, row: int, column: int, cell: TableCell, of: Column, kind: RowKind
    ) -> None:
        if isinstance(cell.value, _NUMBERS):
            look = self._look(kind, not column, "num_format", cell.format)
            sheet.write_number(row, column, float(cell.value), look)
        elif of.numeric and not cell.words:
            sheet.write_string(row, column, cell.text, self._look(kind, not column, "align", "right"))
        else:
            sheet.write_string(row, column, cell.text, self._look(kind, not column, "text_wrap", True))

    def _look(self, kind: RowKind, first: bool, name: str, value: str | bool) -> Any:
        """How a cell is set in a row of a kind, the first in it or another; a workbook has many of few kinds."""
        key = kind, first, name, value
        if key not in self._looks:
            style = {**_STYLES.get(kind, {}), "valign": "top"}
            style |= {"indent": style.get("indent", 0)} if first else {}
            self._looks[key] = self._format(**{name: value}, **style)
        return self._looks[key]

    def _format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(properties))
        return self._formats[key]

    def _page(self, sheet: Worksheet) -> None:
        """On paper: across, one page wide, with the mark on every page."""
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        mark = self._edition.mark.replace("&", "&&")
        sheet.set_header(f"&L&8{mark}")
        sheet.set_footer(f"&L&8&A&R&8{self.say('footer')}")


_STYLES: Mapping[RowKind, Mapping[str, Any]] = {
    RowKind.TOTAL: {"bold": True},
    RowKind.GROUP: {"bold": True},
    RowKind.PART: {"indent": 1},
    RowKind.HEADING: {"italic": True},
}


def _side(column: Column) -> Mapping[str, str]:
    """The head of a column of numbers stands over them."""
    return {"align": "right"} if column.numeric else {}


def _reading(edition: Edition) -> Iterator[tuple[str, str]]:
    """How to read the columns: each with what it holds."""
    for name in ("count", "base", "result", "interval", "unknown", "bounds"):
        if name != "interval" or not edition.complete:  # intervals are told of a sample only
            yield say(edition.language, f"table.{name}"), say(edition.language, f"book.{name}_is")
    if edition.complete:
        yield say(edition.language, "book.most"), say(edition.language, "book.most_is")
    yield DASH, say(edition.language, "book.dash_is")


def _bounded(table: Table) -> frozenset[int]:
    """The columns in which some count is the fewest it can be."""
    return frozenset(
        number
        for number, column in enumerate(table.columns)
        if column.kind == "count" and any(row[number].high is not None for row in table.rows)
    )


def _compared(table: Table) -> frozenset[int]:
    """The columns beside which the round before stands."""
    return frozenset(number for row in table.rows for number, cell in enumerate(row) if cell.earlier)


def _spread(
    columns: Sequence[Column], bounded: frozenset[int], compared: frozenset[int], language: str
) -> Iterator[Column]:
    """A range takes two columns, so that both ends are numbers, and so does a count that can be larger; the round
    before and the change take one each."""
    for number, column in enumerate(columns):
        if column.kind == "range":
            yield Column(say(language, "book.lower", label=column.label), "range")
            yield Column(say(language, "book.upper", label=column.label), "range")
            continue
        label = f"{column.group} {column.label}".strip()
        yield replace(column, label=label)
        if number in bounded:
            yield Column(f"{label}{say(language, 'table.most')}", "count")
        if number in compared:
            yield Column(say(language, "before.then", label=label), "value")
            yield Column(say(language, "before.change", label=label), "value")


def _values(
    columns: Sequence[Column], row: Sequence[TableCell], bounded: frozenset[int], compared: frozenset[int]
) -> Iterator[TableCell]:
    for number, (column, cell) in enumerate(zip(columns, row, strict=True)):
        if number in bounded:
            yield cell
            yield (
                TableCell(cell.text if cell.text == WITHHELD else "")
                if cell.high is None
                else TableCell(cell.under, cell.high, format="#,##0")
            )
        else:
            yield cell
            if column.kind == "range":
                yield TableCell(cell.text, cell.high, format=cell.format)
        if number in compared:
            yield from (cell.earlier.number, cell.earlier.change) if cell.earlier else (TableCell(""),) * 2


def _plain_cell(edition: Edition, cell: Cell, name: str) -> TableCell:
    """A column of a cell; `[c]` where it is a number that is withheld."""
    value = edition.why_not(cell) if name == "why_not" else getattr(cell, name)
    if cell.hidden and name in TAKEN:
        return TableCell(WITHHELD)
    if isinstance(value, Decimal):
        return TableCell(str(value), value, format="General")
    if isinstance(value, int):
        return TableCell(str(value), value, format="General")
    return _words("" if value is None else str(value))


@functools.lru_cache(maxsize=4096)  # the same names stand in most lines
def _words(text: str) -> TableCell:
    return TableCell(text)

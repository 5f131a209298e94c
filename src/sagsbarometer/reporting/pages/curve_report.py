"""A report of curves and tables that are no cells: its edition, its figures and its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from sagsbarometer import __version__
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.charts.chart_curves import Plot, curves_scene
from sagsbarometer.reporting.charts.charts import passed_on
from sagsbarometer.reporting.charts.drawing import to_svg
from sagsbarometer.reporting.charts.figure import FigureContent
from sagsbarometer.reporting.contract import Edition, Standing
from sagsbarometer.reporting.document import (
    Column,
    Document,
    Inlines,
    Paragraph,
    Strong,
    Table,
    TableCell,
)
from sagsbarometer.reporting.numbers import DASH, danish
from sagsbarometer.reporting.pages.facts import Facts, numbered, write_all_numbers
from sagsbarometer.reporting.tables.table import safe
from sagsbarometer.reporting.writers.html import TABLES, write_html
from sagsbarometer.reporting.writers.html_cards import CARDS_PAGE, cards_of, is_apart
from sagsbarometer.reporting.writers.pdf import write_pdf
from sagsbarometer.reporting.writers.xlsx import write_tables

WEEK = 7
_NOTHING: Mapping[str, object] = MappingProxyType({})
FILE = "index"  # the report is what one meets first in its folder


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure of curves with all that is told of it."""

    id: str
    number: str
    title: str
    plots: tuple[Plot, ...]
    notes: tuple[str, ...]
    alt: str
    table: Table


def curve_edition(
    title: str,
    source: str,
    origin: str,
    data_date: str,
    selection: str,
    manifest: Mapping[str, object] = _NOTHING,
) -> Edition:
    """The edition: a draft always, as only a protected and approved release is more. `manifest`: what the numbers were
    made of, as their cards tell it."""
    return Edition(
        title=title,
        subtitle="",
        source=f"Kilde: {source}",
        language="da",
        origin=origin,
        data_date=data_date,
        standing=Standing(),
        selection=selection,
        version=__version__,
        measures={},
        figures=(),
        results=ResultSet((), manifest),
        complete=True,
    )


def report_files(
    edition: Edition,
    document: Document,
    drawn: Sequence[Drawn],
    tables: Sequence[Table],
    more: Sequence[FigureContent] = (),
    facts: Facts | None = None,
) -> dict[str, bytes]:
    """The page, the PDF, the workbook, and every figure and table by itself; `more` are figures that are no curves.
    With `facts` each number of the page tells what it is.

    The same bytes for the same input.
    """
    edition = replace(edition, facts=facts.known) if facts else edition
    cards = cards_of(edition, [document], data=False) if facts else None
    contents = {item.id: _content(edition, item) for item in drawn}
    contents |= {item.figure.id: item for item in more}
    sheets = [(table.caption.partition(":")[0], table) for table in tables]
    sheets += [(f"Figur {item.figure.number}", item.table) for item in contents.values()]
    files = {
        f"{document.file}.html": write_html(document, edition, contents, cards),
        f"{document.file}.pdf": write_pdf(document, edition, contents),
        TABLES: write_tables(edition, sheets),
    }
    if cards and is_apart(document):
        files[CARDS_PAGE] = write_all_numbers(cards)
    for table in tables:
        files[_file(table.grid)] = table_csv(table).encode()
    for content in contents.values():
        files[f"{content.stem}.svg"] = content.picture.encode()
        files[f"{content.stem}.csv"] = content.csv.encode()
    return files


def grid(
    number: str, title: str, columns: Sequence[Column], rows: Sequence[Sequence[TableCell]], *notes: str
) -> Table:
    """A numbered table with its file to fetch."""
    id = f"tabel_{number}"
    return Table(
        f"Tabel {number}: {title}",
        tuple(columns),
        tuple(tuple(row) for row in rows),
        tuple(note for note in notes if note),
        anchor=id.replace("_", "-"),
        grid=id,
        files=(("Hent tabellen (CSV)", _file(id)),),
    )


def paragraph(*parts: str) -> Paragraph:
    """Words as a paragraph; what stands between two stars carries weight."""
    return Paragraph(inlines(" ".join(part for part in parts if part)))


def inlines(text: str) -> Inlines:
    """Words and the numbers marked among them; what stands between two stars carries weight."""
    pieces = text.split("*")
    return tuple(
        item
        for number, piece in enumerate(pieces)
        if piece
        for item in ((Strong(tuple(numbered(piece))),) if number % 2 else numbered(piece))
    )


def count(cases: int) -> TableCell:
    """A number of cases."""
    return TableCell(danish(cases), cases, format="#,##0")


def weeks(days: Fraction | int | None) -> TableCell:
    """Days as weeks with one decimal; a dash where there are none."""
    return missing() if days is None else decimal(Fraction(days) / WEEK)


def decimal(value: Fraction) -> TableCell:
    """A number with one decimal."""
    rounded = round_half_up(value, 1)
    return TableCell(danish(rounded), rounded, format="#,##0.0")


def percent(share: Decimal) -> TableCell:
    """A share of 0 to 1 in percent with one decimal."""
    rounded = round_half_up(share * 100, 1)
    return TableCell(danish(rounded), rounded, format="0.0")


def missing() -> TableCell:
    """Where there is no number."""
    return TableCell(DASH)


def week_words(days: Fraction | int) -> str:
    """`18,3 uger`."""
    rounded = round_half_up(Fraction(days) / WEEK, 1)
    return f"{danish(rounded)} {'uge' if rounded == 1 else 'uger'}"


def case_words(cases: int) -> str:
    """`1 sag`, `1.234 sager`."""
    return f"{danish(cases)} {'sag' if cases == 1 else 'sager'}"


def table_csv(table: Table) -> str:
    """The numbers of a table: UTF-8 text with commas, a dot as decimal mark and a header row; both ends of a range."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        name
        for column in table.columns
        for label in [f"{column.group} {column.label}".strip()]
        for name in ((f"{label}, nedre", f"{label}, øvre") if column.kind == "range" else (label,))
    )
    for row in table.rows:
        writer.writerow(
            value for column, cell in zip(table.columns, row, strict=True) for value in _values(column, cell)
        )
    return out.getvalue()


def _values(column: Column, cell: TableCell) -> Iterator[str]:
    if not column.numeric:
        yield safe(cell.text)
        return
    yield "" if cell.value is None else str(cell.value)
    if column.kind == "range":
        yield "" if cell.high is None else str(cell.high)


def _content(edition: Edition, item: Drawn) -> FigureContent:
    title = f"Figur {item.number}: {item.title}"
    wide, narrow = (curves_scene(item.plots, narrow=own) for own in (False, True))
    caption = f"Tallene bag figur {item.number}: {item.title}"
    return FigureContent(
        figure=_figure(item),
        caption=title,
        alt=item.alt,
        wide=to_svg(wide),
        narrow=to_svg(narrow),
        picture=passed_on(edition, title, curves_scene(item.plots, narrow=False), item.notes, item.alt),
        notes=item.notes,
        source=edition.source_line,
        table=replace(item.table, caption=caption, grid="", files=(), figure=item.id),
        csv=table_csv(item.table),
        stem=f"figurer/{item.id}",
    )


def _figure(item: Drawn) -> Figure:
    words: Mapping[str, str] = {"da": item.title}
    return Figure(item.id, item.number, "curves", words, {}, (), (), (), False, {})


def _file(id: str) -> str:
    return f"tabeller/{id}.csv"

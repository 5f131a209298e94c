"""What a line that begins with `::` places in a document: figures, tables, conditions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.grid import Grid
from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.binding.given import given_table, given_words
from sagsbarometer.reporting.binding.grids import missing_refs, place_at, shown_cells
from sagsbarometer.reporting.binding.inline import Context, anchor
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Block, FigureBlock, Number, Table
from sagsbarometer.reporting.faults import Report
from sagsbarometer.reporting.numbers import whole
from sagsbarometer.reporting.tables.grid_table import grid_table
from sagsbarometer.reporting.tables.lists import condition_tables
from sagsbarometer.reporting.tables.table import figure_table
from sagsbarometer.reporting.texts.parts import Chunk
from sagsbarometer.reporting.words import say

_MOST_TOLD = 5  # lacking numbers of one table
_SOME = ">0"  # after what `::when` asks for: only where it counts a case


@dataclass(slots=True)
class Reader:
    """One text being read."""

    context: Context
    base: int = 0  # the level that chapters are written at, known from the first heading
    level: int = 0  # of the last heading
    anchors: set[str] = field(default_factory=set)
    annexes: int = 0
    tables: int = 0
    placed: dict[str, int] = field(default_factory=dict)  # figure or table to the line that places it
    headline: tuple[int, str] | None = None  # the last heading, until its section ends
    section: list[Number] = field(default_factory=list)  # numbers bound since that heading

    @property
    def report(self) -> Report:
        """Where faults go."""
        return self.context.report


def figure_words(edition: Edition, figure: Figure) -> str:
    """How running text points to a figure: `figur 2`, or its title where it has no number."""
    key = "figure.pointed" if figure.number else "figure.pointed_by_title"
    return say(edition.language, key, number=figure.number, title=edition.words(figure.title))


def grid_words(edition: Edition, grid: Grid) -> str:
    """How running text points to a table: `tabel 4.2`, or its title where it has no number."""
    key = "grid.pointed" if grid.number else "grid.pointed_by_title"
    return say(edition.language, key, number=grid.number, title=edition.words(grid.title))


def targets(edition: Edition) -> dict[str, str]:
    """What a text may point to: the id of each figure and table, and the words it is pointed to with."""
    figures = {figure.id: figure_words(edition, figure) for figure in edition.figures}
    figures |= {given.id: given_words(edition, given) for given in edition.given}
    return figures | {grid.id: grid_words(edition, grid) for grid in edition.grids}


def is_shown(edition: Edition, id: str) -> bool:
    """Whether the edition has the table or figure; or the row of a table (`table.row`); or any whose id begins so
    (`by_own_*`); or a place with some case (`table.row.column>0`, `figure.measure>0`)."""
    if id.endswith(_SOME):
        return _has_some(edition, id.removesuffix(_SOME))
    if id.endswith("*"):
        return any(known.startswith(id[:-1]) for known in _ids((*edition.grids, *edition.figures)))
    name, _, row = id.partition(".")
    grid = edition.grid(name)
    if row:
        return grid is not None and any(item.id == row for item in grid.rows)
    return grid is not None or edition.figure(name) is not None or edition.given_table(name) is not None


def _has_some(edition: Edition, id: str) -> bool:
    """Whether a place of a table, or a measure of a figure, counts a case; not where there is no such place."""
    name, _, rest = id.partition(".")
    row, _, column = rest.partition(".")
    figure, grid = edition.figure(name), edition.grid(name)
    if figure is not None and not column:
        known = row in figure.measures and edition.has_cell(row)
        return known and not edition.cell(row).hidden and whole(edition.cell(row)) > 0
    if grid is None or row not in {item.id for item in grid.rows}:
        return False
    if column not in {item.id for item in grid.columns}:
        return False
    place = place_at(grid, row, column)
    return place is not None and any(
        not cell.hidden and whole(cell) > 0 for cell in shown_cells(edition, place)
    )


def anchored(reader: Reader, *tables: Table) -> tuple[Table, ...]:
    """The tables with an anchor each, in the order they stand."""
    first = reader.tables + 1
    reader.tables += len(tables)
    return tuple(replace(table, anchor=f"tabel-{number}") for number, table in enumerate(tables, first))


def place_table(reader: Reader, chunk: Chunk) -> tuple[Block, ...]:
    """A statistical table, or the numbers behind a figure; or with a star every table whose id begins so."""
    edition = reader.context.edition
    if chunk.text.endswith("*"):
        every = [grid.id for grid in edition.grids if grid.id.startswith(chunk.text[:-1])]
        return tuple(block for id in every for block in place_table(reader, replace(chunk, text=id)))
    grid = edition.grid(chunk.text)
    if grid is None:
        figure = _known_figure(reader, chunk, _ids(edition.grids))
        return anchored(reader, figure_table(edition, figure)) if figure else ()
    if grid.id in reader.placed:
        fault = f"Tabellen {grid.id} står allerede på linje {reader.placed[grid.id]}."
        reader.report.fault(114, chunk.line, fault, f"Vis den én gang, og henvis til den med [@{grid.id}].")
        return ()
    reader.placed[grid.id] = chunk.line
    lacking = missing_refs(edition, grid)
    for ref in lacking[:_MOST_TOLD]:
        reader.report.no_cell(chunk.line, ref)
    if lacking:
        return ()
    try:
        return (replace(grid_table(edition, grid), anchor=anchor(grid.id)),)
    except Faults as faults:  # in its note, which has a place of its own
        reader.report.problems.extend(faults.problems)
        return ()


def place_given(reader: Reader, chunk: Chunk) -> tuple[Block, ...]:
    """A table from elsewhere, once in a text, with what marks it as given."""
    edition = reader.context.edition
    given = edition.given_table(chunk.text)
    if given is None:
        known = ", ".join(item.id for item in edition.given)
        remedy = f"De er {known}." if known else "Der er ingen i dette layout: skriv den under given:."
        reader.report.fault(125, chunk.line, f"Den oplyste tabel {shown(chunk.text)} findes ikke.", remedy)
        return ()
    if given.id in reader.placed:
        fault = f"Tabellen {given.id} står allerede på linje {reader.placed[given.id]}."
        reader.report.fault(114, chunk.line, fault, f"Vis den én gang, og henvis til den med [@{given.id}].")
        return ()
    reader.placed[given.id] = chunk.line
    return (replace(given_table(edition, given), anchor=anchor(given.id)),)


def place_conditions(reader: Reader, chunk: Chunk) -> tuple[Block, ...]:
    """The conditions of the provision named (`barnets_lov/87`), or of all where none is."""
    conditions = reader.context.edition.conditions_of(chunk.text)
    if not conditions and chunk.text:
        known = dict.fromkeys(item.id.rpartition("/")[0] for item in reader.context.edition.conditions)
        remedy = f"Betingelserne hører til {', '.join(known)}." if known else "Slet linjen."
        reader.report.fault(124, chunk.line, f"{shown(chunk.text)} har ingen betingelser.", remedy)
    return (
        anchored(reader, *condition_tables(conditions, reader.context.edition.language)) if conditions else ()
    )


def _ids(items: Iterable[Figure | Grid]) -> tuple[str, ...]:
    return tuple(item.id for item in items)


def _known_figure(reader: Reader, chunk: Chunk, tables: tuple[str, ...] = ()) -> Figure | None:
    edition = reader.context.edition
    figure = edition.figure(chunk.text)
    if figure is None:
        reader.report.unknown_prefix(chunk.line, chunk.text, _ids(edition.figures), tables)
        return None
    lacking = [ref for ref in figure.measures if not edition.has_cell(ref)]
    for ref in lacking:
        reader.report.no_cell(chunk.line, ref)
    return None if lacking else figure


def place_figure(reader: Reader, chunk: Chunk) -> tuple[Block, ...]:
    """A figure, once in a text."""
    figure = _known_figure(reader, chunk)
    if figure is None:
        return ()
    if figure.id in reader.placed:
        fault = f"Figuren {figure.id} står allerede på linje {reader.placed[figure.id]}."
        reader.report.fault(114, chunk.line, fault, f"Vis den én gang, og henvis til den med [@{figure.id}].")
        return ()
    reader.placed[figure.id] = chunk.line
    return (FigureBlock(figure.id, anchor(figure.id)),)

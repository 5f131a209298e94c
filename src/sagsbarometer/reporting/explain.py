"""Where a number shows: the sentences, tables, figures, alt texts and notes that somebody must read when it changes."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.grid import Grid
from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.binding.bound import find, name_of
from sagsbarometer.reporting.binding.grids import grid_caption
from sagsbarometer.reporting.binding.inline import numbers
from sagsbarometer.reporting.binding.quantities import sentences
from sagsbarometer.reporting.charts.charts import alt_text
from sagsbarometer.reporting.charts.figure import figure_notes, read_alt
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import (
    Annex,
    Block,
    Box,
    Bullets,
    Document,
    FigureBlock,
    Heading,
    Inlines,
    Number,
    Paragraph,
    Table,
    plain,
    walk,
)
from sagsbarometer.reporting.faults import Report
from sagsbarometer.reporting.tables.before_grid import earlier_places
from sagsbarometer.reporting.tables.grid_table import read_grid_notes
from sagsbarometer.reporting.tables.table import caption, table_caption

_NEAR, _ALIKE = 5, 0.6  # how many names are proposed, and how alike they are at least
_MANY = 100_003  # more than a cell has: what is printed of it then looks otherwise


@dataclass(frozen=True, slots=True)
class Touched:
    """One place that a number touches. `kind`: sentence, heading, footnote, condition, figure, table, alt, note."""

    kind: str
    file: str  # the text it stands in, "" for what no text says
    line: int  # of the text, 0 where it has none
    name: str  # what a figure or table is called
    words: str  # the sentence, the alt text or the note; "" for a figure or table
    difference: bool = False  # the number is one of two that are held against each other


@dataclass(frozen=True, slots=True)
class Explained:
    """A cell and the places that it touches, in reading order; texts first."""

    ref: str
    before: bool  # whether it is one of the round before
    places: tuple[Touched, ...] = field(default=())


def resolve(edition: Edition, asked: str) -> tuple[str, bool]:
    """The key of the cell that `asked` is, and whether it is of the round before.

    `asked` is a key, as cells.csv has it, or a name as a text writes it (`figure_2.reasons`). Raises Faults RAPPORT-150
    for what is neither, with the nearest there are.
    """
    before = asked.startswith("before.") and edition.before is not None
    key = asked.removeprefix("before.") if before else asked
    if _has(edition.of(before), key):
        return edition.of(before).cell(key).ref, before
    report = Report("--explain")
    name = name_of(asked)
    found = find(edition, report, 1, name) if name is not None else None
    if found is not None and name is not None:
        return found.cell.ref, name.before
    known = [*(cell.ref for cell in edition.results), *_names(edition)]
    near = difflib.get_close_matches(asked, known, n=_NEAR, cutoff=_ALIKE) or _called(edition, asked)
    told = f" Mente du {' eller '.join(', '.join(near).rsplit(', ', 1))}?" if near else ""
    remedy = f"Angiv en nøgle fra cells.csv eller et navn som figure_2.reasons.{told}"
    raise Faults(
        [Problem("RAPPORT-150", Place("--explain"), f"Tallet {shown(asked, 120)} findes ikke.", remedy)]
    )


def _has(edition: Edition, key: str) -> bool:
    return key.count("|") <= 3 and edition.has_cell(key)


def _called(edition: Edition, asked: str) -> list[str]:
    """The measures whose words have what was asked for in them."""
    words = asked.strip().lower()
    told = (
        id for id, item in edition.measures.items() if words and words in edition.words(item.label).lower()
    )
    return list(told)[:_NEAR]


def _names(edition: Edition) -> Iterator[str]:
    """The names a text may use of the numbers of figures and tables."""
    for figure in edition.figures:
        yield from (f"{figure.id}.{row.id}" for row in figure.rows)
        yield from (f"{figure.id}.{row.id}.{part}" for row in figure.rows for part in row.cells if part)
        yield from (f"{figure.id}.{ref}" for ref in figure.also if "|" not in ref)
    for grid in edition.grids:
        yield from (f"{grid.id}.{row.id}.{column.id}" for row in grid.rows for column in grid.columns)


def explain(
    edition: Edition, documents: Sequence[tuple[str, Document]], ref: str, before: bool = False
) -> Explained:
    """Every place that a cell touches, also through differences. `documents`: each with the name of its text.

    Notes and alt texts that follow from the numbers are found by changing the cell and seeing which are then written
    otherwise.
    """
    places: list[Touched] = []
    for file, document in documents:
        places += _in_text(file, document, ref, before)
    if before:
        places += [
            Touched("table", _placed(documents, figure.id), 0, table_caption(edition, figure), "")
            for figure in edition.figures
            if ref in figure.measures
        ]
        places += [
            Touched("table", _placed(documents, grid.id), 0, grid_caption(edition, grid), "")
            for grid in edition.grids
            if any(ref in then.place.refs for then in earlier_places(edition, grid).values())
        ]
        return Explained(ref, before, tuple(places))
    other = _with(edition, _changed(edition.cell(ref)))
    told = {place.words for place in places if place.kind == "alt"}
    for figure in edition.figures:
        places += _of_figure(edition, other, figure, ref, documents, told)
    for grid in edition.grids:
        places += _of_grid(edition, other, grid, ref, documents)
    return Explained(ref, before, tuple(places))


def _in_text(file: str, document: Document, ref: str, before: bool) -> Iterator[Touched]:
    for kind, children in _spoken(document):
        for number, words in _told(children, ref, before):
            yield Touched(kind, file, number.line, "", words, bool(number.minus))
    for item in document.asked:
        if (ref, before) in item.refs:
            yield Touched("condition", file, item.line, "", f"::when {item.text}")


def _spoken(document: Document) -> Iterator[tuple[str, Inlines]]:
    """The running words of a text, with what each is."""
    yield from _of_blocks(document.blocks)
    for note in document.footnotes:
        yield "footnote", note.children


def _of_blocks(blocks: Sequence[Block]) -> Iterator[tuple[str, Inlines]]:
    for block in blocks:
        match block:
            case Paragraph(children):
                yield "sentence", children
            case Heading():
                yield "heading", block.children
            case Annex():
                yield "heading", block.title
            case Bullets():
                for item in block.items:
                    yield from _of_blocks(item)
            case FigureBlock() if block.alt:
                yield "alt", block.alt
            case Box():
                yield "heading", block.title
                yield from _of_blocks(block.blocks)


def _told(children: Inlines, ref: str, before: bool) -> Iterator[tuple[Number, str]]:
    """Each sentence with a number that touches the cell, with the first such number."""
    text, found = plain(children), numbers(children)
    for start, end in sentences(text):
        inside = [number for at, number in found if start <= at < end and _touches(number, ref, before)]
        if inside:
            yield inside[0], text[start:end].strip()


def _touches(number: Number, ref: str, before: bool) -> bool:
    own = number.measure == ref and number.before is before
    return own or (number.minus == ref and number.minus_before is before)


def _of_figure(
    edition: Edition,
    other: Edition,
    figure: Figure,
    ref: str,
    documents: Sequence[tuple[str, Document]],
    told: Collection[str],
) -> Iterator[Touched]:
    """What of a figure the cell touches. `told`: the alt texts that were told already, with their line."""
    name = caption(edition, figure)
    notes = _unlike(figure_notes(edition, figure), figure_notes(other, figure))
    if ref in figure.measures:
        placed = _placed(documents, figure.id)
        yield Touched("figure", placed, 0, name, "")
        yield Touched("table", placed, 0, table_caption(edition, figure), "")
        own = _own_alt(edition, figure, documents)
        drawn = any(ref in (*row.cells.values(), row.total) for row in figure.rows)
        # Words of the author's own may be of any number that is drawn; those made of the numbers show which.
        if drawn if own else alt_text(edition, figure) != alt_text(other, figure):
            alt = own or alt_text(edition, figure)
            yield from [Touched("alt", placed, 0, name, alt)] if alt not in told else []
    yield from (Touched("note", "", 0, name, note) for note in notes)


def _own_alt(edition: Edition, figure: Figure, documents: Sequence[tuple[str, Document]]) -> str:
    """What the author wrote to be read out in place of the picture, in the text or with the figure; "" for nothing."""
    blocks = [block for _, document in documents for block in walk(document.blocks)]
    placed = [block for block in blocks if isinstance(block, FigureBlock) and block.figure == figure.id]
    return " / ".join(plain(block.alt) for block in placed if block.alt) or read_alt(edition, figure)


def _of_grid(
    edition: Edition, other: Edition, grid: Grid, ref: str, documents: Sequence[tuple[str, Document]]
) -> Iterator[Touched]:
    name = grid_caption(edition, grid)
    if any(place and ref in place.refs for row in grid.rows for place in row.places):
        yield Touched("table", _placed(documents, grid.id), 0, name, "")
    for note in _unlike(read_grid_notes(edition, grid), read_grid_notes(other, grid)):
        yield Touched("note", "", 0, name, note)


def _placed(documents: Sequence[tuple[str, Document]], id: str) -> str:
    """The texts that place a figure or a table."""
    names = []
    for file, document in documents:
        for block in walk(document.blocks):
            if (isinstance(block, FigureBlock) and block.figure == id) or (
                isinstance(block, Table) and block.grid == id
            ):
                names.append(file)
    return ", ".join(dict.fromkeys(names))


def _unlike(notes: Sequence[str], others: Sequence[str]) -> list[str]:
    """The notes that are not there in the same words when the cell is another."""
    return [note for note in notes if note not in others]


def _changed(cell: Cell) -> Cell:
    """The cell with all its numbers others."""
    numerator, unknown = cell.numerator + _MANY, cell.unknown + _MANY
    times = 2 if cell.exact is None or not 45 < cell.exact < 55 else 5  # so that the share is another
    given: dict[str, Any] = {"numerator": numerator, "denominator": times * numerator, "unknown": unknown}
    value = cell.value
    if value is not None:
        value = Decimal(100) / times if cell.unit == "percent" else value + _MANY
    return replace(cell, **given, value=value, bound_low=Decimal(1), bound_high=Decimal(99), hidden="")


def _with(edition: Edition, cell: Cell) -> Edition:
    cells = tuple(cell if item.key == cell.key else item for item in edition.results)
    return replace(edition, results=ResultSet(cells, edition.results.manifest))

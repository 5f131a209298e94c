"""Numbers of a page as controls that open their cards, and the cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from sagsbarometer.reporting.charts.figure import FigureContent
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Document, FigureBlock, Number, Table, TableCell, walk
from sagsbarometer.reporting.numbers import DASH
from sagsbarometer.reporting.tables.before import BEFORE_KEY
from sagsbarometer.reporting.tables.card import (
    CELLS,
    MINUS,
    Row,
    Where,
    card,
    card_name,
    edition_rows,
    places,
)
from sagsbarometer.reporting.words import say

CARDS_PAGE = "tal.html"
_MOST = 150  # with more cells in the tables of a page, their cards are on CARDS_PAGE


@dataclass(frozen=True, slots=True)
class Cards:
    """What the cards of an edition are made of, for all of its pages. `homes`: the page of each anchor. `data`: the
    files that a card names lie beside the pages."""

    edition: Edition
    places: Mapping[str, tuple[Where, ...]]
    homes: Mapping[str, str]
    data: bool = True


def cards_of(edition: Edition, documents: Sequence[Document], data: bool = True) -> Cards:
    """The cards of an edition that is written as these documents."""
    homes: dict[str, str] = {}
    standing = dict(places(edition))
    for document in documents:
        for block in walk(document.blocks):
            if isinstance(block, FigureBlock) or (isinstance(block, Table) and block.grid):
                homes.setdefault(block.anchor, f"{document.file}.html")
            if isinstance(block, Table):
                for ref, row in _refs(block):
                    standing.setdefault(ref, (Where(block.anchor, block.caption, row),))
    return Cards(edition, standing, homes, data)


def _refs(table: Table) -> Iterator[tuple[str, str]]:
    """The numbers of a table by their keys, each with the words of its row."""
    return ((cell.ref, row[0].text) for row in table.rows for cell in row if cell.ref)


def is_apart(document: Document) -> bool:
    """Whether the numbers in the tables of a page have their cards on CARDS_PAGE."""
    return _table_cells(document) > _MOST


def _table_cells(document: Document) -> int:
    grids = (block for block in walk(document.blocks) if isinstance(block, Table) and block.grid)
    return len({cell.ref for table in grids for row in table.rows for cell in row if cell.ref})


class Controls:
    """The numbers of one page: which cards they need, and where in the text they stand."""

    def __init__(self, cards: Cards, document: Document, figures: Mapping[str, FigureContent]) -> None:
        self.section = ("", "")  # anchor and title of the part of the text that is being written
        self._cards = cards
        self._language = cards.edition.language
        self._file = f"{document.file}.html"
        self._apart = is_apart(document)
        self._common = tuple(edition_rows(cards.edition))
        self._needed: dict[str, dict[str, str]] = {}  # key to the sections its number stands in

    def number(self, item: Number, about: str) -> str:
        """A number of the text. `about`: its attributes."""
        key = f"{BEFORE_KEY if item.before else ''}{item.measure}"
        if item.minus:
            key += f"{MINUS}{BEFORE_KEY if item.minus_before else ''}{item.minus}"
        id = self._id(key)
        anchor, title = self.section
        if anchor:
            self._needed[key].setdefault(anchor, title)
        return f'<button {about}{id} popovertarget="kort-{_name(key)}">{escape(item.text)}</button>'

    def cell(self, table: Table, cell: TableCell, text: str, first: bool) -> str:
        """A number of a table. `first`: the one of its row that the tab key reaches."""
        stop = "" if first else ' tabindex="-1"'
        if table.grid and self._apart:
            return f'<a class="number" href="{CARDS_PAGE}#tal-{_name(cell.ref)}"{stop}>{text}</a>'
        id = self._id(cell.ref) if first or cell.ref.startswith(BEFORE_KEY) else ""
        return f'<button class="number"{id} popovertarget="kort-{_name(cell.ref)}"{stop}>{text}</button>'

    def here(self, anchor: str, words: str) -> str:
        """A link to the figure or table itself, to copy."""
        label = escape(say(self._language, "cards.to_figure", words=words))
        return f' <a class="here" href="#{escape(anchor)}" aria-label="{label}">#</a>'

    def cards_html(self) -> str:
        """The card of each number of the page, once; those who cannot open one meet them as a list at the end."""
        if not self._needed:
            return ""
        title = escape(say(self._language, "cards.title"))
        told = "".join(self._card(key, sections) for key, sections in self._needed.items())
        # What is the same for all of them is told once where they are a list, and on each where one opens alone.
        common = "".join(self._row(row) for row in self._common)
        return (
            f'<section class="cards" aria-label="{title}">\n<h2>{title}</h2>\n'
            f'<dl class="common">{common}</dl>\n{told}</section>\n'
        )

    def _id(self, key: str) -> str:
        """The address of a number: where it first stands."""
        if key in self._needed:
            return ""
        self._needed[key] = {}
        return f' id="tal-{_name(key)}"'

    def _card(self, key: str, sections: Mapping[str, str]) -> str:
        made = card(self._cards.edition, key, self._cards.places)
        name, language = _name(key), self._language
        close = escape(say(language, "cards.close"))
        link = escape(say(language, "card.link"))
        title = f"{escape(made.title)}: <strong>{escape(made.number)}</strong>"
        inside = [*made.own, *_in_text(language, sections)]
        of = "common" if made.edition == self._common else "other"  # the round before has a day of its own
        parts = {"own": inside, "measure": made.measure, of: made.edition}
        lists = "".join(
            f'<dl class="{part}">{"".join(self._row(row) for row in rows)}</dl>\n'
            for part, rows in parts.items()
            if rows
        )
        return (
            f'<div class="card" id="kort-{name}" popover role="dialog" aria-labelledby="navn-{name}">\n'
            f'<p class="card-top"><span id="navn-{name}">{title}</span> '
            f'<button popovertarget="kort-{name}" popovertargetaction="hide" autofocus>{close}</button></p>\n'
            f'{lists}<p class="card-end"><a href="#tal-{name}">{link}</a></p>\n</div>\n'
        )

    def _row(self, row: Row) -> str:
        return row_html(row, self._cards, self._file)


def _in_text(language: str, sections: Mapping[str, str]) -> Iterator[Row]:
    if sections:
        where = tuple(
            Where(anchor, say(language, "cards.in_section", title=title), "")
            for anchor, title in sections.items()
        )
        yield Row(say(language, "cards.text"), ", ".join(place.name for place in where), places=where)


def row_html(row: Row, cards: Cards, page: str) -> str:
    """A line of a card; places and files it names are links where they are there. `page`: the one it stands on.
    Nothing of a line in a data file that does not lie beside the page."""
    if row.file == CELLS and not cards.data:
        return ""
    if row.places:
        text = ", ".join(place_html(place, cards.homes, page) for place in row.places)
    else:
        text = f"<code>{escape(row.text)}</code>" if row.code else escape(row.text)
    if row.file and cards.data:
        link = f'<a href="{escape(row.file)}">{escape(row.file)}</a>'
        text = link if row.text == row.file else f"{text} ({link})"
    of_danish = ' lang="da"' if row.danish else ""
    return f"<div><dt>{escape(row.term)}</dt><dd{of_danish}>{text}</dd></div>"


def place_html(place: Where, homes: Mapping[str, str], page: str) -> str:
    """The name of a place, as a link where it has a page."""
    home = homes.get(place.anchor, "" if place.anchor.startswith("fig-") else page)
    if not home:
        return escape(place.name)
    return f'<a href="{"" if home == page else home}#{escape(place.anchor)}">{escape(place.name)}</a>'


def _name(key: str) -> str:
    return escape(card_name(key))


def control_cells(row: Sequence[TableCell]) -> frozenset[int]:
    """The places in a row whose number is the first of its cell: those the tab key reaches. A dash where it has no
    other."""
    seen: dict[str, int] = {}
    for dashes in (False, True):
        for place, cell in enumerate(row):
            if cell.ref and (cell.text == DASH) == dashes:
                seen.setdefault(cell.ref, place)
    return frozenset(seen.values())

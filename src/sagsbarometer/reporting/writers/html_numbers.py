"""Every number of an edition on one page, by measure, each with an address of its own."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from sagsbarometer.measures.cells import Cell
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.numbers import amount, told
from sagsbarometer.reporting.tables.card import (
    Row,
    bounds_words,
    card_name,
    counted_words,
    edition_rows,
    group_words,
    interval_words,
    measure_rows,
)
from sagsbarometer.reporting.words import period_words, say
from sagsbarometer.reporting.writers.html import page_html
from sagsbarometer.reporting.writers.html_cards import CARDS_PAGE, Cards, place_html, row_html

_STYLE = Path(__file__).parents[1] / "assets" / "numbers.css"


def write_numbers(cards: Cards) -> bytes:
    """The page in UTF-8: what holds for all numbers, then for each measure its definition and its numbers."""
    edition = cards.edition
    language = edition.language
    cells: dict[str, list[Cell]] = {}
    for ref in cards.places:
        if edition.has_cell(ref):
            cell = edition.cell(ref)
            cells.setdefault(cell.result, []).append(cell)
    title = say(language, "cards.title")
    common = escape(say(language, "cards.common"))
    body = f"<h2>{common}</h2>\n{_rows(tuple(edition_rows(edition)), cards)}"
    body += "".join(_measure(cards, id, told) for id, told in cells.items())
    pages = dict.fromkeys(cards.homes.values())
    return page_html(
        edition,
        title=title,
        kind="sheet numbers",
        lead=f'<p class="subtitle">{escape(say(language, "cards.lead"))}</p>\n',
        contents="",
        body=body,
        files=" ".join(f'<a href="{escape(page)}">{escape(edition.title)}</a>' for page in list(pages)[:1]),
        style=_STYLE.read_text(encoding="utf-8"),
    )


def _rows(rows: tuple[Row, ...], cards: Cards) -> str:
    return f"<dl>{''.join(row_html(row, cards.homes, CARDS_PAGE) for row in rows)}</dl>\n"


def _measure(cards: Cards, id: str, cells: list[Cell]) -> str:
    """The definition of a measure, and a row for each of its numbers."""
    edition = cards.edition
    measure = edition.measures.get(id)
    title = escape(edition.words(measure.label) if measure else id)
    heads = "".join(
        f'<th scope="col">{escape(words)}</th>' for words in (_here(edition), *_heads(edition, cells))
    )
    rows = "".join(_number(cards, cell, cells) for cell in cells)
    name = f"maal-{escape(card_name(id))}"
    return (
        f'<h2 id="{name}">{title}</h2>\n{_rows(tuple(measure_rows(edition, id)), cards)}'
        f'<div class="table" role="region" aria-labelledby="{name}" tabindex="0">\n<table>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def _here(edition: Edition) -> str:
    return say(edition.language, "card.group")


def _columns(cells: list[Cell]) -> Iterator[str]:
    """Which columns the numbers of a measure need."""
    if any(cell.period for cell in cells):
        yield "period"
    yield from ("number", "counted", "base", "unknown")
    if any(cell.unknown for cell in cells):
        yield "bounds"
    if any(cell.low is not None for cell in cells):
        yield "interval"
    yield "places"


def _heads(edition: Edition, cells: list[Cell]) -> list[str]:
    return [say(edition.language, f"card.{name}") for name in _columns(cells)]


def _number(cards: Cards, cell: Cell, cells: list[Cell]) -> str:
    """One number: its group heads the row and is the link to it."""
    edition, name = cards.edition, escape(card_name(cell.ref))
    group = group_words(edition, cell, cards.places) or say(edition.language, "card.in_all")
    told_row = "".join(f"<td>{_value(cards, cell, column)}</td>" for column in _columns(cells))
    return (
        f'<tr id="tal-{name}"><th scope="row"><a href="#tal-{name}">{escape(group)}</a></th>{told_row}</tr>\n'
    )


def _value(cards: Cards, cell: Cell, column: str) -> str:
    edition, language = cards.edition, cards.edition.language
    if column == "places":
        return ", ".join(
            place_html(place, cards.homes, CARDS_PAGE) for place in cards.places.get(cell.ref, ())
        )
    if column == "period":
        return escape(period_words(language, cell.period))
    if column == "number" or cell.hidden:
        return escape(amount(cell, language))
    return escape(
        {
            "counted": lambda: counted_words(edition, cell),
            "base": lambda: told(cell, cell.base, language),
            "unknown": lambda: told(cell, cell.unknown, language),
            "bounds": lambda: bounds_words(language, cell),
            "interval": lambda: interval_words(edition, cell),
        }[column]()
    )

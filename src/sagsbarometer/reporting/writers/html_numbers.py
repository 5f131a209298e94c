"""Every number of an edition on one page, by measure, each with an address of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

from sagsbarometer.measures.cells import Cell
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.numbers import amount, told
from sagsbarometer.reporting.tables.before import BEFORE_KEY
from sagsbarometer.reporting.tables.before_grid import earlier_places
from sagsbarometer.reporting.tables.card import (
    CELLS,
    Row,
    bounds_words,
    card_name,
    counted_words,
    edition_rows,
    generalised_words,
    group_in_danish,
    group_words,
    interval_words,
    measure_rows,
    places,
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
    data = (Row(say(language, "card.data"), CELLS, file=CELLS),) if cards.data else ()
    body = f"<h2>{common}</h2>\n{_rows((*edition_rows(edition), *data), cards)}"
    body += "".join(_measure(cards, id, told) for id, told in cells.items())
    body += _before(cards)
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


def _before(cards: Cards) -> str:
    """A row for each number of the round before that stands in the tables; nothing without such a round."""
    edition, before = cards.edition, cards.edition.before
    if before is None:
        return ""
    then = (item.cell for grid in edition.grids for item in earlier_places(edition, grid).values())
    cells = list({cell.ref: cell for cell in then}.values())
    if not cells:
        return ""
    of = replace(cards, edition=before, places=places(before))
    columns = tuple(_columns(cells, _generalised(before, cells)))
    rows = "".join(_number(of, cell, columns, BEFORE_KEY, _title(before, cell)) for cell in cells)
    title = escape(say(edition.language, "cards.before", title=before.title))
    heads = _heads(edition, columns)
    return (
        f'<h2 id="forrige">{title}</h2>\n{_rows(tuple(edition_rows(before)), cards)}'
        f'<div class="table" role="region" aria-labelledby="forrige" tabindex="0">\n<table>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def _title(edition: Edition, cell: Cell) -> str:
    measure = edition.measure(cell.ref)
    return edition.words(measure.label) if measure else cell.result


def _rows(rows: tuple[Row, ...], cards: Cards) -> str:
    return f"<dl>{''.join(row_html(row, cards, CARDS_PAGE) for row in rows)}</dl>\n"


def _measure(cards: Cards, id: str, cells: list[Cell]) -> str:
    """The definition of a measure, and a row for each of its numbers."""
    edition = cards.edition
    measure = edition.measures.get(id)
    title = escape(edition.words(measure.label) if measure else id)
    speak = _generalised(edition, cells)
    columns = tuple(_columns(cells, speak))
    heads = _heads(edition, columns)
    rows = "".join(_number(cards, cell, columns) for cell in cells)
    shared = (*measure_rows(edition, id), *_shared(edition, cells, speak))
    name = f"maal-{escape(card_name(id))}"
    return (
        f'<h2 id="{name}">{title}</h2>\n{_rows(shared, cards)}'
        f'<div class="table" role="region" aria-labelledby="{name}" tabindex="0">\n<table>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def _shared(edition: Edition, cells: list[Cell], speak: frozenset[str]) -> Iterator[Row]:
    """What is the same for every number of a measure and needs no column: why none has an interval, and whether they
    speak for other cases."""
    shown = [cell for cell in cells if not cell.hidden]
    if shown and all(cell.low is None for cell in shown):
        yield Row(say(edition.language, "card.interval"), interval_words(edition, shown[0]))
    if len(speak) == 1:
        yield Row(say(edition.language, "card.generalisable"), next(iter(speak)))


def _generalised(edition: Edition, cells: list[Cell]) -> frozenset[str]:
    """Whether the numbers speak for other cases, in words, each said once."""
    return frozenset(generalised_words(edition, cell) for cell in cells if not cell.hidden)


def _columns(cells: list[Cell], speak: frozenset[str]) -> Iterator[str]:
    """Which columns the numbers of a measure need."""
    if any(cell.period for cell in cells):
        yield "period"
    yield from ("number", "counted", "base", "unknown")
    if any(cell.unknown for cell in cells):
        yield "bounds"
    if any(cell.low is not None for cell in cells):
        yield "interval"
    if len(speak) > 1:
        yield "generalisable"
    yield "places"


_FIGURES = frozenset({"number", "counted", "base", "unknown", "interval"})


def _class(column: str) -> str:
    return ' class="figures"' if column in _FIGURES else ""


def _heads(edition: Edition, columns: Sequence[str]) -> str:
    """The head of the table: of the groups, then of each column."""
    return "".join(
        f'<th scope="col"{_class(name)}>{escape(say(edition.language, f"card.{name}"))}</th>'
        for name in ("group", *columns)
    )


def _number(cards: Cards, cell: Cell, columns: Sequence[str], key: str = "", measure: str = "") -> str:
    """One number: its group heads the row and is the link to it. `key`: before that of its cell; `measure`: what it is,
    where the heading over the table does not tell."""
    edition, name = cards.edition, escape(card_name(f"{key}{cell.ref}"))
    group = group_words(edition, cell, cards.places) or say(edition.language, "card.in_all")
    of_danish = ' lang="da"' if group_in_danish(edition, group) else ""
    group = f"{measure}: {group}" if measure else group
    told_row = "".join(f"<td{_class(column)}>{_value(cards, cell, column)}</td>" for column in columns)
    head = f'<th scope="row"{of_danish}><a href="#tal-{name}">{escape(group)}</a></th>'
    return f'<tr id="tal-{name}">{head}{told_row}</tr>\n'


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
            "generalisable": lambda: generalised_words(edition, cell),
        }[column]()
    )

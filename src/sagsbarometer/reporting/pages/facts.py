"""Numbers of pages that are no cells: what must be known of each is noted as its table or sentence is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from sagsbarometer.kernel.ids import ascii_id, content_hash
from sagsbarometer.reporting.contract import Edition, Fact
from sagsbarometer.reporting.document import Inline, Number, Table, TableCell, Text
from sagsbarometer.reporting.tables.card import Where, card, card_name
from sagsbarometer.reporting.words import say
from sagsbarometer.reporting.writers.html_cards import Cards
from sagsbarometer.reporting.writers.html_numbers import write_numbers

# Signs for private use: nobody's words have them.
_NUMBER = re.compile("\ue000(?P<key>[^\ue001]*)\ue001(?P<base>[^\ue001]*)\ue001(?P<words>[^\ue002]*)\ue002")
_DIGIT = re.compile(r"\d")
_END = b"</main>"
_COLUMNS = ("group", "number", "counted", "base", "unknown", "interval")


@dataclass(frozen=True, slots=True)
class About:
    """What holds for every number of a column: what it is, and all that `Fact` says.

    `base` and `interval` may be the label of a column of the same row, whose words are then told; `of` what the base
    counts: `sager modtaget i perioden`.
    """

    title: str
    formula: str
    base: str = ""
    of: str = ""
    interval: str = ""
    method: str = ""  # of the interval
    unknown: str = ""
    generalisable: str = ""
    made: str = ""
    counted: str = ""
    source: str = ""


Mark = Callable[[str, str], str]  # given what addresses a number and its words: the words, marked


def unmarked(key: str, words: str) -> str:
    """The words, for where nothing opens."""
    return words


@dataclass(slots=True)
class Facts:
    """What is known so far, by what addresses it. `common`: what a fact says that says nothing of it itself."""

    common: About = field(default_factory=lambda: About("", ""))
    known: dict[str, Fact] = field(default_factory=dict)

    def note(self, key: str, fact: Fact) -> None:
        """Notes what a number is that stands in no table."""
        self.known.setdefault(key, self._filled(fact, ""))

    def mark(self, key: str, words: str) -> str:
        """A number of a sentence, marked for `inlines`; words that stay words where nothing is known of it."""
        known = self.known.get(key)
        if known is None:
            return words
        if not known.number:
            self.known[key] = replace(known, number=words)
        return marked(key, words, known.base)

    def _filled(self, fact: Fact, number: str) -> Fact:
        common = self.common
        return replace(
            fact,
            number=fact.number or number,
            generalisable=fact.generalisable or common.generalisable,
            unknown=fact.unknown or common.unknown,
            interval=fact.interval or common.interval,
            source=fact.source or common.source,
        )

    def table(
        self,
        name: str,
        table: Table,
        columns: Mapping[str, About] | Sequence[Mapping[str, About]],
        of: str = "",
        names: Sequence[str] = (),
        heads: int = 1,
    ) -> Table:
        """The table with a fact behind each of its numbers that is none yet. `columns`: by label, the same for all rows
        or one a row; a column whose words another's interval is opens that one's. `of`: whose numbers these are, before
        what a row is. `names`: of the rows in addresses, else their own words; `heads`: so many columns say what a row
        is."""
        each = [columns] * len(table.rows) if isinstance(columns, Mapping) else columns
        labels = [f"{column.group} {column.label}".strip() for column in table.columns]
        rows = []
        for row, own, abouts in zip(table.rows, names or tuple(_names(table)), each, strict=True):
            said = dict(zip(labels, (_told(cell) for cell in row), strict=True))
            owners = {about.interval: label for label, about in abouts.items() if said.get(label, "")}
            group = ", ".join(part for part in (of, *(cell.text for cell in row[:heads])) if part)
            cells = list(row[:heads])
            for label, cell in zip(labels[heads:], row[heads:], strict=True):
                owner = label if label in abouts else owners.get(label, "")
                cells.append(self._cell(f"{name}.{own}", group, (owner, abouts), said, cell))
            rows.append(tuple(cells))
        return replace(table, rows=tuple(rows))

    def _cell(
        self,
        row: str,
        group: str,
        column: tuple[str, Mapping[str, About]],
        said: Mapping[str, str],
        cell: TableCell,
    ) -> TableCell:
        owner, columns = column
        if cell.ref or not owner or not _DIGIT.search(cell.text):
            return cell
        about = columns[owner]
        key = f"{row}.{ascii_id(owner)}"
        told = Fact(
            said[owner],
            about.title,
            group,
            counted=about.counted,
            base=": ".join(part for part in (about.of, said.get(about.base, about.base)) if part),
            unknown=about.unknown,
            interval=_interval(about, said),
            generalisable=about.generalisable,
            made=about.made,
            formula=about.formula,
            source=about.source,
        )
        self.known.setdefault(key, self._filled(told, said[owner]))
        return replace(cell, ref=key)


def _interval(about: About, said: Mapping[str, str]) -> str:
    """The interval of a row with its method; what is said instead where the column is no column."""
    told = said.get(about.interval, about.interval)
    return f"{told} ({about.method})" if about.method and _DIGIT.search(told) else told


def _told(cell: TableCell) -> str:
    return f"{cell.text}{cell.mark}"


def _names(table: Table) -> Iterator[str]:
    """A name for each row by its own words; the second of the same words has a number after them."""
    seen: dict[str, int] = {}
    for row in table.rows:
        name = ascii_id(row[0].text) or "x"
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}_{seen[name]}"


def slug(id: str) -> str:
    """An id as it may stand in an address, distinct for distinct ids."""
    plain = ascii_id(id)
    return plain if plain == id else f"{plain}_{content_hash(id)[:6]}"


def marked(key: str, words: str, base: str = "") -> str:
    """A number of a sentence with what addresses it; `inlines` makes it a number, `bare` words again."""
    return f"\ue000{key}\ue001{base}\ue001{words}\ue002"


def bare(text: str) -> str:
    """The words alone."""
    return _NUMBER.sub(r"\g<words>", text)


def numbered(text: str) -> Iterator[Inline]:
    """Words with their numbers."""
    at = 0
    for match in _NUMBER.finditer(text):
        if match.start() > at:
            yield Text(text[at : match.start()])
        yield Number(match["words"], "", match["key"], "", match["base"])
        at = match.end()
    if at < len(text):
        yield Text(text[at:])


# --- the page of all numbers ---


def write_all_numbers(cards: Cards) -> bytes:
    """The page of all numbers of an edition, its facts among them: for each table its definitions and a row for each
    number."""
    facts = cards.edition.facts
    by_table: dict[Where, list[str]] = {}
    for key in facts:
        if where := cards.places.get(key):
            by_table.setdefault(Where(where[0].anchor, where[0].name, ""), []).append(key)
    told = "".join(_of_table(cards.edition, where, keys) for where, keys in by_table.items())
    before, end, after = write_numbers(cards).partition(_END)
    return before + told.encode() + end + after


def _of_table(edition: Edition, where: Where, keys: Sequence[str]) -> str:
    language = edition.language
    name = f"maal-{escape(where.anchor)}"
    titles = {edition.facts[key].title: edition.facts[key].formula for key in keys}
    rules = "".join(
        f"<div><dt>{escape(title)}</dt><dd>{escape(formula)}</dd></div>" for title, formula in titles.items()
    )
    heads = "".join(f'<th scope="col">{escape(say(language, f"card.{column}"))}</th>' for column in _COLUMNS)
    rows = "".join(_row(edition, key) for key in keys)
    return (
        f'<h2 id="{name}">{escape(where.name)}</h2>\n<dl>{rules}</dl>\n'
        f'<div class="table" role="region" aria-labelledby="{name}" tabindex="0">\n<table>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def _row(edition: Edition, key: str) -> str:
    fact, name = edition.facts[key], escape(card_name(key))
    told = {row.term: row.text for row in card(edition, key, {}).own}
    words = (told.get(say(edition.language, f"card.{column}"), "") for column in _COLUMNS[2:])
    cells = "".join(f"<td>{escape(text)}</td>" for text in (fact.number, *words))
    head = ", ".join(part for part in (fact.group, fact.title) if part)
    return f'<tr id="tal-{name}"><th scope="row"><a href="#tal-{name}">{escape(head)}</a></th>{cells}</tr>\n'

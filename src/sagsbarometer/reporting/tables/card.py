"""What must be known of one number: a card of rows, the same for the page, the list of all numbers and the app."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.measure import Kind, Measure
from sagsbarometer.reporting.binding.inline import anchor as anchor_of
from sagsbarometer.reporting.contract import Edition, Fact
from sagsbarometer.reporting.numbers import (
    amount,
    bound_limits,
    counts_words,
    difference,
    interval_limits,
    missing,
    number_words,
    percent_words,
)
from sagsbarometer.reporting.tables.before import BEFORE_KEY
from sagsbarometer.reporting.tables.lists import base_rule, rule
from sagsbarometer.reporting.tables.table import figure_lines, verdict
from sagsbarometer.reporting.words import known, period_words, say

MINUS = " - "  # between the keys of the two cells of a difference
_HASH = 12  # letters shown of a hash
CELLS, DEFINITIONS = "cells.csv", "definitions.json"  # the numbers and their definitions, as data
_EVERY_CASE = "true"
_TIMES = ("days", "weeks")


@dataclass(frozen=True, slots=True)
class Where:
    """A place a number stands: the figure or table by its anchor, what it is called, and the words of its row there."""

    anchor: str
    name: str
    row: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a card. `code`: the text is a rule as written, or as it stands in `file`, a file of the edition.
    `places`: what the text lists, to be linked."""

    term: str
    text: str
    code: bool = False
    places: tuple[Where, ...] = ()
    file: str = ""
    danish: bool = False  # words that stand in Danish in an edition of another language


@dataclass(frozen=True, slots=True)
class Card:
    """What must be known of one number. `number` is as printed in tables, `[c]` where it is withheld.

    The rows stand in three: what is of this number, of its measure, and of every number of the edition.
    """

    key: str  # the key of its cell, or of two with MINUS between them
    number: str
    title: str
    own: tuple[Row, ...]
    measure: tuple[Row, ...]
    edition: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row, in reading order."""
        return (*self.own, *self.measure, *self.edition)

    @property
    def name(self) -> str:
        """What addresses of the number end with: `right`, `reversal_rate.law_area=serviceloven..2024`."""
        return card_name(self.key)


def card_name(key: str) -> str:
    """The key of a number as it stands in an address; distinct for distinct keys."""
    told = key.replace(MINUS, "~").replace("|", ".")
    return re.sub(r"%", "_", quote(told, safe=".~=;:/-_"))


def places(edition: Edition) -> Mapping[str, tuple[Where, ...]]:
    """Where each number stands in figures and tables, by its key; the first place of a number in each of them."""
    found: dict[str, dict[str, Where]] = {}

    def stands(ref: str, where: Where) -> None:
        found.setdefault(ref, {}).setdefault(where.anchor, where)

    for figure in edition.figures:
        name = _named(edition, "figure", figure.number, edition.words(figure.title))
        if all(edition.has_cell(ref) for ref in figure.measures):
            for line in figure_lines(edition, figure):
                stands(line.cell.ref, Where(anchor_of(figure.id), name, line.row))
    for grid in edition.grids:
        name = _named(edition, "grid", grid.number, edition.words(grid.title))
        for row in grid.rows:
            for place in row.places:
                for ref in place.refs if place else ():
                    stands(ref, Where(anchor_of(grid.id), name, edition.words(row.label)))
    return {ref: tuple(told.values()) for ref, told in found.items()}


def _named(edition: Edition, kind: str, number: str, title: str) -> str:
    return say(edition.language, f"{kind}.name", number=number) if number else title


def card(edition: Edition, key: str, standing: Mapping[str, tuple[Where, ...]] | None = None) -> Card:
    """The card of the number with this key, a cell or a fact, or of the difference of two (`a - b`).

    `standing` is `places(edition)`, which is slow to make for each of many cards. Raises KeyError when the results lack
    the number.
    """
    where = places(edition) if standing is None else standing
    if key in edition.facts:
        return _of_fact(edition, key, edition.facts[key], where.get(key, ()))
    first, *rest = (_found(edition, part, where) for part in key.split(MINUS))
    if rest:
        return _difference(edition, key, first, rest[0])
    return Card(
        key,
        amount(first.cell, first.edition.language),
        _title(first.edition, first.cell),
        (*_own(first), *_stands(first.edition, first.where.get(first.cell.ref, ())), *_line(edition, first)),
        tuple(measure_rows(first.edition, first.cell.result)),
        tuple(edition_rows(first.edition)),
    )


def _of_fact(edition: Edition, key: str, fact: Fact, where: tuple[Where, ...]) -> Card:
    """The card of a number that is no cell. What is not said of it is said not to be there."""
    language = edition.language

    def rows(**told: str) -> Iterator[Row]:
        return (Row(say(language, f"card.{name}"), text) for name, text in told.items() if text)

    unknown = fact.unknown or say(language, "card.unknown_none")
    interval = fact.interval or say(language, "card.no_interval")
    speaks = fact.generalisable or say(language, "card.generalisable_no")
    own = rows(group=fact.group, counted=fact.counted, base=fact.base, unknown=unknown, interval=interval)
    more = rows(generalisable=speaks, estimator=fact.made)
    hash = content_hash([fact.title, fact.formula])[:_HASH]
    measure = (
        *rows(definition=fact.title, formula=fact.formula, source=fact.source),
        Row(say(language, "card.hash"), hash, True),
    )
    told = (*own, *more, *_stands(edition, where))
    return Card(key, fact.number, fact.title, told, measure, tuple(edition_rows(edition)))


@dataclass(frozen=True, slots=True)
class _Found:
    """A number with the edition it is of, this or the round before, and where the numbers of that stand here."""

    edition: Edition
    cell: Cell
    where: Mapping[str, tuple[Where, ...]]


def _found(edition: Edition, key: str, where: Mapping[str, tuple[Where, ...]]) -> _Found:
    if not key.startswith(BEFORE_KEY):
        return _Found(edition, edition.cell(key), where)
    if edition.before is None:
        raise KeyError(key)
    return _Found(edition.before, edition.before.cell(key.removeprefix(BEFORE_KEY)), {})


def _title(edition: Edition, cell: Cell) -> str:
    measure = edition.measure(cell.ref)
    return edition.words(measure.label) if measure else cell.result


def _stands(edition: Edition, where: tuple[Where, ...]) -> Iterator[Row]:
    if where:
        names = ", ".join(place.name for place in where)
        yield Row(say(edition.language, "card.places"), names, places=where)


def _line(edition: Edition, found: _Found) -> Iterator[Row]:
    """Which line of the data file has the number; that of the round before lies elsewhere."""
    if found.edition is edition:
        cell = found.cell
        line = " · ".join(part for part in (cell.result, cell.row, cell.column, cell.period) if part)
        yield Row(say(edition.language, "card.data"), line, True, file=CELLS)


def _own(found: _Found) -> Iterator[Row]:
    """What is of this number. Of one that is withheld: what it is of, and that it is."""
    edition, cell, where = found.edition, found.cell, found.where
    language = edition.language

    def row(name: str, text: str) -> Row:
        return Row(say(language, f"card.{name}"), text)

    if group := group_words(edition, cell, where):
        yield replace(row("group", group), danish=group_in_danish(edition, group))
    if cell.period:
        yield row("period", period_words(language, cell.period))
    if cell.hidden:
        yield row("withheld", say(language, "card.withheld_is"))
        return
    if counted := counted_words(edition, cell):
        yield row("counted", counted)
    yield row("base", _base(edition, cell))
    yield row("unknown", _unknown(language, cell))
    if bounds := bounds_words(language, cell):
        yield row("bounds", bounds)
    yield row("interval", interval_words(edition, cell))
    yield row("generalisable", generalised_words(edition, cell))
    if cell.presentation:
        yield Row(say(language, "table.verdict"), verdict(edition, cell))
    yield row("estimator", known(language, f"estimator.{cell.estimator}", say(language, "card.from_counts")))


def group_words(edition: Edition, cell: Cell, where: Mapping[str, tuple[Where, ...]]) -> str:
    """What group a number is of; empty for a total."""
    if not cell.row:
        return ""
    labels = {group: text for grid in edition.grids for group, text in grid.labels.items()}
    told = [edition.words(labels[group]) for group in cell.row.split(";") if group in labels]
    if told:
        return ", ".join(told)
    standing = where.get(cell.ref, ())
    return standing[0].row if standing else cell.row


def group_in_danish(edition: Edition, group: str) -> bool:
    """Whether the name of a group stands in Danish in an edition of another language, because it has no other."""
    if edition.language == "da":
        return False
    own = (
        text for grid in edition.grids for text in (*grid.labels.values(), *(row.label for row in grid.rows))
    )
    return any(text.get("da") == group and edition.in_danish(text) for text in own)


def counted_words(edition: Edition, cell: Cell) -> str:
    """`205 af 385`; of a mean the days and the cases; of other times how many cases they are of. Empty where the number
    is the count itself."""
    language = edition.language
    measure = edition.measure(cell.ref)
    if cell.unit == "percent":
        return missing(cell, language) or counts_words(cell, language)
    if cell.unit in _TIMES:
        cases = number_words(language, cell.denominator)
        if measure and measure.kind is Kind.MEAN:
            return say(language, "card.mean", days=number_words(language, cell.numerator), cases=cases)
        return say(language, "card.known_cases", cases=cases)
    return counts_words(cell, language) if cell.unit == "cases" and cell.denominator else ""


def _base(edition: Edition, cell: Cell) -> str:
    measure = edition.measure(cell.ref)
    number = number_words(edition.language, cell.base)
    label = edition.words(measure.base_label) if measure else ""
    if not label:
        return say(edition.language, "base.cases", number=number)
    return say(edition.language, "card.base_is", words=label, number=number)


def _unknown(language: str, cell: Cell) -> str:
    if not cell.unknown:
        return say(language, "card.unknown_none")
    return say(language, "card.unknown_is", number=number_words(language, cell.unknown))


def bounds_words(language: str, cell: Cell) -> str:
    """What the number could be for all that is unknown; empty where nothing is."""
    bounds = bound_limits(cell, language) if cell.unknown else ""
    if not bounds:
        return ""
    if cell.unit == "percent":
        return say(language, "card.bounds_are", bounds=percent_words(language, bounds))
    return say(language, "card.bounds_time" if cell.unit in _TIMES else "card.bounds_count", bounds=bounds)


def interval_words(edition: Edition, cell: Cell) -> str:
    """The interval with its method, or why there is none."""
    language = edition.language
    limits = interval_limits(cell, language=language)
    if not limits:
        return say(language, "card.complete" if edition.complete else "card.no_interval")
    told = percent_words(language, limits) if cell.unit == "percent" else limits
    method = known(language, f"method.{cell.interval_method}", cell.interval_method)
    return say(language, "card.interval_is", limits=told, method=method) if method else told


def generalised_words(edition: Edition, cell: Cell) -> str:
    """Whether the number speaks for other cases; a figure that says it does not goes before the cell."""
    language = edition.language
    exempt = (item for item in edition.figures if not item.generalisable and item.shows(cell.ref))
    first = next(exempt, None)
    code = "no" if first else cell.generalisable
    why = edition.words(first.why_not) if first else edition.why_not(cell)
    if code == "no":
        key = "card.generalisable_why" if why else "card.generalisable_no"
        return say(language, key, why=why)
    return known(language, f"card.generalisable_{code}", code)


def measure_rows(edition: Edition, id: str) -> Iterator[Row]:
    """The definition of a measure; nothing where the edition has none."""
    language = edition.language
    measure = edition.measures.get(id)
    if measure is None:
        return

    def row(name: str, text: str, code: bool = False) -> Row:
        return Row(say(language, f"card.{name}"), text, code)

    yield row("definition", edition.words(measure.label))
    yield row("formula", _formula(edition, measure))
    for name, written in (("rule", rule(measure, language)), ("base_rule", base_rule(measure))):
        every = written == _EVERY_CASE
        if written:  # a mean of a column that is as it was read has no rule
            yield row(name, say(language, "card.every_case") if every else written, not every)
    if measure.source:
        of_danish = edition.in_danish(measure.source)
        yield Row(say(language, "card.source"), measure.source, danish=of_danish)
    yield Row(say(language, "card.hash"), measure.hash[:_HASH], True, file=DEFINITIONS)


def _formula(edition: Edition, measure: Measure) -> str:
    own = edition.words(measure.formula) if measure.formula else ""
    return own or say(edition.language, f"card.kind.{measure.kind}", percent=measure.quantile)


def edition_rows(edition: Edition) -> Iterator[Row]:
    """What holds for every number of the edition: its day, its origin, and what it was made with."""
    language = edition.language

    def row(name: str, text: str) -> Row:
        return Row(say(language, f"card.{name}"), text)

    yield row("data_date", edition.data_day or say(language, "book.not_stated"))
    assumed = edition.results.manifest.get("origin") == "assumed"
    yield row(
        "origin", edition.origin_label or say(language, "card.assumed" if assumed else "origin.real_cases")
    )
    for name in ("form", "layout"):
        if told := _version(language, edition.results.manifest.get(name)):
            yield row(name, told)
    yield from _estimated(edition)
    law = edition.results.manifest.get("law")
    if isinstance(law, Mapping) and law.get("hash"):
        yield row("law", str(law["hash"])[:_HASH])
    if edition.version:
        yield row("software", f"sagsbarometer {edition.version}")


def _estimated(edition: Edition) -> Iterator[Row]:
    """What takes the place of a form for an estimate, and for agreement: what was asked, of which sample."""
    manifest = edition.results.manifest
    sources = {"data": manifest["source"]} if "agreement" in manifest else manifest.get("sources")
    if not {"estimate", "agreement"} & manifest.keys() or not isinstance(sources, Mapping):
        return
    for name in ("design", "sample", "data"):
        if isinstance(told := sources.get(name), Mapping):
            hash = str(told.get("sha256", ""))[:_HASH]
            words = say(edition.language, "card.with_hash", words=told.get("file", ""), hash=hash)
            yield Row(say(edition.language, f"card.estimate_{name}"), words)


def _version(language: str, told: object) -> str:
    """`ledsagelse_97, version 1 (84dea3e1fd4d)` of what a manifest says of a form or a layout."""
    if not isinstance(told, Mapping) or not told.get("id"):
        return ""
    words = str(told["id"])
    if told.get("version"):
        words = say(language, "card.version", id=words, version=told["version"])
    hash = str(told.get("hash", ""))[:_HASH]
    return say(language, "card.with_hash", words=words, hash=hash) if hash else words


def _difference(whole: Edition, key: str, one: _Found, other: _Found) -> Card:
    """A number that is one less another: what both are, and each with its counts."""
    edition, first, second = one.edition, one.cell, other.cell
    language = edition.language
    hidden = bool(first.hidden or second.hidden)
    rows = [
        Row(say(language, f"card.{name}"), _told(found.edition, found.cell, found.where))
        for name, found in (("first", one), ("second", other))
    ]
    if hidden:
        rows.append(Row(say(language, "card.withheld"), say(language, "card.withheld_is")))
    format = "pp" if first.unit == second.unit == "percent" else "count"
    number = difference(first, second, format, language)[0]
    stands = (*one.where.get(first.ref, ()), *other.where.get(second.ref, ()))
    told = tuple(dict.fromkeys(stands))
    title = say(language, "card.difference")
    of = tuple(measure_rows(edition, first.result))
    if first.result != second.result:
        of = (*of, *measure_rows(edition, second.result))
    lines = [row for found in (one, other) for row in _line(whole, found)]
    own = (*rows, *_stands(edition, told), *lines)
    return Card(key, number, title, own, of, tuple(edition_rows(edition)))


def _told(edition: Edition, cell: Cell, where: Mapping[str, tuple[Where, ...]]) -> str:
    """`Omgørelsesprocent, Serviceloven, 2024: 47 % (355 af 750)`."""
    language = edition.language
    of = (_title(edition, cell), group_words(edition, cell, where), period_words(language, cell.period))
    words = f"{', '.join(part for part in of if part)}: {amount(cell, language)}"
    counted = "" if cell.hidden else counted_words(edition, cell)
    return f"{words} ({counted})" if counted else words

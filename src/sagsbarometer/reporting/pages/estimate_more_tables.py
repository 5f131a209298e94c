"""The tables of what was asked beside the shares, in the report of estimates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sagsbarometer.estimation.cells import row_key
from sagsbarometer.estimation.more_file import CORRECTED, TOTAL
from sagsbarometer.kernel.ids import ascii_id
from sagsbarometer.measures.cells import ref
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Block, Column, Heading, Table, TableCell
from sagsbarometer.reporting.numbers import DASH, danish
from sagsbarometer.reporting.pages.curve_report import inlines, paragraph
from sagsbarometer.reporting.pages.estimate_facts import (
    CHANGES,
    CORRECTIONS,
    DIFFERENCES,
    NUMBERS,
    opened,
)
from sagsbarometer.reporting.pages.estimate_more import (
    CONDITION,
    apart_writer,
    change_notes,
    ends,
    own_writer,
    pair_words,
    percent,
    remark_words,
)
from sagsbarometer.reporting.pages.estimate_more_cells import CHANGE, DIFFERENCE
from sagsbarometer.reporting.pages.estimate_more_data import scaled
from sagsbarometer.reporting.pages.facts import About, Facts
from sagsbarometer.reporting.tables.table import in_sentence

if TYPE_CHECKING:
    from sagsbarometer.estimation.asked import By
    from sagsbarometer.estimation.design import Estimate
    from sagsbarometer.estimation.groups import Domain
    from sagsbarometer.estimation.intervals import Limits
    from sagsbarometer.estimation.more import Changed, Correction, Difference, Number
    from sagsbarometer.reporting.pages.estimate_more import Write
    from sagsbarometer.reporting.pages.estimate_report import Told

MOST_ROWS = 400  # of a table; all are in estimater.csv
_INTERVAL = "95-procents-interval"


def more_blocks(told: Told, edition: Edition, facts: Facts) -> Iterator[Block]:
    """A heading and a table for each kind of number that was asked for; nothing where none was. `facts`: takes what is
    to be known of those that are no cells."""
    for at, (title, words, columns, rows, abouts) in enumerate(_tables(told, edition), 1):
        yield Heading(1, inlines(title), f"afsnit-{ascii_id(title).replace('_', '-')}")
        yield from (paragraph(line) for line in words)
        notes = [edition.source_line]
        if len(rows) > MOST_ROWS:
            notes.insert(0, f"Tabellen har de første {danish(MOST_ROWS)} linjer. Alle står i estimater.csv.")
        table = Table(
            f"Tabel {at}: {title}",
            columns,
            tuple(rows[:MOST_ROWS]),
            tuple(notes),
            anchor=f"tabel-{at}",
            files=(("Hent alle tal (CSV)", "estimater.csv"),),
        )
        yield facts.table(ascii_id(title), table, abouts)


def table_count(told: Told) -> int:
    """How many tables there are of these."""
    more = told.more
    return sum(1 for items in (more.numbers, more.differences, more.corrections, more.changes) if items)


def more_reading(told: Told) -> Iterator[str]:
    """How these numbers are to be read."""
    more = told.more
    if any(item.kind == TOTAL for item in more.numbers):
        yield (
            "*Antal og summer* er for alle de sager, der blev trukket af (Horvitz-Thompson). Ukendte er ikke med i "
            "dem; for antal viser grænserne, hvad de kunne ændre."
        )
    if more.numbers or more.differences or more.changes:
        yield (
            "*Intervallet om antal, gennemsnit, forhold, forskelle og ændringer* er tallet plus og minus t gange "
            "standardfejlen."
        )
    if more.differences:
        yield "*Forskellen* tager med, at grupperne kan være trukket sammen (kovariansen)."
    if more.corrections:
        yield (
            "*Rettet for læsefejl*: de dobbeltlæste siger, hvor mange af de sager, der først blev læst som ja, der er "
            "det, og lige så af nej. Intervallet rummer begge udtræk."
        )
    if more.changes:
        yield "*Ændringen* tager med, at enheder, der er i begge runder, ligner sig selv."


_Told = tuple[str, Sequence[str], tuple[Column, ...], list[tuple[TableCell, ...]], Mapping[str, About]]
_LAST = (Column("Standardfejl", "value", 1.0), Column("Frihedsgrader", "count", 1.0))


def _tables(told: Told, edition: Edition) -> Iterator[_Told]:
    """Title, what is said first, columns, rows, and what is to be known of the columns that hold no cells."""
    more = told.more
    if more.numbers:
        rows = [
            opened(edition, _number(told, item), (ref(item.id, row_key(item.by, item.domain)), (1, 2, 3, 4)))
            for item in more.numbers
        ]
        yield "Antal, gennemsnit og forhold", (), _NUMBER_COLUMNS, rows, NUMBERS
    if more.differences:
        words: tuple[str, ...] = ("Af andele er forskellen i procentpoint.",)
        rows = [opened(edition, _difference(told, item), *_pair(item)) for item in more.differences]
        yield "Forskelle", words, _DIFFERENCE_COLUMNS, rows, DIFFERENCES
    if more.corrections:
        rows = [opened(edition, _correction(told, item), *_both(item)) for item in more.corrections]
        yield "Rettet for læsefejl", (CONDITION,), _CORRECTION_COLUMNS, rows, CORRECTIONS
    if more.changes:
        rows = [opened(edition, _change(told, item), *_since(item)) for item in more.changes]
        words = (*change_notes(told), "Af andele er ændringen i procentpoint.")
        yield "Ændring siden den tidligere runde", words, _CHANGE_COLUMNS, rows, CHANGES


_Places = tuple[str, tuple[int, ...]]  # the key of a cell, and where in a row its numbers stand


def _pair(item: Difference) -> tuple[_Places, ...]:
    one, other = (row_key((item.by,), (group,)) for group in (item.one, item.other))
    apart = ref(item.id + DIFFERENCE, one, other)
    return (ref(item.id, one), (1,)), (ref(item.id, other), (2,)), (apart, (3, 4))


def _both(item: Correction) -> tuple[_Places, ...]:
    row = row_key(item.by, item.domain)
    return (ref(item.id, row), (1,)), (ref(item.id + CORRECTED, row), (2, 3))


def _since(item: Changed) -> tuple[_Places, ...]:
    row = row_key(item.by, item.domain)
    return (ref(item.id, row), (2,)), (ref(item.id + CHANGE, row), (3, 4))


_NUMBER_COLUMNS = (
    Column("Tal og gruppe", weight=2.4),
    Column("Sager", "count", 0.8),
    Column("Tal", "value", 1.0),
    Column(_INTERVAL, weight=1.6),
    Column("Ukendte", weight=1.2),
    *_LAST,
)
_DIFFERENCE_COLUMNS = (
    Column("Tal og grupper", weight=2.4),
    Column("Første", "value", 0.9),
    Column("Anden", "value", 0.9),
    Column("Forskel", "value", 0.9),
    Column(_INTERVAL, weight=1.6),
    *_LAST,
)
_CORRECTION_COLUMNS = (
    Column("Andel og gruppe", weight=2.2),
    Column("Læst én gang", "value", 0.9),
    Column("Rettet", "value", 0.9),
    Column(_INTERVAL, weight=1.4),
    Column("Læst to gange", "count", 0.9),
    Column("Andet svar", "count", 0.9),
    Column("Forbehold", weight=2.4),
)
_CHANGE_COLUMNS = (
    Column("Tal og gruppe", weight=2.4),
    Column("Før", "value", 0.9),
    Column("Nu", "value", 0.9),
    Column("Ændring", "value", 0.9),
    Column(_INTERVAL, weight=1.6),
    Column("Enheder i begge", "count", 1.0),
    *_LAST,
)


def _number(told: Told, item: Number) -> tuple[TableCell, ...]:
    head = TableCell(_where(told, item.id, item.by, item.domain))
    unknown = danish(item.unknown) if item.unknown else "0"
    if item.of is None:
        return (
            head,
            _count(0),
            *(TableCell(DASH) for _ in range(2)),
            TableCell(unknown),
            *_errors(None, None, 1),
        )
    own = own_writer(item.of.value, item.kind == TOTAL and item.counts)
    if item.unknown and item.low is not None and item.high is not None:
        unknown += f" (grænser {own(item.low)}-{own(item.high)})"
    return (
        head,
        _count(item.of.cases),
        _written(item.of, own, 1),
        TableCell(_ends(item.limits, own)),
        TableCell(unknown),
        *_errors(item.of, own, 1),
    )


def _difference(told: Told, item: Difference) -> tuple[TableCell, ...]:
    own = apart_writer(item.kind, item.first.value if item.first else 0.0)
    scale = 100 if own is percent else 1
    return (
        TableCell(f"{told.label(item.id)}, {pair_words(told, item)}"),
        _written(item.first, own, scale),
        _written(item.second, own, scale),
        _written(item.of, own, scale),
        TableCell(_ends(item.limits, own)),
        *_errors(item.of, own, scale),
    )


def _correction(told: Told, item: Correction) -> tuple[TableCell, ...]:
    head, remarks = _where(told, item.id, item.by, item.domain), "; ".join(remark_words(item))
    found = item.found
    return (
        TableCell(head),
        _written(found.first if found else None, percent, 100),
        _written(found.share if found else None, percent, 100),
        TableCell(_ends(item.limits, percent)),
        _count(found.twice if found else 0),
        _count(found.changed) if found else TableCell(DASH),
        TableCell(remarks[:1].upper() + remarks[1:]),
    )


def _change(told: Told, item: Changed) -> tuple[TableCell, ...]:
    of = item.of
    own = apart_writer(item.kind, of.later.value, told.more.counted(item.id))
    scale = 100 if own is percent else 1
    other = "" if item.same else " (målt på en anden måde før)"
    return (
        TableCell(_where(told, item.id, item.by, item.domain) + other),
        _written(of.earlier, own, scale),
        _written(of.later, own, scale),
        _written(of.difference, own, scale),
        TableCell(_ends(item.limits, own)),
        _count(of.overlap) if item.recognised else TableCell(DASH),
        *_errors(of.difference, own, scale),
    )


def _where(told: Told, id: str, by: By, domain: Domain) -> str:
    return f"{told.label(id)}, {in_sentence(told.group(by, domain))}" if by else told.label(id)


def _ends(limits: Limits | None, write: Write) -> str:
    return ends(limits, write) or DASH


def _count(many: int) -> TableCell:
    return TableCell(danish(many), many, format="#,##0")


def _written(of: Estimate | None, write: Write, scale: int) -> TableCell:
    return (
        TableCell(DASH) if of is None else TableCell(write(of.value), scaled(of.value, scale), format="0.00")
    )


def _errors(of: Estimate | None, write: Write | None, scale: int) -> tuple[TableCell, TableCell]:
    if of is None or write is None:
        return TableCell(DASH), TableCell(DASH)
    return TableCell(write(of.error), scaled(of.error, scale), format="0.00"), _count(of.freedom)

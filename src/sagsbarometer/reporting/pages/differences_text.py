"""The report of differences: what they may be read as, the differences in words, the tables."""

from __future__ import annotations

from dataclasses import replace

from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import (
    Block,
    Box,
    Bullets,
    Document,
    Heading,
    Inlines,
    Paragraph,
    Table,
)
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.differences import (
    Differences,
    course_table,
    course_words,
    difference_table,
    difference_words,
    rate_table,
)
from sagsbarometer.reporting.pages.differences_facts import COMMON, course_facts, difference_facts, rate_facts
from sagsbarometer.reporting.pages.facts import Facts, Mark, marked, numbered, unmarked
from sagsbarometer.reporting.tables.lists import definition_tables

_MOST_WORDS = 30  # differences told one by one; with more the table is easier to read
_MANY = 10  # differences: some will be far from nought by chance


def difference_lines(of: Differences, mark: Mark = unmarked) -> tuple[str, ...]:
    """Every difference and trend, a line each. `mark`: makes a number open what is known of it."""
    return (
        *(difference_words(of, item, mark) for item in of.compared.between_periods),
        *(difference_words(of, item, mark) for item in of.compared.between_groups),
        *(course_words(of, item, mark) for item in of.compared.courses),
    )


def reading_lines(of: Differences) -> tuple[str, ...]:
    """What the intervals say, and what not."""
    apart = (*of.compared.between_periods, *of.compared.between_groups)
    many = sum(item.interval is not None for item in apart)
    lines = [
        "Tallene er fulde optællinger, ikke stikprøver. Et procesinterval siger, hvor langt forskellen kan svinge, "
        "når hver sag ses som ét udfald af en proces med fast sandsynlighed. Det siger intet om sager, der ikke er "
        "klaget over.",
        "Rummer intervallet ingen forskel, kan forskellen være tilfældig. Gør det ikke, er noget forskelligt, men "
        "ikke nødvendigvis afgørelserne: Sagerne kan være andre, og reglerne kan være ændret.",
    ]
    if many >= _MANY:
        lines.append(
            f"Her er {danish(many)} forskelle. Var intet forskelligt, ville intervallet alligevel ligge uden om nul i "
            f"omkring {danish(max(1, round(many / 20)))} af dem."
        )
    return tuple(lines)


def difference_tables(of: Differences) -> tuple[tuple[str, Table], ...]:
    """What a sheet of each table should be called, and the table."""
    found = [("Procenter", rate_table(of))]
    if of.compared.between_periods:
        found.append(("Mellem perioder", difference_table(of, of.compared.between_periods, True)))
    if of.compared.between_groups:
        found.append(("Mellem grupper", difference_table(of, of.compared.between_groups, False)))
    if of.compared.courses:
        found.append(("Udvikling", course_table(of)))
    return tuple(found)


def difference_document(of: Differences, file: str = "index") -> tuple[Document, Edition]:
    """The report, and the edition with what is known of each number of it that is no cell."""
    facts = Facts(COMMON)
    tables = _tables(of, facts)

    def mark(key: str, words: str) -> str:
        # A share is a cell of the edition, and has its card.
        return marked(key, words) if of.edition.has_cell(key) else facts.mark(key, words)

    lines = difference_lines(of, mark)
    said: tuple[Block, ...] = ()
    if len(lines) <= _MOST_WORDS:
        bullets = Bullets(tuple((Paragraph(_words(line)),) for line in lines), ordered=False)
        said = (Heading(1, _words("Forskellene"), "forskellene"), bullets)
    reading = Box(_words("Sådan læses det"), tuple(Paragraph(_words(line)) for line in reading_lines(of)))
    blocks: tuple[Block, ...] = (
        reading,
        *said,
        Heading(1, _words("Tabeller"), "tabeller"),
        *tables,
        Heading(1, _words("Definition"), "definition"),
        *(replace(table, anchor="tabel-definition") for table in definition_tables(of.edition)),
        Heading(1, _words("Sådan er intervallerne regnet"), "metode"),
        Paragraph(
            _words(
                "En procents procesinterval er Wilsons (1927). En forskels er Newcombes metode 10 (Statistics in "
                "Medicine 17, 1998, side 873-890), uden korrektion for kontinuitet. Udviklingen er "
                "Cochran-Armitages (Biometrics 10, 1954, og 11, 1955). Alle er på 95 procent, og de to tal i en "
                "forskel har ingen sager til fælles."
            )
        ),
    )
    document = Document(of.title, "", file, blocks, (), sheet=True)
    return document, replace(of.edition, facts=facts.known)


def _tables(of: Differences, facts: Facts) -> list[Table]:
    """The tables of `difference_tables` with what is known of their numbers."""
    compared = of.compared
    found = [rate_facts(facts, of, rate_table(of))]
    for items, over_time in ((compared.between_periods, True), (compared.between_groups, False)):
        if items:
            found.append(difference_facts(facts, of, items, difference_table(of, items, over_time)))
    if compared.courses:
        found.append(course_facts(facts, of, course_table(of)))
    return [replace(table, anchor=f"tabel-{number}") for number, table in enumerate(found, start=1)]


def _words(text: str) -> Inlines:
    return tuple(numbered(text))

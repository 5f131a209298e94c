"""What must be known of numbers as they stood on several days: each by its day, and how far they moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.reporting.contract import Edition, Fact
from sagsbarometer.reporting.document import Document, Table
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.facts import About, Facts, slug, write_all_numbers
from sagsbarometer.reporting.tables.card import bounds_words, counted_words, measure_rows
from sagsbarometer.reporting.words import say
from sagsbarometer.reporting.writers.html import write_html
from sagsbarometer.reporting.writers.html_cards import CARDS_PAGE, cards_of, is_apart

if TYPE_CHECKING:
    from sagsbarometer.appeals.analyses.triangle import AgeRevision, Triangle
    from sagsbarometer.reporting.pages.revisions import Comparison, Line
    from sagsbarometer.reporting.pages.triangle import Seen

COMMON = About(
    "",
    "",
    interval="intet: alle sager er talt med",
    unknown="ingen",
    generalisable="Nej: alle sager i registret er talt med, og tallene siger ikke noget om andre sager.",
)
DIFFERENCE = "Forskel"


def page_files(document: Document, edition: Edition, facts: Facts) -> dict[str, bytes]:
    """The page, each of its numbers with its card, and the page of all numbers where they are many."""
    told = replace(edition, facts=facts.known, grids=(), results=ResultSet((), edition.results.manifest))
    cards = cards_of(told, [document], data=False)
    files = {f"{document.file}.html": write_html(document, told, {}, cards)}
    if is_apart(document):
        files[CARDS_PAGE] = write_all_numbers(cards)
    return files


def on_day(edition: Edition, cell: Cell, day: date) -> About:
    """What a number of a day is."""
    told = {row.term: row.text for row in measure_rows(edition, cell.result)}
    label = told.get(say("da", "card.definition"), cell.result)
    measure = edition.measure(cell.ref)
    base = edition.words(measure.base_label) if measure else "sager"
    unknown = f"{danish(cell.unknown)} af basen er ikke regnet med" if cell.unknown else "ingen"
    bounds = bounds_words("da", cell)
    return About(
        f"{label}, som det stod {danish_date(day)}",
        told.get(say("da", "card.formula"), ""),
        danish(cell.base),
        base,
        counted=counted_words(edition, cell),
        unknown=f"{unknown}; {bounds}" if bounds else unknown,
    )


def revision_facts(facts: Facts, of: Comparison, lines: Sequence[Line], table: Table) -> Table:
    """A row a number: as it stood on both days, and the difference."""
    first, last, difference = (column.label for column in table.columns[2:5])
    moved = About(
        "Flyttet mellem de to dage",
        "Tallet den anden dag minus tallet den første, regnet af de nøjagtige tal.",
    )
    abouts: list[Mapping[str, About]] = []
    for line in lines:
        before, after = line.revision.before, line.revision.after
        abouts.append(
            {
                first: on_day(of.edition, before, of.first),
                last: on_day(of.edition, after, of.last),
                difference: replace(moved, of="sager, der kom eller gik", base=danish(line.revision.traffic)),
            }
        )
    names = [slug(line.revision.wanted.ref) for line in lines]
    return facts.table(table.anchor, table, abouts, names=names, heads=2)


def triangle_facts(facts: Facts, of: Seen, label: str, triangle: Triangle, table: Table) -> Table:
    """A row a period, a column a day."""
    periods = [item for item in triangle.periods if any(triangle.at(item, day) for day in triangle.days)]
    abouts: list[Mapping[str, About]] = [
        {
            column.label: on_day(of.edition, known.cell, day)
            for column, day in zip(table.columns[1:], triangle.days, strict=True)
            if (known := triangle.at(period, day)) is not None
        }
        for period in periods
    ]
    names = [slug(period.id) for period in periods]
    return facts.table(f"trekant.{slug(triangle.group or 'alle')}", table, abouts, of=label, names=names)


def summary_facts(facts: Facts, of: Comparison) -> None:
    """What the sentences about the cases of two days tell."""
    first, last = danish_date(of.first), danish_date(of.last)
    told = of.summary
    for id, number, title in (
        ("foer", told.before, f"Sager i registret {first}"),
        ("efter", told.after, f"Sager i registret {last}"),
        ("nye", told.new, "Sager, der er nye"),
        ("udgaaet", told.removed, "Sager, der er udgået"),
        ("aendret", told.changed, "Sager, der er ændret i noget, tabellerne ser på"),
        *(
            (f"aendret_{reason.value}", cases, "Ændrede sager, af den grund")
            for reason, cases in told.by.items()
        ),
    ):
        formula = "Antallet af sager; en sag, der er ændret i flere ting, tæller under hver."
        facts.note(f"sager.{id}", Fact(danish(number), title, base="sager i registret", formula=formula))
    moved = sum(revision.moved for revision in of.revisions.values())
    every = danish(len(of.revisions))
    formula = "Antallet af tal i tabellerne, der er et andet den anden dag."
    facts.note(
        "tal.flyttet", Fact(danish(moved), "Tal, der flyttede sig", base=f"tal: {every}", formula=formula)
    )
    facts.note(
        "tal.alle",
        Fact(
            every,
            "Tal i tabellerne",
            base="layoutets tabeller",
            formula="Hvert tal i layoutets tabeller én gang.",
        ),
    )


def age_facts(facts: Facts, ages: Sequence[AgeRevision]) -> None:
    """What the sentences about the ages of figures tell."""
    for item in ages:
        base, id = f"tal: {danish(item.figures)}", f"alder_{item.from_months}"
        for name, title, formula in (
            ("afstand", "Afstand til det, der kendes nu", "Gennemsnittet af afstandene, uden fortegn."),
            ("sat", "Sat op eller ned siden", "Gennemsnittet af det, tallene er flyttet, med fortegn."),
            ("tal", "Tal af den alder", "Antallet af tal, der er holdt op mod det, der kendes nu."),
        ):
            facts.note(f"{id}.{name}", Fact("", title, base=base, formula=formula))

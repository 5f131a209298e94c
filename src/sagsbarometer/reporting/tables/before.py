"""The round before beside this one: which of its numbers belong here, and what must be said of them."""

from __future__ import annotations

from collections.abc import Iterable

from sagsbarometer.kernel.problems import Level, Place, Problem
from sagsbarometer.measures.cells import Cell
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Column
from sagsbarometer.reporting.words import say

BEFORE_KEY = "before."  # in front of the key of a cell of that round, among keys of this one
OTHERWISE = "¤"  # beside a number of the round before that this round counts by another definition


def before_of(edition: Edition, cell: Cell) -> Cell | None:
    """The same number in the round before; None where there is no such round or number."""
    before = edition.before
    return before.cell(cell.ref) if before is not None and before.has_cell(cell.ref) else None


def is_otherwise(cell: Cell, before: Cell) -> bool:
    """Whether the two rounds define the number each in its way, so that they cannot be compared."""
    return cell.definition != before.definition


def before_column(edition: Edition) -> tuple[Column, ...]:
    """The column of the round before, headed by its day; none where there is no such round."""
    if edition.before is None:
        return ()
    day = edition.before.data_day
    label = say(edition.language, "before.column" if day else "before.column_undated", day=day)
    return (Column(label, "value", 1.5),)


def before_notes(edition: Edition, cells: Iterable[Cell]) -> tuple[str, ...]:
    """What a reader of the two numbers side by side must know: nothing is tested, and which are counted otherwise."""
    before = edition.before
    if before is None:
        return ()
    language = edition.language
    day = say(language, "before.day", day=before.data_day) if before.data_day else ""
    notes = [say(language, "before.untested", title=before.title, day=day)]
    pairs = [(cell, before_of(edition, cell)) for cell in cells]
    if any(other is not None and is_otherwise(cell, other) for cell, other in pairs):
        notes.append(say(language, "before.otherwise", sign=OTHERWISE))
    return tuple(notes)


def before_problems(edition: Edition, beside: bool = False) -> list[Problem]:
    """What is wrong with standing these two rounds beside each other: RAPPORT-118, RAPPORT-149; RAPPORT-223 warns.

    `beside`: whether a statistical table has numbers of both."""
    before = edition.before
    if before is None:
        return []
    place = Place("--previous")
    problems: list[Problem] = []
    if before.origin != edition.origin:
        fault = f"Forrige runde er mærket {before.origin}, men denne er mærket {edition.origin}."
        problems.append(
            Problem(
                "RAPPORT-118", place, fault, "Data af forskellig slags kan ikke stå ved siden af hinanden."
            )
        )
    if before.data_date and edition.data_date and before.data_date >= edition.data_date:
        fault = f"Forrige runde har data fra {before.data_date}, og denne har data fra {edition.data_date}."
        problems.append(Problem("RAPPORT-149", place, fault, "Angiv en runde, der er tidligere."))
    refs = {ref for figure in edition.figures for ref in figure.measures}
    if refs and not beside and not any(before.has_cell(ref) for ref in refs):
        fault = "Forrige runde har ingen af de tal, som figurer og tabeller viser."
        remedy = "Se efter, om det er den rette mappe: tal findes ved deres mål, gruppe og periode."
        problems.append(Problem("RAPPORT-223", place, fault, remedy, Level.WARNING))
    return problems

"""A whole edition as files: the texts in two formats, the workbook, and each figure with its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sagsbarometer.kernel.problems import Faults, Level, Place, Problem, errors
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Document, figures
from sagsbarometer.reporting.figure import contents, read_note
from sagsbarometer.reporting.html import TABLES, write_html
from sagsbarometer.reporting.pdf import write_pdf
from sagsbarometer.reporting.text import check_report
from sagsbarometer.reporting.xlsx import write_xlsx


def write_report(edition: Edition, texts: Sequence[Path]) -> dict[str, bytes]:
    """Every file of the edition by its name, folder included; the same bytes for the same input.

    Raises Faults with every fault and warning of every text when there is a fault.
    """
    documents, problems = read_texts(edition, texts)
    if errors(problems):
        raise Faults(problems)
    return write_documents(edition, documents)


def write_documents(edition: Edition, documents: Sequence[Document]) -> dict[str, bytes]:
    """As `write_report`, from texts that were read and found without faults."""
    drawn = {figure.id: contents(edition, figure) for figure in edition.figures}
    files: dict[str, bytes] = {}
    for document in documents:
        files[f"{document.file}.html"] = write_html(document, edition, drawn)
        files[f"{document.file}.pdf"] = write_pdf(document, edition, drawn)
    files[TABLES] = write_xlsx(edition, tuple(drawn.values()))
    for figure in drawn.values():
        files[f"{figure.stem}.svg"] = figure.picture.encode()
        files[f"{figure.stem}.csv"] = figure.csv.encode()
    return files


def check_texts(edition: Edition, texts: Sequence[Path]) -> tuple[Problem, ...]:
    """Every fault and warning of the texts, without drawing or writing anything."""
    return read_texts(edition, texts)[1]


def read_texts(edition: Edition, texts: Sequence[Path]) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """The documents of the texts that have no fault, and every problem of the edition."""
    documents: list[Document] = []
    problems: list[Problem] = list(_edition_problems(edition))
    for path in texts:
        document, found = check_report(path.read_text(encoding="utf-8"), path.name, edition)
        problems.extend(found)
        if document is not None:
            documents.append(document)
    if not errors(problems):
        problems.extend(_across(edition, documents))
    return tuple(documents), tuple(problems)


def _edition_problems(edition: Edition) -> list[Problem]:
    """What is wrong whatever the texts say: data of another origin, a figure's note with loose numbers."""
    origins = sorted({cell.origin for cell in edition.results} - {edition.origin})
    problems: list[Problem] = []
    if origins:
        fault = f"Resultaterne er mærket {', '.join(origins)}, men udgaven er mærket {edition.origin}."
        remedy = "Mærk udgaven som de data, den bygger på. Data af forskellig slags kan ikke stå sammen."
        problems.append(Problem("RAPPORT-118", Place("resultater"), fault, remedy))
    for figure in edition.figures:
        try:
            read_note(edition, figure)
        except Faults as faults:
            problems.extend(faults.problems)
    return problems


def _across(edition: Edition, documents: Sequence[Document]) -> list[Problem]:
    """What only shows when all texts are seen together."""
    placed = {id for document in documents for id in figures(document)}
    problems = [
        Problem(
            "RAPPORT-119",
            Place("skemaet"),
            f"Figuren {figure.id} står ikke i nogen tekst.",
            f"Skriv ::figure {figure.id} i en af teksterne, eller tag figuren ud af skemaet.",
            Level.WARNING,  # a study may have a shorter report, or none; its tables hold every figure
        )
        for figure in edition.figures
        if documents and figure.id not in placed
    ]
    for name, times in sorted(Counter(document.file for document in documents).items()):
        if times > 1:
            fault = f"{times} tekster bliver til filer, der hedder {name}."
            problems.append(
                Problem("RAPPORT-120", Place(name), fault, "Giv dem hvert sit navn med file: i hovedet.")
            )
    return problems

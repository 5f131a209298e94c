"""A whole edition as files: the texts in two formats, the workbook, and each figure with its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sagsbarometer.kernel.problems import Faults, Level, Place, Problem, errors
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Document, figures, grids
from sagsbarometer.reporting.figure import contents, read_note
from sagsbarometer.reporting.grid_table import grid_cells_csv, grid_csv, grid_table, read_grid_notes
from sagsbarometer.reporting.grids import grid_stem
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
    """As `write_report`, from texts that were read and found without faults.

    Raises KeyError when the results lack a number of a figure or a table.
    """
    drawn = {figure.id: contents(edition, figure) for figure in edition.figures}
    files: dict[str, bytes] = {}
    for document in documents:
        files[f"{document.file}.html"] = write_html(document, edition, drawn)
        files[f"{document.file}.pdf"] = write_pdf(document, edition, drawn)
    tables = [grid_table(edition, grid) for grid in edition.grids]
    files[TABLES] = write_xlsx(edition, tuple(drawn.values()), tables)
    for grid in edition.grids:
        stem = grid_stem(grid)
        files[f"{stem}.csv"] = grid_csv(edition, grid).encode()
        files[f"{stem}_celler.csv"] = grid_cells_csv(edition, grid).encode()
    for figure in drawn.values():
        files[f"{figure.stem}.svg"] = figure.picture.encode()
        files[f"{figure.stem}.csv"] = figure.csv.encode()
    return files


def check_texts(edition: Edition, texts: Sequence[Path]) -> tuple[Problem, ...]:
    """Every fault and warning of the texts, without drawing or writing anything."""
    return read_texts(edition, texts)[1]


def read_texts(edition: Edition, texts: Sequence[Path]) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """The documents of the texts that have no fault, and every problem of the edition."""
    return read_sources(edition, [(path.name, path.read_text(encoding="utf-8")) for path in texts])


def read_sources(
    edition: Edition, sources: Sequence[tuple[str, str]]
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """As `read_texts`, from file names and what stands in them."""
    documents: list[Document] = []
    problems: list[Problem] = list(_edition_problems(edition))
    for name, text in sources:
        document, found = check_report(text, name, edition)
        problems.extend(found)
        if document is not None:
            documents.append(document)
    if not errors(problems):
        problems.extend(_across(edition, documents))
    return tuple(documents), tuple(dict.fromkeys(problems))


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
    for grid in edition.grids:
        try:
            read_grid_notes(edition, grid)
        except Faults as faults:
            problems.extend(faults.problems)
    return problems


def _across(edition: Edition, documents: Sequence[Document]) -> list[Problem]:
    """What only shows when all texts are seen together."""
    problems: list[Problem] = []
    if documents:
        placed = {id for document in documents for id in (*figures(document), *grids(document))}
        problems += [
            _unplaced("Figuren", "figure", item.id) for item in edition.figures if item.id not in placed
        ]
        problems += [
            _unplaced("Tabellen", "table", item.id) for item in edition.grids if item.id not in placed
        ]
    for name, times in sorted(Counter(document.file for document in documents).items()):
        if times > 1:
            fault = f"{times} tekster bliver til filer, der hedder {name}."
            problems.append(
                Problem("RAPPORT-120", Place(name), fault, "Giv dem hvert sit navn med file: i hovedet.")
            )
    return problems


def _unplaced(what: str, directive: str, id: str) -> Problem:
    """A warning: a study may have a shorter report, or none; its tables hold every figure."""
    fault = f"{what} {id} står ikke i nogen tekst."
    remedy = f"Skriv ::{directive} {id} i en af teksterne, eller tag den ud af skemaet eller layoutet."
    return Problem("RAPPORT-119", Place("teksterne"), fault, remedy, Level.WARNING)

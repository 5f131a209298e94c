"""A whole edition as files: the texts in each format, the workbook, and each figure and table with its numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sagsbarometer.kernel.problems import Faults, Level, Place, Problem, errors
from sagsbarometer.reporting.binding.grids import grid_stem
from sagsbarometer.reporting.charts.figure import FigureContent, contents, read_alt, read_note
from sagsbarometer.reporting.charts.png import png
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Block, Box, Document, Table, figures, grids
from sagsbarometer.reporting.tables.before import before_problems
from sagsbarometer.reporting.tables.before_grid import earlier_places
from sagsbarometer.reporting.tables.grid_csv import grid_cells_csv, grid_csv
from sagsbarometer.reporting.tables.grid_table import grid_table, read_grid_notes
from sagsbarometer.reporting.texts.text import check_report
from sagsbarometer.reporting.words import say
from sagsbarometer.reporting.writers.docx import write_docx
from sagsbarometer.reporting.writers.figure_jsonstat import figure_jsonstat
from sagsbarometer.reporting.writers.html import TABLES, write_html
from sagsbarometer.reporting.writers.html_cards import CARDS_PAGE, Cards, cards_of, is_apart
from sagsbarometer.reporting.writers.html_numbers import write_numbers
from sagsbarometer.reporting.writers.jsonstat import grid_jsonstat
from sagsbarometer.reporting.writers.pdf import write_pdf
from sagsbarometer.reporting.writers.xlsx import write_xlsx

FORMATS = frozenset({"html", "pdf", "docx", "xlsx", "svg", "png", "csv", "json"})
"""What an edition is written as; `json` is JSON-stat."""
_ALONE = ("csv", "svg", "png", "json")  # what a figure is written as by itself
_BESIDE = {"pdf": "page.pdf", "docx": "page.docx", "xlsx": "page.tables"}


_PLACES = re.compile(r"^[ \t]*::[ \t]*(?:figure|table)[ \t]+(?P<id>\w+)", re.MULTILINE)


def write_report(edition: Edition, texts: Sequence[Path]) -> dict[str, bytes]:
    """Every file of the edition by its name, folder included; the same bytes for the same input.

    Raises Faults with every fault and warning of every text when there is a fault.
    """
    documents, problems = read_texts(edition, texts)
    if errors(problems):
        raise Faults(problems)
    return write_documents(edition, documents)


def write_documents(
    edition: Edition,
    documents: Sequence[Document],
    formats: frozenset[str] = FORMATS,
    with_cards: bool = True,
) -> dict[str, bytes]:
    """As `write_report`, from texts that were read and found without faults, in these of `FORMATS`. With cards each
    number of a page tells what it is.

    Raises KeyError when the results lack a number of a figure or a table.
    """
    kinds = tuple(kind for kind in _ALONE if kind in formats)
    drawn = {figure.id: replace(contents(edition, figure), kinds=kinds) for figure in edition.figures}
    documents = [_offering(document, edition.language, formats) for document in documents]
    files: dict[str, bytes] = {}
    cards = cards_of(edition, documents) if with_cards else None
    for document in documents:
        files |= _written(document, edition, drawn, formats, cards)
    if cards and "html" in formats and any(is_apart(document) for document in documents):
        files[CARDS_PAGE] = write_numbers(cards)
    if "xlsx" in formats:
        tables = [grid_table(edition, grid) for grid in edition.grids]
        files[TABLES] = write_xlsx(edition, tuple(drawn.values()), tables)
    for grid in edition.grids:
        stem = grid_stem(grid)
        if "csv" in formats:
            files[f"{stem}.csv"] = grid_csv(edition, grid).encode()
            files[f"{stem}_celler.csv"] = grid_cells_csv(edition, grid).encode()
        if "json" in formats:
            files[f"{stem}.json"] = grid_jsonstat(edition, grid)
    for figure in drawn.values():
        files |= _figure_files(edition, figure, formats)
    return files


def _offering(document: Document, language: str, formats: frozenset[str]) -> Document:
    """The document with links to what is written beside it, and to nothing else."""
    beside = {"pdf": f"{document.file}.pdf", "docx": f"{document.file}.docx", "xlsx": TABLES}
    files = tuple((say(language, _BESIDE[kind]), name) for kind, name in beside.items() if kind in formats)
    blocks = document.blocks if "csv" in formats else _without_files(document.blocks)
    return replace(document, files=files, blocks=blocks)


def _without_files(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    def bare(block: Block) -> Block:
        if isinstance(block, Table):
            return replace(block, files=())
        return replace(block, blocks=_without_files(block.blocks)) if isinstance(block, Box) else block

    return tuple(bare(block) for block in blocks)


def _written(
    document: Document,
    edition: Edition,
    drawn: Mapping[str, FigureContent],
    formats: frozenset[str],
    cards: Cards | None,
) -> dict[str, bytes]:
    """A text in each format that is read as one."""
    files: dict[str, bytes] = {}
    if "html" in formats:
        files[f"{document.file}.html"] = write_html(document, edition, drawn, cards)
    if "pdf" in formats:
        files[f"{document.file}.pdf"] = write_pdf(document, edition, drawn)
    if "docx" in formats:
        files[f"{document.file}.docx"] = write_docx(document, edition, drawn)
    return files


def _figure_files(edition: Edition, figure: FigureContent, formats: frozenset[str]) -> dict[str, bytes]:
    """A figure alone, as a picture and as numbers."""
    files: dict[str, bytes] = {}
    if "svg" in formats:
        files[f"{figure.stem}.svg"] = figure.picture.encode()
    if "png" in formats:
        files[f"{figure.stem}.png"] = png(figure.picture)
    if "csv" in formats:
        files[f"{figure.stem}.csv"] = figure.csv.encode()
    if "json" in formats:
        files[f"{figure.stem}.json"] = figure_jsonstat(edition, figure.figure)
    return files


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
        problems.extend(_across(edition, documents, sources))
    return tuple(documents), tuple(dict.fromkeys(problems))


def _edition_problems(edition: Edition) -> list[Problem]:
    """What is wrong whatever the texts say: data of another origin, a figure's note with loose numbers."""
    origins = sorted({cell.origin for cell in edition.results} - {edition.origin})
    problems: list[Problem] = []
    if origins:
        fault = f"Resultaterne er mærket {', '.join(origins)}, men udgaven er mærket {edition.origin}."
        remedy = "Mærk udgaven som de data, den bygger på. Data af forskellig slags kan ikke stå sammen."
        problems.append(Problem("RAPPORT-118", Place("resultater"), fault, remedy))
    problems += before_problems(edition, any(earlier_places(edition, grid) for grid in edition.grids))
    for figure in edition.figures:
        try:
            read_note(edition, figure)
            read_alt(edition, figure)
        except Faults as faults:
            problems.extend(faults.problems)
    for grid in edition.grids:
        try:
            read_grid_notes(edition, grid)
        except Faults as faults:
            problems.extend(faults.problems)
    return problems


def _across(
    edition: Edition, documents: Sequence[Document], sources: Sequence[tuple[str, str]]
) -> list[Problem]:
    """What only shows when all texts are seen together. What a text shows for other results is not forgotten, and what
    a short text leaves out is left out on purpose."""
    problems: list[Problem] = []
    if documents and not any(document.short for document in documents):
        placed = {id for document in documents for id in (*figures(document), *grids(document))}
        placed |= {match["id"] for _, text in sources for match in _PLACES.finditer(text)}
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
    remedy = (
        f"Skriv ::{directive} {id} i en af teksterne, eller tag den ud af skemaet eller layoutet. Er teksten kort "
        "med vilje, skrives scope: short i dens hoved."
    )
    return Problem("RAPPORT-119", Place("teksterne"), fault, remedy, Level.WARNING)

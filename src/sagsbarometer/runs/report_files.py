"""What a results folder has of its edition, and a report folder too: numbers, definitions, texts and every report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sagsbarometer.measures.cells import write_csv
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Document
from sagsbarometer.reporting.edition_file import FILE, edition_json
from sagsbarometer.reporting.files import FORMATS, write_documents
from sagsbarometer.runs.exports import exports
from sagsbarometer.runs.made_of import definitions

Source = tuple[str, str]  # the name of a text and what stands in it
TEXTS = "texts"
PARQUET = "parquet"
ALL = FORMATS | {PARQUET}
_FIRST = "report.md"  # the text a reader meets first


def read_sources_of(paths: Iterable[Path]) -> tuple[Source, ...]:
    """The texts as they stand on disk, in the order given. Raises OSError and UnicodeDecodeError."""
    return tuple((path.name, path.read_text(encoding="utf-8")) for path in paths)


def in_language(texts: Iterable[Source], language: str) -> tuple[Source, ...]:
    """The texts of a language: `report.en.md` is English, and `report.md` Danish."""
    return tuple(text for text in texts if language_of(text[0]) == language)


def language_of(name: str) -> str:
    """The language of a text, by its name."""
    return "en" if name.endswith(".en.md") else "da"


def in_order(texts: Iterable[Source]) -> tuple[Source, ...]:
    """The texts with the first of each language before the others, which stand by name."""
    return tuple(
        sorted(texts, key=lambda text: (text[0].partition(".")[0] != _FIRST.partition(".")[0], text[0]))
    )


def results_files(
    editions: Sequence[Edition], documents: Sequence[Document], texts: Sequence[Source]
) -> dict[str, bytes]:
    """What a run writes of its edition, by file name: all of `report_files`, and what they can be made again from.

    `editions`: the one that `documents` were read against, then the same in other languages.
    """
    return {
        **report_files(editions[0], documents),
        FILE: edition_json(*editions),
        **{f"{TEXTS}/{name}": text.encode() for name, text in texts},
    }


def report_files(
    edition: Edition, documents: Sequence[Document], formats: frozenset[str] = ALL
) -> dict[str, bytes]:
    """The numbers with their definitions, and the edition in these formats, by file name."""
    return {
        "cells.csv": write_csv(edition.results.cells).encode(),
        "definitions.json": definitions(edition.measures),
        **write_documents(edition, documents, formats),
        **(exports(edition) if PARQUET in formats else {}),
    }

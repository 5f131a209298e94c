"""English beside Danish: what the two demo tracks write in English has no Danish in it but names and citations."""

from __future__ import annotations

import html
import io
import json
import re
import string
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pypdfium2
import pytest

from sagsbarometer.reporting.words import table
from sagsbarometer.runs.appeals_tables import Job as Tables
from sagsbarometer.runs.appeals_tables import make_tables
from sagsbarometer.runs.report_build import BuildJob, files_of, open_results
from tests.integration.test_appeals_tables import ROWS, register_of
from tests.shared_in_tests import demo_study

TEXT = """---
title: Accompaniment of adults
subtitle: The Act on Social Services, section 97
---

# Main results

In {figure_1.in_accordance:percent} of the {cases.reviewed_cases:count} cases of [@figure_1] the decision is right
({figure_1.in_accordance:with_interval} percent), data of 20 December 2022.

::figure figure_1

::annex Definitions

::definitions

::requirements

::conditions
"""
FORMATS = frozenset({"html", "pdf", "xlsx", "svg", "json"})
LAYOUTS = {"annual_report_2024": "2025-06-01", "legal_certainty_2026": "2025-06-01"}
# Words that no English sentence has, besides letters of the alphabet that English lacks.
DANISH = frozenset(
    "og af ikke eller hvor sager sagen afgørelse hver som det til med der efter tallet".split()
)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the demo's study."""
    return demo_study(tmp_path_factory).results


@pytest.fixture(scope="module", params=sorted(LAYOUTS))
def layout(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a shipped layout over a small register."""
    folder = tmp_path_factory.mktemp(f"english_{request.param}")
    register = register_of(folder / "register", ROWS)
    make_tables(Tables(register, request.param, LAYOUTS[request.param], folder / "results"))
    return folder / "results"


@cache
def fragments() -> tuple[str, ...]:
    """The Danish texts in the pieces that stand between what is filled in, where English has no such piece."""
    in_english = " ".join(text["en"] for text in table().values()).lower()
    found = []
    for text in table().values():
        for piece, *_ in string.Formatter().parse(text["da"]):
            words = piece.strip(" .,:;()»«…-–")
            if len(words) > 3 and not _stands_in(words.lower(), in_english, r"\b%s\b"):
                found.append(words)
    return tuple(dict.fromkeys(found))


def _stands_in(words: str, text: str, apart: str) -> bool:
    """Whether they stand there as words of their own. Thousands are looked for: most are not there at all."""
    return words in text and re.search(apart % re.escape(words), text) is not None


def page_words(page: bytes) -> str:
    """What a page says: its text and the words that are read out or shown on hover, each on a line."""
    told = re.sub(r"<style>.*?</style>|<wbr>|\u00ad", "", page.decode(), flags=re.DOTALL)
    attributes = "\n".join(re.findall(r'(?:aria-label|title|alt)="([^"]*)"', told))
    return html.unescape(re.sub(r"<[^>]*>", "\n", told) + "\n" + attributes)


def values(told: Any) -> Iterator[str]:
    """The texts of a JSON file, not what they are called."""
    if isinstance(told, Mapping):
        told = list(told.values())
    if isinstance(told, list):
        for item in told:
            yield from values(item)
    elif isinstance(told, str):
        yield told


def book_words(book: bytes) -> str:
    sheets = openpyxl.load_workbook(io.BytesIO(book), read_only=True)
    told = [
        str(value) for sheet in sheets for row in sheet.iter_rows(values_only=True) for value in row if value
    ]
    return "\n".join([*sheets.sheetnames, *told])


def pdf_words(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    told = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return told


def words_of(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Each file that people read with what it says."""
    for name, data in files.items():
        if name.endswith((".html", ".svg")):
            yield name, page_words(data)
        elif name.endswith(".json") and name.startswith(("tabeller/", "figurer/")):
            yield name, "\n".join(values(json.loads(data)))
        elif name.endswith(".xlsx"):
            yield name, book_words(data)
        elif name.endswith(".pdf"):
            yield name, pdf_words(data)


def cited(results: Path) -> list[str]:
    """What stands in Danish in the English edition on purpose: names of law, of sources and of the subjects."""
    edition = open_results(BuildJob(results, Path(), language="en")).edition
    told = [measure.source for measure in edition.measures.values()]
    told += [part for item in edition.conditions for part in item.source.split(". ")]
    told += [citation for item in edition.requirements for citation in item.citations]
    told += [decision.source for item in edition.conditions for decision in item.decisions]
    told += [edition.publisher]
    told += [text for given in edition.given for row in given.rows for text in row if not text.isdigit()]
    for grid in edition.grids:
        told += [edition.words(row.label) for row in grid.rows if "en" not in row.label]
        told += [edition.words(label) for label in grid.labels.values() if "en" not in label]
    return sorted({text for text in told if text}, key=len, reverse=True)


def without(text: str, names: list[str]) -> str:
    """The text less these names."""
    flat = re.sub(r"\s+", " ", text.replace("\u00a0", " "))
    for name in names:
        flat = flat.replace(re.sub(r"\s+", " ", name), " ")
    return flat


def danish_in(text: str, names: list[str]) -> list[str]:
    rest = without(text, names)
    found = [piece for piece in fragments() if _stands_in(piece, rest, r"(?<!\w)%s(?!\w)")]
    loose = re.findall(r"(?<!\w)[^\W\d_]+(?!\w)", rest)
    return found + [word for word in loose if word in DANISH]


def test_the_search_finds_danish() -> None:
    assert "Tallene bag figuren" in danish_in("Tallene bag figuren", [])
    assert danish_in("the cases og the rest", []) == ["og"]
    assert danish_in("The numbers behind the figure", []) == []


def test_the_review_is_wholly_in_english(study: Path, tmp_path: Path) -> None:
    text = tmp_path / "report.en.md"
    text.write_text(TEXT, encoding="utf-8")
    files = files_of(study, texts=(text,), language="en", formats=FORMATS)
    names = cited(study)
    assert {name: found for name, words in words_of(files) if (found := danish_in(words, names))} == {}
    page = next(
        data.decode() for name, data in files.items() if name.startswith("report") and ".html" in name
    )
    assert '<html lang="en">' in page
    words = page_words(page.encode())
    assert "In 53 percent" in re.sub(r"\s+", " ", words)
    assert "DRAFT" in words
    assert "Reconstructed data: built from published numbers, not the real cases" in words
    assert "Data as of 26 April 2024" in words
    assert "Figure 1: " in words
    paper = next(data for name, data in files.items() if name.endswith(".pdf"))
    assert "Page 2 of " in pdf_words(paper)
    with pikepdf.open(io.BytesIO(paper)) as opened:
        assert str(opened.Root.Lang) == "en"


def test_the_register_is_wholly_in_english(layout: Path) -> None:
    files = files_of(layout, language="en", formats=FORMATS - {"pdf", "svg"})
    names = cited(layout)
    assert {name: found for name, words in words_of(files) if (found := danish_in(words, names))} == {}


def test_the_danish_edition_is_as_it_was(study: Path) -> None:
    """The words moved to one file and say the same: these are the words of the pages before."""
    page = page_words(
        next(
            data
            for name, data in files_of(study, formats=frozenset({"html", "csv"})).items()
            if name == "rapport.html"
        )
    )
    for words in (
        "Gå til indholdet",
        "Om tallene",
        "Tallene bag figuren",
        "Hent tallene (CSV)",
        "Stregerne viser 95-procents-intervaller, regnet som om sagerne var trukket tilfældigt.",
        "Krav, hvor et brud er en retlig mangel",
        "Bilag 1: ",
    ):
        assert words in page

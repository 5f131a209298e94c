"""The front page of a results folder: what lies in it, for a person who opens it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from html import escape
from pathlib import PurePosixPath

from sagsbarometer.reporting.binding.grids import grid_caption, grid_stem
from sagsbarometer.reporting.charts.figure import figure_stem
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.tables.table import caption
from sagsbarometer.runs.index_words import (
    FIGURE_FILES,
    HEADS,
    KINDS,
    TABLE_FILES,
    TABLES,
    TEXT,
    WHAT,
    Both,
    of,
)
from sagsbarometer.runs.page import item, offered, page


def index_page(
    edition: Edition, titles: Mapping[str, str], names: Iterable[str], with_manifest: bool = True
) -> str:
    """An HTML page that links to every file in the folder. `titles`: each document's file name to its title.

    No JavaScript, nothing from elsewhere.
    """
    names = sorted({*names, *(["manifest.json"] if with_manifest else [])})
    language = edition.language
    texts = [name for name in names if name.startswith("texts/")]
    reports = [(title, [f"{file}{kind}" for kind in KINDS]) for file, title in titles.items()]
    reports += [(of(TABLES, language), [name]) for name in names if name.endswith(".xlsx")]
    facts = (edition.source, edition.day_line, f"sagsbarometer {edition.version}")
    tables = [
        _line(grid_caption(edition, grid), grid_stem(grid), TABLE_FILES, names, language)
        for grid in edition.grids
    ]
    figures = [
        _line(caption(edition, figure), figure_stem(figure), FIGURE_FILES, names, language)
        for figure in edition.figures
    ]
    sections = {
        "read": [
            offered(title, found)
            for title, files in reports
            if (found := [(name, _kind(name, language)) for name in files if name in names])
        ],
        "numbers": [
            item(name, *(of(words, language) for words in WHAT[name])) for name in names if name in WHAT
        ],
        "tables": tables,
        "figures": figures,
        "texts": [item(name, PurePosixPath(name).name, of(TEXT, language)) for name in texts],
    }
    return page(
        edition.title,
        " · ".join(fact for fact in facts if fact),
        [(of(HEADS[head], language), filter(None, items)) for head, items in sections.items()],
        mark=edition.mark,
        language=language,
    )


def _kind(name: str, language: str) -> str:
    return of(KINDS[PurePosixPath(name).suffix], language)


def _line(label: str, stem: str, kinds: Mapping[str, Both], names: Container[str], language: str) -> str:
    """One line: what a table or figure is called, with the files it is by itself; empty where it is none."""
    there = {f"{stem}{end}": of(words, language) for end, words in kinds.items() if f"{stem}{end}" in names}
    links = " · ".join(
        f'<a href="{escape(name)}" aria-label="{escape(label)}, {words}">{words}</a>'
        for name, words in there.items()
    )
    return f"<li><span>{escape(label)}</span><span>{links}</span></li>" if links else ""

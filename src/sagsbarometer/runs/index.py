"""The front page of a results folder: what lies in it, for a person who opens it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import PurePosixPath

from sagsbarometer.measures.grid import Grid
from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.figure import figure_stem
from sagsbarometer.reporting.grids import grid_caption, grid_stem
from sagsbarometer.reporting.table import caption
from sagsbarometer.runs.page import item, page

# What a file is, by its name; anything not named here is told by its folder.
_WHAT = {
    "cells.csv": ("Alle tal", "Ét tal pr. række med base, ukendt, grænser og definition (CSV)."),
    "cells.parquet": (
        "Alle tal, til programmer",
        "Det samme som cells.csv, hvert tal med sin type (Parquet).",
    ),
    "definitions.json": ("Definitioner", "Hvert mål, som det er regnet (JSON)."),
    "dataset/rows.parquet": ("Det frosne datasæt", "Én række pr. sag, som tallene er talt på (Parquet)."),
    "dataset/manifest.json": ("Datasættets oprindelse", "Hvad datasættet er lavet af (JSON)."),
    "bemaerkninger.csv": (
        "Bemærkninger",
        "Bløde kontroller og andet, der bør ses efter, med række og kolonne (CSV).",
    ),
    "leveringer.html": ("Leveringerne", "Hvad registret har fået, og hvad der var galt med det."),
    "manifest.json": ("Kørslens oprindelse", "Hvad tallene er lavet af, med fingeraftryk (JSON)."),
}
_KINDS = {
    ".html": "Til skærmen (HTML)",
    ".pdf": "Til print og arkiv (PDF)",
    ".xlsx": "Til regneark (Excel)",
}


def index_page(edition: Edition, titles: Mapping[str, str], names: Iterable[str]) -> str:
    """An HTML page that links to every file in the folder. `titles`: each document's file name to its title.

    No JavaScript, nothing from elsewhere.
    """
    names = sorted({*names, "manifest.json"})
    ordered = [f"{file}{kind}" for file in titles for kind in (".html", ".pdf")]
    workbooks = [name for name in names if name.endswith(".xlsx")]
    reports = [(name, titles[PurePosixPath(name).stem]) for name in ordered] + [
        (name, "Alle tabeller") for name in workbooks
    ]
    day = f" · data pr. {edition.data_day}" if edition.data_day else ""
    return page(
        edition.title,
        f"{edition.source}{day} · sagsbarometer {edition.version}",
        (
            ("Læs", [item(name, title, _KINDS[PurePosixPath(name).suffix]) for name, title in reports]),
            ("Tal og dokumentation", [item(name, *_WHAT[name]) for name in names if name in _WHAT]),
            ("Tabeller enkeltvis", [_grid(edition, grid) for grid in edition.grids]),
            ("Figurer enkeltvis", [_figure(edition, figure) for figure in edition.figures]),
        ),
        mark=edition.mark,
        language=edition.language,
    )


def _grid(edition: Edition, grid: Grid) -> str:
    """One line: what the table is called, with itself and the numbers behind it."""
    stem = grid_stem(grid)
    words = {
        f"{stem}.csv": "tabellen (CSV)",
        f"{stem}_celler.csv": "tallene bag (CSV)",
        f"{stem}.json": "tabellen (JSON-stat)",
    }
    return _line(grid_caption(edition, grid), words)


def _figure(edition: Edition, figure: Figure) -> str:
    """One line: what the figure is called, with its picture and its numbers."""
    stem = figure_stem(figure)
    return _line(caption(edition, figure), {f"{stem}.svg": "billede (SVG)", f"{stem}.csv": "tal (CSV)"})


def _line(label: str, files: Mapping[str, str]) -> str:
    links = " · ".join(
        f'<a href="{escape(name)}" aria-label="{escape(label)}, {words}">{words}</a>'
        for name, words in files.items()
    )
    return f"<li><span>{escape(label)}</span><span>{links}</span></li>"

"""The front page of a results folder: what lies in it, for a person who opens it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import PurePosixPath

from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.contract import Edition

# What a file is, by its name; anything not named here is told by its folder.
_WHAT = {
    "cells.csv": ("Alle tal", "Ét tal pr. række med base, ukendt, interval, grænser og definition (CSV)."),
    "definitions.json": ("Definitioner", "Hvert mål, som det er regnet (JSON)."),
    "dataset/rows.parquet": ("Det frosne datasæt", "Én række pr. sag, som tallene er talt på (Parquet)."),
    "dataset/manifest.json": ("Datasættets oprindelse", "Hvad datasættet er lavet af (JSON)."),
    "bemaerkninger.csv": (
        "Bemærkninger",
        "Bløde kontroller og andet, der bør ses efter, med række og kolonne (CSV).",
    ),
    "manifest.json": ("Kørslens oprindelse", "Formular, lov, svar og programmer med fingeraftryk (JSON)."),
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
    day = f" · data pr. {escape(edition.data_day)}" if edition.data_day else ""
    return _PAGE.format(
        language=escape(edition.language),
        title=escape(edition.title),
        mark=f'<p class="mark">{escape(edition.mark)}</p>' if edition.mark else "",
        meta=f"{escape(edition.source)}{day} · sagsbarometer {escape(edition.version)}",
        reports="".join(_item(name, title, _KINDS[PurePosixPath(name).suffix]) for name, title in reports),
        data="".join(_item(name, *_WHAT[name]) for name in names if name in _WHAT),
        figures="".join(_figure(edition, figure, names) for figure in edition.figures),
    )


def _figure(edition: Edition, figure: Figure, names: Iterable[str]) -> str:
    """One line: what the figure is called, with its picture and its numbers."""
    title = edition.words(figure.title)
    label = f"Figur {figure.number}: {title}" if figure.number else title
    own = [name for name in names if PurePosixPath(name).stem in (f"figur_{figure.number}", figure.id)]
    words = {".svg": "billede (SVG)", ".csv": "tal (CSV)"}
    links = " · ".join(
        f'<a href="{escape(name)}" aria-label="{escape(label)}, {words[PurePosixPath(name).suffix]}">'
        f"{words[PurePosixPath(name).suffix]}</a>"
        for name in sorted(own, reverse=True)
    )
    return f"<li><span>{escape(label)}</span><span>{links}</span></li>"


def _item(name: str, title: str, what: str) -> str:
    note = f"<span>{escape(what)}</span>" if what else ""
    return f'<li><a href="{escape(name)}">{escape(title)}</a>{note}</li>'


_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · filer</title>
<style>
:root {{ color-scheme: light dark; --ink: #16232b; --paper: #fff; --link: #0b5a80; --line: #d3dbe0; --band: #0f4c66 }}
body {{ margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 "IBM Plex Sans", "Liberation Sans", Arial, sans-serif }}
.band {{ background: var(--band); color: #fff; padding: 2rem 1.25rem }}
.band > *, main {{ max-width: 50rem; margin: 0 auto }}
h1 {{ font-size: clamp(1.6rem, 1.2rem + 2vw, 2.25rem); line-height: 1.15; font-weight: 600 }}
.band p {{ margin-top: .6rem }}
main {{ padding: .5rem 1.25rem 3rem }}
h2 {{ font-size: 1.2rem; margin: 2rem 0 .2rem; font-weight: 600 }}
ul {{ list-style: none; padding: 0; margin: 0 }}
li {{ padding: .5rem 0; display: flex; flex-wrap: wrap; gap: .1rem .8rem; justify-content: space-between;
  border-bottom: 1px solid var(--line) }}
a {{ color: var(--link); font-weight: 600; overflow-wrap: anywhere; text-underline-offset: .15em }}
a:focus-visible {{ outline: 3px solid #d98a00; outline-offset: 2px }}
.mark {{ margin: 0; padding: .55rem 1.25rem; background: #fff4d6; color: #4a3500; text-align: center }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ink: #e8eef1; --paper: #12191e; --link: #8fcbe4; --line: #34424b; --band: #0b3547 }} }}
</style></head><body>
<header>
{mark}
<div class="band"><h1>{title}</h1><p>{meta}</p></div>
</header>
<main>
<h2>Læs</h2><ul>{reports}</ul>
<h2>Tal og dokumentation</h2><ul>{data}</ul>
<h2>Figurer enkeltvis</h2><ul>{figures}</ul>
</main></body></html>
"""

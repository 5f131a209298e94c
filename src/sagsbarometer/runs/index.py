"""The front page of a results folder: what lies in it, for a person who opens it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import PurePosixPath

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


def index_page(edition: Edition, names: Iterable[str]) -> str:
    """An HTML page that links to every file in the folder. No JavaScript, nothing from elsewhere."""
    names = sorted({*names, "manifest.json"})
    top = [name for name in names if "/" not in name and PurePosixPath(name).suffix in _KINDS]
    figures = [name for name in names if name.startswith("figurer/")]
    data = [name for name in names if name in _WHAT]
    mark = f'<p class="mark">{escape(edition.mark)}</p>' if edition.mark else ""
    day = f" · data pr. {escape(edition.data_day)}" if edition.data_day else ""
    return _PAGE.format(
        language=escape(edition.language),
        title=escape(edition.title),
        mark=mark,
        meta=f"{escape(edition.source)}{day} · sagsbarometer {escape(edition.version)}",
        reports="".join(_item(name, *_report(name)) for name in top),
        data="".join(_item(name, *_WHAT[name]) for name in data),
        figures="".join(_item(name, PurePosixPath(name).name, "") for name in figures),
    )


def _report(name: str) -> tuple[str, str]:
    path = PurePosixPath(name)
    return path.stem.replace("-", " ").capitalize(), _KINDS[path.suffix]


def _item(name: str, title: str, what: str) -> str:
    note = f"<span>{escape(what)}</span>" if what else ""
    return f'<li><a href="{escape(name)}">{escape(title)}</a>{note}</li>'


_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · filer</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1.05rem/1.55 "IBM Plex Sans", system-ui, sans-serif; max-width: 46rem; margin: 0 auto; padding: 1.5rem }}
h1 {{ font-size: 1.8rem; line-height: 1.2; margin: 1rem 0 .3rem }}
h2 {{ font-size: 1.15rem; margin: 2rem 0 .4rem; border-bottom: 1px solid #8886; padding-bottom: .3rem }}
ul {{ list-style: none; padding: 0; margin: 0 }}
li {{ padding: .45rem 0; display: flex; flex-wrap: wrap; gap: .1rem .8rem; align-items: baseline }}
.files {{ columns: 12rem 3 }} .files li {{ break-inside: avoid }}
a {{ font-weight: 600; overflow-wrap: anywhere }} a:focus-visible {{ outline: 3px solid; outline-offset: 2px }}
.mark {{ background: #7a2d00; color: #fff; padding: .5rem .8rem; border-radius: .25rem; margin: 0; font-weight: 600 }}
@media (prefers-color-scheme: dark) {{ a {{ color: #8cc4ff }} }}
</style></head><body><main>
{mark}
<h1>{title}</h1><p>{meta}</p>
<h2>Læs</h2><ul>{reports}</ul>
<h2>Tal og dokumentation</h2><ul>{data}</ul>
<h2>Figurer enkeltvis</h2><ul class="files">{figures}</ul>
</main></body></html>
"""

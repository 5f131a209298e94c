"""A document as one HTML file: nothing is fetched, nothing runs."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template

from sagsbarometer.reporting.charts import fonts
from sagsbarometer.reporting.charts.figure import FigureContent
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import (
    Annex,
    Document,
    Heading,
    plain,
)
from sagsbarometer.reporting.words import say
from sagsbarometer.reporting.writers.html_body import Body, annex_title
from sagsbarometer.reporting.writers.html_cards import Cards, Controls
from sagsbarometer.reporting.writers.html_words import kept

_PAGE = Path(__file__).parents[1] / "assets" / "page.html"
_STYLE = Path(__file__).parents[1] / "assets" / "report.css"
_CARDS = Path(__file__).parents[1] / "assets" / "cards.css"
TABLES = "tabeller.xlsx"


def write_html(
    document: Document,
    edition: Edition,
    figures: Mapping[str, FigureContent],
    cards: Cards | None = None,
) -> bytes:
    """The page in UTF-8. `figures` holds every figure the document places; with `cards` each number opens its own."""
    language = edition.language
    controls = Controls(cards, document, figures) if cards else None
    writer = Body(language, figures, controls)
    body = writer.blocks(document.blocks) + writer.footnotes(document)
    files = document.files
    if files is None:
        files = (say(language, "page.pdf"), f"{document.file}.pdf"), (say(language, "page.tables"), TABLES)
    return page_html(
        edition,
        title=document.title,
        kind="sheet" if document.sheet else "report",
        lead=_subtitle(document) + _facts(edition),
        contents=_contents(document, language),
        body=body + (controls.cards_html() if controls else ""),
        files=" ".join(f'<a href="{escape(name)}" download>{escape(words)}</a>' for words, name in files),
        style=_CARDS.read_text(encoding="utf-8") if controls else "",
    )


def page_html(
    edition: Edition,
    *,
    title: str,
    kind: str,
    lead: str,
    contents: str,
    body: str,
    files: str,
    style: str = "",
) -> bytes:
    """A page of an edition with its mark, what holds for its numbers, and a style of its own after the common one."""
    facts = "".join(f"<p>{kept(fact)}</p>\n" for fact in edition.about)
    page = Template(_PAGE.read_text(encoding="utf-8"))
    return page.substitute(
        language=escape(edition.language),
        generator=escape(f"sagsbarometer {edition.version}"),
        title=kept(title),
        style=_font_faces() + _STYLE.read_text(encoding="utf-8") + style + _paper_mark(edition),
        kind=kind,
        mark=f'<p class="mark" role="note">{_mark(edition)}</p>\n' if edition.mark else "",
        lead=lead,
        contents=contents,
        body=body,
        about=facts,
        skip=say(edition.language, "page.skip"),
        about_title=say(edition.language, "page.about"),
        files=files,
    ).encode()


def _mark(edition: Edition) -> str:
    status, origin = edition.status, edition.origin_label
    parts = (f"<strong>{escape(status)}</strong>" if status else "", escape(origin))
    return " · ".join(part for part in parts if part)


def _paper_mark(edition: Edition) -> str:
    """The mark in the margin of every page, when the page is printed from a browser."""
    if not edition.mark:
        return ""
    # The words are ours (contract.ORIGIN_DA), so nothing in them needs escaping in a style sheet.
    words = f'content: "{edition.mark}"; font: 8pt "IBM Plex Sans", Arial, sans-serif'
    return f"@media print {{ @page {{ @top-left {{ {words}; white-space: nowrap; }} }} }}\n"


def _font_faces() -> str:
    faces = []
    for weight, number in (("Regular", 400), ("SemiBold", 600)):
        if font := fonts.web_font(weight):
            data = base64.b64encode(font).decode()
            faces.append(
                f'@font-face {{ font-family: "IBM Plex Sans"; font-weight: {number}; font-display: swap; '
                f"src: url(data:font/woff2;base64,{data}) format('woff2'); }}\n"
            )
    return "".join(faces)


def _subtitle(document: Document) -> str:
    return f'<p class="subtitle">{kept(document.subtitle)}</p>\n' if document.subtitle else ""


def _facts(edition: Edition) -> str:
    facts = (edition.source, edition.day_line)
    return f'<p class="facts">{" ".join(f"<span>{kept(fact)}</span>" for fact in facts if fact)}</p>\n'


def _contents(document: Document, language: str) -> str:
    """Chapters and annexes with the sections under them."""
    if document.sheet:
        return ""
    entries: list[tuple[int, str, str]] = []
    for block in document.blocks:
        if isinstance(block, Heading) and block.level <= 2:
            entries.append((block.level, block.anchor, kept(plain(block.children))))
        elif isinstance(block, Annex):
            entries.append((1, block.anchor, annex_title(block, language)))
    items = "".join(
        f'<li class="level-{level}"><a href="#{anchor}">{words}</a></li>\n'
        for level, anchor, words in entries
    )
    label = escape(say(language, "page.contents"))
    title = f'<p class="contents-title">{label}</p>'
    return f'<nav class="contents" aria-label="{label}">\n{title}\n<ul>\n{items}</ul>\n</nav>\n'

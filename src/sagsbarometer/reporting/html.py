"""A document as one HTML file: nothing is fetched, nothing runs."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template

from sagsbarometer.reporting import fonts
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import (
    Annex,
    Block,
    Box,
    Bullets,
    CrossRef,
    Document,
    Emphasis,
    FigureBlock,
    FootnoteRef,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    Link,
    Number,
    PageBreak,
    Paragraph,
    Strong,
    Table,
    Text,
    plain,
)
from sagsbarometer.reporting.figure import FigureContent
from sagsbarometer.reporting.grids import LABEL
from sagsbarometer.reporting.html_table import table_html

_PAGE = Path(__file__).parent / "assets" / "page.html"
_STYLE = Path(__file__).parent / "assets" / "report.css"
_SVG_TAG = re.compile(r"<svg\b[^>]*\bviewBox=\"(?P<box>[^\"]*)\"[^>]*>")
TABLES = "tabeller.xlsx"


def write_html(document: Document, edition: Edition, figures: Mapping[str, FigureContent]) -> bytes:
    """The page in UTF-8. `figures` holds every figure the document places."""
    facts = "".join(f"<p>{escape(fact)}</p>\n" for fact in edition.about)
    page = Template(_PAGE.read_text(encoding="utf-8"))
    return page.substitute(
        language=escape(edition.language),
        generator=escape(f"sagsbarometer {edition.version}"),
        title=escape(document.title),
        style=_font_faces() + _STYLE.read_text(encoding="utf-8") + _paper_mark(edition),
        kind="sheet" if document.sheet else "report",
        mark=f'<p class="mark" role="note">{_mark(edition)}</p>\n' if edition.mark else "",
        lead=_subtitle(document) + _facts(edition),
        contents=_contents(document),
        body=_blocks(document.blocks, figures) + _footnotes(document),
        about=facts,
        pdf=f"{document.file}.pdf",
        tables=TABLES,
    ).encode()


def _mark(edition: Edition) -> str:
    draft, _, origin = edition.mark.partition(" · ") if edition.draft else ("", "", edition.mark)
    parts = (f"<strong>{escape(draft)}</strong>" if draft else "", escape(origin))
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
    return f'<p class="subtitle">{escape(document.subtitle)}</p>\n' if document.subtitle else ""


def _facts(edition: Edition) -> str:
    facts = (edition.source, edition.day_line)
    return f'<p class="facts">{" ".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)}</p>\n'


def _contents(document: Document) -> str:
    """Chapters and annexes with the sections under them."""
    if document.sheet:
        return ""
    entries: list[tuple[int, str, str]] = []
    for block in document.blocks:
        if isinstance(block, Heading) and block.level <= 2:
            entries.append((block.level, block.anchor, escape(plain(block.children))))
        elif isinstance(block, Annex):
            entries.append((1, block.anchor, _annex_title(block)))
    items = "".join(
        f'<li class="level-{level}"><a href="#{anchor}">{words}</a></li>\n'
        for level, anchor, words in entries
    )
    title = '<p class="contents-title">Indhold</p>'
    return f'<nav class="contents" aria-label="Indhold">\n{title}\n<ul>\n{items}</ul>\n</nav>\n'


def _annex_title(annex: Annex) -> str:
    return f"Bilag {annex.number}: {escape(plain(annex.title))}"


def _blocks(blocks: tuple[Block, ...], figures: Mapping[str, FigureContent]) -> str:
    return "".join(_block(block, figures) for block in blocks)


def _block(block: Block, figures: Mapping[str, FigureContent]) -> str:
    match block:
        case Heading(level, children, anchor):
            tag = f"h{min(level + 1, 6)}"
            return f'<{tag} id="{anchor}">{_inlines(children)}</{tag}>\n'
        case Annex():
            return f'<h2 id="{block.anchor}" class="annex">{_annex_title(block)}</h2>\n'
        case Paragraph(children):
            return f"<p>{_inlines(children)}</p>\n"
        case Bullets(items, ordered):
            tag = "ol" if ordered else "ul"
            inside = "".join(f"<li>{_item(item, figures)}</li>\n" for item in items)
            return f"<{tag}>\n{inside}</{tag}>\n"
        case Box(title, inner):
            body = _blocks(inner, figures)
            return f'<section class="box">\n<p class="box-title">{_inlines(title)}</p>\n{body}</section>\n'
        case FigureBlock(figure, anchor):
            return _figure(figures[figure], anchor)
        case Table():
            return table_html(block)
        case PageBreak():
            return '<div class="page-break"></div>\n'


def _item(blocks: tuple[Block, ...], figures: Mapping[str, FigureContent]) -> str:
    """A list item of one paragraph needs no paragraph tags."""
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return _inlines(blocks[0].children)
    return _blocks(blocks, figures)


def _inlines(children: Inlines) -> str:
    return "".join(_inline(child) for child in children)


def _inline(item: Inline) -> str:
    match item:
        case Text(text):
            return escape(text)
        case Number(text, figure, measure, format, base):
            told = escape(f"{measure} - {item.minus}" if item.minus else measure)
            kind = "number words" if format == LABEL else "number"  # words may end a line
            return (
                f'<span class="{kind}" data-figure="{escape(figure)}" data-measure="{told}" '
                f'title="{escape(base)}">{escape(text)}</span>'
            )
        case Strong(children):
            return f"<strong>{_inlines(children)}</strong>"
        case Emphasis(children):
            return f"<em>{_inlines(children)}</em>"
        case Link(children, address):
            return f'<a href="{escape(address)}" rel="noreferrer">{_inlines(children)}</a>'
        case CrossRef(text, target):
            return f'<a href="#{escape(target)}">{escape(text)}</a>'
        case FootnoteRef(number, first):
            id = f' id="notemark-{number}"' if first else ""
            return f'<sup><a{id} href="#note-{number}" aria-label="Note {number}">{number}</a></sup>'
        case LineBreak():
            return "<br>"


def _figure(content: FigureContent, anchor: str) -> str:
    notes = "".join(f"<p>{escape(note)}</p>\n" for note in content.notes)
    unseen = f'<span class="unseen">: {escape(content.caption)}</span>'
    return (
        f'<figure id="{anchor}">\n<figcaption>{escape(content.caption)}</figcaption>\n'
        f'<div class="chart wide">{_svg(content.wide, content.alt)}</div>\n'
        f'<div class="chart narrow">{_svg(content.narrow, content.alt)}</div>\n'
        f'<div class="notes">\n{notes}<p>{escape(content.source)}</p>\n</div>\n'
        f"<details>\n<summary>Tallene bag figuren{unseen}</summary>\n"
        f"{table_html(content.table, f'{anchor}-tal')}"
        f'<p class="files"><a href="{content.stem}.csv" download>Hent tallene (CSV)</a> '
        f'<a href="{content.stem}.svg" download>Hent billedet (SVG)</a></p>\n</details>\n</figure>\n'
    )


def _svg(svg: str, alt: str) -> str:
    """The picture as part of the page: it fills its place and is read as one image."""
    match = _SVG_TAG.search(svg)
    box = match["box"] if match else "0 0 680 400"
    inside = svg[match.end() :] if match else ""
    label = escape(alt)
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" viewBox="{box}">{inside}'


def _footnotes(document: Document) -> str:
    if not document.footnotes:
        return ""
    items = "".join(
        f'<li id="note-{note.number}">{_inlines(note.children)} '
        f'<a href="#notemark-{note.number}" aria-label="Tilbage fra note {note.number}">↩</a></li>\n'
        for note in document.footnotes
    )
    return f'<section class="footnotes" aria-label="Noter">\n<h2>Noter</h2>\n<ol>\n{items}</ol>\n</section>\n'

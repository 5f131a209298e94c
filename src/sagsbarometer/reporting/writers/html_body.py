"""The blocks of a document as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from sagsbarometer.reporting.binding.grids import LABEL
from sagsbarometer.reporting.charts.figure import FigureContent, placed
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
from sagsbarometer.reporting.words import say
from sagsbarometer.reporting.writers.html_cards import Controls
from sagsbarometer.reporting.writers.html_table import is_broad, table_html
from sagsbarometer.reporting.writers.html_words import kept, whole

_SVG_TAG = re.compile(r"<svg\b[^>]*\bviewBox=\"(?P<box>[^\"]*)\"[^>]*>")

_LINE = 28  # letters of a number, which may be words, that surely have room on one line

_FETCHED = {
    "csv": "page.get_numbers",
    "svg": "page.get_picture",
    "png": "page.get_png",
    "json": "page.get_json",
}


class Body:
    """Writes the blocks of one document. With `controls` each number opens its card."""

    def __init__(
        self, language: str, figures: Mapping[str, FigureContent], controls: Controls | None = None
    ) -> None:
        self._language = language
        self._figures = figures
        self._controls = controls

    def blocks(self, blocks: tuple[Block, ...]) -> str:
        """The blocks under one another."""
        return "".join(self._block(block) for block in blocks)

    def footnotes(self, document: Document) -> str:
        """The footnotes at the end of the page; nothing where there are none."""
        if not document.footnotes:
            return ""
        items = "".join(
            f'<li id="note-{note.number}">{self._inlines(note.children)} '
            f'<a href="#notemark-{note.number}" aria-label="{self._say("page.back", number=note.number)}">↩</a></li>\n'
            for note in document.footnotes
        )
        title = self._say("page.notes")
        return f'<section class="footnotes" aria-label="{title}">\n<h2>{title}</h2>\n<ol>\n{items}</ol>\n</section>\n'

    def _say(self, key: str, **given: object) -> str:
        return escape(say(self._language, key, **given))

    def _block(self, block: Block) -> str:
        match block:
            case Heading(level, children, anchor):
                if self._controls:
                    self._controls.section = (anchor, plain(children))
                tag = f"h{min(level + 1, 6)}"
                return f'<{tag} id="{anchor}">{self._inlines(children)}</{tag}>\n'
            case Annex():
                if self._controls:
                    self._controls.section = (block.anchor, plain(block.title))
                return f'<h2 id="{block.anchor}" class="annex">{annex_title(block, self._language)}</h2>\n'
            case Paragraph(children):
                return f"<p>{self._inlines(children)}</p>\n"
            case Bullets(items, ordered):
                tag = "ol" if ordered else "ul"
                inside = "".join(f"<li>{self._item(item)}</li>\n" for item in items)
                return f"<{tag}>\n{inside}</{tag}>\n"
            case Box(title, inner):
                heading = f'<p class="box-title">{self._inlines(title)}</p>'
                return f'<section class="box">\n{heading}\n{self.blocks(inner)}</section>\n'
            case FigureBlock():
                return self._figure(placed(block, self._figures), block.anchor)
            case Table():
                return table_html(block, controls=self._controls)
            case PageBreak():
                return '<div class="page-break"></div>\n'

    def _item(self, blocks: tuple[Block, ...]) -> str:
        """A list item of one paragraph needs no paragraph tags."""
        if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
            return self._inlines(blocks[0].children)
        return self.blocks(blocks)

    def _inlines(self, children: Inlines) -> str:
        """The pieces after one another; the signs that touch a number stay on its line."""
        texts = [child.text if isinstance(child, Text) else "" for child in children]
        pieces = ["" if isinstance(child, Text) else self._inline(child) for child in children]
        for at, child in enumerate(children):
            if self._controls and isinstance(child, Number) and len(child.text) <= _LINE:
                before, after = at - 1, at + 1
                lead = texts[before] if at else ""
                trail = texts[after] if after < len(texts) else ""
                lead, pieces[at], trail = whole(lead, pieces[at], trail)
                if at:
                    texts[before] = lead
                if after < len(texts):
                    texts[after] = trail
        return "".join(f"{kept(text)}{piece}" for text, piece in zip(texts, pieces, strict=True))

    def _inline(self, item: Inline) -> str:
        match item:
            case Text(text, _, True):
                return f'<span lang="da">{kept(text)}</span>'
            case Text(text):
                return kept(text)
            case Number():
                return self._number(item)
            case Strong(children):
                return f"<strong>{self._inlines(children)}</strong>"
            case Emphasis(children):
                return f"<em>{self._inlines(children)}</em>"
            case Link(children, address):
                return f'<a href="{escape(address)}" rel="noreferrer">{self._inlines(children)}</a>'
            case CrossRef(text, target):
                return f'<a href="#{escape(target)}">{escape(text)}</a>'
            case FootnoteRef(number, first):
                id = f' id="notemark-{number}"' if first else ""
                label = self._say("page.note", number=number)
                return f'<sup><a{id} href="#note-{number}" aria-label="{label}">{number}</a></sup>'
            case LineBreak():
                return "<br>"

    def _number(self, item: Number) -> str:
        told = escape(f"{item.measure} - {item.minus}" if item.minus else item.measure)
        kind = "number words" if item.format == LABEL else "number"  # words may end a line
        about = f'class="{kind}" data-figure="{escape(item.figure)}" data-measure="{told}" title="{escape(item.base)}"'
        if self._controls:
            return self._controls.number(item, about)
        return f"<span {about}>{escape(item.text)}</span>"

    def _files(self, content: FigureContent) -> str:
        """What can be fetched of a figure; nothing where nothing is written of it alone."""
        links = " ".join(
            f'<a href="{content.stem}.{kind}" download>{self._say(_FETCHED[kind])}</a>'
            for kind in content.kinds
        )
        return f'<p class="files">{links}</p>\n' if links else ""

    def _figure(self, content: FigureContent, anchor: str) -> str:
        notes = "".join(f"<p>{escape(note)}</p>\n" for note in content.notes)
        caption = kept(content.caption)
        unseen = f'<span class="unseen">: {caption}</span>'
        broad = ' class="broad"' if is_broad(content.table) else ""
        here = self._controls.here(anchor, content.caption) if self._controls else ""
        table = table_html(content.table, f"{anchor}-tal", self._controls)
        return (
            f'<figure id="{anchor}">\n<figcaption>{caption}{here}</figcaption>\n'
            f'<div class="chart wide">{_svg(content.wide, content.alt)}</div>\n'
            f'<div class="chart narrow">{_svg(content.narrow, content.alt)}</div>\n'
            f'<div class="notes">\n{notes}<p>{escape(content.source)}</p>\n</div>\n'
            f"<details{broad}>\n<summary>{self._say('page.numbers')}{unseen}</summary>\n"
            f"{table}"
            f"{self._files(content)}</details>\n</figure>\n"
        )


def annex_title(annex: Annex, language: str) -> str:
    """`Bilag 1: Definitioner`, for a page."""
    return f"{escape(say(language, 'page.annex', number=annex.number))}{kept(plain(annex.title))}"


def _svg(svg: str, alt: str) -> str:
    """The picture as part of the page: it fills its place and is read as one image."""
    match = _SVG_TAG.search(svg)
    box = match["box"] if match else "0 0 680 400"
    inside = svg[match.end() :] if match else ""
    label = escape(alt)
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" viewBox="{box}">{inside}'

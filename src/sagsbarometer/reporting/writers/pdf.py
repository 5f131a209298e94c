"""A document as PDF/UA by Typst. What it says goes over as strings: no text of ours or of a form is ever
read as Typst."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sagsbarometer.reporting.charts import fonts
from sagsbarometer.reporting.charts.figure import FigureContent, placed
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
    walk,
)
from sagsbarometer.reporting.document import figures as placed_figures
from sagsbarometer.reporting.words import say
from sagsbarometer.reporting.writers.columns import PAGE
from sagsbarometer.reporting.writers.pdf_fill import Part, ways_to_fill
from sagsbarometer.reporting.writers.pdf_heads import with_row_heads
from sagsbarometer.reporting.writers.pdf_paper import READ, Paper
from sagsbarometer.reporting.writers.pdf_table import is_short, table_typst
from sagsbarometer.reporting.writers.typst_text import array, content, string

_TEMPLATE = Path(__file__).parents[1] / "assets" / "report.typ"
_KEEP_TOGETHER = 20  # a bound number up to this long is never broken over two lines
# What is not longer than this is kept on one page.
_SHORT_BOX = 1500  # letters
_SHORT_LEAD = 500
_LINE = 90  # letters
_LOW_FIGURE = 0.9  # of the width: with notes, headings and what leads to it, a page
_SIZE = re.compile(r'<svg[^>]* width="([0-9.]+)"[^>]* height="([0-9.]+)"')


def write_pdf(document: Document, edition: Edition, figures: Mapping[str, FigureContent]) -> bytes:
    """The PDF, checked by Typst against PDF/UA-1; the same bytes for the same input.

    Its date is the data date. `figures` holds every figure the document places.
    """
    day = datetime.fromisoformat(edition.data_date or "1970-01-01").replace(tzinfo=UTC)
    with TemporaryDirectory(prefix="sagsbarometer-") as folder:
        paper = Paper.of(typst_source(document, edition, figures), Path(folder))
        ways = ways_to_fill(parts(document, figures), paper.lay_out)
        data = paper.printed(ways, int(day.timestamp()))
    return with_row_heads(data)


def typst_source(document: Document, edition: Edition, figures: Mapping[str, FigureContent]) -> str:
    """The Typst source: the template, then the document as calls of it. How some of its parts are set is read from
    another file (`pdf_paper`)."""
    language = edition.language
    writer = _Writer(document, figures, language)
    return "\n".join(
        (
            _TEMPLATE.read_text(encoding="utf-8"),
            READ,
            f"#show: report.with(title: {string(document.title)}, source: {string(edition.source)}, "
            f"{_marks(edition)}, lang: {string(language)}, "
            f"close: way({writer.last}).close, "
            f"page-word: {string(say(language, 'page.page'))}, of: {string(say(language, 'page.of'))}, "
            f"fonts: ({', '.join(string(name) for name in fonts.FAMILIES)}))",
            _opening(document, edition),
            writer.document(document.blocks),
            writer.data_annex(),
            f"#colophon({content(say(language, 'page.about'))}, "
            f"{array(content(fact) for fact in edition.about)}, of: {writer.last})",
            "#places()",
        )
    )


def _opening(document: Document, edition: Edition) -> str:
    facts = array(content(fact) for fact in _facts(edition))
    given = f"subtitle: {string(document.subtitle)}, facts: {facts}"
    if document.sheet:
        return f"#sheet-head({given})"
    return f"#front({given}, {_marks(edition)})\n#contents({string(say(edition.language, 'page.contents'))})"


def _marks(edition: Edition) -> str:
    return f"draft: {string(edition.status)}, origin: {string(edition.origin_label)}"


def _facts(edition: Edition) -> list[str]:
    return [fact for fact in (edition.source, edition.day_line) if fact]


class _Writer:
    """Blocks to Typst. A footnote is written where it is first pointed to."""

    def __init__(
        self,
        document: Document,
        figures: Mapping[str, FigureContent],
        language: str,
    ) -> None:
        self._language = language
        self._figures = figures
        self._notes = {note.number: note.children for note in document.footnotes}
        self._tabled = {block.figure for block in walk(document.blocks) if isinstance(block, Table)}
        self._untabled = [id for id in placed_figures(document) if id not in self._tabled]
        self.last = len(document.blocks) + len(self._untabled) + 1  # of the marks: the colophon's
        self._annexes = sum(isinstance(block, Annex) for block in document.blocks)
        self._numbered = len(document.blocks)
        self._sheet = document.sheet

    def document(self, blocks: tuple[Block, ...]) -> str:
        """The blocks of the document itself: each has marks where it starts and ends."""
        return self._blocks(blocks, 1)

    def _blocks(self, blocks: tuple[Block, ...], first: int = 0) -> str:
        """Blocks with marks from the number `first` on; without marks where it is 0."""
        numbers = range(first, first + len(blocks)) if first else [0] * len(blocks)
        leads = _leads(blocks, self._figures)
        written = (self._block(block, number) for block, number in zip(blocks, numbers, strict=True))
        return "\n\n".join(
            f"#lead-to({numbers[leads[place]]})[{words}]" if place in leads else words
            for place, words in enumerate(written)
        )

    def data_annex(self) -> str:
        """The tables of the figures that the text shows without one."""
        if not self._untabled:
            return ""
        tables = "\n\n".join(
            table_typst(self._figures[id].table, number)
            for number, id in enumerate(self._untabled, self._numbered + 1)
        )
        if self._sheet:
            return tables
        title = f"{self._annex(self._annexes + 1)}{say(self._language, 'page.data_annex')}"
        return f"#pagebreak(weak: true)\n#heading(level: 1, {content(title)})\n\n{tables}"

    def _annex(self, number: int) -> str:
        return say(self._language, "page.annex", number=number)

    def _block(self, block: Block, number: int) -> str:
        match block:
            case Heading(level, children, anchor):
                flush = "#place.flush()\n" if level == 1 else ""
                return f"{flush}#heading(level: {level}, [{self._inlines(children)}]) <{anchor}>"
            case Annex(annex, title, anchor):
                words = f"#{string(self._annex(annex))}{self._inlines(title)}"
                return f"#pagebreak(weak: true)\n#heading(level: 1, [{words}]) <{anchor}>"
            case Paragraph(children):
                return f"#par[{self._marked(self._inlines(children), number)}]"
            case Bullets(items, ordered):
                inside = [self._item(item) for item in items]
                inside[0] = f"{_mark(number, 'start')}{inside[0]}"
                inside[-1] += _mark(number, "end")
                return f"#{'enum' if ordered else 'list'}({', '.join(f'[{item}]' for item in inside)})"
            case Box(title, inner):
                together = f"not way({number}).breaks" if _length(inner) <= _SHORT_BOX else "false"
                return (
                    f"#panel([{self._inlines(title)}], [{self._blocks(inner)}], "
                    f"together: {together}, of: {number})"
                )
            case FigureBlock():
                return self._figure(placed(block, self._figures), block.anchor, number)
            case Table():
                return table_typst(block, number)
            case PageBreak():
                return "#pagebreak(weak: true)"

    def _marked(self, words: str, number: int) -> str:
        return f"{_mark(number, 'start')}{words}{_mark(number, 'end')}"

    def _item(self, blocks: tuple[Block, ...]) -> str:
        """A list item of one paragraph is set close."""
        if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
            return self._inlines(blocks[0].children)
        return self._blocks(blocks)

    def _figure(self, figure: FigureContent, anchor: str, number: int) -> str:
        remarks = array(content(note) for note in (*figure.notes, figure.source))
        return (
            f"#chart({string(figure.wide)}, alt: {string(figure.alt)}, caption: {content(figure.caption)}, "
            f"remarks: {remarks}, anchor: label({string(anchor)}), of: {number}, "
            f"later: way({number}).later, width: way({number}).width * 1%)"
        )

    def _inlines(self, children: Inlines) -> str:
        return "".join(self._inline(child) for child in children)

    def _inline(self, item: Inline) -> str:
        match item:
            case Text(text, _, True):
                return f"#text(lang: {string('da')})[#{string(text)}]"
            case Text(text):
                return f"#{string(text)}"
            case Number(text):
                return f"#box({content(text)})" if len(text) <= _KEEP_TOGETHER else f"#{string(text)}"
            case Strong(children):
                return f"#strong[{self._inlines(children)}]"
            case Emphasis(children):
                return f"#emph[{self._inlines(children)}]"
            case Link(children, address):
                return f"#link({string(address)})[{self._inlines(children)}]"
            case CrossRef(text, target):
                return f"#link(label({string(target)}))[#{string(text)}]"
            case FootnoteRef(number, first):
                mark = f"note-{number}"
                if first:
                    return f"#footnote[{self._inlines(self._notes[number])}] <{mark}>"
                return f"#footnote(<{mark}>)"
            case LineBreak():
                return "#linebreak()"


def _mark(number: int, edge: str) -> str:
    """Where a part of the document itself starts or ends; nothing inside another."""
    return f"#mark({number}, {string(edge)})" if number else ""


def parts(document: Document, figures: Mapping[str, FigureContent]) -> tuple[Part, ...]:
    """What the document is made of, each part with the number of its marks, to fill the pages with; last the
    colophon."""
    leads = _leads(document.blocks, figures)
    found = [
        _part(block, number, number - 1 in leads, figures) for number, block in enumerate(document.blocks, 1)
    ]
    tabled = {block.figure for block in walk(document.blocks) if isinstance(block, Table)}
    untabled = [id for id in placed_figures(document) if id not in tabled]
    if untabled and not document.sheet:
        found.append(Part(0, "break"))
    found += [
        _part(figures[id].table, number, False, figures)
        for number, id in enumerate(untabled, len(document.blocks) + 1)
    ]
    return (*found, Part(len(document.blocks) + len(untabled) + 1, "colophon"))


def _part(block: Block, number: int, lead: bool, figures: Mapping[str, FigureContent]) -> Part:
    match block:
        case Heading(level):
            return Part(number, "chapter" if level == 1 else "heading")
        case PageBreak() | Annex():
            return Part(number, "break")
        case FigureBlock(id):
            return Part(number, "figure", picture=_tall(figures[id].wide) * PAGE)
        case Table():
            return Part(number, "table" if is_short(block) else "text", rows=len(block.rows))
        case Box(_, inner):
            return Part(number, "box", letters=_length(inner), rows=_length(inner) // _LINE)
        case Bullets():
            return Part(number, "text", letters=_length((block,)))
        case Paragraph():
            return Part(number, "lead" if lead else "text", letters=_length((block,)))


def _leads(blocks: tuple[Block, ...], figures: Mapping[str, FigureContent]) -> dict[int, int]:
    """The places of the paragraphs that only say what comes next, and of what that is: few, between a heading and a
    table or figure. They stay with it, for a heading and a line at the foot of a page have lost it."""

    def leaves_room(block: Block) -> bool:
        """Whether a page has room for it and what leads to it."""
        return isinstance(block, Table) or (
            isinstance(block, FigureBlock) and _tall(figures[block.figure].wide) <= _LOW_FIGURE
        )

    found: dict[int, int] = {}
    since: list[int] | None = None  # the paragraphs after the last heading
    for place, block in enumerate(blocks):
        if isinstance(block, Heading | Annex):
            since = []
        elif isinstance(block, Paragraph) and since is not None:
            since.append(place)
        else:
            told = tuple(blocks[at] for at in since or ())
            if leaves_room(block) and _length(told) <= _SHORT_LEAD:
                found |= dict.fromkeys(since or (), place)
            since = None
    return found


def _tall(svg: str) -> float:
    """How tall a picture is for its width; without a size it fills the page."""
    size = _SIZE.search(svg[:1000])
    return float(size[2]) / float(size[1]) if size else math.inf


def _length(blocks: tuple[Block, ...]) -> int:
    """How many letters the paragraphs of some blocks have."""
    return sum(len(plain(block.children)) for block in walk(blocks) if isinstance(block, Paragraph))

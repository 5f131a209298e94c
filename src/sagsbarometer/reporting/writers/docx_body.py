"""A document tree as the body of a Word file, with its footnotes, contents and front page."""

from __future__ import annotations

from collections.abc import Mapping

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
from sagsbarometer.reporting.writers.docx_picture import Pictures
from sagsbarometer.reporting.writers.docx_table import notes_docx, table_docx
from sagsbarometer.reporting.writers.docx_xml import (
    DANISH,
    Bookmarks,
    Relations,
    field,
    field_end,
    field_start,
    inner_link,
    line_break,
    paragraph,
    run,
    style,
)

_KEEP = "<w:keepNext/>"
_NEW_PAGE = "<w:pageBreakBefore/>"
_KEEP_TOGETHER = 20  # a bound number up to this long is never broken over two lines
_DEEPEST = 3  # levels of headings and lists that have a style
BULLETS, NUMBERS, BOX_BULLETS, BOX_NUMBERS = range(4)  # abstract lists of the numbering part


class Body:
    """Blocks to WordprocessingML. What it gathers on the way (pictures, lists, relations) the parts are made of."""

    def __init__(self, document: Document, edition: Edition, figures: Mapping[str, FigureContent]) -> None:
        self._document = document
        self._edition = edition
        self._figures = figures
        self._notes = {note.number: note.children for note in document.footnotes}
        self._marked: list[int] = []  # footnotes in the order the body points to them
        self._told_once = False  # inside a footnote, which can hold no other
        self.relations = Relations()
        self.note_relations = Relations()
        self._relations = self.relations
        self.bookmarks = Bookmarks()
        self.pictures = Pictures(self.relations)
        # Each list's kind and the level that begins anew.
        self.lists: list[tuple[int, int]] = [(BULLETS, 0), (BOX_BULLETS, 0)]
        self._new_page = False
        self._boxed = False

    def write(self) -> str:
        """The whole body but its page set-up."""
        document = self._document
        head = self._sheet_head() if document.sheet else self._front() + self._contents()
        self._new_page = not document.sheet
        return head + self._blocks(document.blocks) + self._data_annex() + self._colophon()

    def footnotes(self) -> str:
        """The footnotes that the body points to, to be read after `write`."""
        self._relations, self._told_once = self.note_relations, True
        mark = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        return "".join(
            f'<w:footnote w:id="{number}">'
            f"{paragraph('FootnoteText', mark + run(' ') + self._inlines(self._notes[number]))}</w:footnote>"
            for number in self._marked
        )

    def _say(self, key: str, **given: object) -> str:
        return say(self._edition.language, key, **given)

    def _front(self) -> str:
        edition, document = self._edition, self._document
        told = [paragraph("Kladde", run(edition.status))] if edition.status else []
        told.append(paragraph("Title", run(document.title)))
        told += [paragraph("Subtitle", run(document.subtitle))] if document.subtitle else []
        told += [paragraph("Oprindelse", run(edition.origin_label))] if edition.origin_label else []
        facts = (edition.source, edition.day_line)
        return "".join(told) + "".join(paragraph("Fakta", run(fact)) for fact in facts if fact)

    def _sheet_head(self) -> str:
        edition, document = self._edition, self._document
        told = paragraph("Title", run(document.title))
        told += paragraph("Subtitle", run(document.subtitle)) if document.subtitle else ""
        facts = " · ".join(fact for fact in (edition.source, edition.day_line) if fact)
        return told + (paragraph("Fakta", run(facts)) if facts else "")

    def _contents(self) -> str:
        """A table of contents that Word knows as one, filled with links to what it lists."""
        entries = [
            (1 if isinstance(block, Annex) else block.level, block.anchor, self._title(block))
            for block in self._document.blocks
            if isinstance(block, Annex) or (isinstance(block, Heading) and block.level <= 2)
        ]
        if self._untabled:
            entries.append((1, "tallene", self._data_title()))
        if not entries:
            return ""
        lines = []
        for number, (level, anchor, words) in enumerate(entries, 1):
            link = inner_link(self.bookmarks.name(anchor), run(words))
            first = field_start('TOC \\o "1-2" \\n \\h \\z \\u') if number == 1 else ""
            last = field_end() if number == len(entries) else ""
            lines.append(paragraph(f"TOC{level}", first + link + last))
        title = paragraph("TOCHeading", run(self._say("page.contents")), _NEW_PAGE)
        return (
            '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>'
            f"</w:docPartObj></w:sdtPr><w:sdtContent>{title}{''.join(lines)}</w:sdtContent></w:sdt>"
        )

    def _title(self, block: Heading | Annex) -> str:
        return plain(block.children) if isinstance(block, Heading) else self._annex(block.number, block.title)

    def _annex(self, number: int, title: Inlines) -> str:
        return f"{self._say('page.annex', number=number)}{plain(title)}"

    @property
    def _untabled(self) -> list[str]:
        """The figures that the text shows without their table."""
        tabled = {block.figure for block in walk(self._document.blocks) if isinstance(block, Table)}
        return [id for id in placed_figures(self._document) if id not in tabled]

    def _data_title(self) -> str:
        annexes = sum(isinstance(block, Annex) for block in self._document.blocks)
        return self._say("page.annex", number=annexes + 1) + self._say("page.data_annex")

    def _data_annex(self) -> str:
        """The tables of the figures that the text shows without one."""
        tables = "".join(table_docx(self._figures[id].table, self.bookmarks) for id in self._untabled)
        if not tables or self._document.sheet:
            return tables
        return self._heading(1, "tallene", run(self._data_title()), _NEW_PAGE) + tables

    def _colophon(self) -> str:
        if not self._edition.about:
            return ""
        facts = "".join(paragraph("Note", run(fact)) for fact in self._edition.about)
        return paragraph("Kolofon", run(self._say("page.about")), _KEEP) + facts

    def _blocks(self, blocks: tuple[Block, ...]) -> str:
        return "".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        match block:
            case Heading(level, children, anchor):
                return self._heading(level, anchor, self._inlines(children), self._page())
            case Annex(number, title, anchor):
                words = run(self._say("page.annex", number=number)) + self._inlines(title)
                self._page()
                return self._heading(1, anchor, words, _NEW_PAGE)
            case Paragraph(children):
                return paragraph("Boks" if self._boxed else "Normal", self._inlines(children), self._page())
            case Bullets():
                return self._bullets(block, 0)
            case Box(title, inner):
                head = paragraph("Bokstitel", self._inlines(title), self._page())
                self._boxed = True
                inside = self._blocks(inner)
                self._boxed = False
                return head + inside
            case FigureBlock():
                return self._figure(placed(block, self._figures), block.anchor)
            case Table():
                table = table_docx(block, self.bookmarks)
                return self._page_before(table)
            case PageBreak():
                self._new_page = True
                return ""

    def _heading(self, level: int, anchor: str, inside: str, page: str) -> str:
        name = f"Heading{min(level, _DEEPEST)}"
        return paragraph(name, self.bookmarks.around(anchor, inside), page)

    def _page(self) -> str:
        """What makes the next paragraph begin a page, where it must."""
        told, self._new_page = _NEW_PAGE if self._new_page else "", False
        return told

    def _page_before(self, blocks: str) -> str:
        """`blocks`, which begin with a paragraph of a style, on a new page where they must be."""
        page = self._page()
        return blocks.replace("/>", f"/>{page}", 1) if page else blocks

    def _bullets(self, bullets: Bullets, level: int) -> str:
        kind = (BOX_NUMBERS if self._boxed else NUMBERS) if bullets.ordered else int(self._boxed)
        number = kind + 1
        if bullets.ordered:
            self.lists.append((kind, level))
            number = len(self.lists)
        place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        name = "ListNumber" if bullets.ordered else "ListBullet"
        name = f"Boks{name}" if self._boxed else name if level == 0 else f"{name}{min(level + 1, _DEEPEST)}"
        return "".join(self._item(item, name, place, level) for item in bullets.items)

    def _item(self, blocks: tuple[Block, ...], name: str, place: str, level: int) -> str:
        """The first paragraph has the mark; what else stands in the item is set in under it."""
        told = ""
        for number, block in enumerate(blocks):
            if isinstance(block, Bullets):
                told += self._bullets(block, level + 1)
            elif isinstance(block, Paragraph):
                page = self._page()
                inside = self._inlines(block.children)
                told += paragraph(name, inside, page + place) if number == 0 else self._more(inside, level)
            else:
                told += self._block(block)
        return told

    def _more(self, inside: str, level: int) -> str:
        if self._boxed:
            return paragraph("Boks", inside)
        return paragraph("ListContinue", inside, after=f'<w:ind w:left="{357 * (level + 1)}"/>')

    def _figure(self, figure: FigureContent, anchor: str) -> str:
        picture = self.pictures.drawing(figure.wide, figure.alt, figure.caption)
        caption = self.bookmarks.around(anchor, run(figure.caption))
        return (
            paragraph("Caption", caption, f"{_KEEP}{self._page()}")
            + paragraph("Figur", picture)
            + notes_docx((*figure.notes, figure.source))
        )

    def _inlines(self, children: Inlines, look: frozenset[str] = frozenset()) -> str:
        return "".join(self._inline(child, look) for child in children)

    def _inline(self, item: Inline, look: frozenset[str]) -> str:
        match item:
            case Text(text, _, danish):
                return run(text, f"{_look(look)}{DANISH if danish else ''}")
            case Number(text):
                whole = text.replace(" ", "\u00a0") if len(text) <= _KEEP_TOGETHER else text
                return run(whole, _look(look))
            case Strong(children):
                return self._inlines(children, look | {"strong"})
            case Emphasis(children):
                return self._inlines(children, look | {"emphasis"})
            case Link(children, address):
                id = self._relations.id("hyperlink", address)
                inside = self._inlines(children, look | {"link"})
                return f'<w:hyperlink r:id="{id}" w:history="1">{inside}</w:hyperlink>'
            case CrossRef(text, target):
                return inner_link(self.bookmarks.name(target), run(text, _look(look | {"link"})))
            case FootnoteRef(number):
                return self._footnote(number)
            case LineBreak():
                return line_break()

    def _footnote(self, number: int) -> str:
        """A footnote of Word's own where it is first pointed to, a reference to it the other times. Word has no
        footnote inside a footnote: what is only pointed to from another is told there in brackets."""
        name = self.bookmarks.name(f"fodnote-{number}")
        if number in self._marked:
            told = str(self._marked.index(number) + 1)
            return field(f"NOTEREF {name} \\f \\h", told, style("FootnoteReference"))
        if self._told_once:
            return run(" [") + self._inlines(self._notes[number]) + run("]")
        self._marked.append(number)
        properties = f"<w:rPr>{style('FootnoteReference')}</w:rPr>"
        mark = f'<w:r>{properties}<w:footnoteReference w:id="{number}"/></w:r>'
        return self.bookmarks.around(f"fodnote-{number}", mark)


def _look(look: frozenset[str]) -> str:
    """The properties of a run: whether it is a link, strong, or stressed."""
    told = (("link", style("Hyperlink")), ("strong", "<w:b/><w:bCs/>"), ("emphasis", "<w:i/><w:iCs/>"))
    return "".join(properties for name, properties in told if name in look)

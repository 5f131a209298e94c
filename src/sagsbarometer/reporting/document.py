"""The document tree: what a report says, before anyone decides how it looks. Frozen; numbers are bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words. `fixed`: marked by the author as no figure of ours."""

    text: str
    fixed: bool = False
    danish: bool = False  # in a text of another language: the name of an act, of an office


@dataclass(frozen=True, slots=True)
class Number:
    """A number that came from a cell, so that it can lead back to it. `base` tells what it is a share of."""

    text: str
    figure: str  # the figure or table it was taken from, "" when it was taken from none
    measure: str  # the key of its cell, as `measures.cells.ref` writes it
    format: str
    base: str
    minus: str = ""  # the key of the cell it is the difference to
    before: bool = False  # whether its cell is one of the round before
    minus_before: bool = False  # whether the cell it is the difference to is
    line: int = field(default=0, compare=False)  # of the text, where it was bound


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that carry weight."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words with stress."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an address outside the report."""

    children: tuple[Inline, ...]
    address: str


@dataclass(frozen=True, slots=True)
class CrossRef:
    """A link to a figure or an annex of the same document."""

    text: str
    target: str  # an anchor


@dataclass(frozen=True, slots=True)
class FootnoteRef:
    """The mark of a footnote; footnotes count from 1 in the order they are first pointed to."""

    number: int
    first: bool  # whether this is the first place that points to it


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A new line inside a paragraph."""


Inline = Text | Number | Strong | Emphasis | Link | CrossRef | FootnoteRef | LineBreak
Inlines = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; 1 is a chapter."""

    level: int
    children: Inlines
    anchor: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; each item is blocks of its own."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """The place of a figure; what it holds is made by `figure.contents`."""

    figure: str
    anchor: str
    alt: Inlines = ()  # what the picture shows, where the text says it itself


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `kind`: text, code (a rule as written in the form), count, value or range."""

    label: str
    kind: str = "text"
    weight: float = 1.0  # its share of the width
    group: str = ""  # the head over it and its neighbours of the same group

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers, which stand to the right."""
        return self.kind in ("count", "value", "range")


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same number in the round before, and how much it has changed since; small under the number itself."""

    lead: str  # the word before it
    number: TableCell
    change: TableCell

    @property
    def lines(self) -> tuple[str, ...]:
        """`før 51 %`, `+2 pp`: a line each."""
        limits = f" ({self.number.under})" if self.number.under else ""
        told = (f"{self.lead} {self.number.text}{self.number.mark}{limits}", self.change.text)
        return tuple(line for line in told if line)


@dataclass(frozen=True, slots=True)
class TableCell:
    """What one place of a table shows, and the number behind it where it is one.

    For a range `value` and `high` are its ends; for a count that is the fewest it can be, `high` is the most.
    `format` is a spreadsheet number format. `mark` is a sign beside the number that a note explains.
    """

    text: str
    value: int | Decimal | None = None
    high: Decimal | None = None
    format: str = "0"
    mark: str = ""
    under: str = ""  # in small letters under a number: how much else it could be
    span: int = 1  # columns; 0 where the same words to the left stand here too
    words: bool = False  # words among numbers
    tone: int = 0  # how strongly it is tinted, 1 to 4; what the tint says is told in numbers too
    ref: str = ""  # the key of the cell behind it, as `measures.cells.ref` writes it
    earlier: Earlier | None = None  # where a round before stands beside this one
    danish: bool = False  # words that stand in Danish in an edition of another language

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands in small letters under the number, a line each."""
        return ((self.under,) if self.under else ()) + (self.earlier.lines if self.earlier else ())


class RowKind(StrEnum):
    """What a row of a table is to the others."""

    PLAIN = ""
    TOTAL = "total"
    GROUP = "group"  # the sum of the parts under it
    PART = "part"
    HEADING = "heading"  # words alone, for the rows under it


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row, or two where its columns stand in groups; the first column heads its rows."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    notes: tuple[str, ...] = ()
    anchor: str = ""
    figure: str = ""  # the figure whose numbers it holds
    grid: str = ""  # the statistical table it is
    given: str = ""  # the table from elsewhere it is
    kinds: tuple[RowKind, ...] = ()  # one a row; none where every row is plain
    files: tuple[tuple[str, str], ...] = ()  # words and file name of what can be fetched

    @property
    def kinded(self) -> Iterator[tuple[RowKind, tuple[TableCell, ...]]]:
        """Every row with its kind."""
        return zip(self.kinds or (RowKind.PLAIN,) * len(self.rows), self.rows, strict=True)

    @property
    def heads(self) -> tuple[tuple[str, int], ...]:
        """The heads over the columns with how many columns each spans; "" where a column has none. Empty where no
        column has one."""
        if not any(column.group for column in self.columns):
            return ()
        spans = groupby(enumerate(self.columns), key=lambda item: item[1].group or item[0])
        return tuple((key if isinstance(key, str) else "", len(list(run))) for key, run in spans)


@dataclass(frozen=True, slots=True)
class Box:
    """A box with a title beside the running text: a rule of law, an example."""

    title: Inlines
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page where there are pages."""


@dataclass(frozen=True, slots=True)
class Annex:
    """The heading of an annex; annexes count from 1 and open a new page."""

    number: int
    title: Inlines
    anchor: str


Block = Heading | Paragraph | Bullets | FigureBlock | Table | Box | PageBreak | Annex


@dataclass(frozen=True, slots=True)
class Footnote:
    """One footnote."""

    number: int
    children: Inlines


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition of the text: its line, its words, and the cells it asked, each with whether of the round before."""

    line: int
    text: str
    refs: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One text, ready for every writer. `sheet`: short, without front page and contents."""

    title: str
    subtitle: str
    file: str  # name of the files it becomes, without ending
    blocks: tuple[Block, ...]
    footnotes: tuple[Footnote, ...]
    sheet: bool
    asked: tuple[Asked, ...] = field(default=(), compare=False)  # by the conditions of its text
    short: bool = False  # leaves figures and tables out on purpose
    files: tuple[tuple[str, str], ...] | None = (
        None  # words and file of what else it is; None: PDF and workbook
    )


def plain(inlines: Inlines, without_fixed: bool = False) -> str:
    """The words alone; `without_fixed` blanks what the author marked as no figure of ours."""
    return "".join(_plain(item, without_fixed) for item in inlines)


def _plain(item: Inline, without_fixed: bool) -> str:
    match item:
        case Text(text, True) if without_fixed:
            return " " * len(text)
        case Text(text) | Number(text) | CrossRef(text):
            return text
        case Strong(children) | Emphasis(children) | Link(children):
            return plain(children, without_fixed)
        case LineBreak():
            return " "
        case FootnoteRef():
            return ""


def walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Every block in reading order, those inside boxes and lists too."""
    for block in blocks:
        yield block
        if isinstance(block, Box):
            yield from walk(block.blocks)
        elif isinstance(block, Bullets):
            for item in block.items:
                yield from walk(item)


def grids(document: Document) -> tuple[str, ...]:
    """The ids of the statistical tables placed in the document, in reading order."""
    return tuple(block.grid for block in walk(document.blocks) if isinstance(block, Table) and block.grid)


def figures(document: Document) -> tuple[str, ...]:
    """The ids of the figures placed in the document, in reading order."""
    return tuple(block.figure for block in walk(document.blocks) if isinstance(block, FigureBlock))

"""A finished report as it is read: paragraphs and tables in order, whatever the format was.

The readers give this and nothing else, so that every rule is the same for a page, a Word document, a PDF and a text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sagsbarometer.kernel.problems import Faults, Place, Problem

MAX_BLOCKS = 60_000
MAX_TABLES = 2_000
MAX_CELLS = 400_000  # of one report, with spans laid out
MAX_TABLE_CELLS = 100_000
MAX_SPAN = 1_000  # what a page may ask for; browsers stop there too
MAX_CHARACTERS = 12_000_000
MAX_DEPTH = 12  # tables in tables


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as it is written. `across`, `down`: how many columns and rows it fills; `head`: it says so itself."""

    text: str
    head: bool = False
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, a heading, a caption or a list item. `kind`: text, heading or caption."""

    text: str
    place: str  # »afsnit 12«, »side 3«, »linje 40«
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows of cells as written, spans not laid out. `heads`: rows that say they are heads, from the top."""

    rows: tuple[tuple[RawCell, ...], ...]
    place: str
    caption: str = ""
    heads: int = 0


Block = Text | RawTable


@dataclass(frozen=True, slots=True)
class Paper:
    """A report: its blocks in order, `kind` (html, docx, pdf, md), `language` it says it is in ("" where it does not),
    and `remarks`: what the reader could not do, or did only as well as it could (Danish)."""

    name: str
    kind: str
    blocks: tuple[Block, ...]
    language: str = ""
    remarks: tuple[str, ...] = ()
    guessed: bool = False  # the tables themselves are a guess, made of where words stand


@dataclass(slots=True)
class Budget:
    """How much of a report has been read; raises when it is more than any report has."""

    file: str
    blocks: int = 0
    tables: int = 0
    cells: int = 0
    characters: int = 0
    _deep: int = field(default=0)

    def text(self, characters: int) -> None:
        """So many characters more. Raises Faults CHECK-204."""
        self.characters += characters
        if self.characters > MAX_CHARACTERS:
            raise self.refused("teksten er længere end nogen rapports")

    def block(self) -> None:
        """One block more. Raises Faults CHECK-204."""
        self.blocks += 1
        if self.blocks > MAX_BLOCKS:
            raise self.refused(f"den har over {MAX_BLOCKS} afsnit")

    def table(self, depth: int) -> None:
        """One table more, inside so many others. Raises Faults CHECK-204."""
        self.tables += 1
        if self.tables > MAX_TABLES:
            raise self.refused(f"den har over {MAX_TABLES} tabeller")
        if depth > MAX_DEPTH:
            raise self.refused(f"en tabel står inden i over {MAX_DEPTH} andre")

    def cell(self, across: int = 1, down: int = 1) -> None:
        """One cell more, with its spans. Raises Faults CHECK-204."""
        self.cells += across * down
        if self.cells > MAX_CELLS:
            raise self.refused(f"dens tabeller har over {MAX_CELLS} celler")

    def refused(self, why: str) -> Faults:
        """CHECK-204: the report asks for more than a report does."""
        return refusal(
            "CHECK-204", self.file, f"Rapporten læses ikke: {why}.", "Del den, eller fjern det, der fylder."
        )


def refusal(code: str, file: str, fault: str, remedy: str) -> Faults:
    """One coded reason why a report is not read."""
    return Faults([Problem(code, Place(file), fault, remedy)])


def flat(text: str) -> str:
    """Text on one line: blanks of every width as one, what is not seen left out."""
    return " ".join(text.translate(_UNSEEN).split())


_UNSEEN = {
    ord(char): None
    for char in "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
}


def joined(blocks: Iterable[Block]) -> str:
    """All the words, for what asks of the whole: its language, its notation."""
    parts = []
    for block in blocks:
        if isinstance(block, Text):
            parts.append(block.text)
        else:
            parts += [cell.text for row in block.rows for cell in row]
    return "\n".join(parts)

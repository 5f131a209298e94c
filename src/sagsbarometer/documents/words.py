"""What a DOCX is shown as: blocks of pieces, and nothing a browser could run."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from sagsbarometer.documents.persons import cpr_numbers, masked
from sagsbarometer.kernel.said import all_said

# What stands over the parts that come after the text.
PARTS = all_said(
    {
        "margins": "Sidehoved og sidefod",
        "footnotes": "Fodnoter",
        "endnotes": "Slutnoter",
        "comments": "Kommentarer",
    }
)
_OPEN = "Åbn dokumentet for sig selv for at se det."
# Why something is not shown, and what to do.
WHY = all_said(
    {
        "lost": "Her skulle være et billede, men det er ikke i filen. Bed kommunen om dokumentet som PDF.",
        "outside": "Her er et billede, som ligger uden for filen. Det hentes ikke. Bed kommunen om dokumentet som PDF.",
        "large": "Her er et billede, som fylder for meget til at blive vist. " + _OPEN,
        "kind": "Her er et billede af en type, der ikke vises her. " + _OPEN,
        "many": "Dokumentet har flere billeder, end der vises. Dette er et af dem. " + _OPEN,
        "object": "Her er noget fra et andet program, som ikke vises her. " + _OPEN,
        "chart": "Her er et diagram, som ikke vises her. " + _OPEN,
        "drawing": "Her er en tegning, som ikke vises her. " + _OPEN,
    }
)
_DIGIT = re.compile(r"\d")
_WORDS = frozenset({"text", "ins", "del"})


@dataclass(slots=True)
class Piece:
    """A part of a paragraph or a cell.

    `kind`: text; ins and del, what a tracked change put in or took out; mark, the number of a note or comment; picture,
    with its description in `text`; missing, what is not shown, with `why`.
    """

    kind: str
    text: str = ""
    number: int = 0  # of a picture: its place among the parts of the file, from 1
    nth: int = 0  # of a picture: which of the document's it is, from 1
    width: float = 0  # of a picture: points; 0 where the document does not say
    height: float = 0
    why: str = ""


Cell = list[Piece]


@dataclass(slots=True)
class Block:
    """A paragraph (`p`), a heading (`h`), a list item (`li`) or the heading of a part (`part`): one row of one cell;
    a text box (`box`): a row a paragraph; or a `table`: rows of cells."""

    style: str
    rows: list[list[Cell]]


def without_nth(block: Block) -> list[list[list[Piece]]]:
    """What a block says, wherever in the document its pictures stand."""
    return [[[replace(piece, nth=0) for piece in cell] for cell in row] for row in block.rows]


def told(block: Block) -> dict[str, Any]:
    """A block as it is told to another process; `block_of` reads it."""
    rows = [[[_fields(piece) for piece in cell] for cell in row] for row in block.rows]
    return {"style": block.style, "rows": rows}


def _fields(piece: Piece) -> dict[str, Any]:
    named = {name: getattr(piece, name) for name in ("text", "number", "nth", "width", "height", "why")}
    return {"kind": piece.kind, **{name: value for name, value in named.items() if value}}


def block_of(told_of: dict[str, Any]) -> Block:
    """A block as another process told of it. Raises TypeError or KeyError where it is none."""
    rows = [[[Piece(**piece) for piece in cell] for cell in row] for row in told_of["rows"]]
    return Block(told_of["style"], rows)


def masked_cell(cell: Cell) -> Cell:
    """A cell with every CPR number hidden, also one that is whole only without a change or a picture."""
    apart = {number for piece in cell for number in cpr_numbers(piece.text)}
    for left_out in ("", "ins", "del"):
        joined = "".join(piece.text for piece in cell if piece.kind in _WORDS - {left_out})
        if not apart.issuperset(cpr_numbers(joined)):
            return [replace(piece, text=_DIGIT.sub("•", piece.text)) for piece in cell]
    return [replace(piece, text=masked(piece.text)) for piece in cell]

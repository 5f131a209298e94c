"""One XML part of a DOCX as it streams by: paragraphs, tables, text boxes, tracked changes and places of pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sagsbarometer.documents.docx_parts import attributes_of, local
from sagsbarometer.documents.limits import Limits
from sagsbarometer.documents.refusals import Refused
from sagsbarometer.documents.words import Block, Cell, Piece

_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
_CHANGES = {"ins": "ins", "moveTo": "ins", "del": "del", "moveFrom": "del"}
_OFF = frozenset({"0", "false", "off"})
# Signs of Wingdings, which a form is ticked with. Another sign of a font of signs is a dot: which one is not known.
_SIGNS = {
    "F06F": "☐", "F071": "☐", "F0A8": "☐", "F0FE": "☒", "F0FD": "☒", "F078": "☒", "F0FC": "✓", "F0FB": "✗",
}  # fmt: skip
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_POINTS = 12_700  # English Metric Units in a point
_LONGEST = 2_000.0  # points


@dataclass
class Found:
    """What was met in the parts of one file: pictures shown, and the notes and comments that the text points to."""

    pictures: int = 0
    length: int = 0
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def mark(self, kind: str, id: str) -> str:
        """The mark of a note or comment at the place it belongs to: [1], [i], [k1]."""
        if (kind, id) not in self.notes:
            number = self.counts[kind] = self.counts.get(kind, 0) + 1
            said = {"footnote": str(number), "endnote": _roman(number), "comment": f"k{number}"}[kind]
            self.notes[kind, id] = f"[{said}]"
        return self.notes[kind, id]


def _roman(number: int) -> str:
    said = ""
    for value, sign in _ROMAN:
        said, number = said + sign * (number // value), number % value
    return said


@dataclass(slots=True)
class _Paragraph:
    style: str = "p"
    cell: Cell = field(default_factory=list)


@dataclass
class Body:
    """Takes the events of a parser, and gives blocks. A table in a table is text of the cell it is in."""

    limits: Limits
    met: Found
    picture: Callable[[str], Piece]  # what a pointer's id is shown as

    def __post_init__(self) -> None:
        self.blocks: list[Block] = []
        self.after: list[Block] = []  # text boxes that hang on a paragraph, until it ends
        self.paragraphs: list[_Paragraph] = []  # those that are open: a text box opens some within one
        self.box: Block | None = None
        self.tables = self.boxes = self.skipped = 0
        self.choices: list[int] = []  # how much had been taken when each choice between two drawings began
        self.taken = 0
        self.changes: list[str] = []
        self.taking = ""  # the element whose text is taken
        self.description, self.size = "", (0.0, 0.0)
        self.note: list[Piece] = []  # what the next paragraph begins with
        self.box_ticked: bool | None = None

    def done(self) -> list[Block]:
        """The blocks. Those of a text box that hung on no paragraph come last."""
        return self.blocks + self.after

    # --- events ---

    def start(self, tag: str, found: dict[str, str]) -> None:
        """An element begins."""
        name = local(tag)
        if self.skipped or (name == "Fallback" and self.choices and self.taken > self.choices[-1]):
            self.skipped += 1  # the same drawing again, for older programs
            return
        self.taking = name if name in ("t", "delText") else ""
        if name in _BREAKS:
            self._add("text", _BREAKS[name])
        elif name in _CHANGES:
            self.changes.append(_CHANGES[name])
        elif name in ("tbl", "tr", "tc") and self.box is None:
            self._table(name)
        elif handler := _STARTS.get(name):
            handler(self, name, attributes_of(found))

    def end(self, tag: str) -> None:
        """An element ends."""
        self.taking = ""
        if self.skipped:
            self.skipped -= 1
            return
        name = local(tag)
        if name in _CHANGES:
            self.changes.pop()
        elif name == "AlternateContent":
            self.choices.pop()
        elif name == "tbl" and self.box is None:
            self.tables -= 1
        elif name == "txbxContent":
            self._box_ends()
        elif name == "p" and self.paragraphs:
            self._paragraph(self.paragraphs.pop())
        elif name == "checkBox" and self.box_ticked is not None:
            self._add("text", "☒" if self.box_ticked else "☐")
            self.box_ticked = None

    def characters(self, data: str) -> None:
        """Text."""
        if not self.taking or self.skipped:
            return
        self.met.length += len(data)
        if self.met.length > self.limits.text_characters:
            raise Refused("DOK-115")
        kind = self.changes[-1] if self.changes else "text"
        self._add("del" if self.taking == "delText" else kind, data)

    # --- what they make ---

    def _add(self, kind: str, text: str) -> None:
        if not self.paragraphs:
            return
        cell = self.paragraphs[-1].cell
        self.taken += bool(text.strip())
        if cell and cell[-1].kind == kind and kind in ("text", "ins", "del"):
            cell[-1].text += text
        else:
            cell.append(Piece(kind, text))

    def _put(self, piece: Piece) -> None:
        """A picture, or that one is missing."""
        piece.text, (piece.width, piece.height) = self.description, self.size
        self.taken += piece.kind == "picture"
        cell = self.paragraphs[-1].cell if self.paragraphs else None
        if cell is not None:
            cell.append(piece)
        else:
            self._paragraph(_Paragraph("p", [piece]))

    def _table(self, name: str) -> None:
        if name == "tbl":
            self.tables += 1
            if self.tables == 1:
                self.blocks.append(Block("table", []))
        elif self.tables == 1 and name == "tr":
            self.blocks[-1].rows.append([])
        elif self.tables == 1 and self.blocks[-1].rows:
            self.blocks[-1].rows[-1].append([])

    def _paragraph(self, said: _Paragraph) -> None:
        if own := _trimmed(said.cell):
            self._placed(said.style, [*self.note, *own])
            self.note = []
        if not self.paragraphs and self.box is None and not self.tables:
            self.blocks += self.after
            self.after = []

    def _placed(self, style: str, cell: Cell) -> None:
        if self.box is not None:
            self.box.rows.append([cell])
        elif not self.tables:
            self.blocks.append(Block(style, [[cell]]))
        elif self.blocks[-1].rows and self.blocks[-1].rows[-1]:
            into = self.blocks[-1].rows[-1][-1]
            if into and into[-1].kind == cell[0].kind == "text":
                into[-1].text += f"\n{cell.pop(0).text}"
            elif into:
                into.append(Piece("text", "\n"))
            into += cell

    def _box_ends(self) -> None:
        self.boxes -= 1
        if self.boxes == 0 and self.box is not None:
            self.after += [self.box] if self.box.rows else []
            self.box = None

    # --- the elements that say something ---

    def _p(self, _: str, __: dict[str, str]) -> None:
        self.paragraphs.append(_Paragraph())

    def _style(self, name: str, said: dict[str, str]) -> None:
        if not self.paragraphs:
            return
        of = self.paragraphs[-1]
        if name == "numPr":
            of.style = "li"
        elif said.get("val", "").casefold().startswith(("heading", "overskrift", "title", "titel")):
            of.style = "h"

    def _text_box(self, _: str, __: dict[str, str]) -> None:
        self.boxes += 1
        if self.boxes == 1 and not self.tables:
            self.box = Block("box", [])

    def _choice(self, _: str, __: dict[str, str]) -> None:
        self.choices.append(self.taken)

    def _drawing(self, _: str, said: dict[str, str]) -> None:
        self.description, self.size = said.get("alt", ""), (0.0, 0.0)

    def _extent(self, _: str, said: dict[str, str]) -> None:
        self.size = (_points(said.get("cx", "")), _points(said.get("cy", "")))

    def _described(self, _: str, said: dict[str, str]) -> None:
        self.description = said.get("descr", "") or said.get("title", "")

    def _blip(self, name: str, said: dict[str, str]) -> None:
        id = said.get("embed", "") if name == "blip" else said.get("id", "") or said.get("relid", "")
        if id:
            self._put(self.picture(id))
        elif said.get("link") or said.get("href") or said.get("src"):
            self._put(Piece("missing", why="outside"))

    def _unshown(self, name: str, said: dict[str, str]) -> None:
        if name == "graphicData":
            kind = said.get("uri", "").rpartition("/")[2]
            why = {"chart": "chart", "chartex": "chart", "diagram": "drawing"}.get(kind, "")
        else:
            why = "drawing" if name == "contentPart" else "object"
        if why:
            self._put(Piece("missing", why=why))

    def _word_art(self, _: str, said: dict[str, str]) -> None:
        self._add("text", said.get("string", ""))

    def _sign(self, _: str, said: dict[str, str]) -> None:
        known = _SIGNS if said.get("font", "").startswith("Wingdings") else {}
        self._add("text", known.get(said.get("char", "").upper(), "•"))

    def _pointed(self, name: str, said: dict[str, str]) -> None:
        self._add("mark", self.met.mark(name.removesuffix("Reference"), said.get("id", "")))

    def _note(self, name: str, said: dict[str, str]) -> None:
        """A note or a comment begins: its mark, and who wrote it."""
        mark = self.met.notes.get((name, said.get("id", "")), "")
        self.note = [Piece("mark", mark)] if mark else []
        if name == "comment" and said.get("author"):
            self.note.append(Piece("text", f"{said['author']}: "))

    def _check_box(self, name: str, said: dict[str, str]) -> None:
        if name == "checkBox":
            self.box_ticked = False
        elif self.box_ticked is not None:
            self.box_ticked = said.get("val", "1").casefold() not in _OFF


_STARTS: dict[str, Callable[[Body, str, dict[str, str]], None]] = {
    "p": Body._p,
    "pStyle": Body._style,
    "numPr": Body._style,
    "txbxContent": Body._text_box,
    "AlternateContent": Body._choice,
    "drawing": Body._drawing,
    "pict": Body._drawing,
    "shape": Body._drawing,
    "rect": Body._drawing,
    "extent": Body._extent,
    "docPr": Body._described,
    "blip": Body._blip,
    "imagedata": Body._blip,
    "graphicData": Body._unshown,
    "contentPart": Body._unshown,
    "OLEObject": Body._unshown,
    "control": Body._unshown,
    "textpath": Body._word_art,
    "sym": Body._sign,
    "footnoteReference": Body._pointed,
    "endnoteReference": Body._pointed,
    "commentReference": Body._pointed,
    "footnote": Body._note,
    "endnote": Body._note,
    "comment": Body._note,
    "checkBox": Body._check_box,
    "checked": Body._check_box,
    "default": Body._check_box,
}


def _points(said: str) -> float:
    """Points of a length; 0 of what is none."""
    return min(round(int(said[:12]) / _POINTS, 1), _LONGEST) if said.isascii() and said.isdecimal() else 0.0


def _trimmed(cell: Cell) -> Cell:
    """A paragraph without the space around it, and without pieces that say nothing."""
    if cell and cell[0].kind == "text":
        cell[0].text = cell[0].text.lstrip()
    if cell and cell[-1].kind == "text":
        cell[-1].text = cell[-1].text.rstrip()
    return [piece for piece in cell if piece.text or piece.kind in ("picture", "missing")]

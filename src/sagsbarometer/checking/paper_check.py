"""A finished report held against itself: its tables, and what its sentences say of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sagsbarometer.checking.loosening import Loosening
from sagsbarometer.checking.paper import Paper, RawTable
from sagsbarometer.checking.paper_finding import Found, Looked, Sure
from sagsbarometer.checking.paper_grid import Laid
from sagsbarometer.checking.paper_parts import parts_of
from sagsbarometer.checking.paper_prose import Said, check_prose, stated, tell_stated
from sagsbarometer.checking.paper_tables import check_table

_LIKE_NOTE = re.compile(
    r"bemærk|der er tale om|summer|afrund|baseret på|omfatter|kategori for|uoverensstemmelse|note that",
    re.IGNORECASE,
)
_LIKE_SOURCE = re.compile(
    r"system\w*\.?(?:\s|$)|\btrukket\b|\bstyrelsen\b.{0,30}\d{4}|danmarks statistik|database|register|extracted",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PaperReport:
    """What came of a report. `figures`: numbers in its tables; `said`: those in its sentences, each judged or not."""

    paper: Paper
    tables: tuple[Laid, ...]
    without: int  # tables that have no figures
    language: str
    looked: Looked
    said: tuple[Said, ...]

    @property
    def figures(self) -> int:
        """How many figures its tables have."""
        return sum(len(table.all) for table in self.tables)

    def number(self, sure: Sure) -> int:
        """How many findings are so sure."""
        return sum(item.sure is sure for item in self.looked.found)

    @property
    def ok(self) -> bool:
        """Whether nothing is certainly wrong."""
        return not self.number(Sure.FAULT)


def check_paper(
    paper: Paper, loosening: Loosening, on_time: Callable[[], None] = lambda: None
) -> PaperReport:
    """The report judged. `on_time` is asked now and then and may raise. Tables that were themselves guessed, as in
    a PDF without tags, give questions at most.

    Raises Faults CHECK-204 where spans ask for more cells than a report has.
    """
    parts = parts_of(paper)
    looked = Looked(on_time)
    for table in parts.tables:
        check_table(table, looked)
        _swapped(table, looked)
    _cells(paper, parts.language, looked)
    said = check_prose(parts, loosening, looked)
    if paper.guessed:
        looked.found = [_doubted(item) for item in looked.found]
    looked.settle()
    return PaperReport(paper, parts.tables, parts.without, parts.language, looked, said)


def _doubted(item: Found) -> Found:
    if item.sure is not Sure.FAULT or item.rule in ("said", "stated"):
        return item
    told = f"{item.told} Tabellen er gættet ud fra, hvor ordene står."
    return Found(Sure.QUESTION, item.rule, item.where, told, item.quote, item.cells)


def _cells(paper: Paper, language: str, looked: Looked) -> None:
    """Cells that give both a percentage and its counts."""
    for block in paper.blocks:
        if not isinstance(block, RawTable):
            continue
        for at, row in enumerate(block.rows, 1):
            for cell in row:
                for _, _, number, part, base in stated(cell.text, language, in_cell=True):
                    looked.count("stated", ())
                    where = f"{block.place}, række {at}"
                    tell_stated(number, part, base, where, "", looked)


def _swapped(table: Laid, looked: Looked) -> None:
    """A note where the source should stand, and the other way round: worth a look, and never more."""
    notes, sources = " ".join(table.notes), " ".join(table.sources)
    note_is_source = _LIKE_SOURCE.search(notes) and not _LIKE_NOTE.search(notes)
    source_is_note = _LIKE_NOTE.search(sources) and not _LIKE_SOURCE.search(sources[:40])
    if note_is_source and source_is_note:
        told = "Under »Note:« står det, der ligner kilden, og under »Kilde:« det, der ligner noten."
        looked.found.append(Found(Sure.NOTE, "swapped", table.name, told))

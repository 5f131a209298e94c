"""A report's blocks put together: each table with its caption, its notes and its source, and the sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sagsbarometer.checking.paper import Block, Budget, Paper, RawTable, Text, flat, joined
from sagsbarometer.checking.paper_grid import Laid, lay_out, with_words
from sagsbarometer.checking.paper_numbers import notation

_CAPTION = re.compile(r"\s*(?:bilags)?(?:tabel|figur|table|figure)\s+[\w.]*\d", re.IGNORECASE)
_NOTE = re.compile(r"\s*(?:noter?|notes?|anm\.|anmærkning(?:er)?)\s*:", re.IGNORECASE)
_SOURCE = re.compile(r"\s*(?:kilder?|sources?)\s*:", re.IGNORECASE)
_CHAPTER = re.compile(r"\s*(?:(?:kapitel|bilag|del|chapter|annex)\s+)?\d+(?:\.\d+)*[.:]?\s+", re.IGNORECASE)
_STARRED = re.compile(r"\s*(?:[*†‡]|\d\)|[¹²³])")
_REACH = 8  # paragraphs under a table that may be its notes
# A point ends a sentence unless it shortens a word or stands in a number.
_SHORT = "".join(
    rf"(?<!\b{word}\.)" for word in r"ca pct jf nr stk f\.eks bl\.a pkt kr mio dvs m\.fl m\.v".split()
)
_END = re.compile(rf"{_SHORT}(?<=[.!?])[)»\"']?\s+(?=[A-ZÆØÅ0-9»\"(–-])")
_LONGEST = 4_000  # a sentence; longer ones are no sentence
_LONGEST_CAPTION = 1_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, those before it in the same paragraph, and the heading it stands under."""

    text: str
    before: str
    heading: str
    place: str


@dataclass(frozen=True, slots=True)
class Parts:
    """What is judged: the tables with figures, the sentences, and how many tables have none."""

    tables: tuple[Laid, ...]
    sentences: tuple[Sentence, ...]
    without: int
    language: str


def parts_of(paper: Paper) -> Parts:
    """The report as tables and sentences. Raises Faults CHECK-204 where spans ask for more than a report has."""
    language = notation(joined(paper.blocks), paper.language)
    budget = Budget(paper.name)
    used: set[int] = set()
    tables: list[Laid] = []
    number = without = 0
    for at, block in enumerate(paper.blocks):
        if not isinstance(block, RawTable):
            continue
        caption = (block.caption or _caption(paper.blocks, at, used))[:_LONGEST_CAPTION]
        number += 1
        laid = lay_out(replace(block, caption=caption), number, language, budget)
        if not laid:
            without += 1
            continue
        notes, sources = _under(paper.blocks, at, used)
        tables += [with_words(table, notes, sources) for table in laid]
    return Parts(tuple(tables), tuple(_sentences(paper.blocks, used)), without, language)


def _caption(blocks: Sequence[Block], at: int, used: set[int]) -> str:
    """The caption above a table, or below it where none is above."""
    for beside in (at - 1, at - 2, at + 1):
        if not 0 <= beside < len(blocks) or beside in used:
            continue
        block = blocks[beside]
        if not isinstance(block, Text):
            continue
        if block.kind == "caption" or (_CAPTION.match(block.text) and len(block.text) < 400):
            used.add(beside)
            return flat(block.text)
    return ""


def _under(blocks: Sequence[Block], at: int, used: set[int]) -> tuple[list[str], list[str]]:
    """The notes and the sources under a table: what calls itself so, and what carries its marks."""
    notes: list[str] = []
    sources: list[str] = []
    for beside in range(at + 1, min(at + 1 + _REACH, len(blocks))):
        block = blocks[beside]
        if not isinstance(block, Text) or block.kind == "heading":
            break
        if beside in used:
            continue
        text = flat(block.text)
        if _SOURCE.match(text):
            sources.append(text)
        elif _NOTE.match(text) or _STARRED.match(text) or block.kind == "note":
            notes.append(text)
        else:
            break
        used.add(beside)
    return notes, sources


def _sentences(blocks: Sequence[Block], used: set[int]) -> Iterator[Sentence]:
    heading = ""
    for at, block in enumerate(blocks):
        if isinstance(block, RawTable) or at in used:
            continue
        if block.kind == "heading":
            heading = flat(block.text)
        before = ""
        whole = _CHAPTER.sub("", heading, count=1) if block.kind == "heading" else flat(block.text)
        for text in split(whole):
            yield Sentence(text, before, heading, block.place)
            before = f"{before} {text}"[-_LONGEST:]


def split(text: str) -> list[str]:
    """The sentences of a paragraph."""
    return [part[:_LONGEST] for part in _END.split(text) if part]

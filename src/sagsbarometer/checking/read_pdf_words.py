"""The words of a PDF's pages: by the mark they carry, and by where they stand; and tables guessed from the latter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ctypes import POINTER, byref, c_float, c_uint16, cast
from dataclasses import dataclass, field
from typing import Any

from sagsbarometer.checking.paper import MAX_CHARACTERS, Block, Budget, RawCell, RawTable, Text, refusal

_MOST_OBJECTS = 2_000_000
_TEXT, _FORM = 1, 5
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_STARTS = re.compile(r"(?:Tabel|Figur|Note|Kilde|Table|Figure|Source)\b", re.IGNORECASE)
_FIGURE = re.compile(r"[-−–]?\d[\d.,  ]*(?:%|\*+)?|[-–]|\[c\]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a run of words, and its box; y grows upwards."""

    text: str
    left: float
    right: float
    bottom: float
    top: float


@dataclass(slots=True)
class Page:
    """What stands on a page: words by the number of their mark, and all words in the order they were drawn."""

    marked: dict[int, str] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)


def read_pages(data: bytes, name: str, on_time: Callable[[], None]) -> list[Page]:
    """Every page. Raises Faults CHECK-202 where it is no PDF, CHECK-204 where there is too much on them."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        raise refusal(
            "CHECK-202", name, "Filen er beskadiget eller ikke en PDF.", "Gem den igen som PDF."
        ) from None
    budget = Budget(name)
    pages = []
    try:
        for number in range(len(document)):
            on_time()
            pages.append(_page(document[number], budget))
    finally:
        document.close()
    return pages


def _page(page: Any, budget: Budget) -> Page:
    import pypdfium2.raw as raw

    found = Page()
    last: dict[int, tuple[float, float]] = {}
    text = page.get_textpage()
    objects = [raw.FPDFPage_GetObject(page.raw, at) for at in range(raw.FPDFPage_CountObjects(page.raw))]
    stack = [(item, 0, -1) for item in reversed(objects)]
    seen = 0
    while stack:
        item, depth, around = stack.pop()
        seen += 1
        if seen > _MOST_OBJECTS:
            raise budget.refused("en side har flere dele, end nogen side har")
        mark = raw.FPDFPageObj_GetMarkedContentID(item)
        mark = around if mark < 0 else mark
        kind = raw.FPDFPageObj_GetType(item)
        if kind == _FORM and depth < 8:
            count = raw.FPDFFormObj_CountObjects(item)
            stack += [(raw.FPDFFormObj_GetObject(item, at), depth + 1, mark) for at in reversed(range(count))]
        elif kind == _TEXT:
            _word(item, text, mark, found, last, budget)
    text.close()
    page.close()
    return found


def _word(
    item: Any, text: Any, mark: int, page: Page, last: dict[int, tuple[float, float]], budget: Budget
) -> None:
    import pypdfium2.raw as raw

    size = raw.FPDFTextObj_GetText(item, text.raw, None, 0)
    if size <= 2:
        return
    budget.text(size // 2)
    if size > 2 * MAX_CHARACTERS:
        raise budget.refused("teksten er længere end nogen rapports")
    buffer = (c_uint16 * (size // 2))()
    raw.FPDFTextObj_GetText(item, text.raw, cast(buffer, POINTER(raw.FPDF_WCHAR)), size)
    said = bytes(buffer).decode("utf-16-le", errors="replace").rstrip("\x00").replace("\x02", "-")
    box = [c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(item, *(byref(side) for side in box))
    left, bottom, right, top = (side.value for side in box)
    page.words.append(Word(said, left, right, bottom, top))
    before = page.marked.get(mark, "")
    middle = (bottom + top) / 2
    if before and mark in last:
        low, high = last[mark]
        if middle < low or middle > high:  # another line
            before = before if before.endswith(("-", " ")) and before[-2:-1].isalpha() else before + " "
        elif (
            top - bottom < 0.8 * (high - low)
            and bottom > low + 0.25 * (high - low)
            and said.strip().isdigit()
        ):
            said = said.translate(_RAISED)
    last[mark] = (bottom, top)
    page.marked[mark] = before + said


# --- tables of a page without tags ------------------------------------------------------------------------------------


def rows_of(page: Page, number: int) -> Iterator[Block]:
    """A page's lines as paragraphs, and as tables where lines under each other stand in columns of figures."""
    place = f"side {number}"
    pending: list[list[Word]] = []  # lines that may be a table
    paragraph: list[str] = []
    for line in [*_lines(page.words), None]:
        cells = _cells(line) if line else []
        if len(cells) >= 2 or (line == [] and pending) or (pending and cells and _label(cells[0], pending)):
            pending += [cells] if cells else []
            continue
        words = " ".join(cell.text for cell in cells)
        if pending:
            rows = _rows(pending)
            before = [cell.text for row in pending[: len(pending) - len(rows)] for cell in row]
            pending = []
            paragraph += before
            if rows:
                yield from _said(paragraph, place)
                paragraph = []
                yield _table(rows, place)
        if paragraph and (_STARTS.match(words) or not words):
            yield from _said(paragraph, place)
            paragraph = []
        if words:
            paragraph.append(words)
    yield from _said(paragraph, place)


def _said(paragraph: list[str], place: str) -> Iterator[Text]:
    if paragraph:
        yield Text(" ".join(paragraph), place)


def _label(cell: Word, pending: list[list[Word]]) -> bool:
    """A line that is only the first part of a row's name: it ends before the second column."""
    second = min((row[1].left for row in pending if len(row) > 1), default=0.0)
    return cell.right < second and not _STARTS.match(cell.text)


def _rows(lines: list[list[Word]]) -> list[list[Word]]:
    """The lines from the heads of a table on; none where fewer than two have figures in most of their columns."""
    tabular = [
        sum(_FIGURE.fullmatch(cell.text.strip()) is not None for cell in line[1:]) * 2
        >= max(len(line) - 1, 1)
        and len(line) > 1
        for line in lines
    ]
    if sum(tabular) < 2:
        return []
    first = tabular.index(True)
    return lines[max(0, first - 3) :]


def _lines(words: list[Word]) -> list[list[Word]]:
    """Words on the same height, from the top down and from left to right; a wide gap gives an empty one."""
    found: list[list[Word]] = []
    for word in sorted(
        (word for word in words if word.text.strip()), key=lambda item: (-item.bottom, item.left)
    ):
        if (
            found
            and found[-1]
            and abs(found[-1][0].bottom - word.bottom) < 0.45 * max(word.top - word.bottom, 1)
        ):
            found[-1].append(word)
        else:
            if found and found[-1] and found[-1][0].bottom - word.top > 1.2 * max(word.top - word.bottom, 1):
                found.append([])
            found.append([word])
    return [sorted(line, key=lambda item: item.left) for line in found]


def _cells(line: list[Word]) -> list[Word]:
    """Words that stand closer than the blank between columns are one."""
    found: list[Word] = []
    for word in line:
        height = max(word.top - word.bottom, 4)
        if found and word.left - found[-1].right < 0.7 * height:
            last = found[-1]
            gap = "" if word.left - last.right < 0.12 * height or last.text.endswith(" ") else " "
            found[-1] = Word(last.text + gap + word.text, last.left, word.right, last.bottom, last.top)
        else:
            found.append(word)
    return [Word(" ".join(word.text.split()), word.left, word.right, word.bottom, word.top) for word in found]


def _table(lines: list[list[Word]], place: str) -> RawTable:
    """Lines as rows: a cell belongs to the column whose stretch it overlaps."""
    stretches: list[list[float]] = []
    for cell in sorted((cell for line in lines for cell in line), key=lambda item: item.right - item.left):
        at = next((s for s in stretches if cell.left < s[1] and cell.right > s[0]), None)
        if at is None:
            stretches.append([cell.left, cell.right])
        elif cell.right - cell.left < 2.5 * (at[1] - at[0]):
            at[0], at[1] = min(at[0], cell.left), max(at[1], cell.right)
    stretches.sort()
    rows = []
    for line in lines:
        texts = [""] * len(stretches)
        for cell in line:
            overlap = [min(cell.right, s[1]) - max(cell.left, s[0]) for s in stretches]
            column = overlap.index(max(overlap))
            texts[column] = f"{texts[column]} {cell.text}".strip()
        rows.append(tuple(RawCell(text) for text in texts))
    return RawTable(tuple(rows), place)

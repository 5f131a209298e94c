"""Pages that stand half empty because what came next had no room, and how it is set instead.

Typst is asked where everything ended up (`mark` in the template). Where a figure or table was moved whole to the next
page and left much of one behind, it is set a little smaller, or later so that the text after it fills the page, or a
table is let over two pages. That moves what follows, so it is asked again a few times; the best answer is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

TOP, BOTTOM = 85.0, 765.0  # points down the page: what is written stands between
_MUCH = 0.2  # of a page: so much is not left empty
_LITTLE = 0.12  # of a page: with less on it a page is hardly worth turning to
_SMALLEST = 0.85  # of its size: no picture is set smaller, or its letters would be too small to read
_FILLS = 300  # letters that are worth setting a figure later for
_ROW = 60  # letters: as much as a row of a table fills
_FEWEST = 6  # rows: a shorter table is never broken
_ASKED = 4  # times
_WORTH = 0.02  # pages squared: what is better by less is not worth moving anything for
_SPARE = 14.0  # points: what stands around a figure is not measured to the point


@dataclass(frozen=True, slots=True)
class Way:
    """How a figure, table or box is set."""

    later: bool = False  # at the top of the next page, with the text after it before it
    breaks: bool = False  # over two pages
    width: float = 1.0  # of a picture: how much of the width it takes
    close: bool = False  # of the colophon: with lines closer together before it, in the whole document


AS_IT_IS = Way()


@dataclass(frozen=True, slots=True)
class Part:
    """What a document is made of, as far as pages are concerned. `number` is that of its marks."""

    number: int
    kind: str  # text, lead, heading, chapter, figure, table, box, break, colophon
    letters: int = 0  # of a text
    rows: int = 0  # of a table or a box that may be broken, otherwise 0
    picture: float = 0.0  # points: how tall the picture of a figure is


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a part starts and ends: pages from 1 and points down the page."""

    page: int
    y: float
    last_page: int
    last_y: float


Spots = Mapping[int, Spot]
Ways = dict[int, Way]
_MOVES = ("figure", "table", "box", "colophon")


def ways_to_fill(parts: Sequence[Part], lay_out: Callable[[Mapping[int, Way]], Spots]) -> Ways:
    """How to set the parts so that the least is left empty; a part that is not in it is set as it is."""
    ways: Ways = {}
    tried: list[Ways] = []
    best: tuple[float, Ways] | None = None
    while ways not in tried and len(tried) < _ASKED:
        tried.append(ways)
        spots = lay_out(ways)
        left = empty(parts, spots)
        if best is None or left < best[0] - _WORTH:
            best = left, ways
            if left <= _WORTH:
                break  # nothing can be better by so much
        ways = {**ways, **dict(_mended(parts, spots, ways))}
    return best[1] if best else {}


def empty(parts: Sequence[Part], spots: Spots) -> float:
    """How much is left empty at the foot of the pages, in pages squared: one half empty page is worse than a little at
    the foot of each. A page that ends a document or comes before an annex may be empty, unless next to nothing stands
    on it.
    """
    ends: dict[int, float] = {}
    last: set[int] = set()
    page = 1
    for part in parts:
        if part.kind == "break":
            last.add(page)
        if (spot := spots.get(part.number)) is None:
            continue
        ends |= dict.fromkeys(range(spot.page, spot.last_page), BOTTOM)
        ends[spot.last_page] = max(ends.get(spot.last_page, TOP), spot.last_y)
        page = max(page, spot.last_page)
    last.add(page)
    left = {at: max(0.0, BOTTOM - end) / (BOTTOM - TOP) for at, end in ends.items()}
    return sum(part**2 for at, part in left.items() if at not in last or part > 1 - _LITTLE)


def _mended(parts: Sequence[Part], spots: Spots, ways: Mapping[int, Way]) -> Iterator[tuple[int, Way]]:
    """What is set in another way because of where it came to stand."""
    moved = False  # whether something before it will be, and make other room for it
    for place, part in enumerate(parts):
        moved = moved and part.kind != "break"
        before = _before(parts, place)
        if part.kind not in _MOVES or before is None or not {part.number, before.number} <= spots.keys():
            continue
        spot, end = spots[part.number], spots[before.number]
        room = BOTTOM - end.last_y
        if part.kind == "colophon":
            if spot.page > end.last_page and not moved and part.number not in ways:
                yield part.number, Way(close=True)  # a page of its own for a few lines about the numbers
        elif part.number in ways:
            if ways[part.number].later and spot.page == end.last_page:
                yield part.number, AS_IT_IS  # there was room for it after all
        elif spot.page > end.last_page and room > _MUCH * (BOTTOM - TOP):
            way = _way(parts, place, spot, room)
            if way and not (moved and way.breaks):
                moved = True
                yield part.number, way


def _before(parts: Sequence[Part], place: int) -> Part | None:
    """What stands before a part and before the headings and lines that stay with it."""
    for part in reversed(parts[:place]):
        if part.kind == "break":
            return None
        if part.kind not in ("heading", "chapter", "lead"):
            return part
    return None


def _way(parts: Sequence[Part], place: int, spot: Spot, room: float) -> Way | None:
    part = parts[place]
    if part.kind == "figure" and part.picture:
        tall = spot.last_y - TOP + _SPARE  # with what stays with it
        width = int(100 * (1 - (tall - room) / part.picture)) / 100
        if _SMALLEST <= width < 1:
            return Way(width=width)
    if part.kind != "box" and _led_to(parts, place) and _text_beside(parts, place) >= _FILLS:
        return Way(later=True)
    return Way(breaks=True) if part.rows >= _FEWEST else None


def _led_to(parts: Sequence[Part], place: int) -> bool:
    """Whether words stand before it or after it, so that no heading is left alone."""
    beside = (*parts[max(0, place - 1) : place], *parts[place + 1 : place + 2])
    return any(part.kind in ("text", "lead") for part in beside)


def _text_beside(parts: Sequence[Part], place: int) -> int:
    """Letters of what can stand before a part that is set later: what leads to it, and what follows in its chapter;
    tables too before a figure, but never before a table, which they must follow."""
    letters, row = 0, _ROW if parts[place].kind == "figure" else 0
    for part in reversed(parts[:place]):
        if part.kind != "lead":
            break
        letters += part.letters
    for part in parts[place + 1 :]:
        if part.kind in ("break", "chapter"):
            break
        letters += part.letters + part.rows * row
    return letters

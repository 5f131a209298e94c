"""Where things stand in the pictures of a collection: numbers for the templates, which hold the SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sagsbarometer.collection.progress import Line
from sagsbarometer.kernel.said import said
from sagsbarometer.web.languages import day_words

TILE, GAP = 40, 4
_ABREAST = 14  # tiles, where the frame says nothing of where they lie
_WIDTH, _HEIGHT, _FOOT = 640, 140, 24
_MOST_BARS = 160  # days; more are put together by week

# The words of a tile, and the sign that tells them apart without colour.
STANDINGS = {
    "all": (said("Alt er afleveret"), "✓"),
    "part": (said("Noget er afleveret"), "◐"),
    "none_yet": (said("Intet endnu"), "○"),
    "late": (said("Fristen er overskredet"), "!"),
    "not_asked": (said("Ikke spurgt"), "–"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One municipality: its place in pixels, what stands on it and what it means."""

    x: int
    y: int
    short: str
    name: str
    standing: str
    words: str
    sign: str
    open: int


@dataclass(frozen=True, slots=True)
class Map:
    """The tiles, and whether they lie as the frame says (else in order of their codes)."""

    tiles: tuple[Tile, ...]
    width: int
    height: int
    placed: bool


def tile_map(lines: Sequence[Line], frame: Iterable[Mapping[str, Any]]) -> Map:
    """The map of a collection. `frame`: the authorities of the plan, with column and row where they have a place."""
    places = {
        str(item.get("code")): (int(item["column"]), int(item["row"]), str(item.get("short") or ""))
        for item in frame
        if item.get("column") is not None and item.get("row") is not None
    }
    placed = bool(lines) and all(line.code in places for line in lines)
    tiles = []
    for number, line in enumerate(lines):
        column, row, short = number % _ABREAST, number // _ABREAST, ""
        if placed:
            column, row, short = places[line.code]
        words, sign = STANDINGS[line.standing]
        x, y = column * (TILE + GAP), row * (TILE + GAP)
        tiles.append(
            Tile(x, y, short or line.name[:4], line.name, line.standing, words, sign, line.count.open)
        )
    wide = max((tile.x for tile in tiles), default=0) + TILE
    high = max((tile.y for tile in tiles), default=0) + TILE
    return Map(tuple(tiles), wide, high, placed)


@dataclass(frozen=True, slots=True)
class Bar:
    """A day (or week): where its bar stands, how high, and in words."""

    x: float
    width: float
    y: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Days:
    """The chart of cases a day. `top` is the number at its upper line."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    base: int
    top: int
    first: str
    last: str
    weekly: bool


def day_chart(days: Sequence[tuple[date, int, int]]) -> Days:
    """Cases delivered a day, or a week where there are more days than can be drawn."""
    weekly = len(days) > _MOST_BARS
    counted: dict[date, int] = {}
    for day, came, _ in days:
        at = date.fromordinal(day.toordinal() - day.weekday()) if weekly else day
        counted[at] = counted.get(at, 0) + came
    top = max(counted.values(), default=0)
    step = _WIDTH / max(len(counted), 1)
    bars = []
    for number, (day, came) in enumerate(counted.items()):
        high = _HEIGHT * came / top if top else 0
        if weekly:
            words = said("Ugen fra {day}: {n} sag", "Ugen fra {day}: {n} sager", n=came, day=day)
        else:
            words = said("{day}: {n} sag", "{day}: {n} sager", n=came, day=day)
        wide = max(step - 1, 0.5)
        bars.append(
            Bar(round(number * step, 2), round(wide, 2), round(_HEIGHT - high, 2), round(high, 2), words)
        )
    ends = list(counted)
    return Days(
        tuple(bars), _WIDTH, _HEIGHT + _FOOT, _HEIGHT, top,
        day_words(ends[0]) if ends else "", day_words(ends[-1]) if ends else "", weekly,
    )  # fmt: skip

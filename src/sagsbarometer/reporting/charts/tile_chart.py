"""A tile for each authority, roughly where it lies: shares in classes, few cases hatched.

Every tile has its number written on it, and the classes differ in lightness, so that it can be read in grey.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from sagsbarometer.appeals.analyses.tiles import Tile
from sagsbarometer.kernel.rounding import percent, round_half_up
from sagsbarometer.measures.funnel import Placed
from sagsbarometer.reporting.charts.chart_parts import NARROW, SMALL, WIDE, Key, draw_keys
from sagsbarometer.reporting.charts.fonts import text_width
from sagsbarometer.reporting.charts.scene import (
    DARK,
    FILL,
    INK,
    LIGHT,
    MUTED,
    PALE,
    UNKNOWN,
    Box,
    Line,
    Scene,
)
from sagsbarometer.reporting.numbers import DASH

FEW_WORDS = "få sager"
_CLASSES = ((LIGHT,), (PALE, FILL), (PALE, LIGHT, DARK), (PALE, LIGHT, FILL, DARK))  # by how many edges
_STEPS = (1, 2, 5, 10, 20)  # percent
_ABREAST = 9  # tiles on a telephone; what is wider is cut in parts under one another
_LARGEST = 46.0
_GAP = 2.0
_SMALLEST, _LETTERS = 8.0, 11.5
_FRAME = 3.0

Place = tuple[float, float, float]  # left, top and side of a tile, in pixels


@dataclass(frozen=True, slots=True)
class Classes:
    """Shares in classes between `edges`, whole percentages; each class from its lower edge up to, not with, its upper
    one, and the first and the last open."""

    edges: tuple[int, ...]

    def of(self, item: Placed) -> int:
        """The class of a group's share, from 0."""
        group = item.group
        return sum(100 * group.successes >= edge * group.trials for edge in self.edges)

    def words(self, number: int) -> str:
        """`under 20 %`, `20 til under 30 %`, `40 % og derover`."""
        if not self.edges:
            return "med procent"
        if number == 0:
            return f"under {self.edges[0]} %"
        low = self.edges[number - 1]
        if number == len(self.edges):
            return f"{low} % og derover"
        return f"{low} til under {self.edges[number]} %"


def classes(items: Iterable[Placed]) -> Classes:
    """Four classes or fewer around the share of all `items` together; those without a place do not count.

    The edges lie a round step apart: the smallest with which the two inner classes and as much again to each side hold
    four of five groups, so that one far out does not put all others in one class.
    """
    told = [item.group for item in items if item.limits is not None]
    cases = sum(group.trials for group in told)
    if not cases:
        return Classes(())
    for step in _STEPS:
        middle = round_half_up(Fraction(100 * sum(group.successes for group in told), cases * step)) * step
        low, high = middle - 2 * step, middle + 2 * step
        held = sum(low * group.trials <= 100 * group.successes <= high * group.trials for group in told)
        if 5 * held >= 4 * len(told) or step == _STEPS[-1]:
            edges = (int(middle) + times * step for times in (-1, 0, 1))
            return Classes(tuple(edge for edge in edges if 0 < edge < 100))
    raise AssertionError("the last step ends the search")


def tile_scene(tiles: Sequence[Tile], items: Mapping[str, Placed], narrow: bool) -> Scene:
    """The tiles; `items` are the groups that have cases, by id."""
    width = NARROW if narrow else WIDE
    scene = Scene(width, 0, width, width, height=4)  # across in pixels
    shown = [items[tile.id] for tile in tiles if tile.id in items]
    of = classes(shown)
    _keys(scene, of, shown, any(tile.id not in items for tile in tiles), narrow)
    lay_out(scene, tiles, narrow, lambda tile, place: _draw(scene, tile, items.get(tile.id), of, place))
    return scene


def lay_out(scene: Scene, tiles: Sequence[Tile], narrow: bool, draw: Callable[[Tile, Place], None]) -> None:
    """Gives `draw` each tile with its place, from the scene's present height on; on a telephone the map is cut in
    parts under one another."""
    left = min(tile.column for tile in tiles)
    columns = max(tile.column for tile in tiles) - left + 1
    parts = ceil(columns / _ABREAST) if narrow else 1
    abreast = ceil(columns / parts)
    side = min(_LARGEST, scene.width / abreast)
    for part in range(parts):
        first = left + part * abreast
        inside = [tile for tile in tiles if first <= tile.column < first + abreast]
        if not inside:
            continue
        top = min(tile.row for tile in inside)
        for tile in inside:
            x, y = (tile.column - first) * side, scene.height + (tile.row - top) * side
            draw(tile, (x, y, side - _GAP))
        scene.height += (max(tile.row for tile in inside) - top + 1) * side + 14


def _keys(scene: Scene, of: Classes, shown: Sequence[Placed], empty: bool, narrow: bool) -> None:
    keys = [Key(fill, of.words(number)) for number, fill in enumerate(_CLASSES[len(of.edges)])]
    if any(item.limits is None for item in shown):
        keys.append(Key(UNKNOWN, FEW_WORDS))
    draw_keys(scene, keys, stack=narrow)
    if any(abs(item.wide or 0) > 1 for item in shown):
        y = scene.height + 9
        _frame(scene, 1, y - 7, 15)
        scene.write(24, y, "uden for ydre grænse", size=SMALL)
        scene.height += 26
    if empty:
        scene.write(4, scene.height + 9, f"{DASH}  ingen sager", size=SMALL)
        scene.height += 26


def _draw(scene: Scene, tile: Tile, item: Placed | None, of: Classes, place: Place) -> None:
    x, y, side = place
    tip = tile.name
    if item is None:
        scene.boxes.append(Box(x, x + side, y, y + side, "#ffffff", "#b9c3c9", tip))
        tile_words(scene, tile.short, DASH, place, MUTED)
        return
    if item.limits is None:
        scene.fill(x, x + side, y, y + side, UNKNOWN, f"{tip}: {FEW_WORDS}")
        scene.plates.append(Box(x + 2, x + side - 2, y + 5, y + side - 5, UNKNOWN, UNKNOWN))
        tile_words(scene, tile.short, "få", place, INK)
        return
    fill = _CLASSES[len(of.edges)][of.of(item)]
    share = f"{percent(item.group.successes, item.group.trials)} %"
    scene.fill(x, x + side, y, y + side, fill, f"{tip}: {share}")
    tile_words(scene, tile.short, share, place, "#ffffff" if fill in (DARK, FILL) else INK)
    if abs(item.wide or 0) > 1:
        _frame(scene, x, y, side)


def tile_words(scene: Scene, short: str, under: str, place: Place, colour: str) -> None:
    """The short name of a tile and the number under it, in letters that its width can hold."""
    x, y, side = place
    size = _LETTERS
    while size > _SMALLEST and text_width(short, size, True) > side - 3:
        size -= 0.5
    middle = x + side / 2
    scene.write(middle, y + side * 0.34, short, size=size, bold=True, colour=colour, align="center")
    scene.write(middle, y + side * 0.7, under, size=min(_LETTERS, size + 0.5), colour=colour, align="center")


def _frame(scene: Scene, x: float, y: float, side: float) -> None:
    """A heavy line around a tile, inside its edge."""
    near = _FRAME / 2
    left, right, top, bottom = x + near, x + side - near, y + near, y + side - near
    for line in (
        (x, top, x + side, top),
        (x, bottom, x + side, bottom),
        (left, y, left, y + side),
        (right, y, right, y + side),
    ):
        start, up, end, down = (round(place, 2) for place in line)
        scene.over.append(Line(start, up, end, down, INK, _FRAME))

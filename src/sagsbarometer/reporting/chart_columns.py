"""Counts over time: a column a year, in parts that stand on one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sagsbarometer.measures.measure import Figure, FigureRow
from sagsbarometer.reporting.chart_parts import NARROW, SMALL, TICK, VALUE, WIDE, Key, draw_keys
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.fonts import text_width
from sagsbarometer.reporting.numbers import danish, whole
from sagsbarometer.reporting.scene import DARK, FILL, GRID, INK, LIGHT, MUTED, PALE, UNKNOWN, Line, Scene
from sagsbarometer.reporting.table import row_label

OTHER = "Andet eller ukendt udfald"
_FILLS = {1: (DARK,), 2: (DARK, LIGHT), 3: (DARK, LIGHT, PALE)}
_MANY = (DARK, FILL, LIGHT, PALE)
_GUTTER = 52.0  # room at the left for the axis
_HEIGHT = 230.0
_WIDEST = 110.0  # of a column
_TICKS = 5


@dataclass(frozen=True, slots=True)
class _Column:
    """One year: its parts from the foot up, what they leave of the whole, and the whole."""

    label: str
    parts: tuple[int, ...]
    rest: int
    total: int


def columns_scene(edition: Edition, figure: Figure, narrow: bool) -> Scene:
    """The columns with their whole above them and their parts written on them where there is room."""
    width = NARROW if narrow else WIDE
    scene = Scene(width, 0, width, width, height=4)  # across in pixels
    columns = [_column(edition, figure, row) for row in figure.rows]
    fills = _FILLS.get(len(figure.parts), _MANY * len(figure.parts))
    keys = [Key(fill, edition.words(part.label)) for fill, part in zip(fills, figure.parts, strict=False)]
    if any(column.rest for column in columns):
        keys.append(Key(UNKNOWN, OTHER))
    draw_keys(scene, keys, stack=narrow)
    top = scene.height + 26
    bottom = top + _HEIGHT
    most = max((column.total for column in columns), default=0)
    step = _step(most)
    highest = max(1, -(-most // step)) * step
    _axis(scene, top, bottom, step, highest)
    room = (width - _GUTTER) / max(1, len(columns))
    for number, column in enumerate(columns):
        middle = _GUTTER + (number + 0.5) * room
        half = min(_WIDEST, room * 0.68) / 2
        _draw(scene, column, fills, middle, half, bottom, _HEIGHT / highest)
    scene.height = bottom + 32
    return scene


def columns_words(edition: Edition, figure: Figure, row: FigureRow) -> str:
    """One year for a reader who does not see the picture."""
    column = _column(edition, figure, row)
    parts = zip((edition.words(part.label).lower() for part in figure.parts), column.parts, strict=True)
    told = [f"{label} {danish(count)}" for label, count in parts]
    told += [f"{OTHER.lower()} {danish(column.rest)}"] if column.rest else []
    return f"{column.label}: {danish(column.total)}, heraf {', '.join(told[:-1])}{' og ' if told[1:] else ''}{told[-1]}"


def _column(edition: Edition, figure: Figure, row: FigureRow) -> _Column:
    refs = [row.cells.get(part.id, "") for part in figure.parts]
    parts = tuple(whole(edition.cell(ref)) if ref else 0 for ref in refs)
    total = whole(edition.cell(row.total)) if row.total else sum(parts)
    return _Column(row_label(edition, row), parts, max(0, total - sum(parts)), total)


def _draw(
    scene: Scene,
    column: _Column,
    fills: Sequence[str],
    middle: float,
    half: float,
    bottom: float,
    scale: float,
) -> None:
    at = bottom
    pieces = [*zip(column.parts, fills, strict=False), (column.rest, UNKNOWN)]
    for count, fill in pieces:
        up = at - count * scale
        if count:
            scene.fill(middle - half, middle + half, up, at, fill, f"{column.label}: {danish(count)}")
            _inside(scene, danish(count), middle, (up + at) / 2, 2 * half, at - up, fill)
        at = up
    scene.write(middle, at - 13, danish(column.total), size=VALUE, bold=True, align="center")
    scene.write(middle, bottom + 16, column.label, size=SMALL, align="center")


def _inside(scene: Scene, text: str, x: float, y: float, width: float, height: float, fill: str) -> None:
    if fill == UNKNOWN or text_width(text, SMALL) + 8 > width or height < SMALL + 3:
        return
    scene.write(x, y, text, size=SMALL, colour="#ffffff" if fill in (DARK, FILL) else INK, align="center")


def _axis(scene: Scene, top: float, bottom: float, step: int, highest: int) -> None:
    for value in range(0, highest + 1, step):
        y = bottom - value * (bottom - top) / highest
        colour, width = (GRID, 1.0) if value else (MUTED, 1.25)
        scene.under.append(Line(_GUTTER, y, scene.width, y, colour, width))
        scene.write(_GUTTER - 8, y, danish(value), size=TICK, colour=MUTED, align="right")


def _step(highest: int) -> int:
    """A round number that divides an axis in five or fewer."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * _TICKS >= highest:
                return step
        size *= 10

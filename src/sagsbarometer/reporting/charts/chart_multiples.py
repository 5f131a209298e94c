"""Small multiples: a picture for each group, all with the same bars on the same axis, to be held against each other."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.measure import Figure, FigureRow
from sagsbarometer.reporting.charts.chart_parts import (
    NARROW,
    SMALL,
    TICK,
    VALUE,
    WIDE,
    axis_limit,
    axis_steps,
    draw_withheld,
)
from sagsbarometer.reporting.charts.fonts import text_width, wrap
from sagsbarometer.reporting.charts.scene import FILL, GRID, INK, MUTED, Line, Scene
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.numbers import (
    DASH,
    amount,
    counts_words,
    exact_percent,
    missing,
    number_words,
    whole,
)
from sagsbarometer.reporting.tables.table import FEW, is_few, row_label
from sagsbarometer.reporting.words import say

_APART = 34.0  # between two pictures, sideways
_BELOW = 22.0  # and down
_BAR = 17.0
_GAP = 9.0  # between a bar and the words over the next
_LINE = 1.3  # of the size
_TICKS = 4  # on the axis of a small picture, at most


@dataclass(frozen=True, slots=True)
class _Item:
    """A bar of a picture. `remark`: in place of a bar, where there is nothing to draw."""

    label: str
    value: float
    strong: str
    weak: str
    low: float | None = None
    high: float | None = None
    remark: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Axis:
    """The axis that all pictures have: `room` pixels long, to `limit`, with these values told. `strong` is the width of
    the widest number beside it."""

    limit: float
    room: float
    strong: float
    told: tuple[tuple[float, str], ...]

    def x(self, value: float) -> float:
        """How far from the foot of a bar a value lies."""
        return value * self.room / self.limit


def multiples_scene(edition: Edition, figure: Figure, narrow: bool) -> Scene:
    """The pictures, on a page two and two, on a telephone under one another."""
    width = NARROW if narrow else WIDE
    scene = Scene(width, 0, width, width, height=4, language=edition.language)  # across in pixels
    abreast = 1 if narrow or len(figure.rows) == 1 else 2
    room = (width - _APART * (abreast - 1)) / abreast
    pictures = [_items(edition, figure, row) for row in figure.rows]
    axis = _axis(edition, figure, pictures, room)
    for start in range(0, len(pictures), abreast):
        line = list(zip(figure.rows[start : start + abreast], pictures[start:], strict=False))
        heads = [wrap(row_label(edition, row), room, VALUE, True) for row, _ in line]
        bottom = top = scene.height + max(len(head) for head in heads) * VALUE * _LINE + 4
        for number, ((_, items), head) in enumerate(zip(line, heads, strict=True)):
            left = number * (room + _APART)
            for at, words in enumerate(head):
                middle = top - 4 - (len(head) - at - 0.5) * VALUE * _LINE
                scene.write(left, middle, words, size=VALUE, bold=True)
            bottom = _draw(scene, items, axis, left, top, room)
        scene.height = bottom + 24 + _BELOW
    scene.height -= _BELOW
    return scene


def multiples_words(edition: Edition, figure: Figure, row: FigureRow) -> str:
    """One picture for a reader who does not see it."""
    told = [
        f"{item.label[:1].lower()}{item.label[1:]} {item.remark or ' '.join((item.strong, item.weak)).strip()}"
        for item in _items(edition, figure, row)
    ]
    return f"{row_label(edition, row)}: {', '.join(told)}"


def _items(edition: Edition, figure: Figure, row: FigureRow) -> list[_Item]:
    """A bar for every part, also for one that the group has not: the bars of all pictures stand in the same places."""
    return [
        _item(edition, edition.words(part.label), edition.cell(row.cells[part.id]))
        if part.id in row.cells
        else _Item(edition.words(part.label), 0, "", "", remark=DASH)
        for part in figure.parts
    ]


def _item(edition: Edition, label: str, cell: Cell) -> _Item:
    language = edition.language
    if reason := missing(cell, language):
        return _Item(label, 0, "", "", remark=reason, hidden=bool(cell.hidden))
    if cell.unit != "percent":
        return _Item(label, whole(cell), amount(cell, language), "")
    few = FEW if is_few(edition, cell) else ""
    low, high = (None if end is None else float(end) for end in (cell.low, cell.high))
    strong, weak = f"{amount(cell, language)}{few}", f"({counts_words(cell, language)})"
    return _Item(label, float(exact_percent(cell)), strong, weak, low, high)


def _axis(edition: Edition, figure: Figure, pictures: list[list[_Item]], width: float) -> _Axis:
    items = [item for picture in pictures for item in picture]
    strong = max((text_width(item.strong, SMALL, True) for item in items), default=0)
    weak = max((text_width(item.weak, TICK) for item in items), default=0)
    room = width - strong - weak - 18
    highest = max((max(item.value, item.high or 0) for item in items), default=0)
    shares = {edition.cell(ref).unit for row in figure.rows for ref in row.cells.values()} <= {"percent"}
    if shares:
        limit = axis_limit(highest)
        sign = say(edition.language, "number.percent_sign")
        steps = axis_steps(limit, 2 if len(axis_steps(limit)) > _TICKS else 1)
        return _Axis(limit, room, strong, tuple((value, f"{value:.0f}{sign}") for value in steps))
    limit = _round(highest)
    ends = (0, limit // 2, limit) if limit % 2 == 0 else (0, limit)
    return _Axis(
        limit, room, strong, tuple((value, number_words(edition.language, int(value))) for value in ends)
    )


def _round(highest: float) -> int:
    """The nearest round number that holds `highest`: 1, 2, 4, 6 or 10 and so many noughts."""
    need, size = max(1, math.ceil(highest)), 1
    while True:
        for step in (1, 2, 4, 6):
            if step * size >= need:
                return step * size
        size *= 10


def _draw(scene: Scene, items: list[_Item], axis: _Axis, left: float, top: float, room: float) -> float:
    """One picture, `room` pixels wide; returns where its bars end."""
    y = top
    for item in items:
        for line in wrap(item.label, room, SMALL):  # the same words in every picture, so bars stand abreast
            scene.write(left, y + SMALL * _LINE / 2, line, size=SMALL)
            y += SMALL * _LINE
        y += 2
        for value, _ in axis.told:
            colour, thick = (GRID, 1.0) if value else (MUTED, 1.25)
            x = left + 1 + axis.x(value)
            scene.under.append(Line(x, y - 2, x, y + _BAR + 2, colour, thick))
        _bar(scene, item, axis, left + 1, y)
        y += _BAR + _GAP
    for value, told in axis.told:
        x = left + 1 + axis.x(value)
        scene.write(x, y + 4, told, size=TICK, colour=MUTED, align="center" if value else "left")
    return y


def _bar(scene: Scene, item: _Item, axis: _Axis, left: float, top: float) -> None:
    middle, bottom = top + _BAR / 2, top + _BAR
    if item.hidden:
        draw_withheld(scene, left, left + axis.room, top, bottom)
        return
    if item.remark:
        scene.write(left + 6, middle, item.remark, size=SMALL, colour=MUTED, italic=True)
        return
    if item.value:
        scene.fill(
            left, left + axis.x(item.value), top, bottom, FILL, f"{item.label}: {item.strong} {item.weak}"
        )
    if item.low is not None and item.high is not None:
        low, high = left + axis.x(item.low), left + axis.x(item.high)
        scene.over.append(Line(low, middle, high, middle, INK, 1.5))
        for end in (low, high):
            scene.over.append(Line(end, middle - 4, end, middle + 4, INK, 1.5))
    right = left + axis.room + 10 + axis.strong
    scene.write(right, middle, item.strong, size=SMALL, bold=True, align="right")
    scene.write(right + 5, middle, item.weak, size=TICK, colour=MUTED)

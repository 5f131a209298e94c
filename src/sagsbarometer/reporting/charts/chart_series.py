"""Rates over time: a small picture for each topic, with the days marked on which the law behind it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.measure import Break, Figure, FigureRow
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
from sagsbarometer.reporting.charts.scene import DARK, GRID, INK, MUTED, UNKNOWN, Align, Box, Dot, Line, Scene
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.numbers import (
    DASH,
    amount,
    counts_words,
    exact_percent,
    missing,
    percent_words,
    told,
)
from sagsbarometer.reporting.tables.breaks import break_words, day_of
from sagsbarometer.reporting.tables.table import FEW, is_few, row_label
from sagsbarometer.reporting.words import say

_GUTTER = 46.0  # room at the left for the axis
_APART = 30.0  # between two pictures
_HEIGHT, _LOW = 190.0, 130.0  # of the plot: alone, and among others
_DOT = 62.0
_DASH = 5.0
_UNDER = 26.0  # room for a rate under its point
_YEAR = 4  # letters
_GONE = 14.0  # half of the width of a place whose number is withheld


@dataclass(frozen=True, slots=True)
class _Panel:
    """The place of one picture: from `left` to `right` in pixels, its plot from `top` to `bottom`."""

    left: float
    right: float
    top: float
    bottom: float
    limit: float

    def y(self, percent: float) -> float:
        """How far down a percentage stands."""
        return self.bottom - percent * (self.bottom - self.top) / self.limit

    def x(self, place: float, places: int) -> float:
        """How far to the right the middle of a year stands; `place` counts from 0 and may lie between two."""
        return self.left + (place + 0.5) * (self.right - self.left) / places


def series_scene(edition: Edition, figure: Figure, narrow: bool) -> Scene:
    """The pictures under one another, on a page two and two; all with the same axis."""
    width = NARROW if narrow else WIDE
    scene = Scene(width, 0, width, width, height=4, language=edition.language)  # across in pixels
    shares = [_percent(cell) or 0 for row in figure.rows for cell in _cells(edition, figure, row)]
    limit = axis_limit(max(shares, default=100))
    abreast = 1 if narrow or len(figure.rows) == 1 else 2
    room = (width - _APART * (abreast - 1)) / abreast
    for start in range(0, len(figure.rows), abreast):
        line = figure.rows[start : start + abreast]
        heads = [_head(edition, figure, row, room) for row in line]
        tall = max(len(head) for head in heads)
        lines = max(
            (len(_told(item, scene.language)) for row in line for _, item in _breaks(figure, row)), default=0
        )
        plot = _HEIGHT if len(figure.rows) == 1 else _LOW
        top = scene.height + tall * VALUE * 1.3 + lines * SMALL * 1.4 + 28
        for number, (row, head) in enumerate(zip(line, heads, strict=True)):
            left = number * (room + _APART)
            _draw_head(scene, head, left)
            _draw(scene, edition, figure, row, _Panel(left + _GUTTER, left + room, top, top + plot, limit))
        scene.height = top + plot + 58
    return scene


def series_words(edition: Edition, figure: Figure, row: FigureRow) -> str:
    """One topic for a reader who does not see the picture: every rate with its counts, and the breaks."""
    told, language = [], edition.language
    for label, cell in zip(_labels(edition, figure), _cells(edition, figure, row), strict=True):
        if cell is not None:
            counts = missing(cell, language) or f"{amount(cell, language)} ({counts_words(cell, language)})"
            told.append(f"{label} {counts}")
    breaks = [
        say(language, "chart.break", day=day_of(item, language), words=", ".join(break_words(item, language)))
        for _, item in _breaks(figure, row)
    ]
    return f"{row_label(edition, row)}: {', '.join(told)}" + "".join(f"; {words}" for words in breaks)


def _labels(edition: Edition, figure: Figure) -> list[str]:
    return [edition.words(part.label) or part.id for part in figure.parts]


def _cells(edition: Edition, figure: Figure, row: FigureRow) -> list[Cell | None]:
    """The topic's number of each year; None for a year it did not exist in."""
    return [edition.cell(row.cells[part.id]) if part.id in row.cells else None for part in figure.parts]


def _percent(cell: Cell | None) -> float | None:
    return None if cell is None or missing(cell) else float(exact_percent(cell))


def _breaks(figure: Figure, row: FigureRow) -> list[tuple[float, Break]]:
    """The breaks inside the years shown, each with its place: between two years where it is a first of January, and
    on the year where no more is known of it."""
    years = [part.id[:_YEAR] for part in figure.parts]
    found = []
    for item in row.breaks:
        if item.date[:_YEAR] not in years:
            continue
        place = float(years.index(item.date[:_YEAR]))
        if len(item.date) > _YEAR:
            place += (date.fromisoformat(item.date).timetuple().tm_yday - 1) / 366 - 0.5
        if place >= 0:
            found.append((place, item))
    return found


def _head(edition: Edition, figure: Figure, row: FigureRow, room: float) -> tuple[str, ...]:
    """What the picture is of, where there are several."""
    return wrap(row_label(edition, row), room, VALUE, True) if len(figure.rows) > 1 else ()


def _draw_head(scene: Scene, head: Sequence[str], left: float) -> None:
    for number, line in enumerate(head):
        scene.write(left, scene.height + (number + 0.5) * VALUE * 1.3, line, size=VALUE, bold=True)


def _draw(scene: Scene, edition: Edition, figure: Figure, row: FigureRow, panel: _Panel) -> None:
    cells, labels = _cells(edition, figure, row), _labels(edition, figure)
    breaks = _breaks(figure, row)
    _axis(scene, panel)
    for place, item in breaks:
        _break(scene, panel, panel.x(place, len(cells)), item)
    points = [
        (panel.x(number, len(cells)), None if percent is None else panel.y(percent))
        for number, percent in enumerate(_percent(cell) for cell in cells)
    ]
    for number in range(1, len(points)):
        (x, y), (x2, y2) = points[number - 1], points[number]
        if y is not None and y2 is not None:
            _stroke(scene, x, y, x2, y2, _is_comparable(breaks, number))
    for number, ((x, y), cell, label) in enumerate(zip(points, cells, labels, strict=True)):
        if cell is not None and y is not None:
            near = [other for _, other in points[max(0, number - 1) : number + 2] if other is not None]
            _point(
                scene, edition, cell, x, y, under=y == max(near) != min(near) and y + _UNDER < panel.bottom
            )
        if cell is not None and cell.hidden:
            draw_withheld(scene, x - _GONE, x + _GONE, panel.top, panel.bottom)
        base = DASH if cell is None else told(cell, cell.denominator, edition.language)
        scene.write(x, panel.bottom + 15, label, size=TICK, align="center")
        scene.write(x, panel.bottom + 33, base, size=TICK, colour=MUTED, align="center")
    scene.write(
        panel.left - _GUTTER, panel.bottom + 33, say(edition.language, "chart.cases"), size=TICK, colour=MUTED
    )


def _is_comparable(breaks: Sequence[tuple[float, Break]], number: int) -> bool:
    """Whether a year counts the same as the one before it."""
    return all(item.kind == "same_content" or not number - 1 <= place <= number for place, item in breaks)


def _axis(scene: Scene, panel: _Panel) -> None:
    for value in axis_steps(panel.limit):
        y = panel.y(value)
        colour, width = (GRID, 1.0) if value else (MUTED, 1.25)
        scene.under.append(Line(panel.left, y, panel.right, y, colour, width))
        words = percent_words(scene.language, f"{value:.0f}")
        scene.write(panel.left - 6, y, words, size=TICK, colour=MUTED, align="right")


def _break(scene: Scene, panel: _Panel, x: float, item: Break) -> None:
    """A dotted upright line, and over it the day and what it means, on the side where there is room."""
    words = _told(item, scene.language)
    needs = max(text_width(line, SMALL) for line in words)
    align: Align = "right" if x + needs > panel.right else "left"
    top = panel.top - 24 - len(words) * SMALL * 1.4
    for number, line in enumerate(words):
        at = x - 5 if align == "right" else x + 5
        y = top + (number + 0.5) * SMALL * 1.4
        scene.write(at, y, line, size=SMALL, colour=INK, align=align, italic=bool(number))
    _dots(scene, x, top, panel.bottom)


def _told(item: Break, language: str) -> tuple[str, ...]:
    return (day_of(item, language), *break_words(item, language))


def _dots(scene: Scene, x: float, top: float, bottom: float) -> None:
    y = top
    while y < bottom:
        scene.under.append(Line(x, round(y, 2), x, round(min(y + 3, bottom), 2), INK, 1.0))
        y += 6


def _stroke(scene: Scene, x: float, y: float, x2: float, y2: float, whole: bool) -> None:
    """The line from one year to the next; in pieces where they do not count the same."""
    if whole:
        scene.over.append(Line(x, y, x2, y2, DARK, 2.0))
        return
    length = ((x2 - x) ** 2 + (y2 - y) ** 2) ** 0.5
    at = 0.0
    while at < length:
        end = min(at + _DASH, length)
        ends = (round(x + (x2 - x) * part / length, 2) for part in (at, end))
        ups = (round(y + (y2 - y) * part / length, 2) for part in (at, end))
        (a, b), (c, d) = ends, ups
        scene.over.append(Line(a, c, b, d, MUTED, 1.5))
        at += 2 * _DASH


def _point(scene: Scene, edition: Edition, cell: Cell, x: float, y: float, under: bool) -> None:
    """A point with its rate over it, or under it where the line goes up from it; hollow and marked where it rests on
    few cases."""
    few = is_few(edition, cell)
    scene.dots.append(Dot(x, y, _DOT, DARK))
    if few:
        scene.dots.append(Dot(x, y, _DOT / 3, UNKNOWN))
    words = f"{amount(cell, edition.language)}{FEW if few else ''}"
    at, half = y + 15 if under else y - 14, text_width(words, SMALL, True) / 2 + 2
    # A clear ground, or a break in the same place would cross the words.
    scene.plates.append(Box(x - half, x + half, at - 8, at + 8, UNKNOWN, UNKNOWN))
    scene.write(x, at, words, size=SMALL, bold=True, align="center")

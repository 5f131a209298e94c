"""Numbers month by month: a line for each part, over the same periods and from nought."""

from __future__ import annotations

from itertools import pairwise

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.measure import Figure, FigureRow
from sagsbarometer.reporting.charts.axis import round_step, upward_axis
from sagsbarometer.reporting.charts.chart_parts import (
    NARROW,
    SMALL,
    TICK,
    WIDE,
    Key,
    Stroke,
    draw_keys,
    draw_stroke,
    draw_withheld,
)
from sagsbarometer.reporting.charts.scene import DARK, FILL, MUTED, Dot, Line, Scene
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.numbers import amount, exact_percent, exact_time, missing, number_words, whole
from sagsbarometer.reporting.tables.table import row_label

_GUTTER = 58.0  # room at the left for the axis
_HEIGHT = 210.0
# Each is dark enough on white; they differ in weight and dashes, so that they differ in grey too.
_STROKES = (
    Stroke(DARK, 2.2),
    Stroke(FILL, 2.2, (7.0, 4.0)),
    Stroke(DARK, 2.2, (2.0, 4.0)),
    Stroke(FILL, 4.0),
    Stroke(DARK, 2.2, (14.0, 6.0)),
    Stroke(FILL, 4.0, (3.0, 5.0)),
    Stroke(DARK, 1.0),
    Stroke(DARK, 4.0, (9.0, 5.0)),
)
_NAMED = 12  # with as many periods or fewer each has its name under it
_DOT = 26.0
_FIRST_MONTH, _FIRST_QUARTER = ("januar", "January"), ("1. kvartal", "Q1")


def lines_scene(edition: Edition, figure: Figure, narrow: bool) -> Scene:
    """The lines with a dot where a line ends, its last number beside, and the years under them."""
    width = NARROW if narrow else WIDE
    scene = Scene(width, 0, width, width, height=4, language=edition.language)  # across in pixels
    strokes = [_STROKES[number % len(_STROKES)] for number, _ in enumerate(figure.parts)]
    if len(figure.parts) > 1:
        keys = [
            Key(of.colour, edition.words(part.label), line=of)
            for of, part in zip(strokes, figure.parts, strict=True)
        ]
        draw_keys(scene, keys, stack=narrow)
    top = scene.height + 20
    bottom = top + _HEIGHT
    values = [[_value(edition, row, part.id) for row in figure.rows] for part in figure.parts]
    most = max((value for line in values for value in line if value is not None), default=0)
    step = round_step(most)
    highest = max(1, -(-int(-(-most // 1)) // step)) * step
    upward_axis(scene, (top, bottom), step, highest, _GUTTER)
    room = (width - _GUTTER - 46) / max(1, len(figure.rows))
    across = [_GUTTER + (number + 0.5) * room for number, _ in enumerate(figure.rows)]
    last: list[tuple[float, float, str]] = []
    for row, x in zip(figure.rows, across, strict=True):
        if any(edition.cell(ref).hidden for ref in row.cells.values()):
            draw_withheld(scene, x - room / 2, x + room / 2, top, bottom)
    for part, line, of in zip(figure.parts, values, strokes, strict=True):
        points = [
            (x, bottom - value * _HEIGHT / highest)
            for x, value in zip(across, line, strict=True)
            if value is not None
        ]
        for (x, y), (x2, y2) in pairwise(points):
            draw_stroke(scene, (x, y), (x2, y2), of)
        if points:
            scene.dots.append(Dot(*points[-1], _DOT, of.colour))
            last.append((*points[-1], _last_words(edition, figure, part.id)))
    _name_ends(scene, last)
    _name_periods(scene, edition, figure, across, bottom)
    scene.height = bottom + 34
    return scene


def lines_words(edition: Edition, figure: Figure, row: FigureRow) -> str:
    """One period for a reader who does not see the picture."""
    told = []
    for part in figure.parts:
        cell = edition.cell(row.cells[part.id]) if part.id in row.cells else None
        if cell is not None:
            words = missing(cell, edition.language) or amount(cell, edition.language)
            told.append(f"{edition.words(part.label).lower()} {words}")
    return f"{row_label(edition, row)}: {', '.join(told)}"


def _value(edition: Edition, row: FigureRow, part: str) -> float | None:
    cell = edition.cell(row.cells[part]) if part in row.cells else None
    if cell is None or missing(cell):
        return None
    return float(_number(cell))


def _number(cell: Cell) -> float:
    if cell.unit == "percent":
        return float(exact_percent(cell))
    if cell.unit in ("days", "weeks"):
        return float(exact_time(cell) or 0)
    return whole(cell)


def _last_words(edition: Edition, figure: Figure, part: str) -> str:
    for row in reversed(figure.rows):
        cell = edition.cell(row.cells[part]) if part in row.cells else None
        if cell is not None and not missing(cell):
            if cell.unit == "percent":
                return amount(cell, edition.language)
            return number_words(edition.language, round_half_up(whole(cell)))
    return ""


def _name_ends(scene: Scene, ends: list[tuple[float, float, str]]) -> None:
    """The last number of each line beside it, moved apart where two would lie over each other."""
    at = float("-inf")
    for x, y, words in sorted(ends, key=lambda end: end[1]):
        at = max(y, at + SMALL * 1.25)
        scene.write(x + 8, at, words, size=SMALL, bold=True)


def _name_periods(scene: Scene, edition: Edition, figure: Figure, across: list[float], bottom: float) -> None:
    labels = [row_label(edition, row) for row in figure.rows]
    for number, (x, label) in enumerate(zip(across, labels, strict=True)):
        first, _, year = label.rpartition(" ")
        if len(labels) <= _NAMED:
            scene.write(x, bottom + 15, first[:3] or year, size=TICK, align="center")
            if first and (number == 0 or first in _FIRST_MONTH):
                scene.write(x, bottom + 31, year, size=TICK, colour=MUTED, align="center")
        elif first in (*_FIRST_MONTH, *_FIRST_QUARTER) or not first:
            scene.under.append(Line(x, bottom, x, bottom + 6, MUTED, 1.0))
            scene.write(x, bottom + 17, year, size=TICK, align="center")

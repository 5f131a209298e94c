"""Counts over time: a column a year, in parts that stand on one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sagsbarometer.measures.cells import WITHHELD, Cell
from sagsbarometer.measures.measure import Figure, FigureRow
from sagsbarometer.reporting.charts.axis import round_step, upward_axis
from sagsbarometer.reporting.charts.chart_parts import (
    NARROW,
    SMALL,
    VALUE,
    WIDE,
    Key,
    draw_keys,
    draw_withheld,
)
from sagsbarometer.reporting.charts.fonts import text_width
from sagsbarometer.reporting.charts.scene import (
    DARK,
    LIGHT,
    MUTED,
    PALE,
    UNKNOWN,
    Line,
    Scene,
    is_plain,
    shades,
    words_on,
)
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.numbers import number_words, whole
from sagsbarometer.reporting.tables.table import row_label
from sagsbarometer.reporting.words import say

_FILLS = {1: (DARK,), 2: (DARK, LIGHT), 3: (DARK, LIGHT, PALE)}
_LINE = SMALL * 1.25  # from one number beside a column to the next
_SLIMMEST = 0.4  # of the room for a column
_BESIDE = 10.0  # from a column to the numbers beside it
_GUTTER = 52.0  # room at the left for the axis
_HEIGHT = 230.0
_WIDEST = 110.0  # of a column


@dataclass(frozen=True, slots=True)
class _Column:
    """One year: its parts from the foot up, what they leave of the whole, and the whole."""

    label: str
    parts: tuple[int, ...]
    rest: int
    total: int
    withheld: tuple[bool, ...] = ()  # for each part, whether its number is
    whole_withheld: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column stands, in pixels, and whether there is room for numbers to its right."""

    middle: float
    half: float  # of its width
    bottom: float
    beside: bool


def columns_scene(edition: Edition, figure: Figure, narrow: bool) -> Scene:
    """The columns with their whole above them and their parts written on them where there is room."""
    width = NARROW if narrow else WIDE
    scene = Scene(width, 0, width, width, height=4, language=edition.language)  # across in pixels
    columns = [_column(edition, figure, row) for row in figure.rows]
    fills = _FILLS.get(len(figure.parts)) or shades(len(figure.parts))
    keys = [Key(fill, edition.words(part.label)) for fill, part in zip(fills, figure.parts, strict=True)]
    if any(column.rest for column in columns):
        keys.append(Key(UNKNOWN, say(edition.language, "chart.other")))
    draw_keys(scene, keys, stack=narrow)
    top = scene.height + 26
    bottom = top + _HEIGHT
    most = max((column.total for column in columns), default=0)
    step = round_step(most)
    highest = max(1, -(-most // step)) * step
    upward_axis(scene, (top, bottom), step, highest, _GUTTER)
    room = (width - _GUTTER) / max(1, len(columns))
    scale = _HEIGHT / highest
    widest = max((_thin_width(scene, column, scale) for column in columns), default=0.0)
    beside = widest + _BESIDE + 4 if widest else 0.0
    if room - beside < room * _SLIMMEST:
        beside = 0.0
    half = min(_WIDEST, room * 0.68, room - beside) / 2
    for number, column in enumerate(columns):
        middle = _GUTTER + number * room + (room - beside) / 2
        _draw(scene, column, fills, _Place(middle, half, bottom, bool(beside)), scale)
    scene.height = bottom + 32
    return scene


def columns_words(edition: Edition, figure: Figure, row: FigureRow) -> str:
    """One year for a reader who does not see the picture."""
    column = _column(edition, figure, row)
    parts = zip(
        (edition.words(part.label).lower() for part in figure.parts),
        column.parts,
        column.withheld,
        strict=True,
    )
    language = edition.language
    told = [f"{label} {WITHHELD if gone else number_words(language, count)}" for label, count, gone in parts]
    other = say(language, "chart.other").lower()
    told += [f"{other} {number_words(language, column.rest)}"] if column.rest else []
    total = WITHHELD if column.whole_withheld else number_words(language, column.total)
    last = f" {say(language, 'word.and')} " if told[1:] else ""
    parts_told = f"{', '.join(told[:-1])}{last}{told[-1]}"
    return say(language, "chart.of_which", words=f"{column.label}: {total}", parts=parts_told)


def _column(edition: Edition, figure: Figure, row: FigureRow) -> _Column:
    refs = [row.cells.get(part.id, "") for part in figure.parts]
    parts = tuple(_count(edition.cell(ref)) if ref else 0 for ref in refs)
    withheld = tuple(bool(ref) and bool(edition.cell(ref).hidden) for ref in refs)
    total = _count(edition.cell(row.total)) if row.total else sum(parts)
    gone = bool(edition.cell(row.total).hidden) if row.total else any(withheld)
    # With a part withheld the rest is not known either: it is the whole less what is shown.
    rest = 0 if gone or any(withheld) else max(0, total - sum(parts))
    return _Column(row_label(edition, row), parts, rest, total, withheld, gone)


def _count(cell: Cell) -> int:
    return 0 if cell.hidden else whole(cell)


def _draw(scene: Scene, column: _Column, fills: Sequence[str], place: _Place, scale: float) -> None:
    at, middle, half = place.bottom, place.middle, place.half
    if any(column.withheld) or column.whole_withheld:
        _draw_gone(scene, column, middle, half, place.bottom, scale)
        return
    pieces = [*zip(column.parts, fills, strict=True), (column.rest, UNKNOWN)]
    thin: list[tuple[float, str]] = []
    for count, fill in pieces:
        up = at - count * scale
        if count:
            number = number_words(scene.language, count)
            scene.fill(middle - half, middle + half, up, at, fill, f"{column.label}: {number}")
            if not _inside(scene, number, middle, (up + at) / 2, 2 * half, at - up, fill):
                thin.append(((up + at) / 2, number))
        at = up
    _beside(scene, thin, place)
    whole_words = number_words(scene.language, column.total)
    scene.write(middle, at - 13, whole_words, size=VALUE, bold=True, align="center")
    scene.write(middle, place.bottom + 16, column.label, size=SMALL, align="center")


def _thin_width(scene: Scene, column: _Column, scale: float) -> float:
    """The width of the widest number that no layer is tall enough for."""
    thin = [count for count in (*column.parts, column.rest) if count and count * scale < _LINE + 4]
    return max((text_width(number_words(scene.language, count), SMALL) for count in thin), default=0.0)


def _beside(scene: Scene, thin: Sequence[tuple[float, str]], place: _Place) -> None:
    """The numbers of the layers that are too thin for them, each to the right of its layer with a line to it."""
    if not place.beside:
        return
    x = place.middle + place.half
    at = place.bottom + _LINE
    for y, number in thin:  # from the foot up
        at = min(y, at - _LINE, place.bottom - _LINE / 2)
        width = text_width(number, SMALL)
        scene.ground(x + _BESIDE + width / 2, at, width + 4, _LINE - 1)
        scene.over.append(Line(x, round(y, 2), x + _BESIDE - 2, round(at, 2), MUTED, 1.0))
        scene.write(x + _BESIDE, at, number, size=SMALL)


def _draw_gone(
    scene: Scene, column: _Column, middle: float, half: float, bottom: float, scale: float
) -> None:
    """A column of which something is withheld: hatched as far as its whole, or to the top where that is too."""
    top = bottom - (_HEIGHT if column.whole_withheld else column.total * scale)
    draw_withheld(scene, middle - half, middle + half, top, bottom)
    if not column.whole_withheld:
        whole_words = number_words(scene.language, column.total)
        scene.write(middle, top - 13, whole_words, size=VALUE, bold=True, align="center")
    scene.write(middle, bottom + 16, column.label, size=SMALL, align="center")


def _inside(scene: Scene, text: str, x: float, y: float, width: float, height: float, fill: str) -> bool:
    """Whether the number of a layer was written on it: where the layer is as tall as the letters with air around."""
    needs = text_width(text, SMALL)
    if needs + 8 > width or height < _LINE + 4:
        return False
    if not is_plain(fill):
        scene.ground(x, y, needs + 8, _LINE, fill)
    scene.write(x, y, text, size=SMALL, colour=words_on(fill), align="center")
    return True

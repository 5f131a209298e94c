"""Curves with their names at their ends: shares that wait week by week, a queue month by month. One picture, or several
small ones alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import dist

from sagsbarometer.reporting.charts.chart_parts import NARROW, SMALL, TICK, VALUE, WIDE
from sagsbarometer.reporting.charts.fonts import text_width, wrap
from sagsbarometer.reporting.charts.scene import DARK, GRID, INK, MUTED, Dot, Line, Scene
from sagsbarometer.reporting.numbers import danish

_GUTTER = 46.0  # room at the left for the axis
_GUTTERS = 58.0  # where it has numbers of thousands
_NAMES, _NARROW_NAMES = 150.0, 96.0  # room at the right for the names of the curves
_APART = 30.0
_HEIGHT, _LOW = 250.0, 130.0  # of the plot: alone, and among others
_LEADING = 1.3
_DASH = 6.0
_DOT = 62.0
_OVER = 24.0  # room over a plot for the words of its mark
_NICE = (1, 2, 5, 10)
_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CurveLine:
    """One curve. `points` are x and y in the units of the axes, in order; `name` stands at its end."""

    name: str
    points: tuple[tuple[float, float], ...]
    colour: str = DARK
    width: float = 2.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A point told in words over the plot, with dotted lines through it."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One picture. `x_steps`: how far apart the numbers of the axis across may stand; `percent`: the axis up is of
    percent and goes to a hundred."""

    title: str
    lines: tuple[CurveLine, ...]
    x_name: str
    x_steps: tuple[int, ...]
    percent: bool = True
    mark: Mark | None = None

    @property
    def x_limit(self) -> float:
        """Where the axis across ends."""
        return max((x for line in self.lines for x, _ in line.points), default=1.0) or 1.0

    @property
    def y_limit(self) -> float:
        """Where the axis up ends."""
        highest = max((y for line in self.lines for _, y in line.points), default=1.0)
        return 100.0 if self.percent else y_step(highest) * -(-highest // y_step(highest)) or 1.0


@dataclass(frozen=True, slots=True)
class _Frame:
    """The place of one plot in pixels, and the ends of its axes."""

    left: float
    right: float
    top: float
    bottom: float
    x_limit: float
    y_limit: float

    def x(self, value: float) -> float:
        return round(self.left + value * (self.right - self.left) / self.x_limit, 2)

    def y(self, value: float) -> float:
        return round(self.bottom - value * (self.bottom - self.top) / self.y_limit, 2)


def y_step(highest: float) -> float:
    """How far apart the numbers of an axis up stand that must hold `highest`: a round number, four or five steps."""
    size = 1.0
    while highest > 50 * size:
        size *= 10
    return next((nice * size for nice in _NICE if highest <= 5 * nice * size), 10 * size)


def curves_scene(plots: Sequence[Plot], narrow: bool) -> Scene:
    """The plots under one another; several stand two and two on a page, with axes alike and no names "
    "but their titles."""
    width = NARROW if narrow else WIDE
    scene = Scene(width, 0, width, width, height=4)  # across in pixels
    abreast = 1 if narrow or len(plots) == 1 else 2
    room = (width - _APART * (abreast - 1)) / abreast
    x_limit, y_limit = (
        max(ends) for ends in zip(*((plot.x_limit, plot.y_limit) for plot in plots), strict=True)
    )
    for start in range(0, len(plots), abreast):
        line = plots[start : start + abreast]
        heads = [wrap(plot.title, room, VALUE, True) if plot.title else () for plot in line]
        over = _OVER if any(plot.mark for plot in line) else 0.0
        top = scene.height + max(len(head) for head in heads) * VALUE * _LEADING + 12 + over
        bottom = top + (_HEIGHT if len(plots) == 1 else _LOW)
        for number, (plot, head) in enumerate(zip(line, heads, strict=True)):
            left = number * (room + _APART)
            names = _names_room(plot, _NARROW_NAMES if narrow else _NAMES)
            gutter = _GUTTER if plot.percent else _GUTTERS
            for at, words in enumerate(head):
                scene.write(left, scene.height + (at + 0.5) * VALUE * _LEADING, words, size=VALUE, bold=True)
            frame = _Frame(left + gutter, left + room - names, top, bottom, x_limit, y_limit)
            _draw(scene, plot, frame, names)
        scene.height = bottom + 46
    return scene


def _names_room(plot: Plot, least: float) -> float:
    """The room the names of the curves need: no word of them may be cut."""
    words = [word for line in plot.lines for word in line.name.split()]
    return max(least, *(text_width(word, SMALL, True) + 16 for word in words)) if words else 12.0


def _draw(scene: Scene, plot: Plot, frame: _Frame, names: float) -> None:
    _axes(scene, plot, frame)
    for line in plot.lines:
        _curve(scene, line, frame)
    if plot.mark is not None:
        _mark(scene, plot.mark, frame)
    _names(scene, plot.lines, frame, names)


def _axes(scene: Scene, plot: Plot, frame: _Frame) -> None:
    step = 25.0 if plot.percent else y_step(frame.y_limit)
    for number in range(int(frame.y_limit / step + 1e-9) + 1):
        value = number * step
        colour, width = (GRID, 1.0) if value else (MUTED, 1.25)
        scene.under.append(Line(frame.left, frame.y(value), frame.right, frame.y(value), colour, width))
        words = f"{value:.0f} %" if plot.percent else danish(round(value))
        scene.write(frame.left - 6, frame.y(value), words, size=TICK, colour=MUTED, align="right")
    apart = next(
        (
            own
            for own in plot.x_steps
            if frame.x_limit / own * (text_width("100", TICK) + 14) <= frame.right - frame.left
        ),
        plot.x_steps[-1],
    )
    for value in range(0, int(frame.x_limit) + 1, apart):
        scene.under.append(Line(frame.x(value), frame.bottom, frame.x(value), frame.bottom + 4, MUTED, 1.0))
        scene.write(frame.x(value), frame.bottom + 14, str(value), size=TICK, colour=MUTED, align="center")
    scene.write(frame.left, frame.bottom + 31, plot.x_name, size=TICK, colour=MUTED)


def _curve(scene: Scene, line: CurveLine, frame: _Frame) -> None:
    points = [(frame.x(x), frame.y(y)) for x, y in line.points]
    along = 0.0
    for start, end in pairwise(points):
        pieces = _dashes(start, end, along) if line.dashed else [(start, end)]
        for (x, y), (x2, y2) in pieces:
            scene.over.append(Line(x, y, x2, y2, line.colour, line.width))
        along += dist(start, end)
    if points:
        scene.dots.append(Dot(*points[-1], _DOT, line.colour))


def _dashes(start: _Point, end: _Point, along: float) -> Iterator[tuple[_Point, _Point]]:
    """The pieces of a stretch that are drawn, when `along` of the curve lies before it: dash and gap run on."""
    length = dist(start, end)
    at = 0.0
    while length - at > 1e-6:
        number, into = divmod(along + at, _DASH)
        stop = min(at + _DASH - into, length)
        if number % 2 == 0 and stop - at > 0.01:
            yield _between(start, end, at / length), _between(start, end, stop / length)
        at = max(stop, at + 1e-3)


def _between(start: _Point, end: _Point, part: float) -> _Point:
    x, y = (round(a + (b - a) * part, 2) for a, b in zip(start, end, strict=True))
    return x, y


def _mark(scene: Scene, mark: Mark, frame: _Frame) -> None:
    """Dotted lines from the left and from the axis through the point to its words over the plot, clear "
    "of all curves."""
    x, y = frame.x(mark.x), frame.y(mark.y)
    top = frame.top - _OVER
    _dots(scene, frame.left, x, y, across=True)
    _dots(scene, top + SMALL, frame.bottom, x, across=False)
    scene.dots.append(Dot(x, y, _DOT, INK))
    # From the line on, but not past the edge of the picture.
    at = min(x - 4, scene.width - text_width(mark.text, SMALL, True) - 4)
    scene.write(max(at, 0.0), top + SMALL / 2, mark.text, size=SMALL, bold=True)


def _dots(scene: Scene, start: float, end: float, at: float, across: bool) -> None:
    while start < end:
        stop = round(min(start + 3, end), 2)
        ends = (start, at, stop, at) if across else (at, start, at, stop)
        scene.under.append(Line(*ends, INK, 1.0))
        start = round(start + 6, 2)


def _names(scene: Scene, lines: Sequence[CurveLine], frame: _Frame, room: float) -> None:
    """Each name beside the end of its curve, moved apart where they would meet."""
    named = [line for line in lines if line.name and line.points]
    labels = sorted(
        ((frame.y(line.points[-1][1]), wrap(line.name, room - 12, SMALL, True), line) for line in named),
        key=lambda item: item[0],
    )
    tall = [len(words) * SMALL * _LEADING for _, words, _ in labels]
    tops = [y - height / 2 for (y, _, _), height in zip(labels, tall, strict=True)]
    for number in range(1, len(tops)):
        tops[number] = max(tops[number], tops[number - 1] + tall[number - 1] + 3)
    over = (tops[-1] + tall[-1]) - (frame.bottom + 12) if tops else 0.0
    for number in reversed(range(len(tops))):  # those pushed out at the foot push the others up
        most = (
            (tops[number + 1] - tall[number] - 3) if number + 1 < len(tops) else tops[number] - max(over, 0.0)
        )
        tops[number] = min(tops[number], most)
    for top, (_, words, line) in zip(tops, labels, strict=True):
        for number, text in enumerate(words):
            x = frame.x(line.points[-1][0]) + 9
            y = top + (number + 0.5) * SMALL * _LEADING
            scene.write(x, y, text, size=SMALL, bold=True, colour=INK)

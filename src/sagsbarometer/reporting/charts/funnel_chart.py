"""The funnel: each group's share by how many cases it has, and how far chance alone carries it.

Points differ in size and fill, and lines in weight and dashes, so that it can be read in grey.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, floor, sqrt

from sagsbarometer.measures.funnel import Funnel, Limits, Placed, limits
from sagsbarometer.reporting.charts.chart_parts import NARROW, SMALL, TICK, WIDE
from sagsbarometer.reporting.charts.fonts import text_width
from sagsbarometer.reporting.charts.scene import (
    DARK,
    FILL,
    GRID,
    HATCH,
    INK,
    MUTED,
    Align,
    Box,
    Dot,
    Line,
    Scene,
)
from sagsbarometer.reporting.numbers import danish

_GUTTER, _RIGHT = 46.0, 8.0  # room at the left for the axis, at the right for the last tick
_HEIGHT, _HEIGHT_NARROW = 380.0, 320.0
_STEP = 5.0  # pixels between two points of a curve
_TICKS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000)
_DOT, _FAR = 34.0, 80.0  # square pixels
_MOST_LABELS = 20
_WITHIN, _OVER, _BEYOND = 0, 1, 2


@dataclass(slots=True)
class _Plot:
    """Where the plot lies and what it shows. Across goes the square root of the number of cases: most groups are small,
    and would lie on top of each other."""

    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float
    most: int
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)  # boxes with words in them

    def x(self, cases: float) -> float:
        return self.left + sqrt(cases / self.most) * (self.right - self.left)

    def cases(self, x: float) -> int:
        return round(((x - self.left) / (self.right - self.left)) ** 2 * self.most)

    def y(self, percent: float) -> float:
        return self.bottom - (percent - self.low) / (self.high - self.low) * (self.bottom - self.top)


def funnel_scene(funnel: Funnel, names: Mapping[str, str], across: str, narrow: bool) -> Scene:
    """The funnel; `names` of groups by id, `across` what the cases are. Groups without a place are left out."""
    width = NARROW if narrow else WIDE
    scene = Scene(width, 0, width, width, height=4)  # across in pixels
    _keys(scene, funnel, narrow)
    drawn = [item for item in funnel.groups if item.limits is not None]
    top = scene.height + 10
    low, high = _span(funnel, drawn)
    plot = _Plot(
        left=_GUTTER,
        right=width - _RIGHT,
        top=top,
        bottom=top + (_HEIGHT_NARROW if narrow else _HEIGHT),
        low=low,
        high=high,
        most=max((item.group.trials for item in drawn), default=1),
    )
    _axes(scene, plot, across)
    _curves(scene, plot, funnel)
    y = plot.y(100 * funnel.successes / funnel.trials)
    scene.under.append(Line(plot.left, y, plot.right, y, INK, 1.25))
    for item in drawn:
        _dot(scene, plot, item)
    for item in [item for item in drawn if _far(item) == _BEYOND][:_MOST_LABELS]:
        _label(scene, plot, item, names.get(item.group.id, item.group.id))
    scene.height = plot.bottom + 46
    return scene


def _far(item: Placed) -> int:
    return abs(item.wide or 0)


def _span(funnel: Funnel, drawn: Sequence[Placed]) -> tuple[float, float]:
    """The percentages the axis goes from and to: whole tens that hold every point and the limits of most groups."""
    values = [100 * item.group.successes / item.group.trials for item in drawn]
    sizes = sorted(item.group.trials for item in drawn)
    if sizes:  # the smallest groups have limits wide enough to flatten everything else
        of = limits(sizes[len(sizes) // 10], funnel.successes, funnel.trials, funnel.dispersion)
        values += [float(of.wide[1].low), float(of.wide[1].high)]
    values.append(100 * funnel.successes / funnel.trials)
    low, high = floor(min(values) / 10) * 10, ceil(max(values) / 10) * 10
    return (low, high) if high > low else (max(0, low - 10), min(100, high + 10))


def _axes(scene: Scene, plot: _Plot, across: str) -> None:
    step = 10 if plot.high - plot.low <= 60 else 20
    for value in range(int(plot.low), int(plot.high) + 1, step):
        y = plot.y(value)
        scene.under.append(Line(plot.left, y, plot.right, y, GRID, 1.0))
        scene.write(plot.left - 6, y, f"{value} %", size=TICK, colour=MUTED, align="right")
    scene.under.append(Line(plot.left, plot.bottom, plot.right, plot.bottom, MUTED, 1.25))
    last = plot.left - 30
    for cases in (0, *_TICKS):
        x = plot.x(cases)
        if cases > plot.most or x - last < text_width(danish(cases), TICK) + 14:
            continue
        scene.under.append(Line(x, plot.bottom, x, plot.bottom + 4, MUTED, 1.0))
        scene.write(x, plot.bottom + 14, danish(cases), size=TICK, colour=MUTED, align="center")
        last = x
    scene.write(plot.right, plot.bottom + 34, across, size=TICK, colour=MUTED, align="right")


def _curves(scene: Scene, plot: _Plot, funnel: Funnel) -> None:
    """Exact limits, and where they are widened the wide ones too, and then the exact ones are faint."""
    wider = funnel.dispersion.wider
    points = list(_along(plot, funnel))
    for level, dashed in ((0, True), (1, False)):
        for end in ("low", "high"):
            exact = [(x, float(getattr(of.exact[level], end))) for x, of in points]
            _curve(scene, plot, exact, HATCH if wider else DARK, 1.0 if wider else 1.5, dashed)
            if wider:
                wide = [(x, float(getattr(of.wide[level], end))) for x, of in points]
                _curve(scene, plot, wide, DARK, 1.75, dashed)


def _along(plot: _Plot, funnel: Funnel) -> Iterator[tuple[float, Limits]]:
    seen = 0
    x = plot.left
    while x <= plot.right + 0.01:
        cases = plot.cases(x)
        if cases > seen:
            seen = cases
            yield plot.x(cases), limits(cases, funnel.successes, funnel.trials, funnel.dispersion)
        x += _STEP


def _curve(
    scene: Scene,
    plot: _Plot,
    points: Sequence[tuple[float, float]],
    colour: str,
    width: float,
    dashed: bool,
) -> None:
    for number, ((x, value), (x2, value2)) in enumerate(pairwise(points)):
        beside = max(value, value2) > plot.high or min(value, value2) < plot.low
        if (dashed and number % 2) or beside or value == value2 in (0, 100):  # no count lies below none
            continue
        scene.under.append(
            Line(round(x, 2), round(plot.y(value), 2), round(x2, 2), round(plot.y(value2), 2), colour, width)
        )


def _dot(scene: Scene, plot: _Plot, item: Placed) -> None:
    x = round(plot.x(item.group.trials), 2)
    y = round(plot.y(100 * item.group.successes / item.group.trials), 2)
    _mark(scene, x, y, _far(item))
    plot.taken.append((x - 5, y - 5, x + 5, y + 5))


def _mark(scene: Scene, x: float, y: float, far: int) -> None:
    """A small grey point within the inner limits, a ring between the two, a large dark one beyond the outer."""
    scene.dots.append(Dot(x, y, _DOT if far == _WITHIN else _FAR, FILL if far == _WITHIN else DARK))
    if far == _OVER:
        scene.dots.append(Dot(x, y, _FAR / 2.6, "#ffffff"))


def _label(scene: Scene, plot: _Plot, item: Placed, name: str) -> None:
    """The name beside its point where it meets nothing else; else it is in the table alone."""
    x = plot.x(item.group.trials)
    y = plot.y(100 * item.group.successes / item.group.trials)
    wide = text_width(name, SMALL)
    places: tuple[tuple[float, float, Align], ...] = (
        (x + 9, y, "left"),
        (x - 9, y, "right"),
        (x, y - 15, "center"),
        (x, y + 15, "center"),
        (x + 7, y - 13, "left"),
        (x + 7, y + 13, "left"),
        (x - 7, y - 13, "right"),
        (x - 7, y + 13, "right"),
    )
    for at, middle, align in places:
        left = at - {"left": 0.0, "center": wide / 2, "right": wide}[align]
        box = (left, middle - 8, left + wide, middle + 8)
        inside = box[0] >= plot.left and box[2] <= plot.right + _RIGHT and box[1] >= plot.top - 8
        if inside and box[3] <= plot.bottom and not any(_meet(box, other) for other in plot.taken):
            scene.plates.append(Box(left - 2, left + wide + 2, middle - 8, middle + 8, "#ffffff", "#ffffff"))
            scene.write(at, middle, name, size=SMALL, align=align)
            plot.taken.append(box)
            return


def _meet(box: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def _keys(scene: Scene, funnel: Funnel, narrow: bool) -> None:
    """What the points and lines are, one or two in a row."""
    wider = funnel.dispersion.wider
    keys: list[tuple[str, int]] = [
        ("inden for grænserne", _WITHIN),
        ("mellem indre og ydre grænse", _OVER),
        ("uden for ydre grænse", _BEYOND),
    ]
    column, at = (scene.width if narrow else scene.width / 3), 0.0
    for words, far in keys:
        _mark(scene, at + 8, scene.height + 9, far)
        scene.write(at + 20, scene.height + 9, words, size=SMALL)
        at, scene.height = _next(scene, at, column, narrow)
    if not narrow:
        scene.height += 22
    lines = [("95 %", True), ("99,8 %", False)]
    at = 0.0
    for kind, colour, width in _kinds(wider):
        for level, dashed in lines:
            _sample(scene, at, scene.height + 9, colour, width, dashed)
            scene.write(at + 32, scene.height + 9, f"{kind} {level}", size=SMALL)
            at, scene.height = _next(scene, at, scene.width / 2 if narrow else scene.width / 4, narrow=False)
            if narrow and at >= scene.width - 1:
                at, scene.height = 0.0, scene.height + 22
    scene.height += 0 if narrow else 22


def _kinds(wider: bool) -> Iterator[tuple[str, str, float]]:
    if wider:
        yield "udvidet", DARK, 1.75
    yield "eksakt", HATCH if wider else DARK, 1.0 if wider else 1.5


def _next(scene: Scene, at: float, column: float, narrow: bool) -> tuple[float, float]:
    return (0.0, scene.height + 22) if narrow else (at + column, scene.height)


def _sample(scene: Scene, x: float, y: float, colour: str, width: float, dashed: bool) -> None:
    pieces = ((0, 5), (10, 15), (20, 25)) if dashed else ((0, 25),)
    for start, end in pieces:
        scene.over.append(Line(x + start, y, x + end, y, colour, width))

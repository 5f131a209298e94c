"""The axis at the left of a chart whose numbers go upward."""

from __future__ import annotations

from sagsbarometer.reporting.charts.chart_parts import TICK
from sagsbarometer.reporting.charts.scene import GRID, MUTED, Line, Scene
from sagsbarometer.reporting.numbers import number_words

_TICKS = 5


def round_step(highest: float) -> int:
    """A round number that divides an axis up to `highest` in five or fewer."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * _TICKS >= highest:
                return step
        size *= 10


def upward_axis(scene: Scene, ends: tuple[float, float], step: int, highest: int, gutter: float) -> None:
    """Draws a line and a number for each step from nought to `highest`, between the heights `ends` (top, bottom) and to
    the right of `gutter`."""
    top, bottom = ends
    for value in range(0, highest + 1, step):
        y = bottom - value * (bottom - top) / highest
        colour, width = (GRID, 1.0) if value else (MUTED, 1.25)
        scene.under.append(Line(gutter, y, scene.width, y, colour, width))
        scene.write(
            gutter - 8, y, number_words(scene.language, value), size=TICK, colour=MUTED, align="right"
        )

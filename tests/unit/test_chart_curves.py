"""Curves: where their points, names and marks stand."""

from __future__ import annotations

from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.reporting.charts.chart_curves import CurveLine, Mark, Plot, curves_scene, y_step
from sagsbarometer.reporting.charts.chart_parts import NARROW, SMALL, WIDE
from sagsbarometer.reporting.charts.fonts import text_width
from sagsbarometer.reporting.charts.scene import Line, Scene

STEPS = (1, 4, 13, 26)
DOWN = CurveLine("Venter endnu 40 %", ((0, 100), (10, 70), (20, 40)))
UP = CurveLine("Sagsbehandlingstid 45 %", ((0, 0), (10, 30), (20, 45)), "#3a8bab", dashed=True)


def plot(*lines: CurveLine, mark: Mark | None = None, title: str = "") -> Plot:
    return Plot(title, lines, "Uger", STEPS, mark=mark)


def named(scene: Scene, first: str) -> list[float]:
    """How far down the lines of a name stand, from its first word on."""
    return [words.y for words in scene.words if words.bold and words.text.startswith(first)]


@pytest.mark.parametrize("narrow", [False, True])
def test_every_name_stands_at_its_curve_inside_the_picture(narrow: bool) -> None:
    scene = curves_scene([plot(DOWN, UP)], narrow)
    assert scene.width == (NARROW if narrow else WIDE)
    for words in scene.words:
        if words.bold:
            assert words.x + text_width(words.text, SMALL, True) <= scene.width
            assert 0 <= words.y <= scene.height


@given(st.lists(st.integers(0, 100), min_size=2, max_size=5))
def test_names_never_meet(ends: list[int]) -> None:
    lines = [CurveLine(f"K{number}", ((0, 50), (10, end))) for number, end in enumerate(ends)]
    scene = curves_scene([plot(*lines)], False)
    places = sorted(words.y for words in scene.words if words.bold)
    assert len(places) == len(ends)
    assert all(below - above >= SMALL for above, below in pairwise(places))


def test_a_curve_goes_through_its_points_and_a_dashed_one_has_gaps() -> None:
    scene = curves_scene([plot(DOWN, UP)], False)

    def drawn(line: CurveLine) -> list[Line]:
        return [item for item in scene.over if (item.colour, item.width) == (line.colour, line.width)]

    def length(lines: list[Line]) -> float:
        return sum(hypot(item.x2 - item.x, item.y2 - item.y) for item in lines)

    whole, dashed = drawn(DOWN), drawn(UP)
    assert len(whole) == 2
    ends = (whole[0].x, whole[0].y), (dashed[-1].x2, dashed[-1].y2)
    assert ends[0][0] < ends[1][0]
    assert length(dashed) == pytest.approx(hypot(ends[1][0] - whole[0].x, 45 / 100 * 250) / 2, rel=0.1)


def test_a_mark_stands_over_the_plot() -> None:
    scene = curves_scene([plot(DOWN, mark=Mark(15, 50, "Halvdelen venter mindst 15 uger"))], True)
    (words,) = [item for item in scene.words if item.text.startswith("Halvdelen")]
    assert words.y < min(item.y for item in scene.over)
    assert words.x + text_width(words.text, SMALL, True) <= NARROW


def test_small_pictures_have_axes_alike() -> None:
    short = CurveLine("", ((0, 100), (5, 0)))
    scene = curves_scene([plot(CurveLine("", DOWN.points), title="A"), plot(short, title="B")], False)
    marks = [words.text for words in scene.words if words.text.isdigit()]
    assert marks[: len(marks) // 2] == marks[len(marks) // 2 :]


@pytest.mark.parametrize(
    ("highest", "step"),
    [(0, 1), (1, 1), (5, 1), (5.1, 2), (24, 5), (26, 10), (50, 10), (14_000, 5_000), (999, 200)],
)
def test_an_axis_has_round_numbers(highest: float, step: float) -> None:
    assert y_step(highest) == step
    assert highest / y_step(highest) <= 5

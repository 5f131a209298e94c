"""Pictures are what Vega draws of the same scenes, byte for byte, though Vega does not draw them."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy
import pytest
import vl_convert
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.charts.charts import specification, svg
from sagsbarometer.reporting.charts.drawing import number, to_svg
from sagsbarometer.reporting.charts.scene import (
    DARK,
    GRID,
    INK,
    LIGHT,
    PALE,
    UNKNOWN,
    Dot,
    Line,
    Scene,
    Spec,
    Words,
    to_spec,
)
from tests.conftest import trials
from tests.reports_in_tests import FIGURES, edition

_TAG = re.compile(r"<\w+ [^>]*>")
_ROLES = re.compile(r' (?:role|class|aria-\w+|pointer-events)="[^"]*"')


def by_vega(spec: Spec) -> str:
    """What Vega draws, without the roles it gives each group of marks: a picture is read as one image."""
    return _TAG.sub(lambda tag: _ROLES.sub("", tag.group()), vl_convert.vegalite_to_svg(spec))


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.kind)
@pytest.mark.parametrize("narrow", [False, True])
def test_a_figure_is_drawn_as_vega_draws_its_specification(figure: Figure, narrow: bool) -> None:
    assert svg(edition(), figure, narrow) == by_vega(specification(edition(), figure, narrow))


colours = st.sampled_from([INK, DARK, GRID, UNKNOWN])
places = st.floats(-2000, 2000) | st.floats(-1, 1) | st.integers(-700, 700).map(float)
letters = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from("&<>\"' \u00a0\ufeff\u1680æøå"),
    max_size=20,
)


def lines() -> Any:
    return st.builds(Line, places, places, places, places, colours, st.floats(0.1, 5) | st.just(1))


@st.composite
def scenes(draw: Any) -> Scene:
    width = draw(st.sampled_from([320, 680, 680.5]))
    scene = Scene(
        width, draw(st.floats(0, 100)), draw(st.floats(110, 680)), draw(st.floats(1e-3, 1e5) | st.just(100))
    )
    scene.height = draw(st.floats(1, 3000))
    scene.under = draw(st.lists(lines(), max_size=3))
    for fill in draw(st.lists(st.sampled_from([UNKNOWN, LIGHT, PALE, f"{DARK}|"]), max_size=2)):
        start, end = draw(
            st.tuples(places, places).filter(lambda at: abs(scene.pixels(at[1] - at[0])) < 3000)
        )
        scene.fill(start, end, draw(places), draw(places), fill, draw(letters))
    if draw(st.booleans()):
        scene.ground(draw(places), draw(places), draw(st.floats(0, 99)), draw(st.floats(0, 99)))
    scene.over = draw(st.lists(lines(), max_size=2))
    scene.dots = draw(
        st.lists(st.builds(Dot, places, places, st.floats(0, 200) | st.just(30), colours), max_size=3)
    )
    sizes = st.sampled_from([11, 12, 12.5, 13, 14, 15.0, 17])
    sides = st.sampled_from(["left", "center", "right"])
    words = st.builds(Words, places, places, letters, sizes, colours, sides, st.booleans(), st.booleans())
    scene.words = draw(st.lists(words, max_size=4))
    return scene


@given(scenes(), st.sampled_from([0, 16]))
@example(Scene(320, 0, 320, 320, 10, dots=[Dot(1, 1, 7.5, INK), Dot(1, 1, 0, INK)]), 0)
@example(Scene(320, 0, 320, 320, 10, words=[Words(1e-7, 2e-5, " a & b <c> »d« ")]), 16)
@settings(max_examples=trials(1000), deadline=None)
def test_any_scene_is_drawn_as_vega_draws_it(scene: Scene, margin: int) -> None:
    spec = to_spec(scene, margin)
    if spec["layer"]:
        assert to_svg(scene, margin) == by_vega(spec)


@pytest.mark.parametrize(
    ("value", "told"),
    [(3.0, "3"), (-0.0, "0"), (0.1 + 0.2, "0.30000000000000004"), (5.5e-5, "0.000055"), (-1e-6, "-0.000001"),
     (1.5e-7, "1.5e-7"), (1e16, "10000000000000000"), (1e21, "1e+21"), (1.25e22, "1.25e+22")],
)  # fmt: skip
def test_numbers_are_written_as_javascript_writes_them(value: float, told: str) -> None:
    """ECMAScript, Number::toString."""
    assert number(value) == told


def test_a_number_of_numpys_is_written_as_any_other() -> None:
    assert number(numpy.float64(0.1)) == "0.1"


def test_what_is_no_number_is_not_written() -> None:
    with pytest.raises(ValueError, match="NaN"):
        number(math.nan)
    with pytest.raises(OverflowError):
        number(-math.inf)

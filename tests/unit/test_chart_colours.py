"""Every chart is read in grey, by who sees colours otherwise, and with the words that stand on it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import pytest

from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.charts.charts import specification
from sagsbarometer.reporting.charts.scene import DARK, FILL, HATCH, LIGHT, PALE, Spec
from sagsbarometer.reporting.charts.tile_chart import _CLASSES
from sagsbarometer.reporting.contract import Edition
from tests import register_reports_in_tests as register
from tests.reports_in_tests import edition
from tests.unit.test_multiples import small

# Machado, Oliveira & Fernandes (2009): a colour in linear light as who lacks one kind of cones sees it.
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
}
APART = 12  # steps of lightness of a hundred: seen without a line between
READABLE = 4.5  # contrast of words (WCAG 2, AA)

ALL = [
    *((edition(), figure) for figure in edition().figures),
    *((register.edition(), figure) for figure in register.edition().figures),
    small(),
    small(hidden="reasons_1"),
]


def linear(colour: str) -> list[float]:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour: str, eyes: str = "all cones") -> float:
    """How much light a colour gives, 0 to 1."""
    light = linear(colour)
    seen = [sum(weight * part for weight, part in zip(row, light, strict=True)) for row in EYES[eyes]]
    red, green, blue = (min(1.0, max(0.0, part)) for part in seen)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightness(colour: str, eyes: str) -> float:
    """As the eye counts it, 0 to 100 (CIE L*)."""
    light = luminance(colour, eyes)
    return 116 * light ** (1 / 3) - 16 if light > 0.008856 else 903.3 * light


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def marks(spec: Spec, mark: str) -> list[dict[str, Any]]:
    return [
        row for layer in spec["layer"] if layer["mark"]["type"] == mark for row in layer["data"]["values"]
    ]


def neighbours(boxes: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The fills of boxes that meet at a side, plates under words not counted."""
    drawn = [box for box in boxes if box["fill"] != box["stroke"] or box["fill"] != "#ffffff"]
    for one, other in combinations(drawn, 2):
        beside = abs(one["end"] - other["start"]) < 1e-6 and one["top"] == other["top"]
        over = abs(one["top"] - other["bottom"]) < 1e-6 and one["start"] == other["start"]
        if beside or over:
            yield one["fill"], other["fill"]


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(
    ("of", "figure"), ALL, ids=[f"{figure.id}-{number}" for number, (_, figure) in enumerate(ALL)]
)
def test_layers_that_meet_differ_in_lightness(of: Edition, figure: Figure, narrow: bool, eyes: str) -> None:
    for one, other in neighbours(marks(specification(of, figure, narrow), "rect")):
        assert abs(lightness(one, eyes) - lightness(other, eyes)) >= APART or "#ffffff" in (one, other)


def test_some_layers_meet() -> None:
    met = [pair for of, figure in ALL for pair in neighbours(marks(specification(of, figure), "rect"))]
    assert {(DARK, LIGHT), (LIGHT, "#ffffff")} <= set(met)


@pytest.mark.parametrize("eyes", EYES)
def test_the_shades_differ_from_each_other_and_from_the_paper(eyes: str) -> None:
    shades = [lightness(colour, eyes) for colour in (DARK, FILL, LIGHT, PALE)]
    assert all(later - earlier >= APART for earlier, later in pairwise(shades))
    for classes in _CLASSES:
        seen = [lightness(colour, eyes) for colour in classes]
        assert all(earlier - later >= APART for earlier, later in pairwise(seen))  # the higher, the darker
    assert contrast(HATCH, "#ffffff") >= 3


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(
    ("of", "figure"), ALL, ids=[f"{figure.id}-{number}" for number, (_, figure) in enumerate(ALL)]
)
def test_words_can_be_read_where_they_stand(of: Edition, figure: Figure, narrow: bool) -> None:
    spec = specification(of, figure, narrow)
    boxes = marks(spec, "rect")
    for word in marks(spec, "text"):
        under = [
            box["fill"]
            for box in boxes  # the last is on top
            if box["start"] <= word["x"] <= box["end"]
            and box["top"] <= word["y"] <= box["bottom"]
            and word["align"] == "center"
        ]
        dots = [
            dot["colour"]
            for dot in marks(spec, "point")
            if dot["x"] == word["x"] and abs(dot["y"] - word["y"]) < 1
        ]
        ground = (*under, *dots)[-1] if under or dots else "#ffffff"
        assert contrast(word["colour"], ground) >= READABLE, (word["text"], ground)


def test_white_words_can_be_read_on_the_shades_that_have_them() -> None:
    for shade in (DARK, FILL):
        assert contrast("#ffffff", shade) >= READABLE
    for shade in (LIGHT, PALE):
        assert contrast("#16232b", shade) >= READABLE

"""What only shows when a chart is looked at: words clear of lines, and the unknown hatched wherever it is drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sagsbarometer.measures.cells import ResultSet, withheld
from sagsbarometer.reporting.charts.charts import specification
from sagsbarometer.reporting.charts.scene import Spec
from tests import register_reports_in_tests as register
from tests.reports_in_tests import FIGURES, cells, edition


def layers(spec: Spec, mark: str) -> list[list[dict[str, Any]]]:
    """The data of each layer with this mark, from the back to the front."""
    return [layer["data"]["values"] for layer in spec["layer"] if layer["mark"]["type"] == mark]


@pytest.mark.parametrize("narrow", [False, True])
def test_a_break_does_not_cross_the_number_of_its_year(narrow: bool) -> None:
    of = register.edition()
    figure = next(item for item in of.figures if item.id == "one")
    spec = specification(of, figure, narrow)
    words = [row for rows in layers(spec, "text") for row in rows if row["text"].startswith("40")]
    dotted = [row for row in layers(spec, "rule")[0] if row["x"] == row["x2"]]
    crossed = [
        word
        for word in words
        if any(line["x"] == word["x"] and line["y"] <= word["y"] <= line["y2"] + 3 for line in dotted)
    ]
    assert crossed  # the year of the break has a number in its place
    ground = layers(spec, "rect")[-1]
    for word in crossed:
        assert any(
            box["start"] < word["x"] < box["end"]
            and box["top"] < word["y"] < box["bottom"]
            and box["fill"] == "#ffffff"
            for box in ground
        )


def test_what_cannot_be_seen_is_hatched_also_in_a_bar_of_its_own() -> None:
    gone = tuple(withheld(cell) if cell.result == "exceeded" else cell for cell in cells())
    of = replace(edition(), results=ResultSet(gone))
    boxes = layers(specification(of, FIGURES[2]), "rect")[0]
    own = [box for box in boxes if box["tip"].startswith("Frist kan ikke ses")]
    assert own[0]["fill"] == "#ffffff"
    kept = [box for box in boxes if box["tip"].startswith("Frist overholdt")]
    assert kept[0]["fill"] != "#ffffff"

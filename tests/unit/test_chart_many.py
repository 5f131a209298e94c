"""Charts of many parts, thin layers, long words and nothing to draw."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

import pytest

from sagsbarometer.measures.cells import ResultSet, withheld
from sagsbarometer.measures.measure import Figure, FigureRow, Part
from sagsbarometer.reporting.charts.chart_parts import Bar, Segment, draw_rows, frame
from sagsbarometer.reporting.charts.charts import alt_text, specification
from sagsbarometer.reporting.charts.fonts import text_width
from sagsbarometer.reporting.charts.scene import Spec, colour_of, shades
from sagsbarometer.reporting.contract import Edition
from tests import register_reports_in_tests as register
from tests.reports_in_tests import edition, share
from tests.unit.test_chart_colours import APART, EYES, lightness

NAMES = "Stadfæstet Ændret Ophævet Hjemvist Delvis Afvist Bortfaldet Tilbagekaldt".split()
SIZES = (30, 8, 12, 20, 4, 9, 3, 14)
YEARS = ("2022", "2023", "2024")
WIDTHS = {False: 680, True: 340}


def many(kind: str, parts: int, hidden: str = "") -> tuple[Edition, Figure]:
    """An edition of one figure of so many parts; `hidden` is the key of a cell that is withheld."""
    measures = dict(edition().measures)
    base = next(iter(measures.values()))
    cells, rows = [], []
    for year in YEARS:
        row: dict[str, str] = {}
        for number in (*range(parts), "total"):
            size = sum(SIZES[:parts]) if number == "total" else SIZES[int(number)]
            id = f"part_{number}_{year}"
            measures[id] = replace(base, id=id)
            cell = share(id, size, 100 - size, 0)
            if kind == "columns":
                cell = replace(
                    cell,
                    unit="cases",
                    numerator=size,
                    denominator=size,
                    value=Decimal(size),
                    low=None,
                    high=None,
                )
            cells.append(withheld(cell) if id == hidden else cell)
            row[f"part_{number}"] = id
        rows.append(
            FigureRow(year, {"da": year}, {k: row[k] for k in list(row)[:parts]}, total=row["part_total"])
        )
    named = tuple(Part(f"part_{number}", {"da": NAMES[number]}) for number in range(parts))
    figure = Figure("many", "1", kind, {"da": "Mange"}, {}, tuple(rows), named, (), True, {})
    return edition(results=ResultSet(tuple(cells)), measures=measures, figures=(figure,)), figure


def marks(spec: Spec, mark: str) -> list[dict[str, Any]]:
    return [
        row for layer in spec["layer"] if layer["mark"]["type"] == mark for row in layer["data"]["values"]
    ]


def texts(spec: Spec) -> list[str]:
    return [row["text"] for row in marks(spec, "text")]


@pytest.mark.parametrize("eyes", EYES)
def test_eight_parts_have_eight_fills_and_neighbours_differ_in_lightness(eyes: str) -> None:
    assert len(set(shades(8))) == 8
    for one, other in combinations(shades(8), 2):
        alike = abs(lightness(colour_of(one), eyes) - lightness(colour_of(other), eyes)) < APART
        assert not alike or (one != other and ("|" in one) != ("|" in other))  # plain or striped
    colours = [colour_of(fill) for fill in shades(8)]
    for one, other in pairwise(colours):
        assert abs(lightness(one, eyes) - lightness(other, eyes)) >= APART


@pytest.mark.parametrize("kind", ["columns", "stacked"])
@pytest.mark.parametrize("narrow", [False, True])
def test_the_legend_has_a_fill_of_its_own_for_each_of_eight_parts(kind: str, narrow: bool) -> None:
    spec = specification(*many(kind, 8), narrow)
    swatches = [box for box in marks(spec, "rect") if box["bottom"] - box["top"] == 14 and not box["tip"]]
    stripes = marks(spec, "rule")
    looks = [
        (
            box["fill"],
            any(box["start"] < line["x"] < box["end"] and line["y"] == box["top"] for line in stripes),
        )
        for box in swatches
    ]
    assert len(looks) == len(set(looks)) == 8


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("parts", [4, 8])
def test_every_layer_of_a_column_has_its_number_clear_of_the_edges(parts: int, narrow: bool) -> None:
    spec = specification(*many("columns", parts), narrow)
    layers = [box for box in marks(spec, "rect") if box["tip"].startswith("2022")]
    for size, layer in zip(SIZES[:parts], layers, strict=True):
        word = next(
            row
            for row in marks(spec, "text")
            if row["text"] == str(size) and row["size"] == 13 and row["x"] <= layer["end"] + 40
        )
        inside = layer["start"] < word["x"] < layer["end"]
        tall = layer["bottom"] - layer["top"]
        assert inside == (tall >= 13 * 1.25 + 4)
        if inside:
            assert layer["top"] + 8 <= word["y"] <= layer["bottom"] - 8
        else:  # beside, and inside the picture
            assert word["x"] > layer["end"]
            assert word["x"] + text_width(word["text"], 13) <= WIDTHS[narrow]


def test_numbers_beside_thin_layers_never_meet() -> None:
    of = register.edition()
    figure = next(item for item in of.figures if item.kind == "columns")
    first = next(row for row in marks(specification(of, figure), "rect") if row["tip"].startswith("2022"))
    beside = sorted(
        row["y"]
        for row in marks(specification(of, figure), "text")
        if first["end"] < row["x"] < first["end"] + 20 and row["size"] == 13 and row["y"] > 100
    )
    assert len(beside) == 3  # 300, 100 and 80 of 4,000
    assert all(later - earlier >= 13 for earlier, later in pairwise(beside))


def test_a_column_with_a_withheld_part_is_hatched_alike_whatever_the_number() -> None:
    drawn = []
    for hidden in ("part_0_2022", "part_4_2022"):  # 30 and 4 cases
        spec = specification(*many("columns", 8, hidden))
        drawn.append([box for box in marks(spec, "rect") if box["tip"] == "[c]"])
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 1


@pytest.mark.parametrize("narrow", [False, True])
def test_long_words_beside_a_bar_stand_on_lines_and_leave_room_for_the_bar(narrow: bool) -> None:
    weak = "(vægtet og rettet, 205 af 385 læst som ja)"
    bars = [Bar("Mangel, rettet for læsefejl", "53 %", weak, (Segment(0, 53, "#2f7b99"),)) for _ in range(3)]
    scene = frame(narrow, bars, 100, False)
    assert scene.right - scene.left >= 0.4 * scene.width
    draw_rows(scene, bars, narrow, False)
    for words in scene.words:
        assert scene.pixels(words.x) + (
            text_width(words.text, words.size) if words.align == "left" else 0
        ) <= (scene.width + 1)
    lines = sorted(words.y for words in scene.words if words.text in weak or words.text == "53 %")
    assert all(later - earlier >= 13 for earlier, later in pairwise(lines))


@pytest.mark.parametrize("narrow", [False, True])
def test_a_ladder_of_nothing_says_why_in_words_and_draws_no_axis(narrow: bool) -> None:
    of = register.edition()
    figure = next(item for item in of.figures if item.kind == "ladder")
    spec = specification(of, figure, narrow)
    told = " ".join(texts(spec))
    assert "Der er intet at tegne: Det er ikke registreret, hvilket trin sagerne knækkede på." in told
    assert all(of.words(row.label) in told for row in figure.rows)
    assert "%" not in told
    assert "ikke registreret" in alt_text(of, figure)


def test_a_ladder_whose_steps_are_withheld_does_not_say_that_nothing_was_registered() -> None:
    of = register.edition()
    figure = next(item for item in of.figures if item.kind == "ladder")
    refs = {ref for row in figure.rows for ref in row.cells.values()}
    gone = [withheld(cell) if cell.result in refs or cell.ref in refs else cell for cell in of.results]
    told = " ".join(texts(specification(replace(of, results=ResultSet(tuple(gone))), figure)))
    assert "[c]" in told
    assert "intet at tegne" not in told


def test_eight_curves_are_told_apart_in_grey_and_the_legend_draws_them_as_they_are() -> None:
    of, figure = many("columns", 8)
    figure = replace(figure, kind="lines")
    spec = specification(replace(of, figures=(figure,)), figure)
    samples: dict[float, set[tuple[str, float, float]]] = {}
    for line in marks(spec, "rule"):
        if line["x2"] <= 21 and line["y"] == line["y2"]:
            length = round(line["x2"] - line["x"], 1)
            samples.setdefault(line["y"], set()).add((line["colour"], line["width"], length))
    looks = [max(sample, key=lambda item: item[2]) for sample in samples.values()]
    assert len(looks) == len(set(looks)) == 8

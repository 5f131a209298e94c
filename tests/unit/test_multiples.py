"""Small multiples: the same bars on the same axis in every picture, and a place for every number."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sagsbarometer.measures.cells import ResultSet, withheld
from sagsbarometer.measures.measure import Figure, FigureRow, Measure, Part
from sagsbarometer.reporting.charts import fonts
from sagsbarometer.reporting.charts.charts import alt_text, chart, specification
from sagsbarometer.reporting.charts.figure import figure_notes
from sagsbarometer.reporting.charts.scene import HATCH, Spec
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.tables.table import figure_table
from tests.reports_in_tests import ALL, edition, measure, other, share

KEYWORDS = {"investigate": "Undersøgelsesprincippet (officialprincippet)", "reasons": "Begrundelse"}
# Provision: yes and no of each keyword.
PROVISIONS = {
    "Serviceloven § 42": ((40, 40), (9, 71)),
    "Serviceloven § 85": ((33, 61), (0, 94)),
    "Barnets lov § 87": ((12, 36), (6, 42)),
}


def small(
    unit: str = "percent", hidden: str = "", language: str = "da", **given: Any
) -> tuple[Edition, Figure]:
    """An edition with one figure of this kind; `hidden` is the cell that is withheld."""
    rows, cells, measures = [], [], dict[str, Measure]()
    for number, (label, counts) in enumerate(PROVISIONS.items(), 1):
        refs = {}
        for part, (yes, no) in zip(KEYWORDS, counts, strict=True):
            id = f"{part}_{number}"
            cell = share(id, yes, no, 0) if unit == "percent" else other(id, unit, str(yes), yes, yes)
            cells.append(withheld(cell) if id == hidden else cell)
            measures[id] = measure(id, KEYWORDS[part], ALL, unit=unit)
            refs[part] = id
        rows.append(FigureRow(f"row_{number}", {"da": label}, refs))
    parts = tuple(Part(id, {"da": label}) for id, label in KEYWORDS.items())
    figure = Figure("criticism", "4", "multiples", {"da": "Kritik"}, {}, tuple(rows), parts, (), True, {})
    made = replace(
        edition(language=language, **given),
        measures=measures,
        figures=(figure,),
        results=ResultSet(tuple(cells)),
    )
    return made, figure


def marks(spec: Spec, mark: str) -> list[dict[str, Any]]:
    return [
        row for layer in spec["layer"] if layer["mark"]["type"] == mark for row in layer["data"]["values"]
    ]


def texts(spec: Spec) -> list[str]:
    return [str(row["text"]) for row in marks(spec, "text")]


@pytest.mark.parametrize("narrow", [False, True])
def test_a_bar_is_as_long_as_its_share_on_the_axis_all_pictures_have(narrow: bool) -> None:
    spec = specification(*small(), narrow)
    bars = [row for row in marks(spec, "rect") if row["tip"]]
    assert len(bars) == 5  # a share of nought has no bar
    long = next(row["end"] - row["start"] for row in bars if "(40 af 80)" in row["tip"])
    for row in bars:
        part, whole = (int(word) for word in row["tip"].rpartition("(")[2].rstrip(")").split(" af "))
        assert row["end"] - row["start"] == pytest.approx(long * (part / whole) / 0.5, rel=1e-3)
    assert texts(spec).count("Begrundelse") == 3
    assert {"50 %", "(40 af 80)", "0 %", "(0 af 94)", "Serviceloven § 85"} <= set(texts(spec))
    assert texts(spec).count("20 %") == 3  # the axis is told under each picture


def test_two_stand_abreast_on_a_page_and_one_on_a_telephone() -> None:
    for narrow, places in ((False, 2), (True, 1)):
        heads = [row for row in marks(specification(*small(), narrow), "text") if "§" in row["text"]]
        assert len({row["x"] for row in heads}) == places
    wide, narrow_one = specification(*small())["height"], specification(*small(), narrow=True)["height"]
    assert wide < narrow_one


def test_intervals_are_drawn_inside_the_picture() -> None:
    made, figure = small()
    lines = [
        row
        for row in marks(specification(made, figure), "rule")
        if row["y"] == row["y2"] and row["width"] == 1.5
    ]
    assert len(lines) == 6
    assert any("95-procents-intervaller" in note for note in figure_notes(made, figure))
    none = [replace(cell, low=None, high=None) for cell in made.results]
    bare = replace(made, results=ResultSet(tuple(none)), complete=True)
    assert not [row for row in marks(specification(bare, figure), "rule") if row["width"] == 1.5]
    assert not any("interval" in note for note in figure_notes(bare, figure))


def test_what_is_withheld_is_hatched_and_tells_nothing() -> None:
    made, figure = small(hidden="investigate_2")
    spec = specification(made, figure)
    assert "[c]" in texts(spec)
    assert "(33 af 94)" not in texts(spec)
    hatched = [row for row in marks(spec, "rect") if row["stroke"] == HATCH]
    assert len(hatched) == 1
    others = specification(*small(hidden="investigate_3"))
    other_hatched = [row for row in marks(others, "rect") if row["stroke"] == HATCH]
    length = [row["end"] - row["start"] for row in (*hatched, *other_hatched)]
    assert length[0] == pytest.approx(length[1], abs=1e-3)  # as long whatever the number is
    assert "[c]" in alt_text(made, figure)
    assert any("[c]" in note for note in figure_notes(made, figure))
    assert any(cell.text == "[c]" for row in figure_table(made, figure).rows for cell in row)


def test_a_group_without_a_bar_keeps_its_place() -> None:
    made, figure = small()
    first, *rest = figure.rows
    lacking = replace(figure, rows=(replace(first, cells={"reasons": "reasons_1"}), *rest))
    assert "–" in texts(specification(made, lacking))
    whole, part = marks(specification(made, figure), "text"), marks(specification(made, lacking), "text")
    at = [[row["y"] for row in rows if row["text"] == "Begrundelse"] for rows in (whole, part)]
    assert at[0] == at[1]


def test_counts_have_a_round_axis() -> None:
    spec = specification(*small(unit="cases"))
    assert {"40", "33", "0", "20"} <= set(texts(spec))
    longest = max(row["end"] - row["start"] for row in marks(spec, "rect") if row["tip"])
    assert [text for text in texts(spec) if text == "40"]
    assert longest == max(row["end"] - row["start"] for row in marks(spec, "rect"))


def test_english_has_its_own_marks() -> None:
    made, figure = small(language="en")
    assert {"50%", "(40 of 80)", "20%"} <= set(texts(specification(made, figure)))
    assert alt_text(made, figure).startswith("3 small bar charts with the same axis. Serviceloven § 42: ")


def test_in_words_every_number_is_told() -> None:
    assert alt_text(*small()) == (
        "3 små søjlediagrammer med samme akse. "
        "Serviceloven § 42: undersøgelsesprincippet (officialprincippet) 50 % (40 af 80), begrundelse 11 % (9 af 80). "
        "Serviceloven § 85: undersøgelsesprincippet (officialprincippet) 35 % (33 af 94), begrundelse 0 % (0 af 94). "
        "Barnets lov § 87: undersøgelsesprincippet (officialprincippet) 25 % (12 af 48), begrundelse 13 % (6 af 48)."
    )


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("unit", ["percent", "cases"])
def test_no_words_leave_the_picture_or_meet(unit: str, narrow: bool) -> None:
    made, figure = small(unit)
    long = tuple(
        replace(row, label={"da": f"{row.label['da']} {'med et meget langt navn ' * 3}"})
        for row in figure.rows
    )
    parts = tuple(
        replace(part, label={"da": f"{part.label['da']} {'og mere ' * 8}"}) for part in figure.parts
    )
    spec = specification(made, replace(figure, rows=long, parts=parts), narrow)
    boxes = []
    for row in marks(spec, "text"):
        width = fonts.text_width(row["text"], row["size"], row["bold"])
        start = row["x"] - {"left": 0, "center": width / 2, "right": width}[row["align"]]
        assert start >= -1.5
        assert start + width <= spec["width"] + 1.5, row
        assert row["y"] + row["size"] / 2 <= spec["height"] + 1
        boxes.append(
            (start, start + width, row["y"] - row["size"] / 2, row["y"] + row["size"] / 2, row["text"])
        )
    for number, a in enumerate(boxes):
        for b in boxes[number + 1 :]:
            assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] + 1 or b[3] <= a[2] + 1, (a, b)


def test_altair_takes_it_and_one_picture_alone_is_as_wide_as_the_page() -> None:
    made, figure = small()
    assert chart(made, figure).to_dict()["layer"]
    alone = replace(figure, rows=figure.rows[:1])
    ends = max(row["end"] for row in marks(specification(made, alone), "rect"))
    assert ends > 340 * 0.6


def test_nothing_but_nought_still_has_an_axis() -> None:
    made, figure = small(unit="cases")
    none = [replace(cell, numerator=0, denominator=0, value=Decimal(0)) for cell in made.results]
    assert "0" in texts(specification(replace(made, results=ResultSet(tuple(none))), figure))

"""The figures of registers: what charts draw."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.measure import Break, FigureRow
from sagsbarometer.reporting.charts import fonts
from sagsbarometer.reporting.charts.charts import alt_text, chart, specification, standalone_svg, svg
from sagsbarometer.reporting.charts.figure import figure_notes
from sagsbarometer.reporting.charts.scene import Spec
from sagsbarometer.reporting.document import Table
from sagsbarometer.reporting.tables.table import figure_table
from tests.register_reports_in_tests import (
    FIGURES,
    FLOW,
    ONE,
    OVER_TIME,
    RATES,
    STEPS,
    cells,
    edition,
    rate,
)
from tests.reports_in_tests import read_report

HEAD = "---\ntitle: En titel\n---\n\n"


def told(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def texts(spec: Spec) -> list[str]:
    layers = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    return [str(row["text"]) for layer in layers for row in layer["data"]["values"]]


def words(body: str) -> str:
    document = read_report(HEAD + body, "report.md", edition())[0]
    return "".join(getattr(item, "text", "") for item in document.blocks[0].children)  # type: ignore[union-attr]


BOTH = [(figure, narrow) for figure in FIGURES for narrow in (False, True)]


@pytest.mark.parametrize(("figure", "narrow"), BOTH)
def test_altair_takes_every_chart_and_it_is_the_same_each_time(figure: object, narrow: bool) -> None:
    assert chart(edition(), figure, narrow).to_dict()["layer"]  # type: ignore[arg-type]
    assert svg(edition(), figure, narrow) == svg(edition(), figure, narrow)  # type: ignore[arg-type]


@pytest.mark.parametrize(("figure", "narrow"), BOTH)
def test_no_words_leave_the_picture_or_meet(figure: object, narrow: bool) -> None:
    spec = specification(edition(), figure, narrow)  # type: ignore[arg-type]
    scale = next(layer["encoding"]["x"]["scale"] for layer in spec["layer"])
    (low, high), (left, right) = scale["domain"], scale["range"]
    boxes: list[tuple[float, float, float, float, str]] = []
    for layer in spec["layer"]:
        for row in layer["data"]["values"] if layer["mark"]["type"] == "text" else ():
            width = fonts.text_width(row["text"], row["size"], row["bold"])
            at = left + (row["x"] - low) / (high - low) * (right - left)
            start = at - {"left": 0, "center": width / 2, "right": width}[row["align"]]
            assert start >= -1.5, row
            assert start + width <= spec["width"] + 1.5, row
            assert row["y"] - row["size"] / 2 >= 0
            assert row["y"] + row["size"] / 2 <= spec["height"] + 1
            boxes.append(
                (start, start + width, row["y"] - row["size"] / 2, row["y"] + row["size"] / 2, row["text"])
            )
    for number, a in enumerate(boxes):
        for b in boxes[number + 1 :]:
            assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] + 1 or b[3] <= a[2] + 1, (a, b)


def test_columns_are_as_high_as_their_counts() -> None:
    spec = specification(edition(), FLOW)
    boxes = [
        row for layer in spec["layer"] if layer["mark"]["type"] == "rect" for row in layer["data"]["values"]
    ]
    heights = {str(box["tip"]): box["bottom"] - box["top"] for box in boxes if box["tip"]}
    assert heights["2024: 1.555"] / heights["2024: 300"] == pytest.approx(1555 / 300)
    # 2024: 1.555 upheld, 1.006 remitted and 300 lapsed of 3.108; nobody told us of the rest.
    assert heights["2024: 247"] / heights["2024: 300"] == pytest.approx(247 / 300)
    assert {"3.108", "Andet eller ukendt udfald", "2022"} <= set(texts(spec))


def test_a_series_marks_the_break_by_kind_and_does_not_draw_through_it() -> None:
    spec = specification(edition(), OVER_TIME)
    told = texts(spec)
    assert told.count("1. januar 2024") == 2
    assert {"færre regler talt med", "reglen har samme indhold", "nyt lovområde"} <= set(told)
    rules = [
        row for layer in spec["layer"] if layer["mark"]["type"] == "rule" for row in layer["data"]["values"]
    ]
    whole = [row for row in rules if row["width"] == 2.0]
    # Et emne: one of two steps whole; Barnets lov: none; I alt: both.
    assert len(whole) == 3
    assert any(row["width"] == 1.5 for row in rules)


def test_a_break_lies_between_two_years_or_on_the_year_and_nowhere_else() -> None:
    def upright(*breaks: Break) -> set[float]:
        figure = replace(ONE, rows=(replace(ONE.rows[0], breaks=breaks),))
        layers = specification(edition(), figure)["layer"]
        rules = [
            row for layer in layers if layer["mark"]["type"] == "rule" for row in layer["data"]["values"]
        ]
        return {round(row["x"], 1) for row in rules if row["x"] == row["x2"]}

    def years() -> dict[str, float]:
        layers = [
            layer for layer in specification(edition(), unbroken)["layer"] if layer["mark"]["type"] == "text"
        ]
        rows = [row for layer in layers for row in layer["data"]["values"]]
        return {row["text"]: row["x"] for row in rows if row["text"] in ("2022", "2023", "2024")}

    unbroken = replace(ONE, rows=(replace(ONE.rows[0], breaks=()),))
    at = years()
    assert upright(Break("2024-01-01", "changed")) == {round((at["2023"] + at["2024"]) / 2, 1)}
    (summer,) = upright(Break("2023-07-02", "changed"))
    assert summer == pytest.approx(at["2023"], abs=1)
    assert upright(Break("2023", "changed")) == {round(at["2023"], 1)}
    assert (
        upright(Break("2022-01-01", "changed"), Break("2030-01-01", "changed"), Break("2019", "changed"))
        == set()
    )


def test_a_series_tells_bases_and_marks_few_cases() -> None:
    told = texts(specification(edition(), ONE))
    assert {"44 %†", "40 %", "9", "100", "Sager"} <= set(told)
    assert "†" in " ".join(figure_notes(edition(), ONE))
    assert "†" not in " ".join(texts(specification(edition(few_cases=0), ONE)))


def test_rates_of_a_register_have_no_interval_and_say_their_base() -> None:
    spec = specification(edition(), RATES)
    assert {"46 %", "(230 af 500)", "38 %†", "(3 af 8)"} <= set(texts(spec))
    assert not any("interval" in note or "generaliserbar" in note for note in figure_notes(edition(), RATES))
    table = figure_table(edition(), RATES)
    assert [column.label for column in table.columns] == ["Mål", "Antal", "Base", "Resultat"]
    counts = figure_table(edition(), FLOW)
    assert [column.label for column in counts.columns] == ["Mål", "Antal", "Base"]


def test_a_stack_may_have_a_number_of_cases_as_its_whole() -> None:
    parts = {"remitted": "remitted_share|||2024"}
    figure = replace(FLOW, kind="stacked", rows=(FigureRow("all", {"da": "Alle"}, parts, "merits|||2024"),))
    assert {"36 %", "2.808", "sager"} <= set(texts(specification(edition(), figure)))
    assert alt_text(edition(), figure).endswith("Alle: 2.808 sager, heraf hjemvist 36 %.")


def test_a_ladder_that_nobody_registered_says_so_and_one_that_somebody_did_shows_numbers() -> None:
    notes = figure_notes(edition(), STEPS)
    assert (
        "Ikke registreret: For ingen af de 84 sager (omgjorte sager) er der registreret en betingelse."
        in notes
    )
    told = texts(specification(edition(), STEPS))
    assert any("Det er ikke registreret, hvilket trin sagerne knækkede på" in words for words in told)
    assert not {"Trinnet knækker", "0 %"} & set(told)
    some = {"age": rate("failing", 3, 1, "condition=law/1/age;series=topic", "2024", 80)}
    some["alone"] = rate("failing", 1, 3, "condition=law/1/alone;series=topic", "2024", 80)
    kept = tuple(cell for cell in cells() if cell.result != "failing")
    given = edition(results=ResultSet((*kept, *some.values())))
    assert {"3,6-98,8 %", "3 af 84, 80 ukendt", "Trinnet knækker", "Alder"} <= set(
        texts(specification(given, STEPS))
    )
    assert not any("Ikke registreret" in note for note in figure_notes(given, STEPS))


def test_pictures_are_described_with_every_number_and_break() -> None:
    assert alt_text(edition(), ONE) == (
        "Kurve over tid. Et emne: 2022 44 % (4 af 9), 2023 40 % (40 af 100), 2024 40 % (40 af 100); "
        "brud 2023: reglerne ændret."
    )
    assert alt_text(edition(), FLOW).startswith(
        "Delte søjler over tid. 2022: 1.100, heraf stadfæstet 620, hjemvist 300, bortfaldet 100 og andet eller ukendt "
        "udfald 80. 2023:"
    )
    assert "Data som registreret pr. 11. april 2025" in re.sub(
        "<[^>]*>", " ", standalone_svg(edition(), ONE, [], "I ord.")
    )

"""What the charts draw, what the tables under them say, and how they are described in words."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.forms.language.tree import TRUE, And, Compare, Literal, Node, OneOf, Ref, StateOf
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.measure import FigureRow
from sagsbarometer.reporting.binding.inline import kept_together
from sagsbarometer.reporting.charts import fonts
from sagsbarometer.reporting.charts.chart_parts import axis_limit
from sagsbarometer.reporting.charts.charts import (
    alt_text,
    chart,
    is_unknown,
    specification,
    standalone_svg,
    svg,
)
from sagsbarometer.reporting.charts.figure import contents, figure_notes
from sagsbarometer.reporting.charts.scene import HATCH, Spec
from sagsbarometer.reporting.document import Column, Table, TableCell
from sagsbarometer.reporting.tables.lists import definition_tables, requirement_tables
from sagsbarometer.reporting.tables.table import CSV_HEADER, figure_csv, figure_table
from sagsbarometer.reporting.writers.columns import INSET, PAGE, column_widths, fits
from tests.reports_in_tests import FIGURES, cells, edition

BARS, STACKED, SHARES, LADDER = FIGURES
BOTH = [(figure, narrow) for figure in FIGURES for narrow in (False, True)]


def rows(spec: Spec, mark: str) -> list[dict[str, object]]:
    """The data of every layer with this mark."""
    return [
        row for layer in spec["layer"] if layer["mark"]["type"] == mark for row in layer["data"]["values"]
    ]


def texts(spec: Spec) -> list[str]:
    return [str(row["text"]) for row in rows(spec, "text")]


def test_bars_end_where_their_counts_say_and_carry_their_interval() -> None:
    spec = specification(edition(), BARS)
    bars = {str(row["tip"]).split(":")[0]: row for row in rows(spec, "rect")}
    assert bars["Afgørelsen er rigtig"]["start"] == 0
    assert bars["Afgørelsen er rigtig"]["end"] == pytest.approx(100 * 205 / 385, abs=1e-3)
    (whisker,) = [row for row in rows(spec, "rule") if row["y"] == row["y2"] and row["width"] == 1.5][:1]
    assert (whisker["x"], whisker["x2"]) == (pytest.approx(48.246753), pytest.approx(58.246753))
    assert {"53 %", "(205 af 385)", "0 %", "(0 af 385)", "ingen sager i grundlaget"} <= set(texts(spec))


def test_a_stack_is_its_parts_and_is_told_as_a_whole() -> None:
    spec = specification(edition(), STACKED)
    material, immaterial = [row for row in rows(spec, "rect") if row["tip"]]
    assert material["end"] == immaterial["start"] == pytest.approx(100 * 162 / 385, abs=1e-3)
    assert immaterial["end"] == pytest.approx(100 * 165 / 385, abs=1e-3)
    assert material["fill"] != immaterial["fill"]
    assert {"42 %", "43 %", "(165 af 385)", "Med betydning", "Uden betydning"} <= set(texts(spec))
    assert "1 %" in texts(spec)  # the piece is too narrow to be written on, so it stands beside it


def test_the_parts_of_a_whole_fill_it_and_what_cannot_be_seen_is_hatched() -> None:
    spec = specification(edition(), SHARES)
    parts = rows(spec, "rect")[:3]
    assert parts[0]["start"] == 0
    assert parts[-1]["end"] == pytest.approx(100)
    assert [part["fill"] == "#ffffff" for part in parts] == [False, False, True]
    assert any(row["colour"] == HATCH for row in rows(spec, "rule"))
    assert {"55 %", "26 %", "19 %", "(72 af 385)"} <= set(texts(spec))


def test_what_no_row_counts_is_added_as_not_seen() -> None:
    figure = replace(SHARES, rows=SHARES.rows[:2])
    assert {"Kan ikke ses", "(72 af 385)"} <= set(texts(specification(edition(), figure)))
    assert alt_text(edition(), figure).endswith("kan ikke ses: 72.")


def test_rows_of_different_bases_become_a_bar_each() -> None:
    figure = replace(SHARES, rows=(SHARES.rows[0], FigureRow("plan", {}, {"": "plan"})))
    spec = specification(edition(), figure)
    assert {"Ja", "Nej", "Kan ikke ses", "(58 af 84)"} <= set(texts(spec))
    ends = [row["end"] for row in rows(spec, "rect") if str(row["tip"]).startswith("Handleplan")]
    assert ends == [pytest.approx(100 * 58 / 311, abs=1e-3), pytest.approx(100 * 84 / 311, abs=1e-3), 100]


def test_the_ladder_draws_what_is_sure_and_what_may_be() -> None:
    spec = specification(edition(), LADDER)
    sure, most = [row for row in rows(spec, "rect") if row["tip"]]
    assert sure["end"] == most["start"] == pytest.approx(100 * 21 / 385, abs=1e-3)
    assert most["end"] == pytest.approx(100 * 81 / 385, abs=1e-3)
    assert {"1", "2", "Alder", "ikke registreret", "5,5-21,0 %", "21 af 385, 60 ukendt"} <= set(texts(spec))


@pytest.mark.parametrize(("figure", "narrow"), BOTH)
def test_altair_takes_every_chart(figure: object, narrow: bool) -> None:
    assert chart(edition(), figure, narrow).to_dict()["layer"]  # type: ignore[arg-type]


@pytest.mark.parametrize(("figure", "narrow"), BOTH)
def test_no_words_leave_the_picture_or_meet(figure: object, narrow: bool) -> None:
    long = {
        id: replace(item, label={"da": f"{item.label['da']} {'med en meget lang betegnelse ' * 3}"})
        for id, item in edition().measures.items()
    }
    spec = specification(edition(measures=long, conditions=()), figure, narrow)  # type: ignore[arg-type]
    scale = next(layer["encoding"]["x"]["scale"] for layer in spec["layer"])
    (low, high), (left, right) = scale["domain"], scale["range"]
    boxes = []
    for layer in spec["layer"]:
        if layer["mark"]["type"] != "text":
            continue
        for row in layer["data"]["values"]:
            width = fonts.text_width(row["text"], row["size"], row["bold"])
            at = left + (row["x"] - low) / (high - low) * (right - left)
            start = at - {"left": 0, "center": width / 2, "right": width}[row["align"]]
            assert start >= -1.5, row
            assert start + width <= spec["width"] + 1.5, row
            boxes.append(
                (start, start + width, row["y"] - row["size"] / 2, row["y"] + row["size"] / 2, row["text"])
            )
            assert row["y"] + row["size"] / 2 <= spec["height"] + 1
    for number, a in enumerate(boxes):
        for b in boxes[number + 1 :]:
            apart = a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] + 1 or b[3] <= a[2] + 1
            assert apart, (a, b)


def test_the_axis_is_the_nearest_that_holds_the_highest() -> None:
    assert [axis_limit(value) for value in (0, 10, 10.1, 43, 59, 61, 99, 100)] == [
        10,
        10,
        20,
        50,
        60,
        80,
        100,
        100,
    ]


@pytest.mark.parametrize(
    ("counts", "unknown"),
    [
        (Compare("!=", StateOf("q"), Literal("answered")), True),
        (OneOf(StateOf("q"), (Literal("cannot_be_seen"), Literal("not_answered"))), True),
        (Compare("==", StateOf("q"), Literal("answered")), False),
        (OneOf(StateOf("q"), (Literal("answered"), Literal("not_relevant"))), False),
        (And((Compare("==", StateOf("q"), Literal("answered")), Ref("q"))), False),
        (Ref("q"), False),
        (TRUE, False),
        (None, False),
    ],
)
def test_a_part_is_unknown_when_only_a_state_tells_it(counts: Node | None, unknown: bool) -> None:
    assert is_unknown(counts) is unknown


def test_pictures_are_the_same_each_time_and_stand_alone_with_origin() -> None:
    for figure in FIGURES:
        assert svg(edition(), figure) == svg(edition(), figure)
        assert "Rekonstruerede" not in svg(edition(), figure)
        alone = re.sub(r"<[^>]*>", " ", standalone_svg(edition(), figure, ["Note."], "I ord."))
        for told in ("Rekonstruerede data", "KLADDE", "Eksempelstyrelsen", "20. december 2022", "I ord."):
            assert told in " ".join(alone.split())


def test_labels_cannot_break_out_of_a_picture() -> None:
    hostile = '</text><script>alert("x")</script>&'
    measures = {id: replace(item, label={"da": hostile}) for id, item in edition().measures.items()}
    for picture in (
        svg(edition(measures=measures), BARS),
        standalone_svg(edition(measures=measures, source=hostile), BARS, [hostile], hostile),
    ):
        assert "<script" not in picture


def test_alt_text_tells_every_number() -> None:
    assert alt_text(edition(), STACKED) == (
        "Søjlediagram med delte søjler. Utilstrækkelig sagsoplysning: 43 % (165 af 385), heraf med betydning "
        "42 % og uden betydning 1 %."
    )
    assert alt_text(edition(), LADDER) == (
        "Stige med 2 trin. Trin 1, Alder: ikke registreret. Trin 2, Kan ikke færdes alene: 5,5-21,0 % "
        "(21 af 385, 60 ukendt)."
    )


def test_notes_tell_base_generalisability_and_intervals() -> None:
    assert figure_notes(edition(), BARS) == (
        "Note: Figuren bygger på 385 sager (Begrundelse: 92; Sager, som ingen har: 0). "
        "En note om grundlaget.",
        "Ikke generaliserbar: for få sager",
        "Stregerne viser 95-procents-intervaller, regnet som om sagerne var trukket tilfældigt.",
    )
    assert figure_notes(edition(), SHARES) == ("Note: Figuren bygger på 385 sager. En note om grundlaget.",)
    drawn = edition(results=ResultSet(cells(generalisable="yes")))
    assert figure_notes(drawn, BARS)[-1] == "Stregerne viser 95-procents-intervaller."


def test_the_table_under_a_figure() -> None:
    table = figure_table(edition(), BARS)
    assert [column.label for column in table.columns] == [
        "Mål",
        "Antal",
        "Base",
        "Resultat",
        "95 %-interval",
        "Ukendt",
        "Generaliserbar",
        "Sikkerhed (NCHS)",
    ]
    told = [[cell.text for cell in row] for row in table.rows]
    assert told[0] == ["Afgørelsen er rigtig", "205", "385", "53 %", "48-58", "0", "nej", "vis"]
    assert told[3] == ["Sager, som ingen har", "–", "0", "–", "–", "0", "nej", ""]
    assert table.rows[0][3].value == Decimal("53.246753246753")  # a spreadsheet rounds it, once
    unknown = figure_table(edition(), SHARES)
    plan = next(row for row in unknown.rows if row[0].text == "Handleplan tilbudt")
    assert [cell.text for cell in plan] == [
        "Handleplan tilbudt", "58", "84", "311", "69 %", "64-74", "227", "18,6-91,6", "betinget", "vis",
    ]  # fmt: skip
    weeks = next(row for row in unknown.rows if row[0].text == "Overskridelse i gennemsnit")
    assert (weeks[1].text, weeks[4].text, weeks[4].value) == ("101", "11,5 uger", Decimal("11.500707213579"))


def test_the_csv_holds_counts_origin_and_no_formula() -> None:
    measures = {id: replace(item, label={"da": "=1+1"}) for id, item in edition().measures.items()}
    read = list(csv.DictReader(io.StringIO(figure_csv(edition(measures=measures), BARS))))
    assert tuple(read[0]) == CSV_HEADER
    assert {row["tekst"] for row in read} == {"'=1+1"}
    assert {row["oprindelse"][:14] for row in read} == {"Rekonstruerede"}
    assert {row["status"] for row in read} == {"KLADDE"}
    assert (read[0]["antal"], read[0]["base"], read[0]["resultat"]) == ("205", "385", "53.246753")
    assert (read[3]["antal"], read[3]["resultat"], read[3]["interval_nedre"]) == ("", "", "")


def test_definitions_stand_once_and_classes_are_kept_apart() -> None:
    tables = definition_tables(edition())
    labels = [row[0].text for table in tables for row in table.rows]
    assert sorted(labels) == sorted(item.label["da"] for item in edition().measures.values())
    assert [len(table.rows) for table in requirement_tables(edition())] == [1, 1]


def test_law_is_kept_on_one_line() -> None:
    assert kept_together("jf. § 24, stk. 1, af 26. april") == "jf. §\u00a024, stk.\u00a01, af 26.\u00a0april"
    (legal, _) = requirement_tables(edition())
    assert legal.rows[0][1].text == "forvaltningsloven §\u00a024, stk.\u00a01"


def test_a_figure_has_all_that_pages_need() -> None:
    content = contents(edition(), LADDER)
    assert (content.caption, content.stem) == ("Hvor knækker det?", "figurer/ladder")
    assert contents(edition(), BARS).stem == "figurer/figur_1"
    assert content.wide != content.narrow


@given(st.lists(st.text("abc -", max_size=40), min_size=2, max_size=6), st.data())
def test_columns_fill_the_page_and_hold_their_longest_word(heads: list[str], data: st.DataObject) -> None:
    weights = st.floats(0.5, 4, allow_nan=False)
    columns = tuple(Column(head or "x", weight=data.draw(weights)) for head in heads)
    row = tuple(TableCell(data.draw(st.text("abc def", max_size=60))) for _ in heads)
    table = Table("", columns, (row,))
    widths = column_widths(table, 8)
    assert sum(widths) == pytest.approx(PAGE, abs=0.1)
    if fits(table, 8):
        for width, column, cell in zip(widths, columns, row, strict=True):
            for word in (*column.label.split(), *cell.text.split()):
                pieces = word.replace("-", "- ").split()
                assert all(fonts.text_width(piece, 8) + 2 * INSET <= width + 0.1 for piece in pieces)


def test_words_too_long_for_the_page_are_divided() -> None:
    table = Table("", (Column("a"), Column("b", weight=3)), ((TableCell("x" * 90), TableCell("y" * 90)),))
    assert not fits(table, 8)
    assert column_widths(table, 8) == pytest.approx((PAGE / 4, PAGE * 3 / 4), abs=0.01)


def test_lines_break_between_words() -> None:
    lines = fonts.wrap("Ledsagelse uden socialpædagogisk indhold", 150, 14)
    assert " ".join(lines) == "Ledsagelse uden socialpædagogisk indhold"
    assert all(fonts.text_width(line, 14) <= 150 for line in lines)
    assert len(lines) > 1
    assert fonts.wrap("Sagsbehandlingsfristberegning", 10, 14) == ("Sagsbehandlingsfristberegning",)

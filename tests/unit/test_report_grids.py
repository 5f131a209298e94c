"""Statistical tables and the figures of registers: what stands where, what a text may bind, what charts draw."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pytest
from pdfua import Severity, validate

from sagsbarometer.appeals.layouts.expand import expand
from sagsbarometer.appeals.layouts.layout import Layout, load_layout
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import ResultSet, ref
from sagsbarometer.measures.grid import GridRow, Place
from sagsbarometer.measures.measure import Break, FigureRow
from sagsbarometer.reporting.charts import fonts
from sagsbarometer.reporting.charts.charts import alt_text, chart, specification, standalone_svg, svg
from sagsbarometer.reporting.charts.figure import figure_notes
from sagsbarometer.reporting.charts.scene import Spec
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Number, Paragraph, RowKind, Table, plain, walk
from sagsbarometer.reporting.files import check_texts, read_sources, read_texts, write_documents
from sagsbarometer.reporting.tables.grid_csv import grid_cells_csv, grid_csv
from sagsbarometer.reporting.tables.grid_table import grid_table
from sagsbarometer.reporting.tables.lists import condition_tables, definition_tables
from sagsbarometer.reporting.tables.table import figure_table
from sagsbarometer.reporting.texts.text import check_report, read_report
from sagsbarometer.reporting.writers.columns import PAGE, column_widths
from sagsbarometer.reporting.writers.divide import SOFT, divided
from sagsbarometer.reporting.writers.html_table import table_html
from sagsbarometer.reporting.writers.pdf_table import table_typst
from sagsbarometer.reporting.writers.xlsx import write_tables
from sagsbarometer.runs.appeals_edition import build_register_edition, every_table, register_texts
from sagsbarometer.runs.exports import exports
from sagsbarometer.runs.index import index_page
from sagsbarometer.runs.report_files import in_language
from tests.conftest import ROOT
from tests.register_reports_in_tests import (
    BY_AREA,
    FIGURES,
    FLOW,
    ONE,
    OVER_TIME,
    RATES,
    REPORT,
    STEPS,
    TOPIC,
    cases,
    cells,
    edition,
    exact,
    rate,
)
from tests.registers_in_tests import CATALOGUE, MEASURES, case, results

FACTS = "Undersøgelsesprincippet (officialprincippet)"
HEAD = "---\ntitle: En titel\n---\n\n"


def told(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def texts(spec: Spec) -> list[str]:
    layers = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    return [str(row["text"]) for layer in layers for row in layer["data"]["values"]]


def problems(body: str) -> list[tuple[str, int | None]]:
    _, found = check_report(HEAD + body, "report.md", edition())
    return [(item.code.removeprefix("RAPPORT-"), (item.place.line or 0) - 4) for item in found]


def words(body: str) -> str:
    document = read_report(HEAD + body, "report.md", edition())[0]
    return "".join(getattr(item, "text", "") for item in document.blocks[0].children)  # type: ignore[union-attr]


# --- The table as printed ---


def test_a_table_prints_its_numbers_as_danes_write_them() -> None:
    table = grid_table(edition(), BY_AREA)
    assert table.caption == "Tabel 9.1: Sager efter lovområde"
    assert told(table) == [
        ["I alt", "1.000", "38", "1.000", "39", "2.808", "45"],
        ["Serviceloven", "1.000", "38", "1.000", "39", "500", "46"],
        ["Barnets lov", "–", "–", "–", "–", "2.300", "44"],
        ["Friplejeboligloven*", "–", "–", "–", "–", "8", "38"],
        ["Heraf:", "", "", "", "", "", ""],
        ["Bortfaldne", "100", "–", "110", "–", "300", "–"],
    ]
    assert table.kinds == (
        RowKind.TOTAL,
        RowKind.PART,
        RowKind.PART,
        RowKind.PART,
        RowKind.HEADING,
        RowKind.PLAIN,
    )
    assert table.heads == (("", 1), ("2022", 2), ("2023", 2), ("2024", 2))


def test_a_row_with_parts_under_it_is_a_group_and_others_are_not() -> None:
    total, area, *_ = BY_AREA.rows
    grid = replace(BY_AREA, rows=(total, replace(area, level=1), replace(area, id="part", level=2)))
    assert grid_table(edition(), grid).kinds == (RowKind.TOTAL, RowKind.GROUP, RowKind.PART)
    grid = replace(grid, rows=(total, replace(area, level=1), replace(area, id="next", level=1)))
    assert grid_table(edition(), grid).kinds == (RowKind.TOTAL, RowKind.PLAIN, RowKind.PLAIN)


def test_a_percentage_has_a_sign_only_where_no_head_says_procent() -> None:
    assert grid_table(edition(), TOPIC).rows[0][3].text == "40 %"
    only = replace(TOPIC, rows=TOPIC.rows[:1])
    assert grid_table(edition(), only).rows[0][3].text == "40 %"
    named = replace(only, title={"da": "Omgørelsesprocent for et emne"})
    assert grid_table(edition(), named).rows[0][3].text == "40"
    mixed = replace(TOPIC, title={"da": "Omgørelsesprocent for et emne"})
    assert grid_table(edition(), mixed).rows[0][3].text == "40 %"


def test_a_share_of_few_cases_is_marked_and_the_note_says_what_few_is() -> None:
    table = grid_table(edition(), BY_AREA)
    marked = [(row[0].text, number) for row in table.rows for number, cell in enumerate(row) if cell.mark]
    assert marked == [("Friplejeboligloven*", 6)]  # 8 cases; the count itself is certain
    assert [note for note in table.notes if note.startswith("†")] == [
        "† Få sager: Procenten er regnet af færre end 10 sager, så en enkelt sag flytter den med over 10 procentpoint."
    ]
    at_the_limit = edition(few_cases=8)
    assert not [note for note in grid_table(at_the_limit, BY_AREA).notes if note.startswith("†")]


def test_the_largest_is_told_by_its_words_and_its_number_and_twins_both() -> None:
    keyword, number = grid_table(edition(), TOPIC).rows[1:3]
    assert [cell.text for cell in keyword[1:]] == [FACTS, f"{FACTS} og Begrundelse", "Begrundelse"]
    assert [cell.text for cell in number[1:]] == ["190", "150", "230"]
    none = ResultSet(tuple(replace(cell, numerator=0, value=exact(0, 1)) for cell in cells()))
    assert [cell.text for cell in grid_table(edition(results=none), TOPIC).rows[1][1:]] == ["–"] * 3


def test_words_that_repeat_stand_once_across_their_columns() -> None:
    alike = replace(TOPIC, rows=(replace(TOPIC.rows[1], places=(TOPIC.rows[1].places[0],) * 3),))
    row = grid_table(edition(), alike).rows[0]
    assert [(cell.text, cell.span) for cell in row[1:]] == [
        (FACTS, 3),
        (FACTS, 0),
        (FACTS, 0),
    ]
    assert '<td class="words" colspan="3">' in table_html(grid_table(edition(), alike))
    # Numbers that happen to be alike stay in their columns.
    same = replace(TOPIC, rows=(replace(TOPIC.rows[0], places=(TOPIC.rows[0].places[2],) * 3),))
    assert [cell.span for cell in grid_table(edition(), same).rows[0]] == [1, 1, 1, 1]


def test_what_is_unknown_is_told_as_the_least_and_the_most() -> None:
    table = grid_table(edition(), TOPIC)
    count, timely = table.rows[2][3], table.rows[3][3]
    assert (count.text, count.under, count.value) == ("230", "højst 270", 230)
    assert (timely.text, timely.under, timely.value) == ("75 %", "60,0-80,0", exact(60, 80))
    assert any("højst" in note for note in table.notes)
    assert any("to tal under en procent" in note for note in table.notes)
    assert table.rows[4][3].text == "–"
    assert not any("højst" in note for note in grid_table(edition(), BY_AREA).notes)


def test_a_count_that_may_be_larger_has_the_most_beside_it_as_data() -> None:
    read = list(csv.reader(io.StringIO(grid_csv(edition(), TOPIC))))
    (most,) = [number for number, head in enumerate(read[0]) if head.endswith(", højst")]
    assert (read[3][most - 1], read[3][most]) == ("230", "270")
    assert {row[most] for row in read[1:]} == {"", "270"}
    assert not [head for row in [next(csv.reader(io.StringIO(grid_csv(edition(), BY_AREA))))] for head in row
                if head.endswith("højst")]  # fmt: skip
    table = grid_table(edition(), TOPIC)
    count = table.rows[2][3]
    assert count.high == 270
    assert count.format == "#,##0"
    book = openpyxl.load_workbook(io.BytesIO(write_tables(edition(), [("Emne", table)])))
    rows = list(book["Emne"].iter_rows(values_only=True))
    head = next(row for row in rows if any(str(item).endswith(", højst") for item in row))
    (at,) = [number for number, item in enumerate(head) if str(item).endswith(", højst")]
    assert [(row[at - 1], row[at]) for row in rows if row[at] == 270] == [(230, 270)]


def test_cases_that_may_belong_to_any_row_are_told_once() -> None:
    def made(*unknown: int) -> Table:
        refs = [ref("merits", f"law_area=a{number}", "", "2024") for number, _ in enumerate(unknown)]
        found = [cases("merits", 7, f"law_area=a{n}", "2024", None, some) for n, some in enumerate(unknown)]
        rows = tuple(
            GridRow(f"r{n}", {"da": "x"}, 1, (Place((key,), "count"),)) for n, key in enumerate(refs)
        )
        grid = replace(BY_AREA, columns=BY_AREA.columns[:1], rows=rows, note={})
        return grid_table(edition(results=ResultSet(tuple(found))), grid)

    alike = made(900, 900, 900, 900, 900)
    assert {row[1].under for row in alike.rows} == {""}
    assert alike.notes[0].startswith("I 900 sager er det ikke registreret, hvilken række de hører til.")
    assert [row[1].under for row in made(900, 900, 900, 900, 901).rows][-1] == "højst 908"
    assert {row[1].under for row in made(900, 900).rows} == {"højst 907"}
    assert not any("hvilken række" in note for note in made(0, 0, 0, 0, 0).notes)


def test_notes_bind_numbers_and_end_with_day_origin_and_draft() -> None:
    notes = grid_table(edition(), BY_AREA).notes
    assert notes[0] == "Bortfaldne er ikke med i de 2.808 sager."
    assert notes[1] == "* Efter §\u00a05, stk.\u00a02."
    assert notes[-1] == (
        "KLADDE. Kilde: Eksempelstyrelsen. Data som registreret pr. 11. april 2025. Rekonstruerede data: bygget af "
        "offentliggjorte tal, ikke de rigtige sager."
    )
    loose = replace(BY_AREA, note={"da": "I 12 sager."})
    with pytest.raises(Faults) as raised:
        grid_table(edition(grids=(loose,)), loose)
    assert [problem.place.file for problem in raised.value.problems] == ["layoutet, by_area, note"]


def test_a_faulty_note_is_told_once_however_often_the_table_is_shown() -> None:
    loose = edition(grids=(replace(BY_AREA, note={"da": "I 12 sager."}), TOPIC))
    _, found = read_sources(
        loose, [("a.md", HEAD + "::table by_area\n"), ("b.md", HEAD + "::table by_area\n")]
    )
    assert [problem.code for problem in found if problem.code != "RAPPORT-120"] == ["RAPPORT-106"]


# --- What a text binds ---


@pytest.mark.parametrize(
    ("bound", "printed"),
    [
        ("{by_area.total.2024_merits:count}", "2.808"),
        ("{by_area.barnets_lov.2024_reversal_rate:percent}", "44 procent"),
        ("{by_area.barnets_lov.2024_reversal_rate:of}", "1.020 ud af 2.300"),
        ("{topic.keyword.2023:label}", f"{FACTS} og Begrundelse"),
        ("{topic.keyword_cases.2024:count}", "230"),
        ("{over_time.topic.2023:percent}", "40 procent"),
        ("{flow.2024.lapsed:count}", "300"),
        ("{flow.2024:count}", "3.108"),
        ("{steps.age:unknown}", "84"),
        (
            "{by_area.barnets_lov.2024_reversal_rate - by_area.serviceloven.2023_reversal_rate:pp}",
            "5 procentpoint",
        ),
        ("{flow.2024 - flow.2023:count}", "1.998"),
        ("{over_time.total.2024 - topic.empty.2024:pp}", "– (ingen sager i grundlaget)"),
    ],
)
def test_a_text_binds_places_rows_and_differences(bound: str, printed: str) -> None:
    assert words(f"Her: {bound}") == f"Her: {printed}"


@pytest.mark.parametrize(
    ("bound", "code"),
    [
        ("{by_areas.total.2024_merits:count}", "101"),
        ("{by_area.totals.2024_merits:count}", "121"),
        ("{by_area.total.2025_merits:count}", "122"),
        ("{by_area.total:count}", "122"),
        ("{by_area.barnets_lov.2022_merits:count}", "123"),
        ("{by_area.heading.2024_merits:count}", "123"),
        ("{by_area.total.2024_merits:percent}", "104"),
        ("{by_area.total.2024_merits:label}", "104"),
        ("{over_time.topics.2024:percent}", "121"),
        ("{over_time.topic.2030:percent}", "122"),
        ("{over_time.topic:percent}", "122"),
        ("{flow.2023.lapsed - flow.2024.lapsed:count}", "203"),
        ("{flow.2024 - by_area.total.2024_reversal_rate:pp}", "104"),
        ("{flow.2024 - flow.2023:percent}", "104"),
        ("{by_area.total.2024_merits - }", "107"),
    ],
)
def test_a_name_that_leads_nowhere_is_a_fault_at_its_line(bound: str, code: str) -> None:
    assert problems(f"Først.\n\nHer: {bound}\n") == [(code, 3)]


def test_both_ends_of_a_wrong_name_are_told_and_a_proposal_is_made() -> None:
    assert problems("{by_area.x.y:count}") == [("121", 1), ("122", 1)]
    _, found = check_report(HEAD + "{by_area.barnetslov.2024_merits:count}", "report.md", edition())
    assert found[0].remedy == "Mente du barnets_lov?"


def test_a_difference_is_taken_of_the_counts_and_rounded_once() -> None:
    # 38.5 and 37.4 print as 39 and 37, but lie 1.1 apart.
    made = ResultSet(
        (rate("reversal_rate", 385, 615, "", "2024"), rate("reversal_rate", 374, 626, "", "2023"))
    )
    grid = replace(BY_AREA, rows=(BY_AREA.rows[0],), note={})
    given = edition(results=made, grids=(grid,), figures=())
    text = "{by_area.total.2024_reversal_rate - by_area.total.2023_reversal_rate:pp}"
    document = read_report(HEAD + text, "r.md", given)[0]
    block = document.blocks[0]
    assert isinstance(block, Paragraph)
    number = block.children[0]
    assert isinstance(number, Number)
    assert (number.text, number.minus) == ("1 procentpoint", "reversal_rate|||2023")


def test_words_for_a_share_are_held_against_cells_of_tables_but_not_against_differences() -> None:
    assert problems("Under halvdelen blev omgjort: {by_area.total.2024_reversal_rate:percent}.") == []
    assert problems("Over halvdelen blev omgjort: {by_area.total.2024_reversal_rate:percent}.") == [
        ("201", 1)
    ]
    apart = "{by_area.total.2024_reversal_rate - by_area.total.2022_reversal_rate:pp}"
    assert problems(f"Over halvdelen blev omgjort, {apart} mere.") == []


def test_where_no_case_has_a_word_a_dash_stands_for_it() -> None:
    none = ResultSet(tuple(replace(cell, numerator=0, value=exact(0, 1)) for cell in cells()))
    text = HEAD + "»{topic.keyword.2022:label}« i {topic.keyword_cases.2022:count}"
    block = read_report(text, "report.md", edition(results=none))[0].blocks[0]
    assert isinstance(block, Paragraph)
    assert plain(block.children) == "»–« i 0"


def shipped(name: str, registrations: list[dict[str, Any]], language: str = "da") -> tuple[Layout, Edition]:
    """A layout that is shipped, with a register of these cases."""
    layout = load_layout(ROOT / "layouts" / name, MEASURES, CATALOGUE)
    sheets = expand(layout, {})
    made = ResultSet(results(layout, registrations).cells, {"origin": "synthetic", "data_date": "2025-04-11"})
    return layout, build_register_edition(
        title=layout.title,
        source=layout.source,
        selection=layout.selection,
        few_cases=layout.few_cases,
        results=made,
        measures=layout.measures,
        figures=sheets.figures,
        grids=sheets.grids,
        catalogue=CATALOGUE,
        given=layout.given,
        language=language,
    )


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("rows", [0, 1, 40])
@pytest.mark.parametrize("name", ["annual_report_2024", "legal_certainty_2026", "knowledge_collection_2022"])
def test_shipped_texts_can_be_read_with_any_register(name: str, rows: int, language: str) -> None:
    outcomes = ("upheld", "remitted", "lapsed", None)
    decided = [
        case(
            case_id=str(number),
            decided_on=date(2019 + number % 6, 5, 5),
            outcome=outcomes[number % 4],
            law_area="serviceloven",
            case_subject="voksne_ledsageordning_97",
        )
        for number in range(rows)
    ]
    layout, given = shipped(name, decided, language)
    texts = in_language(register_texts(given, layout.texts), language)
    documents, found = read_sources(given, texts)
    assert len(documents) == len(texts) == len(layout.texts) / 2 > 0
    # Words such as "flere" and "højere" may not fit other numbers; nothing else is to be said.
    assert {problem.code for problem in found} <= {"RAPPORT-201", "RAPPORT-203"}
    assert all(specification(given, figure)["layer"] for figure in given.figures)
    assert all(figure_notes(given, figure) for figure in given.figures)


def test_a_register_with_conditions_shows_where_it_breaks() -> None:
    """Five reversed cases on lost earnings: two failed on the hours, one on the care, of two nobody knows."""
    failed = ["hours", "hours", "uncovered_care_need", None, None]
    rows = [
        case(
            case_id=str(number),
            decided_on=date(2023 + number % 2, 5, 5),
            outcome="remitted",
            law_area=("serviceloven", "barnets_lov")[number % 2],
            case_subject=(
                "tabt_arbejdsfortjeneste_42_43_tilbagebetaling",
                "social_tabt_arbejdsfortjeneste_87_88",
            )[number % 2],
            condition=f"barnets_lov/87/{step}" if step else None,
        )
        for number, step in enumerate(failed)
    ]
    _, given = shipped("legal_certainty_2026", rows)
    ladder = given.figure("ladder_lost_earnings")
    assert ladder is not None
    told = alt_text(given, ladder)
    assert "Trin 5, Antal timer: 40,0-80,0 % (2 af 5, 2 ukendt)" in told
    assert "Trin 2, Udækket pasningsbehov: 20,0-60,0 % (1 af 5, 2 ukendt)" in told
    assert "Trin 6, Timesats: 0,0-40,0 % (0 af 5, 2 ukendt)" in told
    assert not any("Ikke registreret" in note for note in figure_notes(given, ladder))
    other = given.figure("ladder_home_training")
    assert other is not None
    assert "ingen sager i grundlaget" in alt_text(given, other)


# --- What a text places ---


def test_a_whole_text_places_tables_figures_and_conditions() -> None:
    document, warnings = read_report(REPORT, "report.md", edition())
    assert warnings == ()
    tables = [block for block in walk(document.blocks) if isinstance(block, Table)]
    assert [table.grid for table in tables if table.grid] == ["by_area", "topic"]
    assert tables[0].anchor == "fig-by_area"
    assert any(table.caption == "Principmeddelelser, der binder vurderingen" for table in tables)


def test_a_table_is_placed_once_and_must_be_there_to_be_pointed_to() -> None:
    assert problems("::table by_area\n\n::table by_area\n") == [("114", 3)]
    assert problems("Se [@by_area].") == [("113", 1)]
    assert problems("::table by_areas") == [("101", 1)]
    assert problems("::conditions law/9") == [("124", 1)]


def test_a_table_without_its_numbers_is_a_fault_that_names_a_few_of_them() -> None:
    lacking = edition(results=ResultSet(tuple(cell for cell in cells() if cell.result != "merits")))
    _, found = check_report(HEAD + "::table by_area\n", "report.md", lacking)
    assert {problem.code for problem in found} == {"RAPPORT-105"}
    assert len(found) == 5
    assert "merits|||2022" in found[0].fault


def test_tables_and_figures_that_no_text_shows_are_told() -> None:
    _, found = read_sources(edition(), [("a.md", HEAD + "::table by_area\n")])
    assert [problem.fault for problem in found][-1] == "Tabellen topic står ikke i nogen tekst."
    assert len(found) == len(FIGURES) + 1


def test_conditions_of_one_provision_stand_with_what_is_hard_and_the_decisions() -> None:
    conditions, decisions = condition_tables(edition().conditions_of("law/1"))
    assert [column.label for column in conditions.columns] == [
        "Betingelse", "Hvad der skal vurderes", "Hvad der er svært", "Kilde",
    ]  # fmt: skip
    assert [row[2].text for row in conditions.rows] == ["–", "Svært."]
    assert [[cell.text for cell in row] for row in decisions.rows] == [["78-15", "1. Alder", "–", "–"]]
    (bare,) = condition_tables(edition().conditions_of("law/2"))
    assert len(bare.columns) == 3
    assert edition().conditions_of("law/") == ()


def test_without_a_text_every_table_and_figure_is_listed() -> None:
    given = edition(title='Årsstatistik 2024: "klager" {og} [andet] 12.345')
    documents, found = read_sources(given, register_texts(given, []))
    assert found == ()
    (document,) = documents
    assert document.title == 'Årsstatistik 2024: "klager" og andet 12.345'
    assert every_table(given)[1].count("::table") == 2
    assert sum(line.startswith("::figure") for line in every_table(given)[1].splitlines()) == len(FIGURES)


def test_the_first_text_is_the_report_whatever_the_others_are_called(tmp_path: Path) -> None:
    for name in ("a.md", "report.md"):
        (tmp_path / name).write_text(HEAD, encoding="utf-8")
    documents, _ = read_sources(edition(), register_texts(edition(), sorted(tmp_path.glob("*.md"))))
    assert [document.file for document in documents] == ["rapport", "a"]


def test_definitions_name_the_measures_of_tables_once() -> None:
    tables = definition_tables(edition())
    assert tables[0].caption == "Mål i tabel 9.1: Sager efter lovområde"
    labels = [row[0].text for table in tables for row in table.rows]
    assert sorted(labels) == sorted(item.label["da"] for item in edition().measures.values())
    assert [column.label for column in tables[0].columns][2] == "Regel"


# --- As data ---


def test_the_table_as_data_has_plain_numbers_and_nothing_for_a_dash() -> None:
    read = list(csv.reader(io.StringIO(grid_csv(edition(), BY_AREA))))
    assert read[0] == [
        "Lovområde", "2022 Antal", "2022 Omgørelsesprocent", "2023 Antal", "2023 Omgørelsesprocent", "2024 Antal",
        "2024 Omgørelsesprocent", "datadato", "status", "oprindelse",
    ]  # fmt: skip
    assert read[1][:7] == ["I alt", "1000", "38", "1000", "39", "2808", "45"]
    assert read[3][:7] == ["Barnets lov", "", "", "", "", "2300", "44"]
    assert read[5][:7] == ["Heraf:", "", "", "", "", "", ""]
    assert {tuple(row[7:9]) for row in read[1:]} == {("2025-04-11", "KLADDE")}


def test_the_cells_behind_a_table_tell_counts_unknown_and_few() -> None:
    read = list(csv.DictReader(io.StringIO(grid_cells_csv(edition(), TOPIC))))
    reasons = next(
        row for row in read if row["periode"] == "2024" and row["gruppe"] == "keyword=reasons;series=topic"
    )
    assert (reasons["taeller"], reasons["kendt"], reasons["ukendt"]) == ("230", "230", "40")
    (few,) = [row for row in read if row["faa_sager"]]
    assert (few["raekke_id"], few["periode"], few["taeller"], few["kendt"]) == ("rate", "2022", "4", "9")
    assert all(row["definition"] and row["oprindelse"].startswith("Rekonstruerede") for row in read)


def test_no_words_of_a_layout_become_a_formula_or_markup() -> None:
    hostile = {"da": "=1+1</th><script>alert(1)</script>#panic()"}
    rows = tuple(replace(row, label=hostile) for row in BY_AREA.rows)
    columns = tuple(replace(column, label=hostile, group=hostile) for column in BY_AREA.columns)
    grid = replace(BY_AREA, title=hostile, stub=hostile, rows=rows, columns=columns, note={})
    assert all(line.startswith("'=") for line in grid_csv(edition(), grid).splitlines())
    assert "<script" not in table_html(grid_table(edition(), grid))
    typst = table_typst(grid_table(edition(), grid))
    assert not re.findall(r"#panic", re.sub(r'"(?:[^"\\]|\\.)*"', "", typst))


# --- Heads, widths, words ---


def test_heads_say_what_they_head() -> None:
    page = table_html(replace(grid_table(edition(), BY_AREA), anchor="a"))
    assert (
        '<th scope="col" rowspan="2">Lovområde</th><th scope="colgroup" colspan="2" class="head">2022</th>'
        in page
    )
    assert '<tr class="heading"><th scope="rowgroup" colspan="7">Heraf:</th></tr>' in page
    assert page.count("<tbody>") == 2
    assert '<tr class="total"><th scope="row">I alt</th>' in page
    assert '<td class="figures">38<span class="sign">†</span></td>' in page
    assert '<span class="under">højst 270</span>' in table_html(grid_table(edition(), TOPIC))
    typst = table_typst(replace(grid_table(edition(), BY_AREA), anchor="a"))
    assert "heads: 2" in typst
    assert "heads: 1" in table_typst(grid_table(edition(), TOPIC))


def test_only_a_long_table_keeps_its_head_in_sight() -> None:
    table = grid_table(edition(), BY_AREA)
    assert 'class="table grid"' in table_html(table)
    long = replace(BY_AREA, rows=tuple(replace(BY_AREA.rows[1], id=f"r{n}") for n in range(50)))
    assert 'class="table grid long' in table_html(grid_table(edition(), long))


@pytest.mark.parametrize("grid", [BY_AREA, TOPIC])
def test_columns_of_a_table_fill_the_page(grid: object) -> None:
    widths = column_widths(grid_table(edition(), grid), 7.5)  # type: ignore[arg-type]
    assert sum(widths) == pytest.approx(PAGE, abs=0.1)


def test_long_words_may_be_divided_where_their_parts_meet() -> None:
    assert divided("Realitetsbehandlede sager") == f"Realitets{SOFT}behandlede sager"
    assert divided("Omgørelsesprocent") == f"Omgørelses{SOFT}procent"
    assert divided("Undersøgelsesprincippet (officialprincippet)").count(SOFT) == 2
    assert divided("Procent Hjemvist Serviceloven") == f"Procent Hjemvist Service{SOFT}loven"


# --- Charts ---

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


# --- Files ---


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "report.md").write_text(REPORT, encoding="utf-8")
    documents, found = read_texts(edition(), [folder / "report.md"])
    assert found == ()
    made = write_documents(edition(), documents)
    assert made == write_documents(edition(), documents)
    made |= exports(edition())
    made["index.html"] = index_page(edition(), {item.file: item.title for item in documents}, made).encode()
    return made


def test_every_table_is_a_sheet_with_numbers_and_two_data_files(files: dict[str, bytes]) -> None:
    assert {"tabeller/tabel_9_1.csv", "tabeller/tabel_9_1_celler.csv", "tabeller/tabel_9_2.csv"} <= set(files)
    book = openpyxl.load_workbook(io.BytesIO(files["tabeller.xlsx"]))
    assert book.sheetnames[:4] == ["Læs mig", "Tabel 9.1", "Tabel 9.2", "Figur 1"]
    sheet = book["Tabel 9.1"]
    (table,) = sheet.tables.values()
    first, total, *_ = sheet[table.ref]
    assert [cell.value for cell in first][:3] == ["Lovområde", "2022 Antal", "2022 Omgørelsesprocent"]
    assert [cell.value for cell in total][1:3] == [1000, 38]
    assert total[1].number_format == "#,##0"
    assert total[0].font.b
    few = next(row for row in sheet[table.ref] if row[0].value == "Friplejeboligloven*")
    assert (few[6].value, few[6].number_format) == (37.5, '0"†"')
    assert "Data som registreret pr. 11. april 2025" in " ".join(
        str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value
    )
    read_me = [cell.value for row in book["Læs mig"].iter_rows() for cell in row]
    assert "11. april 2025" in read_me
    assert "95 %-interval" not in read_me


def test_the_pdf_of_tables_is_accessible_and_marked(files: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "prove.pdf"
    path.write_bytes(files["prove.pdf"])
    report = validate(str(path))
    assert [item for item in report.findings if item.severity is Severity.ERROR] == []
    assert report.exit_code == 0
    with pikepdf.open(path) as opened:
        assert "/StructTreeRoot" in opened.Root


def test_the_front_page_leads_to_every_table(files: dict[str, bytes]) -> None:
    linked = set(re.findall(r'href="([^"]+)"', files["index.html"].decode()))
    assert linked == (set(files) - {"index.html"}) | {"manifest.json"}


def test_texts_are_checked_without_drawing(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text(REPORT, encoding="utf-8")
    assert check_texts(edition(), [tmp_path / "report.md"]) == ()


def test_a_key_is_read_back_by_its_parts() -> None:
    given = edition()
    key = ref("reversal_rate", "law_area=serviceloven", "", "2024")
    assert given.cell(key).numerator == 230
    assert given.measure(key) is given.measures["reversal_rate"]
    assert given.has_cell(key)
    assert not given.has_cell(key.replace("2024", "2025"))

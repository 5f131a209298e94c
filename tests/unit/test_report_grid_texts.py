"""Texts about the tables of registers: what they may bind, and what they place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sagsbarometer.appeals.layouts.expand import expand
from sagsbarometer.appeals.layouts.layout import Layout, load_layout
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.reporting.charts.charts import alt_text, specification
from sagsbarometer.reporting.charts.figure import figure_notes
from sagsbarometer.reporting.charts.scene import Spec
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Number, Paragraph, Table, plain, walk
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.reporting.tables.lists import condition_tables, definition_tables
from sagsbarometer.reporting.texts.text import check_report
from sagsbarometer.runs.appeals_edition import build_register_edition, every_table, register_texts
from sagsbarometer.runs.report_files import in_language
from tests.conftest import ROOT
from tests.register_reports_in_tests import (
    BY_AREA,
    FIGURES,
    REPORT,
    cells,
    edition,
    exact,
    rate,
)
from tests.registers_in_tests import CATALOGUE, MEASURES, case, results
from tests.reports_in_tests import read_report

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

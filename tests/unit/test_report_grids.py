"""Statistical tables of registers: what stands where, as printed and as data."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import openpyxl
import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import ResultSet, ref
from sagsbarometer.measures.grid import GridRow, Place
from sagsbarometer.reporting.document import RowKind, Table
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.reporting.tables.grid_csv import grid_cells_csv, grid_csv
from sagsbarometer.reporting.tables.grid_table import grid_table
from sagsbarometer.reporting.texts.text import check_report
from sagsbarometer.reporting.writers.columns import PAGE, column_widths
from sagsbarometer.reporting.writers.divide import SOFT, divided
from sagsbarometer.reporting.writers.html_table import table_html
from sagsbarometer.reporting.writers.pdf_table import table_typst
from sagsbarometer.reporting.writers.xlsx import write_tables
from tests.register_reports_in_tests import (
    BY_AREA,
    TOPIC,
    cases,
    cells,
    edition,
    exact,
)
from tests.reports_in_tests import read_report

FACTS = "Undersøgelsesprincippet (officialprincippet)"
HEAD = "---\ntitle: En titel\n---\n\n"


def told(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


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

"""A round before beside this one in statistical tables: value now, value then, the change, and what is said of it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest

from sagsbarometer.appeals.layouts.expand import expand
from sagsbarometer.appeals.layouts.layout import load_layout
from sagsbarometer.measures.cells import Cell, ResultSet, ref, withheld
from sagsbarometer.measures.grid import Grid, GridColumn, GridRow, Place
from sagsbarometer.measures.measure import Break
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Table
from sagsbarometer.reporting.files import read_sources, write_documents
from sagsbarometer.reporting.tables.grid_csv import grid_cells_csv, grid_csv
from sagsbarometer.reporting.tables.grid_table import grid_table
from tests.conftest import ROOT
from tests.register_reports_in_tests import (
    BY_AREA,
    NARROWER,
    REPORT,
    TOPIC,
    at,
    cases,
    cells,
    edition,
    rate,
)
from tests.registers_in_tests import CATALOGUE, MEASURES

DAY = "2024-04-11"
TITLE = "Klagesager, året før"


def held(*changed: Cell) -> ResultSet:
    """The numbers of the round before: the same, with others where `changed` says so."""
    new = {cell.key: cell for cell in changed}
    return ResultSet(tuple(replace(new.pop(cell.key, cell), data_date=DAY) for cell in cells()))


def earlier(results: ResultSet, **given: Any) -> Edition:
    return edition(title=TITLE, data_date=DAY, results=results, **given)


def with_round(*changed: Cell, **given: Any) -> Edition:
    return edition(before=earlier(held(*changed)), **given)


def under(table: Table, row: int, column: int) -> tuple[str, ...]:
    """What stands under a number."""
    return table.rows[row][column].lines


# 2024 in all now: 2808 on the merits, 1253 reversed: 44,62 percent.
THEN = (cases("merits", 2700, "", "2024", 3000), rate("reversal_rate", 1350, 1350, "", "2024"))


def test_without_a_round_before_the_table_is_as_it_was() -> None:
    table = grid_table(edition(), BY_AREA)
    assert all(cell.earlier is None for row in table.rows for cell in row)
    assert not any("runde" in note for note in table.notes)


def test_the_number_then_and_the_change_stand_under_the_number_now() -> None:
    table = grid_table(with_round(*THEN), BY_AREA)
    assert table.rows[0][5].text == "2.808"
    assert under(table, 0, 5) == ("før 2.700", "+108")
    assert under(table, 0, 6) == ("før 50", "−5 pp")  # of the exact shares, −5,38, and rounded once
    assert under(table, 0, 1) == ("før 1.000", "±0")
    assert any(note.startswith(f"Under hvert tal står det samme tal i forrige runde, {TITLE}, data pr. 11. april 2024")
               for note in table.notes)  # fmt: skip
    assert any("registreret og rettet siden" in note for note in table.notes)


def test_english_has_its_own_words() -> None:
    of = with_round(*THEN, language="en")
    table = grid_table(replace(of, before=replace(of.before, language="en")), BY_AREA)  # type: ignore[type-var]
    assert under(table, 0, 5) == ("before 2,700", "+108")
    assert any(
        note.startswith("Under each number stands the same number in the previous round")
        for note in table.notes
    )


@pytest.mark.parametrize("gone", ["now", "then", "both"])
def test_withheld_in_either_round_the_change_is_withheld(gone: str) -> None:
    """Given the number now and the change, anybody has the number then."""
    results = held(*THEN)
    now = ResultSet(cells())
    if gone in ("then", "both"):
        results = ResultSet(tuple(withheld(cell) if cell.key == THEN[1].key else cell for cell in results))
    if gone in ("now", "both"):
        now = ResultSet(tuple(withheld(cell) if cell.key == THEN[1].key else cell for cell in now))
    of = edition(results=now, before=earlier(results))
    table = grid_table(of, BY_AREA)
    lines = under(table, 0, 6)
    assert lines == ("før 50" if gone == "now" else "før [c]", "[c]")
    assert table.rows[0][6].earlier is not None
    assert table.rows[0][6].earlier.change.value is None
    assert any("[c] betyder" in note for note in table.notes)
    line = next(csv.reader(io.StringIO(grid_csv(of, BY_AREA).split("\n", 1)[1])))
    head = next(csv.reader(io.StringIO(grid_csv(of, BY_AREA))))
    assert line[head.index("2024 Omgørelsesprocent, ændring")] == "[c]"


def test_another_definition_is_marked_and_has_no_change() -> None:
    table = grid_table(with_round(replace(THEN[1], definition="another")), BY_AREA)
    assert under(table, 0, 6) == ("før 50¤",)
    assert any(note.startswith("¤ Regnet efter en anden definition") for note in table.notes)


def test_what_is_only_the_least_it_can_be_has_no_change() -> None:
    """40 cases of 2024 have no keyword registered: how many more there are now, nobody knows."""
    table = grid_table(with_round(cases("keyword_cases", 200, "keyword=reasons;series=topic", "2024")), TOPIC)
    assert under(table, 2, 3)[1:] == ("før 200",)
    assert any("er der ikke regnet en ændring" in note for note in table.notes)


def test_another_word_then_has_no_change_and_is_told() -> None:
    then = cases("keyword_cases", 500, "keyword=reasons;series=topic", "2022")
    table = grid_table(with_round(then), TOPIC)
    assert under(table, 1, 1) == ("før Begrundelse",)
    assert under(table, 2, 1) == ("før 500",)


def one_year(year: str, breaks: tuple[Break, ...] = ()) -> Grid:
    """A table of one year, whose columns do not name it."""
    area = "law_area=serviceloven"
    places: tuple[Place | None, ...] = (at("merits", area, year), at("reversal_rate", area, year, "percent"))
    columns = tuple(GridColumn(id, {"da": id}, {}) for id in ("Antal", "Procent"))
    row = GridRow("serviceloven", {"da": "Serviceloven"}, 1, places, breaks=breaks)
    return Grid("year", "1", {"da": "Et år"}, {}, {}, columns, (row,), {})


def of_years(breaks: tuple[Break, ...] = (), then: str = "2023") -> Edition:
    """This year's table beside one of another year: neither round has the other's numbers."""
    now = ResultSet(tuple(cell for cell in cells() if cell.period == "2024"))
    results = ResultSet(tuple(cell for cell in held() if cell.period != "2024"))
    before = earlier(results, grids=(one_year(then),), figures=())
    return edition(results=now, grids=(one_year("2024", breaks),), figures=(), before=before)


def test_last_years_table_stands_beside_this_years() -> None:
    of = of_years()
    table = grid_table(of, of.grids[0])
    assert under(table, 0, 1) == ("før 1.000", "−500")
    assert under(table, 0, 2) == ("før 39", "+7 pp")
    assert "Sammenlignet er 2024 med 2023." in table.notes


def test_a_change_of_law_between_the_two_is_told() -> None:
    """Fewer rules are counted from 2024: the two numbers are not of the same kinds of cases."""
    of = of_years((NARROWER,))
    table = grid_table(of, of.grids[0])
    assert under(table, 0, 2) == ("før 39‡", "+7 pp")
    (note,) = (note for note in table.notes if note.startswith("‡"))
    assert note == (
        "‡ Brud fra 1. januar 2024: færre regler talt med, reglen har samme indhold (Serviceloven). De to tal er ikke "
        "af de samme slags sager og kan ikke uden videre sammenlignes."
    )
    old = of_years((replace(NARROWER, date="2022-07-01"),))
    assert not any(note.startswith("‡") for note in grid_table(old, old.grids[0]).notes)


def test_a_layout_tells_which_rows_a_change_of_law_breaks() -> None:
    """The law area is counted otherwise from 2024; its single subjects are not."""
    layout = load_layout(ROOT / "layouts" / "annual_report_2024", MEASURES, CATALOGUE)
    grids = {grid.id: grid for grid in expand(layout, {}).grids}
    rows = {row.id: [item.date for item in row.breaks] for row in grids["table_4_8"].rows}
    assert rows["serviceloven"] == ["2024-01-01"]
    assert rows["voksne_ledsageordning_97"] == rows["total"] == []


def test_a_period_of_another_length_is_not_the_same_number() -> None:
    of = of_years()
    assert of.before is not None
    long = replace(of.before.grids[0], rows=(replace(of.before.grids[0].rows[0], places=(
        Place((ref("merits", "law_area=serviceloven", "", "2022/2023"),), "count"), None)),))  # fmt: skip
    more = replace(of.before.cell(ref("merits", "law_area=serviceloven", "", "2023")), period="2022/2023")
    before = replace(of.before, grids=(long,), results=ResultSet((*of.before.results, more)))
    table = grid_table(replace(of, before=before), of.grids[0])
    assert all(cell.earlier is None for cell in table.rows[0])
    assert "har ingen af tabellens tal" in " ".join(table.notes)


def test_a_row_that_the_round_before_has_not_says_so() -> None:
    results = ResultSet(tuple(cell for cell in held() if "barnets_lov" not in cell.row))
    table = grid_table(edition(before=earlier(results)), BY_AREA)
    assert under(table, 2, 5) == ("før –",)


def test_the_data_have_both_rounds() -> None:
    of = with_round(*THEN)
    head, first, *_ = list(csv.reader(io.StringIO(grid_csv(of, BY_AREA))))
    start = head.index("2024 Omgørelsesprocent")
    assert head[start : start + 3] == [
        "2024 Omgørelsesprocent",
        "2024 Omgørelsesprocent, forrige runde",
        "2024 Omgørelsesprocent, ændring",
    ]
    assert first[start : start + 3] == ["45", "50", "-5"]
    rows = list(csv.DictReader(io.StringIO(grid_cells_csv(of, BY_AREA))))
    told = next(
        row for row in rows if (row["raekke_id"], row["kolonne_id"]) == ("total", "2024_reversal_rate")
    )
    assert Decimal(told["forrige_resultat"]) == 50
    assert (told["forrige_periode"], told["forrige_definition"]) == ("2024", "samme")


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    of = with_round(*THEN)
    documents, problems = read_sources(of, [("report.md", REPORT)])
    assert documents, problems
    return write_documents(of, documents, frozenset({"html", "pdf", "docx", "xlsx"}))


def test_every_format_has_both_rounds(files: dict[str, bytes]) -> None:
    page = files["prove.html"].decode()
    assert "før <button" in page or "før <a" in page
    assert "−5 pp" in page
    book = openpyxl.load_workbook(io.BytesIO(files["tabeller.xlsx"]))
    sheet = next(
        sheet for sheet in book if any("forrige runde" in str(cell.value) for row in sheet for cell in row)
    )
    heads = [cell for row in sheet for cell in row if "2024 Omgørelsesprocent" in str(cell.value)]
    first = {head.value: sheet.cell(head.row + 1, head.column) for head in heads}
    told = {head: (cell.value, cell.number_format) for head, cell in first.items()}
    assert told["2024 Omgørelsesprocent, forrige runde"][0] == 50
    assert round(told["2024 Omgørelsesprocent, ændring"][0]) == -5
    assert "pp" in told["2024 Omgørelsesprocent, ændring"][1]
    word = docx.Document(io.BytesIO(files["prove.docx"]))
    assert any(
        "før 2.700" in cell.text and "+108" in cell.text for table in word.tables for cell in table._cells
    )
    text = "".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(files["prove.pdf"]))
    assert "før 2.700" in text
    assert "+108" in text


def test_the_number_then_opens_its_own_card(files: dict[str, bytes]) -> None:
    page = files["prove.html"].decode()
    targets = {part.partition('"')[0] for part in page.split('popovertarget="')[1:]}
    assert any("before" in target for target in targets)
    assert {target for target in targets if f'id="{target}"' not in page} == set()

"""A withheld number reaches no file: two editions that differ only in such numbers are the same to the last byte."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from sagsbarometer.kernel.problems import Faults, Level, Problem
from sagsbarometer.measures.cells import WITHHELD, Cell, ResultSet, read_csv, withheld, write_csv
from sagsbarometer.reporting.charts.charts import alt_text
from sagsbarometer.reporting.charts.figure import contents
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.files import read_sources, write_documents
from sagsbarometer.reporting.numbers import FORMATS, FormatFault, amount, difference, printed
from sagsbarometer.reporting.tables.grid_csv import grid_csv
from sagsbarometer.reporting.tables.grid_table import grid_table
from sagsbarometer.reporting.words import say
from sagsbarometer.runs.exports import exports
from tests import register_reports_in_tests, reports_in_tests
from tests.reports_in_tests import share

Track = Any
TRACKS = (reports_in_tests, register_reports_in_tests)
_TOLD = say("da", "number.withheld_note")
_SETS = 3  # each number of an edition is withheld in one of as many sets


def _marked(cell: Cell) -> Cell:
    """The cell as one that is withheld, its numbers still in it: what forgets to ask prints them. Its method is no
    number, and gone with it."""
    return replace(cell, hidden="c", interval_method=withheld(cell).interval_method)


def _other(cell: Cell) -> Cell:
    """The same with every number another."""
    more = {name: Decimal("77.123457") for name in ("value", "low", "high", "bound_low", "bound_high")}
    numbers: dict[str, Any] = {"numerator": 7919, "denominator": 8713, "unknown": 617, **more}
    if cell.unit == "cases":
        numbers["value"] = Decimal(7919)
    return replace(_marked(cell), **numbers, presentation="footnote")


def _files(edition: Edition, text: str) -> dict[str, bytes]:
    documents, problems = read_sources(edition, [("report.md", text)])
    assert not [problem for problem in problems if problem.level is Level.ERROR], problems
    cells = {"cells.csv": write_csv(edition.results.cells).encode()}
    return {**cells, **write_documents(edition, documents), **exports(edition)}


def _changed(edition: Edition, chosen: Iterable[int], how: Callable[[Cell], Cell]) -> Edition:
    wanted = set(chosen)
    cells = tuple(how(cell) if at in wanted else cell for at, cell in enumerate(edition.results))
    return replace(edition, results=ResultSet(cells))


@pytest.mark.parametrize("part", [*range(_SETS), "all"])
@pytest.mark.parametrize("track", TRACKS, ids=("reviewed", "appealed"))
def test_no_byte_of_any_file_depends_on_a_withheld_number(track: Track, part: int | str) -> None:
    edition = track.edition()
    count = len(edition.results.cells)
    chosen = range(count) if part == "all" else range(int(part), count, _SETS)
    files = _files(_changed(edition, chosen, _marked), track.REPORT)
    others = _files(_changed(edition, chosen, _other), track.REPORT)
    gone = _files(_changed(edition, chosen, withheld), track.REPORT)
    assert [name for name in files if files[name] != others[name]] == []
    assert [name for name in files if files[name] != gone[name]] == []
    suffixes = {name.rpartition(".")[2] for name in files}
    assert suffixes >= {"html", "pdf", "xlsx", "csv", "svg", "parquet"}


@pytest.mark.parametrize("track", TRACKS, ids=("reviewed", "appealed"))
def test_each_table_and_figure_with_a_withheld_number_says_so_and_what_the_sign_means(track: Track) -> None:
    edition = _changed(track.edition(), range(1000), withheld)
    for figure in edition.figures:
        shown = contents(edition, figure)
        assert WITHHELD in shown.alt
        assert WITHHELD in shown.picture
        assert WITHHELD in shown.csv
        assert _TOLD in shown.notes
        assert _TOLD in shown.table.notes
        assert WITHHELD in shown.wide
        assert WITHHELD in shown.narrow
    for grid in edition.grids:
        table = grid_table(edition, grid)
        assert _TOLD in table.notes
        assert any(cell.text == WITHHELD for row in table.rows for cell in row)
        assert not any(cell.value or cell.high for row in table.rows for cell in row)


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_prints_the_sign(format: str) -> None:
    for unit in FORMATS[format][0]:
        cell = replace(share("right", 205, 180, 3), unit=unit)
        assert printed(_marked(cell), format) == printed(withheld(cell), format) == WITHHELD
        assert printed(cell, format) != WITHHELD


def test_a_difference_of_which_one_is_withheld_is_withheld() -> None:
    known, gone = share("right", 205, 180, 0), withheld(share("defect", 165, 220, 0))
    assert difference(known, gone, "pp") == difference(gone, known, "pp") == (WITHHELD, False)
    assert amount(gone) == WITHHELD
    with pytest.raises(FormatFault):
        difference(known, gone, "weeks")


def test_the_largest_of_several_is_not_told_where_one_of_them_is_withheld() -> None:
    edition = register_reports_in_tests.edition()
    hidden = "keyword_cases|keyword=reasons;series=topic||2022"  # the smaller of the two
    protected = _changed(edition, [_at(edition, hidden)], withheld)
    table = grid_table(protected, register_reports_in_tests.TOPIC)
    words, number = (row[1].text for row in table.rows[1:3])
    assert (words, number) == (WITHHELD, WITHHELD)
    before = grid_table(edition, register_reports_in_tests.TOPIC)
    assert "Undersøgelsesprincippet" in before.rows[1][1].text
    assert WITHHELD in grid_csv(protected, register_reports_in_tests.TOPIC)


def _at(edition: Edition, ref: str) -> int:
    return [cell.ref for cell in edition.results].index(ref)


def test_a_workbook_has_the_sign_as_text_and_no_formula_and_no_hidden_sheet() -> None:
    edition = reports_in_tests.edition()
    protected = _changed(edition, [_at(edition, "right")], withheld)
    files = _files(protected, reports_in_tests.REPORT)
    name = next(name for name in files if name.endswith(".xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(files[name]))
    assert all(sheet.sheet_state == "visible" for sheet in book.worksheets)
    cells = book["Celler"]
    rows = [[cell.value for cell in row] for row in cells.iter_rows()]
    line = next(row for row in rows if row[0] == "right")
    head = next(row for row in rows if row[0] == "result")
    for column in ("numerator", "denominator", "unknown", "value", "low", "high"):
        assert line[head.index(column)] == WITHHELD
    figure = [[cell.value for cell in row] for row in book["Figur 1"].iter_rows()]
    assert next(row for row in figure if row[0] == "Afgørelsen er rigtig")[1] == WITHHELD
    assert not any(
        cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    )


def test_data_files_have_null_and_say_why() -> None:
    edition = register_reports_in_tests.edition()
    hidden = "reversal_rate|law_area=barnets_lov||2024"
    protected = _changed(edition, [_at(edition, hidden)], withheld)
    files = _files(protected, register_reports_in_tests.REPORT)
    table = pq.read_table(io.BytesIO(files["cells.parquet"])).to_pylist()
    row = next(row for row in table if row["hidden"])
    assert [row[name] for name in ("numerator", "denominator", "unknown", "value", "bound_low")] == [None] * 5
    stat = json.loads(files["tabeller/tabel_9_1.json"])
    (place,) = [at for at, status in stat["status"].items() if status == "c"]
    assert stat["value"][int(place)] is None
    assert place not in stat["extension"].get("counts", {})
    assert "c" in stat["extension"]["status"]
    again = read_csv(files["cells.csv"].decode())
    assert again == protected.results.cells


def _told(edition: Edition, sentence: str) -> list[Problem]:
    text = reports_in_tests.REPORT.replace("## Frist\n", f"## Frist\n\n{sentence}\n", 1)
    return list(read_sources(edition, [("report.md", text)])[1])


def test_the_author_is_told_of_each_sentence_whose_number_is_withheld() -> None:
    edition = reports_in_tests.edition()
    protected = _changed(edition, [_at(edition, "defect")], withheld)
    found = _told(protected, "Der er mangler i {cases.defect:percent} af sagerne.")
    assert [problem.place.line for problem in found if problem.code == "RAPPORT-211"]
    assert all(problem.level is Level.WARNING for problem in found if problem.code == "RAPPORT-211")
    assert not [problem for problem in _told(edition, "") if problem.code == "RAPPORT-211"]


@pytest.mark.parametrize("words", ["Knap halvdelen", "Langt de fleste", "En tredjedel"])
def test_words_that_tell_a_withheld_number_stop_the_report(words: str) -> None:
    edition = reports_in_tests.edition()
    protected = _changed(edition, [_at(edition, "defect")], withheld)
    found = _told(protected, f"{words} ({{cases.defect:percent}}) har mangler.")
    assert [problem.level for problem in found if problem.code == "RAPPORT-131"] == [Level.ERROR]
    assert not [item for item in _told(edition, f"{words} har mangler.") if item.code == "RAPPORT-131"]


def test_a_note_may_not_tell_a_withheld_number_in_words() -> None:
    edition = reports_in_tests.edition()
    first, *rest = edition.figures
    told = replace(first, note={"da": "Over halvdelen, {cases.right:percent}, er rigtige."})
    edition = replace(edition, figures=(told, *rest))
    contents(edition, told)
    protected = _changed(edition, [_at(edition, "right")], withheld)
    with pytest.raises(Faults) as caught:
        contents(protected, told)
    assert "RAPPORT-131" in {problem.code for problem in caught.value.problems}


def test_an_alt_text_tells_what_is_withheld_and_not_nought() -> None:
    edition = register_reports_in_tests.edition()
    protected = _changed(edition, [_at(edition, "upheld|||2024")], withheld)
    words = alt_text(protected, register_reports_in_tests.FLOW)
    assert f"stadfæstet {WITHHELD}" in words
    assert "andet eller ukendt" not in words.partition("2024: ")[2]

"""Every printed number of the appeal statistics, held against what the layouts give on the reconstructed register.

The registrations are built from these very numbers by code that knows nothing of the program, so agreement shows that
the program counts as the documents do, and nothing about the cases.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

import pytest

from sagsbarometer.appeals.cube import cubes
from sagsbarometer.appeals.layouts.expand import Sheets, expand
from sagsbarometer.appeals.layouts.layout import Layout, load_layout
from sagsbarometer.appeals.layouts.needs import views
from sagsbarometer.appeals.statistics import register_cells, seen
from sagsbarometer.kernel.rounding import percent
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.grid import Grid, Place
from sagsbarometer.measures.results import Circumstances
from sagsbarometer.runs.appeals_import import Job, import_registrations
from sagsbarometer.runs.opened_register import opened_register
from sagsbarometer.store.register import Register, read_register
from tests.registers_in_tests import CATALOGUE, MEASURES, ROOT
from tests.shared_in_tests import appeals_data

PUBLISHED = ROOT / "published"
APRIL = date(2025, 4, 11)
DRAWN_2026 = {"4.1": date(2025, 12, 10), "4.2": date(2025, 12, 10)}  # the other tables the day after
DECEMBER = date(2025, 12, 11)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """The reconstructed registrations, imported."""
    data, folder = appeals_data(tmp_path_factory), tmp_path_factory.mktemp("reconstructed")
    mapping = ROOT / "demo" / "reconstruct" / "appeals" / "mapping.yaml"
    import_registrations(Job(data / "registrations.csv", mapping, folder / "register"))
    return read_register(folder / "register")


def counted(register: Register, layout: str, day: date) -> tuple[Sheets, ResultSet]:
    """The tables of a layout and their numbers as of a day."""
    loaded: Layout = load_layout(ROOT / "layouts" / layout, MEASURES, CATALOGUE)
    with opened_register(register) as (deliveries, execute):
        found = cubes(deliveries, day, views(loaded), loaded.clocks, execute)
    sheets = expand(loaded, seen(found, loaded), day)
    of = Circumstances(False, day.isoformat(), register.origin, complete=loaded.why_not["da"])
    return sheets, ResultSet(register_cells(found, sheets.wanted, loaded, of))


@pytest.fixture(scope="module")
def annual(register: Register) -> tuple[Sheets, ResultSet]:
    return counted(register, "annual_report_2024", APRIL)


@pytest.fixture(scope="module")
def december(register: Register) -> tuple[Sheets, ResultSet]:
    return counted(register, "legal_certainty_2026", DECEMBER)


def table(sheets: Sheets, number: str) -> Grid:
    return next(grid for grid in sheets.grids if grid.number == number)


def chosen(place: Place, results: ResultSet) -> list[Cell]:
    cells = [results.at(ref) for ref in place.refs]
    most = max(cell.numerator for cell in cells)
    return [cell for cell in cells if not place.top or (most and cell.numerator == most)]


def shown(grid: Grid, place: Place | None, results: ResultSet) -> str:
    """What a place prints: a number without thousands marks, words, or nothing for a dash."""
    if place is None:
        return ""
    cells = chosen(place, results)
    if place.format == "label":
        keys = [next(part for part in cell.row.split(";") if part in grid.labels) for cell in cells]
        return " og ".join(grid.labels[key]["da"] for key in keys)
    cell = cells[0]
    if place.format == "percent":
        return str(percent(cell.numerator, cell.denominator)) if cell.denominator else ""
    return str(cell.numerator)


def printed_rows(document: str, number: str, words: int) -> list[list[str]]:
    """The numbers of a printed table, row by row; `words` columns stand before them."""
    path = PUBLISHED / document / f"table_{number.replace('.', '_')}.csv"
    with path.open(encoding="utf-8") as file:
        return [row[words:] for row in list(csv.reader(file))[1:]]


# Number of the table, columns of words before its numbers, and how many percentages it prints.
ANNUAL = [("4.2", 2, 37), ("4.3", 1, 12), ("4.4", 2, 44), ("4.5", 2, 31), ("4.7", 3, 3), ("4.8", 2, 468)]


@pytest.mark.parametrize(("number", "words", "percentages"), ANNUAL)
def test_every_number_of_the_annual_report(
    annual: tuple[Sheets, ResultSet], number: str, words: int, percentages: int
) -> None:
    sheets, results = annual
    grid = table(sheets, number)
    rows = [row for row in grid.rows if not row.is_heading]
    computed = [[shown(grid, place, results) for place in row.places] for row in rows]
    assert computed == printed_rows("aarsredegoerelse_2024", number, words)
    assert (
        sum(place is not None and place.format == "percent" for row in rows for place in row.places)
        == percentages
    )


def test_the_577_percentages_that_the_print_has_the_counts_of_are_among_them() -> None:
    """In 4.5 the law areas of 2022 and 2023 have no printed counts: 18 percentages the print cannot confirm."""
    assert sum(percentages for _, _, percentages in ANNUAL) - 18 == 577


def test_table_2_of_the_2022_note(register: Register) -> None:
    sheets, results = counted(register, "knowledge_collection_2022", date(2022, 12, 15))
    grid = table(sheets, "2")
    computed = [[shown(grid, place, results) for place in row.places] for row in grid.rows]
    printed = [row[:3] for row in printed_rows("vidensopsamling_2022", "2", 3)]
    assert computed[:-1] == printed[:-1]
    assert computed[-1][:2] == printed[-1][:2]
    assert printed[-1][2] == ""  # the total prints no number of 2022; the rows add up to it
    assert int(computed[-1][2]) == sum(int(row[2]) for row in printed[:-1]) == 5554


_MEASURE = {
    "cases": ("merits", "count"),
    "reversal_percent": ("reversal_rate", "percent"),
    "upheld_percent": ("upheld_share", "percent"),
    "remitted_percent": ("remitted_share", "percent"),
    "changed_or_annulled_percent": ("amended_or_annulled_share", "percent"),
    "most_used_criticism_keyword": ("keyword_cases", "label"),
    "cases_with_criticism_keyword": ("keyword_cases", "count"),
    "most_used_decision_reason": ("reason_cases", "label"),
    "cases_with_decision_reason": ("reason_cases", "count"),
}
WHOLE = "2019/2024"


def compared(grid: Grid, results: ResultSet) -> Iterator[tuple[str, str, str, str]]:
    """Measure, period, what is computed and what is printed, for each place of one of the five tables."""
    computed = {}
    for row in grid.rows:
        for place in row.places:
            assert place is not None
            measure, _, _, period = place.refs[0].split("|")
            computed[(measure, place.format, period)] = shown(grid, place, results)
    path = PUBLISHED / "retssikkerhedsundersoegelsen_2026" / f"table_{grid.number.replace('.', '_')}.csv"
    with path.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            period = WHOLE if line["year"] == "Hele perioden" else line["year"]
            yield (
                line["measure_en"],
                period,
                computed.pop((*_MEASURE[line["measure_en"]], period)),
                line["value"],
            )
    assert not computed


def test_the_thirty_table_years_of_the_2026_report(
    register: Register, december: tuple[Sheets, ResultSet]
) -> None:
    day_before = counted(register, "legal_certainty_2026", date(2025, 12, 10))
    years = 0
    for number in ("4.1", "4.2", "4.3", "4.4", "4.5"):
        sheets, results = day_before if number in DRAWN_2026 else december
        lines = [line for line in compared(table(sheets, number), results) if line[1] != WHOLE]
        assert [line for line in lines if line[2] != line[3]] == [], number
        assert len(lines) == 9 * 6
        years += len({period for _, period, _, _ in lines})
    assert years == 30


def test_the_whole_period_differs_where_the_print_counts_otherwise(
    december: tuple[Sheets, ResultSet],
) -> None:
    """What is printed for the whole period and cannot follow from the years.

    Table 4.1 prints 38 percent upheld; the yearly percentages have one solution in whole cases: 179 of 460, or 39.
    """
    sheets, results = december
    differing = {
        (number, measure): (computed, printed)
        for number in ("4.1", "4.2", "4.3", "4.4", "4.5")
        for measure, period, computed, printed in compared(table(sheets, number), results)
        if period == WHOLE and computed != printed and measure != "cases_with_criticism_keyword"
    }
    assert differing == {("4.1", "upheld_percent"): ("39", "38")}


def test_the_printed_keyword_number_of_the_whole_period_is_of_the_years_it_leads(
    december: tuple[Sheets, ResultSet],
) -> None:
    """Found out: the print adds up the years in which the keyword leads, and leaves out its cases of other
    years. We count all cases with the keyword in the period, so ours is never less."""
    sheets, results = december
    for number in ("4.1", "4.2", "4.3", "4.4", "4.5"):
        grid = table(sheets, number)
        found = {
            (measure, period): (ours, print_) for measure, period, ours, print_ in compared(grid, results)
        }
        most_used, _ = found[("most_used_criticism_keyword", WHOLE)]
        leads = [
            period
            for (measure, period), (ours, _) in found.items()
            if measure == "most_used_criticism_keyword" and ours == most_used and period != WHOLE
        ]
        ours, printed = found[("cases_with_criticism_keyword", WHOLE)]
        years = [int(found[("cases_with_criticism_keyword", year)][1]) for year in leads]
        assert int(printed) == sum(years)
        assert int(ours) >= int(printed)


def test_what_was_registered_later_does_not_move_an_earlier_date(register: Register) -> None:
    """The documents differ on section 85 in 2024: it was corrected between the two dates, and both stand."""
    key = "reversal_rate|series=social_pedagogical_support||2024"
    _, april = counted(register, "legal_certainty_2026", APRIL)
    _, later = counted(register, "legal_certainty_2026", DECEMBER)
    before, after = april.at(key), later.at(key)
    assert (str(percent(before.numerator, before.denominator)), before.denominator) == ("51", 241)
    assert (str(percent(after.numerator, after.denominator)), after.denominator) == ("52", 241)

"""The totals of the two service checks that document 003 prints, from case to cell."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.reporting.numbers import whole
from sagsbarometer.store.results import load_results
from tests.conftest import ROOT
from tests.letters_in_tests import CHECKS, service_check

REVIEWS = ROOT / "published" / "retssikkerhedsundersoegelsen_2026" / "reviews.csv"
PRINTED = {"service_check_home_training": "eftersyn 2023", "service_check_lost_earnings": "eftersyn 2025"}
# Every column of reviews.csv that holds a number of a service check, and the measure that counts it.
COLUMNS = {
    "municipalities": "municipalities",
    "cases": "reviewed_cases",
    "in_accordance": "in_accordance",
    "with_defects": "with_defects",
    "would_be_reversed": "would_be_reversed",
    "would_be_upheld": "would_be_upheld",
    "defects_not_reversed": "defects_not_reversed",
    "no_defects": "no_defects",
}
OTHERS = {
    "new_applications": "new_applications",
    "deadline_exceeded": "deadline_exceeded",
    "deadline_not_assessable": "deadline_not_assessable",
    "deadline_kept": "deadline_kept",
    "exceeded_with_new_deadline_given": "new_date_told",
}


@pytest.fixture(scope="module", params=sorted(CHECKS))
def check(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ResultSet]:
    template = str(request.param)
    results, _ = service_check(template, tmp_path_factory)
    return template, load_results(results).results


def printed(template: str) -> dict[str, int]:
    """Measure to the number that is printed, or follows from what is."""
    with REVIEWS.open(encoding="utf-8", newline="") as file:
        line = next(row for row in csv.DictReader(file) if PRINTED[template] in row["name"])
    told = {measure: int(line[column]) for column, measure in COLUMNS.items() if line[column]}
    pairs = (pair.split("=") for pair in line["other_counts"].split("; ") if pair)
    return told | {OTHERS[key]: int(value) for key, value in pairs}


def test_every_printed_number_comes_out(check: tuple[str, ResultSet]) -> None:
    template, results = check
    wanted = printed(template)
    assert len(wanted) == (8 if template == "service_check_home_training" else 12)
    assert {id: whole(results.cell(id)) for id in wanted} == wanted


def test_what_is_not_printed_is_unknown_and_never_nought(check: tuple[str, ResultSet]) -> None:
    _, results = check
    for kind in ("fact_finding", "reasons", "legal_basis", "wrong_assessment", "party_hearing"):
        cell = results.cell(f"{kind}_any")
        assert (cell.numerator, cell.denominator) == (0, 0)
        assert cell.unknown == results.cell("reviewed_cases").numerator
        assert cell.value is None


def test_the_builder_imports_nothing_of_the_program() -> None:
    source = (ROOT / "demo" / "reconstruct" / "service_checks.py").read_text(encoding="utf-8")
    assert "import sagsbarometer" not in source
    assert "from sagsbarometer" not in source


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    from demo.reconstruct.service_checks import build

    build(tmp_path / "a")
    build(tmp_path / "b")
    for path in sorted((tmp_path / "a").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()

"""Two runs side by side: every differing number has its reason."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sagsbarometer.checking.compare import Run, as_json, as_lines, compare_runs
from sagsbarometer.measures.cells import Cell

CELL = Cell(
    result="late",
    row="",
    column="",
    period="",
    numerator=2,
    denominator=4,
    unknown=2,
    value=Decimal("50.000000"),
    unit="percent",
    low=None,
    high=None,
    interval_method="",
    bound_low=None,
    bound_high=None,
    generalisable="yes",
    why_not="",
    presentation="",
    definition="abc",
    data_date="2024-04-26",
    origin="synthetic",
)
DEFINITION: dict[str, Any] = {
    "hash": "abc",
    "kind": "share",
    "base": "true",
    "counts": "late",
    "unit": "percent",
    "derived": {},
    "questions": ["late"],
}
ROWS = {
    "1": {"case_id": "1", "late": True, "late__state": "answered", "result": "grant"},
    "2": {"case_id": "2"},
}
MANIFEST = {
    "form": {"version": 1},
    "law": {"hash": "l"},
    "software": {"duckdb": "2"},
    "data_date": "2024-04-26",
}


def run(name: str, cell: Cell | None = CELL, **other: Any) -> Run:
    cells = {cell.key: cell} if cell else {}
    parts = {"definitions": {"late": DEFINITION}, "rows": ROWS, "manifest": MANIFEST, **other}
    return Run(name, cells, **parts)


def reasons(before: Run, after: Run) -> tuple[str, ...]:
    (difference,) = compare_runs(before, after).cells
    return difference.reasons


OTHER = replace(CELL, numerator=3, value=Decimal("75.000000"))


def test_equal_runs_have_no_differences() -> None:
    comparison = compare_runs(run("a"), run("b"))
    assert (comparison.same, comparison.cells, comparison.circumstances) == (1, (), ())


def test_a_new_data_date_alone_is_no_new_number() -> None:
    later = run("b", replace(CELL, data_date="2025-01-01"), manifest={**MANIFEST, "data_date": "2025-01-01"})
    comparison = compare_runs(run("a"), later)
    assert comparison.cells == ()
    assert comparison.circumstances == ("Datadato: 2024-04-26 → 2025-01-01.",)


def test_rows_that_came_and_went() -> None:
    changed = {"1": ROWS["1"], "3": {"case_id": "3"}}
    assert reasons(run("a"), run("b", OTHER, rows=changed)) == (
        "Rækker: 1 sager er kommet til, 1 er gået ud.",
    )


def test_only_answers_the_measure_uses_are_reasons() -> None:
    used = {**ROWS, "1": {**ROWS["1"], "late": None, "late__state": "cannot_be_seen"}}
    assert reasons(run("a"), run("b", OTHER, rows=used)) == ("Rækker: svar er ændret i 1 sager (late).",)
    unused = {**ROWS, "1": {**ROWS["1"], "result": "refusal"}}
    assert "Program" in reasons(run("a"), run("b", OTHER, rows=unused))[0]


def test_a_changed_definition_is_shown_before_and_after() -> None:
    new = {"late": {**DEFINITION, "hash": "xyz", "base": "result == 'grant'", "derived": {"d": "1"}}}
    (reason,) = reasons(run("a"), run("b", OTHER, definitions=new))
    assert "»true« → »result == 'grant'«" in reason
    assert "afledt d" in reason


def test_a_measure_that_only_one_run_has() -> None:
    comparison = compare_runs(run("a"), run("b", None, definitions={}))
    assert comparison.cells[0].after is None
    assert comparison.cells[0].reasons == ("Definition: målet findes kun i a.",)


def test_another_form_or_study_is_told() -> None:
    form = {**MANIFEST, "form": {"version": 2}}
    assert "Formular" in reasons(run("a"), run("b", OTHER, manifest=form))[0]
    exempt = replace(CELL, generalisable="no", why_not="for få")
    assert "Studie" in reasons(run("a"), run("b", exempt))[0]


def test_the_comparison_as_lines_and_as_json() -> None:
    comparison = compare_runs(run("a"), run("b", OTHER, rows={}))
    lines = as_lines(comparison)
    assert lines[0] == "0 tal er ens, 1 er forskellige."
    assert "late: 2 af 4, 2 ukendt → 3 af 4, 2 ukendt" in lines
    plain: Any = as_json(comparison)
    assert plain["different"][0]["after"]["value"] == "75.000000"

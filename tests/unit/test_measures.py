"""From frozen rows to cells: base, yes, no, unknown, bounds, intervals, one scan."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from sagsbarometer.measures.cells import Cell, read_csv, write_csv
from sagsbarometer.measures.count import count, counting_query
from sagsbarometer.measures.define import define_figures, define_measures
from sagsbarometer.measures.intervals import clopper_pearson, nchs_verdict
from sagsbarometer.measures.results import Circumstances, make_cells
from sagsbarometer.review.answers import Reviewed, ReviewedCase
from sagsbarometer.review.freeze import frozen_rows
from sagsbarometer.store.dataset import parquet
from sagsbarometer.store.engine import opened_rows
from tests.forms_in_tests import RESULT, form, question

MEASURES = """measures:
  - {id: granted, label: {da: g, en: g}, counts: result == 'grant'}
  - {id: late, label: {da: l, en: l}, counts: late}
  - {id: not_late, label: {da: l, en: l}, counts: not late}
  - {id: late_shown, label: {da: l, en: l}, counts: state(late) == 'answered' and late}
  - {id: late_of_refusals, label: {da: l, en: l}, base: result == 'refusal', counts: late}
  - {id: cases, kind: count, label: {da: c, en: c}}
  - {id: days_mean, kind: mean, label: {da: d, en: d}, base: late, value: overrun, unit: weeks}
  - {id: days_max, kind: maximum, label: {da: d, en: d}, base: late, value: overrun, unit: days}
  - {id: with_late, kind: municipalities, label: {da: m, en: m}, counts: late}
  - {id: without_late, kind: no_municipality, label: {da: m, en: m}, counts: late}
figures:
  - {id: f, kind: bars, title: {da: f, en: f}, rows: [late], generalisable: false, why_not: {da: for få, en: too few}}
"""


@pytest.fixture
def small(tmp_path: Path) -> Form:
    late = question("late", "bool", "allow: [cannot_be_seen, not_relevant]")
    days = question("overrun", "int", "ask_if: late", "allow: [cannot_be_seen]")
    return form(tmp_path, "questions:" + RESULT, late, days, MEASURES)


def rows_of(form_: Form, cases: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Frozen rows from (municipality, answers); a State stands for itself."""
    made = []
    for number, (municipality, answers) in enumerate(cases):
        given = {
            id: Answer(value, None) if isinstance(value, State) else Answer(State.ANSWERED, value)
            for id, value in answers.items()
        }
        case = complete(form_, given)
        assert not case.findings, case.findings
        made.append(ReviewedCase(f"s{number}", municipality, case))
    return frozen_rows(form_, Reviewed(tuple(made), "synthetic", ()))


def cells_of(
    form_: Form, rows: list[dict[str, Any]], folder: Path, probability: bool = False
) -> Mapping[str, Cell]:
    path = folder / "rows.parquet"
    path.write_bytes(parquet(form_, rows))
    measures = define_measures(form_)
    with opened_rows(path) as (table, execute):
        counts = count(table, measures, form_.names, execute)
    circumstances = Circumstances(probability, "2024-04-26", "synthetic")
    return {cell.result: cell for cell in make_cells(measures, counts, define_figures(form_), circumstances)}


CASES: list[tuple[str, dict[str, Any]]] = [
    ("901", {"result": "grant", "late": True, "overrun": 10}),
    ("901", {"result": "grant", "late": False}),
    ("902", {"result": "refusal", "late": True, "overrun": 13}),
    ("902", {"result": "refusal", "late": State.CANNOT_BE_SEEN, "overrun": State.CANNOT_BE_SEEN}),
    ("903", {"result": "refusal", "late": State.CANNOT_BE_SEEN, "overrun": State.CANNOT_BE_SEEN}),
    ("904", {"result": "grant", "late": State.NOT_RELEVANT}),
    ("905", {"result": "grant", "late": False}),
]


def test_a_share_counts_yes_no_and_unknown_and_leaves_out_what_is_not_relevant(
    small: Form, tmp_path: Path
) -> None:
    cells = cells_of(small, rows_of(small, CASES), tmp_path)

    def told(id: str) -> tuple[int, int, int]:
        return (cells[id].numerator, cells[id].denominator, cells[id].unknown)

    assert told("granted") == (4, 7, 0)
    assert told("late") == (2, 4, 2)
    assert told("not_late") == (2, 4, 2)  # the same unknown cases, whichever way it is asked
    assert told("late_shown") == (2, 7, 0)  # who asks for the state keeps every case
    assert told("late_of_refusals") == (1, 1, 2)
    assert told("cases") == (7, 7, 0)


def test_bounds_take_every_unknown_as_no_and_as_yes(small: Form, tmp_path: Path) -> None:
    cell = cells_of(small, rows_of(small, CASES), tmp_path)["late"]
    assert (cell.bound_low, cell.bound_high) == (Decimal("33.333333"), Decimal("66.666667"))
    assert cell.value == Decimal("50.000000")


def test_numbers_are_sums_of_days_made_to_weeks_once(small: Form, tmp_path: Path) -> None:
    cells = cells_of(small, rows_of(small, CASES), tmp_path)
    assert (cells["days_mean"].numerator, cells["days_mean"].denominator) == (23, 2)
    assert cells["days_mean"].value == Decimal("1.642857")
    assert cells["days_max"].value == 13


def test_municipalities_that_only_unknown_cases_could_count_are_unknown(small: Form, tmp_path: Path) -> None:
    cells = cells_of(small, rows_of(small, CASES), tmp_path)
    assert (cells["with_late"].numerator, cells["with_late"].unknown) == (2, 1)
    assert (cells["without_late"].numerator, cells["without_late"].unknown) == (1, 1)


def test_an_empty_base_has_no_value(small: Form, tmp_path: Path) -> None:
    cell = cells_of(small, rows_of(small, CASES[:2]), tmp_path)["late_of_refusals"]
    assert (cell.value, cell.low, cell.bound_low, cell.presentation) == (None, None, None, "")


def test_every_cell_says_whether_it_may_be_generalised(small: Form, tmp_path: Path) -> None:
    picked = cells_of(small, rows_of(small, CASES), tmp_path)
    drawn = cells_of(small, rows_of(small, CASES), tmp_path, probability=True)
    assert (picked["granted"].generalisable, drawn["granted"].generalisable) == ("as_if_random", "yes")
    assert (picked["late"].generalisable, picked["late"].why_not) == ("no", "for få")


def test_all_measures_are_counted_in_one_scan(small: Form, tmp_path: Path) -> None:
    import ibis

    path = tmp_path / "rows.parquet"
    path.write_bytes(parquet(small, rows_of(small, CASES)))
    with opened_rows(path) as (table, _):
        sql = str(ibis.to_sql(counting_query(table, define_measures(small).values(), small.names))).upper()
    assert sql.count("READ_PARQUET") + sql.count('"MAIN"') == 1, sql  # the rows are named once: one scan
    assert sql.count("GROUP BY") == 1


def test_the_definition_follows_what_is_counted_not_what_it_is_called(small: Form, tmp_path: Path) -> None:
    late, days = (
        question("late", "bool", "allow: [cannot_be_seen, not_relevant]"),
        question("overrun", "int", "ask_if: late", "allow: [cannot_be_seen]"),
    )
    renamed = form(
        tmp_path, "questions:" + RESULT, late, days, MEASURES.replace("{da: g, en: g}", "{da: ny, en: new}")
    )
    changed = form(
        tmp_path,
        "questions:" + RESULT,
        late,
        days,
        MEASURES.replace("counts: result == 'grant'", "counts: result == 'refusal'"),
    )
    before, after, other = (define_measures(item)["granted"].hash for item in (small, renamed, changed))
    assert before == after != other


def test_cells_come_back_as_they_were_written(small: Form, tmp_path: Path) -> None:
    cells = tuple(cells_of(small, rows_of(small, CASES), tmp_path).values())
    assert read_csv(write_csv(cells)) == cells
    with pytest.raises(ValueError):
        read_csv("a,b\n1,2\n")


def test_same_rows_same_bytes(small: Form) -> None:
    rows = rows_of(small, CASES)
    backwards = [(municipality, dict(reversed(answers.items()))) for municipality, answers in CASES]
    assert parquet(small, rows) == parquet(small, rows_of(small, backwards))


# Printed or computed elsewhere: 180/385 and 18/92 in the notes of the project; 0/385 by 1 - 0.025 ** (1 / 385).
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (180, 385, "41.7", "51.9"),
        (18, 92, "12.0", "29.1"),
        (0, 385, "0.0", "1.0"),
        (385, 385, "99.0", "100.0"),
    ],
)
def test_the_exact_interval(successes: int, trials: int, low: str, high: str) -> None:
    interval = clopper_pearson(successes, trials)
    assert (round(interval.low, 1), round(interval.high, 1)) == (Decimal(low), Decimal(high))


def test_the_exact_interval_at_none_has_a_closed_form() -> None:
    expected = Decimal(repr(100 * (1 - 0.025 ** (1 / 385))))
    assert abs(clopper_pearson(0, 385).high - expected) < Decimal("0.000001")


@pytest.mark.parametrize(("successes", "trials"), [(-1, 3), (4, 3), (0, 0)])
def test_counts_that_do_not_fit_are_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError):
        clopper_pearson(successes, trials)


@pytest.mark.parametrize(
    ("successes", "trials", "verdict"),
    [
        (16, 29, "suppress"),
        (16, 27, "suppress"),
        (180, 385, "present"),
        (0, 385, "review"),
        (3, 92, "suppress"),
        (20, 40, "suppress"),
        (50, 100, "present"),
    ],
)
def test_the_presentation_standard(successes: int, trials: int, verdict: str) -> None:
    assert nchs_verdict(successes, trials, clopper_pearson(successes, trials)) == verdict

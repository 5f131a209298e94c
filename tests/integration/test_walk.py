"""From every number of a study to what stands behind it: as many as it says, in all and in each municipality."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.load import load_form
from sagsbarometer.measures.behind import behind, by_group, counts_cases, fits
from sagsbarometer.measures.count import count_by_unit
from sagsbarometer.measures.define import define_measures
from sagsbarometer.measures.results import Circumstances, make_cell
from sagsbarometer.runs.walk import cases_behind, cells_of, municipalities_of
from sagsbarometer.store.engine import opened_rows
from tests.forms_in_tests import law
from tests.shared_in_tests import demo_study


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_study(tmp_path_factory).results


@pytest.fixture(scope="module")
def form(results: Path) -> Form:
    return load_form(results / "dataset" / "form.yaml", law())


def test_as_many_stand_behind_every_number_as_it_says(results: Path, form: Form) -> None:
    measures, unit_of = define_measures(form), municipalities_of(results)
    cells = cells_of(results)
    kinds = Counter(measures[cell.result].kind for cell in cells)
    assert len(kinds) == 7  # shares, counts, a mean, a least and a most, and municipalities with and without
    for cell in cells:
        measure = measures[cell.result]
        found = behind(measure, cases_behind(results, form, cell.result), unit_of)
        assert fits(found, measure, cell), cell.result


def test_every_group_has_as_many_as_the_count_of_that_municipality_alone(results: Path, form: Form) -> None:
    """The engine counts each municipality by itself; the walk takes the cases one by one."""
    measures, unit_of = define_measures(form), municipalities_of(results)
    with opened_rows(results / "dataset" / "rows.parquet") as (table, execute):
        counted = count_by_unit(table, measures, form.names, execute)
    few = Circumstances(False, "2024-04-26", "reconstructed", complete="few")
    compared = 0
    for id, measure in measures.items():
        if not counts_cases(measure):
            continue
        groups = by_group(measure, cases_behind(results, form, id), unit_of)
        for code, counts in counted.items():
            cell = make_cell(measure, counts[id], few)
            if code not in groups:
                assert cell.base == 0, (id, code)
                continue
            assert fits(groups[code], measure, cell), (id, code)
            compared += 1
    assert compared > 1000

"""A few cases are counted here, many by an engine: the counts are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagsbarometer.collection.study import load_study
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.load import load_form
from sagsbarometer.forms.states import State
from sagsbarometer.measures.count import Counts, count, count_by_unit
from sagsbarometer.measures.count_few import MOST, are_few, count_few, count_few_by_unit
from sagsbarometer.measures.define import define_measures
from sagsbarometer.review.answers import Reviewed, ReviewedCase, direct_plan, read_answers
from sagsbarometer.review.freeze import frozen_rows
from sagsbarometer.runs import counted
from sagsbarometer.runs.counted import Frozen, frozen_in, frozen_of
from sagsbarometer.store.dataset import parquet
from sagsbarometer.store.engine import opened_rows
from tests.conftest import trials
from tests.forms_in_tests import RESULT, form, law, question
from tests.shared_in_tests import demo_study

ROWS = "dataset/rows.parquet"
MEASURES = """measures:
  - {id: granted, label: {da: g, en: g}, counts: result == 'grant'}
  - {id: late, label: {da: l, en: l}, counts: late}
  - {id: not_late, label: {da: l, en: l}, counts: not late}
  - {id: late_shown, label: {da: l, en: l}, counts: state(late) == 'answered' and late}
  - {id: late_of_refusals, label: {da: l, en: l}, base: result == 'refusal', counts: late}
  - {id: lacks_aids, label: {da: a, en: a}, base: not late, counts: "'aids' in lacks"}
  - {id: lacks_most, label: {da: a, en: a}, counts: "count_true(late, 'aids' in lacks, overrun > 20) >= 2"}
  - {id: long, label: {da: o, en: o}, base: late, counts: overrun > 20}
  - {id: cases, kind: count, label: {da: c, en: c}}
  - {id: days_mean, kind: mean, label: {da: d, en: d}, base: late, value: overrun, unit: weeks}
  - {id: days_min, kind: minimum, label: {da: d, en: d}, base: late, value: overrun, unit: days}
  - {id: days_max, kind: maximum, label: {da: d, en: d}, base: late, value: overrun, unit: days}
  - {id: with_late, kind: municipalities, label: {da: m, en: m}, counts: late}
  - {id: without_late, kind: no_municipality, label: {da: m, en: m}, counts: late}
"""
ABSENT = st.sampled_from([State.CANNOT_BE_SEEN, State.NOT_RELEVANT, State.NOT_ANSWERED])


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Form:
    late = question("late", "bool", "allow: [cannot_be_seen, not_relevant]")
    days = question("overrun", "int", "ask_if: late", "allow: [cannot_be_seen, not_relevant]")
    lacks = question(
        "lacks", "codes",
        "choices: [{code: aids, label: {da: a, en: a}}, {code: talks, label: {da: t, en: t}}]",
        "allow: [cannot_be_seen, not_relevant]",
    )  # fmt: skip
    return form(tmp_path_factory.mktemp("form"), "questions:" + RESULT, late, days, lacks, MEASURES)


answers = st.fixed_dictionaries(
    {"result": st.sampled_from(["grant", "refusal"])},
    optional={
        "late": st.booleans() | ABSENT,
        "overrun": st.integers(-3, 60) | ABSENT,
        "lacks": st.frozensets(st.sampled_from(["aids", "talks"])) | ABSENT,
    },
)
cases = st.lists(st.tuples(st.sampled_from(["901", "902", "903"]), answers), max_size=40)


def read(asked: Form, given_: list[tuple[str, dict[str, Any]]]) -> Frozen:
    """Cases from (municipality, answers), frozen; a State stands for itself."""
    made = []
    for number, (unit, said) in enumerate(given_):
        told = {
            id: Answer(value) if isinstance(value, State) else Answer(State.ANSWERED, value)
            for id, value in said.items()
        }
        made.append(ReviewedCase(f"s{number}", unit, complete(asked, told)))
    return frozen_of(asked, parquet(asked, frozen_rows(asked, Reviewed(tuple(made), "synthetic", ()))))


def by_engine(frozen: Frozen, path: Path) -> tuple[dict[str, Counts], dict[str, dict[str, Counts]]]:
    path.write_bytes(frozen.rows)
    measures, names = define_measures(frozen.form), frozen.form.names
    with opened_rows(path) as (table, execute):
        return count(table, measures, names, execute), count_by_unit(table, measures, names, execute)


@given(given_=cases)
@settings(max_examples=trials(200))
def test_few_cases_are_counted_as_an_engine_counts_them(
    asked: Form, tmp_path_factory: pytest.TempPathFactory, given_: list[tuple[str, dict[str, Any]]]
) -> None:
    frozen, measures = read(asked, given_), define_measures(asked)
    few = frozen.cases()
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    all_of_them, apart = by_engine(frozen, path)
    assert count_few(few, measures) == all_of_them
    assert count_few_by_unit(few, measures) == apart
    assert list(apart) == list(count_few_by_unit(few, measures))
    assert frozen_in(asked, path).counts_by_unit(measures) == apart


def test_many_cases_are_counted_by_an_engine(asked: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen, measures = (
        read(asked, [("901", {"result": "grant", "late": True, "overrun": 10})] * 3),
        define_measures(asked),
    )
    here = frozen.counts(measures), frozen.counts_by_unit(measures)
    monkeypatch.setattr(counted, "are_few", lambda cases, measures: False)
    monkeypatch.delattr(counted, "count_few")
    monkeypatch.delattr(counted, "count_few_by_unit")
    assert (frozen.counts(measures), frozen.counts_by_unit(measures)) == here
    assert here[0]["granted"].yes == 3


def test_what_is_few_is_told_by_how_much_is_to_be_judged() -> None:
    assert are_few(100, MOST // 100)
    assert not are_few(101, MOST // 100)


def test_every_measure_of_the_demo_is_counted_alike(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    """385 cases and the measures of a whole barometer, derived variables among them."""
    demo = demo_study(tmp_path_factory)
    study = load_study(demo.study)
    asked = load_form(study.form_path, law())
    table = read_table(demo.data / "answers.csv")
    reviewed = read_answers(table, asked, direct_plan(asked, table), study.frame)
    frozen, measures = frozen_in(asked, demo.results / ROWS), define_measures(asked)
    assert are_few(frozen.number, len(measures))
    apart = frozen.counts_by_unit(measures)
    assert (frozen.counts(measures), apart) == by_engine(frozen, tmp_path / "rows.parquet")
    answered = [(case.municipality_id, case.case.answers) for case in reviewed.cases]
    assert count_few_by_unit(answered, measures) == apart


def test_no_measures_have_no_counts(asked: Form, tmp_path: Path) -> None:
    frozen = read(asked, [("901", {"result": "grant"})])
    (path := tmp_path / "rows.parquet").write_bytes(frozen.rows)
    with opened_rows(path) as (table, execute):
        engine = count(table, {}, asked.names, execute), count_by_unit(table, {}, asked.names, execute)
    assert (frozen.counts({}), frozen.counts_by_unit({})) == engine == ({}, {})

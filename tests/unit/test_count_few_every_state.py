"""Every type of answer in every state, counted case by case and by an engine: one table of random cases."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sagsbarometer.forms.case import Case
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Name, Type, Value
from sagsbarometer.forms.states import State
from sagsbarometer.measures.count import count, count_by_unit
from sagsbarometer.measures.count_few import are_few, count_few, count_few_by_unit
from sagsbarometer.measures.define import define_measures
from sagsbarometer.review.answers import Reviewed, ReviewedCase
from sagsbarometer.review.freeze import frozen_rows
from sagsbarometer.runs.counted import Frozen, frozen_of
from sagsbarometer.store.dataset import parquet
from sagsbarometer.store.engine import opened_rows
from tests.forms_in_tests import form, question

CASES = 600
UNITS = ("0901", "901", "902", "9", "090", "ø")  # in the order of their text, whatever number they look like
LETTERS = "choices: [{code: a, label: {da: a, en: a}}, {code: b, label: {da: b, en: b}}]"
QUESTIONS = (
    question("given", "bool"),
    question("heard", "bool"),
    question("result", "code", LETTERS),
    question("declared", "code", LETTERS.replace("code: b", "code: c")),
    question("lacks", "codes", LETTERS),
    question("weeks", "int"),
    question("extra", "int"),
    question("applied", "date"),
    question("decided", "date"),
    question("note", "text"),
)
DERIVED = """derived:
  - {id: took, type: int, label: {da: t, en: t}, source: s, expression: decided - applied}
  - {id: due, type: date, label: {da: d, en: d}, source: s, expression: applied + weeks days}
  - {id: defect, type: bool, label: {da: d, en: d}, source: s, expression: given or heard}
"""
HOLDS = (
    "given", "not given", "given == heard", "given != heard", "given and heard", "given or not heard",
    "result == 'a'", "result != 'a'", "result == declared", "result != declared", "result in ('a', 'b')",
    "'a' in lacks", "not ('b' in lacks)", "weeks > 2", "weeks == extra", "weeks in (1, 2)", "weeks <= extra",
    "applied < decided", "applied + 1 days < decided", "applied + weeks days >= decided - extra days",
    "decided - applied > 1", "decided - applied in (0, 1)", "decided == 2024-02-29", "due < decided", "defect",
    "took > 2", "took == weeks", "state(note) == 'answered'", "state(lacks) in ('not_relevant', 'not_asked')",
    "state(weeks) == 'not_answered' or weeks > 1", "count_true(given, heard, 'a' in lacks, defect) >= 2",
    "count_true(given, took > 2) == 1",
)  # fmt: skip
BASES = ("", "heard", "declared == 'a'", "state(took) == 'answered'", "decided > applied")
OTHER = (
    "kind: count",
    "kind: count, base: defect",
    *(f"kind: {kind}, value: {of}, base: {base}, unit: days" for kind, of, base in (
        ("minimum", "took", "given"), ("maximum", "took", "true == given"), ("mean", "took", "defect"),
        ("minimum", "weeks", "heard"), ("mean", "extra", "not given"),
    )),
    "kind: municipalities, counts: result == declared",
    "kind: no_municipality, counts: took > 300, base: defect",
)  # fmt: skip
VALUES: dict[Type, Callable[[Name, random.Random], Value]] = {
    Type.BOOL: lambda name, rng: rng.random() < 0.5,
    Type.CODE: lambda name, rng: rng.choice(name.codes),
    Type.CODES: lambda name, rng: frozenset(code for code in name.codes if rng.random() < 0.5),
    Type.INT: lambda name, rng: rng.choice((-2, 0, 1, 2, 3, 48, 365)),
    Type.DATE: lambda name, rng: date(2024, 2, rng.randint(26, 29)),
    Type.TEXT: lambda name, rng: "words",
}


def measures_text() -> str:
    shares = (
        f'{{id: m{index}, counts: "{holds}", base: "{BASES[index % len(BASES)] or "true"}", label: {{da: m, en: m}}}}'
        for index, holds in enumerate(HOLDS)
    )
    others = (f"{{id: o{index}, label: {{da: o, en: o}}, {of}}}" for index, of in enumerate(OTHER))
    return "measures:\n" + "".join(f"  - {line}\n" for line in (*shares, *others))


def random_cases(asked: Form) -> Frozen:
    """Cases in which any answer, of derived variables too, is in any state, whatever the others are."""
    rng = random.Random(97)

    def answer(name: Name) -> Answer:
        state = rng.choice([*State, *[State.ANSWERED] * 4])
        return Answer(state, VALUES[name.type](name, rng) if state is State.ANSWERED else None)

    made = tuple(
        ReviewedCase(
            f"s{at:03}", rng.choice(UNITS), Case({id: answer(name) for id, name in asked.names.items()})
        )
        for at in range(CASES)
    )
    return frozen_of(asked, parquet(asked, frozen_rows(asked, Reviewed(made, "synthetic", ()))))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return form(tmp_path_factory.mktemp("form"), "questions:", *QUESTIONS, DERIVED, measures_text())


def test_every_type_in_every_state_is_counted_as_an_engine_counts_it(asked: Form, tmp_path: Path) -> None:
    frozen, measures = random_cases(asked), define_measures(asked)
    cases = frozen.cases()
    assert {(id, answer.state) for _, row in cases for id, answer in row.items()} == {
        (id, state) for id in asked.names for state in State
    }
    assert are_few(len(cases), len(measures))
    path = tmp_path / "rows.parquet"
    path.write_bytes(frozen.rows)
    with opened_rows(path) as (table, execute):
        apart = count_by_unit(table, measures, asked.names, execute)
        assert count_few(cases, measures) == count(table, measures, asked.names, execute)
    assert count_few_by_unit(cases, measures) == apart
    assert list(apart) == sorted(UNITS)

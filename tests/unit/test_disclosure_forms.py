"""Questions that are asked only after some answers: what a reader who has the form can work out from a study.

The reader here tries every way of answering the form, by the form's own rules, and asks scipy how many cases there can
be in each: it shares nothing with `disclosure.spaces`, which is to know as much.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from sagsbarometer.disclosure.attack import attack
from sagsbarometer.disclosure.model import system_of
from sagsbarometer.disclosure.protect import apply, protect
from sagsbarometer.disclosure.system import Hidden
from sagsbarometer.forms.asked import Asked, asked
from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.types import Answer, Answers, Type
from sagsbarometer.forms.states import State
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.count import Counts
from sagsbarometer.measures.define import define_measures
from sagsbarometer.measures.measure import Measure
from sagsbarometer.measures.results import Circumstances, make_cells
from sagsbarometer.runs.disclosure_kept import Kept
from sagsbarometer.runs.disclosure_words import little_left, unseen
from tests.conftest import trials
from tests.disclosure_in_tests import OPEN
from tests.forms_in_tests import RESULT, form, question


def _choices(*codes: str) -> str:
    every = ", ".join(f"{{code: {code}, label: {{da: {code}, en: {code}}}}}" for code in codes)
    return f"choices: [{every}]"


SEVERITY = _choices("none", "immaterial", "material")
MISSING = _choices("needs", "rules")
QUESTIONS = (
    "questions:",
    RESULT,
    question("defect", "code", SEVERITY, "ask_if: \"result == 'refusal'\""),
    question("missing", "codes", MISSING, "ask_if: \"defect in ('immaterial', 'material')\""),
    question("given", "bool"),
    question("meets", "bool", 'ask_if: "given"', "required: false"),
)
DERIVED = """
derived:
  - id: wrong
    type: bool
    label: {da: forkert, en: wrong}
    expression: "defect == 'material' or (result == 'refusal' and not given)"
    source: "§ 1"
"""
_ENDLESS = (3, 4)  # what scipy says of numbers that can be as great as one likes, where there are some at all
COUNTED = {
    "all": ("true", "true"),
    "refusals": ("true", "result == 'refusal'"),
    "any_defect": ("true", "defect in ('immaterial', 'material')"),
    "immaterial": ("true", "defect == 'immaterial'"),
    "material_of_refusals": ("result == 'refusal'", "defect == 'material'"),
    "fine": ("result == 'refusal'", "defect in ('none', 'immaterial')"),
    "needs_missing": ("defect in ('immaterial', 'material')", "'needs' in missing"),
    "rules_missing": ("defect in ('immaterial', 'material')", "'rules' in missing"),
    "given": ("true", "given"),
    "not_given": ("true", "not given"),
    "given_to_refused": ("true", "given and result == 'refusal'"),
    "given_to_others": ("true", "given and result == 'grant'"),
    "meets": ("given", "meets"),
    "wrong": ("true", "wrong"),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Form:
    measures = "".join(
        f"""
  - id: {id}
    kind: share
    label: {{da: {id}, en: {id}}}
    base: "{base}"
    base_label: {{da: x, en: x}}
    counts: "{counts}"
    source: "§ 1"
"""
        for id, (base, counts) in COUNTED.items()
    )
    return form(tmp_path_factory.mktemp("form"), *QUESTIONS, DERIVED, "measures:", measures)


@pytest.fixture(scope="module")
def ways(small: Form) -> list[Answers]:
    """Every way the form can be answered."""
    found = {}
    for values in product(*(tuple(_answers(small, item.id)) for item in small.questions)):
        given = {item.id: one for item, one in zip(small.questions, values, strict=True) if one is not None}
        case = complete(small, given)
        if not case.findings:
            found[repr(sorted(case.answers.items()))] = case.answers
    return list(found.values())


def _answers(form: Form, id: str) -> Iterator[Answer | None]:
    item = form.question(id)
    yield None
    if item.type is Type.BOOL:
        yield from (Answer(State.ANSWERED, value) for value in (True, False))
    elif item.type is Type.CODES:
        yield from (
            Answer(State.ANSWERED, frozenset(some))
            for some in ((), ("needs",), ("rules",), ("needs", "rules"))
        )
    else:
        yield from (Answer(State.ANSWERED, code) for code in item.codes)


def _verdict(measure: Measure, answers: Answers) -> str:
    if truth(measure.base, answers) is not True:
        return ""
    said = truth(measure.counts, answers) if measure.counts is not None else True
    return "unknown" if said is None else "yes" if said else "no"


def _results(measures: Mapping[str, Measure], ways: Sequence[Answers], cases: Sequence[int]) -> ResultSet:
    counts = {}
    for id, measure in measures.items():
        said = Counter(_verdict(measure, ways[number]) for number in cases)
        counts[id] = Counts(said["yes"], said["no"], said["unknown"])
    return ResultSet(make_cells(measures, counts, (), Circumstances(False, "2024-01-01", "synthetic")))


def _printed(cell: Cell) -> dict[str, int]:
    return {"yes": cell.numerator, "no": cell.denominator - cell.numerator, "unknown": cell.unknown}


def _certain(
    measures: Mapping[str, Measure], ways: Sequence[Answers], shown: ResultSet, true: ResultSet
) -> list[str]:
    """The withheld small numbers that can be nothing else, however the cases were answered."""
    said = {id: [_verdict(measure, way) for way in ways] for id, measure in measures.items()}
    rows, right = [], []
    for cell in shown:
        for part, number in () if cell.hidden else _printed(cell).items():
            rows.append([float(verdict == part) for verdict in said[cell.result]])
            right.append(float(number))
    known = LinearConstraint(np.array(rows), np.array(right), np.array(right))
    found = []
    for cell in shown:
        if cell.hidden:
            for part, number in _printed(true.cell(cell.result)).items():
                goal = np.array([float(verdict == part) for verdict in said[cell.result]])
                if 0 < number < OPEN.threshold and _ends(goal, known) == (number, number):
                    found.append(f"{cell.result} {part}")
    return found


def _ends(goal: np.ndarray, known: LinearConstraint) -> tuple[int, int | None]:
    """The least and the greatest number there can be; None where what is shown sets no end to it."""
    whole = np.ones(len(goal))
    least = milp(goal, constraints=known, bounds=Bounds(0, np.inf), integrality=whole)
    most = milp(-goal, constraints=known, bounds=Bounds(0, np.inf), integrality=whole)
    assert least.success
    assert most.success or most.status in _ENDLESS, most.message
    return round(least.fun), round(-most.fun) if most.success else None


def _drawn(ways: Sequence[Answers], seed: int) -> list[int]:
    """Cases of a study, most of them answered in a few of the ways."""
    rng = random.Random(seed)
    weights = [rng.random() ** 6 for _ in ways]
    return rng.choices(range(len(ways)), weights, k=rng.randrange(40, 200))


def _withheld(
    measures: Mapping[str, Measure], true: ResultSet, rules: Sequence[Asked]
) -> tuple[ResultSet, int]:
    system = system_of(true, measures, asked=rules)
    hidden = protect(system, OPEN)
    assert not hidden.failed
    return apply(true, hidden, OPEN), len(attack(system, hidden, OPEN))


@pytest.mark.parametrize("seed", range(trials(200)))
def test_who_has_the_form_cannot_work_out_a_small_number(small: Form, ways: list[Answers], seed: int) -> None:
    measures = define_measures(small)
    true = _results(measures, ways, _drawn(ways, seed))
    shown, findings = _withheld(measures, true, asked(small, {name.id for name in small.items}))
    assert not findings
    assert _certain(measures, ways, shown, true) == []


def test_without_what_the_form_says_small_numbers_are_worked_out(small: Form, ways: list[Answers]) -> None:
    measures = define_measures(small)
    found = []
    for seed in range(10):
        true = _results(measures, ways, _drawn(ways, seed))
        shown, _ = _withheld(measures, true, ())
        found += _certain(measures, ways, shown, true)
    assert found


def test_the_base_of_one_question_is_the_answers_to_another(small: Form, ways: list[Answers]) -> None:
    measures = define_measures(small)
    true = _results(measures, ways, _drawn(ways, 1))
    system = system_of(true, measures, asked=asked(small, {item.id for item in small.items}))
    told = {unit.ref: {system.quantities[index].what for index in unit.tells} for unit in system.units}
    assert told["any_defect"] & told["needs_missing"]


def test_it_is_said_where_the_results_do_not_know_the_rules_of_the_form() -> None:
    def told(**edition: Any) -> list[str]:
        of = SimpleNamespace(edition=SimpleNamespace(**edition), folder=Path("tal"))
        return [item.code for item in unseen(cast(Any, of), Hidden(frozenset({"any_defect"})))]

    assert told(complete=False, asked=()) == ["BESKYT-215"]
    assert told(complete=False, asked=(Asked("result", "code"),)) == []
    assert told(complete=True, asked=()) == []


def test_what_a_form_says_is_kept_with_the_edition(small: Form) -> None:
    told = {item.id: item for item in asked(small, {"defect", "missing", "wrong"})}
    assert told["defect"] == Asked(
        "defect", "code", ("none", "immaterial", "material"), ("answered", "not_asked"), "result == 'refusal'"
    )
    assert told["missing"].asked_if == "defect in ('immaterial', 'material')"
    assert told["wrong"].expression.startswith("defect == 'material'")


def test_it_is_said_where_next_to_nothing_is_left() -> None:
    def told(cells: int, hidden: int) -> list[str]:
        kept = Kept(cells, hidden, 0, 0, (), (), ())
        return [item.fault for item in little_left(kept, OPEN, Path("tal"))]

    (fault,) = told(59, 58)
    assert fault.startswith("Kun 1 af 59 tal (2 %) er tilbage.")
    assert told(10, 8) == []
    assert told(0, 0) == []

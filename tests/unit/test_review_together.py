"""Answers that hardly ever stand together."""

from __future__ import annotations

import random
from itertools import combinations
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from sagsbarometer.review.together import EXPECTED, RARE, SELDOM, Seldom, seldom_together
from tests.conftest import trials
from tests.forms_in_tests import RESULT, form, question

TICKS = "choices: [{code: x, label: {da: X, en: X}}, {code: y, label: {da: Y, en: Y}}]"
CODES = (
    "choices: [" + ", ".join(f"{{code: {code}, label: {{da: {code}, en: {code}}}}}" for code in "pqr") + "]"
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return form(
        tmp_path_factory.mktemp("form"), "questions:", RESULT,
        question("heard", "bool", "required: false", "allow: [cannot_be_seen]"),
        question("kind", "code", "required: false", CODES),
        question("faults", "codes", "required: false", TICKS),
        question("only", "bool", "required: false", "ask_if: kind in ('p', 'q')"),
    )  # fmt: skip


def case(form: Form, **said: Any) -> dict[str, Answer]:
    """A case of some answers; None is left blank, a state is given instead."""
    given = {
        id: Answer(value) if isinstance(value, State) else Answer(State.ANSWERED, value)
        for id, value in said.items()
        if value is not None
    }
    return complete(form, given).answers


def numbered(cases: list[dict[str, Answer]]) -> list[tuple[str, dict[str, Answer]]]:
    return [(f"c{number}", answers) for number, answers in enumerate(cases)]


def parts(found: Seldom) -> set[tuple[str, Any]]:
    return {(found.first.question, found.first.value), (found.second.question, found.second.value)}


def test_one_planted_among_many_is_found_with_its_case(small: Form) -> None:
    """Of forty, 20 refusals and 20 grants; 21 heard, all grants and one refusal. Both would be in 20 * 21 / 40 = 10.5.
    Of all ways to choose 21 of 40, those with one or no refusal: (20 * C(20, 20) + 0) / C(40, 21)."""
    cases = [case(small, result="grant", heard=True) for _ in range(20)]
    cases += [case(small, result="refusal", heard=number == 7) for number in range(20)]
    found = seldom_together(small, numbered(cases))
    assert [(parts(item), item.cases) for item in found] == [
        ({("result", "refusal"), ("heard", True)}, ("c27",))
    ]
    only = found[0]
    assert (only.first.cases, only.second.cases, only.of) == (20, 21, 40)
    assert only.expected == pytest.approx(10.5)
    # Looked at: each of the two outcomes with each of yes and no, as all should have been in nine cases or more.
    assert only.chance == pytest.approx(4 * 20 / comb(40, 21))


def test_a_tick_is_an_answer_and_two_ticks_of_a_question_are_no_pair(small: Form) -> None:
    cases = [case(small, result="grant", faults=frozenset("x")) for _ in range(30)]
    cases += [case(small, result="refusal", faults=frozenset("y")) for _ in range(29)]
    cases += [case(small, result="refusal", faults=frozenset("xy"))]
    found = seldom_together(small, numbered(cases))
    assert {frozenset(parts(item)) for item in found} == {frozenset({("result", "refusal"), ("faults", "x")})}
    assert found[0].second.tick
    assert found[0].cases == ("c59",)


def test_what_follows_from_another_answer_is_left_out(small: Form) -> None:
    """»only« is asked of p and q alone: how it is answered there follows from which it is. The same answers to »heard«,
    which is always asked, are listed."""
    said = [("p", False)] * 20 + [("q", True)] * 20 + [("p", True)]
    asked = [case(small, result="grant", kind=kind, only=value) for kind, value in said]
    assert seldom_together(small, numbered(asked)) == ()
    free = [case(small, result="grant", kind=kind, heard=value) for kind, value in said]
    assert [item.cases for item in seldom_together(small, numbered(free))] == [("c40",)]


def test_never_together_has_no_case_to_look_at(small: Form) -> None:
    cases = [case(small, result="grant", heard=True) for _ in range(20)]
    cases += [case(small, result="refusal", heard=False) for _ in range(20)]
    assert seldom_together(small, numbered(cases)) == ()


def test_few_cases_say_nothing(small: Form) -> None:
    """With 4 * 5 / 10 = 2 expected, that one has both is nothing."""
    cases = [case(small, result="grant", heard=True) for _ in range(5)]
    cases += [case(small, result="refusal", heard=number == 0) for number in range(5)]
    assert seldom_together(small, numbered(cases)) == ()
    assert seldom_together(small, []) == ()


def test_what_cannot_be_seen_is_no_answer_here(small: Form) -> None:
    cases = [case(small, result="grant", heard=State.CANNOT_BE_SEEN) for _ in range(20)]
    cases += [case(small, result="refusal", heard=True) for _ in range(20)]
    cases += [case(small, result="refusal", heard=State.CANNOT_BE_SEEN)]
    assert seldom_together(small, numbered(cases)) == ()


_CASES = st.lists(
    st.fixed_dictionaries(
        {
            "result": st.sampled_from(["grant", "grant", "grant", "refusal"]),
            "heard": st.sampled_from([True, True, False, None, State.CANNOT_BE_SEEN]),
            "kind": st.sampled_from(["p", "q", "r", None]),
            "faults": st.sampled_from([frozenset[str](), frozenset("x"), frozenset("xy"), None]),
            "copies": st.integers(1, 12),
        }
    ),
    max_size=12,
)


@given(_CASES)
def test_the_list_is_what_counting_one_by_one_gives(small: Form, drawn: list[dict[str, Any]]) -> None:
    cases = []
    for said in drawn:
        answers = {key: value for key, value in said.items() if key != "copies"}
        cases += [case(small, **answers)] * said["copies"]
    held = numbered(cases)
    found = {
        (frozenset(parts(item)), item.cases, round(item.chance, 9)) for item in seldom_together(small, held)
    }
    assert found == _one_by_one(held)


def _one_by_one(held: list[tuple[str, dict[str, Answer]]]) -> set[Any]:
    """The same by the words of the docstring, with whole numbers."""
    values: dict[str, list[Any]] = {
        "result": ["grant", "refusal"],
        "heard": [True, False],
        "kind": ["p", "q", "r"],
        "faults": ["x", "y"],
    }
    looked = []
    for one, other in combinations(values, 2):
        both = [
            (id, answers) for id, answers in held
            if all(answers[name].state is State.ANSWERED for name in (one, other))
        ]  # fmt: skip
        for first in values[one]:
            for second in values[other]:
                left = {id for id, answers in both if _is(answers[one], first)}
                right = {id for id, answers in both if _is(answers[other], second)}
                if both and len(left) * len(right) >= EXPECTED * len(both):
                    pair = frozenset({(one, first), (other, second)})
                    looked.append((pair, len(both), left, right, [id for id, _ in both]))
    found = set()
    for pair, n, left, right, order in looked:
        seen = left & right
        few = sum(comb(len(left), k) * comb(n - len(left), len(right) - k) for k in range(len(seen) + 1))
        chance = min(1.0, len(looked) * few / comb(n, len(right)))
        if seen and SELDOM * len(seen) * n <= len(left) * len(right) and chance < RARE:
            found.add((pair, tuple(id for id in order if id in seen), round(chance, 9)))
    return found


def _is(answer: Answer, value: Any) -> bool:
    return value in answer.value if isinstance(answer.value, frozenset) else answer.value == value


def test_answers_that_have_nothing_to_do_with_each_other_are_hardly_ever_listed(small: Form) -> None:
    """At most one in twenty sets of cases lists anything; with so many sets, three standard errors more is allowed."""
    rng = random.Random(20261123)
    sets = trials(400)
    listed = 0
    for _ in range(sets):
        cases = [
            case(
                small,
                result=rng.choice(["grant", "refusal"]),
                heard=rng.random() < 0.6,
                kind=rng.choice("pqr"),
                faults=frozenset(tick for tick in "xy" if rng.random() < 0.4),
            )
            for _ in range(60)
        ]
        listed += bool(seldom_together(small, numbered(cases)))
    assert listed <= sets * RARE + 3 * (sets * RARE * (1 - RARE)) ** 0.5

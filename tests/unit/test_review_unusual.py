"""A reader far from the rest."""

from __future__ import annotations

import pytest

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from sagsbarometer.review.unusual import far_from_the_rest
from tests.forms_in_tests import RESULT, form, question


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Form:
    ticks = "choices: [{code: x, label: {da: X, en: X}}, {code: y, label: {da: Y, en: Y}}]"
    parts = (
        "questions:",
        RESULT,
        question("harmful", "bool", "allow: [cannot_be_seen]"),
        question("faults", "codes", "allow: [cannot_be_seen]", ticks),
    )
    return form(tmp_path_factory.mktemp("form"), *parts)


def read(reader: str, refusals: int, grants: int) -> list[tuple[str, dict[str, Answer]]]:
    said = ["refusal"] * refusals + ["grant"] * grants
    return [(reader, {"result": Answer(State.ANSWERED, code)}) for code in said]


def test_who_answers_unlike_the_others_is_listed_with_the_numbers(small: Form) -> None:
    """R: fisher.test(matrix(c(18, 2, 10, 30), 2, byrow = TRUE))$p.value is 1.660125e-06."""
    found = far_from_the_rest(small, [*read("a", 18, 2), *read("b", 5, 15), *read("c", 5, 15)])
    mine = {(far.reader, far.value): far for far in found}
    assert mine["a", "refusal"].own == (18, 20)
    assert mine["a", "refusal"].others == (10, 40)
    assert mine["a", "refusal"].chance == pytest.approx(1.660125e-06, rel=1e-6)
    assert found[0].reader == "a"


def test_who_answers_alike_is_not(small: Form) -> None:
    assert far_from_the_rest(small, [*read("a", 10, 10), *read("b", 11, 9)]) == ()


def test_a_few_cases_say_nothing(small: Form) -> None:
    assert far_from_the_rest(small, [*read("a", 9, 0), *read("b", 0, 40)]) == ()
    assert far_from_the_rest(small, [*read("a", 10, 0), *read("b", 0, 40)]) != ()


def test_that_it_cannot_be_seen_is_an_answer(small: Form) -> None:
    unseen = [("a", {"harmful": Answer(State.CANNOT_BE_SEEN)})] * 15
    seen = [("b", {"harmful": Answer(State.ANSWERED, True)})] * 15
    assert {far.value for far in far_from_the_rest(small, unseen + seen)} == {State.CANNOT_BE_SEEN, True}


def test_a_tick_that_one_sets_unlike_the_others_is_listed_once(small: Form) -> None:
    """As the table above: 18 of 20 against 10 of 40."""

    def ticked(reader: str, often: int, seldom: int) -> list[tuple[str, dict[str, Answer]]]:
        said = [frozenset("x")] * often + [frozenset()] * seldom
        return [(reader, {"faults": Answer(State.ANSWERED, ticks)}) for ticks in said]

    found = far_from_the_rest(small, [*ticked("a", 18, 2), *ticked("b", 5, 15), *ticked("c", 5, 15)])
    mine = [far for far in found if far.reader == "a"]
    assert [(far.question, far.tick, far.value, far.own) for far in mine] == [("faults", "x", True, (18, 20))]
    assert mine[0].chance == pytest.approx(1.660125e-06, rel=1e-6)


def test_that_ticks_cannot_be_seen_is_told_of_the_question_once(small: Form) -> None:
    unseen = [("a", {"faults": Answer(State.CANNOT_BE_SEEN)})] * 15
    seen = [("b", {"faults": Answer(State.ANSWERED, frozenset[str]())})] * 15
    assert [(far.reader, far.value, far.tick) for far in far_from_the_rest(small, unseen + seen)] == [
        ("a", State.CANNOT_BE_SEEN, ""), ("b", State.CANNOT_BE_SEEN, ""),
    ]  # fmt: skip

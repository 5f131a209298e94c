"""Two readings beside each other, and what is settled of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.problems import Level
from sagsbarometer.review.differences import Decided, beside, differing, pair_hash, settled
from tests.forms_in_tests import RESULT, form, question

PARTS = (
    "questions:",
    RESULT,
    question("harmful", "bool", "ask_if: result == 'refusal'"),
    question("weeks", "int", "ask_if: harmful", "required: false", "allow: [cannot_be_seen]"),
    question("note", "text", "required: false"),
    "checks:\n  - {id: short, level: hard, holds: \"not (result == 'refusal' and weeks > 52)\", "
    "message: {da: For længe., en: Too long.}, remedy: {da: Ret., en: Mend.}}",
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return form(tmp_path_factory.mktemp("form"), *PARTS)


def said(value: object) -> Answer:
    return Answer(State.ANSWERED, value)  # type: ignore[arg-type]


GRANT, REFUSAL = said("grant"), said("refusal")


def test_what_is_alike_settles_itself(small: Form) -> None:
    same = {"result": REFUSAL, "harmful": said(True), "weeks": said(3)}
    assert differing(small, same, dict(same)) == ()
    done = settled(small, same, same, {})
    assert (done.open, done.case.answers["weeks"]) == ((), said(3))


def test_words_never_differ(small: Form) -> None:
    first, second = {"result": GRANT, "note": said("a")}, {"result": GRANT, "note": said("b")}
    assert differing(small, first, second) == ()


def test_a_question_only_one_was_asked_follows_from_the_difference(small: Form) -> None:
    first, second = {"result": GRANT}, {"result": REFUSAL, "harmful": said(True), "weeks": said(3)}
    assert [(item.question, item.follows) for item in differing(small, first, second)] == [
        ("result", ()),
        ("harmful", ("result",)),
        ("weeks", ("result", "harmful")),
    ]
    assert settled(small, first, second, {}).open == ("result",)


def test_a_side_taken_brings_what_follows_from_it(small: Form) -> None:
    first, second = {"result": GRANT}, {"result": REFUSAL, "harmful": said(True), "weeks": said(3)}
    hash = pair_hash(GRANT, REFUSAL)
    theirs = settled(small, first, second, {"result": Decided(REFUSAL, hash)})
    assert (theirs.open, theirs.case.answers["weeks"]) == ((), said(3))
    ours = settled(small, first, second, {"result": Decided(GRANT, hash)})
    assert (ours.open, ours.case.answers["weeks"].state) == ((), State.NOT_ASKED)
    assert not ours.case.findings


def test_a_decision_about_other_answers_does_not_count(small: Form) -> None:
    first, second = {"result": GRANT}, {"result": REFUSAL, "harmful": said(False)}
    stale = Decided(REFUSAL, pair_hash(GRANT, GRANT))
    assert settled(small, first, second, {"result": stale}).open == ("result",)


def test_a_third_answer_can_ask_what_neither_was_asked(small: Form) -> None:
    first = {"result": REFUSAL, "harmful": said(False)}
    second = {"result": GRANT}
    made = {
        "result": Decided(REFUSAL, pair_hash(REFUSAL, GRANT)),
        "harmful": Decided(said(True), pair_hash(said(False), Answer(State.NOT_ASKED))),
    }
    done = settled(small, first, second, made)
    assert (done.open, done.case.answers["weeks"].state) == ((), State.NOT_ANSWERED)


def test_states_are_answers(small: Form) -> None:
    unseen = {"result": REFUSAL, "harmful": said(True), "weeks": Answer(State.CANNOT_BE_SEEN)}
    seen = {**unseen, "weeks": said(3)}
    assert [item.question for item in differing(small, unseen, seen)] == ["weeks"]


def test_the_settled_case_is_checked_anew(small: Form) -> None:
    """Each side holds alone; what is decided of both does not."""
    first = {"result": REFUSAL, "harmful": said(True), "weeks": said(60)}
    second = {"result": REFUSAL, "harmful": said(True), "weeks": said(3)}
    made = {"weeks": Decided(said(60), pair_hash(said(60), said(3)))}
    found = settled(small, first, second, made).case.findings
    assert [(item.code, item.level) for item in found] == [("SVAR-301", Level.ERROR)]


answers = st.fixed_dictionaries(
    {},
    optional={
        "result": st.sampled_from([GRANT, REFUSAL]),
        "harmful": st.builds(said, st.booleans()),
        "weeks": st.builds(said, st.integers(0, 60)) | st.just(Answer(State.CANNOT_BE_SEEN)),
    },
)


@given(first=answers, second=answers, pick=st.booleans())
def test_who_takes_all_of_one_side_gets_that_case(
    small: Form, first: dict[str, Answer], second: dict[str, Answer], pick: bool
) -> None:
    items = beside(small, first, second)
    made = {
        item.question: Decided(item.first if pick else item.second, pair_hash(item.first, item.second))
        for item in items
        if not item.same
    }
    mine = {item.question: item.first if pick else item.second for item in items}
    done = settled(small, first, second, made)
    assert done.open == ()
    for item in items:
        assert done.case.answers[item.question] == mine[item.question]


@given(first=answers, second=answers)
def test_sides_are_alike(small: Form, first: dict[str, Answer], second: dict[str, Answer]) -> None:
    there = [item.question for item in differing(small, first, second)]
    assert there == [item.question for item in differing(small, second, first)]
    assert settled(small, first, second, {}).open == settled(small, second, first, {}).open


def test_a_pair_knows_which_answer_is_whose() -> None:
    assert pair_hash(GRANT, REFUSAL) != pair_hash(REFUSAL, GRANT)

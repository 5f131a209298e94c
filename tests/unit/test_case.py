"""One case against a form: routing, states, derived variables, checks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sagsbarometer.forms.case import Case, complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Value
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.problems import Level
from tests.forms_in_tests import RESULT, form, question


def yes(value: Value) -> Answer:
    return Answer(State.ANSWERED, value)


CANNOT = Answer(State.CANNOT_BE_SEEN, None)
CHECK = "{id: c, level: hard, holds: not late or result == 'grant', message: {da: m, en: m}, remedy: {da: r, en: r}}"


@pytest.fixture
def small(tmp_path: Path) -> Form:
    seen = "allow: [cannot_be_seen]"
    return form(
        tmp_path,
        "questions:" + RESULT,
        question("late", "bool", seen),
        question("overrun", "int", "ask_if: late", "minimum: 1", "maximum: 400", seen),
        question("applied", "date", "required: false"),
        question("decided", "date", "required: false"),
        "derived:",
        "  - {id: taken, type: int, label: {da: t, en: t}, expression: decided - applied}",
        "  - {id: refused, type: bool, label: {da: r, en: r}, expression: result == 'refusal'}",
        f"checks:\n  - {CHECK}",
    )


def codes(case: Case) -> list[str]:
    return [finding.code for finding in case.findings]


def test_a_question_is_asked_unless_its_condition_is_definitely_no(small: Form) -> None:
    def state_of_overrun(late: Answer) -> State:
        return (
            complete(small, {"result": yes("grant"), "late": late, "overrun": CANNOT})
            .answers["overrun"]
            .state
        )

    assert state_of_overrun(yes(True)) is State.CANNOT_BE_SEEN
    assert state_of_overrun(CANNOT) is State.CANNOT_BE_SEEN
    assert state_of_overrun(yes(False)) is State.NOT_ASKED


def test_an_answer_nobody_asked_for_is_a_fault(small: Form) -> None:
    case = complete(small, {"result": yes("grant"), "late": yes(False), "overrun": yes(3)})
    assert codes(case) == ["SVAR-201"]


def test_a_required_answer_may_not_be_missing_and_a_voluntary_one_is_unknown(small: Form) -> None:
    case = complete(small, {"result": yes("grant")})
    assert codes(case) == ["SVAR-202", "SVAR-202"]  # late, and days since late is not known
    assert case.answers["applied"].state is State.NOT_ANSWERED


def test_a_state_the_question_does_not_allow_is_a_fault(small: Form) -> None:
    assert "SVAR-204" in codes(complete(small, {"result": CANNOT, "late": yes(False)}))


@pytest.mark.parametrize(("days", "fault"), [(0, True), (1, False), (400, False), (401, True)])
def test_numbers_stay_within_their_limits(small: Form, days: int, fault: bool) -> None:
    case = complete(small, {"result": yes("grant"), "late": yes(True), "overrun": yes(days)})
    assert ("SVAR-205" in codes(case)) is fault


def test_a_derived_variable_is_computed_when_its_inputs_are_there(small: Form) -> None:
    dates = {"applied": yes(date(2022, 1, 1)), "decided": yes(date(2022, 3, 1))}
    given = {"result": yes("grant"), "late": yes(False), **dates}
    assert complete(small, given).answers["taken"] == yes(59)
    assert codes(complete(small, {**given, "taken": yes(60)})) == ["SVAR-206"]
    assert codes(complete(small, {**given, "taken": yes(59)})) == []


def test_a_delivered_derived_variable_is_taken_and_marked_when_its_inputs_are_not(small: Form) -> None:
    case = complete(small, {"result": yes("grant"), "late": yes(False), "taken": yes(60)})
    assert case.answers["taken"] == yes(60)
    assert case.delivered == {"taken"}
    assert codes(case) == []


def test_a_hard_check_refuses_only_what_is_definitely_wrong(small: Form) -> None:
    refused = {"result": yes("refusal"), "overrun": yes(3)}
    assert codes(complete(small, {**refused, "late": yes(True)})) == ["SVAR-301"]
    assert codes(complete(small, {**refused, "late": CANNOT})) == []


def test_a_soft_check_is_a_warning(tmp_path: Path) -> None:
    soft = form(
        tmp_path,
        "questions:" + RESULT,
        question("late", "bool"),
        "checks:\n  - " + CHECK.replace("hard", "soft"),
    )
    case = complete(soft, {"result": yes("refusal"), "late": yes(True)})
    assert [(finding.code, finding.level) for finding in case.findings] == [("SVAR-302", Level.WARNING)]


def test_a_choice_that_is_not_shown_cannot_be_given(tmp_path: Path) -> None:
    hidden = "{code: b, label: {da: b, en: b}, show_if: result == 'grant'}"
    choices = f"choices: [{{code: a, label: {{da: a, en: a}}}}, {hidden}]"
    shown = form(tmp_path, "questions:" + RESULT, question("q", "code", choices))
    assert codes(complete(shown, {"result": yes("refusal"), "q": yes("b")})) == ["SVAR-203"]
    assert codes(complete(shown, {"result": yes("grant"), "q": yes("b")})) == []

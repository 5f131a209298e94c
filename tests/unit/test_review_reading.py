"""What a reader is shown: routing, what follows and why, checks, and undo over answers that are never changed."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.load import load_form
from sagsbarometer.forms.states import State
from sagsbarometer.review.declared import beside, declared_in, given_by_municipality
from sagsbarometer.review.kept_answers import NOTHING, Refused, from_kept, from_sent, kept
from sagsbarometer.review.pace import pace_of
from sagsbarometer.review.reading import counting, sheet
from sagsbarometer.review.reading_facts import Fact
from sagsbarometer.review.undoing import Written, steps


@cache
def form(name: str = "barometer_97") -> Form:
    """A form that is shipped."""
    return load_form(shipped("studies") / name / "form.yaml", load_catalogue(shipped("law")))


def is_(value: Any) -> Answer:
    """An answer with a value."""
    return Answer(State.ANSWERED, value)


def fact(answers: dict[str, Answer], id: str) -> Fact:
    """What follows, by id."""
    return next(item for item in sheet(form(), answers).facts if item.id == id)


def test_a_question_is_asked_unless_definitely_not() -> None:
    shown = sheet(form(), {}).questions
    assert shown["reasons_defect"].asked  # nobody knows yet whether reasons are owed
    assert not shown["against_party"].asked
    assert sheet(form(), {"occasion": is_("cessation")}).questions["against_party"].asked
    assert (
        not sheet(form(), {"result": is_("grant"), "occasion": is_("new_application")})
        .questions["reasons_defect"]
        .asked
    )


def test_what_is_routed_away_does_not_count_but_is_kept() -> None:
    given_ = {"occasion": is_("new_application"), "against_party": is_(True)}
    assert set(counting(form(), given_, {})) == {"occasion"}
    assert sheet(form(), given_).questions["against_party"].answered
    assert sheet(form(), given_).progress("case") == (
        1,
        6,
    )  # with the municipality's three, which nobody hid here


def test_why_is_the_answers_that_are_enough_alone() -> None:
    owed = fact(
        {"form": is_("written"), "result": is_("refusal"), "occasion": is_("new_application")}, "reasons_owed"
    )
    assert (owed.value, owed.requirement) == ("ja", "reasons")
    assert [told for _, told in owed.why] == ["Afslag", "Skriftlig"]  # the occasion made no difference
    oral = fact({"form": is_("oral"), "result": is_("refusal")}, "reasons_owed")
    assert (oral.value, [told for _, told in oral.why]) == ("nej", ["Mundtlig"])
    unknown = fact({"result": is_("refusal")}, "reasons_owed")
    assert (unknown.value, unknown.why) == ("", ())


def test_the_deadline_ends_on_a_working_day() -> None:
    """56 days from Sunday 1 March 2026 is Sunday 26 April; the next working day is Monday the 27th."""
    found = fact({"application_date": is_(date(2026, 3, 1)), "deadline_days": is_(56)}, "deadline_ends")
    assert found.value == "mandag 27. april 2026"
    assert "søndag 26. april 2026" in found.note
    late = fact(
        {
            "application_date": is_(date(2026, 3, 2)),
            "deadline_days": is_(56),
            "decision_date": is_(date(2026, 4, 29)),
        },
        "deadline_ends",
    )
    assert late.note == "Afgørelsen kom 2 dage efter."
    easter = fact({"application_date": is_(date(2026, 3, 5)), "deadline_days": is_(28)}, "deadline_ends")
    assert easter.value == "tirsdag 7. april 2026"  # 2 April is Maundy Thursday


def test_a_check_is_shown_as_soon_as_it_is_definitely_broken_and_not_before() -> None:
    half = {"fact_finding_defect": is_("material")}
    assert sheet(form(), half).checks == ()  # which facts are missing has not been asked yet
    none = {**half, "fact_finding_missing": is_(frozenset())}
    assert [(item.id, item.hard, item.question) for item in sheet(form(), none).checks] == [
        ("missing_facts_named", True, "fact_finding_defect")
    ]


def test_the_hash_of_a_check_moves_with_its_answers_alone() -> None:
    soft = {"occasion": is_("new_application"), "deadline": Answer(State.NOT_RELEVANT)}
    one = sheet(form(), soft).checks[0]
    assert (one.id, one.hard) == ("deadline_relevant_when_applied", False)
    assert sheet(form(), {**soft, "form": is_("oral")}).checks[0].about == one.about
    other = sheet(
        form(), {"occasion": is_("new_application"), "deadline": Answer(State.NOT_RELEVANT)}
    ).checks[0]
    assert other.about == one.about


def test_no_tick_is_an_answer_and_no_answer_is_not() -> None:
    question = form().question("step_age")
    assert from_sent(question, ["no_tick"]) == is_(frozenset())
    assert from_sent(question, []) == NOTHING
    assert from_sent(question, [], ["cannot_be_seen"]) == Answer(State.CANNOT_BE_SEEN)
    assert isinstance(from_sent(question, ["fettered"], ["cannot_be_seen"]), Refused)
    ticked = {
        item.code: item.chosen
        for item in sheet(form(), {"step_age": is_(frozenset())}).questions["step_age"].options
    }
    assert ticked["no_tick"]
    assert not any(chosen for code, chosen in ticked.items() if code != "no_tick")


def test_every_choice_has_its_key_and_the_states_have_theirs() -> None:
    options = sheet(form(), {}).questions["deadline"].options
    assert [(item.key, item.code) for item in options] == [
        ("1", "kept"), ("2", "exceeded"), ("s", "cannot_be_seen"), ("r", "not_relevant"),
    ]  # fmt: skip
    for name in ("barometer_97", "quality_measurement", "offered_review", "practice_review"):
        for shown in sheet(form(name), {}).questions.values():
            keys = [item.key for item in shown.options if item.key]
            assert len(keys) == len(set(keys)), shown.id


def test_the_municipality_answers_what_it_declared() -> None:
    values, states = (
        {"result": "refusal", "form": "written", "appealed": "no"},
        {"result": "answered", "form": "answered"},
    )
    assert declared_in(form())["declared_result"] == "result"
    found = given_by_municipality(form(), values, states)
    assert {id: answer.value for id, answer in found.items()} == {
        "declared_result": "refusal",
        "declared_form": "written",
    }
    assert beside(form(), values, states, "da")["result"] == "Afslag"
    assert beside(form(), values, states, "en")["result"] == "Refusal"
    weeks = beside(form(), {"published_deadline_weeks": 8}, {"published_deadline_weeks": "answered"}, "da")
    assert weeks == {"deadline_days": "8 uger (56 dage)"}


def test_pace() -> None:
    today = date(2026, 11, 25)  # a Wednesday
    done = [date(2026, 11, 23), date(2026, 11, 25), *[date(2026, 11, 17)] * 10, *[date(2026, 11, 3)] * 20]
    pace = pace_of(done, [date(2026, 11, 20), date(2026, 11, 29), date(2026, 11, 30), None], today)
    assert (pace.this_week, pace.usual, pace.left, pace.due_this_week, pace.weeks) == (2, 15, 4, 2, 1)
    assert pace_of([], [None], today).weeks == 0


@given(st.data())
def test_what_is_sent_is_kept_and_comes_back(data: st.DataObject) -> None:
    question = data.draw(st.sampled_from(form().questions))
    sent = data.draw(
        st.lists(
            st.sampled_from(
                [*question.codes, "yes", "no", "56", "2026-03-02", "no_tick", "state:cannot_be_seen"]
            ),
            max_size=3,
        )
    )
    answer = from_sent(question, sent, data.draw(st.lists(st.sampled_from([*State, "x"]), max_size=1)))
    if not isinstance(answer, Refused):
        assert from_kept(question, *kept(answer)) == answer


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a1", "a2", "b1", "b2", "undo", "redo"]), max_size=25))
def test_undo_and_redo_are_those_of_any_editor(moves: list[str]) -> None:
    """Held against a list of whole states with a place in it, as an editor keeps them."""
    written: list[Written] = []
    values: dict[str, str] = {}  # of each row
    states: list[dict[str, str]] = [{}]
    place = 0

    def write(question: str, value: str, undoes: str = "") -> None:
        number = sum(item.question == question for item in written) + 1
        written.append(Written(str(len(written)), question, number, undoes))
        values[written[-1].id] = value

    for move in moves:
        if move in ("undo", "redo"):
            step = getattr(steps(written), move)
            if step is not None:
                write(step.target.question, values[step.before.id] if step.before else "", step.target.id)
            place = max(place - 1, 0) if move == "undo" else min(place + 1, len(states) - 1)
        else:
            write(move[0], move[1])
            states = [*states[: place + 1], {**states[place], move[0]: move[1]}]
            place += 1
        newest = {item.question: values[item.id] for item in written}
        assert {question: value for question, value in newest.items() if value} == states[place]

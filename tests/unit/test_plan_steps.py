"""The plan of a study: what each step lacks, when it can be launched, and what may be amended after that."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.catalogue.lookup import conditions_of
from sagsbarometer.collection.plan_days import days_of, reminder_days
from sagsbarometer.collection.plan_fields import STEPS, FrameAuthority, Stratum, StudyPlan, asks
from sagsbarometer.collection.plan_sample import sample_of, wanted_of
from sagsbarometer.collection.plan_steps import (
    Around,
    StepState,
    can_launch,
    changes,
    delivery_deadline,
    plan_of,
    refused,
    safe_from,
    step_of,
    stored,
    with_step,
)
from sagsbarometer.datafiles.shipped import shipped

LAW = load_catalogue(shipped("law"))
AROUND = Around(LAW, ("figure_1", "figure_2"), title="Måling")
STRATA = (Stratum(id="grant", label="Bevilling"), Stratum(id="refusal", label="Afslag"))


def authorities(number: int = 20) -> tuple[FrameAuthority, ...]:
    return tuple(
        FrameAuthority(
            code=str(901 + at),
            name=f"By {at}",
            email=f"by{at}@example.dk",
            sizes={"grant": 10 + at, "refusal": 5 + at % 7},
        )
        for at in range(number)
    )


def full() -> StudyPlan:
    """A plan that lacks nothing."""
    data: dict[str, dict[str, Any]] = {
        "commission": {"asked_by": "F", "funding": "P", "deliverable": "En rapport", "due": "2027-12-01"},
        "provision": {"provision": "serviceloven/97", "conditions": list(conditions_of(LAW, "serviceloven/97"))},
        "population": {
            "described": "Alle", "source": "Kommunerne",
            "strata": [item.model_dump() for item in STRATA],
            "authorities": [item.model_dump() for item in authorities()],
        },
        "sample": {"seed": "frø", "margin": "8"},
        "criteria": {"from_": "2026-01-01", "to": "2026-12-31", "documented": True, "neither_is_finding": True},
        "letters": {"sender": "A", "contact": "B", "email": "b@example.dk", "basis": "§ 1"},
        "calendar": {
            "notice_on": "2027-01-11", "call_in_on": "2027-02-15", "review_from": "2027-03-22",
            "review_to": "2027-06-30", "release_on": "2027-10-01",
        },
        "review": {"readers": 6, "per_week": 8, "tvivl": "C"},
        "figures": {"figures": ["figure_1"], "use": "Landet"},
    }  # fmt: skip
    return plan_of(data)


def lacks(plan: StudyPlan, step: str, around: Around = AROUND) -> list[tuple[str, str]]:
    return [(item.field, item.text) for item in step_of(plan, step, around).missing if not item.warns]


def test_a_new_plan_is_empty_and_a_full_one_can_be_launched() -> None:
    assert all(step_of(StudyPlan(), id, AROUND).state is StepState.EMPTY for id in STEPS)
    assert not can_launch(StudyPlan(), AROUND)
    assert {id: lacks(full(), id) for id in STEPS} == {id: [] for id in STEPS}
    assert can_launch(full(), AROUND)


def test_a_plan_is_the_same_after_it_was_stored() -> None:
    assert plan_of(stored(full())) == full()


@pytest.mark.parametrize("step", STEPS)
def test_without_any_one_step_nothing_is_launched(step: str) -> None:
    plan = full().model_copy(update={step: getattr(StudyPlan(), step)})
    assert not can_launch(plan, AROUND)


@pytest.mark.parametrize(
    ("step", "change", "field", "words"),
    [
        ("commission", {"due": "2027-09-01"}, "due", "Tallene offentliggøres 1. oktober 2027, efter"),
        ("provision", {"provision": "serviceloven/1234"}, "provision", "findes ikke"),
        ("provision", {"conditions": []}, "conditions", "Vælg de betingelser"),
        ("provision", {"provision": ""}, "provision", "Vælg bestemmelsen"),
        ("sample", {"method": "newest_first"}, "remark", "hvordan sagerne er valgt"),
        ("sample", {"target": "cases", "cases": 5000}, "target", "Planen er på 5000 sager"),
        ("sample", {"minimum": 20}, "target", "mindste"),
        ("sample", {"margin": None}, "margin", "det tal"),
        ("criteria", {"from_": "2027-01-01"}, "to", "slutter, før den begynder"),
        ("criteria", {"neither_is_finding": False}, "neither_is_finding", "i sig selv et fund"),
        ("criteria", {"documented": False}, "documented", "skriftlig eller noteret"),
        ("criteria", {"appeal_weeks": None}, "appeal_weeks", "klagefristen"),
        ("letters", {"email": "b"}, "email", "kan ikke bruges"),
        ("calendar", {"review_from": "2027-02-01"}, "review_from", "ligger før »Indkaldelse sendes«"),
        ("calendar", {"call_in_on": "2027-01-20"}, "call_in_on", "Klagefristen for de sidste afgørelser"),
        ("calendar", {"review_from": "2027-03-01", "review_to": "2027-03-10"}, "review_to", "15. marts 2027"),
        ("figures", {"figures": ["figure_9"]}, "figures", "figure_9"),
    ],
)
def test_what_does_not_go_together_is_said_with_its_field(
    step: str, change: dict[str, Any], field: str, words: str
) -> None:
    plan, faults = with_step(full(), step, change)
    assert plan is not None
    assert faults == []
    told = lacks(plan, step)
    assert any(name == field and words in text for name, text in told), told


def test_a_value_that_is_none_is_refused_with_its_field_and_the_plan_stays() -> None:
    plan, faults = with_step(full(), "calendar", {"call_in_on": "2027-02-30", "deadline_count": 0})
    assert plan is None
    assert {field for field, _ in faults} == {"call_in_on", "deadline_count"}
    assert dict(faults)["call_in_on"] == "Skriv en dato, der findes, fx 2027-02-15."


@pytest.mark.parametrize("text", ["Ring til 010190-1234", "0101901234"])
def test_a_person_s_number_is_refused_in_every_text(text: str) -> None:
    for step in STEPS:
        for name, ask in asks(step).items():
            if ask.as_ in ("text", "area"):
                plan, faults = with_step(full(), step, {name: text})
                assert plan is None, (step, name)
                assert text not in str(faults)


def test_a_case_is_called_in_only_when_nobody_can_appeal_it() -> None:
    # Four weeks from 31 December 2026 end on Thursday 28 January 2027.
    assert safe_from(full()) == date(2027, 1, 29)


def test_each_office_is_asked_for_twenty_or_all_it_has() -> None:
    offices = (*authorities(3), FrameAuthority(code="K4", name="Lille", sizes={"grant": 4, "refusal": 3}))
    plan = full()
    plan = plan.model_copy(
        update={
            "population": plan.population.model_copy(update={"authorities": offices}),
            "sample": plan.sample.model_copy(update={"target": "each", "each": 15}),
        }
    )
    wanted = wanted_of(sample_of(plan, ""))
    assert {code: sum(own.values()) for code, own in wanted.items()} == {
        "901": 15,
        "902": 15,
        "903": 15,
        "K4": 7,
    }


def test_an_amendment_needs_a_reason_and_leaves_what_cases_were_chosen_by() -> None:
    before = full()
    later, _ = with_step(before, "calendar", {"review_to": "2027-08-31"})
    wider, _ = with_step(before, "criteria", {"to": "2027-01-31"})
    assert later is not None
    assert wider is not None
    assert refused(before, later, "Sygdom") == ()
    assert [item.field for item in refused(before, later, " ")] == ["reason"]
    assert [item.field for item in refused(before, wider, "Flere sager")] == ["to"]
    assert [item.text for item in refused(before, before, "Intet")] == ["Der er ikke ændret noget."]
    (told,) = changes(before, later)
    assert (told.label, told.before, told.after) == ("Læsningen slutter", "30. juni 2027", "31. august 2027")


def test_nothing_the_sample_depends_on_can_be_amended() -> None:
    free = {(step, name) for step in STEPS for name, ask in asks(step).items() if ask.amend}
    assert not {step for step, _ in free} & {"provision", "population", "sample"}
    assert {name for step, name in free if step == "criteria"} == {"note"}


@given(
    st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.integers(1, 12), st.integers(1, 20), st.integers(1, 20)
)
def test_reminders_lie_on_each_side_of_a_deadline_that_is_a_working_day(
    start: date, weeks: int, before: int, after: int
) -> None:
    given_ = {
        "call_in_on": start.isoformat(),
        "deadline_count": weeks,
        "remind_before": before,
        "remind_after": after,
    }
    plan, _ = with_step(StudyPlan(), "calendar", given_)
    assert plan is not None
    last = delivery_deadline(plan)
    assert last is not None
    first, second = reminder_days(plan, last)
    assert first < last < second
    assert {day.weekday() < 5 for day in (first, last, second)} == {True}
    days = [item.day for item in days_of(plan)]
    assert days == sorted(days)
    assert last in days

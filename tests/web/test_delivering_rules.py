"""What keeps a delivery back, how long there is left, and the short form as data."""

from __future__ import annotations

from datetime import date

import pytest

from sagsbarometer.collection.screening import CHOICES, DATES, FOUND_ONLY, QUESTIONS
from sagsbarometer.collection.short_form import STRATUM, answers_of, kept, routed, short_form, with_strata
from sagsbarometer.forms.case import complete
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.states import State
from sagsbarometer.web.delivering import answering
from sagsbarometer.web.delivering.rules import NONE_REASONS, Made, days_left, faults, rows

GIVEN = {
    "occasion": "new_application", "application_date": "02-03-2026", "form": "written",
    "decision_date": "11-05-2026", "result": "refusal", "appealed": "no", "published_deadline_weeks": "8",
    "new_date_given": "not_relevant",
}  # fmt: skip


@pytest.mark.parametrize(
    ("deadline", "told"),
    [
        (None, "Der er ikke sat en frist."),
        (date(2026, 12, 1), "Fristen er 1. december 2026, om 8 dage."),
        (date(2026, 11, 24), "Fristen er 24. november 2026, i morgen."),
        (date(2026, 11, 23), "Fristen er i dag, 23. november 2026."),
        (date(2026, 11, 22), "Fristen var 22. november 2026, i går. I kan stadig aflevere."),
        (date(2026, 11, 20), "Fristen var 20. november 2026, for 3 dage siden. I kan stadig aflevere."),
    ],
)
def test_days_left_are_said_in_words(deadline: date | None, told: str) -> None:
    assert days_left(deadline, date(2026, 11, 23)) == told


def codes(wanted: dict[str, int], none: dict[str, str], *made: Made) -> list[tuple[str, int | None]]:
    kinds = rows(wanted, none, {"a": "Afslag", "b": "Bevillinger"}, made)
    return [(fault.code, fault.case) for fault in faults(kinds, made)]


def test_a_delivery_is_kept_back_by_what_it_lacks_and_by_what_is_too_much() -> None:
    good = Made(1, "a", "draft", documents=1, missing=0)
    assert codes({"a": 1}, {}, good) == []
    assert codes({"a": 1}, {}, Made(1, "a", "draft", 0, 2)) == [("AFLEV-101", 1), ("AFLEV-103", 1)]
    assert codes({"a": 1}, {}, Made(1, "a", "draft", 0, 0, without_decision=True)) == []
    assert codes({"a": 1}, {}, Made(1, "a", "draft", 1, 0, faults=("Forkert.",))) == [("AFLEV-102", 1)]
    assert codes({"a": 2, "b": 1}, {"b": "appealed"}, good) == [("AFLEV-104", None)]
    assert codes({"a": 1}, {}, good, Made(2, "a", "returned", 1, 0)) == [("AFLEV-105", None)]
    assert codes({"a": 1}, {}, Made(1, "a", "submitted", 1, 0)) == [("AFLEV-106", None)]
    assert codes({"a": 1}, {"a": next(iter(NONE_REASONS))}) == []


def test_what_was_withdrawn_counts_as_nothing() -> None:
    kinds = rows({"a": 1}, {}, {}, [Made(1, "a", "withdrawn", 0, 5), Made(2, "a", "screened_in", 1, 0)])
    assert [(row.delivered, row.drafts, row.lacking) for row in kinds] == [(1, 0, 0)]


def test_the_form_asks_what_the_reader_finds_too() -> None:
    form = short_form()
    assert {question.id for question in form.questions} == set(QUESTIONS) - FOUND_ONLY
    for question in form.questions:
        assert (question.type is Type.DATE) is (question.id in DATES)
        if question.id in CHOICES:
            assert set(question.codes) == set(CHOICES[question.id])


def test_answers_are_read_kept_and_read_again_the_same() -> None:
    form = with_strata(short_form(), {"a": "Afslag", "b": "Bevillinger"})
    result = answering.read(form, {**GIVEN, STRATUM: "Bevillinger"})
    assert not result.errors
    assert not result.missing
    values, states = kept(result.case.answers)
    assert values["decision_date"] == "2026-05-11"
    assert values[STRATUM] == "b"
    assert complete(form, answers_of(form, values, states)).answers == result.case.answers
    typed = answering.typed_of(form, result.case.answers)
    assert answering.read(form, typed).case.answers == result.case.answers


def test_a_field_is_left_out_where_it_is_not_asked_and_stays_where_it_is_wrong() -> None:
    form = short_form()
    result = answering.read(form, {**GIVEN, "form": "none_in_file", "decision_date": "i går"})
    shown = [
        field["id"]
        for section in answering.fields(form, result.typed, result.case, result.errors)
        for field in section["fields"]
    ]
    assert "result" not in shown
    assert "decision_date" in shown
    assert result.case.answers["result"].state is State.NOT_ASKED


def test_what_was_kept_by_an_older_form_does_not_stop_the_page() -> None:
    form = short_form()
    old = answers_of(form, {"gone": "x", "decision_date": "engang"}, {"result": "not_relevant"})
    assert routed(form, old).answers["decision_date"].state is State.NOT_ANSWERED

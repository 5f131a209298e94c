"""Declared against found, suggested reasons, and dates of documents."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.collection.dates_in_text import contradictions, dates_in
from sagsbarometer.collection.screening import (
    CHOICES,
    Criteria,
    beside,
    no_decision_found,
    suggestions,
    wrong_with,
)
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.sampling.replacing import load_reasons

# The barometer of 2023: decided 1 January 2019 to 20 December 2022, called in on 18 January 2023 (appendix 1).
BAROMETER = Criteria(date(2019, 1, 1), date(2022, 12, 20), date(2023, 1, 18))
REASONS = load_reasons(shipped("studies") / "replacement_reasons.yaml")


def told(
    declared: dict[str, object], found: dict[str, object], criteria: Criteria = BAROMETER
) -> list[tuple]:
    return [(item.reason, item.definite, item.of) for item in suggestions(declared, found, criteria)]


@pytest.mark.parametrize(
    ("declared", "found", "expected"),
    [
        ({"decision_date": "2022-12-20", "appealed": "no"}, {}, []),
        ({"decision_date": "2018-12-31"}, {}, [("outside_period", True, "declared")]),
        ({"decision_date": "2018-12-31"}, {"decision_date": "2019-01-01"}, []),
        ({"appealed": True}, {}, [("appealed", True, "declared")]),
        ({"appealed": "yes"}, {"appealed": "no"}, []),
        ({"appealed": "no"}, {"appealed": "cannot_be_seen"}, []),
        ({}, {"provision": "other"}, [("wrong_provision", True, "found")]),
        # Neither in writing nor a word of an oral one: told, and never definite.
        ({"form": "none_in_file"}, {}, [("no_decision", False, "declared")]),
        ({"form": "none_in_file"}, {"form": "oral"}, []),
        ({}, {}, []),
        ({"decision_date": "snavs"}, {}, []),
    ],
)
def test_what_speaks_against_a_case(declared: dict, found: dict, expected: list) -> None:
    assert told(declared, found) == expected


def test_the_barometers_own_window_is_safe_the_day_the_cases_were_called_in() -> None:
    # Decided 20 December: four weeks is 17 January, and the letter went out on the 18th.
    assert told({"decision_date": "2022-12-20"}, {}) == []
    a_day_before = Criteria(BAROMETER.first, BAROMETER.last, date(2023, 1, 17))
    assert told({"decision_date": "2022-12-20"}, {}, a_day_before) == [("appeal_time_left", True, "declared")]


def test_a_replacement_decided_after_the_window_is_for_a_person_to_judge() -> None:
    # Appendix 1: a few refusals decided after 20 December were kept, called in once the time for appeal was over.
    late = Criteria(BAROMETER.first, BAROMETER.last, date(2023, 3, 1), replaces=True)
    assert told({"decision_date": "2023-01-10"}, {}, late) == [("outside_period", False, "declared")]
    assert told(
        {"decision_date": "2023-01-10"}, {}, Criteria(BAROMETER.first, BAROMETER.last, date(2023, 3, 1))
    ) == [("outside_period", True, "declared")]


def test_every_suggestion_is_a_reason_there_is() -> None:
    every = {"decision_date": "2023-01-17", "appealed": "yes", "form": "none_in_file", "provision": "other"}
    named = {reason for reason, *_ in told(every, every)}
    assert named == {"outside_period", "appeal_time_left", "appealed", "no_decision", "wrong_provision"}
    assert named <= set(REASONS)


def test_no_decision_is_a_finding_by_what_was_found() -> None:
    assert no_decision_found({"form": "none_in_file"}, {})
    assert no_decision_found({"form": "written"}, {"form": "none_in_file"})
    assert not no_decision_found({"form": "none_in_file"}, {"form": "written"})
    assert not no_decision_found({}, {})


def test_both_answers_stand_beside_each_other() -> None:
    rows = {row.question: row for row in beside(
        {"result": "grant", "decision_date": "2022-03-05", "appealed": False, "occasion": "<b>"},
        {"result": "refusal", "decision_date": "2022-03-05", "form": "oral"},
    )}  # fmt: skip
    assert (rows["result"].declared, rows["result"].found, rows["result"].how) == (
        "bevilling",
        "afslag",
        "differs",
    )
    assert (rows["decision_date"].declared, rows["decision_date"].how) == ("5. marts 2022", "same")
    assert (rows["appealed"].declared, rows["appealed"].how) == ("nej", "declared_only")
    assert rows["form"].how == "found_only"
    assert rows["occasion"].declared == ""  # what no question has is never shown


@pytest.mark.parametrize(
    ("verdict", "reasons", "found", "codes"),
    [
        ("in", [], {}, []),
        ("in", [], {"form": "none_in_file"}, []),  # a finding is no exclusion by itself
        ("out", ["appealed"], {}, []),
        ("", [], {}, ["MODTAG-101"]),
        ("out", [], {}, ["MODTAG-102"]),
        ("in", ["appealed"], {}, ["MODTAG-103"]),
        ("out", ["fordi"], {}, ["MODTAG-104"]),
        ("in", [], {"decision_date": "31-31"}, ["MODTAG-105"]),
        ("in", [], {"decision_date": "2022-01-01", "application_date": "2022-01-02"}, ["MODTAG-106"]),
        ("maybe", ["fordi"], {"result": "x"}, ["MODTAG-101", "MODTAG-104", "MODTAG-105"]),
    ],
)
def test_a_verdict_that_cannot_be_saved_says_everything(
    verdict: str, reasons: list, found: dict, codes: list
) -> None:
    assert [wrong.code for wrong in wrong_with(verdict, reasons, REASONS, found)] == codes


_WRITTEN = (
    "12. marts 2022|12 marts 2022|12. MARTS 2022|d. 12.\nmarts 2022|12. mar. 2022|12.03.2022|12-03-2022|12/03/2022|"
    "12/3-2022|12/3 2022|12.3.22|12-03-22|2022-03-12|12.\u00a0marts\u00a02022|12. 3. 2022"
).split("|")
_NO_DATES = (
    "010203-1234|01.02.03-1234|01-02-03 1234|31.02.2022|30.02.22|12.03.1985-1234|§ 97, 15 timer|12 34 56 78|3.14.15|"
    "1.500.000"
).split("|")


@pytest.mark.parametrize("written", _WRITTEN)
def test_dates_as_danish_documents_write_them(written: str) -> None:
    assert [item.day for item in dates_in(f"Afgørelse af {written}. Journal 22-0017.")] == [date(2022, 3, 12)]


@pytest.mark.parametrize("written", _NO_DATES)
def test_what_is_no_date(written: str) -> None:
    assert dates_in(f"Se {written} her") == [], written


@given(
    st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.sampled_from(["{}", "Den {} fik du afslag", "({})"])
)
def test_every_day_is_read_in_every_form(day: date, around: str) -> None:
    for written in (
        danish_date(day),
        f"{day:%d.%m.%Y}",
        f"{day.day}/{day.month}-{day.year}",
        day.isoformat(),
    ):
        assert [item.day for item in dates_in(around.format(written))] == [day]


def test_the_words_before_a_date_tell_what_it_is() -> None:
    text = (
        "Vi modtog din ansøgning den 3. januar 2022. Vi har truffet afgørelse den 5. marts 2022. "
        "Mødet var 1. februar 2022."
    )
    assert [item.role for item in dates_in(text)] == ["application_date", "decision_date", "decision_date"]
    assert [item.role for item in dates_in("Mødet er 1. februar 2022")] == [""]


LETTER = "Agernæs-Holme Kommune\n\n5. marts 2022\n\nVi modtog din ansøgning den 3. januar 2022."


@pytest.mark.parametrize(
    ("declared", "questions", "said"),
    [
        ({"decision_date": "2022-03-05", "application_date": "2022-01-03"}, [], ""),
        ({"decision_date": "2022-05-03"}, ["decision_date"], "står ikke i dokumenterne."),
        ({"application_date": "2022-03-01"}, ["application_date"], "der står 3. januar 2022."),
        ({"application_date": "2021-01-03"}, ["application_date"], "Er årstallet rigtigt?"),
        ({"decision_date": ""}, [], ""),
    ],
)
def test_a_date_nobody_wrote_is_told(declared: dict, questions: list, said: str) -> None:
    found = contradictions(declared, [LETTER])
    assert [item.question for item in found] == questions
    assert all(said in item.said for item in found)


def test_day_and_month_exchanged_is_seen() -> None:
    (found,) = contradictions({"decision_date": "2022-03-05"}, ["Afgørelse af 3. maj 2022"])
    assert found.said.endswith("Er dag og måned byttet om?")


def test_texts_without_dates_say_nothing() -> None:
    assert contradictions({"decision_date": "2022-03-05"}, ["", "Et billede uden tekst"]) == []


def test_every_choice_has_words() -> None:
    assert all(label for choices in CHOICES.values() for label in choices.values())

"""How far the collection is: numbers that add up, and a forecast that says when it cannot tell."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.collection.burden import Times, burden
from sagsbarometer.collection.progress import (
    Arrived,
    Asked,
    Count,
    Forecast,
    count,
    forecast,
    progress,
    reader_weeks,
)
from sagsbarometer.collection.replacing import Next, asked_with, next_case, reason_of
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.sampling.replacing import load_reasons

STATES = ["draft", "submitted", "returned", "screened_in", "excluded", "withdrawn"]
TODAY = date(2023, 3, 1)  # a Wednesday


@given(st.integers(0, 12), st.booleans(), st.lists(st.sampled_from(STATES), max_size=20))
def test_what_was_asked_for_is_accounted_for(wanted: int, none: bool, states: list[str]) -> None:
    told = count(wanted, none, states)
    assert told.asked + told.extra == told.open + told.delivered + told.none
    assert told.delivered == told.in_ + told.out + told.waiting
    assert min(told.open, told.none, told.extra) >= 0
    assert not (told.open and told.extra)


_codes = st.sampled_from(["901", "902", "903"])
_strata = st.sampled_from(["afslag", "bevilling", ""])


@st.composite
def collections(draw: st.DrawFn) -> tuple[list[Asked], list[Arrived]]:
    asked = [
        Asked(
            code, code, draw(st.dictionaries(_strata, st.integers(0, 6))), draw(st.frozensets(_strata)),
            draw(st.sampled_from(["planned", "called_in", "reopened", "finished"])),
            draw(st.none() | st.dates(TODAY - timedelta(90), TODAY + timedelta(90))),
        )
        for code in ("901", "902", "903")
    ]  # fmt: skip
    days = st.none() | st.dates(TODAY - timedelta(60), TODAY)
    arrived = draw(
        st.lists(st.builds(Arrived, _codes, _strata, st.sampled_from(STATES), days, days), max_size=40)
    )
    return asked, arrived


@given(collections())
def test_municipalities_and_strata_give_the_same_whole(given_: tuple[list[Asked], list[Arrived]]) -> None:
    asked, arrived = given_
    told = progress(asked, arrived, TODAY)
    assert sum((line.count for line in told.municipalities), Count()) == told.total
    assert sum(told.strata.values(), Count()) == told.total
    assert told.total.asked == sum(sum(item.wanted.values()) for item in asked)
    assert told.total.delivered == sum(
        case.state in ("submitted", "screened_in", "excluded") for case in arrived
    )
    assert told.total.asked + told.total.extra == told.total.open + told.total.delivered + told.total.none
    assert sum(kept for _, _, kept in told.days) <= told.total.in_
    for line in told.late:
        assert line.count.open
        assert line.deadline is not None
        assert line.deadline < TODAY


def _one(state: str = "called_in", deadline: date | None = None, **wanted: int) -> Asked:
    return Asked("901", "Agernæs-Holme", wanted, frozenset(), state, deadline)


def test_a_municipality_is_late_the_day_after_its_deadline_and_only_with_something_open() -> None:
    def late(day: date, states: list[str]) -> list[int]:
        arrived = [Arrived("901", "afslag", state) for state in states]
        return [line.days_late for line in progress([_one("called_in", day, afslag=2)], arrived, TODAY).late]

    assert late(TODAY, []) == []
    assert late(TODAY - timedelta(1), []) == [1]
    assert late(TODAY - timedelta(30), ["submitted", "draft"]) == [30]
    assert late(TODAY - timedelta(30), ["submitted", "excluded"]) == []


def test_a_stratum_lacks_what_nobody_is_asked_for() -> None:
    arrived = [Arrived("901", "afslag", "excluded"), Arrived("901", "afslag", "screened_in")]
    told = progress([_one(afslag=2, bevilling=5)], arrived, TODAY, {"afslag": 2, "bevilling": 5})
    assert told.lacking == {"afslag": 1}  # one went out, and nothing was called in for it
    assert (
        progress([_one(afslag=3, bevilling=5)], arrived, TODAY, {"afslag": 2, "bevilling": 5}).lacking == {}
    )


def test_a_case_of_a_municipality_that_was_not_asked_is_refused() -> None:
    with pytest.raises(KeyError):
        progress([_one(afslag=1)], [Arrived("902", "afslag", "submitted")], TODAY)


def _before(number: int, each: int = 1) -> list[date]:
    """`each` cases on each of the `number` working days before today."""
    days, day = [], TODAY
    while len(days) < number * each:
        day -= timedelta(1)
        if day.weekday() < 5:
            days += [day] * each
    return days


def test_a_steady_rate_is_carried_on() -> None:
    # Two a working day; 20 left take ten working days: 1 March and nine more.
    told = forecast(_before(15, 2), 20, TODAY)
    assert (told.rate, told.cases, told.days) == (2, 30, 15)
    assert told.day == date(2023, 3, 14)
    # 1.28·√30 = 7.0: 37.0 and 23.0 cases in 15 days, so 9 and 14 working days.
    assert (told.first, told.last) == (date(2023, 3, 13), date(2023, 3, 20))


@pytest.mark.parametrize(
    ("days", "left", "why"),
    [
        ([], 10, "too_few"),
        (_before(4, 3), 10, "too_few"),  # four days
        (_before(15, 2)[::8], 10, "too_few"),  # four cases
        (_before(15, 2), 0, "done"),
        ([TODAY - timedelta(60)] * 9, 10, "stands_still"),
        ([TODAY] * 50, 10, "too_few"),  # a day that is not over says nothing
    ],
)
def test_where_nothing_can_be_said_it_is_not(days: list[date], left: int, why: str) -> None:
    told = forecast(days, left, TODAY)
    assert (told.day, told.first, told.last, told.why) == (None, None, None, why)


def test_a_slow_end_years_away_is_left_open() -> None:
    told = forecast(_before(15)[::3], 300, TODAY)  # five in fifteen days
    assert told.first is not None
    assert told.last is None


@given(st.lists(st.dates(TODAY - timedelta(40), TODAY), max_size=60), st.integers(1, 500))
def test_the_range_holds_the_forecast(days: list[date], left: int) -> None:
    told: Forecast = forecast(days, left, TODAY)
    if told.day:
        assert told.first is not None
        assert TODAY <= told.first <= told.day
        assert told.last is None or told.day <= told.last


def test_reader_weeks() -> None:
    assert reader_weeks(385) == Fraction(385, 40)
    assert reader_weeks(100, 20, Fraction(1, 10)) == Fraction(11, 2)
    assert reader_weeks(100, 20, Fraction(1, 10), handed_in=10) == 5
    assert reader_weeks(1, 20, handed_in=3) == 0
    with pytest.raises(ValueError):
        reader_weeks(1, 0)


def test_the_burden_counts_what_was_found_for_nothing() -> None:
    arrived = [Arrived("901", "afslag", state) for state in ("screened_in", "excluded", "submitted")]
    told = progress([_one("finished", None, afslag=3)], arrived, TODAY)
    (row,) = burden(
        told.municipalities, {"901": Times(date(2023, 1, 18), date(2023, 2, 8))}, {"901": 1}, {"901": 2}
    )
    assert (row.asked, row.delivered, row.used, row.unused, row.waiting) == (3, 3, 1, 1, 1)
    assert (row.replacements, row.returned, row.days) == (1, 2, 21)


def test_days_are_not_told_while_something_is_open() -> None:
    told = progress([_one("called_in", None, afslag=3)], [Arrived("901", "afslag", "submitted")], TODAY)
    (row,) = burden(told.municipalities, {"901": Times(date(2023, 1, 18), date(2023, 2, 8))}, {}, {})
    assert row.days is None


ORDER, KINDS = ["a", "b", "c", "d"], {"a": "afslag", "b": "bevilling", "c": "afslag", "d": "bevilling"}


@pytest.mark.parametrize(
    ("stratum", "order", "taken", "none_of", "expected"),
    [
        ("afslag", ORDER, {"a"}, [], Next("reserve", "c")),
        ("bevilling", ORDER, {"a"}, [], Next("reserve", "b")),
        ("afslag", ORDER, {"a", "c"}, [], Next("used_up")),
        ("afslag", [], set(), [], Next("next_of_kind")),
        ("afslag", [], set(), ["afslag"], Next("none_of_kind")),
    ],
)
def test_nobody_chooses_the_case_that_takes_a_place(
    stratum: str, order: list, taken: set, none_of: list, expected: Next
) -> None:
    assert next_case(stratum, order, KINDS, taken, none_of) == expected


def test_what_is_asked_for_grows_by_one() -> None:
    assert asked_with({"afslag": 1}, "bevilling") == {"afslag": 1, "bevilling": 1}


def test_the_reason_in_the_log_is_one_that_keeps_the_case_outside() -> None:
    known = load_reasons(shipped("studies") / "replacement_reasons.yaml")
    assert reason_of(["unreadable", "appealed", "wrong_provision"], known) == "wrong_provision"
    assert reason_of(["unreadable", "disqualified"], known) == "disqualified"
    assert reason_of(["findes_ikke"], known) == ""

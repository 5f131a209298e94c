"""What a scenario says of its months: only what the order of decisions makes true, and one month is one."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.measures.scenario import Order
from sagsbarometer.reporting.pages.scenario_report import scenario_report, scenario_words
from sagsbarometer.runs.appeals_scenario import Job, scenario


def told(**given: object) -> str:
    return " ".join(scenario_words(scenario(Job(**given)).found)).replace("*", "")  # type: ignore[arg-type]


@given(st.integers(1, 3000), st.integers(0, 5200))
def test_those_that_wait_are_as_old_as_given(pending: int, weeks: int) -> None:
    done = scenario(Job(receipts="0", capacity="0", months=1, pending=pending, pending_age=str(weeks)))
    assert done.found.start == (pending, Fraction(7 * weeks))


QUEUE = {"receipts": "100", "capacity": "300,100", "months": 6, "pending": 500, "pending_age": "40"}


def test_the_oldest_are_said_to_be_decided_first_only_where_they_are() -> None:
    # Six months, so that the times fall and rise again.
    oldest = told(**{**QUEUE, "capacity": "200,300,50", "receipts": "100,100,100"}, order="oldest_first")
    assert "Lavest er det i måned" in oldest
    assert "først afgøres de ældste af dem, der ventede ved starten." in oldest
    newest = told(**{**QUEUE, "capacity": "300,100,300", "months": 3}, order="newest_first")
    assert "Lavest er det i måned 2, 1,4 uger: de, der ventede ved starten, afgøres kun i måneder" in newest
    assert "Lavest" not in told(**QUEUE, order="newest_first")  # it stays that low to the end
    for order in (Order.NEWEST_FIRST, Order.RANDOM):
        assert "ældste" not in told(**QUEUE, order=order.value)


def test_nobody_is_said_to_have_waited_at_the_start_where_nobody_did() -> None:
    words = told(receipts="100", capacity="0,0,0,0,400,100,20", months=15, order="oldest_first")
    assert "Lavest er det i måned 6" in words
    assert "der ventede ved starten" not in words


@pytest.mark.parametrize("pending", [0, 1, 2])
def test_one_month_and_one_case_are_one(pending: int) -> None:
    job = Job(receipts="1,0", capacity="0", months=1, pending=pending, pending_age="40")
    done = scenario(job)
    words = " ".join((*done.found.told, *scenario_words(done.found)))
    assert "Efter 1 måned venter" in words
    for wrong in ("1 måneder", "1 sager", "1 afgørelser"):
        assert wrong not in words
    assert ("1 sag, 40,0 uger gammel" in words) == (pending == 1)
    assert "køen den næste måned" in scenario_report(done.found)["index.html"].decode()


def test_room_for_one_more_is_one_decision() -> None:
    assert "plads til 1 afgørelse mere" in told(receipts="1", capacity="2", months=1)

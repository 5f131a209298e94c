"""The queue month by month: what must hold whatever is assumed, and a few queues that can be followed by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.measures.scenario import MONTH, Assumptions, Cohort, Order, cohorts, run, spread

NUMBERS = st.lists(st.integers(0, 400), min_size=1, max_size=6).map(tuple)
ASSUMED = st.builds(
    Assumptions,
    receipts=NUMBERS,
    capacity=NUMBERS,
    months=st.integers(1, 30),
    lapse=st.fractions(0, 1, max_denominator=50),
    order=st.sampled_from(Order),
)
BACKLOG = st.dictionaries(st.integers(0, 900), st.integers(1, 200), max_size=20).map(cohorts)


@given(ASSUMED, BACKLOG)
def test_no_case_is_lost_or_made(assumed: Assumptions, backlog: tuple[Cohort, ...]) -> None:
    pending = sum(cohort.cases for cohort in backlog)
    for month in run(assumed, backlog):
        pending += month.received - month.lapsed - month.decided
        assert month.pending == pending
        assert min(month.received, month.lapsed, month.decided, month.idle, month.pending) >= 0
        assert (month.pending_age is None) == (month.pending == 0)
        assert (month.decided_time is None) == (month.decided == 0)
        assert (month.pending_age or 0) >= 0
        assert (month.decided_time or 1) > 0
        assert month.idle == 0 or month.pending == 0


@given(ASSUMED, BACKLOG)
def test_the_order_moves_times_and_no_counts(assumed: Assumptions, backlog: tuple[Cohort, ...]) -> None:
    def counts(order: Order) -> list[tuple[int, ...]]:
        months = run(replace(assumed, order=order), backlog)
        return [(month.lapsed, month.decided, month.idle, month.pending) for month in months]

    assert counts(Order.OLDEST_FIRST) == counts(Order.RANDOM) == counts(Order.NEWEST_FIRST)


@given(ASSUMED, BACKLOG, st.integers(0, 200))
def test_more_capacity_never_leaves_more_waiting(
    assumed: Assumptions, backlog: tuple[Cohort, ...], more: int
) -> None:
    raised = replace(assumed, capacity=tuple(own + more for own in assumed.capacity))
    for before, after in zip(run(assumed, backlog), run(raised, backlog), strict=True):
        assert after.pending <= before.pending


@given(ASSUMED.filter(lambda assumed: not assumed.lapse), BACKLOG)
def test_the_oldest_first_leaves_the_youngest_waiting(
    assumed: Assumptions, backlog: tuple[Cohort, ...]
) -> None:
    runs = [run(replace(assumed, order=order), backlog) for order in Order]
    for oldest, random, newest in zip(*runs, strict=True):
        if oldest.pending:
            assert (oldest.pending_age or 0) <= (random.pending_age or 0) <= (newest.pending_age or 0)


def test_a_queue_in_balance_stays_as_it_is() -> None:
    """100 a month in and out, 300 waiting, the oldest first: each waits three months and is then decided."""
    backlog = spread(300, Fraction(3, 2) * MONTH)
    assert [(cohort.cases, cohort.age / MONTH) for cohort in backlog] == [
        (100, Fraction(5, 2)),
        (100, Fraction(3, 2)),
        (100, Fraction(1, 2)),
    ]
    for month in run(Assumptions((100,), (100,), 12), backlog):
        assert (month.pending, month.idle) == (300, 0)
        assert month.decided_time == 3 * MONTH
        assert month.pending_age == Fraction(3, 2) * MONTH


def test_capacity_for_more_than_are_there_is_told() -> None:
    (month,) = run(Assumptions((10,), (25,), 1), spread(5, MONTH))
    assert (month.decided, month.idle, month.pending, month.pending_age) == (15, 10, 0, None)


def test_a_case_decided_in_its_own_month_takes_a_third_of_one() -> None:
    (month,) = run(Assumptions((10,), (10,), 1))
    assert month.decided_time == MONTH / 3


def test_lapse_is_a_part_of_all_that_wait() -> None:
    first, second = run(Assumptions((100,), (0,), 2, Fraction(1, 10)))
    assert (first.lapsed, first.pending, second.lapsed, second.pending) == (10, 90, 19, 171)


def test_the_last_number_holds_on() -> None:
    months = run(Assumptions((10, 20), (0,), 4))
    assert [month.received for month in months] == [10, 20, 20, 20]


def test_a_backlog_keeps_its_mean_age() -> None:
    days = {0: 3, 29: 1, 31: 2, 400: 5}
    found = cohorts(days)
    assert [cohort.cases for cohort in found] == [5, 2, 4]
    total = sum(cohort.cases * cohort.age for cohort in found)
    assert total == sum(day * cases for day, cases in days.items())


@given(st.integers(0, 5000), st.integers(0, 900))
def test_a_spread_has_every_case(cases: int, age: int) -> None:
    found = spread(cases, Fraction(age))
    assert sum(cohort.cases for cohort in found) == cases
    assert all(0 <= cohort.age <= 2 * age for cohort in found)


@given(st.integers(1, 5000), st.fractions(0, 5000, max_denominator=1000))
def test_a_spread_has_exactly_the_mean_that_is_given(cases: int, age: Fraction) -> None:
    """However few: a mean of 40 weeks is 40 weeks for a single case, too. Oldest first, and no cohort is more than a
    month of ages wide."""
    found = spread(cases, age)
    assert sum((cohort.cases * cohort.age for cohort in found), Fraction(0)) == cases * age
    ages = [cohort.age for cohort in found]
    assert ages == sorted(ages, reverse=True)
    assert all((cohort.cases - 1) * 2 * age / cases <= MONTH for cohort in found)


@pytest.mark.parametrize(
    "wrong",
    [
        {"receipts": ()},
        {"capacity": (-1,)},
        {"months": 0},
        {"lapse": Fraction(11, 10)},
        {"lapse": Fraction(-1, 10)},
    ],
)
def test_what_no_queue_can_have_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Assumptions(**{"receipts": (1,), "capacity": (1,), "months": 1, **wrong})  # type: ignore[arg-type]

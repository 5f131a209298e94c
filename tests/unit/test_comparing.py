"""Process intervals and trends: what must hold whatever the counts are."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.measures.comparing import Point, difference, newcombe, trend, wilson

COUNTS = st.integers(1, 5000).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases)))
TINY = Decimal("0.00001")


@given(COUNTS)
def test_interval_of_a_share_holds_it_and_stays_within_nought_and_a_hundred(counts: tuple[int, int]) -> None:
    interval = wilson(*counts)
    share = Decimal(100 * counts[0]) / counts[1]
    assert 0 <= interval.low <= share + TINY
    assert share - TINY <= interval.high <= 100


@given(COUNTS)
def test_interval_mirrors_when_yes_and_no_change_places(counts: tuple[int, int]) -> None:
    yes, cases = counts
    one, other = wilson(yes, cases), wilson(cases - yes, cases)
    assert abs(one.low - (100 - other.high)) < TINY
    assert abs(one.high - (100 - other.low)) < TINY


@given(COUNTS, COUNTS)
def test_interval_of_a_difference_holds_it_and_turns_with_it(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    interval, turned = newcombe(one, other), newcombe(other, one)
    points = difference(one, other)
    assert interval.low - TINY <= points <= interval.high + TINY
    assert interval.low >= -100
    assert interval.high <= 100
    assert (interval.low, interval.high) == (-turned.high, -turned.low)
    assert points == -difference(other, one)


@given(COUNTS)
def test_more_cases_of_the_same_share_narrow_the_interval(counts: tuple[int, int]) -> None:
    yes, cases = counts
    one, more = wilson(yes, cases), wilson(4 * yes, 4 * cases)
    assert more.high - more.low <= one.high - one.low


@pytest.mark.parametrize("counts", [(1, 0), (3, 2), (-1, 5)])
def test_counts_that_do_not_fit_are_refused(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError):
        wilson(*counts)
    with pytest.raises(ValueError):
        newcombe((1, 2), counts)


@given(st.lists(COUNTS, min_size=3, max_size=8), st.integers(-3000, 3000), st.integers(1, 12))
def test_trend_does_not_hang_on_when_time_begins_or_what_it_is_counted_in(
    counts: list[tuple[int, int]], start: int, step: int
) -> None:
    here = trend([Point(Fraction(time), *pair) for time, pair in enumerate(counts)])
    there = trend([Point(Fraction(start + step * time), *pair) for time, pair in enumerate(counts)])
    if here is None or there is None:
        assert here is there is None
        return
    assert here.chi_square == there.chi_square
    assert here.p_value == there.p_value
    assert abs(here.slope - step * there.slope) <= step * Decimal("0.000001")


@given(COUNTS, COUNTS)
def test_trend_of_two_times_is_their_difference(one: tuple[int, int], other: tuple[int, int]) -> None:
    """With two times the line goes through both, and there is nothing left to depart from it."""
    found = trend([Point(Fraction(0), *one), Point(Fraction(1), *other)])
    if found is None:
        assert one[0] + other[0] in (0, one[1] + other[1])
        return
    assert found.slope == difference(other, one)
    assert (found.departure, found.departure_freedom, found.departure_p_value) == (0, 0, None)


@given(st.integers(1, 900), st.integers(2, 6))
def test_no_trend_where_the_share_is_the_same(cases: int, times: int) -> None:
    found = trend([Point(Fraction(time), cases, 3 * cases) for time in range(times)])
    assert found is not None
    assert (found.slope, found.chi_square, found.p_value, found.departure) == (0, 0, 1, 0)


def test_empty_times_and_cases_that_are_all_alike_give_no_trend() -> None:
    assert trend([]) is None
    assert trend([Point(Fraction(1), 3, 10), Point(Fraction(2), 0, 0)]) is None
    assert trend([Point(Fraction(1), 0, 10), Point(Fraction(2), 0, 10)]) is None
    assert trend([Point(Fraction(1), 10, 10), Point(Fraction(2), 5, 5)]) is None
    with pytest.raises(ValueError):
        trend([Point(Fraction(1), 11, 10), Point(Fraction(2), 5, 5)])

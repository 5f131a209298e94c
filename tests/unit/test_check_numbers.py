"""Printed numbers, what rounding hides in them, and the rules of rounding."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.checking import numbers
from sagsbarometer.checking.numbers import (
    ANY,
    PERCENT,
    PLAIN,
    RATIO,
    NotComputable,
    Number,
    danish,
    whole_counts,
)
from sagsbarometer.checking.roundings import Computable, Rounding, fit, whole
from sagsbarometer.kernel.rounding import percent, round_half_up


def printed(text: str, scale: str = PLAIN, rounded: bool = True) -> Number:
    found = numbers.printed(text, scale, rounded)
    assert found is not None
    return found


def span(number: Number) -> tuple[Fraction, Fraction, Fraction]:
    return number.exact, number.low, number.high


@pytest.mark.parametrize(
    ("text", "number"),
    [("31", (31, 0)), ("-18", (-18, 0)), ("26.3", (Fraction(263, 10), 1)), ("1.30", (Fraction(13, 10), 2))],
)
def test_what_is_a_number(text: str, number: tuple[Fraction, int]) -> None:
    assert numbers.parsed(text) == number


@pytest.mark.parametrize(
    "text", ["", "1.234.5", "1,5", "2e3", " 1", "nan", "1_000", "½", "٣", "1/2", "9" * 16]
)
def test_what_is_none(text: str) -> None:
    assert numbers.parsed(text) is None


def test_a_rounded_number_stands_for_all_that_rounds_to_it() -> None:
    assert span(printed("31", PERCENT)) == (31, Fraction(61, 2), Fraction(63, 2))
    assert span(printed("26.3")) == (Fraction(263, 10), Fraction(2625, 100), Fraction(2635, 100))
    assert span(printed("17", rounded=False)) == (17, 17, 17)


def test_arithmetic_carries_what_rounding_hides() -> None:
    older, newer = printed("19", PERCENT), printed("23", PERCENT)
    assert span(numbers.difference(newer, older)) == (4, 3, 5)
    assert span(numbers.total([older, newer])) == (42, 41, 43)
    share = numbers.ratio(numbers.known(21), numbers.known(385), percent=True)
    assert (share.exact, share.scale) == (Fraction(2100, 385), PERCENT)
    assert numbers.ratio(numbers.known(1), numbers.known(4), percent=False).in_percent.exact == 25
    assert numbers.product([numbers.known(4), numbers.known(385)]).exact == 1540
    assert span(numbers.extreme([older, newer], max)) == (23, Fraction(45, 2), Fraction(47, 2))
    assert numbers.rounded(share, 0).exact == 5


@given(
    st.lists(st.integers(-50, 50), min_size=2, max_size=2),
    st.lists(st.integers(-5, 5), min_size=2, max_size=2),
)
def test_a_product_lies_within_its_range(middles: list[int], steps: list[int]) -> None:
    parts = [
        Number(Fraction(m), Fraction(m - abs(s)), Fraction(m + abs(s)))
        for m, s in zip(middles, steps, strict=True)
    ]
    made = numbers.product(parts)
    for left in range(int(parts[0].low), int(parts[0].high) + 1):
        for right in range(int(parts[1].low), int(parts[1].high) + 1):
            assert made.low <= left * right <= made.high


def test_counts_and_percentages_are_not_mixed() -> None:
    with pytest.raises(ValueError):
        numbers.total([numbers.known(1), numbers.known(1, PERCENT)])
    with pytest.raises(ValueError):
        numbers.product([numbers.known(1, RATIO), numbers.known(1, PERCENT)])
    assert numbers.total([numbers.known(1, ANY), numbers.known(1, PERCENT)]).scale == PERCENT


def test_nothing_is_divided_by_what_may_be_nought() -> None:
    with pytest.raises(NotComputable):
        numbers.ratio(numbers.known(1), numbers.known(0), percent=False)
    with pytest.raises(NotComputable):
        numbers.ratio(printed("1", PERCENT), printed("0", PERCENT), percent=False)
    one = numbers.difference(printed("2", PERCENT), printed("1", PERCENT))  # anything from 0 to 2
    with pytest.raises(NotComputable):
        numbers.ratio(printed("1", PERCENT), one, percent=False)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Fraction(263, 10), "26,3"),
        (Fraction(17305), "17.305"),
        (Fraction(100, 3), "33,33"),
        (Fraction(-18), "-18"),
        (Fraction(40), "40"),
    ],
)
def test_danish_numbers(value: Fraction, words: str) -> None:
    assert danish(value) == words


@given(st.integers(0, 100), st.integers(1, 400))
def test_counts_of_a_percentage_are_those_that_round_to_it(percentage: int, base: int) -> None:
    wanted = [count for count in range(base + 1) if percent(count, base) == percentage]
    assert list(whole_counts(percentage, base)) == wanted
    either = [
        count for count in range(base + 1) if abs(Fraction(100 * count, base) - percentage) <= Fraction(1, 2)
    ]
    assert list(whole_counts(percentage, base, closed=True)) == either


# --- which rule of rounding ---


@given(st.integers(0, 10_000), st.integers(1, 500))
def test_half_up_is_the_kernels(count: int, base: int) -> None:
    share = Fraction(100 * count, base)
    assert whole(share, Rounding.HALF_UP) == round_half_up(share)


@given(st.fractions(0, 200, max_denominator=1000))
def test_rules_differ_only_at_a_half(share: Fraction) -> None:
    given_by = {rule: whole(share, rule) for rule in Rounding}
    assert all(abs(value - share) <= Fraction(1, 2) for value in given_by.values())
    assert (len(set(given_by.values())) == 2) == (share % 1 == Fraction(1, 2))
    if share % 1 == Fraction(1, 2):
        assert given_by[Rounding.HALF_EVEN] % 2 == 0
        assert given_by[Rounding.HALF_ODD] % 2 == 1
        assert given_by[Rounding.HALF_UP] == given_by[Rounding.HALF_DOWN] + 1


@given(
    st.sampled_from(list(Rounding)),
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from([8, 24, 40, 200])), min_size=1),
)
def test_the_rule_that_was_used_fits_every_percentage(rule: Rounding, counts: list[tuple[int, int]]) -> None:
    cells = [Computable("x", whole(Fraction(100 * k, n), rule), k, n) for k, n in counts]
    result = fit(cells)
    assert result.hits[rule] == result.cells == len(cells)
    assert rule in result.best
    assert all(tie.exact % 1 == Fraction(1, 2) for tie in result.ties)


def test_ties_tell_the_rules_apart() -> None:
    """Three of the annual report's: 1 of 8 printed 13, 3 of 24 printed 13, 3 of 8 printed 38."""
    result = fit(
        [
            Computable("a", 13, 1, 8),
            Computable("b", 13, 3, 24),
            Computable("c", 38, 3, 8),
            Computable("d", 33, 1, 3),
        ]
    )
    assert result.hits == {
        Rounding.HALF_UP: 4,
        Rounding.HALF_EVEN: 2,
        Rounding.HALF_DOWN: 1,
        Rounding.HALF_ODD: 3,
    }
    assert result.best == (Rounding.HALF_UP,)
    assert [tie.name for tie in result.ties] == ["a", "b", "c"]


def test_a_difference_of_percentages_is_in_points() -> None:
    left, right = numbers.known(12, PERCENT), numbers.known(31, PERCENT)
    assert numbers.spoken(numbers.difference(left, right)) == "-19 procentpoint"
    assert numbers.spoken(numbers.rounded(numbers.difference(left, right), 0)) == "-19 procentpoint"
    assert numbers.spoken(numbers.difference(numbers.known(12), numbers.known(31))) == "-19"
    assert numbers.spoken(numbers.total((left, right))) == "43 %"

"""Cases shared out: sums, bounds and largest remainders, in one and in two directions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.sampling.allocation import (
    METHODS,
    TooFew,
    TooMany,
    fair_parts,
    root,
    share_out,
    weight,
)
from sagsbarometer.sampling.crossing import Crossed, fitted, whole_table

UNITS = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 5), st.integers(0, 60)), min_size=1, max_size=8
).map(lambda units: [(Fraction(size), low, low + more) for size, low, more in units])


@given(UNITS, st.integers(0, 300))
def test_parts_sum_to_the_total_and_keep_their_bounds(
    units: list[tuple[Fraction, int, int]], total: int
) -> None:
    weights, low, high = (list(own) for own in zip(*units, strict=True))
    if total < sum(low):
        with pytest.raises(TooFew) as few:
            share_out(total, weights, low, high)
        assert few.value.least == sum(low)
        return
    if total > sum(high):
        with pytest.raises(TooMany) as many:
            share_out(total, weights, low, high)
        assert many.value.most == sum(high)
        return
    parts = fair_parts(total, weights, low, high)
    whole = share_out(total, weights, low, high)
    assert sum(parts) == total
    assert sum(whole) == total
    for part, number, least, most in zip(parts, whole, low, high, strict=True):
        assert least <= part <= most
        assert least <= number <= most
        assert abs(part - number) < 1


@given(UNITS, st.integers(0, 300))
def test_parts_between_their_bounds_are_as_their_weights(
    units: list[tuple[Fraction, int, int]], total: int
) -> None:
    weights, low, high = (list(own) for own in zip(*units, strict=True))
    if not sum(low) <= total <= sum(high):
        return
    parts = fair_parts(total, weights, low, high)
    free = [
        (part, own)
        for part, own, least, most in zip(parts, weights, low, high, strict=True)
        if own and least < part < most
    ]
    assert len({part / own for part, own in free}) <= 1
    if free:
        scale = free[0][0] / free[0][1]
        for part, own, least, most in zip(parts, weights, low, high, strict=True):
            assert part == (min(max(scale * own, least), most) if own else least)


def test_largest_remainder_by_hand() -> None:
    # 53, 24 and 23 percent of 7 are 3.71, 1.68 and 1.61: 3, 1 and 1, and one more for .71 and .68.
    assert share_out(7, [Fraction(53), Fraction(24), Fraction(23)]) == (4, 2, 1)
    assert share_out(10, [Fraction(1)] * 3) == (4, 3, 3)


def test_what_each_method_weighs() -> None:
    assert [weight(method, 16, Fraction(1, 4)) for method in METHODS] == [16, 4, 4, 1]
    assert [weight(method, 0) for method in METHODS] == [0, 0, 0, 0]
    assert abs(root(Fraction(2)) ** 2 - 2) < Fraction(1, 10**11)
    with pytest.raises(ValueError, match="other"):
        weight("other", 1)


def test_neyman_gives_the_least_variance_of_all_whole_allocations() -> None:
    sizes, spreads = (60, 30, 10), (Fraction(1, 2), Fraction(1, 4), Fraction(1, 10))

    def variance(cases: tuple[int, ...]) -> Fraction:
        parts = zip(sizes, spreads, cases, strict=True)
        return sum((Fraction(size**2) * spread**2 / own for size, spread, own in parts), Fraction(0))

    every = [cases for cases in product(range(1, 21), repeat=3) if sum(cases) == 20]
    best = min(every, key=variance)
    ours = share_out(20, [size * spread for size, spread in zip(sizes, spreads, strict=True)], [1, 1, 1])
    assert variance(ours) <= variance(best) * Fraction(101, 100)
    assert max(abs(one - other) for one, other in zip(ours, best, strict=True)) <= 1


TABLES = st.integers(2, 3).flatmap(
    lambda width: st.lists(
        st.lists(
            st.tuples(st.integers(0, 9), st.integers(0, 1), st.integers(0, 3)), min_size=width, max_size=width
        ),
        min_size=2,
        max_size=3,
    )
)


@given(TABLES, st.data())
def test_a_whole_table_is_the_nearest_of_all_tables(
    table: list[list[tuple[int, int, int]]], data: st.DataObject
) -> None:
    low = [[least for _, least, _ in line] for line in table]
    high = [[least + more for _, least, more in line] for line in table]
    height, width = len(table), len(table[0])
    flat = [
        (least, most)
        for one, two in zip(low, high, strict=True)
        for least, most in zip(one, two, strict=True)
    ]
    some = [data.draw(st.integers(least, most)) for least, most in flat]
    rows = [sum(some[at * width : (at + 1) * width]) for at in range(height)]
    columns = [sum(some[s::width]) for s in range(width)]
    parts = fitted([[float(part) for part, _, _ in line] for line in table], rows, columns, low, high)
    ours = whole_table(parts, rows, columns, low, high)
    assert [sum(line) for line in ours] == rows
    assert [sum(line) for line in zip(*ours, strict=True)] == columns

    def apart(numbers: list[list[int]]) -> float:
        return sum((numbers[at][s] - parts[at][s]) ** 2 for at in range(height) for s in range(width))

    every = (
        [list(own[at * width : (at + 1) * width]) for at in range(height)]
        for own in product(*(range(least, most + 1) for least, most in flat))
    )
    best = min(
        apart(numbers)
        for numbers in every
        if [sum(line) for line in numbers] == rows
        and [sum(line) for line in zip(*numbers, strict=True)] == columns
    )
    assert apart(ours) <= best + 1e-9
    assert all(low[at][s] <= ours[at][s] <= high[at][s] for at in range(height) for s in range(width))


def test_fitting_keeps_the_odds_between_free_cells() -> None:
    parts = [[40.0, 10.0], [20.0, 20.0], [5.0, 30.0]]
    found = fitted(parts, [30, 30, 40], [60, 40], [[0, 0]] * 3, [[100, 100]] * 3)
    assert [sum(line) for line in found] == pytest.approx([30, 30, 40])
    assert [sum(line) for line in zip(*found, strict=True)] == pytest.approx([60, 40])
    odds = [line[0] / line[1] * part[1] / part[0] for line, part in zip(found, parts, strict=True)]
    assert odds == pytest.approx([odds[0]] * 3)


def test_sums_that_do_not_go_together_are_told() -> None:
    with pytest.raises(Crossed) as crossed:
        whole_table([[5.0, 5.0], [5.0, 5.0]], [10, 10], [18, 2], [[0, 0], [0, 0]], [[6, 10], [9, 10]])
    assert (crossed.value.wanted, crossed.value.most) == (
        20,
        17,
    )  # 6 + 9 in the first column, 2 in the second
    with pytest.raises(ValueError, match="sums"):
        whole_table([[1.0]], [1], [2], [[0]], [[5]])

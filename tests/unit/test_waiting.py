"""The curves of waiting against another way to the same answer, and what must hold of every one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.measures.times import quantile
from sagsbarometer.measures.waiting import Curve, Exits, log_log, waiting_curve

CAUSES = ("decided", "lapsed")
OPEN = "open"
Case = tuple[int, str]  # days, and how it stands
CASES = st.lists(st.tuples(st.integers(0, 40), st.sampled_from((*CAUSES, OPEN))), min_size=1, max_size=60)
NEAR = Decimal("1e-25")


def exits(cases: Sequence[Case]) -> Exits:
    counted = Counter(cases)

    def days(status: str) -> dict[int, int]:
        return {day: number for (day, own), number in counted.items() if own == status}

    return Exits(CAUSES, {cause: days(cause) for cause in CAUSES}, days(OPEN))


def curve_of(cases: Sequence[Case]) -> Curve:
    return waiting_curve(exits(cases))


def redistributed(cases: Sequence[Case], day: int) -> dict[str, Fraction]:
    """The shares on a day when each open case hands its weight on, in equal parts, to those who waited longer (Efron
    1967); another algorithm than ours, in fractions."""
    order = sorted(cases, key=lambda case: (case[0], case[1] == OPEN))
    weight = [Fraction(1, len(cases))] * len(cases)
    for number, (_, status) in enumerate(order):
        later = len(order) - number - 1
        if status == OPEN and later:
            part, weight[number] = weight[number] / later, Fraction(0)
            weight[number + 1 :] = [own + part for own in weight[number + 1 :]]
    gone = {
        cause: sum(
            (own for own, (on, status) in zip(weight, order, strict=True) if status == cause and on <= day),
            Fraction(0),
        )
        for cause in CAUSES
    }
    return {**gone, OPEN: 1 - sum(gone.values())}


def is_near(ours: Decimal, theirs: Fraction) -> bool:
    return abs(ours - Decimal(theirs.numerator) / Decimal(theirs.denominator)) < NEAR


@given(CASES)
def test_the_shares_are_those_of_handing_the_weight_on(cases: list[Case]) -> None:
    for step in curve_of(cases).steps:
        expected = redistributed(cases, step.day)
        assert is_near(step.waiting, expected[OPEN])
        for cause, share in zip(CAUSES, step.ended, strict=True):
            assert is_near(share, expected[cause])


@given(CASES)
def test_those_gone_and_those_waiting_are_everybody_and_nobody_comes_back(cases: list[Case]) -> None:
    steps = curve_of(cases).steps
    for step in steps:
        assert abs(step.waiting + sum(step.ended) - 1) < NEAR
        assert min(step.waiting_variance, *step.ended_variance) >= 0
        limits = step.waiting_limits
        assert limits is None or 0 <= limits.low <= step.waiting <= limits.high <= 1
    for before, after in pairwise(steps):
        assert before.day < after.day
        assert before.waiting >= after.waiting
        assert all(a <= b for a, b in zip(before.ended, after.ended, strict=True))
    assert len(cases) == steps[0].at_risk == sum(sum(step.left) + step.open for step in steps)


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(CAUSES)), min_size=1, max_size=60))
def test_with_nobody_open_they_are_plain_shares(cases: list[Case]) -> None:
    curve = curve_of(cases)
    ended = Counter(day for day, _ in cases)
    for step in curve.steps:
        over = sum(day > step.day for day, _ in cases)
        assert is_near(step.waiting, Fraction(over, len(cases)))
        assert is_near(step.waiting_variance, Fraction(over * (len(cases) - over), len(cases) ** 3))
    assert curve.half_waits() == quantile(ended, 50)
    assert curve.half_waits(Decimal("0.1")) == quantile(ended, 90)


@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_the_cases_says_nothing(cases: list[Case], random: object) -> None:
    mixed = sorted(cases, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert curve_of(mixed) == curve_of(cases)


@given(CASES, st.integers(2, 9))
def test_as_many_of_each_case_are_the_same_shares_known_better(cases: list[Case], times: int) -> None:
    for one, many in zip(curve_of(cases).steps, curve_of(cases * times).steps, strict=True):
        assert abs(one.waiting - many.waiting) < NEAR
        assert abs(one.waiting_variance - many.waiting_variance * times) < NEAR


@given(CASES)
def test_half_wait_over_the_first_day_half_are_gone(cases: list[Case]) -> None:
    curve = curve_of(cases)
    day = curve.half_waits()
    low, high = curve.half_waits_limits()
    if day is None:
        assert all(step.waiting > Decimal("0.5") for step in curve.steps)
        assert high is None
        return
    found = curve.at(day)
    before = curve.at(day - 1)
    assert found is not None
    assert found.waiting <= Decimal("0.5")
    assert day == 0 or before is None or before.waiting > Decimal("0.5")
    assert low is not None
    assert low <= day
    assert high is None or day <= high


def test_half_is_not_reached_where_most_still_wait() -> None:
    curve = curve_of([(10, "decided"), (20, OPEN), (20, OPEN), (20, OPEN)])
    assert (curve.half_waits(), curve.reaches(0, Decimal("0.5"))) == (None, None)
    assert curve.reaches(0, Decimal("0.25")) == 10


def test_nothing_is_known_after_the_last_day_where_somebody_waits() -> None:
    curve = curve_of([(3, "decided"), (9, OPEN)])
    assert curve.at(10) is None
    gone = curve_of([(3, "decided"), (9, "lapsed")]).at(1000)
    assert gone is not None
    assert gone.waiting == 0
    start = curve.at(2)
    assert start is not None
    assert (start.waiting, start.ended) == (1, (0, 0))


def test_half_exactly_is_half() -> None:
    """A third of three leave, then a quarter of what is left: half, to the last digit."""
    cases = [(1, "decided"), (1, "decided"), (1, "decided"), (2, OPEN)] + [(3, "decided")] + [(4, OPEN)] * 4
    thirds = curve_of([*cases])  # 9 cases: 6/9 wait after day 1; 5 at risk on day 3
    assert thirds.half_waits() is None
    exact = curve_of([(1, "decided")] * 3 + [(2, OPEN)] * 2 + [(3, "decided")] + [(4, OPEN)] * 3)
    assert exact.half_waits() == 3  # 6/9 of which 3/4


def test_no_cases_are_no_steps() -> None:
    curve = curve_of([])
    assert (curve.cases, curve.steps, curve.at(0), curve.half_waits()) == (0, (), None, None)


def test_a_negative_day_is_refused() -> None:
    with pytest.raises(ValueError):
        waiting_curve(Exits(CAUSES, {"decided": {-1: 1}}, {}))


def test_a_share_of_nought_or_one_has_no_limits() -> None:
    assert log_log(Decimal(0), Decimal(0)) is None
    assert log_log(Decimal(1), Decimal(0)) is None

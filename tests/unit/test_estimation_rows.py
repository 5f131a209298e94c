"""Estimates from rows: that variances are unbiased (every sample there can be), the rules at the edges, and what is
refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.estimation.change import Round, change
from sagsbarometer.estimation.design import Design, Estimate, SingleUnit, design
from sagsbarometer.estimation.freedom import degrees
from sagsbarometer.estimation.intervals import NAMES, effective, limits, t_limits
from sagsbarometer.estimation.linear import combine, mean, ratio, total
from sagsbarometer.estimation.phases import Subsample, first_variance, second_variance
from sagsbarometer.estimation.poststratify import poststratify
from sagsbarometer.estimation.totals import (
    bounds,
    estimate,
    estimate_difference,
    estimate_mean_of_known,
    estimate_share,
    estimate_total,
)
from sagsbarometer.estimation.two_phase import corrected_share, rogan_gladen, twice_share
from sagsbarometer.measures.comparing import wilson
from sagsbarometer.measures.intervals import clopper_pearson

QUANTITY = np.array([3.0, 7.0, 1.0, 12.0, 5.0, 6.0])


def expected(found: list[tuple[float, float, float]]) -> None:
    """Of (probability, estimate, variance) of every sample: the mean variance is the variance of the estimate."""
    chance, value, variance = np.array(found).T
    assert chance.sum() == pytest.approx(1, rel=1e-12)
    middle = (chance * value).sum()
    assert (chance * variance).sum() == pytest.approx((chance * (value - middle) ** 2).sum(), rel=1e-10)


def samples(size: int, take: int) -> Iterator[tuple[float, list[int]]]:
    """Every simple sample with its probability."""
    every = list(combinations(range(size), take))
    return ((1 / len(every), list(each)) for each in every)


def test_simple_samples() -> None:
    found = []
    for chance, rows in samples(6, 3):
        told = estimate_total(design(populations=[np.full(3, 6)]), QUANTITY[rows])
        found.append((chance, told.value, told.variance))
    expected(found)


def test_stratified_samples() -> None:
    found = []
    for (first, one), (second, two) in product(samples(3, 2), samples(3, 2)):
        rows = [*one, *(3 + row for row in two)]
        drawn = design(strata=np.array([1, 1, 2, 2]), populations=[np.full(4, 3)])
        told = estimate_total(drawn, QUANTITY[rows])
        found.append((first * second, told.value, told.variance))
    expected(found)


def test_two_stages() -> None:
    """Two of three clusters of three, three and four, then two cases of each."""
    clusters = [[1.0, 5.0, 2.0], [8.0, 3.0, 3.0], [0.0, 9.0, 4.0, 4.0]]
    found = []
    for chance, taken in samples(3, 2):
        sizes = [len(clusters[cluster]) for cluster in taken]
        for (first, one), (second, two) in product(*(samples(size, 2) for size in sizes)):
            answers = np.array([clusters[taken[0]][i] for i in one] + [clusters[taken[1]][i] for i in two])
            drawn = design(
                clusters=[np.array([0, 0, 1, 1]), np.arange(4)],
                populations=[np.full(4, 3), np.repeat(sizes, 2)],
            )
            told = estimate_total(drawn, answers)
            found.append((chance * first * second, told.value, told.variance))
    expected(found)


def test_two_phases() -> None:
    """Four of six cases, then two of those in each of two groups that fell out by chance, or one group of all."""
    found = []
    for chance, rows in samples(6, 4):
        drawn = design(populations=[np.full(4, 6)])
        for again, read in samples(4, 3):
            members = np.isin(np.arange(4), read)
            sample = Subsample.of(members)
            influence = np.where(members, drawn.weights * QUANTITY[rows], 0.0)
            variance = first_variance(drawn, influence, sample) + second_variance(
                influence * sample.expansion, sample
            )
            found.append((chance * again, float((influence * sample.expansion).sum()), variance))
    expected(found)


def test_two_phases_of_clusters_in_groups() -> None:
    clusters = [[1.0, 5.0], [8.0, 3.0], [0.0, 9.0]]
    kinds = np.array([0, 1, 0, 1, 0, 1])
    found = []
    for chance, taken in samples(3, 2):
        answers = np.array([value for cluster in taken for value in clusters[cluster]] + [2.0, 6.0])
        # Two cases besides, from a stratum drawn completely, so that each group has three rows.
        drawn = design(
            strata=np.array(["a"] * 4 + ["b"] * 2),
            clusters=[np.array([0, 0, 1, 1, 2, 3])],
            populations=[np.array([3.0] * 4 + [2.0] * 2)],
        )
        for (first, one), (second, two) in product(samples(3, 2), samples(3, 2)):
            read = [[0, 2, 4][row] for row in one] + [[1, 3, 5][row] for row in two]
            members = np.isin(np.arange(6), read)
            sample = Subsample.of(members, kinds)
            influence = np.where(members, drawn.weights * answers, 0.0)
            variance = first_variance(drawn, influence, sample) + second_variance(
                influence * sample.expansion, sample
            )
            found.append((chance * first * second, float((influence * sample.expansion).sum()), variance))
    expected(found)


def test_a_change_with_the_same_units_is_the_paired_difference() -> None:
    strata = np.array([1, 1, 1, 2, 2, 2])
    drawn = design(strata=strata, populations=[np.where(strata == 1, 10.0, 40.0)])
    before, after = np.array([0, 1, 1, 0, 0, 1.0]), np.array([0, 1, 0, 1, 0, 1.0])
    units = np.arange(6)
    told = change(Round(drawn, mean(drawn, before), units), Round(drawn, mean(drawn, after), units))
    paired = estimate_share(drawn, after - before)
    assert told.difference.value == pytest.approx(paired.value, rel=1e-12)
    assert told.difference.variance == pytest.approx(paired.variance, rel=1e-12)
    assert (told.difference.freedom, told.overlap) == (paired.freedom, 6)


def test_a_change_without_shared_units_adds_the_variances() -> None:
    y = np.array([0, 1, 1, 0.0])
    # Without end, or of other units: 50 the first time and 60 the next.
    for sizes in ((np.inf, np.inf), (50.0, 60.0)):
        first, second = (design(populations=[np.full(4, size)]) for size in sizes)
        told = change(
            Round(first, mean(first, y), np.arange(4)), Round(second, mean(second, 1 - y), np.arange(4, 8))
        )
        assert (told.covariance, told.bounded) == (0, False)
        assert told.difference.variance == told.earlier.variance + told.later.variance
        assert told.difference.freedom == 6
        assert told.correlation == 0


def test_rounds_of_the_same_units_that_share_none_vary_against_each_other() -> None:
    """The covariance is -S₁₂/N, of which S₁₂ is not seen: told as S₁S₂, which gives the variance without end."""
    y, strata = np.array([0, 1, 1, 0.0] * 2), np.repeat([0, 1], 4)
    bare = design(strata=strata, weights=np.ones(8))
    endless = estimate_share(bare, y).variance
    for labels in (
        (strata, strata),
        (strata, 9 - strata),
    ):  # the same strata, and others of as many units in all
        drawn = [design(strata=own, populations=[np.full(8, 10.0)]) for own in labels]
        rounds = [
            Round(own, mean(own, y), units)
            for own, units in zip(drawn, (np.arange(8), np.arange(8, 16)), strict=True)
        ]
        told = change(*rounds)
        assert told.bounded
        assert told.difference.variance == pytest.approx(2 * endless, rel=1e-12)
        assert not change(rounds[0], Round(drawn[0], rounds[0].number, np.arange(8))).bounded
    unequal = design(probabilities=[np.array([0.2, 0.4, 0.4, 0.5])])
    one, other = (Round(unequal, mean(unequal, y[:4]), units) for units in (np.arange(4), np.arange(4, 8)))
    told = change(one, other)
    assert told.bounded
    assert told.covariance < 0


@pytest.mark.parametrize("shared", [0, 1, 20])
def test_the_interval_of_a_change_holds_whatever_is_shared(shared: int) -> None:
    """45 of 98 in each round, 300 times: the truth is inside in 95 of 100, and where many are shared no oftener than
    it should be; unbounded it is in 86 to 90 where none or one is."""
    random = np.random.default_rng(3)
    both = random.normal(size=98)
    first, second = (level + 0.1 * both + 0.03 * random.normal(size=98) for level in (0.5, 0.45))
    drawn = design(populations=[np.full(45, 98)])
    truth, inside = second.mean() - first.mean(), 0
    for _ in range(300):
        order = random.permutation(98)
        one, other = order[:45], order[45 - shared : 90 - shared]
        told = change(
            Round(drawn, mean(drawn, first[one]), one), Round(drawn, mean(drawn, second[other]), other)
        )
        reach = t_limits(told.difference)
        assert reach is not None
        inside += reach.low <= truth <= reach.high
    assert inside >= 0.92 * 300


@pytest.mark.parametrize("population", [60.0, np.inf])
def test_the_variance_of_a_change_with_some_units_shared(population: float) -> None:
    """Of 600 pairs of rounds, 30 and 24 units with 18 shared: the variances told are right on average."""
    random = np.random.default_rng(97)
    strata = np.repeat([0, 1], 30)
    values = random.normal(size=(2, 60)) + np.where(strata == 1, 4.0, 0.0)
    values[1] += 0.8 * values[0]
    differences, told = [], []
    for _ in range(600):
        rounds = []
        if np.isinf(population):
            values = random.normal(size=(2, 60)) + np.where(strata == 1, 4.0, 0.0)
            values[1] += 0.8 * values[0]
        orders = [random.permutation(30), 30 + random.permutation(30)]
        for number, (low, high) in enumerate([(0, 15), (6, 18)]):
            units = np.concatenate([order[low:high] for order in orders])
            size = population / 2
            drawn = design(strata=strata[units], populations=[np.full(len(units), size)])
            rounds.append(Round(drawn, mean(drawn, values[number][units]), units))
        found = change(*rounds)
        assert found.overlap == 18
        differences.append(found.difference.value)
        told.append(found.difference.variance)
    assert np.mean(told) == pytest.approx(np.var(differences), rel=0.12)


def test_degrees_of_freedom_of_a_change_in_a_part_of_the_units() -> None:
    drawn = design(strata=np.array([1, 1, 1, 2, 2, 2]), weights=np.ones(6))
    y, units = np.array([0, 1, 1, 0, 0, 1.0]), np.arange(6)
    numbers = [mean(drawn, y, np.arange(6) >= first) for first in (3, 4)]
    told = change(Round(drawn, numbers[0], units), Round(drawn, numbers[1], units))
    # 2 and 1; one of them is of the same two units.
    assert (told.earlier.freedom, told.later.freedom, told.difference.freedom) == (2, 1, 2)


def test_a_change_takes_known_numbers_into_account() -> None:
    before, after = np.array([0, 1, 1, 0, 0, 1.0]), np.array([0, 1, 0, 1, 0, 1.0])
    drawn = poststratify(
        design(populations=[np.full(6, 30.0)]), np.array([1, 1, 1, 2, 2, 2]), {"1": 24, "2": 6}
    )
    units = np.arange(6)
    told = change(Round(drawn, mean(drawn, before), units), Round(drawn, mean(drawn, after), units))
    assert told.difference.variance == pytest.approx(
        estimate_share(drawn, after - before).variance, rel=1e-12
    )


def test_a_change_of_units_that_moved_to_a_stratum_of_another_name() -> None:
    """Then it is not said that both were drawn from the same units, and the covariance is cut by what was left
    undrawn."""
    y, z = np.array([0, 1, 1, 0.0]), np.array([0, 1, 1, 1.0])

    def covariance(name: str) -> float:
        rounds = [
            design(strata=np.array([label] * 4), populations=[np.full(4, 16.0)]) for label in ("a", name)
        ]
        first, second = (
            Round(drawn, mean(drawn, answers), units)
            for drawn, answers, units in zip(rounds, (y, z), (np.arange(4), np.arange(1, 5)), strict=True)
        )
        return change(first, second).covariance

    # Units 1 to 3 are in both: they answered 1, 1, 0 (mean 0.5), then 0, 1, 1 (mean 0.75), each a quarter of a share.
    shared = 4 / 3 * (0.5 * -0.75 + 0.5 * 0.25 - 0.5 * 0.25) / 16
    assert covariance("a") == pytest.approx((1 - 16 / (16 * 3)) * shared)
    assert covariance("b") == pytest.approx(0.75 * shared)


def test_a_change_refuses_labels_that_are_no_units() -> None:
    drawn = design(clusters=[np.array([0, 0, 1, 1])], weights=np.ones(4))
    number = mean(drawn, np.array([0, 1, 1, 1.0]))
    with pytest.raises(ValueError, match="several units"):
        change(Round(drawn, number, ["a", "a", "a", "b"]), Round(drawn, number, ["a", "a", "b", "b"]))
    with pytest.raises(ValueError, match="several labels"):
        change(Round(drawn, number, ["a", "c", "b", "b"]), Round(drawn, number, ["a", "a", "b", "b"]))


def simple(yes: int, cases: int, population: float = 1e15) -> Estimate:
    """A share of a simple sample."""
    answers = np.array([1.0] * yes + [0.0] * (cases - yes))
    rule = "fail" if cases > 1 else "certainty"
    return estimate_share(design(populations=[np.full(cases, population)], single_unit=rule), answers)


@pytest.mark.parametrize(("yes", "cases"), [(0, 1), (1, 1), (0, 40), (40, 40)])
@pytest.mark.parametrize("method", ["beta", "logit", "likelihood", "mean", "wilson"])
@pytest.mark.parametrize("standard", ["r", "nchs"])
def test_none_and_all_of_a_simple_sample_is_clopper_and_pearson(
    yes: int, cases: int, method: str, standard: str
) -> None:
    ends, exact = limits(simple(yes, cases), method, standard=standard), clopper_pearson(yes, cases)
    assert ends
    assert ends.method == "exact"
    assert (100 * ends.low, 100 * ends.high) == pytest.approx((float(exact.low), float(exact.high)), abs=1e-6)


def test_none_of_clusters_says_less_than_as_many_cases_drawn_simply() -> None:
    drawn = design(clusters=[np.repeat(np.arange(5), 8)], weights=np.ones(40))
    told = estimate_share(drawn, np.zeros(40))
    ours, nchs, plain = limits(told), limits(told, standard="nchs"), limits(simple(0, 40))
    assert ours
    assert nchs
    assert plain
    assert ours.high > nchs.high == plain.high
    unequal = estimate_share(design(weights=np.arange(1.0, 41.0)), np.zeros(40))
    wide = limits(unequal)
    assert wide
    assert wide.high > plain.high
    assert unequal.kish == pytest.approx(820**2 / (np.arange(1, 41) ** 2).sum())


def test_known_shares_of_a_simple_sample() -> None:
    """The barometer's 180 of 385, from so many that it does not matter: n-1 cases are told by the variance."""
    share = simple(180, 385)
    assert share.effective == pytest.approx(384, rel=1e-9)
    ends, printed = limits(share), clopper_pearson(180, 385)
    assert ends
    assert (ends.low, ends.high) == pytest.approx(
        (float(printed.low) / 100, float(printed.high) / 100), abs=1e-4
    )
    ends, scored = limits(share, "wilson"), wilson(180, 385)
    assert ends
    assert (ends.low, ends.high) == pytest.approx(
        (float(scored.low) / 100, float(scored.high) / 100), abs=1e-4
    )


def test_where_everything_was_read_there_is_no_error() -> None:
    share = simple(3, 8, population=8)
    assert share.complete
    for yes in (0, 3, 8):
        told = limits(simple(yes, 8, population=8))
        assert told
        assert (told.low, told.high, told.method) == (yes / 8, yes / 8, "complete")
    # Weights of 1 alone do not say that everything was read.
    open_end = estimate_share(design(weights=np.ones(8)), np.zeros(8))
    assert not open_end.complete


def test_without_degrees_of_freedom_there_is_no_interval() -> None:
    drawn = design(strata=np.array([1, 2]), weights=np.ones(2), single_unit="certainty")
    share = estimate_share(drawn, np.array([0.0, 1.0]))
    assert share.freedom == 0
    assert limits(share) is None
    assert t_limits(share) is None
    assert effective(replace(share, variance=0.01)) is None


def test_nchs_caps_the_effective_sample_size() -> None:
    strata = np.repeat([1, 2], 20)
    drawn = design(strata=strata, populations=[np.full(40, 1e6)])
    share = estimate_share(drawn, np.where(strata == 1, np.arange(40) > 0, 0.0).astype(float))
    plain, capped = effective(share), effective(share, standard="nchs")
    assert plain
    assert plain > 40 == capped
    wide, narrow = limits(share, standard="nchs"), limits(share)
    assert wide
    assert narrow
    assert wide.high - wide.low > narrow.high - narrow.low


@given(st.integers(1, 60), st.integers(0, 200), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_every_method_has_the_share_inside_0_to_1(yes: int, no: int, level: float) -> None:
    share = simple(yes, yes + no)
    for method in ("beta", "logit", "likelihood", "mean", "wilson"):
        ends = limits(share, method, level)
        assert ends
        assert 0 <= ends.low <= share.value + 1e-15
        assert share.value - 1e-15 <= ends.high <= 1
        assert ends.method in NAMES


def test_the_mean_stops_at_0_and_1() -> None:
    low, high = limits(simple(1, 200), "mean"), limits(simple(199, 200), "mean")
    assert low
    assert high
    assert (low.low, high.high) == (0, 1)
    beyond = t_limits(simple(1, 200))
    assert beyond
    assert beyond.low < 0


def test_unknown_methods_and_shares_that_are_none() -> None:
    share = simple(3, 9)
    for arguments in (("jeffreys",), ("beta", 0.95, "sudaan")):
        with pytest.raises(ValueError, match=r"jeffreys|sudaan"):
            limits(share, *arguments)
    whole = estimate_total(design(weights=np.ones(3)), np.ones(3))
    with pytest.raises(ValueError, match="share"):
        limits(whole)


def test_unknown_answers_leave_the_base_and_give_bounds() -> None:
    drawn = design(weights=np.array([1.0, 2, 3, 4]))
    y = np.array([1, 0, np.nan, np.nan])
    share = estimate_share(drawn, y)
    assert share.value == pytest.approx(1 / 3)
    assert (share.cases, share.weight) == (2, 3)
    assert bounds(drawn, y) == pytest.approx((0.1, 0.8))
    with pytest.raises(ValueError, match="divide"):
        mean(drawn, y, np.array([False, False, True, True]))


def test_a_domain_keeps_the_design() -> None:
    """By hand: a domain's share of four cases, two outside; the influences outside are 0, and count as drawn."""
    drawn = design(populations=[np.full(4, 1e15)])
    told = estimate_share(drawn, np.array([1, 0, 1, 1.0]), np.array([True, True, False, False]))
    assert told.value == 0.5
    assert told.variance == pytest.approx(4 / 3 * 2 * 0.25**2)
    assert (told.cases, told.freedom) == (2, 1)


def test_a_mean_of_a_known_number_and_a_function_of_several() -> None:
    drawn = design(populations=[np.full(4, 20.0)])
    y = np.array([1, 0, 1, 1.0])
    known = estimate_mean_of_known(drawn, y, 20)
    assert known.value == pytest.approx(0.75)
    assert known.variance == pytest.approx(estimate_total(drawn, y).variance / 400)
    with pytest.raises(ValueError, match="cases"):
        estimate_mean_of_known(drawn, y, 0)
    x = np.array([2, 1, 1, 3.0])
    parts = total(drawn, y), total(drawn, x)
    value = parts[0].value / parts[1].value
    by_hand = combine(parts, (1 / parts[1].value, -value / parts[1].value), value, "ratio")
    told, other = estimate(drawn, by_hand), estimate(drawn, ratio(drawn, y, x))
    assert (told.value, told.variance) == pytest.approx((other.value, other.variance), rel=1e-12)


def test_the_order_of_the_rows_does_not_matter() -> None:
    random = np.random.default_rng(3)
    strata, y = random.integers(0, 3, 40), random.integers(0, 2, 40).astype(float)
    weights = random.uniform(1, 9, 40)
    told = estimate_difference(design(strata=strata, weights=weights), y, strata > 0, weights > 4)
    order = random.permutation(40)
    again = estimate_difference(
        design(strata=strata[order], weights=weights[order]), y[order], strata[order] > 0, weights[order] > 4
    )
    assert (told.value, told.error) == pytest.approx((again.value, again.error), rel=1e-13)


def test_known_numbers_bring_a_single_unit_outside_the_domain_back() -> None:
    """The answers of a post-stratum's other strata say something of the domain, and so does the unit that is alone."""
    drawn = design(strata=np.array([1, 1, 2]), weights=np.ones(3))
    known = poststratify(drawn, np.array(["x", "y", "x"]), {"x": 30, "y": 10})
    with pytest.raises(SingleUnit):
        estimate_share(known, np.array([0, 1, 1.0]), np.array([True, True, False]))


def test_average_over_nothing_is_refused_too() -> None:
    drawn = design(strata=np.array([1, 2]), weights=np.ones(2), single_unit="average")
    with pytest.raises(SingleUnit, match="1, 2"):
        estimate_share(drawn, np.array([0.0, 1.0]))


def test_a_single_unit_outside_the_domain_is_of_no_concern() -> None:
    drawn = design(strata=np.array([1, 1, 2]), weights=np.ones(3))
    assert estimate_share(drawn, np.array([0, 1, 1.0]), np.array([True, True, False])).value == 0.5
    with pytest.raises(SingleUnit):
        estimate_share(drawn, np.array([0, 1, 1.0]))


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("how many", {}),
        ("single_unit", {"rows": 2, "single_unit": "ignore"}),
        ("labels", {"rows": 3, "strata": np.array([1, 2])}),
        ("several strata", {"strata": np.array([1, 2, 2]), "clusters": [np.array(["a", "a", "b"])]}),
        ("more units", {"populations": [np.array([1.0, 1.0])]}),
        ("differs", {"populations": [np.array([4.0, 5.0])]}),
        ("unknown", {"populations": [np.array([4.0, np.nan])]}),
        ("outside", {"probabilities": [np.array([0.5, 1.2])]}),
        ("outside", {"probabilities": [np.array([0.5, 0.0])]}),
        ("different prob", {"clusters": [np.array([1, 1, 2])], "probabilities": [np.array([0.5, 0.4, 0.5])]}),
        ("both|populations and", {"populations": [np.full(2, 9.0)], "probabilities": [np.full(2, 0.5)]}),
        ("more stages", {"populations": [np.full(2, 9.0), np.full(2, 9.0)]}),
        ("weight", {"weights": np.array([1.0, -1.0])}),
        ("weight", {"weights": np.array([1.0, np.inf])}),
    ],
)
def test_a_design_that_does_not_fit_is_refused(message: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=message):
        design(**arguments)


def test_unequal_probabilities_by_hand() -> None:
    """Brewer's: Σ (1-π) n/(n-1) (z - z̄)², z = w y; two units with π 0.5 and 0.2."""
    drawn = design(probabilities=[np.array([0.5, 0.2])])
    told = estimate_total(drawn, np.array([3.0, 1.0]))
    assert told.value == 11
    assert told.variance == pytest.approx(2 * (0.5 * 0.5**2 + 0.8 * 0.5**2))


def test_stages_below_one_drawn_with_replacement_add_nothing() -> None:
    units = np.array([0, 0, 1, 1])
    one = design(clusters=[units], weights=np.ones(4))
    two = design(clusters=[units, np.arange(4)], weights=np.ones(4))
    y = np.array([1, 0, 1, 1.0])
    assert estimate_share(one, y) == estimate_share(two, y)


def test_post_strata_must_be_on_both_sides() -> None:
    drawn = design(weights=np.ones(3))
    groups = np.array(["a", "a", "b"])
    told = poststratify(drawn, groups, {"a": 30, "b": 10})
    assert told.weights.tolist() == [15, 15, 10]
    for totals in ({"a": 30}, {"a": 30, "b": 10, "c": 5}, {"a": 30, "b": 0}):
        with pytest.raises(ValueError, match="both sides"):
            poststratify(drawn, groups, totals)
    poststratify(drawn, groups, {"a": 30, "b": 10, "c": 0})
    with pytest.raises(ValueError, match="rows"):
        poststratify(drawn, groups[:2], {"a": 30, "b": 10})
    # What is known is no longer uncertain.
    assert estimate_total(told, (groups == "a").astype(float)).error == pytest.approx(0, abs=1e-12)
    assert estimate_share(told, np.array([0, 1, 1.0])).estimator == "poststratified"


def test_degrees_of_freedom() -> None:
    drawn = design(strata=np.array([1, 1, 1, 2, 2]), weights=np.array([1.0, 1, 0, 1, 1]))
    assert degrees(drawn) == 2  # a weight of 0 does not count
    assert degrees(drawn, np.array([True, True, True, False, False])) == 1


def read_twice(errors: int = 6) -> tuple[Design, Any, Any]:
    """200 cases, 80 read as yes, every fourth read twice; of those the first `errors` no are yes."""
    first = np.array([1.0] * 80 + [0.0] * 120)
    truth = np.where(np.arange(200) % 4 == 0, first, np.nan)
    missed = [row for row in range(80, 200) if row % 4 == 0][:errors]
    truth[missed] = 1
    return design(populations=[np.full(200, 1e15)]), first, truth


def test_a_share_corrected_by_hand() -> None:
    """Of 20 read as yes all are, of 30 read as no 6 are yes: 0.4 + 0.6 · 0.2."""
    drawn, first, truth = read_twice()
    told = corrected_share(drawn, first, truth)
    assert told.share.value == pytest.approx(0.52)
    assert told.first.value == 0.4
    assert told.correction == pytest.approx(0.12)
    assert (told.twice, told.changed, told.remarks) == (50, 6, ())
    assert told.misread_low < 0.12 < told.misread_high
    # The residuals 0 and those of 6 of 30: (1-50/200) · 50/49 · Σ (4 · e / 200)²
    squares = 6 * 0.8**2 + 24 * 0.2**2
    assert told.variances[1] == pytest.approx(0.75 * 50 / 49 * squares * (4 / 200) ** 2)
    alone, _ = twice_share(drawn, truth)
    assert alone.value == pytest.approx(26 / 50)
    assert told.share.variance < alone.variance


def test_two_phases_of_units_drawn_unequally_are_as_if_with_replacement() -> None:
    members, influence = np.array([True, True, False, True]), np.array([2.0, 1.0, 0.0, 4.0])
    sample = Subsample.of(members)
    units, chances = np.array([0, 0, 1, 1]), np.array([0.5, 0.5, 0.2, 0.2])
    plain = first_variance(design(clusters=[units], weights=np.ones(4)), influence, sample)
    drawn = design(clusters=[units, np.arange(4)], probabilities=[chances, np.full(4, 0.1)])
    assert first_variance(drawn, influence, sample) == pytest.approx(plain)


def test_degrees_of_freedom_of_two_phases() -> None:
    drawn, first, truth = read_twice()
    assert corrected_share(drawn, first, truth).share.freedom == 49
    assert corrected_share(drawn, first, truth, groups=first).share.freedom == 48
    # All cases with a finding read twice: only the other group is a draw.
    every = np.where(first == 1, first, truth)
    assert corrected_share(drawn, first, every, groups=first).share.freedom == 29
    assert Subsample.of(np.ones(5, dtype=bool)).freedom(np.ones(5, dtype=bool)) == 4
    part = Subsample.of(np.array([True, True, False] * 2), np.array([1, 1, 1, 2, 2, 2]))
    assert part.freedom(np.arange(6) < 3) == 1
    few = design(clusters=[np.arange(200) // 20], weights=np.ones(200))
    assert corrected_share(few, first, truth).share.freedom == 9


def test_a_design_effect_needs_weights_that_speak_for_more_than_the_cases() -> None:
    y = np.array([1, 0, 1, 1.0])
    for weight in (1.0, 0.5):
        assert estimate_share(design(weights=np.full(4, weight)), y).deff is None
    assert estimate_share(design(populations=[np.full(4, 20.0)]), y).deff == pytest.approx(1)
    assert estimate_share(design(populations=[np.full(4, 20.0)]), np.ones(4)).deff is None


def test_a_correction_of_a_part_of_the_cases() -> None:
    """Of the last 100 cases none were read as yes, and 1 of the 25 read twice is; 40 more cannot be seen."""
    drawn, first, truth = read_twice()
    inside = np.arange(200) >= 100
    told = corrected_share(drawn, first, truth, domain=inside)
    assert told.first.value == 0
    assert told.share.value == pytest.approx(1 / 25)
    assert (told.twice, told.changed, told.share.freedom) == (25, 1, 24)
    unseen = np.where(np.arange(200) < 40, np.nan, first)
    told = corrected_share(drawn, unseen, truth)
    assert (told.first.value, told.first.cases, told.twice) == (0.25, 160, 40)
    assert told.share.value == pytest.approx(0.25 + 0.75 * 0.2)


def test_all_cases_read_is_no_end_of_errors_of_reading() -> None:
    _, first, truth = read_twice()
    told = corrected_share(design(populations=[np.full(200, 200.0)]), first, truth)
    assert told.first.complete
    assert told.variances[0] == 0
    ends = limits(told.share)
    assert ends
    assert ends.low < 0.52 < ends.high


def test_what_makes_a_correction_uncertain_is_told() -> None:
    drawn, first, truth = read_twice(0)
    told = corrected_share(drawn, first, truth)
    assert told.remarks == ("none_changed",)
    assert told.variances[1] == pytest.approx(0, abs=1e-20)
    assert told.misread_high == pytest.approx(1 - 0.025 ** (1 / 50), abs=1e-6)
    assert corrected_share(*read_twice(2)).remarks == ("few_changed",)
    few = np.where(np.arange(200) % 10 == 0, truth, np.nan)
    assert corrected_share(drawn, first, few).remarks == ("few_twice", "none_changed")


def test_a_correction_refuses_what_it_cannot_do() -> None:
    drawn, first, truth = read_twice()
    with pytest.raises(ValueError, match="neither"):
        corrected_share(drawn, np.where(first == 1, 2, 0), truth)
    with pytest.raises(ValueError, match="label"):
        corrected_share(drawn, first, np.where(first == 1, np.nan, truth), domain=first == 1)
    with pytest.raises(ValueError, match="fewer than two"):
        corrected_share(drawn, first, np.full(200, np.nan))
    with pytest.raises(ValueError, match="fewer than two"):
        corrected_share(drawn, first, np.where(first == 1, np.nan, truth), groups=first)
    with pytest.raises(ValueError, match="label"):
        corrected_share(drawn, first, np.where(first == 1, np.nan, truth), within=first)
    known = poststratify(drawn, first, {"0.0": 9, "1.0": 9})
    with pytest.raises(ValueError, match="post-stratified"):
        corrected_share(known, first, truth)
    # Only cases without a finding read twice: the other reading's cases are corrected with them.
    told = corrected_share(drawn, first, np.where(first == 1, np.nan, truth))
    assert told.share.value == pytest.approx(0.2)


def test_rogan_and_gladen_by_hand() -> None:
    found = simple(40, 200)
    given_error = rogan_gladen(found, sure(0.8), sure(0.95))
    assert given_error.value == pytest.approx((0.2 - 0.05) / 0.75)
    assert given_error.error == pytest.approx(found.error / 0.75)
    nothing = rogan_gladen(found, sure(1), sure(1))
    assert (nothing.value, nothing.error) == pytest.approx((found.value, found.error), rel=1e-12)
    wider = rogan_gladen(found, simple(40, 50), simple(95, 100))
    assert wider.variance == pytest.approx(
        (found.variance + 0.2**2 * simple(40, 50).variance + 0.8**2 * simple(95, 100).variance) / 0.75**2
    )
    assert wider.freedom == 49
    with pytest.raises(ValueError, match="chance"):
        rogan_gladen(found, sure(0.5), sure(0.5))


def sure(value: float) -> Estimate:
    return Estimate(value, 0.0, 0, 0, 0.0)


def test_the_error_is_the_root_of_the_variance() -> None:
    share = simple(10, 40)
    assert share.error == sqrt(share.variance)
    assert sure(1).effective is None

"""Agreement: what its numbers must be whatever the ratings are, and what is said of them."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.agreement import bootstrap
from sagsbarometer.agreement.agree import Agreement, Scale, Single, Way, agree
from sagsbarometer.agreement.alpha import Alpha
from sagsbarometer.agreement.bootstrap import multipliers
from sagsbarometer.agreement.by import Row, questions
from sagsbarometer.agreement.coefficients import Sums
from sagsbarometer.agreement.diagnostics import findings, raters
from sagsbarometer.agreement.ratings import Ratings, from_long, from_table, from_wide
from sagsbarometer.agreement.variance import strata
from sagsbarometer.agreement.weights import KRIPPENDORFF_ORDINAL, NAMES, weight_matrix
from tests.conftest import trials

ANSWERS = ("1", "2", "3")


@st.composite
def tables(draw: st.DrawFn, least: int = 2) -> list[list[str]]:
    """Rows of answers of up to four raters; two answers or more in each, and not all alike."""
    width = draw(st.integers(2, 4))
    cell = st.sampled_from((*ANSWERS, ""))
    row = st.lists(cell, min_size=width, max_size=width).filter(lambda row: sum(map(bool, row)) >= least)
    rows = draw(st.lists(row, min_size=3, max_size=12))
    return [[*(["1"] * width)], [*(["2"] * width)], *rows]


def values(found: Agreement) -> dict[str, tuple[float | None, ...]]:
    return {item.id: (item.value, item.error, item.low, item.high) for item in found.estimates}


# --- what holds of every set of ratings ---


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_raters_moves_nothing(rows: list[list[str]], chance: object) -> None:
    long = [
        (f"i{i:02}", f"r{j}", answer) for i, row in enumerate(rows) for j, answer in enumerate(row) if answer
    ]
    mixed = list(long)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    first, second = (agree(from_long(*zip(*told, strict=True), categories=ANSWERS)) for told in (long, mixed))
    assert values(first) == values(second)


@given(tables())
def test_shares_are_those_of_pairs_counted_one_by_one(rows: list[list[str]]) -> None:
    found = agree(from_wide(rows, categories=ANSWERS))
    alike, distances = [], []
    for row in rows:
        given_ = [answer for answer in row if answer]
        pairs = list(combinations(given_, 2))
        alike.append(sum(one == other for one, other in pairs) / len(pairs))
        distances += [(one != other) / (len(given_) - 1) for one, other in pairs for _ in range(2)]
    everything = [answer for row in rows for answer in row if answer]
    number = len(everything)
    apart = sum(one != other for one in everything for other in everything) / (number * (number - 1))
    assert found["percent"].value == pytest.approx(sum(alike) / len(alike))
    assert found["krippendorff"].value == pytest.approx(1 - sum(distances) / number / apart)


@given(
    tables(),
    st.sampled_from(["gwet", "fleiss", "cohen", "brennan_prediger", "percent"]),
    st.sampled_from(NAMES),
)
def test_an_item_moves_a_coefficient_as_a_little_more_weight_does(
    rows: list[list[str]], coefficient: str, name: str
) -> None:
    ratings = from_wide(rows, categories=ANSWERS)
    sums = Sums(ratings, weight_matrix(name, (1.0, 2.0, 3.0)))
    weight = np.ones(len(rows))
    step = 1e-6
    moved = np.array(
        [weight + sign * step * np.eye(len(rows))[at] for at in range(len(rows)) for sign in (1, -1)]
    )
    found = sums.at(coefficient, moved).value.reshape(-1, 2)
    slopes = (found[:, 0] - found[:, 1]) / (2 * step) * len(rows)
    assert sums.moves(coefficient) == pytest.approx(slopes, abs=1e-5)


@given(tables())
def test_with_two_answers_ranks_and_names_are_the_same_distance(rows: list[list[str]]) -> None:
    binary = [["2" if answer == "3" else answer for answer in row] for row in rows]
    ratings = from_wide(binary)
    ranks, names = Alpha(ratings, None), Alpha(ratings, np.eye(2))
    one = np.ones((1, len(rows)))
    assert ranks.at(one).value == pytest.approx(names.at(one).value)
    assert ranks.moves() == pytest.approx(names.moves())


@given(tables(), st.integers(2, 4))
def test_a_weight_is_as_many_items(rows: list[list[str]], times: int) -> None:
    heavy = agree(from_wide(rows, categories=ANSWERS, weights=[times, *[1] * (len(rows) - 1)]))
    many = agree(from_wide([*[rows[0]] * times, *rows[1:]], categories=ANSWERS))
    for id in ("percent", "gwet", "fleiss", "cohen", "brennan_prediger"):
        assert heavy[id].value == pytest.approx(many[id].value)


@given(tables(least=1))
def test_items_read_once_are_left_out_unless_they_are_asked_for(rows: list[list[str]]) -> None:
    ratings = from_wide(rows, categories=ANSWERS)
    twice = from_wide([row for row in rows if sum(map(bool, row)) > 1], categories=ANSWERS)
    assert values(agree(ratings)) == values(agree(twice))
    assert agree(ratings).single == len(rows) - agree(twice).items


@pytest.mark.parametrize("name", NAMES)
def test_weights_are_one_for_the_same_answer_and_none_the_farthest(name: str) -> None:
    weights = weight_matrix(name, (1.0, 2.0, 4.0, 7.0))
    assert np.diag(weights) == pytest.approx(1)
    assert weights.min() == pytest.approx(0)
    assert weights == pytest.approx(weights.T)


@pytest.mark.parametrize(
    ("name", "given_", "fault"),
    [("none", (1.0, 2.0), "weights"), ("linear", (1.0, 1.0), "rise"), ("ratio", (-1.0, 1.0), "add up")],
)
def test_weights_that_cannot_be_are_refused(name: str, given_: tuple[float, ...], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        weight_matrix(name, given_)


def test_names_have_no_order_to_weigh_by() -> None:
    with pytest.raises(ValueError, match="no order"):
        agree(from_wide([["1", "2"], ["1", "1"]]), Way(weights="linear"))


@pytest.mark.parametrize(
    "settings",
    [
        {"categories": ("1",)},
        {"categories": ("1", "1", "2")},
        {"weights": [0.0, 1.0]},
        {"weights": [float("nan"), 1.0]},
        {"populations": 1},
    ],
)
def test_ratings_that_do_not_fit_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        from_wide([["1", "2"], ["1", "1"]], **settings)  # type: ignore[arg-type]


def test_a_rater_answers_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        from_long(["a", "a"], ["x", "x"], ["1", "2"])


# --- where formulas end ---


def test_where_all_agree_the_share_has_an_exact_end_and_the_rest_none() -> None:
    found = agree(from_wide([[answer, answer] for answer in "12" * 15]))
    percent, gwet = found["percent"], found["gwet"]
    assert (percent.value, percent.error, percent.high, percent.why) == (1, 0, 1, "all_alike")
    assert percent.low == pytest.approx(0.025 ** (1 / 30))
    assert (gwet.value, gwet.low, gwet.high, gwet.why) == (1, None, None, "all_alike")


def test_the_exact_end_counts_items_by_their_effective_number() -> None:
    found = agree(from_wide([["1", "1"], ["2", "2"], ["1", "1"]], weights=[1, 1, 2]))
    assert found["percent"].low == pytest.approx(0.025 ** (6 / 16))


def test_where_none_agrees_the_share_has_an_exact_end_above() -> None:
    percent = agree(from_wide([["1", "2"]] * 10))["percent"]
    assert (percent.value, percent.low) == (0, 0)
    assert percent.high == pytest.approx(1 - 0.025 ** (1 / 10))


def test_where_every_case_was_read_there_is_nothing_to_be_unsure_of() -> None:
    for rows in (some(60), [[answer, answer] for answer in "12" * 30]):
        found = agree(from_wide(rows, populations=60), Way(sets=100))
        for item in found.estimates:
            assert (item.error, item.low, item.high, item.why) == (0, None, None, "all_read"), item.id
        assert "all_alike" not in {finding.code for finding in findings(found)}


def test_strata_that_are_alike_each_by_itself_are_told_apart_from_all_alike() -> None:
    rows = [["1", "1"]] * 5 + [["1", "2"]] * 5
    populations = {"a": 100, "b": 100}
    percent = agree(from_wide(rows, strata=["a"] * 5 + ["b"] * 5, populations=populations))["percent"]
    assert (percent.value, percent.error, percent.low, percent.why) == (0.5, 0, None, "alike_in_strata")
    # A stratum that is read in full adds nothing, however unlike its cases are.
    mixed = [["1", "1"], ["1", "2"], *[["1", "1"]] * 5]
    part = agree(from_wide(mixed, strata=["a"] * 2 + ["b"] * 5, populations={"a": 2, "b": 100}))
    assert part["percent"].why == "alike_in_strata"


def test_a_formula_that_gives_no_error_of_unlike_cases_is_not_called_alike() -> None:
    cohen = agree(from_wide([["1", "2"], ["2", "2"]]))["cohen"]
    assert (cohen.error, cohen.low, cohen.why) == (0, None, "nothing_moves")


def test_resampling_where_nothing_varies_has_no_interval() -> None:
    for rows in ([["1", "2"], ["2", "1"]] * 10, [["1", "1"], ["2", "2"]] * 10):
        for id in ("percent", "gwet", "brennan_prediger"):
            drawn = agree(from_wide(rows), Way(sets=200))[id].drawn
            assert drawn is not None
            assert (drawn.low, drawn.high, drawn.why) == (None, None, "nothing_varies"), id


def test_resampling_that_does_not_hold_its_own_value_has_no_interval() -> None:
    cohen = agree(from_wide([["1", "2"], ["2", "1"]] * 10), Way(sets=200))["cohen"]
    assert cohen.value == -1
    assert cohen.drawn is not None
    assert (cohen.drawn.low, cohen.drawn.high, cohen.drawn.why) == (None, None, "value_outside")


def test_one_answer_leaves_nothing_for_chance_to_be_taken_from() -> None:
    found = agree(from_wide([["1", "1"]] * 10), Way(sets=100))
    for id in ("cohen", "fleiss", "krippendorff", "gwet", "brennan_prediger"):
        assert (found[id].value, found[id].error, found[id].drawn, found[id].why) == (
            None,
            None,
            None,
            "one_answer",
        )
    with_two = agree(from_wide([["1", "1"]] * 10, categories=("1", "2")))
    assert with_two["gwet"].value == 1
    assert with_two["cohen"].value is None


def test_one_item_has_no_error() -> None:
    found = agree(from_wide([["1", "2", "1"]]), Way(sets=100))["gwet"]
    assert found.value is not None
    assert (found.error, found.low, found.high, found.drawn, found.why) == (
        None,
        None,
        None,
        None,
        "one_item",
    )


def test_nothing_read_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        agree(from_wide([["1", ""], ["", "2"]]))


# --- the draw ---


def some(number: int = 60, raters_: int = 4, seed: int = 1) -> list[list[str]]:
    """Invented ratings, about four of five right."""
    chance = np.random.default_rng(seed)
    true = chance.integers(1, 4, number)
    right = chance.random((number, raters_)) < 0.8
    return np.where(right, true[:, None], chance.integers(1, 4, (number, raters_))).astype(str).tolist()


def test_a_stratum_of_one_item_goes_with_others() -> None:
    ratings = from_wide(some(5), strata=["a", "b", "b", "c", "c"])
    assert sorted(len(part.items) for part in strata(ratings)) == [2, 3]
    apart = from_wide(some(4), strata=["a", "b", "c", "c"])
    assert sorted(len(part.items) for part in strata(apart)) == [2, 2]
    assert [len(part.items) for part in strata(from_wide(some(1)))] == [1]


def test_strata_weigh_by_their_cases_where_no_weight_is_given() -> None:
    """All agree in the small stratum and none in the large: 10 of the 110 cases."""
    rows = [["1", "1"]] * 5 + [["2", "2"]] * 5 + [["1", "2"]] * 10
    strata_ = ["a"] * 10 + ["b"] * 10
    populations = {"a": 10, "b": 100}
    found = agree(from_wide(rows, strata=strata_, populations=populations))
    assert found["percent"].value == pytest.approx(10 / 110)
    assert found.weighted
    weights = [1.0] * 10 + [10.0] * 10
    assert values(found) == values(
        agree(from_wide(rows, strata=strata_, populations=populations, weights=weights))
    )


def test_the_cases_of_a_stratum_are_shared_by_those_drawn() -> None:
    """Items read once were not drawn, unless it is said."""
    rows = [["1", "1"], ["1", ""], ["1", "2"], ["2", "2"]]
    for once, expected in ((False, [10, 10, 4, 4]), (True, [5, 5, 4, 4])):
        ratings = from_wide(rows, strata=["a", "a", "b", "b"], populations={"a": 10, "b": 8}, drawn_once=once)
        assert ratings.weights.tolist() == expected
    alone = from_wide(
        [*rows, ["1", ""]], strata=["a", "a", "b", "b", "c"], populations={"a": 10, "b": 8, "c": 3}
    )
    assert alone.weights.tolist() == [10, 10, 4, 4, 3]
    assert agree(alone).items == 3


def test_all_cases_read_leave_no_error() -> None:
    found = agree(from_wide(some(), populations=60), Way(sets=200))["gwet"]
    assert found.error == 0
    assert found.drawn is not None
    assert found.drawn.error == pytest.approx(0)


def test_a_known_part_of_the_cases_makes_errors_smaller_by_its_root() -> None:
    whole, part = (agree(from_wide(some(), populations=cases))["cohen"].error for cases in (None, 80))
    assert whole is not None
    assert part == pytest.approx(whole * 0.5)


def test_what_is_drawn_for_a_seed_is_not_moved_by_how_much_is_kept_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ratings = from_wide(some(31), strata=["a", "b", "c"] * 10 + ["a"])
    at_once = np.concatenate(list(multipliers(ratings, 50, "seed")))
    monkeypatch.setattr(bootstrap, "_AT_ONCE", 70)
    assert np.array_equal(at_once, np.concatenate(list(multipliers(ratings, 50, "seed"))))
    assert not np.array_equal(at_once, np.concatenate(list(multipliers(ratings, 50, "other"))))


def test_a_set_without_a_raters_items_is_as_if_the_rater_was_not_there() -> None:
    rows = [[*row[:2], ""] for row in some(20)] + [["1", "", "2"], ["2", "", "2"]]
    sums = Sums(from_wide(rows, categories=ANSWERS), np.eye(3))
    without = np.array([[1.0] * 20 + [0.0] * 2])
    for id in ("cohen", "gwet", "fleiss"):
        alone = agree(from_wide(rows[:20], categories=ANSWERS))[id].value
        assert sums.at(id, without).value[0] == pytest.approx(alone)


def test_drawn_sets_keep_the_sampling_weights() -> None:
    ratings = from_wide(some(12), weights=[1.0] * 6 + [3.0] * 6)
    drawn = np.concatenate(list(multipliers(ratings, 20_000, "x")))
    assert drawn.mean(axis=0) == pytest.approx([0.5] * 6 + [1.5] * 6, rel=0.05)


def test_strata_of_one_size_are_drawn_apart() -> None:
    ratings = from_wide(some(20), strata=["a"] * 10 + ["b"] * 10)
    drawn = np.concatenate(list(multipliers(ratings, 20, "seed")))
    assert not np.array_equal(drawn[:, :10], drawn[:, 10:])


def test_an_interval_is_not_moved_by_what_else_is_counted() -> None:
    way = Way(sets=100, scale=Scale.ORDINAL)
    whole = agree(from_wide(some()), way)
    alone = agree(from_wide(some()), replace(way, coefficients=("krippendorff",)))
    assert alone["krippendorff"] == whole["krippendorff"]


def test_drawn_sets_weigh_as_the_sample_on_the_average_and_vary_as_it_does() -> None:
    """The mean of a variable under the sets: its variance is (1-f) s²/n, what a sample without replacement has."""
    ratings = from_wide(some(12), populations=20)
    drawn = np.concatenate(list(multipliers(ratings, 40_000, "x")))
    assert drawn.sum(axis=1) == pytest.approx(12)
    assert drawn.mean(axis=0) == pytest.approx(1, abs=0.03)
    variable = np.arange(12.0) ** 2
    expected = (1 - 12 / 20) * variable.var(ddof=1) / 12
    assert float((drawn @ variable / 12).var()) == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("scale", list(Scale))
def test_resampling_finds_the_errors_of_the_formulas(scale: Scale) -> None:
    found = agree(from_wide(some(400)), Way(sets=2000, scale=scale))
    for item in found.estimates:
        assert item.drawn is not None
        assert item.drawn.error == pytest.approx(item.error, rel=0.12), item.id


def test_a_coefficient_that_most_sets_lack_gets_no_interval() -> None:
    rows = [["1", "1"]] * 40 + [["1", "2"]]
    drawn = agree(from_wide(rows), Way(sets=400))["cohen"].drawn
    assert drawn is not None
    assert drawn.undefined > 100
    assert (drawn.low, drawn.high, drawn.error, drawn.why) == (None, None, None, "too_many_undefined")


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """A part of six hundred cases, drawn in strata that weigh unlike, each read by three of five raters."""
    rows = some(600, 5, seed=7)
    for number, row in enumerate(rows):
        row[number % 5] = ""
        row[(number + 2) % 5] = ""
    of = ["common" if number % 3 else "rare" for number in range(600)]
    whole = agree(from_wide(rows, categories=ANSWERS))
    chance = np.random.default_rng(20)
    runs = trials(2000)
    inside = dict.fromkeys([item.id for item in whole.estimates], 0)
    drawn_inside = dict(inside)
    for run in range(runs):
        picked = [
            int(place)
            for stratum, number in (("common", 100), ("rare", 25))
            for place in chance.choice([at for at in range(600) if of[at] == stratum], number, replace=False)
        ]
        ratings = from_wide(
            [rows[at] for at in picked],
            categories=ANSWERS,
            weights=[4.0 if of[at] == "common" else 8.0 for at in picked],
            strata=[of[at] for at in picked],
            populations={"common": 400, "rare": 200},
        )
        found = agree(ratings, Way(sets=200, seed=str(run)))
        for item in found.estimates:
            truth = whole[item.id].value
            assert None not in (truth, item.low, item.high, item.drawn)
            inside[item.id] += item.low <= truth <= item.high  # type: ignore[operator]
            drawn_inside[item.id] += item.drawn.low <= truth <= item.drawn.high  # type: ignore[operator,union-attr]
    slack = 4 * (0.95 * 0.05 / runs) ** 0.5
    for id, number in inside.items():
        assert number / runs >= 0.94 - slack, id
        assert drawn_inside[id] / runs >= 0.92 - slack, id
        assert number / runs <= 0.97 + slack, id


def test_many_ratings_by_many_raters_take_seconds() -> None:
    """22,000 ratings by 436 raters, a thousand sets, every coefficient; measured at 2-4 seconds on two cores."""
    chance = np.random.default_rng(1)
    pairs = np.array([chance.choice(436, 2, replace=False) for _ in range(11_000)]).ravel()
    true = np.repeat(chance.random(11_000) < 0.2, 2)
    seen = np.where(chance.random(22_000) < 0.1, ~true, true)
    ratings = from_long(
        [f"{number // 2:05}" for number in range(22_000)],
        [f"r{rater:03}" for rater in pairs],
        ["ja" if answer else "nej" for answer in seen],
    )
    started = time.monotonic()
    found = agree(ratings, Way(sets=1000))
    assert time.monotonic() - started < 60
    assert (found.items, found.ratings, found.raters) == (11_000, 22_000, 436)


# --- what is said of it ---


def codes(found: Agreement, *people: object) -> list[str]:
    return [item.code for item in findings(found, *people)]  # type: ignore[arg-type]


def test_few_items_and_few_rare_answers_are_told() -> None:
    few = agree(from_wide([["1", "1"]] * 8 + [["2", "1"], ["2", "2"]]))
    assert codes(few) == ["few_items", "rare_answer", "common_answer"]
    assert codes(agree(from_wide([["1", "1"]] * 15 + [["2", "2"]] * 14 + [["1", "2"]]))) == []


def test_a_common_answer_that_pulls_kappa_down_is_told() -> None:
    """The paradox of Feinstein & Cicchetti: 95 of 100 agree, and kappa is below nought."""
    found = agree(from_table(((94, 3), (3, 0)), ("nej", "ja")))
    assert found["cohen"].value is not None
    assert found["cohen"].value < 0 < 0.9 < float(found["gwet"].value or 0)
    assert codes(found) == ["rare_answer", "common_answer"]
    assert codes(agree(from_table(((50, 3), (3, 44)), ("nej", "ja")))) == []
    # Kappa is 0.2 and Gwet's 0.52, and a quarter of the answers are others: that is disagreement, too.
    assert codes(agree(from_table(((60, 15), (15, 10)), ("nej", "ja")))) == []


def test_one_answer_and_full_agreement_are_told() -> None:
    assert codes(agree(from_wide([["1", "1"]] * 40))) == ["one_answer"]
    (alike,) = findings(agree(from_wide([["1", "1"], ["2", "2"]] * 20)))
    assert (alike.code, alike.number, alike.share) == ("all_alike", 40, pytest.approx(0.025 ** (1 / 40)))


def with_leader(share: float) -> Ratings:
    """Forty items read by two of five; the first of them in a share of the pairs."""
    chance = np.random.default_rng(3)
    rows = []
    for number in range(40):
        row = [""] * 5
        others = chance.choice(np.arange(1, 5), 2, replace=False)
        pair = [0, others[0]] if number < 40 * share else list(others)
        for place in pair:
            row[place] = "12"[number % 2]
        rows.append(row)
    return from_wide(rows)


def test_a_rater_who_is_in_most_pairs_is_told() -> None:
    for share, told in ((1.0, True), (0.75, True), (0.5, False)):
        ratings = with_leader(share)
        people = raters(ratings)
        assert people[0].pairs == share
        found = [item for item in findings(agree(ratings), people) if item.code == "in_most_pairs"]
        assert [(item.name, item.share) for item in found] == ([("1", share)] if told else [])


def test_a_rater_without_whom_all_would_agree_is_told() -> None:
    chance = np.random.default_rng(5)
    rows = []
    for number in range(120):
        true = "12"[number % 2]
        row = [true, true, true, true]
        row[number % 4] = ""
        if row[3]:
            row[3] = "12"[int(chance.integers(2))]
        rows.append(row)
    ratings = from_wide(rows)
    people = raters(ratings)
    found = agree(ratings)
    (told,) = findings(found, people)
    assert (told.code, told.name) == ("moves_most", "4")
    assert told.share == pytest.approx(1 - float(found["gwet"].value or 0))
    assert people[3].disagreement == 1


@given(tables(), st.sampled_from(list(Scale)))
def test_without_a_rater_is_what_the_others_give(rows: list[list[str]], scale: Scale) -> None:
    ratings = from_wide(rows, categories=ANSWERS)
    way = Way(scale=scale)
    for number, rater in enumerate(raters(ratings, way)):
        others = ratings.without_rater(number).several
        expected = agree(others, way)["gwet"].value if others.items else None
        assert rater.without == (None if expected is None else pytest.approx(expected))


@given(tables())
def test_shares_of_raters_add_up(rows: list[list[str]]) -> None:
    people = raters(from_wide(rows, categories=ANSWERS))
    assert sum(rater.pairs for rater in people) == pytest.approx(2)
    apart = [rater.disagreement for rater in people if rater.disagreement is not None]
    assert not apart or sum(apart) == pytest.approx(2)


# --- divided ---


def rows_of(table: list[list[str]], weeks: list[str]) -> list[Row]:
    return [
        Row(f"i{item:03}", f"r{rater}", answer, week=weeks[item])
        for item, row in enumerate(table)
        for rater, answer in enumerate(row)
        if answer
    ]


def test_pairs_and_weeks_are_what_they_are_alone() -> None:
    table = some(40, 3)
    for number, row in enumerate(table):
        row[number % 3] = ""
    weeks = ["2026-W09" if number < 20 else "2026-W10" for number in range(40)]
    way = Way(sets=100)
    (question,) = questions(rows_of(table, weeks), way)
    assert [group.names for group in question.groups["pair"]] == [("r0", "r1"), ("r0", "r2"), ("r1", "r2")]
    assert [group.names for group in question.groups["week"]] == [("2026-W09",), ("2026-W10",)]
    pair = agree(from_wide([[row[0], row[1]] for row in table if row[0] and row[1]]))
    week = agree(from_wide(table[:20]))
    plain = [group.agreement for group in (question.groups["pair"][0], question.groups["week"][0])]
    assert [values(found) for found in plain] == [values(pair), values(week)]


def test_a_pair_or_week_of_few_is_counted_and_not_shown() -> None:
    table = [["1", "2", ""]] * 9 + [["1", "", "2"]] * 10
    weeks = ["a"] * 9 + ["b"] * 10
    (question,) = questions(rows_of(table, weeks))
    assert [group.names for group in question.groups["pair"]] == [("r0", "r2")]
    assert [group.names for group in question.groups["week"]] == [("b",)]
    assert question.too_few == {"pair": 1, "week": 1}


def test_an_item_is_of_the_last_week_it_was_read_in() -> None:
    rows = [
        row
        for number in range(10)
        for row in (
            Row(f"i{number}", "x", "1", week="2026-W10"),
            Row(f"i{number}", "y", "2", week="2026-W09"),
        )
    ]
    (question,) = questions(rows)
    assert [(group.names, group.agreement.items) for group in question.groups["week"]] == [
        (("2026-W10",), 10)
    ]


def test_a_group_has_the_answers_of_its_question() -> None:
    table = [["1", "1"]] * 10 + [["2", "3"]] * 10
    (question,) = questions(rows_of(table, ["a"] * 10 + ["b"] * 10))
    assert question.groups["week"][0].agreement.categories == ("1", "2", "3")


def test_questions_do_not_move_each_other() -> None:
    rows = rows_of(some(), ["a"] * 60)
    others = [replace(row, question="q", answer="1") for row in rows]
    way = Way(sets=100)
    (alone,) = questions(rows, way)
    both = questions([*others, *rows], way)
    assert [question.id for question in both] == ["", "q"]
    assert both[0] == alone


def test_the_part_drawn_is_that_of_the_items_read_twice_unless_all_were_drawn_once() -> None:
    rows = [Row(f"i{n:02}", rater, "12"[n % 2], population=40) for n in range(20) for rater in ("x", "y")]
    rows += [Row(f"j{n:02}", "x", "1", population=40) for n in range(20)]
    rows[0] = replace(rows[0], answer="2")
    for single, factor in ((Single.LEFT_OUT, 0.5), (Single.COUNTED, 0.0)):
        corrected, plain = (
            questions([replace(row, population=cases) for row in rows], Way(single=single))[0]
            for cases in (40, None)
        )
        assert corrected.whole is not None
        assert plain.whole is not None
        error, without = (item["gwet"].error for item in (corrected.whole, plain.whole))
        assert error == pytest.approx(float(without or 0) * factor**0.5)


def test_rows_without_a_weight_weigh_by_their_stratum_and_some_weights_are_none() -> None:
    rows = [
        Row(f"{stratum}{number:02}", rater, answer, stratum=stratum, population=cases)
        for stratum, cases, pair in (("a", 10, "11"), ("b", 100, "12"))
        for number in range(10)
        for rater, answer in zip("xy", pair, strict=True)
    ]
    (question,) = questions(rows)
    assert question.whole is not None
    assert question.whole["percent"].value == pytest.approx(10 / 110)
    (pair,) = question.groups["pair"]
    assert pair.agreement["percent"].value == pytest.approx(10 / 110)
    (plain,) = questions([replace(row, weight=1.0) for row in rows])
    assert plain.whole is not None
    assert plain.whole["percent"].value == pytest.approx(0.5)
    with pytest.raises(ValueError, match="weights"):
        questions([replace(rows[0], weight=1.0), *rows[1:]])


def test_a_pair_has_read_its_own_part_of_the_cases() -> None:
    """All cases are read, half of them by each of two pairs: of one pair, half the cases are still unread."""
    rows = rows_of([["1", "2", ""], ["1", "1", ""], ["1", "", "2"], ["1", "", "1"]] * 10, ["w"] * 40)
    rows = [replace(row, population=40) for row in rows]
    (question,) = questions(rows)
    assert question.whole is not None
    assert question.whole["percent"].why == "all_read"
    for group in question.groups["pair"]:
        error = (0.25 / 19 * (1 - 20 / 40)) ** 0.5
        assert group.agreement["percent"].error == pytest.approx(error)


def test_strata_of_which_nothing_was_read_twice_are_told() -> None:
    rows = [Row(f"i{n}", rater, "1", stratum="a", population=30) for n in range(4) for rater in "xy"]
    rows += [Row("j", "x", "1", stratum="b", population=10)]
    (question,) = questions(rows)
    told = question.findings[0]
    assert (told.code, told.number, told.share) == ("strata_not_read", 1, 0.25)
    (counted,) = questions(rows, Way(single=Single.COUNTED))
    assert "strata_not_read" not in {finding.code for finding in counted.findings}


def test_the_metric_of_ranks_is_no_matrix() -> None:
    with pytest.raises(ValueError, match="weights"):
        weight_matrix(KRIPPENDORFF_ORDINAL, (1.0, 2.0))

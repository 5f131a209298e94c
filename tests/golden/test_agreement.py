"""Agreement against printed values, irrCAC (`agreement/golden.py`) and R's survey (`agreement/golden.R`)."""

from __future__ import annotations

import csv
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from sagsbarometer.agreement.agree import Scale, Single, Way, agree
from sagsbarometer.agreement.alpha import Alpha
from sagsbarometer.agreement.ratings import Ratings, from_table, from_wide
from sagsbarometer.agreement.weights import KRIPPENDORFF_ORDINAL, NAMES
from tests.golden.agreement import classic

FOLDER = Path(__file__).parent / "agreement"
AS_GWET = Way(single=Single.COUNTED)


def lines(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def raw(text: str) -> Ratings:
    return from_wide(classic.ratings(text))


# --- printed ---


@pytest.mark.parametrize(
    ("coefficient", "value", "error", "low"),
    [
        ("percent", 0.8181818, 0.12561, 0.542),
        ("gwet", 0.77544, 0.14295, 0.461),
        ("fleiss", 0.76117, 0.15302, 0.424),
        ("krippendorff", 0.74342, 0.14557, 0.419),
        ("cohen", 0.76282, 0.14917, 0.435),
        ("brennan_prediger", 0.77273, 0.14472, 0.454),
    ],
)
def test_four_raters_as_printed_with_irrcac(coefficient: str, value: float, error: float, low: float) -> None:
    found = agree(raw(classic.FOUR_RATERS), AS_GWET)[coefficient]
    assert found.value == pytest.approx(value, abs=5e-6)
    assert found.error == pytest.approx(error, abs=5e-6)
    # Conger's lower limit is printed as 0.434, cut rather than rounded.
    assert found.low == pytest.approx(low, abs=1e-3)
    assert found.high == 1


@pytest.mark.parametrize(
    ("weights", "value", "error", "low"),
    [("linear", 0.859, 0.117, 0.600), ("quadratic", 0.914, 0.104, 0.685), ("ordinal", 0.899, 0.107, 0.664)],
)
def test_gwets_second_coefficient_as_printed(weights: str, value: float, error: float, low: float) -> None:
    way = Way(scale=Scale.INTERVAL, weights=weights, single=Single.COUNTED)
    found = agree(raw(classic.FOUR_RATERS), way)["gwet"]
    assert (found.value, found.error, found.low) == pytest.approx((value, error, low), abs=5e-4)


@pytest.mark.parametrize(
    ("text", "value", "error", "low", "high"),
    [
        (classic.FIVE_OBSERVERS, 0.497, 0.122, 0.235, 0.758),
        (classic.TWO_GROUPS, 0.685, 0.134, 0.396, 0.973),
        (classic.BY_GENDER, 0.208, 0.091, 0.014, 0.403),
        (classic.BEN_AND_GERRY, 0.661, 0.184, 0.257, 1.0),
    ],
)
def test_gwets_first_coefficient_as_printed(
    text: str, value: float, error: float, low: float, high: float
) -> None:
    found = agree(raw(text), AS_GWET)["gwet"]
    assert (found.value, found.error, found.low, found.high) == pytest.approx(
        (value, error, low, high), abs=5e-4
    )


@pytest.mark.parametrize(
    ("coefficient", "value", "error", "low", "high"),
    [
        ("gwet", 0.4448007, 0.08418757, 0.264, 0.625),
        ("fleiss", 0.4139265, 0.08119291, 0.24, 0.588),
        ("krippendorff", 0.4204384, 0.08243228, 0.244, 0.597),
        ("brennan_prediger", 0.4388889, 0.08312142, 0.261, 0.617),
    ],
)
def test_counts_of_six_raters_as_printed(
    coefficient: str, value: float, error: float, low: float, high: float
) -> None:
    found = agree(from_wide(classic.counted(classic.SIX_RATERS)))[coefficient]
    assert found.value == pytest.approx(value, abs=5e-8)
    if coefficient != "krippendorff":
        assert found.error == pytest.approx(error, abs=5e-8)
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-4)


def test_the_printed_error_of_alpha_from_counts_moves_chance_once_instead_of_twice() -> None:
    """0.08243228, where the same program gives the error of Fleiss' kappa for the same ratings told one by one."""
    counts = np.array([[int(number) for number in word] for word in classic.SIX_RATERS.split()], dtype=float)
    number, few = len(counts), 1 / counts.sum()
    share = (1 - few) * (counts * (counts - 1)).sum(axis=1) / 30 + few
    common = counts.sum(axis=0) / counts.sum()
    chance = float(common @ common)
    alpha = (share.mean() - chance) / (1 - chance)

    def error(times: int) -> float:
        moves = (share - chance - times * (1 - alpha) * (counts @ common / 6 - chance)) / (1 - chance) - alpha
        return sqrt(float((moves**2).sum()) / number / (number - 1))

    assert error(times=1) == pytest.approx(0.08243228, abs=5e-9)
    found = agree(from_wide(classic.counted(classic.SIX_RATERS)))
    assert found["krippendorff"].error == pytest.approx(error(times=2) / (1 - few), rel=1e-12)
    assert found["krippendorff"].error == pytest.approx(found["fleiss"].error, rel=1e-12)


@pytest.mark.parametrize(
    ("coefficient", "value", "error"),
    [
        ("cohen", 0.7964094, 0.05891072),
        ("fleiss", 0.7962397, 0.05905473),  # Scott's pi
        ("gwet", 0.8493305, 0.04321747),
        ("brennan_prediger", 0.835, 0.04693346),
        ("krippendorff", 0.7972585, 0.05905473),
        ("percent", 0.89, 0.03128898),
    ],
)
def test_table_of_two_raters_as_printed(coefficient: str, value: float, error: float) -> None:
    found = agree(from_table(classic.ABSTRACTORS, ("1", "2", "3")))[coefficient]
    assert found.value == pytest.approx(value, abs=5e-8)
    assert found.error is not None
    # For tables the variance was printed by n, for ratings by n - 1.
    assert found.error * sqrt(99 / 100) == pytest.approx(error, abs=5e-9)


def test_cohens_own_example() -> None:
    assert agree(from_table(classic.JUDGES, "abc"))["cohen"].value == pytest.approx(0.492, abs=5e-4)


def test_fleiss_own_example_and_the_alpha_that_r_has_wrong() -> None:
    """R's irr 0.84.1 gives 0.43088 for alpha where every patient has six diagnoses: 1 - (N-1)/N of what it should."""
    found = agree(from_wide(classic.counted(classic.DIAGNOSES)))
    assert found["fleiss"].value == pytest.approx(0.430, abs=5e-4)
    assert found["krippendorff"].value == pytest.approx(0.43341, abs=5e-6)


@pytest.mark.parametrize(
    ("metric", "value"),
    [("identity", 0.743), (KRIPPENDORFF_ORDINAL, 0.815), ("quadratic", 0.849), ("ratio", 0.797)],
)
def test_krippendorffs_own_example_in_every_metric(metric: str, value: float) -> None:
    way = Way(scale=Scale.INTERVAL, metric=metric)
    assert agree(raw(classic.FOUR_RATERS), way)["krippendorff"].value == pytest.approx(value, abs=5e-4)


def test_gwets_ordinal_is_not_krippendorffs() -> None:
    own, other = (
        agree(raw(classic.FOUR_RATERS), Way(scale=Scale.ORDINAL, metric=metric))["krippendorff"].value
        for metric in ("ordinal", KRIPPENDORFF_ORDINAL)
    )
    assert (own, other) == pytest.approx((0.8336, 0.8154), abs=5e-5)


# --- irrCAC ---


def invented(name: str) -> Ratings:
    """The data of `golden.py`, by its names."""
    rows = [[row[f"rater{number}"] for number in range(1, 6)] for row in lines("ratings.csv")]
    if name in ("twice", "spaced"):
        rows = [row for row in rows if sum(answer != "" for answer in row) > 1]
    if name == "spaced":
        rows = [[{"3": "4", "4": "8"}.get(answer, answer) for answer in row] for row in rows]
    if name == "two":
        rows = [row[:2] for row in rows if row[0] and row[1]]
    return from_wide(rows, populations=150, drawn_once=True)


@pytest.mark.parametrize("weights", NAMES)
@pytest.mark.parametrize("name", ["whole", "twice", "two", "spaced"])
def test_every_coefficient_is_that_of_irrcac(name: str, weights: str) -> None:
    way = Way(scale=Scale.INTERVAL, weights=weights, metric=weights, single=Single.COUNTED)
    ratings = invented(name)
    of_many = from_wide_without_population(ratings)
    expected = [row for row in lines("golden.csv") if (row["data"], row["weights"]) == (name, weights)]
    assert len(expected) == 10
    for row in expected:
        found = agree(ratings if row["population"] else of_many, way)[row["coefficient"]]
        printed = [float(row[key]) for key in ("value", "pa", "pe", "se")]
        assert [found.value, found.agreement, found.chance, found.error] == pytest.approx(
            printed, rel=1e-10
        ), row
        # Student's quantile of the old SciPy irrCAC wants has nine digits; R and ours agree to sixteen.
        limits = float(row["low"]), float(row["high"])
        assert (found.low, found.high) == pytest.approx(limits, rel=1e-8), row


def from_wide_without_population(ratings: Ratings) -> Ratings:
    return Ratings(
        ratings.items,
        ratings.raters,
        ratings.categories,
        ratings.item_of,
        ratings.rater_of,
        ratings.category_of,
        ratings.weights,
        ratings.strata,
        np.zeros(len(ratings.items)),
    )


# --- R's survey ---


def drawn(kind: str, two: bool) -> Ratings:
    rows = [row for row in lines("drawn.csv") if not two or not row["rater3"]]
    raters = ("rater1", "rater2") if two else ("rater1", "rater2", "rater3")
    return from_wide(
        [[row[name] for name in raters] for row in rows],
        weights=[float(row["weight"]) for row in rows],
        strata=[row["stratum"] for row in rows] if kind != "weights" else None,
        populations=(
            {row["stratum"]: int(row["population"]) for row in rows} if kind == "strata_fpc" else None
        ),
    )


@pytest.mark.parametrize("kind", ["weights", "strata", "strata_fpc"])
@pytest.mark.parametrize("two", [True, False])
def test_a_drawn_double_reading_has_the_errors_of_r(kind: str, two: bool) -> None:
    expected = {
        row["coefficient"].strip(): (float(row["value"]), float(row["se"]))
        for row in lines("drawn_golden.csv")
        if (row["data"].strip(), row["design"].strip()) == ("two" if two else "all", kind)
    }
    ratings = drawn(kind, two)
    found = agree(ratings)
    plain = set(expected) - {"alpha_nominal", "alpha_ranks"}
    assert plain == {"percent", "gwet", "fleiss"} | ({"cohen"} if two else set())
    for id in sorted(plain):
        assert (found[id].value, found[id].error) == pytest.approx(expected[id], rel=1e-10), id
    for id, way in (("alpha_nominal", Way()), ("alpha_ranks", Way(scale=Scale.ORDINAL))):
        of = agree(ratings, way)
        value, error = expected[id]
        weight = ratings.weights / ratings.weights.mean()
        number = float(weight @ ratings.per_item)
        assert 1 - (1 - of["krippendorff"].value) / (1 - 1 / number) == pytest.approx(value, rel=1e-10)
        # Gwet's error differs from the derivative by 1/N where items have unlike numbers of ratings.
        tolerance = 1e-10 if two else 3 / number
        assert of["krippendorff"].error == pytest.approx(error, rel=tolerance)


def test_alpha_moves_as_the_change_of_it_for_a_little_more_weight() -> None:
    """The metric of ranks has no other program to be held against: its derivative, by differences."""
    ratings = drawn("weights", two=True)
    alpha = Alpha(ratings, None)
    weight = ratings.weights / ratings.weights.mean()
    step = 1e-6
    plain = []
    for number in range(len(weight)):
        moved = np.array([weight, weight])
        moved[0, number] += step
        moved[1, number] -= step
        values = alpha.at(moved).value
        corrected = 1 - (1 - values) / (1 - 1 / (moved @ ratings.per_item))
        plain.append((corrected[0] - corrected[1]) / (2 * step) * len(weight))
    assert alpha.moves() == pytest.approx(np.array(plain), abs=1e-6)

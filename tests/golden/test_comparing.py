"""Process intervals, trends and funnel limits against published numbers and R (`comparing/golden.R`)."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from sagsbarometer.measures.comparing import Point, newcombe, trend, wilson
from sagsbarometer.measures.funnel import LEVELS, Group, dispersion, limits

FOLDER = Path(__file__).parent / "comparing"
SERIES = {
    "smokers": [(1, 83, 86), (2, 90, 93), (3, 129, 136), (4, 70, 82)],
    "alcohol": [
        (0, 48, 17114),
        (Fraction(1, 2), 38, 14502),
        (Fraction(3, 2), 5, 793),
        (4, 1, 127),
        (7, 1, 38),
    ],
    "years": [(2021, 120, 400), (2022, 151, 420), (2023, 160, 390), (2024, 180, 410)],
}


def golden() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    with (FOLDER / "golden.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["what"]][row["key"]] = float(row["value"])
    return found


GOLDEN = golden()


def same(ours: Decimal, theirs: float, factor: int = 1) -> bool:
    """Within what six decimals keep."""
    return abs(float(ours) - factor * theirs) < 1.1e-6


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), "0.0524", "0.3339"),
        ((9, 10), (3, 10), "0.1705", "0.8090"),
        ((6, 7), (2, 7), "0.0582", "0.8062"),
        ((5, 56), (0, 29), "-0.0381", "0.1926"),
        ((0, 10), (0, 20), "-0.1611", "0.2775"),
        ((0, 10), (0, 10), "-0.2775", "0.2775"),
        ((10, 10), (0, 20), "0.6791", "1.0000"),
        ((10, 10), (0, 10), "0.6075", "1.0000"),
    ],
)
def test_difference_is_that_of_the_paper(
    first: tuple[int, int], second: tuple[int, int], low: str, high: str
) -> None:
    """The eight examples a to h of table II in Newcombe (1998), method 10, as printed."""
    interval = newcombe(first, second)
    assert abs(interval.low / 100 - Decimal(low)) <= Decimal("0.00005")
    assert abs(interval.high / 100 - Decimal(high)) <= Decimal("0.00005")


@pytest.mark.parametrize("key", sorted(GOLDEN["wilson_low"]))
def test_share_has_the_limits_of_r(key: str) -> None:
    interval = wilson(*map(int, key.split("/")))
    assert same(interval.low, GOLDEN["wilson_low"][key], 100)
    assert same(interval.high, GOLDEN["wilson_high"][key], 100)


def test_share_has_the_limits_others_have_printed() -> None:
    """180 of 385: 41.8 to 51.7."""
    interval = wilson(180, 385)
    assert (round(interval.low, 1), round(interval.high, 1)) == (Decimal("41.8"), Decimal("51.7"))


@pytest.mark.parametrize("name", sorted(SERIES))
def test_trend_is_that_of_r(name: str) -> None:
    found = trend([Point(Fraction(time), yes, cases) for time, yes, cases in SERIES[name]])  # type: ignore[attr-defined]
    assert found is not None
    assert same(found.chi_square, GOLDEN["trend_chi"][name])
    assert same(found.p_value, GOLDEN["trend_p"][name])
    assert same(found.slope, GOLDEN["slope"][name], 100)
    assert same(found.chi_square + found.departure, GOLDEN["whole_chi"][name])
    assert found.low < found.slope < found.high


def test_trend_is_that_of_the_manual_page() -> None:
    """R prints X-squared = 8.2249, p-value = 0.004132 for its smokers."""
    found = trend([Point(Fraction(time), yes, cases) for time, yes, cases in SERIES["smokers"]])  # type: ignore[attr-defined]
    assert found is not None
    assert (round(found.chi_square, 4), round(found.p_value, 6)) == (Decimal("8.2249"), Decimal("0.004132"))


@pytest.mark.parametrize("key", sorted(GOLDEN["limit_low"]))
def test_limits_are_those_of_r(key: str) -> None:
    thousandth, size, level = key.split("/")
    none = dispersion([], 0, 1)
    found = limits(int(size), int(thousandth), 1000, none).exact[LEVELS.index(Decimal(level))]
    assert same(found.low, GOLDEN["limit_low"][key], 100)
    assert same(found.high, GOLDEN["limit_high"][key], 100)


def test_dispersion_is_that_of_r() -> None:
    with (FOLDER / "groups.csv").open(encoding="utf-8") as file:
        groups = [Group(row["id"], int(row["successes"]), int(row["trials"])) for row in csv.DictReader(file)]
    yes, cases = sum(item.successes for item in groups), sum(item.trials for item in groups)
    found = dispersion(groups, yes, cases)
    assert same(found.phi, GOLDEN["phi"]["groups"])
    assert same(found.chi_square, GOLDEN["dispersion_chi"]["groups"])
    assert same(found.p_value, GOLDEN["dispersion_p"]["groups"])
    assert found.wider

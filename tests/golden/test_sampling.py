"""How many cases, and where: against R (`sampling/golden.R`) and printed tables."""

from __future__ import annotations

import csv
from fractions import Fraction
from functools import cache
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

from sagsbarometer.sampling.allocation import fair_parts, share_out, weight
from sagsbarometer.sampling.size import (
    EXACT,
    Change,
    change_power,
    change_size,
    domain_size,
    margin_of,
    sample_size,
)

FOLDER = Path(__file__).parent / "sampling"


@cache
def golden() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    with (FOLDER / "golden.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["what"], {})[row["key"]] = float(row["value"])
    return found


def numbers(key: str) -> list[float]:
    return [float(part) for part in key.split("/")]


def near(value: float, tolerance: float = 1e-10) -> object:
    return pytest.approx(value, rel=tolerance, abs=0)


def test_cases_for_a_margin_are_the_formula_in_r() -> None:
    assert len(golden()["cases"]) == 216
    for key, value in golden()["cases"].items():
        share, margin, level, population, effect = numbers(key)
        size = sample_size(
            share, margin, level=level, population=int(population) or None, design_effect=effect
        )
        assert size.cases == min(-int(-value // 1), int(population) or 10**9), key
        if not population:
            assert size.endless == near(value), key


def test_385_cases_and_323_of_2000() -> None:
    assert sample_size(0.5, 0.05).cases == 385
    assert sample_size(0.5, 0.05, population=2000).cases == 323
    assert sample_size(0.5, 0.05, usable="0.85").call_in == 453


def test_cases_of_a_population_are_the_printed_table() -> None:
    """Krejcie & Morgan, Educational and Psychological Measurement 30 (1970) 607-610, table 1, as far as we have seen it
    quoted: a share of 0.5 to plus or minus 0.05. They use 3.841 for z² and round to the nearest case; we round up."""
    endless = sample_size(0.5, 0.05).endless
    with (FOLDER / "krejcie_morgan_1970.csv").open(encoding="utf-8") as file:
        printed = {int(row["population"]): int(row["cases"]) for row in csv.DictReader(file)}
    assert len(printed) == 31
    for population, cases in printed.items():
        assert sample_size(0.5, 0.05, population=population).cases - cases in (0, 1), population
        assert round(endless / (1 + (endless - 1) / population)) == cases, population


def test_the_margin_of_a_number_of_cases_is_the_formula_in_r() -> None:
    for key, value in golden()["margin"].items():
        share, cases, level, population, effect = numbers(key)
        ours = margin_of(
            share, int(cases), level=level, population=int(population) or None, design_effect=effect
        )
        assert ours == (near(value) if value else 0), key


def test_the_exact_number_is_the_least_by_r() -> None:
    for key, value in golden()["exact"].items():
        share, margin, level = numbers(key)
        assert sample_size(share, margin, level=level, method=EXACT).cases == value, key


def test_a_change_takes_the_cases_of_power_prop_test() -> None:
    for key, value in golden()["change"].items():
        before, after, power, alpha = numbers(key)
        size = change_size(Change(before, after, power, alpha))
        assert size.endless == near(value, 1e-6), key
        assert size.cases == -int(-value // 1), key
    for key, value in golden()["power"].items():
        before, after, cases, alpha = numbers(key)
        # R leaves the other tail out, which is nothing here
        assert change_power(Change(before, after, alpha=alpha), cases) == near(value), key


def test_overlap_between_rounds_takes_fewer_cases_as_in_r() -> None:
    for key, value in golden()["overlap"].items():
        before, after, power, alpha, overlap, correlation = numbers(key)
        size = change_size(Change(before, after, power, alpha, overlap, correlation))
        assert size.endless == near(value, 1e-6), key


def test_cases_of_a_part_with_assurance_are_those_of_r() -> None:
    for key, value in golden()["domain"].items():
        cases, domain, assurance = numbers(key)
        assert domain_size(int(cases), domain, assurance) == value, key


def test_allocation_between_bounds_is_that_of_r() -> None:
    with (FOLDER / "units.csv").open(encoding="utf-8") as file:
        units = [(int(row["size"]), Fraction(row["sd"])) for row in csv.DictReader(file)]
    low, high = [1] * len(units), [min(20, size) for size, _ in units]
    seen = 0
    for total in (40, 90):
        for method in ("proportional", "square_root", "neyman", "equal"):
            weights = [weight(method, size, spread) for size, spread in units]
            parts = fair_parts(total, weights, low, high)
            whole = share_out(total, weights, low, high)
            for at, (part, cases) in enumerate(zip(parts, whole, strict=True), start=1):
                assert float(part) == near(golden()["fair"][f"{total}/{method}/{at}"], 1e-9)
                assert cases == golden()["whole"][f"{total}/{method}/{at}"], (total, method, at)
                seen += 1
    assert seen == len(golden()["fair"]) == 80


@pytest.mark.parametrize(
    ("population", "cases", "overlap"), [(2000, 800, 0.0), (2000, 400, 0.0), (600, 400, 0.6), (600, 240, 0.2)]
)
@pytest.mark.parametrize("alike", [True, False])
def test_the_power_in_a_finite_population_is_no_higher_than_what_is_drawn(
    population: int, cases: int, overlap: float, alike: bool
) -> None:
    """4,000 pairs of rounds drawn from the same cases, which answer as they did before or wholly otherwise: the change
    is seen at least as often as the power says, by the test it is worked out for, which knows no more than that."""
    random = np.random.default_rng(5)
    before, after = np.zeros(population), np.zeros(population)
    order = random.permutation(population)
    before[order[: round(0.47 * population)]] = 1
    after[(order if alike else random.permutation(population))[: round(0.40 * population)]] = 1
    shared = round(overlap * cases)
    found = []
    for _ in range(4000):
        drawn = random.permutation(population)
        found.append(before[drawn[:cases]].mean() - after[drawn[cases - shared : 2 * cases - shared]].mean())
    change = Change(0.47, 0.40, overlap=overlap, correlation=0.5)
    part = cases / population
    against = (overlap - part) / (1 - part)  # below 0 in each of these
    assert against < 0
    finite = (population - cases) / (population - 1)
    limit = 1.959964 * sqrt(finite * 2 * 0.435 * 0.565 * (1 - against) / cases)
    seen = float(ndtr((before.mean() - after.mean() - limit) / np.std(found)))
    assert change_power(change, cases, population=population) <= seen + 0.015


def test_rounds_without_overlap_have_the_power_of_an_endless_population() -> None:
    change = Change(0.47, 0.40)
    for cases in (400, 900):
        told = change_power(change, cases, population=2000)
        assert told == pytest.approx(change_power(change, cases), rel=1e-3)
    assert change_power(change, 1999, population=2000) == 1
    powers = [change_power(change, cases, population=2000) for cases in range(100, 2000, 50)]
    assert powers == sorted(powers)

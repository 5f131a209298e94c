"""The tutorial's plan, carried out again and again: does the truth lie where the interval says?"""

from __future__ import annotations

import pytest

from sagsbarometer.sampling.plan import NEWEST_FIRST
from tests.barometer_in_tests import by_truth, country, covered, sample
from tests.conftest import SOAK, trials

RUNS = trials(2000)
# After 2,000 draws the coverage is known to one point; after 100 to four, so that a little outside is no fault yet.
LOW, HIGH = (0.94, 0.98) if SOAK else (0.90, 1.0)


@pytest.mark.parametrize("estimate", ["truth", "refusals", "both_readings"])
def test_the_truth_is_in_the_interval_as_often_as_it_says(estimate: str) -> None:
    assert LOW <= covered(RUNS)[estimate] <= HIGH


def test_errors_of_reading_that_nobody_corrects_move_the_truth_out_of_it() -> None:
    assert covered(RUNS)["first_reading"] < 0.88


def test_the_newest_cases_of_each_authority_miss_the_truth_when_there_is_a_trend() -> None:
    assert covered(RUNS, NEWEST_FIRST)["truth"] == 0
    assert by_truth(sample(0, NEWEST_FIRST)).value < country().truth() - 0.15

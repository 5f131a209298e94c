"""The tutorial's plan, carried out again and again: does the truth lie where the interval says?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sagsbarometer.estimation.design import Estimate
from sagsbarometer.sampling.plan import NEWEST_FIRST
from tests.barometer_in_tests import (
    Sample,
    by_both_readings,
    by_first_reading,
    by_truth,
    country,
    covered,
    of_refusals,
    sample,
)
from tests.conftest import SOAK, trials

RUNS = trials(2000)
# In 2,000 runs the share is known to half a point; in 100 only to two, so that a run outside is no fault yet.
LOW, HIGH = (0.94, 0.98) if SOAK else (0.90, 1.0)


@pytest.mark.parametrize(
    ("estimate", "result"), [(by_truth, ""), (of_refusals, "refusal"), (by_both_readings, "")]
)
def test_the_truth_is_in_the_interval_as_often_as_it_says(
    estimate: Callable[[Sample], Estimate], result: str
) -> None:
    assert LOW <= covered(RUNS, estimate, country().truth(result)) <= HIGH


def test_errors_of_reading_that_nobody_corrects_move_the_truth_out_of_it() -> None:
    assert covered(RUNS, by_first_reading, country().truth()) < 0.88


def test_the_newest_cases_of_each_authority_miss_the_truth_when_there_is_a_trend() -> None:
    assert covered(RUNS, by_truth, country().truth(), NEWEST_FIRST) == 0
    low = by_truth(sample(0, NEWEST_FIRST)).value
    assert low < country().truth() - 0.15

"""An interval never claims more than a simple draw of as many cases could tell, and none is without width unless all
was read."""

from __future__ import annotations

import numpy as np
import pytest

from sagsbarometer.estimation.cells import ALIKE, About, Counted, Ends, Estimated, share_cell
from sagsbarometer.estimation.design import Estimate, design
from sagsbarometer.estimation.intervals import METHODS, NCHS, R, effective, limits, most_effective, t_limits
from sagsbarometer.estimation.totals import estimate_difference, estimate_share, estimate_total

# 20 of 1000 read in a, all no; 20 of 1000 in b, all yes; all 10 of c.
STRATA = ["a"] * 20 + ["b"] * 20 + ["c"] * 10
SIZES = [1000.0] * 40 + [10.0] * 10


def alike(yes_in_c: int) -> Estimate:
    answers = [0] * 20 + [1] * 20 + [1] * yes_in_c + [0] * (10 - yes_in_c)
    return estimate_share(design(strata=STRATA, populations=[SIZES]), answers)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("standard", ["simple", NCHS, R])
def test_strata_all_alike_are_no_certainty(method: str, standard: str) -> None:
    share = alike(3)
    assert share.effective is None
    ends = limits(share, method, standard=standard)
    assert ends is not None
    assert ends.method == "exact"
    assert 0 < ends.low < share.value - 0.1
    assert share.value + 0.1 < ends.high < 1
    assert (effective(share, standard=standard) or 0) <= most_effective(share, NCHS)


def test_one_answer_in_a_stratum_read_nearly_whole_is_no_certainty() -> None:
    """One of 20 says otherwise in a stratum that 20 of 21 were read of: the variance is next to nothing."""
    sizes = [1000.0] * 40 + [21.0] * 20
    answers = [0] * 20 + [1] * 20 + [1] + [0] * 19
    share = estimate_share(design(strata=["a"] * 20 + ["b"] * 20 + ["c"] * 20, populations=[sizes]), answers)
    most = 60 / (1 - 60 / 2021)
    assert share.effective
    assert share.effective > 10_000
    assert effective(share) == pytest.approx(most)
    ends, simply = {}, {}
    even = Estimate(
        share.value, share.value * (1 - share.value) / most, 59, 60, 2021.0, kish=60.0, finite=True
    )
    for method in METHODS:
        told, plain, uncapped = limits(share, method), limits(even, method), limits(share, method, standard=R)
        assert told
        assert plain
        assert uncapped
        ends[method], simply[method] = told.high - told.low, plain.high - plain.low
        assert uncapped.high - uncapped.low < 0.1 * ends[method]
        assert ends[method] >= 0.999 * simply[method]


def test_what_a_simple_draw_has_is_counted_from_how_many_there_are() -> None:
    answers = np.array([0, 1] * 20)
    of_fifty = estimate_share(design(populations=[np.full(40, 50.0)]), answers)
    endless = estimate_share(design(weights=np.full(40, 50 / 40)), answers)
    assert of_fifty.finite
    assert not endless.finite
    assert most_effective(of_fifty) == pytest.approx(40 / (1 - 40 / 50))
    assert most_effective(endless) == 40
    # Weights that are no numbers of cases do not tell how much is left.
    scaled = estimate_share(design(weights=np.ones(40), populations=[np.full(40, 50.0)]), answers)
    assert most_effective(scaled) == 40


def test_totals_and_differences_of_cases_all_alike_have_no_interval() -> None:
    drawn = design(populations=[np.full(6, 50.0)])
    assert t_limits(estimate_total(drawn, np.zeros(6))) is None
    first = np.array([True] * 3 + [False] * 3)
    assert t_limits(estimate_difference(drawn, np.array([1, 1, 1, 0, 0, 0]), first, ~first)) is None


def test_a_cell_of_cases_all_alike_is_not_presented_as_certain_and_is_remarked() -> None:
    share = alike(3)
    about = About("yes", "", "", "synthetic")
    cell = share_cell("defect", "", "", share, Counted(23, 50, 0), Ends(None, None), about)
    assert cell.low is not None
    assert cell.high is not None
    assert cell.high - cell.low > 20
    assert cell.presentation == "suppress", (
        "2,000 of 2,010 cases lie in strata that say nothing of themselves"
    )
    assert Estimated(cell, share, (), (), 0.6).remark == ALIKE
    assert Estimated(cell, share, (), (), 0.5).remark == ""

"""The text of what came after: every number in it is bound, or is said to be none of ours."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from sagsbarometer.measures.cells import Cell
from sagsbarometer.reporting.binding.digits import unbound
from sagsbarometer.runs.reread import CorrectedShare
from sagsbarometer.web.findings.after_folder import text_after

CELL = Cell(
    result="x_corrected", row="", column="", period="", numerator=1, denominator=4, unknown=0, value=Decimal(25),
    unit="percent", low=None, high=None, interval_method="", bound_low=None, bound_high=None, generalisable="no",
    why_not="", presentation="", definition="", data_date="2026-03-01", origin="synthetic",
)  # fmt: skip


@pytest.mark.parametrize("label", ["15 timer om måneden", "Opfylder § 25", "Trin {2} [og 3]"])
def test_a_number_in_the_name_of_a_share_is_no_result(label: str) -> None:
    share = CorrectedShare(CELL, "x", label, ("færre end 30 er læst to gange",))
    text = text_after(date(2026, 11, 23), (share,))
    line = next(line for line in text.splitlines() if "som læst" in line)
    assert re.sub(r"[][{}()]", "", label) in re.sub(r"[][{}()]|\.fixed", "", line)
    left = re.sub(r"\[[^][]+\]\{\.fixed\}|\{[\w.]+:\w+\}", "", text.partition("\n---\n")[2])
    assert not list(unbound(left)), list(unbound(left))
    assert "{" not in left

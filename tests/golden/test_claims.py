"""What the 2023 barometer says in words, number by number, against the figures counted from the rebuilt rows.

The quotes are not carried in the repository. They are read from the published material beside it; without that the
test says that it was skipped.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sagsbarometer.kernel.rounding import percent
from sagsbarometer.measures.cells import Cell, read_csv
from tests.shared_in_tests import demo_study

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = ROOT.parent / "shared" / "published" / "handicapsagsbarometret_2023" / "claims.csv"
# The document against itself: 6 is a sum of rounded parts (21 of 385 is 5 percent), and »alle« is 90 of 91.
KNOWN = {"hsb-046", "hsb-048"}
# Said of a base that no figure has: 3 of the 165 cases with missing facts, 0 of the 1 with fettered discretion.
NO_SUCH_BASE = {"hsb-058", "hsb-089"}


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cell, ...]:
    return read_csv((demo_study(tmp_path_factory).results / "cells.csv").read_text(encoding="utf-8"))


def said(cell: Cell, claim: dict[str, str]) -> bool:
    """Whether a cell, or its complement, says what the claim says."""
    value, base = int(claim["value"]), int(claim["denominator_or_n"])
    bases = {cell.denominator, cell.base} if cell.unit == "percent" else set()
    if base not in bases or not cell.denominator:
        return False
    of = cell.denominator if base == cell.denominator else cell.base
    counts = {cell.numerator, of - cell.numerator}
    return value in (counts if claim["unit"] == "cases" else {int(percent(count, of)) for count in counts})


def test_every_exact_claim_about_a_figure_is_a_cell(cells: tuple[Cell, ...]) -> None:
    if not CLAIMS.is_file():
        pytest.skip("claims.csv (the document's own sentences) is not in the repository and not beside it")
    with CLAIMS.open(encoding="utf-8", newline="") as file:
        claims = [
            claim
            for claim in csv.DictReader(file)
            if claim["qualifier"] == "exact"
            and claim["unit"] in ("percent", "cases")
            and claim["related_table_or_figure"].startswith("Figur ")
            and claim["value"].isdigit()
            and claim["denominator_or_n"].isdigit()
        ]
    unsaid = {claim["id"] for claim in claims if not any(said(cell, claim) for cell in cells)}
    assert len(claims) > 60
    assert unsaid == KNOWN | NO_SUCH_BASE

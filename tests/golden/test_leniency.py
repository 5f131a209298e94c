"""Leniency against SciPy's own tests (`leniency/golden.py`) and against printed values of Student's sleep data."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from sagsbarometer.agreement.leniency import Item, leniency

FOLDER = Path(__file__).parent / "leniency"
# Student 1908, table of additional hours of sleep, the difference between the two drugs, ten patients. In tenths, as
# distances are at most 1. R prints of t.test: mean 1.58, 95 percent interval 0.7001142 to 2.4598858.
SLEEP = (1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4)


def lines(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("line", lines("golden.csv"), ids=lambda line: line["reader"])
def test_as_scipy(line: dict[str, str]) -> None:
    items = [
        Item(row["case"], row["question"], "other", Fraction(row["distance"]))
        for row in lines("answers.csv")
        if row["reader"] == line["reader"]
    ]
    found = leniency(items)
    assert found.ordered_cases == int(line["cases"])
    assert found.value == pytest.approx(float(line["mean"]), abs=1e-12)
    assert found.low == pytest.approx(float(line["low"]), abs=1e-10)
    assert found.high == pytest.approx(float(line["high"]), abs=1e-10)
    assert (found.milder_cases, found.stricter_cases) == (
        int(line["milder_cases"]),
        int(line["stricter_cases"]),
    )
    assert found.chance == (pytest.approx(float(line["chance"]), abs=1e-12) if line["chance"] else None)


def test_as_printed_of_students_sleep_data() -> None:
    items = [Item(str(at), "q", "stricter", Fraction(str(hours)) / 10) for at, hours in enumerate(SLEEP)]
    found = leniency(items)
    assert found.value == pytest.approx(0.158)
    assert found.low == pytest.approx(0.07001142, abs=5e-9)
    assert found.high == pytest.approx(0.24598858, abs=5e-9)
    # Nine lean one way and one neither: 2 · (1/2)^9.
    assert found.chance == 0.00390625

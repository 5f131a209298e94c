"""The direction of table 4.6 of the annual report on 2024: more came in than was decided, and the times rose.

Printed: the cases decided (table 4.2), the cases received in 2024 (»over 25.000«, »omkring 500« more than in 2023), the
processing time and the pending age (table 4.6). Not printed, and assumed here: how many waited at the end of 2022. It
is what Little's law makes of that year's cases and time. So only directions are held against the table, no sizes.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from fractions import Fraction

import pytest

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.scenario import MONTH, Assumptions, Month, Order, run, spread
from tests.conftest import ROOT

FOLDER = ROOT / "published" / "aarsredegoerelse_2024"
YEARS = ("2022", "2023", "2024")
WEEK = 7


def printed() -> tuple[dict[str, int], dict[str, Fraction], dict[str, Fraction]]:
    """Cases decided, processing time and pending age in weeks, by year."""
    with (FOLDER / "table_4_2.csv").open(encoding="utf-8") as file:
        (total,) = [row for row in csv.DictReader(file) if row["row_type"] == "total"]
    with (FOLDER / "table_4_6.csv").open(encoding="utf-8") as file:
        rows = {row["year"]: row for row in csv.DictReader(file)}
    decided = {year: int(total[f"count_{year}"]) for year in YEARS}
    time = {year: Fraction(rows[year]["avg_processing_time_weeks"]) for year in YEARS}
    age = {year: Fraction(rows[year]["avg_pending_age_weeks"]) for year in YEARS}
    return decided, time, age


def received() -> dict[str, int]:
    """»Over« and »omkring« are left as they are said."""
    with (FOLDER / "claims.csv").open(encoding="utf-8") as file:
        said = {row["id"]: row for row in csv.DictReader(file)}
    last = int(said["c140"]["value"])
    more = {row["quantity"]: int(row["value"]) for row in said.values() if row["line"] == "1014"}
    (of_2023,) = [number for number in more.values() if number == 500]
    return {"2023": last - of_2023, "2024": last}


def monthly(cases: int) -> tuple[int, ...]:
    return tuple(cases * (number + 1) // 12 - cases * number // 12 for number in range(12))


def years_of(order: Order) -> tuple[int, list[tuple[int, Fraction, Fraction]]]:
    """Those that wait at the start, and of each year: those at its end, their age and the mean time of the decided."""
    decided, time, age = printed()
    came = received()
    start = int(round_half_up(decided["2022"] * time["2022"] / (Fraction(36525, 100) / WEEK)))
    assumed = Assumptions(
        monthly(came["2023"]) + monthly(came["2024"]),
        monthly(decided["2023"]) + monthly(decided["2024"]),
        24,
        order=order,
    )
    months = run(assumed, spread(start, age["2022"] * WEEK))
    return start, [_year(months[:12]), _year(months[12:])]


def _year(months: tuple[Month, ...]) -> tuple[int, Fraction, Fraction]:
    taken = sum((month.decided * (month.decided_time or 0) for month in months), Fraction(0))
    cases = sum(month.decided for month in months)
    return months[-1].pending, (months[-1].pending_age or Fraction(0)) / WEEK, taken / cases / WEEK


def test_more_came_in_than_was_decided_and_the_table_rises() -> None:
    decided, time, age = printed()
    came = received()
    assert all(came[year] > decided[year] for year in ("2023", "2024"))
    assert time["2022"] < time["2023"] < time["2024"]
    assert age["2022"] < age["2023"] < age["2024"]


@pytest.mark.parametrize("order", [Order.OLDEST_FIRST, Order.RANDOM])
def test_the_scenario_rises_as_the_table_does(order: Order) -> None:
    start, (first, second) = years_of(order)
    assert start < first[0] < second[0]
    assert first[1] < second[1]
    assert first[2] < second[2]


def test_the_time_of_the_decided_rises_later_than_the_queue() -> None:
    """In balance at first, the oldest first; then half as many again come in. Those that wait are more after one month,
    and the time taken is as it was until the cases that came before the change are decided."""
    before = Assumptions((100,), (100,), 12)
    balance = spread(300, Fraction(3, 2) * MONTH)
    calm, busy = run(before, balance), run(replace(before, receipts=(150,)), balance)
    pending = [month.pending for month in busy]
    assert pending == [300 + 50 * number for number in range(1, 13)]
    times = [month.decided_time for month in busy]
    assert times[:3] == [month.decided_time for month in calm[:3]]
    known = [time for time in times if time is not None]
    assert len(known) == 12
    assert known == sorted(known)
    assert known[-1] > known[3]
    ages = [(month.pending_age or 0, still.pending_age or 0) for month, still in zip(busy, calm, strict=True)]
    assert ages[0][0] < ages[0][1]  # new cases are young, so the mean age falls at first
    assert ages[-1][0] > ages[-1][1]

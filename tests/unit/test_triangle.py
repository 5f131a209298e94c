"""The revision triangle: ages, averages and words, by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.analyses.triangle import (
    AgeRevision,
    Known,
    Triangle,
    by_age,
    ends,
    triangle_layout,
)
from sagsbarometer.appeals.layouts.layout import bare_layout
from sagsbarometer.kernel.periods import Grain, parse_period
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import Cell
from sagsbarometer.reporting.pages.triangle import age_words
from tests.registers_in_tests import CATALOGUE, MEASURES

LAYOUT = bare_layout(MEASURES, CATALOGUE)


def cell(numerator: int, denominator: int, unit: str = "percent") -> Cell:
    value = (
        Decimal(numerator)
        if unit == "cases"
        else None
        if not denominator
        else Decimal(100 * numerator) / denominator
    )
    return Cell(
        "x",
        "",
        "",
        "",
        numerator,
        denominator,
        0,
        value,
        unit,
        None,
        None,
        "",
        None,
        None,
        "no",
        "",
        "",
        "",
        "",
        "synthetic",
    )


def known(period: str, day: date, numerator: int, denominator: int = 100) -> Known:
    return Known(parse_period(period), day, cell(numerator, denominator))


@pytest.mark.parametrize(
    ("period", "day", "months"),
    [
        ("2023", date(2023, 12, 31), 0),
        ("2023", date(2024, 1, 30), 0),
        ("2023", date(2024, 1, 31), 1),
        ("2023", date(2024, 2, 29), 2),
        ("2023", date(2024, 2, 28), 1),
        ("2023", date(2025, 12, 31), 24),
        ("2024-02", date(2024, 3, 31), 1),
        ("2024-Q1", date(2024, 6, 29), 2),
        ("2024-Q1", date(2024, 6, 30), 3),
    ],
)
def test_an_age_is_whole_months_since_the_period_ended(period: str, day: date, months: int) -> None:
    assert known(period, day, 1).age == months


DAYS = (date(2024, 1, 31), date(2024, 12, 31), date(2026, 1, 31))


def triangle() -> Triangle:
    """2023 was 30, then 32, is 31; 2024 was 40 and is 40; the last day is what the others are held against."""
    found = [
        known("2023", DAYS[0], 30),
        known("2023", DAYS[1], 32),
        known("2023", DAYS[2], 31),
        known("2024", DAYS[1], 40),
        known("2024", DAYS[2], 44),
        known("2025", DAYS[2], 0, 0),
    ]
    periods = tuple(parse_period(year) for year in ("2023", "2024", "2025"))
    return Triangle("", periods, DAYS, {(item.period.id, item.day): item for item in found})


def test_revisions_by_age() -> None:
    assert by_age([triangle()]) == (
        # 2023 after one month: +1; 2024 on its last day: +4.
        AgeRevision(0, 3, 2, Fraction(5, 2), Fraction(5, 2)),
        AgeRevision(12, 24, 1, Fraction(1), Fraction(-1)),
    )


def test_what_has_no_number_is_not_there() -> None:
    held = triangle()
    assert held.at(held.periods[2], DAYS[2]) is None
    assert held.at(held.periods[2], DAYS[0]) is None
    assert held.latest(held.periods[2]) is None


def test_by_age_in_words() -> None:
    first, second = by_age([triangle()])
    assert age_words(first, "percent") == (
        "Under 3 måneder efter periodens slutning lå tallet i gennemsnit 2,5 procentpoint fra det, der kendes nu, og "
        "er siden sat 2,5 procentpoint op i gennemsnit (2 tal)."
    )
    assert age_words(second, "cases").endswith("og er siden sat 1,0 sager ned i gennemsnit (ét tal).")
    fast = AgeRevision(24, None, 3, Fraction(0), Fraction(0))
    assert age_words(fast, "percent") == "2 år eller mere efter periodens slutning lå tallet fast (3 tal)."
    small = AgeRevision(6, 12, 3, Fraction(1, 1000), Fraction(0))
    assert "under 0,01 procentpoint fra det, der kendes nu, lige så langt over som under" in age_words(
        small, "percent"
    )


@given(
    first=st.dates(date(2015, 1, 1), date(2024, 1, 1)),
    more=st.integers(0, 2000),
    grain=st.sampled_from([Grain.YEAR, Grain.QUARTER, Grain.MONTH]),
)
def test_the_days_are_ends_of_periods_and_the_last_day(first: date, more: int, grain: Grain) -> None:
    last = first + timedelta(more)
    days = ends(grain, first, last)
    assert list(days) == sorted(set(days))
    assert days[-1] == last
    assert all(first <= day <= last and (day + timedelta(1)).day == 1 for day in days[:-1])


@pytest.mark.parametrize(
    ("measure", "by", "grain", "place"),
    [
        ("nothing", "", "year", "MÅL"),
        ("decided", "nothing", "year", "--by"),
        ("decided", "", "week", "--every"),
        ("keyword_cases", "", "year", "--by"),  # counted for one keyword at a time
        ("keyword_cases", "law_area", "year", "--by"),
    ],
)
def test_what_cannot_be_made_is_refused(measure: str, by: str, grain: str, place: str) -> None:
    with pytest.raises(Faults) as raised:
        triangle_layout(LAYOUT, measure, by, grain)
    assert [(item.code, item.place.file) for item in raised.value.problems] == [("LAYOUT-126", place)]


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Faults) as raised:
        triangle_layout(LAYOUT, "nothing", "nothing", "week")
    assert len(raised.value.problems) == 3

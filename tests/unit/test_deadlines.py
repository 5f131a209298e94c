"""Deadlines: when Easter was, which days count as none, and the last day of an appeal deadline."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.kernel.deadlines import deadline, easter, holidays, is_working_day


@pytest.mark.parametrize(
    ("year", "month", "day"),
    # The earliest and the latest it can be, and years of the calendar.
    [
        (1818, 3, 22),
        (1943, 4, 25),
        (2038, 4, 25),
        (1981, 4, 19),
        (2008, 3, 23),
        (2019, 4, 21),
        (2022, 4, 17),
        (2023, 4, 9),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
    ],
)
def test_easter_is_when_it_was(year: int, month: int, day: int) -> None:
    assert easter(year) == date(year, month, day)


def test_prayer_day_was_a_holiday_until_2023() -> None:
    assert date(2023, 5, 5) in holidays(2023)
    assert date(2024, 4, 26) not in holidays(2024)


def test_holidays_of_a_year_are_those_of_the_calendar() -> None:
    assert sorted(holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 2),
        date(2026, 4, 3),
        date(2026, 4, 5),
        date(2026, 4, 6),
        date(2026, 5, 14),
        date(2026, 5, 24),
        date(2026, 5, 25),
        date(2026, 6, 5),
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 12, 26),
        date(2026, 12, 31),
    ]


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (date(2026, 1, 5), date(2026, 2, 2)),  # a Monday, to a Monday
        (date(2026, 3, 5), date(2026, 4, 7)),  # to Maundy Thursday: Tuesday after Easter
        (date(2026, 1, 10), date(2026, 2, 9)),  # to a Saturday: Monday
        (date(2026, 11, 26), date(2026, 12, 28)),  # to Christmas Eve, a Thursday: the Monday after
        (date(2026, 5, 8), date(2026, 6, 8)),  # to 5 June, a Friday: Monday
        (date(2026, 12, 3), date(2027, 1, 4)),  # to New Year's Eve, a Thursday: Monday
        (date(2022, 11, 22), date(2022, 12, 20)),
    ],
)
def test_four_weeks_end_on_a_working_day(received: date, last: date) -> None:
    assert deadline(received, 4) == last


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_a_deadline_is_never_too_short_and_ends_at_the_first_day_it_can(received: date, weeks: int) -> None:
    last, least = deadline(received, weeks), received + timedelta(weeks=weeks)
    assert last >= least
    assert is_working_day(last)
    assert not any(is_working_day(least + timedelta(days=ahead)) for ahead in range((last - least).days))

"""Deadlines: when Easter was, which days count as none, and the last day of an appeal deadline."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.kernel.deadlines import (
    CLOSING,
    PUBLIC,
    deadline,
    easter,
    ends,
    holidays,
    is_working_day,
    working_days_before,
)


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


@pytest.mark.parametrize(
    ("received", "count", "unit", "last"),
    [
        (date(2027, 3, 1), 14, "days", date(2027, 3, 15)),  # the day of receipt is not counted
        (
            date(2027, 3, 6),
            14,
            "days",
            date(2027, 3, 22),
        ),  # received on a Saturday; from a Saturday to Monday
        (date(2027, 3, 19), 5, "working_days", date(2027, 3, 31)),  # over Easter: 22, 23, 24, 30, 31
        (date(2027, 1, 31), 1, "months", date(2027, 3, 1)),  # 28 February is a Sunday
        (date(2026, 11, 30), 3, "months", date(2027, 3, 1)),  # over the new year; 28 February is a Sunday
        (date(2027, 2, 25), 4, "weeks", date(2027, 3, 30)),  # to Maundy Thursday
    ],
)
def test_a_deadline_is_counted_in_its_own_unit(received: date, count: int, unit: str, last: date) -> None:
    assert ends(received, count, unit) == last


def test_closing_days_are_in_the_one_calendar_and_not_in_the_other() -> None:
    # The Friday after Ascension, 5 June, 24 and 31 December 2026.
    shut = [date(2026, 5, 15), date(2026, 6, 5), date(2026, 12, 24), date(2026, 12, 31)]
    assert [CLOSING.works(day) for day in shut] == [False] * 4
    assert [PUBLIC.works(day) for day in shut] == [True] * 4
    assert set(PUBLIC.days(2026)) | set(shut) == set(CLOSING.days(2026))
    assert all(calendar.source for calendar in (PUBLIC, CLOSING))


@pytest.mark.parametrize(("count", "unit"), [(0, "weeks"), (-1, "days"), (3, "fortnights")])
def test_a_deadline_of_nothing_is_refused(count: int, unit: str) -> None:
    with pytest.raises(ValueError, match=unit):
        ends(date(2026, 1, 5), count, unit)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_working_days_counted_forward_are_as_many_counted_back(day: date, count: int) -> None:
    back = working_days_before(ends(day, count, "working_days"), count)
    assert back == day if CLOSING.works(day) else back < day

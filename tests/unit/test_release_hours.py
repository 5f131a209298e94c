"""The hour of a release: what people write, and what a clock in Copenhagen shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.kernel.dates import COPENHAGEN
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.release.hours import danish_hour, read_hour, read_written, written


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2027-04-26 08:00", "2027-04-26T06:00:00Z"),  # summer time
        ("2027-04-26", "2027-04-26T06:00:00Z"),  # 08:00 when nothing else is said
        ("2027-01-11 8.00", "2027-01-11T07:00:00Z"),
        ("2027-01-11T08:00", "2027-01-11T07:00:00Z"),
        ("2027-01-11 kl. 8.00", "2027-01-11T07:00:00Z"),
        ("2027-03-28 01:59", "2027-03-28T00:59:00Z"),
        ("2027-03-28 03:00", "2027-03-28T01:00:00Z"),
        ("2027-10-31 02:30 sommertid", "2027-10-31T00:30:00Z"),
        ("2027-10-31 02:30 vintertid", "2027-10-31T01:30:00Z"),
        ("2027-10-31 03:00", "2027-10-31T02:00:00Z"),
    ],
)
def test_an_hour_is_that_of_copenhagen(text: str, utc: str) -> None:
    assert written(read_hour(text)) == utc


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2027-03-28 02:00", "findes ikke"),
        ("2027-03-28 02:59", "findes ikke"),
        ("2027-10-31 02:00", "to gange"),
        ("2027-10-31 02:59", "to gange"),
        ("2027-04-26 25:00", "ikke et tidspunkt"),
        ("26-04-2027 08:00", "ikke et tidspunkt"),
        ("0001-01-01 00:10", "ikke et tidspunkt"),
        ("", "ikke et tidspunkt"),
    ],
)
def test_an_hour_that_is_none_is_told(text: str, words: str) -> None:
    with pytest.raises(Faults) as raised:
        read_hour(text)
    assert raised.value.problems[0].code == "UDGIV-111"
    assert words in raised.value.problems[0].fault


MOMENTS = st.integers(10_519_200, 47_336_400).map(  # minutes since 1970: from 1990 to 2060
    lambda minute: datetime.fromtimestamp(60 * minute, UTC)
)


@given(MOMENTS)
def test_each_moment_can_be_written_and_read_again(moment: datetime) -> None:
    local = moment.astimezone(COPENHAGEN)
    assert read_written(written(moment)) == moment
    seasons = " vintertid" if local.fold else " sommertid"
    season = seasons if "tid)" in danish_hour(moment) else ""
    assert read_hour(local.strftime("%Y-%m-%d %H:%M") + season) == moment


def test_the_hour_in_danish() -> None:
    assert danish_hour(datetime(2027, 4, 26, 6, 0, tzinfo=UTC)) == "26. april 2027 kl. 8.00"
    twice = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert danish_hour(twice) == "31. oktober 2027 kl. 2.30 (sommertid)"
    assert danish_hour(twice + timedelta(hours=1)) == "31. oktober 2027 kl. 2.30 (vintertid)"


@pytest.mark.parametrize("text", ["", "2027-04-26", "2027-04-26T06:00:00+00:00", "2027-4-26T06:00:00Z"])
def test_only_the_one_spelling_of_a_moment_is_read(text: str) -> None:
    with pytest.raises(ValueError):
        read_written(text)

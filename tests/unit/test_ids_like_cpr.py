"""Ids and notes in which the digits of a CPR number stand apart, and the ids that people do use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.kernel.ids import hidden_cpr, holds_cpr, is_like_cpr
from tests.samples_in_tests import a_list, a_plan


@pytest.mark.parametrize(
    "text",
    [
        "1201801234",
        "120180-1234",
        "120180:1234",
        "12:01:80:1234",
        "901-120180/1234",
        "12 01 80 12 34",
        "1 2 0 1 8 0 1 2 3 4",
        "12-1-80-1234",
        "120180 / - 1234",
        "12_01_80_1234",
        "1201-80-1234",
        "19800112-1234",
        "12011980-1234",
        "120180-12-34",
        "AB1201801234",
        "sag 12 / 01 / 80 - 1234 igen",
    ],
)
def test_every_way_to_write_one_is_seen(text: str) -> None:
    assert is_like_cpr(text)


@given(
    st.integers(101, 998),
    st.integers(2020, 2039),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 9999),
    st.sampled_from("-/._ :"),
)
def test_ordinary_ids_are_not_refused(
    code: int, year: int, month: int, day: int, number: int, sep: str
) -> None:
    for parts in (
        (f"{code}", f"{number:04d}"),
        (f"{year}", f"{number:05d}"),
        (f"{code}", f"{year}", f"{number}"),
        (f"{year}", f"{code}", f"{number:04d}"),
        (f"{year}{month:02d}{day:02d}", f"{number:04d}"),
        (f"{year}", f"{month:02d}", f"{number:05d}"),
        (f"{code}", "afslag", f"{number}"),
    ):
        assert not is_like_cpr(sep.join(parts)), parts
    # A moment in a cell is no number of a person, however it is written.
    assert not holds_cpr(f"{day:02d}-{month:02d}-{year} 10:11:12")
    assert not holds_cpr(f"{year}-{month:02d}-{day:02d}T10:11:12.1234")


def test_a_checksum_is_no_number_of_a_person() -> None:
    sum_ = "a1201801234b" + "c" * 52
    assert hidden_cpr(f"Kvittering: {sum_}") == f"Kvittering: {sum_}"
    assert "120180-1234" not in hidden_cpr(f"{sum_} 120180-1234")


def test_the_ids_of_the_tests_are_ordinary() -> None:
    assert not any(is_like_cpr(row.id) for row in a_list(a_plan()).rows)

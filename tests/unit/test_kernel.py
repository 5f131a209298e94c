"""Rounding, ids, dates and problems."""

from __future__ import annotations

import math
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sagsbarometer.kernel.dates import danish_date, parse_date
from sagsbarometer.kernel.ids import (
    ascii_id,
    content_hash,
    holds_cpr,
    is_short_cpr,
    may_hold_cpr,
    municipality_code,
    shown,
)
from sagsbarometer.kernel.problems import Level, Place, Problem, errors
from sagsbarometer.kernel.rounding import percent, round_half_up


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(0, 4))
def test_percent_is_half_up_from_the_counts(numerator: int, denominator: int, decimals: int) -> None:
    exact = Decimal(100 * numerator) / Decimal(denominator)
    step = Decimal(1).scaleb(-decimals)
    rounded = percent(numerator, denominator, decimals)
    assert abs(Fraction(rounded) - Fraction(100 * numerator, denominator)) * 2 <= Fraction(step)
    assert rounded == exact.quantize(step, rounding=ROUND_HALF_UP)


@given(st.fractions() | st.integers() | st.decimals(-(10**9), 10**9, places=7), st.integers(0, 8))
@example(Fraction(-1, 2), 0)
@example(Fraction(10**40 + 1, 2), 0)
@example(Fraction(285, 1000), 2)
@example(Decimal("-0.285"), 2)
@example(Decimal(10**40 + 1), 3)
def test_rounding_is_what_the_fractions_say(value: Fraction | int | Decimal, decimals: int) -> None:
    """Half up as in school: a half of the last place more, and what is behind it cut off."""
    steps = abs(Fraction(value)) * 10**decimals + Fraction(1, 2)
    rounded = round_half_up(value, decimals)
    assert abs(Fraction(rounded)) * 10**decimals == math.floor(steps)
    assert rounded == 0 or (rounded < 0) == (value < 0)
    assert rounded.as_tuple().exponent == -decimals


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (Fraction(1, 2), 0, "1"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(-1, 2), 0, "-1"),
        (Fraction(-1, 3), 0, "0"),
    ],
)
def test_halves_go_away_from_zero(value: Fraction, decimals: int, expected: str) -> None:
    assert str(round_half_up(value, decimals)) == expected


def test_the_six_percent_is_not_twenty_one_of_385() -> None:
    assert percent(21, 385) == 5
    assert percent(18, 385) + percent(3, 385) == 6


def test_an_empty_base_has_no_percentage() -> None:
    with pytest.raises(ZeroDivisionError):
        percent(0, 0)


@pytest.mark.parametrize(
    ("text", "id"),
    [("Afgørelsens årsag", "afgoerelsens_aarsag"), ("§ 32 a, stk. 1", "32_a_stk_1"), ("Ærø", "aeroe")],
)
def test_ids_are_ascii(text: str, id: str) -> None:
    assert ascii_id(text) == id


@pytest.mark.parametrize(("text", "code"), [("0101", "101"), (" 101 ", "101"), ("0", "0"), ("A12", "A12")])
def test_municipality_codes_have_no_leading_zero(text: str, code: str) -> None:
    assert municipality_code(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "010190-1234",
        "0101901234",
        "sag 311299 0000 afsluttet",
        "010190 1234",
        "010190–1234",
        "01.01.90-1234",
        "01-01-90 - 1234",
        "０１０１９０-１２３４",
        "01.01.1990-1234",
        "010190/1234",
        "010190_1234",
        "010190\u22121234",
        "010190\u200b1234",
        "01\u00ad0190-1234",
        "٠١٠١٩٠-١٢٣٤",
    ],
)
def test_something_like_a_cpr_number_is_seen_and_never_shown(text: str) -> None:
    assert holds_cpr(text)
    assert not any(char.isdigit() for char in shown(text))


@pytest.mark.parametrize(
    "text",
    [
        "0 1 0 1 9 0 1 2 3 4",
        "0-1-0-1-9-0-1-2-3-4",
        "felt: 3 1 1 2 9 9  0 0 0 0.",
        "０ １ ０ １ ９ ０ １ ２ ３ ４",
    ],
)
def test_one_with_a_box_for_each_digit_is_not_shown_either(text: str) -> None:
    assert not holds_cpr(text)
    assert may_hold_cpr(text)
    assert not any(char.isdigit() for char in shown(text))


@pytest.mark.parametrize(
    "text", ["1 2 3 4 5 6 7 8 9 0", "0 1 0 1 9 0 1 2 3 4 5", "05-03-2024 10:42", "3 1 1 2 9 9"]
)
def test_other_rows_of_digits_are_shown(text: str) -> None:
    assert not may_hold_cpr(text)
    assert any(char.isdigit() for char in shown(text))


@pytest.mark.parametrize(("text", "is_one"), [("101901234", True), ("113901234", False), ("10190123", False)])
def test_a_number_may_have_lost_its_nought(text: str, is_one: bool) -> None:
    assert is_short_cpr(text) is is_one


@pytest.mark.parametrize(
    "text",
    [
        "2022-12-20",
        "05-03-2024 10:42",
        "Mar 05 11:12:33 2024",
        "12345678901",
        "320190-1234",
        "sag 17",
        "20122022",
    ],
)
def test_other_numbers_are_not_taken_for_cpr(text: str) -> None:
    assert not holds_cpr(text)


@pytest.mark.parametrize(
    "text",
    ["2022-12-20", "20-12-2022", "20.12.2022", "20/12/2022", "2022-12-20T00:00:00", "2022-12-20 00:00"],
)
def test_dates_as_people_write_them(text: str) -> None:
    assert parse_date(text) == date(2022, 12, 20)


@pytest.mark.parametrize("text", ["31-02-2022", "20-12-22", "12/20/2022", "2022-13-01", "", "i går"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text)


def test_a_problem_tells_where_what_and_what_to_do() -> None:
    problem = Problem("X-1", Place("a.csv", row=7, column="result", question="result"), "Galt.", "Ret.")
    assert str(problem) == "Fejl X-1 a.csv:7:result · spørgsmål result\n  Galt.\n  → Ret."
    note = Problem("X-2", Place(), "Bemærk.", "Intet.", Level.NOTE)
    assert errors([problem, note]) == (problem,)


def test_the_same_content_has_the_same_hash_whatever_the_order() -> None:
    assert (
        content_hash({"a": 1, "b": [2]})
        == content_hash({"b": [2], "a": 1})
        != content_hash({"a": 1, "b": [3]})
    )


def test_danish_date() -> None:
    assert danish_date(date(2024, 4, 26)) == "26. april 2024"

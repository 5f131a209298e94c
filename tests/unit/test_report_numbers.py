"""How a cell is printed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.reporting.numbers import FORMATS, FormatFault, amount, danish, printed
from tests.reports_in_tests import other, share

HALF = share("m", 205, 180, 0, low=Decimal("48.12"), high=Decimal("58.32"))
PLAN = share("m", 58, 26, 227)
NONE = share("m", 0, 385, 0, low=Decimal(0), high=Decimal("0.95"))
ALL = share("m", 385, 0, 0, low=Decimal("99.0464"), high=Decimal(100))


@pytest.mark.parametrize(
    ("cell", "format", "text"),
    [
        (HALF, "count", "205"),
        (HALF, "at_least", "205"),
        (PLAN, "at_least", "mindst 58"),
        (HALF, "of", "205 ud af 385"),
        (HALF, "percent", "53 procent"),
        (HALF, "percent_1", "53,2 procent"),
        (HALF, "percent_short", "53"),
        (HALF, "interval", "48-58 procent"),
        (HALF, "interval_1", "48,1-58,3 procent"),
        (HALF, "with_interval", "53 (48-58)"),
        (NONE, "with_interval", "0 (0-0,95)"),
        (NONE, "interval", "0-0,95 procent"),
        (ALL, "interval", "99,05-100 procent"),
        (
            share("m", 1, 384, 0, low=Decimal("0.006576"), high=Decimal("1.438")),
            "interval",
            "0,01-1,44 procent",
        ),
        (PLAN, "base", "311"),
        (PLAN, "known", "84"),
        (PLAN, "unknown", "227"),
        (PLAN, "bounds", "18,6-91,6 procent"),
        (share("m", 0, 0, 385), "bounds", "0,0-100,0 procent"),
        (share("m", 12345, 655, 0), "of", "12.345 ud af 13.000"),
        (other("m", "weeks", "11.500707", 8131, 101), "weeks", "11,5 uger"),
        (other("m", "weeks", "1", 7, 1), "weeks", "1,0 uge"),
        (other("m", "days", "3", 3, 101), "days", "3 dage"),
        (other("m", "days", "1", 1, 101), "days", "1 dag"),
        (other("m", "days", "80.504950", 8131, 101), "days", "80,5 dage"),
        (other("m", "municipalities", "14", 14, 98), "count", "14"),
        (other("m", "municipalities", "14", 14, 98), "of", "14 ud af 98"),
        (other("m", "cases", "385", 385, 385), "count", "385"),
    ],
)
def test_a_cell_is_printed_in_danish(cell: object, format: str, text: str) -> None:
    assert printed(cell, format) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("count", "word"), [(0, "ingen"), (1, "én"), (2, "to"), (10, "ti"), (11, "11"), (1200, "1.200")]
)
def test_small_counts_have_words(count: int, word: str) -> None:
    assert printed(share("m", count, 2000, 0), "words") == word


def test_halves_go_up_once() -> None:
    assert printed(share("m", 1, 7, 0), "percent") == "13 procent"  # 12.5
    assert printed(share("m", 2, 398, 0), "percent") == "1 procent"  # 0.5
    assert printed(share("m", 21, 364, 0), "percent") == "5 procent"  # 5.4545: not 5.5 and then 6


@pytest.mark.parametrize(
    "format", ["count", "of", "percent", "percent_short", "interval", "with_interval", "words"]
)
def test_an_empty_base_is_a_dash_with_its_reason_and_never_nought(format: str) -> None:
    assert printed(share("m", 0, 0, 0), format) == "– (ingen sager i grundlaget)"
    assert printed(share("m", 0, 0, 9), format) == "– (kan ikke ses i nogen af de 9 sager i grundlaget)"
    assert amount(share("m", 0, 0, 0)) == "–"


def test_a_mean_of_nothing_is_a_dash() -> None:
    assert printed(other("m", "weeks", None, 0, 0), "weeks").startswith("–")
    assert amount(other("m", "weeks", None, 0, 0)) == "–"


def test_a_format_that_does_not_fit_is_refused() -> None:
    with pytest.raises(FormatFault, match="findes ikke"):
        printed(HALF, "procent")
    with pytest.raises(FormatFault, match="enheden"):
        printed(HALF, "weeks")
    with pytest.raises(FormatFault, match="enheden"):
        printed(other("m", "days", "3", 3, 101), "percent")


def test_danish_marks() -> None:
    assert danish(1234567) == "1.234.567"
    assert danish(Decimal("-1234.50")) == "−1.234,50"


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 50), st.sampled_from(sorted(FORMATS)))
def test_every_share_prints_in_every_format_or_is_refused(
    yes: int, no: int, unknown: int, format: str
) -> None:
    try:
        text = printed(share("m", yes, no, unknown), format)
    except FormatFault:
        assert format in ("weeks", "days")
        return
    assert text
    if format == "percent" and yes + no:
        rounded = int(text.removesuffix(" procent"))
        assert abs(Decimal(100 * yes) / (yes + no) - rounded) <= Decimal("0.5")

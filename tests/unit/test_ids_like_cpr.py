"""Ids and notes in which the digits of a CPR number stand apart, and the ids that people do use."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.documents.persons import masked_words
from sagsbarometer.kernel.ids import (
    cpr_spans,
    hidden_cpr,
    holds_cpr,
    is_like_cpr,
    is_pseudonym,
    words_hold_cpr,
)
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


# A day and a month, and six digits more: what a CPR number looks like.
_NUMBERS = st.builds(
    "{:02d}{:02d}{:06d}".format, st.integers(1, 28), st.integers(1, 12), st.integers(0, 999_999)
)


def _hex(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789abcdef", min_size=length, max_size=length) | st.text(
        "0123456789ABCDEF", min_size=length, max_size=length
    )


def _with_a_number(digits: int) -> st.SearchStrategy[str]:
    """That many hexadecimal digits, ten of which look like a CPR number."""
    return st.integers(0, digits - 12).flatmap(
        lambda before: st.builds("{}a{}b{}".format, _hex(before), _NUMBERS, _hex(digits - 12 - before))
    )


@given(st.sampled_from([32, 40, 64]).flatmap(_with_a_number))
def test_an_id_made_of_a_checksum_is_none(id: str) -> None:
    for text in (id, id.upper()):
        assert is_pseudonym(text)
        assert not holds_cpr(text)
        assert not is_like_cpr(text)
        assert cpr_spans(text) == []


@given(_NUMBERS, _hex(21))
def test_an_id_that_is_a_uuid_is_none(number: str, rest: str) -> None:
    for text in (
        f"{rest[:8]}-a{rest[8:11]}-{rest[11:15]}-{rest[15:19]}-f{number}{rest[20]}",
        f"{rest[:8]}-{rest[8:12]}-{rest[12:14]}{number[:2]}-{number[2:6]}-{number[6:]}e{rest[14:21]}",
        f"{rest[:2]}{number[:6]}-{number[6:]}-{rest[2:6]}-{rest[6:10]}-f{rest[10:21]}",
    ):
        assert is_pseudonym(text), text
        assert not holds_cpr(text)
        assert not is_like_cpr(text)
        assert cpr_spans(text) == []


@given(_NUMBERS, st.text("0123456789abcdef-", max_size=19))
def test_with_fewer_digits_than_32_it_is_refused_as_ever(number: str, rest: str) -> None:
    for text in (f"{number}a{rest}", f"a{number}b{rest}", f"{rest}a{number}"):
        assert not is_pseudonym(text)
        assert holds_cpr(text)
        assert is_like_cpr(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1" * 32,  # no letter
        "12345678-1234-1234-1234-123456789012",
        "a" * 31,
        "a" * 33,
        "g" * 32,
        "a" * 32 + "\n",
        "sag " + "a" * 32,
        "ａ" * 32,
        "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa",
        "aaaaaaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaa",
    ],
)
def test_what_no_program_makes_is_no_pseudonym(text: str) -> None:
    assert not is_pseudonym(text)


def test_a_number_beside_a_checksum_is_seen() -> None:
    for text in (
        "a" * 32 + " 1201801234",
        "1201801234/" + "a" * 32,
        "1201801234-aaaa-aaaa-aaaa-aaaaaaaaaaaa",
    ):
        assert is_like_cpr(text)


def test_the_ids_of_the_tests_are_ordinary() -> None:
    assert not any(is_like_cpr(row.id) for row in a_list(a_plan()).rows)


@pytest.mark.parametrize(
    "written",
    [
        "01 01 90 12 34",
        "010190, 1234",
        "010190(1234)",
        "1990-01-01-1234",
        "(010190) 1234",
        "(01)(01)(90)(1234)",
        "01, 01, 90, 1234",
        "010190; 1234",
        "010190*1234",
        "010190, 12 34",
        "01.01.1990, 1234",
        "01-01-1990 (1234)",
        "01-01-2010, 4123",
        "20100101-4123",
        "12/1-80, 1234",
        "120180-12-34",
        "1 2 0 1 8 0 1 2 3 4",
        "０１０１９０, １２３４",
        "010190,\u200b1234",
        "010190\n1234",
    ],
)
def test_in_a_sentence_it_is_seen_and_hidden(written: str) -> None:
    for text in (written, f"Borger {written} er hørt.", f"(cpr:{written}), se bilag"):
        assert words_hold_cpr(text)
        hidden = masked_words(text)
        assert not words_hold_cpr(hidden)
        assert not any(char.isdigit() for char in hidden)


_BEFORE = st.tuples(st.integers(1, 28), st.integers(1, 12), st.integers(30, 99), st.integers(0, 9999))


@given(
    _BEFORE,
    st.sampled_from(["", "-", "/", ".", " ", " - "]),
    st.sampled_from(["", "-", " ", ", ", ",", " (", ")", "; ", "*", " / ", ":"]),
    st.booleans(),
)
def test_no_number_is_left_however_its_parts_stand(
    parts: tuple[int, int, int, int], between: str, before_last: str, whole: bool
) -> None:
    day, month, year, last = parts
    written = f"{day:02d}{between}{month:02d}{between}{year:02d}{before_last}"
    written += f"{last:04d}" if whole or not before_last else f"{last // 100:02d} {last % 100:02d}"
    # A day with an hour is let through: `12.01.80: 10.30` is one, `12.01.80: 10 30` is not.
    text = f"Borger {written} er hørt."
    assert words_hold_cpr(text), written
    assert f"{last:04d}" not in masked_words(text)
    assert not words_hold_cpr(masked_words(text))


ORDINARY = [
    "Afgørelsen af 12-01-2024 blev sendt den 12.01.24 kl. 10.30.",
    "Mødet var 12-01-24 10:30, og igen 12.01.24, 10.30.",
    "Modtaget 2024-01-12 10:30:15 og 12-01-2012 10:30:15.",
    "Se § 97, stk. 2, og §§ 9, 10, 97, 1234; nr. 10, 11, 12, 2024.",
    "LBK nr. 1089 af 16/08/2023, lov nr. 453 af 10-06-1997 § 12.",
    "Sag 20260105-0012, sag 20190105-0012 og sag 902-0012.",
    "1.234,56 kr., 12.345,67 kr., 10.125.000 kr. og 111.250,00 (2024).",
    "Den 12-01-2024, 2500 kr., og den 12-03-2019, 1500 kr.",
    "Perioden 01-01-24 - 31-12-24, 01.01.24-31.12.24 og 01-01-2018/31-12-2018.",
    "Den 01-01-24, 01-02-24 og 01-03-24 kl. 10.15-11.45, 12 personer.",
    "Tlf. 20 10 30 40 / 50 60 70 80, 20 10 30 40, 50 60 70 80.",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sentences_go_through(text: str) -> None:
    assert not words_hold_cpr(text)
    assert masked_words(text) == text


@given(
    st.dates(min_value=date(2000, 1, 1), max_value=date(2039, 12, 31)),
    st.times(),
    st.integers(1, 999),
    st.integers(0, 9_999_999),
    st.integers(0, 9999),
)
def test_dates_hours_sections_amounts_and_case_numbers_go_through(
    day: date, hour: time, section: int, amount: int, number: int
) -> None:
    money = f"{amount:,}".replace(",", ".") + f",{amount % 100:02d} kr."
    for text in (
        *(f"Den {day:{how}}, {money}" for how in ("%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d")),
        f"Den {day:%d-%m-%y} {hour:%H:%M}",
        f"Den {day:%d.%m.%y}, {hour:%H.%M}",
        f"Den {day:%d-%m-%Y} {hour:%H:%M:%S}",
        f"{day:%Y-%m-%d} {hour:%H:%M:%S}",
        f"§ {section}, stk. {number % 9 + 1}, nr. {number % 30 + 1}",
        f"sag {max(day.year, 2020)}{day:%m%d}-{number:04d}",
        f"sag {day:%Y}-{number:05d}",
    ):
        assert not words_hold_cpr(text), text

"""The draw of a re-reading: of both groups, repeated by anybody, and no other corrects a figure."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sagsbarometer.review.rereading import (
    GROUPS,
    WITH,
    WITHOUT,
    Group,
    drawn,
    from_plain,
    is_random,
    margin,
    number_of,
    plain,
    refusal,
    vouched,
)

cases = st.sets(st.text("abcdef0123456789", min_size=4, max_size=8), min_size=8, max_size=40).map(sorted)
seeds = st.text("0123456789abcdef", min_size=1, max_size=16)


@given(cases, seeds, st.integers(2, 3), st.integers(2, 3))
def test_anybody_draws_the_same_in_whatever_order(ids: list[str], seed: str, one: int, other: int) -> None:
    groups = {WITH: ids[: len(ids) // 2], WITHOUT: ids[len(ids) // 2 :]}
    numbers = {WITH: one, WITHOUT: other}
    made = drawn(groups, numbers, seed)
    turned = drawn({name: list(reversed(held)) for name, held in groups.items()}, numbers, seed)
    assert made == turned == from_plain(plain(made))
    assert [len(made[name].drawn) for name in GROUPS] == [one, other]
    assert is_random(seed, made)


def test_in_any_language() -> None:
    """The case with the smallest first 13 hexadecimal digits of SHA-256 of the seed, a line break and its id."""
    ids = [f"case{n}" for n in range(20)]
    line = sorted(ids, key=lambda id: hashlib.sha256(f"2026\n{id}".encode()).hexdigest()[:13])
    assert drawn({WITH: ids, WITHOUT: ()}, {WITH: 4}, "2026")[WITH].drawn == tuple(sorted(line[:4]))


@given(cases, seeds, seeds)
def test_cases_that_were_chosen_are_no_draw(ids: list[str], seed: str, other: str) -> None:
    groups = {WITH: ids[:4], WITHOUT: ids[4:]}
    made = drawn(groups, {WITH: 2, WITHOUT: 2}, seed)
    chosen = drawn(groups, {WITH: 2, WITHOUT: 2}, other)
    assume(made != chosen)
    assert not is_random(seed, chosen)
    assert vouched(seed, made) != vouched(seed, chosen)


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        ({WITH: 5, WITHOUT: 0}, "både blandt sager med og uden fund"),  # findings alone
        ({WITH: 0, WITHOUT: 5}, "både blandt sager med og uden fund"),
        ({WITH: 1, WITHOUT: 5}, "mindst 2"),
        ({WITH: 11, WITHOUT: 5}, "fra 0 til 10"),
        ({WITH: 2, WITHOUT: 2}, ""),
    ],
)
def test_one_side_alone_is_refused(numbers: dict[str, int], why: str) -> None:
    sizes = {WITH: 10, WITHOUT: 20}
    said = refusal(sizes, numbers)
    assert why in said if why else not said
    groups = {name: [f"{name}{n}" for n in range(size)] for name, size in sizes.items()}
    if why:
        with pytest.raises(ValueError, match=r"."):
            drawn(groups, numbers, "s")


def test_findings_alone_are_no_random_draw_though_the_seed_gives_them() -> None:
    group = drawn({WITH: ["a", "b", "c"], WITHOUT: []}, {WITH: 2}, "s")[WITH]
    assert not is_random("s", {WITH: group, WITHOUT: Group(("d", "e"), ())})


def test_a_group_without_cases_and_one_read_whole() -> None:
    assert refusal({WITH: 0, WITHOUT: 9}, {WITHOUT: 3}) == ""
    assert refusal({WITH: 1, WITHOUT: 9}, {WITH: 1, WITHOUT: 3}) == ""
    assert refusal({}, {})


def test_the_margin_by_hand() -> None:
    """1.96 √(0.25·0.9·0.09/10 + 0.25·0.5·0.09/50) = 9.3 points; read whole, nothing is added."""
    assert round(margin({WITH: 100, WITHOUT: 100}, {WITH: 10, WITHOUT: 50}, Fraction(1, 10)), 1) == 9.3
    assert margin({WITH: 10, WITHOUT: 5}, {WITH: 10, WITHOUT: 5}, Fraction(1, 10)) == 0


@pytest.mark.parametrize(
    ("text", "many"),
    [("30", 30), (" 25 % ", 25), ("12,5 %", 13), ("0", 0), ("101", None), ("-1", None), ("x", None), ("1/0", None),
     ("2,5", None), ("101 %", None)],
)  # fmt: skip
def test_numbers_and_shares(text: str, many: int | None) -> None:
    assert number_of(text, 100) == many

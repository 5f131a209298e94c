"""Seeds and ids that are drawn: one that looked like a CPR number would be refused where it is written next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.kernel.ids import is_like_cpr
from sagsbarometer.sampling import numbers
from sagsbarometer.web import identifiers

ALPHABETS = [numbers._SIGNS, identifiers._ALPHABET]


@pytest.mark.parametrize("alphabet", ALPHABETS, ids=["seeds", "ids"])
def test_no_month_can_be_written(alphabet: str) -> None:
    months = [month for month in range(1, 13) if set(f"{month:02d}") <= set(alphabet)]
    assert months == []


@given(st.sampled_from(ALPHABETS).flatmap(lambda alphabet: st.text(alphabet, min_size=10, max_size=40)))
def test_nothing_of_them_looks_like_a_cpr_number(drawn: str) -> None:
    assert not is_like_cpr(drawn)


def test_what_is_drawn_is_of_them() -> None:
    assert len(numbers.new_seed()) == 32
    assert set(numbers.new_seed()) <= set(numbers._SIGNS)
    assert set(identifiers.random_id(200)) <= set(identifiers._ALPHABET)

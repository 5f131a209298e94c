"""What a sentence about the whole tells when its small counts are withheld."""

from __future__ import annotations

import pytest

from sagsbarometer.disclosure.profile import load_profiles
from sagsbarometer.measures.cells import WITHHELD
from sagsbarometer.runs.disclosure_system import numbers_blanked


@pytest.mark.parametrize("profile", ["national_official", "open_local", "strict"])
def test_a_sign_stands_for_as_many_numbers_as_an_interval_must_hold(profile: str) -> None:
    rules = load_profiles()[profile]
    told = [numbers_blanked(f"I {number} sager.", rules, WITHHELD) for number in range(1, 100)]
    signs = [number for number, text in enumerate(told, start=1) if WITHHELD in text]
    # No sentence has a count withheld for another's sake: if only 1 to 4 were, the sign would say just that.
    assert max(signs) - min(signs) >= rules.interval
    assert signs == list(range(1, max(signs) + 1))


def test_the_other_counts_are_rounded_and_none_is_told_as_it_is() -> None:
    strict = load_profiles()["strict"]
    told = {
        numbers_blanked(f"1.{number} sager og 1,{number} cases", strict, WITHHELD)
        for number in range(233, 238)
    }
    assert told == {"1.235 sager og 1,235 cases"}
    assert numbers_blanked("I 12.345.678 sager.", strict, WITHHELD) == "I 12.345.680 sager."

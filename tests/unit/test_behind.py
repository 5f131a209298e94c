"""What stands behind a number: as many as it says, in all and in each group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.load import load_form
from sagsbarometer.measures.behind import behind, by_group, fits
from sagsbarometer.measures.count import Counts
from sagsbarometer.measures.define import define_measures
from sagsbarometer.measures.measure import Kind, Measure
from sagsbarometer.measures.results import Circumstances, make_cell
from tests.forms_in_tests import law

OF = Circumstances(probability_sample=False, data_date="2026-03-01", origin="synthetic")
SAID = {"1": "yes", "2": "no", "3": "unknown", "4": "outside", "5": "no", "6": "unknown"}
UNITS = {"1": "901", "2": "901", "3": "902", "4": "903", "5": "904", "6": "904"}


@pytest.fixture(scope="module")
def share() -> Measure:
    form = load_form(shipped("studies") / "barometer_97" / "form.yaml", law())
    return define_measures(form)["any_material_defect"]


def test_cases_by_what_they_say(share: Measure) -> None:
    found = behind(share, SAID, UNITS)
    assert (found.yes, found.no, found.unknown) == (("1",), ("2", "5"), ("3", "6"))
    assert (found.known, found.base) == (3, {"1", "2", "3", "5", "6"})
    assert not found.units


def test_municipalities_are_judged_by_their_cases(share: Measure) -> None:
    """901 has a yes, 902 and 904 have none but one nobody knows of, and 903 has no case in the base."""
    found = behind(replace(share, kind=Kind.MUNICIPALITIES), SAID, UNITS)
    assert (found.yes, found.no, found.unknown, found.units) == (("901",), (), ("902", "904"), True)
    none = behind(replace(share, kind=Kind.NO_MUNICIPALITY), {**SAID, "6": "no"}, UNITS)
    assert (none.yes, none.no, none.unknown) == (("904",), ("901",), ("902",))


def test_groups_are_parts_and_what_is_outside_the_base_makes_none(share: Measure) -> None:
    groups = by_group(share, SAID, UNITS)
    assert {group: (item.yes, item.no, item.unknown) for group, item in groups.items()} == {
        "901": (("1",), ("2",), ()),
        "902": ((), (), ("3",)),
        "904": ((), ("5",), ("6",)),
    }
    assert by_group(share, SAID, {"1": "a"}) == {"a": behind(share, {"1": "yes"}, {})}


@given(
    st.dictionaries(st.text("abcdef", min_size=1), st.sampled_from(["yes", "no", "unknown", "outside"])),
    st.data(),
)
def test_a_number_fits_what_is_behind_it_and_no_other(
    share: Measure, said: dict[str, str], data: Any
) -> None:
    unit_of = {case: data.draw(st.sampled_from(["901", "902", "903"])) for case in said}
    many = {word: sum(what == word for what in said.values()) for word in ("yes", "no", "unknown")}
    found = behind(share, said, unit_of)
    cell = make_cell(share, Counts(**many), OF)
    assert fits(found, share, cell)
    for name in ("numerator", "denominator", "unknown"):
        assert not fits(found, share, replace(cell, **{name: getattr(cell, name) + 1}))
    parts = by_group(share, said, unit_of).values()
    assert found.base == {id for part in parts for id in part.base}
    assert sum(len(part.yes) for part in parts) == many["yes"]
    # Of a mean: the cases with a value are those it is of, whatever they add up to.
    mean = replace(share, kind=Kind.MEAN)
    words = {case: word for case, word in said.items() if word != "no"}
    of_mean = make_cell(mean, Counts(yes=77, no=many["yes"], unknown=many["unknown"]), OF)
    assert fits(behind(mean, words, unit_of), mean, of_mean)

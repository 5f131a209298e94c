"""Norms as of a day: held, instead of what, and whether they can be cited."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.load import load_form
from sagsbarometer.review.law_at_hand import law_at_hand, norms_of, principle_year, unfit

LAW: Catalogue = load_catalogue(shipped("law"))
EDGES = sorted(
    {
        (id, date.fromisoformat(edge))
        for id, item in LAW.provisions.items()
        for edge in (item.in_force.from_, item.in_force.to)
        if edge
    }
)


@given(st.sampled_from(EDGES), st.integers(-3, 3))
def test_a_provision_can_be_cited_on_the_days_it_was_in_force_and_on_no_other(
    edge: tuple[str, date], days: int
) -> None:
    id, day = edge[0], edge[1] + timedelta(days=days)
    fault = unfit(LAW, f"provision:{id}", day)
    period = LAW.provisions[id].in_force
    held = (not period.from_ or date.fromisoformat(period.from_) <= day) and (
        not period.to or day <= date.fromisoformat(period.to)
    )
    assert (fault is None) is held
    assert fault is None or fault.code == "LOV-303"


@given(st.sampled_from(sorted(LAW.conditions)), st.dates(date(1999, 1, 1), date(2030, 1, 1)))
def test_a_condition_holds_by_its_provision_or_by_one_that_shares_it(key: str, day: date) -> None:
    own = key.rpartition("/")[0]
    sharing = [own, *(id for id, item in LAW.provisions.items() if item.conditions_of == own)]
    held = any(LAW.provisions[id].in_force.holds(day) for id in sharing)
    held = held and LAW.conditions[key].in_force.holds(day)
    assert (unfit(LAW, f"condition:{key}", day) is None) is held


def test_where_the_law_moved_what_held_is_named() -> None:
    fault = unfit(LAW, "provision:barnets_lov/87", date(2023, 12, 31))
    assert fault is not None
    assert "§ 42" in fault.remedy
    gone = unfit(LAW, "provision:serviceloven/42", date(2024, 1, 1))
    assert gone is not None
    assert "barnets lov" in gone.remedy.lower()


@pytest.mark.parametrize(
    "norm", ["provision:nosuch/1", "principle:1-99", "nothing", "", "verdict:78-15", "requirement:"]
)
def test_what_is_not_in_the_law_s_data_cannot_be_cited(norm: str) -> None:
    fault = unfit(LAW, norm, date(2026, 1, 1))
    assert fault is not None
    assert fault.code == "LOV-301"


def test_before_the_day_is_known_nothing_can_be_cited() -> None:
    fault = unfit(LAW, "provision:serviceloven/97", None)
    assert fault is not None
    assert fault.code == "LOV-302"


def test_a_principle_decision_of_a_later_year_cannot_be_cited() -> None:
    assert (principle_year("78-15"), principle_year("1-98")) == (2015, 1998)
    assert unfit(LAW, "principle:78-15", date(2014, 12, 31)) is not None
    assert unfit(LAW, "principle:78-15", date(2015, 1, 1)) is None


def test_a_question_has_its_condition_its_requirement_and_their_principle_decisions() -> None:
    form = load_form(shipped("studies") / "barometer_97" / "form.yaml", LAW)
    today = date(2026, 11, 23)
    assert norms_of(LAW, form, form.question("step_age"))[0] == "condition:serviceloven/97/age"
    assert "provision:serviceloven/97" in norms_of(LAW, form, form.question("step_age"))
    ids = norms_of(LAW, form, form.question("fettered_discretion"))
    assert "requirement:fettered_discretion" in ids
    assert "principle:78-15" in ids
    assert "requirement:reasons" in norms_of(LAW, form, form.question("reasons_defect"))
    hand = law_at_hand(LAW, form, form.question("fettered_discretion"), None, today, "da")
    assert (hand.day, hand.known) == (today, False)
    remark = next(norm for norm in hand.norms if norm.id == "principle:78-15").remark
    assert "Kun omtalt" in remark

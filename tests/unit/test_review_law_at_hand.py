"""Norms as of a day: held, instead of what, and whether they can be cited."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.load import load_form
from sagsbarometer.review.law_at_hand import Norm, law_at_hand, norms_of, principle_year, unfit

AGE = "condition:serviceloven/97/age"
LAW: Catalogue = load_catalogue(shipped("law"))
EDGES = sorted(
    {
        (id, date.fromisoformat(edge))
        for id, item in LAW.provisions.items()
        for edge in (item.in_force.from_, item.in_force.to)
        if edge
    }
)

BEGUN = {
    "barnets_lov": date(2024, 1, 1),
    "serviceloven": date(2007, 1, 1),
    "retssikkerhedsloven": date(1998, 7, 1),
    "forvaltningsloven": date(1987, 1, 1),
}


def test_no_provision_is_in_force_before_its_act() -> None:
    dated = {id: act.in_force.from_ for id, act in LAW.acts.items() if act.in_force.from_}
    assert dated == {id: day.isoformat() for id, day in BEGUN.items()}
    for id, item in LAW.provisions.items():
        begun = dated.get(id.partition("/")[0], "")
        assert not item.in_force.from_ or item.in_force.from_ >= begun, id
        if not begun:
            continue
        early = unfit(LAW, f"provision:{id}", date.fromisoformat(begun) - timedelta(days=1))
        assert early is not None, id
        assert early.code == "LOV-303"


def test_what_is_read_with_a_provision_of_another_act_waits_for_both() -> None:
    with_services = "provision:barnets_lov/90 jf. serviceloven/112"
    assert unfit(LAW, with_services, date(2023, 12, 31)) is not None
    assert unfit(LAW, with_services, date(2024, 1, 1)) is None


def test_every_provision_that_ended_names_what_came_after_it() -> None:
    ended = [id for id, item in LAW.provisions.items() if item.in_force.to]
    assert len(ended) == 11
    for id in ended:
        fault = unfit(LAW, f"provision:{id}", date(2024, 1, 1))
        assert fault is not None, id
        assert "barnets lov §" in fault.remedy.lower(), id
        assert unfit(LAW, f"provision:{id}", date(2023, 12, 31)) is None


@pytest.mark.parametrize(
    ("new", "old"), [("85", "§ 32 a"), ("86", "§ 41"), ("87", "§ 42"), ("89", "§ 45"), ("90", "§ 44")]
)
def test_barnets_lov_on_a_decision_of_2023_is_refused_with_what_held_then(new: str, old: str) -> None:
    fault = unfit(LAW, f"provision:barnets_lov/{new}", date(2023, 6, 1))
    assert fault is not None
    assert old in fault.remedy


def test_a_requirement_holds_as_soon_as_one_of_its_acts_does_and_one_without_an_act_always() -> None:
    assert unfit(LAW, "requirement:fact_finding", date(1998, 6, 30)) is not None
    assert unfit(LAW, "requirement:fact_finding", date(1998, 7, 1)) is None
    assert unfit(LAW, "requirement:guidance", date(1987, 1, 1)) is None  # of two acts: one of them is older
    assert unfit(LAW, "requirement:guidance", date(1986, 12, 31)) is not None
    assert unfit(LAW, "requirement:legal_basis", date(1980, 1, 1)) is None
    assert unfit(LAW, "requirement:half_yearly_supervision", date(2023, 1, 1)) is None


def _at_hand(question: str, day: date) -> dict[str, Norm]:
    form = load_form(shipped("studies") / "barometer_97" / "form.yaml", LAW)
    return {norm.id: norm for norm in law_at_hand(LAW, form, form.question(question), day, day, "da").norms}


def test_what_is_not_known_about_a_day_is_said_and_what_has_one_says_nothing() -> None:
    step, reasons = _at_hand("step_age", date(2026, 4, 20)), _at_hand("reasons_defect", date(2026, 4, 20))
    said = "Dato for ikrafttræden er ikke oplyst; tidligst 1. januar 2007, da loven trådte i kraft."
    assert step["provision:serviceloven/97"].unknown == step[AGE].unknown == said
    assert step["provision:serviceloven/97"].held
    assert reasons["requirement:reasons"].unknown == ""
    assert "1. januar 1987" in reasons["provision:forvaltningsloven/24"].unknown
    principle = _at_hand("fettered_discretion", date(2026, 4, 20))["principle:78-15"]
    assert "kun året" in principle.unknown
    unwritten = _at_hand("fettered_discretion", date(2026, 4, 20))["requirement:fettered_discretion"]
    assert unwritten.unknown == "Dato for ikrafttræden er ikke oplyst."


def test_a_provision_leads_to_the_text_of_its_act_where_its_address_is_known() -> None:
    reasons = _at_hand("reasons_defect", date(2026, 4, 20))
    assert (
        reasons["provision:forvaltningsloven/24"].address == "https://www.retsinformation.dk/eli/lta/2014/433"
    )
    facts = _at_hand("fact_finding_defect", date(2026, 4, 20))
    assert facts["provision:retssikkerhedsloven/10"].address == ""


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
    assert (fault is None) is (held and day >= BEGUN[id.partition("/")[0]])
    assert fault is None or fault.code == "LOV-303"


@given(st.sampled_from(sorted(LAW.conditions)), st.dates(date(1999, 1, 1), date(2030, 1, 1)))
def test_a_condition_holds_by_its_provision_or_by_one_that_shares_it(key: str, day: date) -> None:
    own = key.rpartition("/")[0]
    sharing = [own, *(id for id, item in LAW.provisions.items() if item.conditions_of == own)]
    held = any(
        LAW.provisions[id].in_force.holds(day) and day >= BEGUN[id.partition("/")[0]] for id in sharing
    )
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

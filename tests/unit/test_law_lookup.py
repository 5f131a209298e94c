"""Questions to the catalogue: in force on a day, before and after, and where cases are counted."""

from __future__ import annotations

from datetime import date

import pytest

from sagsbarometer.catalogue.card import provision_card
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.catalogue.lookup import (
    amendments_of,
    baskets_from,
    baskets_to,
    conditions_on,
    decisions_of,
    law_area_of,
    nearest,
    predecessors,
    provision_on,
    requirements_citing,
    requirements_on,
    series_members,
    series_of,
    subject_of,
    subjects_of,
    subjects_within,
    successors,
)
from sagsbarometer.datafiles.shipped import shipped

LAW = load_catalogue(shipped("law"))
BEFORE, AFTER = date(2023, 12, 31), date(2024, 1, 1)
OLD, NEW = "tabt_arbejdsfortjeneste_42_43_tilbagebetaling", "social_tabt_arbejdsfortjeneste_87_88"


def test_both_days_of_a_period_are_in_it() -> None:
    assert provision_on(LAW, "serviceloven/42", BEFORE) is not None
    assert provision_on(LAW, "serviceloven/42", AFTER) is None
    assert provision_on(LAW, "barnets_lov/87", BEFORE) is None
    assert provision_on(LAW, "barnets_lov/87", AFTER) is not None
    assert provision_on(LAW, "serviceloven/85", date(1900, 1, 1)) is not None  # no day that we know


def test_a_finer_reference_finds_what_holds_it() -> None:
    for finer in ("serviceloven/42/1", "serviceloven/42/1/2", "serviceloven/42/2/1. pkt."):
        found = nearest(LAW, finer)
        assert found is not None
        assert found.provision == "serviceloven/42"
    child = nearest(LAW, "barnets_lov/90 jf. serviceloven/84/1/2")
    assert child is not None
    assert child.provision == "barnets_lov/90 jf. serviceloven/84/1"
    other = nearest(LAW, "barnets_lov/90 jf. serviceloven/100")
    assert other is not None
    assert other.provision == "barnets_lov/90"
    assert nearest(LAW, "serviceloven/1000") is None


def test_conditions_hold_on_the_days_of_their_provision() -> None:
    old = conditions_on(LAW, "serviceloven/42", BEFORE)
    assert old == conditions_on(LAW, "barnets_lov/87", AFTER)
    assert len(old) == 7
    assert conditions_on(LAW, "serviceloven/42", AFTER) == {}
    assert conditions_on(LAW, "barnets_lov/87", BEFORE) == {}


def test_successors_are_told_ahead_and_have_taken_effect_on_their_day() -> None:
    (edge,) = successors(LAW, "serviceloven/42")
    assert (edge.to, edge.kind, edge.scope) == ("barnets_lov/87", "same_content", "child")
    assert successors(LAW, "serviceloven/42", BEFORE) == ()
    assert successors(LAW, "serviceloven/42", AFTER) == (edge,)
    assert predecessors(LAW, "barnets_lov/87") == (edge,)
    assert {item.to for item in successors(LAW, "serviceloven/44")} == {
        f"barnets_lov/90 jf. serviceloven/{part}" for part in ("83", "84/1", "86/2")
    }
    assert {item.kind for item in successors(LAW, "serviceloven/112")} == {"moved", "continues"}
    assert predecessors(LAW, "serviceloven/112") == ()


def test_cases_are_counted_under_the_subject_of_the_day() -> None:
    assert [item.id for item in subjects_of(LAW, "serviceloven/42/1", BEFORE)] == [OLD]
    assert subject_of(LAW, "serviceloven/42", AFTER) is None
    assert [item.id for item in subjects_of(LAW, "barnets_lov/87", AFTER)] == [NEW]
    assert subject_of(LAW, "barnets_lov/87", BEFORE) is None
    assert law_area_of(LAW, OLD).id == "serviceloven"
    assert law_area_of(LAW, NEW).id == "barnets_lov"


def test_a_range_holds_what_is_between_and_the_narrowest_comes_first() -> None:
    home = "social_hjemmetraening_saerlige_dagtilbud_og_klubtilbud_82_85"
    for section in ("82/1", "83", "84 a", "85"):
        found = subject_of(LAW, f"barnets_lov/{section}", AFTER)
        assert found is not None
        assert found.id == home
    assert [item.id for item in subjects_of(LAW, "aktivloven/40 a", AFTER)] == [
        "sanktioner_40a",
        "sanktioner_35_44a",
    ]
    assert [item.id for item in subjects_of(LAW, "aktivloven/11/3", AFTER)] == [
        "opholdskrav_11_stk_3_iy_eller_kh_uh"
    ]  # the other one excepts it
    assert [item.id for item in subjects_of(LAW, "integrationsloven/7", AFTER)] == [
        "boligplacering_integrationsplan_og_helbred_6_15d"
    ]
    assert [item.id for item in subjects_of(LAW, "integrationsloven/50", AFTER)] == [
        "integration_hele_loven_undtaget_6_15d_35_41"
    ]


def test_parts_of_a_provision_can_be_counted_under_several_subjects() -> None:
    parts = {item.id for item in subjects_within(LAW, "aktivloven/85", AFTER)}
    assert parts == {"hjaelp_til_flytning_85_1", "hjaelp_til_flytning_85_2"}
    assert len(subjects_within(LAW, "barnets_lov/90", AFTER)) == 6
    assert subjects_within(LAW, "barnets_lov/90", BEFORE) == ()


def test_a_series_goes_on_across_the_change() -> None:
    assert [item.id for item in series_members(LAW, "lost_earnings", BEFORE)] == [OLD]
    assert [item.id for item in series_members(LAW, "lost_earnings", AFTER)] == [NEW]
    assert [item.id for item in series_of(LAW, OLD, BEFORE)] == ["lost_earnings"]
    assert series_of(LAW, OLD, AFTER) == ()
    assert len(series_members(LAW, "personal_help_and_accompaniment_children", AFTER)) == 3
    assert [change.to for change in baskets_from(LAW, OLD)] == [[NEW]]
    assert [change.from_ for change in baskets_to(LAW, NEW)] == [OLD]
    assert baskets_to(LAW, "hjaelpemidler_112") == ()


def test_requirements_are_general_or_for_some_provisions() -> None:
    general = {item.id for item in requirements_on(LAW, "serviceloven/97", AFTER)}
    assert "fact_finding" in general
    assert "half_yearly_supervision" not in general
    assert "half_yearly_supervision" in {
        item.id for item in requirements_on(LAW, "serviceloven/32 a", BEFORE)
    }
    section_90 = "barnets_lov/90 jf. serviceloven/112"
    assert "procedure_section_90" in {item.id for item in requirements_on(LAW, section_90, AFTER)}
    assert "procedure_section_90" not in {item.id for item in requirements_on(LAW, section_90, BEFORE)}
    assert [item.id for item in requirements_citing(LAW, "forvaltningsloven/24")] == ["reasons"]


def test_decisions_come_by_provision_condition_and_requirement() -> None:
    assert {item.number for item in decisions_of(LAW, "barnets_lov/87")} == {
        "7-24",
        "43-22",
        "18-17",
        "55-11",
    }
    assert "8-24" in {item.number for item in decisions_of(LAW, "barnets_lov/90 jf. serviceloven/116")}
    assert {item.number for item in decisions_of(LAW, "serviceloven/97")} == {"2-18", "52-15", "78-15"}
    assert [item.date for item in amendments_of(LAW, "barnets_lov/86/1")] == ["2025"]


@pytest.mark.parametrize(
    ("id", "day", "holds", "instead"),
    [
        ("serviceloven/42", BEFORE, True, []),
        ("serviceloven/42", AFTER, False, ["barnets_lov/87"]),
        ("barnets_lov/87", BEFORE, False, ["serviceloven/42"]),
        ("serviceloven/112", AFTER, True, []),
        ("barnets_lov/90 jf. serviceloven/112", BEFORE, False, ["serviceloven/112"]),
        ("barnets_lov/32", BEFORE, False, []),
    ],
)
def test_a_card_tells_what_holds_instead(id: str, day: date, holds: bool, instead: list[str]) -> None:
    card = provision_card(LAW, id, day)
    assert card["holds"] is holds
    assert [item["provision"] for item in card["instead"]] == instead


def test_a_card_of_an_ended_provision_has_the_conditions_and_subject_of_its_successor() -> None:
    old, new = (provision_card(LAW, id, AFTER) for id in ("serviceloven/42", "barnets_lov/87"))
    assert old["conditions"] == new["conditions"]
    assert len(old["conditions"]) == 7
    assert old["case_subjects"] == new["case_subjects"]
    assert old["source"] != new["source"]
    english = provision_card(LAW, "serviceloven/42", BEFORE, "en")
    assert english["title"] == "Lost earnings"


def test_every_provision_has_a_card_on_both_days_in_both_languages() -> None:
    for id in LAW.provisions:
        for day in (BEFORE, AFTER):
            for language in ("da", "en"):
                card = provision_card(LAW, id, day, language)
                assert card["title"]
                assert card["source"]
    with pytest.raises(KeyError):
        provision_card(LAW, "serviceloven/1000", AFTER)

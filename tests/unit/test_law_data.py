"""The law's data against what the documents print: nothing left out, nothing invented, every item with its source."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from itertools import chain

import pytest

from sagsbarometer.appeals.registration import OUTCOMES
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.catalogue.citation_text import parse_citations
from sagsbarometer.catalogue.citations import citation_of
from sagsbarometer.catalogue.lookup import conditions_of, nearest, series_members, subject_of
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.ids import ascii_id
from tests.conftest import ROOT

LAW = load_catalogue(shipped("law"))
CHANGE = "2024-01-01"


def published(path: str) -> Iterator[dict[str, str]]:
    """The rows of a published table."""
    with (ROOT / "published" / path).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def one(text: str, act: str = "") -> str:
    """The id of the only citation of a text."""
    (citation,) = parse_citations(text, LAW.acts, act)
    return citation.id


# --- areas and subjects ---


def test_the_ten_areas_and_145_subjects_are_those_of_table_4_8_and_four_ended_before() -> None:
    rows = [row for row in published("aarsredegoerelse_2024/table_4_8.csv") if row["provision"]]
    printed = {ascii_id(row["provision"]): (row["provision"], ascii_id(row["law_area"])) for row in rows}
    assert len(printed) == 145
    assert set(LAW.law_areas) == {area for _, area in printed.values()}
    assert len(LAW.law_areas) == 10
    held = {id: (item.label["da"], item.law_area) for id, item in LAW.case_subjects.items()}
    assert {id: item for id, item in held.items() if id in printed} == printed
    ended = {id: item for id, item in LAW.case_subjects.items() if id not in printed}
    assert {item.law_area for item in ended.values()} == {"serviceloven"}
    assert {item.in_force.to for item in ended.values()} == {"2023-12-31"}
    assert len(ended) == 4
    assert len(held) == 149


def test_every_subject_of_the_vidensopsamling_is_held_and_followed() -> None:
    labels = [
        row["case_topic_da"] for row in published("vidensopsamling_2022/table_2.csv") if row["provisions"]
    ]
    assert len(labels) == 17
    in_2022 = {member.id for id in LAW.series for member in series_members(LAW, id, date(2022, 6, 1))}
    assert {ascii_id(label) for label in labels} == in_2022
    assert len(LAW.series) == 17


def test_what_a_subject_covers_is_what_its_label_names() -> None:
    for subject in LAW.case_subjects.values():
        acts = LAW.law_areas[subject.law_area].acts
        named = parse_citations(subject.label["da"], LAW.acts, acts[0])
        covered = {item if isinstance(item, str) else item.provision for item in subject.provisions}
        assert {citation_of(item).act for item in covered} <= set(acts), subject.id
        without_act = {item.id.partition("/")[2] for item in named if not item.excluded}
        assert {item.partition("/")[2] for item in covered} - {""} == without_act, subject.id
        assert {item.partition("/")[2] for item in subject.exceptions} == {
            item.id.partition("/")[2] for item in named if item.excluded
        }, subject.id


def test_the_notes_on_other_acts_differ() -> None:
    area = LAW.law_areas["andre_love"]
    three_years, one_year = (set(note.acts) for note in area.coverage)
    assert (len(three_years), len(one_year)) == (9, 7)
    assert three_years - one_year == {"seniorjobloven", "friplejeboligloven"}
    assert one_year < three_years <= set(area.acts)


# --- provisions and succession ---


def test_the_provisions_of_the_programme_are_held() -> None:
    acts = {act.short["da"]: id for id, act in LAW.acts.items()}
    rows = list(published("retssikkerhedsundersoegelsen_2026/provisions.csv"))
    for row in rows:
        for citation in parse_citations(row["section"], LAW.acts, acts[row["law"]]):
            inside = [id for id in LAW.provisions if citation.covers(citation_of(id))]
            assert inside or nearest(LAW, citation.id), row
    lists = {
        "adult": [row for row in rows if row["list_name"].startswith("Voksenhandicap")],
        "child": [row for row in rows if row["list_name"].startswith("Børnehandicap")],
    }
    assert {key: len(value) for key, value in lists.items()} == {"adult": 21, "child": 14}
    for key, listed in lists.items():
        expected = [parse_citations(row["section"], LAW.acts, acts[row["law"]])[0] for row in listed]
        marked = {id for id, item in LAW.provisions.items() if item.programme == key}
        assert {id for id in marked if any(part.covers(citation_of(id)) for part in expected)} == marked
        assert all(any(part.covers(citation_of(id)) for id in marked) for part in expected)


def test_every_row_of_the_succession_is_an_edge() -> None:
    rows = list(published("retssikkerhedsundersoegelsen_2026/law_succession.csv"))
    assert len(rows) == 14
    edges = {
        (edge.from_, edge.to, edge.date, edge.scope): edge for edge in LAW.succession if edge.from_ != edge.to
    }
    expected = {
        (
            one(row["old_section"], "serviceloven"),
            one(row["new_section"], "barnets_lov"),
            row["in_force"],
            "child",
        ): row
        for row in rows
    }
    assert set(edges) == set(expected)
    for key, row in expected.items():
        assert f"linje {row['source_line']}" in edges[key].source
        assert LAW.provisions[key[1]].title["da"]


def test_only_what_the_source_says_is_the_same_is_the_same() -> None:
    same = {edge.from_ for edge in LAW.succession if edge.kind == "same_content"}
    assert same == {"serviceloven/32", "serviceloven/32 a", "serviceloven/42"}


def test_four_provisions_move_for_children_and_stay_for_adults() -> None:
    for section in (112, 113, 114, 116):
        id = f"serviceloven/{section}"
        edges = {(edge.scope, edge.kind, edge.to) for edge in LAW.succession if edge.from_ == id}
        assert edges == {("child", "moved", f"barnets_lov/90 jf. {id}"), ("adult", "continues", id)}
        assert LAW.provisions[id].in_force.to == ""
        before, after = (subject_of(LAW, id, day) for day in (date(2023, 12, 31), date(2024, 1, 1)))
        assert before is not None
        assert before == after
        (change,) = [item for item in LAW.basket_changes if item.from_ == before.id]
        assert (change.kind, change.date, change.to) == ("narrower_basket", CHANGE, [before.id])


def test_the_baskets_of_the_2026_report() -> None:
    kinds = {
        series: [(item.date, item.kind, item.law) for item in LAW.series[series].breaks]
        for series in (
            "home_training",
            "lost_earnings",
            "additional_costs_children",
            "social_pedagogical_support",
        )
    }
    assert kinds == {
        "home_training": [(CHANGE, "other_basket", "same_content")],
        "lost_earnings": [(CHANGE, "narrower_basket", "same_content")],
        "additional_costs_children": [(CHANGE, "narrower_basket", "moved"), ("2025", "changed", "changed")],
        "social_pedagogical_support": [],
    }
    assert LAW.law_areas["serviceloven"].breaks[0].kind == "narrower_basket"


# --- conditions, requirements, decisions, codes ---


@pytest.mark.parametrize(
    ("provision", "predecessor", "ids"),
    [
        (
            "barnets_lov/85",
            "serviceloven/32 a",
            "target_group child_study wellbeing_and_needs parents_able documented_methods effect_compared "
            "health_elements necessary_aids lost_earnings",
        ),
        (
            "barnets_lov/87",
            "serviceloven/42",
            "eligible_child uncovered_care_need who_cares income_loss hours rate change",
        ),
        (
            "serviceloven/97",
            "",
            "age lasting_reduction cannot_go_out_alone no_social_pedagogical_content self_chosen_activities "
            "fifteen_hours hours_covered_in_housing",
        ),
        (
            "serviceloven/85",
            "",
            "eligible_person support_need met_otherwise guided_not_done_for kind_of_support any_housing "
            "sufficient_support",
        ),
        (
            "serviceloven/83",
            "",
            "eligible_person cannot_do_task own_means others_in_household done_for_not_guided "
            "individual_service_level",
        ),
    ],
)
def test_the_five_have_their_conditions_in_order(provision: str, predecessor: str, ids: str) -> None:
    keys = [f"{provision}/{id}" for id in ids.split()]
    assert list(conditions_of(LAW, provision)) == keys
    assert all(key in LAW.conditions for key in keys)
    if predecessor:
        assert list(conditions_of(LAW, predecessor)) == keys


def test_a_barometer_counts_ten_requirements_and_the_law_asks_for_more() -> None:
    classes: dict[str, list[str]] = {}
    for item in LAW.requirements.values():
        classes.setdefault(item.class_, []).append(item.id)
    assert {key: len(value) for key, value in classes.items() if key != "other_requirement"} == {
        "legal_defect": 6,
        "case_handling_rule": 4,
    }
    assert classes["other_requirement"] == [
        "involvement",
        "guidance",
        "is_a_decision",
        "effect_from_application",
        "procedure_section_90",
        "half_yearly_supervision",
        "impartiality",
    ]


def test_the_principle_decisions_are_the_34_of_2024_and_the_nine_that_are_cited() -> None:
    rows = {row["number"]: row for row in published("aarsredegoerelse_2024/principmeddelelser_2024.csv")}
    assert len(rows) == 34
    areas = {"beskæftigelse": "employment", "social": "social", "børn": "children"}
    for number, row in rows.items():
        item = LAW.principle_decisions[number]
        assert (item.area, item.keywords) == (areas[row["area"]], row["keywords"])
    cited = set(LAW.principle_decisions) - set(rows)
    assert cited == set("2-18 78-15 52-15 49-16 43-22 18-17 55-11 51-18 36-22".split())
    for item in LAW.principle_decisions.values():
        assert item.status.endswith("content not held")
        assert bool(item.cited_in) == item.status.startswith("cited"), item.number
        assert item.about or item.keywords


def test_the_outcomes_are_those_of_a_registration() -> None:
    assert set(LAW.outcomes) == set(OUTCOMES)
    reversed_ = {id for id, item in LAW.outcomes.items() if item.reversed}
    assert reversed_ == {"amended", "annulled", "amended_or_annulled", "remitted", "reversed"}
    several = {id: set(item.one_of) for id, item in LAW.outcomes.items() if item.one_of}
    assert several == {
        "amended_or_annulled": {"amended", "annulled"},
        "reversed": {"amended", "annulled", "remitted"},
    }
    assert {id for id, item in LAW.outcomes.items() if item.on_the_merits} == {"upheld", *reversed_}
    reach = {id: item.reach for id, item in LAW.outcomes.items()}
    assert reach["lapsed"] < reach["upheld"] < reach["remitted"] < reach["annulled"] < reach["amended"]


def test_the_keywords_and_reasons_are_those_that_are_printed() -> None:
    labels = {
        item.label["da"] for item in chain(LAW.criticism_keywords.values(), LAW.reversal_reasons.values())
    }
    measures = ("most_used_criticism_keyword", "most_used_reversal_reason", "most_used_decision_reason")
    printed = {
        row["value"]
        for table in range(1, 6)
        for row in published(f"retssikkerhedsundersoegelsen_2026/table_4_{table}.csv")
        if row["measure_en"] in measures
    }
    assert {"Begrundelse", "Tidsfrister"} <= printed <= labels
    assert {"duty_to_investigate", "reasons", "time_limits"} <= set(LAW.criticism_keywords)
    assert set(LAW.reversal_reasons) == {"facts_or_reasons"}


def test_nothing_is_without_its_source_and_no_eli_is_guessed() -> None:
    shelves = (
        LAW.acts,
        LAW.provisions,
        LAW.requirements,
        LAW.principle_decisions,
        LAW.law_areas,
        LAW.case_subjects,
        LAW.series,
        LAW.outcomes,
        LAW.reversal_reasons,
        LAW.criticism_keywords,
    )
    for item in chain(
        *(shelf.values() for shelf in shelves), LAW.succession, LAW.basket_changes, LAW.amendments
    ):
        assert item.source  # type: ignore[attr-defined]
        assert item.last_checked in ("2026-11-22", "2026-11-23")  # type: ignore[attr-defined]
    # Each was seen in a public source that says which act it is of, and the source says which.
    assert {id: act.eli for id, act in LAW.acts.items() if act.eli} == {
        "barnets_lov": "https://www.retsinformation.dk/eli/lta/2023/721",  # lov nr. 721 af 13. juni 2023
        "serviceloven": "https://www.retsinformation.dk/eli/lta/2022/170",  # lovbekendtgørelse nr. 170
        "forvaltningsloven": "https://www.retsinformation.dk/eli/lta/2014/433",  # lovbekendtgørelse nr. 433
    }
    assert all("ELI" in act.source for act in LAW.acts.values() if act.eli)
    assert all(item.source for item in LAW.conditions.values())
    assert all("en" in condition.wording for condition in LAW.conditions.values())

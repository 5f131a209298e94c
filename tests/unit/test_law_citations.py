"""References to provisions: read as people write them, written as people read them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.catalogue.citation_text import act_named, parse_citations
from sagsbarometer.catalogue.citations import Citation, citation_of, danish, danish_citation, section_order
from sagsbarometer.datafiles.shipped import shipped
from tests.conftest import ROOT

LAW = load_catalogue(shipped("law"))


def ids(text: str, act: str = "") -> list[str]:
    """The ids of the citations of a text; `!` marks one that is excluded."""
    return [item.id + ("!" if item.excluded else "") for item in parse_citations(text, LAW.acts, act)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SEL § 42", ["serviceloven/42"]),
        ("SELs § 42", ["serviceloven/42"]),
        ("lov om social service § 85", ["serviceloven/85"]),
        ("Servicelovens §§ 41 og 42", ["serviceloven/41", "serviceloven/42"]),
        ("Barnets Lov § 86", ["barnets_lov/86"]),
        ("barnets lov § 90, jf. servicelovens § 84", ["barnets_lov/90 jf. serviceloven/84"]),
        ("barnets lov § 90, jf. servicelovens § 84, stk. 1", ["barnets_lov/90 jf. serviceloven/84/1"]),
        ("servicelovens § 44 jf. 84", ["serviceloven/44 jf. serviceloven/84"]),
        (
            "SEL § 44 jf. hhv. 83 og 84",
            ["serviceloven/44 jf. serviceloven/83", "serviceloven/44 jf. serviceloven/84"],
        ),
        ("SEL § 32 a, stk. 1", ["serviceloven/32 a/1"]),
        ("SEL § 32a", ["serviceloven/32 a"]),
        ("SEL § 13C", ["serviceloven/13 c"]),
        ("barnets lov § 114, stk. 1, nr. 2-4", ["barnets_lov/114/1/2-4"]),
        ("barnets lov § 50, stk. 5, 2. pkt.", ["barnets_lov/50/5/2. pkt."]),
        ("retssikkerhedslovens § 79 a, stk. 1.", ["retssikkerhedsloven/79 a/1"]),
        ("FVL § 24, stk. 1 og 2", ["forvaltningsloven/24/1", "forvaltningsloven/24/2"]),
        ("FVL § 24, stk. 1 og stk. 2", ["forvaltningsloven/24/1", "forvaltningsloven/24/2"]),
        ("SEL §§ 32, 32 a, 36 og 39-40", [f"serviceloven/{part}" for part in ("32", "32 a", "36", "39-40")]),
        ("SEL §§ 82 a-c", ["serviceloven/82 a-82 c"]),
        ("SEL § 82 a og b", ["serviceloven/82 a", "serviceloven/82 b"]),
        ("SEL §§ 119 - § 121", ["serviceloven/119-121"]),
        ("aktivloven §§ 22-26 (undtaget §§ 25 b-e)", ["aktivloven/22-26", "aktivloven/25 b-25 e!"]),
        ("aktivloven §§ 69j-69u dog ikke §69s", ["aktivloven/69 j-69 u", "aktivloven/69 s!"]),
        ("aktivlovens §85, 1", ["aktivloven/85/1"]),
        ("voksenansvarslovens 11, stk. 5 og 6", ["voksenansvarsloven/11/5", "voksenansvarsloven/11/6"]),
        ("§§ 82 og 85 i barnets lov", ["barnets_lov/82", "barnets_lov/85"]),
        ("§ 85 i serviceloven", ["serviceloven/85"]),
        ("§ 1 a i lov om social pension", ["lov_om_social_pension/1 a"]),
        ("§§ 43, 63 og 76 (Dagtilbudsloven)", [f"dagtilbudsloven/{part}" for part in (43, 63, 76)]),
        (
            "servicelovens § 32, nu efter § 82, stk. 1, i barnets lov",
            ["serviceloven/32", "barnets_lov/82/1"],
        ),
        (
            "Servicelovens §§ 32, 32a, 41, 42 og 44 jf. 84 samt almenboliglovens § 105",
            [
                *(f"serviceloven/{part}" for part in ("32", "32 a", "41", "42")),
                "serviceloven/44 jf. serviceloven/84",
                "almenboligloven/105",
            ],
        ),
    ],
)
def test_it_is_read_as_people_write_it(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Efter § 83, 100 sager blev omgjort", ["serviceloven/83"]),
        ("§ 97 - 15 timer", ["serviceloven/97"]),
        ("§ 97 og 3 andre", ["serviceloven/97"]),
        ("§ 83 – særlige dagtilbud", ["serviceloven/83"]),
        ("§ 58 a-aftale og § 56-aftale", ["serviceloven/58 a", "serviceloven/56"]),
        ("§ 42 f.eks. i 2024", ["serviceloven/42"]),
        ("§ 42 i 2024", ["serviceloven/42"]),
        ("§ 95, stk. 5, og § 96, stk. 2", ["serviceloven/95/5", "serviceloven/96/2"]),
        ("kap. 3-4", []),
        ("i alt 1.017 sager fra 98 kommuner", []),
        ("", []),
    ],
)
def test_numbers_that_are_no_section_are_left(text: str, expected: list[str]) -> None:
    assert ids(text, "serviceloven") == expected


def test_without_an_act_the_one_given_is_meant_until_another_is_named() -> None:
    assert ids("§ 42") == ["/42"]
    assert ids("§ 42", "serviceloven") == ["serviceloven/42"]
    assert ids("§ 42 og barnets lov § 87, § 88", "serviceloven") == [
        "serviceloven/42",
        "barnets_lov/87",
        "barnets_lov/88",
    ]


def test_an_abbreviation_must_be_in_capitals_and_a_name_need_not() -> None:
    assert ids("sel § 42") == ["/42"]
    assert ids("BARNETS LOV § 87") == ["barnets_lov/87"]
    assert act_named("SEL", LAW.acts) == "serviceloven"
    assert act_named("lov om social service", LAW.acts) == "serviceloven"
    assert act_named("servicelov og andet", LAW.acts) == ""


def published(path: str) -> Iterator[dict[str, str]]:
    """The rows of a published table."""
    with (ROOT / "published" / path).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def test_every_label_with_a_section_sign_is_read() -> None:
    labels = [
        row["provision"] for row in published("aarsredegoerelse_2024/table_4_8.csv") if row["provision"]
    ]
    assert len(labels) == 145
    unread = [label for label in labels if "§" in label and not ids(label, "serviceloven")]
    assert not unread
    invented = [label for label in labels if "§" not in label and ids(label, "serviceloven")]
    assert not invented
    # Every number of a label is in a citation, but for those that are no section.
    for label in labels:
        told = " ".join(ids(label, "serviceloven"))
        sections = re.sub(r"4 ugers frist|225 timers reglen|kap\. 3-4", "", label)
        assert set(re.findall(r"\d+", sections)) <= set(re.findall(r"\d+", told)), (label, told)


def test_every_listed_provision_is_read() -> None:
    acts = {act.short["da"]: id for id, act in LAW.acts.items()}
    rows = list(published("retssikkerhedsundersoegelsen_2026/provisions.csv"))
    read = {row["section"]: ids(row["section"], acts[row["law"]]) for row in rows}
    assert all(read.values())
    assert read["§ 94-94 b"] == ["serviceloven/94-94 b"]
    assert read["§ 44 jf. 84"] == ["serviceloven/44 jf. serviceloven/84"]
    assert read["§ 90, jf. servicelovens § 86, stk. 2"] == ["barnets_lov/90 jf. serviceloven/86/2"]


# --- there and back ---

numbers = st.integers(1, 40)
ranges = st.tuples(numbers, numbers).map(lambda pair: f"{pair[0]}-{pair[0] + pair[1]}")
parts = st.one_of(st.just(""), numbers.map(str), ranges)
letters = st.sampled_from(["", *" a b c d e f g h i j k m s u".split(" ")])
sections = st.tuples(st.integers(1, 250), letters).map(lambda item: f"{item[0]} {item[1]}".strip())


@st.composite
def citations(draw: st.DrawFn, under: bool = True) -> Citation:
    """Any citation that can be written."""
    section = draw(sections)
    ends = [
        end for end in draw(st.lists(sections, max_size=3)) if section_order(end) > section_order(section)
    ]
    to = ends[0] if ends else ""
    paragraph, number, sentence = ("", "", "") if to else (draw(parts), draw(parts), draw(parts))
    return Citation(
        act=draw(st.sampled_from(sorted(LAW.acts))),
        section=section,
        to=to,
        paragraph=paragraph,
        number=number,
        sentence=sentence,
        under=draw(st.one_of(st.none(), citations(under=False))) if under else None,
        excluded=draw(st.booleans()) if under else False,
    )


@given(citations())
def test_what_is_written_is_read_back(citation: Citation) -> None:
    assert parse_citations(danish(citation, LAW.acts), LAW.acts) == (citation,)


@given(st.lists(citations(), max_size=4))
def test_several_are_read_back_in_their_order(several: list[Citation]) -> None:
    text = "; ".join(danish(item, LAW.acts) for item in several)
    assert parse_citations(text, LAW.acts) == tuple(several)


@given(citations())
def test_an_id_is_the_citation(citation: Citation) -> None:
    assert citation_of(citation.id).id == citation.id
    assert danish_citation(citation.id, LAW.acts) == danish(citation, LAW.acts).removeprefix("undtaget ")


@given(citations())
def test_a_wider_reference_covers_and_is_not_covered(citation: Citation) -> None:
    assert citation.covers(citation)
    if (wider := citation.wider) is not None:
        assert wider.covers(citation)
        assert not citation.covers(wider)


@given(st.text(alphabet="§ 0123456789abi,.-–()jfstknrpogSELdel", max_size=60))
def test_any_text_can_be_read_and_what_is_found_can_be_written(text: str) -> None:
    for citation in parse_citations(text, LAW.acts, "serviceloven"):
        assert parse_citations(danish(citation, LAW.acts), LAW.acts) == (citation,)


@pytest.mark.parametrize(
    "id", ["", "serviceloven/", "serviceloven/42 ", "Serviceloven/42", "a/1 jf. ", "a jf. b/1", "a/9-3"]
)
def test_what_is_no_id_is_refused(id: str) -> None:
    with pytest.raises(ValueError):
        citation_of(id)


@pytest.mark.parametrize(
    ("wide", "narrow", "covered"),
    [
        ("serviceloven/94-94 b", "serviceloven/94 a", True),
        ("serviceloven/94-94 b", "serviceloven/94 c", False),
        ("serviceloven/94-94 b", "serviceloven/94-95", False),
        ("serviceloven", "serviceloven/42", True),
        ("serviceloven", "barnets_lov/42", False),
        ("serviceloven/42", "serviceloven/42/1", True),
        ("serviceloven/42/1", "serviceloven/42", False),
        ("serviceloven/42/1", "serviceloven/42/2", False),
        ("barnets_lov/114/1/2-4", "barnets_lov/114/1/3", True),
        ("barnets_lov/90", "barnets_lov/90 jf. serviceloven/84", True),
        ("barnets_lov/90 jf. serviceloven/84", "barnets_lov/90 jf. serviceloven/84/1", True),
        ("barnets_lov/90 jf. serviceloven/84", "barnets_lov/90 jf. serviceloven/83", False),
        ("barnets_lov/90 jf. serviceloven/84", "barnets_lov/90", False),
    ],
)
def test_what_covers_what(wide: str, narrow: str, covered: bool) -> None:
    assert citation_of(wide).covers(citation_of(narrow)) is covered


def test_an_act_that_is_unknown_is_written_as_its_id() -> None:
    assert danish_citation("lov/32 a") == "lov § 32 a"
    assert danish_citation("forvaltningsloven/24/1") == "forvaltningsloven § 24, stk. 1"
    assert danish_citation("barnets_lov/82/1", LAW.acts) == "barnets lov § 82, stk. 1"

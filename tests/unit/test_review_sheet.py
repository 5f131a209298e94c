"""Sheets of findings: the files of all study templates, what is wrong with a file, and what a sheet says of a case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.load import load_form
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.review.sheet import CASE_HANDLING, CLOSING, RESULT, Place, SheetContent, from_json, to_json
from sagsbarometer.review.sheet_facts import Pinned, answers_hash, facts_of_case
from sagsbarometer.review.sheet_file import NAME, SheetFile, load_sheet_file, of_form
from sagsbarometer.review.sheet_sentences import fitting, suggested
from tests.web.findings_in_tests import WRONG
from tests.web.readings_in_tests import REFUSAL

LAW: Catalogue = load_catalogue(shipped("law"))
TEMPLATES = sorted(path.parent.name for path in shipped("studies").glob("*/form.yaml"))
DATES = {"application_date", "decision_date"}


@cache
def form_of(template: str) -> Form:
    """The form of a study template."""
    return load_form(shipped("studies") / template / "form.yaml", LAW)


@cache
def file_of(template: str) -> SheetFile:
    """Its sheet."""
    return load_sheet_file(shipped("studies") / template / NAME, form_of(template))


def answers_of(form: Form, given: Mapping[str, Any]) -> Mapping[str, Answer]:
    """A case's answers, routed: a value, or a state with `state:` before."""
    from datetime import date

    made = {}
    for id, value in given.items():
        if isinstance(value, str) and value.startswith("state:"):
            made[id] = Answer(State(value[6:]))
        else:
            kept = frozenset(value) if isinstance(value, (list, set)) else value
            made[id] = Answer(State.ANSWERED, date.fromisoformat(kept) if id in DATES else kept)  # type: ignore[arg-type]
    routed = complete(form, made).answers
    return complete(
        form, {id: a for id, a in made.items() if routed[id].state is not State.NOT_ASKED}
    ).answers


def content_of(
    given: Mapping[str, Any], template: str = "barometer_97", pinned: Pinned | None = None
) -> SheetContent:
    """What a sheet says of answers, with the sentences that are suggested."""
    form, file = form_of(template), file_of(template)
    answers = answers_of(form, given)
    facts = facts_of_case(form, file, answers, pinned or Pinned(), LAW)
    return SheetContent(facts, suggested(fitting(form, file, answers, facts, LAW)))


# --- the files ---


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_study_template_has_a_sheet_that_fits_its_form(template: str) -> None:
    file = file_of(template)
    form = form_of(template)
    assert {RESULT, CLOSING} <= {item.part for item in file.sentences}
    for defect in file.defects:
        assert sum(item.part == defect.question for item in file.sentences) >= 2
    asked = {item.question for item in file.defects}
    assert asked == {
        q.id for q in form.questions if q.choices == form.question(file.defects[0].question).choices
    } - {item.question for item in file.case_handling}
    assert all(text.get("en") for text in (item.text for item in file.sentences))


def test_the_standard_sentences_are_no_part_of_what_decides_figures() -> None:
    """The form's hash is of the form alone: a sheet.yaml beside it, or none, is the same form."""
    assert "sheet" not in json.dumps(form_of("barometer_97").hash)
    assert (
        form_of("barometer_97").hash == load_form(shipped("studies") / "barometer_97" / "form.yaml", LAW).hash
    )


GOOD = """
facts: [result]
outcome: would_be_outcome
wrong: "material_defect"
severity: {none: none, immaterial: immaterial, material: material}
steps: {facts_missing: fact_finding_defect}
defects:
  - {question: fact_finding_defect, label: {da: "Oplysning"}, direction: fact_finding_direction}
case_handling:
  - {question: deadline, broken: "deadline == 'exceeded'"}
sentences:
  - {id: one, part: result, when: "material_defect", text: {da: "Tekst"}}
"""


def faults_of(text: str, folder: Path) -> list[tuple[str, int | None]]:
    """The codes and lines of everything that is wrong with a file."""
    path = folder / NAME
    path.write_text(text, encoding="utf-8")
    try:
        load_sheet_file(path, form_of("barometer_97"))
    except Faults as faults:
        assert all(problem.fault and problem.remedy for problem in faults.problems)
        return [(problem.code, problem.place.line) for problem in faults.problems]
    return []


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("", "", "", 0),
        ("outcome:", "outcom:", "FUND-101", 3),
        ("[result]", "[resultat]", "FUND-102", 2),
        ("would_be_outcome", "would_be", "FUND-102", 3),
        ("direction: fact_finding_direction", "direction: nowhere", "FUND-102", 8),
        ("facts_missing: fact_finding_defect", "facts_missing: result", "FUND-102", 6),
        ("material: material}", "}", "FUND-103", 8),
        ("facts_missing: fact", "facts_lacking: fact", "FUND-103", 6),
        ('"material_defect"\n', '"material_defekt"\n', "FUND-104", 4),
        ("deadline == 'exceeded'", "deadline ==", "FUND-104", 10),
        ('"material_defect", text', "\"result == 'granted'\", text", "FUND-104", 12),
        ("question: deadline,", "question: fact_finding_defect,", "FUND-105", 10),
        ("part: result", "part: nowhere", "FUND-106", 12),
        ("Tekst", "Tekst {nothing}", "FUND-107", 12),
        ("Tekst", "Tekst {details}", "FUND-107", 12),
        ("Tekst", "Tekst {", "FUND-107", 12),
        ('da: "Tekst"', 'en: "Text"', "FUND-108", 12),
        ("Tekst", "Tekst 010203-1234", "YAML-105", 12),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(
    before: str, after: str, code: str, line: int, tmp_path: Path
) -> None:
    assert before in GOOD
    found = faults_of(GOOD.replace(before, after, 1) if before else GOOD, tmp_path)
    assert ((code, line) in found) is bool(code), found
    assert bool(found) is bool(code)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("[result]", "[a, b]").replace("part: result", "part: c")
    assert [code for code, _ in faults_of(text, tmp_path)] == ["FUND-102", "FUND-102", "FUND-106"]


def test_a_name_that_stands_twice_is_told(tmp_path: Path) -> None:
    again = GOOD + GOOD[GOOD.index("  - {id: one") :]
    assert ("FUND-105", 13) in faults_of(again, tmp_path)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_form_without_a_file_has_a_sheet_all_the_same(template: str) -> None:
    form = form_of(template)
    made = of_form(form)
    assert made.derived
    assert not made.sentences
    assert {item.question for item in made.defects} == {q.id for q in form.questions if "material" in q.codes}
    if template == "barometer_97":
        assert all(item.direction for item in made.defects)


# --- what it says ---


def test_a_defect_is_told_with_condition_materiality_direction_and_norm() -> None:
    facts = content_of(WRONG).facts
    (defect,) = facts.defects
    assert (defect.label, defect.severity) == ("Sagens oplysning", "material")
    assert defect.conditions == ("Kan ikke færdes alene",)
    assert defect.direction == "Til skade for borgeren"
    assert defect.norms[0] == "retssikkerhedsloven § 10"
    assert any("serviceloven § 97" in norm for norm in defect.norms)
    assert facts.wrong is True
    assert "Begrundelse" in facts.clear


def test_a_step_belongs_to_the_defect_its_fault_is() -> None:
    both = {**WRONG, "step_age": ["wrongly_assessed"], "wrong_assessment": "immaterial",
            "wrong_assessment_direction": "undecidable"}  # fmt: skip
    found = {item.id: item.conditions for item in content_of(both).facts.defects}
    assert found == {"fact_finding_defect": ("Kan ikke færdes alene",), "wrong_assessment": ("Alder",)}


def test_what_a_question_was_taken_from_is_no_norm() -> None:
    found = content_of({**WRONG, "wrong_assessment": "material", "wrong_assessment_direction": "to_harm",
                        "fettered_discretion": "material", "fettered_discretion_direction": "to_harm"})  # fmt: skip
    norms = {item.id: item.norms for item in found.facts.defects}
    assert norms["fettered_discretion"][0] == "principmeddelelse 78-15"
    assert not any("barometret" in norm for of in norms.values() for norm in of)


def test_a_case_handling_rule_is_never_a_defect() -> None:
    late = {**REFUSAL, "deadline": "exceeded", "new_date_given": False, "overall_assessment": False,
            "other_needs": []}  # fmt: skip
    content = content_of(late)
    assert not content.facts.defects
    assert content.facts.wrong is False
    assert [item.id for item in content.facts.handling if item.followed is False] == [
        "deadline", "new_date_given", "overall_assessment",
    ]  # fmt: skip
    assert "ikke fundet retlige mangler" in content.of(RESULT)[0]
    assert len(content.of(CASE_HANDLING)) == 3


@pytest.mark.parametrize(
    ("day", "held", "not_held"),
    [("2023-06-01", "serviceloven", "barnets lov"), ("2024-06-03", "barnets lov", "serviceloven")],
)
def test_a_norm_that_did_not_hold_on_the_day_is_not_named(day: str, held: str, not_held: str) -> None:
    """Home training moved to barnets lov on 1 January 2024; the rule the form names itself stands."""
    given = {"decision_date": day, "fact_finding_defect": "material", "step_target_group": ["facts_missing"]}
    (defect,) = content_of(given, "service_check_home_training").facts.defects
    assert any(held in norm for norm in defect.norms)
    assert not any(not_held in norm for norm in defect.norms)
    assert "retssikkerhedsloven § 10" in defect.norms


def test_evidence_and_citations_of_the_defect_alone_without_cpr_numbers() -> None:
    places = {
        "fact_finding_defect": [
            Place("Notat.pdf", 3, "010203-1234 går alene"),
            Place("Notat.pdf", 3, "Andet"),
        ],
        "step_cannot_go_out_alone": [Place("Svar.pdf", 7, "")],
        "reasons_defect": [Place("Brev.pdf", 1, "Intet")],
    }
    pinned = Pinned(places, {"fact_finding_defect": ["principle:78-15"]})
    (defect,) = content_of(WRONG, pinned=pinned).facts.defects
    assert [(item.document, item.page) for item in defect.evidence] == [
        ("Notat.pdf", 3), ("Notat.pdf", 3), ("Svar.pdf", 7),
    ]  # fmt: skip
    assert "1234" not in json.dumps(to_json(SheetContent(content_of(WRONG, pinned=pinned).facts, ())))
    assert defect.norms[0] == "Principmeddelelse 78-15"


def test_a_sentence_with_nothing_to_fill_its_field_is_not_offered() -> None:
    form, file = form_of("barometer_97"), file_of("barometer_97")
    bare = {**WRONG, "step_cannot_go_out_alone": []}
    answers = answers_of(form, bare)
    facts = facts_of_case(form, file, answers, Pinned(), LAW)
    offered = {item.id for item in fitting(form, file, answers, facts, LAW)}
    assert "facts_condition" not in offered
    assert "facts_what" in offered
    assert not any("{" in item.text for item in fitting(form, file, answers, facts, LAW))


def test_a_cited_provision_is_the_one_that_held() -> None:
    """Home training moved to barnets lov on 1 January 2024."""
    form, file = form_of("service_check_home_training"), file_of("service_check_home_training")
    defect = {
        "legal_basis_defect": "material",
        "legal_basis_fault": ["rule_misread"],
        "would_be_outcome": "remitted",
    }
    for day, cited in (("2023-06-01", "serviceloven"), ("2024-06-03", "barnets lov")):
        answers = answers_of(form, {**defect, "decision_date": day})
        facts = facts_of_case(form, file, answers, Pinned(), LAW)
        (text,) = (
            item.text for item in fitting(form, file, answers, facts, LAW) if item.id == "basis_misread"
        )
        assert cited in text


def test_nothing_ticked_is_nothing_to_tell() -> None:
    given = {"occasion": "new_application", "result": "refusal", "form": "written", "patterns": []}
    assert [item.id for item in content_of(given, "practice_review").facts.told] == [
        "occasion",
        "result",
        "form",
    ]
    ticked = content_of({**given, "patterns": ["same_words"]}, "practice_review")
    assert ticked.facts.told[-1].value == "Samme begrundelse ord for ord"
    assert any("ord for ord" in text for text in ticked.of(CLOSING))


def test_a_quality_measurement_never_says_that_a_decision_was_wrong() -> None:
    scores = dict.fromkeys(
        ("facts", "party_heard", "rules", "assessment", "reasons", "language", "guidance", "progress"), "zero"
    )
    content = content_of(
        {"occasion": "new_application", "result": "refusal", "form": "written", **scores},
        "quality_measurement",
    )
    assert content.facts.wrong is None
    assert len(content.facts.defects) == 5
    assert [item.followed for item in content.facts.handling] == [False] * 3


@st.composite
def cases(draw: st.DrawFn, template: str = "barometer_97") -> dict[str, Any]:
    """Answers of any kind to a form, whether they go together or not."""
    made: dict[str, Any] = {}
    for question in form_of(template).questions:
        if question.id in DATES:
            made[question.id] = draw(st.dates()).isoformat()
        elif question.type is Type.CODE:
            made[question.id] = draw(st.sampled_from(question.codes))
        elif question.type is Type.CODES:
            made[question.id] = draw(st.lists(st.sampled_from(question.codes), unique=True))
        elif question.type is Type.BOOL:
            made[question.id] = draw(st.booleans())
    return made


@given(cases())
def test_the_same_answers_give_the_same_bytes_and_come_back_as_they_were(given: dict[str, Any]) -> None:
    one, other = content_of(given), content_of(dict(reversed(given.items())))
    text = json.dumps(to_json(one), sort_keys=True, ensure_ascii=False)
    assert text == json.dumps(to_json(other), sort_keys=True, ensure_ascii=False)
    assert from_json(json.loads(text)) == one


@given(cases())
def test_what_is_said_agrees_with_what_was_answered(given: dict[str, Any]) -> None:
    form = form_of("barometer_97")
    answers = answers_of(form, given)
    content = content_of(given)
    serious = [item for item in content.facts.defects if item.severity == "material"]
    assert content.facts.wrong is truth(
        next(d for d in form.derived if d.id == "material_defect").expression, answers
    )
    assert bool(serious) is bool(content.facts.wrong)
    said = {item.id for item in content.words}
    assert ("result_no_defect" in said) is not bool(content.facts.defects)
    parts = {RESULT, CASE_HANDLING, CLOSING} | {item.id for item in content.facts.defects}
    assert {item.part for item in content.words} <= parts


@given(cases(), st.sampled_from(["result", "reasons_defect", "step_age"]))
def test_another_answer_is_another_hash(given: dict[str, Any], id: str) -> None:
    form = form_of("barometer_97")
    before = answers_of(form, given)
    if before[id].state is not State.ANSWERED:
        return
    other = (
        [["facts_missing"]]
        if isinstance(given[id], list)
        else [c for c in form.question(id).codes if c != given[id]]
    )
    changed = answers_of(form, {**given, id: other[0]})
    assert (answers_hash(form, changed) == answers_hash(form, before)) is (changed == before)

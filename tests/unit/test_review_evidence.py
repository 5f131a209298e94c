"""Evidence: which answers are to have it, and that it changes neither answers nor figures."""

from __future__ import annotations

from pathlib import Path

from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Value
from sagsbarometer.forms.load import load_form
from sagsbarometer.forms.states import State
from sagsbarometer.review.evidence import REQUIRED, WANTED, asked_of, missing
from tests.forms_in_tests import RESULT, faults, form, law, question


def _given(**values: Value) -> dict[str, Answer]:
    return {id: Answer(State.ANSWERED, value) for id, value in values.items()}


def _form(folder: Path) -> Form:
    return form(
        folder,
        "questions:",
        RESULT,
        question("seen", "bool", "evidence: required"),
        question(
            "hurt", "bool", "required: false", "evidence: wanted", "evidence_if: hurt and result == 'refusal'"
        ),
        question("wrong", "bool", "ask_if: seen", "evidence: required", "evidence_if: result == 'refusal'"),
    )


def test_an_answer_without_its_evidence_is_listed_and_a_pin_takes_it_away(tmp_path: Path) -> None:
    made = _form(tmp_path)
    answers = complete(made, _given(result="refusal", seen=True, hurt=True, wrong=False)).answers
    assert [item.id for item in missing(made, answers, ())] == ["seen", "wrong"]
    assert [item.id for item in missing(made, answers, {"wrong"})] == ["seen"]
    assert asked_of(made.question("seen"), answers) == REQUIRED
    assert asked_of(made.question("hurt"), answers) == WANTED
    assert asked_of(made.question("result"), answers) == ""


def test_no_answer_no_question_and_no_reason_is_to_have_no_evidence(tmp_path: Path) -> None:
    made = _form(tmp_path)
    cases: list[dict[str, Answer]] = [
        {},
        _given(result="grant", seen=False),  # `wrong` is not asked
        {"seen": Answer(State.CANNOT_BE_SEEN, None)},
        {**_given(seen=True), "wrong": Answer(State.ANSWERED, True)},  # of which the rule is unknown
    ]
    wanted = [[], ["seen"], [], ["seen"]]
    assert [
        [item.id for item in missing(made, complete(made, given).answers, ())] for given in cases
    ] == wanted


def test_evidence_decides_no_answer_so_the_hash_of_a_form_is_the_same_with_and_without(
    tmp_path: Path,
) -> None:
    with_it = _form(tmp_path)
    path = tmp_path / "form.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "evidence" not in line), encoding="utf-8")
    without = load_form(path, law())
    assert without.hash == with_it.hash
    assert not any(item.evidence for item in without.questions)
    path.write_text(
        path.read_text(encoding="utf-8").replace("ask_if: seen", "ask_if: not seen"), encoding="utf-8"
    )
    assert load_form(path, law()).hash != without.hash


def test_what_cannot_be_meant_is_told(tmp_path: Path) -> None:
    def codes(*lines: str) -> list[str]:
        return [found.code for found in faults(tmp_path, "questions:", question("seen", "bool", *lines))]

    assert codes("evidence: perhaps") == ["FORM-101"]
    assert codes("evidence_if: seen") == ["FORM-101"]
    assert codes("evidence: wanted", "evidence_if: unknown_name")[0].startswith("SPROG-2")
    assert codes("evidence: wanted", "evidence_if: seen") == []


def test_the_shipped_forms_ask_for_evidence_of_a_material_defect() -> None:
    root = Path(__file__).resolve().parents[2] / "studies"
    made = load_form(root / "barometer_97" / "form.yaml", law())
    answers = _given(wrong_assessment="material", legal_basis_defect="immaterial", reasons_defect="none")
    assert [item.id for item in missing(made, answers, ())] == ["wrong_assessment"]

"""Answer files against a form: every row checked, all or nothing, with and without a mapping."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.problems import Faults, Level
from sagsbarometer.review.answers import Reviewed, direct_plan, read_answers
from sagsbarometer.review.mapping import load_mapping
from tests.forms_in_tests import RESULT, form, question

HEADER = "case_id,municipality_id,result,late,overrun,missing.a,missing.b\n"
MAPPING = """mapping: m
columns:
  case_id: nr
  municipality_id: kommune
  result: {from: udfald, codes: {B: grant, A: refusal}}
  late: {from: sen, states: {ved ikke: cannot_be_seen}}
  overrun: {from: dage, unasked: drop}
  missing: {set: {a: a == '1', b: "b == 'x' or b == 'y'"}}
ignore: [note]
"""


@pytest.fixture
def small(tmp_path: Path) -> Form:
    return form(
        tmp_path,
        "questions:" + RESULT,
        question("late", "bool", "allow: [cannot_be_seen]"),
        question("overrun", "int", "ask_if: late", "allow: [cannot_be_seen]"),
        question(
            "missing",
            "codes",
            "choices: [{code: a, label: {da: Aa, en: A}}, {code: b, label: {da: Be, en: B}}]",
        ),
        question("note", "text", "required: false"),
    )


def read(
    form_: Form, folder: Path, text: str, frame: frozenset[str] | None = None, mapping: str = ""
) -> Reviewed:
    path = folder / "svar.csv"
    path.write_text(text, encoding="utf-8")
    table = read_table(path)
    if not mapping:
        return read_answers(table, form_, direct_plan(form_, table), frame)
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    return read_answers(table, form_, load_mapping(folder / "map.yaml", form_, table.header), frame)


def faults_of(form_: Form, folder: Path, text: str, **how: object) -> list[tuple[str, int | None, object]]:
    with pytest.raises(Faults) as caught:
        read(form_, folder, text, **how)  # type: ignore[arg-type]
    return [
        (problem.code, problem.place.row, problem.place.column)
        for problem in caught.value.problems
        if problem.level is Level.ERROR
    ]


def test_codes_labels_and_states_are_all_read(small: Form, tmp_path: Path) -> None:
    rows = "1,0101,grant,ja,3,1,0\n2,101,Afslag,kan ikke ses,kan ikke ses,nej,ja\n3,101,REFUSAL,0,,0,0\n"
    cases = read(small, tmp_path, HEADER + rows).cases
    assert [case.municipality_id for case in cases] == ["101", "101", "101"]
    first, second, third = (case.case.answers for case in cases)
    assert first["missing"] == Answer(State.ANSWERED, frozenset({"a"}))
    assert (second["result"].value, second["late"].state, second["overrun"].state) == (
        "refusal",
        State.CANNOT_BE_SEEN,
        State.CANNOT_BE_SEEN,
    )
    assert (third["overrun"].state, third["missing"].value) == (State.NOT_ASKED, frozenset())


def test_every_fault_of_every_row_is_told_with_row_and_column(small: Form, tmp_path: Path) -> None:
    rows = "1,101,grnt,ja,3,1,0\n1,,grant,måske,x,1,0\n3,101,grant,nej,4,1,0\n"
    assert sorted(faults_of(small, tmp_path, HEADER + rows), key=str) == sorted(
        [
            ("SVAR-106", 2, "result"),
            ("SVAR-104", 3, "case_id"),
            ("SVAR-105", 3, "municipality_id"),
            ("SVAR-106", 3, "late"),
            ("SVAR-106", 3, "overrun"),
            ("SVAR-201", 4, "overrun"),
        ],
        key=str,
    )


def test_one_answer_that_cannot_be_read_makes_no_other_answer_wrong(tmp_path: Path) -> None:
    routed = question("why", "bool", "ask_if: state(result) == 'answered' and result == 'refusal'")
    small = form(tmp_path, "questions:" + RESULT, routed)
    text = "case_id,municipality_id,result,why\n1,101,refusl,ja\n2,101,refusal,ja\n"
    assert faults_of(small, tmp_path, text) == [("SVAR-106", 2, "result")]


def test_a_municipality_outside_the_frame_is_a_fault_only_when_there_is_a_frame(
    small: Form, tmp_path: Path
) -> None:
    text = HEADER + "1,0999,grant,nej,,1,0\n"
    assert read(small, tmp_path, text).cases
    assert read(small, tmp_path, text, frame=frozenset({"999"})).cases
    assert faults_of(small, tmp_path, text, frame=frozenset({"101"})) == [("SVAR-105", 2, "municipality_id")]


def test_a_cpr_number_stops_everything_and_is_not_repeated(small: Form, tmp_path: Path) -> None:
    text = HEADER.replace("\n", ",note\n") + "1,101,grant,nej,,1,0,ringet til 010190-1234\n"
    with pytest.raises(Faults) as caught:
        read(small, tmp_path, text)
    assert [problem.code for problem in caught.value.problems] == ["SVAR-103"]
    assert "010190" not in str(caught.value)


def test_a_misspelt_column_is_never_silently_lost(small: Form, tmp_path: Path) -> None:
    with pytest.raises(Faults) as caught:
        read(small, tmp_path, HEADER.replace("late", "lat") + "1,101,grant,nej,,1,0\n")
    told = {problem.code: problem for problem in caught.value.problems}
    assert "late" in told["SVAR-101"].remedy
    assert told["SVAR-102"].place.question == "late"  # told once, not once a row


def test_questions_nobody_delivered_are_told_and_count_as_unknown(small: Form, tmp_path: Path) -> None:
    reviewed = read(small, tmp_path, HEADER + "1,101,grant,nej,,1,0\n")
    assert [problem.code for problem in reviewed.remarks] == ["SVAR-109"]
    assert reviewed.cases[0].case.answers["note"].state is State.NOT_ANSWERED


def test_an_empty_file_is_a_fault(small: Form, tmp_path: Path) -> None:
    assert faults_of(small, tmp_path, HEADER)[0][0] in ("SVAR-108", "FIL-105", "FIL-103")


def test_one_file_has_one_origin(small: Form, tmp_path: Path) -> None:
    header = HEADER.replace("\n", ",origin\n")
    row = "{},101,grant,nej,,1,0,{}\n"
    assert read(small, tmp_path, header + row.format(1, "reconstructed")).origin == "reconstructed"
    assert (
        faults_of(small, tmp_path, header + row.format(1, "real") + row.format(2, "training"))[0][0]
        == "SVAR-107"
    )
    assert faults_of(small, tmp_path, header + row.format(1, "ægte"))[0][0] == "SVAR-107"


def test_a_state_column_may_stand_beside_a_value(small: Form, tmp_path: Path) -> None:
    text = HEADER.replace("late,", "late,late__state,") + "1,101,grant,,cannot_be_seen,3,1,0\n"
    assert read(small, tmp_path, text).cases[0].case.answers["late"].state is State.CANNOT_BE_SEEN


def test_a_set_in_one_column(small: Form, tmp_path: Path) -> None:
    text = "case_id,municipality_id,result,late,missing\n1,1,grant,nej,a|Be\n2,1,grant,nej,ingen\n"
    cases = read(small, tmp_path, text).cases
    assert [case.case.answers["missing"].value for case in cases] == [frozenset({"a", "b"}), frozenset()]


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("3,0", 3), ("3.0", 3), ("1.234", 1234), ("1.234,00", 1234)]
)
def test_whole_numbers_as_danish_spreadsheets_write_them(
    small: Form, tmp_path: Path, text: str, value: int
) -> None:
    cases = read(small, tmp_path, HEADER + f'1,1,grant,ja,"{text}",1,0\n').cases
    assert cases[0].case.answers["overrun"].value == value


@pytest.mark.parametrize("text", ["3,5", "x", "1,234.5", "1e3", "+-3", "\u0663", "9" * 20])
def test_what_is_no_whole_number_is_refused(small: Form, tmp_path: Path, text: str) -> None:
    assert faults_of(small, tmp_path, HEADER + f'1,1,grant,ja,"{text}",1,0\n') == [("SVAR-106", 2, "overrun")]


def test_a_mapping_makes_answers_of_anybodys_columns(small: Form, tmp_path: Path) -> None:
    rows = "1;101;B;ja;4;1;;x\n2;101;A;ved ikke;kan ikke ses;0;y;\n3;101;A;nej;0;;;\n"
    text = "nr;kommune;udfald;sen;dage;a;b;note\n" + rows
    cases = [case.case.answers for case in read(small, tmp_path, text, mapping=MAPPING).cases]
    assert [answers["result"].value for answers in cases] == ["grant", "refusal", "refusal"]
    assert [answers["late"].state for answers in cases][1] is State.CANNOT_BE_SEEN
    assert [answers["missing"].value for answers in cases] == [
        frozenset({"a"}),
        frozenset({"b"}),
        frozenset(),
    ]
    assert (
        cases[2]["overrun"].state is State.NOT_ASKED
    )  # the file always has a number there; the mapping drops it


def test_without_unasked_drop_the_same_file_is_refused(small: Form, tmp_path: Path) -> None:
    text = "nr;kommune;udfald;sen;dage;a;b;note\n3;101;A;nej;0;;;\n"
    kept = MAPPING.replace(", unasked: drop", "")
    assert faults_of(small, tmp_path, text, mapping=kept) == [("SVAR-201", 2, "dage")]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("late:", "lat:", "KORT-102"),
        ("from: udfald", "from: udfal", "KORT-104"),
        ("{a: a == '1'", "{z: a == '1'", "KORT-102"),
        ("a == '1'", "aa == '1'", "SPROG-201"),
        ("ignore: [note]", "ignore: []", "KORT-105"),
        ("case_id: nr", "result2: nr", "KORT-103"),
        ("result: {from: udfald,", "result: {from: udfald, constant: grant,", "KORT-103"),
        ("mapping: m", "mapping: m\nfoo: 1", "KORT-101"),
    ],
)
def test_a_faulty_mapping_tells_what_is_wrong(
    small: Form, tmp_path: Path, old: str, new: str, code: str
) -> None:
    text = "nr;kommune;udfald;sen;dage;a;b;note\n1;101;B;ja;4;1;;x\n"
    assert old in MAPPING
    with pytest.raises(Faults) as caught:
        read(small, tmp_path, text, mapping=MAPPING.replace(old, new))
    assert code in {problem.code for problem in caught.value.problems}, str(caught.value)


def test_a_mapping_can_give_a_state_by_condition(small: Form, tmp_path: Path) -> None:
    text = "nr;kommune;udfald;sen;dage;a;b;note\n1;101;B;ja;4;1;;x\n"
    mapping = MAPPING.replace(
        "overrun: {from: dage", "overrun: {state_if: {cannot_be_seen: note == 'x'}, from: dage"
    )
    assert (
        read(small, tmp_path, text, mapping=mapping).cases[0].case.answers["overrun"].state
        is State.CANNOT_BE_SEEN
    )

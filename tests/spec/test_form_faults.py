"""What a form can have wrong: one small form per fault, told with code, line, question and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagsbarometer.forms.check import check_form
from tests.forms_in_tests import HEAD, RESULT, faults, law, question

QUESTIONS = "questions:" + RESULT
SHARE = "measures:\n  - {{id: m, label: {{da: m, en: m}}, base: {base}, counts: {counts}}}"


def test_a_form_without_faults_has_no_problems(tmp_path: Path) -> None:
    assert faults(tmp_path, QUESTIONS, SHARE.format(base='"true"', counts="result == 'grant'")) == ()


@pytest.mark.parametrize(
    ("code", "names", "parts"),
    [
        pytest.param(
            "FORM-101",
            "lable",
            ["questions:" + RESULT.replace("label: {da: U", "lable: {da: U")],
            id="misspelt-key",
        ),
        pytest.param("FORM-102", "result", ["questions:" + RESULT + RESULT], id="id-twice"),
        pytest.param(
            "FORM-103",
            "nowhere",
            ["questions:" + RESULT.replace("section: case", "section: nowhere")],
            id="section",
        ),
        pytest.param(
            "FORM-104",
            "missing_list",
            ["questions:" + question("q", "code", "choices: missing_list")],
            id="choices",
        ),
        pytest.param(
            "FORM-104", "svarmuligheder", ["questions:" + question("q", "code")], id="code-without-choices"
        ),
        pytest.param(
            "FORM-105",
            "expression",
            [QUESTIONS, "derived:\n  - {id: d, type: bool, label: {da: d, en: d}}"],
            id="derived",
        ),
        pytest.param(
            "FORM-106",
            "serviceloven/97/nothing",
            ["questions:" + question("q", "bool", "condition: serviceloven/97/nothing")],
            id="condition",
        ),
        pytest.param(
            "FORM-106",
            "ghost",
            [QUESTIONS, "figures:\n  - {id: f, kind: bars, title: {da: f, en: f}, rows: [ghost]}"],
            id="figure",
        ),
        pytest.param(
            "FORM-107",
            "counts",
            [QUESTIONS, "measures:\n  - {id: m, label: {da: m, en: m}}"],
            id="share-of-nothing",
        ),
        pytest.param(
            "FORM-107",
            "tekst",
            ["questions:" + question("q", "text"), SHARE.format(base='"true"', counts="q == 'x'")],
            id="text",
        ),
        pytest.param(
            "FORM-108",
            "hvorfor",
            [
                QUESTIONS,
                SHARE.format(base='"true"', counts="result == 'grant'"),
                "figures:\n  - {id: f, kind: bars, title: {da: f, en: f}, rows: [m], generalisable: false}",
            ],
            id="why-not",
        ),
        pytest.param(
            "FORM-109",
            "a → b → a",
            ["questions:" + question("a", "bool", "ask_if: b") + question("b", "bool", "ask_if: a")],
            id="cycle",
        ),
        pytest.param(
            "FORM-110",
            "en",
            ["questions:" + RESULT.replace("{da: Bevilling, en: Grant}", "{da: Bevilling}")],
            id="translation",
        ),
        pytest.param("FORM-111", "»days«", ["questions:" + question("days", "int")], id="reserved"),
        pytest.param(
            "FORM-201",
            "aldrig stillet",
            [
                "questions:"
                + RESULT
                + question("q", "bool", "ask_if: result == 'grant' and result == 'refusal'")
            ],
            id="unreachable",
        ),
        pytest.param(
            "FORM-202",
            "»late«",
            [
                "questions:"
                + RESULT
                + question(
                    "q",
                    "code",
                    "ask_if: result == 'grant'",
                    "choices: [{code: soon, label: {da: s, en: s}}, "
                    "{code: late, label: {da: l, en: l}, show_if: result == 'refusal'}]",
                )
            ],
            id="choice",
        ),
        pytest.param(
            "FORM-203",
            "»q«",
            [
                "questions:" + RESULT + question("q", "bool", "ask_if: result == 'grant'"),
                SHARE.format(base='"true"', counts="q"),
            ],
            id="measure",
        ),
        pytest.param(
            "FORM-204",
            "aldrig",
            [
                QUESTIONS,
                "checks:\n  - {id: c, level: hard, holds: result == 'grant' or result == 'refusal', "
                "message: {da: m, en: m}, remedy: {da: r, en: r}}",
            ],
            id="idle-check",
        ),
    ],
)
def test_each_fault_is_told(tmp_path: Path, code: str, names: str, parts: list[str]) -> None:
    found = [problem for problem in faults(tmp_path, *parts) if problem.code == code]
    assert found, [str(problem) for problem in faults(tmp_path, *parts)]
    assert any(names in problem.fault for problem in found), [problem.fault for problem in found]
    assert all(problem.remedy and problem.place.line for problem in found)


def test_unknown_names_and_wrong_types_are_told_where_they_stand(tmp_path: Path) -> None:
    parts = [
        "questions:"
        + RESULT
        + question("q", "bool", "ask_if: reslt == 'grant'")
        + question("n", "int", "ask_if: result == 'grnt'"),
        "checks:\n  - {id: c, level: hard, holds: n == 'grant', message: {da: m, en: m}, remedy: {da: r, en: r}}",
    ]
    found = faults(tmp_path, *parts)
    lines = (tmp_path / "form.yaml").read_text().splitlines()
    told = {(problem.place.question, lines[(problem.place.line or 0) - 1].strip()) for problem in found}
    assert ("q", "ask_if: reslt == 'grant'") in told
    assert ("n", "ask_if: result == 'grnt'") in told
    assert any(question == "c" for question, _ in told)
    assert any("result" in problem.remedy for problem in found)  # the name that was meant


def test_all_faults_come_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    parts = [
        "questions:"
        + RESULT.replace("en: Grant", "de: Grant")
        + question("q", "bool", "ask_if: ghost")
        + question("q", "int"),
        "measures:\n  - {id: m, label: {da: m}, counts: nothing}",
    ]
    found = faults(tmp_path, *parts)
    assert len({problem.code for problem in found}) >= 3
    lines = [problem.place.line or 0 for problem in found]
    assert lines == sorted(lines)


EVERYTHING = """questions:
  - id: result
    section: case
    type: code
    label: {da: Udfald}
    choices:
      - {code: grant, label: {da: Bevilling, en: Grant}}
      - {code: refusal, label: {da: Afslag, en: Refusal}}
  - {id: a, section: case, type: bool, label: {da: a, en: a}, ask_if: b}
  - {id: b, section: case, type: bool, label: {da: b, en: b}, ask_if: a}
  - {id: n, section: case, type: int, label: {da: n, en: n}, ask_if: reslt == 'grant'}
  - {id: never, section: case, type: bool, label: {da: n, en: n}, ask_if: result == 'grant' and result == 'refusal'}
  - id: when
    section: case
    type: code
    label: {da: w, en: w}
    ask_if: result == 'grant'
    choices: [{code: soon, label: {da: s, en: s}}, {code: late, label: {da: l, en: l}, show_if: result == 'refusal'}]
derived:
  - {id: x, type: bool, label: {da: x, en: x}, expression: y}
  - {id: y, type: bool, label: {da: y, en: y}, expression: x}
checks:
  - {id: c, level: hard, holds: n == 'grant', message: {da: m, en: m}, remedy: {da: r, en: r}}
measures:
  - {id: m, label: {da: m, en: m}, counts: when == 'soon'}
"""


def test_every_kind_of_fault_is_told_in_one_go(tmp_path: Path) -> None:
    found = faults(tmp_path, EVERYTHING)
    told = [(problem.code, problem.place.question) for problem in found]
    assert told == [
        ("FORM-110", "result"),
        ("FORM-109", "a"),
        ("SPROG-201", "n"),
        ("FORM-201", "never"),
        ("FORM-202", "when"),
        ("FORM-109", "x"),
        ("SPROG-204", "c"),
        ("FORM-203", "m"),
    ]


def test_a_broken_question_does_not_make_its_users_faulty_too(tmp_path: Path) -> None:
    broken = RESULT.replace("type: code", "type: kode")
    found = faults(tmp_path, "questions:" + broken + question("q", "bool", "ask_if: result == 'grant'"))
    assert [problem.place.question for problem in found] == ["result"]


def test_a_measure_whose_base_asks_the_question_is_no_fault(tmp_path: Path) -> None:
    routed = "questions:" + RESULT + question("q", "bool", "ask_if: result == 'grant'")
    assert not faults(tmp_path, routed, SHARE.format(base="result == 'grant'", counts="q"))
    assert not faults(tmp_path, routed, SHARE.format(base='"true"', counts="state(q) == 'answered' and q"))


def test_what_is_not_yaml_says_so(tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text("form: [\n", encoding="utf-8")
    assert [problem.code for problem in check_form(path, law())[1]] == ["YAML-102"]
    path.write_text(HEAD + "version: 2\n", encoding="utf-8")
    assert [problem.code for problem in check_form(path, law())[1]] == ["YAML-103"]
    path.write_text("a: &x [1]\nb: *x\n", encoding="utf-8")
    assert [problem.code for problem in check_form(path, law())[1]] == ["YAML-104"]
    assert [problem.code for problem in check_form(tmp_path / "none.yaml", law())[1]] == ["YAML-101"]


def test_words_that_yaml_takes_for_booleans_are_words(tmp_path: Path) -> None:
    choices = "choices: [{code: no, label: {da: nej, en: no}}, {code: on, label: {da: på, en: on}}]"
    assert not faults(tmp_path, "questions:" + question("q", "code", choices))

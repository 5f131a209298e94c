"""What a mapping says beside names and codes: own columns, what follows, who is left out, how hard rules are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sagsbarometer.appeals.intake.rules import RULES
from sagsbarometer.kernel.problems import Faults, Level, Problem
from tests.registrations_in_tests import CASE, SAME, Registrations, brief, csv_text, imported, read

CPR = "0101901234"


def made(folder: Path, mapping: str, *rows: dict[str, str], **more: str) -> Registrations:
    """What rows give with a mapping under whose `rest: same` these lines stand."""
    table = [{**CASE, "case_id": f"24-{number}", **row} for number, row in enumerate(rows, start=1)]
    header = tuple(dict.fromkeys(name for row in table for name in row))
    return imported(folder, csv_text(table, header), SAME + mapping, **more)


def faults_of(folder: Path, mapping: str, *rows: dict[str, str], **more: str) -> tuple[Problem, ...]:
    with pytest.raises(Faults) as caught:
        made(folder, mapping, *rows, **more)
    return caught.value.problems


# --- columns ---


def test_own_columns_are_kept_with_their_types(tmp_path: Path) -> None:
    mapping = """own:
  category: {from: Emne, type: code, codes: {B: barn}, label: {da: Emne}}
  letters: {from: breve, type: int}
  closed_on: {from: lukket, type: date, dates: [month_first]}
  urgent: {from: haster, type: bool}
"""
    row = {"Emne": "B", "breve": "12", "lukket": "03/05/2024", "haster": "Ja"}
    found = made(tmp_path, mapping, row, {"Emne": "voksen", "breve": "", "lukket": "", "haster": "nej"})
    assert found.columns["category"] == ["barn", "voksen"]
    assert found.columns["letters"] == [12, None]
    assert found.columns["closed_on"] == [date(2024, 3, 5), None]
    assert found.columns["urgent"] == [True, False]


@pytest.mark.parametrize("id", ["outcome", "Emne", "x" * 42, "month", "registered_at"])
def test_an_own_column_has_a_name_nothing_else_has(tmp_path: Path, id: str) -> None:
    problems = faults_of(tmp_path, f"own:\n  {id}: {{from: x, type: code}}\n", {"x": "1"})
    assert "KORT-103" in {problem.code for problem in problems}


def test_dates_are_read_in_the_orders_told(tmp_path: Path) -> None:
    mapping = "columns:\n  received_on: {dates: [month_first]}\n  decided_on: {formats: ['%d.%m.%y %H:%M']}\n"
    found = made(tmp_path, mapping, {"received_on": "03/05/2024", "decided_on": "06.05.24 10:00"})
    assert (found.columns["received_on"], found.columns["decided_on"]) == (
        [date(2024, 3, 5)],
        [date(2024, 5, 6)],
    )
    problems = faults_of(tmp_path, mapping, {"received_on": "2024-03-05", "decided_on": "06.05.24 10:00"})
    assert brief(problems) == [("REGISTER-104", 2, "received_on")]
    assert "03/05/2024" in problems[0].remedy


def test_of_several_outcomes_the_most_far_reaching_counts(tmp_path: Path) -> None:
    codes = "codes: {S: upheld, H: remitted, Æ: amended}, separator: '+'"
    mapping = f"columns:\n  outcome: {{{codes}, most_far_reaching: true}}\n"
    rows = [{"outcome": word} for word in ("S+H", "H + Æ", "S", "remitted+upheld")]
    assert made(tmp_path, mapping, *rows).columns["outcome"] == ["remitted", "amended", "upheld", "remitted"]
    mapping = "columns:\n  outcome: {from: [a, b], most_far_reaching: true}\nignore: [outcome]\n"
    rows = [{"a": "upheld", "b": "remitted"}, {"a": "", "b": "lapsed"}, {"a": "amended", "b": "annulled"}]
    assert made(tmp_path, mapping, *rows).columns["outcome"] == ["remitted", "lapsed", "amended"]


def test_the_first_that_is_filled_counts(tmp_path: Path) -> None:
    mapping = "columns:\n  court_judged_on: {first_of: [supreme, high]}\n  court_result: {constant: won}\n"
    rows = [
        {"supreme": "", "high": "2024-05-20"},
        {"supreme": "2024-05-25", "high": "2024-05-20"},
        {"supreme": "", "high": ""},
    ]
    assert made(tmp_path, mapping, *rows).columns["court_judged_on"] == [
        date(2024, 5, 20),
        date(2024, 5, 25),
        None,
    ]


def test_a_column_may_follow_from_others_of_the_register_and_of_the_file(tmp_path: Path) -> None:
    mapping = """columns:
  statutory_priority: {derive: "category == 'barn'"}
  complete_at_receipt: {derive: "complete_on == received_on"}
  appealed_on: {derive: "received_on - 14 days"}
own:
  category: {from: Emne, type: code}
  with_reasons: {derive: "'reasons' in keywords", type: bool}
  told: {derive: "maade == 'mail'", type: bool}
"""
    rows = [
        {"Emne": "barn", "complete_on": "2024-01-10", "maade": "mail", "keywords": "reasons|time_limits"},
        {"Emne": "voksen", "complete_on": "2024-01-12", "maade": "brev", "keywords": "ingen"},
        {"Emne": "", "complete_on": "", "maade": "", "keywords": ""},
    ]
    found = made(tmp_path, mapping, *rows).columns
    assert found["statutory_priority"] == [True, False, None]
    assert found["complete_at_receipt"] == [True, False, None]
    assert found["appealed_on"] == [date(2023, 12, 27)] * 3
    assert found["with_reasons"] == [True, False, None]
    assert found["told"] == [True, False, None]
    assert "maade" not in found


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ("columns: {statutory_priority: {derive: 'kategori == 1'}}", "SPROG-201"),
        ("columns: {statutory_priority: {derive: received_on}}", "SPROG-210"),
        ("columns: {statutory_priority: {derive: 'outcome =='}}", "SPROG-109"),
        ("columns: {statutory_priority: {derive: \"outcome == 'medhold'\"}}", "SPROG-202"),
        ("columns: {outcome: {derive: \"'medhold'\"}}", "KORT-102"),
        ("columns: {case_id: {derive: office}}", "KORT-103"),
        ("columns: {office: {derive: \"'010190-1234'\"}}", "REGISTER-110"),
        ("leave_out: [{if: 'status ==', reason: x}]", "SPROG-109"),
        ("leave_out: [{if: \"office == 'x'\", reason: '010190-1234'}]", "REGISTER-110"),
        ("rules: {no_such: soft}", "KORT-102"),
        ("rules: {no_case_id: soft}", "KORT-103"),
        ("rules: {cpr: leave_out}", "KORT-103"),
        ("rules: {origin: soft}", "KORT-103"),
        ("rules: {no_authority: mild}", "KORT-101"),
        ("columns: {received_on: {dates: [danish]}}", "KORT-101"),
        ("columns: {received_on: {formats: ['%d.%m']}}", "KORT-103"),
        ("columns: {outcome: {dates: [iso]}}", "KORT-103"),
        ("columns: {office: {from: [office, authority]}}", "KORT-103"),
        ("columns: {office: {from: office, first_of: [authority]}}", "KORT-103"),
        ("columns: {result: {most_far_reaching: true}}", "KORT-103"),
        ("not_cpr: [findes_ikke]", "KORT-104"),
        ("delivery: half", "KORT-101"),
    ],
)
def test_what_cannot_be_is_told_of_the_mapping(tmp_path: Path, mapping: str, code: str) -> None:
    row = {"office": "a", "statutory_priority": "ja", "result": "", "status": "x"}
    problems = faults_of(tmp_path, mapping + "\n", row)
    assert code in {problem.code for problem in problems}
    assert not any("010190" in f"{problem.fault} {problem.remedy}" for problem in problems)


def test_all_faults_of_a_mapping_are_told_at_once(tmp_path: Path) -> None:
    mapping = (
        "columns: {office: {derive: 'x =='}, outcome: {codes: {a: b}}}\nrules: {y: soft}\nnot_cpr: [z]\n"
    )
    codes = {problem.code for problem in faults_of(tmp_path, mapping, {})}
    assert codes >= {"SPROG-109", "KORT-102", "KORT-104"}


# --- who is left out ---


def test_rows_are_left_out_with_a_reason_and_their_faults_with_them(tmp_path: Path) -> None:
    mapping = """leave_out:
  - {if: "status == 'Test'", reason: Testsager}
  - {if: "office == 'X'", reason: Kontor X}
"""
    rows = [
        {"status": "Test", "outcome": "garbage", "office": "X"},
        {"status": "", "office": "X"},
        {"status": "ok", "office": "Y"},
    ]
    found = made(tmp_path, mapping, *rows)
    assert found.columns["case_id"] == ["24-3"]
    assert found.lines == [4]
    assert found.report.left_out == {"Testsager": 1, "Kontor X": 1}
    assert (found.report.rows, found.report.kept) == (3, 1)


def test_a_number_of_a_person_stops_in_a_row_that_is_left_out_too(tmp_path: Path) -> None:
    mapping = "leave_out:\n  - {if: \"status == 'Test'\", reason: Testsager}\n"
    problems = faults_of(tmp_path, mapping, {"status": "Test", "office": CPR}, {"status": "ok"})
    assert brief(problems) == [("REGISTER-110", 2, "office")]


def test_numbers_that_only_look_like_those_of_persons_are_named(tmp_path: Path) -> None:
    found = made(tmp_path, "columns: {office: ref}\nnot_cpr: [ref]\n", {"ref": CPR})
    assert found.columns["office"] == [CPR]
    assert brief(faults_of(tmp_path, "columns: {office: ref}\n", {"ref": CPR})) == [
        ("REGISTER-110", 2, "ref")
    ]


def test_all_left_out_is_no_delivery(tmp_path: Path) -> None:
    mapping = "leave_out: [{if: \"outcome == 'upheld'\", reason: alle}]\n"
    assert brief(faults_of(tmp_path, mapping, {})) == [("REGISTER-112", None, None)]


# --- how hard a rule is ---

BROKEN = {
    "unknown_code": {"outcome": "medhold", "decided_on": ""},
    "unreadable_date": {"received_on": "i går"},
    "unreadable_number": {"processing_days": "ti"},
    "too_long": {"office": "x" * 201},
    "duplicate_registration": {"case_id": "24-1"},
    "decision_before_receipt": {"received_on": "2024-05-02"},
    "judgment_before_decision": {"court_judged_on": "2024-04-01", "court_result": "won"},
    "merits_without_date": {"decided_on": ""},
    "decided_without_outcome": {"outcome": ""},
    "future_date": {"decided_on": "2024-06-02"},
    "unknown_condition": {"condition": "serviceloven/97/alder"},
    "subject_of_other_law": {"law_area": "barnets_lov"},
    "condition_of_other_provision": {"provision": "serviceloven/107", "condition": "serviceloven/97/age"},
    "dates_out_of_order": {"appealed_on": "2024-02-01"},
    "days_disagree": {"processing_days": "3"},
    "negative_days": {"processing_days": "-3"},
    "no_authority": {"authority": ""},
    "subject_out_of_force": {"case_subject": "merudgiftydelse_41"},
    "reason_without_reversal": {"reasons": "facts_or_reasons"},
    "closed_without_date": {"outcome": "lapsed", "decided_on": ""},
    "half_judgment": {"court_result": "won"},
    "unknown_provision": {"provision": "§ 107"},
    "no_case_id": {"case_id": ""},
    "no_registered_at": {"registered_at": ""},
}


def test_every_rule_is_tried_here() -> None:
    assert set(BROKEN) == set(RULES) - {"cpr", "origin", "many_withdrawn", "registered_in_future"}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_is_as_hard_as_the_mapping_says(tmp_path: Path, rule: str) -> None:
    rows = ({}, BROKEN[rule], {"office": "a", "processing_days": "112"})
    stopped = faults_of(tmp_path, f"rules: {{{rule}: hard}}\n", *rows)
    (code,) = {problem.code for problem in stopped}
    assert {problem.level for problem in stopped} == {Level.ERROR}
    left = made(tmp_path, f"rules: {{{rule}: leave_out}}\n", *rows)
    assert left.report.left_out == {RULES[rule][0]: 1}
    assert left.lines == ([3, 4] if rule == "duplicate_registration" else [2, 4])
    assert left.remarks == ()
    if rule in ("no_case_id", "no_registered_at"):
        return
    asked = made(tmp_path, f"rules: {{{rule}: soft}}\n", *rows)
    assert brief(asked.remarks) == [(code, 3, stopped[0].place.column)]
    assert {problem.level for problem in asked.remarks} == {Level.WARNING}
    (finding,) = asked.report.findings
    assert (finding.rule, finding.rows, finding.level) == (rule, 1, "soft")
    assert [example.row for example in finding.examples] == [3]
    assert len(asked.lines) == 3


def test_what_cannot_be_read_is_unknown_where_that_is_soft(tmp_path: Path) -> None:
    rules = "rules: {unknown_code: soft, unreadable_date: soft, unreadable_number: soft}\n"
    row = {"outcome": "medhold", "received_on": "x", "processing_days": "y", "statutory_priority": "z"}
    found = made(tmp_path, rules, row)
    assert [found.columns[name] for name in row] == [[None]] * 4
    # Nothing more is told of a value that is not there: no outcome is missed.
    assert {problem.code for problem in found.remarks} == {"REGISTER-103", "REGISTER-104", "REGISTER-113"}


# --- the report ---


def test_the_report_shows_what_became_of_the_words_of_the_source(tmp_path: Path) -> None:
    mapping = "columns: {outcome: {codes: {S: upheld, B: lapsed}, unknown: ['?']}}\n"
    rows = [{"outcome": "S"}, {"outcome": "S"}, {"outcome": "B"}, {"outcome": "?", "decided_on": ""}]
    found = made(tmp_path, mapping, *rows).report
    table = [(item.word, item.outcome, item.on_the_merits, item.rows) for item in found.outcomes]
    assert table == [("S", "upheld", True, 2), ("?", "", False, 1), ("B", "lapsed", False, 1)]
    assert found.dates["received_on"] == (date(2024, 1, 10), date(2024, 1, 10))
    assert "  »B« → lapsed → nej → 1" in found.lines()
    assert found.as_json()["outcomes"][1] == {
        "column": "outcome",
        "word": "?",
        "outcome": None,
        "on_the_merits": None,
        "rows": 1,
    }


def test_examples_are_three_different_values_and_no_number_of_a_person(tmp_path: Path) -> None:
    words = ["a", "a", "b", "c", "d"]
    with pytest.raises(Faults) as caught:
        made(tmp_path, "", *({"outcome": word} for word in words), {"outcome": CPR})
    report = caught.value.report  # type: ignore[attr-defined]
    by_rule = {finding.rule: finding for finding in report.findings}
    found = by_rule["unknown_code"]
    assert (found.rows, [(one.row, one.value) for one in found.examples]) == (
        5,
        [(2, "»a«"), (4, "»b«"), (5, "»c«")],
    )
    assert report.stops
    assert CPR not in "\n".join(report.lines())
    assert by_rule["cpr"].rows == 1


# --- moments, files ---


def test_the_moment_of_all_rows_may_be_given_by_whoever_imports(tmp_path: Path) -> None:
    mapping = "columns: {registered_at: {constant: 2020-01-01}}\nignore: [registered_at]\n"
    found = made(tmp_path, mapping, {}, registered_at="2025-04-11 12:00")
    assert found.registered_at == [datetime(2025, 4, 11, 10, tzinfo=UTC)]
    assert "KORT-103" in {
        problem.code
        for problem in faults_of(
            tmp_path, "columns: {registered_at: registered_at}\n", {}, registered_at="2025-04-11"
        )
    }


def test_a_case_may_be_withdrawn(tmp_path: Path) -> None:
    mapping = "columns: {withdrawn: {from: slettet}}\n"
    found = made(tmp_path, mapping, {"slettet": "ja"}, {"slettet": "nej"}, {"slettet": ""})
    assert found.withdrawn == [True, False, False]


def test_several_files_are_one_delivery_and_a_fault_is_told_where_it_stands(tmp_path: Path) -> None:
    rows = [{**CASE, "case_id": str(number)} for number in range(4)]
    rows[3]["outcome"] = "x"
    for name, part in (("a.csv", rows[:2]), ("b.csv", rows[2:])):
        (tmp_path / name).write_text(csv_text(part), encoding="utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(SAME + "rules: {unknown_code: soft}\n", encoding="utf-8")
    found = read([tmp_path / "a.csv", tmp_path / "b.csv"], mapping)
    assert found.columns["case_id"] == ["0", "1", "2", "3"]
    assert len(set(found.lines)) == 4
    (problem,) = found.remarks
    assert (problem.place.file, problem.place.row) == ("b.csv", 3)


def test_how_the_file_is_written_may_be_told(tmp_path: Path) -> None:
    text = csv_text([{**CASE, "office": "Ærø"}]).replace(";", "|").encode("cp1252")
    mapping = SAME + 'file: {encoding: cp1252, separator: "|"}\n'
    assert imported(tmp_path, text, mapping).columns["office"] == ["Ærø"]


def test_authorities_are_missed_where_some_are_told_or_somebody_asks(tmp_path: Path) -> None:
    none = ({"authority": ""}, {"authority": ""})
    assert made(tmp_path, "", *none).remarks == ()
    assert len(made(tmp_path, "", *none, {"authority": "101"}).remarks) == 2
    assert len(faults_of(tmp_path, "rules: {no_authority: hard}\n", *none)) == 2


def test_a_column_of_the_file_may_differ_from_one_of_the_register_by_its_case_alone(tmp_path: Path) -> None:
    mapping = """columns: {outcome: {constant: upheld}}
leave_out: [{if: "Outcome == 'TEST' or state(Outcome) == 'not_answered'", reason: Test}]
"""
    rows = [{"Outcome": "TEST"}, {"Outcome": "x"}, {"Outcome": ""}]
    plain = {name: text for name, text in CASE.items() if name != "outcome"}
    table = [{**plain, "case_id": str(number), **row} for number, row in enumerate(rows)]
    found = imported(tmp_path, csv_text(table, tuple(table[0])), SAME + mapping)
    assert found.columns["case_id"] == ["1"]
    assert found.columns["outcome"] == ["upheld"]


def test_a_moment_that_is_none_is_told_before_anything_is_read(tmp_path: Path) -> None:
    problems = faults_of(tmp_path, "ignore: [registered_at]\n", {}, registered_at="i går")
    assert "KORT-102" in {problem.code for problem in problems}

"""How the columns of somebody's extract become those of a register."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults, Problem
from tests.registrations_in_tests import CASE, SAME, SUPPORT, brief, csv_text, imported

THEIRS = """mapping: deres
columns:
  case_id: sagsnr
  registered_at: aendret
  origin: {constant: real}
  received_on: modtaget
  decided_on: afgjort
  outcome: {from: udfald, codes: {S: upheld, H: remitted}, unknown: [ukendt, "?"]}
  case_subject: {from: emne, codes_from: law}
  reasons: {from: aarsager, separator: ";", codes: {OPL: facts_or_reasons}, empty: none, none: ["0"]}
  authority: kommune
ignore: [noter]
"""
HEADER = "sagsnr,aendret,modtaget,afgjort,udfald,emne,aarsager,kommune,noter\n"


def theirs(folder: Path, *rows: str, mapping: str = THEIRS) -> dict[str, list[object]]:
    found = imported(folder, HEADER + "".join(f"{row}\n" for row in rows), mapping)
    return {**found.columns, "registered_at": list(found.registered_at), "origin": [found.origin]}


def faults_of(folder: Path, mapping: str, text: str = "") -> tuple[Problem, ...]:
    with pytest.raises(Faults) as caught:
        imported(folder, text or csv_text([CASE]), mapping)
    return caught.value.problems


def test_columns_are_renamed_recoded_and_parsed(tmp_path: Path) -> None:
    found = theirs(
        tmp_path,
        "A-1,11-04-2025 10:42,05-03-2024,1.6.2024,S,Voksne - Botilbud § 107,,0101,husk",
        f"A-2,2025-04-11,,,ukendt,{SUPPORT},OPL;law_misread,101,",
        "A-3,2025-04-11T08:42:05Z,2024-03-05,2024-06-01 14:30,H,,0,,",
    )
    assert found["case_id"] == ["A-1", "A-2", "A-3"]
    assert found["registered_at"] == [
        datetime(2025, 4, 11, 8, 42, tzinfo=UTC),  # summer time: two hours before UTC
        datetime(2025, 4, 10, 22, 0, tzinfo=UTC),
        datetime(2025, 4, 11, 8, 42, 5, tzinfo=UTC),
    ]
    assert found["origin"] == ["real"]
    assert found["received_on"] == [date(2024, 3, 5), None, date(2024, 3, 5)]
    assert found["decided_on"] == [date(2024, 6, 1), None, date(2024, 6, 1)]
    assert found["outcome"] == ["upheld", None, "remitted"]
    assert found["case_subject"] == [SUPPORT, SUPPORT, None]
    assert found["law_area"] == ["serviceloven", "serviceloven", None]  # follows from the subject
    assert found["reasons"] == ["", "facts_or_reasons|law_misread", ""]
    assert found["keywords"] == [None, None, None]  # no column: unknown, not none
    assert found["authority"] == ["101", "101", None]


def test_own_names_need_no_columns(tmp_path: Path) -> None:
    text = csv_text(
        [{**CASE, "keywords": "time_limits|reasons"}, {**CASE, "case_id": "24-2", "keywords": "ingen"}]
    )
    found = imported(tmp_path, text)
    assert found.columns["keywords"] == ["reasons|time_limits", ""]
    assert found.columns["reasons"] == [None, None]
    assert found.origin == "synthetic"


def test_own_names_can_be_overruled_one_by_one(tmp_path: Path) -> None:
    mapping = SAME + "columns:\n  reasons: {empty: none}\n  office: result\nignore: [office, condition]\n"
    found = imported(tmp_path, csv_text([{**CASE, "result": "grant"}]), mapping)
    assert found.columns["reasons"] == [""]
    assert found.columns["office"] == ["grant"]
    assert found.columns["result"] == [None]  # taken by another


def test_a_word_is_translated_once(tmp_path: Path) -> None:
    codes = "codes: {reasons: time_limits, time_limits: reasons}"
    text = csv_text(
        [{**CASE, "keywords": word, "case_id": word} for word in ("reasons", "reasons|time_limits")]
    )
    found = imported(tmp_path, text, SAME + f"columns: {{keywords: {{{codes}}}}}\n")
    assert found.columns["keywords"] == ["time_limits", "reasons|time_limits"]


def test_a_whole_cell_is_translated_before_its_parts(tmp_path: Path) -> None:
    mapping = SAME + "columns: {keywords: {codes: {tid|frist: time_limits, begr: reasons}}}\n"
    rows = [{**CASE, "keywords": word, "case_id": word} for word in ("tid|frist", "begr|time_limits")]
    found = imported(tmp_path, csv_text(rows), mapping)
    assert found.columns["keywords"] == ["time_limits", "reasons|time_limits"]


def test_a_word_translated_to_nothing_is_left_out(tmp_path: Path) -> None:
    rows = [{**CASE, "keywords": word, "case_id": word} for word in ("andet", "andet|reasons")]
    mapping = SAME + 'columns: {keywords: {codes: {andet: ""}}}\n'
    assert imported(tmp_path, csv_text(rows), mapping).columns["keywords"] == [None, "reasons"]


def test_the_law_names_are_read_whatever_their_marks_and_capitals(tmp_path: Path) -> None:
    mapping = SAME + "columns: {outcome: {codes_from: law}}\n"
    words = ("Stadfæstelse", "STADFÆSTELSE ", "upheld", "Hjemvisning")
    found = imported(
        tmp_path, csv_text({**CASE, "case_id": str(n), "outcome": w} for n, w in enumerate(words)), mapping
    )
    assert found.columns["outcome"] == ["upheld", "upheld", "upheld", "remitted"]


def test_a_name_without_codes_from_is_refused_and_the_way_told(tmp_path: Path) -> None:
    text = csv_text([{**CASE, "case_subject": "Voksne - Botilbud § 107"}])
    (problem,) = faults_of(tmp_path, SAME, text)
    assert brief([problem]) == [("REGISTER-103", 2, "case_subject")]


@pytest.mark.parametrize(
    ("mapping", "code", "line"),
    [
        ("rest: same", "KORT-101", 1),
        ("mapping: x\nrest: all", "KORT-101", 2),
        (SAME + "columns:\n  udfald: outcome", "KORT-102", 4),
        (SAME + "columns:\n  outcome:\n    codes: {S: upheldd}", "KORT-102", 5),
        (SAME + "columns:\n  keywords:\n    codes:\n      T: tid", "KORT-102", 6),
        (SAME + "columns:\n  received_on: {constant: i går}", "KORT-102", 4),
        (SAME + "columns:\n  origin: {constant: ægte}", "KORT-102", 4),
        (SAME + "columns:\n  case_id: {constant: '1'}", "KORT-103", 4),
        (SAME + "columns:\n  registered_at: {constant: ''}", "KORT-103", 4),
        (SAME + "columns:\n  outcome: {from: outcome, constant: upheld}", "KORT-103", 4),
        (SAME + "columns:\n  outcome: {empty: none}", "KORT-103", 4),
        (SAME + "columns:\n  office: {separator: ','}", "KORT-103", 4),
        (SAME + "columns:\n  authority: {codes_from: law}", "KORT-103", 4),
        (SAME + "columns:\n  result: {codes_from: law}", "KORT-103", 4),
        (SAME + "columns:\n  office: kontor", "KORT-104", 4),
        (SAME + "ignore: [noter]", "KORT-104", 3),
    ],
)
def test_a_fault_of_the_mapping_is_told_at_its_line(
    tmp_path: Path, mapping: str, code: str, line: int
) -> None:
    problems = faults_of(tmp_path, mapping + "\n")
    assert (code, line) in [(problem.code, problem.place.line) for problem in problems]
    assert all(problem.place.file == "mapping.yaml" for problem in problems)


def test_every_fault_of_the_mapping_is_told_at_once(tmp_path: Path) -> None:
    mapping = "mapping: x\ncolumns:\n  case_id: nr\n  outcome: {from: outcome, codes: {S: x}}\n"
    codes = {problem.code for problem in faults_of(tmp_path, mapping)}
    assert codes == {"KORT-102", "KORT-103", "KORT-104", "KORT-105"}


@pytest.mark.parametrize("target", ["case_id", "registered_at", "origin"])
def test_what_every_registration_needs_must_be_mapped(tmp_path: Path, target: str) -> None:
    row = {column: text for column, text in CASE.items() if column != target}
    problems = faults_of(tmp_path, SAME, csv_text([row], tuple(row)))
    assert [(problem.code, target in problem.fault) for problem in problems] == [("KORT-103", True)]


def test_a_column_neither_used_nor_ignored_is_told(tmp_path: Path) -> None:
    problems = faults_of(tmp_path, SAME, csv_text([{**CASE, "noter": "x"}], (*CASE, "noter")))
    assert [(problem.code, "noter" in problem.fault) for problem in problems] == [("KORT-105", True)]
    assert imported(
        tmp_path, csv_text([{**CASE, "noter": "x"}], (*CASE, "noter")), SAME + "ignore: [noter]\n"
    )


def test_a_constant_time_of_registration_is_the_date_of_the_extract(tmp_path: Path) -> None:
    row = {column: text for column, text in CASE.items() if column != "registered_at"}
    mapping = SAME + "columns: {registered_at: {constant: 2025-04-11}}\n"
    found = imported(tmp_path, csv_text([row, {**row, "case_id": "2"}], tuple(row)), mapping)
    assert found.registered_at == [datetime(2025, 4, 10, 22, tzinfo=UTC)] * 2


@pytest.mark.parametrize(
    "office", ['{constant: "010190-1234"}', '{codes: {A: "010190-1234"}}', '{codes: {"010190-1234": A}}']
)
def test_a_mapping_brings_no_number_of_a_person_into_a_register(tmp_path: Path, office: str) -> None:
    problems = faults_of(tmp_path, SAME + f"columns: {{office: {office}}}\n")
    assert "REGISTER-110" in {problem.code for problem in problems}
    assert not any("010190" in f"{problem.fault} {problem.remedy}" for problem in problems)

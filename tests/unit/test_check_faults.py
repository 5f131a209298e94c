"""Folders that cannot be checked: every fault is told, with its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sagsbarometer.checking.check import check_folder
from sagsbarometer.checking.delimited import read_delimited
from tests.checks_in_tests import (
    CLAIMS,
    HEAD,
    STRUCTURE,
    TABLE,
    checked,
    claims,
    codes,
    folder,
    problems,
    shipped,
)

ROW = "c1,21,q,7,cases,,2024,,\n"
TIED = "  - {id: c1, value: {cell: table_1, row: {label: Syd}, column: n}}\n"


def test_no_document(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / ".hidden").mkdir()
    (tmp_path / "empty" / ".hidden" / "a.csv").write_text("a\n", encoding="utf-8")
    (tmp_path / "file.csv").write_text("a\n", encoding="utf-8")
    for path in (tmp_path / "empty", tmp_path / "nowhere", tmp_path / "file.csv"):
        assert codes(lambda path=path: check_folder(path, shipped(tmp_path))) == ["CHECK-101"]


@pytest.mark.parametrize(
    ("content", "row", "told"),
    [
        (b"", None, "ingen kolonnenavne"),
        (b"\n\n", None, "ingen kolonnenavne"),
        (b"label,n\nS\xc3\xb8,\xff\n", None, "ikke gyldig UTF-8"),
        (b"label,n\nSyd,\x81\n", None, "tegnsæt"),
        (b"label,n\nSyd,\0\n", None, "nul-tegn"),
        (b'label,n\n"Syd,1\n', None, "anførselstegn"),
        (b'label,n\n"Syd"x,1\n', None, "anførselstegn"),
        (b"label,n\nSyd\n", 2, "har 1 celler"),
        (b"label,n\nSyd,1,2\n", 2, "har 3 celler"),
        (b"label,\nSyd,1\n", 1, "intet navn"),
        (b"label,label\nSyd,1\n", 1, "to gange"),
        (b"label,n\n" + b"a,1\n" * 100_001, None, "rækker"),
    ],
)
def test_a_table_that_cannot_be_read(tmp_path: Path, content: bytes, row: int | None, told: str) -> None:
    structure = "tables:\n  - {id: table_1, file: table_1.csv, key: [label], counts: [n]}\n"
    path = folder(tmp_path, {"check.yaml": HEAD + structure})
    (path / "table_1.csv").write_bytes(content)
    (problem,) = problems(lambda: check_folder(path, shipped(tmp_path)))
    assert (problem.code, problem.place.file, problem.place.row) == ("CHECK-102", "doc/table_1.csv", row)
    assert told in problem.fault


def test_a_table_as_a_danish_excel_saves_it(tmp_path: Path) -> None:
    path = tmp_path / "table_1.csv"
    path.write_bytes("område;n\r\nSønderjylland;1.234\r\n".encode("cp1252"))
    table = read_delimited(path, "doc/table_1.csv")
    assert (table.columns, table.rows) == (("område", "n"), (("Sønderjylland", "1234"),))


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    structure = "tables:\n  - {id: table_1, file: table_1.csv, key: [label]}\n"
    path = folder(tmp_path, {"check.yaml": HEAD + structure})
    assert codes(lambda: check_folder(path, shipped(tmp_path))) == ["CHECK-102"]  # it is not there
    os.mkfifo(path / "table_1.csv")
    assert codes(lambda: check_folder(path, shipped(tmp_path))) == ["CHECK-102"]  # it has no end
    (path / "claims.csv").mkdir()
    assert codes(lambda: check_folder(path, shipped(tmp_path))) == ["CHECK-102", "CHECK-102"]


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    structure = "tables:\n  - {id: table_1, file: table_1.csv, key: [label]}\n"
    path = folder(tmp_path, {"check.yaml": HEAD + structure})
    with (path / "table_1.csv").open("wb") as file:
        file.truncate(20_000_001)
    (problem,) = problems(lambda: check_folder(path, shipped(tmp_path)))
    assert "20 MB" in problem.fault


@pytest.mark.parametrize(
    ("structure", "code"),
    [
        (STRUCTURE.replace("key:", "nøgle:"), "CHECK-103"),
        (STRUCTURE.replace("file: table_1.csv", "file: ../doc/table_1.csv"), "CHECK-103"),
        (STRUCTURE.replace("file: table_1.csv", "file: /etc/passwd"), "CHECK-103"),
        (STRUCTURE.replace("id: table_1", "id: Tabel 1"), "CHECK-103"),
        (STRUCTURE + "    adds: [{total: n, parts: [kind]}]\n", "CHECK-103"),
        (STRUCTURE + "    feasible: [{base: n, atoms: [x, y, z], parts: {share: [x, q]}}]\n", "CHECK-103"),
        (
            STRUCTURE + "    feasible: [{base: n, atoms: [x, y, z], parts: {share: [x, y], a: [y, z]}}]\n",
            "CHECK-103",
        ),
        (STRUCTURE.replace("counts: [a, b, n]", "counts: [a, b, m]"), "CHECK-104"),
        (STRUCTURE + "    sums: [{total: {type: x}, parts: {}, columns: [n]}]\n", "CHECK-104"),
        (STRUCTURE.replace("[11, 12, 13]", "[11, 12]"), "CHECK-104"),
        (STRUCTURE + "    ids: [x, y]\n", "CHECK-104"),
        (STRUCTURE + "    turn: {name: label, by: year, value: value}\n", "CHECK-104"),
        (STRUCTURE.replace("[label]", "[kind]"), "CHECK-116"),
        (STRUCTURE + STRUCTURE.removeprefix("tables:\n"), "CHECK-116"),
        (
            STRUCTURE + "    shares: [{percent: share, part: [a], base: n, from: {table: table_9}}]\n",
            "CHECK-107",
        ),
        (
            STRUCTURE + "    shares: [{percent: share, part: [z], base: n, from: {table: table_1}}]\n",
            "CHECK-107",
        ),
        (STRUCTURE + "known:\n" + "  - {id: x, verdict: certain, explanation: y}\n" * 2, "CHECK-116"),
        ("tables: [", "YAML-102"),
    ],
)
def test_a_structure_that_does_not_fit(tmp_path: Path, structure: str, code: str) -> None:
    found = problems(lambda: checked(tmp_path, {"check.yaml": HEAD + structure, "table_1.csv": TABLE}))
    assert {problem.code for problem in found} == {code}
    assert all(problem.place.file in ("doc/check.yaml", "doc/table_1.csv") for problem in found)


@pytest.mark.parametrize(
    ("before", "after", "row", "column"),
    [
        ("4,3,7", "4,3,7.5", 3, "n"),
        ("4,3,7", "4,tre,7", 3, "b"),
        ("7,57", "7,57 %", 3, "share"),
        ("4,3,7", "1.234.567,3,7", 3, "a"),
    ],
)
def test_a_number_that_is_none_has_its_row_and_column(
    tmp_path: Path, before: str, after: str, row: int, column: str
) -> None:
    (problem,) = problems(
        lambda: checked(
            tmp_path, {"check.yaml": HEAD + STRUCTURE, "table_1.csv": TABLE.replace(before, after)}
        )
    )
    assert (problem.code, problem.place.row, problem.place.column) == ("CHECK-105", row, column)
    assert str(problem.place) == f"doc/table_1.csv:{row}:{column}"


def test_a_turned_table_lacks_nothing_and_has_nothing_twice(tmp_path: Path) -> None:
    structure = """tables:
  - id: table_1
    file: table_1.csv
    key: [year]
    turn: {name: measure, by: year, value: value}
    counts: [x]
"""
    head = "measure,year,value\n"
    twice = {"check.yaml": HEAD + structure, "table_1.csv": head + "x,2019,1\nx,2019,2\n"}
    assert codes(lambda: checked(tmp_path, twice)) == ["CHECK-104"]
    lacks = {"check.yaml": HEAD + structure, "table_1.csv": head + "x,2019,1\nx,2020,2\ny,2019,1\n"}
    assert codes(lambda: checked(tmp_path, lacks)) == ["CHECK-104"]


@pytest.mark.parametrize(
    ("rows", "mapping", "code", "place"),
    [
        (ROW, "  - {id: c2, not_computable: x}\n" + TIED, "CHECK-111", "doc/claims.yaml:3:5"),
        (ROW + "c2,22,q,1,cases,,2023,,\n", TIED, "CHECK-109", "doc/claims.csv:3:value"),
        (ROW, TIED * 2, "CHECK-110", "doc/claims.yaml:4:5"),
        (ROW * 2, TIED, "CHECK-116", "doc/claims.csv:3:id"),
        (ROW.replace("c1", ""), TIED, "CHECK-116", "doc/claims.csv:2:id"),
        (ROW, "  - {id: c1}\n", "CHECK-112", "doc/claims.yaml:3:5"),
        (ROW, "  - {id: c1, value: {number: 7}, not_computable: x}\n", "CHECK-112", "doc/claims.yaml:3:5"),
        (
            ROW,
            "  - {id: c1, not_computable: x, verdict: certain, explanation: y}\n",
            "CHECK-112",
            "doc/claims.yaml:3:5",
        ),
        (ROW, "  - {id: c1, value: {number: 7}, verdict: certain}\n", "CHECK-112", "doc/claims.yaml:3:5"),
        (ROW, "  - {id: c1, value: {number: 7}, against: {number: 7}}\n", "CHECK-112", "doc/claims.yaml:3:5"),
        (ROW.replace(",7,", ",,"), "  - {id: c1, value: {number: 7}}\n", "CHECK-112", "doc/claims.yaml:3:5"),
        (ROW.replace("2024,,", "2024,,sådan cirka"), TIED, "CHECK-113", "doc/claims.yaml:3:5"),
        (ROW, "  - {id: c1, value: {number: 7}, word: vistnok}\n", "CHECK-113", "doc/claims.yaml:3:5"),
        (ROW, "  - {id: c1, værdi: {number: 7}}\n", "CHECK-103", "doc/claims.yaml:3:5"),
        (ROW.replace("cases", "percent"), TIED, "CHECK-114", "doc/claims.yaml:3:5"),
        (
            ROW,
            "  - {id: c1, value: {percent: [{number: 7}, {number: 9}]}}\n",
            "CHECK-114",
            "doc/claims.yaml:3:5",
        ),
        (ROW, '  - {id: c1, value: {text: "7"}}\n', "CHECK-114", "doc/claims.yaml:3:5"),
        (ROW, "  - {id: c1, value: {number: 7}, word: de fleste}\n", "CHECK-114", "doc/claims.yaml:3:5"),
    ],
)
def test_a_mapping_that_does_not_fit(tmp_path: Path, rows: str, mapping: str, code: str, place: str) -> None:
    found = problems(lambda: claims(tmp_path, rows, mapping))
    assert code in {problem.code for problem in found}
    told = next(str(problem.place) for problem in found if problem.code == code)
    assert told.startswith(place.rpartition(":")[0])


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("7", "CHECK-108"),
        ("{}", "CHECK-108"),
        ("{number: 7, text: x}", "CHECK-108"),
        ("{claim: c1}", "CHECK-108"),  # held against itself it would always be right
        ("{sum: [{claim: c1}, {number: 0}]}", "CHECK-108"),
        ("{number: syv}", "CHECK-108"),
        ("{number: 1/0}", "CHECK-108"),
        ("{number: true}", "CHECK-108"),
        ("{number: 7, unit: promille}", "CHECK-108"),
        ("{number: 7, row: x}", "CHECK-108"),
        ("{cell: table_1, row: {label: Syd}}", "CHECK-108"),
        ("{cell: table_1, row: [Syd], column: n}", "CHECK-108"),
        ("{cell: table_1, row: {label: {other: Syd}}, column: n}", "CHECK-108"),
        ("{sum: []}", "CHECK-108"),
        ("{sum: {number: 7}}", "CHECK-108"),
        ("{sum: [{number: 7}, 8]}", "CHECK-108"),
        ("{difference: [{number: 7}]}", "CHECK-108"),
        ("{rounded: {number: 7}, decimals: 7}", "CHECK-108"),
        ("{result: a|b|c|d|e}", "CHECK-108"),
        ("{result: a, as: tal}", "CHECK-108"),
        ("{count_of: table_1, where: [{column: n}]}", "CHECK-108"),
        ("{count_of: table_1, where: [{column: n, at_least: 1, at_most: 2}]}", "CHECK-108"),
        ("{count_of: table_1, where: [{column: n, at_least: [1]}]}", "CHECK-108"),
        ("{cell: table_1, row: {label: Vest}, column: n}", "CHECK-106"),
        ("{cell: table_1, row: {kind: part}, column: n}", "CHECK-106"),
        ("{cell: table_9, row: {label: Syd}, column: n}", "CHECK-107"),
        ("{cell: table_1, row: {navn: Syd}, column: n}", "CHECK-107"),
        ("{cell: table_1, row: {label: Syd}, column: m}", "CHECK-107"),
        ("{cell: table_1, row: {label: Syd}, column: n, document: nowhere}", "CHECK-107"),
        ("{claim: c9}", "CHECK-107"),
        ("{date_of: nowhere}", "CHECK-107"),
        ("{sum_of: table_1, rows: {}, column: kind}", "CHECK-114"),
        ("{count_of: table_1, where: [{column: m, at_least: 1}]}", "CHECK-107"),
        ("{count_of: table_1, where: [{column: n, at_least: mange}]}", "CHECK-114"),
        ("{count_of: table_1, where: [{column: kind, at_least: part}]}", "CHECK-114"),
        ("{sum: [{text: x}, {number: 1}]}", "CHECK-114"),
        (
            "{sum: [{cell: table_1, row: {label: Syd}, column: n}, {cell: table_1, row: {label: Syd}, column: share}]}",
            "CHECK-114",
        ),
    ],
)
def test_an_expression_that_means_nothing(tmp_path: Path, expression: str, code: str) -> None:
    (problem,) = problems(lambda: claims(tmp_path, ROW, f"  - {{id: c1, value: {expression}}}\n"))
    assert problem.code == code
    assert (problem.place.file, problem.place.line) == ("doc/claims.yaml", 3)
    assert problem.place.column is not None


def test_all_faults_of_all_documents_at_once(tmp_path: Path) -> None:
    broken = {
        "check.yaml": HEAD + STRUCTURE.replace("[label]", "[navn]"),
        "table_1.csv": TABLE,
        "claims.csv": "id\n",
    }
    folder(tmp_path / "papers", broken, "a")
    folder(tmp_path / "papers", broken | {"table_1.csv": TABLE.replace("4,3", "4,x")}, "b")
    folder(tmp_path / "papers", {"claims.csv": CLAIMS + ROW * 2}, "c")
    found = problems(lambda: check_folder(tmp_path / "papers", shipped(tmp_path)))
    assert [(problem.code, problem.place.file) for problem in found] == [
        ("CHECK-104", "a/check.yaml"),
        ("CHECK-104", "a/claims.csv"),
        ("CHECK-104", "b/check.yaml"),
        ("CHECK-104", "b/claims.csv"),
        ("CHECK-116", "c/claims.csv"),
    ]


def test_two_documents_of_one_name(tmp_path: Path) -> None:
    for name in ("a", "b"):
        folder(tmp_path / "papers", {"check.yaml": HEAD}, name)
    assert codes(lambda: check_folder(tmp_path / "papers", shipped(tmp_path))) == ["CHECK-116"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id: about", "id: 1\n    tal: 2"),
        ("words: [knap", "words: [godt, knap"),
        ("{percent: 10, points: 5}", "{percent: ti}"),
    ],
)
def test_rules_for_words_that_are_not_right(tmp_path: Path, before: str, after: str) -> None:
    ours = shipped(tmp_path)
    text = (ours / "loosening.yaml").read_text(encoding="utf-8")
    assert before in text
    (ours / "loosening.yaml").write_text(text.replace(before, after, 1), encoding="utf-8")
    path = folder(tmp_path, {"check.yaml": HEAD})
    found = problems(lambda: check_folder(path, ours))
    assert {(problem.code, problem.place.file) for problem in found} == {("CHECK-103", "loosening.yaml")}


def test_a_list_of_contradictions_of_another_make(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    folder(papers, {"check.yaml": HEAD}, "doc")
    (papers / "contradictions.csv").write_text("id,verdict\nx,certain\n", encoding="utf-8")
    (problem,) = problems(lambda: check_folder(papers, shipped(tmp_path)))
    assert (problem.code, str(problem.place)) == ("CHECK-104", "contradictions.csv:1")

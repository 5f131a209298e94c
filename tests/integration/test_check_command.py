"""`sagsbarometer check`: what it says, writes and ends with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sagsbarometer.measures.cells import Cell, write_csv
from tests.checks_in_tests import CLAIMS, HEAD, PUBLISHED, STRUCTURE, TABLE, folder
from tests.commands_in_tests import called

WRONG = TABLE.replace("5,5,10", "5,6,10")
SUMS = STRUCTURE + "    sums: [{total: {kind: total}, parts: {kind: part}, columns: [a, b, n]}]\n"


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return called("check", *arguments)


def paper(at: Path, table: str = TABLE, structure: str = SUMS) -> Path:
    return folder(at, {"check.yaml": HEAD + structure, "table_1.csv": table})


def test_nothing_unexpected_ends_with_0(tmp_path: Path) -> None:
    done = command(paper(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Et dokument, data trukket 2025-04-11",
        "  3 summer af rækker sammenlignet",
        "",
        "0 modsigelser: 0 sikker, 0 kan forklares.",
        "Netop de kendte modsigelser findes.",
    ]


def test_a_contradiction_nobody_knew_ends_with_1(tmp_path: Path) -> None:
    done = command(paper(tmp_path, WRONG))
    assert (done.returncode, done.stderr) == (1, "")
    assert "  UVENTET doc/table_1/sum/i_alt/b · sikker" in done.stdout
    assert "    6 (doc/table_1.csv:4:b, linje 13) mod 5 (doc/table_1.csv:2:b, linje 11; 12)" in done.stdout
    assert done.stdout.endswith("1 er ikke kendt, 0 kendte udeblev.\n")


def test_a_known_one_that_is_gone_ends_with_1(tmp_path: Path) -> None:
    known = "known: [{id: doc/table_1/sum/i_alt/b, verdict: certain, explanation: Fordi.}]\n"
    assert command(paper(tmp_path / "there", WRONG, SUMS + known)).returncode == 0
    done = command(paper(tmp_path / "gone", TABLE, SUMS + known))
    assert done.returncode == 1
    assert "UDEBLEVET doc/table_1/sum/i_alt/b" in done.stdout


def test_brief_tells_what_is_certain_or_unexpected_and_counts_the_rest(tmp_path: Path) -> None:
    known = "known: [{id: doc/table_1/sum/i_alt/b, verdict: explainable, explanation: Fordi.}]\n"
    explained = paper(tmp_path / "explained", WRONG, SUMS + known)
    assert "Fordi." in command(explained).stdout
    brief = command(explained, "--brief")
    assert "Fordi." not in brief.stdout
    assert "1 modsigelser: 0 sikker, 1 kan forklares." in brief.stdout
    assert "UVENTET" in command(paper(tmp_path / "new", WRONG), "--brief").stdout
    certain = paper(tmp_path / "certain", WRONG, SUMS + known.replace("explainable", "certain"))
    assert "Fordi." in command(certain, "--brief").stdout


def test_a_folder_where_nothing_was_compared_ends_with_1(tmp_path: Path) -> None:
    """No contradictions among numbers that nobody looked at is no good news."""
    done = command(folder(tmp_path, {"t.csv": TABLE.replace(",", "\t")}))
    assert done.returncode == 1
    assert "CHECK-117" in done.stdout
    assert "Netop" not in done.stdout


def test_one_object_on_stdout(tmp_path: Path) -> None:
    done = command(paper(tmp_path, WRONG), "--json")
    plain = json.loads(done.stdout)
    assert (done.returncode, plain["schema_version"], plain["ok"]) == (1, 1, False)
    assert plain["sums"] == {"certain": 1, "explainable": 0, "unexpected": 1, "gone": 0, "dismissed": 0}
    (item,) = plain["contradictions"]
    assert (item["id"], item["rule"], item["verdict"], item["expected"]) == (
        "doc/table_1/sum/i_alt/b",
        "sum",
        "certain",
        False,
    )
    assert item["left"] == {"document": "doc", "place": "doc/table_1.csv:4:b", "line": "13", "value": "6"}
    assert plain["documents"][0]["compared"] == {"sum": 3}


def test_the_contradictions_are_written(tmp_path: Path) -> None:
    done = command(paper(tmp_path, WRONG), "--write", tmp_path / "out.csv")
    assert done.returncode == 1
    assert (tmp_path / "out.csv").read_bytes().decode().splitlines() == [
        "id,rule,verdict,left_document,left_place,left_line,left_value,"
        "right_document,right_place,right_line,right_value,explanation",
        "doc/table_1/sum/i_alt/b,sum,certain,doc,doc/table_1.csv:4:b,13,6,"
        "doc,doc/table_1.csv:2:b,11; 12,5,Trykt er 6; de 2 dele giver 5.",
    ]


def test_nothing_is_written_when_there_are_faults(tmp_path: Path) -> None:
    done = command(paper(tmp_path, TABLE.replace("5,5,10", "5,x,10")), "--write", tmp_path / "out.csv")
    assert (done.returncode, done.stdout) == (3, "")
    assert "Fejl CHECK-105 doc/table_1.csv:4:b" in done.stderr
    assert not (tmp_path / "out.csv").exists()


def test_wrong_use_ends_with_2() -> None:
    done = command()
    assert done.returncode == 2
    assert "MAPPE mangler" in done.stderr


@pytest.mark.parametrize("name", ["nowhere", "empty", "file"])
def test_no_document_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = command(tmp_path / name)
    assert done.returncode == 3
    assert "CHECK-101" in done.stderr


def test_a_hostile_folder_is_told_in_codes(tmp_path: Path) -> None:
    """A pipe for a table, a folder for claims, bytes for text, and a name that is none: no trace of the program."""
    papers = tmp_path / "papers"
    os.mkfifo(folder(papers, {"check.yaml": HEAD + STRUCTURE}, "a") / "table_1.csv")
    (folder(papers, {"check.yaml": HEAD}, "b") / "claims.csv").mkdir()
    (folder(papers, {"check.yaml": HEAD}, "c") / "claims.csv").write_bytes(bytes(range(256)) * 20)
    folder(papers, {"check.yaml": "&a [*a, *a]\n"}, "d")
    folder(papers, {"check.yaml": HEAD + "tables: " + "[" * 500}, "e")
    folder(papers, {"check.yaml": HEAD + STRUCTURE.replace("table_1.csv", "../../secret.csv")}, "f")
    done = command(papers)
    assert done.returncode == 3
    assert "SYSTEM-" not in done.stderr
    told = [line.split()[1] for line in done.stderr.splitlines() if line.startswith("Fejl ")]
    assert set(told) == {"CHECK-102", "CHECK-103", "YAML-104"}
    assert "Traceback" not in done.stderr


def test_a_documents_words_cannot_move_the_cursor(tmp_path: Path) -> None:
    row = '"c\x1b[2J1",1,q,7,cases,,2024,,\n"c\x1b[2J2",2,q,8,cases,,2024,,\n'
    done = command(folder(tmp_path, {"claims.csv": CLAIMS + row}))
    assert done.returncode == 1
    assert "\x1b" not in done.stdout


def test_a_documents_own_mapping_goes_before_the_shipped_one(tmp_path: Path) -> None:
    """A folder named as the shipped letter has the letter's mapping of its claims, until it has its own."""
    path = tmp_path / "brev_2023"
    path.mkdir()
    shutil.copy(PUBLISHED / "brev_2023" / "claims.csv", path)
    plain = json.loads(command(path, "--json").stdout)
    assert plain["documents"][0]["judgements"]["equal"] > 0
    own = (path / "claims.csv").read_text(encoding="utf-8")
    ids = [line.partition(",")[0] for line in own.splitlines()[1:]]
    lines = "".join(f"  - {{id: {id}, not_computable: Ikke set efter.}}\n" for id in ids)
    (path / "claims.yaml").write_text(f"document: brev_2023\nclaims:\n{lines}", encoding="utf-8")
    plain = json.loads(command(path, "--json").stdout)
    assert plain["documents"][0]["judgements"]["not_computable"] == len(ids)


def test_results_are_held_against_too(tmp_path: Path) -> None:
    files = {
        "check.yaml": HEAD,
        "claims.csv": CLAIMS + "c1,1,q,31,percent,,2024,,\n",
        "claims.yaml": "document: doc\nclaims:\n"
        '  - {id: c1, value: {number: 31, unit: percent}, also: [{result: "r|||2024"}]}\n',
    }
    path = folder(tmp_path, files)
    without = command(path)
    assert without.returncode == 0
    assert (
        "1 gange kunne et sted mere ikke regnes: Kræver beregnede resultater (--results)." in without.stdout
    )
    assert command(path, "--results", results(tmp_path / "good", 31)).returncode == 0
    done = command(path, "--results", results(tmp_path / "bad", 33))
    assert done.returncode == 1
    assert "31 (doc/claims.csv:2:value, linje 1) mod 33 % (r|||2024)" in done.stdout
    assert command(path, "--results", tmp_path / "nowhere").returncode == 3


def results(at: Path, numerator: int) -> Path:
    """A results folder with one cell."""
    at.mkdir()
    none = None
    cell = Cell(
        *("r", "", "", "2024", numerator, 100, 0, none, "percent", none, none, "", none, none),
        *("yes", "", "", "d", "2025-04-11", "synthetic"),
    )
    (at / "cells.csv").write_text(write_csv([cell]), encoding="utf-8")
    (at / "manifest.json").write_text('{"schema_version": 1}', encoding="utf-8")
    (at / "definitions.json").write_text("{}", encoding="utf-8")
    return at

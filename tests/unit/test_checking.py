"""Published figures read, held against hand-made results, and told."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from sagsbarometer.checking.documents import Document, Expected, PrintedCell, PrintedRow
from sagsbarometer.checking.published import Outcome, Verdict, load_expected, load_published, verify
from sagsbarometer.checking.report import as_json, as_lines
from sagsbarometer.kernel.problems import Faults, Place
from sagsbarometer.kernel.rounding import percent
from sagsbarometer.measures.cells import Cell, ResultSet

PUBLISHED = Path(__file__).resolve().parents[2] / "published"
BAROMETER = PUBLISHED / "handicapsagsbarometret_2023"
FORM = PUBLISHED.parent / "studies" / "barometer_97" / "form.yaml"
HERE = Place("doc/cells.yaml", line=7)


def result(id: str, numerator: int, denominator: int, unit: str = "percent", origin: str = "real") -> Cell:
    return Cell(
        result=id,
        row="",
        column="",
        period="",
        numerator=numerator,
        denominator=denominator,
        unknown=0,
        value=Decimal(0),
        unit=unit,
        low=None,
        high=None,
        interval_method="",
        bound_low=None,
        bound_high=None,
        generalisable="yes",
        why_not="",
        presentation="",
        definition="",
        data_date="",
        origin=origin,
    )


def printed(
    low: int,
    denominator: int | None = 385,
    share: int | None = None,
    *,
    high: int | None = None,
    id: str = "f1.row",
    stated: bool = True,
    used: bool = False,
) -> PrintedCell:
    row = PrintedRow(
        id, "1", "mangel", "i alt", low, low if high is None else high, denominator, share, stated
    )
    return PrintedCell(row, "measure", "", used, HERE)


def document(*cells: PrintedCell, id: str = "doc") -> Document:
    return Document(id, "Et barometer", "Ankestyrelsen", date(2024, 4, 26), cells)


def known(computed: str, printed: str = "21 af 385 (6 %)", row: str = "f1.row") -> Expected:
    return Expected(row, printed, computed, "6 er 5 + 1", Place("known.csv", row=2))


def judge(cell: PrintedCell, computed: Cell, *expected: Expected) -> Verdict:
    return verify([document(cell)], ResultSet((computed,)), expected)


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(Faults) as caught:
        call()
    for problem in caught.value.problems:
        assert problem.fault
        assert problem.remedy
        assert problem.place.file
    return [problem.code for problem in caught.value.problems]


# --- judging ---


@pytest.mark.parametrize(
    ("cell", "computed"),
    [
        (printed(205, share=53), result("measure", 205, 385)),
        (printed(151, 165, 92, high=152), result("measure", 152, 165)),
        (printed(279, high=295), result("measure", 279, 385)),
        (printed(385, None), result("measure", 385, 400, "cases")),
        (printed(14, 98, 14), result("measure", 14, 98, "municipalities")),
        (printed(0, share=0), result("measure", 0, 385)),
        (printed(1, 8, 13), result("measure", 1, 8)),  # 12.5 is rounded up
    ],
)
def test_equal(cell: PrintedCell, computed: Cell) -> None:
    verdict = judge(cell, computed)
    assert verdict.ok
    assert [row.outcome for row in verdict.rows] == [Outcome.EQUAL]


@pytest.mark.parametrize(
    ("cell", "computed", "words"),
    [
        (printed(205, share=53), result("measure", 204, 385), "204 af 385 (53 %)"),  # the count
        (printed(205, share=53), result("measure", 205, 386), "205 af 386 (53 %)"),  # the base
        (printed(205, share=54), result("measure", 205, 385), "205 af 385 (53 %)"),  # the percentage
        (printed(151, 165, 92, high=153), result("measure", 153, 165), "153 af 165 (93 %)"),
        (printed(151, 165, high=152), result("measure", 153, 165), "153 af 165"),
        (printed(151, 165, high=152), result("measure", 150, 165), "150 af 165"),
        (printed(385, None), result("measure", 384, 384, "cases"), "384"),
        (printed(0, 0, 0), result("measure", 0, 0), "0 af 0 (– %)"),  # an empty base has no percentage
    ],
)
def test_different(cell: PrintedCell, computed: Cell, words: str) -> None:
    verdict = judge(cell, computed)
    assert not verdict.ok
    (row,) = verdict.rows
    assert (row.outcome, row.computed, row.remark) == (Outcome.DIFFERENT, words, "ikke ventet")


def test_unknown_cases_make_the_base_another() -> None:
    verdict = judge(printed(205, share=53), replace(result("measure", 205, 380), unknown=5))
    assert [row.outcome for row in verdict.rows] == [Outcome.DIFFERENT]


def test_expected_difference() -> None:
    verdict = judge(printed(21, share=6), result("measure", 21, 385), known("21 af 385 (5 %)"))
    (row,) = verdict.rows
    assert verdict.ok
    assert (row.outcome, row.remark) == (Outcome.KNOWN_DIFFERENCE, "6 er 5 + 1")


@pytest.mark.parametrize(
    "expected",
    [known("22 af 385 (6 %)"), known("21 af 385 (5 %)", printed="20 af 385 (6 %)")],
)
def test_another_difference_than_expected(expected: Expected) -> None:
    verdict = judge(printed(21, share=6), result("measure", 21, 385), expected)
    (row,) = verdict.rows
    assert not verdict.ok
    assert row.outcome is Outcome.DIFFERENT
    assert "ventet var en anden forskel" in row.remark


def test_expected_difference_that_is_gone() -> None:
    verdict = judge(printed(21, share=5), result("measure", 21, 385), known("21 af 385 (5 %)"))
    (row,) = verdict.rows
    assert not verdict.ok
    assert row.outcome is Outcome.DIFFERENCE_GONE
    assert "udeblev" in row.remark


def test_not_computable_is_no_failure() -> None:
    cell = replace(printed(100, 376, 27, high=103), result="", not_computable="Kræver klageregistret.")
    verdict = verify([document(cell)], ResultSet(()))
    (row,) = verdict.rows
    assert verdict.ok
    assert (row.outcome, row.printed, row.computed) == (Outcome.NOT_COMPUTABLE, "100-103 af 376 (27 %)", "")
    assert row.remark == "Kræver klageregistret."


def test_stated_derived_and_used_are_counted_apart() -> None:
    cells = (
        printed(1, id="a", used=True),
        printed(1, id="b", stated=False, used=True),
        printed(1, id="c", stated=False),
        printed(2, id="d", used=True),
    )
    for origin, used in (("reconstructed", 2), ("real", 0)):
        verdict = verify([document(*cells)], ResultSet((result("measure", 1, 385, origin=origin),)))
        assert verdict.number(Outcome.EQUAL) == 3
        assert (verdict.number(Outcome.EQUAL, True), verdict.number(Outcome.EQUAL, False)) == (1, 2)
        assert verdict.number(Outcome.DIFFERENT) == 1
        assert verdict.equal_used_to_build == used


def test_only_totals_are_compared() -> None:
    part = replace(result("measure", 9, 9), row="901")
    verdict = verify([document(printed(205))], ResultSet((part, result("measure", 205, 385))))
    assert verdict.ok
    assert codes(lambda: verify([document(printed(9, 9))], ResultSet((part,)))) == ["PUBL-110"]


def test_what_cannot_be_compared_is_told_all_at_once() -> None:
    cells = (
        printed(1, id="a"),
        replace(printed(1, id="b"), result="unheard_of"),
        replace(printed(1, id="c"), result="", not_computable="nej"),
    )
    results = ResultSet((result("measure", 1, 1, "weeks"),))
    expected = [known("1", row="c"), known("1", row="nowhere"), known("1", row="a")]
    found = codes(lambda: verify([document(*cells)], results, expected))
    assert found == ["PUBL-111", "PUBL-110", "PUBL-109", "PUBL-109"]


def test_expected_difference_in_two_documents_is_refused() -> None:
    documents = [document(printed(1)), document(printed(1), id="other")]
    results = ResultSet((result("measure", 1, 385),))
    assert verify(documents, results).ok
    assert codes(lambda: verify(documents, results, [known("1")])) == ["PUBL-109"]


# --- telling ---


def told(*expected: Expected) -> Verdict:
    cells = (
        printed(21, share=6, id="f2.reasons", used=True),
        printed(21, id="f2.count", used=True),
        replace(
            printed(100, 376, 27, high=103, id="none.appeals"), result="", not_computable="Kræver register."
        ),
    )
    computed = result("measure", 21, 385, origin="reconstructed")
    return verify([document(*cells)], ResultSet((computed,)), expected)


def test_lines() -> None:
    assert as_lines(told(known("21 af 385 (5 %)", row="f2.reasons"))) == [
        "Et barometer (Ankestyrelsen, 26. april 2024)",
        "række         dokument               hvordan        beregnet         udfald",
        "f2.reasons    21 af 385 (6 %)        trykt, bygget  21 af 385 (5 %)  ventet forskel: 6 er 5 + 1",
        "f2.count      21 af 385              trykt, bygget  21 af 385        ens",
        "none.appeals  100-103 af 376 (27 %)  trykt                           kan ikke beregnes: Kræver register.",
        "",
        "3 rækker: 1 ens (1 trykte, 0 udledt af trykte tal), 1 med ventet forskel, 0 med anden forskel, "
        "0 hvor en ventet forskel udeblev, 1 kan ikke beregnes.",
        "1 af de 1 ens rækker er tal, som sagerne er bygget til at give. "
        "De viser, at der regnes som i dokumentet, ikke at sagerne er de samme.",
    ]


def test_lines_of_a_failure() -> None:
    text = "\n".join(as_lines(told()))
    assert "FORSKEL: ikke ventet" in text
    assert "1 med anden forskel" in text


def test_json() -> None:
    data = json.loads(json.dumps(as_json(told())))
    assert (data["schema_version"], data["ok"]) == (1, False)
    assert data["sums"] == {
        "equal": 1,
        "known_difference": 0,
        "different": 1,
        "difference_gone": 0,
        "not_computable": 1,
        "equal_stated": 1,
        "equal_derived": 0,
        "equal_used_to_build": 1,
    }
    (doc,) = data["documents"]
    assert doc["published"] == "2024-04-26"
    assert doc["rows"][0] == {
        "row": "f2.reasons",
        "figure": "1",
        "label": "mangel",
        "part": "i alt",
        "result": "measure",
        "outcome": "different",
        "printed": "21 af 385 (6 %)",
        "computed": "21 af 385 (5 %)",
        "stated": True,
        "used_to_build": True,
        "remark": "ikke ventet",
    }


# --- reading ---

FIGURES = (
    "row_id,figure,label_da,part_da,count,count_status,count_min,count_max,denominator,percent,percent_status\n"
    "f1.a,1,mangel,i alt,180,derived,180,180,385,47,stated\n"
    "f1.b,1,mangel,,,not_derivable,1,2,,,\n"
    "none.c,none,klager,,5,derived,5,5,,,derived\n"
)
CELLS = """document: doc
title: Et barometer
publisher: Ankestyrelsen
published: 2024-04-26
form: ledsagelse_97
cells:
  - {row: f1.a, result: one, used_to_build: true}
  - {row: f1.b, result: two}
  - {row: none.c, not_computable: "Kræver klageregistret."}
"""


def folder(at: Path, name: str = "doc", figures: str = FIGURES, cells: str = CELLS) -> Path:
    path = at / name
    path.mkdir()
    (path / "figures.csv").write_text(figures, encoding="utf-8")
    (path / "cells.yaml").write_text(cells, encoding="utf-8")
    return path


def test_document_is_read(tmp_path: Path) -> None:
    (found,) = load_published(folder(tmp_path))
    assert (found.id, found.publisher, found.published) == ("doc", "Ankestyrelsen", date(2024, 4, 26))
    first, second, third = found.cells
    assert first.row == PrintedRow("f1.a", "1", "mangel", "i alt", 180, 180, 385, 47, True)
    assert (first.result, first.used_to_build, first.place.line) == ("one", True, 7)
    assert (second.row.low, second.row.high, second.row.denominator, second.row.stated) == (1, 2, None, False)
    assert (third.row.figure, third.not_computable, third.row.stated) == ("", "Kræver klageregistret.", False)


def test_several_documents_by_name(tmp_path: Path) -> None:
    folder(tmp_path, "b", cells=CELLS.replace("document: doc", "document: b"))
    folder(tmp_path, "a", cells=CELLS.replace("document: doc", "document: a"))
    (tmp_path / "empty").mkdir()
    assert [found.id for found in load_published(tmp_path)] == ["a", "b"]


def test_no_document(tmp_path: Path) -> None:
    assert codes(lambda: load_published(tmp_path)) == ["PUBL-101"]
    assert codes(lambda: load_published(tmp_path / "nowhere")) == ["PUBL-101"]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("row: f1.a", "row: f1.x", ["PUBL-106", "PUBL-104"]),
        ("row: f1.b", "row: f1.a", ["PUBL-106", "PUBL-105"]),
        ("  - {row: f1.b, result: two}\n", "", ["PUBL-106"]),
        ("result: two", "used_to_build: true", ["PUBL-107"]),
        ("result: two", "result: two, not_computable: nej", ["PUBL-107"]),
        ("not_computable:", "used_to_build: true, not_computable:", ["PUBL-107"]),
        ("result: two", "resultat: two", ["PUBL-103"]),
        ("published: 2024-04-26", "published: i foråret", ["PUBL-103"]),
        ("cells:", "cells: [", ["YAML-102"]),
    ],
)
def test_fault_of_the_mapping(tmp_path: Path, before: str, after: str, code: list[str]) -> None:
    assert before in CELLS
    path = folder(tmp_path, cells=CELLS.replace(before, after))
    assert codes(lambda: load_published(path)) == code


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("f1.b,1", "f1.a,1", ["PUBL-105"]),
        ("180,180,385", "180,18o,385", ["PUBL-108"]),
        ("180,180,385", "181,180,385", ["PUBL-108"]),
        ("180,180,385", "180,,385", ["PUBL-108"]),
        ("385,47", "385,47.5", ["PUBL-108"]),
        ("count_min,", "", ["PUBL-102"]),
    ],
)
def test_fault_of_the_figures(tmp_path: Path, before: str, after: str, code: list[str]) -> None:
    assert before in FIGURES
    path = folder(tmp_path, figures=FIGURES.replace(before, after))
    assert codes(lambda: load_published(path)) == code


def test_figures_that_cannot_be_read(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "figures.csv").write_bytes(b"row_id\n\xff\n")
    assert codes(lambda: load_published(path)) == ["PUBL-102"]
    (path / "figures.csv").unlink()
    assert codes(lambda: load_published(path)) == ["PUBL-102"]


def test_faults_of_all_documents_at_once(tmp_path: Path) -> None:
    cells = CELLS.replace("result: two", "resultat: two")
    folder(tmp_path, "a", cells=cells, figures=FIGURES.replace("f1.b,1", "f1.a,1"))
    folder(tmp_path, "b", cells=CELLS.replace("row: f1.b", "row: f1.x"))
    with pytest.raises(Faults) as caught:
        load_published(tmp_path)
    found = [(problem.code, problem.place.file) for problem in caught.value.problems]
    assert found == [
        ("PUBL-103", "a/cells.yaml"),
        ("PUBL-105", "a/figures.csv"),
        ("PUBL-106", "b/cells.yaml"),
        ("PUBL-104", "b/cells.yaml"),
    ]


def test_expected_differences_are_read(tmp_path: Path) -> None:
    path = tmp_path / "known.csv"
    path.write_text("row_id,printed,computed,reason\na,1,2,fordi\nb,1,2,fordi\n", encoding="utf-8")
    first, _ = load_expected(path)
    assert (first.row, first.printed, first.computed, first.reason, first.place.row) == (
        "a",
        "1",
        "2",
        "fordi",
        2,
    )
    path.write_text("row_id,printed,computed,reason\na,1,2,fordi\na,1,2,fordi\n", encoding="utf-8")
    assert codes(lambda: load_expected(path)) == ["PUBL-105"]
    path.write_text("row_id,printed\na,1\n", encoding="utf-8")
    assert codes(lambda: load_expected(path)) == ["PUBL-102"]
    assert codes(lambda: load_expected(tmp_path / "nowhere.csv")) == ["PUBL-102"]


# --- the figures that are shipped ---


def test_shipped_documents_have_no_faults() -> None:
    (found,) = (doc for doc in load_published(PUBLISHED) if doc.id == BAROMETER.name)
    assert len(found.cells) == 82
    computable = [cell for cell in found.cells if cell.result]
    assert len(computable) == 80
    municipal = [cell for cell in computable if cell.result.startswith("municipalities")]
    assert len(municipal) == 3
    assert [cell.row.id for cell in computable if not cell.used_to_build] == ["f1.assessment_met"]
    assert all(cell.row.id.partition(".")[0] in ("none", f"f{cell.row.figure}") for cell in found.cells)


def test_shipped_rows_are_measured_by_the_form() -> None:
    form = yaml.safe_load(FORM.read_text(encoding="utf-8"))
    measures = {measure["id"] for measure in form["measures"]}
    (found,) = load_published(BAROMETER)
    assert {cell.result for cell in found.cells if cell.result} - measures == set()


def test_known_differences_are_all_there_are() -> None:
    """Among the rows whose count and base are printed, these are the percentages they do not give."""
    (found,) = load_published(BAROMETER)
    differing = {
        row.id
        for row in (cell.row for cell in found.cells)
        if row.percent is not None and row.denominator
        for count in range(row.low, row.high + 1)
        if percent(count, row.denominator) != row.percent
    }
    assert differing == {item.row for item in load_expected(BAROMETER / "known.csv")} == {"f2.reasons.any"}


def test_constraints_and_figures_print_the_same_numbers() -> None:
    """A constraint names the rows it fixes: one of them must print its number, and no row is unheard of."""
    (found,) = load_published(BAROMETER)
    rows = {cell.row.id: cell.row for cell in found.cells}
    with (BAROMETER / "joint_constraints.csv").open(encoding="utf-8", newline="") as file:
        constraints = [item for item in csv.DictReader(file) if item["rows"]]
    for item in constraints:
        fixed = [rows[id] for id in item["rows"].split()]
        if item["kind"] in ("count", "distinct", "group_zero"):
            numbers = {(str(row.low), str(row.high)) for row in fixed}
            assert (item["count_min"], item["count_max"]) in numbers, item["id"]

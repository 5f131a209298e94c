"""`report build --explain`: every place that a number touches is told, and no other; nothing is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import ResultSet, write_csv
from sagsbarometer.reporting.charts.figure import contents
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.edition_file import edition_json
from sagsbarometer.reporting.explain import Explained, Touched, explain, resolve
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.reporting.tables.table import caption
from sagsbarometer.runs.made_of import definitions, json_bytes
from sagsbarometer.store.folder import listing, write_whole
from tests.register_reports_in_tests import edition as register_edition
from tests.reports_in_tests import cells, edition, measure, share

TEXT = """---
title: En rapport
---

# Hovedtal

Rigtige er {figure_1.right:percent}. Af dem er {figure_1.reasons:percent}
begrundet. Andelen {figure_1.right - figure_1.reasons:pp} er
en forskel.[^rest]

::figure figure_1

## Godt halvdelen, {cases.right:percent}, er rigtige

::box Et hjørne
- Punktet har {cases.right:of}.
::end

::when figure_1.right > 50
Mere end halvdelen.
::end when

::figure figure_2
::alt Søjlen viser {figure_2.defect:percent} med mangler.

[^rest]: Resten er {cases.right:base}.
"""


def read(of: Edition, text: str = TEXT) -> list[tuple[str, Any]]:
    documents, problems = read_sources(of, [("report.md", text)])
    assert documents, problems
    return [("report.md", document) for document in documents]


def told(of: Edition, ref: str, before: bool = False, text: str = TEXT) -> Explained:
    return explain(of, read(of, text), ref, before)


def brief(found: Explained) -> list[tuple[str, int, bool]]:
    return [(place.kind, place.line, place.difference) for place in found.places]


def of_kind(found: Explained, kind: str) -> list[Touched]:
    return [place for place in found.places if place.kind == kind]


def test_sentences_are_told_with_their_line_also_through_differences() -> None:
    found = told(edition(), "right")
    assert [(place.line, place.words, place.difference) for place in of_kind(found, "sentence")] == [
        (7, "Rigtige er 53 procent.", False),
        (8, "Andelen −27 procentpoint er en forskel.", True),
        (16, "Punktet har 205 ud af 385.", False),
    ]
    assert [(place.line, place.words) for place in of_kind(found, "heading")] == [
        (13, "Godt halvdelen, 53 procent, er rigtige")
    ]
    assert [(place.line, place.words) for place in of_kind(found, "footnote")] == [(26, "Resten er 385.")]
    assert [(place.line, place.words) for place in of_kind(found, "condition")] == [
        (19, "::when figure_1.right > 50")
    ]
    other = told(edition(), "reasons")
    assert [place.line for place in of_kind(other, "sentence")] == [7, 8]


def test_figures_tables_alt_texts_and_notes_are_told() -> None:
    found = told(edition(), "reasons")
    assert [place.name for place in of_kind(found, "figure")] == ["Figur 1: Lever sagerne op til kravene?"]
    assert [place.name for place in of_kind(found, "table")] == [
        "Tallene bag figur 1: Lever sagerne op til kravene?"
    ]
    (alt,) = of_kind(found, "alt")
    assert "Begrundelse" in alt.words
    (note,) = of_kind(found, "note")  # its base is told there
    assert "Begrundelse: 92" in note.words


def test_the_words_an_author_wrote_for_a_picture_are_told() -> None:
    found = told(edition(), "defect")
    assert [(place.line, place.words) for place in of_kind(found, "alt")] == [
        (24, "Søjlen viser 43 procent med mangler.")
    ]
    part = told(edition(), "defect_material")  # not in the words, but in the picture they stand for
    assert [place.line for place in of_kind(part, "alt")] == [0]


def test_a_number_that_stands_nowhere_touches_nothing() -> None:
    of = edition(
        measures={**edition().measures, "alone": measure("alone", "Alene", "sager")},
        results=ResultSet((*cells(), share("alone", 1, 2, 0))),
    )
    assert told(of, "alone").places == ()


def test_every_way_to_bind_a_number_is_found() -> None:
    """What is not told is not read again when the number changes."""
    of = edition()
    for line in (
        "Ord {cases.right:of} ord.",
        "**Fed {cases.right:of}.**",
        "*Kursiv {cases.right:of}.*",
        "[Et sted {cases.right:of}](https://eksempel.dk).",
        "- Et punkt\n  - og et under {cases.right:of}",
        "1. Et tal {cases.right:of}",
        "## En overskrift {cases.right:of}",
        "::annex Et bilag {cases.right:of}",
        "::box En boks {cases.right:of}\nOrd.\n::end",
        "::box En boks\n- {cases.right:of}\n::end",
        "Ord.[^a]\n\n[^a]: {cases.right:of}",
        "{cases.reasons - cases.right:pp}",
        "::when has cases.right\nOrd.\n::end when",
    ):
        text = f"---\ntitle: T\n---\n\n# Først\n\n{line}\n"
        found = [place for place in told(of, "right", text=text).places if place.line]
        assert found, line


def test_a_statistical_table_and_its_notes_are_told() -> None:
    of = register_edition()
    grid = of.grids[0]
    ref = next(ref for row in grid.rows for place in row.places if place for ref in place.refs)
    text = f"---\ntitle: T\n---\n\n::table {grid.id}\n"
    documents, _ = read_sources(of, [("report.md", text)])
    found = explain(of, [("report.md", documents[0])], ref)
    assert (grid.number in found.places[0].name, found.places[0].file) == (True, "report.md")


def test_the_round_before_is_another_number() -> None:
    before = edition(data_date="2019-12-20")
    body = (
        "Nu {cases.right:of}.\nFør {before.cases.right:of}. Mere: {cases.right - before.cases.right:count}."
    )
    text = f"---\ntitle: T\n---\n\n{body}\n"
    of = edition(before=before)
    assert brief(told(of, "right", text=text))[:2] == [("sentence", 5, False), ("sentence", 6, True)]
    earlier = told(of, "right", True, text)
    assert brief(earlier)[:2] == [("sentence", 6, False), ("sentence", 6, True)]
    assert [place.name for place in of_kind(earlier, "table")] == [
        "Tallene bag figur 1: Lever sagerne op til kravene?"
    ]
    assert resolve(of, "before.cases.right") == ("right", True)
    assert resolve(of, "figure_1.right") == ("right", False)


def test_an_unknown_number_is_refused_with_near_names() -> None:
    for asked, near in (
        ("figure_1.rigth", "figure_1.right"),
        ("resons", "reasons"),
        ("partshøring", "hearing"),
        ("a|b|c|d|e", ""),
    ):
        with pytest.raises(Faults) as caught:
            resolve(edition(), asked)
        (problem,) = caught.value.problems
        assert problem.code == "RAPPORT-150"
        assert near in problem.remedy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A results folder as a run leaves it, with the text above."""
    of = edition()
    files = {
        "cells.csv": write_csv(of.results.cells).encode(),
        "definitions.json": definitions(of.measures),
        "edition.json": edition_json(of),
        "texts/report.md": TEXT.encode(),
    }
    manifest = {"schema_version": 1, "kind": "results", "texts": ["report.md"], "files": listing(files)}
    write_whole(tmp_path / "ud", {**files, "manifest.json": json_bytes(manifest)})
    return tmp_path / "ud"


def test_the_command_tells_several_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    before = sorted(tmp_path.rglob("*"))
    line = ["report", "build", str(folder), "--out", str(tmp_path / "a"), "--explain", "figure_1.right"]
    done = runner.invoke(app, [*line, "--explain", "defect_immaterial"])
    assert done.exit_code == 0, done.stderr
    assert "  report.md:7  sætning  Rigtige er 53 procent." in done.stdout
    assert "  report.md:8  sætning (forskel)  Andelen −27 procentpoint er en forskel." in done.stdout
    assert "defect_immaterial: 3 steder" in done.stdout
    as_json = json.loads(runner.invoke(app, [*line, "--json"]).stdout)
    (cell,) = as_json["cells"]
    assert (cell["cell"], cell["places"][0]["file"], cell["places"][0]["line"]) == ("right", "report.md", 7)
    refused = runner.invoke(app, [*line, "--explain", "rihgt", "--json"])
    assert refused.exit_code == 2
    assert [problem["code"] for problem in json.loads(refused.stdout)["problems"]] == ["RAPPORT-150"]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_cell_changed_changes_every_figure_it_is_told_of() -> None:
    """The other way round: what is not told of a cell is the same whatever its numbers are."""
    of = edition()
    other = replace(share("reasons", 10, 10, 30), data_date="2022-12-20")
    held = tuple(other if cell.result == "reasons" else cell for cell in cells())
    changed = edition(results=ResultSet(held))
    told_names = {place.name for place in told(of, "reasons").places if place.kind == "figure"}
    for figure in of.figures:
        same = contents(of, figure) == contents(changed, figure)
        assert same is (caption(of, figure) not in told_names), figure.id

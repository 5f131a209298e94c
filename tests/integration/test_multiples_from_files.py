"""Small multiples from a layout and from a form: read, counted, drawn, and refused where they cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.define import define_figures
from sagsbarometer.reporting.charts.charts import specification
from sagsbarometer.reporting.charts.figure import contents
from sagsbarometer.reporting.edition_file import read_edition
from sagsbarometer.runs.appeals_tables import Job, make_tables
from sagsbarometer.store.results import load_results
from tests.forms_in_tests import RESULT, faults, form
from tests.integration.test_appeals_revisions import deliver
from tests.registers_in_tests import layout_of

LAYOUT = """layout: small
title: {da: Kritik}
source: Prøve
figures:
  - id: criticism
    number: "1"
    kind: multiples
    title: {da: Kritik efter lov, en: Criticism by law}
    alt: {da: "I serviceloven er begrundelse nævnt i {criticism.serviceloven.keyword_cases:count} sag."}
    periods: ["2023/2024"]
    parts:
      - {measure: keyword_cases, where: {keyword: reasons}, label: {da: Begrundelse, en: Reasons}}
      - {measure: keyword_cases, where: {keyword: time_limits}, label: {da: Tidsfrister, en: Time limits}}
    rows: [{each: law_area, values: [serviceloven, barnets_lov]}]
"""
ROWS = [
    "1;2023-07-01;synthetic;2023-06-01;upheld;serviceloven;;",
    "2;2023-07-01;synthetic;2023-06-01;remitted;serviceloven;;reasons",
    "3;2024-07-01;synthetic;2024-06-03;remitted;barnets_lov;;reasons|time_limits",
    "4;2024-07-01;synthetic;2024-06-03;remitted;barnets_lov;;time_limits",
]


def test_a_layout_draws_a_picture_for_each_row(tmp_path: Path) -> None:
    layout_of(tmp_path / "small", LAYOUT)
    register = deliver(tmp_path, ROWS, "file.csv")
    out = tmp_path / "out"
    make_tables(Job(register, str(tmp_path / "small"), "2025-01-31", out))
    edition = read_edition((out / "edition.json").read_bytes(), load_results(out).results)
    (figure,) = edition.figures
    assert figure.kind == "multiples"
    spec = specification(edition, figure)
    words = [
        row["text"]
        for layer in spec["layer"]
        if layer["mark"]["type"] == "text"
        for row in layer["data"]["values"]
    ]
    assert [word for word in words if word in ("Serviceloven", "Barnets lov")] == [
        "Serviceloven",
        "Barnets lov",
    ]
    assert words.count("Begrundelse") == words.count("Tidsfrister") == 2
    counts = [cell.numerator for cell in edition.results if cell.result == "keyword_cases"]
    assert counts == [1, 0, 1, 2]  # by hand, from the rows
    assert contents(edition, figure).alt == "I serviceloven er begrundelse nævnt i 1 sag."


@pytest.mark.parametrize("wrong", ["    parts:", "alt"])
def test_what_cannot_be_drawn_is_refused(tmp_path: Path, wrong: str) -> None:
    text = LAYOUT
    if wrong == "alt":
        text = LAYOUT.replace("{criticism.serviceloven.keyword_cases:count} sag", "12 sager")
    else:
        start = LAYOUT.index(wrong)
        text = LAYOUT[:start] + LAYOUT[LAYOUT.index("    rows:") :].replace(
            "[{each", "[{measure: keyword_cases, each"
        )
    register = deliver(tmp_path, ROWS, "file.csv")

    def tables() -> None:
        layout_of(tmp_path / "small", text)
        make_tables(Job(register, str(tmp_path / "small"), "2025-01-31", tmp_path / "out"))

    with pytest.raises(Faults) as told:
        tables()
    codes = {problem.code for problem in told.value.problems}
    assert codes >= ({"RAPPORT-106"} if wrong == "alt" else {"LAYOUT-101"})


FIGURE = """
measures:
  - {id: granted, kind: share, label: {da: Bevilget, en: Granted}, counts: "result == 'grant'"}
figures:
  - id: small
    kind: multiples
    title: {da: Udfald, en: Result}
    alt: {da: Ét billede., en: One picture.}
    parts: [{id: granted_part, label: {da: Ja, en: Yes}}]
    rows: [{id: all, label: {da: Alle, en: All}, cells: {granted_part: granted}}]
"""


def test_a_form_has_them_too(tmp_path: Path) -> None:
    (figure,) = define_figures(form(tmp_path, f"questions:{RESULT}", FIGURE))
    assert figure.kind == "multiples"
    assert figure.alt == {"da": "Ét billede.", "en": "One picture."}
    assert figure.rows[0].cells == {"granted_part": "granted"}
    without = FIGURE.replace("    parts: [{id: granted_part, label: {da: Ja, en: Yes}}]\n", "").replace(
        "cells: {granted_part: granted}", "measure: granted"
    )
    assert [item.code for item in faults(tmp_path, f"questions:{RESULT}", without)] == ["FORM-108"]


def test_words_of_a_figure_stand_in_every_language_of_its_form(tmp_path: Path) -> None:
    half = FIGURE.replace("alt: {da: Ét billede., en: One picture.}", "alt: {da: Ét billede.}")
    assert [item.code for item in faults(tmp_path, f"questions:{RESULT}", half)] == ["FORM-110"]

"""A register is read where it lies, whatever its folder is called; a file counts as it was last read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagsbarometer.runs.appeals_import import Job, import_registrations
from sagsbarometer.runs.appeals_tables import Job as Tables
from sagsbarometer.runs.appeals_tables import make_tables

MAPPING = """
mapping: paths
columns:
  case_id: sag
  registered_at: {{constant: 2024-12-31}}
  origin: {{constant: synthetic}}
  received_on: modtaget
  decided_on: afgjort
  outcome: {{from: udfald, codes: {{S: {code}}}}}
"""
LAYOUT = """
layout: paths
title: {da: Sager}
source: Opdigtet
tables:
  - id: everything
    title: {da: Sager}
    stub: {da: Mål}
    periods: ["2024"]
    columns: [{each: period}]
    rows: [{measure: decided}, {measure: reversal_rate}]
"""


def imported(folder: Path, register: Path, cases: int, code: str = "upheld") -> bool:
    """Whether anything was added by importing so many cases that ended `S`, which means `code`."""
    rows = "".join(f"{number};2024-01-02;2024-03-04;S\n" for number in range(cases))
    (folder / f"{cases}.csv").write_text(f"sag;modtaget;afgjort;udfald\n{rows}", encoding="utf-8")
    (folder / f"{code}.yaml").write_text(MAPPING.format(code=code), encoding="utf-8")
    return import_registrations(Job(folder / f"{cases}.csv", folder / f"{code}.yaml", register)).added


def shown(folder: Path, register: Path) -> tuple[int, int]:
    """Cases decided in 2024 and how many of them were reversed."""
    (folder / "layout").mkdir(exist_ok=True)
    (folder / "layout" / "layout.yaml").write_text(LAYOUT, encoding="utf-8")
    job = Tables(register, str(folder / "layout"), "2025-01-01", folder / "out", force=True)
    found = make_tables(job).results
    return found.cell("decided", period="2024").numerator, found.cell(
        "reversal_rate", period="2024"
    ).numerator


@pytest.mark.parametrize("name", ["g*", "g[ab]", "g?", "outcome=remitted", "outcome=annulled,x"])
def test_a_folder_is_no_pattern_and_no_column(tmp_path: Path, name: str) -> None:
    imported(tmp_path, tmp_path / "ga" / "r", 7)
    (tmp_path / name).mkdir()
    imported(tmp_path, tmp_path / name / "r", 3)
    assert shown(tmp_path, tmp_path / name / "r") == (3, 0)


def test_a_mapping_that_is_put_right_again_counts(tmp_path: Path) -> None:
    register = tmp_path / "register"
    assert imported(tmp_path, register, 5)
    assert not imported(tmp_path, register, 5)
    assert imported(tmp_path, register, 5, "remitted")  # a mistake
    assert shown(tmp_path, register) == (5, 5)
    assert imported(tmp_path, register, 5)  # put right: it must not be taken for the first
    assert shown(tmp_path, register) == (5, 0)

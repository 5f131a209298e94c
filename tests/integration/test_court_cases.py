"""A case in court is counted once, by its highest judgment; a later one can move a figure of a year that has gone."""

from __future__ import annotations

from pathlib import Path

from sagsbarometer.runs.appeals_import import Job, import_registrations
from sagsbarometer.runs.appeals_tables import Job as Tables
from sagsbarometer.runs.appeals_tables import make_tables

MAPPING = """
mapping: domme
columns:
  case_id: sag
  registered_at: registreret
  origin: {constant: synthetic}
  received_on: modtaget
  decided_on: afgjort
  outcome: udfald
  court_judged_on: {first_of: [hoejesteret, landsret, byret]}
  court_result: {first_of: [hoejesteret_dom, landsret_dom, byret_dom]}
"""
LAYOUT = """
layout: domme
title: {da: Domme}
source: Opdigtet
tables:
  - id: courts
    title: {da: Domme}
    stub: {da: Mål}
    periods: ["2023", "2024"]
    columns: [{each: period}]
    rows: [{measure: court_cases}, {measure: court_won}, {measure: court_lost}, {measure: court_win_rate}]
"""
HEADER = "sag;registreret;modtaget;afgjort;udfald;byret;byret_dom;landsret;landsret_dom;hoejesteret;hoejesteret_dom\n"
FIRST = (
    HEADER
    + "1;2024-02-01;2022-01-10;2022-05-01;upheld;2023-01-15;lost;2023-06-01;won;;\n"
    + "2;2024-02-01;2022-01-11;2022-05-01;upheld;2023-02-15;won;;;;\n"
)
LATER = HEADER + "1;2024-12-01;2022-01-10;2022-05-01;upheld;2023-01-15;lost;2023-06-01;won;2024-10-01;lost\n"


def test_a_case_counts_once_at_the_highest_court_and_may_move_later(tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "layout").mkdir()
    (tmp_path / "layout" / "layout.yaml").write_text(LAYOUT, encoding="utf-8")
    for name, text in (("first.csv", FIRST), ("later.csv", LATER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        import_registrations(Job(tmp_path / name, tmp_path / "mapping.yaml", tmp_path / "register"))
    # As registered in March 2024: both judgments are of 2023, and of each case only the highest counts.
    assert courts(tmp_path, "2024-03-01") == {"2023": (2, 2, 0, 100), "2024": (0, 0, 0, None)}
    # The judgment of the highest court of all takes its case out of 2023, which was 2 of 2.
    assert courts(tmp_path, "2025-01-01") == {"2023": (1, 1, 0, 100), "2024": (1, 0, 1, 0)}
    assert courts(tmp_path, "2024-03-01") == {"2023": (2, 2, 0, 100), "2024": (0, 0, 0, None)}


def courts(folder: Path, day: str) -> dict[str, tuple[int, int, int, int | None]]:
    """By year: cases, won, lost and percent won, as registered on a day."""
    done = make_tables(Tables(folder / "register", str(folder / "layout"), day, folder / "out", force=True))
    found = {}
    for year in ("2023", "2024"):
        cells = [
            done.results.cell(id, period=year)
            for id in ("court_cases", "court_won", "court_lost", "court_win_rate")
        ]
        cases, won, lost = (cell.numerator for cell in cells[:3])
        rate = cells[3].value
        found[year] = (cases, won, lost, None if rate is None else int(rate))
    return found

"""What `appeals import` shows of a refused file: the report, and then no fault a hundred times."""

from __future__ import annotations

import re
import time
from pathlib import Path

from typer.testing import CliRunner

from sagsbarometer.cli.appeals import app
from sagsbarometer.deliveries.returned import returned_file
from sagsbarometer.kernel.problems import Place, Problem

HEADER = ["case_id", "registered_at", "origin", "received_on", "decided_on", "outcome"]
ROWS = [
    [f"c{n}", "2024-12-31", "synthetic", "2024-03-05", "2024-03-01" if n % 2 else "2025-03-01", "upheld"]
    for n in range(40)
]


def run(folder: Path, *more: str) -> str:
    (folder / "a.csv").write_text("\n".join(",".join(row) for row in [HEADER, *ROWS]), encoding="utf-8")
    (folder / "m.yaml").write_text("mapping: m\nrest: same\n", encoding="utf-8")
    words = ["import", str(folder / "a.csv"), "--mapping", str(folder / "m.yaml")]
    result = CliRunner().invoke(app, [*words, "--register", str(folder / "register"), *more])
    assert result.exit_code == 3, result.output
    return " ".join(result.output.split())


def test_three_faults_of_a_rule_are_shown_and_where_all_are(tmp_path: Path) -> None:
    shown = run(tmp_path)
    assert len(re.findall(r"Fejl REGISTER-105", shown)) == 3
    assert len(re.findall(r"Fejl REGISTER-109", shown)) == 3
    assert "Her er højst 3 fejl af hver regel; alle 40 står i" in shown
    assert "fejlliste.csv" in shown
    assert "--registered-at" in shown  # the remedy of a date after the registration
    assert "Skriver filen med fejlene mærket" in shown


def test_a_dry_run_says_where_all_would_be(tmp_path: Path) -> None:
    shown = run(tmp_path, "--dry-run")
    assert "alle 40 kommer i en fil, når du importerer uden --dry-run" in shown
    assert "Skriver filen" not in shown


def test_a_workbook_is_marked_in_time_that_grows_with_its_rows(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in [HEADER, *(ROWS * 50)]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    faults = [
        Problem("REGISTER-105", Place("a.xlsx", row=row, column="decided_on"), "F.", "R.")
        for row in range(2, 142)
    ]
    started = time.process_time()
    marked = returned_file(tmp_path / "a.xlsx", faults, tmp_path / "b.xlsx")
    assert time.process_time() - started < 15  # row by row it took more than a minute
    sheet = openpyxl.load_workbook(marked).active
    assert "REGISTER-105" in str(sheet.cell(141, 1).value)
    assert sheet.cell(142, 1).value is None

"""The day an extract was taken, as far as its dates tell, and days that stand for none."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from sagsbarometer.runs.appeals_import import Job as ImportJob
from sagsbarometer.runs.appeals_import import import_registrations
from sagsbarometer.runs.appeals_inspect import Inspected, Job, inspect

HEADER = "Case No;Received;Closed;Outcome"


def rows(count: int = 60) -> list[list[str]]:
    first = date(2023, 1, 1)
    days = [first + timedelta(7 * number) for number in range(count)]
    return [
        [f"C{n:03}", d.isoformat(), (d + timedelta(30)).isoformat(), "Affirmed"] for n, d in enumerate(days)
    ]


def seen(folder: Path, cells: list[list[str]]) -> tuple[Inspected, Path]:
    path = folder / "udtraek.csv"
    path.write_text("\n".join([HEADER, *(";".join(row) for row in cells)]) + "\n", encoding="utf-8")
    return inspect(Job((str(path),))), path


def unedited(folder: Path, done: Inspected, path: Path) -> int:
    """How many rows an import takes with the mapping as it was drafted."""
    mapping = folder / "mapping.yaml"
    mapping.write_text(done.mapping, encoding="utf-8")
    return import_registrations(ImportJob(path, mapping, folder / "register", dry_run=True)).rows


def drafted(done: Inspected) -> str:
    lines = done.mapping.splitlines()
    return next(line for line in lines if "registered_at:" in line).strip()


def comments(done: Inspected) -> str:
    return " ".join(done.mapping.replace("#", " ").split())


def test_a_date_far_after_all_others_is_not_the_day_of_the_extract(tmp_path: Path) -> None:
    cells = rows()
    last = cells[-1][2]
    cells[5][1] = "2026-03-02"
    done, path = seen(tmp_path, cells)
    assert drafted(done) == f"registered_at: {{constant: {last}}}"
    assert "»Received« går til 2026-03-02" in comments(done)
    assert "future_date: soft" in done.mapping
    assert unedited(tmp_path, done, path) == len(cells)


def test_a_receipt_after_every_decision_is_said(tmp_path: Path) -> None:
    cells = [*rows(), ["C900", "2024-03-30", "", ""]]
    done, _ = seen(tmp_path, cells)
    assert drafted(done) == "registered_at: {constant: 2024-03-30}"
    assert "efter hver afgørelse; den sidste afgørelse er fra 2024-03-19" in comments(done)
    assert "future_date" not in done.mapping


def test_plain_dates_need_no_word(tmp_path: Path) -> None:
    done, _ = seen(tmp_path, rows())
    assert "efter hver afgørelse" not in comments(done)
    assert "går til" not in comments(done)


@pytest.mark.parametrize("never", ["9999-12-31", "1900-01-01"])
def test_days_that_never_come_are_unknown(tmp_path: Path, never: str) -> None:
    cells = [*rows(), *([f"D{n}", "2023-06-01", never, ""] for n in range(5))]
    done, path = seen(tmp_path, cells)
    assert f'unknown: ["{never}"]' in done.mapping
    assert unedited(tmp_path, done, path) == len(cells)

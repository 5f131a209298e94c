"""Extracts that are reports: a title above the column names, and a sum below the rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from sagsbarometer.appeals.inspecting.header_row import header_row, sum_word
from sagsbarometer.appeals.intake.mapping import read_mapping
from sagsbarometer.deliveries.stream import open_source
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.appeals_inspect import Job, inspect

HEADER = ["Case No", "Received", "Closed", "Outcome"]
ROWS = [[f"C{n}", f"2024-01-{n + 1:02}", f"2024-03-{n + 1:02}", "Upheld"] for n in range(20)]


def saved(folder: Path, rows: Sequence[Sequence[str]], suffix: str) -> Path:
    path = folder / f"udtræk{suffix}"
    if suffix == ".csv":
        path.write_text("".join(";".join(row) + "\r\n" for row in rows), encoding="utf-8")
        return path
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_title_above_the_names_is_seen_and_said(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path, [["Klager 2024"], [""], HEADER, *ROWS, ["Total", "20", "", ""]], suffix)
    done = inspect(Job((str(path),)))
    assert done.inspection.header == tuple(HEADER)
    assert [(one.kind, one.rows) for one in done.findings if one.kind in ("title_rows", "sum_row")] == [
        ("title_rows", 2),
        ("sum_row", 1),
    ]
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(done.mapping, encoding="utf-8")
    reading = read_mapping(mapping).reading()
    assert reading.header == 3
    assert open_source([path], reading).header == tuple(HEADER)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_fault_of_a_title_tells_of_the_header(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path, [["Klager", "2024"], HEADER, *ROWS], suffix)
    with pytest.raises(Faults) as faults:
        list(open_source([path]).batches())
    assert "header: N" in faults.value.problems[0].remedy
    assert "header" not in faults.value.problems[1].remedy


@pytest.mark.parametrize(
    ("rows", "number"),
    [
        ([HEADER, *ROWS], 0),
        ([["", *HEADER[1:]], *ROWS], 0),  # a name is missing: nothing to guess from
        ([["Udtræk", "2024"], HEADER, *ROWS], 2),
        ([["Udtræk"], ["C1", "2024-01-01"], ["C2", "2024-01-02"]], 0),
        ([["Note"], ["a", "b"], ["c", "d"]], 0),  # no row is more a header than the others
        ([["Udtræk"]], 0),
        ([], 0),
    ],
)
def test_the_row_of_the_names(rows: list[list[str]], number: int) -> None:
    assert header_row(list(enumerate(rows, start=1))) == number


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (("I alt", "20"), "I alt"),
        (("", "Summe:"), "Summe:"),
        (("20", "total"), "total"),
        (("C7", "Total"), ""),  # a case whose category is called so
        (("C7", "x"), ""),
    ],
)
def test_a_sum_is_told_from_a_case(row: tuple[str, ...], word: str) -> None:
    assert sum_word(row, 0, 21) == word

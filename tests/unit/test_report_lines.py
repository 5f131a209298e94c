"""Texts that follow what a register has, and curves over many periods."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.measure import Figure, FigureRow, Part
from sagsbarometer.reporting.charts.chart_lines import lines_scene, lines_words
from sagsbarometer.reporting.faults import Report
from sagsbarometer.reporting.texts.parts import drop_unshown
from sagsbarometer.reporting.texts.placing import is_shown
from tests.register_reports_in_tests import BY_AREA, edition
from tests.registers_in_tests import ROOT


def kept(text: str, *shown: str) -> tuple[list[str], list[str]]:
    """The lines that are left, and the codes of what was wrong."""
    lines, report = text.splitlines(), Report("report.md")
    drop_unshown(report, lines, 1, lambda line, ids: any(id in shown for id in ids.split()))
    return lines, [problem.code for problem in report.problems]


def test_what_is_about_a_table_that_is_not_there_is_left_out() -> None:
    text = "a\n::when one two\nb\n::when three\nc\n::end when\n::end when\nd"
    assert kept(text, "two") == (["a", "", "b", "", "", "", "", "d"], [])
    assert kept(text, "two", "three") == (["a", "", "b", "", "c", "", "", "d"], [])
    assert kept(text, "three") == (["a", "", "", "", "", "", "", "d"], [])


def test_an_end_of_a_box_is_none_of_a_when() -> None:
    assert kept("::when one\n::box X\nb\n::end\n::end when", "one")[0] == ["", "::box X", "b", "::end", ""]


def test_what_asks_for_some_case_is_left_out_where_there_is_none() -> None:
    some = edition(grids=(BY_AREA,))
    row, column = BY_AREA.rows[0].id, BY_AREA.columns[0].id
    assert is_shown(some, f"{BY_AREA.id}.{row}.{column}>0")
    assert not is_shown(some, f"{BY_AREA.id}.nowhere.{column}>0")
    assert not is_shown(some, f"{BY_AREA.id}.{row}.nowhere>0")
    assert not is_shown(some, f"nothing.{row}.{column}>0")
    cells = [replace(cell, numerator=0, value=Decimal(0)) for cell in some.results]
    none = edition(grids=(BY_AREA,), results=ResultSet(tuple(cells)))
    assert not is_shown(none, f"{BY_AREA.id}.{row}.{column}>0")


def test_when_is_closed_once() -> None:
    assert kept("::when one\na", "one")[1] == ["RAPPORT-110"]
    assert kept("a\n::end when")[1] == ["RAPPORT-110"]
    assert kept("::when\na\n::end when")[1] == ["RAPPORT-109"]


def test_the_overview_only_asks_for_what_the_layout_has() -> None:
    folder: Path = ROOT / "layouts" / "overview"
    layout = (folder / "layout.yaml").read_text(encoding="utf-8")
    asked = {
        id.split(".")[0].rstrip("*").rstrip("_")
        for line in (folder / "report.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(("::when", "::table", "::figure"))
        for id in line.split()[1:]
    }
    assert asked
    assert all(f"- id: {id}\n" in layout for id in asked)


class _Edition:
    """The part of an edition that a drawing asks for."""

    language = "da"

    def __init__(self, cells: dict[str, Any]) -> None:
        self.cells = cells

    def cell(self, ref: str) -> Any:
        return self.cells[ref]

    def words(self, text: Any) -> str:
        return str(text.get("da", ""))

    def condition(self, _: str) -> None:
        return None

    def measure(self, _: str) -> None:
        return None


def test_a_curve_has_a_point_for_each_period_that_has_a_number() -> None:
    from decimal import Decimal
    from types import SimpleNamespace

    def cell(number: int) -> Any:
        return SimpleNamespace(
            unit="cases", numerator=number, denominator=number, unknown=0, value=Decimal(number), hidden=""
        )

    months = [f"{name} 2024" for name in ("januar", "februar", "marts", "april")]
    numbers = (5, 12, 0, 9)
    rows = tuple(
        FigureRow(f"m{place}", {"da": month}, {"in": f"c{place}"} if place != 2 else {})
        for place, month in enumerate(months)
    )
    figure = Figure("f", "", "lines", {"da": "T"}, {}, rows, (Part("in", {"da": "Modtaget"}),), (), False, {})
    edition: Any = _Edition({f"c{place}": cell(number) for place, number in enumerate(numbers)})
    scene = lines_scene(edition, figure, narrow=False)
    assert len(scene.dots) == 1
    assert len(scene.over) == 2  # three points
    assert "9" in [word.text for word in scene.words]
    assert lines_words(edition, figure, rows[1]) == "februar 2024: modtaget 12"

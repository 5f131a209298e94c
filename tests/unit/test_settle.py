"""A layout made one for a register: its periods, its own columns, and without what it has nothing of."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.columns import CLOCKS, TAKEN, columns_of, free
from sagsbarometer.appeals.groupings import groupings
from sagsbarometer.appeals.layouts.layout import load_layout
from sagsbarometer.appeals.layouts.layout_schema import PeriodFile
from sagsbarometer.appeals.layouts.needs import covers, demands, views
from sagsbarometer.appeals.layouts.settle import Found, _periods, settled
from sagsbarometer.appeals.layouts.spots import period_label, period_text
from sagsbarometer.kernel.periods import Grain, every, parse_period, rolling
from sagsbarometer.kernel.problems import Faults
from tests.registers_in_tests import CATALOGUE, MEASURES, ROOT, case, layout_of, results

OWN = columns_of(
    {
        "category": {"type": "code", "label": {"da": "Emne"}},
        "urgent": {"type": "bool", "label": {"da": "Hast"}},
        "score": {"type": "int", "label": {"da": "Point"}},
    }
)
HEAD = 'layout: small\ntitle: {da: Prøve}\nsource: "Prøve"\n'
TABLE = HEAD + "tables:\n  - id: one\n    title: {da: T}\n    stub: {da: S}\n"


def found(
    first: date | None = date(2020, 3, 1), last: date | None = date(2024, 8, 20), **filled: int
) -> Found:
    return Found(filled, {"category": 3, "urgent": 2}, first, last)


# --- periods ---


@pytest.mark.parametrize(
    ("said", "day", "expected"),
    [
        ({"latest": 2}, date(2025, 4, 11), ["2023", "2024"]),
        ({"latest": 2}, date(2024, 12, 31), ["2023", "2024"]),  # the day a year ends it is whole
        ({"latest": 2}, date(2024, 12, 30), ["2022", "2023"]),
        ({"latest": 9}, date(2024, 12, 31), ["2020", "2021", "2022", "2023", "2024"]),  # there is no more
        ({"latest": 2}, date(2030, 1, 1), ["2023", "2024"]),  # an old register
        ({"every": "month", "latest": 1, "rolling": 12}, date(2025, 4, 11), ["2023-09/2024-08"]),
        ({"every": "quarter", "latest": 2}, date(2025, 4, 11), ["2024-Q2", "2024-Q3"]),
        (
            {"every": "quarter", "first": "2023-Q4", "last": "2024-Q1"},
            date(2025, 4, 11),
            ["2023-Q4", "2024-Q1"],
        ),
        ({"first": "2023"}, date(2025, 4, 11), ["2023", "2024"]),
        ({"first": "2024", "last": "2025"}, date(2025, 4, 11), ["2024", "2025"]),
        ({"first": "register", "last": "2021"}, date(2025, 4, 11), ["2020", "2021"]),
        ({"first": "2022", "last": "as_of", "together": True}, date(2025, 4, 11), ["2022/2024"]),
    ],
)
def test_periods_are_found(said: dict[str, Any], day: date, expected: list[str]) -> None:
    assert list(_periods(PeriodFile(**said), day, found())) == expected


def test_of_a_register_without_dates_there_are_the_latest_before_the_day() -> None:
    assert list(
        _periods(PeriodFile.model_validate({"latest": 2}), date(2025, 4, 11), Found({}, {}, None, None))
    ) == [
        "2023",
        "2024",
    ]


@given(
    first=st.dates(date(1990, 1, 1), date(2040, 1, 1)),
    days=st.integers(0, 3000),
    grain=st.sampled_from([Grain.YEAR, Grain.QUARTER, Grain.MONTH]),
)
def test_periods_follow_each_other_without_a_gap(first: date, days: int, grain: Grain) -> None:
    last = date.fromordinal(first.toordinal() + days)
    periods = list(every(grain, first, last))
    assert periods[0].holds(first)
    assert periods[-1].holds(last)
    for one, other in pairwise(periods):
        assert one.last.toordinal() + 1 == other.first.toordinal()
    for period in periods:
        assert parse_period(period.id) == period
        assert rolling(period, 1).last == period.last


def test_quarters_and_rolling_months_in_danish() -> None:
    assert parse_period("2024-Q1").danish == "1. kvartal 2024"
    assert parse_period("2023-Q3/2024-Q2").danish == "3. kvartal 2023-2. kvartal 2024"
    assert rolling(parse_period("2024-02"), 12).danish == "marts 2023-februar 2024"
    for text in ("2024-Q0", "2024-Q5", "2024-q1", "2024-Q1/2024-03"):
        with pytest.raises(ValueError):
            parse_period(text)


@pytest.mark.parametrize(
    "said",
    [
        "{every: year}",
        "{every: year, latest: 2, first: '2020'}",
        "{every: month, first: '2020'}",
        "{every: year, first: '2020', last: '2019'}",
        "{every: year, latest: 2, rolling: 12}",
        "{latest: 2, label: {da: X}}",
        "{period: '2024', label: {da: X}, latest: 2}",
        "{every: month, latest: 2, rolling: 12, together: true}",
        "{every: month, latest: 2, rolling: 12, under_way: true}",
        "{label: {da: X}}",
    ],
)
def test_periods_that_cannot_be_found_are_refused(tmp_path: Path, said: str) -> None:
    text = (
        TABLE + f"    periods: [{said}]\n    columns: [{{measure: decided}}]\n    rows: [{{each: period}}]\n"
    )
    with pytest.raises(Faults) as raised:
        layout_of(tmp_path, text)
    assert {problem.code for problem in raised.value.problems} == {"LAYOUT-105"}


# --- the register's own columns ---

BY_OWN = (
    HEAD
    + """tables:
  - id: own
    each: own
    title: {da: "Sager efter {own}"}
    stub: {da: "{own}"}
    periods: ["2024"]
    columns: [{measure: decided}]
    rows: [{each: own}, {total: {da: Alle}}]
  - id: all
    title: {da: "Alle"}
    stub: {da: "Gruppe"}
    periods: ["2024"]
    columns: [{measure: decided}]
    rows: [{each: own}]
"""
)


def test_a_table_for_each_column_of_the_registers_own(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, BY_OWN, columns=OWN)
    assert [(table.id, table.title["da"], table.stub["da"]) for table in layout.tables] == [
        ("own_category", "Sager efter emne", "Emne"),
        ("own_urgent", "Sager efter hast", "Hast"),
        ("all", "Alle", "Gruppe"),
    ]
    assert layout.made_for == {"own_category": "category", "own_urgent": "urgent"}
    decided = {"decided_on": date(2024, 5, 1)}
    rows = [
        {**case(**decided), "category": "a", "urgent": True},
        {**case(**decided), "category": "b", "urgent": None},
    ]
    cells = results(layout, rows)
    assert cells.at("decided|category=a||2024").numerator == 1
    assert (
        cells.at("decided|urgent=true||2024").numerator,
        cells.at("decided|urgent=true||2024").unknown,
    ) == (1, 1)
    assert cells.at("decided|urgent=false||2024").unknown == 1


def test_a_register_without_columns_of_its_own_has_no_such_table(tmp_path: Path) -> None:
    assert layout_of(tmp_path, BY_OWN).tables == ()


def test_a_condition_may_ask_for_a_column_of_the_registers_own(tmp_path: Path) -> None:
    text = HEAD + (
        "measures:\n  - {id: mine, kind: count, label: {da: M}, base_label: {da: B}, "
        "counts: \"category == 'a' and score > 3\"}\n"
        "  - {id: points, kind: mean, label: {da: M}, base_label: {da: B}, value: score}\n"
        'tables:\n  - {id: one, title: {da: T}, stub: {da: S}, periods: ["2024"],'
        " rows: [{measure: mine}, {measure: points}],"
        " columns: [{label: {da: X}}]}\n"
    )
    layout = layout_of(tmp_path, text, columns=OWN)
    rows = [{**case(decided_on=date(2024, 5, 1)), "category": "a", "score": score} for score in (3, 4, None)]
    cells = results(layout, rows)
    assert (cells.at("mine|||2024").numerator, cells.at("mine|||2024").unknown) == (1, 1)
    assert (cells.at("points|||2024").numerator, cells.at("points|||2024").denominator) == (7, 2)
    with pytest.raises(Faults):
        layout_of(tmp_path / "none", text)


@pytest.mark.parametrize("id", ["outcome", "board_days", "region", "n", "Category", "", "a" * 42, "line"])
def test_names_that_mean_something_else_are_not_free(id: str) -> None:
    assert not free(id)
    with pytest.raises(ValueError):
        columns_of({id: {"type": "code"}})


def test_the_names_that_are_taken_are_those_in_use() -> None:
    layout = load_layout(ROOT / "layouts" / "overview", MEASURES, CATALOGUE)
    assert tuple(layout.clocks) == CLOCKS
    assert set(groupings(CATALOGUE)) <= TAKEN


# --- what there is nothing of ---


def test_what_the_register_has_nothing_of_is_left_out() -> None:
    layout = load_layout(ROOT / "layouts" / "overview", MEASURES, CATALOGUE, OWN)
    bare = settled(
        layout,
        date(2025, 4, 11),
        found(received_on=0, applied_on=0, law_area=0, authority=0, statutory_priority=0),
    )
    assert [table.id for table in bare.tables] == [
        "key", "flow", "outcomes", "registered_times", "by_own_category", "by_own_urgent",
        "registered_by_own_category", "registered_by_own_urgent",
    ]  # fmt: skip
    assert [column.measure for column in bare.tables[1].columns] == [
        "decided",
        "lapsed_only",
        "dismissed",
        "merits",
    ]
    assert bare.figures == ()
    assert [period_text(item) for item in bare.tables[1].periods] == ["2020", "2021", "2022", "2023", "2024"]
    many = Found({}, {"category": 61, "urgent": 0}, date(2024, 1, 1), date(2024, 2, 1))
    kept = settled(layout, date(2025, 4, 11), many)
    assert not [table.id for table in kept.tables if table.id.startswith("by_own")]


def test_the_days_of_the_case_system_stand_beside_those_from_dates() -> None:
    layout = load_layout(ROOT / "layouts" / "overview", MEASURES, CATALOGUE, OWN)
    own = {"registered_times", "registered_by_own_category"}
    both = {"times", "times_by_own_category", "disagree", "disagree_all"}
    shown = {table.id for table in settled(layout, date(2025, 4, 11), found()).tables}
    assert own | both <= shown
    shown = {table.id for table in settled(layout, date(2025, 4, 11), found(processing_days=0)).tables}
    assert not shown & (own | {"disagree", "disagree_all"})
    shown = {table.id for table in settled(layout, date(2025, 4, 11), found(received_on=0)).tables}
    assert own <= shown
    assert not shown & both


def test_the_year_that_is_not_over_is_shown_and_called_so() -> None:
    item = PeriodFile(every="year", latest=2, under_way=True)  # type: ignore[call-arg]
    there = Found({}, {}, date(2020, 1, 1), date(2025, 4, 2))

    def told(day: date, there: Found, item: PeriodFile = item) -> list[tuple[str, str]]:
        return [(period_text(one), period_label(one)["da"]) for one in _periods(item, day, there)]

    whole = [("2023", "2023"), ("2024", "2024")]
    assert told(date(2025, 4, 11), there) == [*whole, ("2025", "2025 (ikke slut)")]
    assert told(date(2024, 12, 31), there) == whole  # over on the day
    old = Found({}, {}, date(2020, 1, 1), date(2024, 11, 2))
    assert told(date(2025, 4, 11), old) == whole  # nothing of the register is in it
    every_one = PeriodFile(every="year", first="register", under_way=True, together=True)  # type: ignore[call-arg]
    assert [text for text, _ in told(date(2025, 4, 11), there, every_one)] == ["2020/2025"]


def test_outcomes_nobody_has_take_no_column() -> None:
    layout = load_layout(ROOT / "layouts" / "overview", MEASURES, CATALOGUE)
    none = {f"outcome={code}": 0 for code in ("amended", "annulled", "amended_or_annulled", "dismissed")}
    there = Found(none, {}, date(2020, 1, 1), date(2024, 2, 1))
    kept = settled(layout, date(2025, 4, 11), there)
    outcomes = next(table for table in kept.tables if table.id == "outcomes")
    assert [column.measure for column in outcomes.columns] == [
        "merits", "upheld", "remitted", "reversed", "reversal_rate", "unknown_outcome",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "said", ["only_with: [nothing]", "only_with: [outcome=gone]", "only_without: [office=a]"]
)
def test_what_something_is_left_out_without_must_be_there(tmp_path: Path, said: str) -> None:
    text = (
        TABLE
        + f'    {said}\n    periods: ["2024"]\n    columns: [{{measure: decided}}]\n    rows: [{{total: {{da: A}}}}]\n'
    )
    with pytest.raises(Faults) as raised:
        layout_of(tmp_path, text)
    assert [problem.code for problem in raised.value.problems] == ["LAYOUT-104"]


# --- few and small cubes ---


def test_every_number_can_be_had_from_one_of_the_cubes() -> None:
    for name in ("overview", "annual_report_2024", "legal_certainty_2026", "knowledge_collection_2022"):
        layout = settled(
            load_layout(ROOT / "layouts" / name, MEASURES, CATALOGUE, OWN), date(2025, 4, 11), found()
        )
        asked = list(demands(layout))
        cubes = views(layout)
        assert all(any(covers(view, columns) for view in cubes) for columns in asked)
        if name != "overview":
            assert len(cubes) == 1  # what the law lists is counted together


def test_columns_of_any_number_of_values_are_not_counted_together() -> None:
    layout = settled(
        load_layout(ROOT / "layouts" / "overview", MEASURES, CATALOGUE, OWN), date(2025, 4, 11), found()
    )
    for view in views(layout):
        assert len({"category", "authority"} & set(view)) <= 1
        clocks = set(view) & set(CLOCKS)
        assert len(clocks) <= 1, view


def test_every_measure_tells_its_formula_and_source() -> None:
    layout = load_layout(ROOT / "layouts" / "overview", MEASURES, CATALOGUE)
    for measure in layout.measures.values():
        assert measure.formula.get("da"), measure.id
        assert measure.source, measure.id
    assert all(clock.source and clock.label for clock in layout.clocks.values())

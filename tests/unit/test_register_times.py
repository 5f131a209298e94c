"""Times, stocks and outcomes that stand for several: by hand, against the cases one by one, and by the engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.cube import cubes
from sagsbarometer.appeals.layouts.expand import expand
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.needs import views
from sagsbarometer.appeals.registration import COLUMNS, DELIVERY, LINE, REGISTERED_AT, WITHDRAWN
from sagsbarometer.appeals.statistics import register_cells, seen
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.periods import parse_period
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.results import Circumstances
from sagsbarometer.measures.times import quantile, quantile_bounds
from tests.registers_in_tests import case, clock, layout_of, results

HEAD = 'layout: small\ntitle: {da: Prøve}\nsource: "Prøve"\n'
TIMES = (
    HEAD
    + """tables:
  - id: one
    title: {da: T}
    stub: {da: S}
    periods: ["2023", "2024", "2023/2024"]
    columns: [{each: period}]
    rows:
"""
    + "".join(
        f"      - {{measure: {id}}}\n      - {{measure: {id}, each: office}}\n"
        for id in (
            "board_mean",
            "board_median",
            "board_p10",
            "board_p90",
            "board_within_13_weeks",
            "citizen_median",
            "priority_board_mean",
            "ordinary_board_median",
            "reversal_rate",
            "remitted",
            "complete_share",
        )
    )
)
STOCK = (
    HEAD
    + """tables:
  - id: one
    title: {da: T}
    stub: {da: S}
    periods: ["2024"]
    columns:
      - {measure: pending}
      - {measure: pending_age_mean}
      - {measure: pending_age_median}
      - {measure: received}
      - {measure: decided}
    rows:
      - each: month
      - each: quarter
      - each: year
"""
)
DAY = date(2025, 4, 11)
NAMES = {Type.DATE: pa.date32(), Type.INT: pa.int32(), Type.BOOL: pa.bool_()}
SCHEMA = pa.schema(
    [
        *((name, NAMES.get(type, pa.string())) for name, type in COLUMNS.items()),
        (REGISTERED_AT, pa.timestamp("us", "UTC")),
        (DELIVERY, pa.int32()),
        (LINE, pa.int32()),
        (WITHDRAWN, pa.bool_()),
    ]
)


@pytest.fixture(scope="module")
def times(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return layout_of(tmp_path_factory.mktemp("times"), TIMES)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return layout_of(tmp_path_factory.mktemp("stock"), STOCK)


def counts(cell: Cell) -> tuple[Any, ...]:
    return cell.numerator, cell.denominator, cell.unknown


def bounds(cell: Cell) -> tuple[Any, ...]:
    return cell.bound_low, cell.bound_high


def took(days: int | None, outcome: str | None = "upheld", **more: Any) -> dict[str, Any]:
    """A case decided in 2024 after some days."""
    decided = date(2024, 6, 1)
    received = None if days is None else decided - timedelta(days=days)
    return case(**{"decided_on": decided, "received_on": received, "outcome": outcome, **more})


# --- by hand ---


def test_a_mean_and_its_quantiles_by_hand(times: Layout) -> None:
    found = results(times, [took(days) for days in (7, 14, 14, 70, 100)] + [took(None), took(-3)])
    mean = found.at("board_mean|||2024")
    assert counts(mean) == (205, 5, 2)
    assert mean.value == round_half_up(Fraction(205, 35), 6)
    assert (mean.bound_low, mean.bound_high, mean.unit) == (None, None, "weeks")
    median = found.at("board_median|||2024")
    assert (*counts(median), median.value) == (14, 5, 2, 2)
    # Both unknown at nought: the fourth of seven is 14; both as long as can be: it is 70.
    assert bounds(median) == (2, 10)
    p90 = found.at("board_p90|||2024")
    assert (p90.numerator, p90.bound_high) == (100, None)
    share = found.at("board_within_13_weeks|||2024")
    assert counts(share) == (4, 5, 2)


def test_91_days_are_within_13_weeks_and_92_are_not(times: Layout) -> None:
    assert counts(results(times, [took(91), took(92)]).at("board_within_13_weeks|||2024")) == (1, 2, 0)


def test_of_no_known_time_there_is_no_number(times: Layout) -> None:
    found = results(times, [took(None)])
    assert (counts(found.at("board_mean|||2024")), found.at("board_mean|||2024").value) == ((0, 0, 1), None)
    assert found.at("board_median|||2024").value is None
    assert results(times, []).at("board_median|||2024").value is None


def test_priority_cases_are_apart_and_the_unknown_in_neither(times: Layout) -> None:
    rows = [took(7, statutory_priority=True), took(70, statutory_priority=False), took(700)]
    found = results(times, rows)
    assert counts(found.at("priority_board_mean|||2024")) == (7, 1, 0)
    assert counts(found.at("ordinary_board_median|||2024")) == (70, 1, 0)


def test_a_remitted_case_goes_on_for_the_citizen(times: Layout) -> None:
    applied = date(2024, 1, 1)
    done = {"applied_on": applied, "decided_on": date(2024, 3, 1)}
    rows = [
        case(**done, outcome="upheld"),
        case(**done, outcome="remitted", new_decision_on=date(2024, 9, 1)),
        case(**done, outcome="remitted"),  # not over, and not known to be
        case(**done, outcome="reversed", new_decision_on=date(2024, 9, 1)),  # may have been remitted
        case(**done, outcome="amended_or_annulled"),
    ]
    assert [clock(row, "citizen_days", times.clocks) for row in rows] == [60, 244, None, None, 60]
    cell = results(times, rows).at("citizen_median|||2024")
    assert counts(cell) == (60, 3, 2)


def test_an_outcome_that_stands_for_several_is_unknown_only_where_they_differ(times: Layout) -> None:
    found = results(times, [took(1, "reversed"), took(1, "upheld"), took(1, "amended_or_annulled")])
    assert counts(found.at("reversal_rate|||2024")) == (2, 3, 0)
    assert counts(found.at("remitted|||2024")) == (0, 2, 1)


def test_outcomes_as_groups_and_in_groups_of_a_layouts_own(tmp_path: Path) -> None:
    text = (
        HEAD
        + """groups:
  - {id: changed, label: {da: A}, condition: "outcome == 'reversed'"}
  - {id: others, label: {da: B}, condition: "outcome != 'reversed'"}
  - {id: sent_back, label: {da: C}, condition: "outcome == 'remitted'"}
tables:
  - id: one
    title: {da: T}
    stub: {da: S}
    periods: ["2024"]
    columns: [{measure: decided}]
    rows:
      - each: group
      - each: outcome
"""
    )
    found = results(layout_of(tmp_path, text), [took(1, "reversed"), took(1, "amended"), took(1, "upheld")])
    told = {
        row: counts(found.at(f"decided|{row}||2024"))[::2]
        for row in ("group=changed", "group=others", "group=sent_back", "outcome=reversed", "outcome=amended")
    }
    assert told == {
        "group=changed": (2, 0),
        "group=others": (1, 0),
        "group=sent_back": (0, 1),
        "outcome=reversed": (1, 0),
        "outcome=amended": (1, 1),
    }


def test_a_stock_by_hand(stock: Layout) -> None:
    rows = [
        case(received_on=date(2024, 1, 31)),
        case(received_on=date(2024, 1, 1), decided_on=date(2024, 1, 31)),  # decided on the last day
        case(received_on=date(2024, 1, 1), decided_on=date(2024, 2, 1)),
        case(received_on=date(2024, 2, 1)),
        case(received_on=None),
        case(received_on=date(2023, 12, 1), outcome="lapsed"),  # decided, nobody knows when
    ]
    found = results(stock, rows)
    assert counts(found.at("pending|||2024-01")) == (2, 2, 2)
    assert bounds(found.at("pending|||2024-01")) == (2, 4)
    # Of the case that may be decided the age is known, if it is pending: it may be in the group.
    assert counts(found.at("pending_age_mean|||2024-01")) == (0 + 30, 2, 1)
    assert counts(found.at("pending_age_median|||2024-Q1")) == (59, 2, 1)  # 60 and 59 days old on 31 March
    assert counts(found.at("received|||2024-Q1"))[0] == 4


def test_of_a_stock_at_a_future_end_there_is_no_number(stock: Layout) -> None:
    found = results(stock, [case(received_on=date(2024, 1, 31))], date(2024, 5, 15))
    keys = {(cell.result, cell.period) for cell in found}
    assert ("pending", "2024-04") in keys
    assert ("pending", "2024-05") not in keys
    assert ("pending", "2024") not in keys
    assert ("received", "2024-05") in keys  # so far
    assert ("received", "2024-06") not in keys
    sheets = expand(stock, {}, date(2024, 5, 15))
    note = sheets.grids[0].note["da"]
    assert "maj [2024]{.fixed}, [2]{.fixed}. kvartal [2024]{.fixed} og [2024]{.fixed} er ikke slut" in note
    assert expand(stock, {}, date(2024, 12, 31)).grids[0].note.get("da") is None


# --- what holds of every register ---

DAYS = st.one_of(st.none(), st.dates(date(2023, 10, 1), date(2024, 12, 31)))
OUTCOMES = ["upheld", "amended", "remitted", "reversed", "amended_or_annulled", "lapsed", None]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "applied_on": DAYS,
            "received_on": DAYS,
            "decided_on": DAYS,
            "new_decision_on": DAYS,
            "outcome": st.sampled_from(OUTCOMES),
            "office": st.sampled_from(["a", "b", None]),
            "statutory_priority": st.sampled_from([True, False, None]),
            "complete_at_receipt": st.sampled_from([True, False, None]),
        }
    ).map(lambda values: case(**values)),
    max_size=25,
)
FACTS: dict[str, tuple[str, int | None]] = {
    "board_mean": ("board_days", None),
    "board_median": ("board_days", 50),
    "board_p10": ("board_days", 10),
    "board_p90": ("board_days", 90),
    "citizen_median": ("citizen_days", 50),
}


@given(rows=ROWS)
def test_times_are_those_of_the_cases_one_by_one(times: Layout, rows: list[dict[str, Any]]) -> None:
    for cell in results(times, rows):
        if cell.result not in FACTS:
            continue
        name, percent = FACTS[cell.result]
        office = cell.row.partition("=")[2]
        within = parse_period(cell.period)
        every = [
            row for row in rows if within.holds(row["decided_on"]) and (not office or row["office"] == office)
        ]
        known = sorted(days for row in every if (days := clock(row, name, times.clocks)) is not None)
        assert (cell.denominator, cell.unknown) == (len(known), len(every) - len(known))
        if not known:
            assert cell.value is None
        elif percent is None:
            assert (cell.numerator, cell.value) == (
                sum(known),
                round_half_up(Fraction(sum(known), 7 * len(known)), 6),
            )
        else:
            place = -(-percent * len(known) // 100)  # the smallest number of cases that is so many percent
            assert cell.numerator == known[place - 1]


@given(rows=ROWS, fill=st.integers(0, 400), office=st.sampled_from(["a", "b", "c"]))
def test_whatever_the_unknown_is_the_number_is_within_its_bounds(
    times: Layout, rows: list[dict[str, Any]], fill: int, office: str
) -> None:
    def filled(row: dict[str, Any]) -> dict[str, Any]:
        known = {**row, "office": row["office"] or office}
        if row["decided_on"] and clock(row, "board_days", times.clocks) is None:
            known["received_on"] = row["decided_on"] - timedelta(days=fill)
        return known

    after = results(times, [filled(row) for row in rows])
    for cell in results(times, rows):
        if cell.result in ("citizen_median", "board_mean") or cell.unit not in ("weeks", "percent"):
            continue
        if cell.result in ("priority_board_mean", "ordinary_board_median", "complete_share"):
            continue  # of others than those filled in
        truth = after.at(cell.ref)
        if truth.value is None:
            continue
        assert cell.bound_low is None or cell.bound_low <= truth.value, cell.ref
        assert cell.bound_high is None or truth.value <= cell.bound_high, cell.ref
        if cell.bound_low is None and cell.unit == "percent":
            assert not cell.denominator


@given(rows=ROWS)
def test_a_stock_is_the_cases_that_are_open(stock: Layout, rows: list[dict[str, Any]]) -> None:
    for cell in results(stock, rows):
        if not cell.result.startswith("pending"):
            continue
        end = parse_period(cell.period).last
        held = [row for row in rows if not (row["decided_on"] and row["decided_on"] <= end)]
        held = [row for row in held if not (row["received_on"] and row["received_on"] > end)]
        unsure = [
            row
            for row in held
            if row["received_on"] is None or (row["decided_on"] is None and row["outcome"] is not None)
        ]
        sure = [row for row in held if row not in unsure]
        ages = sorted((end - row["received_on"]).days for row in sure)
        undated = [row for row in unsure if row["received_on"] is None]
        over = [row for row in unsure if row["decided_on"] is None and row["outcome"] is not None]
        unknown = unsure if cell.result == "pending" else [row for row in undated if row not in over]
        assert (cell.denominator, cell.unknown) == (len(sure), len(unknown))
        if cell.result == "pending_age_mean":
            assert cell.numerator == sum(ages)
        if cell.result == "pending_age_median" and ages:
            assert cell.numerator == ages[(len(ages) + 1) // 2 - 1]


@given(rows=ROWS)
def test_the_engine_gives_what_plain_python_gives(
    times: Layout, stock: Layout, rows: list[dict[str, Any]]
) -> None:
    for layout in (times, stock):
        assert by_engine(layout, rows) == {cell.ref: cell for cell in results(layout, rows)}


def by_engine(layout: Layout, rows: Sequence[dict[str, Any]]) -> dict[str, Cell]:
    """The cells by way of the cubes of the engine, by one query."""
    registered = [
        {
            **row,
            "case_id": str(number),
            REGISTERED_AT: datetime(2025, 1, 1, tzinfo=UTC),
            DELIVERY: 1,
            LINE: number,
            WITHDRAWN: False,
        }
        for number, row in enumerate(rows)
    ]
    deliveries = ibis.memtable(pa.Table.from_pylist(registered, schema=SCHEMA))
    asked = []

    def execute(query: Any) -> Any:
        asked.append(query)
        return query.to_pyarrow()

    found = cubes(deliveries, DAY, views(layout), layout.clocks, execute)
    assert len(asked) == 1
    assert found.cases == len(rows)
    wanted = expand(layout, seen(found, layout)).wanted
    of = Circumstances(False, "2025-04-11", "synthetic", complete=layout.why_not["da"])
    return {cell.ref: cell for cell in ResultSet(register_cells(found, wanted, layout, of))}


# --- quantiles by themselves ---

SPREAD = st.dictionaries(st.integers(0, 60), st.integers(1, 4), max_size=6)


@given(days=SPREAD, percent=st.integers(1, 99))
def test_a_quantile_is_the_smallest_day_by_which_so_many_are_done(days: dict[int, int], percent: int) -> None:
    found = quantile(days, percent)
    cases = sum(days.values())
    if not cases:
        assert found is None
        return
    fit = [day for day in range(61) if 100 * sum(n for d, n in days.items() if d <= day) >= percent * cases]
    assert found == fit[0]


@given(
    days=SPREAD,
    unknown=st.lists(st.integers(0, 90), max_size=3),
    maybe=st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=4),
    maybe_unknown=st.lists(st.tuples(st.integers(0, 90), st.booleans()), max_size=2),
    percent=st.integers(1, 99),
)
def test_the_bounds_of_a_quantile_hold_every_truth(
    days: dict[int, int],
    unknown: list[int],
    maybe: list[tuple[int, bool]],
    maybe_unknown: list[tuple[int, bool]],
    percent: int,
) -> None:
    may = {day: sum(other == day for other, _ in maybe) for day, _ in maybe}
    low, high = quantile_bounds(days, len(unknown), may, len(maybe_unknown), percent)
    every = [day for day, cases in days.items() for _ in range(cases)]
    every += unknown + [day for day, inside in [*maybe, *maybe_unknown] if inside]
    truth = quantile({day: every.count(day) for day in every}, percent)
    if truth is None:
        return
    assert low is None or low <= truth
    assert high is None or truth <= high
    assert not (low is None and every)

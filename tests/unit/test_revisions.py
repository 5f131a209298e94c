"""What moved between two days: held against every case judged alone, in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.expand import expand
from sagsbarometer.appeals.layout import Layout
from sagsbarometer.appeals.needs import needs, views
from sagsbarometer.appeals.registration import DELIVERY, LINE, REGISTERED_AT, WITHDRAWN
from sagsbarometer.appeals.revisions import Reason, Revision, Summary, groups_seen, revisions, summary
from sagsbarometer.appeals.statistics import register_cells
from sagsbarometer.appeals.tally import Tally
from sagsbarometer.appeals.transitions import changes_query, read_changes, read_transitions, transitions_query
from sagsbarometer.measures.results import Circumstances
from tests import registers_in_tests as plain
from tests.bench_register import SCHEMA

FIRST, LAST = date(2024, 6, 30), date(2025, 4, 11)
SERVICE, CHILD = "serviceloven", "barnets_lov"
LAYOUT = """
layout: small
title: {da: Prøve}
source: "Prøve"
measures:
  - {id: own_mean, kind: mean, value: processing_days, unit: days, label: {da: M}, base_label: {da: alle}}
  - {id: own_middle, kind: quantile, quantile: 50, value: processing_days, unit: days, label: {da: Q}, base_label: {da: alle}}
  - {id: open_ones, kind: count, stock: {from: received_on, to: decided_on}, label: {da: V}, base_label: {da: alle}}
tables:
  - id: areas
    title: {da: T}
    stub: {da: S}
    periods: ["2023", "2024", "2023/2024"]
    columns:
      - each: period
        columns: [{measure: decided}, {measure: decided_part}, {measure: merits}, {measure: reversal_rate}]
    rows:
      - each: law_area
        values: [serviceloven, barnets_lov]
        then: {each: authority}
      - total: {da: I alt}
  - id: words
    title: {da: T}
    stub: {da: S}
    periods: ["2024"]
    columns: [{measure: keyword_cases}]
    rows: [{each: keyword, values: [reasons, time_limits]}]
  - id: flow
    title: {da: T}
    stub: {da: S}
    periods: ["2024-01/2024-03", "2024-04/2024-12"]
    columns: [{measure: received}, {measure: reversal_rate}]
    rows: [{each: period}]
  - id: times
    title: {da: T}
    stub: {da: S}
    periods: ["2023", "2024"]
    columns: [{measure: own_mean}, {measure: own_middle}, {measure: open_ones}]
    rows: [{each: period}, {each: law_area, values: [serviceloven], period: "2024"}]
"""


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return plain.layout_of(tmp_path_factory.mktemp("layout"), LAYOUT)


def found(layout: Layout, registrations: Sequence[Mapping[str, Any]]) -> tuple[Summary, tuple[Revision, ...]]:
    """What the engine and the program make of a register."""
    rows = [{**plain.case(), WITHDRAWN: False, **row} for row in registrations]
    table = ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))
    asked = views(layout)
    transitions = [
        read_transitions(
            view, transitions_query(table, FIRST, LAST, view, layout.clocks).to_pyarrow().to_pydict()
        )
        for view in asked
    ]
    wanted = expand(layout, groups_seen(transitions, layout)).wanted
    of = [Circumstances(False, day.isoformat(), "synthetic", complete="x") for day in (FIRST, LAST)]
    columns = sorted({name for view in asked for name in view} - set(layout.clocks))
    changed = changes_query(table, FIRST, LAST, columns).to_pyarrow().to_pydict()
    return summary(read_changes(columns, changed), layout), revisions(transitions, wanted, layout, *of)


def judged_alone(layout: Layout, found: Sequence[Revision], row: Mapping[str, Any] | None) -> dict[tuple[str, str], tuple[int, int]]:
    """What one case counts in: number and count to how often, and for a time how many days it took."""
    if row is None:
        return {}
    need = needs(layout)
    of = Circumstances(False, "", "synthetic", complete="x")
    cells = register_cells(
        plain.cube([row], need.columns, need.grain), [revision.wanted for revision in found], layout, of
    )
    weights = {}
    for cell in cells:
        of = {"cases": COUNT_OF, "days": TIME_OF}.get(cell.unit, SHARE_OF) if cell.result != "own_mean" else SHARE_OF
        for count in of:
            if weight := getattr(cell, count):
                days = cell.numerator if cell.unit == "days" and count == "denominator" else 0
                weights[cell.ref, count] = (weight, days)
    return weights


COUNT_OF, SHARE_OF, TIME_OF = ("numerator", "unknown"), ("numerator", "denominator", "unknown"), ("denominator", "unknown")
THINGS: Mapping[Reason, tuple[str, ...]] = {
    Reason.OUTCOME: ("outcome",),
    Reason.PROVISION: ("law_area", "case_subject", "provision", "condition"),
    Reason.DATE: ("received_on", "decided_on", "processing_days"),
    Reason.AUTHORITY: ("authority",),
    Reason.MARKS: ("reasons", "keywords"),
}


def things(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[Reason, tuple[str, ...]]:
    """What changed of a case, in the order that docs/revisioner.md tells."""
    changed = {name for name in was if was[name] != now[name]}
    with_it = {"decided_on", "outcome", "reasons", "keywords", "processing_days"}
    event = {}
    if (was["decided_on"] is None) != (now["decided_on"] is None):
        reason = Reason.DECIDED if was["decided_on"] is None else Reason.REOPENED
        event = {reason: tuple(changed & with_it)}
        changed -= with_it
    rest = {reason: tuple(changed & set(names)) for reason, names in THINGS.items()}
    return event | {reason: names for reason, names in rest.items() if names}


def expected(
    layout: Layout, found: Sequence[Revision], registrations: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, str, Reason], tuple[int, int]]:
    """Number, count and reason to how many came and went, each case by itself."""
    sides = [
        {row["case_id"]: row for row in plain.as_of([{**plain.case(), **row} for row in registrations], day)}
        for day in (FIRST, LAST)
    ]
    totals: dict[tuple[str, str, Reason], list[int]] = defaultdict(lambda: [0, 0])
    for id in sorted({*sides[0], *sides[1]}):
        was, now = (side.get(id) for side in sides)
        before, after = (judged_alone(layout, found, row) for row in (was, now))
        for key in {*before, *after}:
            if before.get(key) == after.get(key):
                continue
            if was is None or now is None:
                reason = Reason.NEW if was is None else Reason.REMOVED
            else:
                tried = things(was, now)
                partly = {reason: {**was, **{name: now[name] for name in names}} for reason, names in tried.items()}
                explains = [
                    reason
                    for reason, row in partly.items()
                    if judged_alone(layout, found, row).get(key) == after.get(key)
                ]
                reason = explains[0] if explains else Reason.SEVERAL
            totals[*key, reason][0] += after.get(key, (0, 0))[0]
            totals[*key, reason][1] += before.get(key, (0, 0))[0]
    return {key: (in_, out) for key, (in_, out) in totals.items()}


def moment(day: date, hour: int = 8) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


# Before the first day, between the two, and after the last.
MOMENTS = [moment(day) for day in (date(2024, 1, 5), FIRST - timedelta(1), date(2024, 9, 1), LAST, date(2025, 6, 1))]
REGISTRATION = st.fixed_dictionaries(
    {
        "case_id": st.sampled_from(["1", "2", "3", "4"]),
        "received_on": st.sampled_from([None, date(2023, 12, 31), date(2024, 2, 3), date(2024, 5, 5)]),
        "decided_on": st.sampled_from([None, date(2023, 5, 5), date(2024, 3, 31), date(2024, 4, 1), date(2025, 1, 1)]),
        "outcome": st.sampled_from([None, "upheld", "remitted", "lapsed", "amended_or_annulled"]),
        "law_area": st.sampled_from([None, SERVICE, CHILD]),
        "authority": st.sampled_from([None, "901", "902"]),
        "keywords": st.sampled_from([None, "", "reasons", "reasons|time_limits"]),
        "processing_days": st.sampled_from([None, 0, 7, 30]),
        REGISTERED_AT: st.sampled_from(MOMENTS),
        DELIVERY: st.integers(1, 3),
        WITHDRAWN: st.sampled_from([False, False, False, True]),
    }
)


@given(rows=st.lists(REGISTRATION, max_size=12))
def test_every_move_is_that_of_each_case_judged_alone(layout: Layout, rows: list[dict[str, Any]]) -> None:
    registrations = [{**row, LINE: line} for line, row in enumerate(rows, start=2)]
    _, told = found(layout, registrations)
    moves = {
        (revision.wanted.ref, move.count, move.reason): (move.in_, move.out)
        for revision in told
        for move in revision.moves
    }
    assert moves == expected(layout, told, registrations)


@given(rows=st.lists(REGISTRATION, max_size=25))
def test_before_and_in_less_out_is_after(layout: Layout, rows: list[dict[str, Any]]) -> None:
    registrations = [{**row, LINE: line} for line, row in enumerate(rows, start=2)]
    told_of, told = found(layout, registrations)
    for revision in told:
        counts = {"cases": COUNT_OF}.get(revision.before.unit, SHARE_OF)
        if revision.wanted.measure == "own_middle":
            counts = TIME_OF  # the numerator of a quantile is a day
        for count in counts:
            net = sum(move.in_ - move.out for move in revision.moves if move.count == count)
            assert getattr(revision.before, count) + net == getattr(revision.after, count)
    # And each side is the edition of its day.
    for day, side in ((FIRST, "before"), (LAST, "after")):
        edition = plain.results(layout, plain.as_of([{**plain.case(), **row} for row in registrations], day))
        for revision in told:
            if "authority" not in revision.wanted.ref:
                cell, own = edition.at(revision.wanted.ref), getattr(revision, side)
                assert (cell.numerator, cell.denominator, cell.unknown, cell.value) == (
                    own.numerator,
                    own.denominator,
                    own.unknown,
                    own.value,
                )
    assert told_of.before + told_of.new - told_of.removed == told_of.after
    assert told_of.after == len(plain.as_of(registrations, LAST))


def one_case(layout: Layout, was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, dict[str, tuple[str, int, int]]]:
    """Number to count to reason, in and out, of one case with two registrations."""
    rows = [
        {"case_id": "1", LINE: 2, DELIVERY: 1, REGISTERED_AT: MOMENTS[0], **was},
        {"case_id": "1", LINE: 3, DELIVERY: 1, REGISTERED_AT: MOMENTS[2], **now},
    ]
    return {
        revision.wanted.ref: {move.count: (move.reason.value, move.in_, move.out) for move in revision.moves}
        for revision in found(layout, rows)[1]
        if revision.moves
    }


IN_2024 = {"decided_on": date(2024, 3, 1), "outcome": "upheld", "law_area": SERVICE, "keywords": ""}


@pytest.mark.parametrize(
    ("now", "ref", "count", "told"),
    [
        ({**IN_2024, "outcome": "remitted"}, "reversal_rate|||2024", "numerator", ("outcome", 1, 0)),
        ({**IN_2024, "law_area": CHILD}, f"decided|law_area={SERVICE}||2024", "numerator", ("provision", 0, 1)),
        ({**IN_2024, "law_area": CHILD}, f"decided|law_area={CHILD}||2024", "numerator", ("provision", 1, 0)),
        ({**IN_2024, "decided_on": date(2023, 3, 1)}, "decided|||2024", "numerator", ("date", 0, 1)),
        ({**IN_2024, "decided_on": None, "outcome": None}, "decided|||2024", "numerator", ("reopened", 0, 1)),
        ({**IN_2024, "keywords": "reasons"}, "keyword_cases|keyword=reasons||2024", "numerator", ("marks", 1, 0)),
        ({WITHDRAWN: True}, "decided|||2024", "numerator", ("removed", 0, 1)),
        # Reversed, and of another law: in the other law's rate the one brings it to the base, both to the reversed.
        (
            {**IN_2024, "outcome": "remitted", "law_area": CHILD},
            f"reversal_rate|law_area={CHILD}||2024",
            "denominator",
            ("provision", 1, 0),
        ),
        (
            {**IN_2024, "outcome": "remitted", "law_area": CHILD},
            f"reversal_rate|law_area={CHILD}||2024",
            "numerator",
            ("several", 1, 0),
        ),
        # Either would have taken it out: the first in the order is told.
        (
            {**IN_2024, "outcome": "lapsed", "law_area": CHILD},
            f"reversal_rate|law_area={SERVICE}||2024",
            "denominator",
            ("outcome", 0, 1),
        ),
    ],
)
def test_why_a_case_moved(
    layout: Layout, now: Mapping[str, Any], ref: str, count: str, told: tuple[str, int, int]
) -> None:
    assert one_case(layout, IN_2024, now)[ref][count] == told


def test_a_case_decided_in_between_is_told_as_such(layout: Layout) -> None:
    pending = {"received_on": date(2024, 2, 1), "law_area": SERVICE}
    moves = one_case(layout, pending, {**pending, **IN_2024, "outcome": "remitted", "keywords": "reasons"})
    assert moves["reversal_rate|||2024"] == {"numerator": ("decided", 1, 0), "denominator": ("decided", 1, 0)}
    assert moves["keyword_cases|keyword=reasons||2024"] == {"numerator": ("decided", 1, 0)}
    assert "received|||2024-01/2024-03" not in moves


def test_what_changed_outside_the_tables_is_no_move(layout: Layout) -> None:
    rows = [
        {"case_id": "1", LINE: 2, DELIVERY: 1, REGISTERED_AT: MOMENTS[0], **IN_2024},
        {"case_id": "1", LINE: 3, DELIVERY: 1, REGISTERED_AT: MOMENTS[2], **IN_2024, "office": "Aalborg"},
    ]
    told_of, told = found(layout, rows)
    assert not any(revision.moved for revision in told)
    assert told_of.changed == 0


def test_three_in_and_three_out_is_no_difference_but_a_move(layout: Layout) -> None:
    rows = [
        {"case_id": id, LINE: 2, DELIVERY: 1, REGISTERED_AT: when, **IN_2024, "outcome": outcome}
        for id, (first, then) in {"1": ("upheld", "remitted"), "2": ("remitted", "upheld")}.items()
        for when, outcome in ((MOMENTS[0], first), (MOMENTS[2], then))
    ]
    by_ref = {revision.wanted.ref: revision for revision in found(layout, rows)[1]}
    revision = by_ref["reversal_rate|||2024"]
    assert revision.before.value == revision.after.value
    assert (revision.moved, revision.cases, revision.traffic) == (True, 0, 2)


def test_a_tally_counts_as_whole_numbers_do() -> None:
    one, two = Tally.of(1), Tally.of(2)
    assert (0 + one + one).times == {1: 2}
    assert (3 * one - two - one).times == {1: 2, 2: -1}
    assert one - one == 0
    assert not one - one
    total: Any = 0
    total += one
    total += two
    assert (total.times, one.times) == ({1: 1, 2: 1}, {1: 1})  # what was added is as it was
    with pytest.raises(TypeError):
        one + 1

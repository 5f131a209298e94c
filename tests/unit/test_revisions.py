"""What moved between two days: held against every case judged alone, in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.analyses.revisions import Reason, Revision, revisions, summary
from sagsbarometer.appeals.analyses.transitions import (
    Transition,
    Transitions,
    changes_query,
    read_changes,
    read_transitions,
    transitions_query,
)
from sagsbarometer.appeals.layouts.expand import expand
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.needs import Columns, needs, views
from sagsbarometer.appeals.registration import COLUMNS, DELIVERY, LINE, REGISTERED_AT, WITHDRAWN
from sagsbarometer.appeals.statistics import register_cells
from sagsbarometer.appeals.tally import Tally
from sagsbarometer.kernel.periods import Grain, truncated
from sagsbarometer.measures.results import Circumstances
from tests import registers_in_tests as plain
from tests.bench_register import SCHEMA

Row = Mapping[str, Any]
FIRST, LAST = date(2024, 6, 30), date(2025, 4, 11)
SERVICE, CHILD = "serviceloven", "barnets_lov"
LAYOUT = """
layout: small
title: {da: Prøve}
source: "Prøve"
measures:
  - {id: own_mean, kind: mean, value: processing_days, unit: days, label: {da: M}, base_label: {da: alle}}
  - id: own_middle
    kind: quantile
    quantile: 50
    value: processing_days
    unit: days
    label: {da: Q}
    base_label: {da: alle}
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


OF = [Circumstances(False, day.isoformat(), "synthetic", complete="x") for day in (FIRST, LAST)]
SEEN = {"authority": ("901", "902")}


def found(layout: Layout, registrations: Sequence[Row]) -> tuple[Revision, ...]:
    """What the program makes of a register, its combinations being counted in plain Python."""
    before, after = (_standing(registrations, day) for day in (FIRST, LAST))
    transitions = []
    for view in views(layout):
        counted = Counter(
            tuple(None if side.get(id) is None else _combination(side[id], view) for side in (before, after))
            for id in sorted({*before, *after})
        )
        transitions.append(
            Transitions(view, tuple(Transition(*key, cases) for key, cases in counted.items()))  # type: ignore[call-arg]
        )
    return revisions(transitions, expand(layout, SEEN).wanted, layout, *OF)


def _standing(registrations: Sequence[Row], day: date) -> dict[str, Row]:
    return {
        row["case_id"]: row for row in plain.as_of([{**plain.case(), **row} for row in registrations], day)
    }


def _combination(row: Row, view: Columns) -> tuple[Any, ...]:
    return tuple(
        truncated(row[name], grain) if isinstance(row[name], date) else row[name]
        for name, grain in view.items()
    )


def judged_alone(layout: Layout, row: Row | None) -> Mapping[tuple[str, str], tuple[int, int]]:
    """What one case counts in: number and count to how often, and for a time how many days it took."""
    if row is None:
        return {}
    return _judged(layout.hash, tuple(row[name] for name in COLUMNS), _Held(layout))


class _Held:
    """A layout that a memo does not look at."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


@cache
def _judged(_: str, values: tuple[Any, ...], held: _Held) -> Mapping[tuple[str, str], tuple[int, int]]:
    need = needs(held.layout)
    alone = plain.cube([dict(zip(COLUMNS, values, strict=True))], need.columns, need.grain)
    weights = {}
    for cell in register_cells(alone, expand(held.layout, SEEN).wanted, held.layout, OF[0]):
        counts = {"cases": COUNT_OF, "days": TIME_OF}.get(cell.unit, SHARE_OF)
        for count in SHARE_OF if cell.result == "own_mean" else counts:
            if weight := getattr(cell, count):
                days = cell.numerator if cell.unit == "days" and count == "denominator" else 0
                weights[cell.ref, count] = (weight, days)
    return weights


COUNT_OF, SHARE_OF, TIME_OF = (
    ("numerator", "unknown"),
    ("numerator", "denominator", "unknown"),
    ("denominator", "unknown"),
)
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


def expected(layout: Layout, registrations: Sequence[Row]) -> dict[tuple[str, str, Reason], tuple[int, int]]:
    """Number, count and reason to how many came and went, each case by itself."""
    sides = [_standing(registrations, day) for day in (FIRST, LAST)]
    totals: dict[tuple[str, str, Reason], list[int]] = defaultdict(lambda: [0, 0])
    for id in {*sides[0], *sides[1]}:
        was, now = (side.get(id) for side in sides)
        before, after = (judged_alone(layout, row) for row in (was, now))
        for key in {*before, *after}:
            if before.get(key) == after.get(key):
                continue
            if was is None or now is None:
                reason = Reason.NEW if was is None else Reason.REMOVED
            else:
                explains = [
                    reason
                    for reason, names in things(was, now).items()
                    if judged_alone(layout, {**was, **{name: now[name] for name in names}}).get(key)
                    == after.get(key)
                ]
                reason = explains[0] if explains else Reason.SEVERAL
            totals[*key, reason][0] += after.get(key, (0, 0))[0]
            totals[*key, reason][1] += before.get(key, (0, 0))[0]
    return {key: (in_, out) for key, (in_, out) in totals.items()}


def moment(day: date, hour: int = 8) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


# Before the first day, between the two, and after the last.
MOMENTS = [
    moment(day) for day in (date(2024, 1, 5), FIRST - timedelta(1), date(2024, 9, 1), LAST, date(2025, 6, 1))
]
REGISTRATION = st.fixed_dictionaries(
    {
        "case_id": st.sampled_from(["1", "2", "3", "4"]),
        "received_on": st.sampled_from([None, date(2023, 12, 31), date(2024, 2, 3), date(2024, 5, 5)]),
        "decided_on": st.sampled_from(
            [None, date(2023, 5, 5), date(2024, 3, 31), date(2024, 4, 1), date(2025, 1, 1)]
        ),
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


REGISTER = st.lists(REGISTRATION, max_size=12).map(
    lambda rows: [{**row, LINE: line} for line, row in enumerate(rows, start=2)]
)


@given(registrations=REGISTER)
def test_every_move_is_that_of_each_case_judged_alone(layout: Layout, registrations: list[Row]) -> None:
    moves = {
        (revision.wanted.ref, move.count, move.reason): (move.in_, move.out)
        for revision in found(layout, registrations)
        for move in revision.moves
    }
    assert moves == expected(layout, registrations)


@given(registrations=REGISTER)
def test_before_and_in_less_out_is_after(layout: Layout, registrations: list[Row]) -> None:
    told = found(layout, registrations)
    for revision in told:
        counts = COUNT_OF if revision.before.unit == "cases" else SHARE_OF
        if revision.wanted.measure == "own_middle":
            counts = TIME_OF  # the numerator of a quantile is a day
        for count in counts:
            net = sum(move.in_ - move.out for move in revision.moves if move.count == count)
            assert getattr(revision.before, count) + net == getattr(revision.after, count)
    # And each side is the edition of its day.
    need = needs(layout)
    for day, side in ((FIRST, "before"), (LAST, "after")):
        cube = plain.cube(_standing(registrations, day).values(), need.columns, need.grain)
        edition = register_cells(cube, [revision.wanted for revision in told], layout, OF[0])
        for cell, revision in zip(edition, told, strict=True):
            own = getattr(revision, side)
            assert (cell.numerator, cell.denominator, cell.unknown) == (
                own.numerator,
                own.denominator,
                own.unknown,
            )
            assert (cell.value, cell.bound_low, cell.bound_high) == (own.value, own.bound_low, own.bound_high)


VIEW = {"decided_on": Grain.YEAR, "keywords": Grain.YEAR, "outcome": Grain.YEAR, "received_on": Grain.MONTH}


@given(registrations=REGISTER)
def test_the_engine_joins_what_each_case_was_and_is(registrations: list[Row]) -> None:
    rows = [{**plain.case(), WITHDRAWN: False, **row} for row in registrations]
    table = ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))
    query = transitions_query(table, FIRST, LAST, VIEW, {})
    joined = read_transitions(VIEW, query.to_pyarrow().to_pydict())
    before, after = (_standing(registrations, day) for day in (FIRST, LAST))
    cases = {*before, *after}
    expected = Counter(
        tuple(None if side.get(id) is None else _combination(side[id], VIEW) for side in (before, after))
        for id in cases
    )
    assert {(item.before, item.after): item.cases for item in joined.items} == expected
    assert len(joined.items) == len(expected)


def test_the_engine_tells_which_columns_changed(layout: Layout) -> None:
    rows = [
        *registered("1", {}, {"outcome": "upheld", "decided_on": date(2024, 7, 1)}),
        *registered("2", IN_2024, {**IN_2024, "outcome": "remitted", "law_area": CHILD}),
        *registered("3", IN_2024, IN_2024),
        *registered("4", IN_2024, {WITHDRAWN: True}),
        *registered("5", None, IN_2024),
        *registered("6", IN_2024, {**IN_2024, "outcome": None, "decided_on": None, "authority": "901"}),
    ]
    full = [{**plain.case(), WITHDRAWN: False, **row} for row in rows]
    table = ibis.memtable(pa.Table.from_pylist(full, schema=SCHEMA))
    columns = sorted({name for view in views(layout) for name in view})
    changed = changes_query(table, FIRST, LAST, columns).to_pyarrow().to_pydict()
    told = summary(read_changes(columns, changed), layout)
    assert (told.before, told.after, told.new, told.removed, told.changed) == (5, 5, 1, 1, 3)
    assert told.by == {
        Reason.DECIDED: 1,
        Reason.REOPENED: 1,
        Reason.OUTCOME: 1,
        Reason.PROVISION: 1,
        Reason.AUTHORITY: 1,
    }
    assert list(told.by) == [reason for reason in Reason if reason in told.by]


def registered(id: str, was: Row | None, now: Row) -> list[Row]:
    """A case with two registrations, or one between the days."""
    both = [(MOMENTS[0], was), (MOMENTS[2], now)]
    return [
        {"case_id": id, LINE: line, DELIVERY: 1, REGISTERED_AT: when, **said}
        for line, (when, said) in enumerate(both, start=2)
        if said is not None
    ]


IN_2024 = {"decided_on": date(2024, 3, 1), "outcome": "upheld", "law_area": SERVICE, "keywords": ""}


def one_case(layout: Layout, was: Row, now: Row) -> dict[str, dict[str, tuple[str, int, int]]]:
    """Number to count to reason, in and out, of one case with two registrations."""
    return {
        revision.wanted.ref: {move.count: (move.reason.value, move.in_, move.out) for move in revision.moves}
        for revision in found(layout, registered("1", was, now))
        if revision.moves
    }


@pytest.mark.parametrize(
    ("now", "ref", "count", "told"),
    [
        ({**IN_2024, "outcome": "remitted"}, "reversal_rate|||2024", "numerator", ("outcome", 1, 0)),
        (
            {**IN_2024, "law_area": CHILD},
            f"decided|law_area={SERVICE}||2024",
            "numerator",
            ("provision", 0, 1),
        ),
        ({**IN_2024, "law_area": CHILD}, f"decided|law_area={CHILD}||2024", "numerator", ("provision", 1, 0)),
        ({**IN_2024, "decided_on": date(2023, 3, 1)}, "decided|||2024", "numerator", ("date", 0, 1)),
        ({**IN_2024, "decided_on": None, "outcome": None}, "decided|||2024", "numerator", ("reopened", 0, 1)),
        (
            {**IN_2024, "keywords": "reasons"},
            "keyword_cases|keyword=reasons||2024",
            "numerator",
            ("marks", 1, 0),
        ),
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
    told = found(layout, registered("1", IN_2024, {**IN_2024, "office": "Aalborg"}))
    assert not any(revision.moved for revision in told)


def test_a_time_that_is_another_went_out_and_came_in(layout: Layout) -> None:
    moves = one_case(layout, {**IN_2024, "processing_days": 7}, {**IN_2024, "processing_days": 30})
    assert moves["own_mean|||2024"] == {"numerator": ("date", 30, 7), "denominator": ("date", 1, 1)}
    assert moves["own_middle|||2024"] == {"denominator": ("date", 1, 1)}


def test_one_in_and_one_out_is_no_difference_but_a_move(layout: Layout) -> None:
    rows = [
        *registered("1", IN_2024, {**IN_2024, "outcome": "remitted"}),
        *registered("2", {**IN_2024, "outcome": "remitted"}, IN_2024),
    ]
    revision = {item.wanted.ref: item for item in found(layout, rows)}["reversal_rate|||2024"]
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

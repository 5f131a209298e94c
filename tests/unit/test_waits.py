"""The waits and the flow of a register, by the engine and in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import ibis
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.analyses.flow import Flow, flow, flow_query, latest_months
from sagsbarometer.appeals.analyses.waiting import waiting_of
from sagsbarometer.appeals.analyses.waits import Wait, queue_of, waits, waits_query
from sagsbarometer.appeals.registration import DELIVERY, LINE, REGISTERED_AT, WITHDRAWN
from sagsbarometer.reporting.pages.waiting_words import disagree_words, week_shares
from tests import registers_in_tests as plain
from tests.bench_register import SCHEMA

DAY = date(2025, 3, 31)
FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
MERITS = ("remitted", "upheld")
WRITTEN = datetime(2025, 1, 1, tzinfo=UTC)


def table(cases: Sequence[dict[str, Any]]) -> Any:
    rows = [
        {
            **plain.case(case_id=str(number)),
            **case,
            REGISTERED_AT: WRITTEN,
            DELIVERY: 1,
            LINE: number,
            WITHDRAWN: False,
        }
        for number, case in enumerate(cases, start=2)
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def counted(cases: Sequence[dict[str, Any]], by: str = "") -> tuple[Wait, ...]:
    found = waits_query(table(cases), DAY, FIRST, LAST, MERITS, by).to_pyarrow().to_pydict()
    return waits(found)


def flow_of(cases: Sequence[dict[str, Any]]) -> Flow:
    return flow(flow_query(table(cases), DAY, MERITS).to_pyarrow().to_pydict(), DAY)


def case(
    received: str | None, decided: str | None = None, outcome: str | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "received_on": date.fromisoformat(received) if received else None,
        "decided_on": date.fromisoformat(decided) if decided else None,
        "outcome": outcome,
        **more,
    }


DAYS = st.one_of(st.none(), st.dates(date(2023, 10, 1), date(2025, 5, 1)))
CASE = st.fixed_dictionaries(
    {
        "received_on": DAYS,
        "decided_on": DAYS,
        "outcome": st.sampled_from([*MERITS, "lapsed", "dismissed", None]),
        "statutory_priority": st.sampled_from([True, False, None]),
        "office": st.sampled_from(["a", "b", None]),
    }
)


def by_hand(row: dict[str, Any]) -> tuple[str, int | None]:
    """How a case stands and how long it took, by the words of the module."""
    received, decided, outcome = row["received_on"], row["decided_on"], row["outcome"]
    if received is None:
        return "no_receipt", None
    days = ((decided or DAY) - received).days
    if decided is None and outcome is not None:
        return "undated", days
    if received > DAY or (decided and decided > DAY):
        return "later", days
    if decided is None:
        return "open", days
    if days < 0:
        return "negative", days
    return ("ended" if outcome is None else "decided" if outcome in MERITS else "lapsed"), days


@given(st.lists(CASE, max_size=20))
def test_the_waits_are_those_of_plain_python(rows: list[dict[str, Any]]) -> None:
    expected: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        inside = row["received_on"] is not None and FIRST <= row["received_on"] <= LAST
        expected[(inside, *by_hand(row), row["statutory_priority"], row["office"])] += 1
    found: Counter[tuple[Any, ...]] = Counter()
    for item in counted(rows, "office"):
        found[(item.inside, item.kind, item.days, item.priority, item.group)] += item.cases
    assert found == expected


@given(st.lists(CASE, max_size=20))
def test_every_case_is_counted_or_told(rows: list[dict[str, Any]]) -> None:
    queue = queue_of(counted(rows))
    inside = [row for row in rows if row["received_on"] is None or FIRST <= row["received_on"] <= LAST]
    assert queue.curve.cases + sum(queue.left_out.values()) == len(inside)
    open_ = [row for row in rows if by_hand(row)[0] == "open"]
    assert sum(queue.pending.values()) == len(open_)


def test_finished_cases_whose_dates_give_other_days_than_the_system_are_counted() -> None:
    rows = counted(
        [
            case("2024-01-01", "2024-01-11", "upheld", processing_days=10),
            case("2024-01-01", "2024-01-11", "upheld", processing_days=11),
            case("2024-01-01", "2024-01-11", None, processing_days=300),
            case("2024-01-01", "2024-01-11", "upheld"),
            case("2024-01-01", None, None, processing_days=5),  # not finished
            case("2023-01-01", "2023-01-11", "upheld", processing_days=5),  # received before the period
            case("2024-03-01", "2024-02-28", "upheld", processing_days=5),  # told as what it is
        ]
    )
    found = waiting_of(rows, DAY, FIRST, LAST, None, False)
    assert (found.compared, found.disagree) == (3, 2)
    assert disagree_words(found).startswith("I 2 af de 3 sager, der er slut")
    alike = waiting_of(counted([case("2024-01-01", "2024-01-11", "upheld")]), DAY, FIRST, LAST, None, False)
    assert disagree_words(alike) == ""


def test_a_way_to_end_that_nobody_has_told_of_is_readable() -> None:
    rows = [case("2024-01-01", "2024-01-11", "upheld"), case("2024-01-01", "2024-12-01", None)]
    queue = queue_of(counted(rows))
    early, late = week_shares(queue, 13), week_shares(queue, 52)
    assert (
        early
        == "Efter 13 uger er 50 procent afgjort, ingen bortfaldet eller afvist, og 50 procent venter endnu."
    )
    assert "50 procent afsluttet uden oplyst udfald, og ingen venter endnu." in late


def test_a_queue_by_hand() -> None:
    queue = queue_of(
        counted(
            [
                case("2024-01-01", "2024-01-11", "upheld"),
                case("2024-01-01", "2024-02-10", "lapsed"),
                case("2024-12-31"),  # open for 90 days
                case("2023-06-01"),  # received before the period, and still pending
                case("2024-03-01", "2024-02-28", "upheld"),
                case("2024-03-01", None, "upheld"),
                case("2024-03-01", "2025-04-01", "upheld"),
                case(None, "2024-02-28", "upheld"),
            ]
        )
    )
    assert queue.curve.causes == ("decided", "lapsed")
    assert [(step.day, step.at_risk, step.left, step.open) for step in queue.curve.steps] == [
        (10, 3, (1, 0), 0),
        (40, 2, (0, 1), 0),
        (90, 1, (0, 0), 1),
    ]
    assert (queue.decided, queue.finished) == ({10: 1}, {10: 1, 40: 1})
    assert queue.pending == {90: 1, 366 + 303: 1}
    assert queue.left_out == {"no_receipt": 1, "undated": 1, "later": 1, "negative": 1}


def test_cases_that_ended_nobody_knows_how_have_a_cause_of_their_own() -> None:
    curve = queue_of(counted([case("2024-01-01", "2024-01-11"), case("2024-01-01")])).curve
    assert curve.causes == ("decided", "lapsed", "ended")
    assert curve.steps[0].left == (0, 0, 1)


# --- flow ---


def test_the_latest_twelve_whole_months() -> None:
    assert latest_months(date(2025, 3, 31)).id == latest_months(date(2025, 4, 11)).id == "2024-04/2025-03"
    assert latest_months(date(2024, 2, 28)).id == "2023-02/2024-01"


def test_a_flow_by_hand() -> None:
    found = flow_of(
        [
            case("2024-04-01", "2024-06-30", "upheld"),  # waited in 3 months
            case("2023-01-01", "2024-04-01", "lapsed"),  # in 1 of the twelve
            case("2025-03-31"),  # in 1
            case("2023-01-01"),  # in all 12
            case("2024-03-31", "2024-03-31", "upheld"),  # before them
            case("2025-01-01", "2025-01-01"),  # in 1, and ended nobody knows how
            case(None, "2025-01-01", "upheld"),
        ]
    )
    assert (found.received, found.decided, found.lapsed, found.waited) == (3, 2, 1, 18)
    assert found.pending == {0: 1, (DAY - date(2023, 1, 1)).days: 1}
    assert found.lapse == Fraction(555, 10_000)


@given(st.lists(CASE, max_size=20))
def test_the_flow_has_every_case_that_came_or_left_in_the_months(rows: list[dict[str, Any]]) -> None:
    found = flow_of(rows)
    period = latest_months(DAY)
    good = [row for row in rows if by_hand(row)[0] in ("decided", "lapsed", "ended", "open", "negative")]
    assert found.received == sum(period.holds(row["received_on"]) for row in good)
    left = [row for row in good if row["decided_on"] and period.holds(row["decided_on"])]
    assert found.lapsed + found.decided == len(left)
    assert found.lapsed == sum(row["outcome"] in ("lapsed", "dismissed") for row in left)

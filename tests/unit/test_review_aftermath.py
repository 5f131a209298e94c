"""What happened to wrong cases: what may be told, and how it is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.kernel.dates import COPENHAGEN
from sagsbarometer.review.aftermath import (
    FEW,
    After,
    AfterCounts,
    Citizen,
    Did,
    Effect,
    Told,
    after_by_municipality,
    count_after,
    faults,
    is_late,
    share,
)

TODAY, DECIDED = date(2026, 11, 20), date(2026, 4, 20)
NEW = Told(Did.NEW_DECISION, date(2026, 11, 1), Effect.MORE, "", Citizen.YES, date(2026, 11, 3))
KEPT = Told(Did.MAINTAINED, date(2026, 11, 1), None, "Vi er uenige.", Citizen.NO)
REOPENED = Told(Did.REOPENED, TODAY, None, "", Citizen.LATER)


def wrong_with(told: Told) -> set[str]:
    return set(faults(told, today=TODAY, decided=DECIDED))


@pytest.mark.parametrize("told", [NEW, KEPT, REOPENED, replace(NEW, on=DECIDED, citizen_on=DECIDED)])
def test_what_can_be_told(told: Told) -> None:
    assert wrong_with(told) == set()


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (Told(), "did"),
        (Told(), "told"),
        (replace(NEW, on=None), "on"),
        (replace(NEW, on=TODAY + timedelta(days=1)), "on"),
        (replace(NEW, on=DECIDED - timedelta(days=1)), "on"),
        (replace(NEW, effect=None), "effect"),
        (replace(REOPENED, effect=Effect.SAME), "effect"),
        (replace(KEPT, reason=""), "reason"),
        (replace(KEPT, reason="Borger 010190-1234"), "reason"),
        (replace(KEPT, reason="x" * 2001), "reason"),
        (replace(NEW, reason="Vi er uenige."), "reason"),
        (replace(NEW, citizen=None), "told"),
        (replace(NEW, citizen_on=None), "told_on"),
        (replace(NEW, citizen_on=TODAY + timedelta(days=1)), "told_on"),
        (replace(KEPT, citizen_on=TODAY), "told_on"),
    ],
)
def test_what_cannot(told: Told, field: str) -> None:
    assert field in wrong_with(told)


def test_a_decision_whose_day_nobody_knows_bounds_nothing() -> None:
    early = replace(NEW, on=date(2001, 1, 1), citizen_on=date(2001, 1, 1))
    assert not faults(early, today=TODAY, decided=None)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_late_begins_at_midnight_in_copenhagen(last: date) -> None:
    after = last + timedelta(days=1)
    assert not is_late(last, datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=COPENHAGEN))
    assert is_late(last, datetime(after.year, after.month, after.day, tzinfo=COPENHAGEN))


TOLD = st.builds(
    Told,
    st.none() | st.sampled_from(Did),
    st.none() | st.just(TODAY),
    st.none() | st.sampled_from(Effect),
    st.just(""),
    st.none() | st.sampled_from(Citizen),
)
CASES = st.lists(
    st.builds(
        After,
        st.integers(1, 10_000).map(str),
        st.sampled_from(["901", "902", "903"]),
        st.sampled_from([True, True, False, None]),
        st.none() | TOLD,
        st.booleans(),
        st.booleans(),
    ),
    max_size=40,
)


@given(CASES)
def test_every_wrong_case_is_in_one_number_of_each_kind(cases: list[After]) -> None:
    total = count_after(cases)
    assert total.cases == len(cases) == total.right + total.cannot_be_seen + total.wrong
    assert total.wrong == (
        total.not_told + total.reopened + total.new_decisions + total.revoked + total.maintained
    )
    assert total.wrong == (total.citizen_yes + total.citizen_no + total.citizen_later + total.citizen_unknown)
    assert total.overdue <= total.not_told
    assert total.late <= total.told
    assert count_after(cases[::-1]) == total
    assert sum(after_by_municipality(cases).values(), AfterCounts()) == total


@given(CASES)
def test_a_revoked_grant_moves_its_own_number_alone(cases: list[After]) -> None:
    """It is never among the other new decisions, and never a better result."""
    revoked = After("more", "901", True, replace(NEW, effect=Effect.REVOKED))
    before, after = count_after(cases), count_after([*cases, revoked])
    moved = {
        name for name in AfterCounts.__dataclass_fields__ if getattr(before, name) != getattr(after, name)
    }
    assert moved == {"cases", "wrong", "revoked", "citizen_yes"}
    assert after.new_decisions == before.new_decisions


@given(CASES)
def test_what_is_told_of_a_case_that_was_not_wrong_counts_in_nothing(cases: list[After]) -> None:
    plain = [
        replace(case, told=None, late=False, overdue=False) if not case.wrong else case for case in cases
    ]
    assert count_after(plain) == count_after(cases)


def test_a_share_is_rounded_from_counts_and_told_of_few_never() -> None:
    assert share(1, FEW - 1) is None
    assert share(0, 0) is None
    assert share(1, 16) == Decimal(6)
    assert share(1, 40) == Decimal(3)  # 2.5: half up

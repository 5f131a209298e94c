"""Objections: until when one is taken, and how many there were."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.kernel.dates import COPENHAGEN
from sagsbarometer.review.objections import (
    Objected,
    ObjectionCounts,
    ObjectionState,
    ReleasedSheet,
    count_objections,
    is_taken,
    objection_fault,
    objections_by_municipality,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
CLOCK = st.integers(0, 23), st.integers(0, 59), st.integers(0, 59)


@given(DAYS, *CLOCK)
def test_the_whole_of_the_last_day_counts_and_nothing_after_it(
    last: date, hour: int, minute: int, second: int
) -> None:
    """In Copenhagen, summer and winter, also asked in UTC: 23:59:59 is taken, 00:00 the day after is not."""
    on_the_day = datetime(last.year, last.month, last.day, hour, minute, second, tzinfo=COPENHAGEN)
    assert is_taken(last, on_the_day)
    assert is_taken(last, on_the_day.astimezone(UTC))
    end = datetime(last.year, last.month, last.day, 23, 59, 59, 999999, tzinfo=COPENHAGEN)
    assert is_taken(last, end)
    after = last + timedelta(days=1)
    midnight = datetime(after.year, after.month, after.day, tzinfo=COPENHAGEN)
    assert not is_taken(last, midnight)
    assert not is_taken(last, midnight.astimezone(UTC))


def test_what_an_objection_must_say() -> None:
    assert objection_fault("")
    assert objection_fault("x" * 4001)
    assert objection_fault("Borgeren 010190-1234 fik besked")
    assert objection_fault("Afgørelsen blev sendt til partshøring.") == ""


CODES = st.sampled_from(["901", "902", "903"])
SHEETS = st.lists(
    st.builds(lambda n, code: ReleasedSheet(f"{code}-{n}", code), st.integers(1, 6), CODES), max_size=30
)


@given(SHEETS, st.data())
def test_every_objection_is_in_one_number_and_municipalities_add_up(
    sheets: list[ReleasedSheet], data: st.DataObject
) -> None:
    states = st.sampled_from(ObjectionState)
    sent = (
        data.draw(
            st.lists(
                st.builds(
                    lambda of, state: Objected(of.case, of.municipality, state),
                    st.sampled_from(sheets),
                    states,
                ),
                max_size=20,
            )
        )
        if sheets
        else []
    )
    total = count_objections(sheets, sent)
    assert total.sent == total.upheld + total.not_upheld + total.open + total.withdrawn == len(sent)
    assert total.objected <= total.cases <= total.sheets == len(sheets)
    assert total.objected == len({o.case for o in sent if o.state is not ObjectionState.WITHDRAWN})
    parts = objections_by_municipality(sheets, sent)
    assert sum(parts.values(), ObjectionCounts()) == total
    assert count_objections(sheets[::-1], sent[::-1]) == total


def test_what_was_withdrawn_is_counted_and_makes_no_case_objected_to() -> None:
    sheets = [ReleasedSheet("a", "901"), ReleasedSheet("a", "901"), ReleasedSheet("b", "902")]
    sent = [
        Objected("a", "901", ObjectionState.WITHDRAWN),
        Objected("b", "902", ObjectionState.UPHELD),
        Objected("b", "902", ObjectionState.OPEN),
    ]
    assert count_objections(sheets, sent) == ObjectionCounts(
        sheets=3, cases=2, objected=1, sent=3, upheld=1, not_upheld=0, open=1, withdrawn=1
    )

"""Columns read at once give what each cell gives on its own, and no number of a person slips through."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sagsbarometer.appeals.intake import reading
from sagsbarometer.appeals.intake.cells import Source, Unreadable, read_cell
from sagsbarometer.appeals.intake.dates import ORDERS, Dates, format_fault
from sagsbarometer.appeals.intake.mapping import Plan
from sagsbarometer.appeals.intake.moments import danish_clock, offsets
from sagsbarometer.appeals.intake.reading import Reader
from sagsbarometer.appeals.intake.vectors import _MOMENT, cpr_in, read_many
from sagsbarometer.deliveries.stream import Batch
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.dates import COPENHAGEN
from sagsbarometer.kernel.ids import holds_cpr
from tests.registrations_in_tests import CODES

SOURCES = {
    "case_id": Source("case_id", Type.TEXT, ("x",)),
    "received_on": Source("received_on", Type.DATE, ("x",)),
    "decided_on": Source("decided_on", Type.DATE, ("x",), dates=Dates(("month_first", "iso"))),
    "complete_on": Source("complete_on", Type.DATE, ("x",), dates=Dates(("year_first_day", "day_first"))),
    "appealed_on": Source("appealed_on", Type.DATE, ("x",), dates=Dates((), ("%d.%m.%y %H:%M", "%Y%m%d"))),
    "registered_at": Source("registered_at", Type.DATE, ("x",)),
    "processing_days": Source("processing_days", Type.INT, ("x",), thousands="."),
    "statutory_priority": Source("statutory_priority", Type.BOOL, ("x",), codes={"J": "ja"}),
    "outcome": Source("outcome", Type.CODE, ("x",), codes={"S": "upheld"}, unknown=frozenset({"?"})),
    "keywords": Source("keywords", Type.CODES, ("x",), empty_is_none=True),
    "authority": Source("authority", Type.TEXT, ("x",)),
    "office": Source("office", Type.TEXT, ("x",), codes={"A": "Aalborg", "B": ""}, unknown=frozenset({"?"})),
    "own_code": Source("own_code", Type.CODE, ("x",), codes={"A": "a"}),
}
_DAYS = st.dates(date(1960, 1, 1), date(2110, 12, 31))
_TIMES = st.sampled_from(
    ["", "T10:42", " 10:42:05", "T10:42:05.123456Z", " 02:30:00", "T23:59:59+01:00", " kl. 9.05", "T00:00"]
)
_SHAPES = st.sampled_from(
    ["%Y-%m-%d", "%d-%m-%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%d-%m", "%d.%m.%y 10:42", "%Y%m%d"]
)
_DATES = st.builds(lambda day, shape, time: day.strftime(shape) + time, _DAYS, _SHAPES, _TIMES)
_PLAIN = (
    "||?|A|B|S|J|ja|NEJ|1|-17|+4|1.234|12.34|99999999999|2147483648|upheld|remitted|x|ingen|0101|000".split(
        "|"
    )
)
_ODD = ["reasons|time_limits", "reasons|x", "x" * 201, "æ" * 150, "010190-1234", "٠١٠١٩٠١٢٣٤"]
_NO_DAYS = ["2024-02-30", "31-06-2024", "2025-03-30 02:30", "2025-10-26 02:30:00"]
_WORDS = st.sampled_from([*_PLAIN, *_ODD, *_NO_DAYS])
CELLS = st.one_of(_WORDS, _DATES, st.text(max_size=12).map(str.strip))


def one_by_one(source: Source, text: str) -> Any:
    try:
        return None if holds_cpr(text) else read_cell(source, text, CODES.lists)
    except Unreadable as error:
        return error.rule


def all_at_once(target: str, texts: list[str]) -> list[Any]:
    """The values of texts, and the rule that is broken in place of the value where one is."""
    source = SOURCES[target]
    own = {"own_code": {"type": "code", "label": {}}} if target == "own_code" else {}
    reader = Reader(Plan({target: source}, own=own), CODES, ("x",), 1)
    numbers = pa.array(range(2, len(texts) + 2), pa.int64())
    read = reader.read(Batch((pa.array(texts, pa.string()),), numbers), numbers)
    values = read.rows[target].to_pylist()
    for fault in read.faults.to_pylist() if read.faults else ():
        assert values[fault["line"] - 2] is None
        if fault["rule"] != "cpr":
            values[fault["line"] - 2] = fault["rule"]
    return values


@pytest.mark.parametrize("many", [0, 10**9])
@pytest.mark.parametrize("target", SOURCES)
def test_columns_read_at_once_give_what_each_cell_gives(
    target: str, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MANY", many)  # every column as if its texts were all different, and none

    @given(st.lists(CELLS, min_size=1, max_size=20))
    def same(texts: list[str]) -> None:
        assert all_at_once(target, texts) == [one_by_one(SOURCES[target], text) for text in texts]

    same()


@given(
    st.lists(
        st.one_of(
            CELLS,
            st.from_regex(r"\A.?[0-3]\d[.\-/ ]?[01]\d[.\-/ ]?\d\d[-–. ]{0,4}\d{4}.?\Z"),
            st.text("0123456789-. ٠١٢０１２９", min_size=9, max_size=16),
        ),
        max_size=20,
    )
)
def test_the_guard_against_numbers_of_persons_is_the_same_for_many_texts(texts: list[str]) -> None:
    assert cpr_in(pa.array(texts, pa.string())).to_pylist() == [holds_cpr(text) for text in texts]


_CLOCKS = st.sampled_from(
    ["%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%d %H:%M:%SZ", "%Y-%m-%d %H:%MZ", "%Y-%m-%dT%H:%M:%S"]
)


@given(
    st.lists(st.datetimes(datetime(1800, 1, 1)), min_size=1, max_size=8),  # noqa: DTZ001
    _CLOCKS,
    st.sampled_from(["", "", "", "0000-01-01", "2023-02-29", "2024-02-30"]),
    st.integers(0, 3),
)
@example([datetime(2024, 1, 31, 9, 5)], "%Y-%m-%d %H:%MZ", "0000-01-01", 0)  # noqa: DTZ001  no such year
@example([datetime(9999, 12, 31, 23, 30)], "%Y-%m-%d %H:%MZ", "", 0)  # noqa: DTZ001  no such day in Denmark
@example([datetime(2024, 1, 31, 9, 5)], "%Y-%m-%dT%H:%M:%S.%fZ", "2024-02-30", 2)  # noqa: DTZ001
def test_moments_that_are_written_alike_are_what_each_of_them_is(
    times: list[datetime], clock: str, day: str, before: int
) -> None:
    texts = [f"{time:{clock}}".zfill(len(f"{datetime(2024, 1, 1):{clock}}")) for time in times]  # noqa: DTZ001
    texts += [day + text[10:] for text in texts[:1] if day]
    source = SOURCES["registered_at"]
    found = read_many(source, pa.array(["x"] * before + texts, pa.string()).slice(before), CODES.lists)
    assert found is not None
    for text, value in zip(texts, found.to_pylist(), strict=True):
        assert value in (None, one_by_one(source, text))
    if not day and clock.endswith("Z") and all(1970 <= time.year < 2100 for time in times):
        assert not found.null_count  # nothing is left to be read one by one


@given(st.from_regex(r"\A\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?Z?\Z", alphabet="0123456789-:.T Z"))
def test_no_moment_is_taken_for_a_number_of_a_person(text: str) -> None:
    assert _MOMENT.fullmatch(text.encode())
    assert not holds_cpr(text)


def test_one_number_among_moments_is_seen() -> None:
    texts = ["2024-01-01 10:42:05"] * 3
    for odd in ("x010190-1234 10:42:", "2024-010190-1234:05", "010190-1234"):
        assert cpr_in(pa.array([*texts, odd])).to_pylist() == [False, False, False, True]


@given(st.lists(st.text("0123456789-. a", max_size=14), max_size=4), st.integers(0, 2))
@example(["0101901234"], 0)
@example(["010190-123", "x010190-1234x"], 1)
def test_a_number_has_no_fewer_digits_than_are_counted(texts: list[str], before: int) -> None:
    column = pa.array(["0101901234"] * before + texts, pa.string()).slice(before)
    assert cpr_in(column).to_pylist() == [holds_cpr(text) for text in texts]


@pytest.mark.parametrize("text", ["０１０１９０１２３４", "０１０１９０-１２３４", "01019012３４"])
def test_a_number_of_a_person_in_other_digits_is_seen(text: str) -> None:
    assert all_at_once("office", [text]) == [None]
    assert cpr_in(pa.array([text])).to_pylist() == [True]


@given(st.lists(st.datetimes(datetime(1975, 1, 1), datetime(2095, 1, 1)), min_size=1))  # noqa: DTZ001
def test_danish_times_become_moments_as_one_by_one(times: list[datetime]) -> None:
    import numpy as np

    epoch = datetime(1970, 1, 1)  # noqa: DTZ001
    local = np.array([(time - epoch) // timedelta(microseconds=1) for time in times], np.int64)
    expected = [time.replace(tzinfo=COPENHAGEN).astimezone(UTC).replace(tzinfo=None) for time in times]
    found = [epoch + timedelta(microseconds=int(value)) for value in offsets().utc(local)]
    assert found == expected


@given(st.tuples(*[st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))] * 3))  # noqa: DTZ001
def test_the_danish_clock_is_that_of_the_calendar(moments: tuple[datetime, ...]) -> None:
    import ibis

    first, moment, last = sorted(moments)
    expression = danish_clock(first, last)(ibis.literal(moment, type="timestamp('UTC')"))
    local = moment.astimezone(COPENHAGEN).replace(tzinfo=UTC)
    shown = (local - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert ibis.duckdb.connect().execute(expression) == shown


@pytest.mark.parametrize(
    ("orders", "text", "day"),
    [
        (("iso", "day_first"), "03/05/2024", date(2024, 5, 3)),
        (("month_first",), "03/05/2024", date(2024, 3, 5)),
        (("month_first", "day_first"), "13/05/2024", date(2024, 5, 13)),
        (("year_first_day",), "2024-05-03", date(2024, 3, 5)),
        (("year_first_day", "iso"), "2024-05-13", date(2024, 5, 13)),
    ],
)
def test_the_orders_are_tried_in_turn(orders: tuple[str, ...], text: str, day: date) -> None:
    assert set(orders) <= set(ORDERS)
    assert Dates(orders).day(text) == day


@pytest.mark.parametrize("format", ["%d.%m", "%b %Y", "%A %d %m %Y", "%x", "%d.%m.%Y %Q", "%H:%M"])
def test_a_format_that_gives_no_day_or_hangs_on_the_machine_is_refused(format: str) -> None:
    assert format_fault(format)


def test_a_format_is_read() -> None:
    assert format_fault("%m/%d/%Y %I:%M:%S %p") == ""
    assert Dates((), ("%m/%d/%Y %I:%M:%S %p",)).moment("03/05/2024 02:10:00 PM") == datetime(
        2024, 3, 5, 13, 10, tzinfo=UTC
    )

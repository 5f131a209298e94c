"""A file of registrations: what is refused, what is asked about, and what is kept."""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.intake import told
from sagsbarometer.appeals.registration import (
    COLUMNS,
    COURT_RESULTS,
    OCCASIONS,
    OMBUDSMAN_RESULTS,
    OUTCOMES,
    RESULTS,
)
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.dates import danish_day, parse_moment, start_of_day
from sagsbarometer.kernel.problems import Faults, Level, Problem
from tests.registrations_in_tests import CASE, CODES, EXTRA, OLD, SAME, SUPPORT, brief, csv_text, imported

CPR = "0101901234"
EXTRA_CASE = {"case_subject": EXTRA, "law_area": "barnets_lov"}


def faults_of(folder: Path, *rows: Mapping[str, str], mapping: str = SAME, origin: str = "") -> list[Problem]:
    with pytest.raises(Faults) as caught:
        imported(folder, csv_text(rows), mapping, origin)
    return list(caught.value.problems)


def remarks_of(folder: Path, *rows: Mapping[str, str]) -> list[Problem]:
    return list(imported(folder, csv_text(rows)).remarks)


# --- what stops ---


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"case_id": ""}, "REGISTER-101", "case_id"),
        ({"registered_at": ""}, "REGISTER-102", "registered_at"),
        ({"registered_at": "i går"}, "REGISTER-102", "registered_at"),
        ({"registered_at": "2024-06-01 25:00"}, "REGISTER-102", "registered_at"),
        ({"registered_at": "9999-12-31T23:30Z"}, "REGISTER-102", "registered_at"),
        ({"outcome": "medhold"}, "REGISTER-103", "outcome"),
        ({"law_area": "skattelov"}, "REGISTER-103", "law_area"),
        ({"case_subject": "andet"}, "REGISTER-103", "case_subject"),
        ({"occasion": "klage"}, "REGISTER-103", "occasion"),
        ({"result": "delvist"}, "REGISTER-103", "result"),
        ({"keywords": "reasons|tid"}, "REGISTER-103", "keywords"),
        ({"keywords": "reasons|ingen"}, "REGISTER-103", "keywords"),
        ({"keywords": "|"}, "REGISTER-103", "keywords"),
        ({"condition": "serviceloven/97/alder"}, "REGISTER-103", "condition"),
        ({"provision": "serviceloven/107", "condition": "alder"}, "REGISTER-103", "condition"),
        ({"office": "x" * 201}, "REGISTER-103", "office"),
        ({"received_on": "31-02-2024"}, "REGISTER-104", "received_on"),
        ({"decided_on": "05/2024"}, "REGISTER-104", "decided_on"),
        ({"received_on": "2024-05-02"}, "REGISTER-105", "decided_on"),
        ({"court_judged_on": "2024-04-01", "court_result": "won"}, "REGISTER-105", "court_judged_on"),
        ({"decided_on": ""}, "REGISTER-106", "outcome"),
        ({"outcome": ""}, "REGISTER-107", "decided_on"),
        ({"case_subject": EXTRA}, "REGISTER-108", "case_subject"),
        ({"provision": "serviceloven/107", "condition": "serviceloven/97/age"}, "REGISTER-108", "condition"),
        ({"decided_on": "2024-06-02"}, "REGISTER-109", "decided_on"),
        ({"court_judged_on": "2024-06-02", "court_result": "won"}, "REGISTER-109", "court_judged_on"),
        ({"received_on": "2024-06-02", "decided_on": "", "outcome": ""}, "REGISTER-109", "received_on"),
        ({"office": f"se {CPR}"}, "REGISTER-110", "office"),
        ({"case_id": CPR}, "REGISTER-110", "case_id"),
        ({"received_on": CPR}, "REGISTER-110", "received_on"),
        ({"origin": ""}, "REGISTER-111", "origin"),
        ({"origin": "ægte"}, "REGISTER-111", "origin"),
    ],
)
def test_a_fault_stops_and_is_told_at_its_cell_and_once(
    tmp_path: Path, change: dict[str, str], code: str, column: str
) -> None:
    problems = faults_of(tmp_path, CASE, {**CASE, "case_id": "24-2", **change})
    assert brief(problems) == [(code, 3, column)]
    assert problems[0].level is Level.ERROR


def test_every_fault_of_every_row_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    wrong = {**CASE, "outcome": "x", "received_on": "y"}
    rows = [wrong, {**CASE, "case_id": "2"}, {**CASE, "case_id": "", "decided_on": "z"}]
    told_of = [(row, code) for code, row, _ in brief(faults_of(tmp_path, *rows))]
    assert told_of == [
        (2, "REGISTER-104"),
        (2, "REGISTER-103"),
        (4, "REGISTER-104"),
        (4, "REGISTER-101"),
    ]


def test_a_value_that_could_not_be_read_is_not_missed_as_well(tmp_path: Path) -> None:
    for change in (
        {"decided_on": "x"},
        {"outcome": "x"},
        {"registered_at": "x"},
        {"law_area": "x"},
        {"case_id": CPR},
    ):
        assert len(faults_of(tmp_path, {**CASE, **change})) == 1


def test_a_cpr_number_is_never_shown_and_refused_in_ignored_columns_too(tmp_path: Path) -> None:
    row = {**CASE, "outcome": CPR, "office": CPR}
    problems = faults_of(tmp_path, row, mapping=SAME + "ignore: [office]\n")
    assert brief(problems) == [("REGISTER-110", 2, "outcome"), ("REGISTER-110", 2, "office")]
    assert not any(CPR in str(problem) for problem in problems)


def test_a_moment_is_not_taken_for_a_cpr_number(tmp_path: Path) -> None:
    text = "2024-06-01T10:01:02.120345Z"
    found = imported(tmp_path, csv_text([{**CASE, "registered_at": text}]))
    assert found.registered_at[0].microsecond == 120345


def test_origins_are_not_mixed(tmp_path: Path) -> None:
    problems = faults_of(tmp_path, CASE, {**CASE, "case_id": "2", "origin": "real"})
    assert brief(problems) == [("REGISTER-111", None, None)]
    assert brief(faults_of(tmp_path, CASE, origin="real")) == [("REGISTER-111", None, None)]
    assert imported(tmp_path, csv_text([CASE]), origin="synthetic")


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    assert brief(faults_of(tmp_path)) == [("REGISTER-112", None, None)]


def test_the_same_fault_in_many_rows_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "MOST_ALIKE", 3)
    rows = [{**CASE, "case_id": str(n), "outcome": "x", "office": CPR if n == 9 else ""} for n in range(10)]
    problems = faults_of(tmp_path, *rows)
    assert brief(problems) == [
        ("REGISTER-103", 2, "outcome"),
        ("REGISTER-103", 3, "outcome"),
        ("REGISTER-103", 4, "outcome"),
        ("REGISTER-110", 11, "office"),  # another fault is not lost among them
        ("REGISTER-103", None, "outcome"),
    ]
    assert "7 rækker mere" in problems[-1].fault
    assert problems[-1].level is Level.NOTE


# --- what is asked about ---


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        (
            {**EXTRA_CASE, "received_on": "2023-01-10", "decided_on": "2023-12-31"},
            "REGISTER-121",
            "case_subject",
        ),
        ({"case_subject": OLD}, "REGISTER-121", "case_subject"),
        ({"reasons": "facts_or_reasons"}, "REGISTER-123", "reasons"),
        ({"outcome": "lapsed", "decided_on": ""}, "REGISTER-124", "outcome"),
        ({"court_judged_on": "2024-05-20"}, "REGISTER-125", "court_result"),
        ({"court_result": "lost"}, "REGISTER-125", "court_result"),
        ({"provision": "§ 107"}, "REGISTER-126", "provision"),
    ],
)
def test_a_warning_is_told_and_the_row_is_kept(
    tmp_path: Path, change: dict[str, str], code: str, column: str
) -> None:
    remarks = remarks_of(tmp_path, CASE, {**CASE, "case_id": "24-2", **change})
    assert brief(remarks) == [(code, 3, column)]
    assert remarks[0].level is Level.WARNING


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"decided_on": "", "outcome": ""},  # pending
        {"received_on": ""},
        {"received_on": "2024-05-01"},  # decided the day it came
        {"decided_on": "2024-06-01"},  # registered the day it was decided
        {"registered_at": "2024-05-01"},
        {**EXTRA_CASE, "decided_on": "2024-01-01", "received_on": "2023-12-01"},
        {"case_subject": OLD, "received_on": "2023-06-01", "decided_on": "2023-12-31"},
        {"outcome": "remitted", "reasons": "law_misread|facts_or_reasons"},
        {"outcome": "lapsed"},
        {"reasons": "-"},
        {"law_area": ""},
        {"case_subject": ""},
        {"case_subject": "", "law_area": "barnets_lov"},
        {"provision": "serviceloven/97", "condition": "serviceloven/97/age"},
        {"provision": "barnets_lov/90", "condition": "serviceloven/97/age"},  # its conditions hold there
        {"condition": "serviceloven/97/age"},
        {"court_judged_on": "2024-05-20", "court_result": "won"},
    ],
)
def test_what_is_in_order_is_kept_without_a_word(tmp_path: Path, change: dict[str, str]) -> None:
    assert remarks_of(tmp_path, {**CASE, **change}) == []


def test_a_case_twice_at_the_same_time_is_asked_about_and_both_are_kept(tmp_path: Path) -> None:
    rows = [
        CASE,
        {**CASE, "registered_at": "2024-06-01T08:00:00Z", "outcome": "remitted"},
        {**CASE, "case_id": "b"},
    ]
    found = imported(tmp_path, csv_text(rows))
    assert brief(found.remarks) == [("REGISTER-122", 3, "case_id")]
    assert "række 2" in found.remarks[0].fault
    assert found.columns["outcome"] == ["upheld", "remitted", "upheld"]
    assert found.lines == [2, 3, 4]


def test_a_case_may_be_registered_many_times(tmp_path: Path) -> None:
    assert remarks_of(tmp_path, CASE, {**CASE, "registered_at": "2024-06-01 10:01"}) == []


def test_a_registration_from_after_today_is_asked_about(tmp_path: Path) -> None:
    midnight = {**CASE, "case_id": "24-2", "registered_at": "2024-06-02 00:00"}
    text = csv_text([{**CASE, "registered_at": "2024-06-01T21:59:59Z"}, midnight])  # a second before midnight
    found = imported(tmp_path, text, today=date(2024, 6, 1))
    assert brief(found.remarks) == [("REGISTER-117", 3, "registered_at")]
    assert found.remarks[0].level is Level.WARNING
    assert "1. juni 2024" in found.remarks[0].fault
    (finding,) = found.report.findings
    assert (finding.rule, finding.rows, finding.examples[0].row) == ("registered_in_future", 1, 3)
    assert found.lines == [2, 3]
    assert imported(tmp_path, text, today=date(2024, 6, 2)).remarks == ()
    assert imported(tmp_path, text).remarks == ()  # nobody said what day it is


def test_what_is_kept_of_a_file_does_not_hang_on_the_day(tmp_path: Path) -> None:
    text = csv_text([CASE])
    with pytest.raises(Faults) as hard:
        imported(tmp_path, text, SAME + "rules: {registered_in_future: hard}\n", today=date(2024, 5, 31))
    assert brief(hard.value.problems) == [("REGISTER-117", 2, "registered_at")]
    with pytest.raises(Faults) as left_out:
        imported(tmp_path, text, SAME + "rules: {registered_in_future: leave_out}\n")
    assert [problem.code for problem in left_out.value.problems] == ["KORT-103"]


# --- all of it back ---

_WORDS = st.text(string.ascii_letters + "æøåÆØÅ éü-_/.,;\"'&<", min_size=1, max_size=12).map(str.strip)
_NAMES = _WORDS.filter(lambda word: word not in ("", "-") and not word.startswith("#"))
_DAYS = st.dates(date(2018, 1, 1), date(2025, 12, 31))
_MOMENTS = st.datetimes(
    datetime.fromisoformat("2031-01-01"), datetime.fromisoformat("2040-01-01"), timezones=st.just(UTC)
)


@st.composite
def registrations(draw: st.DrawFn) -> dict[str, Any]:
    """One registration that breaks no hard rule."""
    received, waits, court = draw(_DAYS), draw(st.integers(0, 900)), draw(st.integers(0, 900))
    outcome = draw(st.sampled_from((None, *OUTCOMES)))
    decided = None if outcome is None else received + timedelta(days=waits)
    judged = draw(st.sampled_from((None, *COURT_RESULTS))) if decided else None
    subject = draw(st.sampled_from((None, SUPPORT, EXTRA, OLD)))
    row: dict[str, Any] = {
        "case_id": draw(_NAMES),
        "received_on": draw(st.sampled_from((None, received))),
        "decided_on": decided,
        "outcome": outcome,
        "law_area": CODES.law_area_of.get(subject or "") or draw(st.sampled_from((None, "serviceloven"))),
        "case_subject": subject,
        "provision": draw(st.sampled_from((None, "serviceloven/97", "ukendt"))),
        "condition": draw(st.sampled_from((None, "serviceloven/97/age"))),
        "authority": draw(st.one_of(st.none(), st.integers(101, 998).map(str))),
        "occasion": draw(st.sampled_from((None, *OCCASIONS))),
        "result": draw(st.sampled_from((None, *RESULTS))),
        "office": draw(st.one_of(st.none(), _NAMES)),
        "court_judged_on": decided + timedelta(days=court) if decided and judged else None,
        "court_result": judged,
        "registered_at": draw(_MOMENTS),
        "processing_days": draw(st.one_of(st.none(), st.integers(-10, 3000))),
        "statutory_priority": draw(st.sampled_from((None, True, False))),
        "appealed_on": draw(st.sampled_from((None, received))),
        "ombudsman_result": draw(st.sampled_from((None, *OMBUDSMAN_RESULTS))),
    }
    if row["provision"] == "ukendt":
        row["condition"] = None
    for column in ("reasons", "keywords"):
        chosen = draw(st.one_of(st.none(), st.sets(st.sampled_from(CODES.lists[column].codes))))
        row[column] = None if chosen is None else "|".join(sorted(chosen))
    return row


def written(row: Mapping[str, Any], danish: bool) -> dict[str, str]:
    """A registration as somebody's extract has it."""
    cells = {"origin": "training"}
    for column, value in row.items():
        if column == "registered_at":
            cells[column] = value.isoformat()
        elif value == "":
            cells[column] = "ingen"
        elif isinstance(value, bool):
            cells[column] = "ja" if value else "nej"
        elif isinstance(value, int):
            cells[column] = str(value)
        elif isinstance(value, date):
            cells[column] = f"{value:%d-%m-%Y}" if danish else value.isoformat()
        else:
            cells[column] = value or ""
    return cells


@given(st.lists(registrations(), min_size=1, max_size=8), st.booleans())
def test_what_was_written_is_what_is_read(rows: list[dict[str, Any]], danish: bool) -> None:
    with TemporaryDirectory() as folder:
        text = csv_text(written(row, danish) for row in rows)
        found = imported(Path(folder), text.encode("utf-8-sig"))
    assert found.origin == "training"
    assert found.registered_at == [row["registered_at"] for row in rows]
    assert {column: found.columns[column] for column in COLUMNS} == {
        column: [row.get(column) for row in rows] for column in COLUMNS
    }
    assert not [problem for problem in found.remarks if problem.level is Level.ERROR]


@given(st.lists(st.dictionaries(st.sampled_from(tuple(CASE)), st.text(max_size=20)), min_size=1, max_size=5))
def test_whatever_stands_in_the_cells_it_is_read_or_refused(changes: list[dict[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        try:
            found = imported(
                Path(folder), csv_text({**CASE, **change} for change in changes).encode("utf-8", "replace")
            )
        except Faults as faults:
            assert faults.problems
        else:
            assert all(found.columns["case_id"])
            assert all(moment.utcoffset() == timedelta(0) for moment in found.registered_at)


def test_every_column_has_a_type_that_can_be_read() -> None:
    assert set(COLUMNS.values()) == set(Type)
    coded = {column for column, type in COLUMNS.items() if type in (Type.CODE, Type.CODES)}
    assert coded == set(CODES.lists)


# --- moments ---


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-04-11", "2025-04-10T22:00:00+00:00"),
        ("11.04.2025 kl. 10.42", "2025-04-11T08:42:00+00:00"),
        ("11/4/2025 9:05:07", "2025-04-11T07:05:07+00:00"),
        ("2025-04-11T10:42:05.1234567Z", "2025-04-11T10:42:05.123456+00:00"),
        ("2025-04-11 10:42+0530", "2025-04-11T05:12:00+00:00"),
        ("2025-01-11 10:42-02", "2025-01-11T12:42:00+00:00"),
        ("2025-10-26 02:30", "2025-10-26T00:30:00+00:00"),  # comes twice: the first
        ("2025-03-30 02:30", "2025-03-30T01:30:00+00:00"),  # comes never: an hour on
    ],
)
def test_moments_are_read_as_people_write_them(text: str, moment: str) -> None:
    assert parse_moment(text).isoformat() == moment


@pytest.mark.parametrize(
    "text",
    ["", "i dag", "2025-04-11 24:00", "2025-04-11 10:60", "2025-02-30 10:00", "04/13/2025 10:00", "0001-01-01",
     "9999-12-31 23:00-05:00", "2025-04-11 10:42+99:00", "10:42"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_moment(text)


@given(_DAYS)
def test_a_day_begins_on_that_day_and_a_moment_before_is_the_day_before(day: date) -> None:
    begins = start_of_day(day)
    assert danish_day(begins) == day
    assert danish_day(begins - timedelta(microseconds=1)) == day - timedelta(days=1)

"""The frame list: what is refused, its one canonical form, and which cases can be drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.kernel.problems import Faults, Level
from sagsbarometer.sampling.eligible import (
    APPEALED,
    IN_REGISTER,
    NOT_SAFE,
    Rule,
    judged,
    left_out,
    safe_after,
)
from sagsbarometer.sampling.listing import Listing, ListRow, canonical, from_canonical, listing, listing_of
from sagsbarometer.sampling.plan import Plan
from tests.samples_in_tests import a_list, a_plan, write_list

GOOD = "id,authority,result\na1,901,grant\na2,0902,refusal\na3,903,grant\n"


def read(tmp_path: Path, text: str, plan: Plan | None = None, without: tuple[str, ...] = ()) -> Any:
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    return listing_of(read_table(file), plan or a_plan(), frozenset(without))


def refused(tmp_path: Path, text: str, plan: Plan | None = None, without: tuple[str, ...] = ()) -> list[Any]:
    with pytest.raises(Faults) as error:
        read(tmp_path, text, plan, without)
    return list(error.value.problems)


def test_a_list_is_read_and_put_in_order(tmp_path: Path) -> None:
    listed, notes = read(tmp_path, GOOD.replace("a1,901", "z1,901"))
    assert [(row.id, row.authority, row.stratum) for row in listed.rows] == [
        ("a2", "902", ("refusal",)),
        ("a3", "903", ("grant",)),
        ("z1", "901", ("grant",)),
    ]
    assert notes == []


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        (",901,grant", "UDTRAEK-102", "id"),
        ("=1+1,901,grant", "UDTRAEK-102", "id"),
        ("-a,901,grant", "UDTRAEK-102", "id"),
        (f"{'a' * 81},901,grant", "UDTRAEK-102", "id"),
        ("010190-1234,901,grant", "UDTRAEK-103", "id"),
        ("0101901234,901,grant", "UDTRAEK-103", "id"),
        ("sag 010190 1234,901,grant", "UDTRAEK-103", "id"),
        ("a1,901,grant", "UDTRAEK-104", "id"),
        ("b,751,grant", "UDTRAEK-105", "authority"),
        ("b,,grant", "UDTRAEK-105", "authority"),
        ("b,901,other", "UDTRAEK-106", "result"),
        ("b,901,", "UDTRAEK-106", "result"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_at_its_row(
    tmp_path: Path, line: str, code: str, column: str
) -> None:
    (problem,) = refused(tmp_path, f"{GOOD}{line}\n")
    assert (problem.code, problem.place.row, problem.place.column) == (code, 5, column)
    assert "1234" not in str(problem)


@pytest.mark.parametrize("id", ["9011201801234", "120180 / - 1234", "19800112-1234", "12 01 80 12 34"])
def test_no_spelling_hides_the_number_of_a_person(tmp_path: Path, id: str) -> None:
    (problem,) = refused(tmp_path, f"{GOOD}{id},901,grant\n")
    assert (problem.code, problem.place.row) == ("UDTRAEK-103", 5)


@pytest.mark.parametrize(
    "id",
    [
        "a1201801234b" + "c" * 20,
        "A1201801234B" + "C" * 52,
        "cc120180-1234-4aaa-8aaa-aaaaaaaaaaaa",
        "901/" + "a1201801234b" + "c" * 20,
        "901-cc120180-1234-4aaa-8aaa-aaaaaaaaaaaa",
        "901a1201801234b" + "c" * 17,  # begins as the code of its authority
    ],
)
def test_an_id_that_a_program_made_is_taken_whatever_its_digits(tmp_path: Path, id: str) -> None:
    listed, notes = read(tmp_path, f"{GOOD}{id},901,grant\n")
    assert id in {row.id for row in listed.rows}
    assert notes == []


@pytest.mark.parametrize("id", ["901/a1201801234b", "902/a1201801234b" + "c" * 20, "901a1201801234b"])
def test_a_part_of_one_is_none(tmp_path: Path, id: str) -> None:
    (problem,) = refused(tmp_path, f"{GOOD}{id},901,grant\n")
    assert problem.code == "UDTRAEK-103"


def test_numbers_that_lost_a_nought_are_seen_together(tmp_path: Path) -> None:
    read(tmp_path, f"{GOOD}101801234,901,grant\n")
    rows = "".join(f"10180{number},90{1 + number % 3},grant\n" for number in range(1000, 1012))
    (problem,) = refused(tmp_path, f"id,authority,result\n{rows}")
    assert (problem.code, problem.place.row, problem.place.column) == ("UDTRAEK-103", 1, "id")


@pytest.mark.parametrize(
    ("one", "other"), [("AB-1", "ab-1"), ("AB-1", "AB_1"), ("AB-1", "\u0410B-1"), ("A 1", "a1")]
)
def test_ids_nearly_the_same_are_told_once(tmp_path: Path, one: str, other: str) -> None:
    _, notes = read(tmp_path, f"{GOOD}{one}x,901,grant\n{other}x,901,grant\nb-2,901,grant\nb2,901,grant\n")
    (note,) = notes
    assert (note.code, note.level, note.place.row) == ("UDTRAEK-112", Level.NOTE, 5)
    assert "4 id'er" in note.fault


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31"])
def test_a_day_of_no_decision_is_a_fault_of_its_row(tmp_path: Path, day: str) -> None:
    text = (
        GOOD.replace("result", "result,decided_on")
        .replace("grant", "grant,")
        .replace("refusal", f"refusal,{day}")
    )
    (problem,) = refused(tmp_path, text)
    assert (problem.code, problem.place.row) == ("UDTRAEK-107", 3)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    found = refused(tmp_path, f"{GOOD}0101901234,751,other\na1,901,grant\n")
    assert [(item.code, item.place.row) for item in found] == [
        ("UDTRAEK-103", 5),
        ("UDTRAEK-105", 5),
        ("UDTRAEK-106", 5),
        ("UDTRAEK-104", 6),
    ]


def test_a_list_of_faults_alone_is_told_of_as_far_as_anybody_reads(tmp_path: Path) -> None:
    found = refused(tmp_path, GOOD + "".join(f"b{at},751,grant\n" for at in range(1_500)))
    assert [item.code for item in found] == ["UDTRAEK-105"] * 1_000 + ["FIL-122"]


def test_a_stratum_that_the_plan_has_elsewhere_is_not_one_here(tmp_path: Path) -> None:
    plan = a_plan(sizes={("901", "grant"): (5, 2), ("902", "refusal"): (5, 2)})
    found = refused(tmp_path, "id,authority,result\na,901,refusal\nb,902,refusal\n", plan)
    assert [item.code for item in found] == ["UDTRAEK-106"]


def test_ids_that_look_alike_are_one(tmp_path: Path) -> None:
    """An æ of one sign and å of two: the same word, typed on two machines."""
    found = refused(tmp_path, f"{GOOD}sag-\u00e5,901,grant\nsag-a\u030a,901,grant\n")
    assert [item.code for item in found] == ["UDTRAEK-104"]


@pytest.mark.parametrize("missing", ["id", "authority", "result"])
def test_a_column_that_is_missing_is_told(tmp_path: Path, missing: str) -> None:
    found = refused(tmp_path, GOOD.replace(missing, "noget"))
    assert [item.code for item in found] == ["UDTRAEK-101"]
    assert missing in found[0].fault


def test_sizes_stand_in_the_column_that_the_plan_names(tmp_path: Path) -> None:
    plan = a_plan("pps", size_column="timer")
    text = 'id,authority,result,timer\na1,901,grant,3\na2,902,grant,"1,5"\na3,903,grant,2\n'
    listed, _ = read(tmp_path, text, plan)
    assert [row.size for row in listed.rows] == [3, Fraction(3, 2), 2]
    assert [item.code for item in refused(tmp_path, GOOD, plan)] == ["UDTRAEK-101"]
    for wrong in ("0", "", "-1", "nan", "1e5", "1.234.567"):
        found = refused(tmp_path, text.replace(",3\n", f",{wrong}\n"), plan)
        assert [item.code for item in found] == ["UDTRAEK-108"], wrong


def test_days_that_are_none_are_told(tmp_path: Path) -> None:
    head = "id,authority,result,decided_on,received_on,appealed\na2,902,grant,,,nej\na3,903,grant,,,nej\n"
    for wrong, code in (
        ("a1,901,grant,31-02-2026,,nej", "UDTRAEK-107"),
        ("a1,901,grant,2026-03-02,2026-03-01,nej", "UDTRAEK-107"),
        ("a1,901,grant,,,måske", "UDTRAEK-109"),
        ("a1,901,grant,,,", "UDTRAEK-109"),
    ):
        assert [item.code for item in refused(tmp_path, f"{head}{wrong}\n")] == [code], wrong
    listed, _ = read(tmp_path, f"{head}a1,901,grant,01-03-2026,2026-03-02,JA\n")
    assert listed.rows[0] == ListRow(
        "a1", "901", ("grant",), date(2026, 3, 1), date(2026, 3, 2), appealed=True
    )


def test_newest_first_needs_a_day_of_every_case(tmp_path: Path) -> None:
    plan = a_plan("newest_first")
    text = "id,authority,result,decided_on\na1,901,grant,2026-01-01\na2,902,grant,\na3,903,grant,2026-01-01\n"
    assert [item.code for item in refused(tmp_path, text, plan)] == ["UDTRAEK-107"]
    assert [item.code for item in refused(tmp_path, GOOD, plan)] == ["UDTRAEK-101"]


def test_an_authority_that_sent_nothing_is_told_until_somebody_says_so(tmp_path: Path) -> None:
    text = GOOD.replace("a3,903,grant\n", "")
    (problem,) = refused(tmp_path, text)
    assert problem.code == "UDTRAEK-111"
    assert "903" in problem.fault
    listed, _ = read(tmp_path, text, without=("903",))
    assert {row.authority for row in listed.rows} == {"901", "902"}
    for wrong in ("901", "555"):
        found = refused(tmp_path, text, without=("903", wrong))
        assert [item.code for item in found] == ["UDTRAEK-114"]


def test_two_stages_need_lists_of_the_drawn_alone(tmp_path: Path) -> None:
    from sagsbarometer.sampling.first_stage import first_stage

    plan = a_plan("two_stage")
    drawn = first_stage(plan).drawn
    text = "id,authority,result\n" + "".join(f"a{code},{code},grant\n" for code in drawn)
    assert len(read(tmp_path, text, plan)[0].rows) == 2


def test_columns_nobody_needs_are_left_and_told(tmp_path: Path) -> None:
    text = "id,authority,result,navn\na1,901,grant,Ole\na2,902,grant,Bo\na3,903,grant,Ib\n"
    listed, notes = read(tmp_path, text)
    assert [(note.code, note.level) for note in notes] == [("UDTRAEK-110", Level.NOTE)]
    assert b"Ole" not in canonical(listed)


# --- the canonical form ------------------------------------------------------------------------------------------


def test_the_canonical_form_is_what_is_documented() -> None:
    rows = [
        ListRow("b", "901", ("grant",), date(2026, 1, 2), None, Fraction(3, 2), True, APPEALED),
        ListRow("a", "902", ("refusal",)),
    ]
    assert canonical(listing(["result"], rows)).decode() == (
        "id,authority,result,decided_on,received_on,size,appealed,left_out\n"
        "a,902,refusal,,,,,\n"
        "b,901,grant,2026-01-02,,1.5,yes,appealed\n"
    )


TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=6)
ROWS = st.builds(
    ListRow,
    TEXTS.map(lambda text: f"a{text}"),
    st.sampled_from(["901", "902"]),
    st.tuples(TEXTS),
    st.none() | st.dates(),
    st.none() | st.dates(),
    st.none() | st.integers(1, 10**15).map(lambda millionths: Fraction(millionths, 10**6)),
    st.booleans(),
    st.sampled_from(["", APPEALED, NOT_SAFE]),
)


@given(st.lists(ROWS, max_size=6, unique_by=lambda row: row.id))
def test_the_canonical_form_is_read_back(rows: list[ListRow]) -> None:
    listed = listing(["result"], rows)
    assert from_canonical(canonical(listed), ["result"]) == listed
    assert canonical(listing(["result"], rows[::-1])) == canonical(listed)


@pytest.mark.parametrize("content", [b"", b"id\n", b"\xff", canonical(Listing(("other",), ()))])
def test_what_is_no_list_is_not_read_as_one(content: bytes) -> None:
    with pytest.raises(ValueError):
        from_canonical(content, ["result"])


def test_a_list_of_the_tests_is_read_as_it_was_made(tmp_path: Path) -> None:
    plan = a_plan("pps", size_column="size")
    listed = a_list(plan)
    assert listing_of(read_table(write_list(tmp_path / "l.csv", listed)), plan)[0] == listed


# --- which can be drawn --------------------------------------------------------------------------------------------


def one(**fields: Any) -> ListRow:
    return replace(ListRow("a", "901", ("grant",)), **fields)


@pytest.mark.parametrize(
    ("row", "rule", "why"),
    [
        (one(appealed=True), Rule(), APPEALED),
        (one(), Rule(in_register={"a"}), IN_REGISTER),
        (one(appealed=True), Rule(in_register={"a"}), APPEALED),
        (one(), Rule(), ""),
        # Received Monday 5 January 2026: the deadline ends 2 February, and the case is safe the day after.
        (one(decided_on=date(2026, 1, 1), received_on=date(2026, 1, 5)), Rule(4, date(2026, 2, 2)), NOT_SAFE),
        (one(decided_on=date(2026, 1, 1), received_on=date(2026, 1, 5)), Rule(4, date(2026, 2, 3)), ""),
        (one(decided_on=date(2026, 1, 5)), Rule(4, date(2026, 2, 3)), ""),
        (one(decided_on=date(2026, 1, 5)), Rule(4, date(2026, 2, 3), receipt_days=1), NOT_SAFE),
        (one(received_on=date(2026, 1, 5)), Rule(4, date(2026, 2, 3)), ""),
        (one(), Rule(4, date(2026, 2, 3)), NOT_SAFE),  # nobody knows when
    ],
)
def test_a_case_is_left_out_for_a_reason(row: ListRow, rule: Rule, why: str) -> None:
    found = judged(listing(["result"], [row]), rule)
    assert found.rows[0].left_out == why
    assert left_out(found) == ({why: 1} if why else {})
    assert len(found.drawable) == (not why)


def test_the_deadline_of_the_barometer() -> None:
    """Decided on 20 December 2022, the last day of the period of 2023's barometer: 17 January 2023."""
    assert safe_after(date(2022, 12, 20), None, 4) == date(2023, 1, 17)

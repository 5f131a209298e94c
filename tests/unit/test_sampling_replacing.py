"""Replacements: the next reserve and no other, a coded reason, and weights that still add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.sampling.draw import draw
from sagsbarometer.sampling.drawn import Drawn, Role
from sagsbarometer.sampling.plan import PROBABILITY
from sagsbarometer.sampling.replacing import (
    Asked,
    Disallowed,
    Reason,
    Replacement,
    applied,
    broken,
    load_reasons,
    next_reserve,
    read_log,
    replaced,
    write_log,
)
from sagsbarometer.sampling.verifying import estimated_cases, identities
from tests.conftest import trials
from tests.samples_in_tests import a_list, a_plan

DAY = date(2026, 3, 2)
REASONS = {
    "outside_period": Reason(id="outside_period", label={"da": "x"}, scope="out_of_scope", source="x"),
    "not_delivered": Reason(id="not_delivered", label={"da": "x"}, scope="nonresponse", source="x"),
}


def sample(method: str = "stratified") -> Drawn:
    plan = a_plan(method, **({"size_column": "size"} if method in ("pps", "two_stage") else {}))
    return draw(plan, a_list(plan))


def line_of(drawn: Drawn, cell: str) -> list[str]:
    asked = sorted((row.order, row.id) for row in drawn.rows if row.cell == cell and row.order)
    return [id for _, id in asked]


def replace_in(drawn: Drawn, log: list[Replacement], **fields: Any) -> Replacement:
    asked = Asked(**({"reason": "not_delivered", "on": DAY} | fields))
    return replaced(applied(drawn, log), log, "begin", asked, REASONS)


CELL = "authority=901;result=grant"  # thirty cases, four selected, two in reserve


def test_the_next_reserve_takes_the_place() -> None:
    drawn = sample()
    line = line_of(drawn, CELL)
    log = [replace_in(drawn, [], case=line[2], note="ikke modtaget")]
    assert (log[0].number, log[0].replacement, log[0].scope) == (1, line[4], "nonresponse")
    log.append(replace_in(drawn, log, case=line[0], reason="outside_period"))
    assert log[1].replacement == line[5]
    now = applied(drawn, log)
    roles = {row.id: row.role for row in now.rows}
    assert [roles[id] for id in line] == [
        Role.OUT_OF_SCOPE,
        Role.SELECTED,
        Role.NONRESPONSE,
        Role.SELECTED,
        Role.CALLED_IN,
        Role.CALLED_IN,
    ]
    cell = now.by_key()[CELL]
    assert (cell.issued, cell.selected, cell.in_force, cell.out_of_scope, cell.nonresponse) == (6, 4, 4, 1, 1)
    assert cell.eligible == 30 * Fraction(5, 6)
    assert {row.probability for row in now.rows if row.cell == CELL} == {Fraction(6, 30)}
    assert estimated_cases(now) == 82


def test_one_that_was_called_in_can_go_out_too() -> None:
    drawn = sample()
    line = line_of(drawn, CELL)
    log = [replace_in(drawn, [], case=line[0])]
    log.append(replace_in(drawn, log, case=line[4]))
    assert log[1].replacement == line[5]
    assert applied(drawn, log).by_key()[CELL].nonresponse == 2


def test_used_up_reserves_leave_the_place_empty() -> None:
    drawn = sample()
    line, log = line_of(drawn, CELL), []
    for id in line[:3]:
        log.append(replace_in(drawn, log, case=id))
    assert [item.replacement for item in log] == [line[4], line[5], ""]
    now = applied(drawn, log)
    assert next_reserve(now, CELL) is None
    assert now.by_key()[CELL].in_force == 3


def test_nobody_takes_the_place_where_none_is_to() -> None:
    drawn = sample()
    line = line_of(drawn, CELL)
    log = [replace_in(drawn, [], case=line[0], reserve=False)]
    assert log[0].replacement == ""
    assert {row.probability for row in applied(drawn, log).rows if row.cell == CELL} == {Fraction(4, 30)}


def refused(log: list[Replacement] | None = None, **fields: Any) -> list[str]:
    with pytest.raises(Faults) as error:
        replace_in(sample(), log or [], **fields)
    return [problem.code for problem in error.value.problems]


def test_what_is_against_the_rules_is_refused() -> None:
    drawn = sample()
    line = line_of(drawn, CELL)
    other = line_of(drawn, "authority=902;result=grant")
    undrawn = next(row.id for row in drawn.rows if row.role is Role.NOT_DRAWN)
    assert refused(case=line[0], wanted=line[5]) == ["UDTRAEK-141"]  # out of order
    assert refused(case=line[0], wanted=other[3]) == ["UDTRAEK-141"]  # of another cell
    assert refused(case=line[0], wanted=undrawn) == ["UDTRAEK-141"]  # chosen freely
    assert refused(case=line[0], wanted=line[4], reserve=False) == ["UDTRAEK-141"]
    assert refused(case=line[0], reason="") == ["UDTRAEK-142"]
    assert refused(case=line[0], reason="andet") == ["UDTRAEK-142"]
    assert refused(case=undrawn) == ["UDTRAEK-143"]
    assert refused(case=line[4]) == ["UDTRAEK-143"]  # in reserve
    assert refused(case="findes ikke") == ["UDTRAEK-143"]
    gone = [replace_in(drawn, [], case=line[0])]
    assert refused(gone, case=line[0]) == ["UDTRAEK-143"]  # a second time
    assert refused(gone, case=line[1], on=date(2026, 3, 1)) == ["UDTRAEK-145"]
    for note in ("a" * 201, "to\nlinjer", "=1+1", "vedr. 010190-1234"):
        assert refused(case=line[0], note=note) == ["UDTRAEK-144"], note
    assert refused(case="findes ikke", reason="") == ["UDTRAEK-142", "UDTRAEK-143"]
    assert replace_in(drawn, [], case=line[0], wanted=line[4]).replacement == line[4]


def test_a_log_that_breaks_the_rules_is_not_counted_in() -> None:
    drawn = sample()
    line = line_of(drawn, CELL)
    good = replace_in(drawn, [], case=line[0])
    for wrong in (
        replace(good, replacement=line[5]),  # out of order
        replace(good, replacement=line_of(drawn, "authority=902;result=grant")[3]),
        replace(good, case=line[4]),
        replace(good, case="x"),
        replace(good, scope="other"),
    ):
        with pytest.raises(Disallowed) as error:
            applied(drawn, [wrong])
        assert error.value.number == 1
    with pytest.raises(Disallowed):
        applied(drawn, [good, replace(good, number=2)])


def test_a_reserve_of_another_cell_is_none_of_this() -> None:
    """Two cells alike, so that the next of either has the same number."""
    plan = a_plan(sizes={("901", "grant"): (9, 2), ("902", "grant"): (9, 2)})
    drawn = draw(plan, a_list(plan))
    line, other = (line_of(drawn, f"authority={code};result=grant") for code in ("901", "902"))
    good = replace_in(drawn, [], case=line[0])
    assert applied(drawn, [good])
    with pytest.raises(Disallowed):
        applied(drawn, [replace(good, replacement=other[2])])


def test_a_changed_line_shows() -> None:
    drawn = sample()
    line, log = line_of(drawn, CELL), []
    for id in line[:3]:
        log.append(replace_in(drawn, log, case=id))
    assert read_log(write_log(log)) == tuple(log)
    assert broken(log, "begin") is None
    assert broken(log, "another sample") == 1
    assert broken([log[0], replace(log[1], reason="outside_period"), log[2]], "begin") == 2
    assert broken([log[0], log[2]], "begin") == 2
    assert broken(log[1:], "begin") == 1


@pytest.mark.parametrize("content", [b"", b"number,case\n", b"\xff"])
def test_what_is_no_log_is_not_read_as_one(content: bytes) -> None:
    with pytest.raises(ValueError):
        read_log(content)


@pytest.mark.parametrize("method", PROBABILITY)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=12))
def test_the_sums_hold_whatever_goes_out(method: str, asked: list[tuple[int, bool]]) -> None:
    plan = a_plan(method, **({"size_column": "size"} if method in ("pps", "two_stage") else {}))
    listed = a_list(plan)
    drawn = draw(plan, listed)
    log: list[Replacement] = []
    for at, reserve in asked:
        force = [row.id for row in applied(drawn, log).rows if row.in_force]
        log.append(replace_in(drawn, log, case=force[at % len(force)], reserve=reserve))
    now = applied(drawn, log)
    assert all(item.holds for item in identities(now, listed, plan))
    assert sum(cell.issued for cell in now.cells) == sum(row.issued for row in now.rows)
    assert sum(cell.in_force for cell in now.cells) == sum(row.in_force for row in now.rows)
    if method in ("simple", "stratified", "systematic"):
        assert estimated_cases(now) == 82


@pytest.mark.parametrize("method", ["stratified", "systematic", "pps", "two_stage"])
def test_a_case_is_issued_as_often_as_its_probability_says(method: str) -> None:
    """One of each cell goes out; over many seeds the share of draws that a case is issued in is within five standard
    errors of π + (1 − π)·k / (N − n)."""
    sizes = {("901", "grant"): (7, 3), ("902", "grant"): (4, 2), ("903", "grant"): (3, 1)}
    options = {"size_column": "size"} if method in ("pps", "two_stage") else {}
    plan = a_plan(method, sizes=sizes, **options)
    listed = a_list(plan)
    number = max(400, trials(4_000))
    seen: Counter[str] = Counter()
    wanted: dict[str, Fraction] = {}
    for seed in range(number):
        drawn = draw(replace(plan, seed=f"seed {seed}"), listed)
        log: list[Replacement] = []
        for cell in drawn.cells:
            first = [row.id for row in drawn.rows if row.cell == cell.key and row.order == 1]
            log += [replace_in(drawn, log, case=id) for id in first]
        now = applied(drawn, log)
        seen.update(row.id for row in now.issued())
        wanted |= {row.id: row.probability for row in now.rows if row.issued and row.probability}
    assert wanted.keys() == {row.id for row in listed.rows}
    for id, chance in wanted.items():
        error = sqrt(chance * (1 - chance) / number)
        assert abs(seen[id] / number - chance) <= 5 * error, (id, seen[id], float(chance))


def test_the_reasons_that_come_with_the_program() -> None:
    reasons = load_reasons(shipped("studies") / "replacement_reasons.yaml")
    named = "wrong_provision outside_period appealed no_decision duplicate disqualified not_delivered"
    assert set(named.split()) <= set(reasons)
    assert {reason.scope for reason in reasons.values()} == {"out_of_scope", "nonresponse"}
    assert all(reason.label["da"] and reason.label["en"] and reason.source for reason in reasons.values())

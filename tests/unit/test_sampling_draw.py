"""The draw: who is selected, with what probability, and what must hold of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.sampling.draw import cell_key, draw, short
from sagsbarometer.sampling.drawn import Drawn, Role
from sagsbarometer.sampling.eligible import APPEALED
from sagsbarometer.sampling.first_stage import authorities_asked, first_stage
from sagsbarometer.sampling.listing import Listing, ListRow, listing
from sagsbarometer.sampling.numbers import ONE, permanent, shuffled, start
from sagsbarometer.sampling.plan import PROBABILITY, Plan
from sagsbarometer.sampling.pps import inclusion, systematic
from sagsbarometer.sampling.verifying import differing, estimated_cases, identities
from tests.conftest import trials
from tests.samples_in_tests import SEED, a_list, a_plan

BY_SIZE = ("pps", "two_stage")


def plan_of(method: str, **changes: object) -> Plan:
    return a_plan(method, **({"size_column": "size"} if method in BY_SIZE else {}), **changes)


def ids(drawn: Drawn, role: Role = Role.SELECTED) -> set[str]:
    return {row.id for row in drawn.rows if row.role is role}


# --- numbers -----------------------------------------------------------------------------------------------------


def test_a_number_is_the_first_thirteen_digits_of_the_hash() -> None:
    """`printf 'abc\\ncase-1' | sha256sum` prints 50fe627f6e0722c3…"""
    assert permanent("abc", "case-1") == 0x50FE627F6E072
    assert permanent("abc", "sag-æ") == int(hashlib.sha256("abc\nsag-æ".encode()).hexdigest()[:13], 16)
    assert start("abc", "k") == Fraction(int(hashlib.sha256(b"abc\nstart\nk").hexdigest()[:13], 16), 16**13)


def test_the_numbers_are_even_and_the_two_are_not_alike() -> None:
    """Kolmogorov-Smirnov at one in a million of 20,000 ids; correlation of the two within five standard errors."""
    size = 20_000
    first = [permanent(SEED, f"sag {at}") / ONE for at in range(size)]
    second = [shuffled(SEED, f"sag {at}") / ONE for at in range(size)]
    for values in (first, second):
        ordered = sorted(values)
        distance = max(max((at + 1) / size - u, u - at / size) for at, u in enumerate(ordered))
        assert distance * sqrt(size) < 2.7
    product = sum((one - 0.5) * (other - 0.5) for one, other in zip(first, second, strict=True)) / size
    assert abs(product) * 12 < 5 / sqrt(size)


# --- pps ---------------------------------------------------------------------------------------------------------


def test_what_is_certain_is_taken_out_first() -> None:
    """By hand: x = 1, 2, 3, 14; n = 2. 2·14 ≥ 20, so π = 1; then 1·x / 6 for the rest. With 1, 1, 6, 12 and n = 3 the
    second round takes 6 as well: 2·6 ≥ 8."""
    sizes = {"a": Fraction(1), "b": Fraction(2), "c": Fraction(3), "d": Fraction(14)}
    assert inclusion(sizes, 2) == {"a": Fraction(1, 6), "b": Fraction(1, 3), "c": Fraction(1, 2), "d": 1}
    assert inclusion({"a": Fraction(1), "b": Fraction(1), "c": Fraction(6), "d": Fraction(12)}, 3) == {
        "a": Fraction(1, 2),
        "b": Fraction(1, 2),
        "c": 1,
        "d": 1,
    }


@given(st.lists(st.fractions(Fraction(1, 100), 50), min_size=1, max_size=12), st.integers(0, 14))
def test_probabilities_add_up_to_the_number_drawn(sizes: list[Fraction], draws: int) -> None:
    found = inclusion({str(at): size for at, size in enumerate(sizes)}, draws)
    assert sum(found.values()) == min(draws, len(sizes))
    assert all(0 <= value <= 1 for value in found.values())
    if draws:
        open_ = {id: value for id, value in found.items() if value < 1}
        assert len({value / sizes[int(id)] for id, value in open_.items()}) <= 1, "not by size"


def test_sizes_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError):
        inclusion({"a": Fraction(0)}, 1)
    with pytest.raises(ValueError):
        inclusion({"a": Fraction(1)}, -1)


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=10),
    st.integers(1, 10),
    st.fractions(0, Fraction(999, 1000)),
)
def test_a_systematic_draw_takes_as_many_as_it_should(sizes: list[int], draws: int, begin: Fraction) -> None:
    units = {str(at): Fraction(size) for at, size in enumerate(sizes)}
    chances = inclusion(units, draws)
    taken = systematic(list(units), chances, begin)
    assert len(taken) == len(set(taken)) == min(draws, len(sizes))
    assert {id for id, chance in chances.items() if chance == 1} <= set(taken)


def test_a_systematic_draw_is_what_one_does_with_a_ruler() -> None:
    """Ten units, four of them: every 2.5th from 0.3 of it: 0.3, 1.3, 2.3, 3.3 times 2.5 = 0.75, 3.25, 5.75, 8.25."""
    line = [str(at) for at in range(10)]
    assert systematic(line, dict.fromkeys(line, Fraction(4, 10)), Fraction(3, 10)) == ["0", "3", "5", "8"]


# --- the draw ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", PROBABILITY)
def test_what_must_hold_holds(method: str) -> None:
    plan = plan_of(method)
    listed = a_list(plan)
    drawn = draw(plan, listed)
    held = identities(drawn, listed, plan)
    assert held
    assert all(item.holds for item in held)
    assert len(ids(drawn)) == sum(cell.selected for cell in drawn.cells) > 0
    if method in ("simple", "stratified", "systematic"):
        assert estimated_cases(drawn) == len(listed.rows) == 82


def test_a_sum_that_does_not_hold_is_seen() -> None:
    plan = plan_of("stratified")
    listed = a_list(plan)
    drawn = draw(plan, listed)
    selected = next(row for row in drawn.rows if row.role is Role.SELECTED)
    wrong = tuple(replace(row, probability=Fraction(1, 3)) if row is selected else row for row in drawn.rows)
    assert [
        item.scope for item in identities(replace(drawn, rows=wrong), listed, plan) if not item.holds
    ] == [selected.cell]


def test_a_stratified_draw_takes_the_smallest_numbers_of_each_cell() -> None:
    plan = plan_of("stratified")
    listed = a_list(plan)
    drawn = draw(plan, listed)
    for cell in plan.cells:
        own = [
            row.id for row in listed.rows if (row.authority, row.stratum) == (cell.authority, cell.stratum)
        ]
        line = sorted(own, key=lambda id: hashlib.sha256(f"{SEED}\n{id}".encode()).hexdigest()[:13])
        key = cell_key(cell.authority, plan.strata, cell.stratum)
        asked = sorted((row.order, row.id, row.role) for row in drawn.rows if row.cell == key and row.order)
        reserves = min(ceil(cell.call_in / 2), cell.size - cell.call_in)
        assert [id for _, id, _ in asked] == line[: cell.call_in + reserves]
        assert [role for _, _, role in asked] == [Role.SELECTED] * cell.call_in + [Role.RESERVE] * reserves
        assert [order for order, _, _ in asked] == list(range(1, cell.call_in + reserves + 1))


def test_a_simple_draw_is_one_cell_of_all() -> None:
    plan = plan_of("simple")
    listed = a_list(plan)
    drawn = draw(plan, listed)
    line = sorted((row.id for row in listed.rows), key=lambda id: (permanent(SEED, id), id))
    assert ids(drawn) == set(line[:16])
    assert [(cell.key, cell.population, cell.selected) for cell in drawn.cells] == [("", 82, 16)]
    assert {row.probability for row in drawn.rows} == {Fraction(16, 82)}


def test_a_systematic_draw_is_spread_over_time() -> None:
    """Thirty cases of a cell, one of each day; four drawn are at least six places apart in the order of decisions."""
    plan = plan_of("systematic", sizes={("901", "grant"): (30, 4)})
    listed = a_list(plan)
    queue = sorted(listed.rows, key=lambda row: (row.decided_on or date.min, row.id))
    taken = ids(draw(plan, listed))
    places = [at for at, row in enumerate(queue) if row.id in taken]
    gaps = [later - earlier for earlier, later in pairwise(places)]
    assert len(places) == 4
    assert set(gaps) <= {7, 8}


def test_newest_first_takes_the_newest_and_knows_no_probability() -> None:
    plan = plan_of("newest_first")
    listed = a_list(plan)
    drawn = draw(plan, listed)
    assert not drawn.probability
    assert drawn.remark == {"da": "Myndighederne valgte selv de nyeste."}
    assert {row.probability for row in drawn.rows} == {None}
    assert identities(drawn, listed, plan) == ()
    days = {row.id: row.decided_on for row in listed.rows}
    for cell in drawn.cells:
        own = [row for row in drawn.rows if row.cell == cell.key]
        asked = [days[row.id] for row in sorted(own, key=lambda row: row.order) if row.order]
        rest = [days[row.id] for row in own if not row.order]
        assert asked == sorted(asked, reverse=True)  # type: ignore[type-var]
        assert not rest or max(rest) <= min(asked)  # type: ignore[type-var]


def test_chosen_authorities_know_no_probability_either() -> None:
    plan = plan_of("chosen_authorities", sizes={("901", "grant"): (30, 4), ("902", "grant"): (20, 0)})
    drawn = draw(plan, a_list(plan))
    assert {row.authority for row in drawn.rows if row.role is Role.SELECTED} == {"901"}
    assert drawn.uncovered == 0
    assert authorities_asked(plan) == {"901"}


def test_two_stages_multiply() -> None:
    """901 has 40 of 82 cases, 902 26, 903 16, and two are drawn: π1 = 40/41, 26/41, 16/41, and 4 of 30 within 901."""
    plan = plan_of("two_stage")
    stage = first_stage(plan)
    assert stage.probabilities == {"901": Fraction(40, 41), "902": Fraction(26, 41), "903": Fraction(16, 41)}
    assert len(stage.drawn) == 2
    assert authorities_asked(plan) == set(stage.drawn)
    drawn = draw(plan, a_list(plan))
    assert set(drawn.authorities) == set(stage.drawn)
    assert drawn.frame_authorities == 3
    grants = [row for row in drawn.rows if (row.authority, row.stratum) == ("901", ("grant",))]
    assert {row.probability for row in grants} == {Fraction(40, 41) * Fraction(4, 30)}
    others = [row for row in drawn.rows if row.authority not in stage.drawn]
    assert {row.role for row in others} == {Role.NOT_DRAWN}
    assert all(row.probability for row in others), "a case of an authority not drawn had its chance"


def test_two_stages_without_a_size_give_every_authority_the_same_chance() -> None:
    plan = a_plan("two_stage")
    assert set(first_stage(plan).probabilities.values()) == {Fraction(2, 3)}


def test_more_authorities_than_there_are_cannot_be_drawn() -> None:
    with pytest.raises(Faults) as error:
        first_stage(plan_of("two_stage", authorities=4))
    assert [problem.code for problem in error.value.problems] == ["UDTRAEK-113"]


def test_a_list_in_another_order_gives_the_same_draw() -> None:
    plan = plan_of("pps")
    listed = a_list(plan)
    other = listing(listed.strata, reversed(listed.rows))
    assert differing(draw(plan, listed), draw(plan, other)) == []
    assert differing(draw(plan, listed), draw(replace(plan, seed="another"), listed))


def test_more_cases_leave_the_others_their_numbers() -> None:
    """A list that has grown by a case changes at most one selected case in a cell: the numbers are permanent."""
    plan = plan_of("simple")
    listed = a_list(plan)
    grown = listing(listed.strata, [*listed.rows, ListRow("901-grant-999", "901", ("grant",))])
    assert len(ids(draw(plan, listed)) - ids(draw(plan, grown))) <= 1


def test_a_larger_draw_holds_the_smaller() -> None:
    listed = a_list(plan_of("simple"))
    small, large = (draw(plan_of("simple", call_in=size, take=size), listed) for size in (10, 30))
    assert ids(small) < ids(large)


def test_cells_with_too_few_cases_give_all_and_it_is_told() -> None:
    plan = plan_of("stratified", sizes={("901", "grant"): (5, 5), ("901", "refusal"): (4, 2)})
    listed = a_list(plan)
    fewer = listing(listed.strata, [row for row in listed.rows if row.id != "901-grant-000"])
    drawn = draw(plan, fewer)
    assert short(plan, drawn) == {"authority=901;result=grant": (5, 4)}
    assert {row.probability for row in drawn.rows if row.stratum == ("grant",)} == {1}
    without = listing(listed.strata, [row for row in listed.rows if row.stratum == ("refusal",)])
    assert short(plan, draw(plan, without)) == {"authority=901;result=grant": (5, 0)}


def test_cases_of_a_cell_that_nothing_is_drawn_of_are_not_covered() -> None:
    plan = plan_of("stratified", sizes={("901", "grant"): (5, 2), ("901", "refusal"): (4, 0)})
    drawn = draw(plan, a_list(plan))
    assert drawn.uncovered == 4
    assert estimated_cases(drawn) == 5


def test_what_is_left_out_is_not_drawn_and_not_counted() -> None:
    plan = plan_of("stratified", sizes={("901", "grant"): (5, 2)})
    listed = a_list(plan)
    rows = [replace(row, left_out=APPEALED) if row.id.endswith("0") else row for row in listed.rows]
    drawn = draw(plan, listing(listed.strata, rows))
    assert {row.id for row in drawn.rows} == {
        "901-grant-001",
        "901-grant-002",
        "901-grant-003",
        "901-grant-004",
    }
    assert drawn.cells[0].population == 4


def test_a_list_of_nothing_is_told() -> None:
    plan = plan_of("stratified")
    for empty in (Listing(("result",), ()), a_list(replace(plan, cells=()))):
        with pytest.raises(Faults) as error:
            draw(plan, empty)
        assert [problem.code for problem in error.value.problems] == ["UDTRAEK-113"]


def test_cells_are_keyed_as_rows_of_results_are() -> None:
    assert (
        cell_key("751", ("result", "age"), ("refusal", "adult")) == "age=adult;authority=751;result=refusal"
    )


@pytest.mark.parametrize("method", PROBABILITY)
def test_each_case_is_drawn_as_often_as_its_probability_says(method: str) -> None:
    """Over many seeds: the share of draws that a case is in, within five standard errors of π, for every case."""
    plan = plan_of(
        method, sizes={("901", "grant"): (7, 3), ("902", "grant"): (4, 2), ("903", "grant"): (2, 1)}
    )
    listed = a_list(plan)
    number = max(400, trials(4_000))
    chances = {row.id: row.probability for row in draw(plan, listed).rows}
    seen: Counter[str] = Counter()
    for seed in range(number):
        seen.update(ids(draw(replace(plan, seed=f"seed {seed}"), listed)))
    for id, chance in chances.items():
        assert chance is not None
        error = sqrt(chance * (1 - chance) / number)
        assert abs(seen[id] / number - chance) <= 5 * error, (id, seen[id], float(chance))


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=4),
    st.sampled_from(["stratified", "systematic", "pps"]),
    st.text(min_size=1, max_size=5),
    st.integers(0, 30).map(lambda tenths: Decimal(tenths) / 10),
)
def test_any_plan_holds(cells: list[tuple[int, int]], method: str, seed: str, reserve: Decimal) -> None:
    sizes = {(str(901 + at), "grant"): (size, min(size, wanted)) for at, (size, wanted) in enumerate(cells)}
    plan = plan_of(method, sizes=sizes, seed=seed, reserve=reserve)
    listed = a_list(plan)
    if not any(cell.call_in for cell in plan.cells):
        return
    drawn = draw(plan, listed)
    assert all(item.holds for item in identities(drawn, listed, plan))
    told = {cell.key: (cell.population, cell.selected) for cell in drawn.cells}
    assert told == {
        cell_key(cell.authority, plan.strata, cell.stratum): (cell.size, cell.call_in) for cell in plan.cells
    }
    for cell in drawn.cells:
        assert cell.reserves == min(ceil(reserve * cell.selected), cell.population - cell.selected)

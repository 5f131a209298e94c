"""Nobody can work out a withheld number: simulated families of linked tables, attacked by a program of their own."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.disclosure.attack import attack
from sagsbarometer.disclosure.known import Telling
from sagsbarometer.disclosure.linear import Net, implied
from sagsbarometer.disclosure.protect import protect
from sagsbarometer.disclosure.system import Hidden, Printing, System
from tests.conftest import trials
from tests.disclosure_in_tests import (
    OPEN,
    cross,
    family,
    interval,
    kept,
    recovered,
    row_deletion,
    system_from,
)

TINY = 1e-6
SEEDS = trials(200)


@cache
def protected(seed: int) -> Hidden:
    table, sums = family(seed)
    return protect(system_from(table, sums), OPEN)


# In 125 a number that has no end is close to one that is tried shown again.
@pytest.mark.parametrize("seed", dict.fromkeys([*range(SEEDS), 125]))
def test_no_withheld_number_of_a_family_can_be_worked_out(seed: int) -> None:
    table, sums = family(seed)
    hidden = protected(seed)
    assert not hidden.failed
    for name in hidden.refs:
        low, high = interval(table, sums, hidden.refs, name)
        assert high - low >= 1 - TINY, f"{name} is {table[name]}, known to be {low}-{high}"
        if 0 < table[name] < OPEN.threshold:
            assert high - low >= OPEN.interval - TINY
            assert low <= table[name] - 1 + TINY
            assert high >= table[name] + 1 - TINY
    shown = {name for name in table if name not in hidden.refs}
    assert not [name for name in shown if 0 < table[name] < OPEN.threshold]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_withheld_number_of_a_family_is_recovered_in_whole_numbers(seed: int) -> None:
    """An attacker who uses that counts are whole knows more than one who reckons in fractions."""
    table, sums = family(seed)
    assert recovered(table, sums, protected(seed).refs) == []


def test_the_attack_in_whole_numbers_finds_what_there_is() -> None:
    table, sums = family(0)
    small = [name for name, number in table.items() if 0 < number < OPEN.threshold]
    found = recovered(table, sums, small)
    assert len(found) > len(small) / 2
    assert {
        name for name in small if (ends := interval(table, sums, small, name))[1] - ends[0] < TINY
    } <= set(found)
    odd = {"a": 1, "b": 1, "s": 2, "t": 1, "c": 1, "u": 2}
    assert recovered(odd, [("s", ("a", "b")), ("u", ("a", "c"))], ["a", "b", "c"]) == []
    assert recovered(odd, [("s", ("a", "b")), ("t", ("a",))], ["a", "b"]) == ["a", "b"]


def test_hiding_the_small_numbers_alone_protects_nothing_here() -> None:
    """The attack of these tests is one that finds what there is to find."""
    table, sums = family(1)
    naive = [name for name, number in table.items() if 0 < number < OPEN.threshold]
    found = [name for name in naive if (ends := interval(table, sums, naive, name))[1] - ends[0] < 1 - TINY]
    assert len(found) > len(naive) / 2
    told = attack(system_from(table, sums), Hidden(frozenset(naive)), OPEN)
    exact = {item.refs[0] for item in told if item.kind == "exact"}
    assert exact == set(found)


def test_more_is_kept_than_by_deleting_rows(capsys: pytest.CaptureFixture[str]) -> None:
    ours, plain = [], []
    for seed in range(trials(200)):
        table, _ = family(seed)
        small = [name for name, number in table.items() if 0 < number < OPEN.threshold]
        ours.append(kept(table, protected(seed)))
        plain.append(kept(table, row_deletion(table, small)))
    cells, cases = (sum(item[side] for item in ours) / len(ours) for side in (0, 1))
    cells_plain, cases_plain = (sum(item[side] for item in plain) / len(plain) for side in (0, 1))
    told = (
        f"\n{len(ours)} families: {cells:.1%} of the cells and {cases:.1%} of the cases are shown; "
        f"by deleting rows {cells_plain:.1%} and {cases_plain:.1%}\n"
    )
    with capsys.disabled():
        sys.stdout.write(told)
    assert cells > cells_plain
    assert cases > cases_plain


# --- properties ---

_numbers = st.lists(st.integers(0, 30), min_size=12, max_size=12)


def _table(numbers: list[int]) -> tuple[dict[str, int], list[tuple[str, tuple[str, ...]]]]:
    rows, columns = ["a", "b", "c"], ["x", "y", "z", "w"]
    cells = {
        (row, column): numbers[4 * i + j] for i, row in enumerate(rows) for j, column in enumerate(columns)
    }
    return cross(rows, columns, counts=cells)


@given(_numbers)
def test_no_small_number_is_known_more_closely_than_policy(numbers: list[int]) -> None:
    table, sums = _table(numbers)
    hidden = protect(system_from(table, sums), OPEN)
    for name in hidden.refs - set(hidden.failed):
        low, high = interval(table, sums, hidden.refs, name)
        if 0 < table[name] < OPEN.threshold and f"{name}||2024" not in hidden.failed:
            assert high - low >= OPEN.interval - TINY


@given(_numbers, st.integers(0, 19))
def test_what_a_sum_alone_implies_is_no_closer_than_all_sums_together(numbers: list[int], start: int) -> None:
    table, sums = _table(numbers)
    system = system_from(table, sums)
    gone = {at for at, number in enumerate(table.values()) if number < 9}
    names = list(table)
    known = Telling(system, Printing(), [item.value for item in system.quantities]).limits(gone)
    for at, (low, high) in implied(Net(system), known, [start]).items():
        exact = interval(table, sums, [names[item] for item in gone], names[at])
        assert low <= exact[0] + 1e-6
        assert high >= exact[1] - 1e-6


@given(_numbers, st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(numbers: list[int], shuffle: random.Random) -> None:
    table, sums = _table(numbers)
    names, other = list(table), list(sums)
    shuffle.shuffle(names)
    shuffle.shuffle(other)
    moved = [(whole, tuple(sorted(parts, key=lambda _: shuffle.random()))) for whole, parts in other]
    again = system_from({name: table[name] for name in names}, moved)
    assert protect(again, OPEN).refs == protect(system_from(table, sums), OPEN).refs


@given(_numbers)
def test_protecting_twice_is_protecting_once(numbers: list[int]) -> None:
    table, sums = _table(numbers)
    system = system_from(table, sums)
    first = protect(system, OPEN)
    units = tuple(replace(unit, hidden=unit.ref in first.refs) for unit in system.units)
    assert protect(System(system.quantities, units, system.relations), OPEN).refs == first.refs

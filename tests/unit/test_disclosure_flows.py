"""Stocks and what flows in and out of them, and unknown cases whose group nobody knows: what each gives away."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from sagsbarometer.appeals.layouts.layout import load_layout
from sagsbarometer.disclosure import model
from sagsbarometer.disclosure.attack import attack
from sagsbarometer.disclosure.model import system_of
from sagsbarometer.disclosure.protect import apply, protect
from sagsbarometer.measures.cells import Cell, ResultSet, read_csv, withheld, write_csv
from sagsbarometer.measures.count import Counts
from sagsbarometer.measures.results import Circumstances, make_cell
from tests.conftest import trials
from tests.disclosure_in_tests import OPEN
from tests.registers_in_tests import CATALOGUE, MEASURES, ROOT

REGISTER = load_layout(ROOT / "layouts" / "overview", MEASURES, CATALOGUE).measures
OF = Circumstances(False, "2025-01-01", "synthetic", complete="alle")
MONTHS = tuple(f"2022-{month:02}" for month in range(1, 13))


def cell(measure: str, counts: Counts, period: str, row: str = "") -> Cell:
    return make_cell(REGISTER[measure], counts, OF, row=row, period=period)


def year(seed: int, *, undated: int = 0) -> ResultSet:
    """Twelve months of receipts, decisions and what is open after them; some months are small."""
    rng = random.Random(seed)
    cells, open_ = [], rng.randrange(100, 200)
    for month in MONTHS:
        received, decided = (
            rng.choice((rng.randrange(1, 5), rng.randrange(10, 60), rng.randrange(10, 60))) for _ in range(2)
        )
        open_ += received - decided + undated
        counted = {"received": received, "decided": decided, "pending": open_}
        cells += [cell(measure, Counts(yes=number), month) for measure, number in counted.items()]
    return ResultSet(tuple(cells))


def recovered(shown: ResultSet) -> list[str]:
    """The withheld months that follow from what is open before and after them."""

    def number(measure: str, month: str) -> int | None:
        found = shown.cell(measure, period=month)
        return None if found.hidden else found.numerator

    found = []
    for before, month in pairwise(MONTHS):
        stock, was = number("pending", month), number("pending", before)
        received, decided = number("received", month), number("decided", month)
        if stock is not None and was is not None and (received is None) != (decided is None):
            found.append(month)
    return found


@pytest.mark.parametrize("seed", range(trials(200)))
def test_a_small_month_does_not_follow_from_what_is_open_before_and_after(seed: int) -> None:
    true = year(seed)
    system = system_of(true, REGISTER)
    hidden = protect(system, OPEN)
    shown = apply(true, hidden, OPEN)
    assert not hidden.failed
    assert attack(system, hidden, OPEN) == ()
    assert recovered(shown) == []


def test_without_the_sums_of_stocks_small_months_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "flows", lambda sums: None)
    found = []
    for seed in range(10):
        true = year(seed)
        found += recovered(apply(true, protect(system_of(true, REGISTER), OPEN), OPEN))
    assert found


def test_cases_without_a_date_are_a_number_of_their_own() -> None:
    system = system_of(year(1, undated=2), REGISTER)
    undated = [item for item in system.quantities if item.what.endswith("undated")]
    assert {item.value for item in undated} == {2}


def test_the_end_of_december_is_the_end_of_the_year() -> None:
    cells = (
        cell("pending", Counts(yes=80), "2022"),
        cell("pending", Counts(yes=80), "2022-12"),
        cell("pending", Counts(yes=90), "2022-11"),
    )
    assert system_of(ResultSet(cells), REGISTER).found["stocks"] == 1


def test_few_of_whom_nothing_is_known_are_not_told_beside_many_of_no_group() -> None:
    """993 unknown in the group, 991 with no group at all: two cases."""
    rows = {"a": (40, 2), "b": (60, 0)}  # yes, and unknown in the group
    cells = [
        cell("merits", Counts(yes=yes, unknown=own + 991, unknown_group=991), "2022", f"category={group}")
        for group, (yes, own) in rows.items()
    ]
    hidden = protect(system_of(ResultSet(tuple(cells)), REGISTER), OPEN)
    assert hidden.refs == {"merits|category=a||2022"}


def test_who_may_be_in_a_group_is_one_number_for_all_groups_and_none_where_there_are_none() -> None:
    def system(*unknown: int) -> list[str]:
        cells = (
            cell("merits", Counts(yes=40, unknown=one, unknown_group=one), "2022", f"category={number}")
            for number, one in enumerate(unknown)
        )
        found = system_of(ResultSet(tuple(cells)), REGISTER)
        return [item.text for item in found.quantities if "?" in dict(item.row)]

    assert len(system(7, 7, 7)) == 1
    assert len(system(7, 8, 7)) == 3
    assert system(0, 0, 0) == []


def test_numbers_from_before_unknown_groups_were_told_apart_are_read() -> None:
    one = cell("merits", Counts(yes=40, unknown=9, unknown_group=4), "2022", "category=a")
    text = write_csv([one])
    assert read_csv(text) == (one,)
    before = "\n".join(line.rpartition(",")[0] for line in text.splitlines()) + "\n"
    assert read_csv(before)[0].unknown_group == 0


def test_a_withheld_part_is_to_a_reader_still_a_part_and_not_the_whole() -> None:
    one, other = (
        cell("decided_part", Counts(yes=yes, no=1000 - yes), "2022", f"category={group}")
        for group, yes in (("a", 45), ("b", 300))
    )
    whole = cell("decided", Counts(yes=1000), "2022")
    system = system_of(ResultSet((withheld(one), other, whole)), REGISTER)
    assert min(len(item.parts) for item in system.relations) > 1

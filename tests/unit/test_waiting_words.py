"""What is said of waiting: true of every queue, also where many cases end on one day, and of one case as of one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.analyses.waiting import ALL, Group, Population, Waiting
from sagsbarometer.appeals.analyses.waits import DECIDED, LAPSED, OPEN, Queue, Wait, queue_of
from sagsbarometer.reporting.pages.waiting_tables import groups_table
from sagsbarometer.reporting.pages.waiting_words import (
    TENTH,
    disagree_words,
    half_words,
    naive_words,
    tenth_words,
)

DAYS = st.lists(st.integers(0, 60), min_size=1, max_size=40)


def queue(decided: list[int], open_: list[int] | None = None, kind: str = DECIDED) -> Queue:
    ended = [Wait(True, kind, days, None, None, 1) for days in decided]
    return queue_of([*ended, *(Wait(True, OPEN, days, None, None, 1) for days in open_ or [])])


def notes(*queues: Queue) -> str:
    population = Population(ALL, queues[0], tuple(Group(str(at), item) for at, item in enumerate(queues)))
    return " ".join(groups_table("1", "", population, "Kontor", str).notes)


@given(DAYS)
def test_so_many_wait_so_long_or_longer(days: list[int]) -> None:
    """Counted by hand where nobody is open: at least half and at least a tenth wait as long as is said, and no more
    than half and a tenth wait longer."""
    found = queue(days)
    for share in (TENTH * 5, TENTH):
        least = found.curve.half_waits(share)
        assert least is not None
        assert sum(day >= least for day in days) >= Fraction(share) * len(days)
        assert sum(day > least for day in days) <= Fraction(share) * len(days)


@given(DAYS)
def test_nothing_is_still_to_come_where_nobody_waits(days: list[int]) -> None:
    for kind in (DECIDED, LAPSED):
        found = queue(days, kind=kind)
        told = f"{half_words(found)} {tenth_words(found)} {naive_words(found)} {notes(found)}"
        assert "endnu," not in told.replace("venter endnu, så ingen lange", "")
        assert "kan ikke siges" not in told


def test_cases_that_all_end_on_one_day_wait_no_longer_than_that() -> None:
    found = queue([70] * 10)
    assert half_words(found) == (
        "*Halvdelen venter 10,0 uger eller længere* (95-procents-interval fra 10,0 uger; den øvre ende kan ikke "
        "regnes: sagerne er for få eller for ens)."
    )
    assert tenth_words(found) == "En ud af ti venter 10,0 uger eller længere."
    assert "over" not in half_words(found)


def test_what_cannot_be_said_yet_is_still_told_as_that() -> None:
    assert "kan ikke siges endnu" in half_words(queue([70] * 2, [80] * 10))
    assert "kan ikke siges endnu" in tenth_words(queue([70] * 8, [80] * 4))
    assert "den øvre ende kan ikke siges endnu" in half_words(queue([10, 20, 30], [5, 40, 50]))


def test_each_reason_for_a_dash_is_told_and_no_other() -> None:
    varied = queue([5 * day for day in range(60)])
    assert "–" not in notes(varied)
    assert "–: intervallet kan ikke regnes, sagerne er for få eller for ens." in notes(queue([70] * 10))
    assert "–: kan ikke siges endnu, så mange af sagerne venter." in notes(queue([70] * 10, [80] * 10))
    assert "–: ingen er afgjort på realiteten." in notes(queue([5 * day for day in range(60)], kind=LAPSED))
    few = notes(varied, queue([10]))
    assert "–:" not in few
    assert "tider er ikke vist" in few


def test_one_case_is_one() -> None:
    alone = naive_words(queue([70]))
    assert "Den ene sag, der er afgjort på realiteten, ventede 10,0 uger." in alone
    found = Waiting(date(2025, 1, 1), date(2024, 1, 1), date(2024, 12, 31), "", (), False, 0, 1, 0)
    told = [disagree_words(found), disagree_words(replace(found, disagree=1)), alone]
    assert told[0].startswith("I den ene sag, der er slut")
    assert told[0].endswith("passer de med datoerne.")
    assert "passer de ikke med datoerne. Ventetiden" in told[1]
    assert not any(re.search(r"\bde 1 sag", line) for line in told)

"""Attacks that find neither too much nor too little: what is false is no finding, and what is true is one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sagsbarometer.disclosure import linear
from sagsbarometer.disclosure.apply import apply
from sagsbarometer.disclosure.attack import attack
from sagsbarometer.disclosure.known import Telling
from sagsbarometer.disclosure.model import system_of
from sagsbarometer.disclosure.protect import protect
from sagsbarometer.disclosure.system import Hidden, Printing, Quantity, Relation, System, Unit
from sagsbarometer.forms.language.tree import Compare, Literal, Ref
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.count import Counts, Maybe
from sagsbarometer.measures.measure import Measure
from sagsbarometer.measures.results import Circumstances, make_cell
from tests.disclosure_in_tests import OPEN, STRICT, Sum, system_from
from tests.unit.test_disclosure import REGISTER

OF = Circumstances(False, "2025-04-11", "synthetic", complete="alle")


def about(question: str) -> Measure:
    """A share of all cases that were read in which a question is answered with `yes`."""
    base = replace(REGISTER["complete_share"], id=question, date="", base=Literal(True))
    return replace(base, counts=Compare("==", Ref(question), Literal("yes")))


def shown(measure: Measure, yes: int, no: int, unknown: int = 0) -> Cell:
    return make_cell(measure, Counts(yes=yes, no=no, unknown=unknown), OF)


def seen(results: ResultSet, measures: dict[str, Measure], hidden: Hidden) -> System:
    """The system of what a reader of strictly protected results has."""
    return system_of(apply(results, hidden, STRICT), measures, rounding=STRICT.rounding)


def test_what_is_beside_the_answers_to_one_question_is_not_beside_those_to_another() -> None:
    """Both were one quantity: with the numbers of the first the sums of the second did not hold."""
    measures = {name: about(name) for name in ("first", "second")}
    only = replace(
        measures["second"], id="only", base=measures["second"].counts or Literal(True), counts=None
    )
    measures["only"] = replace(only, counts=measures["second"].counts)
    results = ResultSet((shown(measures["first"], 300, 85), shown(measures["second"], 1, 384)))
    system = system_of(results, measures)
    value = [item.value for item in system.quantities]
    for relation in system.relations:
        assert value[relation.whole] == sum(value[part] or 0 for part in relation.parts)
    beside = [item.what for item in system.quantities if item.what.startswith("beside ")]
    assert len(beside) == len(set(beside))
    assert not protect(system, OPEN).failed


@pytest.mark.parametrize(("yes", "no", "unknown"), [(74, 18, 0), (212, 101, 72), (348, 13, 13), (63, 63, 63)])
def test_a_difference_of_rounded_numbers_is_not_rounded(yes: int, no: int, unknown: int) -> None:
    """74 of 92 is shown as 75 of 90; the 18 others are not between 13 and 17."""
    measures = {"first": about("first")}
    results = ResultSet((shown(measures["first"], yes, no, unknown),))
    reader = seen(results, measures, Hidden(frozenset()))
    true = {item.text: item.value for item in system_of(results, measures).quantities}
    known = Telling(reader, Printing(STRICT.rounding), [item.value for item in reader.quantities]).limits()
    for index, item in enumerate(reader.quantities):
        if (number := true.get(item.text)) is not None:
            assert known.low[index] <= number <= known.high[index]


def test_a_great_hidden_number_is_no_contradiction_to_a_reader() -> None:
    """It is looked no further than a number of some cases; that it cannot be so small is not that it cannot be."""
    table, sums = {"sum": 900, "a": 2, "b": 498, "c": 400}, [("sum", ("a", "b", "c"))]
    system = system_from(table, sums)
    # Of c it is known that it is at least 380: the parts that are withheld cannot be more.
    more: list[Sum] = [*sums, ("all", ("c", "d")), ("e", ("a", "b"))]
    wide = system_from({**table, "all": 520, "d": 120, "e": 500}, more)
    hidden = protect(system, OPEN)
    assert not attack(reading(system, hidden.refs), Hidden(hidden.refs), OPEN)
    found = attack(reading(wide, {"c", "d", "a", "b"}), Hidden(frozenset({"a", "b", "c", "d"})), OPEN)
    assert "contradiction" not in {item.kind for item in found}
    assert {item.low for item in found if item.kind == "exact"} <= {400, 120}


def reading(system: System, hidden: set[str] | frozenset[str]) -> System:
    """The same system as somebody sees it who is not told the hidden numbers."""
    units = tuple(replace(unit, hidden=unit.ref in hidden) for unit in system.units)
    gone = {item for unit in units if unit.hidden for item in unit.tells}
    quantities = tuple(
        replace(item, value=None) if index in gone else item for index, item in enumerate(system.quantities)
    )
    return replace(system, units=units, quantities=quantities)


def test_numbers_that_contradict_each_other_are_found_beside_others_that_do_not() -> None:
    """However many other numbers are open: a small part of the tables that cannot be true is still seen."""
    names = ("whole", "a", "b", "part", "x", "y", "z")
    values = (10, None, None, 12, None, None, 30)
    system = System(
        tuple(Quantity(name, (), "2024", value) for name, value in zip(names, values, strict=True)),
        tuple(Unit(name, (at,), at, hidden=values[at] is None) for at, name in enumerate(names)),
        # 10 = a + b, and a = 12 + b: b would be less than none.
        (Relation(0, (1, 2), "rows"), Relation(1, (3, 2), "rows"), Relation(6, (4, 5), "rows")),
    )
    found = attack(system, Hidden(frozenset({"a", "b", "x", "y"})), OPEN)
    assert {item.kind for item in found} == {"contradiction"}
    assert {ref for item in found for ref in item.refs} == {"a", "b"}


def test_a_number_that_can_be_less_need_not_be_able_to_be_more() -> None:
    """What is already protected is not protected again by withholding more."""
    from tests.unit.test_disclosure_families import _table

    table, sums = _table([11, 0, 1, 11, 1, 6, 0, 0, 0, 5, 0, 0])
    system = system_from(table, sums)
    first = protect(system, OPEN).refs
    units = tuple(replace(unit, hidden=unit.ref in first) for unit in system.units)
    assert protect(replace(system, units=units), OPEN).refs == first


def test_no_answer_of_the_solver_is_not_taken_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the larger of two programs cannot be solved, what the smaller says is not the end of it."""
    table = {"sum": 300, **{f"r{at}": 100 for at in range(3)}}
    system = system_from(table, [("sum", ("r0", "r1", "r2"))])
    known = Telling(system, Printing(), [item.value for item in system.quantities]).limits({1, 2})

    def failing(*given: object, sure: bool = False) -> None:
        if sure:
            raise linear.Unsolved("no")

    monkeypatch.setattr(linear, "solved", failing)
    with pytest.raises(linear.Unsolved):
        linear.furthest(linear.Net(system), 1, 1.0, known)
    assert {item.kind for item in attack(system, Hidden(frozenset({"r0", "r1"})), OPEN)} <= {"narrow"}


def test_it_is_told_how_far_protecting_has_come() -> None:
    told: list[tuple[int, int]] = []
    table = {"a": 2, "b": 30, "sum": 32}
    protect(system_from(table, [("sum", ("a", "b"))]), OPEN, tell=lambda done, of: told.append((done, of)))
    assert told
    assert all(done < of for done, of in told)


def test_bounds_that_count_cases_of_no_known_group_are_not_shown() -> None:
    """12 of 34, and of the cases without a group 2 were a yes and 2 were not: the bounds would tell it."""
    measure = about("a")
    cell = make_cell(measure, Counts(yes=12, no=22, unknown=0, maybe=Maybe(yes=2, no=2)), OF)
    assert (str(cell.bound_low), str(cell.bound_high)) == ("33.333333", "38.888889")
    own = shown(measure, 12, 22, unknown=3)
    results = apply(ResultSet((cell, replace(own, row="b"))), Hidden(frozenset()), OPEN)
    assert [(one.bound_low, one.bound_high) for one in results] == [
        (None, None),
        (own.bound_low, own.bound_high),
    ]

"""Releases of the same numbers after each other, each as closely as it told them, and what the rules tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.disclosure.attack import Finding, attack
from sagsbarometer.disclosure.earlier import together
from sagsbarometer.disclosure.known import Telling, rounded_to
from sagsbarometer.disclosure.model import system_of
from sagsbarometer.disclosure.profile import Profile
from sagsbarometer.disclosure.protect import protect
from sagsbarometer.disclosure.system import Hidden, Printing, Quantity, Relation, Shown, System, Unit
from sagsbarometer.measures.cells import ResultSet
from tests.disclosure_in_tests import OPEN, STRICT
from tests.unit.test_disclosure import REGISTER, cell, made

DAY = "2025-04-11"
Numbers = dict[str, int]


def areas(numbers: Numbers, profile: Profile | None = None, hidden: str = "", day: str = DAY) -> System:
    """Cases by area, "" being all; shown under a profile, some of them hidden."""
    rounding = profile.rounding if profile else 0
    values = {
        name: None if name in hidden.split() else rounded_to(n, rounding) for name, n in numbers.items()
    }
    place = {name: at for at, name in enumerate(numbers)}
    parts = tuple(at for name, at in place.items() if name)
    return System(
        tuple(Quantity("f|all", (("area", name),) if name else (), "2024", n) for name, n in values.items()),
        tuple(Unit(name or "all", (at,), at, 3.0, hidden=values[name] is None) for name, at in place.items()),
        (Relation(place[""], parts, "rows"),) if "" in place and len(parts) > 1 else (),
        data_date=day,
        rounding=rounding,
        direct=len(numbers),
        printing=profile.printing if profile else None,
    )


def before(system: System) -> list[Shown]:
    return [Shown("før", system)]


def of(found: tuple[Finding, ...], ref: str) -> list[tuple[str, int | None, int | None]]:
    return [(item.kind, item.low, item.high) for item in found if ref in item.refs]


# --- told exactly, told rounded ---


def test_what_was_told_exactly_is_not_rounded_by_a_later_release() -> None:
    """50 in all was told; now a is 25 and b is 20, so c would be 1 to 9."""
    new, old = areas({"a": 24, "b": 22, "c": 4}), before(areas({"": 50}))
    assert of(attack(new, Hidden(frozenset({"c"})), STRICT, old), "c") == [("narrow", 1, 9)]
    hidden = protect(new, STRICT, old)
    assert len(hidden.refs) == 2
    assert not hidden.failed
    assert not attack(new, hidden, STRICT, old)


def test_a_reader_of_the_rounded_release_has_the_exact_one_too() -> None:
    rounded = areas({"a": 24, "b": 22, "c": 4}, STRICT, "c")
    found = attack(rounded, Hidden(frozenset({"c"})), STRICT, before(areas({"": 50}, OPEN)))
    assert of(found, "c") == [("narrow", 0, 9)]  # nobody told that there are three areas and no more


def test_the_exact_number_is_the_one_that_counts() -> None:
    """a and b are shown as 25 and 20; that they are 24 and 22 of 50 was told before, so c is at most 4 and not 5."""
    rounded = areas({"a": 24, "b": 22, "c": 4}, STRICT, "c")
    found = attack(rounded, Hidden(frozenset({"c"})), STRICT, before(areas({"": 50, "a": 24, "b": 22}, OPEN)))
    assert of(found, "c") == [("narrow", 0, 4)]


def test_what_was_told_rounded_is_not_known_exactly() -> None:
    """Of 48 to 52 in all, of which a and b are 24 and 22, c has 2 to 6: it is 4, and wants from 1."""
    old = before(areas({"": 50, "a": 24, "b": 22, "c": 4}, STRICT, "c"))
    new = areas({"a": 24, "b": 22, "c": 4})
    assert of(attack(new, Hidden(frozenset({"c"})), OPEN, old), "c") == [("narrow", 2, 6)]
    hidden = protect(new, OPEN, old)
    assert "c" in hidden.refs
    assert len(hidden.refs) == 2
    assert not hidden.failed
    assert not attack(new, hidden, OPEN, old)


def test_a_total_that_was_told_rounded_is_not_taken_for_the_exact_one() -> None:
    """101 was told as 100, and a and b are 40 and 60: nothing says that one is left."""
    old = before(areas({"": 101, "a": 40, "b": 61}, STRICT))
    whole = together(areas({"a": 40, "b": 61}), old)
    (total,) = (item for item in whole.quantities if not item.row and item.what == "f|all")
    assert total.value is None
    assert whole.between[total.key] == (98, 102)
    assert not attack(areas({"a": 40, "b": 61}), Hidden(frozenset()), OPEN, old)
    assert protect(areas({"a": 40, "b": 61}), OPEN, old).refs == frozenset()


def test_what_can_be_withheld_still_is_where_it_was_told_rounded_before() -> None:
    """That a is 23 to 27 is out; that it is 24 is not. With all in all known c would still be 1 to 5."""
    new, old = areas({"": 28, "a": 24, "c": 4}), before(areas({"a": 24}, STRICT))
    hidden = protect(new, OPEN, old)
    assert hidden.refs == {"a", "all", "c"}
    assert not hidden.failed


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4), st.booleans())
def test_one_release_after_another_stands_the_attack_or_fails(numbers: list[int], strict_first: bool) -> None:
    """Whatever was told first: what is not said to fail is not found."""
    first, then = (STRICT, OPEN) if strict_first else (OPEN, STRICT)
    names = dict(zip("abcd", numbers, strict=True)) | {"": sum(numbers)}
    of_first = protect(areas(names), first).refs
    gone = " ".join(name for name in names if (name or "all") in of_first)
    old = areas(names, first, gone)
    old = replace(old, units=tuple(replace(unit, hidden=unit.ref in of_first) for unit in old.units))
    old = replace(
        old,
        quantities=tuple(
            replace(item, value=None) if unit.hidden else item
            for item, unit in zip(old.quantities, old.units, strict=True)
        ),
    )
    hidden = protect(areas(names), then, before(old))
    if not hidden.failed:
        assert not attack(areas(names), hidden, then, before(old))


# --- what an earlier release withholds ---


def test_what_an_earlier_release_withholds_is_withheld_now() -> None:
    """3 and 40 of 103 were withheld; the 40 in another table would tell both."""
    old = before(areas({"": 103, "a": 3, "b": 40, "c": 60}, OPEN, "a b"))
    new = areas({"b": 40, "c": 60})
    assert protect(new, OPEN).refs == frozenset()
    hidden = protect(new, OPEN, old)
    assert hidden.refs == {"b"}
    assert not hidden.failed
    shown = areas({"b": 40, "c": 60}, OPEN, "b")
    assert not attack(old[0].system, Hidden(frozenset({"a", "b"})), OPEN, before(shown))


def test_what_a_stricter_release_withholds_stays_withheld() -> None:
    """7 may be shown under this profile; it was withheld under another, with what is beside it."""
    numbers = {"": 110, "a": 7, "b": 41, "c": 62}
    old = before(areas(numbers, STRICT, "a b"))
    hidden = protect(areas(numbers), OPEN, old)
    assert hidden.refs == {"a", "b"}
    assert not attack(areas(numbers), hidden, OPEN, old)


def test_what_an_earlier_release_gave_away_itself_is_no_news() -> None:
    old = before(areas({"": 103, "a": 3, "b": 100}, OPEN, "a"))
    hidden = protect(areas({"b": 100}), OPEN, old)
    assert hidden.refs == frozenset()
    assert not hidden.failed


def test_a_small_number_that_only_the_earlier_release_has_keeps_its_interval() -> None:
    """The total and one of two are out, the other is not; a sum of the same two beside another would tell."""
    old = before(areas({"": 103, "a": 3, "b": 40, "c": 60}, OPEN, "a b"))
    hidden = protect(areas({"b": 40}), OPEN, old)
    assert hidden.refs == {"b"}


def test_numbers_that_contradict_an_earlier_release_are_refused() -> None:
    old = before(areas({"": 50, "a": 3, "b": 40, "c": 60}, OPEN, "a b"))
    with pytest.raises(ValueError, match="cannot be told"):
        protect(areas({"c": 60}), OPEN, old)


def test_a_cell_has_one_name_in_both_releases() -> None:
    """Two cells give one number of cases differently, so each has its own; in the earlier one is withheld."""
    cells = [cell("decided", 40), cell("merits", 30, 9, unknown=1), cell("reversal_rate", 10, 28, unknown=3)]
    new = made(*cells)
    clashing = [item for item in new.quantities if " as " in item.what]
    shown = [replace(one, hidden="c", value=None, numerator=0, denominator=0, unknown=0) for one in cells[2:]]
    old = replace(system_of(ResultSet((*cells[:2], *shown)), REGISTER), printing=Printing())
    whole = together(new, before(old))
    for unit in (unit for unit in whole.units if unit.edition):
        mine = next(one for one in whole.units if one.ref == unit.ref.partition("@")[0])
        if clashing:
            assert set(mine.tells) >= set(unit.tells)


# --- what who knows the rules knows ---


def known(
    printing: Printing, value: int | None, kind: str = "cases", loose: bool = False
) -> tuple[float, float]:
    unit = Unit("a", (0,), 0, loose=(0,) if loose else ())
    system = System((Quantity("f|all", (), "2024", value, kind),), (unit,), ())
    limits = Telling(system, printing, [value]).limits()
    return limits.low[0], limits.high[0]


def test_what_is_shown_under_a_profile_is_not_what_it_withholds() -> None:
    strict = STRICT.printing
    assert known(strict, 10) == known(strict, 12) == (10, 12)  # 8 and 9 would be withheld
    assert known(strict, 13) == (13, 17)
    assert known(strict, 0, "unknown") == (0, 0)  # 1 and 2 would be withheld, and 0 is not
    assert known(Printing(5), 0, "unknown") == (0, 2)
    assert known(replace(strict, unknown=False), 0, "unknown") == (0, 2)
    assert known(strict, None, loose=True) == (10, float("inf"))  # the no of a share that is shown
    assert known(replace(strict, nought=True), None, loose=True) == (0, float("inf"))
    assert known(OPEN.printing, 12) == (12, 12)


def test_the_printing_of_a_profile_is_what_it_withholds() -> None:
    assert STRICT.printing == Printing(5, 10, nought=False, unknown=True)
    assert OPEN.printing == Printing()
    assert replace(STRICT, withholds="local").printing.least == 0


def test_a_number_is_protected_from_who_knows_the_rules() -> None:
    """10 to 12 and 10 to 12 of 23 to 27: the third is 1 to 7 and not, as it seems, -1 to 11."""
    system = areas({"": 27, "a": 12, "b": 12, "c": 3})
    assert of(attack(system, Hidden(frozenset({"c"})), STRICT), "c") == [("narrow", 0, 7)]
    hidden = protect(system, STRICT)
    assert len(hidden.refs) == 2
    assert not attack(system, hidden, STRICT)

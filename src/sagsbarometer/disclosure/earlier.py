"""A release beside those before it, each as closely as it told its numbers: exactly, or rounded."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sagsbarometer.disclosure.known import rounded_within
from sagsbarometer.disclosure.model import joined
from sagsbarometer.disclosure.system import Printing, Relation, Row, Shown, System

_Key = tuple[str, Row, str, str]
SAME_DAY = "same"  # the edition of a unit of an earlier release with the data date of the one at hand


def together(system: System, earlier: Sequence[Shown]) -> System:
    """One system of a release and those before it (`model.joined`), in which every cell knows how it was shown.

    Where one release tells a number exactly and another rounded, the number is the exact one. Where a rounded one is
    all that is known of a number, and those at hand are exact, the number is not known, but between which it lies.
    """
    if not earlier:
        return system
    system, earlier = _named_alike(system, earlier)
    exact: dict[_Key, int] = {}
    before = []
    for shown in earlier:
        old = shown.system
        how = old.printing or Printing(old.rounding)
        units = tuple(replace(unit, printing=how) for unit in old.units)
        told = old.quantities
        if old.rounding > system.rounding:
            told = tuple(replace(item, value=None) for item in told)
        elif old.rounding < system.rounding and old.data_date == system.data_date:
            exact |= {item.key: item.value for item in told[: old.direct] if item.value is not None}
        before.append(Shown(shown.title, replace(old, units=units, quantities=told)))
    quantities = tuple(replace(item, value=exact.get(item.key, item.value)) for item in system.quantities)
    whole = joined(replace(system, quantities=quantities), before)
    return _with_rounded(whole, system, earlier)


def _with_rounded(whole: System, system: System, earlier: Sequence[Shown]) -> System:
    """The joined system with what earlier releases tell of numbers that are not known, and the sums they were found to
    have among them: from numbers that are not known no sum is seen to hold."""
    between: dict[_Key, tuple[float, float]] = {}
    relations = {(item.whole, item.parts): item for item in whole.relations}
    place = {item.key: index for index, item in enumerate(whole.quantities)}
    for number, shown in enumerate(earlier, start=1):
        old = shown.system
        if old.rounding <= system.rounding:
            continue
        edition = "" if old.data_date == system.data_date else f"{number} {old.data_date}".strip()
        keys = [replace(item, edition=edition).key for item in old.quantities[: old.direct]]
        for key, item in zip(keys, old.quantities, strict=False):
            if item.value is not None and whole.quantities[place[key]].value is None:
                low, high = between.get(key, (0.0, math.inf))
                least, most = rounded_within(item.value, old.rounding)
                between[key] = max(low, least), min(high, most)
        for relation in _among_told(old):
            found = replace(
                relation,
                whole=place[keys[relation.whole]],
                parts=tuple(sorted(place[keys[part]] for part in relation.parts)),
            )
            if _can_hold(whole, found):
                relations.setdefault((found.whole, found.parts), found)
    for found in _complete(whole, between):
        relations.setdefault((found.whole, found.parts), found)
    return replace(whole, relations=tuple(relations.values()), between=between)


def _complete(system: System, between: Mapping[_Key, tuple[float, float]]) -> Iterator[Relation]:
    """The sums over groups that may lack something, but that as far as it is known lack nothing."""
    for relation in system.relations:
        told = tuple(part for part in relation.parts if not system.quantities[part].structural)
        if relation.kind != "rows_and_rest" or not told:
            continue
        items = [system.quantities[index] for index in (relation.whole, *told)]
        if not any(item.key in between for item in items):
            continue
        ends = [(item.value,) * 2 if item.value is not None else between.get(item.key) for item in items]
        known = [end for end in ends if end is not None]
        if len(known) == len(ends):
            least, most = (sum(end[side] for end in known[1:]) for side in (0, 1))
            if least <= known[0][1] and known[0][0] <= most:
                yield replace(relation, parts=told, kind="rows")


def _named_alike(system: System, earlier: Sequence[Shown]) -> tuple[System, list[Shown]]:
    """The same with the same names in each for what one cell tells.

    Where two cells of a release give a number of one name differently, each has a name of its own (`model`). Where one
    of the two is withheld in a release that is not seen in it; of who has both releases it is.
    """
    every = [system, *(shown.system for shown in earlier)]
    apart: dict[tuple[str, str, _Key], str] = {}  # data date, cell and the name they would share, to its own
    for one in every:
        for unit in one.units:
            own = f" as {unit.ref.partition('|')[0]}"
            for index in unit.tells:
                item = one.quantities[index]
                if item.what.endswith(own):
                    shared = item.what.partition("|")[2].removesuffix(own)
                    apart[one.data_date, unit.ref, replace(item, what=shared).key] = item.what
    if not apart:
        return system, list(earlier)
    first, *others = (_renamed(one, apart) for one in every)
    return first, [replace(shown, system=one) for shown, one in zip(earlier, others, strict=True)]


def _renamed(system: System, apart: Mapping[tuple[str, str, _Key], str]) -> System:
    """The system with these names of their own; of what follows from its cells only what they tell."""
    quantities = list(system.quantities[: system.direct])
    place = {item.key: index for index, item in enumerate(quantities)}
    units, parts = [], dict.fromkeys(system.parts)
    for unit in system.units:
        moved = {}
        for index in unit.tells:
            item = system.quantities[index]
            if what := apart.get((system.data_date, unit.ref, item.key)):
                own = replace(item, what=what)
                if own.key not in place:
                    place[own.key] = len(quantities)
                    quantities.append(own)
                moved[index] = place[own.key]
        if not moved:
            units.append(unit)
            continue
        to = {index: moved.get(index, index) for index in unit.tells}
        units.append(
            replace(
                unit,
                tells=tuple(sorted(to.values())),
                main=None if unit.main is None else to[unit.main],
                loose=tuple(sorted(to[index] for index in unit.loose)),
            )
        )
        for whole, some in list(parts):
            if whole in to and all(part in to for part in some):
                parts.pop((whole, some))
                parts[to[whole], tuple(to[part] for part in some)] = None
    if len(quantities) == system.direct:
        return system
    return replace(
        system, quantities=tuple(quantities), units=tuple(units), direct=len(quantities), parts=tuple(parts)
    )


def _among_told(old: System) -> Iterator[Relation]:
    """The sums among what cells tell."""
    for relation in old.relations:
        if max(relation.whole, *relation.parts) < old.direct:
            yield relation


def _can_hold(system: System, relation: Relation) -> bool:
    values = [system.quantities[index].value for index in (relation.whole, *relation.parts)]
    if None in values:
        return True
    first, *others = (value or 0 for value in values)
    return first == sum(others)

"""Primary rules: which quantities may not be known, and how wide an attacker's interval about them must be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from sagsbarometer.disclosure.profile import Profile
from sagsbarometer.disclosure.system import CASES, DAYS, DIFFERENCE, REST, UNKNOWN, Guard, Quantity, System


def guards(system: System, profile: Profile) -> Mapping[int, Guard]:
    """The quantities that must be protected. A quantity that no cell shows, but that follows from what is shown, is
    one of them: the complement of a yes, or what a total has beside its parts."""
    if profile.withholds_nothing:
        return {}
    about = _in_reach(system, profile)
    return {
        index: guard_of(item, profile)
        for index, item in enumerate(system.quantities)
        if item.edition in ("", "difference") and index in about and is_small(item, profile)
    }


def is_small(item: Quantity, profile: Profile) -> bool:
    """Whether the number of a quantity tells too much of too few."""
    if item.value is None:
        return False
    if item.kind == DAYS:
        return item.cases is not None and 0 < item.cases < profile.threshold
    if item.kind == DIFFERENCE:
        return not profile.rounding and 0 < abs(item.value) < profile.threshold
    if item.kind in (UNKNOWN, REST):
        return profile.unknown == "counted" and 0 < item.value < profile.threshold
    if item.value == 0:
        return profile.zero == "withheld" and not item.structural
    return item.value < profile.threshold


def guard_of(item: Quantity, profile: Profile) -> Guard:
    """How wide the interval about a quantity must be, on either side of its number; it cannot be less than 0."""
    value = abs(item.value or 0)
    width = profile.interval
    if item.kind == DAYS:
        width = max(2, math.ceil(value * profile.magnitude / 100))
    down = min(value, math.ceil(width / 2))
    return Guard(down, width - down)


def _in_reach(system: System, profile: Profile) -> frozenset[int]:
    """The quantities the primary rules are about: all, or those of local groups and what they add up to or are told
    beside."""
    everything = frozenset(range(len(system.quantities)))
    if profile.withholds == "all":
        return everything
    local = {index for index, item in enumerate(system.quantities) if profile.is_local(dict(item.row))}
    linked = set(local)
    for relation in system.relations:
        bound = (relation.whole, *relation.parts)
        if not local.isdisjoint(bound):
            linked.update(bound)
    return frozenset(linked)


def always_withheld(system: System, profile: Profile) -> Iterator[int]:
    """The units that are withheld whatever their numbers: no figure per municipality from cases that were read, and
    no value of few cases that is no count (a median, the greatest)."""
    if profile.withholds_nothing:
        return
    for index, unit in enumerate(system.units):
        if unit.fixed or unit.edition:
            continue
        local = profile.is_local(dict(unit.row))
        if (unit.review and local) or (
            (local or profile.withholds == "all")
            and any(
                is_small(system.quantities[quantity], profile)
                for quantity in unit.tells
                if system.quantities[quantity].kind == CASES
            )
        ):
            yield index

"""Which cells are withheld so that nobody can work out what must not be known.

First those that tell it themselves, then as few others as it takes, solved over all tables at once. What is found is
proven as it is found: for each protected quantity two other sets of numbers, one with more and one with less, that give
everything shown and differ only in what is withheld.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sagsbarometer.disclosure.apply import apply
from sagsbarometer.disclosure.earlier import SAME_DAY, together
from sagsbarometer.disclosure.known import Telling
from sagsbarometer.disclosure.linear import (
    TINY,
    Move,
    Net,
    Unsolved,
    cheapest,
    furthest,
    implied,
    pushed,
)
from sagsbarometer.disclosure.primary import always_withheld, guard_of, guards
from sagsbarometer.disclosure.profile import Profile
from sagsbarometer.disclosure.system import DAYS, Guard, Hidden, Shown, System

__all__ = ["Hidden", "apply", "protect"]
_LOOKS = (120,)  # how far it is looked whether a cell can be shown again
_SPARE = 60  # so many are tried, the most telling first
_AT_ONCE = 6  # times that as many as can be are moved at once
_ANY = Guard(0, 1)  # of a cell that is withheld for another's sake: it must not be known exactly


def protect(
    system: System,
    profile: Profile,
    earlier: Sequence[Shown] = (),
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Hidden:
    """The cells to withhold, the same for the same system in whatever order it stands.

    `earlier` is what was released before: what it showed stays known. `tell` is given how many of the numbers that must
    be protected are so, and how many there are, each time one is. Raises ValueError where a number of the system
    is not known (`system_of` of the results themselves knows them all).
    """
    if profile.withholds_nothing:
        return Hidden(frozenset())
    if not earlier:
        return _Search(ordered(system), profile, tell).hidden()
    # What must be withheld without the others must be so with them: knowing more never frees a number.
    alone = _Search(ordered(system), profile, tell).hidden()
    units = tuple(replace(unit, hidden=unit.hidden or unit.ref in alone.refs) for unit in system.units)
    both = _Search(ordered(together(replace(system, units=units), earlier)), profile, tell).hidden()
    return replace(both, primary=alone.primary | both.primary)


class _Search:
    """One search. `gone` are the units withheld so far; a reach is how far a quantity was seen to be able to move."""

    def __init__(self, system: System, profile: Profile, tell: Callable[[int, int], None]) -> None:
        self.system = system
        self.profile = profile
        self.tell = tell
        self.net = Net(system)
        self.told_by = system.told_by()
        self.guards = dict(guards(system, profile))
        self.gone: set[int] = {index for index, unit in enumerate(system.units) if unit.hidden}
        self.reach: dict[int, list[_Reach]] = {}
        self.of_support: dict[int, list[_Reach]] = {}
        self.failed: list[int] = []
        self.net.base = self.net.values
        values = [item.value for item in system.quantities]
        self.telling = Telling(system, profile.printing, values)
        self.known = self.telling.limits(self.gone)
        # What is known when all that can be withheld is.
        self.outer = self.telling.limits(
            frozenset(index for index in range(len(system.units)) if not self._is_out(index))
        )
        self.before = dict(self._withheld_before())
        self.price = [self._price(quantity) for quantity in range(self.net.size)]

    def hidden(self) -> Hidden:
        primary = set(always_withheld(self.system, self.profile))
        primary |= {unit for quantity in self.guards for unit in self.told_by.get(quantity, ())}
        primary = {unit for unit in primary if not self._is_out(unit)}
        self._withhold(primary)
        wanted = dict(self.guards)
        self._protect(wanted)
        while more := {item: self._beside(item) for item in self._exposed() if item not in wanted}:
            wanted |= more
            self._protect(more)
        self._give_back(primary)
        units = self.system.units
        return Hidden(
            frozenset(units[index].ref for index in self.gone if not units[index].edition),
            frozenset(units[index].ref for index in primary),
            _flagged(self.system, self.gone, self.profile),
            tuple(sorted(self.system.quantities[index].text for index in self.failed)),
            self.guards,
        )

    def _is_out(self, unit: int) -> bool:
        return self.system.units[unit].fixed or bool(self.system.units[unit].edition)

    def _withhold(self, units: Iterable[int]) -> None:
        new = set(units) - self.gone
        if new:
            self.gone |= new
            self._tell_again(new)

    def _tell_again(self, units: Iterable[int]) -> None:
        """What is known and what withholding costs, after units were withheld or shown: of what they tell alone."""
        touched = self._tells(units)
        self.known = self.telling.changed(self.known, touched, self.gone)
        self.price = list(self.price)
        for quantity in touched:
            self.price[quantity] = self._price(quantity)

    def _tells(self, units: Iterable[int]) -> list[int]:
        return sorted({quantity for unit in units for quantity in self.system.units[unit].tells})

    def _withheld_before(self) -> Iterator[tuple[int, Guard]]:
        """What an earlier release of the same day withholds, and has not told elsewhere: it may not be told now either.
        Of the parts that a cell does not print itself only those that are few, and known to none."""
        for unit in self.system.units:
            if unit.edition != SAME_DAY or unit.fixed:
                continue
            for item in unit.tells:
                told = any(self.system.units[other].fixed for other in self.told_by[item])
                guard = self._beside(item)
                few = guard != _ANY and self.system.quantities[item].value is None
                if not told and item not in self.guards and (item == unit.main or few):
                    yield item, guard

    def _exposed(self) -> Iterator[int]:
        """What is printed of withheld cells and told nowhere else; it may not be known exactly."""
        for index in sorted(self.gone):
            main = self.system.units[index].main
            if main is not None and main in self.known.free and not self._is_out(index):
                yield main
        yield from sorted(self.before)

    def _beside(self, item: int) -> Guard:
        """How a printed number that is withheld for others' sake is protected: it may not be known exactly, and where
        it is small, if it be nought, no more closely than the small."""
        quantity = self.system.quantities[item]
        value = self.net.values[item]
        if quantity.kind == DAYS or value >= self.profile.threshold:
            return _ANY
        return guard_of(replace(quantity, value=round(value)), self.profile)

    # --- finding ---

    def _protect(self, wanted: Mapping[int, Guard]) -> None:
        for number, target in enumerate(sorted(wanted, key=lambda item: (-self._weight(item), item))):
            self.tell(number, len(wanted))
            guard = wanted[target]
            if guard == _ANY:
                if not self._moves(target) and not self._move(target, 1.0, -1.0):
                    self._fail(target)
                continue
            for sign, far in ((1.0, guard.up), (-1.0, guard.down)):
                if far and self._reached(target, sign) < far - TINY and not self._move(target, sign * far):
                    self._fail(target)

    def _fail(self, target: int) -> None:
        if target in self.guards and target not in self.failed:
            self.failed.append(target)

    def _weight(self, target: int) -> float:
        return sum(self.system.units[unit].weight for unit in self.told_by.get(target, ()))

    def _move(self, target: int, *by: float) -> bool:
        """Withholds what it takes that a quantity can move so far, the cheapest of several ways; whether it can."""
        best: tuple[float, Move] | None = None
        for far in by:
            try:
                move = cheapest(self.net, target, far, self.known, self.outer, self.price)
            except Unsolved:
                continue
            if move is None:
                continue
            cost = sum(self.system.units[unit].weight for unit in set(self._bought(move)) - self.gone)
            if best is None or cost < best[0]:
                best = (cost, move)
            if not cost:
                break
        if best is None:
            return False
        self._withhold(self._bought(best[1]))
        self._learn(best[1])
        return True

    def _price(self, quantity: int) -> float:
        if quantity in self.known.free and quantity not in self.known.hinted:
            return 0.0
        known, outer = self.known, self.outer
        if (known.low[quantity], known.high[quantity]) == (outer.low[quantity], outer.high[quantity]):
            return math.inf
        units = [unit for unit in self.told_by[quantity] if unit not in self.gone]
        return sum(self.system.units[unit].weight for unit in units if not self._is_out(unit))

    def _bought(self, move: Move) -> Iterator[int]:
        for quantity, step in sorted(move.items()):
            value = self.net.values[quantity] + step
            if not self.known.low[quantity] - TINY <= value <= self.known.high[quantity] + TINY:
                yield from (unit for unit in self.told_by[quantity] if not self._is_out(unit))

    # --- what was seen ---

    def _learn(self, move: Move) -> None:
        """Notes how far every quantity moves with it, and against it, as far as that goes."""
        for sign in (1.0, -1.0):
            most = self._most(move, sign)
            if most < TINY:
                continue
            reach = _Reach(frozenset(move), {item: sign * most * step for item, step in move.items()})
            for quantity in reach.by:
                if quantity in self.guards or self._is_main(quantity):
                    self.reach.setdefault(quantity, []).append(reach)
            for quantity in reach.support:
                self.of_support.setdefault(quantity, []).append(reach)

    def _is_main(self, quantity: int) -> bool:
        return any(self.system.units[unit].main == quantity for unit in self.told_by.get(quantity, ()))

    def _most(self, move: Move, sign: float) -> float:
        """How many times the move can be made before a quantity leaves what is known of it; at most a million."""
        most = 1e6
        for quantity, step in move.items():
            room = (self.known.high if sign * step > 0 else self.known.low)[quantity] - self.net.values[
                quantity
            ]
            if math.isfinite(room):
                most = min(most, abs(room) / abs(step))
        return most

    def _reached(self, target: int, sign: float) -> float:
        return max((sign * reach.by[target] for reach in self.reach.get(target, ())), default=0.0)

    def _moves(self, target: int) -> bool:
        return any(abs(reach.by[target]) >= 1 - TINY for reach in self.reach.get(target, ()))

    # --- giving back ---

    def _give_back(self, primary: Iterable[int]) -> None:
        """Shows again each cell that turned out not to be needed, the most telling first."""
        kept = set(primary)
        units = self.system.units
        spare = [index for index in self.gone if index not in kept and not self._is_out(index)]
        for index in sorted(spare, key=lambda item: (-units[item].weight, item))[:_SPARE]:
            if units[index].hidden:
                continue
            self._try_without(index)

    def _try_without(self, index: int) -> None:
        before_known, before_price = self.known, self.price
        self.gone.discard(index)
        self._tell_again((index,))
        told = self.telling.is_narrower(self.known, before_known, self.system.units[index].tells)
        lost = {item for quantity in told for reach in self.of_support.get(quantity, ()) for item in reach.by}
        before_reach = {item: self.reach[item] for item in lost if item in self.reach}
        for item, reaches in before_reach.items():
            self.reach[item] = [reach for reach in reaches if told.isdisjoint(reach.support)]
        exposed = [item for item in self._exposed() if item not in self.guards]
        asked = {**{item: self._beside(item) for item in exposed}, **self.guards}
        affected = [item for item in sorted(asked) if item in before_reach]
        if not self._all_stand(index, {item: asked[item] for item in affected if item not in self.failed}):
            self.gone.add(index)
            self.known, self.price = before_known, before_price
            self.reach.update(before_reach)

    def _all_stand(self, index: int, asked: Mapping[int, Guard]) -> bool:
        """Whether quantities are still protected when a cell is shown: first those that a sum alone gives away are
        looked for, then as many as can be are moved at once, and then each that is left by itself."""
        shown = self.system.units[index].tells
        for item, (low, high) in implied(self.net, self.known, shown).items():
            if item in asked and self._is_told(item, asked[item], low, high):
                return False
        for _ in range(_AT_ONCE):
            left = {item: guard for item, guard in asked.items() if not self._is_seen_to(item, guard)}
            wanted = {item: self._next(item, guard) for item, guard in left.items()}
            if len(wanted) < 2 or not self._push(shown[0], wanted):
                break
            if sum(not self._is_seen_to(item, guard) for item, guard in left.items()) > 0.8 * len(left):
                break
        return all(self._stands(item, guard) for item, guard in asked.items())

    def _is_told(self, item: int, guard: Guard, low: float, high: float) -> bool:
        """Whether numbers so close are closer than a guard allows."""
        if guard == _ANY:
            return math.isfinite(high - low) and math.floor(high + TINY) <= math.ceil(low - TINY)
        value = self.net.values[item]
        return high < value + guard.up - TINY or low > value - guard.down + TINY

    def _next(self, item: int, guard: Guard) -> float:
        """Which way, and how far, a quantity is yet to be seen to move; every other of those that may go either way
        goes down."""
        if guard == _ANY:
            return 1.0 if item % 2 or self.net.values[item] < 1 else -1.0
        return guard.up if self._reached(item, 1.0) < guard.up - TINY else -guard.down

    def _push(self, start: int, wanted: Mapping[int, float]) -> bool:
        numbers = pushed(self.net, start, self.known, wanted)
        move = {item: number - self.net.values[item] for item, number in numbers.items()}
        self._learn({item: step for item, step in move.items() if abs(step) > TINY})
        return bool(numbers)

    def _is_seen_to(self, target: int, guard: Guard) -> bool:
        """Whether moves that were seen are enough."""
        if guard == _ANY:
            return self._moves(target)
        return (
            self._reached(target, 1.0) >= guard.up - TINY and self._reached(target, -1.0) >= guard.down - TINY
        )

    def _stands(self, target: int, guard: Guard) -> bool:
        """Whether a quantity is still protected."""
        if self._is_seen_to(target, guard):
            return True
        value = self.net.values[target]
        if guard == _ANY:
            high = self._furthest(target, 1.0, value + 1)
            if high >= value + 1 - TINY:
                return True
            return math.floor(high + TINY) > math.ceil(self._furthest(target, -1.0, value - 1) - TINY)
        for sign, far in ((1.0, guard.up), (-1.0, guard.down)):
            if self._reached(target, sign) >= far - TINY:
                continue
            if sign * (self._furthest(target, sign, value + sign * far) - value) < far - TINY:
                return False
        return True

    def _furthest(self, target: int, sign: float, far_enough: float) -> float:
        try:
            end, numbers = furthest(self.net, target, sign, self.known, far_enough, looks=_LOOKS)
        except Unsolved:
            return self.net.values[target]
        steps = ((item, number - self.net.values[item]) for item, number in numbers.items())
        self._learn({item: step for item, step in steps if abs(step) > TINY})
        return end


@dataclass(frozen=True, slots=True)
class _Reach:
    """A move that gives everything shown; `support` are the quantities it takes that are not known."""

    support: frozenset[int]
    by: Move


def _flagged(system: System, gone: Iterable[int], profile: Profile) -> tuple[str, ...]:
    """Shown cells in which all, or none, are a yes: they tell it of everybody in the group."""
    if profile.zero != "flagged":
        return ()
    hidden = set(gone)
    return tuple(
        sorted(
            unit.ref
            for index, unit in enumerate(system.units)
            if index not in hidden and not unit.edition and unit.uniform
        )
    )


def ordered(system: System) -> System:
    """The same system in an order of its own, so that the order of rows decides nothing."""
    order = sorted(range(len(system.quantities)), key=lambda index: system.quantities[index].key)
    place = {old: new for new, old in enumerate(order)}
    units = tuple(
        replace(
            unit,
            tells=tuple(sorted(place[item] for item in unit.tells)),
            main=None if unit.main is None else place[unit.main],
            loose=tuple(sorted(place[item] for item in unit.loose)),
        )
        for unit in sorted(system.units, key=lambda unit: (unit.edition, unit.ref))
    )
    relations = sorted(
        (
            replace(item, whole=place[item.whole], parts=tuple(sorted(place[part] for part in item.parts)))
            for item in system.relations
        ),
        key=lambda item: (item.whole, item.parts, item.kind),
    )
    quantities = tuple(system.quantities[index] for index in order)
    return replace(system, quantities=quantities, units=units, relations=tuple(relations))

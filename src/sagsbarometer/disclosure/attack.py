"""What somebody can still work out of what is shown: exact bounds per withheld quantity, differences, own cases."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType

from sagsbarometer.disclosure.earlier import together
from sagsbarometer.disclosure.known import Limits, Telling
from sagsbarometer.disclosure.linear import ENDLESS, TINY, Net, Numbers, Unsolved, furthest, pushed
from sagsbarometer.disclosure.primary import guards, is_small
from sagsbarometer.disclosure.profile import Profile
from sagsbarometer.disclosure.system import (
    CASES,
    DAYS,
    DIFFERENCE,
    Hidden,
    Printing,
    Quantity,
    Shown,
    System,
)

EXACT, NARROW, DIFFERENCE_FOUND, IMPOSSIBLE = "exact", "narrow", "difference", "contradiction"
UNSETTLED = "narrow"  # nobody could tell: it is not taken to be protected
Contributions = Mapping[str, Mapping[str, int]]  # who takes part, to quantity (as text), to own cases
NOBODY: Contributions = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that can be worked out. `kind`: `exact`, `narrow` (between `low` and `high`, closer than policy),
    `difference` (between two releases) or `contradiction` (what is shown cannot be true together).

    `refs` are the cells that would tell it, `by` who works it out: nobody in particular, or a coalition. `text` is for
    a reader, in Danish; it holds the numbers that were worked out, and is no text to publish.
    """

    kind: str
    quantity: str
    refs: tuple[str, ...]
    low: int | None
    high: int | None
    text: str
    by: tuple[str, ...] = ()


def attack(
    system: System,
    hidden: Hidden,
    profile: Profile,
    earlier: Sequence[Shown] = (),
    contributions: Contributions = NOBODY,
) -> tuple[Finding, ...]:
    """All that can be worked out and may not, worst first: by anybody, and by those of `contributions` who put their
    own cases together, as many as the profile says.

    Where the true numbers are in the system (it was made of the results themselves), the protected quantities are
    looked at; where it was made of protected results, every quantity that a withheld cell would tell.
    """
    if profile.withholds_nothing:
        return ()
    attacker = _Attacker(together(system, earlier), hidden, profile)
    found = list(attacker.alone())
    for size in profile.coalitions:
        found += attacker.together(contributions, size)
    order = {EXACT: 0, IMPOSSIBLE: 1, NARROW: 2, DIFFERENCE_FOUND: 3}
    unique = {(item.kind, item.quantity, item.by): item for item in found}
    return tuple(sorted(unique.values(), key=lambda item: (order[item.kind], item.quantity, item.by)))


class _Attacker:
    """What is shown, and what follows from it."""

    def __init__(self, system: System, hidden: Hidden, profile: Profile) -> None:
        self.system = system
        self.hidden = hidden
        self.profile = profile
        self.net = Net(system)
        values = [item.value for item in system.quantities]
        gone = frozenset(index for index, unit in enumerate(system.units) if unit.ref in hidden.refs)
        self.known = Telling(system, _printing(system, profile), values).limits(gone)
        self.guards = guards(system, profile)
        self.told_by = system.told_by()
        self.seen: dict[int, tuple[float, float]] = {}

    def alone(self) -> Iterator[Finding]:
        """What anybody can work out."""
        with suppress(Unsolved):  # each is then asked about by itself
            self.net.taken(self.known)
        for point in self.net.points:
            self._note(point)
        targets = self._targets()
        for number, target in enumerate(targets):
            if self._is_seen_safe(target) or self._is_pushed_safe(target, targets[number:]):
                continue
            item = self.system.quantities[target]
            try:
                low, high = self._near(target)
                if self._judged(target, low, high):
                    low, high = self.interval(target, self.known)
            except ValueError:
                text = f"Det, der vises om {item.text}, kan ikke passe sammen."
                yield self._finding(IMPOSSIBLE, target, None, None, text)
                continue
            except Unsolved:
                text = f"Det kunne ikke regnes ud, om {item.text} er beskyttet."
                yield self._finding(UNSETTLED, target, None, None, text)
                continue
            if finding := self._judged(target, low, high):
                yield finding

    def _is_pushed_safe(self, target: int, targets: Sequence[int]) -> bool:
        """Whether a target is seen to be safe when it and as many of the others as can be are moved at once."""
        if target not in self.known.open:
            return False
        left = [item for item in targets if not self._is_seen_safe(item)]
        numbers = pushed(self.net, target, self.known, {item: self._wanted(item) for item in left})
        self._note(numbers)
        return target in numbers and self._is_seen_safe(target)

    def _wanted(self, target: int) -> float:
        """How far, and which way, it is yet to be seen that a quantity can move."""
        value = self.system.quantities[target].value
        if value is None:
            return float(self.profile.threshold + self.profile.interval)
        guard = self.guards.get(target)
        if guard is None:
            return 1.0 if target % 2 or value < 1 else -1.0
        high = self.seen.get(target, (value, value))[1]
        return float(guard.up if high < value + guard.up - TINY else -guard.down)

    def _near(self, target: int) -> tuple[int, int | None]:
        """The interval, looked at no further than until it is wide enough."""
        value = self.system.quantities[target].value
        if guard := self.guards.get(target):
            true = value or 0
            return self.interval(target, self.known, (true - guard.down, true + guard.up))
        far = float(self.profile.threshold + self.profile.interval) if value is None else value + 1.0
        end, numbers = furthest(self.net, target, 1.0, self.known, far)
        self._note(numbers)
        if end == math.inf:
            return -int(ENDLESS), None
        # One less is then enough: what can be as great as that is not known to be small.
        enough = math.floor(end + TINY) - 1.0 if end >= far - TINY else 0.0 if value is None else value - 1.0
        low, numbers = furthest(self.net, target, -1.0, self.known, enough)
        self._note(numbers)
        least = -ENDLESS if low == -math.inf else math.ceil(low - TINY)
        return int(least), math.floor(end + TINY)

    def interval(
        self, target: int, known: Limits, far_enough: tuple[float | None, float | None] = (None, None)
    ) -> tuple[int, int | None]:
        """The least and the greatest whole number a quantity can be; None where there is no greatest. With `far_enough`
        looked no further than to those."""
        ends = []
        for sign, end_at in zip((-1.0, 1.0), far_enough, strict=True):
            end, numbers = furthest(self.net, target, sign, known, end_at)
            ends.append(end)
            if known is self.known:
                self._note(numbers)
        low, high = ends
        least = -ENDLESS if low == -math.inf else math.ceil(low - TINY)
        return int(least), None if high == math.inf else math.floor(high + TINY)

    def _note(self, numbers: Numbers) -> None:
        """Notes what other quantities were seen to be able to be on the way."""
        for quantity, number in numbers.items():
            low, high = self.seen.get(quantity, (number, number))
            self.seen[quantity] = (min(low, number), max(high, number))

    def _is_seen_safe(self, target: int) -> bool:
        """Whether what was seen on the way to others is enough."""
        if target not in self.seen:
            return False
        low, high = self.seen[target]
        value = self.system.quantities[target].value
        if target in self.guards and value is not None:
            guard = self.guards[target]
            return low <= value - guard.down + TINY and high >= value + guard.up - TINY
        wide = math.floor(high + TINY) - math.ceil(low - TINY)
        if value is not None or wide >= self.profile.interval:
            return wide >= 1
        if high >= self.profile.threshold - TINY:
            return wide >= 1 or not self._is_main(target)
        return low <= TINY and not self._is_main(target) and (wide >= 1 or self.profile.zero != "withheld")

    def _targets(self) -> list[int]:
        """The protected quantities, and those that withheld cells alone would tell."""
        found = set(self.guards)
        for unit in self.system.units:
            if unit.edition or unit.fixed or not (unit.hidden or unit.ref in self.hidden.refs):
                continue
            if unit.main is not None:
                found.add(unit.main)
            found.update(item for item in unit.tells if self.system.quantities[item].value is None)
        return sorted(found & self.known.free | set(self.guards))

    def _judged(self, target: int, low: int, high: int | None) -> Finding | None:
        """What is wrong with an interval, if anything is."""
        item = self.system.quantities[target]
        if high is None:
            return None
        told = f"{item.text} kan regnes ud"
        if low == high:
            if (
                target in self.guards
                or self._is_main(target)
                or is_small(replace(item, value=low), self.profile)
            ):
                kind = DIFFERENCE_FOUND if item.kind == DIFFERENCE else EXACT
                return self._finding(kind, target, low, high, f"{told}: {low}.")
            return None
        if target in self.guards:
            guard, value = self.guards[target], item.value or 0
            narrow = (
                high - low < guard.width
                or low > value - min(guard.down, 1)
                or high < value + min(guard.up, 1)
            )
        elif item.value is None and item.kind != DAYS:
            # Whoever reads it does not know which are small; what is certainly so may not be known this closely. Of a
            # part beside the printed number, none at all is no secret.
            least = 0 if self._is_main(target) else 1
            narrow = least <= low and high < self.profile.threshold and high - low < self.profile.interval
        else:
            narrow = False
        if not narrow:
            return None
        text = (
            f"{told} til mellem {low} og {high}; det er tættere på end profilen {self.profile.id} tillader."
        )
        return self._finding(NARROW, target, low, high, text)

    def _is_main(self, target: int) -> bool:
        return any(self.system.units[unit].main == target for unit in self.told_by.get(target, ()))

    def _finding(
        self, kind: str, target: int, low: int | None, high: int | None, text: str, by: tuple[str, ...] = ()
    ) -> Finding:
        refs = tuple(self.system.units[unit].ref for unit in self.told_by.get(target, ()))
        return Finding(kind, self.system.quantities[target].text, refs, low, high, text, by)

    # --- those that take part ---

    def together(self, contributions: Contributions, size: int) -> Iterator[Finding]:
        """What members who put their own cases together learn of the others'. For each quantity the worst are those
        with the most cases in it; on a tie those whose names come first."""
        for target, item in enumerate(self.system.quantities):
            if item.kind != CASES or item.edition or not self._is_told(target):
                continue
            members = worst(contributions, item, size)
            if len(members) < min(size, 1) or not members:
                continue
            own = own_cases(contributions, members, item)
            yield from self._rest(target, members, own, contributions)

    def _is_told(self, target: int) -> bool:
        return target in self.told_by

    def _rest(
        self, target: int, members: tuple[str, ...], own: int, contributions: Contributions
    ) -> Iterator[Finding]:
        """Whether what is left of a quantity when the members' own are taken from it is few and known."""
        item = self.system.quantities[target]
        if item.value is not None and not 0 < item.value - own < self.profile.threshold:
            return
        if self.profile.withholds == "local" and not self.profile.is_local(dict(item.row)):
            return
        known = with_own(self.known, self.system, contributions, members)
        low, high = self.interval(target, known)
        if high is None:
            return
        low, high = low - own, high - own
        few = high > 0 and low < self.profile.threshold
        if few and high - low < (self.profile.interval if low != high else 1):
            kind = EXACT if low == high else NARROW
            who = "Kommunen eller myndigheden" if len(members) == 1 else f"{len(members)}, der går sammen,"
            told = f"til {low}" if low == high else f"til mellem {low} og {high}"
            text = f"{who} ({', '.join(members)}) kan trække sine egne {own} fra {item.text} og kende resten {told}."
            yield self._finding(kind, target, low, high, text, members)


def _printing(system: System, profile: Profile) -> Printing:
    """How what is at hand is shown: as it says itself, or, being the true numbers, as the profile will show it."""
    if system.printing is not None:
        return system.printing
    return profile.printing if profile.rounding else Printing(system.rounding)


def worst(contributions: Contributions, item: Quantity, size: int) -> tuple[str, ...]:
    """The members with the most cases in a quantity, at most `size`; none that has none."""
    counts = {name: own.get(item.text, 0) for name, own in contributions.items()}
    ranked = sorted((name for name in counts if counts[name]), key=lambda name: (-counts[name], name))
    return tuple(ranked[:size])


def own_cases(contributions: Contributions, members: Sequence[str], item: Quantity) -> int:
    """How many of the cases in a quantity are the members' own."""
    return sum(contributions[name].get(item.text, 0) for name in members)


def with_own(known: Limits, system: System, contributions: Contributions, members: Sequence[str]) -> Limits:
    """What the members know: no quantity is less than their own part of it."""
    low = list(known.low)
    for index, item in enumerate(system.quantities):
        if index in known.free and item.kind == CASES:
            low[index] = max(low[index], float(own_cases(contributions, members, item)))
    return replace(known, low=low)

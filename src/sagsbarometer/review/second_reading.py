"""Which cases are read twice, and who reads which: drawn from a seed, so that anybody can do it again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sagsbarometer.kernel.rounding import Exact
from sagsbarometer.sampling.numbers import ONE, permanent, shuffled


def drawn(cases: Iterable[str], share: Exact, seed: str) -> tuple[str, ...]:
    """The cases that are read by two, sorted. `share` in percent, 0 to 100.

    A case is drawn when its own permanent number lies below the share. So no case hangs on which others there are, or
    on the day it came in: who comes later is drawn with the same chance, nobody drawn is let go, and a larger share
    only adds. The number drawn varies around the share (Poisson sampling, Särndal, Swensson and Wretman 1992, 3.5).
    Raises ValueError for a share outside 0 to 100.
    """
    part = Fraction(share)
    if not 0 <= part <= 100:
        raise ValueError(share)
    return tuple(sorted(case for case in set(cases) if Fraction(100 * permanent(seed, case), ONE) < part))


@dataclass(frozen=True, slots=True)
class Place:
    """A reading that wants a reader. `readers`: who reads the case already; `municipality`: its code."""

    case: str
    place: int
    municipality: str
    readers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who can be given cases. `load`: what they have already; `weight`: how many against the others'."""

    id: str
    load: int = 0
    weight: int = 1
    not_municipalities: frozenset[str] = frozenset()
    not_cases: frozenset[str] = frozenset()

    def may_read(self, place: Place) -> bool:
        """Not who is disqualified, and nobody reads a case twice."""
        return (
            place.municipality not in self.not_municipalities
            and place.case not in self.not_cases
            and self.id not in place.readers
        )


@dataclass(frozen=True, slots=True)
class Assigned:
    """Reader by case and place, and the places that none of the readers may have."""

    to: Mapping[tuple[str, int], str]
    nobody: tuple[tuple[str, int], ...]


def assigned(places: Collection[Place], readers: Collection[Reader], seed: str) -> Assigned:
    """Who reads what: evenly by weight, in an order drawn by the seed, so that nobody gets one municipality alone.

    Places that few may have are given out first. The same places, readers and seed give the same, in whatever order.
    Raises ValueError for a reader whose weight is not positive.
    """
    if any(reader.weight <= 0 for reader in readers):
        raise ValueError("weight")
    loads = {reader.id: reader.load for reader in readers}
    given: dict[tuple[str, int], str] = {}
    has: dict[str, set[str]] = {}
    for place in places:
        has.setdefault(place.case, set()).update(place.readers)
    nobody = []
    for place in sorted(places, key=lambda item: (_choices(item, readers), *_order(seed, item))):
        able = [reader for reader in readers if reader.may_read(place) and reader.id not in has[place.case]]
        if not able:
            nobody.append((place.case, place.place))
            continue
        chosen = min(able, key=lambda reader: _turn(reader, loads[reader.id], place, seed))
        given[place.case, place.place] = chosen.id
        loads[chosen.id] += 1
        has[place.case].add(chosen.id)
    return Assigned(given, tuple(sorted(nobody)))


def _choices(place: Place, readers: Collection[Reader]) -> int:
    return sum(reader.may_read(place) for reader in readers)


def _order(seed: str, place: Place) -> tuple[int, str, int]:
    return shuffled(seed, f"{place.case}:{place.place}"), place.case, place.place


def _turn(reader: Reader, load: int, place: Place, seed: str) -> tuple[Fraction, int, str]:
    return Fraction(load, reader.weight), shuffled(seed, f"{reader.id}\n{place.case}"), reader.id

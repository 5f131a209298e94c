"""What the answers of a case can be together: the combinations in which sets of cases over different names meet."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Way = tuple[str, ...]
_MOST = 1000  # combinations of one space
_CUT = 150  # the same where everything in it is cut into pieces


@dataclass(frozen=True, slots=True)
class Set:
    """The cases of one answer to a measure. `family` is what is counted by which date; `over` the names it depends on,
    and `ways` what they can be; for a condition that is taken as a whole `over` is empty and `whole` names it.

    A set of all cases of its family depends on nothing.
    """

    family: str
    over: tuple[str, ...] = ()
    ways: frozenset[tuple[str, ...]] = frozenset()
    whole: str = ""

    @property
    def name(self) -> str:
        """The set in one word that is the same wherever the same cases are meant."""
        if self.whole:
            return f"{self.family}|{self.whole}"
        if not self.over:
            return f"{self.family}|all"
        text = "\n".join(" ".join(way) for way in sorted(self.ways))
        if len(self.over) == 1 and len(text) < 80:
            return f"{self.family}|{self.over[0]}={text.replace(chr(10), ',')}"
        return f"{self.family}|{','.join(self.over)}#{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    @property
    def is_empty(self) -> bool:
        """Whether no case can ever be in it."""
        return bool(self.over) and not self.ways


@dataclass(frozen=True, slots=True)
class Rule:
    """What some names can be together, in the order of `over`."""

    over: tuple[str, ...]  # sorted
    ways: frozenset[Way]

    def of(self, names: Collection[str]) -> Rule | None:
        """What it says of those of its names that are among `names`; None where that is nothing."""
        at = [place for place, name in enumerate(self.over) if name in names]
        if len(at) < 2:
            return None
        if len(at) == len(self.over):
            return self
        return Rule(
            tuple(self.over[place] for place in at),
            frozenset(tuple(way[place] for place in at) for way in self.ways),
        )


@dataclass(frozen=True, slots=True)
class Space:
    """Every combination of what some names can be, in the order of `over`."""

    over: tuple[str, ...]
    ways: tuple[Way, ...]

    def of(self, one: Set) -> frozenset[int]:
        """A set over some of the names, as numbers of combinations. Raises KeyError for a name that is not here."""
        at = [self.over.index(name) for name in one.over]
        return frozenset(
            number for number, way in enumerate(self.ways) if tuple(way[place] for place in at) in one.ways
        )


@dataclass(slots=True)
class Spaces:
    """What each name can be in a study's cases, and what names can be together."""

    possible: Mapping[str, Way] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    _made: dict[tuple[str, ...], Space | None] = field(default_factory=dict, repr=False, compare=False)

    def space(self, over: Iterable[str]) -> Space | None:
        """The combinations that can be; None where they are too many, or a name can be what is not known."""
        names = tuple(sorted(over))
        if names not in self._made:
            self._made[names] = self._space(names)
        return self._made[names]

    def _space(self, names: tuple[str, ...]) -> Space | None:
        if any(name not in self.possible for name in names):
            return None
        rules = [rule for rule in (item.of(names) for item in self.rules) if rule is not None]
        ways: list[Way] = [()]
        for count, name in enumerate(names, 1):
            ways = [(*way, value) for way in ways for value in self.possible[name]]
            for rule in rules:
                if name == rule.over[-1]:  # the last of its names is in
                    at = [names.index(item) for item in rule.over]
                    ways = [way for way in ways if tuple(way[place] for place in at) in rule.ways]
            if len(ways) > (_MOST if count == len(names) else 4 * _MOST):
                return None
        return Space(names, tuple(ways))

    def together(self, overs: Sequence[tuple[str, ...]]) -> list[Space]:
        """Spaces in which what is over different names meets; each of `overs` is in one with others that share a name,
        or a rule, with it, as long as the combinations are not too many."""
        found: list[Space] = []
        for seed in sorted(overs, key=lambda over: (-len(over), over)):
            if any(set(seed) <= set(space.over) for space in found):
                continue
            space = self._grown(seed, overs)
            if space is not None:
                found = [item for item in found if not set(item.over) <= set(space.over)]
                found.append(space)
        return found

    def wide(self, overs: Sequence[tuple[str, ...]]) -> list[Space]:
        """Spaces of rules over so many names that not everything in them can be cut into pieces."""
        used = {name for over in overs for name in over}
        found = {tuple(name for name in rule.over if name in used) for rule in self.rules}
        spaces = (self.space(names) for names in sorted(found) if len(names) > 2)
        return [space for space in spaces if space is not None and len(space.ways) > _CUT]

    def _grown(self, seed: tuple[str, ...], overs: Sequence[tuple[str, ...]]) -> Space | None:
        space = self.space(seed)
        while space is not None and len(space.ways) <= _CUT:
            have = set(space.over)
            wider = {
                tuple(sorted(have | set(over)))
                for over in overs
                if not set(over) <= have and self._meet(have, set(over)) and set(over) <= set(self.possible)
            }
            by_size = sorted(wider, key=lambda names: (self._size(names), names))
            spaces = (made for names in by_size if (made := self.space(names)) is not None)
            grown = next((made for made in spaces if len(made.ways) <= _CUT), None)
            if grown is None:
                return space
            space = grown
        return None

    def _meet(self, some: set[str], others: set[str]) -> bool:
        """Whether they share a name, or a rule that is on no name beside theirs."""
        return bool(some & others) or any(
            some & set(rule.over) and others & set(rule.over) and set(rule.over) <= some | others
            for rule in self.rules
        )

    def _size(self, names: Iterable[str]) -> int:
        return math.prod(len(self.possible[name]) for name in names)

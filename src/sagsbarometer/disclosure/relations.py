"""Which sums hold between quantities: sets of cases, periods, groups, and what figures and tables add up.

What a sum could be follows from what the quantities are; it is used only where it holds in the true numbers. Where a
number is not known, because it is withheld, the sum is taken to hold if its like do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sagsbarometer.disclosure.spaces import Set, Spaces
from sagsbarometer.disclosure.system import (
    DAYS,
    LATENT,
    REST,
    Quantity,
    Relation,
    Row,
)
from sagsbarometer.kernel.periods import parse_period

_ALMOST = 1e-6
_COVER = 8  # sets that cover another, of which each may meet each
_LONG = 300  # of a name that is made of others
PERHAPS = (
    "?"  # stands where a grouping would: the cases that may be in a row's groups, and of whom nobody knows
)
BESIDE = "|beside:"  # a quantity of what is not in a group: those of several groups do not add up
_At = tuple[str, str, str, Row, str]  # family, period, edition, the row above, and what it is divided by
_Parents = Mapping[str, tuple[str, ...]]


class Relations:
    """The sums of some quantities, found one way after the other; `quantities` grows by parts nobody shows."""

    def __init__(self, quantities: Sequence[Quantity], rounding: int = 0) -> None:
        self.quantities = list(quantities)
        self.place = {item.key: index for index, item in enumerate(self.quantities)}
        self.rounding = rounding
        self.found: dict[tuple[int, tuple[int, ...]], str] = {}
        self.told: Counter[str] = Counter()
        self._solved: dict[Any, Any] = {}

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The sums found."""
        return tuple(Relation(whole, parts, kind) for (whole, parts), kind in self.found.items())

    def add(self, whole: int, parts: Iterable[int], kind: str) -> None:
        """Notes a sum, unless it says that a quantity is itself."""
        key = (whole, tuple(sorted(parts)))
        if key[1] != (whole,) and key not in self.found:
            self.found[key] = kind
            self.told[kind] += 1

    def quantity(self, item: Quantity) -> int:
        """The place of a quantity, which is added if it is new."""
        if item.key not in self.place:
            self.place[item.key] = len(self.quantities)
            self.quantities.append(item)
        return self.place[item.key]

    def holds(self, whole: int, parts: Sequence[int]) -> bool | None:
        """Whether a sum holds in the numbers; None where one is not known."""
        lacking = self.lacks(whole, parts)
        return None if lacking is None else abs(lacking) <= self.play(len(parts))

    def lacks(self, whole: int, parts: Sequence[int]) -> int | None:
        """What the parts lack in the whole."""
        total = 0
        for part in parts:
            value = self.quantities[part].value
            if value is None:
                return None
            total += value
        value = self.quantities[whole].value
        return None if value is None else value - total

    def play(self, parts: int) -> int:
        """How far a sum of so many rounded numbers can be from its whole."""
        return (self.rounding // 2) * (parts + 1)

    # --- sets and periods: things made of the same pieces ---

    def sets(self, of: Mapping[str, Set], spaces: Spaces) -> None:
        """Sums of sets of cases in one row and period. `of` tells which set a quantity is."""
        groups: dict[Hashable, dict[tuple[str, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
        everything: dict[Hashable, int] = {}
        for index, item in enumerate(self.quantities):
            known = of.get(item.what)
            if known is None or known.whole:
                continue
            where = (known.family, item.row, item.period, item.edition)
            if known.over:
                groups[where][known.over].append(index)
            else:
                everything[where] = index
        for at, by_names in groups.items():
            met = self._together(by_names, everything.get(at), of, spaces)
            for over, members in by_names.items():
                if over not in met:
                    made = [(index, of[self.quantities[index].what].ways) for index in members]
                    self._pieces(made, everything.get(at), "sets")

    def _together(
        self,
        by_names: Mapping[tuple[str, ...], Sequence[int]],
        everything: int | None,
        of: Mapping[str, Set],
        spaces: Spaces,
    ) -> set[tuple[str, ...]]:
        """Sums of sets over different names, in what those can be together. Returns which names were seen to."""
        met: set[tuple[str, ...]] = set()
        for space in spaces.together(tuple(by_names)):
            inside = [over for over in by_names if set(over) <= set(space.over)]
            members = [index for over in inside for index in by_names[over]]
            made = [(index, space.of(of[self.quantities[index].what])) for index in members]
            mark = f"@{_short(space.over)}" if len(inside) > 1 else ""
            if self._pieces(made, everything, "sets", mark):
                met |= set(inside)
        for space in spaces.wide(tuple(by_names)):
            inside = [over for over in by_names if set(over) <= set(space.over)]
            members = [index for over in inside for index in by_names[over]]
            self._covers({index: space.of(of[self.quantities[index].what]) for index in members}, space.over)
        return met

    def _covers(self, made: Mapping[int, frozenset[Any]], over: tuple[str, ...]) -> None:
        """Of each set that others are the whole of, how it is made of the largest of them."""
        for whole, pieces in made.items():
            within = {index: some for index, some in made.items() if some < pieces}
            largest = [
                (index, some)
                for index, some in within.items()
                if not any(some < other for other in within.values())
            ]
            apart = list({some: (index, some) for index, some in largest}.values())
            if 1 < len(apart) <= _COVER and frozenset().union(*(some for _, some in apart)) == pieces:
                self._pieces([(whole, pieces), *apart], None, "sets", f"@{_short(over)}{whole}")

    def periods(self) -> None:
        """Sums of the periods of one set in one row: a year of its quarters, and any that overlap."""
        groups: dict[Hashable, list[int]] = defaultdict(list)
        for index, item in enumerate(self.quantities):
            if item.period and "->" not in item.what.split("|")[0] and item.kind != LATENT:
                groups[(item.what, item.row, item.edition)].append(index)
        for members in groups.values():
            if len(members) < 2:
                continue
            ends = {}
            for index in members:
                period = parse_period(self.quantities[index].period)
                ends[index] = (period.first.toordinal(), period.last.toordinal() + 1)
            cuts = sorted({cut for pair in ends.values() for cut in pair})
            at = {cut: number for number, cut in enumerate(cuts)}
            made = [(index, frozenset(range(at[first], at[last]))) for index, (first, last) in ends.items()]
            if sum(len(pieces) for _, pieces in made) > len(
                {piece for _, pieces in made for piece in pieces}
            ):
                self._pieces(made, None, "periods")

    def _pieces(
        self, made: Sequence[tuple[int, frozenset[Any]]], everything: int | None, kind: str, mark: str = ""
    ) -> bool:
        """Each of `made` as the sum of the pieces that are in the same ones of them; pieces that nothing shows are
        added as quantities, `mark` in their names. `everything` has all pieces, and perhaps more. Returns whether the
        sums hold in the numbers."""
        pattern = (kind, everything is not None, tuple(pieces for _, pieces in made))
        if pattern not in self._solved:
            self._solved[pattern] = _Classes([pieces for _, pieces in made], everything is not None)
        classes: _Classes = self._solved[pattern]
        if not classes.says_something:
            return True
        wholes = [index for index, _ in made] + ([everything] if everything is not None else [])
        values = classes.values([self.quantities[index].value for index in wholes], self.play(2))
        if values is None:
            self.told[f"not_{kind}"] += 1
            return False
        like = self.quantities[wholes[0]]
        parts = []
        for number, (members, value) in enumerate(zip(classes.members, values, strict=True)):
            own = classes.own[number]
            if own is not None:
                parts.append(wholes[own])
                continue
            settled = value is not None and classes.settled[number]
            names = [
                self.quantities[item].what if kind == "sets" else self.quantities[item].period
                for item in wholes
            ]
            # What is in all and in none of the sets is another thing for each group of sets: it is named after them.
            of = members if members != (len(made),) else (*members, *range(len(made)))
            name = ("beside " if of != members else "") + "+".join(names[item] for item in of) + mark
            name = name if len(name) < _LONG else f"{names[of[0]]}+{_short([name])}"
            piece = replace(
                like,
                what=f"{name}?" if kind == "sets" else like.what,
                period=like.period if kind == "sets" else f"{name}?",
                value=value,
                kind=like.kind if settled and like.kind != DAYS else LATENT,
                cases=None,
                structural=True,
            )
            parts.append(self.quantity(piece))
        for number, whole in enumerate(wholes):
            inside = [part for part, members in zip(parts, classes.members, strict=True) if number in members]
            self.add(whole, inside, kind)
        return True

    # --- rows ---

    def rows(self, parents: _Parents) -> None:
        """Sums over groups: a total of its groups, a group of those under it."""
        groups: dict[_At, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for index, item in enumerate(list(self.quantities)):
            if (
                BESIDE in item.what
                or _is_perhaps(item.row)
                or item.kind == LATENT
                or (item.structural and item.kind == REST)
            ):
                continue
            for grouping, above in _above(item.row, parents):
                at = (item.what.split("|")[0], item.period, item.edition, above, grouping)
                if (item.what, above, item.period, item.edition) in self.place:
                    groups[at][item.what].append(index)
        for (family, period, edition, above, _), by_what in groups.items():
            asked = []
            given: set[frozenset[Row]] = set()
            for what, parts in by_what.items():
                whole = self.place[(what, above, period, edition)]
                rows = frozenset(self.quantities[part].row for part in parts)
                verdict = self._verdict(whole, parts)
                asked.append((whole, parts, rows, verdict))
                if verdict == "all" and what == f"{family}|all":
                    given.add(rows)
            for whole, parts, rows, verdict in asked:
                # Groups that have all cases have all of each kind; where that is not known they may lack something.
                self._row(whole, parts, verdict or ("all" if rows in given else "some"))

    def _verdict(self, whole: int, parts: Sequence[int]) -> str:
        lacking = self.lacks(whole, parts)
        if lacking is None:
            return ""
        play = self.play(len(parts))
        return "all" if abs(lacking) <= play else "some" if lacking > 0 else "over"

    def _row(self, whole: int, parts: Sequence[int], verdict: str) -> None:
        if verdict == "all":
            self.add(whole, parts, "rows")
        elif verdict == "some":
            self.add(whole, [*parts, self._rest(whole, parts)], "rows_and_rest")
        else:
            for part in parts:
                if (self.lacks(whole, [part]) or 0) >= 0:
                    self.add(whole, [part, self._rest(whole, [part])], "group_and_rest")

    def _rest(self, whole: int, parts: Sequence[int]) -> int:
        """The quantity of what the parts lack."""
        like = self.quantities[whole]
        names = sorted(";".join(f"{g}={v}" for g, v in self.quantities[part].row) for part in parts)
        lacking = self.lacks(whole, parts)
        kind = LATENT if like.kind == DAYS or lacking is None else REST
        what = f"{like.what}-{_short(names)}"
        return self.quantity(replace(like, what=what, value=lacking, kind=kind, cases=None, structural=True))

    # --- what figures and tables show ---

    def hints(self, hints: Iterable[tuple[str, tuple[str, ...]]], main: Mapping[str, int]) -> None:
        """Sums that a figure or a table shows: the printed numbers of a whole and its parts."""
        for whole, parts in hints:
            if whole in main and all(part in main for part in parts) and len(parts) > 1:
                items = [main[part] for part in parts]
                if len(set(items)) == len(items) and self.holds(main[whole], items):
                    self.add(main[whole], items, "figures")


def _is_perhaps(row: Row) -> bool:
    return bool(row) and row[0][0] == PERHAPS


def _above(row: Row, parents: _Parents) -> Iterable[tuple[str, Row]]:
    """The rows that a row is a part of, with the grouping it is a part by."""
    for grouping, group in row:
        rest = tuple(item for item in row if item[0] != grouping)
        yield grouping, rest
        for parent in parents.get(f"{grouping}={group}", ()):
            to, _, name = parent.partition("=")
            if all(item[0] != to for item in rest):
                yield f"{grouping}<{to}", tuple(sorted((*rest, (to, name))))


class _Classes:
    """Some sets cut into pieces that lie in the same ones of them."""

    def __init__(self, sets: Sequence[frozenset[Any]], everything: bool) -> None:
        import numpy as np

        inside: dict[Any, list[int]] = defaultdict(list)
        for number, pieces in enumerate(sets):
            for piece in pieces:
                inside[piece].append(number)
        whole = [len(sets)] if everything else []
        found = {(*members, *whole) for members in map(tuple, inside.values())}
        if everything:
            found.add((len(sets),))
        self.members = sorted(found)
        self.own: list[int | None] = [self._own(number, len(sets)) for number in range(len(self.members))]
        self.matrix = np.array(
            [
                [float(number in members) for members in self.members]
                for number in range(len(sets) + everything)
            ]
        )
        self.says_something = any(self.matrix[number].sum() > 1 for number in range(len(self.matrix)))
        self.inverse = np.linalg.pinv(self.matrix)
        # A piece is settled where no other solution has another number for it.
        free = np.eye(len(self.members)) - self.inverse @ self.matrix
        self.settled = [bool(abs(free[number]).max() < _ALMOST) for number in range(len(self.members))]

    def _own(self, number: int, sets: int) -> int | None:
        """The set that is just this piece."""
        for item in self.members[number]:
            if item < sets and sum(item in members for members in self.members) == 1:
                return item
        return None

    def values(self, known: Sequence[int | None], play: int) -> list[int | None] | None:
        """The number of each piece, None for those that are not known; no list where there are none that fit."""
        import numpy as np
        from scipy.optimize import linprog

        if any(value is None for value in known):
            return [None] * len(self.members)
        right = np.array(known, dtype=float)
        if play:
            return [None] * len(self.members)
        found = self.inverse @ right
        if abs(self.matrix @ found - right).max() > 1e-4:
            return None
        if found.min() < -1e-4 or not all(self.settled):
            answer = linprog(
                np.zeros(len(self.members)), A_eq=self.matrix, b_eq=right, bounds=(0, None), method="highs"
            )
            if answer.status != 0:
                return None
            found = answer.x
        return [round(float(value)) for value in found]


def _short(names: Sequence[str]) -> str:
    import hashlib

    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]

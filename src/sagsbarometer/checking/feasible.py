"""Whether any whole counts give the percentages that were printed.

A row prints its number of cases and percentages of parts. The parts lie inside or beside one another, so the counts
are a flow down a tree; years that add to a whole period are such trees that meet in the period's own tree. A set of
percentages is feasible when there is a flow within every printed percentage's range of counts, which a maximum flow
decides exactly in whole numbers (Hoffman's circulation theorem: two laminar families give a network).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sagsbarometer.checking.numbers import whole_counts

Atoms = frozenset[str]


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed percentage: of which column, and of which atoms of the row it is the share."""

    column: str
    atoms: Atoms
    percentage: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its name, its number of cases, and its percentages."""

    name: str
    base: int
    printed: tuple[Printed, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Percentages of a row that no counts give together, though any fewer of them can be given.

    `counts`: the counts that each gives alone. `with_years`: they can be given in the row itself, but not as the sum
    of the other rows; then `sums` are the counts the other rows allow.
    """

    row: str
    printed: tuple[Printed, ...]
    counts: Mapping[str, range]
    with_years: bool
    sums: Mapping[str, range]
    closed_too: bool  # also when halves may be rounded either way


def conflicts(rows: Sequence[Row], whole: Row | None, atoms: Sequence[str]) -> list[Conflict]:
    """Every smallest set of percentages that cannot hold together: in a row, then in `whole` with the rows it is the
    sum of. Rows that conflict in themselves are left out of the second. Nothing is said of the second when the bases
    do not add up."""
    found = []
    sound: list[Row] = []
    for row in (*rows, *([whole] if whole else [])):
        own = [
            _conflict(row, subset, atoms) for subset in _smallest(row, lambda part: feasible([], part, atoms))
        ]
        found += own
        if row is not whole:
            sound.append(Row(row.name, row.base, () if own else row.printed))
    if whole is None or sum(row.base for row in rows) != whole.base or not rows:
        return found
    alone = {frozenset(conflict.printed) for conflict in found if conflict.row == whole.name}
    for subset in _smallest(whole, lambda part: feasible(sound, part, atoms)):
        if not any(conflict <= set(subset) for conflict in alone):
            found.append(_conflict(whole, subset, atoms, sound))
    return found


def feasible(rows: Sequence[Row], whole: Row, atoms: Sequence[str], closed: bool = False) -> bool:
    """Whether counts exist for `whole`, and for the rows that add to it (none: it stands alone)."""
    if not rows:
        rows = [Row(whole.name, whole.base, ())]
    network = _Network()
    for number, row in enumerate(rows):
        network.edge("source", (number, "all"), row.base, row.base)
        _tree(network, row, atoms, closed, number, down=True)
    _tree(network, whole, atoms, closed, "whole", down=False)
    network.edge(("whole", "all"), "sink", whole.base, whole.base)
    return network.feasible()


def reachable(rows: Sequence[Row], whole: Row, wanted: Atoms, atoms: Sequence[str]) -> range:
    """The counts of `wanted` that the rows allow in the whole, whose own percentages are left aside."""

    def possible(low: int, high: int) -> bool:
        return _within(rows, whole, wanted, atoms, low, high)

    if not possible(0, whole.base):
        return range(0)
    low = _least(0, whole.base, lambda limit: possible(0, limit))
    high = whole.base - _least(0, whole.base, lambda gap: possible(whole.base - gap, whole.base))
    return range(low, high + 1)


def _within(
    rows: Sequence[Row], whole: Row, wanted: Atoms, atoms: Sequence[str], low: int, high: int
) -> bool:
    network = _Network()
    for number, row in enumerate(rows):
        network.edge("source", (number, "all"), row.base, row.base)
        _tree(network, row, atoms, False, number, down=True)
    for atom in atoms:
        network.edge(("atom", atom), "wanted" if atom in wanted else "rest", 0, whole.base)
    network.edge("wanted", "end", low, high)
    network.edge("rest", "end", 0, whole.base)
    network.edge("end", "sink", whole.base, whole.base)
    return network.feasible()


def _least(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The smallest number for which a test that goes from no to yes says yes."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _smallest(row: Row, holds: Callable[[Row], bool]) -> list[tuple[Printed, ...]]:
    found: list[tuple[Printed, ...]] = []
    if holds(row):
        return found
    for size in range(1, len(row.printed) + 1):
        for subset in combinations(row.printed, size):
            if any(set(smaller) <= set(subset) for smaller in found):
                continue
            if not holds(Row(row.name, row.base, subset)):
                found.append(subset)
    return found


def _conflict(
    row: Row, subset: tuple[Printed, ...], atoms: Sequence[str], rows: Sequence[Row] = ()
) -> Conflict:
    part = Row(row.name, row.base, subset)
    return Conflict(
        row=row.name,
        printed=subset,
        counts={item.column: whole_counts(item.percentage, row.base) for item in subset},
        with_years=bool(rows),
        sums={item.column: reachable(rows, row, item.atoms, atoms) for item in subset} if rows else {},
        closed_too=not feasible(rows, part, atoms, closed=True),
    )


def _tree(network: _Network, row: Row, atoms: Sequence[str], closed: bool, name: object, down: bool) -> None:
    """The tree of a row's parts, from its root to the atoms, which all trees share (`down`), or the other way."""
    ranges: dict[Atoms, tuple[int, int]] = {}
    for item in row.printed:
        counts = whole_counts(item.percentage, row.base, closed)
        low, high = (counts[0], counts[-1]) if counts else (1, 0)
        before = ranges.get(item.atoms, (0, row.base))
        ranges[item.atoms] = max(low, before[0]), min(high, before[1])
    nodes = sorted(ranges, key=lambda part: (len(part), sorted(part)))
    everything = frozenset(atoms)

    def above(part: Atoms, own: bool) -> object:
        around = [other for other in nodes if part < other or (own and part == other)]
        return (name, tuple(sorted(around[0]))) if around else (name, "all")

    def join(upper: object, lower: object, low: int, high: int) -> None:
        network.edge(*((upper, lower) if down else (lower, upper)), low, high)

    for part in nodes:
        join(above(part, own=False), (name, tuple(sorted(part))), *ranges[part])
    for atom in sorted(everything):
        join(above(frozenset({atom}), own=True), ("atom", atom), 0, row.base)


class _Network:
    """Edges with a least and a greatest flow."""

    def __init__(self) -> None:
        self._capacity: dict[object, dict[object, int]] = {}
        self._surplus: dict[object, int] = {}
        self._possible = True

    def edge(self, start: object, end: object, low: int, high: int) -> None:
        """An edge; two between the same nodes are one wider."""
        if low > high:
            self._possible = False
            return
        self._open(start, end, high - low)
        self._surplus[end] = self._surplus.get(end, 0) + low
        self._surplus[start] = self._surplus.get(start, 0) - low

    def feasible(self) -> bool:
        """Whether some flow from source to sink keeps every limit. Only to be asked once."""
        if not self._possible:
            return False
        self._open("sink", "source", sum(sum(ends.values()) for ends in self._capacity.values()) + 1)
        wanted = 0
        for node, surplus in list(self._surplus.items()):
            if surplus > 0:
                self._open("start", node, surplus)
                wanted += surplus
            elif surplus < 0:
                self._open(node, "stop", -surplus)
        return self._most("start", "stop") == wanted

    def _open(self, start: object, end: object, capacity: int) -> None:
        self._capacity.setdefault(start, {})[end] = self._capacity.get(start, {}).get(end, 0) + capacity
        self._capacity.setdefault(end, {}).setdefault(start, 0)

    def _most(self, start: object, stop: object) -> int:
        """The maximum flow, along shortest paths first (Edmonds and Karp 1972)."""
        flow = 0
        while path := self._path(start, stop):
            width = min(self._capacity[a][b] for a, b in path)
            for a, b in path:
                self._capacity[a][b] -= width
                self._capacity[b][a] += width
            flow += width
        return flow

    def _path(self, start: object, stop: object) -> list[tuple[object, object]]:
        came: dict[object, object] = {start: start}
        queue = deque([start])
        while queue and stop not in came:
            node = queue.popleft()
            for end, capacity in self._capacity.get(node, {}).items():
                if capacity and end not in came:
                    came[end] = node
                    queue.append(end)
        if stop not in came:
            return []
        path = []
        node = stop
        while node != start:
            path.append((came[node], node))
            node = came[node]
        return path[::-1]

"""A table of whole numbers with given sums of rows and of columns, as near as can be to a table of fair parts.

Rows are authorities and columns strata. Only sums, products and comparisons: the same numbers on every machine.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import floor, inf

_ROUNDS, _NEAR = 500, 1e-12

Parts = Sequence[Sequence[float]]
Whole = Sequence[Sequence[int]]


class Crossed(ValueError):
    """No table has these sums within the bounds: the `rows` must hold `wanted` in all, and can hold `most`."""

    def __init__(self, rows: tuple[int, ...], wanted: int, most: int) -> None:
        super().__init__(rows, wanted, most)
        self.rows, self.wanted, self.most = rows, wanted, most


def fitted(
    parts: Parts, rows: Sequence[int], columns: Sequence[int], low: Whole, high: Whole
) -> list[list[float]]:
    """The parts scaled row by row and column by column until they have the sums, each between its bounds.

    Iterative proportional fitting, x = min(max(u·v·part, low), high). Where no such table exists it is as near as the
    rounds allow. Source: Deming & Stephan, Annals of Mathematical Statistics 11 (1940) 427-444.
    """
    across, down = [1.0] * len(rows), [1.0] * len(columns)
    for _ in range(_ROUNDS):
        moved = 0.0
        for at, total in enumerate(rows):
            line = [(part * down[s], low[at][s], high[at][s]) for s, part in enumerate(parts[at])]
            scale = _scale(float(total), line, across[at])
            moved = max(moved, abs(scale - across[at]) / (scale + across[at]))
            across[at] = scale
        for s, total in enumerate(columns):
            line = [(parts[at][s] * across[at], low[at][s], high[at][s]) for at in range(len(rows))]
            scale = _scale(float(total), line, down[s])
            moved = max(moved, abs(scale - down[s]) / (scale + down[s]))
            down[s] = scale
        if moved < _NEAR:
            break
    return [
        [
            min(max(across[at] * down[s] * part, float(low[at][s])), float(high[at][s]))
            for s, part in enumerate(line)
        ]
        for at, line in enumerate(parts)
    ]


def _scale(total: float, line: Sequence[tuple[float, int, int]], otherwise: float) -> float:
    """The c above 0 for which Σ min(max(c·part, low), high) is the total; `otherwise` where there is none to scale."""
    bends = sorted(
        {bound / part for part, low, high in line if part > 0 for bound in (low, high) if bound > 0}
    )

    def held(scale: float) -> float:
        return sum(min(max(scale * part, float(low)), float(high)) for part, low, high in line)

    at = bisect_left(bends, total, key=held)
    if at == len(bends):
        return bends[-1] if bends else otherwise
    below, bend = bends[at - 1] if at else 0.0, bends[at]
    rise = held(bend) - held(below)
    scale = below + (total - held(below)) * (bend - below) / rise if rise > 0 else bend
    return scale if scale > 0 else bend


def whole_table(
    parts: Parts, rows: Sequence[int], columns: Sequence[int], low: Whole, high: Whole
) -> list[list[int]]:
    """The table of whole numbers with these sums, within the bounds, that has the least Σ (number - part)².

    Controlled rounding: the cheapest flow from rows to columns, begun at the parts rounded down. Raises Crossed where
    no table has the sums, ValueError where rows and columns do not sum to the same.

    Source: Cox & Ernst, INFOR 20 (1982) 423-432; successive shortest paths as Ahuja, Magnanti & Orlin, Network Flows
    (1993), 9.7 and 14.5.
    """
    if sum(rows) != sum(columns):
        raise ValueError("sums")
    table = [
        [min(max(floor(part), low[at][s]), high[at][s]) for s, part in enumerate(line)]
        for at, line in enumerate(parts)
    ]
    # Rows and columns in one list: a row that lacks, or a column that has too much, sends; the others receive.
    lacks = [total - sum(line) for total, line in zip(rows, table, strict=True)]
    lacks += [sum(line[s] for line in table) - total for s, total in enumerate(columns)]
    while any(lack > 0 for lack in lacks):
        path = _cheapest(table, parts, lacks, low, high)
        for tail, head in pairwise(path):
            if tail < len(rows):
                table[tail][head - len(rows)] += 1
            else:
                table[head][tail - len(rows)] -= 1
        lacks[path[0]] -= 1
        lacks[path[-1]] += 1
    return table


def _cheapest(
    table: list[list[int]], parts: Parts, lacks: Sequence[int], low: Whole, high: Whole
) -> list[int]:
    """The cheapest way from one that sends to one that receives: rows first, then columns; Bellman and Ford."""
    height = len(table)
    cost = [0.0 if lack > 0 else inf for lack in lacks]
    before = [-1] * len(lacks)
    moving = True
    while moving:
        moving = False
        for at, line in enumerate(table):
            for s, number in enumerate(line):
                part, column = parts[at][s], height + s
                more = cost[at] + 1 + 2 * (number - part)
                if number < high[at][s] and more < cost[column] - _NEAR:
                    cost[column], before[column], moving = more, at, True
                less = cost[column] + 1 - 2 * (number - part)
                if number > low[at][s] and less < cost[at] - _NEAR:
                    cost[at], before[at], moving = less, column, True
    ends = [at for at, lack in enumerate(lacks) if lack < 0 and cost[at] < inf]
    if not ends:
        raise _crossed(table, lacks, cost, high)
    path = [min(ends, key=lambda at: (cost[at], at))]
    while before[path[-1]] >= 0:
        path.append(before[path[-1]])
    return path[::-1]


def _crossed(table: list[list[int]], lacks: Sequence[int], cost: Sequence[float], high: Whole) -> Crossed:
    """Why no way is left: the rows that can still be reached are full in every column that cannot."""
    height = len(table)
    rows = tuple(at for at in range(height) if cost[at] < inf)
    missing = sum(lacks[at] for at in rows) + sum(
        lack for s, lack in enumerate(lacks[height:]) if cost[height + s] < inf
    )
    wanted = sum(sum(table[at]) + lacks[at] for at in rows)
    return Crossed(rows, wanted, wanted - missing)

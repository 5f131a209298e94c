"""Linear programs over a system of sums: how far a quantity can move, and what must be withheld for it to move."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sagsbarometer.disclosure.system import DIFFERENCE, System

TINY = 1e-6
_ALL = 1_000_000
ENDLESS = 1e9  # more than there are cases, or days in them
# How many quantities around one a program looks at first. What lies further off is taken as it is, which can only make
# the quantity look less free than it is.
_NEAR = (120, 800, _ALL)

Move = Mapping[int, float]  # quantity to how much it changes
Numbers = Mapping[int, float]  # quantity to a number it could have


@dataclass(frozen=True, slots=True)
class Limits:
    """What an attacker knows: between which numbers each quantity lies. `free` are those nobody was told, `open` those
    that are not known exactly."""

    low: Sequence[float]
    high: Sequence[float]
    free: frozenset[int]
    open: frozenset[int]


class Net:
    """The sums of a system as rows of a matrix, and which quantities they connect."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.size = len(system.quantities)
        self._possible: Any = None
        self.rows = [((item.whole, 1.0), *((part, -1.0) for part in item.parts)) for item in system.relations]
        self.of: list[list[int]] = [[] for _ in range(self.size)]
        for index, row in enumerate(self.rows):
            for quantity, _ in row:
                self.of[quantity].append(index)

    @cached_property
    def values(self) -> list[float]:
        """The true numbers. Raises ValueError where one is not known."""
        values = [item.value for item in self.system.quantities]
        if None in values:
            raise ValueError("a quantity without a value")
        return [float(value or 0) for value in values]

    def around(self, start: int, passes: Callable[[int], bool], enough: int) -> list[int]:
        """At least `enough` quantities, the nearest first by how many sums they are from `start`, through those that
        `passes`, or all that are connected; sorted."""
        found, edge = {start}, [start]
        rows: set[int] = set()
        while edge and len(found) < enough:
            new = {row for item in edge for row in self.of[item]} - rows
            rows |= new
            reached = {quantity for row in new for quantity, _ in self.rows[row]} - found
            edge = sorted(quantity for quantity in reached if passes(quantity))
            found.update(edge)
        return sorted(found)

    def near(self, start: int, price: Sequence[float], enough: int, most: int) -> list[int]:
        """Quantities around one that could move with it, of a long sum only the `most` that cost least; sorted."""
        found, edge = {start}, [start]
        rows: set[int] = set()
        while edge and len(found) < enough:
            new = sorted({row for item in edge for row in self.of[item]} - rows)
            rows.update(new)
            reached: set[int] = set()
            for row in new:
                able = [item for item, _ in self.rows[row] if price[item] < math.inf]
                if len(able) > 2 * most:
                    able = sorted(able, key=lambda item: (price[item], item))[:most]
                reached.update(able)
            edge = sorted(reached - found)
            found.update(edge)
        return sorted(found)

    def matrix(self, columns: Sequence[int]) -> tuple[Any, list[int]]:
        """The sums that touch the columns, as a sparse matrix with one column for each, and which sums they are."""
        rows = sorted({row for quantity in columns for row in self.of[quantity]})
        return self._whole[rows][:, columns], rows

    @cached_property
    def _whole(self) -> Any:
        from scipy.sparse import csr_matrix

        data = [factor for row in self.rows for _, factor in row]
        to = [quantity for row in self.rows for quantity, _ in row]
        at = [number for number, row in enumerate(self.rows) for _ in row]
        return csr_matrix((data, (at, to)), shape=(len(self.rows), self.size))

    def taken(self, known: Limits) -> Any:
        """Every quantity as it is known or, where it is not, as it truly is; where that is not known either, as it is
        in one set of numbers that gives all that is shown. No number where there is none such."""
        import numpy as np

        found = np.array(known.low, dtype=float)
        open_ = sorted(known.open)
        true = [self.system.quantities[index].value for index in open_]
        if None in true:
            if self._possible is None:
                self._possible = self._somewhere(known)
            found[open_] = self._possible[open_]
        else:
            found[open_] = true
        return found

    def _somewhere(self, known: Limits) -> Any:
        """Some numbers of all quantities that give all that is shown; no number where those connected contradict."""
        import numpy as np

        found = np.array(known.low, dtype=float)
        left = set(known.open)
        for start in sorted(known.open):
            if start in left:
                columns = self.around(start, known.open.__contains__, _ALL)
                left.difference_update(columns)
                found[columns] = self._any(known, columns)
        return found

    def _any(self, known: Limits, columns: Sequence[int]) -> Any:
        """Such numbers of connected quantities: the middle between the least and rather great ones."""
        import numpy as np

        matrix, rows = self.matrix(columns)
        right = self.without(columns, rows, np.array(known.low, dtype=float))
        low, high = (np.array([ends[index] for index in columns]) for ends in (known.low, known.high))
        ones = np.ones(len(columns))
        least = solved(ones, matrix, right, low, high)
        if least is None:
            return np.full(len(columns), math.nan)
        most = solved(-ones, matrix, right, low, np.minimum(high, np.maximum(2 * least + 100, low)))
        return least if most is None else (least + most) / 2

    def without(self, columns: Sequence[int], rows: Sequence[int], values: Any) -> Any:
        """What the columns must add up to in each sum, when all others are `values`."""
        rest = values.copy()
        rest[columns] = 0.0
        return -(self._whole[rows] @ rest)


def limits(system: System, hidden: Iterable[str], rounding: int, values: Sequence[float | None]) -> Limits:
    """What is known when the cells `hidden` are withheld and the shown counts are rounded."""
    known = system.known(hidden)
    low, high = [0.0] * len(values), [math.inf] * len(values)
    for index, item in enumerate(system.quantities):
        value = values[index]
        if index in known and value is not None:
            under, over = rounded_within(value, rounding) if item.kind != "days" else (value, value)
            low[index], high[index] = under, over
        elif item.kind == DIFFERENCE:
            low[index] = -math.inf
    open_ = frozenset(index for index in range(len(values)) if low[index] < high[index])
    return Limits(low, high, frozenset(range(len(values))) - known, open_)


def rounded_within(value: float, base: int) -> tuple[float, float]:
    """The numbers that are rounded to the same as `value` is: half of `base` and more is rounded up."""
    if base < 2:
        return value, value
    shown = float(rounded_to(int(value), base))
    return max(0.0, shown - base // 2), shown + (base - 1) // 2


def rounded_to(value: int, base: int) -> int:
    """`value` to the nearest multiple of `base`, half up; as it is where `base` is 0.

    >>> [rounded_to(number, 5) for number in (11, 12, 13, 17, 18)]
    [10, 10, 15, 15, 20]
    """
    return (value + base // 2) // base * base if base > 1 else value


def furthest(
    net: Net,
    target: int,
    sign: float,
    known: Limits,
    far_enough: float | None = None,
    looks: Sequence[int] = _NEAR,
) -> tuple[float, Numbers]:
    """The greatest (`sign` 1) or least (-1) a quantity can be, and numbers of those around it with which it is. Looks
    no further than to `far_enough`, where that is given, and at so many quantities as `looks` says.

    Raises ValueError where the numbers contradict each other.
    """
    end = known.high[target] if sign > 0 else known.low[target]
    found: tuple[float, Numbers] = (end, {})
    if target not in known.open:
        return found
    before = 0
    for enough in looks:
        columns = net.around(target, known.open.__contains__, enough)
        if len(columns) == before:
            break
        before = len(columns)
        answer = _furthest(net, target, sign, known, columns, far_enough)
        if answer is None:
            continue  # too little of it: what lies beyond was taken as it is
        found = answer
        if far_enough is not None and sign * (found[0] - far_enough) >= -TINY:
            break
    return found


def _furthest(
    net: Net, target: int, sign: float, known: Limits, columns: list[int], far_enough: float | None
) -> tuple[float, Numbers] | None:
    """The same, with all but `columns` taken as they are; None where that cannot be."""
    import numpy as np

    matrix, rows = net.matrix(columns)
    right = net.without(columns, rows, net.taken(known))
    if np.isnan(right).any():
        return None
    goal = np.zeros(len(columns))
    place = columns.index(target)
    goal[place] = -sign
    low = np.array([known.low[quantity] for quantity in columns])
    high = np.array([known.high[quantity] for quantity in columns])
    if far_enough is not None:
        if sign > 0:
            high[place] = min(high[place], max(far_enough, low[place]))
        else:
            low[place] = max(low[place], min(far_enough, high[place]))
    # No further than it can matter: a bound far beyond the numbers at hand costs the solver its precision.
    cap = 1e4 + 10 * float(
        np.abs(right).max(initial=0.0) + np.abs(low).max(initial=0.0, where=np.isfinite(low))
    )
    answer = solved(goal, matrix, right, np.maximum(low, -cap), np.minimum(high, np.maximum(cap, low)))
    if answer is None:
        if len(columns) < len(known.open):
            return None
        raise ValueError(f"the sums around {net.system.quantities[target].text} contradict each other")
    end = float(answer[place])
    numbers = {quantity: float(number) for quantity, number in zip(columns, answer, strict=True)}
    return (sign * math.inf if abs(end) >= cap / 2 else end), numbers


def solved(goal: Any, matrix: Any, right: Any, low: Any, high: Any) -> Any:
    """The numbers between `low` and `high` that give the sums `right` and the least of `goal`; None where none do.
    What has no end is given one, far away: see `ENDLESS`."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    limits_ = Bounds(np.maximum(low, -ENDLESS), np.minimum(high, ENDLESS))
    # `milp` without whole numbers is a linear program, and in scipy has half the overhead of `linprog`.
    answer = milp(goal, constraints=LinearConstraint(matrix, right, right), bounds=limits_)
    return answer.x if answer.status == 0 else None


def cheapest(net: Net, target: int, by: float, known: Limits, price: Sequence[float]) -> Move | None:
    """The cheapest way the quantities can move so that `target` moves `by`: `price` is what it costs that a quantity
    must be withheld, 0 for one that is, infinite for one that cannot be. None where there is no way.

    The sum of prices is not linear; it is come closer to by solving some times, each with prices per moved case by
    what the time before moved.
    """
    if math.isinf(price[target]) and target not in known.open:
        return None
    reachable = [0.0 if math.isinf(cost) and item in known.open else cost for item, cost in enumerate(price)]
    before = 0
    for enough, most in ((300, 4), (1500, 16), (_ALL, _ALL)):
        columns = net.near(target, reachable, enough, most)
        if len(columns) == before:
            continue
        before = len(columns)
        if move := _cheapest(net, columns, (target, by), known, price):
            return move
    return None


def _cheapest(
    net: Net,
    columns: list[int],
    goal: tuple[int, float],
    known: Limits,
    price: Sequence[float],
) -> Move | None:
    import numpy as np
    from scipy.sparse import hstack

    target, by = goal
    matrix, rows = net.matrix(columns)
    prices = np.array([price[quantity] for quantity in columns])
    values = np.array([net.values[quantity] for quantity in columns])
    low = np.array([known.low[quantity] for quantity in columns])
    high = np.array([known.high[quantity] for quantity in columns])
    bought = np.isfinite(prices) & (prices > 0)
    # Within what is not known a quantity moves for nothing; beyond that, up or down, it must be withheld.
    paid = [index for index, yes in enumerate(bought) if yes]
    count, size, place = len(paid), len(columns), columns.index(target)
    least = np.concatenate([low - values, np.zeros(2 * count)])
    most = np.concatenate([high - values, np.full(count, math.inf), np.maximum(0.0, low[paid])])
    least[place], most[place] = (by, by) if not bought[place] else (least[place], most[place])
    whole = hstack([matrix, matrix[:, paid], -matrix[:, paid]], format="csr")
    best: tuple[float, Move] | None = None
    rate = prices[paid] / max(1.0, abs(by))
    for _ in range(3):
        cost = np.concatenate([np.zeros(size), rate, rate])
        answer = solved(cost, whole, np.zeros(len(rows)), least, most)
        if answer is None:
            break
        extra = answer[size : size + count] - answer[size + count :]
        moved = answer[:size].copy()
        moved[paid] += extra
        total = float(prices[paid][np.abs(extra) > TINY].sum())
        if best is None or total < best[0] - TINY:
            steps = zip(columns, moved, strict=True)
            best = (total, {quantity: float(step) for quantity, step in steps if abs(step) > TINY})
        elif total >= best[0]:
            break
        if total == 0:
            break
        rate = prices[paid] / (np.abs(extra) + 0.05 * max(1.0, abs(by)))
    return best[1] if best else None

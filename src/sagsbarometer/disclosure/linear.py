"""Linear programs over a system of sums: how far a quantity can move, and what must be withheld for it to move."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from sagsbarometer.disclosure.known import Limits
from sagsbarometer.disclosure.system import DIFFERENCE, System

TINY = 1e-6
_ALL = 1_000_000
_NONE = 2  # what the solver says where no numbers do
ENDLESS = 1e9  # more than there are cases, or days in them
# How many quantities around one a program looks at first. What lies further off is taken as it is, which can only make
# the quantity look less free than it is.
_NEAR = (120, 800, _ALL)
_SMALL = 2500  # quantities of a system that is looked at whole


class Unsolved(ArithmeticError):
    """The solver can tell neither an answer nor that there is none."""


Move = Mapping[int, float]  # quantity to how much it changes
Numbers = Mapping[int, float]  # quantity to a number it could have


class Net:
    """The sums of a system as rows of a matrix, and which quantities they connect."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.size = len(system.quantities)
        self._taken: tuple[Limits, Any] | None = None
        # Where a program does not look, numbers are these, if they are given: they must fit each other.
        self.base: Sequence[float] | None = None
        # Numbers that give all that is shown, found on the way to `taken`: of some quantities each.
        self.points: list[Numbers] = []
        self.rows = [((item.whole, 1.0), *((part, -1.0) for part in item.parts)) for item in system.relations]
        self.of: list[list[int]] = [[] for _ in range(self.size)]
        for index, row in enumerate(self.rows):
            for quantity, _ in row:
                self.of[quantity].append(index)

    @cached_property
    def values(self) -> list[float]:
        """The true numbers; of those that are not known some that fit all others. Raises ValueError where none do."""
        values = [item.value for item in self.system.quantities]
        if None not in values:
            return [float(value or 0) for value in values]
        low, high = [], []
        for item in self.system.quantities:
            least = -math.inf if item.kind == DIFFERENCE else 0.0
            ends = self.system.between.get(item.key, (least, math.inf))
            low.append(ends[0] if item.value is None else float(item.value))
            high.append(ends[1] if item.value is None else float(item.value))
        open_ = frozenset(index for index, value in enumerate(values) if value is None)
        try:
            found = self._somewhere(Limits(low, high, open_, open_))
        except Unsolved as error:
            raise ValueError("numbers that are not known cannot be told") from error
        self.points = []
        if any(math.isnan(number) for number in found):
            raise ValueError("numbers that are not known cannot be told")
        return [float(number) for number in found]

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

    def near(self, start: int, price: Callable[[int], float], enough: int, most: int) -> list[int]:
        """Quantities around one that could move with it, of a long sum only the `most` that cost least; sorted."""
        found, edge = {start}, [start]
        rows: set[int] = set()
        while edge and len(found) < enough:
            new = sorted({row for item in edge for row in self.of[item]} - rows)
            rows.update(new)
            reached: set[int] = set()
            for row in new:
                able = [item for item, _ in self.rows[row] if price(item) < math.inf]
                if len(able) > 2 * most:
                    able = sorted(able, key=lambda item: (price(item), item))[:most]
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
        if self._taken is None or self._taken[0] is not known:
            self._taken = (known, self._as_taken(known))
        return self._taken[1]

    def _as_taken(self, known: Limits) -> Any:
        import numpy as np

        found = np.array(known.low, dtype=float)
        open_ = sorted(known.open)
        true = [self.system.quantities[index].value for index in open_]
        if self.base is not None:
            found[open_] = [self.base[index] for index in open_]
        elif None in true:
            found[open_] = self._somewhere(known)[open_]
        else:
            found[open_] = true
        return found

    def _somewhere(self, known: Limits) -> Any:
        """Some numbers of all quantities that give all that is shown; no number where those connected contradict."""
        import numpy as np

        found = np.array(known.low, dtype=float)
        self.points = []
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
        least = solved(ones, matrix, right, low, high, sure=True)
        if least is None:
            return np.full(len(columns), math.nan)
        most = solved(-ones, matrix, right, low, np.minimum(high, np.maximum(2 * least + 100, low)))
        found = [least] if most is None else [least, most]
        self.points += [dict(zip(columns, map(float, point), strict=True)) for point in found]
        return sum(found) / len(found)

    def without(self, columns: Sequence[int], rows: Sequence[int], values: Any) -> Any:
        """What the columns must add up to in each sum, when all others are `values`."""
        rest = values.copy()
        rest[columns] = 0.0
        return -(self._whole[rows] @ rest)


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

    Looked at less than all that is connected, the answer can be too near, never too far. Raises ValueError where the
    numbers contradict each other, Unsolved where it cannot be told.
    """
    if target not in known.open:
        return (known.high if sign > 0 else known.low)[target], {}
    found: tuple[float, Numbers] | None = None
    for enough in looks:
        columns = net.around(target, known.open.__contains__, enough)
        whole = len(columns) < enough
        answer = _furthest(net, target, sign, known, (columns, whole), far_enough)
        if answer is None and whole:
            raise ValueError(f"the sums around {net.system.quantities[target].text} contradict each other")
        # None otherwise is of too little: what lies beyond was taken as it is.
        found = answer or found
        if whole or (answer and far_enough is not None and sign * (answer[0] - far_enough) >= -TINY):
            break
    if found is None:
        raise Unsolved(net.system.quantities[target].text)
    return found


def implied(
    net: Net, known: Limits, start: Iterable[int], most: int = 200
) -> Mapping[int, tuple[float, float]]:
    """The quantities that the sums around `start`, each by itself, tell more closely than they are known, and between
    which numbers. At most so many sums are looked at: what is found is true, and not all there is."""
    ends: dict[int, tuple[float, float]] = {}
    asked = deque(dict.fromkeys(row for quantity in start for row in net.of[quantity]))
    waiting = set(asked)
    while asked and most:
        most -= 1
        row = asked.popleft()
        waiting.discard(row)
        for quantity, low, high in _of_others(net.rows[row], ends, known):
            before = ends.get(quantity, (known.low[quantity], known.high[quantity]))
            after = max(before[0], low), min(before[1], high)
            if after[0] > before[0] + TINY or after[1] < before[1] - TINY:
                ends[quantity] = after
                new = [other for other in net.of[quantity] if other != row and other not in waiting]
                asked.extend(new)
                waiting.update(new)
    return ends


def _of_others(
    row: Sequence[tuple[int, float]], ends: Mapping[int, tuple[float, float]], known: Limits
) -> Iterator[tuple[int, float, float]]:
    """For each quantity of a sum that is open, between what the others of the sum let it be."""
    terms = []
    for quantity, factor in row:
        low, high = ends.get(quantity) or (known.low[quantity], known.high[quantity])
        terms.append((quantity, factor, low, high) if factor > 0 else (quantity, factor, -high, -low))
    # The terms are nought together, so each is what all others are, with the sign turned.
    endless = (sum(term[2] == -math.inf for term in terms), sum(term[3] == math.inf for term in terms))
    if min(endless) > 1:
        return
    least = sum(term[2] for term in terms if term[2] > -math.inf)
    most = sum(term[3] for term in terms if term[3] < math.inf)
    for quantity, factor, low, high in terms:
        if quantity not in known.open:
            continue
        top = -(least - (low if low > -math.inf else 0.0)) if endless[0] == (low == -math.inf) else math.inf
        end = -(most - (high if high < math.inf else 0.0)) if endless[1] == (high == math.inf) else -math.inf
        yield (quantity, end, top) if factor > 0 else (quantity, -top, -end)


def pushed(
    net: Net, start: int, known: Limits, wanted: Mapping[int, float], enough: int = _NEAR[0]
) -> Numbers:
    """Numbers of those around `start` that give all that is shown, in which as many of `wanted` as one program finds
    are as far from their number as is wanted; none where it finds none."""
    import numpy as np

    columns = net.around(start, known.open.__contains__, enough)
    matrix, rows = net.matrix(columns)
    taken = net.taken(known)
    right = net.without(columns, rows, taken)
    if np.isnan(right).any() or np.isnan(taken[columns]).any():
        return {}
    low = np.array([known.low[quantity] for quantity in columns])
    high = np.array([known.high[quantity] for quantity in columns])
    goal = np.zeros(len(columns))
    for place, quantity in enumerate(columns):
        if by := wanted.get(quantity, 0.0):
            goal[place] = -1.0 / by
            if by > 0:
                high[place] = min(high[place], taken[quantity] + by)
            else:
                low[place] = max(low[place], taken[quantity] + by)
    answer = solved(goal, matrix, right, low, high) if goal.any() else None
    if answer is None:
        return {}
    return {quantity: float(number) for quantity, number in zip(columns, answer, strict=True)}


def _furthest(
    net: Net,
    target: int,
    sign: float,
    known: Limits,
    looked_at: tuple[list[int], bool],
    far_enough: float | None,
) -> tuple[float, Numbers] | None:
    """The same, with all but some taken as they are; None where that cannot be. `looked_at`: which, and whether those
    are all that are connected."""
    import numpy as np

    columns, whole = looked_at
    matrix, rows = net.matrix(columns)
    right = net.without(columns, rows, np.array(known.low, dtype=float) if whole else net.taken(known))
    if np.isnan(right).any():
        return None
    goal = np.zeros(len(columns))
    place = columns.index(target)
    goal[place] = -sign
    low = np.array([known.low[quantity] for quantity in columns])
    high = np.array([known.high[quantity] for quantity in columns])
    # No further than it can matter: a bound far beyond the numbers at hand costs the solver its precision.
    cap = 1e4 + 10 * float(
        np.abs(right).max(initial=0.0) + np.abs(low).max(initial=0.0, where=np.isfinite(low))
    )
    low, high = np.maximum(low, -cap), np.minimum(high, np.maximum(cap, low))
    answer = None
    if far_enough is not None and low[place] <= far_enough <= high[place]:
        near_low, near_high = low.copy(), high.copy()
        (near_high if sign > 0 else near_low)[place] = far_enough
        answer = solved(goal, matrix, right, near_low, near_high)
    if answer is None:  # all that can be lies beyond `far_enough`, or it was not given
        answer = solved(goal, matrix, right, low, high, sure=whole)
    if answer is None:
        return None
    end = float(answer[place])
    numbers = {quantity: float(number) for quantity, number in zip(columns, answer, strict=True)}
    return (sign * math.inf if abs(end) >= cap / 2 else end), numbers


def solved(goal: Any, matrix: Any, right: Any, low: Any, high: Any, *, sure: bool = False) -> Any:
    """The numbers between `low` and `high` that give the sums `right` and the least of `goal`; None where none do, or
    none was found. What has no end is given one, far away: see `ENDLESS`.

    To be `sure`, no answer is asked for in other ways too. Raises Unsolved where those do not say the same.
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, linprog, milp

    low, high = np.maximum(low, -ENDLESS), np.minimum(high, ENDLESS)
    # `milp` without whole numbers is a linear program, and in scipy has half the overhead of `linprog`.
    answer = milp(goal, constraints=LinearConstraint(matrix, right, right), bounds=Bounds(low, high))
    if answer.status == 0:
        return answer.x
    if not sure:
        return None
    said = [answer.status]
    for method in ("highs-ds", "highs-ipm"):
        ends = np.column_stack([low, high])
        other = linprog(
            goal, A_eq=matrix, b_eq=right, bounds=ends, method=method, options={"presolve": False}
        )
        if other.status == 0:
            return other.x
        said.append(other.status)
    if _NONE in said:
        return None
    raise Unsolved(f"the solver says {said}")


def cheapest(
    net: Net, target: int, by: float, known: Limits, outer: Limits, price: Sequence[float]
) -> Move | None:
    """The cheapest way the quantities can move so that `target` moves `by`: `price` is what it costs that a quantity
    must be withheld, 0 for one that is, infinite for one that cannot be; `outer` is what is known when all that can be
    withheld is. None where there is no way.

    The sum of prices is not linear; it is come closer to by solving some times, each with prices per moved case by
    what the time before moved.
    """
    to = net.values[target] + by
    if not outer.low[target] - TINY <= to <= outer.high[target] + TINY:
        return None

    def able(item: int) -> float:
        return 0.0 if math.isinf(price[item]) and item in known.open else price[item]

    before = 0
    # A way found close by can be far dearer than one that is not looked at.
    looks = ((300, 4), (1500, 16), (_ALL, _ALL)) if net.size > _SMALL else ((_ALL, _ALL),)
    for enough, most in looks:
        columns = net.near(target, able, enough, most)
        if len(columns) == before:
            continue
        before = len(columns)
        if move := _cheapest(net, columns, (target, by), (known, outer), price, sure=enough == _ALL):
            return move
    return None


def _cheapest(
    net: Net,
    columns: list[int],
    goal: tuple[int, float],
    limits: tuple[Limits, Limits],
    price: Sequence[float],
    *,
    sure: bool,
) -> Move | None:
    import numpy as np
    from scipy.sparse import hstack

    (target, by), (known, outer) = goal, limits
    matrix, rows = net.matrix(columns)
    prices = np.array([price[quantity] for quantity in columns])
    values = np.array([net.values[quantity] for quantity in columns])
    low = np.array([known.low[quantity] for quantity in columns])
    high = np.array([known.high[quantity] for quantity in columns])
    bought = np.isfinite(prices) & (prices > 0)
    bought[columns.index(target)] = False  # it moves whatever it costs
    # Within what is not known a quantity moves for nothing; beyond that, up or down, it must be withheld, and then it
    # moves as far as what is out already lets it.
    paid = [index for index, yes in enumerate(bought) if yes]
    count, size, place = len(paid), len(columns), columns.index(target)
    least = np.concatenate([low - values, np.zeros(2 * count)])
    beyond = [columns[index] for index in paid]
    up = [_room(known.high[quantity], outer.high[quantity]) for quantity in beyond]
    down = [_room(outer.low[quantity], known.low[quantity]) for quantity in beyond]
    most = np.concatenate([high - values, up, down])
    least[place] = most[place] = by
    whole = hstack([matrix, matrix[:, paid], -matrix[:, paid]], format="csr")
    best: tuple[float, Move] | None = None
    rate = prices[paid] / max(1.0, abs(by))
    for _ in range(3):
        cost = np.concatenate([np.zeros(size), rate, rate])
        answer = solved(cost, whole, np.zeros(len(rows)), least, most, sure=sure)
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


def _room(low: float, high: float) -> float:
    return high - low if low < high else 0.0

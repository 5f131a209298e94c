"""For tests of disclosure: small systems from tables, simulated families of tables, and an attack of its own.

The attacks know nothing of `disclosure.linear`: they are given what is shown and which sums hold, as plain lists, and
ask scipy directly, in fractions or in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from sagsbarometer.disclosure.profile import load_profiles
from sagsbarometer.disclosure.system import Hidden, Quantity, Relation, System, Unit

PROFILES = load_profiles()
OPEN, STRICT = PROFILES["open_local"], PROFILES["strict"]
Table = Mapping[str, int]  # name of a cell to its number
Sum = tuple[str, tuple[str, ...]]  # a whole and its parts


def system_from(table: Table, sums: Iterable[Sum], weights: Mapping[str, float] | None = None) -> System:
    """A system in which every cell of a table is a count of its own."""
    names = list(table)
    place = {name: index for index, name in enumerate(names)}
    costs = weights or {}
    return System(
        tuple(Quantity(name, (), "2024", table[name]) for name in names),
        tuple(
            Unit(name, (place[name],), place[name], costs.get(name, 1 + table[name] ** 0.5)) for name in names
        ),
        tuple(Relation(place[whole], tuple(place[part] for part in parts), "rows") for whole, parts in sums),
    )


def interval(table: Table, sums: Sequence[Sum], hidden: Iterable[str], target: str) -> tuple[float, float]:
    """What a reader of the shown numbers can say of a withheld one, by linear programming."""
    unknown, left, right = equations(table, sums, hidden)
    goal = np.zeros(len(unknown))
    ends = []
    for sign in (1.0, -1.0):
        goal[unknown.index(target)] = sign
        options = {"A_eq": np.array(left), "b_eq": np.array(right)} if left else {}
        answer = linprog(goal, bounds=(0, None), method="highs", **options)
        ends.append(sign * answer.fun if answer.status == 0 else -sign * np.inf)
    return ends[0], ends[1]


def equations(
    table: Table, sums: Iterable[Sum], hidden: Iterable[str]
) -> tuple[list[str], list[np.ndarray], list[float]]:
    """What is shown says of what is withheld: the names, and what sums of those with which signs are."""
    unknown = sorted(hidden)
    at = {name: index for index, name in enumerate(unknown)}
    left, right = [], []
    for whole, parts in sums:
        row, rest = np.zeros(len(unknown)), 0.0
        for name, sign in ((whole, 1.0), *((part, -1.0) for part in parts)):
            if name in at:
                row[at[name]] += sign
            else:
                rest -= sign * table[name]
        if row.any():
            left.append(row)
            right.append(rest)
    return unknown, left, right


def recovered(table: Table, sums: Iterable[Sum], hidden: Iterable[str]) -> list[str]:
    """The withheld numbers that can be nothing else than they are, by an integer program: of whole numbers that give
    all that is shown, none has another in their place."""
    unknown, left, right = equations(table, sums, hidden)
    true = np.array([float(table[name]) for name in unknown])
    whole = np.ones(len(unknown))
    constraints = LinearConstraint(np.array(left), right, right) if left else ()
    asked, found = set(range(len(unknown))), []
    while asked:
        at = min(asked)
        for step in (1.0, -1.0):
            low, high = np.zeros(len(unknown)), np.full(len(unknown), np.inf)
            (low if step > 0 else high)[at] = true[at] + step
            if high[at] < 0:
                continue
            answer = milp(
                np.zeros(len(unknown)), constraints=constraints, bounds=Bounds(low, high), integrality=whole
            )
            if answer.status == 0:
                other = np.round(answer.x)
                assert not left or np.abs(np.array(left) @ other - right).max() < 1e-6
                asked = {index for index in asked if other[index] == true[index]}
                break
            assert answer.status == 2, answer.message  # there are none; it did not give up
        else:
            found.append(unknown[at])
            asked.discard(at)
    return found


def cross(*sides: Sequence[str], counts: Mapping[tuple[str, ...], int]) -> tuple[dict[str, int], list[Sum]]:
    """A table with every margin: names such as `north|children|yes`, with `*` for all of a side."""
    everything = [[*side, "*"] for side in sides]
    table, sums = {}, []
    for key in product(*everything):
        inside = product(*(side if name == "*" else [name] for name, side in zip(key, sides, strict=True)))
        table["|".join(key)] = sum(counts[cell] for cell in inside)
        for position, name in enumerate(key):
            if name == "*":
                parts = tuple(
                    "|".join((*key[:position], group, *key[position + 1 :])) for group in sides[position]
                )
                sums.append(("|".join(key), parts))
    return table, sums


def family(seed: int) -> tuple[dict[str, int], list[Sum]]:
    """Two linked tables about the same cases: municipality × decision × defect, with the regions above the
    municipalities, and region × subject × defect, which share the margin region × defect. Many cells are small."""
    random = np.random.default_rng(seed)
    regions = [f"r{index}" for index in range(random.integers(2, 4))]
    places = {region: [f"{region}m{index}" for index in range(random.integers(2, 5))] for region in regions}
    decisions, subjects, defects = ["grant", "refusal"], ["x", "y", "z"], ["yes", "no"]
    size = {place: random.lognormal(1.0, 1.0) for some in places.values() for place in some}
    one: dict[tuple[str, ...], int] = {}
    two: dict[tuple[str, ...], int] = {
        (region, subject, defect): 0 for region in regions for subject in subjects for defect in defects
    }
    for region, some in places.items():
        for place, decision, defect in product(some, decisions, defects):
            number = int(random.poisson(size[place]))
            one[(place, decision, defect)] = number
            for subject, cases in zip(subjects, random.multinomial(number, [0.5, 0.3, 0.2]), strict=True):
                two[(region, subject, defect)] += int(cases)
    everywhere = [place for some in places.values() for place in some]
    table, sums = cross(everywhere, decisions, defects, counts=one)
    for region, some in places.items():
        for decision, defect in product([*decisions, "*"], [*defects, "*"]):
            parts = tuple(f"{place}|{decision}|{defect}" for place in some)
            name = f"{region}|{decision}|{defect}"
            table[name] = sum(table[part] for part in parts)
            sums.append((name, parts))
    for decision, defect in product([*decisions, "*"], [*defects, "*"]):
        sums.append((f"*|{decision}|{defect}", tuple(f"{region}|{decision}|{defect}" for region in regions)))
    for region in regions:
        for decision in [*decisions, "*"]:
            sums.append(
                (f"{region}|{decision}|*", tuple(f"{region}|{decision}|{defect}" for defect in defects))
            )
        for defect in [*defects, "*"]:
            sums.append(
                (f"{region}|*|{defect}", tuple(f"{region}|{decision}|{defect}" for decision in decisions))
            )
    other, more = cross(regions, subjects, defects, counts=two)
    # The margin the two share is one and the same number, so it has one name.
    shared = {
        f"{region}|*|{defect}": f"{region}|*|{defect}"
        for region in [*regions, "*"]
        for defect in [*defects, "*"]
    }

    def named(name: str) -> str:
        return shared.get(name, f"2:{name}")

    table |= {named(name): number for name, number in other.items()}
    sums += [(named(whole), tuple(named(part) for part in parts)) for whole, parts in more]
    return table, sums


def row_deletion(table: Table, primary: Iterable[str]) -> frozenset[str]:
    """The plain way: every row with a small number in it goes, a municipality or a region with all its numbers. Where
    that is one row alone, the smallest of the others goes with it. Rows of totals stay, so it is not even safe."""
    rows: dict[str, list[str]] = {}
    for name in table:
        rows.setdefault(name.split("|")[0], []).append(name)
    small = set(primary)
    gone = {row for row, names in rows.items() if not row.endswith("*") and not small.isdisjoint(names)}
    if len(gone) == 1:
        others = [row for row in rows if row not in gone and not row.endswith("*")]
        gone.add(min(others, key=lambda row: (sum(table[name] for name in rows[row]), row)))
    return frozenset(name for row in gone for name in rows[row])


def kept(table: Table, hidden: Hidden | Iterable[str]) -> tuple[float, float]:
    """The share of the cells that is still shown, and of the cases in them."""
    gone = hidden.refs if isinstance(hidden, Hidden) else frozenset(hidden)
    shown = [name for name in table if name not in gone]
    return len(shown) / len(table), sum(table[name] for name in shown) / max(1, sum(table.values()))

"""Which locked cases are read once more, and what that can tell: drawn at random with and without a finding.

Only a draw from both corrects a figure. Second readings of findings alone, or of what somebody objected to, are chosen
by what was found and tell nothing of what was overlooked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.kernel.said import said
from sagsbarometer.sampling.numbers import permanent

WITH, WITHOUT = "with", "without"  # a finding
GROUPS = (WITH, WITHOUT)
FEW = 2  # of a group that is not read again whole: fewer have no variance
_NORMAL = 1.959964  # of an interval of 95 percent


@dataclass(frozen=True, slots=True)
class Group:
    """The cases that could be drawn, and those that were; both sorted."""

    cases: tuple[str, ...]
    drawn: tuple[str, ...]


def refusal(sizes: Mapping[str, int], numbers: Mapping[str, int]) -> str:
    """Why so many of each group would correct nothing; "" where they would. `sizes`: cases of each group."""
    there = [group for group in GROUPS if sizes.get(group, 0)]
    if not there:
        return said("Der er ingen sager at trække blandt.")
    for group in there:
        many, size = numbers.get(group, 0), sizes[group]
        if not 0 <= many <= size:
            return said("Der kan trækkes fra 0 til {size} sager i gruppen.", size=size)
        if many == 0:
            return said(
                "Der skal trækkes både blandt sager med og uden fund. Ellers kan genlæsningen ikke rette tallet: den "
                "ser kun fejl til den ene side."
            )
        if many < min(FEW, size):
            return said("Træk mindst {few} i hver gruppe: af én kan usikkerheden ikke regnes.", few=FEW)
    return ""


def drawn(groups: Mapping[str, Collection[str]], numbers: Mapping[str, int], seed: str) -> dict[str, Group]:
    """A simple random draw within each group: those with the smallest permanent numbers of the seed, ties by id.

    The same cases, numbers and seed give the same, in whatever order. Raises ValueError where `refusal` says why, and
    for a case in both groups.
    """
    sizes = {group: len(set(groups.get(group, ()))) for group in GROUPS}
    if why := refusal(sizes, numbers):
        raise ValueError(why)
    if set(groups.get(WITH, ())) & set(groups.get(WITHOUT, ())):
        raise ValueError("a case in both groups")
    found = {}
    for group in GROUPS:
        cases = sorted(set(groups.get(group, ())))
        line = sorted(cases, key=lambda case: (permanent(seed, case), case))
        found[group] = Group(tuple(cases), tuple(sorted(line[: numbers.get(group, 0)])))
    return found


def plain(groups: Mapping[str, Group]) -> dict[str, Any]:
    """The groups as JSON holds them."""
    return {name: {"cases": list(group.cases), "drawn": list(group.drawn)} for name, group in groups.items()}


def from_plain(kept: Mapping[str, Any]) -> dict[str, Group]:
    """The groups that `plain` gave."""
    return {name: Group(tuple(group["cases"]), tuple(group["drawn"])) for name, group in kept.items()}


def vouched(seed: str, groups: Mapping[str, Group]) -> str:
    """A hash of the seed and the draw. Told at once, it says later that neither was changed."""
    return content_hash([seed, plain(groups)])


def is_random(seed: str, groups: Mapping[str, Group]) -> bool:
    """Whether the cases are those that the seed gives, of both groups: nothing else may correct a figure."""
    try:
        again = drawn(
            {name: group.cases for name, group in groups.items()},
            {name: len(group.drawn) for name, group in groups.items()},
            seed,
        )
    except ValueError:
        return False
    return again == {name: groups.get(name, Group((), ())) for name in GROUPS}


def margin(sizes: Mapping[str, int], numbers: Mapping[str, int], misread: Fraction) -> float:
    """What the re-reading alone adds to the uncertainty, plus or minus in percentage points (95 percent), if so large
    a part (0..1) of each group was read wrong.

    1.96 √(Σ_g (N_g/N)² (1 - m_g/N_g) e(1-e)/m_g), m_g of N_g drawn: the second phase of a draw in two (Särndal,
    Swensson & Wretman 1992, chapter 9). Raises ValueError where nothing is drawn of a group that has cases.
    """
    total = sum(sizes.values())
    wrong = float(misread)
    variance = 0.0
    for group in GROUPS:
        size, many = sizes.get(group, 0), numbers.get(group, 0)
        if not size:
            continue
        if not many:
            raise ValueError(group)
        variance += (size / total) ** 2 * (1 - many / size) * wrong * (1 - wrong) / many
    return 100 * _NORMAL * sqrt(variance)


def number_of(text: str, size: int) -> int | None:
    """How many of a group was asked for: `30`, or `25 %` of it, rounded up; None for what is neither."""
    typed = text.strip().replace(",", ".")
    share = typed.endswith("%")
    try:
        value = Fraction(typed.removesuffix("%").strip())
    except (ValueError, ZeroDivisionError):
        return None
    if not share:
        return int(value) if value.denominator == 1 and 0 <= value <= size else None
    if not 0 <= value <= 100:
        return None
    part = value * size / 100
    return -(-part.numerator // part.denominator)

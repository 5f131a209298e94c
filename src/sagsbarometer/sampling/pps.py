"""Probability proportional to size, in exact fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil


def inclusion(sizes: Mapping[str, Fraction], draws: int) -> dict[str, Fraction]:
    """The probability of each unit, π = min(1, n·x / X), so that they add up to n: what is certain is taken out first.

    `sizes`: x above 0, in any one unit; `draws`: n. Formula: units with n·x ≥ X get π = 1; n and X go down by them,
    and it is asked again, until there are none; the rest get n·x / X. All get 1 where n is at least their number.
    Source: Särndal, Swensson & Wretman, Model Assisted Survey Sampling (1992), section 3.6.3.
    Raises ValueError when a size is not above 0 or n is below 0.
    """
    if draws < 0 or any(size <= 0 for size in sizes.values()):
        raise ValueError("sizes above 0, draws not below")
    left, rest = draws, dict(sizes)
    found: dict[str, Fraction] = {}
    while rest:
        whole = sum(rest.values(), Fraction(0))
        certain = [id for id, size in rest.items() if left * size >= whole]
        if not certain:
            return found | {id: left * size / whole for id, size in rest.items()}
        for id in certain:
            found[id] = Fraction(1)
            del rest[id]
        left -= min(left, len(certain))
    return found


def systematic(line: Sequence[str], probabilities: Mapping[str, Fraction], begin: Fraction) -> list[str]:
    """The units that a systematic draw takes, in the order of `line`.

    Each unit covers π of a line from 0 to Σ π; taken are those that cover a point r, r + 1, r + 2 … with `begin`
    0 ≤ r < 1. A unit with π = 1 covers exactly one point. Formula: the points in [a, b) are ⌈b − r⌉ − ⌈a − r⌉.
    Source: Madow, Annals of Mathematical Statistics 20 (1949) 333-354.
    """
    taken = []
    end, points = Fraction(0), ceil(-begin)
    for id in line:
        end += probabilities[id]
        if (upto := ceil(end - begin)) > points:
            taken.append(id)
        points = upto
    return taken

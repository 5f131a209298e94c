"""How mild or strict a reader is beside a key, on cases whose right answers are known: an estimate, never a rank.

Each case gives one number: the mean of how far the reader's answers lie from the key, -1 as mild as can be, 1 as
strict as can be. Answers in one case hang together, so the case is the unit: the estimate is the mean over cases, its
interval Student's with one less than the cases, and the sign test asks whether cases lean one way more often than
chance.

Source: Student, The Probable Error of a Mean, Biometrika 6 (1908) 1-25; Dixon & Mood, The Statistical Sign Test,
Journal of the American Statistical Association 41 (1946) 557-566.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, sqrt

from sagsbarometer.agreement.variance import t_interval

AGREES, MILDER, STRICTER, OTHER = "agrees", "milder", "stricter", "other"
NOTHING_ORDERED, ONE_CASE, ALL_ALIKE = "nothing_ordered", "one_case", "all_alike"
FEW_CASES = 10  # below: the interval leans on the case means being normal, which nobody can see
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Item:
    """An answer beside its key. `distance`: -1 to 1, None where the answers of the question have no order."""

    case: str
    question: str
    side: str
    distance: Fraction | None


@dataclass(frozen=True, slots=True)
class Leniency:
    """A reader's. Counts are of answers, but `cases`, `milder_cases` and `stricter_cases`.

    `value`: the mean over cases, -1 to 1; `low`, `high`: its interval, None with the reason in `why`. `chance`: of
    cases leaning at least as much to one side where both are as likely (two-sided), None where no case leans.
    """

    cases: int
    compared: int
    agrees: int
    milder: int
    stricter: int
    other: int
    ordered_cases: int
    value: float | None
    low: float | None
    high: float | None
    why: str
    milder_cases: int
    stricter_cases: int
    chance: float | None

    @property
    def few(self) -> bool:
        """Whether there are so few cases that the interval is a hint and no more."""
        return self.ordered_cases < FEW_CASES


def leniency(items: Iterable[Item], level: float = LEVEL) -> Leniency:
    """Of one reader's answers. The same items in any order give the same."""
    rows = list(items)
    sides = Counter(row.side for row in rows)
    means = case_means(rows)
    value, low, high, why = _mean(means, level)
    milder, stricter = sum(mean < 0 for mean in means), sum(mean > 0 for mean in means)
    return Leniency(
        len({row.case for row in rows}), len(rows),
        sides[AGREES], sides[MILDER], sides[STRICTER], sides[OTHER],
        len(means), value, low, high, why, milder, stricter, sign_test(milder, stricter),
    )  # fmt: skip


def case_means(items: Iterable[Item]) -> list[Fraction]:
    """The mean distance of each case that has an ordered answer, sorted by case."""
    found: dict[str, list[Fraction]] = {}
    for item in items:
        if item.distance is not None:
            found.setdefault(item.case, []).append(item.distance)
    return [sum(found[case], Fraction(0)) / len(found[case]) for case in sorted(found)]


def _mean(means: Sequence[Fraction], level: float) -> tuple[float | None, float | None, float | None, str]:
    number = len(means)
    if not number:
        return None, None, None, NOTHING_ORDERED
    mean = sum(means, Fraction(0)) / number
    if number == 1:
        return float(mean), None, None, ONE_CASE
    spread = sum(((one - mean) ** 2 for one in means), Fraction(0)) / (number - 1)
    if not spread:
        return float(mean), None, None, ALL_ALIKE
    low, high = t_interval(float(mean), sqrt(spread / number), number - 1, level, -1.0)
    return float(mean), low, high, ""


def sign_test(milder: int, stricter: int) -> float | None:
    """The exact two-sided chance of so uneven a split, cases that lean neither way left out; None where none leans."""
    number = milder + stricter
    if not number:
        return None
    tail = sum(comb(number, k) for k in range(min(milder, stricter) + 1))
    return float(min(Fraction(1), Fraction(2 * tail, 2**number)))

"""Items drawn again and again from those that were read: weights for each set, the same for the same seed.

The rescaled bootstrap: of the n items of a stratum n - 1 are drawn with replacement, and an item drawn t times weighs
1 - λ + λ · n/(n-1) · t, where λ = √(1 - f) and f is the share of the stratum's cases that was read. Its variance is
that of the draw without replacement also for few items and for many of the cases.

Source: Rao & Wu, Journal of the American Statistical Association 83 (1988) 231-241; Rao, Wu & Yue, Survey Methodology
18 (1992) 209-217.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np

from sagsbarometer.agreement.ratings import Floats, Ints, Ratings
from sagsbarometer.agreement.variance import strata

_AT_ONCE = 500_000  # numbers kept at a time


def multipliers(ratings: Ratings, sets: int, seed: str, width: int = 1) -> Iterator[Floats]:
    """Rows of weights of the items, sampling weights counted with, `sets` rows in all, some at a time. `width`: how
    many numbers are made of each row, so that they can be kept at once.

    Chance is PCG64's, from the SHA-256 of the seed and the number of the stratum, 32 bits at a time scaled to how many
    items there are: the same with every version of the libraries, however many rows are made at a time.
    """
    weight = ratings.weights / ratings.weights.mean()
    at_once = max(1, _AT_ONCE // max(len(weight), width))
    parts = [(part, _source(seed, number)) for number, part in enumerate(strata(ratings))]
    for start in range(0, sets, at_once):
        rows = min(at_once, sets - start)
        drawn = np.ones((rows, len(weight)))
        for part, source in parts:
            number = len(part.items)
            if number > 1:
                reach = sqrt(1 - part.fraction)
                times = _times(source, rows, number)
                drawn[:, part.items] = 1 - reach + reach * number / (number - 1) * times
        yield drawn * weight


def _source(seed: str, stratum: int) -> np.random.PCG64:
    """The chance of a stratum: its own, so that how many rows are made at a time moves nothing."""
    return np.random.PCG64(int.from_bytes(hashlib.sha256(f"{seed}\n{stratum}".encode()).digest(), "big"))


def _times(source: np.random.PCG64, rows: int, number: int) -> Ints:
    """How often each of the items was drawn, when one fewer than they are is drawn: rows x items."""
    raw = source.random_raw(rows * (number // 2)).astype("<u8").view("<u4").reshape(rows, -1)
    picked = (raw[:, : number - 1].astype(np.uint64) * np.uint64(number) >> np.uint64(32)).astype(np.int64)
    picked += number * np.arange(rows)[:, None]
    return np.bincount(picked.ravel(), minlength=rows * number).reshape(rows, number)


def percentiles(values: Floats, level: float) -> tuple[float, float]:
    """The ends that hold the middle `level` of the values, between neighbours in a straight line."""
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def seed_of(parts: Sequence[str]) -> str:
    """One seed from several words, so that each group has its own chance whatever else is counted."""
    return "\n".join(parts)

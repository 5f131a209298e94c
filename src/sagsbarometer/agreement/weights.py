"""How far two different answers count as agreement: named weights, 1 for the same answer, 0 for the farthest apart.

Source of the names and formulas: Gwet, Handbook of Inter-Rater Reliability, 4th ed., 2014, sections 3.5 and 4.4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sagsbarometer.agreement.ratings import Floats

IDENTITY, ORDINAL, QUADRATIC = "identity", "ordinal", "quadratic"
# Krippendorff's metric of ranks. It is no matrix: how far apart two answers are depends on how often each was given.
KRIPPENDORFF_ORDINAL = "krippendorff_ordinal"


def _linear(apart: Floats, low: float, high: float) -> Floats:
    return np.asarray(np.abs(apart) / (high - low))


def _quadratic(apart: Floats, low: float, high: float) -> Floats:
    return np.asarray((apart / (high - low)) ** 2)


def _radical(apart: Floats, low: float, high: float) -> Floats:
    return np.asarray(np.sqrt(np.abs(apart) / (high - low)))


_BY_VALUE: Mapping[str, Callable[[Floats, float, float], Floats]] = {
    "linear": _linear,
    QUADRATIC: _quadratic,
    "radical": _radical,
}
NAMES = (IDENTITY, *_BY_VALUE, "ratio", "circular", "bipolar", ORDINAL)


def weight_matrix(name: str, values: Sequence[float]) -> Floats:
    """The weights between the answers whose values are given, in order; categories x categories, 0 to 1.

    With k and l two values, R the greatest less the least: linear 1 - |k-l|/R, quadratic 1 - ((k-l)/R)², radical
    1 - √(|k-l|/R), ratio 1 - ((k-l)/(k+l))² / ((max-min)/(max+min))², circular 1 - sin²(π(k-l)/(R+1)), bipolar
    1 - (k-l)²/((k+l-2min)(2max-k-l)), the last two less their greatest divided out; ordinal, by places a and b alone,
    1 - C(|a-b|+1, 2) / C(q, 2). These `ordinal` weights are Gwet's; Krippendorff's metric of ranks is another
    (`KRIPPENDORFF_ORDINAL`) and gives other numbers.

    Raises ValueError for an unknown name, for values that do not rise, and for ratio where two of them add up to 0.
    """
    size = len(values)
    if name not in NAMES:
        raise ValueError(f"weights: {name}")
    if name == IDENTITY or size <= 1:
        return np.eye(size)
    at = np.asarray(values, dtype=np.float64)
    if np.any(np.diff(at) <= 0):
        raise ValueError("the values of the answers do not rise")
    if name == ORDINAL:
        steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size))).astype(np.float64)
        return 1 - _scaled(steps * (steps + 1) / 2)
    apart, low, high = np.subtract.outer(at, at), float(at[0]), float(at[-1])
    if name in _BY_VALUE:
        return 1 - _BY_VALUE[name](apart, low, high)
    together = np.add.outer(at, at)
    if name == "ratio":
        if np.any(together == 0):
            raise ValueError("ratio: two values add up to 0")
        return 1 - _scaled((apart / together) ** 2, ((high - low) / (high + low)) ** 2)
    if name == "circular":
        return 1 - _scaled(np.sin(np.pi * apart / (high - low + 1)) ** 2)
    room = (together - 2 * low) * (2 * high - together)
    return 1 - _scaled(np.divide(apart**2, room, out=np.zeros_like(apart), where=apart != 0))


def _scaled(distance: Floats, greatest: float | None = None) -> Floats:
    return np.asarray(distance / (np.max(distance) if greatest is None else greatest))

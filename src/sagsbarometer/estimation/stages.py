"""Labels per row made into the stages of a draw: which drawn unit, which stratum, how many there were to draw from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from sagsbarometer.estimation.design import Floats, Ints, Stage

_SLACK = 1e-9  # a probability that was worked out may come to slightly more than 1


def stages_of(
    rows: int,
    strata: Sequence[Any],
    clusters: Sequence[Any],
    populations: Sequence[Any],
    probabilities: Sequence[Any],
) -> tuple[tuple[Stage, ...], Floats]:
    """The stages, and per row the probability of being drawn that follows from them: n/N or π of every stage
    multiplied, nan where a stage was drawn with replacement.

    Arguments are those of `design.design`, with strata always one per stage. Below a stage that was drawn with
    replacement nothing adds to the variance, so no further stages come back. Raises ValueError where the arrays do
    not fit.
    """
    import numpy as np

    if populations and probabilities:
        raise ValueError("populations and probabilities")
    told = probabilities or populations
    if len(told) > max(1, len(clusters)) or len(strata) > max(1, len(clusters)):
        raise ValueError("more stages than clusters")
    stages: list[Stage] = []
    within: Ints | None = None  # per row: the unit of the stage above
    probability = np.ones(rows)
    for number in range(max(1, len(clusters))):
        label = strata[number] if number < len(strata) else None
        names, of_stratum = _strata(rows, label, within)
        units = _codes(clusters[number], rows)[1] if clusters else np.arange(rows, dtype=np.int64)
        if within is not None:
            units = _pairs(within, units)
        stage, share = _stage(
            number,
            units,
            of_stratum,
            names,
            told[number] if number < len(told) else None,
            bool(probabilities),
            probability,
        )
        stages.append(stage)
        probability = probability * share
        within = units
        if stage.left is None:
            break
    return tuple(stages), probability


def _stage(
    number: int,
    units: Ints,
    strata: Ints,
    names: tuple[str, ...],
    told: Any,
    by_unit: bool,
    above: Floats,
) -> tuple[Stage, Floats]:
    """The stage, and per row the probability of its unit, nan where it was drawn with replacement."""
    import numpy as np

    from sagsbarometer.estimation.design import Stage

    many = int(units.max()) + 1 if len(units) else 0
    first = np.full(many, len(units), dtype=np.int64)
    np.minimum.at(first, units, np.arange(len(units)))  # a row of each unit
    of_unit = strata[first]
    if not np.array_equal(of_unit[units], strata):
        raise ValueError(f"stage {number + 1}: a unit lies in several strata")
    drawn = np.bincount(of_unit, minlength=len(names)).astype(np.int64)
    above_stratum = np.ones(len(names))
    above_stratum[strata] = above
    if told is None:
        return Stage(units, of_unit, drawn, None, above_stratum, names), np.full(len(units), np.nan)
    numbers = _numbers(told, len(units))
    chance = _probabilities(numbers) if by_unit else _shares(numbers, strata, drawn)
    if not np.array_equal(chance[first][units], chance):
        raise ValueError(f"stage {number + 1}: rows of a unit have different probabilities")
    if np.all(chance == 0):  # of infinitely many
        return Stage(units, of_unit, drawn, None, above_stratum, names), np.full(len(units), np.nan)
    left = 1 - chance[first] if by_unit else _left(numbers[first], drawn[of_unit])
    return Stage(units, of_unit, drawn, left, above_stratum, names), chance


def _shares(populations: Floats, strata: Ints, drawn: Ints) -> Floats:
    """Per row the share of the units that were drawn, n/N."""
    import numpy as np

    lowest = np.full(len(drawn), np.inf)
    np.minimum.at(lowest, strata, populations)
    if not np.array_equal(lowest[strata], populations):
        raise ValueError("the number of units differs within a stratum")
    if np.any(populations < drawn[strata]):
        raise ValueError("more units drawn than there were")
    return drawn[strata] / populations


def _left(populations: Floats, drawn: Ints) -> Floats:
    """The share not drawn, exact where nearly all were: (N-n)/N."""
    import numpy as np

    endless = np.isinf(populations)
    safe = np.where(endless, 1.0, populations)
    return np.where(endless, 1.0, (safe - np.where(endless, 0, drawn)) / safe)


def _probabilities(numbers: Floats) -> Floats:
    import numpy as np

    if np.any(numbers <= 0) or np.any(numbers > 1 + _SLACK):
        raise ValueError("a probability outside 0..1")
    return np.minimum(numbers, 1.0)


def _strata(rows: int, labels: Any, within: Ints | None) -> tuple[tuple[str, ...], Ints]:
    """Names and codes of strata; those of a stage below lie within a unit of the stage above."""
    import numpy as np

    names, codes = (("",), np.zeros(rows, dtype=np.int64)) if labels is None else _codes(labels, rows)
    if within is None:
        return names, codes
    paired = _pairs(within, codes)
    inner = np.zeros(int(paired.max()) + 1 if rows else 0, dtype=np.int64)
    inner[paired] = codes
    return tuple(names[code] for code in inner), paired


def _codes(labels: Any, rows: int) -> tuple[tuple[str, ...], Ints]:
    """Sorted names and the code of each row."""
    import numpy as np

    array = np.asarray(labels)
    if array.shape != (rows,):
        raise ValueError(f"{array.shape} labels of {rows} rows")
    names, codes = np.unique(array, return_inverse=True)
    return tuple(str(name) for name in names), codes.astype(np.int64)


def _pairs(outer: Ints, inner: Ints) -> Ints:
    """One code for each pair of codes."""
    import numpy as np

    if not len(outer):
        return outer
    codes: Ints = np.unique(outer * (int(inner.max()) + 1) + inner, return_inverse=True)[1].astype(np.int64)
    return codes


def _numbers(values: Any, rows: int) -> Floats:
    import numpy as np

    array: np.ndarray[Any, np.dtype[np.float64]] = np.asarray(values, dtype=np.float64)
    if array.shape != (rows,) or np.any(np.isnan(array)):
        raise ValueError(f"{array.shape} numbers of {rows} rows, or unknown ones")
    return array

"""The draw that columns of a table tell of, as a design of rows: the same draw as `grouped_design` makes of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.asked import Drawing
from sagsbarometer.estimation.design import Design, design
from sagsbarometer.estimation.groups import Domain
from sagsbarometer.estimation.poststratify import poststratify

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Floats

Column = Sequence[str | None]
_BETWEEN = " · "


def design_of_rows(drawing: Drawing, columns: Mapping[str, Column], totals: Mapping[Domain, float]) -> Design:
    """The design of one row per value of the columns, which are texts; `totals`: cases in each poststratum.

    Raises ValueError where they do not fit together (see `design.design`); the grouped pass tells people why.
    """
    rows = len(next(iter(columns.values()), ()))
    strata: tuple[Any, ...] = (labels(columns, drawing.strata),) if drawing.strata else ()
    clusters = [labels(columns, (*drawing.strata, drawing.cluster))] if drawing.cluster else []
    populations = [_numbers(columns[drawing.population])] if drawing.population else []
    chances = [_numbers(columns[drawing.probability])] if drawing.probability else []
    if drawing.second_population:
        strata = (*(strata or (["alle"] * rows,)), labels(columns, drawing.second_strata) or ["alle"] * rows)
        clusters.append([f"{at:012}" for at in range(rows)])
        second = _numbers(columns[drawing.second_population])
        if chances:
            chances.append(_drawn_within(clusters[0], strata[1]) / second)
        else:
            populations.append(second)
    found = design(
        rows=rows,
        weights=_numbers(columns[drawing.weight]) if drawing.weight else None,
        strata=strata,
        clusters=clusters,
        populations=populations,
        probabilities=chances,
        single_unit=drawing.single_unit,
    )
    if not drawing.poststrata:
        return found
    known = {_BETWEEN.join(name or "" for name in names): total for names, total in totals.items()}
    return poststratify(found, labels(columns, drawing.poststrata), known)


def labels(columns: Mapping[str, Column], names: Sequence[str]) -> list[str]:
    """Per row the values of the columns as one text, different where any of them is; none of no columns."""
    if not names:
        return []
    rows = list(zip(*(columns[name] for name in names), strict=True))
    told = {row: _BETWEEN.join(value or "" for value in row) for row in dict.fromkeys(rows)}
    if len(set(told.values())) < len(told):  # a value holds what parts them
        told = {row: repr(row) for row in told}
    return [told[row] for row in rows]


def _drawn_within(units: Sequence[str], strata: Sequence[str]) -> Floats:
    """Per row how many rows its stratum of its unit has."""
    from collections import Counter

    import numpy as np

    pairs = list(zip(units, strata, strict=True))
    many = Counter(pairs)
    return np.array([many[pair] for pair in pairs], dtype=np.float64)


def _numbers(column: Column) -> Floats:
    import numpy as np

    worth = {text: float(Fraction(text or "0")) for text in dict.fromkeys(column)}
    return np.array([worth[text] for text in column], dtype=np.float64)

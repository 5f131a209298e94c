"""How the rows behind the groups were drawn: weights, strata, units and what was left undrawn, by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.asked import Drawing
from sagsbarometer.estimation.design import COMPLETE
from sagsbarometer.estimation.groups import Domain, Groups, Labels, Misfit

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class GroupedStage:
    """One stage of the draw, of G groups of rows in H strata."""

    number: int  # 1 is the first
    stratum: Ints  # [G]
    unit: Ints | None  # [G]; None: each row is a drawn unit
    drawn: Ints  # [H] units
    left: Floats  # [G] the share not drawn, of the group's units: 1-n/N or 1-π; 1 with replacement
    above: Floats  # [H] the probability of the unit of the first stage that the stratum lies in
    names: tuple[str, ...]  # [H]
    left_in_all: Floats  # [H] the sum of `left` over the units of the stratum
    complete: Bools  # [H] whether all there was, was drawn
    unequal: bool  # whether the units of some stratum had different probabilities


@dataclass(frozen=True, slots=True, eq=False)
class GroupedDesign:
    """The draw: what a row of each group weighs, before and after post-stratification, and the stages."""

    weight: Floats  # [G]
    earlier: Floats  # [G]
    stages: tuple[GroupedStage, ...]
    poststrata: Ints | None  # [G]
    single_unit: str


def grouped_design(groups: Groups, drawing: Drawing, totals: Mapping[Domain, float]) -> GroupedDesign:
    """The draw behind the groups. `totals`: how many cases there are in each poststratum.

    Weights that are not told follow from the populations or probabilities: N/n or 1/π, multiplied over the stages;
    without those all rows weigh 1. Raises Misfit where it does not fit together: a number that differs within a
    stratum or unit, more drawn than there were, a poststratum without a total or a total without a case.
    """
    import numpy as np

    stages = [_first(groups, drawing)]
    chances = [groups.probability] if groups.probability is not None else []
    if groups.population is not None:
        chances.append(stages[0].drawn[stages[0].stratum] / groups.population)
    if groups.second is not None and groups.second_population is not None:
        stages.append(_second(groups, drawing, stages[0]))
        chances.append(stages[1].drawn[stages[1].stratum] / groups.second_population)
    weight = groups.weight
    if weight is None:
        weight = np.ones(len(groups.rows))
        for chance in chances:
            weight = weight / chance
    codes, after = _poststratified(groups, weight, totals)
    return GroupedDesign(after, weight, tuple(stages), codes, drawing.single_unit)


def _poststratified(
    groups: Groups, weight: Floats, totals: Mapping[Domain, float]
) -> tuple[Ints | None, Floats]:
    import numpy as np

    if groups.poststrata is None:
        return None, weight
    labels = groups.poststrata
    without = [name for name in labels.names if not totals.get(name, 0) > 0]
    unseen = [name for name, total in totals.items() if total and name not in labels.names]
    if without or unseen:
        raise Misfit(Misfit.POSTSTRATA, groups=[_name(name) for name in (*without, *unseen)])
    known = np.array([totals[name] for name in labels.names], dtype=np.float64)
    drawn = summed(labels.codes, weight * groups.rows, len(known))
    return labels.codes, weight * (known / drawn)[labels.codes]


def _first(groups: Groups, drawing: Drawing) -> GroupedStage:
    import numpy as np

    stratum, many = groups.strata.codes, len(groups.strata.names)
    unit = None if groups.clusters is None else groups.clusters.codes
    drawn = _units(groups, stratum, unit, many)
    left = np.ones(len(stratum))
    if groups.population is not None:
        _one_each(stratum, groups.population, drawing.population)
        left = _left(groups.population, drawn[stratum], drawing.population)
    elif groups.probability is not None:
        if np.any(groups.probability > 1):
            raise Misfit(Misfit.ABOVE_ONE, drawing.probability)
        if unit is not None:
            _one_each(unit, groups.probability, drawing.probability)
        left = 1 - groups.probability
    return _stage(1, groups, stratum, unit, drawn, left, np.ones(many), groups.strata)


def _second(groups: Groups, drawing: Drawing, first: GroupedStage) -> GroupedStage:
    import numpy as np

    assert groups.second is not None
    assert groups.second_population is not None
    stratum, many = groups.second.codes, len(groups.second.names)
    _one_each(stratum, groups.second_population, drawing.second_population)
    drawn = _units(groups, stratum, None, many)
    left = _left(groups.second_population, drawn[stratum], drawing.second_population)
    above = np.ones(many)
    if groups.probability is not None:
        above[stratum] = groups.probability
    elif groups.population is not None:
        above[stratum] = first.drawn[first.stratum] / groups.population
    return _stage(2, groups, stratum, None, drawn, left, above, groups.second)


def _stage(
    number: int,
    groups: Groups,
    stratum: Ints,
    unit: Ints | None,
    drawn: Ints,
    left: Floats,
    above: Floats,
    labels: Labels,
) -> GroupedStage:
    import numpy as np

    many = len(drawn)
    most, least = np.zeros(many), np.full(many, np.inf)
    np.maximum.at(most, stratum, left)
    np.minimum.at(least, stratum, left)
    if unit is None:
        in_all = summed(stratum, left * groups.rows, many)
    else:
        first = np.unique(unit, return_index=True)[1]
        in_all = summed(stratum[first], left[first], many)
    names = tuple(_name(name) for name in labels.names)
    unequal = not np.array_equal(most, least)
    return GroupedStage(number, stratum, unit, drawn, left, above, names, in_all, most < COMPLETE, unequal)


def summed(codes: Ints, values: Any, many: int) -> Floats:
    """The values of each code added up, in the order they stand; sums of whole numbers below 2^53 are exact."""
    import numpy as np

    return np.bincount(codes, values, many).astype(np.float64)


def counted(codes: Ints, rows: Ints, many: int) -> Ints:
    """How many rows each code has."""
    import numpy as np

    return summed(codes, rows, many).astype(np.int64)


def _units(groups: Groups, stratum: Ints, unit: Ints | None, many: int) -> Ints:
    """How many units were drawn in each stratum."""
    import numpy as np

    if unit is None:
        return counted(stratum, groups.rows, many)
    first = np.unique(unit, return_index=True)[1]
    return np.bincount(stratum[first], minlength=many).astype(np.int64)


def _left(population: Floats, drawn: Ints, column: str) -> Floats:
    import numpy as np

    if np.any(population < drawn):
        raise Misfit(Misfit.MORE, column)
    left: Floats = (population - drawn) / population
    return left


def _one_each(codes: Ints, values: Floats, column: str) -> None:
    import numpy as np

    seen = np.empty(int(codes.max()) + 1 if len(codes) else 0)
    seen[codes] = values
    if not np.array_equal(seen[codes], values):
        raise Misfit(Misfit.DIFFERS, column)


def _name(domain: Domain) -> str:
    return " · ".join(value or "" for value in domain)

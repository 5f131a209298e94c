"""Results as they may be published: cells withheld, and under a profile that rounds, every count rounded."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from sagsbarometer.disclosure.known import rounded_to
from sagsbarometer.disclosure.profile import Profile
from sagsbarometer.disclosure.system import Hidden
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import COMPLETE_COUNT, Cell, ResultSet, withheld
from sagsbarometer.measures.intervals import clopper_pearson, nchs_verdict

_SHARE, _CASES, _MUNICIPALITIES = "percent", "cases", "municipalities"


def apply(results: ResultSet, hidden: Hidden, profile: Profile) -> ResultSet:
    """The same results with the cells of `hidden` withheld and, where the profile rounds, the others rounded: nothing
    of a cell then depends on more than its rounded counts.

    A time keeps its value to whole days or weeks, and its number of cases rounded; its sum of days is gone, for it
    would tell the number. An estimate from a sample is withheld where its counts are rounded: its weights know them.
    """
    cells = []
    for cell in results:
        if cell.hidden or cell.ref in hidden.refs:
            cells.append(withheld(cell))
        elif profile.rounding and cell.unit != _MUNICIPALITIES:
            cells.append(rounded(cell, profile.rounding))
        else:
            cells.append(cell if profile.withholds_nothing else with_own_bounds(cell))
    return ResultSet(tuple(cells), results.manifest)


def with_own_bounds(cell: Cell) -> Cell:
    """The cell, without bounds that tell more than its counts do. Those of a register count cases that may be in the
    group, because nobody knows theirs: turned round, the bounds say how many these are, and with which outcome.
    """
    if cell.estimator or (cell.bound_low is None and cell.bound_high is None):
        return cell
    own: tuple[Decimal | None, Decimal | None] = (None, None)
    if cell.unit == _SHARE:
        own = (_percent(cell.numerator, cell.base), _percent(cell.numerator + cell.unknown, cell.base))
    elif cell.unit in (_CASES, _MUNICIPALITIES):
        own = (Decimal(cell.numerator), Decimal(cell.numerator + cell.unknown))
    if (cell.bound_low, cell.bound_high) == own:
        return cell
    return replace(cell, bound_low=None, bound_high=None)


def rounded(cell: Cell, base: int) -> Cell:
    """A cell made of its rounded counts alone."""
    if cell.estimator:
        return withheld(cell)
    denominator, unknown = rounded_to(cell.denominator, base), rounded_to(cell.unknown, base)
    cell = replace(cell, unknown_group=min(unknown, rounded_to(cell.unknown_group, base)))
    if cell.unit not in (_SHARE, _CASES):
        return _time(cell, denominator, unknown)
    numerator = rounded_to(cell.numerator, base)
    if cell.unit == _CASES:
        bound_low, bound_high = (
            (Decimal(numerator), Decimal(numerator + unknown)) if unknown else (None, None)
        )
        return replace(
            cell,
            numerator=numerator,
            denominator=denominator,
            unknown=unknown,
            value=Decimal(numerator),
            low=None,
            high=None,
            bound_low=bound_low,
            bound_high=bound_high,
        )
    interval = clopper_pearson(numerator, denominator) if cell.low is not None and denominator else None
    every = denominator + unknown
    return replace(
        cell,
        numerator=numerator,
        denominator=denominator,
        unknown=unknown,
        value=_percent(numerator, denominator),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        interval_method=cell.interval_method if interval or cell.interval_method == COMPLETE_COUNT else "",
        presentation=nchs_verdict(numerator, denominator, interval) if interval else "",
        bound_low=_percent(numerator, every),
        bound_high=_percent(numerator + unknown, every),
    )


def _time(cell: Cell, cases: int, unknown: int) -> Cell:
    """A mean or a quantile in whole units of its own; the bounds, which are of single cases, are left out."""
    value = None if cell.value is None else round_half_up(Fraction(cell.value), 0)
    return replace(
        cell,
        numerator=0,
        denominator=cases,
        unknown=unknown,
        value=value,
        bound_low=None,
        bound_high=None,
    )


def _percent(part: int, whole: int) -> Decimal | None:
    return round_half_up(Fraction(100 * part, whole), 6) if whole else None

"""From counts to cells: the one place where shares, means, bounds and intervals are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import COMPLETE_COUNT, Cell
from sagsbarometer.measures.count import Counts, Maybe
from sagsbarometer.measures.intervals import METHOD, Interval, clopper_pearson, nchs_verdict
from sagsbarometer.measures.measure import Figure, Kind, Measure
from sagsbarometer.measures.times import in_unit, time_bounds, time_value


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for every cell of a run: how its cases came in, of which day, and what they are."""

    probability_sample: bool
    data_date: str
    origin: str
    language: str = "da"
    complete: str = ""  # every case was counted, none drawn: why that does not speak for other cases


def make_cells(
    measures: Mapping[str, Measure],
    counts: Mapping[str, Counts],
    figures: tuple[Figure, ...],
    of: Circumstances,
) -> tuple[Cell, ...]:
    """One cell per measure, in the measures' order."""
    exempt = {
        id: figure.why_not.get(of.language, "")
        for figure in reversed(figures)
        if not figure.generalisable
        for id in figure.measures
    }
    return tuple(_cell(measure, counts[id], exempt.get(id), of) for id, measure in measures.items())


def _cell(measure: Measure, counts: Counts, why_not: str | None, of: Circumstances) -> Cell:
    return make_cell(measure, counts, of, why_not)


def make_cell(
    measure: Measure,
    counts: Counts,
    of: Circumstances,
    why_not: str | None = None,
    row: str = "",
    period: str = "",
) -> Cell:
    """The cell of one measure. `why_not`: why it may not be generalised; None where nothing says so.

    Where every case was counted there is no interval, because nothing was drawn; and a count with unknown cases has
    bounds: how many at least, and at most.
    """
    numerator, denominator, unknown, value = _value(measure, counts)
    low, high = _limits(measure, counts, of)
    share = measure.kind in (Kind.SHARE, Kind.PART)
    drawn = share and denominator > 0 and not of.complete
    interval = clopper_pearson(numerator, denominator) if drawn else None
    why_not = of.complete or why_not
    generalisable = "no" if why_not is not None else "yes" if of.probability_sample else "as_if_random"
    return Cell(
        result=measure.id,
        row=row,
        column="",
        period=period,
        numerator=numerator,
        denominator=denominator,
        unknown=unknown,
        unknown_group=counts.unknown_group,
        value=value,
        unit=measure.unit,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        interval_method=COMPLETE_COUNT if of.complete else METHOD if interval else "",
        bound_low=low,
        bound_high=high,
        generalisable=generalisable,
        why_not=why_not or "",
        presentation=nchs_verdict(numerator, denominator, interval) if interval else "",
        definition=measure.hash,
        data_date=of.data_date,
        origin=of.origin,
    )


def _limits(measure: Measure, counts: Counts, of: Circumstances) -> tuple[Decimal | None, Decimal | None]:
    """The bounds of a number: what it would be if all that is unknown were as small, or as great, as it can be."""
    if counts.days is not None:
        return time_bounds(measure, counts)
    if measure.kind in (Kind.SHARE, Kind.PART):
        bounds = _bounds(counts)
    else:
        bounds = _at_least_at_most(counts) if of.complete and measure.kind is Kind.COUNT else None
    return (bounds.low, bounds.high) if bounds else (None, None)


def _value(measure: Measure, counts: Counts) -> tuple[int, int, int, Decimal | None]:
    if counts.days is not None:
        numerator, known, value = time_value(measure, counts)
        return numerator, known, counts.unknown, value
    match measure.kind:
        case Kind.SHARE | Kind.PART:
            known = counts.yes + counts.no
            return counts.yes, known, counts.unknown, _percent(counts.yes, known)
        case Kind.COUNT:
            known = counts.yes + counts.no
            return counts.yes, known, counts.unknown, Decimal(counts.yes)
        case Kind.MUNICIPALITIES:
            known = counts.units - counts.undecided
            return counts.with_yes, known, counts.undecided, Decimal(counts.with_yes)
        case Kind.NO_MUNICIPALITY:
            known = counts.units - counts.undecided
            without = known - counts.with_yes
            return without, known, counts.undecided, Decimal(without)
        case Kind.MEAN:
            mean = Fraction(counts.yes, counts.no) if counts.no else None
            return counts.yes, counts.no, counts.unknown, _days(mean, measure.unit)
        case Kind.MINIMUM | Kind.MAXIMUM:
            days = counts.minimum if measure.kind is Kind.MINIMUM else counts.maximum
            value = _days(None if days is None else Fraction(days), measure.unit)
            return days or 0, counts.no, counts.unknown, value
        case Kind.QUANTILE:
            raise ValueError(f"{measure.id}: a quantile is made of days")


def _percent(part: int, whole: int) -> Decimal | None:
    return round_half_up(Fraction(100 * part, whole), 6) if whole else None


def _days(days: Fraction | None, unit: str) -> Decimal | None:
    return None if days is None else in_unit(days, unit)


def _bounds(counts: Counts) -> Interval | None:
    """The share if every unknown case were no, and if every one were yes, in percent of the whole base; those that may
    be in the group are in it where that makes the share smaller, or greater."""
    maybe = counts.maybe or Maybe()
    no, yes = counts.no + counts.unknown, counts.yes + counts.unknown
    least = (counts.yes, no + maybe.no + maybe.unknown)
    most = (yes + maybe.yes + maybe.unknown, counts.no)
    if not sum(least):
        least = (maybe.yes, 0)  # whoever is in the group is a yes
    if not sum(most):
        most = (0, maybe.no)
    if not sum(least) or not sum(most):
        return None
    return Interval(*(round_half_up(Fraction(100 * one, one + other), 6) for one, other in (least, most)))


def _at_least_at_most(counts: Counts) -> Interval | None:
    return Interval(Decimal(counts.yes), Decimal(counts.yes + counts.unknown)) if counts.unknown else None

"""Totals, means, ratios, differences and changes as cells, so that they lie in cells.csv like every other number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from sagsbarometer.estimation.cells import row_key
from sagsbarometer.estimation.intervals import COMPLETE, MEAN, NAMES
from sagsbarometer.estimation.more_file import SHARE, TOTAL
from sagsbarometer.forms.language.tree import Literal
from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.measures.cells import COMPLETE_COUNT, Cell
from sagsbarometer.measures.measure import Kind, Measure
from sagsbarometer.reporting.pages.estimate_more_data import T, scaled
from sagsbarometer.reporting.tables.table import in_sentence

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Estimate
    from sagsbarometer.estimation.intervals import Limits
    from sagsbarometer.estimation.more import Changed, Difference, Number
    from sagsbarometer.reporting.pages.estimate_report import Told

CASES, OWN, POINTS = "cases", "own", "percentage_points"
DIFFERENCE, CHANGE = "_difference", "_change"  # after the id of the number they are of
_APART = "difference"  # the estimator of both


def more_cells(told: Told) -> Iterator[Cell]:
    """A cell for each total, mean and ratio, each difference and each change that has a value, in that order.

    A difference stands in the row of its first group and the column of its second. Counts are the cases that were read;
    what a total would be with its unknown cases is its bounds.
    """
    for number in told.more.numbers:
        if number.of is not None:
            yield _number(told, number, number.of)
    for apart in told.more.differences:
        if apart.of is not None:
            yield _difference(told, apart, apart.of)
    for new in told.more.changes:
        yield _change(told, new)


def more_measures(told: Told) -> dict[str, Measure]:
    """What each of them is, by the id its cells have."""
    found: dict[str, Measure] = {}
    for number in told.more.numbers:
        kind = Kind.COUNT if number.kind == TOTAL else Kind.MEAN
        unit = CASES if number.kind == TOTAL and number.counts else OWN
        found[number.id] = _measure(number.id, told.label(number.id), kind, unit, number.definition)
    for apart in told.more.differences:
        label = f"{told.label(apart.id)}, forskel mellem to grupper"
        found[apart.id + DIFFERENCE] = _of_two(apart.id + DIFFERENCE, label, apart.kind, apart.definition)
    for new in told.more.changes:
        before = in_sentence(told.more.earlier)
        label = f"{told.label(new.id)}, ændring siden {before}"
        found[new.id + CHANGE] = _of_two(new.id + CHANGE, label, new.kind, new.definition)
    return found


def _of_two(id: str, label: str, kind: str, definition: str) -> Measure:
    return _measure(id, label, Kind.MEAN, POINTS if kind == SHARE else OWN, _hash(id, definition))


def _measure(id: str, label: str, kind: Kind, unit: str, definition: str) -> Measure:
    return Measure(
        id=id,
        kind=kind,
        label={"da": label},
        base=Literal(True),
        base_label={"da": "alle sager"},
        counts=None,
        value="",
        unit=unit,
        source="",
        base_text="true",
        counts_text="",
        hash=definition,
    )


def _hash(id: str, definition: str) -> str:
    return content_hash([definition, id])[:12]


def _number(told: Told, item: Number, of: Estimate) -> Cell:
    unit = CASES if item.kind == TOTAL and item.counts else OWN
    row = row_key(item.by, item.domain)
    cell = _cell(told, item.id, row, of, item.limits, 1, unit, item.definition)
    ends = (scaled(item.low), scaled(item.high))
    return replace(cell, unknown=item.unknown, bound_low=ends[0], bound_high=ends[1], estimator=of.estimator)


def _difference(told: Told, item: Difference, of: Estimate) -> Cell:
    unit, scale = (POINTS, 100) if item.kind == SHARE else (OWN, 1)
    id = item.id + DIFFERENCE
    row = row_key((item.by,), (item.one,))
    cell = _cell(told, id, row, of, item.limits, scale, unit, _hash(id, item.definition))
    return replace(cell, column=row_key((item.by,), (item.other,)))


def _change(told: Told, item: Changed) -> Cell:
    unit, scale = (POINTS, 100) if item.kind == SHARE else (OWN, 1)
    if item.kind == TOTAL and told.more.counted(item.id):
        unit = CASES
    id, more = item.id + CHANGE, told.more
    row = row_key(item.by, item.domain)
    cell = _cell(told, id, row, item.of.difference, item.limits, scale, unit, _hash(id, item.definition))
    return replace(cell, generalisable=more.generalisable, why_not=more.why_not)


def _cell(
    told: Told, id: str, row: str, of: Estimate, limits: Limits | None, scale: int, unit: str, definition: str
) -> Cell:
    whole = limits is not None and limits.method == COMPLETE
    shown = None if limits is None or whole else limits
    about = told.about
    return Cell(
        result=id,
        row=row,
        column="",
        period="",
        numerator=of.cases,
        denominator=of.cases,
        unknown=0,
        value=scaled(of.value, scale),
        unit=unit,
        low=scaled(shown.low, scale) if shown else None,
        high=scaled(shown.high, scale) if shown else None,
        interval_method=_method(shown) if shown else COMPLETE_COUNT if whole else "",
        bound_low=None,
        bound_high=None,
        generalisable=about.generalisable,
        why_not=about.why_not,
        presentation="",
        definition=definition,
        data_date=about.data_date,
        origin=about.origin,
        estimator=_APART,
    )


def _method(limits: Limits) -> str:
    return T if limits.method == MEAN else NAMES[limits.method]

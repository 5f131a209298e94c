"""What stands between braces in a text: a number of a figure, of a statistical table, or the difference of two."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.grid import Grid
from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Number
from sagsbarometer.reporting.faults import Report
from sagsbarometer.reporting.grids import LABEL, place_at, place_label, shown_cells
from sagsbarometer.reporting.numbers import DASH, FormatFault, danish, difference, printed

CASES = "cases"  # the prefix of a measure that belongs to no figure

_NAME = r"(?P<prefix{0}>[a-z]\w*)\.(?P<row{0}>\w+)(?:\.(?P<column{0}>\w+))?"
_BOUND = re.compile(
    rf"\s*{_NAME.format(1)}(?:\s+[-−–]\s+{_NAME.format(2)})?\s*:\s*(?P<format>\w+)\s*",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a name points to. `label`: the words of the place, where it prints words; a dash where the largest of
    several is none."""

    cell: Cell
    label: str = ""


def bound_number(edition: Edition, report: Report, inside: str, line: int) -> Number | None:
    """The number that `inside` the braces points to; None after a fault, which goes to the report."""
    match = _BOUND.fullmatch(inside)
    if match is None:
        report.malformed(line, f"{{{inside}}}")
        return None
    names = [
        (match[f"prefix{n}"], match[f"row{n}"], match[f"column{n}"] or "") for n in "12" if match[f"row{n}"]
    ]
    found = [_find(edition, report, line, *name) for name in names]
    if not all(found):
        return None
    first, *rest = (item for item in found if item is not None)
    prefix = "" if names[0][0] == CASES else names[0][0]
    format = match["format"]
    try:
        if rest:
            text, below = difference(first.cell, rest[0].cell, format)
            if below:
                report.negative_difference(line, text)
        else:
            text = _words(first) if format == LABEL else printed(first.cell, format)
    except FormatFault as fault:
        report.unfit_format(line, str(fault))
        return None
    minus = rest[0].cell.ref if rest else ""
    return Number(text, prefix, first.cell.ref, format, base_words(edition, first.cell), minus)


def base_words(edition: Edition, cell: Cell) -> str:
    """What a number is counted among: `alle gennemgåede sager (385), ukendt i 72`."""
    measure = edition.measures.get(cell.result)
    label = edition.words(measure.base_label) if measure else ""
    head = f"{label} ({danish(cell.base)})" if label else f"{danish(cell.base)} sager"
    return f"{head}, ukendt i {danish(cell.unknown)}" if cell.unknown else head


def _words(found: _Found) -> str:
    if not found.label:
        raise FormatFault("Formatet »label« skriver ordene i en tabel, hvor pladsen viser ord.")
    return found.label


def _find(edition: Edition, report: Report, line: int, prefix: str, row: str, column: str) -> _Found | None:
    if prefix == CASES:
        return _measured(edition, report, line, row)
    if figure := edition.figure(prefix):
        return _in_figure(edition, report, line, figure, row, column)
    if grid := edition.grid(prefix):
        return _in_grid(edition, report, line, grid, row, column)
    figures = tuple(item.id for item in edition.figures)
    report.unknown_prefix(line, prefix, figures, tuple(item.id for item in edition.grids))
    return None


def _measured(edition: Edition, report: Report, line: int, measure: str) -> _Found | None:
    """The total of a measure."""
    if measure not in edition.measures:
        report.unknown_measure(line, measure, _near(measure, edition.measures))
        return None
    return _number(edition, report, line, measure)


def _number(edition: Edition, report: Report, line: int, ref: str) -> _Found | None:
    if not edition.has_cell(ref):
        report.no_cell(line, ref)
        return None
    return _Found(edition.cell(ref))


def _in_figure(
    edition: Edition, report: Report, line: int, figure: Figure, row: str, part: str
) -> _Found | None:
    """A measure of the figure; or one of its rows: the part named, else its total, else its only cell."""
    if not part and row in figure.measures:
        return _number(edition, report, line, row)
    known = {item.id: item for item in figure.rows}
    if row in known:
        cells = known[row].cells
        whole = known[row].total or (next(iter(cells.values())) if len(cells) == 1 else "")
        if ref := cells.get(part, "") if part else whole:
            return _number(edition, report, line, ref)
        report.unknown_column(line, part, row, _near(part, cells))
        return None
    if not part and row in edition.measures:
        report.not_in_figure(line, row, figure.id)
    elif part:
        report.unknown_row(line, row, figure.id, _near(row, known))
    else:
        report.unknown_measure(line, row, _near(row, (*edition.measures, *known)))
    return None


def _in_grid(edition: Edition, report: Report, line: int, grid: Grid, row: str, column: str) -> _Found | None:
    rows, columns = [item.id for item in grid.rows], [item.id for item in grid.columns]
    if row not in rows:
        report.unknown_row(line, row, grid.id, _near(row, rows))
    if column not in columns:
        report.unknown_column(line, column, grid.id, _near(column, columns))
    if row not in rows or column not in columns:
        return None
    place = place_at(grid, row, column)
    if place is None:
        report.no_place(line, f"{grid.id}.{row}.{column}")
        return None
    if missing := [ref for ref in place.refs if not edition.has_cell(ref)]:
        report.no_cell(line, missing[0])
        return None
    # Of several that are all nought none is the largest; the first tells their number, and a dash stands for words.
    cell = (*shown_cells(edition, place), edition.cell(place.refs[0]))[0]
    label = place_label(edition, grid, place) or DASH
    return _Found(cell, label if place.format == LABEL else "")


def _near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(name, sorted(known), n=3))

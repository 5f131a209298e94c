"""What stands between braces in a text: a number of a figure, of a statistical table, or the difference of two.

`before.` in front of a name asks the round before."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.grid import Grid
from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.binding.grids import LABEL, place_at, place_label, shown_cells
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Number
from sagsbarometer.reporting.faults import Report
from sagsbarometer.reporting.numbers import DASH, FormatFault, difference, number_words, printed, told
from sagsbarometer.reporting.words import say

CASES = "cases"  # the prefix of a measure that belongs to no figure
OWN = "own"  # the same, of the one municipality that a note is written to

BEFORE = "before"
_NAME = r"(?:(?P<round{0}>before)\.)?(?P<prefix{0}>[a-z]\w*)\.(?P<row{0}>\w+)(?:\.(?P<column{0}>\w+))?"
_BOUND = re.compile(
    rf"\s*{_NAME.format(1)}(?:\s+[-−–]\s+{_NAME.format(2)})?\s*:\s*(?P<format>\w+)\s*",
    re.ASCII,
)
_ALONE = re.compile(_NAME.format(1), re.ASCII)


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a number as it is written: `figure_2.reasons`, `before.table_4_2.total.decided`."""

    before: bool
    prefix: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Found:
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
    names = [_named(match, n) for n in "12" if match[f"row{n}"]]
    found = [find(edition, report, line, name) for name in names]
    if not all(found):
        return None
    first, *rest = (item for item in found if item is not None)
    prefix = "" if names[0].prefix in (CASES, OWN) else names[0].prefix
    if rest and not _comparable(edition, report, line, names, (first, rest[0])):
        return None
    if not rest:
        _told_otherwise(edition, report, line, names[0], first.cell)
    format = match["format"]
    try:
        if rest:
            text, below = difference(first.cell, rest[0].cell, format, edition.language)
            if below:
                report.negative_difference(line, text)
        else:
            text = _words(first) if format == LABEL else printed(first.cell, format, edition.language)
    except FormatFault as fault:
        report.unfit_format(line, str(fault))
        return None
    return Number(
        text,
        prefix,
        first.cell.ref,
        format,
        round_words(edition, first.cell, names[0].before),
        rest[0].cell.ref if rest else "",
        before=names[0].before,
        minus_before=names[-1].before if rest else False,
        line=line,
    )


def name_of(text: str) -> Name | None:
    """The name that `text` is, None where it is none."""
    match = _ALONE.fullmatch(text)
    return _named(match, "1") if match else None


def _named(match: re.Match[str], number: str) -> Name:
    return Name(
        match[f"round{number}"] is not None,
        match[f"prefix{number}"],
        match[f"row{number}"],
        match[f"column{number}"] or "",
    )


def _comparable(
    edition: Edition, report: Report, line: int, names: Sequence[Name], found: Sequence[Found]
) -> bool:
    """Whether a difference may be made: no number is held against one of another round that was defined otherwise."""
    one, other = (item.cell for item in found)
    if names[0].before == names[1].before or one.definition == other.definition:
        return True
    report.other_definition(line, one.result)
    return False


def _told_otherwise(edition: Edition, report: Report, line: int, name: Name, cell: Cell) -> None:
    """RAPPORT-222 for a number of the round before that this round defines otherwise."""
    measure = edition.measures.get(cell.result)
    if name.before and measure is not None and measure.hash != cell.definition:
        report.defined_otherwise(line, cell.result)


def round_words(edition: Edition, cell: Cell, before: bool) -> str:
    """As `base_words`, of either round; the round before is named with its day."""
    if not before or edition.before is None:
        return base_words(edition, cell)
    day = edition.before.data_day
    key = "before.number" if day else "before.number_undated"
    return say(edition.language, key, base=base_words(edition.before, cell), day=day)


def base_words(edition: Edition, cell: Cell) -> str:
    """What a number is counted among: `alle gennemgåede sager (385), ukendt i 72`."""
    measure = edition.measures.get(cell.result)
    label = edition.words(measure.base_label) if measure else ""
    language = edition.language
    number = told(cell, cell.base, language)
    base = f"{label} ({number})" if label else say(language, "base.cases", number=number)
    if cell.hidden or not cell.unknown:
        return base
    return say(language, "base.unknown", base=base, unknown=number_words(language, cell.unknown))


def _words(found: Found) -> str:
    if not found.label:
        raise FormatFault("Formatet »label« skriver ordene i en tabel, hvor pladsen viser ord.")
    return found.label


def find(edition: Edition, report: Report, line: int, name: Name) -> Found | None:
    """The number that a name points to, in this round or the one before; None after a fault."""
    if not name.before:
        return _find(edition, report, line, name.prefix, name.row, name.column)
    if edition.before is None:
        report.no_round(line)
        return None
    told = Report(report.file)
    found = _find(edition.before, told, line, name.prefix, name.row, name.column)
    report.problems += [replace(item, fault=f"I forrige runde: {item.fault}") for item in told.problems]
    return found


def _find(edition: Edition, report: Report, line: int, prefix: str, row: str, column: str) -> Found | None:
    if prefix in (CASES, OWN):
        if (prefix == OWN) is not edition.own:
            report.others_number(line, prefix)
            return None
        return _measured(edition, report, line, row)
    if figure := edition.figure(prefix):
        return _in_figure(edition, report, line, figure, row, column)
    if grid := edition.grid(prefix):
        return _in_grid(edition, report, line, grid, row, column)
    figures = tuple(item.id for item in edition.figures)
    report.unknown_prefix(line, prefix, figures, tuple(item.id for item in edition.grids))
    return None


def _measured(edition: Edition, report: Report, line: int, measure: str) -> Found | None:
    """The total of a measure."""
    if measure not in edition.measures:
        report.unknown_measure(line, measure, _near(measure, edition.measures))
        return None
    return _number(edition, report, line, measure)


def _number(edition: Edition, report: Report, line: int, ref: str) -> Found | None:
    if not edition.has_cell(ref):
        report.no_cell(line, ref)
        return None
    return Found(edition.cell(ref))


def _in_figure(
    edition: Edition, report: Report, line: int, figure: Figure, row: str, part: str
) -> Found | None:
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


def _in_grid(edition: Edition, report: Report, line: int, grid: Grid, row: str, column: str) -> Found | None:
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
    return Found(cell, label if place.format == LABEL else "")


def _near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(name, sorted(known), n=3))

"""The table behind a figure: one builder for the page, the PDF, the workbook and the CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import WITHHELD, Cell
from sagsbarometer.measures.measure import Figure, FigureRow
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Column, Table, TableCell
from sagsbarometer.reporting.numbers import (
    DASH,
    amount,
    bound_limits,
    exact_percent,
    exact_time,
    interval_limits,
    missing,
    number_words,
    told,
    whole,
)
from sagsbarometer.reporting.tables.before import (
    BEFORE_KEY,
    OTHERWISE,
    before_column,
    before_notes,
    before_of,
    is_otherwise,
)
from sagsbarometer.reporting.words import known, say

FEW = "†"  # beside a share of few cases
# Decimals of what a spreadsheet rounds itself: rounded to few here, it would be rounded twice.
_EXACT = 12


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One number of a figure with the words it stands under."""

    label: str
    row: str  # the row's own label; the same as `label` where the row has no parts
    part: str  # id of the part, "" for a whole row
    drawn: bool  # False for what is told under the figure
    cell: Cell


def is_few(edition: Edition, cell: Cell) -> bool:
    """Whether a share or a time rests on so few cases that it is marked."""
    return (
        not cell.hidden
        and cell.unit in ("percent", "days", "weeks")
        and 0 < cell.denominator < edition.few_cases
    )


def few_note(edition: Edition) -> str:
    """What the mark of few cases means."""
    few = edition.few_cases
    return say(edition.language, "table.few", sign=FEW, few=few, points=100 // few)


def row_label(edition: Edition, row: FigureRow) -> str:
    """What a row is called: its condition's label, its own, else its measure's."""
    condition = edition.condition(row.condition) if row.condition else None
    if condition is not None:
        return condition.label
    own = edition.words(row.label)
    measure = edition.measure(row.total or next(iter(row.cells.values()), ""))
    return own or (edition.words(measure.label) if measure else row.id)


def figure_lines(edition: Edition, figure: Figure) -> Iterator[FigureLine]:
    """The numbers of a figure in reading order: each row's total, its parts, then what is told beside.

    Raises KeyError when the results lack one of them.
    """
    parts = {part.id: edition.words(part.label) for part in figure.parts}
    for row in figure.rows:
        label = row_label(edition, row)
        if row.total:
            whole = say(edition.language, "figure.in_all", label=label)
            yield FigureLine(whole, label, "", True, edition.cell(row.total))
        for part, measure in row.cells.items():
            words = f"{label}, {in_sentence(parts.get(part, part))}" if part else label
            yield FigureLine(words, label, part, True, edition.cell(measure))
    for ref in figure.also:
        defined = edition.measure(ref)
        label = edition.words(defined.label) if defined else ref
        yield FigureLine(label, label, "", False, edition.cell(ref))


def caption(edition: Edition, figure: Figure) -> str:
    """`Figur 2: Retlige mangler`, or the title alone."""
    title = edition.words(figure.title)
    said = say(edition.language, "figure.caption", number=figure.number, title=title)
    return said if figure.number else title


def table_caption(edition: Edition, figure: Figure) -> str:
    """`Tallene bag figur 2: Retlige mangler`."""
    title = edition.words(figure.title)
    key = "figure.table" if figure.number else "figure.table_of"
    return say(edition.language, key, number=figure.number, title=title)


def figure_table(edition: Edition, figure: Figure, anchor: str = "") -> Table:
    """The table of a figure: count, base, result, interval, unknowns, bounds and what may be concluded.

    Bounds and the presentation verdict are left out where no number of the figure has any; intervals and what may
    be concluded where every case is counted.
    """
    lines = tuple(figure_lines(edition, figure))
    seen = [line for line in lines if not line.cell.hidden]
    shown = _Shown(
        bounds=any(line.cell.unknown for line in seen),
        sample=not edition.complete,
        value=not edition.complete or any(line.cell.unit != "cases" for line in lines),
        verdict=any(line.cell.presentation for line in seen),
    )

    def column(name: str, kind: str = "text", weight: float = 1.25) -> Column:
        return Column(say(edition.language, f"table.{name}"), kind, weight)

    columns = [
        column("measure", weight=3.4),
        column("count", "count", 0.85),
        *([column("known", "count", 0.85)] if shown.bounds else []),
        column("base", "count", 0.85),
        *([column("result", "value", 1.15)] if shown.value else []),
        *([column("interval", "range", 1.2)] if shown.sample else []),
        *([column("unknown", "count", 0.9)] if shown.sample or shown.bounds else []),
        *([column("bounds", "range", 1.25)] if shown.bounds else []),
        *([column("generalisable")] if shown.sample else []),
        *([column("verdict")] if shown.verdict else []),
        *before_column(edition),
    ]
    rows = tuple(_known_cells(columns, _row(edition, figure, line, shown), line.cell.ref) for line in lines)
    return Table(
        table_caption(edition, figure),
        tuple(columns),
        rows,
        _notes(edition, lines, rows, figure, shown),
        anchor,
        figure.id,
    )


def _known_cells(columns: Sequence[Column], row: tuple[TableCell, ...], ref: str) -> tuple[TableCell, ...]:
    """The row with the key of its number in each place that holds one."""
    return tuple(
        replace(cell, ref=ref) if column.numeric and not cell.ref else cell
        for column, cell in zip(columns, row, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """Which columns a table has beside the numbers."""

    bounds: bool
    sample: bool
    value: bool  # where all are counts the count is the result
    verdict: bool


def generalisable(edition: Edition, figure: Figure, cell: Cell) -> str:
    """`ja`, `betinget` or `nej`: what the figure says goes before what the cell says."""
    code = cell.generalisable if figure.generalisable else "no"
    return known(edition.language, f"generalisable.{code}", code)


def verdict(edition: Edition, cell: Cell) -> str:
    """Whether a share is sure enough to stand alone, in words; empty where that was not judged."""
    return (
        WITHHELD
        if cell.hidden
        else known(edition.language, f"verdict.{cell.presentation}", cell.presentation)
    )


def unit_words(language: str, unit: str) -> str:
    """`procent`, `sager`: what a unit is called."""
    return known(language, f"many.{unit}", unit)


def _row(edition: Edition, figure: Figure, line: FigureLine, shown: _Shown) -> tuple[TableCell, ...]:
    cell = line.cell
    language = edition.language
    counts = (cell.denominator, cell.base, cell.unknown)
    known, base, unknown = (_number(cell, number, language) for number in counts)
    bounds = _range(
        cell, bound_limits(cell, language) if cell.unknown else "", cell.bound_low, cell.bound_high
    )
    return (
        TableCell(line.label),
        _count(cell, language),
        *([known] if shown.bounds else []),
        base,
        *(
            [replace(_value(cell, language), mark=FEW if is_few(edition, cell) else "")]
            if shown.value
            else []
        ),
        *(
            [_range(cell, interval_limits(cell, language=language), cell.low, cell.high)]
            if shown.sample
            else []
        ),
        *([unknown] if shown.sample or shown.bounds else []),
        *([bounds] if shown.bounds else []),
        *([TableCell(generalisable(edition, figure, cell))] if shown.sample else []),
        *([_verdict(edition, cell)] if shown.verdict else []),
        *([_before(edition, cell)] if edition.before else []),
    )


def _before(edition: Edition, cell: Cell) -> TableCell:
    """The same number in the round before, marked where it was counted otherwise."""
    other = before_of(edition, cell)
    if other is None:
        return TableCell(DASH)
    few = FEW if is_few(edition, other) else ""
    mark = OTHERWISE if is_otherwise(cell, other) else few
    return replace(_value(other, edition.language), mark=mark, ref=f"{BEFORE_KEY}{other.ref}")


def _verdict(edition: Edition, cell: Cell) -> TableCell:
    return TableCell(verdict(edition, cell))


def _number(cell: Cell, number: int, language: str) -> TableCell:
    """A count of the cell, or `[c]`: then there is no number behind the text either."""
    return TableCell(told(cell, number, language), None if cell.hidden else number, format="#,##0")


def _count(cell: Cell, language: str) -> TableCell:
    if cell.hidden or cell.unit in ("days", "weeks"):
        return _number(cell, cell.denominator, language)
    if missing(cell):
        return TableCell(DASH)
    return TableCell(number_words(language, whole(cell)), whole(cell), format="#,##0")


def _value(cell: Cell, language: str) -> TableCell:
    if cell.hidden:
        return TableCell(WITHHELD)
    if missing(cell):
        return TableCell(DASH)
    if cell.unit == "percent":
        # The exact share, shown without decimals: a reader of the workbook can count on.
        exact = round_half_up(exact_percent(cell), _EXACT)
        return TableCell(amount(cell, language), exact, format=f'0"{say(language, "number.percent_sign")}"')
    if cell.unit in ("days", "weeks") and cell.value is not None:
        unit = unit_words(language, cell.unit)
        time = exact_time(cell)
        return TableCell(
            amount(cell, language),
            None if time is None else round_half_up(time, _EXACT),
            format=f'0.0" {unit}"' if cell.unit == "weeks" else f'0" {unit}"',
        )
    if cell.unit == "municipalities":
        form = f'#,##0" {unit_words(language, cell.unit)}"'
        return TableCell(amount(cell, language), whole(cell), format=form)
    return TableCell(amount(cell, language), whole(cell), format="#,##0")


def _range(cell: Cell, text: str, low: Decimal | None, high: Decimal | None) -> TableCell:
    if cell.hidden:
        return TableCell(WITHHELD)
    return TableCell(text, low, high, "0.0") if text else TableCell(DASH)


def _notes(
    edition: Edition,
    lines: tuple[FigureLine, ...],
    rows: tuple[tuple[TableCell, ...], ...],
    figure: Figure,
    shown: _Shown,
) -> tuple[str, ...]:
    notes: list[str] = []
    language = edition.language
    if any(cell.mark == FEW for row in rows for cell in row):
        notes.append(few_note(edition))
    if any(line.cell.unknown for line in lines if not line.cell.hidden):
        notes.append(say(language, "table.unknown_note"))
    if any(cell.text == DASH for row in rows for cell in row):
        notes.append(say(language, "table.dash_note", dash=DASH))
    if any(line.cell.hidden for line in lines) or any(cell.text == WITHHELD for row in rows for cell in row):
        notes.append(say(language, "number.withheld_note"))
    if (
        shown.sample
        and figure.generalisable
        and any(line.cell.generalisable == "as_if_random" for line in lines)
    ):
        notes.append(say(language, "table.as_if_random_note"))
    if shown.verdict:
        said = say(language, "table.verdict_note")
        if any(line.cell.presentation == "footnote" for line in lines if not line.cell.hidden):
            said += say(language, "table.footnote_note")
        notes.append(said)
    notes += before_notes(edition, [line.cell for line in lines])
    return tuple(notes)


def in_sentence(words: str) -> str:
    """`words` as they stand inside a sentence."""
    return words[:1].lower() + words[1:]


CSV_HEADER = (
    "figur",
    "tekst",
    "maal_id",
    "gruppe",
    "periode",
    "antal",
    "base",
    "ukendt",
    "resultat",
    "enhed",
    "interval_nedre",
    "interval_oevre",
    "interval_metode",
    "graense_nedre",
    "graense_oevre",
    "generaliserbar",
    "hvorfor_ikke",
    "sikkerhed",
    "datadato",
    "status",
    "oprindelse",
)
BEFORE_HEADER = ("forrige_resultat", "forrige_datadato", "forrige_definition")
UNIT_DA = {
    unit: say("da", f"many.{unit}") for unit in ("percent", "cases", "municipalities", "days", "weeks")
}


def figure_csv(edition: Edition, figure: Figure) -> str:
    """The numbers behind a figure: UTF-8 text with commas, a dot as decimal mark and a header row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*CSV_HEADER, *(BEFORE_HEADER if edition.before else ())))
    for line in figure_lines(edition, figure):
        cell = line.cell
        value = _plain_value(cell)

        def of(number: object, gone: bool = bool(cell.hidden)) -> object:
            return WITHHELD if gone else number

        writer.writerow(
            safe(item)
            for item in (
                figure.number or edition.words(figure.title),
                line.label,
                cell.result,
                cell.row,
                cell.period,
                of(_count(cell, edition.language).value),
                of(cell.base),
                of(cell.unknown),
                of(value),
                unit_words(edition.language, cell.unit),
                of(cell.low),
                of(cell.high),
                cell.interval_method,
                of(cell.bound_low),
                of(cell.bound_high),
                generalisable(edition, figure, cell),
                edition.words(figure.why_not) or edition.why_not(cell),
                verdict(edition, cell),
                edition.data_date,
                edition.status,
                edition.origin_label,
                *_before_columns(edition, cell),
            )
        )
    return out.getvalue()


def _plain_value(cell: Cell) -> object:
    """As cells.csv has it: what reads a CSV rounds nothing by a format."""
    return cell.value if cell.unit in ("percent", "days", "weeks") else _value(cell, "da").value


def _before_columns(edition: Edition, cell: Cell) -> tuple[object, ...]:
    """The number in the round before, its day, and whether it is defined alike; nothing without such a round."""
    if edition.before is None:
        return ()
    other = before_of(edition, cell)
    if other is None:
        return (None, edition.before.data_date, "")
    value = WITHHELD if other.hidden else _plain_value(other)
    return (value, edition.before.data_date, "anden" if is_otherwise(cell, other) else "samme")


def safe(value: object) -> str:
    """Text that a spreadsheet would take for a formula is led by an apostrophe."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

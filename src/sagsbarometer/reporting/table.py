"""The table behind a figure: one builder for the page, the PDF, the workbook and the CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.measure import Figure, FigureRow
from sagsbarometer.reporting.contract import DRAFT, Edition
from sagsbarometer.reporting.document import Column, Table, TableCell
from sagsbarometer.reporting.numbers import (
    DASH,
    amount,
    bound_limits,
    danish,
    exact_percent,
    exact_time,
    interval_limits,
    missing,
    whole,
)

MOST = ", højst"  # after the name of a column of counts: the most they can be
FEW = "†"  # beside a share of few cases
# Decimals of what a spreadsheet rounds itself: rounded to few here, it would be rounded twice.
_EXACT = 12
_GENERALISABLE = {"yes": "ja", "as_if_random": "betinget", "no": "nej"}
_PRESENTATION = {
    "present": "vis",
    "footnote": "vis med note",
    "suppress": "vis ikke",
    "review": "se efter",
    "": "",
}


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
    return cell.unit in ("percent", "days", "weeks") and 0 < cell.denominator < edition.few_cases


def few_note(edition: Edition) -> str:
    """What the mark of few cases means."""
    few = edition.few_cases
    return (
        f"{FEW} Få sager: Procenten er regnet af færre end {few} sager, så en enkelt sag flytter den med over "
        f"{100 // few} procentpoint."
    )


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
            yield FigureLine(f"{label}, i alt", label, "", True, edition.cell(row.total))
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
    return f"Figur {figure.number}: {title}" if figure.number else title


def table_caption(edition: Edition, figure: Figure) -> str:
    """`Tallene bag figur 2: Retlige mangler`."""
    title = edition.words(figure.title)
    return (
        f"Tallene bag figur {figure.number}: {title}" if figure.number else f"Tallene bag figuren »{title}«"
    )


def figure_table(edition: Edition, figure: Figure, anchor: str = "") -> Table:
    """The table of a figure: count, base, result, interval, unknowns, bounds and what may be concluded.

    Bounds and the presentation verdict are left out where no number of the figure has any; intervals and what may
    be concluded where every case is counted.
    """
    lines = tuple(figure_lines(edition, figure))
    shown = _Shown(
        bounds=any(line.cell.unknown for line in lines),
        sample=not edition.complete,
        value=not edition.complete or any(line.cell.unit != "cases" for line in lines),
        verdict=any(line.cell.presentation for line in lines),
    )
    columns = [
        Column("Mål", weight=3.4),
        Column("Antal", "count", 0.85),
        *([Column("Kendt", "count", 0.85)] if shown.bounds else []),
        Column("Base", "count", 0.85),
        *([Column("Resultat", "value", 1.15)] if shown.value else []),
        *([Column("95 %-interval", "range", 1.2)] if shown.sample else []),
        *([Column("Ukendt", "count", 0.9)] if shown.sample or shown.bounds else []),
        *([Column("Grænser", "range", 1.25)] if shown.bounds else []),
        *([Column("Generaliserbar", weight=1.25)] if shown.sample else []),
        *([Column("Sikkerhed (NCHS)", weight=1.25)] if shown.verdict else []),
    ]
    rows = tuple(_row(edition, figure, line, shown) for line in lines)
    return Table(
        table_caption(edition, figure),
        tuple(columns),
        rows,
        _notes(edition, lines, rows, figure, shown),
        anchor,
        figure.id,
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """Which columns a table has beside the numbers."""

    bounds: bool
    sample: bool
    value: bool  # where all are counts the count is the result
    verdict: bool


def generalisable(figure: Figure, cell: Cell) -> str:
    """`ja`, `betinget` or `nej`: what the figure says goes before what the cell says."""
    return "nej" if not figure.generalisable else _GENERALISABLE.get(cell.generalisable, cell.generalisable)


def _row(edition: Edition, figure: Figure, line: FigureLine, shown: _Shown) -> tuple[TableCell, ...]:
    cell = line.cell
    known = TableCell(danish(cell.denominator), cell.denominator, format="#,##0")
    unknown = TableCell(danish(cell.unknown), cell.unknown, format="#,##0")
    bounds = _range(bound_limits(cell) if cell.unknown else "", cell.bound_low, cell.bound_high)
    return (
        TableCell(line.label),
        _count(cell),
        *([known] if shown.bounds else []),
        TableCell(danish(cell.base), cell.base, format="#,##0"),
        *([replace(_value(cell), mark=FEW if is_few(edition, cell) else "")] if shown.value else []),
        *([_range(interval_limits(cell), cell.low, cell.high)] if shown.sample else []),
        *([unknown] if shown.sample or shown.bounds else []),
        *([bounds] if shown.bounds else []),
        *([TableCell(generalisable(figure, cell))] if shown.sample else []),
        *([TableCell(_PRESENTATION.get(cell.presentation, cell.presentation))] if shown.verdict else []),
    )


def _count(cell: Cell) -> TableCell:
    if cell.unit in ("days", "weeks"):
        return TableCell(danish(cell.denominator), cell.denominator, format="#,##0")
    if missing(cell):
        return TableCell(DASH)
    return TableCell(danish(whole(cell)), whole(cell), format="#,##0")


def _value(cell: Cell) -> TableCell:
    if missing(cell):
        return TableCell(DASH)
    if cell.unit == "percent":
        # The exact share, shown without decimals: a reader of the workbook can count on.
        exact = round_half_up(exact_percent(cell), _EXACT)
        return TableCell(amount(cell), exact, format='0" %"')
    if cell.unit in ("days", "weeks") and cell.value is not None:
        unit = "uger" if cell.unit == "weeks" else "dage"
        time = exact_time(cell)
        return TableCell(
            amount(cell),
            None if time is None else round_half_up(time, _EXACT),
            format=f'0.0" {unit}"' if cell.unit == "weeks" else f'0" {unit}"',
        )
    if cell.unit == "municipalities":
        return TableCell(amount(cell), whole(cell), format='#,##0" kommuner"')
    return TableCell(amount(cell), whole(cell), format="#,##0")


def _range(text: str, low: Decimal | None, high: Decimal | None) -> TableCell:
    return TableCell(text, low, high, "0.0") if text else TableCell(DASH)


def _notes(
    edition: Edition,
    lines: tuple[FigureLine, ...],
    rows: tuple[tuple[TableCell, ...], ...],
    figure: Figure,
    shown: _Shown,
) -> tuple[str, ...]:
    notes: list[str] = []
    if any(is_few(edition, line.cell) for line in lines):
        notes.append(few_note(edition))
    if any(line.cell.unknown for line in lines):
        notes.append(
            "Procenten er regnet af de sager, hvor svaret er kendt. Basen er kendte og ukendte. Grænserne viser, "
            "hvad den ville være, hvis alle ukendte var nej, og hvis alle var ja."
        )
    if any(cell.text == DASH for row in rows for cell in row):
        notes.append(f"{DASH} betyder, at der intet tal er.")
    if shown.sample and any(generalisable(figure, line.cell) == "betinget" for line in lines):
        notes.append("Betinget: generaliserbar, hvis sagerne kan regnes som trukket tilfældigt.")
    if shown.verdict:
        said = (
            "Sikkerhed: svaret fra en regel for, om en andel er sikker nok til at vise alene (NCHS, USA's "
            "sundhedsstatistik)."
        )
        if any(line.cell.presentation == "footnote" for line in lines):
            said += " »Vis med note«: andelen kan vises, men resten op til 100 procent er for usikker til at vises."
        notes.append(said)
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
UNIT_DA = {
    "percent": "procent",
    "cases": "sager",
    "municipalities": "kommuner",
    "days": "dage",
    "weeks": "uger",
}


def figure_csv(edition: Edition, figure: Figure) -> str:
    """The numbers behind a figure: UTF-8 text with commas, a dot as decimal mark and a header row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    for line in figure_lines(edition, figure):
        cell = line.cell
        # As cells.csv has it: what reads a CSV rounds nothing by a format.
        value = cell.value if cell.unit in ("percent", "days", "weeks") else _value(cell).value
        writer.writerow(
            safe(item)
            for item in (
                figure.number or edition.words(figure.title),
                line.label,
                cell.result,
                cell.row,
                cell.period,
                _count(cell).value,
                cell.base,
                cell.unknown,
                value,
                UNIT_DA.get(cell.unit, cell.unit),
                cell.low,
                cell.high,
                cell.interval_method,
                cell.bound_low,
                cell.bound_high,
                generalisable(figure, cell),
                edition.words(figure.why_not) or cell.why_not,
                _PRESENTATION.get(cell.presentation, cell.presentation),
                edition.data_date,
                DRAFT if edition.draft else "",
                edition.origin_label,
            )
        )
    return out.getvalue()


def safe(value: object) -> str:
    """Text that a spreadsheet would take for a formula is led by an apostrophe."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

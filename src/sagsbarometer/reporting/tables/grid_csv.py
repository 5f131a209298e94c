"""A statistical table as data: as it is printed, and with every number behind it; with the round before where there is
one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import WITHHELD, Cell
from sagsbarometer.measures.grid import Grid, GridRow, Place
from sagsbarometer.reporting.binding.grids import LABEL, place_label, shown_cells
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.numbers import rounded_percent, rounded_time, whole
from sagsbarometer.reporting.tables.before import is_otherwise
from sagsbarometer.reporting.tables.before_grid import TIMES, Then, apart, as_then, change, earlier_places
from sagsbarometer.reporting.tables.grid_table import most_of
from sagsbarometer.reporting.tables.table import is_few, safe, unit_words
from sagsbarometer.reporting.words import say


def _tail(edition: Edition) -> tuple[str, str, str]:
    """What must be known of a row of data wherever it goes."""
    return edition.data_date, edition.status, edition.origin_label


_TAIL = ("datadato", "status", "oprindelse")


def grid_csv(edition: Edition, grid: Grid) -> str:
    """The table as printed, for machines: UTF-8 with commas and a header row; no thousands marks or signs, nothing
    where a dash is printed, and percentages as they are rounded. After a column with a count that is the fewest it can
    be stands one with the most."""
    heads = [
        f"{edition.words(column.group)} {edition.words(column.label)}".strip() for column in grid.columns
    ]
    rows = [row.places or (None,) * len(grid.columns) for row in grid.rows]
    then = earlier_places(edition, grid)
    most = [[_most_at(edition, place) for place in places] for places in rows]
    bounded = [any(line[number] for line in most) for number in range(len(heads))]

    def spread(
        line: Sequence[str], beside: Sequence[str], before: Sequence[tuple[object, object]]
    ) -> Iterator[object]:
        for own, high, two, earlier in zip(line, beside, bounded, before, strict=True):
            yield from (own, own if own == WITHHELD else high) if two else (own,)
            yield from earlier if edition.before else ()

    def before(row: GridRow) -> list[tuple[object, object]]:
        return [_plain_before(edition, grid, then.get((row.id, at))) for at, _ in enumerate(heads)]

    table = [
        [
            edition.words(grid.stub) or say(edition.language, "grid.row"),
            *spread(
                heads,
                [f"{head}{say(edition.language, 'table.most')}" for head in heads],
                [_before_heads(edition.language, head) for head in heads],
            ),
            *_TAIL,
        ]
    ]
    for row, places, high in zip(grid.rows, rows, most, strict=True):
        printed = [_plain(edition, grid, place) for place in places]
        table.append([edition.words(row.label), *spread(printed, high, before(row)), *_tail(edition)])
    return _csv(table)


def _before_heads(language: str, head: str) -> tuple[str, str]:
    return say(language, "before.then", label=head), say(language, "before.change", label=head)


def _plain_before(edition: Edition, grid: Grid, then: Then | None) -> tuple[object, object]:
    """The number of the round before and the change, as a machine reads them."""
    if then is None or edition.before is None:
        return "", ""
    found = apart(then)
    told: object = change(then, edition.language).text
    if found is not None:  # a number, or a spreadsheet would be kept from reading one below nought
        told = round_half_up(found, 1 if then.place.format in TIMES else 0)
    return _plain(edition.before, as_then(edition.before, grid), then.place), told


def _most_at(edition: Edition, place: Place | None) -> str:
    """The most that a count can be, as plain text; empty where it is no count or has no such bound."""
    cells = shown_cells(edition, place) if place and place.format == "count" else ()
    most = most_of(cells[0]) if cells else None
    return "" if most is None else str(most)


def _plain(edition: Edition, grid: Grid, place: Place | None) -> str:
    cells = shown_cells(edition, place) if place else ()
    if place is None or not cells:
        return ""
    if cells[0].hidden:
        return WITHHELD
    if place.format == LABEL:
        return place_label(edition, grid, place)
    if place.format == "percent":
        share = rounded_percent(cells[0])
        return "" if share is None else str(share)
    if place.format in TIMES:
        value = rounded_time(cells[0])
        return "" if value is None else str(value)
    return str(whole(cells[0]))


_CELLS = (
    "tabel",
    "raekke_id",
    "raekke",
    "kolonne_id",
    "kolonne",
    "maal_id",
    "gruppe",
    "periode",
    "taeller",
    "kendt",
    "ukendt",
    "resultat",
    "enhed",
    "graense_nedre",
    "graense_oevre",
    "faa_sager",
    "definition",
)


def grid_cells_csv(edition: Edition, grid: Grid) -> str:
    """Every number behind the table, a row each: UTF-8 with commas, a dot as decimal mark and a header row."""
    table: list[list[object]] = [[*_CELLS, *_TAIL, *(_BEFORE if edition.before else ())]]
    then = earlier_places(edition, grid)
    for row in grid.rows:
        for number, (place, column) in enumerate(zip(row.places, grid.columns, strict=False)):
            head = f"{edition.words(column.group)} {edition.words(column.label)}".strip()
            for at, ref in enumerate(place.refs if place else ()):
                cell = edition.cell(ref)
                where = (grid.number or grid.id, row.id, edition.words(row.label), column.id, head)
                earlier = _of_before(edition, cell, then.get((row.id, number)), at)
                table.append([*where, *_cell(edition, cell), *_tail(edition), *earlier])
    return _csv(table)


_BEFORE = ("forrige_periode", "forrige_resultat", "forrige_datadato", "forrige_definition")


def _of_before(edition: Edition, cell: Cell, then: Then | None, at: int) -> tuple[object, ...]:
    """The number in the round before: its period, its value and its day, and whether it is defined alike; nothing
    without such a round."""
    before = edition.before
    if before is None:
        return ()
    if then is None:
        return ("", None, before.data_date, "")
    other = before.cell(then.place.refs[at])
    value = WITHHELD if other.hidden else other.value
    return (other.period, value, before.data_date, "anden" if is_otherwise(cell, other) else "samme")


def _cell(edition: Edition, cell: Cell) -> tuple[object, ...]:
    counts: tuple[object, ...] = (cell.numerator, cell.denominator, cell.unknown, cell.value)
    bounds: tuple[object, ...] = (cell.bound_low, cell.bound_high)
    if cell.hidden:
        counts, bounds = (WITHHELD,) * len(counts), (WITHHELD,) * len(bounds)
    return (
        cell.result,
        cell.row,
        cell.period,
        *counts,
        unit_words(edition.language, cell.unit),
        *bounds,
        say(edition.language, "word.yes") if is_few(edition, cell) else "",
        cell.definition,
    )


def _csv(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([safe(item) for item in row] for row in rows)
    return out.getvalue()

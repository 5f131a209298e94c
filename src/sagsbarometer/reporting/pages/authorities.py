"""Authorities beside the funnel limits: what is told of each, as tables.

They stand in the order they are given, by name or code. Nothing here orders them by their share, and no table can be
sorted: a row of ranks would say what the limits do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sagsbarometer.appeals.analyses.tiles import Tile
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.funnel import Funnel, Placed
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Column, Table, TableCell
from sagsbarometer.reporting.numbers import DASH, amount, bound_limits, danish, limits, missing
from sagsbarometer.reporting.tables.table import FEW, few_note, in_sentence, is_few

_PLACES = {
    0: "inden for",
    1: "over 95 %",
    2: "over 99,8 %",
    -1: "under 95 %",
    -2: "under 99,8 %",
}


@dataclass(frozen=True, slots=True)
class Authorities:
    """What a report of authorities is made of. `cells` and `names` are by the id of a group in the funnel."""

    edition: Edition
    funnel: Funnel
    total: Cell
    cells: Mapping[str, Cell]
    names: Mapping[str, str]
    one: str  # myndighed
    many: str  # myndigheder
    label: str  # of the measure
    base: str  # what the cases are
    period: str
    fewest: int  # a group of fewer cases has no place
    tiles: tuple[Tile, ...] = ()

    @property
    def heading(self) -> str:
        """`Myndigheder: omgørelsesprocent, 2024`."""
        return f"{self.many.capitalize()}: {in_sentence(self.label)}, {self.period}"

    def name(self, id: str) -> str:
        """What a group is called."""
        return self.names.get(id, id)

    @property
    def all(self) -> Cell:
        """The cases of all groups together: what the limits lie around."""
        return replace(self.total, numerator=self.funnel.successes, denominator=self.funnel.trials)

    @property
    def alike(self) -> bool:
        """Whether every case counts or none does: then all groups are alike, and there is nothing to judge."""
        return self.funnel.successes in (0, self.funnel.trials)

    @property
    def without(self) -> int:
        """How many cases of the period nobody registered a group of; they are in none of the numbers."""
        return self.total.denominator - self.funnel.trials

    def place(self, item: Placed, wide: bool) -> str:
        """Where a group lies, in words."""
        at = item.wide if wide else item.exact
        return _PLACES[at] if at is not None else "ikke vurderet"


def authority_table(of: Authorities) -> Table:
    """Each authority with its cases, its share, and in words where it lies; all of them together last."""
    wider = of.funnel.dispersion.wider
    columns = (
        Column(of.one.capitalize(), weight=2.4),
        Column("Sager", "count", 0.8),
        Column(of.label, "value", 1.3),
        Column("Eksakte grænser", weight=1.4),
        *([Column("Udvidede grænser", weight=1.4)] if wider else []),
        Column("Heraf", "count", 0.8),
    )
    rows = []
    for item in of.funnel.groups:
        name, cases, share, counted = _counted(of.edition, of.name(item.group.id), of.cells[item.group.id])
        places = [TableCell(of.place(item, wide)) for wide in ((False, True) if wider else (False,))]
        rows.append((name, cases, share, *places, counted))
    name, cases, share, counted = _counted(of.edition, "Alle i tabellen", of.all)
    rows.append((name, cases, share, *(TableCell(DASH) for _ in range(1 + wider)), counted))
    return Table(
        of.heading,
        columns,
        tuple(rows),
        (*_notes(of), of.edition.source_line),
        grid="authorities",
        files=(("Hent tallene (CSV)", "myndigheder.csv"),),
    )


def _counted(edition: Edition, name: str, cell: Cell) -> tuple[TableCell, ...]:
    few = FEW if is_few(edition, cell) else ""
    # All of the table together is no cell of the results where some groups were not asked for.
    ref = cell.ref if edition.has_cell(cell.ref) and edition.cell(cell.ref) == cell else ""
    if missing(cell):
        share = TableCell(DASH, ref=ref)
    else:
        exact = round_half_up(Decimal(100 * cell.numerator) / cell.denominator, 6)
        share = TableCell(amount(cell), exact, format=f'0" %{few}"', mark=few, ref=ref)
    return (
        TableCell(name),
        TableCell(danish(cell.denominator), cell.denominator, format="#,##0", ref=ref),
        share,
        TableCell(danish(cell.numerator), cell.numerator, format="#,##0", ref=ref),
    )


def limits_table(of: Authorities) -> Table:
    """The numbers behind the funnel: each authority's share and limits in percent."""
    wider = of.funnel.dispersion.wider
    kinds = ("Eksakt", "Udvidet") if wider else ("Eksakt",)
    columns = (
        Column(of.one.capitalize(), weight=2.4),
        Column("Sager", "count", 0.8),
        Column("Procent", "value", 0.9),
        *(
            Column(f"{kind} {level}", "range", 1.2)
            for kind in kinds
            for level in ("95\u00a0%", "99,8\u00a0%")
        ),
    )
    rows = tuple(_limits_row(of, item, wider) for item in of.funnel.groups if item.limits)
    return Table("Tallene bag figuren: procent og grænser", columns, rows, figure="figur_1")


def _limits_row(of: Authorities, item: Placed, wider: bool) -> tuple[TableCell, ...]:
    if item.limits is None:
        raise ValueError(item.group.id)
    cell = of.cells[item.group.id]
    ref = cell.ref if of.edition.has_cell(cell.ref) else ""
    share = Decimal(100 * item.group.successes) / item.group.trials
    cuts = (*item.limits.exact, *(item.limits.wide if wider else ()))
    return (
        TableCell(of.name(item.group.id)),
        TableCell(danish(item.group.trials), item.group.trials, format="#,##0", ref=ref),
        TableCell(danish(round_half_up(share, 1)), round_half_up(share, 6), format="0.0", ref=ref),
        *(TableCell(limits(cut.low, cut.high, 1), cut.low, cut.high, "0.0") for cut in cuts),
    )


def tiles_table(of: Authorities) -> Table:
    """The numbers behind the tiles: what each short name stands for, its cases and its share."""
    placed = {item.group.id: item for item in of.funnel.groups}
    columns = (
        Column("Kort navn", weight=0.9),
        Column("Navn", weight=2.0),
        Column("Sager", "count", 0.8),
        Column("Procent", "value", 0.9),
    )
    rows = []
    for tile in sorted(of.tiles, key=lambda tile: tile.id):
        cell = of.cells.get(tile.id) if tile.id in placed else None
        if cell is None or missing(cell):
            rows.append((TableCell(tile.short), TableCell(tile.name), TableCell("0", 0), TableCell(DASH)))
        else:
            name, cases, share, _ = _counted(of.edition, tile.name, cell)
            rows.append((TableCell(tile.short), name, cases, share))
    notes = [few_note(of.edition)] if any(is_few(of.edition, cell) for cell in of.cells.values()) else []
    return Table("Tallene bag figuren: fliserne", columns, tuple(rows), tuple(notes), figure="figur_2")


def _notes(of: Authorities) -> list[str]:
    notes = [
        f"{of.many.capitalize()} står efter navn eller kode. »Sager« er {of.base} i perioden med kendt svar; »Heraf« "
        "er dem, der tæller i procenten. »Inden for« betyder mellem de indre grænser (95 %); »over« og »under« er "
        f"den yderste grænse, der er passeret; »ikke vurderet« er under {of.fewest} sager."
    ]
    if any(is_few(of.edition, cell) for cell in of.cells.values()):
        notes.append(few_note(of.edition))
    if told := [
        f"{of.name(id)}: {danish(cell.unknown)} ({bound_limits(cell)} procent)"
        for id, cell in of.cells.items()
        if cell.unknown and bound_limits(cell)
    ]:
        notes.append(
            f"Sager med ukendt svar er ikke regnet med. I parentes, hvad procenten kunne være med dem: "
            f"{'; '.join(told)}."
        )
    return notes

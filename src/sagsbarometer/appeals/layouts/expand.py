"""From a layout to its tables and figures as definitions, and to the numbers they ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sagsbarometer.appeals.groupings import SERIES, Grouping, Value, group_id, row_key
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.layout_schema import FigureFile, RowFile, TableFile
from sagsbarometer.appeals.layouts.spots import (
    ColumnLine,
    RowLine,
    Spot,
    column_lines,
    is_time,
    period_label,
    period_text,
    periods,
    row_lines,
    times,
)
from sagsbarometer.kernel.alphabet import danish_order
from sagsbarometer.kernel.dates import danish_date, english_date
from sagsbarometer.kernel.periods import Period, parse_period
from sagsbarometer.measures.cells import Cell, ref
from sagsbarometer.measures.grid import Grid, GridColumn, GridRow, Place
from sagsbarometer.measures.measure import Break, Figure, FigureRow, Part, Text

_DIGITS = re.compile(r"\d+")
_OWN_FORMAT = ("percent", "days", "weeks")  # units that are printed as they are
_HEAD = 2  # of the path of a column: the list, and the number of the outermost head
Seen = Mapping[str, Sequence[str]]  # grouping to the values a register has, where the law does not list them


@dataclass(frozen=True, slots=True)
class Wanted:
    """One number that is asked for."""

    measure: str
    where: tuple[tuple[str, str], ...]  # grouping and value, sorted
    period: str

    @property
    def ref(self) -> str:
        """The key of its cell."""
        return ref(self.measure, row_key(dict(self.where)), "", self.period)


@dataclass(frozen=True, slots=True)
class Sheets:
    """All that a layout shows: its tables, its figures, and every number of them, each once."""

    grids: tuple[Grid, ...]
    figures: tuple[Figure, ...]
    wanted: tuple[Wanted, ...]
    fleeting: frozenset[tuple[str, str]] = frozenset()  # table and row of groups that only the register knows


def without_empty(sheets: Sheets, cells: Iterable[Cell]) -> Sheets:
    """The sheets without rows of groups that the register knows, but has no case of in any place of the row."""
    some = {cell.ref for cell in cells if cell.numerator or cell.denominator or cell.unknown}

    def kept(grid: Grid, row: GridRow) -> bool:
        refs = [ref for place in row.places if place for ref in place.refs]
        return (grid.id, row.id) not in sheets.fleeting or any(ref in some for ref in refs)

    grids = tuple(
        replace(grid, rows=tuple(row for row in grid.rows if kept(grid, row))) for grid in sheets.grids
    )
    return replace(sheets, grids=grids)


def expand(layout: Layout, seen: Seen, day: date | None = None) -> Sheets:
    """The tables and figures of a layout, with rows and columns for every group and period.

    `day` is the one the register is asked about: a period that it lies in is not over, and is told to be so; of one
    that begins after it there is no number, and of a stock none at the end of a period that is not over.
    """
    asked: dict[Wanted, None] = {}
    tables = [_Sheet(layout, table, seen, asked, day) for table in layout.tables]
    grids = tuple(sheet.grid(table) for sheet, table in zip(tables, layout.tables, strict=True))
    figures = tuple(_Sheet(layout, figure, seen, asked, day).figure(figure) for figure in layout.figures)
    fleeting = frozenset(
        (grid.id, row) for sheet, grid in zip(tables, grids, strict=True) for row in sheet.fleeting
    )
    return Sheets(grids, figures, tuple(asked), fleeting)


@dataclass(frozen=True, slots=True)
class _Column:
    """One column with its period filled in."""

    id: str
    label: Text
    group: Text
    spot: Spot


@dataclass(frozen=True, slots=True)
class _Row:
    """One row with its groups filled in. `spot` says what the row says; `value` is the group it was made for."""

    line: RowLine
    spot: Spot
    label: Text
    level: int
    value: Value | None = None


class _Sheet:
    """One table or figure; what it asks for is added to `asked`."""

    def __init__(
        self,
        layout: Layout,
        sheet: TableFile | FigureFile,
        seen: Seen,
        asked: dict[Wanted, None],
        day: date | None,
    ) -> None:
        self.layout = layout
        self.sheet = sheet
        self.seen = seen
        self.asked = asked
        self.periods = periods(sheet)
        self.labels: dict[str, Text] = {}
        self.day = day
        self.begun: dict[str, Text] = {}  # periods with numbers that are not over, in words
        self.fleeting: set[str] = set()  # rows of groups that only the register knows

    def grid(self, table: TableFile) -> Grid:
        """The table as a definition."""
        columns = tuple(self._columns())
        rows: list[GridRow] = []
        ids: set[str] = set()
        for row in self._rows():
            file = row.line.file
            if file.heading is not None:
                rows.append(GridRow(_unused("heading", ids), file.heading, 1, (), is_heading=True))
                continue
            places = tuple(self._place(row, column) for column in columns)
            id, breaks = _unused(_row_id(row), ids), self._behind(row, columns)
            rows.append(GridRow(id, row.label, row.level, places, breaks=breaks))
            if row.value is not None and self.layout.groupings[file.each or ""].values is None:
                self.fleeting.add(rows[-1].id)
        return Grid(
            id=table.id,
            number=table.number,
            title=table.title,
            note=self._note(table.note or self.layout.note),
            stub=table.stub,
            columns=tuple(GridColumn(column.id, column.label, column.group) for column in columns),
            rows=tuple(rows),
            labels=self.labels,
        )

    def figure(self, figure: FigureFile) -> Figure:
        """The figure as a definition; a row in which nothing applies is left out."""
        columns = tuple(self._columns())
        rows: list[FigureRow] = []
        ids: set[str] = set()
        for row in self._rows():
            cells = {column.id: self._ref(row, column.spot) for column in columns}
            told = {part: cell for part, cell in cells.items() if cell is not None}
            total = self._ref(row, replace(columns[0].spot, measure=figure.total)) if figure.total else None
            if told:
                condition = row.spot.where.get("condition", "")
                id, breaks = _unused(_row_id(row), ids), self._breaks(row)
                rows.append(FigureRow(id, row.label, told, total or "", condition, breaks))
        parts = tuple(Part(column.id, column.label) for column in columns) if figure.parts else ()
        return Figure(
            id=figure.id,
            number=figure.number,
            kind=figure.kind,
            title=figure.title,
            note=self._note(figure.note or self.layout.note),
            rows=tuple(rows),
            parts=parts,
            also=(),
            generalisable=False,
            why_not=self.layout.why_not,
            alt=figure.alt or {},
        )

    # --- columns ---

    def _columns(self) -> Iterator[_Column]:
        """Every column; those under one head that is repeated stand together, period by period."""
        lines = list(column_lines(self.sheet))
        ids: set[str] = set()
        while lines:
            line = lines.pop(0)
            if not line.each_period:
                yield self._column(line, None, ids)
                continue
            together = [line]
            while lines and line.heads and lines[0].path[:_HEAD] == line.path[:_HEAD]:
                together.append(lines.pop(0))
            for item in self.sheet.periods:
                for one in together:
                    yield self._column(one, (period_text(item), period_label(item)), ids)

    def _column(self, line: ColumnLine, period: tuple[str, Text] | None, ids: set[str]) -> _Column:
        said = replace(line.spot, period=period[0]) if period else line.spot
        own: Text | None = line.file.label
        heads: list[Text] = [head.label for head in line.heads if head.label]
        if period:
            heads = [period[1], *heads]
            if own is None and not line.heads:
                own = heads.pop(0)
        group = _joined(heads)
        if isinstance(self.sheet, FigureFile) and not self.sheet.parts:
            return _Column("", {}, {}, said)
        measure = "" if period and not line.heads else said.measure or ""
        default = "_".join(part for part in (_id(period[0]) if period else "", measure) if part)
        name = getattr(line.file, "id", None) or default or "column"
        return _Column(_unused(name, ids), own or self._measure_label(said), group, said)

    def _measure_label(self, said: Spot) -> Text:
        return self.layout.measures[said.measure].label if said.measure else {}

    # --- rows ---

    def _rows(self) -> Iterator[_Row]:
        lines = list(row_lines(self.sheet))
        for index, line in enumerate(lines):
            if not line.above:
                under = [item for item in lines[index + 1 :] if item.path[: len(line.path)] == line.path]
                yield from self._repeated(line, under, Spot(), 1, None)

    def _repeated(
        self, line: RowLine, under: Sequence[RowLine], outer: Spot, level: int, parent: Value | None
    ) -> Iterator[_Row]:
        """The rows a line stands for, each followed by those under it. `parent`: the law area above."""
        for said, label, value in self._values(line.file, parent):
            own = said.over(Spot(where={**outer.where, **line.spot.where}, period=outer.period))
            if line.file.each == "case_subject" and parent is not None:
                own = replace(own, where=_without(own.where, "law_area"))  # a subject has one law area
            spot = own.over(replace(line.spot, where={}))
            at = 0 if line.file.total is not None else level
            yield _Row(line, spot, label or self._label(line.file, spot), at, value)
            if under:
                area = value if line.file.each == "law_area" else parent
                yield from self._repeated(under[0], under[1:], own, level + 1, area)

    def _values(
        self, file: RowFile, parent: Value | None
    ) -> Iterator[tuple[Spot, Text | None, Value | None]]:
        if file.each is None:
            yield Spot(), file.total or file.label, None
        elif is_time(file.each):
            for period, label in times(self.sheet, file.each):
                yield Spot(period=period), label, None
        else:
            grouping = self.layout.groupings[file.each]
            for value in self._members(grouping, file, parent):
                label = file.labels.get(value.id, value.label)
                self.labels[f"{grouping.id}={value.id}"] = label
                yield Spot(where={grouping.id: value.id}), label, value

    def _members(self, grouping: Grouping, file: RowFile, parent: Value | None) -> Iterator[Value]:
        """The groups of a row: those listed, or all that were in force in one of the periods."""
        known = self._known(grouping)
        if file.values != "all":
            yield from (known.get(id) or Value(id, {"da": id}) for id in file.values)
            return
        for value in known.values():
            under = not (parent and value.parent) or value.parent == parent.id
            if under and any(period.meets(value.first, value.last) for period in self.periods):
                yield value

    def _known(self, grouping: Grouping) -> Mapping[str, Value]:
        if grouping.values is not None:
            return grouping.values
        found = [
            Value(id, grouping.labels.get(id, {"da": id}))
            for id in map(group_id, self.seen.get(grouping.id, ()))
        ]
        return {value.id: value for value in sorted(found, key=lambda value: danish_order(value.label["da"]))}

    def _label(self, file: RowFile, said: Spot) -> Text:
        """What a row without words of its own is called: its group, else its measure."""
        for grouping, value in reversed(file.where.items()):
            known = self._known(self.layout.groupings[grouping]).get(value)
            return known.label if known else {"da": value}
        return self._measure_label(said)

    # --- places ---

    def _place(self, row: _Row, column: _Column) -> Place | None:
        said = self._said(row, column.spot)
        if not self._applies(said):
            return None
        measure = self.layout.measures[said.measure or ""]
        form = said.format or (measure.unit if measure.unit in _OWN_FORMAT else "count")
        if said.top is None:
            return Place((self._ask(said),), form)
        refs = []
        for value in self._known(self.layout.groupings[said.top]).values():
            refs.append(self._ask(replace(said, where={**said.where, said.top: value.id})))
            self.labels[f"{said.top}={value.id}"] = value.label
        return Place(tuple(refs), form, top=True)

    def _ref(self, row: _Row, column: Spot) -> str | None:
        """The key of a figure's number; None where the group was not in force."""
        said = self._said(row, column)
        return self._ask(said) if self._applies(said) else None

    def _said(self, row: _Row, column: Spot) -> Spot:
        return row.spot.over(column.swapped(row.line.file.instead))

    def _ask(self, said: Spot) -> str:
        wanted = Wanted(said.measure or "", tuple(sorted(said.where.items())), said.period or "")
        self.asked[wanted] = None
        return wanted.ref

    def _applies(self, said: Spot) -> bool:
        """Whether every group was in force on some day of the period: else there is no number, not even nought."""
        period: Period = parse_period(said.period or "")
        if self.day is not None and self.day < period.last:
            if self.day < period.first or self.layout.measures[said.measure or ""].stock:
                return False
            # A year in a note is no figure of ours.
            fixed = {"da": period.danish, "en": period.english}
            self.begun[period.id] = {
                language: _DIGITS.sub(r"[\g<0>]{.fixed}", words) for language, words in fixed.items()
            }
        values = (
            (self.layout.groupings[grouping].values or {}).get(value)
            for grouping, value in said.where.items()
        )
        return all(value is None or period.meets(value.first, value.last) for value in values)

    def _note(self, note: Text) -> Text:
        """The note, and which of the periods are not over."""
        if not self.begun or self.day is None:
            return note
        da, en = _listed(self.begun, "da", " og "), _listed(self.begun, "en", " and ")
        begun, passed = (
            "tallene er for den del af perioden, der er gået",
            "the numbers are of the part before it",
        )
        over = {
            "da": f"{da} er ikke slut {danish_date(self.day)}: {begun}.",
            "en": f"{en} had not ended on {english_date(self.day)}: {passed}.",
        }
        return {
            **note,
            **{
                language: f"{note[language].rstrip()} {words}" if note.get(language) else words
                for language, words in over.items()
                if language == "da" or note.get("en") or not note
            },
        }

    def _behind(self, row: _Row, columns: Sequence[_Column]) -> tuple[Break, ...]:
        """Where the topic or the law area of a row begins to be counted in another way, whenever that is."""
        groups = dict.fromkeys(
            group for column in columns for group in self._said(row, column.spot).where.items()
        )
        values = ((self.layout.groupings[grouping].values or {}).get(id) for grouping, id in groups)
        return tuple(item for value in values if value for item in _told(value))

    def _breaks(self, row: _Row) -> tuple[Break, ...]:
        """Where the topic of a row changed law, within the periods of the figure."""
        value = row.value
        if value is None and SERIES in row.spot.where:
            value = (self.layout.groupings[SERIES].values or {}).get(row.spot.where[SERIES])
        found = _told(value) if value else ()
        first, last = min(item.first for item in self.periods), max(item.last for item in self.periods)
        # A break before the first day shown, or on it, breaks nothing that is shown.
        return tuple(item for item in found if first.isoformat() < item.date <= last.isoformat())


def _listed(begun: Mapping[str, Text], language: str, word: str) -> str:
    return word.join(", ".join(text[language] for text in begun.values()).rsplit(", ", 1))


def _told(value: Value) -> tuple[Break, ...]:
    return tuple(Break(item.date, item.kind, item.note, item.law) for item in value.breaks)


def _joined(heads: Sequence[Text]) -> Text:
    languages = dict.fromkeys(language for head in heads for language in head)
    return {language: " ".join(head.get(language) or head["da"] for head in heads) for language in languages}


def _without(where: Mapping[str, str], grouping: str) -> dict[str, str]:
    return {key: value for key, value in where.items() if key != grouping}


def _row_id(row: _Row) -> str:
    """What a text calls the row: its group or period, else its measure; `total` where it is the total."""
    if row.line.file.total is not None:
        return "total"
    if is_time(row.line.file.each):
        return _id(row.spot.period or "")
    if row.line.file.each is not None:
        return _id(row.spot.where[row.line.file.each])
    instead = row.line.file.instead
    return _id(next(iter(instead.values()), "") or row.spot.measure or row_key(row.spot.where))


def _id(text: str) -> str:
    return "".join(char if char.isascii() and char.isalnum() else "_" for char in text)


def _unused(id: str, ids: set[str]) -> str:
    """`id`, or with a number after it where it is taken; the one returned is taken from then on."""
    number, own = 1, id
    while own in ids:
        number += 1
        own = f"{id}_{number}"
    ids.add(own)
    return own

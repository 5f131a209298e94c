"""A printed table as rows of named entries, whichever way the file lies, and how rows are picked out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from sagsbarometer.checking.delimited import Delimited
from sagsbarometer.checking.numbers import PERCENT, PLAIN, Number, Spot, Words, printed
from sagsbarometer.datafiles.validated import Strict, Word
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Place, Problem

# What a document prints where a number does not apply.
BLANKS = frozenset({"", "-", "–"})


def _listed(raw: object) -> object:
    return raw if isinstance(raw, list | dict) else [raw]


class Other(Strict):
    """Every value but these."""

    values: Annotated[list[Word], BeforeValidator(_listed)] = Field(alias="not")


Choice = Annotated[list[Word] | Other, BeforeValidator(_listed)]
Selector = Mapping[str, Choice]


class Turn(Strict):
    """A file whose rows are measures, turned so that each becomes a column, with one row per value of `by`.

    Long: `name` and `by` are columns and `value` the number. Wide: `columns` names the file's column of each `by`.
    """

    name: str
    by: str
    value: str = ""
    columns: dict[Word, str] = {}
    names: dict[str, str] = {}  # what stands in the file to the column it becomes


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed place. `line`: the line or lines of the document's plain text, "" when not known."""

    text: str
    place: Place
    line: str


@dataclass(frozen=True, slots=True)
class Table:
    """A printed table. `scales`: the columns that hold numbers, and whether they are percentages or plain.

    `exact` are the columns of counts; other numbers were rounded when they were printed.
    """

    document: str
    id: str
    title: str  # »Tabel 4.3«
    data_date: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    scales: Mapping[str, str]
    exact: frozenset[str]
    rows: tuple[Mapping[str, Entry], ...]

    def select(self, selector: Selector) -> list[Mapping[str, Entry]]:
        """The rows that fit every part of the selector, in printed order."""
        return [
            row
            for row in self.rows
            if all(_fits(row[column].text, wanted) for column, wanted in selector.items())
        ]

    def name(self, row: Mapping[str, Entry]) -> str:
        """What tells a row from the others: its key values, joined."""
        return " / ".join(text for column in self.key if (text := row[column].text)) or "i alt"

    def spot(self, entry: Entry) -> Spot:
        """The place of an entry, with what is printed there."""
        return Spot(self.document, str(entry.place), entry.line, entry.text)

    def number(self, row: Mapping[str, Entry], column: str) -> Number | None:
        """The number printed in a column, or None where the table leaves it blank."""
        entry = row[column]
        if entry.text in BLANKS or column not in self.scales:
            return None
        return printed(entry.text, self.scales[column], column not in self.exact, (self.spot(entry),))

    def value(self, row: Mapping[str, Entry], column: str) -> Number | Words | None:
        """The number or the words printed in a column; None where it is blank."""
        if column in self.scales:
            return self.number(row, column)
        entry = row[column]
        return Words(entry.text, (self.spot(entry),)) if entry.text not in BLANKS else None

    def missing(self, columns: Iterable[str]) -> list[str]:
        """Those of `columns` that the table does not have."""
        return sorted({column for column in columns if column not in self.columns})


def _fits(text: str, wanted: Choice) -> bool:
    return text not in wanted.values if isinstance(wanted, Other) else text in wanted


def rows_of(
    file: Delimited, turn: Turn | None, lines: Sequence[str], line_column: str
) -> tuple[tuple[str, ...], tuple[Mapping[str, Entry], ...], list[Problem]]:
    """Columns, rows and faults (CHECK-104) of a file. `lines` gives each file row's line, else `line_column` does."""
    where = file.columns.index(line_column) if line_column in file.columns else None

    def line(index: int) -> str:
        if where is not None:
            return file.rows[index][where]
        return lines[index] if index < len(lines) else lines[-1] if len(lines) == 1 else ""

    if turn is None:
        rows = tuple(
            {
                column: Entry(text, file.place(index, column), line(index))
                for column, text in zip(file.columns, row, strict=True)
            }
            for index, row in enumerate(file.rows)
        )
        return file.columns, rows, []
    needed = [turn.name, *turn.columns.values(), *([turn.by, turn.value] if not turn.columns else [])]
    if absent := sorted(set(needed) - set(file.columns)):
        fault = f"Kolonner mangler: {', '.join(shown(column) for column in absent)}."
        return (), (), [_fault(Place(file.name, row=1), fault, "Ret turn: i check.yaml, eller tilføj dem.")]
    return _turned(file, turn, [line(index) for index in range(len(file.rows))])


def _turned(
    file: Delimited, turn: Turn, lines: Sequence[str]
) -> tuple[tuple[str, ...], tuple[Mapping[str, Entry], ...], list[Problem]]:
    at = {column: number for number, column in enumerate(file.columns)}
    grouped: dict[str, dict[str, Entry]] = {}
    names: dict[str, None] = {}
    problems = []
    for index, row in enumerate(file.rows):
        name = turn.names.get(row[at[turn.name]], row[at[turn.name]])
        names[name] = None
        cells = (
            [(by, column) for by, column in turn.columns.items()]
            if turn.columns
            else [(row[at[turn.by]], turn.value)]
        )
        for by, column in cells:
            entries = grouped.setdefault(by, {turn.by: Entry(by, file.place(index, turn.by), lines[index])})
            if name in entries:
                fault = f"{shown(name)} står to gange for {shown(by)}."
                problems.append(_fault(file.place(index, turn.name), fault, "Slet den ene."))
                continue
            entries[name] = Entry(row[at[column]], file.place(index, column), lines[index])
    for by, entries in grouped.items():
        for name in names.keys() - entries.keys():
            fault = f"{shown(name)} mangler for {shown(by)}."
            problems.append(
                _fault(Place(file.name), fault, "Tilføj rækken; er den tom på tryk, så med en tom celle.")
            )
    return (turn.by, *names), tuple(grouped.values()), problems


def not_numbers(file: str, table: Table) -> list[Problem]:
    """CHECK-105 for each cell of a number column that is neither blank nor a number, or a count with decimals."""
    problems = []
    for row in table.rows:
        for column in table.scales:
            entry = row[column]
            if entry.text in BLANKS:
                continue
            number = table.number(row, column)
            if number is None or (column in table.exact and number.decimals):
                what = "et helt tal" if column in table.exact else "et tal"
                fault = f"Der står {shown(entry.text)}, som ikke er {what}."
                remedy = "Skriv tallet uden tusindtalspunktum og med punktum som decimaltegn."
                problems.append(Problem("CHECK-105", entry.place, fault, remedy))
    return problems


def scales_of(counts: Iterable[str], percents: Iterable[str], numbers: Iterable[str]) -> dict[str, str]:
    """Number columns to their scale."""
    return {**dict.fromkeys(percents, PERCENT), **dict.fromkeys((*counts, *numbers), PLAIN)}


def _fault(place: Place, fault: str, remedy: str) -> Problem:
    return Problem("CHECK-104", place, fault, remedy)

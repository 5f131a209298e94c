"""A document folder as it is checked: its tables, its claims, and what is said about both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from sagsbarometer.checking.delimited import Delimited, read_delimited
from sagsbarometer.checking.guess import Dropped, guessed_document
from sagsbarometer.checking.numbers import PERCENT, PLAIN, Spot, Value, Words, known, parsed, printed
from sagsbarometer.checking.structure import DocumentFile, TableFile
from sagsbarometer.checking.table import Table, not_numbers, rows_of, scales_of
from sagsbarometer.datafiles.located import Located, read_yaml
from sagsbarometer.datafiles.validated import validated
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem

STRUCTURE, CLAIMS, MAPPING = "check.yaml", "claims.csv", "claims.yaml"
# Our column to the names it has in the files of others.
_CLAIM_COLUMNS = {
    "id": ("id",),
    "line": ("line", "line_number"),
    "quantity": ("quantity",),
    "value": ("value",),
    "unit": ("unit",),
    "base": ("base", "denominator_or_n"),
    "period": ("period",),
    "qualifier": ("qualifier",),
}
# What a value in words is: a date or a span of time, even where it looks like a number.
_TIMES = frozenset({"date", "month", "quarter", "period", "interval"})
POINTS = frozenset({"percentage points", "percentage_points"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A quantitative statement of a document's text. `value` is None when it has no number."""

    id: str
    line: str
    quote: str  # "" unless the folder has the document's own words
    quantity: str
    text: str  # the value as it stands in the file
    value: Value | None
    unit: str
    base: str
    period: str
    qualifier: str
    place: Place


@dataclass(frozen=True, slots=True)
class Dossier:
    """One document. `mapping` is None where nothing says what the claims are about.

    `guessed`: nothing says what the tables are made of either, and it was read from their numbers.
    """

    id: str
    structure: DocumentFile
    located: Located
    tables: Mapping[str, Table]
    claims: Mapping[str, Claim]
    mapping: Located | None
    guessed: bool = False
    dropped: tuple[Dropped, ...] = ()  # rules that too few rows keep to be guessed

    @property
    def data_dates(self) -> frozenset[str]:
        """The days its data were drawn: of the document and of its tables."""
        return frozenset(
            {self.structure.data_date, *(table.data_date for table in self.tables.values())} - {""}
        )

    def claim_spot(self, claim: Claim) -> Spot:
        """Where a claim stands, with what it says."""
        return Spot(self.id, str(claim.place), claim.line, claim.text)


def load_dossier(folder: Path, shipped: Path | None) -> Dossier:
    """The document in a folder. What the folder does not say itself is taken from `shipped`, the same document as
    it comes with the program.

    Raises Faults with every fault: CHECK-102 a file that cannot be read, CHECK-103 check.yaml says something it should
    not, CHECK-104 a column, row or table that is not there, CHECK-105 a number that is none, CHECK-116 an id twice;
    YAML-1xx.
    """
    located = _yaml(folder, shipped, STRUCTURE)
    guess = located is None
    dropped: tuple[Dropped, ...] = ()
    if located is None:
        data, dropped = guessed_document(folder, {CLAIMS, "references.csv"})
        located = Located(f"{folder.name}/{STRUCTURE}", data, {})
    structure, problems = validated(located, DocumentFile, code="CHECK-103")
    if structure is None:
        raise Faults(problems)
    tables: dict[str, Table] = {}
    for index, file in enumerate(structure.tables):
        try:
            table = _table(folder, structure, file, located.place("tables", index))
        except Faults as faults:
            problems += faults.problems
            continue
        if file.id in tables:
            problems.append(_double(located.place("tables", index, "id"), file.id))
        tables[file.id] = table
    claims: dict[str, Claim] = {}
    if (folder / CLAIMS).exists():
        try:
            claims = _claims(read_delimited(folder / CLAIMS, f"{folder.name}/{CLAIMS}"))
        except Faults as faults:
            problems += faults.problems
    try:
        mapping = _yaml(folder, shipped, MAPPING) if claims else None
    except Faults as faults:
        raise Faults([*problems, *faults.problems]) from None
    if problems:
        raise Faults(problems)
    return Dossier(structure.document, structure, located, tables, claims, mapping, guess, dropped)


def _yaml(folder: Path, shipped: Path | None, name: str) -> Located | None:
    for place in (folder, shipped):
        if place is not None and (place / name).exists():
            return read_yaml(place / name, f"{folder.name}/{name}")
    return None


def _table(folder: Path, document: DocumentFile, file: TableFile, place: Place) -> Table:
    name = f"{folder.name}/{file.file}"
    read = read_delimited(folder / file.file, name)
    if file.ids:
        read = _named(read, file.ids, place)
    if len(file.lines) not in (0, 1, len(read.rows)):
        fault = f"lines har {len(file.lines)} linjer, {shown(file.file)} har {len(read.rows)} rækker."
        raise Faults(
            [Problem("CHECK-104", place, fault, "Skriv én linje for hver række i filen, eller én for alle.")]
        )
    columns, rows, problems = rows_of(read, file.turn, file.lines, file.line_column)
    scales = scales_of(file.counts, file.percents, file.numbers)
    table = Table(
        document=document.document,
        id=file.id,
        title=file.title or file.file,
        data_date=file.data_date or document.data_date,
        key=tuple(file.key),
        columns=columns,
        scales=scales,
        exact=frozenset(file.counts),
        rows=rows,
    )
    if not problems:
        problems = _columns(table, file, place, name) or [*not_numbers(name, table), *_alike(table)]
    if problems:
        raise Faults(problems)
    return table


def _named(read: Delimited, ids: Sequence[str], place: Place) -> Delimited:
    if len(ids) != len(read.rows):
        fault = f"ids har {len(ids)} navne, {shown(read.name)} har {len(read.rows)} rækker."
        raise Faults([Problem("CHECK-104", place, fault, "Skriv ét navn for hver række i filen.")])
    rows = tuple((id, *row) for id, row in zip(ids, read.rows, strict=True))
    return Delimited(read.name, ("id", *read.columns), rows)


def _columns(table: Table, file: TableFile, place: Place, name: str) -> list[Problem]:
    problems = []
    if absent := table.missing(file.mentioned()):
        fault = f"{name} har ikke {', '.join(shown(column) for column in absent)}."
        problems.append(Problem("CHECK-104", place, fault, "Ret kolonnens navn i check.yaml eller i filen."))
    if wordy := sorted(file.numeric() - set(table.scales)):
        fault = f"Der regnes med {', '.join(shown(column) for column in wordy)}, som ikke er meldt som tal."
        problems.append(Problem("CHECK-103", place, fault, "Tilføj under counts, percents eller numbers."))
    return problems


def _alike(table: Table) -> list[Problem]:
    """Rows that cannot be told apart."""
    seen: set[tuple[str, ...]] = set()
    problems = []
    for row in table.rows:
        key = tuple(row[column].text for column in table.key)
        if key in seen:
            fault = f"Rækken {shown(table.name(row))} står to gange."
            problems.append(
                Problem("CHECK-116", row[table.key[0]].place, fault, "Slet den ene, eller udvid key.")
            )
        seen.add(key)
    return problems


def _claims(file: Delimited) -> dict[str, Claim]:
    at = {}
    for ours, theirs in _CLAIM_COLUMNS.items():
        found = next((name for name in theirs if name in file.columns), None)
        if found is None:
            fault = f"Kolonnen {' eller '.join(theirs)} mangler."
            raise Faults([Problem("CHECK-104", Place(file.name, row=1), fault, "Tilføj den i første linje.")])
        at[ours] = file.columns.index(found)
    quote = file.columns.index("quote") if "quote" in file.columns else None
    claims: dict[str, Claim] = {}
    problems = []
    for index, row in enumerate(file.rows):
        cell = {name: row[column] for name, column in at.items()}
        if not cell["id"] or cell["id"] in claims:
            problems.append(_double(file.place(index, "id"), cell["id"]))
        claims[cell["id"]] = Claim(
            id=cell["id"],
            line=cell["line"],
            quote=row[quote] if quote is not None else "",
            quantity=cell["quantity"],
            text=cell["value"],
            value=_value(cell["value"], cell["unit"]),
            unit=cell["unit"],
            base=cell["base"],
            period=cell["period"],
            qualifier=cell["qualifier"],
            place=file.place(index, "value"),
        )
    if problems:
        raise Faults(problems)
    return claims


def _value(text: str, unit: str) -> Value | None:
    if not text:
        return None
    number = None if unit in _TIMES else parsed(text)
    if number is None:
        return Words(text)
    exact, decimals = number
    if unit == "share":
        return known(_simple(exact) * 100, PERCENT)
    scale = PERCENT if unit == "percent" or unit in POINTS else PLAIN
    found = printed(text, scale, rounded=scale == PERCENT or decimals > 0)
    return replace(found, points=True) if found and unit in POINTS else found


def _simple(share: Fraction) -> Fraction:
    """A third written as 0.3333 is a third."""
    near = share.limit_denominator(12)
    return near if abs(near - share) < Fraction(1, 10_000) else share


def _double(place: Place, id: str) -> Problem:
    fault = f"{shown(id)} står to gange." if id else "Id mangler."
    return Problem("CHECK-116", place, fault, "Giv hver sit id.")

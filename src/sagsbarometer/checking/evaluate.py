"""The value of an expression, out of the documents that are there and the results that were given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sagsbarometer.checking import numbers
from sagsbarometer.checking.dossier import Claim, Dossier
from sagsbarometer.checking.expression import (
    CellAt,
    ClaimAt,
    Condition,
    Constant,
    DateOf,
    Expression,
    Fold,
    Over,
    ResultAt,
)
from sagsbarometer.checking.numbers import ANY, PERCENT, PLAIN, NotComputable, Number, Spot, Value, Words
from sagsbarometer.checking.structure import Rows
from sagsbarometer.checking.table import Entry, Table
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import Cell, ResultSet


@dataclass(frozen=True, slots=True)
class World:
    """All that a statement may be about. `absent`: documents we know of that were not given."""

    documents: Mapping[str, Dossier]
    absent: frozenset[str]
    results: Sequence[ResultSet]

    def document(self, id: str, place: Place) -> Dossier:
        """A document. Raises NotComputable when it is absent, Faults CHECK-107 when nobody knows it."""
        if id in self.documents:
            return self.documents[id]
        if id in self.absent:
            raise NotComputable(f"Dokumentet {id} er ikke med i det, der kontrolleres.")
        raise unknown(place, f"Dokumentet {shown(id)} findes ikke.")

    def table(self, document: str, id: str, place: Place) -> Table:
        """A table of a document. Raises as `document`."""
        tables = self.document(document, place).tables
        if id not in tables:
            raise unknown(place, f"Dokumentet {document} har ingen tabel {shown(id)} i check.yaml.")
        return tables[id]

    def claim(self, document: str, id: str, place: Place) -> Claim:
        """A claim of a document. Raises as `document`."""
        claims = self.document(document, place).claims
        if id not in claims:
            raise unknown(place, f"Dokumentet {document} har intet udsagn {shown(id)}.")
        return claims[id]


def evaluate(expression: Expression, world: World) -> Value:
    """The value, with the places it was made of.

    Raises NotComputable when something is not there that need not be, and Faults for what is wrong: CHECK-106 a row
    selector that hits none or several, CHECK-107 something that does not exist, CHECK-114 units that do not fit,
    CHECK-115 a result that several runs give differently.
    """
    if isinstance(expression, CellAt):
        return _cell(expression, world)
    if isinstance(expression, ClaimAt):
        return _claim(expression, world)
    if isinstance(expression, ResultAt):
        return _result(expression, world)
    if isinstance(expression, Constant):
        return _constant(expression, world)
    if isinstance(expression, DateOf):
        dossier = world.document(expression.document, expression.place)
        if not dossier.structure.data_date:
            raise NotComputable(f"Datadatoen for {dossier.id} er ikke oplyst.")
        spot = Spot(dossier.id, "check.yaml", "", dossier.structure.data_date)
        return Words(dossier.structure.data_date, (spot,))
    if isinstance(expression, Over):
        return _over(expression, world)
    return _fold(expression, world)


def picked(table: Table, rows: Rows, place: Place) -> list[Mapping[str, Entry]]:
    """The rows of a selector. Raises Faults CHECK-107 for a column the table does not have."""
    if absent := table.missing(rows):
        raise unknown(place, f"{table.id} har ingen kolonne {', '.join(shown(column) for column in absent)}.")
    return table.select(rows)


def unknown(place: Place, fault: str) -> Faults:
    """CHECK-107."""
    return Faults([Problem("CHECK-107", place, fault, "Se efter stavningen.")])


def unfit(place: Place, fault: str) -> Faults:
    """CHECK-114."""
    remedy = "Regn antal om til procent med percent, eller ret udtrykket."
    return Faults([Problem("CHECK-114", place, fault, remedy)])


def _value(table: Table, row: Mapping[str, Entry], column: str, place: Place) -> Value | None:
    if table.missing([column]):
        raise unknown(place, f"{table.id} har ingen kolonne {shown(column)}.")
    return table.value(row, column)


def _cell(at: CellAt, world: World) -> Value:
    table = world.table(at.document, at.table, at.place)
    rows = picked(table, at.row, at.place)
    if len(rows) != 1:
        fault = f"Vælgeren rammer {len(rows)} rækker i {table.id}; der skal være netop én."
        raise Faults([Problem("CHECK-106", at.place, fault, "Gør vælgeren snævrere, eller ret den.")])
    value = _value(table, rows[0], at.column, at.place)
    if value is None:
        raise NotComputable(f"{table.title} har intet tal dér.")
    return value


def _claim(at: ClaimAt, world: World) -> Value:
    claim = world.claim(at.document, at.claim, at.place)
    if claim.value is None:
        raise NotComputable(f"Udsagnet {claim.id} har intet tal.")
    spot = world.documents[at.document].claim_spot(claim)
    return replace(claim.value, spots=(spot,))


def _constant(constant: Constant, world: World) -> Value:
    spots: tuple[Spot, ...] = ()
    if constant.document:
        dossier = world.document(constant.document, constant.place)
        spots = (Spot(dossier.id, "tekst", constant.line, constant.text),)
    if constant.is_text:
        return Words(constant.text, spots)
    number = numbers.known(Fraction(constant.text), PERCENT if constant.is_percent else ANY, spots)
    # Only what a document prints has decimals; a number of the mapping's own is exact.
    stated = numbers.parsed(constant.text) if constant.document else None
    return replace(number, decimals=stated[1] if stated else None)


def _result(at: ResultAt, world: World) -> Value:
    if not world.results:
        raise NotComputable("Kræver beregnede resultater (--results).")
    cells = [_found(results, at.ref) for results in world.results]
    found = [cell for cell in cells if cell is not None and at.data_date in ("", cell.data_date)]
    if not found:
        raise NotComputable(f"Resultatet {shown(at.ref, 80)} findes ikke i de angivne resultater.")
    values = {_of(cell, at) for cell in found}
    if len(values) > 1 and at.document in world.documents:
        dates = world.documents[at.document].data_dates
        values = {_of(cell, at) for cell in found if cell.data_date in dates} or values
    if len(values) != 1:
        fault = f"Resultatet {shown(at.ref, 80)} er forskelligt i de angivne mapper."
        raise Faults([Problem("CHECK-115", at.place, fault, "Skriv data_date, eller angiv færre mapper.")])
    return next(iter(values))


def _found(results: ResultSet, ref: str) -> Cell | None:
    try:
        return results.at(ref)
    except KeyError:
        return None


def _of(cell: Cell, at: ResultAt) -> Number:
    if at.as_ == "percent":
        if cell.exact is None:
            raise NotComputable(f"Resultatet {shown(at.ref, 80)} har ingen sager i basen.")
        value, scale = cell.exact, PERCENT
    elif at.as_ == "value":
        if cell.value is None:
            raise NotComputable(f"Resultatet {shown(at.ref, 80)} har ingen værdi.")
        value, scale = Fraction(cell.value), PERCENT if cell.unit == "percent" else PLAIN
    else:
        value, scale = Fraction(cell.numerator if at.as_ == "count" else cell.denominator), PLAIN
    return numbers.known(value, scale, (Spot("", at.ref, "", numbers.danish(value)),))


def _over(over: Over, world: World) -> Value:
    table = world.table(over.document, over.table, over.place)
    rows = picked(table, over.rows, over.place)
    if over.operation == "count_of":
        counted = [row for row in rows if all(_holds(table, row, item, over.place) for item in over.where)]
        column = over.where[0].column if over.where else table.key[0]
        spots = tuple(table.spot(row[column]) for row in counted)
        return numbers.known(len(counted), PLAIN, spots or (Spot(table.document, table.title, "", "0"),))
    values = [_value(table, row, over.column, over.place) for row in rows]
    found = [value for value in values if isinstance(value, Number)]
    if any(isinstance(value, Words) for value in values):
        raise unfit(over.place, f"{shown(over.column)} i {table.id} er ikke en talkolonne.")
    if not found:
        raise NotComputable(f"{table.title} har ingen tal dér.")
    if over.operation == "sum_of":
        return numbers.total(found)
    return numbers.extreme(found, min if over.operation == "min_of" else max)


def _holds(table: Table, row: Mapping[str, Entry], condition: Condition, place: Place) -> bool:
    left = _value(table, row, condition.column, place)
    right: Value | None
    if condition.is_column:
        right = _value(table, row, condition.text, place)
    elif isinstance(left, Number):
        if numbers.parsed(condition.text) is None:
            raise unfit(place, f"{shown(condition.text)} er ikke et tal.")
        right = numbers.known(Fraction(condition.text))
    else:
        right = Words(condition.text)
    if left is None or right is None:
        return False
    if isinstance(left, Words) or isinstance(right, Words):
        if condition.operator not in ("equals", "differs"):
            raise unfit(place, f"{shown(condition.column)} er tekst og har ingen rækkefølge.")
        same = isinstance(left, Words) and isinstance(right, Words) and left.text == right.text
        return same if condition.operator == "equals" else not same
    return {
        "at_least": left.exact >= right.exact,
        "more_than": left.exact > right.exact,
        "at_most": left.exact <= right.exact,
        "less_than": left.exact < right.exact,
        "equals": left.exact == right.exact,
        "differs": left.exact != right.exact,
    }[condition.operator]


def _fold(fold: Fold, world: World) -> Value:
    parts = []
    for part in fold.parts:
        value = evaluate(part, world)
        if isinstance(value, Words):
            raise unfit(part.place, "Der kan ikke regnes med tekst.")
        parts.append(value)
    try:
        return _arithmetic(fold, parts)
    except ValueError:
        raise unfit(
            fold.place, f"{fold.operation} har dele i forskellige enheder (procent og antal)."
        ) from None


def _arithmetic(fold: Fold, parts: list[Number]) -> Number:
    if fold.operation == "sum":
        return numbers.total(parts)
    if fold.operation == "difference":
        return numbers.difference(*parts)
    if fold.operation == "product":
        return numbers.product(parts)
    if fold.operation in ("ratio", "percent"):
        return numbers.ratio(parts[0], parts[1], percent=fold.operation == "percent")
    if fold.operation == "rounded":
        return numbers.rounded(parts[0], fold.decimals)
    return numbers.extreme(parts, min if fold.operation == "min" else max)

"""What a statement is about, as data: a printed place, a claim, a computed cell, or a little arithmetic of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from sagsbarometer.checking.numbers import parsed
from sagsbarometer.checking.structure import Rows
from sagsbarometer.datafiles.located import Located, Path_
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Place, Problem

As = Literal["percent", "count", "base", "value"]
Operator = Literal["at_least", "more_than", "at_most", "less_than", "equals", "differs"]
OPERATORS = ("at_least", "more_than", "at_most", "less_than", "equals", "differs")
FOLDS = ("sum", "difference", "product", "ratio", "percent", "min", "max")
OVERS = ("sum_of", "min_of", "max_of")
_ROWS: TypeAdapter[Rows] = TypeAdapter(Rows)


@dataclass(frozen=True, slots=True)
class CellAt:
    """One printed place of a table."""

    place: Place
    document: str
    table: str
    row: Rows
    column: str


@dataclass(frozen=True, slots=True)
class ClaimAt:
    """What a claim says."""

    place: Place
    document: str
    claim: str


@dataclass(frozen=True, slots=True)
class ResultAt:
    """A computed cell, by its reference. Of several runs, that of `data_date`, else of the document's day."""

    place: Place
    document: str
    ref: str
    as_: As
    data_date: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a text of the mapping's own, or, with `document` and `line`, one that stands there in the text."""

    place: Place
    text: str
    is_text: bool
    is_percent: bool
    document: str
    line: str


@dataclass(frozen=True, slots=True)
class DateOf:
    """The day a document's data were drawn."""

    place: Place
    document: str


@dataclass(frozen=True, slots=True)
class Fold:
    """An operation on other expressions; `decimals` only for `rounded`."""

    place: Place
    operation: str
    parts: tuple[Expression, ...]
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """A column held against a constant or another column of the same row."""

    column: str
    operator: Operator
    text: str
    is_column: bool


@dataclass(frozen=True, slots=True)
class Over:
    """The sum, the smallest or the largest of a column, or the number of rows (`column` "")."""

    place: Place
    operation: str
    document: str
    table: str
    rows: Rows
    column: str
    where: tuple[Condition, ...]


Expression = CellAt | ClaimAt | ResultAt | Constant | DateOf | Fold | Over


def claims_of(expression: Expression) -> Iterator[tuple[str, str]]:
    """The claims an expression asks for, as document and id."""
    if isinstance(expression, ClaimAt):
        yield expression.document, expression.claim
    elif isinstance(expression, Fold):
        for part in expression.parts:
            yield from claims_of(part)


def read_expression(located: Located, path: Path_, document: str) -> tuple[Expression | None, list[Problem]]:
    """The expression at `path`; `document` is meant where it names none.

    Problems CHECK-108, one for each thing that is wrong.
    """
    reader = _Reader(located, document)
    data: Any = located.data
    for step in path:
        data = data[step]
    found = reader.read(data, path)
    return found, reader.problems


class _Malformed(Exception):
    """What is wrong with one expression was written down."""


class _Reader:
    """Reads one expression and collects what is wrong in it."""

    def __init__(self, located: Located, document: str) -> None:
        self.located = located
        self.document = document
        self.problems: list[Problem] = []

    def read(self, data: Any, path: Path_) -> Expression | None:
        """The expression, or None when it or a part of it is malformed."""
        try:
            return self._read(data, path, self.located.place(*path))
        except _Malformed:
            return None

    def _read(self, data: Any, path: Path_, place: Place) -> Expression | None:
        heads = [key for key in data if key in _READERS] if isinstance(data, Mapping) else []
        if not heads:
            fault = "Her skal stå et udtryk med netop ét af: " + ", ".join(sorted(_READERS)) + "."
            raise self.fault(place, fault, "Fx {cell: tabel, row: {kolonne: værdi}, column: kolonne}.")
        head = heads[0]
        allowed = {head, *_KEYS.get(head, ())}
        if unknown := sorted(str(key) for key in data if key not in allowed):
            fault = f"Ved {head} kendes ikke {', '.join(shown(key) for key in unknown)}."
            raise self.fault(place, fault, f"Brug {', '.join(sorted(allowed))}.")
        return _READERS[head](self, data, path, place)

    def fault(self, place: Place, fault: str, remedy: str) -> _Malformed:
        self.problems.append(Problem("CHECK-108", place, fault, remedy))
        return _Malformed()

    def word(self, data: Any, key: str, place: Place, default: str | None = None) -> str:
        raw = data.get(key, default)
        if isinstance(raw, bool) or not isinstance(raw, str | int) or (raw == "" and default is None):
            raise self.fault(place, f"{key} mangler eller har en forkert type.", "Skriv ét ord.")
        return str(raw)

    def rows(self, data: Any, key: str, path: Path_) -> Rows:
        try:
            return _ROWS.validate_python(data.get(key, {}))
        except ValidationError:
            remedy = "Skriv {kolonne: værdi}, {kolonne: [flere]} eller {kolonne: {not: værdi}}."
            raise self.fault(self.located.place(*path, key), f"{key} er ikke en vælger.", remedy) from None

    def cell(self, data: Any, path: Path_, place: Place) -> Expression:
        return CellAt(
            place,
            self.word(data, "document", place, self.document),
            self.word(data, "cell", place),
            self.rows(data, "row", path),
            self.word(data, "column", place),
        )

    def claim(self, data: Any, path: Path_, place: Place) -> Expression:
        return ClaimAt(
            place, self.word(data, "document", place, self.document), self.word(data, "claim", place)
        )

    def result(self, data: Any, path: Path_, place: Place) -> Expression:
        ref, as_ = self.word(data, "result", place), data.get("as", "percent")
        if as_ not in ("percent", "count", "base", "value") or ref.count("|") > 3:
            fault = "as kendes ikke, eller henvisningen har for mange led."
            remedy = "Skriv as: percent, count, base eller value, og resultat|række|kolonne|periode."
            raise self.fault(place, fault, remedy)
        return ResultAt(place, self.document, ref, as_, self.word(data, "data_date", place, ""))

    def constant(self, data: Any, path: Path_, place: Place) -> Expression:
        is_text = "text" in data
        text = self.word(data, "text" if is_text else "number", place)
        if not is_text and not is_number(text):
            raise self.fault(place, f"{shown(text)} er ikke et tal.", 'Skriv fx 50, "0.5" eller "2/3".')
        unit, document = data.get("unit"), self.word(data, "document", place, "")
        if unit not in (None, "percent") or (is_text and unit):
            raise self.fault(place, "unit kan kun være percent, og kun ved number.", "Slet den.")
        return Constant(place, text, is_text, unit is not None, document, self.word(data, "line", place, ""))

    def date_of(self, data: Any, path: Path_, place: Place) -> Expression:
        return DateOf(place, self.word(data, "date_of", place))

    def fold(self, data: Any, path: Path_, place: Place) -> Expression:
        operation = next(key for key in FOLDS if key in data)
        listed = data[operation]
        pair = operation in ("difference", "ratio", "percent")
        if not isinstance(listed, list) or not listed or (pair and len(listed) != 2):
            fault = f"{operation} skal have en liste på {'netop to' if pair else 'mindst et'} udtryk."
            raise self.fault(place, fault, "Ret listen.")
        parts = [self.read(item, (*path, operation, index)) for index, item in enumerate(listed)]
        return Fold(place, operation, self.whole(parts))

    def rounded(self, data: Any, path: Path_, place: Place) -> Expression:
        decimals = data.get("decimals", 0)
        if isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= 6:
            raise self.fault(place, "decimals skal være 0 til 6.", "Ret tallet.")
        return Fold(place, "rounded", self.whole([self.read(data["rounded"], (*path, "rounded"))]), decimals)

    def whole(self, parts: list[Expression | None]) -> tuple[Expression, ...]:
        found = tuple(part for part in parts if part is not None)
        if len(found) != len(parts):
            raise _Malformed
        return found

    def over(self, data: Any, path: Path_, place: Place) -> Expression:
        operation = next(key for key in (*OVERS, "count_of") if key in data)
        return Over(
            place,
            operation,
            self.word(data, "document", place, self.document),
            self.word(data, operation, place),
            self.rows(data, "rows", path),
            "" if operation == "count_of" else self.word(data, "column", place),
            self.conditions(data.get("where", []), path),
        )

    def conditions(self, data: Any, path: Path_) -> tuple[Condition, ...]:
        listed = data if isinstance(data, list) else [data]
        return tuple(self.condition(item, (*path, "where", index)) for index, item in enumerate(listed))

    def condition(self, item: Any, path: Path_) -> Condition:
        operators = [key for key in item if key in OPERATORS] if isinstance(item, Mapping) else []
        if len(operators) == 1 and set(item) == {"column", *operators}:
            right = item[operators[0]]
            is_column = isinstance(right, Mapping) and list(right) == ["column"]
            text = right["column"] if is_column else right
            if isinstance(text, str | int) and not isinstance(text, bool):
                return Condition(str(item["column"]), operators[0], str(text), is_column)
        fault = "En betingelse skal have column og netop ét af " + ", ".join(OPERATORS) + "."
        raise self.fault(self.located.place(*path), fault, "Fx {column: reversal_pct, at_least: 50}.")


def is_number(text: str) -> bool:
    """Whether `text` is a number or a fraction of two whole numbers, the second not 0."""
    top, bar, bottom = text.partition("/")
    if not bar:
        return parsed(text) is not None
    return parsed(top) is not None and bottom.isdecimal() and len(bottom) <= 15 and int(bottom) > 0


_KEYS = {
    "cell": ("row", "column", "document"),
    "claim": ("document",),
    "number": ("unit", "document", "line"),
    "result": ("as", "data_date"),
    "rounded": ("decimals",),
    "text": ("document", "line"),
    "count_of": ("rows", "where", "document"),
    **dict.fromkeys(OVERS, ("rows", "column", "document")),
}
_READERS = {
    "cell": _Reader.cell,
    "claim": _Reader.claim,
    "result": _Reader.result,
    "number": _Reader.constant,
    "text": _Reader.constant,
    "date_of": _Reader.date_of,
    "rounded": _Reader.rounded,
    "count_of": _Reader.over,
    **dict.fromkeys(FOLDS, _Reader.fold),
    **dict.fromkeys(OVERS, _Reader.over),
}

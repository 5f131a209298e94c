"""Printed numbers against computed ones: equal, different, or not to be computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sagsbarometer.checking.documents import (
    Document,
    Expected,
    PrintedCell,
    PrintedRow,
    load_expected,
    load_published,
)
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell, ResultSet

# What a caller needs: read the documents, then judge them.
__all__ = ["Judged", "Outcome", "Verdict", "load_expected", "load_published", "verify"]

_COMPARABLE = ("percent", "cases", "municipalities")


class Outcome(StrEnum):
    """How a printed row came out."""

    EQUAL = "equal"
    KNOWN_DIFFERENCE = "known_difference"  # exactly as expected
    DIFFERENT = "different"  # not expected, or not so
    DIFFERENCE_GONE = "difference_gone"  # expected, but the numbers are equal
    NOT_COMPUTABLE = "not_computable"


@dataclass(frozen=True, slots=True)
class Judged:
    """One printed row with its outcome. `remark` is the known reason, or what is odd, in Danish."""

    cell: PrintedCell
    outcome: Outcome
    printed: str
    computed: str  # "" when not computable
    remark: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All rows of all documents. `built`: the cases were built from published figures, or may have been."""

    documents: tuple[tuple[Document, tuple[Judged, ...]], ...]
    built: bool

    @property
    def rows(self) -> tuple[Judged, ...]:
        """Every row of every document."""
        return tuple(row for _, rows in self.documents for row in rows)

    @property
    def ok(self) -> bool:
        """Whether every difference was expected, and every expected difference is there."""
        return not any(row.outcome in (Outcome.DIFFERENT, Outcome.DIFFERENCE_GONE) for row in self.rows)

    def number(self, outcome: Outcome, stated: bool | None = None) -> int:
        """How many rows came out so: all, those that stand in the document, or those derived from it."""
        return sum(row.outcome is outcome and stated in (None, row.cell.row.stated) for row in self.rows)

    @property
    def equal_used_to_build(self) -> int:
        """How many of the equal rows are numbers that the cases were built to give."""
        if not self.built:
            return 0
        return sum(row.outcome is Outcome.EQUAL and row.cell.used_to_build for row in self.rows)


def verify(documents: Sequence[Document], results: ResultSet, expected: Sequence[Expected] = ()) -> Verdict:
    """Every printed row held against its result.

    Count with count (or the range that fits what is printed), base with base, and the printed percentage with
    the result's own counts rounded half up to a whole percentage. Raises Faults with all of: PUBL-109 an
    expected difference on a row that cannot have one, PUBL-110 a result that is not there, PUBL-111 a result
    in another unit.
    """
    totals = {cell.result: cell for cell in results if not (cell.row or cell.column or cell.period)}
    problems = _unfit(documents, totals) + _misplaced(documents, expected)
    if problems:
        raise Faults(problems)
    known = {item.row: item for item in expected}
    judged = tuple(
        (
            document,
            tuple(_judged(cell, totals.get(cell.result), known.get(cell.row.id)) for cell in document.cells),
        )
        for document in documents
    )
    return Verdict(judged, built=any(cell.origin != "real" for cell in results))


def printed_words(row: PrintedRow) -> str:
    """A printed row in few words: `205 af 385 (53 %)`, `151-152 af 165 (92 %)`, `98`."""
    count = str(row.low) if row.low == row.high else f"{row.low}-{row.high}"
    return _words(row, count, row.denominator, row.percent)


def computed_words(row: PrintedRow, cell: Cell) -> str:
    """A result in the same words, with those parts that the row has."""
    share = None if cell.exact is None else int(round_half_up(cell.exact))
    return _words(row, str(cell.numerator), cell.denominator, share)


def _words(row: PrintedRow, count: str, denominator: int | None, share: int | None) -> str:
    base = f" af {denominator}" if row.denominator is not None else ""
    percentage = f" ({'–' if share is None else share} %)" if row.percent is not None else ""
    return f"{count}{base}{percentage}"


def _judged(printed: PrintedCell, cell: Cell | None, known: Expected | None) -> Judged:
    row = printed.row
    if cell is None:
        return Judged(printed, Outcome.NOT_COMPUTABLE, printed_words(row), "", printed.not_computable)
    words, computed = printed_words(row), computed_words(row, cell)
    if _equal(row, cell):
        if known is None:
            return Judged(printed, Outcome.EQUAL, words, computed, "")
        remark = f"ventet forskel udeblev: {known.printed} mod {known.computed}"
        return Judged(printed, Outcome.DIFFERENCE_GONE, words, computed, remark)
    if known is None:
        return Judged(printed, Outcome.DIFFERENT, words, computed, "ikke ventet")
    if (known.printed, known.computed) == (words, computed):
        return Judged(printed, Outcome.KNOWN_DIFFERENCE, words, computed, known.reason)
    remark = f"ventet var en anden forskel: {known.printed} mod {known.computed}"
    return Judged(printed, Outcome.DIFFERENT, words, computed, remark)


def _equal(row: PrintedRow, cell: Cell) -> bool:
    if not row.low <= cell.numerator <= row.high:
        return False
    if row.denominator is not None and row.denominator != cell.denominator:
        return False
    if row.percent is None:
        return True
    return cell.exact is not None and round_half_up(cell.exact) == row.percent


def _unfit(documents: Sequence[Document], totals: Mapping[str, Cell]) -> list[Problem]:
    problems = []
    for cell in (cell for document in documents for cell in document.cells if cell.result):
        result = totals.get(cell.result)
        if result is None:
            fault = f"Resultatet {shown(cell.result)} findes ikke i resultaterne."
            remedy = "Ret målets id, eller beregn resultaterne med den formular, der har det."
            problems.append(Problem("PUBL-110", cell.place, fault, remedy))
        elif result.unit not in _COMPARABLE:
            fault = f"Resultatet {shown(cell.result)} er i {result.unit} og kan ikke holdes op mod et antal."
            problems.append(Problem("PUBL-111", cell.place, fault, "Vælg et mål, der tæller."))
    return problems


def _misplaced(documents: Sequence[Document], expected: Sequence[Expected]) -> list[Problem]:
    cells = [cell for document in documents for cell in document.cells]
    times = Counter(cell.row.id for cell in cells)
    computable = {cell.row.id for cell in cells if cell.result}
    problems = []
    for item in expected:
        if times[item.row] > 1:
            fault = f"Rækken {shown(item.row)} findes i flere af dokumenterne."
            problems.append(_not_expectable(item.place, fault, "Sammenlign dokumenterne hver for sig."))
        elif item.row not in computable:
            fault = f"Rækken {shown(item.row)} er ikke trykt eller kan ikke beregnes."
            remedy = "Der kan ikke ventes en forskel: ret rækkens id, eller slet linjen."
            problems.append(_not_expectable(item.place, fault, remedy))
    return problems


def _not_expectable(place: Place, fault: str, remedy: str) -> Problem:
    return Problem("PUBL-109", place, fault, remedy)

"""Which numbers are others than in the version before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sagsbarometer.measures.cells import Cell, ResultSet

NEW, GONE, CHANGED, WITHHELD, SHOWN, REDEFINED = "new", "gone", "changed", "withheld", "shown", "redefined"
KIND_DA = {
    NEW: "nyt tal",
    GONE: "tal, der ikke er med mere",
    CHANGED: "ændret",
    WITHHELD: "holdes nu tilbage",
    SHOWN: "vises nu",
    REDEFINED: "målt på en anden måde, samme tal",
}
# What a reader sees of a cell. The data date is not among them: a new one alone changes no number.
_SEEN = ("numerator", "denominator", "unknown", "value", "unit", "low", "high", "bound_low", "bound_high")
_TOLD = ("interval_method", "generalisable", "why_not", "presentation", "estimator", "origin", "definition")


@dataclass(frozen=True, slots=True)
class Change:
    """One number that is not as it was. `before` or `after` is None where there was, or is, no such number."""

    ref: str
    kind: str
    before: Cell | None
    after: Cell | None


def changes(before: ResultSet, after: ResultSet) -> tuple[Change, ...]:
    """Every number that differs, in the order of the new version, then those that are gone."""
    return tuple(_changes(before, after))


def _changes(before: ResultSet, after: ResultSet) -> Iterator[Change]:
    old = {cell.key: cell for cell in before}
    for cell in after:
        was = old.pop(cell.key, None)
        if kind := _kind(was, cell):
            yield Change(cell.ref, kind, was, cell)
    for cell in old.values():
        yield Change(cell.ref, GONE, cell, None)


def _kind(was: Cell | None, now: Cell) -> str:
    if was is None:
        return NEW
    if was.hidden != now.hidden:
        return WITHHELD if now.hidden else SHOWN
    if any(getattr(was, name) != getattr(now, name) for name in _SEEN):
        return CHANGED
    return REDEFINED if any(getattr(was, name) != getattr(now, name) for name in _TOLD) else ""

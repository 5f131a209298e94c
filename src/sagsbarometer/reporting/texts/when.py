"""What stands after `::when`: whether some lines of a text are for these results."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell
from sagsbarometer.reporting.binding.bound import BEFORE, Name, find, name_of
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Asked
from sagsbarometer.reporting.faults import Report
from sagsbarometer.reporting.numbers import exact_percent, exact_time, missing, rounded_time, whole

# Words on both sides: `table.row.column>0` without spaces is an id, and asks whether there is a case.
_HELD = re.compile(r"(?P<left>\S.*?)\s+(?P<sign><=|>=|==|!=|<|>)\s+(?P<right>\S.*)")
_SIGNS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?", re.ASCII)
_OPERAND = re.compile(
    r"(?P<one>[\w.]+)(?:\s+[-−–]\s+(?P<other>[\w.]+))?(?:\s*:\s*(?P<format>\w+))?", re.ASCII
)
_AND = re.compile(r"\s+and\s+")
_HAS, _COMPARABLE, _NOT = "has ", "comparable ", "not "


@dataclass(slots=True)
class Asking:
    """One condition being read: against what, where it stands, and the cells it asked."""

    edition: Edition
    report: Report
    line: int
    is_shown: Callable[[str], bool]  # whether an id is of a table or figure that is there
    refs: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison. `cell`: the number it is, None where it is written or a difference."""

    value: Fraction
    cell: Cell | None = None
    before: bool = False


def holds(asking: Asking, text: str) -> bool:
    """Whether the lines under `::when text` are kept. What cannot be decided is a fault: RAPPORT-145 to 148.

    Parts joined with `and` are asked from left to right, and no further than to the first that does not hold.
    """
    return all(_part(asking, part.strip()) for part in _AND.split(text.strip()))


def asked(asking: Asking, text: str) -> Asked:
    """What was asked, for those who look for the places that a number touches."""
    return Asked(asking.line, text, tuple(dict.fromkeys(asking.refs)))


def _part(asking: Asking, part: str) -> bool:
    if part.startswith(_NOT):
        return not _part(asking, part.removeprefix(_NOT).strip())
    if part == BEFORE:
        return asking.edition.before is not None
    if part.startswith(_HAS):
        cell = _quietly(asking, part.removeprefix(_HAS).strip())
        return cell is not None and not missing(cell)
    if part.startswith(_COMPARABLE):
        return _comparable(asking, part.removeprefix(_COMPARABLE).strip())
    if match := _HELD.fullmatch(part):
        left, right = _operand(asking, match["left"]), _operand(asking, match["right"])
        if left is None or right is None or not _alike(asking, left, right):
            return False
        return _SIGNS[match["sign"]](left.value, right.value)
    return any(asking.is_shown(id) for id in part.split())


def _comparable(asking: Asking, text: str) -> bool:
    """Whether both rounds have the number, defined alike."""
    if asking.edition.before is None:
        return False
    cells = [_quietly(asking, text), _quietly(asking, f"{BEFORE}.{text}")]
    one, other = cells
    if one is None or other is None:
        return False
    return not missing(one) and not missing(other) and one.definition == other.definition


def _quietly(asking: Asking, text: str) -> Cell | None:
    """The cell of a name; None where there is none. A text that is no name is a fault."""
    name = name_of(text)
    if name is None:
        _unreadable(asking, text)
        return None
    if name.before and asking.edition.before is None:
        return None
    return _cell(asking, name, Report(asking.report.file))


def _cell(asking: Asking, name: Name, report: Report) -> Cell | None:
    found = find(asking.edition, report, asking.line, name)
    if found is None:
        return None
    asking.refs.append((found.cell.ref, name.before))
    return found.cell


def _alike(asking: Asking, left: _Operand, right: _Operand) -> bool:
    """Whether two sides may be held against each other: numbers of two rounds only where they are defined alike."""
    one, other = left.cell, right.cell
    if one is None or other is None or left.before == right.before or one.definition == other.definition:
        return True
    asking.report.other_definition(asking.line, one.result)
    return False


def _operand(asking: Asking, text: str) -> _Operand | None:
    """One side of a comparison; None after a fault."""
    if _NUMBER.fullmatch(text):
        return _Operand(Fraction(text.replace(",", ".")))
    match = _OPERAND.fullmatch(text)
    sides = [_side(asking, match[key], text) for key in ("one", "other") if match[key]] if match else []
    held = [side for side in sides if side is not None]
    if match is None:
        _unreadable(asking, text)
    if match is None or len(held) < len(sides) or (len(held) > 1 and not _alike(asking, *held)):
        return None
    value = _value(asking, [side.cell for side in held if side.cell is not None], match["format"] or "", text)
    if value is None:
        return None
    return replace(held[0], value=value) if len(held) == 1 else _Operand(value)


def _side(asking: Asking, written: str, text: str) -> _Operand | None:
    """One number of an operand, its value not read yet; None after a fault."""
    name = name_of(written)
    if name is None:
        _unreadable(asking, text)
        return None
    cell = _cell(asking, name, asking.report)
    if cell is None:
        return None
    if missing(cell):
        fault = f"{shown(text, 120)} har intet tal, så betingelsen kan ikke afgøres."
        asking.report.fault(147, asking.line, fault, "Spørg først, om det er der: ::when has … and …")
        return None
    return _Operand(Fraction(0), cell, name.before)


def _value(asking: Asking, cells: list[Cell], format: str, text: str) -> Fraction | None:
    """The number of a cell, or the difference of two: exact, and with a format as it is printed."""
    values = [_exact(cell, format) for cell in cells]
    if None in values or (len(cells) > 1 and cells[0].unit != cells[1].unit):
        fault = f"{shown(text, 120)} kan ikke bruges i en betingelse."
        remedy = "Brug et tal, et antal (:count), en procent (:percent) eller en tid (:weeks, :days)."
        asking.report.fault(148, asking.line, fault, remedy)
        return None
    first, *rest = (value for value in values if value is not None)
    value = first - rest[0] if rest else first
    return Fraction(round_half_up(value)) if rest and format in ("pp", "count") else value


def _exact(cell: Cell, format: str) -> Fraction | None:
    if format in ("count", "words") or (not format and cell.unit in ("cases", "municipalities")):
        return Fraction(whole(cell)) if cell.unit not in ("days", "weeks") else None
    if format in ("base", "unknown", "known"):
        return Fraction({"base": cell.base, "unknown": cell.unknown, "known": cell.denominator}[format])
    if cell.unit == "percent" and format in ("", "pp", "percent", "percent_1"):
        exact = exact_percent(cell)
        decimals = {"percent": 0, "percent_1": 1}.get(format)
        return exact if decimals is None else Fraction(round_half_up(exact, decimals))
    if cell.unit in ("days", "weeks") and format in ("", cell.unit):
        if not format:
            return exact_time(cell)
        time = rounded_time(cell)
        return None if time is None else Fraction(time)
    return None


def _unreadable(asking: Asking, text: str) -> None:
    fault = f"{shown(text, 120)} kan ikke læses i en betingelse."
    remedy = "Skriv fx ::when figure_2.reasons > 50, ::when before eller ::when comparable figure_2.reasons."
    asking.report.fault(148, asking.line, fault, remedy)

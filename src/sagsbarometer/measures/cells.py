"""Cell and ResultSet: the contract between counting and everything that shows or judges a number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any


def ref(result: str, row: str = "", column: str = "", period: str = "") -> str:
    """A key as one text: `reversal_rate`, or `reversal_rate|law_area=serviceloven||2024`."""
    return "|".join((result, row, column, period)).rstrip("|")


@dataclass(frozen=True, slots=True)
class Cell:
    """One number with all that must be said about it.

    Units: `percent` (numerator of denominator), `cases`, `municipalities`, `days`, `weeks`; of estimates also `own`
    (that of the column that was read) and `percentage_points`.
    For a share, `numerator` counts definite yes, `denominator` definite yes and no, `unknown` the rest
    of the base; bounds are the share if every unknown were no, or yes, and of a register the least and the
    greatest share when cases of an unknown group may be in it or not. For a mean, `numerator` is the
    sum in days and `denominator` the number of cases; for a quantile of a register the numerator is the day, and its
    bounds are the days if the unknown times were the shortest or the longest. Values are None where the base is empty.

    Where `hidden` is set the number is withheld from this edition to protect those it is about: its counts are then 0
    and its other numbers None, and it prints as `WITHHELD`, never as 0.

    Where `estimator` is set the number is an estimate for all cases from a sample of them: it is printed from `value`,
    its interval and bounds are weighted too, and the counts stay those of the cases that were read.
    """

    result: str  # the measure
    row: str  # grouping value; "" for the total
    column: str
    period: str
    numerator: int
    denominator: int
    unknown: int
    value: Decimal | None  # six decimals at most; print percentages from `exact` instead
    unit: str
    low: Decimal | None  # interval, in the unit
    high: Decimal | None
    interval_method: str
    bound_low: Decimal | None
    bound_high: Decimal | None
    generalisable: str  # `yes`, `as_if_random` or `no`
    why_not: str
    presentation: str  # NCHS verdict: `present`, `footnote`, `suppress`, `review`, "" where it does not apply
    definition: str  # hash of the measure's definition
    data_date: str  # ISO, "" when not stated
    origin: str  # real, reconstructed, synthetic or training
    estimator: str = (
        ""  # "" from the counts; `hajek`, `horvitz_thompson`, `poststratified`: weighted, from a sample
    )

    hidden: str = ""  # "c": withheld
    unknown_group: int = 0  # of `unknown`, those of which nobody knows whether they are in the group at all

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells one cell from another within a ResultSet."""
        return (self.result, self.row, self.column, self.period)

    @property
    def ref(self) -> str:
        """The key as one text, as figures and tables point to the cell."""
        return ref(*self.key)

    @property
    def base(self) -> int:
        """All cases in the base, unknown ones included."""
        return self.denominator + self.unknown

    @property
    def exact(self) -> Fraction | None:
        """A share in percent, as exactly as it is known: from its counts, and where it is estimated from its value.
        None where there is none."""
        if self.estimator:
            return None if self.value is None else Fraction(self.value)
        return Fraction(100 * self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class ResultSet:
    """The cells of one run with the manifest that tells what they were made of."""

    cells: tuple[Cell, ...]
    manifest: Mapping[str, object] = field(default_factory=dict)
    _by_key: dict[tuple[str, str, str, str], Cell] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Tables of a register ask for thousands.
        object.__setattr__(self, "_by_key", {cell.key: cell for cell in reversed(self.cells)})

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.cells)

    def cell(self, result: str, row: str = "", column: str = "", period: str = "") -> Cell:
        """The one cell with this key. Raises KeyError when there is none."""
        return self._by_key[(result, row, column, period)]

    def at(self, ref: str) -> Cell:
        """The one cell that `ref` points to. Raises KeyError when there is none."""
        return self.cell(*ref.split("|"))


COLUMNS = tuple(item.name for item in fields(Cell))
WITHHELD = "[c]"
COMPLETE_COUNT = "complete_count"  # the method of a cell that needs no interval
_EARLIER = (COLUMNS[:-1], COLUMNS[:-2], COLUMNS[:-3])  # before unknown groups, withheld cells, and estimates
_INTS = frozenset({"numerator", "denominator", "unknown", "unknown_group"})
_DECIMALS = frozenset({"value", "low", "high", "bound_low", "bound_high"})
TAKEN = _INTS | _DECIMALS | {"presentation"}  # what a withheld cell does not have


def withheld(cell: Cell) -> Cell:
    """`cell` without its numbers. Nothing tells whether it was small itself or hides another."""
    gone: dict[str, Any] = dict.fromkeys(_INTS, 0) | dict.fromkeys(_DECIMALS)
    # A share of no case has no method: that there is one would tell that there are cases.
    of_register = cell.interval_method == COMPLETE_COUNT and not cell.estimator
    method = COMPLETE_COUNT if of_register else ""  # every cell of a register has it, with cases or without
    return replace(cell, **gone, interval_method=method, presentation="", hidden="c")


def write_csv(cells: Iterable[Cell]) -> str:
    """`cells.csv`: UTF-8 text with commas, a dot as decimal mark and a header row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for cell in cells:
        writer.writerow(_written(cell, name) for name in COLUMNS)
    return out.getvalue()


def _written(cell: Cell, name: str) -> str:
    value = getattr(cell, name)
    return "" if value is None or (cell.hidden and name in TAKEN) else str(value)


def read_csv(text: str) -> tuple[Cell, ...]:
    """The cells that `write_csv` wrote, also in editions of the program before this. Raises ValueError when
    the columns are others, or a number is missing that is not withheld."""
    reader = csv.DictReader(io.StringIO(text))
    names = tuple(reader.fieldnames or ())
    if names not in (COLUMNS, *_EARLIER):
        raise ValueError("columns")
    return tuple(
        Cell(**{name: _parsed(name, row[name], row.get("hidden") or "") for name in names}) for row in reader
    )


def _parsed(name: str, text: str, hidden: str) -> Any:
    if name in _INTS:
        return 0 if hidden and not text else int(text)
    if name in _DECIMALS:
        return Decimal(text) if text else None
    return text

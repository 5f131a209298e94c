"""What the readers of answer files share: limits, cells as text, and the problems found so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NoReturn

from sagsbarometer.kernel.ids import may_hold_cpr
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem
from sagsbarometer.kernel.said import said

MAX_BYTES = 200_000_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 2_000
MAX_CELL = 32_000  # characters; a spreadsheet cell holds 32,767
# A small file can unfold to a thousand million empty cells without breaking any other limit.
MAX_CELLS = 40_000_000
MAX_PROBLEMS = 1_000
FAULT_COLUMN = "FEJL"  # what a returned file has in front; read back, it is left out

# What a spreadsheet shows for a formula that failed, in English (workbooks) and Danish (CSV from Excel).
_FAILED = (
    "#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #SPILL! #CALC! #FIELD! #GETTING_DATA #BLOCKED! #BUSY! "
    "#NUL! #DIVISION/0! #VÆRDI! #REFERENCE! #NAVN? #I/T #OVERLØB! #BEREGN! #FELT!"
)
ERROR_VALUES = frozenset(_FAILED.split())

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """The rows of a file before anybody asked whether they make a table.

    `ragged`: a row with too few cells is a fault (CSV), not merely blank at the end (workbooks).
    `uncached`: row and 0-based column of formulas whose result the file does not hold.
    """

    kind: str
    records: Iterable[tuple[int, Cells]]
    ragged: bool = False
    uncached: frozenset[tuple[int, int]] = frozenset()


@dataclass
class Findings:
    """The problems of one file, at most `MAX_PROBLEMS` of them."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    left_out: int = 0

    def add(
        self, code: str, fault: str, remedy: str, *, row: int | None = None, column: str | int | None = None
    ) -> None:
        """Keep one more error."""
        if len(self.problems) >= MAX_PROBLEMS:
            self.left_out += 1
            return
        self.problems.append(Problem(code, Place(self.file, row=row, column=column), fault, remedy))

    def stop(self, code: str, fault: str, remedy: str, *, row: int | None = None) -> NoReturn:
        """Keep one more error and raise Faults with all of them: reading cannot go on."""
        self.add(code, fault, remedy, row=row)
        self.raise_any()
        raise AssertionError("unreachable: a problem was just added")

    def raise_any(self) -> None:
        """Raise Faults when anything was found."""
        if not self.problems:
            return
        found = list(self.problems)
        if self.left_out:
            fault = said("Der er {left_out} fejl mere, end der vises her.", left_out=str(self.left_out))
            found.append(
                Problem("FIL-122", Place(self.file), fault, said("Ret dem, der vises, først."), Level.NOTE)
            )
        raise Faults(found)


class Cleaner:
    """Cells as stripped text. Equal texts become one object: answers repeat, and a million rows must fit."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """`text` without blanks around it; a no-break space is a space and a line break is LF."""
        known = self._seen.get(text)
        if known is not None:
            return known
        plain = text.replace("\u00a0", " ").replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(self._seen) < 200_000:
            self._seen[text] = plain
        return plain

    def row(self, texts: Iterable[str]) -> Cells:
        """All cells of a row."""
        seen = self._seen
        return tuple([seen[text] if text in seen else self(text) for text in texts])


def as_text(value: object) -> str:
    """A typed value in the one notation of answer files; "" for None and for a float that is no number.

    `true`/`false`, whole numbers without decimals, ISO dates (with a time only where there is one), lists
    joined with `|`. Raises TypeError for anything else.
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _number(value)
        case Decimal():
            return str(int(value)) if value == value.to_integral_value() else _decimal(format(value, "f"))
        case datetime():
            midnight = value.time() == time() and value.tzinfo is None
            return value.date().isoformat() if midnight else value.isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case list() | tuple():
            return "|".join(as_text(item) for item in value if item is not None)
    raise TypeError(type(value).__name__)


def _number(value: float) -> str:
    if value != value:
        return ""  # how a table of floats writes a missing whole number
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else _decimal(repr(value))


def _decimal(text: str) -> str:
    # With three decimals it would be read as thousands, as a Danish spreadsheet writes them.
    return f"{text}0" if len(text.partition(".")[2]) == 3 and text.count(".") == 1 else text


def letter(index: int) -> str:
    """The spreadsheet name of a 0-based column: 0 gives `A`, 26 gives `AA`."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_place(header: Sequence[str], index: int) -> str | int:
    """The name of a 0-based column in a problem; its position (from 1) where the name is none to show."""
    name = header[index] if index < len(header) else ""
    if not name or len(name) > 80 or may_hold_cpr(name) or header.count(name) > 1:
        return index + 1
    return name


def is_fault_column(cell: str) -> bool:
    """Whether a header cell is that of the column a returned file has in front."""
    return cell == FAULT_COLUMN or cell.startswith(f"{FAULT_COLUMN}:")


def safe_name(name: str) -> str:
    """A file name as it may stand in a message: hidden when it looks like a CPR number."""
    return said("(skjult filnavn)") if may_hold_cpr(name) else name

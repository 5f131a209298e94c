"""What is found in a report, how sure it is, and how much was looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from sagsbarometer.checking.numbers import danish
from sagsbarometer.checking.paper_grid import Figure, Laid
from sagsbarometer.checking.paper_numbers import PERCENT, Printed
from sagsbarometer.kernel.ids import shown


class Sure(StrEnum):
    """A fault cannot be right as it stands; a question may have an answer; a note is worth a look."""

    FAULT = "fault"
    QUESTION = "question"
    NOTE = "note"


_ORDER = {Sure.FAULT: 0, Sure.QUESTION: 1, Sure.NOTE: 2}


@dataclass(frozen=True, slots=True)
class Found:
    """Something that does not fit. `where`: the table with row and column, or the place of the sentence; `told`: how,
    in Danish, in numbers and heads; `quote`: the sentence, where it is one; `cells`: the figures it is of."""

    sure: Sure
    rule: str
    where: str
    told: str
    quote: str = ""
    cells: tuple[tuple[int, int, int], ...] = ()
    firm: bool = True  # a second rule that breaks at the same figure makes it certain


@dataclass(slots=True)
class Looked:
    """What was compared, and what could not be. `cells`: the figures of tables that took part in a comparison;
    `on_time` is asked while rules are tried, and may raise."""

    on_time: Callable[[], None] = field(default=lambda: None, compare=False)
    compared: dict[str, int] = field(default_factory=dict)
    cells: set[tuple[int, int, int]] = field(default_factory=set)
    found: list[Found] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)  # where, and why it was not judged

    def count(self, rule: str, figures: Iterable[Figure | None]) -> None:
        """One more comparison, and the figures it was of."""
        self.compared[rule] = self.compared.get(rule, 0) + 1
        self.cells |= {figure.key for figure in figures if figure is not None}

    def settle(self) -> None:
        """What is found, surest first, in the order of the report; each cell told of once by each rule."""
        once: dict[tuple[str, str, str], Found] = {}
        for item in self.found:
            once.setdefault((item.rule, item.where, item.told), item)
        self.found = sorted(once.values(), key=lambda item: _ORDER[item.sure])


def place(table: Laid, figure: Figure) -> str:
    """»Tabel 4.3, række »2024«, kolonne »Antal««."""
    row = f"række {shown(figure.row_name)}" if figure.row_name else f"række {figure.row}"
    column = f"kolonne {shown(figure.column_name)}" if figure.column_name else f"kolonne {figure.column}"
    return f"{shown(table.name).strip('»«')}, {row}, {column}"


def printed(number: Printed, unit: str = "") -> str:
    """A number as it is printed, with its unit."""
    words = {
        PERCENT: " %",
        "points": " procentpoint",
        "weeks": " uger",
        "days": " dage",
        "municipalities": " kommuner",
    }
    return f"{danish(number.exact, number.decimals)}{words.get(unit or number.unit, '')}"


def amount(value: Fraction) -> str:
    """A computed number."""
    return danish(value)

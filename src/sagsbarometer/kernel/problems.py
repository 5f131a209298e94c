"""Coded problems: what is wrong, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sagsbarometer.kernel.said import said


class Level(StrEnum):
    """How serious a problem is."""

    ERROR = "error"  # stops: nothing is kept
    WARNING = "warning"  # asks: may be overruled
    NOTE = "note"  # tells


LEVEL_DA = {Level.ERROR: "Fejl", Level.WARNING: "Advarsel", Level.NOTE: "Bemærk"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem sits. Lines, columns and rows count from 1; an unknown part is None."""

    file: str = ""
    line: int | None = None
    column: str | int | None = None  # a position in a line, or the name of a table column
    row: int | None = None  # a row of a table, the header row being 1
    question: str = ""

    def __str__(self) -> str:
        """`form.yaml:12:7 · spørgsmål result`, with the parts that are known."""
        position = self.row if self.row is not None else self.line
        head = ":".join(str(part) for part in (self.file, position, self.column) if part not in (None, ""))
        question = str(said("spørgsmål {question}", question=self.question)) if self.question else ""
        return " · ".join(part for part in (head, question) if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault with its remedy, both in Danish. `code` is stable and documented."""

    code: str
    place: Place
    fault: str
    remedy: str
    level: Level = Level.ERROR

    def __str__(self) -> str:
        """Three short lines for a terminal or a log; never holds a case document."""
        return f"{LEVEL_DA[self.level]} {self.code} {self.place}\n  {self.fault}\n  → {self.remedy}"


class Faults(Exception):
    """Raised when work cannot go on; carries every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that stop the work."""
    return tuple(problem for problem in problems if problem.level is Level.ERROR)

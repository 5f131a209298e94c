"""The problems of a file of registrations: all of them, but not the same one a hundred thousand times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sagsbarometer.kernel.problems import Level, Place, Problem

MOST_ALIKE = 1_000  # rows told of for one code in one column; the rest are counted


@dataclass(frozen=True, slots=True)
class Files:
    """Where the lines of a delivery are from: each file with the line its row 0 would have."""

    starts: tuple[tuple[str, int], ...]

    def place(self, line: int, column: str = "") -> Place:
        """File, row and column of a line."""
        file, start = next(
            ((file, start) for file, start in reversed(self.starts) if start < line), (self.name, 0)
        )
        return Place(file, row=line - start, column=column or None)

    @property
    def name(self) -> str:
        """The first file; what is of the whole delivery is told there."""
        return self.starts[0][0] if self.starts else ""


@dataclass
class Told:
    """Problems by row. Of a kind (code and column) the first `MOST_ALIKE` are kept, and a note counts the rest."""

    files: Files
    _rows: list[tuple[int, Problem]] = field(default_factory=list)
    _file: list[Problem] = field(default_factory=list)
    _kept: Counter[tuple[str, str]] = field(default_factory=Counter)
    _times: Counter[tuple[str, str]] = field(default_factory=Counter)

    def room(self, code: str, column: str) -> int:
        """How many more rows of this kind are kept."""
        return max(0, MOST_ALIKE - self._kept[(code, column)])

    def times(self, code: str, column: str, rows: int) -> None:
        """Note that so many rows have a problem of this kind, told or not."""
        self._times[(code, column)] += rows

    def row(
        self, code: str, line: int, column: str, fault: str, remedy: str | Callable[[], str], level: Level
    ) -> None:
        """Keep a problem of one row; `column` is the file's, "" when it is of none. A remedy may be made late."""
        if not self.room(code, column):
            return
        self._kept[(code, column)] += 1
        words = remedy if isinstance(remedy, str) else remedy()
        self._rows.append((line, Problem(code, self.files.place(line, column), fault, words, level)))

    def whole(self, code: str, fault: str, remedy: str) -> None:
        """Keep an error of the whole file."""
        self._file.append(Problem(code, Place(self.files.name), fault, remedy))

    def problems(self) -> tuple[Problem, ...]:
        """All of them: what is of the file, then by row, then how many more there are of which kind."""
        notes = []
        for (code, column), times in sorted(self._times.items()):
            if (more := times - self._kept[(code, column)]) > 0:
                fault = f"Det samme gælder {more} rækker mere."
                remedy = "Ret årsagen i hele kolonnen."
                place = Place(self.files.name, column=column or None)
                notes.append(Problem(code, place, fault, remedy, Level.NOTE))
        rows = [problem for _, problem in sorted(self._rows, key=lambda item: item[0])]
        return (*self._file, *rows, *notes)

"""The problems of a file of registrations: all of them, but not the same one a hundred thousand times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sagsbarometer.kernel.problems import Level, Place, Problem

MOST_ALIKE = 1_000  # rows told of for one code in one column; the rest are counted


@dataclass
class Told:
    """Problems by row. Of a kind (code and column) the first `MOST_ALIKE` are kept, and a note counts the rest."""

    file: str
    _rows: list[Problem] = field(default_factory=list)
    _file: list[Problem] = field(default_factory=list)
    _times: Counter[tuple[str, str]] = field(default_factory=Counter)

    def row(
        self,
        code: str,
        row: int,
        column: str,
        fault: str,
        remedy: str | Callable[[], str],
        level: Level = Level.ERROR,
    ) -> None:
        """Keep a problem of one row; `column` is the file's, "" when it is of none. A remedy may be made late."""
        self._times[(code, column)] += 1
        if self._times[(code, column)] > MOST_ALIKE:
            return
        words = remedy if isinstance(remedy, str) else remedy()
        self._rows.append(
            Problem(code, Place(self.file, row=row, column=column or None), fault, words, level)
        )

    def whole(self, code: str, fault: str, remedy: str) -> None:
        """Keep an error of the whole file."""
        self._file.append(Problem(code, Place(self.file), fault, remedy))

    def problems(self) -> tuple[Problem, ...]:
        """All of them: what is of the file, then by row, then how many more there are of which kind."""
        notes = []
        for (code, column), times in sorted(self._times.items()):
            if times > MOST_ALIKE:
                fault = f"Det samme gælder {times - MOST_ALIKE} rækker mere."
                remedy = "Ret årsagen i hele kolonnen."
                notes.append(
                    Problem(code, Place(self.file, column=column or None), fault, remedy, Level.NOTE)
                )
        rows = sorted(self._rows, key=lambda problem: problem.place.row or 0)
        return (*self._file, *rows, *notes)

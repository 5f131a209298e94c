"""What every mapping says of a file's columns: each one is used, or named as one that is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sagsbarometer.datafiles.located import Located, Path_
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Problem
from sagsbarometer.kernel.said import said

ORIGINS = ("real", "reconstructed", "synthetic", "training")  # what the rows of a file may be


@dataclass
class Columns:
    """The columns of one file, those of them a mapping has used, and the faults found in the mapping."""

    located: Located
    header: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def use(self, at: Path_, column: str) -> None:
        """Note that the mapping names `column`; KORT-104 where the file has none of that name."""
        self.used.add(column)
        if column not in self.header:
            have = ", ".join(self.header[:30])
            fault = said("Filen har ingen kolonne {column}.", column=shown(column, 80))
            self.add("KORT-104", at, fault, said("Filens kolonner: {have}.", have=have[:1000]))

    def finish(self, ignored: Sequence[str], targets: Iterable[str], required: Iterable[str]) -> None:
        """KORT-105 for each column that is neither used nor ignored; KORT-103 for each required target that
        is not among `targets`.
        """
        for index, column in enumerate(ignored):
            self.use(("ignore", index), column)
        for column in self.header:
            if column not in self.used:
                fault = said("Filens kolonne {column} bruges ikke.", column=shown(column, 80))
                self.add("KORT-105", (), fault, said("Tilføj den under columns: eller ignore:."))
        have = set(targets)
        for target in required:
            if target not in have:
                self.add(
                    "KORT-103",
                    ("columns",),
                    said("»{target}« mangler.", target=target),
                    said("Tilføj {target}: <kolonne>.", target=target),
                )

    def add(self, code: str, at: Path_, fault: str, remedy: str) -> None:
        """Keep one more fault of the mapping."""
        self.problems.append(Problem(code, self.located.place(*at), fault, remedy))

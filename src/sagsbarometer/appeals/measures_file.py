"""The measures of a register, read from a file: what is counted, by which date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sagsbarometer.appeals.groupings import Grouping
from sagsbarometer.appeals.layout_schema import CompleteFile, MeasureFile
from sagsbarometer.datafiles.located import Located, Path_
from sagsbarometer.datafiles.validated import validated
from sagsbarometer.forms.language.check import check
from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tree import Node
from sagsbarometer.forms.language.types import Name
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.define import define_measure
from sagsbarometer.measures.measure import Measure, Text


@dataclass(slots=True)
class Measures:
    """Every measure by id, and the faults found.

    `broken` are ids of measures at fault: what points to them is no second fault.
    """

    names: Mapping[str, Name]
    groupings: Mapping[str, Grouping]
    by_id: dict[str, Measure] = field(default_factory=dict)
    selection: Text = field(default_factory=dict)
    few_cases: int = 0
    why_not: Text = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def read(self, located: Located) -> None:
        """Adds the measures under `measures:`. Codes: LAYOUT-101, 102, 104, 110, and SPROG for conditions."""
        items = located.data.get("measures") or []
        if not isinstance(items, list):
            self._add("LAYOUT-101", located.place("measures"), "»measures« skal være en liste.", _DASHES)
            return
        for index, item in enumerate(items):
            path: Path_ = ("measures", index)
            file, problems = validated(located, MeasureFile, path, code="LAYOUT-101")
            self.problems += problems
            id = str(item.get("id", "")) if isinstance(item, dict) else ""
            if id in self.by_id or id in self.broken:
                fault = f"Målet {shown(id)} findes to gange."
                self._add("LAYOUT-102", located.place(*path), fault, "Giv det ene et andet id.")
            elif file is None or not self._sound(located, path, file):
                self.broken.add(id)
            else:
                self._define(located, path, file)

    def read_complete(self, located: Located) -> None:
        """Adds what is told of a complete count. Code: LAYOUT-101."""
        if "complete" not in located.data:
            self._add(
                "LAYOUT-101",
                located.place(),
                "»complete« mangler.",
                "Tilføj complete: med selection: og why_not:.",
            )
            return
        file, problems = validated(located, CompleteFile, ("complete",), code="LAYOUT-101")
        self.problems += problems
        if file is not None:
            self.selection, self.why_not = file.selection, file.why_not
            self.few_cases = file.few_cases

    def _sound(self, located: Located, path: Path_, file: MeasureFile) -> bool:
        before = len(self.problems)
        if (file.kind == "share") is not bool(file.counts) and file.kind != "count":
            fault = (
                "En andel (share) mangler counts."
                if file.kind == "share"
                else "En part kan ikke have counts."
            )
            remedy = (
                "Tilføj counts:." if file.kind == "share" else "Slet counts:; del er gruppens sager af alle."
            )
            self._add("LAYOUT-110", located.place(*path), fault, remedy)
        if file.per is not None and (file.per not in self.groupings):
            known = ", ".join(sorted(self.groupings))
            fault = f"Grupperingen {shown(file.per)} findes ikke."
            self._add("LAYOUT-104", located.place(*path, "per"), fault, f"Skriv en af: {known}.")
        for key in ("base", "counts"):
            if text := getattr(file, key):
                _, problems = expression(located, (*path, key), text, self.names, file.id)
                self.problems += problems
        return len(self.problems) == before

    def _define(self, located: Located, path: Path_, file: MeasureFile) -> None:
        plain = file.model_dump()
        self.by_id[file.id] = define_measure(
            plain, located.place(*path), lambda used: (tuple(sorted({*used, file.date})), {})
        )

    def _add(self, code: str, place: Place, fault: str, remedy: str) -> None:
        self.problems.append(Problem(code, place, fault, remedy))


_DASHES = "Begynd hver post med en bindestreg."


def expression(
    located: Located, path: Path_, text: str, names: Mapping[str, Name], owner: str
) -> tuple[Node | None, tuple[Problem, ...]]:
    """A condition as a tree, None where it cannot be read, and every fault in it (SPROG-1xx and 2xx)."""
    place = located.place(*path, question=owner)
    try:
        node = parse(text, place)
    except Faults as faults:
        return None, faults.problems
    return node, check(node, names, place)[1]

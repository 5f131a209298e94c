"""The measures and clocks of a register, read from a file: what is counted, by which date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sagsbarometer.appeals.clocks import Clock, unclear_outcomes
from sagsbarometer.appeals.columns import EVERY_REGISTER, Columns
from sagsbarometer.appeals.groupings import Grouping, names
from sagsbarometer.appeals.layouts.layout_schema import ClockFile, CompleteFile, MeasureFile
from sagsbarometer.datafiles.located import Located, Path_
from sagsbarometer.datafiles.validated import validated
from sagsbarometer.forms.language.check import check
from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tree import Node
from sagsbarometer.forms.language.types import Name, Type
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.define import define_measure
from sagsbarometer.measures.measure import Measure, Text

_TIMES = ("mean", "quantile")
_DASHES = "Begynd hver post med en bindestreg."


@dataclass(slots=True)
class Measures:
    """Every measure and clock by id, and the faults found.

    `broken` are ids of measures at fault: what points to them is no second fault. `one_of`: outcomes that stand for
    several.
    """

    groupings: Mapping[str, Grouping]
    columns: Columns = EVERY_REGISTER
    one_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    by_id: dict[str, Measure] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    selection: Text = field(default_factory=dict)
    few_cases: int = 0
    why_not: Text = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    @property
    def names(self) -> Mapping[str, Name]:
        """What a condition may use."""
        return names(self.groupings, self.columns, self.clocks)

    def read(self, located: Located) -> None:
        """Adds what is under `clocks:` and `measures:`.

        Codes: LAYOUT-101, 102, 104, 110, and SPROG for conditions.
        """
        for index, _ in self._items(located, "clocks"):
            self._clock(located, ("clocks", index))
        for index, item in self._items(located, "measures"):
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

    def _items(self, located: Located, key: str) -> Iterator[tuple[int, object]]:
        items = located.data.get(key) or []
        if isinstance(items, list):
            yield from enumerate(items)
        else:
            self._add("LAYOUT-101", located.place(key), f"»{key}« skal være en liste.", _DASHES)

    def _clock(self, located: Located, path: Path_) -> None:
        file, problems = validated(located, ClockFile, path, code="LAYOUT-101")
        self.problems += problems
        if file is None:
            return
        if file.id in self.clocks or file.id in self.columns.types:
            fault = (
                f"Uret {shown(file.id)} findes to gange, eller registret har en kolonne, der hedder sådan."
            )
            self._add("LAYOUT-102", located.place(*path), fault, "Giv det et andet id.")
            return
        dates = [("from", file.from_), ("to", file.to)]
        dates += [("by_outcome", column) for column in file.by_outcome.values()]
        found = [self._column(located, (*path, key), column, Type.DATE) for key, column in dates]
        outcomes = self.groupings["outcome"].values or {}
        for code in file.by_outcome:
            if code not in outcomes or code in self.one_of:
                fault = f"{shown(code)} er ikke et enkelt udfald."
                self._add("LAYOUT-104", located.place(*path, "by_outcome"), fault, "Skriv fx remitted.")
                found.append(False)
        if all(found):
            unclear = unclear_outcomes(file.by_outcome, self.one_of)
            self.clocks[file.id] = Clock(
                file.id, file.from_, file.to, file.label, file.source, file.by_outcome, unclear
            )

    def _column(self, located: Located, path: Path_, id: str, type: Type) -> bool:
        """Whether there is such a column or clock, and of this type."""
        known = self.names
        if id in known and known[id].type is type:
            return True
        what = "dato" if type is Type.DATE else "ur eller kolonne med hele tal"
        fit = ", ".join(name for name, item in known.items() if item.type is type)
        self._add("LAYOUT-110", located.place(*path), f"{shown(id)} er ingen {what}.", f"Skriv en af: {fit}.")
        return False

    def _sound(self, located: Located, path: Path_, file: MeasureFile) -> bool:
        before = len(self.problems)
        for fault, remedy in _mixed(file):
            self._add("LAYOUT-110", located.place(*path), fault, remedy)
        if file.per is not None and (file.per not in self.groupings):
            known = ", ".join(sorted(self.groupings))
            fault = f"Grupperingen {shown(file.per)} findes ikke."
            self._add("LAYOUT-104", located.place(*path, "per"), fault, f"Skriv en af: {known}.")
        if file.value is not None:
            self._column(located, (*path, "value"), file.value, Type.INT)
        if file.stock is not None:
            for key, column in (("from", file.stock.from_), ("to", file.stock.to)):
                self._column(located, (*path, "stock", key), column, Type.DATE)
        for key in ("base", "counts"):
            if text := getattr(file, key):
                _, problems = expression(located, (*path, key), text, self.names, file.id)
                self.problems += problems
        return len(self.problems) == before

    def _define(self, located: Located, path: Path_, file: MeasureFile) -> None:
        plain = file.model_dump()
        if file.kind in _TIMES:
            plain["unit"] = file.unit or "days"
        dates = {file.stock.from_, file.stock.to} if file.stock else {file.date}
        self.by_id[file.id] = define_measure(
            plain, located.place(*path), lambda used: (tuple(sorted({*used, *dates})), {})
        )

    def _add(self, code: str, place: Place, fault: str, remedy: str) -> None:
        self.problems.append(Problem(code, place, fault, remedy))


def _mixed(file: MeasureFile) -> Iterator[tuple[str, str]]:
    """What of a measure does not go together, and what to do about it."""
    is_time = file.kind in _TIMES
    if file.kind == "share" and not file.counts:
        yield "En andel (share) mangler counts.", "Tilføj counts:."
    if file.counts and file.kind not in ("share", "count"):
        kind = "En part" if file.kind == "part" else "En tid"
        yield f"{kind} kan ikke have counts.", "Slet counts:, eller skriv betingelsen i base:."
    if is_time and (file.value is None) == (file.stock is None):
        yield (
            "En tid (mean, quantile) er enten af value eller, for beholdningen, af stock.",
            "Skriv value: med et ur, eller stock: med from: og to:.",
        )
    if (file.kind == "quantile") != (file.quantile is not None):
        yield "En fraktil har quantile: med procenten, og kun den.", "Skriv kind: quantile og quantile: 50."
    if not is_time and (file.value is not None or file.unit is not None):
        yield "Kun tider (mean, quantile) har value og unit.", "Slet dem, eller skriv kind: mean."
    if file.stock is not None and file.kind in ("share", "part"):
        yield "En beholdning er et antal eller en alder.", "Skriv kind: count, mean eller quantile."


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

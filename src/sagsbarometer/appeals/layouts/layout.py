"""A layout: statistical tables and figures as data, read with every fault of it told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeVar

from sagsbarometer.appeals.clocks import Clock
from sagsbarometer.appeals.columns import EVERY_REGISTER, Columns
from sagsbarometer.appeals.groupings import NAMED, Grouping, Value, groupings
from sagsbarometer.appeals.layouts.given import read_given
from sagsbarometer.appeals.layouts.layout_check import check_sheet
from sagsbarometer.appeals.layouts.layout_schema import FigureFile, GivenFile, GroupFile, HeadFile, TableFile
from sagsbarometer.appeals.layouts.measures_file import Measures, expression
from sagsbarometer.appeals.layouts.settle import with_own
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.datafiles.located import Located, Path_, read_yaml
from sagsbarometer.datafiles.validated import Strict, validated
from sagsbarometer.forms.language.tree import Node
from sagsbarometer.kernel.ids import ascii_id, content_hash, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.given import Given
from sagsbarometer.measures.measure import Measure, Text

FILE = "layout.yaml"
MEASURES = "measures.yaml"
_LISTS = ("clocks", "measures", "groups", "tables", "figures", "given")
_Item = TypeVar("_Item", bound=Strict)


@dataclass(frozen=True, slots=True)
class Layout:
    """Tables and figures with all they point to. `named`: the condition of each group the layout makes itself."""

    id: str
    title: Text
    source: Text | str
    note: Text
    tables: tuple[TableFile, ...]
    figures: tuple[FigureFile, ...]
    measures: Mapping[str, Measure]  # every measure there is, those of the layout last
    selection: Text  # how the cases of a register came in
    few_cases: int  # a percentage of fewer is marked
    why_not: Text  # why a complete count does not speak for other cases
    groupings: Mapping[str, Grouping]
    named: Mapping[str, Node]
    texts: tuple[Path, ...]  # of its reports, by name
    hash: str
    columns: Columns  # of the register it is for
    clocks: Mapping[str, Clock]
    one_of: Mapping[str, Sequence[str]]  # outcomes that stand for several, with those
    made_for: Mapping[
        str, str
    ]  # sheets made for a column of the register's own (`each: own`), with that column
    given: tuple[Given, ...] = ()  # tables from elsewhere


def load_layout(
    folder: Path, measures_file: Path, catalogue: Catalogue, columns: Columns = EVERY_REGISTER
) -> Layout:
    """The layout in a folder, with the measures of `measures_file` and its own, for a register with these columns.

    Raises Faults with everything wrong in both files: YAML-1xx, LAYOUT-101 to 110, SPROG-1xx and 2xx.
    """
    problems: list[Problem] = []
    located = _read(folder / FILE, f"{folder.name}/{FILE}", problems)
    shared, known, measures = _shared(measures_file, catalogue, columns, problems)
    layout = _Reader(located, known, measures, folder).read() if located is not None else None
    problems += measures.problems
    if problems or layout is None or shared is None or located is None:
        raise Faults(problems)
    return replace(
        layout,
        texts=tuple(sorted(folder.glob("*.md"))),
        # A layout without given tables keeps the hash it had before there were any.
        hash=content_hash([shared.data, located.data, *map(asdict, layout.given)]),
    )


def bare_layout(measures_file: Path, catalogue: Catalogue, columns: Columns = EVERY_REGISTER) -> Layout:
    """The measures and groupings of a register without a table: for questions that no layout was written for.

    Raises Faults as `load_layout`.
    """
    problems: list[Problem] = []
    shared, known, measures = _shared(measures_file, catalogue, columns, problems)
    problems += measures.problems
    if problems or shared is None:
        raise Faults(problems)
    return Layout(
        id="",
        title={},
        source="",
        note={},
        tables=(),
        figures=(),
        measures=measures.by_id,
        selection=measures.selection,
        few_cases=measures.few_cases,
        why_not=measures.why_not,
        groupings=known,
        named={},
        texts=(),
        hash=content_hash([shared.data]),
        columns=columns,
        clocks=measures.clocks,
        one_of=measures.one_of,
        made_for={},
    )


def _shared(
    file: Path, catalogue: Catalogue, columns: Columns, problems: list[Problem]
) -> tuple[Located | None, dict[str, Grouping], Measures]:
    """The file of measures that every layout has (None where it cannot be read), the groupings, and the measures with
    the faults found in them. A layout adds to both."""
    located = _read(file, file.name, problems)
    one_of = {id: tuple(item.one_of) for id, item in catalogue.outcomes.items() if item.one_of}
    known = dict(groupings(catalogue, columns))
    measures = Measures(known, columns, one_of)
    if located is not None:
        measures.read_complete(located)
        measures.read(located)
    return located, known, measures


def _read(path: Path, name: str, problems: list[Problem]) -> Located | None:
    try:
        located = read_yaml(path, name)
    except Faults as faults:
        problems += faults.problems
        return None
    if isinstance(located.data, dict):
        return located
    fault = "Filen er tom eller har ingen nøgler."
    problems.append(Problem("LAYOUT-101", Place(name), fault, "Se docs/layouts.md."))
    return None


class _Reader:
    """Reads one layout file; its faults go the same way as those of its measures."""

    def __init__(
        self, located: Located, known: dict[str, Grouping], measures: Measures, folder: Path
    ) -> None:
        self.located = located
        self.folder = folder
        self.known = known
        self.measures = measures
        self.named: dict[str, Node] = {}

    def read(self) -> Layout | None:
        """The layout; None, or half of one, where there are faults."""
        self.measures.read(self.located)
        self._groups()
        tables, figures = self._items("tables", TableFile), self._items("figures", FigureFile)
        sheets: list[tuple[Path_, TableFile | FigureFile]] = [*tables, *figures]
        from_elsewhere = self._items("given", GivenFile)
        self._once([*sheets, *from_elsewhere])
        given, problems = read_given(self.located, self.folder, from_elsewhere)
        self.measures.problems += problems
        for path, file in sheets:
            self.measures.problems += check_sheet(self.located, path, file, self.measures, self.known)
        head = self._head()
        if head is None:
            return None
        columns = self.measures.columns
        own_tables = with_own([file for _, file in tables], columns)
        own_figures = with_own([file for _, file in figures], columns)
        return Layout(
            id=head.layout,
            title=head.title,
            source=head.source,
            note=head.note or {},
            tables=tuple(file for file, _ in own_tables),
            figures=tuple(file for file, _ in own_figures),
            measures=self.measures.by_id,
            selection=self.measures.selection,
            few_cases=self.measures.few_cases,
            why_not=self.measures.why_not,
            groupings=self.known,
            named=self.named,
            texts=(),
            hash="",
            columns=columns,
            clocks=self.measures.clocks,
            one_of=self.measures.one_of,
            made_for={
                **{file.id: own for file, own in own_tables if own},
                **{file.id: own for file, own in own_figures if own},
            },
            given=given,
        )

    def _head(self) -> HeadFile | None:
        data = {key: value for key, value in self.located.data.items() if key not in _LISTS}
        head = Located(self.located.file, data, self.located.marks)
        file, problems = validated(head, HeadFile, code="LAYOUT-101")
        self.measures.problems += problems
        if not self.located.data.get("tables") and not self.located.data.get("figures"):
            self._add("LAYOUT-101", (), "Layoutet har hverken tabeller eller figurer.", "Tilføj tables:.")
        return file

    def _items(self, key: str, model: type[_Item]) -> list[tuple[Path_, _Item]]:
        items = self.located.data.get(key) or []
        if not isinstance(items, list):
            self._add(
                "LAYOUT-101", (key,), f"»{key}« skal være en liste.", "Begynd hver post med en bindestreg."
            )
            return []
        found: list[tuple[Path_, _Item]] = []
        for index in range(len(items)):
            file, problems = validated(self.located, model, (key, index), code="LAYOUT-101")
            self.measures.problems += problems
            if file is not None:
                found.append(((key, index), file))
        return found

    def _groups(self) -> None:
        values: dict[str, Value] = {}
        for path, file in self._items("groups", GroupFile):
            if file.id in values:
                fault = f"Gruppen {shown(file.id)} findes to gange."
                self._add("LAYOUT-102", path, fault, "Giv den ene et andet id.")
            values[file.id] = Value(file.id, file.label)
            node, problems = expression(
                self.located, (*path, "condition"), file.condition, self.measures.names, file.id
            )
            self.measures.problems += problems
            if node is not None:
                self.named[file.id] = node
        if values:
            self.known[NAMED] = Grouping(NAMED, "", values, several=True)

    def _once(self, sheets: list[tuple[Path_, TableFile | FigureFile | GivenFile]]) -> None:
        """Ids are what texts point by, and numbers what files are called by: neither may stand twice."""
        ids: set[str] = {"cases"}  # what a text calls a number of no table
        numbers: set[tuple[type, str]] = set()
        for path, file in sheets:
            if file.id in ids:
                fault = f"To tabeller eller figurer hedder {shown(file.id)}, eller ordet er optaget."
                self._add("LAYOUT-102", (*path, "id"), fault, "Giv den ene et andet id.")
            # A given table is one of the tables: the two may not have the same number.
            number = (FigureFile if isinstance(file, FigureFile) else TableFile, ascii_id(file.number))
            if file.number and number in numbers:
                fault = f"To af samme slags har nummer {shown(file.number)}."
                self._add("LAYOUT-102", (*path, "number"), fault, "Giv den ene et andet nummer.")
            ids.add(file.id)
            numbers.add(number)

    def _add(self, code: str, path: Path_, fault: str, remedy: str) -> None:
        self.measures.problems.append(Problem(code, self.located.place(*path), fault, remedy))

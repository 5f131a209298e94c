"""What a mapping says in the row language: columns that are derived, and rows that are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.intake.cells import TARGETS, CodeLists, Source
from sagsbarometer.appeals.registration import DELIVERY, LINE
from sagsbarometer.datafiles.located import Path_
from sagsbarometer.deliveries.mapping import Columns
from sagsbarometer.forms.language.check import check
from sagsbarometer.forms.language.compile import compile_term, compile_truth
from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tree import Holds, Literal, Node, Ref, StateOf, children, names
from sagsbarometer.forms.language.types import Name, Type
from sagsbarometer.forms.states import State, choice_column, state_column
from sagsbarometer.kernel.ids import holds_cpr, shown
from sagsbarometer.kernel.problems import Faults

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Derived:
    """A column whose values follow from the others."""

    target: str
    type: Type
    node: Node


@dataclass(frozen=True, slots=True)
class Condition:
    """Rows for which `node` holds are left out, because of `reason`."""

    node: Node
    reason: str


@dataclass
class Expressions:
    """The expressions of one mapping. Names are the register's columns; beside them those of the file, as text.

    `scratch` are the columns of the file that were asked for and are no columns of the register, by names of their own.
    """

    columns: Columns
    types: Mapping[str, Type]
    lists: CodeLists
    derived: list[Derived] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    scratch: dict[str, Source] = field(default_factory=dict)

    def derive(self, target: str, type: Type, text: str, at: Path_) -> None:
        """Keep a column that is derived, or the faults of its expression."""
        node = self._read(text, at, type)
        if node is None:
            return
        known = self.lists.get(target)
        if known and isinstance(node, Literal) and node.value not in known.codes:
            fault = f"{shown(str(node.value))} er ikke en kode for {target}."
            self.columns.add("KORT-102", at, fault, "Skriv en kode, registret har.")
        elif known and isinstance(node, Ref) and not set(self._codes(node.name)) <= set(known.codes):
            fault = f"{node.name} kan have andre koder end {target}."
            self.columns.add("KORT-102", at, fault, "Brug from: med codes:.")
        elif known and not isinstance(node, Literal | Ref):
            self.columns.add("KORT-103", at, f"»{target}« kan ikke udledes sådan.", "Brug from: med codes:.")
        self.derived.append(Derived(target, type, node))

    def leave_out(self, text: str, reason: str, at: Path_) -> None:
        """Keep a condition on the rows that are left out, or its faults."""
        if (node := self._read(text, at, Type.BOOL)) is not None:
            self.conditions.append(Condition(node, reason))

    def _codes(self, name: str) -> tuple[str, ...]:
        return self.lists[name].codes if name in self.lists else ("",)  # one that no list has

    def _read(self, text: str, at: Path_, type: Type) -> Node | None:
        place = self.columns.located.place(*at)
        if holds_cpr(text):
            remedy = "Fjern det: et CPR-nummer må ikke komme i et register."
            self.columns.add("REGISTER-110", at, "Her står noget, der ligner et CPR-nummer.", remedy)
            return None
        try:
            node = parse(text, place)
        except Faults as faults:
            self.columns.problems += faults.problems
            return None
        known = names_of(self.types, self.lists)
        system = {*TARGETS, DELIVERY, LINE}
        raw = {name: Name(name, Type.TEXT) for name in self.columns.header if name not in {*known, *system}}
        _, problems = check(node, {**known, **raw}, place, type)
        self.columns.problems += problems
        if problems:
            return None
        for name in sorted(names(node) & set(raw)):
            self.columns.use(at, name)
            node = _renamed(node, name, self._alias(name))
        return node

    def _alias(self, column: str) -> str:
        """A name for a column of the file that is no column's of the register, in whatever case: engines see none."""
        there = next((id for id, source in self.scratch.items() if source.column == column), "")
        alias = there or f"_raw_{len(self.scratch)}"
        self.scratch[alias] = Source(alias, Type.TEXT, (column,))
        return alias


def _renamed(node: Any, name: str, alias: str) -> Any:
    """The expression with another name in the place of one."""
    if isinstance(node, tuple):
        return tuple(_renamed(item, name, alias) for item in node)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    changed = {item.name: _renamed(getattr(node, item.name), name, alias) for item in fields(node)}
    if isinstance(node, Ref | StateOf | Holds) and node.name == name:
        changed["name"] = alias
    return replace(node, **changed)


def names_of(types: Mapping[str, Type], lists: CodeLists) -> dict[str, Name]:
    """What expressions may know of the columns of a register."""
    return {
        id: Name(id, type, lists[id].codes if type in (Type.CODE, Type.CODES) and id in lists else ())
        for id, type in types.items()
    }


# --- as columns of a table ---


REASON = "_reason"


def with_derived(table: ir.Table, derived: Iterable[Derived], types: Mapping[str, Type]) -> ir.Table:
    """The registrations with the values of derived columns; they are derived of what was read, not of one another."""
    items = tuple(derived)
    prepared, known = _prepared(table, [item.node for item in items], types)
    values = {item.target: _value(item, prepared, known) for item in items}
    return prepared.mutate(**values).select(table.columns)


def with_reason(table: ir.Table, conditions: Iterable[Condition], types: Mapping[str, Type]) -> ir.Table:
    """The registrations with a column REASON: why a row is left out as the number of the first condition that holds,
    from 0; null for a row that stays.
    """
    import ibis

    items = tuple(conditions)
    prepared, known = _prepared(table, [item.node for item in items], types)
    nothing = ibis.null("int16")
    if not items:
        return table.mutate(**{REASON: nothing})
    cases = [
        (compile_truth(item.node, prepared, known).fill_null(False), ibis.literal(index, "int16"))
        for index, item in enumerate(items)
    ]
    return prepared.mutate(**{REASON: ibis.cases(*cases, else_=nothing)}).select(*table.columns, REASON)


def _prepared(
    table: ir.Table, nodes: list[Node], types: Mapping[str, Type]
) -> tuple[ir.Table, dict[str, Name]]:
    import ibis

    used = {name for node in nodes for name in names(node)}
    added: dict[str, Any] = {}
    for name in sorted(used):
        missing = table[name].isnull()
        added[state_column(name)] = ibis.ifelse(missing, State.NOT_ANSWERED.value, State.ANSWERED.value)
    for code, name in sorted({held for node in nodes for held in _held(node)}):
        added[choice_column(name, code)] = ("|" + table[name] + "|").contains(f"|{code}|")
    known = {name: Name(name, types.get(name, Type.TEXT)) for name in used}
    return (table.mutate(**added) if added else table), known


def _held(node: Node) -> set[tuple[str, str]]:
    own = {(node.code, node.name)} if isinstance(node, Holds) else set()
    return own.union(*(_held(child) for child in children(node)))


def _value(item: Derived, table: ir.Table, known: Mapping[str, Name]) -> Any:
    if item.type is Type.BOOL:
        return compile_truth(item.node, table, known)
    value = compile_term(item.node, table, known).value
    return value.cast("int32") if item.type is Type.INT else value

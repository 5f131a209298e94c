"""The same meaning as `evaluate`, as Ibis expressions on a table of frozen rows.

A value column is null unless its state is `answered`, so SQL's own three-valued logic is the language's, with
one thing added: a comparison with a name that is absent (`not_asked`, `not_relevant`) is no, not null. Every
comparison therefore stands as `present and comparison`: no where the state is absent, null where unknown.

Only what every engine has is used. Dates are moved and subtracted as day numbers; the one exception is
`compile_term` of a moved date, which needs intervals (SQLite from 3.46).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sagsbarometer.forms.language.tree import (
    And,
    Compare,
    CountTrue,
    DaysBetween,
    Holds,
    Literal,
    Node,
    Not,
    OneOf,
    Or,
    Ref,
    Shift,
    StateOf,
    children,
)
from sagsbarometer.forms.language.types import MAX_SHIFT, Name, Type
from sagsbarometer.forms.states import ABSENT, State, choice_column, state_column

if TYPE_CHECKING:
    import ibis.expr.types as ir

_COLUMN_TYPES = {
    Type.BOOL: "boolean",
    Type.CODE: "string",
    Type.TEXT: "string",
    Type.INT: "int64",
    Type.DATE: "date",
}
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_EPOCH = date(1970, 1, 1)
_FIRST_DAY, _LAST_DAY = ((day - _EPOCH).days for day in (date.min, date.max))


@dataclass(frozen=True, slots=True)
class Term:
    """A value and its state, as two columns; the value is null unless the state is `answered`."""

    value: ir.Value
    state: ir.StringValue


def compile_truth(node: Node, table: ir.Table, names: Mapping[str, Name]) -> ir.BooleanValue:
    """Whether a boolean expression holds: true, false, or null for unknown.

    Raises KeyError where a name is not in `names`, and what Ibis raises where a column is not in the table.
    """
    return _Rows(table, names).truth(node)


def compile_term(node: Node, table: ir.Table, names: Mapping[str, Name]) -> Term:
    """The value of an expression with its state, as `evaluate.term` gives them. Raises as `compile_truth`."""
    return _Rows(table, names).term(node)


def _balanced(items: Iterable[Any], join: Callable[[Any, Any], Any]) -> Any:
    """All items joined, as a tree as low as can be: the engines walk it by recursion."""
    level = list(items)
    while len(level) > 1:
        pairs = [join(one, other) for one, other in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


class _Rows:
    """One table and what its names stand for."""

    def __init__(self, table: ir.Table, names: Mapping[str, Name]) -> None:
        self.table = table
        self.names = names

    def truth(self, node: Node) -> ir.BooleanValue:
        import ibis

        match node:
            case Compare(sign, left, right):
                return self.compare(sign, left, right)
            case And(items):
                return _balanced(map(self.truth, items), operator.and_)
            case Or(items):
                return _balanced(map(self.truth, items), operator.or_)
            case Not(item):
                return _opposite(self.truth(item))
            case Ref(name):
                return self.where_present((node,), self.column(name))
            case OneOf(Shift() as item, options):
                return _balanced((self.compare("==", item, option) for option in options), operator.or_)
            case OneOf(item, options):
                return self.where_present(
                    (item,), self.value(item).isin([option.value for option in options])
                )
            case Holds(code, name):
                held = self.table[choice_column(self.names[name].id, code)].cast("boolean")
                return self.where_present((Ref(name),), held)
            case Literal(value):
                return ibis.literal(bool(value))
            case _:
                raise TypeError(f"{type(node).__name__} has no truth")

    def term(self, node: Node) -> Term:
        import ibis

        value = self.calendar_date(node) if isinstance(node, Shift) else self.value(node)
        if isinstance(node, Ref):
            return Term(value, self.state(node.name))
        cases = [(self.state(name).isin(_words(ABSENT)), self.state(name)) for name in _operands(node)]
        cases.append((value.isnull(), ibis.literal(State.CANNOT_BE_SEEN.value)))
        return Term(value, ibis.cases(*cases, else_=State.ANSWERED.value))

    def column(self, name: str) -> Any:
        return self.table[name].cast(_COLUMN_TYPES[self.names[name].type])

    def state(self, name: str) -> Any:
        return self.table[state_column(name)].cast("string").fill_null(State.NOT_ANSWERED.value)

    def where_present(self, operands: Sequence[Node], comparison: Any) -> Any:
        """The comparison, but no where a name it compares is absent."""
        used = dict.fromkeys(name for operand in operands for name in _operands(operand))
        present = [self.state(name).notin(_words(ABSENT)) for name in used]
        return _balanced([*present, comparison], operator.and_)

    def value(self, node: Node) -> Any:
        import ibis

        match node:
            case Ref(name):
                return self.column(name)
            case StateOf(name):
                return self.state(name)
            case Literal(value):
                return ibis.literal(value, "int64") if type(value) is int else ibis.literal(value)
            case DaysBetween(later, earlier):
                return self.day_number(later) - self.day_number(earlier)
            case _:
                return self.truth(node)

    def day_number(self, node: Node) -> Any:
        """A date as whole days since 1970-01-01."""
        import ibis

        if isinstance(node, Shift):
            days = self.value(node.days)
            if isinstance(node.days, Ref):
                days = ibis.ifelse(days.between(-MAX_SHIFT, MAX_SHIFT), days, ibis.null("int64"))
            start = self.day_number(node.date)
            return start + days if node.sign > 0 else start - days
        if isinstance(node, Literal) and isinstance(node.value, date):
            return ibis.literal((node.value - _EPOCH).days, "int64")
        return self.value(node).epoch_days().cast("int64")

    def calendar_date(self, node: Shift) -> Any:
        """A moved date as a date; null outside the years 1 to 9999."""
        import ibis

        days = self.day_number(node)
        inside = ibis.ifelse(days.between(_FIRST_DAY, _LAST_DAY), days, ibis.null("int64"))
        return (ibis.literal(_EPOCH) + inside.as_interval("D")).cast("timestamp").cast("date")

    def compare(self, sign: str, left: Node, right: Node) -> Any:
        if isinstance(left, CountTrue):
            return self.compare_count(sign, left, right)
        if isinstance(right, CountTrue):
            return self.compare_count(_MIRRORED.get(sign, sign), right, left)
        moved = isinstance(left, Shift) or isinstance(right, Shift)
        value_of = self.day_number if moved else self.value
        comparison = _OPERATORS[sign](value_of(left), value_of(right))
        return self.where_present((left, right), comparison)

    def compare_count(self, sign: str, count: CountTrue, number: Node) -> Any:
        """By way of »at least«: it is yes from `low`, no above `high`, and the other signs follow from it."""
        import ibis

        limit = number.value if isinstance(number, Literal) else None
        if not isinstance(limit, int):
            raise TypeError("count_true is compared with a whole number only")
        verdicts = [self.truth(item) for item in count.items]
        low = _balanced((ibis.ifelse(verdict, 1, 0) for verdict in verdicts), operator.add)
        high = _balanced((ibis.ifelse(_opposite(verdict), 0, 1) for verdict in verdicts), operator.add)

        def at_least(least: int) -> Any:
            return ibis.cases((low >= least, True), (high < least, False), else_=ibis.null("boolean"))

        match sign:
            case ">=":
                return at_least(limit)
            case ">":
                return at_least(limit + 1)
            case "<":
                return _opposite(at_least(limit))
            case "<=":
                return _opposite(at_least(limit + 1))
            case "==":
                return at_least(limit) & _opposite(at_least(limit + 1))
            case _:
                return _opposite(at_least(limit)) | at_least(limit + 1)


def _opposite(verdict: Any) -> Any:
    """The verdict turned round."""
    import ibis

    # Not `~verdict`: Ibis 12 writes `(~verdict).isnull()` as `NOT verdict IS NULL`, another question.
    return verdict == ibis.literal(False)


def _operands(node: Node) -> tuple[str, ...]:
    """The names whose absence is the absence of the term. A boolean expression has none: it has a verdict."""
    if isinstance(node, Ref):
        return (node.name,)
    if isinstance(node, Shift | DaysBetween):
        return tuple(dict.fromkeys(name for child in children(node) for name in _operands(child)))
    return ()


def _words(states: Iterable[State]) -> list[str]:
    return sorted(state.value for state in states)

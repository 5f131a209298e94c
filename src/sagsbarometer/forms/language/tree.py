"""The tree an expression is parsed to, once. Frozen, comparable, and the same for every evaluator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Literal:
    """A code or text, a whole number, a date, or `true`/`false`."""

    value: str | int | bool | date


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a question or derived variable."""

    name: str


@dataclass(frozen=True, slots=True)
class StateOf:
    """`state(q)`: the state of an answer, always known."""

    name: str


@dataclass(frozen=True, slots=True)
class Shift:
    """`d + 28 days` or `d - n days`: a date moved by whole days; `sign` is 1 or -1."""

    date: Node
    sign: int
    days: Node  # an int: Literal or Ref


@dataclass(frozen=True, slots=True)
class DaysBetween:
    """`later - earlier`: whole days from one date to another."""

    later: Node
    earlier: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """`left operator right` with one of == != < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class OneOf:
    """`q in ('a', 'b')`: the value is one of the literals. Also for `state(q) in (...)`."""

    item: Node
    options: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Holds:
    """`'a' in q`: the set question q holds the code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CountTrue:
    """`count_true(a, b, c)`: how many hold; only inside a comparison with a whole number."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`not a`."""

    item: Node


@dataclass(frozen=True, slots=True)
class And:
    """`a and b and c`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """`a or b or c`."""

    items: tuple[Node, ...]


Node = Literal | Ref | StateOf | Shift | DaysBetween | Compare | OneOf | Holds | CountTrue | Not | And | Or

TRUE = Literal(True)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly under `node`."""
    match node:
        case Shift(date, _, days):
            return (date, days)
        case DaysBetween(later, earlier):
            return (later, earlier)
        case Compare(_, left, right):
            return (left, right)
        case OneOf(item, options):
            return (item, *options)
        case Not(item):
            return (item,)
        case CountTrue(items) | And(items) | Or(items):
            return items
        case _:
            return ()


def names(node: Node | None) -> frozenset[str]:
    """Every name in the expression, also inside `state(...)`; empty for None."""
    return state_names(node) | value_names(node)


def state_names(node: Node | None) -> frozenset[str]:
    """The names used as `state(q)`."""
    if node is None:
        return frozenset()
    own = {node.name} if isinstance(node, StateOf) else set()
    return frozenset(own.union(*(state_names(child) for child in children(node))))


def value_names(node: Node | None) -> frozenset[str]:
    """The names used by their value."""
    if node is None:
        return frozenset()
    own = {node.name} if isinstance(node, Ref | Holds) else set()
    return frozenset(own.union(*(value_names(child) for child in children(node))))

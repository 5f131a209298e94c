"""From tree to text: the one way to write an expression, for documentation and for hashes."""

from __future__ import annotations

from datetime import date

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
)

# How tightly a node binds; one that binds looser than its place demands gets parentheses.
_LOOSE, _OR, _AND, _NOT, _COMPARISON, _SUM, _PRIMARY = range(7)


def write(node: Node) -> str:
    """The expression on one line; `parse` makes the same tree of it.

    Two expressions that differ only in spaces and needless parentheses are written the same. An `and`
    within an `or` is given parentheses, which the language does not need but a reader does.
    """
    return _written(node, _LOOSE)


def _written(node: Node, demanded: int) -> str:
    text, binding = _text(node)
    return f"({text})" if binding < demanded else text


def _text(node: Node) -> tuple[str, int]:
    match node:
        case Or(items):
            return " or ".join(_written(item, _OR if isinstance(item, Or) else _NOT) for item in items), _OR
        case And(items):
            return " and ".join(_written(item, _AND) for item in items), _AND
        case Not(item):
            return f"not {_written(item, _NOT if isinstance(item, Not | Ref) else _PRIMARY)}", _NOT
        case Compare(operator, left, right):
            return f"{_written(left, _SUM)} {operator} {_written(right, _SUM)}", _COMPARISON
        case OneOf(item, options):
            return f"{_written(item, _SUM)} in ({', '.join(map(_literal, options))})", _COMPARISON
        case Holds(code, name):
            return f"{_literal(Literal(code))} in {name}", _COMPARISON
        case Shift(start, sign, days):
            return f"{_written(start, _SUM)} {'+' if sign > 0 else '-'} {_written(days, _PRIMARY)} days", _SUM
        case DaysBetween(later, earlier):
            return f"{_written(later, _SUM)} - {_written(earlier, _PRIMARY)}", _SUM
        case CountTrue(items):
            return f"count_true({', '.join(map(write, items))})", _PRIMARY
        case StateOf(name):
            return f"state({name})", _PRIMARY
        case Ref(name):
            return name, _PRIMARY
        case Literal():
            return _literal(node), _PRIMARY


def _literal(literal: Literal) -> str:
    value = literal.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return value.isoformat() if isinstance(value, date) else str(value)

"""What a form lets an answer be, in words that outlive the form: who has the form knows which answers can meet."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sagsbarometer.forms.form import Derived, Form, Question
from sagsbarometer.forms.language.tree import Compare, Holds, Literal, Node, Not, Or, Ref
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.language.write import write
from sagsbarometer.forms.states import State

CHECK = "check"  # the type of what is no answer, but a statement that never is false


@dataclass(frozen=True, slots=True)
class Asked:
    """One question or derived variable: its type, its codes, and the states its answer can have.

    `asked_if`: without which it is `not_asked`, "" where it is always asked. `expression`: what a derived
    variable is computed by, "" for a question; of a `check` the statement.
    """

    id: str
    type: str
    codes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    asked_if: str = ""
    expression: str = ""


def asked(form: Form, names: Collection[str]) -> tuple[Asked, ...]:
    """What the form lets the answers to `names` be, and what it refuses of them together, in the form's order."""
    items = [item for item in form.items if item.id in names]
    never = (statement for item in items for statement in _chosen(item))
    return (
        *(_asked(item) for item in items),
        *(Asked(f"choice {number}", CHECK, expression=write(node)) for number, node in enumerate(never, 1)),
        *(Asked(item.id, CHECK, expression=write(item.holds)) for item in form.checks if item.hard),
    )


def _asked(item: Question | Derived) -> Asked:
    states = {State.ANSWERED} | ({State.NOT_ASKED} if item.ask_if is not None else set())
    if isinstance(item, Question):
        states |= set(item.allow) | (set() if item.required else {State.NOT_ANSWERED})
    elif item.type is Type.BOOL and not isinstance(item.expression, Ref):
        states.add(State.CANNOT_BE_SEEN)  # where what it is computed from is unknown
    else:
        states |= set(State)  # it takes the state of what it is computed from
    return Asked(
        item.id,
        item.type.value,
        item.codes if isinstance(item, Question) else (),
        tuple(state.value for state in State if state in states),
        write(item.ask_if) if item.ask_if is not None else "",
        write(item.expression) if isinstance(item, Derived) else "",
    )


def _chosen(item: Question | Derived) -> Iterator[Node]:
    """Of each choice that is not always shown: it is not chosen, or it is shown."""
    if isinstance(item, Question):
        for choice in item.choices:
            if choice.show_if is not None:
                several = item.type is Type.CODES
                chosen: Node = (
                    Holds(choice.code, item.id)
                    if several
                    else Compare("==", Ref(item.id), Literal(choice.code))
                )
                yield Or((Not(chosen), choice.show_if))

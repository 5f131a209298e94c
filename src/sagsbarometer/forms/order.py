"""In which order the names of a form can be computed, each after what it depends on."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from sagsbarometer.forms.form import Derived, Form, Question
from sagsbarometer.forms.language.tree import names
from sagsbarometer.kernel.problems import Place, Problem
from sagsbarometer.kernel.said import said


def in_order(
    file: str, questions: tuple[Question, ...], derived: tuple[Derived, ...]
) -> tuple[tuple[str, ...], list[Problem]]:
    """The ids in order, and FORM-109 for each ring of ids that depend on each other; those are left out."""
    items: tuple[Question | Derived, ...] = (*questions, *derived)
    ids = {item.id for item in items}
    graph = {question.id: _needs(question) & ids for question in questions}
    graph |= {item.id: (names(item.expression) | names(item.ask_if)) & ids for item in derived}
    problems: list[Problem] = []
    while True:
        try:
            return tuple(TopologicalSorter(graph).static_order()), problems
        except CycleError as error:
            ring = list(reversed(error.args[1]))
            line = next(item.line for item in items if item.id == ring[0])
            fault = said("Spørgsmålene afhænger af hinanden i ring: {ring}.", ring=" → ".join(ring))
            place = Place(file, line=line, question=ring[0])
            problems.append(
                Problem("FORM-109", place, fault, said("Bryd ringen: fjern en af betingelserne."))
            )
            graph = {id: needs - set(ring) for id, needs in graph.items() if id not in ring}


def depends_on(form: Form) -> dict[str, frozenset[str]]:
    """Every name of a form to all the names that decide whether it is asked, or what it is, however far back."""
    behind: dict[str, frozenset[str]] = {}
    items = {item.id: item for item in form.items}
    for id in form.order:
        item = items[id]
        direct = _needs(item) if isinstance(item, Question) else names(item.expression) | names(item.ask_if)
        behind[id] = direct.union(*(behind.get(name, frozenset()) for name in direct))
    return behind


def _needs(question: Question) -> frozenset[str]:
    return names(question.ask_if).union(*(names(choice.show_if) for choice in question.choices))

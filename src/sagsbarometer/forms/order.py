"""In which order the names of a form can be computed, each after what it depends on."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from sagsbarometer.forms.form import Derived, Question
from sagsbarometer.forms.language.tree import names
from sagsbarometer.kernel.problems import Place, Problem


def in_order(
    file: str, questions: tuple[Question, ...], derived: tuple[Derived, ...]
) -> tuple[tuple[str, ...], list[Problem]]:
    """The ids in order; none, and FORM-109 with the whole ring, when they depend on each other in a ring."""
    items: tuple[Question | Derived, ...] = (*questions, *derived)
    ids = {item.id for item in items}
    graph = {question.id: _needs(question) & ids for question in questions}
    graph |= {item.id: (names(item.expression) | names(item.ask_if)) & ids for item in derived}
    try:
        return tuple(TopologicalSorter(graph).static_order()), []
    except CycleError as error:
        ring = list(reversed(error.args[1]))
        line = next(item.line for item in items if item.id == ring[0])
        fault = f"Spørgsmålene afhænger af hinanden i ring: {' → '.join(ring)}."
        place = Place(file, line=line, question=ring[0])
        return (), [Problem("FORM-109", place, fault, "Bryd ringen: fjern en af betingelserne.")]


def _needs(question: Question) -> frozenset[str]:
    return names(question.ask_if).union(*(names(choice.show_if) for choice in question.choices))

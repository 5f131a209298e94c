"""Undo and redo over answers that are never changed: each writes another answer, which says what it takes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it was written: `undoes` is the id of the one it takes back, "" for one that was given."""

    id: str
    question: str
    number: int
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What undo or redo takes back: what stood before `target` stands again."""

    target: Written
    before: Written | None  # None: the question had no answer


@dataclass(frozen=True, slots=True)
class Steps:
    """What can be undone next, and what can be done again."""

    undo: Step | None = None
    redo: Step | None = None


def steps(written: Sequence[Written]) -> Steps:
    """The next steps of a reading, from all its answers in the order they were written.

    An undone answer can be done again until another is given; what was done again can be undone again.
    """
    known = {item.id: item for item in written}
    places = {(item.question, item.number): item for item in written}
    taken_back: dict[str, bool] = {}  # whether an answer is an undo
    done: list[Written] = []
    undone: list[Written] = []
    for item in written:
        target = known.get(item.undoes)
        if target is None:
            taken_back[item.id] = False
            done.append(item)
            undone.clear()
        elif taken_back[target.id]:
            taken_back[item.id] = False
            undone = [other for other in undone if other.id != target.id]
            done.append(item)
        else:
            taken_back[item.id] = True
            done = [other for other in done if other.id != target.id]
            undone.append(item)

    def step(stack: list[Written]) -> Step | None:
        if not stack:
            return None
        target = stack[-1]
        return Step(target, places.get((target.question, target.number - 1)))

    return Steps(step(done), step(undone))

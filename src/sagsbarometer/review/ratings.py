"""What those who read the same case said of the same thing: of each question, and of each tick where several may be
ticked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Value
from sagsbarometer.forms.states import State
from sagsbarometer.review.rated import rated

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class ReadBy:
    """One reader's reading of a case. `answers` are routed; `week`: in which it was handed in."""

    reader: str
    week: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Rating:
    """What one reader said of one thing in a case; `thing` is its id (`rated.Rated`)."""

    case: str
    reader: str
    said: str
    thing: str
    week: str


def ratings(form: Form, cases: Mapping[str, Sequence[ReadBy]]) -> tuple[Rating, ...]:
    """A rating of each reading of a case for everything that was asked of, and answered by, all who read it."""
    found: list[Rating] = []
    things = rated(form)
    for case, readings in cases.items():
        for thing in things:
            said = [thing.said(reading.answers) for reading in readings]
            known = [what for what in said if what is not None]
            if len(known) < len(said):
                continue
            found += [
                Rating(case, reading.reader, category(what), thing.id, reading.week)
                for reading, what in zip(readings, known, strict=True)
            ]
    return tuple(found)


def category(said: Value | State) -> str:
    """An answer as a category: its code, `yes` or `no`, or the state that was given instead."""
    if isinstance(said, State):
        return said.value
    return (YES if said else NO) if isinstance(said, bool) else str(said)

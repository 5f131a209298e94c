"""Objections to finding sheets: until when one is taken, what one must say, and how many there were.

An objection is reported beside the figure and never changes it: nothing here knows an answer or a figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from sagsbarometer.kernel.dates import danish_day
from sagsbarometer.review.doubts import words_fault

MOST_WORDS = 4000  # characters of an objection, and of the answer to it


class ObjectionState(StrEnum):
    """Where an objection stands."""

    OPEN = "open"
    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    WITHDRAWN = "withdrawn"


ANSWERS = (ObjectionState.UPHELD, ObjectionState.NOT_UPHELD)


@dataclass(frozen=True, slots=True)
class ReleasedSheet:
    """A sheet that was shown to its municipality: it could be objected to."""

    case: str
    municipality: str


@dataclass(frozen=True, slots=True)
class Objected:
    """One objection, as far as it is counted."""

    case: str
    municipality: str
    state: ObjectionState


@dataclass(frozen=True, slots=True)
class ObjectionCounts:
    """How many: `sheets` could be objected to, of `cases`; `objected` cases have one that was not withdrawn.

    `sent` is every objection: those upheld, not upheld, open and withdrawn.
    """

    sheets: int = 0
    cases: int = 0
    objected: int = 0
    sent: int = 0
    upheld: int = 0
    not_upheld: int = 0
    open: int = 0
    withdrawn: int = 0

    def __add__(self, other: ObjectionCounts) -> ObjectionCounts:
        """Of two that have no case in common, such as two municipalities."""
        return ObjectionCounts(
            *(getattr(self, item.name) + getattr(other, item.name) for item in fields(self))
        )


def is_taken(until: date, at: datetime) -> bool:
    """Whether an objection is still taken at a moment: to the end of the last day, in Denmark."""
    return danish_day(at) <= until


def objection_fault(words: str) -> str:
    """What is wrong with the words of an objection or of the answer to one; "" where nothing is."""
    return words_fault(words, most=MOST_WORDS)


def count_objections(released: Iterable[ReleasedSheet], objections: Iterable[Objected]) -> ObjectionCounts:
    """How many objections there were, in all of what is given."""
    sheets, sent = list(released), list(objections)
    states = [item.state for item in sent]
    return ObjectionCounts(
        sheets=len(sheets),
        cases=len({item.case for item in sheets}),
        objected=len({item.case for item in sent if item.state is not ObjectionState.WITHDRAWN}),
        sent=len(sent),
        upheld=states.count(ObjectionState.UPHELD),
        not_upheld=states.count(ObjectionState.NOT_UPHELD),
        open=states.count(ObjectionState.OPEN),
        withdrawn=states.count(ObjectionState.WITHDRAWN),
    )


def objections_by_municipality(
    released: Iterable[ReleasedSheet], objections: Iterable[Objected]
) -> dict[str, ObjectionCounts]:
    """The same of each municipality that was shown a sheet, by code."""
    sheets, sent = list(released), list(objections)
    return {
        code: count_objections(
            (item for item in sheets if item.municipality == code),
            (item for item in sent if item.municipality == code),
        )
        for code in sorted({item.municipality for item in sheets})
    }

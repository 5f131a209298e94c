"""The states of an answer: beside each value stands why there is, or is not, one."""

from __future__ import annotations

from enum import StrEnum

from sagsbarometer.kernel.said import all_said


class State(StrEnum):
    """Why a question has a value or none."""

    ANSWERED = "answered"
    NOT_ASKED = "not_asked"  # routed away: the question does not apply
    NOT_RELEVANT = "not_relevant"  # asked, and the reviewer found it does not apply
    CANNOT_BE_SEEN = "cannot_be_seen"  # asked, but the case file does not show it
    NOT_ANSWERED = "not_answered"  # asked, and nobody answered


# No value because there is nothing to have a value of: leaves the base of a measure.
ABSENT = frozenset({State.NOT_ASKED, State.NOT_RELEVANT})
# A value exists but is not known: counts as unknown and widens the bounds.
UNKNOWN = frozenset({State.CANNOT_BE_SEEN, State.NOT_ANSWERED})

STATE_DA = all_said(
    {
        State.ANSWERED: "besvaret",
        State.NOT_ASKED: "ikke spurgt",
        State.NOT_RELEVANT: "ikke relevant",
        State.CANNOT_BE_SEEN: "kan ikke ses",
        State.NOT_ANSWERED: "ikke besvaret",
    }
)


def state_column(question: str) -> str:
    """The column that holds the state of a question: `deadline` gives `deadline__state`."""
    return f"{question}__state"


def choice_column(question: str, choice: str) -> str:
    """The column that holds one choice of a set question: `info_missing__support`."""
    return f"{question}__{choice}"

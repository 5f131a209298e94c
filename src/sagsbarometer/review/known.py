"""A known case: what a reader answered held against the key, question by question, and the score of a reading."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import State
from sagsbarometer.forms.wording import by_section


class Held(StrEnum):
    """How an answer stands against the key."""

    AGREES = "agrees"
    PARTLY = "partly"  # of several to tick, some are the right ones
    DIFFERS = "differs"
    BLANK = "blank"  # asked and not answered
    NOT_ASKED = "not_asked"  # another answer of the reader's routed it away


@dataclass(frozen=True, slots=True)
class Against:
    """A question's answer against its key. `missing`, `extra`: ticks that should be there, and that should not."""

    question: str
    held: Held
    missing: frozenset[str] = frozenset()
    extra: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Score:
    """How many of the questions with a key a reading has right, partly, and otherwise; of a section or of all."""

    section: str  # "" for all
    items: tuple[Against, ...]

    def number(self, held: Held) -> int:
        """How many questions stand so."""
        return sum(item.held is held for item in self.items)

    @property
    def of(self) -> int:
        """All questions that have a key."""
        return len(self.items)


def keyable(form: Form, hidden: Collection[str] = ()) -> tuple[str, ...]:
    """The questions that can have a key: not free text, and not what the municipality answered itself."""
    return tuple(q.id for q in form.questions if q.type is not Type.TEXT and q.id not in hidden)


def against(question: str, given: Answer, key: Answer) -> Against:
    """One answer against its key. Several to tick agree partly where at least one tick is right and not all are."""
    if given.state is State.NOT_ASKED:
        return Against(question, Held.NOT_ASKED)
    if given.state is State.NOT_ANSWERED:
        return Against(question, Held.BLANK)
    if (given.state, given.value) == (key.state, key.value):
        return Against(question, Held.AGREES)
    mine, right = given.value, key.value
    if isinstance(mine, frozenset) and isinstance(right, frozenset):
        held = Held.PARTLY if mine & right else Held.DIFFERS
        return Against(question, held, right - mine, mine - right)
    return Against(question, Held.DIFFERS)


def scores(form: Form, answers: Mapping[str, Answer], keys: Mapping[str, Answer]) -> tuple[Score, ...]:
    """All of it first, then each section that has a key, in the form's order. `answers`: the completed case's.

    A question the reader was never asked counts as one that is not right: the answer that routed it away was not.
    """
    blank = Answer(State.NOT_ANSWERED)
    made = [
        Score(
            section.id,
            tuple(
                against(question.id, answers.get(question.id, blank), keys[question.id])
                for question in questions
                if question.id in keys
            ),
        )
        for section, questions in by_section(form)
    ]
    kept = [score for score in made if score.of]
    return (Score("", tuple(item for score in kept for item in score.items)), *kept)

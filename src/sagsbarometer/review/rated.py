"""What of a case's answers is compared between readers: one code, yes or no, and every tick by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sagsbarometer.forms.form import Choice, Form, Question
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.types import Answer, Type, Value
from sagsbarometer.forms.states import State, choice_column

_NOTHING = (State.NOT_ASKED, State.NOT_ANSWERED)


@dataclass(frozen=True, slots=True)
class Rated:
    """One thing that two readers can see alike. `tick`: the choice it is about where several may be ticked, a yes or
    no of its own; None for the whole answer."""

    id: str  # of a tick as the frozen rows call its column
    question: Question
    tick: Choice | None = None

    def said(self, answers: Mapping[str, Answer]) -> Value | State | None:
        """What a reader said of it, of answers that are routed (`forms.case.complete`): a value, or the state that was
        given instead. None where it was not asked or not answered, and for a tick that is not offered in the case."""
        answer = answers.get(self.question.id)
        if answer is None or answer.state in _NOTHING:
            return None
        if answer.state is not State.ANSWERED:
            return answer.state
        if self.tick is None:
            return answer.value
        if self.tick.show_if is not None and truth(self.tick.show_if, answers) is False:
            return None
        return isinstance(answer.value, frozenset) and self.tick.code in answer.value


def rated(form: Form) -> tuple[Rated, ...]:
    """All of a form, in its order. Numbers, days and words are not compared."""
    found: list[Rated] = []
    for question in form.questions:
        if question.type in (Type.BOOL, Type.CODE):
            found.append(Rated(question.id, question))
        elif question.type is Type.CODES:
            found += [
                Rated(choice_column(question.id, tick.code), question, tick) for tick in question.choices
            ]
    return tuple(found)


def changed(form: Form, before: Mapping[str, Answer], after: Mapping[str, Answer]) -> frozenset[str]:
    """The ids of what is said in another way after than before, of routed answers; also what was not said before, or is
    not after."""
    return frozenset(item.id for item in rated(form) if item.said(before) != item.said(after))

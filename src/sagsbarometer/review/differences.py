"""Two readings of a case beside each other, and the case that comes of them when each difference is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sagsbarometer.forms.case import Case, complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.order import depends_on
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.ids import content_hash

Answers = Mapping[str, Answer]
_NOTHING = (State.NOT_ASKED, State.NOT_ANSWERED)


@dataclass(frozen=True, slots=True)
class Beside:
    """A question with the two answers to it. `follows`: the questions that differ and decide whether it is asked."""

    question: str
    first: Answer
    second: Answer
    same: bool
    follows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a question. `hash`: of the two answers it was decided on (`pair_hash`)."""

    answer: Answer
    hash: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The case that counts, and the questions that still have to be decided before it does, in the form's order."""

    case: Case
    open: tuple[str, ...]


def beside(form: Form, first: Answers, second: Answers) -> tuple[Beside, ...]:
    """Every question of the form with its two answers. Raises nothing: what was not answered is so.

    Free text never differs: no figure is made of it. A question that one of the two was not asked follows from the
    answers that decided it; settled, it is asked or not.
    """
    one, two = complete(form, first).answers, complete(form, second).answers
    found: list[Beside] = []
    for question in form.questions:
        mine, theirs = one[question.id], two[question.id]
        same = question.type is Type.TEXT or (mine.state, mine.value) == (theirs.state, theirs.value)
        found.append(Beside(question.id, mine, theirs, same))
    apart = {item.question for item in found if not item.same}
    behind = depends_on(form)
    return tuple(
        replace(item, follows=tuple(q.id for q in form.questions if q.id in behind[item.question] & apart))
        if not item.same and State.NOT_ASKED in (item.first.state, item.second.state)
        else item
        for item in found
    )


def differing(form: Form, first: Answers, second: Answers) -> tuple[Beside, ...]:
    """Only what differs, in the form's order."""
    return tuple(item for item in beside(form, first, second) if not item.same)


def pair_hash(first: Answer, second: Answer) -> str:
    """Of two answers: a decision about them counts as long as they are what they were."""
    return content_hash([[answer.state.value, _plain(answer)] for answer in (first, second)])


def settled(form: Form, first: Answers, second: Answers, decided: Mapping[str, Decided]) -> Settled:
    """The case of what both answered alike and what was decided of the rest, routed and checked anew.

    A question that only one of the two was asked, and that the settled case asks, keeps the answer it has. A decision
    whose answers are no longer the two there are does not count.
    """
    pairs = {item.question: item for item in beside(form, first, second)}
    counting = {id: _of(item, decided.get(id)) for id, item in pairs.items()}
    given = {
        id: answer for id, answer in counting.items() if answer is not None and answer.state not in _NOTHING
    }
    # Each question after those it depends on: one pass tells what is asked, also of answers that then fall away.
    asked = {
        id for id, answer in complete(form, given).answers.items() if answer.state is not State.NOT_ASKED
    }
    kept = {id: answer for id, answer in given.items() if id in asked}
    return Settled(complete(form, kept), tuple(id for id in pairs if counting[id] is None and id in asked))


def _of(item: Beside, decided: Decided | None) -> Answer | None:
    """The answer that counts; None where somebody has to decide."""
    if decided is not None and decided.hash == pair_hash(item.first, item.second):
        return decided.answer
    if item.same:
        return item.first
    unasked = [answer.state is State.NOT_ASKED for answer in (item.first, item.second)]
    if any(unasked):
        return item.second if unasked[0] else item.first
    return None


def _plain(answer: Answer) -> object:
    if isinstance(answer.value, frozenset):
        return sorted(answer.value)
    return answer.value.isoformat() if isinstance(answer.value, date) else answer.value

"""Which answers are to point at where in the case they are seen, and which of them do not yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State

REQUIRED, WANTED = "required", "wanted"


def asked_of(question: Question, answers: Mapping[str, Answer]) -> str:
    """REQUIRED, WANTED or "": what evidence the answer to a question is to have, among the answers of its case.

    `answers` are a case's after routing (`forms.case.complete`). No answer, and an answer of which it is unknown
    whether the rule is met, is to have none.
    """
    given = answers.get(question.id)
    if not question.evidence or given is None or given.state is not State.ANSWERED:
        return ""
    if question.evidence_if is not None and truth(question.evidence_if, answers) is not True:
        return ""
    return question.evidence


def missing(form: Form, answers: Mapping[str, Answer], pinned: Collection[str]) -> tuple[Question, ...]:
    """The questions whose answers have to have evidence and are not among `pinned`, in the form's order."""
    return tuple(
        question
        for question in form.questions
        if question.id not in pinned and asked_of(question, answers) == REQUIRED
    )

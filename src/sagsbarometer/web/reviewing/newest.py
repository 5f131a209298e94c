"""The answers of readings as the form takes them: of each question the newest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import State
from sagsbarometer.review.declared import given_by_municipality, value_words
from sagsbarometer.review.differences import Decided
from sagsbarometer.review.kept_answers import from_kept
from sagsbarometer.web.reviewing import models

_WORDS = "…"  # stands for an answer in words: they are locked, and no figure is made of them


def newest(form: Form, readings: Collection[str]) -> dict[str, dict[str, Answer]]:
    """What the reader of each reading answered, by question."""
    questions = {question.id: question for question in form.questions}
    found: dict[str, dict[str, Answer]] = {reading: {} for reading in readings}
    rows = models.Answer.objects.filter(reading__in=readings).order_by("number")
    for reading, question, state, value in rows.values_list("reading_id", "question", "state", "value"):
        if question in questions:
            found[reading][question] = read(questions[question], state, value)
    return found


def with_declared(form: Form, readings: Sequence[models.Reading]) -> dict[str, dict[str, Answer]]:
    """As `newest`, and the municipality's own answers with them: those are the case's, whoever reads it."""
    found: Mapping[str, dict[str, Answer]] = newest(form, [reading.id for reading in readings])
    return {
        reading.id: found[reading.id]
        | given_by_municipality(form, reading.case.declared, reading.case.declared_states)
        for reading in readings
    }


def read(question: Question, state: str, value: Any) -> Answer:
    """An answer as a row keeps it."""
    if question.type is Type.TEXT and state == State.ANSWERED:
        return Answer(State.ANSWERED, _WORDS)
    return from_kept(question, state, value)


def shown(question: Question, answer: Answer, language: str) -> str:
    """An answer in words; a dash for several to tick where none is."""
    return value_words(question, answer, language) or "–"


def decisions_by(form: Form, rows: Iterable[Any], of: str) -> dict[str, dict[str, Decided]]:
    """What was decided last of each question, by the column `of` of the rows. They stand in the order of their
    numbers."""
    questions = {question.id: question for question in form.questions}
    found: dict[str, dict[str, Decided]] = {}
    for row in rows:
        if row.question in questions:
            answer = read(questions[row.question], row.state, row.value)
            found.setdefault(getattr(row, of), {})[row.question] = Decided(answer, row.answers)
    return found

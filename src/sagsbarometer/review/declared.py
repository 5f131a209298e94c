"""What the municipality declared of a case, as a reader's form asks of it: given answers, never typed by the reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sagsbarometer.collection.short_form import answers_of, short_form
from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import STATE_DA, State
from sagsbarometer.forms.wording import words, yes_no
from sagsbarometer.kernel.dates import danish_date, english_date
from sagsbarometer.kernel.said import said

PREFIX = "declared_"
# The municipality gives its deadline in weeks, the forms ask for days.
WEEKS, DAYS = "published_deadline_weeks", "deadline_days"


def declared_in(form: Form) -> dict[str, str]:
    """The questions of a form that the municipality has answered in its short form, each with the short form's."""
    known = {question.id for question in short_form().questions}
    return {
        question.id: question.id.removeprefix(PREFIX)
        for question in form.questions
        if question.id.startswith(PREFIX) and question.id.removeprefix(PREFIX) in known
    }


def without_declared(form: Form, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """What the reader answered, and no municipality."""
    theirs = declared_in(form)
    return {id: answer for id, answer in answers.items() if id not in theirs}


def given_by_municipality(
    form: Form, values: Mapping[str, Any], states: Mapping[str, str]
) -> dict[str, Answer]:
    """The answers of `declared_…`, from the short form as it was kept. What the form has no room for is left out."""
    theirs = answers_of(short_form(), values, states)
    found = {}
    for id, of in declared_in(form).items():
        answer, question = theirs.get(of), form.question(id)
        if answer is not None and answer.state is State.ANSWERED and answer.value in question.codes:
            found[id] = answer
    return found


def beside(form: Form, values: Mapping[str, Any], states: Mapping[str, str], language: str) -> dict[str, str]:
    """By question of the form, what the municipality said of the same in words."""
    theirs = answers_of(short_form(), values, states)
    asked = {question.id: question for question in short_form().questions}
    ours = {question.id for question in form.questions}
    found = {id: _words(asked[id], answer, language) for id, answer in theirs.items() if id in ours}
    weeks = theirs.get(WEEKS)
    if DAYS in ours and weeks is not None and isinstance(weeks.value, int):
        n = weeks.value
        found[DAYS] = str(said("{n} uge ({days} dage)", "{n} uger ({days} dage)", n=n, days=7 * n))
    return found


def _words(question: Question, answer: Answer, language: str) -> str:
    if answer.state is not State.ANSWERED:
        return str(STATE_DA[answer.state])
    for choice in question.choices:
        if choice.code == answer.value:
            return words(choice.label, language)
    return value_words(question, answer, language)


def value_words(question: Question, answer: Answer, language: str) -> str:
    """An answer as it is told: the labels of what was chosen, a day, a number, or the words."""
    value = answer.value
    labels = {choice.code: words(choice.label, language) for choice in question.choices}
    if isinstance(value, bool):
        return yes_no(language)[0 if value else 1]
    if isinstance(value, frozenset):
        return ", ".join(labels[code] for code in question.codes if code in value)
    if isinstance(value, date):
        return danish_date(value) if language == "da" else english_date(value)
    if value is None:
        return str(STATE_DA[answer.state])
    return labels.get(str(value), str(value))

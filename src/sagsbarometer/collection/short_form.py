"""The short form a municipality answers of each case, as data: kept answers to a form's answers and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.case import Case, complete
from sagsbarometer.forms.form import Choice, Form, Question, Section
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.load import load_form
from sagsbarometer.forms.states import State

FILE = "short_form.yaml"
STRATUM = "kind_of_case"  # the question of which kind a case is, where a study asks for several kinds
Kept = Mapping[str, Any]


@cache
def short_form() -> Form:
    """The form of studies/short_form.yaml. Raises Faults where it has faults."""
    return load_form(shipped("studies") / FILE, load_catalogue(shipped("law")))


def with_strata(form: Form, strata: Mapping[str, str]) -> Form:
    """The form with a first question of which kind the case is; as it was where there are not two kinds or more.

    `strata`: what each is called, by id.
    """
    if len(strata) < 2:
        return form
    question = Question(
        id=STRATUM,
        type=Type.CODE,
        label={"da": "Hvilken slags sag er det?", "en": "What kind of case is it?"},
        help={},
        choices=tuple(Choice(id, {"da": name, "en": name}) for id, name in strata.items()),
        ask_if=None,
        allow=frozenset(),
        required=True,
        condition="",
        source="",
        section=STRATUM,
    )
    return replace(
        form,
        sections=(Section(STRATUM, {"da": "Slags sag", "en": "Kind of case"}), *form.sections),
        questions=(question, *form.questions),
        order=(STRATUM, *form.order),
    )


def answers_of(form: Form, values: Kept, states: Mapping[str, str]) -> dict[str, Answer]:
    """What was kept (codes, whole numbers, days as `2026-03-02`) as answers; what is none is left out."""
    found: dict[str, Answer] = {}
    for question in form.questions:
        state = State(
            states.get(question.id, State.ANSWERED if question.id in values else State.NOT_ANSWERED)
        )
        if state is not State.ANSWERED:
            if state in question.allow:
                found[question.id] = Answer(state, None)
            continue
        value = values.get(question.id)
        if question.type is Type.DATE and isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                continue
        if value not in (None, ""):
            found[question.id] = Answer(
                State.ANSWERED, frozenset(value) if isinstance(value, list) else value
            )
    return found


def kept(answers: Mapping[str, Answer]) -> tuple[dict[str, Any], dict[str, str]]:
    """Answers as they are kept: the values of what was answered, and the state of everything."""
    values: dict[str, Any] = {}
    for id, answer in answers.items():
        value = answer.value
        if isinstance(value, date):
            values[id] = value.isoformat()
        elif isinstance(value, frozenset):
            values[id] = sorted(value)
        elif value is not None:
            values[id] = value
    return values, {id: answer.state.value for id, answer in answers.items()}


def routed(form: Form, given: Mapping[str, Answer]) -> Case:
    """The case with what is not asked of it dropped: who answers on one page may have answered that too."""
    trial = complete(form, given)
    asked = {id: answer for id, answer in given.items() if trial.answers[id].state is not State.NOT_ASKED}
    return trial if len(asked) == len(given) else complete(form, asked)

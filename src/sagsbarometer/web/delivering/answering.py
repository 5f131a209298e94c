"""The short form on a page: what was typed to answers, and what is kept to fields. It knows no question by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sagsbarometer.collection.short_form import routed
from sagsbarometer.forms.case import Case, Finding
from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import STATE_DA, State
from sagsbarometer.forms.wording import by_section, words, yes_no
from sagsbarometer.kernel.problems import Level
from sagsbarometer.kernel.said import said
from sagsbarometer.review.words import Unreadable, read_answer
from sagsbarometer.web.languages import day_words, shown

STATE = "__state"
_LONGEST = 100  # characters of an answer
_MISSING = "SVAR-202"


@dataclass(frozen=True, slots=True)
class Read:
    """What was typed, as far as it could be read. `typed` is shown again where it could not."""

    case: Case
    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """The questions that are asked and have no answer."""
        return tuple(finding.question for finding in self.case.findings if finding.code == _MISSING)

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What is wrong with the answers there are."""
        return tuple(f for f in self.case.findings if f.code != _MISSING and f.level is Level.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is odd, and may be right."""
        return tuple(finding for finding in self.case.findings if finding.level is Level.WARNING)


def read(form: Form, sent: Mapping[str, Any]) -> Read:
    """The answers in what a page sent. A choice may also be the word of a state."""
    given: dict[str, Answer] = {}
    errors: dict[str, str] = {}
    typed: dict[str, str] = {}
    for question in form.questions:
        text, state = _sent(question, sent)
        if text:
            typed[question.id] = text
        if state:
            typed[question.id + STATE] = state
        if text and state and text != state:
            errors[question.id] = said("Skriv enten et svar, eller vælg hvorfor der ikke er et.")
            continue
        try:
            answer = read_answer(question, question.type, state or text)
        except Unreadable as error:
            errors[question.id] = said("Skriv {what}.", what=error.args[0])
            continue
        if answer.state is not State.NOT_ANSWERED:
            given[question.id] = answer
    return Read(routed(form, given), typed, errors)


def _sent(question: Question, sent: Mapping[str, Any]) -> tuple[str, str]:
    if question.type is Type.CODES and hasattr(sent, "getlist"):
        text = " | ".join(item.strip() for item in sent.getlist(question.id) if item.strip())
    else:
        text = " ".join(str(sent.get(question.id, "")).split())
    return text[:_LONGEST], str(sent.get(question.id + STATE, "")).strip()[:_LONGEST]


def errors_of(form: Form, result: Read, *, missing: bool) -> dict[str, str]:
    """What is wrong, by question; with `missing` also what is not answered."""
    told = dict(result.errors)
    for finding in result.case.findings:
        if finding.level is not Level.ERROR or (finding.code == _MISSING and not missing):
            continue
        told.setdefault(
            finding.question,
            finding.fault if finding.code == _MISSING else f"{finding.fault} {finding.remedy}",
        )
    return {question.id: told[question.id] for question in form.questions if question.id in told}


def fields(
    form: Form, typed: Mapping[str, str], case: Case, errors: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The sections of a form with their fields, as templates/parts/answers.html shows them.

    What is definitely not asked of the case is left out, unless something was typed that is wrong.
    """
    sections = []
    for section, questions in by_section(form):
        told = [
            _field(question, typed, errors.get(question.id, ""))
            for question in questions
            if case.answers[question.id].state is not State.NOT_ASKED or question.id in errors
        ]
        if told:
            sections.append({"title": words(section.title, shown()), "fields": told})
    return sections


def _field(question: Question, typed: Mapping[str, str], error: str) -> dict[str, Any]:
    value = typed.get(question.id, "")
    state = typed.get(question.id + STATE, "")
    states = [(item.value, str(STATE_DA[item]).capitalize()) for item in State if item in question.allow]
    options: list[tuple[str, str]] = [
        (choice.code, words(choice.label, shown())) for choice in question.choices
    ]
    if question.type is Type.BOOL:
        options = list(zip(("ja", "nej"), (word.capitalize() for word in yes_no(shown())), strict=True))
    chosen = {part.strip() for part in value.split("|")} | {state}
    listed = [*options, *states] if options else []
    return {
        "id": question.id,
        "label": words(question.label, shown()),
        "help": words(question.help, shown()),
        "kind": question.type.value,
        "many": question.type is Type.CODES,
        "options": [(code, label, code in chosen) for code, label in listed],
        "states": [] if options else [(code, label, code in chosen) for code, label in states],
        "value": value,
        "required": question.required,
        "error": error,
    }


def typed_of(form: Form, answers: Mapping[str, Answer]) -> dict[str, str]:
    """Answers as a page would send them."""
    typed: dict[str, str] = {}
    for question in form.questions:
        answer = answers.get(question.id)
        if answer is None or answer.state in (State.NOT_ANSWERED, State.NOT_ASKED):
            continue
        if answer.state is not State.ANSWERED:
            typed[question.id if question.choices else question.id + STATE] = answer.state.value
        else:
            typed[question.id] = _text(answer.value)
    return typed


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, frozenset):
        return " | ".join(sorted(value))
    if hasattr(value, "strftime"):
        return str(value.strftime("%d-%m-%Y"))
    return str(value)


def in_words(form: Form, answers: Mapping[str, Answer]) -> list[tuple[str, str]]:
    """Each question that is asked, and its answer, in words; "" where there is none."""
    told = []
    for question in form.questions:
        answer = answers.get(question.id)
        if answer is not None and answer.state is State.NOT_ASKED:
            continue
        told.append((words(question.label, shown()), answer_words(question, answer)))
    return told


def answer_words(question: Question, answer: Answer | None) -> str:
    """One answer in words; "" for none."""
    if answer is None or answer.state is State.NOT_ANSWERED:
        return ""
    if answer.state is not State.ANSWERED:
        return str(STATE_DA[answer.state])
    value = answer.value
    if isinstance(value, bool):
        return yes_no(shown())[0 if value else 1]
    if question.choices:
        labels = {choice.code: words(choice.label, shown()) for choice in question.choices}
        return ", ".join(
            labels.get(code, code)
            for code in (sorted(value) if isinstance(value, frozenset) else [str(value)])
        )
    return day_words(value) if isinstance(value, date) else str(value)

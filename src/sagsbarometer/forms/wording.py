"""The words in which a form is shown to people: its own texts, and what is common to all forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sagsbarometer.forms.form import Choice, Form, Question, Section, Text
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.states import STATE_DA, State

_TYPES: Mapping[str, Mapping[Type, str]] = {
    "da": {
        Type.BOOL: "ja eller nej",
        Type.CODE: "ét svar",
        Type.CODES: "flere svar",
        Type.INT: "helt tal",
        Type.DATE: "dato",
        Type.TEXT: "tekst",
    },
    "en": {
        Type.BOOL: "yes or no",
        Type.CODE: "one choice",
        Type.CODES: "several choices",
        Type.INT: "whole number",
        Type.DATE: "date",
        Type.TEXT: "text",
    },
}
_YES_NO = {"da": ("ja", "nej"), "en": ("yes", "no")}


def words(text: Text, language: str) -> str:
    """A text in `language`; in Danish, then in any language there is, where it has none; "" for no text."""
    for key in (language, "da", *sorted(text)):
        if text.get(key):
            return text[key]
    return ""


def type_words(type_: Type, language: str) -> str:
    """What kind of answer a question takes."""
    return _TYPES.get(language, _TYPES["da"])[type_]


def yes_no(language: str) -> tuple[str, str]:
    """The words for yes and no."""
    return _YES_NO.get(language, _YES_NO["da"])


def state_words(question: Question, language: str) -> tuple[str, ...]:
    """The states a question allows beside an answer, as an answer file may write them.

    In Danish their words, otherwise their codes; also their codes where a choice has the same words.
    """
    taken = {_folded(label) for choice in question.choices for label in choice.label.values()}
    allowed = [state for state in State if state in question.allow]
    return tuple(
        STATE_DA[state] if language == "da" and STATE_DA[state] not in taken else state.value
        for state in allowed
    )


def choice_words(question: Question, choice: Choice, language: str) -> str:
    """What to write for a choice: its label, or its code where the label could also mean another choice."""
    label = " ".join(words(choice.label, language).split())
    others = {other.code for other in question.choices if other.code != choice.code}
    others |= {
        _folded(text)
        for other in question.choices
        if other.code != choice.code
        for text in other.label.values()
    }
    return choice.code if not label or _folded(label) in others else label


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def by_section(form: Form) -> Iterator[tuple[Section, tuple[Question, ...]]]:
    """The sections that have questions, in order, each with its questions in the order of the form."""
    for section in form.sections:
        questions = tuple(question for question in form.questions if question.section == section.id)
        if questions:
            yield section, questions

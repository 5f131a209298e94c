"""The frozen rows as statistics programs take them: columns with a type, a label, and labels for their values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sagsbarometer.forms.form import Derived, Form, Question
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.states import STATE_DA, State, choice_column, state_column
from sagsbarometer.forms.wording import words, yes_no
from sagsbarometer.kernel.said import plain

Kind = Literal["text", "number", "date"]
_STATE_EN = {state: state.value.replace("_", " ") for state in State}
_CASE = {
    "case_id": {"da": "Sagens id", "en": "Id of the case"},
    "municipality_id": {"da": "Kommunens kode", "en": "Code of the municipality"},
}
_STATE_OF = {"da": "tilstand", "en": "state"}
_LONGEST = (
    28  # characters of a name: Stata has 32, of which the names of sets of labels use the last for a number
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `values`: a number for each code of the rows, where its values have labels; `labels`: those of each
    number. `question`: the text of the question, "" for what is none."""

    name: str
    kind: Kind
    label: str
    values: Mapping[Any, int]
    labels: Mapping[int, str]

    def value(self, row: Mapping[str, Any]) -> Any:
        """What the column holds of a frozen row: text, a whole number or a day; None where there is nothing."""
        held = row[self.name]
        return self.values[held] if self.values and held is not None else held


def columns(form: Form, language: str) -> tuple[Column, ...]:
    """The columns of the frozen rows (`review.freeze`), in their order. A code is its number in the form, from 1; yes
    is 1 and no 0."""
    tag = language if language in _STATE_OF else "da"
    case = [Column(name, "text", label[tag], {}, {}) for name, label in _CASE.items()]
    asked = [column for item in form.items for column in _of(item, tag)]
    order = {name: place for place, name in enumerate(form.names)}
    return (*case, *sorted(asked, key=lambda column: order[_owner(column.name)]))


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Names of at most 28 characters, for Stata: a longer one is cut and ends in part of its hash."""
    return {name: name if len(name) <= _LONGEST else f"{name[:21]}_{_hash(name)}" for name in names}


def codebook(made: Sequence[Column]) -> Iterator[tuple[str, str, str, str, str]]:
    """A row per column and value: its name, the name in Stata, its label, the value and what it means."""
    short = short_names([column.name for column in made])
    for column in made:
        head = (column.name, short[column.name], column.label)
        if not column.labels:
            yield (*head, "", "")
        for number, label in column.labels.items():
            yield (*head, str(number), label)


def _of(item: Question | Derived, language: str) -> Iterator[Column]:
    label = words(item.label, language) or item.id
    if item.type is Type.CODES and isinstance(item, Question):
        for choice in item.choices:
            of_choice = f"{label}: {words(choice.label, language)}"
            yield _yes_no(choice_column(item.id, choice.code), of_choice, language)
    elif item.type is Type.BOOL:
        yield _yes_no(item.id, label, language)
    elif item.type is Type.CODE and isinstance(item, Question):
        numbers = {choice.code: place for place, choice in enumerate(item.choices, 1)}
        labels = {numbers[choice.code]: words(choice.label, language) for choice in item.choices}
        yield Column(item.id, "number", label, numbers, labels)
    elif item.type is not Type.TEXT:
        kinds: dict[Type, Kind] = {Type.INT: "number", Type.DATE: "date"}
        yield Column(item.id, kinds.get(item.type, "text"), label, {}, {})
    yield _state(item.id, label, language)


def _yes_no(name: str, label: str, language: str) -> Column:
    yes, no = yes_no(language)
    return Column(name, "number", label, {True: 1, False: 0}, {1: yes, 0: no})


def _state(id: str, label: str, language: str) -> Column:
    said = STATE_DA if language == "da" else _STATE_EN
    numbers = {state.value: place for place, state in enumerate(State, 1)}
    labels = {numbers[state.value]: plain(said[state]) for state in State}
    return Column(state_column(id), "number", f"{label} ({_STATE_OF[language]})", numbers, labels)


def _owner(name: str) -> str:
    return name.partition("__")[0]


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:6]

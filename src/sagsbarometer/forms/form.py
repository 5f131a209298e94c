"""The form as every later stage sees it: questions, derived variables, checks, measures and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sagsbarometer.forms.language.tree import Node
from sagsbarometer.forms.language.types import Name, Type
from sagsbarometer.forms.states import State

Text = Mapping[str, str]  # language ("da", "en") to words


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a code question; `show_if` hides it where it cannot be meant."""

    code: str
    label: Text
    show_if: Node | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form. It is asked unless `ask_if` is definitely no."""

    id: str
    type: Type
    label: Text
    help: Text
    choices: tuple[Choice, ...]
    ask_if: Node | None
    allow: frozenset[State]  # the states a reviewer may give beside an answer
    required: bool  # asked and left blank: a hard fault when True, `not_answered` when False
    condition: str  # the legal condition it is about, e.g. `serviceloven/97/age`
    source: str
    section: str
    minimum: int | None = None
    maximum: int | None = None
    line: int | None = None
    evidence: str = (
        ""  # `required`, `wanted` or "": whether an answer is to point at where in the case it is seen
    )
    evidence_if: Node | None = None  # where it is; None: whatever the answer is

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its choices, in the order shown."""
        return tuple(choice.code for choice in self.choices)

    @property
    def name(self) -> Name:
        """What the row language knows of it."""
        return Name(self.id, self.type, self.codes)


@dataclass(frozen=True, slots=True)
class Derived:
    """A variable computed from answers; `not_asked` where `ask_if` is definitely no."""

    id: str
    type: Type
    label: Text
    expression: Node
    ask_if: Node | None
    source: str
    requirement: str = ""  # the requirement of the catalogue whose rule it is
    line: int | None = None

    @property
    def name(self) -> Name:
        """What the row language knows of it."""
        return Name(self.id, self.type)


@dataclass(frozen=True, slots=True)
class Check:
    """A statement that must hold. `hard`: the row is refused when it is definitely no. Soft: asked about."""

    id: str
    hard: bool
    holds: Node
    message: Text
    remedy: Text
    source: str
    questions: tuple[str, ...]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the form with the questions under it."""

    id: str
    title: Text


@dataclass(frozen=True)
class Form:
    """A complete form. `measures` and `figures` are kept as checked plain data for the stage `measures`."""

    id: str
    version: int
    title: Text
    languages: tuple[str, ...]
    provision: str
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    derived: tuple[Derived, ...]
    order: tuple[str, ...]  # questions and derived variables, each after what it depends on
    checks: tuple[Check, ...]
    file: str
    hash: str  # of the content that decides answers and figures
    measures: tuple[Mapping[str, object], ...] = field(default=())
    figures: tuple[Mapping[str, object], ...] = field(default=())

    @cached_property
    def names(self) -> dict[str, Name]:
        """Every name an expression of this form may use."""
        return {item.id: item.name for item in self.items}

    @property
    def items(self) -> tuple[Question | Derived, ...]:
        """Questions and derived variables: everything with a name."""
        return (*self.questions, *self.derived)

    def question(self, id: str) -> Question:
        """The question with this id. Raises KeyError when there is none."""
        for question in self.questions:
            if question.id == id:
                return question
        raise KeyError(id)

"""What a form file may hold, key by key. Documented for authors in docs/formularer.md."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sagsbarometer.datafiles.validated import Strict, Word

# No double underscore: it joins a question and its state or choice in the column names.
Id = Annotated[Word, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60)]
Words = dict[str, Word]


class ChoiceFile(Strict):
    """One choice of a code question."""

    code: Id
    label: Words
    show_if: str | None = None


class SectionFile(Strict):
    """A heading with the questions that name it."""

    id: Id
    title: Words


class QuestionFile(Strict):
    """One question."""

    id: Id
    section: Id
    type: Literal["bool", "code", "codes", "int", "date", "text"]
    label: Words
    help: Words = {}
    choices: Id | list[ChoiceFile] | None = None
    ask_if: Word | None = None
    allow: list[Literal["cannot_be_seen", "not_relevant"]] = []
    required: bool = True
    condition: str = ""
    source: Word = ""
    minimum: int | None = None
    maximum: int | None = None
    evidence: Literal["required", "wanted"] | None = None
    evidence_if: Word | None = None


class DerivedFile(Strict):
    """One derived variable; its expression stands here or in the requirement it names."""

    id: Id
    type: Literal["bool", "int", "date"]
    label: Words
    expression: Word | None = None
    requirement: str = ""
    ask_if: Word | None = None
    source: Word = ""


class CheckFile(Strict):
    """One statement that must hold."""

    id: Id
    level: Literal["hard", "soft"]
    holds: Word
    message: Words
    remedy: Words
    source: Word = ""
    questions: list[Id] = []


class MeasureFile(Strict):
    """One measure."""

    id: Id
    kind: Literal["share", "count", "mean", "minimum", "maximum", "municipalities", "no_municipality"] = (
        "share"
    )
    label: Words
    base: Word = "true"
    base_label: Words = {}
    counts: Word | None = None
    value: Id | None = None
    unit: Literal["weeks", "days", ""] = ""
    source: Word = ""


class PartFile(Strict):
    """One layer of a stacked figure."""

    id: Id
    label: Words


class RowFile(Strict):
    """One row of a figure: a measure, or a stack of parts with its total."""

    id: Id | None = None
    label: Words = {}
    measure: Id | None = None
    cells: dict[Id, Id] = {}
    total: Id | None = None
    condition: str = ""


class FigureFile(Strict):
    """One figure."""

    id: Id
    number: Word = ""
    kind: Literal["bars", "stacked", "shares", "ladder", "multiples"]
    title: Words
    alt: Words = {}  # what the picture shows, for who does not see it
    note: Words = {}
    generalisable: bool = True
    why_not: Words = {}
    parts: list[PartFile] = []
    rows: list[Id | RowFile]
    also: list[Id] = []


class HeadFile(Strict):
    """What the form is; its lists are read one item at a time, so that one fault does not hide the next."""

    form: Id
    version: int
    title: Words
    languages: list[Word] = Field(min_length=1)
    provision: str = ""
    choices: dict[Id, list[ChoiceFile]] = {}

"""studies/<id>/sheet.yaml: which answers tell of a case on its sheet, and the standard sentences a lawyer chooses from.

It stands beside the form and is no part of its hash: other words about a finding change no answer and no figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Literal

from sagsbarometer.datafiles.located import Located, Path_, like_cpr, read_yaml
from sagsbarometer.datafiles.validated import Strict, Word, validated
from sagsbarometer.forms.form import Form, Question, Text
from sagsbarometer.forms.language.check import check
from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tree import Node, names
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Problem, errors
from sagsbarometer.kernel.said import said
from sagsbarometer.review.sheet import CASE_HANDLING, CLOSING, RESULT

NAME = "sheet.yaml"
FIELDS = ("provision", "decided", "result", "details", "conditions")
_ONLY_OF_A_DEFECT = ("details", "conditions")
_LANGUAGE = "da"


class _Defect(Strict):
    question: Word
    label: dict[str, Word]
    direction: Word = ""
    details: list[Word] = []


class _Handling(Strict):
    question: Word
    broken: Word = ""


class _Sentence(Strict):
    id: Word
    part: Word
    when: Word = ""
    suggested: bool = True
    text: dict[str, Word]


class _File(Strict):
    facts: list[Word] = []
    outcome: Word = ""
    wrong: Word = ""
    severity: dict[Word, Literal["none", "immaterial", "material"]]
    steps: dict[Word, Word] = {}
    defects: list[_Defect]
    case_handling: list[_Handling] = []
    sentences: list[_Sentence] = []


@dataclass(frozen=True, slots=True)
class DefectAsked:
    """A question about a defect, what it is called on the sheet, and the questions that say more of it."""

    question: str
    label: Text
    direction: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandlingAsked:
    """A question about a case-handling rule. `broken`: where it was not followed."""

    question: str
    broken: Node | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A standard sentence of a part. `suggested`: it is chosen until somebody takes it off."""

    id: str
    part: str
    when: Node | None
    text: Text
    suggested: bool = True


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A sheet as a study has it. `severity`: of the codes of a defect. `steps`: the defect a code at a step is."""

    facts: tuple[str, ...]
    outcome: str
    wrong: Node | None
    severity: Mapping[str, str]
    steps: Mapping[str, str]
    defects: tuple[DefectAsked, ...]
    case_handling: tuple[HandlingAsked, ...]
    sentences: tuple[Sentence, ...]
    derived: bool = False  # made of the form alone

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that can have sentences, in the order they stand on the sheet."""
        return (RESULT, *(item.question for item in self.defects), CASE_HANDLING, CLOSING)


def load_sheet_file(path: Path, form: Form) -> SheetFile:
    """The file, checked against its form. Raises Faults (FUND-1xx, YAML-1xx) with everything that is wrong."""
    located = read_yaml(path, NAME)
    file, problems = validated(located, _File, code="FUND-101")
    if file is None:
        raise Faults(problems)
    reader = _Reader(located, form, file)
    made = reader.read()
    if found := errors([*like_cpr(located), *reader.problems]):
        raise Faults(found)
    return made


def of_form(form: Form) -> SheetFile:
    """For a form without a sheet.yaml: its defects as far as they can be known, and no standard sentences.

    A defect is a question that can be answered with `material`; its direction, one that hangs on it and can be
    answered with `to_harm`. Whether the decision was wrong is not said.
    """
    defects = tuple(
        DefectAsked(question.id, question.label, _direction(form, question.id))
        for question in form.questions
        if question.type is Type.CODE and "material" in question.codes
    )
    used = {item.question for item in defects} | {item.direction for item in defects}
    outcome = next((item.id for item in form.questions if item.id == "would_be_outcome"), "")
    first = form.sections[0].id if form.sections else ""
    facts = tuple(
        question.id
        for question in form.questions
        if question.section == first and question.type is Type.CODE and question.id not in used
    )
    severity = {"none": "none", "immaterial": "immaterial", "material": "material"}
    return SheetFile(facts, outcome, None, severity, {}, defects, (), (), derived=True)


def _direction(form: Form, defect: str) -> str:
    hanging = (item for item in form.questions if "to_harm" in item.codes and defect in names(item.ask_if))
    return next((item.id for item in hanging), "")


class _Reader:
    """From the file as it stands to the sheet; gathers every fault."""

    def __init__(self, located: Located, form: Form, file: _File) -> None:
        self.located, self.form, self.file = located, form, file
        self.problems: list[Problem] = []
        self.known = {question.id: question for question in form.questions}

    def read(self) -> SheetFile:
        file = self.file
        for number, id in enumerate(file.facts):
            self.question(id, ("facts", number))
        if file.outcome:
            self.question(file.outcome, ("outcome",))
        defects = tuple(self.defect(number, item) for number, item in enumerate(file.defects))
        self.doubles([item.question for item in file.defects], "defects")
        self.doubles([item.question for item in file.case_handling], "case_handling")
        self.doubles([item.id for item in file.sentences], "sentences")
        self.apart()
        self.steps()
        handling = tuple(
            HandlingAsked(item.question, self.expression(item.broken, ("case_handling", number, "broken")))
            for number, item in enumerate(file.case_handling)
            if self.question(item.question, ("case_handling", number, "question"))
        )
        parts = (RESULT, *(item.question for item in file.defects), CASE_HANDLING, CLOSING)
        sentences = tuple(self.sentence(number, item, parts) for number, item in enumerate(file.sentences))
        return SheetFile(
            tuple(file.facts), file.outcome, self.expression(file.wrong, ("wrong",)), dict(file.severity),
            dict(file.steps), defects, handling, sentences,
        )  # fmt: skip

    def add(self, code: str, path: Path_, fault: str, remedy: str) -> None:
        self.problems.append(Problem(code, self.located.place(*path), fault, remedy))

    def question(self, id: str, path: Path_) -> Question | None:
        found = self.known.get(id)
        if found is None:
            fault = said("Skemaet har intet spørgsmål, der hedder {id}.", id=shown(id))
            self.add("FUND-102", path, fault, said("Se efter navnet i form.yaml."))
        return found

    def defect(self, number: int, item: _Defect) -> DefectAsked:
        at: Path_ = ("defects", number)
        question = self.question(item.question, (*at, "question"))
        if question is not None:
            self.severities(question, (*at, "question"))
        if item.direction:
            self.question(item.direction, (*at, "direction"))
        for place, id in enumerate(item.details):
            self.question(id, (*at, "details", place))
        self.danish(item.label, (*at, "label"))
        return DefectAsked(item.question, item.label, item.direction, tuple(item.details))

    def severities(self, question: Question, path: Path_) -> None:
        """Every answer to a question about a defect says how serious it is."""
        unsaid = [code for code in question.codes if code not in self.file.severity]
        if question.type is not Type.CODE or unsaid:
            what = ", ".join(unsaid) or question.type.value
            fault = said("severity siger ikke, hvor alvorligt svaret er: {what}.", what=what)
            self.add("FUND-103", path, fault, said("Skriv none, immaterial eller material ved hvert svar."))

    def steps(self) -> None:
        codes = {code for item in self.form.questions if item.condition for code in item.codes}
        defects = {item.question for item in self.file.defects}
        for code, of in self.file.steps.items():
            if code not in codes:
                fault = said("Intet trin i skemaet kan besvares med {code}.", code=shown(code))
                self.add("FUND-103", ("steps", code), fault, said("Se efter koden i form.yaml."))
            if of not in defects:
                fault = said("{of} er ingen af manglerne.", of=shown(of))
                self.add(
                    "FUND-102", ("steps", code), fault, said("Skriv et spørgsmål, der står under defects.")
                )

    def doubles(self, ids: list[str], key: str) -> None:
        for number, id in enumerate(ids):
            if id in ids[:number]:
                fault = said("{id} står to gange.", id=shown(id))
                self.add(
                    "FUND-105", (key, number), fault, said("Behold den ene, eller giv dem hver sit navn.")
                )

    def apart(self) -> None:
        """A case-handling rule is never a defect too."""
        defects = {item.question for item in self.file.defects}
        for number, item in enumerate(self.file.case_handling):
            if item.question in defects:
                fault = said(
                    "{id} står både som mangel og som sagsbehandlingsregel.", id=shown(item.question)
                )
                self.add("FUND-105", ("case_handling", number), fault, said("Behold det ene sted."))

    def sentence(self, number: int, item: _Sentence, parts: tuple[str, ...]) -> Sentence:
        at: Path_ = ("sentences", number)
        if item.part not in parts:
            fault = said("Fundarket har ingen del, der hedder {part}.", part=shown(item.part))
            self.add("FUND-106", (*at, "part"), fault, said("Skriv en af: {parts}.", parts=", ".join(parts)))
        self.danish(item.text, (*at, "text"))
        for language, text in item.text.items():
            for field in self.fields(text, (*at, "text", language)):
                if field not in FIELDS or (
                    field in _ONLY_OF_A_DEFECT and item.part in (RESULT, CASE_HANDLING, CLOSING)
                ):
                    fault = said("Feltet {field} findes ikke her.", field=shown(field))
                    remedy = said("Brug {fields}; de to sidste kun ved en mangel.", fields=", ".join(FIELDS))
                    self.add("FUND-107", (*at, "text", language), fault, remedy)
        return Sentence(
            item.id, item.part, self.expression(item.when, (*at, "when")), item.text, item.suggested
        )

    def fields(self, text: str, path: Path_) -> Iterator[str]:
        try:
            yield from fields_of(text)
        except ValueError:
            fault = said("Teksten har en tuborgklamme uden mage.")
            self.add("FUND-107", path, fault, said("Skriv et felt med navn i, eller slet klammen."))

    def danish(self, text: Mapping[str, str], path: Path_) -> None:
        if not text.get(_LANGUAGE, "").strip():
            self.add("FUND-108", path, said("Teksten mangler på dansk."), said("Tilføj da: …"))

    def expression(self, text: str, path: Path_) -> Node | None:
        if not text:
            return None
        place = self.located.place(*path)
        try:
            node = parse(text, place)
        except Faults as faults:
            self.unread(faults.problems, path)
            return None
        _, problems = check(node, self.form.names, place)
        self.unread(problems, path)
        return None if problems else node

    def unread(self, problems: tuple[Problem, ...], path: Path_) -> None:
        for problem in problems:
            fault = said(
                "Betingelsen kan ikke bruges ({code}): {fault}", code=problem.code, fault=problem.fault
            )
            self.add("FUND-104", path, fault, problem.remedy)


def fields_of(text: str) -> tuple[str, ...]:
    """The fields a sentence holds. Raises ValueError where it cannot be read."""
    found = []
    for _, field, spec, conversion in Formatter().parse(text):
        if field is None:
            continue
        if spec or conversion:
            raise ValueError(text)
        found.append(field)
    return tuple(found)

"""A form file read to a Form, with every fault of the file told at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.datafiles.located import Located, Path_, read_yaml
from sagsbarometer.datafiles.validated import validated
from sagsbarometer.forms import schema
from sagsbarometer.forms.form import Check, Choice, Derived, Form, Question, Section
from sagsbarometer.forms.language.check import check
from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tokens import RESERVED
from sagsbarometer.forms.language.tree import Node, names, value_names
from sagsbarometer.forms.language.types import Name, Type
from sagsbarometer.forms.order import in_order
from sagsbarometer.forms.states import State
from sagsbarometer.forms.translation import untranslated
from sagsbarometer.kernel.ids import ascii_id, content_hash, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem, errors
from sagsbarometer.kernel.said import said

File = TypeVar("File", bound=BaseModel)
_CASE_COLUMNS = ("case_id", "municipality_id", "origin")
_STATE = "state"
_LISTS = ("sections", "questions", "derived", "checks", "measures", "figures")


def load_form(path: Path, catalogue: Catalogue) -> Form:
    """The form in a file that has no faults. Raises Faults with all of them otherwise."""
    form, problems = read_form(path, catalogue)
    if form is None or errors(problems):
        raise Faults(problems)
    return form


def read_form(path: Path, catalogue: Catalogue) -> tuple[Form | None, tuple[Problem, ...]]:
    """The form and every problem of its file; None when too much is wrong to make a form of the rest.

    Problems are in the order of the file's lines.
    """
    try:
        reader = _Reader(read_yaml(path, str(path)), catalogue)
    except Faults as faults:
        return None, faults.problems
    form = reader.form()
    return form, tuple(sorted(reader.problems, key=lambda problem: (problem.place.line or 0, problem.code)))


@dataclass
class _Reader:
    """Walks a form file part by part. A part with a fault is left out, but its id stays known."""

    located: Located
    catalogue: Catalogue
    problems: list[Problem] = field(default_factory=list)
    known: dict[str, Name] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def form(self) -> Form | None:
        data = self.located.data
        if not isinstance(data, dict):
            fault, remedy = said("Filen har intet indhold."), said("Begynd med form:, version: og title:.")
            self.add("FORM-101", (), fault, remedy)
            return None
        head = self._head(data)
        if head is None:
            return None
        files = {name: self._files(name) for name in _LISTS}
        self._choices = {id: tuple(items) for id, items in head.choices.items()}
        self._learn_names(files)
        questions = tuple(q for path, file in files["questions"] if (q := self._question(path, file)))
        derived = tuple(d for path, file in files["derived"] if (d := self._derived(path, file)))
        checks = tuple(c for path, file in files["checks"] if (c := self._check(path, file)))
        self._measures_and_figures(files)
        self.problems += untranslated(self.located, head.languages)
        order, circles = in_order(self.located.file, questions, derived)
        self.problems += circles
        return Form(
            id=head.form,
            version=head.version,
            title=head.title,
            languages=tuple(head.languages),
            provision=head.provision,
            sections=tuple(Section(file.id, file.title) for _, file in files["sections"]),
            questions=questions,
            derived=derived,
            order=order,
            checks=checks,
            file=self.located.file,
            hash=content_hash(_deciding(data)),
            measures=tuple(self._plain(path, file) for path, file in files["measures"]),
            figures=tuple(self._plain(path, file) for path, file in files["figures"]),
        )

    def add(self, code: str, path: Path_, fault: str, remedy: str, question: str = "") -> None:
        self.problems.append(Problem(code, self.located.place(*path, question=question), fault, remedy))

    # --- reading the file ---

    def _head(self, data: dict[str, Any]) -> schema.HeadFile | None:
        head_data = {key: value for key, value in data.items() if key not in _LISTS}
        head, problems = validated(
            Located(self.located.file, head_data, self.located.marks), schema.HeadFile, code="FORM-101"
        )
        self.problems += problems
        if head and "da" not in head.languages:
            fault = said("Formularen mangler dansk, som beskeder og rapporter skrives på.")
            self.add("FORM-110", ("languages",), fault, said("Tilføj da."))
        if head and head.provision and head.provision not in self.catalogue.provisions:
            known = ", ".join(
                id for id, item in self.catalogue.provisions.items() if item.conditions or item.conditions_of
            )
            fault = said("Bestemmelsen »{provision}« kendes ikke.", provision=head.provision)
            remedy = said("Med betingelser: {known}. De andre står i law/provisions.yaml.", known=known)
            self.add("FORM-106", ("provision",), fault, remedy)
        return head

    def _files(self, name: str) -> list[tuple[Path_, Any]]:
        models: dict[str, type[BaseModel]] = {
            "sections": schema.SectionFile,
            "questions": schema.QuestionFile,
            "derived": schema.DerivedFile,
            "checks": schema.CheckFile,
            "measures": schema.MeasureFile,
            "figures": schema.FigureFile,
        }
        items = self.located.data.get(name) or []
        if not isinstance(items, list):
            fault = said("»{name}« skal være en liste.", name=name)
            remedy = said("Begynd hver post med en bindestreg.")
            self.add("FORM-101", (name,), fault, remedy)
            return []
        found: list[tuple[Path_, Any]] = []
        seen: set[str] = set()
        for index, item in enumerate(items):
            file, problems = validated(self.located, models[name], (name, index), code="FORM-101")
            id = str(item.get("id", "")) if isinstance(item, dict) else ""
            self.problems += [_of_question(problem, id) for problem in problems]
            if id and id in seen:
                fault, remedy = said("»{id}« findes to gange.", id=id), said("Giv den ene et andet navn.")
                self.add("FORM-102", (name, index), fault, remedy, id)
            elif file is not None:
                found.append(((name, index), file))
            else:
                self.broken.add(id)
            seen.add(id)
        return found

    def _learn_names(self, files: dict[str, list[tuple[Path_, Any]]]) -> None:
        sections = {file.id for _, file in files["sections"]}
        for path, file in files["questions"]:
            if file.section not in sections:
                remedy = said("Skriv et af afsnittene: {sections}.", sections=", ".join(sorted(sections)))
                fault = said("Afsnittet »{section}« findes ikke.", section=file.section)
                self.add("FORM-103", (*path, "section"), fault, remedy, file.id)
            codes = tuple(choice.code for choice in self._choice_files(path, file))
            self._own_columns(path, file, codes)
            self.known[file.id] = Name(file.id, Type(file.type), codes)
        for path, file in (*files["questions"], *files["derived"]):
            if file.id in RESERVED:
                fault = said("»{id}« er et ord i rækkesproget og kan ikke være et navn.", id=file.id)
                self.add("FORM-111", (*path, "id"), fault, said("Giv det et andet navn."), file.id)
        for path, file in files["derived"]:
            if file.id in self.known:
                fault = said("»{id}« er også et spørgsmål.", id=file.id)
                remedy = said("Giv den et andet navn.")
                self.add("FORM-102", path, fault, remedy, file.id)
            self.known[file.id] = Name(file.id, Type(file.type))

    def _own_columns(self, path: Path_, file: schema.QuestionFile, codes: tuple[str, ...]) -> None:
        """A name that would share a column of the frozen rows with something else is refused."""
        if file.id in _CASE_COLUMNS:
            fault = said("»{id}« er navnet på en af sagens egne kolonner.", id=file.id)
            self.add("FORM-102", path, fault, said("Giv spørgsmålet et andet navn."), file.id)
        if file.type == "codes" and _STATE in codes:
            fault = said("Svaret »{state}« ville dele kolonne med spørgsmålets tilstand.", state=_STATE)
            self.add("FORM-102", (*path, "choices"), fault, said("Giv svaret en anden kode."), file.id)

    def _choice_files(self, path: Path_, file: schema.QuestionFile) -> tuple[schema.ChoiceFile, ...]:
        wants = file.type in ("code", "codes")
        if isinstance(file.choices, str) and file.choices not in self._choices:
            remedy = said(
                "Skriv listen under choices: eller brug en af: {lists}.",
                lists=", ".join(self._choices) or said("(ingen)"),
            )
            fault = said("Svarlisten »{choices}« findes ikke.", choices=file.choices)
            self.add("FORM-104", (*path, "choices"), fault, remedy, file.id)
            self.broken.add(file.id)
            return ()
        choices = self._choices[file.choices] if isinstance(file.choices, str) else tuple(file.choices or ())
        if wants != bool(choices):
            fault = (
                said("Spørgsmålet mangler svarmuligheder.")
                if wants
                else said("Et {type}-spørgsmål har ingen svarmuligheder.", type=file.type)
            )
            self.add("FORM-104", path, fault, said("Ret type: eller choices:."), file.id)
        codes = [choice.code for choice in choices]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            fault, remedy = said("Svaret »{code}« findes to gange.", code=code), said("Slet det ene.")
            self.add("FORM-102", (*path, "choices"), fault, remedy, file.id)
        return choices

    def _plain(self, path: Path_, file: BaseModel) -> dict[str, object]:
        return {**file.model_dump(), "line": self.located.place(*path).line}

    # --- parts with expressions ---

    def _question(self, path: Path_, file: schema.QuestionFile) -> Question | None:
        if file.condition and file.condition not in self.catalogue.conditions:
            fault = said("Betingelsen »{condition}« kendes ikke.", condition=file.condition)
            remedy = said("Se betingelserne under law/provisions.")
            self.add("FORM-106", (*path, "condition"), fault, remedy, file.id)
        own = ("choices",) if isinstance(file.choices, str) else (*path, "choices")
        choices = []
        for index, choice in enumerate(self._choice_files(path, file) if file.id not in self.broken else ()):
            at = (*own, file.choices, index) if isinstance(file.choices, str) else (*own, index)
            show_if = self._expression((*at, "show_if"), choice.show_if, file.id)
            choices.append(Choice(choice.code, choice.label, show_if))
        return Question(
            id=file.id,
            type=Type(file.type),
            label=file.label,
            help=file.help,
            choices=tuple(choices),
            ask_if=self._expression((*path, "ask_if"), file.ask_if, file.id),
            allow=frozenset(State(state) for state in file.allow),
            required=file.required,
            condition=file.condition,
            source=file.source,
            section=file.section,
            minimum=file.minimum,
            maximum=file.maximum,
            line=self.located.place(*path).line,
            evidence=file.evidence or "",
            evidence_if=self._evidence_if(path, file),
        )

    def _evidence_if(self, path: Path_, file: schema.QuestionFile) -> Node | None:
        if file.evidence_if and not file.evidence:
            remedy = said("Skriv evidence: required eller evidence: wanted, eller slet evidence_if:.")
            self.add(
                "FORM-101", (*path, "evidence_if"), said("evidence_if: står uden evidence:."), remedy, file.id
            )
        return self._expression((*path, "evidence_if"), file.evidence_if, file.id)

    def _derived(self, path: Path_, file: schema.DerivedFile) -> Derived | None:
        text, at = file.expression, (*path, "expression")
        if bool(file.expression) == bool(file.requirement):
            fault, remedy = said("Skriv enten expression: eller requirement:."), said("Behold den ene.")
            self.add("FORM-105", path, fault, remedy, file.id)
            return None
        if file.requirement:
            requirement = self.catalogue.requirements.get(file.requirement)
            text, at = (requirement.applies_if if requirement else ""), (*path, "requirement")
            if not text:
                fault = said(
                    "Kravet »{requirement}« findes ikke eller har ingen regel (applies_if).",
                    requirement=file.requirement,
                )
                self.add("FORM-106", at, fault, said("Se law/requirements.yaml."), file.id)
                return None
        expression = self._expression(at, text, file.id, Type(file.type))
        ask_if = self._expression((*path, "ask_if"), file.ask_if, file.id)
        if expression is None:
            return None
        line = self.located.place(*path).line
        return Derived(
            file.id, Type(file.type), file.label, expression, ask_if, file.source, file.requirement, line
        )

    def _check(self, path: Path_, file: schema.CheckFile) -> Check | None:
        self._all_known((*path, "questions"), file.questions, set(self.known), said("Spørgsmålet"))
        holds = self._expression((*path, "holds"), file.holds, file.id)
        if holds is None:
            return None
        line = self.located.place(*path).line
        questions = tuple(file.questions) or tuple(sorted(names(holds)))
        return Check(
            file.id, file.level == "hard", holds, file.message, file.remedy, file.source, questions, line
        )

    def _measures_and_figures(self, files: dict[str, list[tuple[Path_, Any]]]) -> None:
        for path, file in files["measures"]:
            nodes = [
                self._expression((*path, key), getattr(file, key), file.id) for key in ("base", "counts")
            ]
            for id in sorted(frozenset().union(*(value_names(node) for node in nodes))):
                if id in self.known and self.known[id].type is Type.TEXT:
                    fault = said("Målet bruger teksten i »{id}«, men fri tekst fryses ikke.", id=id)
                    remedy = said("Brug state(…) eller et spørgsmål med svarmuligheder.")
                    self.add("FORM-107", path, fault, remedy, file.id)
            numeric = file.kind in ("mean", "minimum", "maximum")
            if numeric != bool(file.value) or (file.kind == "share" and not file.counts):
                fault = said(
                    "Et mål af slagsen {kind} skal have {key}.",
                    kind=file.kind,
                    key="value" if numeric else "counts",
                )
                self.add("FORM-107", path, fault, said("Tilføj det, og slet det andet."), file.id)
            if file.value and self.known.get(file.value, Name("", Type.INT)).type is not Type.INT:
                fault = said("»{value}« er ikke et heltal.", value=file.value)
                remedy = said("Vælg et heltal.")
                self.add("FORM-107", (*path, "value"), fault, remedy, file.id)
            self._all_known(
                (*path, "value"), [file.value] if file.value else [], set(self.known), said("Spørgsmålet")
            )
        measures = {file.id for _, file in files["measures"]} | self.broken
        numbers: set[str] = set()
        for path, file in files["figures"]:
            self._figure(path, file, measures)
            number = ascii_id(file.number)
            if number and number in numbers:
                # Its files are called by it.
                fault = said("To figurer har nummer {number}.", number=shown(file.number))
                self.add("FORM-102", (*path, "number"), fault, said("Giv den ene et andet nummer."), file.id)
            numbers.add(number)

    def _figure(self, path: Path_, file: schema.FigureFile, measures: set[str]) -> None:
        parts = {part.id for part in file.parts}
        for index, row in enumerate(file.rows):
            at = (*path, "rows", index)
            used = (
                [row]
                if isinstance(row, str)
                else [*row.cells.values(), *filter(None, (row.measure, row.total))]
            )
            self._all_known(at, used, measures, said("Målet"))
            if isinstance(row, schema.RowFile) and set(row.cells) - parts:
                unknown = ", ".join(sorted(set(row.cells) - parts))
                fault = said("Delene {unknown} står ikke under parts:.", unknown=unknown)
                remedy = said("Tilføj dem.")
                self.add("FORM-108", at, fault, remedy, file.id)
            if isinstance(row, schema.RowFile) and row.condition not in ("", *self.catalogue.conditions):
                fault = said("Betingelsen »{condition}« kendes ikke.", condition=row.condition)
                self.add("FORM-106", at, fault, said("Se betingelserne under law/provisions."), file.id)
        if file.kind == "multiples" and not parts:
            fault = said("Figuren har små billeder, men ingen dele at vise i dem.")
            self.add("FORM-108", path, fault, said("Skriv parts:, og giv hver række cells:."), file.id)
        self._all_known((*path, "also"), file.also, measures, said("Målet"))
        if not file.generalisable and not file.why_not:
            fault = said("Figuren er ikke generaliserbar, men siger ikke hvorfor.")
            remedy = said("Skriv why_not:.")
            self.add("FORM-108", path, fault, remedy, file.id)

    def _all_known(self, path: Path_, used: list[str], known: set[str], what: str) -> None:
        for id in used:
            if id not in known and id not in self.broken:
                fault = said("{what} »{id}« findes ikke.", what=what, id=id)
                remedy = said("Se efter stavningen.")
                self.add("FORM-106", path, fault, remedy)

    def _expression(
        self, path: Path_, text: str | None, owner: str, expects: Type = Type.BOOL
    ) -> Node | None:
        if not text:
            return None
        at = self.located.place(*path)
        place = Place(at.file, line=at.line, column=at.column, question=owner)
        try:
            node = parse(text, place)
        except Faults as faults:
            self.problems += faults.problems
            return None
        if names(node) & self.broken:
            return node  # the name's own fault has been told; do not tell what follows from it
        _, problems = check(node, self.known, place, expects)
        self.problems += problems
        return node


def _deciding(data: dict[str, Any]) -> dict[str, Any]:
    """What decides answers and figures: what evidence an answer is to have changes neither."""
    questions = data.get("questions")
    if not isinstance(questions, list):
        return data
    left_out = ("evidence", "evidence_if")
    kept = [
        {key: value for key, value in item.items() if key not in left_out} if isinstance(item, dict) else item
        for item in questions
    ]
    return {**data, "questions": kept}


def _of_question(problem: Problem, id: str) -> Problem:
    place = problem.place
    return Problem(
        problem.code,
        Place(place.file, place.line, place.column, place.row, id),
        problem.fault,
        problem.remedy,
    )

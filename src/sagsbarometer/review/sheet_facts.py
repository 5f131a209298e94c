"""What a sheet says of a case, from its form, the answers that count, and what the readers pinned and cited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.documents.persons import masked_words
from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import ABSENT, STATE_DA, State
from sagsbarometer.forms.wording import words
from sagsbarometer.kernel.dates import danish_date, english_date
from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.review.declared import value_words
from sagsbarometer.review.law_at_hand import decided_on, law_at_hand, norm_name
from sagsbarometer.review.sheet import IMMATERIAL, MATERIAL, Defect, Facts, Handling, Place, Told
from sagsbarometer.review.sheet_file import DefectAsked, SheetFile

Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Pinned:
    """What the readers of a case pinned and cited, by question, in the order they did."""

    places: Mapping[str, Sequence[Place]] = field(default_factory=dict)
    norms: Mapping[str, Sequence[str]] = field(default_factory=dict)  # `principle:78-15`


def answers_hash(form: Form, answers: Answers) -> str:
    """Of the answers a sheet is about. Free text is no part of it: no finding is made of it."""
    return content_hash(
        [
            [question.id, answers[question.id].state.value, _plain(answers[question.id])]
            for question in form.questions
            if question.type is not Type.TEXT
        ]
    )


def facts_of_case(
    form: Form, file: SheetFile, answers: Answers, pinned: Pinned, catalogue: Catalogue, language: str = "da"
) -> Facts:
    """The facts of a sheet. `answers` are the case's that count, routed (`forms.case.complete`)."""
    maker = _Maker(form, file, answers, pinned, catalogue, language)
    decided = maker.decided
    outcome = maker.told(file.outcome) if file.outcome else None
    severities = [(item, maker.severity(item.question)) for item in file.defects]
    day = danish_date if language == "da" else english_date
    return Facts(
        form=words(form.title, language),
        decided=day(decided) if decided else "",
        told=tuple(told for id in file.facts if (told := maker.told(id)) and told.value),
        outcome=outcome,
        wrong=truth(file.wrong, answers) if file.wrong is not None else None,
        defects=tuple(maker.defect(item, how) for item, how in severities if how in (IMMATERIAL, MATERIAL)),
        clear=tuple(words(item.label, language) for item, how in severities if how == "none"),
        unknown=tuple(
            Told(item.question, words(item.label, language), str(STATE_DA[answers[item.question].state]))
            for item, how in severities
            if how == "unknown"
        ),
        handling=tuple(
            made for item in file.case_handling if (made := maker.handling(item.question, item.broken))
        ),
        answers=answers_hash(form, answers),
    )


class _Maker:
    def __init__(
        self,
        form: Form,
        file: SheetFile,
        answers: Answers,
        pinned: Pinned,
        catalogue: Catalogue,
        language: str,
    ) -> None:
        self.form, self.file, self.answers, self.pinned = form, file, answers, pinned
        self.catalogue, self.language = catalogue, language
        self.decided: date | None = decided_on(answers)
        self.questions = {question.id: question for question in form.questions}

    def told(self, id: str) -> Told | None:
        """A question with its answer; None where it was not asked or its answer is in free words."""
        question, answer = self.questions[id], self.answers[id]
        if answer.state is State.NOT_ASKED or question.type is Type.TEXT:
            return None
        return Told(id, words(question.label, self.language), value_words(question, answer, self.language))

    def severity(self, id: str) -> str:
        """`none`, `immaterial`, `material`; `unknown`, or "" where it was not asked or is not relevant."""
        answer = self.answers[id]
        if answer.state in ABSENT:
            return ""
        return self.file.severity.get(str(answer.value), "unknown") if answer.value is not None else "unknown"

    def defect(self, item: DefectAsked, severity: str) -> Defect:
        """A defect that was found."""
        steps = self._steps(item.question)
        asked = [item.question, item.direction, *item.details, *(step.id for step in steps)]
        details = [told for id in item.details if (told := self.told(id)) is not None]
        direction = self.told(item.direction) if item.direction else None
        materiality = self.told(item.question)
        return Defect(
            id=item.question,
            label=words(item.label, self.language),
            severity=severity,
            materiality=materiality.value if materiality else "",
            direction=direction.value if direction else "",
            details=tuple(told for told in details if told.value),
            conditions=tuple(_condition(self.catalogue, step, self.language) for step in steps),
            evidence=self._evidence(asked),
            norms=self._norms([item.question, *(step.id for step in steps)], asked),
        )

    def handling(self, id: str, broken: object) -> Handling | None:
        """A case-handling rule; None where it was not asked."""
        told = self.told(id)
        if told is None:
            return None
        verdict = truth(broken, self.answers) if broken is not None else None  # type: ignore[arg-type]
        unknown = self.answers[id].value is None
        followed = None if verdict is None or unknown else not verdict
        return Handling(id, told.label, told.value, followed, self._evidence([id]), self._norms([id], [id]))

    def _steps(self, defect: str) -> list[Question]:
        """The steps at which a fault was found that is this defect."""
        codes = {code for code, of in self.file.steps.items() if of == defect}
        return [
            question
            for question in self.form.questions
            if question.condition
            and isinstance(self.answers[question.id].value, frozenset)
            and codes & set(self.answers[question.id].value)  # type: ignore[arg-type]
        ]

    def _evidence(self, asked: Iterable[str]) -> tuple[Place, ...]:
        found = [place for id in asked for place in self.pinned.places.get(id, ())]
        return tuple(
            dict.fromkeys(
                Place(masked_words(item.document), item.page, masked_words(item.quote)) for item in found
            )
        )

    def _norms(self, beside: Iterable[str], cited: Iterable[str]) -> tuple[str, ...]:
        """What the readers cited, what the form names, and the provisions that held on the day of the decision."""
        named = [
            norm_name(self.catalogue, norm, self.language)
            for id in cited
            for norm in self.pinned.norms.get(id, ())
        ]
        for id in beside:
            question = self.questions[id]
            named += [question.source] if _is_norm(question.source) else []
            # Where the form names a section for the question itself, the provision of the study adds nothing.
            if self.decided is None or ("§" in question.source and not question.condition):
                continue
            hand = law_at_hand(self.catalogue, self.form, question, self.decided, self.decided, self.language)
            for norm in hand.norms:
                if norm.kind == "provision":
                    named += [norm.name] if norm.held else [norm.instead] if norm.instead else []
        return tuple(dict.fromkeys(named))


def _is_norm(source: str) -> bool:
    """Whether what a form gives as its source is a rule, and not the report that a question was taken from."""
    return "§" in source or source.lower().startswith(("principmeddelelse", "fou "))


def _condition(catalogue: Catalogue, step: Question, language: str) -> str:
    found = catalogue.conditions.get(step.condition)
    return words(found.label, language) if found else words(step.label, language)


def _plain(answer: Answer) -> object:
    if isinstance(answer.value, frozenset):
        return sorted(answer.value)
    return answer.value.isoformat() if isinstance(answer.value, date) else answer.value

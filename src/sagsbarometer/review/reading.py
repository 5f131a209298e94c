"""What a reader is shown of a form: what is asked, what follows from the answers and why, what they contradict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sagsbarometer.forms.case import Case, complete
from sagsbarometer.forms.form import Check, Form, Question
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.tree import names
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import STATE_DA, State
from sagsbarometer.forms.wording import words, yes_no
from sagsbarometer.kernel.said import said
from sagsbarometer.review.declared import value_words
from sagsbarometer.review.evidence import asked_of
from sagsbarometer.review.kept_answers import NO_TICK, NOTHING, fingerprint
from sagsbarometer.review.reading_facts import Fact, facts_of

STATE_KEYS = {State.CANNOT_BE_SEEN: "s", State.NOT_RELEVANT: "r"}
NO_TICK_KEY = "0"
_MOST_KEYS = 9


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen with one key; `state` where it is no value but why there is none."""

    key: str
    code: str
    label: str
    chosen: bool
    state: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it stands on the page. `typed`: what stands in the field of a number, a day or words."""

    id: str
    section: str
    type: Type
    label: str
    help: str
    source: str
    condition: str
    required: bool
    asked: bool
    options: tuple[Option, ...]
    typed: str
    answered: bool
    told: str  # the answer in words, "" where there is none
    declared: str  # what the municipality said of the same
    faults: tuple[str, ...]
    evidence: str = ""  # "required" or "wanted" of the answer as it is (review.evidence)

    @property
    def many(self) -> bool:
        """Whether several may be chosen."""
        return self.type is Type.CODES

    @property
    def is_typed(self) -> bool:
        """Whether it is answered in a field."""
        return self.type in (Type.INT, Type.DATE, Type.TEXT)


@dataclass(frozen=True, slots=True)
class Asked:
    """A check that the answers break. Soft: asked, and may be answered with a reason; `about` is the hash of what."""

    id: str
    hard: bool
    question: str  # where it is shown
    message: str
    remedy: str
    source: str
    about: str


@dataclass(frozen=True)
class Sheet:
    """All of the form as it stands with the answers so far."""

    questions: dict[str, Shown]
    facts: tuple[Fact, ...]
    checks: tuple[Asked, ...]
    missing: tuple[str, ...]  # questions that have to be answered before it is submitted
    blank: tuple[str, ...]  # questions that may be left, and are: they count as unknown

    @property
    def refused(self) -> tuple[str, ...]:
        """Questions whose answer cannot stand: a choice that is not shown, a number that is outside."""
        return tuple(shown.id for shown in self.questions.values() if shown.asked and shown.faults)

    def progress(self, section: str = "") -> tuple[int, int]:
        """How many of the questions asked (of a section) are answered, and of how many."""
        asked = [item for item in self.questions.values() if item.asked and section in ("", item.section)]
        return sum(item.answered for item in asked), len(asked)


def sheet(
    form: Form,
    given: Mapping[str, Answer],
    *,
    municipality: Mapping[str, Answer] | None = None,
    beside: Mapping[str, str] | None = None,
    hidden: frozenset[str] = frozenset(),
    language: str = "da",
) -> Sheet:
    """The page of a form. `given` are the reader's answers, kept also where they are routed away, but not counted.

    `municipality`: the answers that are the municipality's (`declared.given_by_municipality`), `beside` its words
    by question, `hidden` the questions the reader is not asked.
    """
    case = _routed(form, {**given, **(municipality or {})}, language)
    faults: dict[str, list[str]] = {}
    for finding in case.findings:
        if finding.code in ("SVAR-203", "SVAR-204", "SVAR-205"):
            faults.setdefault(finding.question, []).append(f"{finding.fault} {finding.remedy}")
    questions = {}
    for question in form.questions:
        if question.id in hidden:
            continue
        asked = case.answers[question.id].state is not State.NOT_ASKED
        own = given.get(question.id, NOTHING)
        questions[question.id] = Shown(
            question.id, question.section, question.type, words(question.label, language),
            words(question.help, language), question.source, question.condition, question.required, asked,
            _options(question, own, case.answers, language), _typed(own),
            own.state is not State.NOT_ANSWERED, _told(question, own, language), (beside or {}).get(question.id, ""),
            tuple(faults.get(question.id, ())), asked_of(question, case.answers),
        )  # fmt: skip
    unanswered = [item for item in questions.values() if item.asked and not item.answered]
    return Sheet(
        questions,
        facts_of(form, case.answers, language),
        tuple(_broken(form, case.answers, questions, language)),
        tuple(item.id for item in unanswered if item.required),
        tuple(item.id for item in unanswered if not item.required),
    )


def counting(
    form: Form, given: Mapping[str, Answer], municipality: Mapping[str, Answer]
) -> dict[str, Answer]:
    """The answers that count: the reader's where the question is asked, and the municipality's own."""
    both = {**given, **municipality}
    answers = complete(form, both).answers
    return {id: answer for id, answer in both.items() if answers[id].state is not State.NOT_ASKED}


def _routed(form: Form, both: Mapping[str, Answer], language: str) -> Case:
    """The case of the answers that count. Each question comes after those it hangs on: one pass drops all."""
    trial = complete(form, both, language)
    kept = {id: answer for id, answer in both.items() if trial.answers[id].state is not State.NOT_ASKED}
    return trial if len(kept) == len(both) else complete(form, kept, language)


def _options(
    question: Question, own: Answer, answers: Mapping[str, Answer], language: str
) -> tuple[Option, ...]:
    value = own.value
    if question.type is Type.BOOL:
        yes, no = (word.capitalize() for word in yes_no(language))
        found = [("yes", yes, value is True), ("no", no, value is False)]
    else:
        chosen = value if isinstance(value, frozenset) else {value}
        found = [
            (choice.code, words(choice.label, language), choice.code in chosen)
            for choice in question.choices
            if choice.code in chosen or choice.show_if is None or truth(choice.show_if, answers) is not False
        ]
    made = [
        Option(str(place) if place <= _MOST_KEYS else "", code, label, chosen)
        for place, (code, label, chosen) in enumerate(found, start=1)
    ]
    if question.type is Type.CODES:
        made.append(Option(NO_TICK_KEY, NO_TICK, str(_NO_TICK), value == frozenset()))
    made += [
        Option(STATE_KEYS[state], state.value, str(STATE_DA[state]).capitalize(), own.state is state, True)
        for state in STATE_KEYS
        if state in question.allow
    ]
    return tuple(made)


_NO_TICK = said("Ingen kryds")


def _typed(own: Answer) -> str:
    value = own.value
    if value is None or isinstance(value, (bool, frozenset)):
        return ""
    return value.strftime("%d-%m-%Y") if hasattr(value, "strftime") else str(value)


def _told(question: Question, own: Answer, language: str) -> str:
    if own.state is State.NOT_ANSWERED:
        return ""
    return value_words(question, own, language) or str(_NO_TICK)


def _broken(
    form: Form, answers: Mapping[str, Answer], questions: Mapping[str, Shown], language: str
) -> list[Asked]:
    """The checks that are definitely broken, also while other answers are missing."""
    found = []
    for check in form.checks:
        if truth(check.holds, answers) is False:
            here = [id for id in check.questions if id in questions and questions[id].asked]
            found.append(
                Asked(
                    check.id,
                    check.hard,
                    here[0] if here else "",
                    words(check.message, language),
                    words(check.remedy, language),
                    check.source,
                    fingerprint(answers, about(check)),
                )
            )
    return found


def about(check: Check) -> frozenset[str]:
    """The names a check is about: where the answer to one is another, its question is asked again."""
    return names(check.holds) | frozenset(check.questions)

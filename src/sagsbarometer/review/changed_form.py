"""Which questions of a form are others than they were in an earlier version of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.order import depends_on
from sagsbarometer.kernel.said import all_said


class What(StrEnum):
    """What is another at a question."""

    NEW = "new"
    REMOVED = "removed"
    WORDING = "wording"
    CHOICES = "choices"
    ROUTING = "routing"
    CHECKS = "checks"


WHAT_DA = all_said(
    {
        What.NEW: "nyt spørgsmål",
        What.REMOVED: "spørgsmålet er taget ud",
        What.WORDING: "ordlyden",
        What.CHOICES: "hvad der kan svares",
        What.ROUTING: "hvornår det stilles",
        What.CHECKS: "en kontrol",
    }
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that is another, and in what."""

    question: str
    what: tuple[What, ...]


def changed_questions(old: Form, new: Form) -> tuple[Changed, ...]:
    """The questions that are new or others, in the order of the new form, then those taken out."""
    before = {question.id: question for question in old.questions}
    after = {question.id: question for question in new.questions}
    moved = _moved(old, new)
    behind = {form.hash: depends_on(form) for form in (old, new)}
    found = []
    for id, question in after.items():
        if id not in before:
            found.append(Changed(id, (What.NEW,)))
            continue
        was = before[id]
        hangs_on = behind[old.hash][id] | behind[new.hash][id]
        checks = _checks(old, id) != _checks(new, id)
        pairs = (
            (What.WORDING, _wording(was) != _wording(question)),
            (What.CHOICES, _choices(was) != _choices(question)),
            (What.ROUTING, was.ask_if != question.ask_if or bool(hangs_on & moved)),
            (What.CHECKS, checks),
        )
        if what := tuple(kind for kind, another in pairs if another):
            found.append(Changed(id, what))
    return (*found, *(Changed(id, (What.REMOVED,)) for id in before if id not in after))


def _moved(old: Form, new: Form) -> frozenset[str]:
    """Derived variables that are worked out in another way, and questions that can no longer decide the same."""
    before = {item.id: (item.expression, item.ask_if) for item in old.derived}
    after = {item.id: (item.expression, item.ask_if) for item in new.derived}
    derived = {id for id in before.keys() | after.keys() if before.get(id) != after.get(id)}
    gone = {item.id for item in old.questions} ^ {item.id for item in new.questions}
    return frozenset(derived | gone)


def _wording(question: Question) -> object:
    labels = {choice.code: dict(choice.label) for choice in question.choices}
    return dict(question.label), dict(question.help), labels, question.condition, question.source


def _choices(question: Question) -> object:
    return (
        question.type, [(choice.code, choice.show_if) for choice in question.choices], question.allow,
        question.required, question.minimum, question.maximum, question.evidence, question.evidence_if,
    )  # fmt: skip


def _checks(form: Form, question: str) -> object:
    return [
        (item.id, item.hard, item.holds, dict(item.message))
        for item in form.checks
        if question in item.questions
    ]

"""A reading as it is opened: its rows, the sheet that follows from them, and the parts of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.types import Answer as Given
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.states import State
from sagsbarometer.forms.wording import words
from sagsbarometer.review.course import CaseState, ReadingState
from sagsbarometer.review.declared import beside, declared_in, given_by_municipality
from sagsbarometer.review.kept_answers import NOTHING, from_kept
from sagsbarometer.review.reading import Asked, Sheet, Shown, counting, sheet
from sagsbarometer.review.undoing import Steps, Written, steps
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.languages import short_day
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.planning.folders import form_at
from sagsbarometer.web.reviewing import known
from sagsbarometer.web.reviewing.finding import UNREAD, reading_state
from sagsbarometer.web.reviewing.models import Answer, Overruling, Reading
from sagsbarometer.web.reviewing.sealing import unlocked
from sagsbarometer.web.rights.may import State as Rights

UNDER_WAY = (ReadingState.ASSIGNED.value, ReadingState.BEGUN.value, ReadingState.REOPENED.value)
_JOINED = ("review", "review__case__study", "review__case__request__authority")


@dataclass
class Opened:
    """One reading with its answers. What is asked of it twice is read once."""

    reading: Any
    rows: list[Answer] = field(default_factory=list)  # in the order they were written
    overrulings: list[Overruling] = field(default_factory=list)
    added: int = 0  # rows at the end that were written since it was opened

    @property
    def case(self) -> Any:
        """The case that is read."""
        return self.reading.review.case

    @cached_property
    def form(self) -> Form:
        """The form it is read with."""
        return form_at(self.case.study_id, self.reading.form_version)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The questions the municipality has answered."""
        return frozenset(declared_in(self.form))

    @cached_property
    def municipality(self) -> dict[str, Given]:
        """The municipality's answers to them."""
        return given_by_municipality(self.form, self.case.declared, self.case.declared_states)

    @property
    def newest(self) -> dict[str, Answer]:
        """The row that counts, by question."""
        return _newest(self.rows)

    def answer_of(self, row: Answer | None) -> Given:
        """What a row says; no answer where there is none, or where its key was destroyed."""
        question = self.questions.get(row.question) if row is not None else None
        if row is None or question is None:
            return NOTHING
        value = row.value
        if question.type is Type.TEXT and row.state == State.ANSWERED.value:
            value = unlocked(self.case.study_id, row.words, about(row)) or None
        return from_kept(question, row.state, value)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The questions of the form by id."""
        return {question.id: question for question in self.form.questions}

    @cached_property
    def keys(self) -> dict[str, known.Key]:
        """The key, by question, where it is an exercise: of an anchor its reader is told nothing."""
        return known.keys_of(self.form, self.case) if known.is_exercise(self.reading) else {}

    @property
    def given(self) -> dict[str, Given]:
        """The reader's answers, also those to questions that are routed away."""
        return self._given(self.rows)

    def _given(self, rows: list[Answer]) -> dict[str, Given]:
        return {id: self.answer_of(row) for id, row in _newest(rows).items()}

    @property
    def counted(self) -> dict[str, Given]:
        """The answers that count: for comparing, freezing and figures."""
        return counting(self.form, self.given, self.municipality)

    def sheet(self, *, before: bool = False) -> Sheet:
        """The page's content as it stands now; `before`: as it stood when it was opened."""
        language = language_shown()
        said = beside(self.form, self.case.declared, self.case.declared_states, language)
        rows = self.rows[: len(self.rows) - self.added] if before else self.rows
        return sheet(
            self.form, self._given(rows), municipality=self.municipality, beside=said, hidden=self.hidden,
            language=language,
        )  # fmt: skip

    def open_checks(self, found: Sheet) -> list[Asked]:
        """The checks of a sheet that nobody has answered with a reason."""
        return [item for item in found.checks if item.hard or not self.reason_for(item)]

    def reason_for(self, check: Asked) -> str:
        """Why the answers of a soft check are right all the same; "" where nobody has said."""
        for row in reversed(self.overrulings):
            if not check.hard and (row.soft_check, row.answers) == (check.id, check.about):
                about = f"reviewing_overruling.reason:{row.id}"
                return unlocked(self.case.study_id, row.reason, about) or _("(kan ikke læses mere)")
        return ""

    def steps(self) -> Steps:
        """What can be undone and done again."""
        return steps([Written(row.id, row.question, row.number, row.undoes_id or "") for row in self.rows])

    @property
    def rights(self) -> Rights:
        """What `may` needs to know of it."""
        return reading_state(self.reading)


def _newest(rows: list[Answer]) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for row in rows:
        if row.question not in found or row.number > found[row.question].number:
            found[row.question] = row
    return found


def opened(reading: str, *, lock: bool = False) -> Opened:
    """A reading by id. `lock`: until the transaction ends nobody else saves in it, or takes its case out."""
    found = Reading.objects.select_related(*_JOINED).defer(*UNREAD)
    if lock:
        found = found.select_for_update(of=("self", "review"))
    row = found.get(pk=reading)
    return Opened(
        row,
        list(row.answers.order_by("at", "number")),
        list(row.overrulings.filter(removed_at=None).order_by("at")),
    )


def about(row: Answer) -> str:
    """What the words of an answer are locked as."""
    return f"reviewing_answer.words:{row.id}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two versions of an answer: what was saved elsewhere, and what was sent from here."""

    theirs: str
    mine: str
    at: Any


@dataclass(frozen=True, slots=True)
class Part:
    """A question with what its template needs besides: the number its answer has, a key for the next save."""

    question: Shown
    number: int
    once: str
    saved: str
    checks: tuple[Asked, ...]
    overruled: tuple[tuple[str, str], ...]  # message and reason
    refused: str = ""
    conflict: Conflict | None = None
    feedback: known.Feedback | None = None  # of an answer in an exercise


def part(
    open_: Opened,
    question: Shown,
    checks: Sequence[Asked],
    *,
    refused: str = "",
    conflict: Conflict | None = None,
) -> Part:
    """One question's part of the page. `checks`: of the whole page, also those answered with a reason."""
    row = open_.newest.get(question.id)
    here = [item for item in checks if item.question == question.id]
    reasons = {item.id: open_.reason_for(item) for item in here}
    return Part(
        question, row.number if row else 0, random_id(20), _saved(row),
        tuple(item for item in here if not reasons[item.id]),
        tuple((item.message, reasons[item.id]) for item in here if reasons[item.id]), refused, conflict,
        _feedback(open_, question, row),
    )  # fmt: skip


def _feedback(open_: Opened, question: Shown, row: Answer | None) -> known.Feedback | None:
    """How an answer that was saved stands against the key of an exercise."""
    key = open_.keys.get(question.id)
    if key is None or row is None or not question.asked or not question.answered:
        return None
    return known.feedback(open_.questions[question.id], open_.answer_of(row), key)


def _saved(row: Answer | None) -> str:
    """`Gemt 10.42`; of an earlier day `Gemt 16. nov`, which has room beside the question."""
    if row is None:
        return ""
    at, today = timezone.localtime(row.at), timezone.localdate()
    if at.date() == today:
        return _("Gemt %(when)s") % {"when": date_format(at, "TIME_FORMAT")}
    return _("Gemt %(when)s") % {"when": short_day(at.date(), with_year=at.year != today.year)}


def sections(open_: Opened, found: Sheet, **special: Any) -> list[dict[str, Any]]:
    """The sections of the page with their questions, facts and how far they are. `special`: of one question."""
    language = language_shown()
    parts: dict[str, list[Part]] = {}
    for question in found.questions.values():
        more = special.get(question.id, {})
        parts.setdefault(question.section, []).append(part(open_, question, found.checks, **more))
    return [
        {
            "id": section.id,
            "title": words(section.title, language),
            "parts": parts[section.id],
            "facts": facts(found, section.id),
            **progress(found, section.id),
        }
        for section in open_.form.sections
        if section.id in parts
    ]


def facts(found: Sheet, section: str) -> list[Any]:
    """What follows from the answers of a section."""
    return [fact for fact in found.facts if fact.section == section]


def progress(found: Sheet, section: str = "") -> dict[str, int]:
    """How far a section is, or all of it."""
    done, of = found.progress(section)
    return {"done": done, "of": of}


def step_labels(open_: Opened) -> dict[str, str]:
    """The question that undo and redo are about, in words."""
    labels = {item.id: item.label for item in open_.form.questions}
    language, found = language_shown(), open_.steps()
    return {
        which: labels[step.target.question].get(language) or labels[step.target.question].get("da", "")
        for which, step in (("undo", found.undo), ("redo", found.redo))
        if step is not None and step.target.question in labels
    }


def title(case: Any) -> str:
    """What a case is called on the reader's pages."""
    return _("Sag %(number)s, %(name)s") % {"number": case.number, "name": case.request.authority.name}


def stopped(open_: Opened) -> str:
    """Why nothing can be saved in a reading any more; "" where it can."""
    rights, row = open_.rights, open_.reading
    if row.handed_over_at:
        return _("Sagen er givet til en anden læser. Dine svar er bevaret, men tæller ikke.")
    if rights.course == CaseState.WITHDRAWN.value:
        return _("Sagen er taget ud af læsningen. Dine svar er bevaret, men tæller ikke.")
    if row.state == ReadingState.SUBMITTED.value:
        return _("Du har afleveret sagen. Den kan kun ændres, hvis den åbnes igen.")
    if rights.course == CaseState.LOCKED.value:
        return _("Svarene er låst, fordi tallene er regnet.")
    if rights.study_state != "launched":
        return _("Undersøgelsen er afsluttet.")
    return ""

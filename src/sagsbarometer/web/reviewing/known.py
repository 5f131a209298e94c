"""Known cases: which can become one, their key, and how they go back to the measurement."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sagsbarometer.documents.vault import seal
from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import State
from sagsbarometer.review.course import CaseState, ReadingState
from sagsbarometer.review.declared import declared_in, value_words
from sagsbarometer.review.kept_answers import from_kept, kept
from sagsbarometer.review.known import Held, against, keyable
from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.home import this_home
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.reviewing.finding import LEARNING, MEASURED, course_of, practising
from sagsbarometer.web.reviewing.models import CaseReview, Freeze, KeyAnswer, Reading
from sagsbarometer.web.reviewing.sealing import opened
from sagsbarometer.web.reviewing.settling import compare

MOST_WHY = 1000  # characters of an explanation
_READ = (CaseState.SUBMITTED, CaseState.SETTLED)
_NOT_BEGUN = (CaseState.UNASSIGNED,)

# Why a case cannot become practice or an anchor.
WHY_NOT = {
    "not_in": gettext_lazy("Sagen er ikke med i målingen."),
    "known": gettext_lazy("Sagen er allerede øvelse eller ankersag."),
    "locked": gettext_lazy("Sagen er låst, fordi der er regnet på den."),
    "counted": gettext_lazy("Sagen indgår i tal, der er regnet, og kan ikke tages ud af dem."),
    "withdrawn": gettext_lazy("Sagen er taget ud af læsningen."),
    "being_read": gettext_lazy("Sagen er ved at blive læst."),
}


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a question: the right answer, and why. `number`: of the newest row, 0 where there is none."""

    answer: Answer
    why: str
    number: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader is told of an answer in an exercise."""

    held: str
    said: str
    right: str
    missing: str
    extra: str
    why: str


def why_not(case: Any, review: Any, counted_before: Collection[str]) -> str:
    """Why a case cannot become known: a code of WHY_NOT, "" where it can. `review`: None where there is none."""
    if case.state != "screened_in":
        return "not_in"
    if review is None:
        return "counted" if case.id in counted_before else ""
    if review.use != MEASURED:
        return "known"
    if review.locked_at:
        return "locked"
    if case.id in counted_before:
        return "counted"
    course = course_of(review, review.readings.all())
    if course.state is CaseState.WITHDRAWN:
        return "withdrawn"
    return "" if course.state in (*_READ, *_NOT_BEGUN) else "being_read"


def counted_before(study: str) -> frozenset[str]:
    """The cases that figures were computed from, also where they were unlocked since: the frozen folder says which."""
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze

    found: set[str] = set()
    for number in Freeze.objects.filter(study=study).values_list("number", flat=True):
        file = folder_of_freeze(study, number) / "answers.csv"
        if file.exists():
            with file.open(encoding="utf-8-sig", newline="") as lines:
                found.update(row["case_id"] for row in csv.DictReader(lines))
    return frozenset(found)


def make_known(study: Any, case: str, use: str) -> str:
    """Takes a case out of the measurement, to be practised on or to measure readers by: "" or a code of WHY_NOT.
    Inside `acting`, with the row of the study locked."""
    row = Case.objects.select_for_update(of=("self",)).filter(pk=case, study=study).first()
    if row is None:
        return "not_in"
    review = CaseReview.objects.select_for_update(of=("self",)).filter(pk=case).first()
    if refused := why_not(row, review, counted_before(study.id)):
        return refused
    review = review or CaseReview(case=row, study=study)
    places = Reading.objects.filter(case=row, handed_over_at=None).values_list("place", flat=True)
    review.use, review.measured_places = use, max(places, default=0)
    # Read by two it is settled; known, nobody reads it beside another.
    review.second_drawn, review.differs = False, False
    review.revision += 1
    review.save()
    return ""


def given_back(review: Any) -> bool:
    """Back to the measurement, as it was before; False where somebody has begun on it as a known case. Inside
    `acting`, with the review locked."""
    if begun(review):
        return False
    for row in practising(review, review.readings.all()):
        row.handed_over_at = timezone.now()
        row.revision += 1
        row.save(update_fields=["handed_over_at", "revision"])
    was_two = review.draw_id is not None or review.measured_places > 1
    review.use, review.second_drawn, review.measured_places = MEASURED, was_two, 0
    review.revision += 1
    review.save(update_fields=["use", "second_drawn", "measured_places", "revision"])
    compare(review)
    return True


def begun(review: Any) -> bool:
    """Whether somebody has read in it since it became known, also where they have begun anew."""
    rows = Reading.objects.filter(review=review, place__gt=review.measured_places)
    return rows.exclude(state=ReadingState.ASSIGNED.value).exists()


def keys_of(form: Form, case: Any) -> dict[str, Key]:
    """The key of a case, by question: only those that have one."""
    found = newest_keys(form, case)
    return {id: key for id, key in found.items() if key.answer.state is not State.NOT_ANSWERED}


def newest_keys(form: Form, case: Any) -> dict[str, Key]:
    """As `keys_of`, with those that were taken back."""
    questions = {question.id: question for question in form.questions}
    rows = KeyAnswer.objects.filter(case=case).select_related("case").order_by("number")
    newest = {row.question: row for row in rows if row.question in questions}
    return {
        id: Key(from_kept(questions[id], row.state, row.value), opened(row, "words"), row.number)
        for id, row in newest.items()
    }


def write_key(case: Any, question: Question, key: Key, once: str, by: Any) -> None:
    """Writes a key on top of `key.number`. Inside `acting`; raises IntegrityError where another wrote it first."""
    state, value = kept(key.answer)
    row = KeyAnswer(
        case=case, question=question.id, number=key.number + 1, state=state, value=value, once=once, by=by
    )
    if key.why:
        about = f"reviewing_keyanswer.words:{row.id}"
        row.words = seal(this_home().keys.study(case.study_id), key.why.encode(), about)
    row.save(force_insert=True)


def with_key(form: Form, case: Any) -> tuple[Question, ...]:
    """The questions that can have a key in a case."""
    wanted = set(keyable(form, declared_in(form)))
    return tuple(question for question in form.questions if question.id in wanted)


def feedback(question: Question, given: Answer, key: Key) -> Feedback:
    """An answer of an exercise held against the key, in words."""
    language = language_shown()
    found = against(question.id, given, key.answer)

    def ticks(codes: Iterable[str]) -> str:
        chosen = frozenset(codes)
        return value_words(question, Answer(State.ANSWERED, chosen), language) if chosen else ""

    return Feedback(
        found.held.value,
        held_words()[found.held],
        value_words(question, key.answer, language) or _("ingen kryds"),
        ticks(found.missing) if found.held is Held.PARTLY else "",
        ticks(found.extra) if found.held is Held.PARTLY and question.type is Type.CODES else "",
        key.why,
    )


def held_words() -> Mapping[Held, str]:
    """How an answer stands against the key, in words."""
    return {
        Held.AGREES: _("Som facit"),
        Held.PARTLY: _("Delvist som facit"),
        Held.DIFFERS: _("Ikke som facit"),
        Held.BLANK: _("Ikke besvaret"),
        Held.NOT_ASKED: _("Ikke stillet"),
    }


def is_exercise(reading: Any) -> bool:
    """Whether a reading is of a case that is practised on."""
    review = reading.review
    return bool(review.use == LEARNING and reading.place > review.measured_places)

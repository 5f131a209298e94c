"""A file of answers taken in: all that can be made ready first, then all of it written together."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from sagsbarometer.forms.language.types import Answer as Given
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.said import said
from sagsbarometer.review.answers_in import Brought, CaseIn, Person
from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.kept_answers import kept
from sagsbarometer.web.planning.folders import form_of
from sagsbarometer.web.reviewing import shown
from sagsbarometer.web.reviewing.brought import checked, opened_table, people, standing
from sagsbarometer.web.reviewing.models import Answer, AnswersFile, CaseReview, Reading
from sagsbarometer.web.reviewing.sealing import locked
from sagsbarometer.web.reviewing.settling import compare

_AT_ONCE = 1000  # rows written together


@dataclass(frozen=True, slots=True)
class Ready:
    """A file looked through and its answers made, with what was seen of the cases and the people then."""

    version: int
    cases: list[CaseIn]
    people: list[Person]
    readings: Sequence[tuple[Brought, list[Answer]]]


def made_ready(file: AnswersFile) -> Ready:
    """All that needs nothing written: while one writes, others wait. Raises Faults as `checked`."""
    study = file.study
    form = form_of(study)
    seen = standing(study, form, file.by), people(study, file.by)
    found = checked(study, *opened_table(file), file.by, seen)
    types = {question.id: question.type for question in form.questions}
    made = [
        (item, [_answer(file, types[id], id, given) for id, given in item.answers.items()])
        for item in found.readings
    ]
    return Ready(study.version, *seen, made)


def _holds(ready: Ready, file: AnswersFile) -> bool:
    """Whether everything is as it was when the file was looked through."""
    study = file.study
    return (
        ready.version == study.version
        and ready.cases == standing(study, form_of(study), file.by)
        and ready.people == people(study, file.by)
    )


def take(file: AnswersFile, ready: Ready, tell: Any) -> None:
    """Makes the readings, all of them. Inside `acting`, with the file held. Raises Faults as `checked`."""
    if not _holds(ready, file):
        ready = made_ready(file)
    reviews = _reviews(file.study, {item.case for item, _answers in ready.readings})
    once, now = _Once(file), timezone.now()
    readings = _readings(file, [item for item, _answers in ready.readings], reviews)
    rows: list[Answer] = []
    for done, ((item, answers), reading) in enumerate(zip(ready.readings, readings, strict=True), start=1):
        for row in answers:
            row.reading, row.at, row.once = reading, now, once(item.row, row.question)
        rows += answers
        if len(rows) >= _AT_ONCE:
            Answer.objects.bulk_create(rows)
            rows = []
            tell(done, len(readings), said("Lægger svar ind"))
    Answer.objects.bulk_create(rows)
    for case in sorted(
        case for case, review in reviews.items() if review.second_drawn and not review.locked_at
    ):
        compare(reviews[case])
    file.state, file.taken_at, file.rows = "taken", timezone.now(), b""
    file.revision += 1
    file.save(update_fields=["state", "taken_at", "rows", "revision"])


class _Once:
    """The key of an answer of a file: of what was sent, the row and the question, so that a file is in once."""

    def __init__(self, file: AnswersFile) -> None:
        undone = AnswersFile.objects.filter(study=file.study_id, sha256=file.sha256, state="undone").count()
        self._head = f"{file.study_id}\n{file.sha256}\n{undone}"

    def __call__(self, row: int, question: str) -> str:
        return hashlib.sha256(f"{self._head}\n{row}\n{question}".encode()).hexdigest()[:40]


def _reviews(study: Any, cases: set[str]) -> dict[str, CaseReview]:
    there = set(CaseReview.objects.filter(pk__in=cases).values_list("case_id", flat=True))
    CaseReview.objects.bulk_create([CaseReview(case_id=case, study=study) for case in sorted(cases - there)])
    held = CaseReview.objects.select_for_update().filter(pk__in=cases).order_by("pk")
    return {review.case_id: review for review in held}


def _readings(file: AnswersFile, items: Collection[Brought], reviews: dict[str, CaseReview]) -> list[Reading]:
    """The reading of each row, handed in: those that wait, and new ones."""
    now = timezone.now()
    held = Reading.objects.select_for_update().filter(case__in=reviews, handed_over_at=None)
    waiting = {(row.case_id, row.reader_id): row for row in held.order_by("pk")}
    found, new = [], []
    for item in items:
        if item.waits:
            row = waiting[item.case, item.reader]
            row.revision += 1
        else:
            row = Reading(case_id=item.case, reader_id=item.reader, place=item.place, assigned_at=now)
            new.append(row)
        row.review, row.file, row.begun_at, row.submitted_at = reviews[item.case], file, now, now
        row.state = ReadingState.SUBMITTED.value
        if not row.reread_id:  # one that is read once more is read with the form it was read with
            row.form_version = file.study.version
        found.append(row)
    Reading.objects.bulk_create(new)
    names = ["state", "form_version", "begun_at", "submitted_at", "file", "revision"]
    for item, row in zip(items, found, strict=True):
        if item.waits:
            row.save(update_fields=names)
    return found


def _answer(file: AnswersFile, type: Type, question: str, given: Given) -> Answer:
    """An answer of no reading yet."""
    row = Answer(question=question, number=1, by_id=file.by_id)
    row.state, row.value = kept(given)
    if type is Type.TEXT and given.state is State.ANSWERED:
        row.words, row.value = locked(file.study_id, str(given.value), shown.about(row)), None
    return row

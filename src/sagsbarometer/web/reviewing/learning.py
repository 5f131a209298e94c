"""An exercise handed in: the score, what the right answers were and why, what to read, and beginning anew."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Question
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from sagsbarometer.forms.wording import words
from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.declared import value_words
from sagsbarometer.review.known import Against, Held, Score, scores
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.reviewing import shown
from sagsbarometer.web.reviewing.codebook import rules_shown
from sagsbarometer.web.reviewing.known import Key, feedback, held_words
from sagsbarometer.web.reviewing.models import Reading


def learned(request: HttpRequest, reading: str) -> HttpResponse:
    """What came of an exercise, question by question."""
    open_ = shown.opened(reading)
    language = language_shown()
    answers = complete(open_.form, open_.counted).answers
    told = _scores(open_)
    titles = {section.id: words(section.title, language) for section in open_.form.sections}
    ruled = set(rules_shown(str(request.user.pk), open_.case.study_id).values_list("question", flat=True))
    now = _current(open_.reading)
    context = {
        "reading": open_.reading,
        "study": open_.case.study,
        "title": shown.title(open_.case),
        "total": told[0],
        "sections": [
            {
                "title": titles[score.section],
                "score": score,
                "right": score.number(Held.AGREES),
                "partly": score.number(Held.PARTLY),
                "rows": [_row(open_, item, answers, ruled) for item in score.items],
            }
            for score in told[1:]
        ],
        "right": told[0].number(Held.AGREES),
        "partly": told[0].number(Held.PARTLY),
        "attempts": _attempts(open_.reading),
        "newest": now is not None and now.id == open_.reading.id,
        "current": now,
        "crumbs": [
            (_("Mine sager"), reverse("reviewing:desk")),
            (shown.title(open_.case), None if open_.reading.handed_over_at else _address(open_)),
            (_("Facit"), None),
        ],
    }
    return render(request, "reviewing/learned.html", context)


def anew(request: HttpRequest, reading: str) -> HttpResponse:
    """Begins an exercise anew: a new reading, and the old is kept. A second click opens the one that was made."""
    row = Reading.objects.select_for_update(of=("self",)).select_related("review").get(pk=reading)
    now = _current(row)
    if now is None or now.id == row.id:
        row.handed_over_at = timezone.now()
        row.revision += 1
        row.save(update_fields=["handed_over_at", "revision"])
        now = Reading.objects.create(
            case_id=row.case_id, review=row.review, reader_id=row.reader_id, place=row.place,
            form_version=row.review.study.version,
        )  # fmt: skip
    return redirect("reviewing:reading", now.id)


def _current(row: Reading) -> Any:
    """The reading of the same reader and case that is not over."""
    return Reading.objects.filter(case=row.case_id, reader=row.reader_id, handed_over_at=None).first()


def _scores(open_: shown.Opened) -> tuple[Score, ...]:
    keys = {id: key.answer for id, key in open_.keys.items()}
    return scores(open_.form, complete(open_.form, open_.counted).answers, keys)


def _attempts(row: Reading) -> list[tuple[int, Any, int, int]]:
    """Each time it was handed in: the number, when, how many were right, and of how many."""
    rows = Reading.objects.filter(
        case=row.case_id, reader=row.reader_id, state=ReadingState.SUBMITTED.value,
        place__gt=row.review.measured_places,
    ).order_by("submitted_at")  # fmt: skip
    found = []
    for number, item in enumerate(rows, start=1):
        total = _scores(shown.opened(item.id))[0]
        found.append((number, item.submitted_at, total.number(Held.AGREES), total.of))
    return found


def _row(open_: shown.Opened, item: Against, answers: dict[str, Answer], ruled: set[str]) -> dict[str, Any]:
    question: Question = open_.questions[item.question]
    key: Key = open_.keys[question.id]
    given = answers.get(question.id, Answer(State.NOT_ANSWERED))
    asked = item.held not in (Held.BLANK, Held.NOT_ASKED)
    language = language_shown()
    return {
        "id": question.id,
        "label": words(question.label, language),
        "held": item.held.value,
        "said": held_words()[item.held],
        "mine": (value_words(question, given, language) or _("ingen kryds")) if asked else "",
        "feedback": feedback(question, given, key),
        "source": question.source,
        "law": bool(question.condition or question.source),
        "rules": question.id in ruled,
    }


def _address(open_: shown.Opened) -> str:
    return reverse("reviewing:reading", args=[open_.reading.id])

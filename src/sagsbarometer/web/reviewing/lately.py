"""»Sådan svarede vi sidst«: earlier answers to a question in the same study, as far as they are the asker's to see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from sagsbarometer.forms.form import Question
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.states import State
from sagsbarometer.review.declared import value_words
from sagsbarometer.review.kept_answers import from_kept
from sagsbarometer.web.events.acting import record
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.reviewing import doubting, shown
from sagsbarometer.web.reviewing.finding import ANCHOR, MEASURED, reading_state
from sagsbarometer.web.reviewing.models import Answer, Reading
from sagsbarometer.web.reviewing.sealing import unlocked
from sagsbarometer.web.rights.asking import only

NEWEST = 5  # cases that are told of one by one


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer of another case."""

    case: str
    mine: bool
    reading: str
    answer: str
    at: Any
    doubts: list[Any]


@dataclass(frozen=True, slots=True)
class Lately:
    """How a question was answered: how often each answer, and the newest cases."""

    total: int
    counts: tuple[tuple[str, int], ...]
    newest: tuple[Earlier, ...]


def lately(request: HttpRequest, open_: shown.Opened, question: Question) -> Lately:
    """Of other cases than the one in hand: nothing can come from its other reading.

    Inside `acting`: another's case that is told of is one event.
    """
    readings = {row.id: row for row in _readings(request, open_, question)}
    rows: dict[str, Answer] = {}
    for row in Answer.objects.filter(reading__in=list(readings), question=question.id).order_by("number"):
        rows[row.reading_id] = row
    standing = [row for row in rows.values() if row.state != State.NOT_ANSWERED.value]
    standing.sort(key=lambda row: (row.at, row.id), reverse=True)
    told = [(row, _in_words(question, row, open_.case.study_id)) for row in standing]
    counts = Counter(words for _row, words in told) if question.type is not Type.TEXT else Counter()
    newest = [_earlier(request, readings[row.reading_id], row, words) for row, words in told[:NEWEST]]
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Lately(len(told), tuple(ordered), tuple(newest))


def _readings(request: HttpRequest, open_: shown.Opened, question: Question) -> list[Any]:
    """The readings of the study whose answers the one who asks may see: `may` says it of each."""
    found = (
        Reading.objects.filter(
            case__study=open_.case.study_id, handed_over_at=None, review__withdrawn_at=None,
            answers__question=question.id,
        )
        .filter(_measured(request.user.id))
        .exclude(case=open_.case)
        .select_related("review__case__study", "review__case__request__authority")
        .prefetch_related("review__readings")
        .distinct()
    )  # fmt: skip
    return only(request, "see_reading", found, reading_state)


def _measured(user: str) -> Q:
    """What was answered of cases that are measured, and one's own of anchors: they are as any other. An exercise may
    have been answered wrong."""
    return Q(review__use=MEASURED) | Q(review__use=ANCHOR, reader=user)


def _in_words(question: Question, row: Answer, study: str) -> str:
    value = row.value
    if question.type is Type.TEXT and row.state == State.ANSWERED.value:
        value = unlocked(study, row.words, shown.about(row)) or None
    return value_words(question, from_kept(question, row.state, value), language_shown()) or _("ingen kryds")


def _earlier(request: HttpRequest, reading: Any, row: Answer, words: str) -> Earlier:
    mine = reading.reader_id == request.user.id
    if not mine:
        case = reading.review.case
        record("read_answers", "reviewing_reading", reading.id, study=case.study_id, case=case.id)
    doubts = [
        doubting.told(doubt)
        for doubt in reading.doubts.filter(question=row.question)
        .order_by("at")
        .prefetch_related("remarks__by")
    ]
    return Earlier(shown.title(reading.review.case), mine, reading.id, words, row.at, doubts)

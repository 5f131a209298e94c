"""The answers of a reading as they were handed in the first time: nothing of the other reading was known then.

Answers are rows that are never changed, and the events have one order. So what stood is what was written before the
event of the first reopening, by the number of the event: no clock decides it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.web.events.models import Event
from sagsbarometer.web.reviewing import models
from sagsbarometer.web.reviewing.models import Reading
from sagsbarometer.web.reviewing.newest import newest, read

_REOPENING = "reopening"  # the purpose of the route that gives a reading back
_READING, _ANSWER = "reviewing_reading", "reviewing_answer"


@dataclass(frozen=True, slots=True)
class FirstIn:
    """What was answered, by question, when a reading was handed in the first time, and when that was. `reopened`: it
    was opened again after, so that the answers may be others now."""

    answers: dict[str, Answer]
    at: datetime
    reopened: bool


def first_in(form: Form, readings: Sequence[Reading]) -> dict[str, FirstIn]:
    """By reading; without those that were never handed in."""
    handed_in = {reading.id: reading for reading in readings if reading.submitted_at is not None}
    reopened = _first_reopened(list(handed_in))
    now = newest(form, [id for id in handed_in if id not in reopened])
    before = _before(form, reopened)
    at = _handed_in_at(reopened)
    found: dict[str, FirstIn] = {}
    for id, reading in handed_in.items():
        answers = before[id] if id in reopened else now[id]
        found[id] = FirstIn(answers, at.get(id) or reading.submitted_at, id in reopened)
    return found


def _first_reopened(readings: Sequence[str]) -> dict[str, int]:
    """By reading that was opened again: the number of the event of the first time."""
    rows = Event.objects.filter(thing=_READING, thing_id__in=readings, act="update", purpose=_REOPENING)
    return dict(rows.values("thing_id").annotate(first=Min("seq")).values_list("thing_id", "first"))


def _before(form: Form, reopened: dict[str, int]) -> dict[str, dict[str, Answer]]:
    questions = {question.id: question for question in form.questions}
    rows: list[Any] = list(models.Answer.objects.filter(reading__in=list(reopened)).order_by("number"))
    written = dict(
        Event.objects.filter(
            thing=_ANSWER, act="insert", thing_id__in=[row.id for row in rows]
        ).values_list("thing_id", "seq")
    )  # fmt: skip
    found: dict[str, dict[str, Answer]] = {reading: {} for reading in reopened}
    for row in rows:
        if row.question in questions and written.get(row.id, 0) < reopened[row.reading_id]:
            found[row.reading_id][row.question] = read(questions[row.question], row.state, row.value)
    return found


def _handed_in_at(reopened: dict[str, int]) -> dict[str, datetime]:
    """When each was handed in the first time: the last that happened to the reading before it was opened again."""
    if not reopened:
        return {}
    changes = Event.objects.filter(thing=_READING, thing_id__in=list(reopened), act__in=("insert", "update"))
    last = {
        id: changes.filter(thing_id=id, seq__lt=seq).aggregate(last=Max("seq"))["last"]
        for id, seq in reopened.items()
    }
    rows = Event.objects.filter(seq__in=[seq for seq in last.values() if seq is not None])
    return {id: datetime.fromisoformat(at) for id, at in rows.values_list("thing_id", "at")}

"""Saving an answer, undo and redo: one POST is one answer, whole, with its event, or nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.forms.form import Question
from sagsbarometer.forms.language.types import Answer as Given
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.states import State
from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.declared import value_words
from sagsbarometer.review.kept_answers import Refused, from_sent, kept
from sagsbarometer.review.reading import Sheet
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.reviewing import shown
from sagsbarometer.web.reviewing.models import Answer
from sagsbarometer.web.reviewing.page import page_context
from sagsbarometer.web.reviewing.sealing import locked
from sagsbarometer.web.reviewing.shown import Conflict, Opened
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.middleware import refusal

_KEY = 20  # characters of a page's key that are kept


def answer(request: HttpRequest, reading: str, question: str) -> HttpResponse:
    """GET: the question as it is saved. POST: an answer, made on the number it was shown with."""
    if request.method != "POST":
        open_ = shown.opened(reading)
        _question(open_, question)
        found = open_.sheet()
        return fragments(request, open_, found, found, {question: {}})
    # What is shown of it is made when it is on disk: nobody waits for that to save theirs.
    with acting(request.user.id, request.purpose):
        open_ = shown.opened(reading, lock=True)
        asked_of = _question(open_, question)
        if no := _closed(request, open_):
            return no
        special, status = _save(request, open_, asked_of)
    wrote = bool(open_.added)
    return fragments(
        request, open_, open_.sheet(before=True) if wrote else None, open_.sheet(), {question: special}, status=status
    )  # fmt: skip


def _question(open_: Opened, question: str) -> Question:
    if question in open_.hidden or question not in open_.questions:
        raise Http404
    return open_.questions[question]


def _save(request: HttpRequest, open_: Opened, question: Question) -> tuple[dict[str, Any], int]:
    """Writes an answer where it is one, is another and is made on the newest: what to say of it, and the status."""
    once = once_of(request, open_)
    if any(row.once == once for row in open_.rows):
        return {}, 200
    clear = bool(request.POST.get("clear"))
    values, states = ([], []) if clear else (request.POST.getlist("value"), request.POST.getlist("state"))
    sent = from_sent(question, values, states)
    if isinstance(sent, Refused):
        return {"refused": sent.why}, 422
    newest = open_.newest.get(question.id)
    now = open_.answer_of(newest)
    if (sent.state, sent.value) == (now.state, now.value):
        return {}, 200
    if request.POST.get("number", "") != str(newest.number if newest else 0):
        both = Conflict(_told(question, now), _told(question, sent), newest.at if newest else None)
        return {"conflict": both}, 409
    write(open_, question, sent, once, request.user)
    return {}, 200


def _told(question: Question, given: Given) -> str:
    if given.state is State.NOT_ANSWERED:
        return _("intet svar")
    return value_words(question, given, language_shown()) or _("ingen kryds")


def write(open_: Opened, question: Question, given: Given, once: str, by: Any, undoes: str = "") -> Answer:
    """Adds an answer to a reading that is locked, and begins the reading where it is the first."""
    newest, row = open_.newest.get(question.id), Answer(reading=open_.reading, question=question.id)
    row.number = newest.number + 1 if newest else 1
    row.state, row.value = kept(given)
    if question.type is Type.TEXT and row.value is not None:
        row.words, row.value = locked(open_.case.study_id, row.value, shown.about(row)), None
    # In the order they are written, also where the clock was set back: undo goes by it.
    last = open_.rows[-1].at + timedelta(microseconds=1) if open_.rows else timezone.now()
    row.at, row.once, row.by, row.undoes_id = max(timezone.now(), last), once, by, undoes or None
    row.save(force_insert=True)
    open_.rows.append(row)
    open_.added += 1
    begin(open_)
    return row


def begin(open_: Opened) -> None:
    """A reading with an answer is begun."""
    if open_.reading.state == ReadingState.ASSIGNED.value:
        open_.reading.state, open_.reading.begun_at = ReadingState.BEGUN.value, timezone.now()
        open_.reading.revision += 1
        open_.reading.save(update_fields=["state", "begun_at", "revision"])


def undo(request: HttpRequest, reading: str) -> HttpResponse:
    """Takes the newest answer back: what stood before it stands again."""
    return _step(request, reading, "undo")


def redo(request: HttpRequest, reading: str) -> HttpResponse:
    """Does again what was undone last."""
    return _step(request, reading, "redo")


def _step(request: HttpRequest, reading: str, which: str) -> HttpResponse:
    with acting(request.user.id, request.purpose):
        open_ = shown.opened(reading, lock=True)
        if no := _closed(request, open_):
            return no
        moved = _take(request, open_, which)
    before = open_.sheet(before=True) if open_.added else None
    return fragments(request, open_, before, open_.sheet(), {moved: {}} if moved else {}, moved=moved)


def _take(request: HttpRequest, open_: Opened, which: str) -> str:
    """Writes what stood before, or what was undone: the question it is about, "" where there is nothing to take."""
    once = once_of(request, open_)
    if done := next((row for row in open_.rows if row.once == once), None):
        return str(done.question)
    step = getattr(open_.steps(), which)
    if step is None or step.target.question not in open_.questions:
        return ""
    old = next((row for row in open_.rows if step.before and row.id == step.before.id), None)
    question = open_.questions[step.target.question]
    write(open_, question, open_.answer_of(old), once, request.user, undoes=step.target.id)
    return question.id


def _closed(request: HttpRequest, open_: Opened) -> HttpResponse | None:
    """Asked again now that the row is locked: it may have been handed over or taken out a moment ago."""
    rights = open_.rights
    return refusal(request, asked(request, "answer_case", rights), "answer_case", rights)


def once_of(request: HttpRequest, open_: Opened) -> str:
    """The key of a save, of this reading alone."""
    return f"{open_.reading.id}-{request.POST.get('once', '')[:_KEY]}"


def fragments(
    request: HttpRequest,
    open_: Opened,
    before: Sheet | None,
    after: Sheet,
    special: dict[str, dict[str, Any]],
    *,
    moved: str = "",
    status: int = 200,
) -> HttpResponse:
    """What has changed on the page, and no more; to a browser without scripts the page itself.

    `before`: as it stood, None where nothing has changed. `special`: questions that are sent in any case, each with
    what is particular to it; `moved`: where to look.
    """
    if not request.headers.get("HX-Request"):
        if status >= 400:
            context = page_context(request, open_, special)
            return render(request, "reviewing/reading.html", context, status=status)
        where = moved or next(iter(special), "")
        anchor = f"#q-{where}" if where else ""
        return redirect(f"{reverse('reviewing:reading', args=[open_.reading.id])}{anchor}")
    before = before or after
    changed = [
        question
        for id, question in after.questions.items()
        if id in special or question != before.questions[id] or _at(before, id) != _at(after, id)
    ]
    ids = [section.id for section in open_.form.sections]
    context = {
        "reading": open_.reading,
        "editable": True,
        "parts": [shown.part(open_, item, after.checks, **special.get(item.id, {})) for item in changed],
        "facts": {
            id: shown.facts(after, id) for id in ids if shown.facts(after, id) != shown.facts(before, id)
        },
        "progress": {
            id: shown.progress(after, id) for id in ids if after.progress(id) != before.progress(id)
        },
        "total": shown.progress(after),
        "steps": open_.steps(),
        "step_labels": shown.step_labels(open_),
        "step_once": random_id(20),
    }
    reply = render(request, "reviewing/reading_parts.html", context, status=status)
    if moved:
        reply["X-Moved"] = moved
    if status == 409:
        reply["X-Answer"] = "conflict"
    return reply


def _at(found: Sheet, question: str) -> list[Any]:
    return [item for item in found.checks if item.question == question]

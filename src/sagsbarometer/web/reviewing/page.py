"""The page on which a case is read: its documents, and the form beside them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render

from sagsbarometer.documents.persons import masked
from sagsbarometer.review.course import ReadingState
from sagsbarometer.web.events.acting import acting, record
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.languages import in_shown
from sagsbarometer.web.receiving import files
from sagsbarometer.web.reviewing import known, shown
from sagsbarometer.web.reviewing.models import Reading
from sagsbarometer.web.reviewing.moves import open_in
from sagsbarometer.web.reviewing.sealing import unlocked
from sagsbarometer.web.reviewing.shown import Opened
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.may import Answer as May

DIVIDE = "reading_divide"  # in a session: where the divide was left, in percent


def reading(request: HttpRequest, reading: str) -> HttpResponse:
    """Opens a case to be read: one event."""
    open_ = shown.opened(reading)
    with acting(request.user.id, "reading"):
        record("read_case", "delivering_case", open_.case.id, study=open_.case.study_id, case=open_.case.id)
    return render(request, "reviewing/reading.html", page_context(request, open_))


def page_context(
    request: HttpRequest, open_: Opened, special: dict[str, dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Everything of the page. `special`: what is particular to a question, as one that could not be saved."""
    found = open_.sheet()
    title = shown.title(open_.case)
    stopped = shown.stopped(open_)
    return {
        "reading": open_.reading,
        "case": open_.case,
        "study": open_.case.study,
        "title": title,
        "form_title": in_shown(open_.form.title),
        "documents": files.documents_of(open_.case),
        "sections": shown.sections(open_, found, **(special or {})),
        "total": shown.progress(found),
        "steps": open_.steps(),
        "step_labels": shown.step_labels(open_),
        "editable": not stopped and asked(request, "answer_case", open_.rights) is May.YES,
        "can_submit": not stopped and "submit" in open_in(request, open_.reading),
        "stopped": stopped,
        "reopened": reopened(open_.reading, open_.case.study_id),
        "once": random_id(20),
        "step_once": random_id(20),
        "left": request.session.get(DIVIDE, 0),
        "exercise": known.is_exercise(open_.reading),
    }


def reopened(row: Reading, study: str) -> str:
    """Why a reading was opened again; "" where it was not."""
    if row.state != ReadingState.REOPENED.value:
        return ""
    return masked(unlocked(study, row.reason, f"reviewing_reading.reason:{row.id}"))


def standing(request: HttpRequest, reading: str) -> HttpResponse:
    """Where a reading stands, for its reader's page that could not save: also when it is no longer theirs.

    The token too: that of the page went with the session it was made in.
    """
    if not Reading.objects.filter(pk=reading, reader=request.user).exists():
        raise Http404
    open_ = shown.opened(reading)
    if asked(request, "list_readings", open_.rights) is not May.YES:  # partial since it was theirs
        raise Http404
    return JsonResponse({"token": get_token(request), "stopped": shown.stopped(open_)})

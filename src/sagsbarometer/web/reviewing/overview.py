"""How far the reading of a study is: by state, by reader, and case by case."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.review.course import STEPS, CaseState, ReadingState
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.assigning import waiting
from sagsbarometer.web.reviewing.cases_read import Read, all_read, crumbs
from sagsbarometer.web.reviewing.moves import open_in, open_to
from sagsbarometer.web.reviewing.steps import WITHDRAWN
from sagsbarometer.web.rights.words import COURSES

_ONE_PAGE = 50


def overview(request: HttpRequest, study: str) -> HttpResponse:
    """The page from which the reading is led."""
    found = get_object_or_404(Study, pk=study)
    told = all_read(request, study)
    counted = Counter(item.course.state.value for item in told.cases)
    wanted = request.GET.get("vis", "")
    chosen = [item for item in told.cases if not wanted or item.course.state.value == wanted]
    page = max(int(text), 1) if (text := request.GET.get("side", "1")).isascii() and text.isdigit() else 1
    places = waiting(study)
    context = {
        "study": found,
        "states": [(state.value, COURSES[state.value], counted[state.value]) for state in CaseState],
        "readers": _by_reader(told.cases),
        "hidden": told.hidden,
        "total": len(told.cases),
        "unassigned": len(places),
        "shown": wanted,
        "cases": [_line(request, item) for item in chosen[(page - 1) * _ONE_PAGE : page * _ONE_PAGE]],
        "before": page - 1,
        "after": page + 1 if len(chosen) > page * _ONE_PAGE else 0,
        "why": WITHDRAWN.items(),
        "crumbs": crumbs(found),
    }
    return render(request, "reviewing/overview.html", context)


def _line(request: HttpRequest, item: Read) -> dict[str, Any]:
    return {
        "case": item.review.case,
        "state": COURSES[item.course.state.value],
        "readings": item.readings,
        "differs": item.review.differs,
        "reopened": [row for row in item.readings if "reopen" in open_in(request, row)],
        "can_withdraw": "withdraw" in open_to(request, item.review, item.readings),
        "reopen": STEPS["reopen"].label,
        "withdraw": STEPS["withdraw"].label,
    }


def _by_reader(cases: Any) -> list[dict[str, Any]]:
    """What each has left, what came in of it this week, and what is over its deadline."""
    today, week = timezone.localdate(), timezone.now() - timedelta(days=7)
    lines: dict[str, dict[str, Any]] = {}
    for item in cases:
        for reading in item.readings:
            line = lines.setdefault(
                reading.reader_id,
                {"name": reading.reader.name, "left": 0, "begun": 0, "done": 0, "week": 0, "late": 0},
            )
            done = reading.state == ReadingState.SUBMITTED.value
            line["done"] += done
            line["week"] += bool(done and reading.submitted_at and reading.submitted_at >= week)
            if not done and item.review.withdrawn_at is None:
                line["left"] += 1
                line["begun"] += reading.state != ReadingState.ASSIGNED.value
                line["late"] += bool(reading.due and reading.due < today)
    return sorted(lines.values(), key=lambda line: str(line["name"]))


def table(request: HttpRequest, study: str) -> HttpResponse:
    """The course of a case as a table: the states, and what leads from one to the next."""
    found = get_object_or_404(Study, pk=study)
    rows = [
        (
            step.label,
            [COURSES[state.value] for state in CaseState if state in step.before],
            [COURSES[state.value] for state in CaseState if state in step.after],
            step.reason,
        )
        for step in STEPS.values()
    ]
    return render(
        request,
        "reviewing/course.html",
        {"study": found, "rows": rows, "crumbs": crumbs(found, _("Sagens gang"))},
    )

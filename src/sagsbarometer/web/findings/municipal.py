"""The municipality's own pages: the sheets of its cases that were released, and what it says to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.review.aftermath import MOST_REASON
from sagsbarometer.review.objections import MOST_WORDS, ObjectionState, is_taken
from sagsbarometer.web.delivering.keeping import shown_number
from sagsbarometer.web.delivering.rules import days_left
from sagsbarometer.web.findings import shown_after
from sagsbarometer.web.findings.kept import content_of
from sagsbarometer.web.findings.models import Aftermath, Objection
from sagsbarometer.web.findings.sheet_shown import shown
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.rights.asking import asked, only
from sagsbarometer.web.rights.may import Answer
from sagsbarometer.web.rights.state_of import case_state

NOTHING: Mapping[str, str] = {}


def own_sheets(request: Any) -> HttpResponse:
    """Every released sheet of one's municipalities' cases, by study."""
    studies: dict[str, dict[str, Any]] = {}
    for line in shown_after.lines_of(_theirs(request)):
        study = line.sheet.case.study
        told = studies.setdefault(study.id, {"study": study, "rows": []})
        told["rows"].append((line, shown_number(line.sheet.case), *_days(line)))
    context = {
        "studies": list(studies.values()),
        "crumbs": [(_("Aflevering"), reverse("delivering:mine")), (_("Fund"), None)],
    }
    return render(request, "findings/own_sheets.html", context)


def _theirs(request: Any) -> list[Any]:
    rows = shown_after.released_sheets(
        case__municipality__in=request.user.memberships.values("municipality")
    ).defer("content")
    return only(request, "see_own_sheet", rows, lambda row: case_state(row.case))


def _days(line: shown_after.Line) -> tuple[str, str]:
    """How long there is to object, and to tell what happened; "" where neither is asked."""
    today = timezone.localdate()
    release = line.sheet.release
    return (
        days_left(release.object_until, today) if line.may_object else "",
        shown_after.deadline_words(release.tell_until) if line.asked else "",
    )


def own_cases(request: Any) -> int:
    """How many cases of one's municipalities have a released sheet: their front page leads to them."""
    return len({row.case_id for row in _theirs(request)})


def own_sheet(request: Any, sheet: str) -> HttpResponse:
    """One sheet: each reading of it is an event."""
    found = sheet_of(sheet)
    shown_after.looked(request, "read_sheet", found)
    return page(request, found)


def sheet_of(id: str) -> Any:
    """A released sheet with all that its page asks for."""
    return get_object_or_404(shown_after.released_sheets(), pk=id)


def page(
    request: HttpRequest,
    found: Any,
    *,
    errors: Mapping[str, str] = NOTHING,
    typed: Mapping[str, str] = NOTHING,
    of: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a sheet. `of`: the form that `errors` and `typed` are about, `object` or `tell`."""
    case = found.case
    state = case_state(case)
    numbers = list(shown_after.released_sheets(case=case))
    content = content_of(found)
    parts = shown_after.parts_of(content)
    context = {
        "sheet": found,
        "case": case,
        "study": case.study,
        "own_number": shown_number(case),
        "body": shown(content),
        "purged": case.study.state == "purged",
        "numbers": numbers,
        "newest": numbers[-1],
        "is_newest": numbers[-1].id == found.id,
        "pdf": "" if case.study.state == "purged" else reverse("findings:own_pdf", args=[found.id]),
        "may_object": asked(request, "object_to_sheet", state) is Answer.YES,
        "may_tell": asked(request, "tell_aftermath", state) is Answer.YES,
        **_objections(found, parts),
        **_aftermath(found, numbers[-1]),
        "once": random_id(24),
        "errors": [(f"id_{name}" if name else "", text) for name, text in errors.items()],
        "wrong": errors,
        "typed": typed,
        "of": of,
        "crumbs": [
            (_("Aflevering"), reverse("delivering:mine")),
            (_("Fund"), reverse("findings:own_sheets")),
            (_("Sag %(number)s") % {"number": case.number}, None),
        ],
    }
    return render(request, "findings/own_sheet.html", context, status=status)


def _objections(found: Any, parts: Any) -> dict[str, Any]:
    """Those to the case, and the form of another while the last day is not over."""
    until = found.release.object_until
    rows = Objection.objects.filter(case=found.case).select_related("case__study", "sheet", "by")
    taken = is_taken(until, timezone.now())
    return {
        "parts": parts,
        "objections": shown_after.objections_told(rows.order_by("at", "id"), parts),
        "open_state": ObjectionState.OPEN.value,
        "taken": taken,
        "object_days": days_left(until, timezone.localdate()) if taken else "",
        "most_words": MOST_WORDS,
    }


def _aftermath(found: Any, newest: Any) -> dict[str, Any]:
    """What the municipality has told of the case, and the form to tell more."""
    after = list(Aftermath.objects.filter(case=found.case).select_related("case__study", "by"))
    until = newest.release.tell_until
    return {
        "after": shown_after.after_told(after, until),
        "number": max((row.number for row in after), default=0),
        "tell_days": shown_after.deadline_words(until),
        "did": Aftermath.DID.items(),
        "effects": Aftermath.EFFECTS.items(),
        "told": Aftermath.TOLD.items(),
        "tell_url": reverse("findings:tell", args=[found.id]),
        "today": timezone.localdate().isoformat(),
        "most_reason": MOST_REASON,
    }

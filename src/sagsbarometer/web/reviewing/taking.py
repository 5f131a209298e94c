"""Answers out of a study, and the freezing that figures are computed from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.kernel.ids import holds_cpr
from sagsbarometer.review.course import CaseState
from sagsbarometer.runs.answers_out import FORMATS, answer_file, codebook_file
from sagsbarometer.web.events.acting import acting, record
from sagsbarometer.web.identifiers import once_key, random_id
from sagsbarometer.web.jobs import ask
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.planning.folders import form_of
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.cases_read import all_read, crumbs
from sagsbarometer.web.reviewing.counting import COUNTED, counted
from sagsbarometer.web.reviewing.finding import MEASURED, anchors_unread, rereads
from sagsbarometer.web.reviewing.freezing import hindrance, looks_waiting
from sagsbarometer.web.reviewing.models import CaseReview, Freeze, Reread
from sagsbarometer.web.reviewing.moves import case_takes
from sagsbarometer.web.rights.words import COURSES

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "sav": "application/x-spss-sav",
    "dta": "application/x-stata-dta",
}
_CODEBOOK = "codebook"


def answers(request: HttpRequest, study: str) -> HttpResponse:
    """What counts now, the files it can be had in, and what was frozen earlier. A POST freezes."""
    found = get_object_or_404(Study, pk=study)
    form = form_of(found)
    told = counted(found, form)
    errors = []
    if request.method == "POST":
        once = once_key(f"freeze:{study}", request.POST.get("once"))
        if why := hindrance(found, told):
            errors.append(("", why))
        else:
            job = ask("reviewing.freeze", {"study": study}, actor=request.user.id, study=study, once=once)
            return redirect("jobs:job", job.id)
    context = {
        "study": found,
        "cases": len(told.cases),
        "others": _others(request, study),
        "practice": told.practice - anchors_unread(str(request.user.pk), study),
        "looks": looks_waiting(found),
        "can_lock": _open_in_any(study, "lock", frozenset(case.case_id for case in told.cases)),
        "can_unlock": _open_in_any(study, "unlock"),
        "reread": _being_reread(study),
        "formats": FORMATS,
        "freezes": Freeze.objects.filter(study=found).select_related("by").order_by("-number"),
        "once": random_id(24),
        "errors": errors,
        "crumbs": crumbs(found, _("Svar og tal")),
    }
    return render(request, "reviewing/answers.html", context, status=422 if errors else 200)


def answers_file(request: HttpRequest, study: str, format: str) -> HttpResponse:
    """The answers of the cases that count, or their codebook, as a file. Coded answers alone: no free text."""
    found = get_object_or_404(Study, pk=study)
    form, language = form_of(found), language_shown()
    if format == _CODEBOOK:
        return _file(codebook_file(form, language), f"kodebog-{study}.csv", _TYPES["csv"])
    if format not in FORMATS or rereads(str(request.user.pk), study):
        raise Http404
    cases = counted(found, form).cases
    with acting(request.user.id, "answers_out"):
        record("take_answers", "planning_study", found.id, study=found.id, purpose="answers_out",
               content={"format": format, "cases": len(cases)})  # fmt: skip
    made = answer_file(form, cases, format, language, timezone.localdate())
    return _file(made, f"svar-{study}.{format}", _TYPES[format])


def _others(request: HttpRequest, study: str) -> list[tuple[str, int]]:
    """How many cases do not count, by state; of those only that the one who looks may know of."""
    states = Counter(item.course.state for item in all_read(request, study).cases)
    return [
        (COURSES[state.value], states[state]) for state in CaseState if states[state] and state not in COUNTED
    ]


def next_number(study: Any) -> int:
    """The number of the next freezing of a study."""
    return (Freeze.objects.filter(study=study).aggregate(Max("number"))["number__max"] or 0) + 1


def unlock(request: HttpRequest, study: str, number: int) -> HttpResponse:
    """Lets the cases of the newest freezing be read on. What was computed stays, and says which answers it is of."""
    # All of the study's: a draw, which locks its own freezing, waits for this and this for it.
    list(Freeze.objects.select_for_update().filter(study=study).order_by("number"))
    frozen = get_object_or_404(Freeze, study=study, number=number)
    reason = request.POST.get("reason", "").strip()[:500]
    newest = next_number(study) - 1
    if holds_cpr(reason):
        messages.error(request, _("Begrundelsen ligner noget med et CPR-nummer. Skriv den uden."))
        return redirect("reviewing:answers", study)
    # Of whichever freezing: unlocking this one lets the cases of all be read on.
    if _being_reread(study):
        messages.error(request, _("Sagerne genlæses. De kan låses op, når genlæsningen er regnet."))
    elif reason and frozen.number == newest and frozen.unlocked_at is None:
        frozen.unlocked_at, frozen.unlocked_why = timezone.now(), reason
        frozen.save(update_fields=["unlocked_at", "unlocked_why"])
        held = CaseReview.objects.filter(study=study).exclude(locked_at=None).prefetch_related("readings")
        for review in (row for row in held if case_takes(row, "unlock")):
            review.locked_at = None
            review.revision += 1
            review.save(update_fields=["locked_at", "revision"])
    return redirect("reviewing:answers", study)


def _open_in_any(study: str, step: str, cases: Collection[str] | None = None) -> bool:
    """Whether a step is open in any case of a study that is measured, or of some of them."""
    chosen = CaseReview.objects.filter(study=study, use=MEASURED)
    chosen = chosen if cases is None else chosen.filter(pk__in=cases)
    return any(case_takes(review, step) for review in chosen.prefetch_related("readings"))


def _being_reread(study: str) -> bool:
    return Reread.objects.filter(study=study, finished_at=None).exists()


def _file(content: bytes, name: str, type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=type, headers=headers)

"""Objections as the house answers them: by who decides doubts, never by who read the case, with a reason.

Upheld or not, an answer changes nothing that was read, and no figure: it is counted, and told beside the figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.review.objections import ANSWERS, MOST_WORDS, ObjectionState, objection_fault
from sagsbarometer.web.findings import mails_after, shown_after
from sagsbarometer.web.findings.kept import content_of
from sagsbarometer.web.findings.models import Objection
from sagsbarometer.web.findings.objecting import sent_words
from sagsbarometer.web.findings.sheet_shown import shown
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.cases_read import crumbs
from sagsbarometer.web.reviewing.finding import review_state
from sagsbarometer.web.reviewing.models import CaseReview
from sagsbarometer.web.reviewing.sealing import lock, opened
from sagsbarometer.web.rights.asking import asked, only
from sagsbarometer.web.rights.may import Answer

_OPEN = ObjectionState.OPEN.value
_WITH = ("case__study", "case__request__authority", "sheet__release", "by", "answered_by")


def seen_cases(request: HttpRequest, action: str, study: str, cases: Iterable[str]) -> frozenset[str]:
    """Of the cases of a study, those the one who looks may do an action on."""
    reviews = (
        CaseReview.objects.filter(study=study, pk__in=set(cases))
        .select_related("case__study", "case__request__authority")
        .prefetch_related("readings")
    )
    return frozenset(review.case_id for review in only(request, action, reviews, review_state))


def objections(request: HttpRequest, study: str) -> HttpResponse:
    """All objections of a study: those that wait first, the oldest of them at the top."""
    found = get_object_or_404(Study, pk=study)
    rows = list(Objection.objects.filter(case__study=study).select_related(*_WITH).order_by("at", "id"))
    seen = seen_cases(request, "see_objection", study, (row.case_id for row in rows))
    today = timezone.localdate()
    shown = [(row, (today - timezone.localdate(row.at)).days) for row in rows if row.case_id in seen]
    context = {
        "study": found,
        "open": [item for item in shown if item[0].state == _OPEN],
        "closed": [item for item in reversed(shown) if item[0].state != _OPEN],
        "hidden": len(rows) - len(shown),
        "crumbs": crumbs(found, _("Indsigelser")),
    }
    return render(request, "findings/objections.html", context)


def objection(request: Any, study: str, objection: str) -> HttpResponse:
    """GET: an objection with what it is about. POST: the answer to it, made on the revision that was seen."""
    if request.method != "POST":
        found = get_object_or_404(Objection.objects.select_related(*_WITH), pk=objection, case__study=study)
        shown_after.looked(request, "read_objection", found)
        return _page(request, found)
    rows = Objection.objects.select_for_update(of=("self",)).select_related(*_WITH)
    found = get_object_or_404(rows, pk=objection, case__study=study)
    typed = {"state": request.POST.get("state", ""), "reason": sent_words(request, "reason")}
    revision = request.POST.get("revision", "")
    if found.state != _OPEN or revision != str(found.revision):
        if _is_again(request, found, typed, revision):
            return redirect("findings:objection", study, objection)
        text = _(
            "Indsigelsen er besvaret eller trukket tilbage imens. Intet af dit er gemt: se, hvad der gælder."
        )
        return _page(request, found, errors={"": text}, typed=typed, status=409)
    errors = {}
    if typed["state"] not in set(ANSWERS):
        errors["state"] = _("Vælg, om indsigelsen tages til følge.")
    if fault := objection_fault(typed["reason"]):
        errors["reason"] = fault if typed["reason"] else _("Skriv begrundelsen for svaret.")
    if errors:
        return _page(request, found, errors=errors, typed=typed, status=422)
    found.state, found.answered_by, found.answered_at = typed["state"], request.user, timezone.now()
    found.revision += 1
    lock(found, "reason", typed["reason"])
    found.save(update_fields=["state", "answered_by", "answered_at", "reason", "revision"])
    told = mails_after.tell_answered(found)
    messages.success(
        request,
        _("Svaret er gemt, og kommunen får en mail om det.") if told
        else _("Svaret er gemt. Kommunen har ingen kontakt med mail: fortæl den det på en anden måde."),
    )  # fmt: skip
    return redirect("findings:objection", study, objection)


def _is_again(request: Any, found: Any, typed: Mapping[str, str], revision: str) -> bool:
    """Whether it is the second click of two: the same answer of the same person, on the revision before."""
    return (
        found.answered_by_id == request.user.id
        and found.state == typed["state"]
        and revision == str(found.revision - 1)
        and opened(found, "reason") == typed["reason"]
    )


def _page(
    request: HttpRequest,
    found: Any,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    study = found.case.study
    content = content_of(found.sheet)
    parts = shown_after.parts_of(content)
    told = shown_after.objections_told([found], parts)[0]
    others = Objection.objects.filter(case=found.case).exclude(pk=found.pk).order_by("at", "id")
    context = {
        "study": study,
        "told": told,
        "row": found,
        "sheet": found.sheet,
        "body": shown(content),
        "others": others,
        "answers": [(state.value, Objection.STATES[state.value]) for state in ANSWERS],
        "may_answer": found.state == _OPEN and asked(request, "answer_objection", request.state) is Answer.YES,
        "write_url": reverse("findings:sheet", args=[study.id, found.case_id]),
        "most": MOST_WORDS,
        "errors": [(f"id_{name}" if name else "", text) for name, text in (errors or {}).items()],
        "wrong": errors or {},
        "typed": typed or {},
        "crumbs": [
            *crumbs(study),
            (_("Indsigelser"), reverse("findings:objections", args=[study.id])),
            (_("Sag %(number)s") % {"number": found.case.number}, None),
        ],
    }  # fmt: skip
    return render(request, "findings/objection.html", context, status=status)

"""What a municipality is asked for, on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.web.delivering import keeping, rules
from sagsbarometer.web.delivering.models import FrameList, Receipt, Request
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.receiving.facts import taken_of
from sagsbarometer.web.receiving.models import Return
from sagsbarometer.web.rights.asking import only
from sagsbarometer.web.rights.state_of import request_state

Crumbs = list[tuple[str, str | None]]


def crumbs(found: Request, *more: tuple[str, str | None]) -> Crumbs:
    """The way to a page of a request."""
    here: Crumbs = [(_("Aflevering"), reverse("delivering:mine"))]
    name = found.study.name
    if not more:
        return [*here, (name, None)]
    return [*here, (name, reverse("delivering:request", args=[found.id])), *more]


def mine(request: Any) -> HttpResponse:
    """What one's municipalities are asked for."""
    rows = Request.objects.filter(authority__code__in=request.user.memberships.values("municipality"))
    rows = rows.exclude(state="planned").select_related("study", "authority").order_by("deadline", "id")
    theirs = only(request, "see_request", rows, request_state)
    today = timezone.localdate()
    listed = [
        (row, rules.days_left(row.deadline, today) if row.state in ("called_in", "reopened") else "")
        for row in theirs
    ]
    from sagsbarometer.web.findings.municipal import own_cases

    context = {"requests": listed, "findings": own_cases(request), "crumbs": [(_("Aflevering"), None)]}
    return render(request, "delivering/mine.html", context)


def request(request: HttpRequest, request_id: str) -> HttpResponse:
    """All there is to know of one request."""
    found = Request.objects.select_related("study", "authority").get(pk=request_id)
    return render(request, "delivering/request.html", page_of(found))


def page_of(found: Request) -> dict[str, Any]:
    """What the page of a request shows."""
    form = keeping.form_of(found)
    labels = keeping.labels_of(found)
    cases = keeping.cases_of(found)
    documents = keeping.documents_of(cases)
    drawn = list(taken_of(found)) if found.drawn else []
    made = [keeping.made_of(form, case, documents[case.id], drawn) for case in cases]
    kinds = rules.rows(found.wanted, found.none_of, labels, made)
    why = _returned(cases)
    listed = [
        {
            "case": case,
            "own_number": keeping.shown_number(case),
            "kind": labels.get(case.stratum, case.stratum) if len(labels) > 1 else "",
            "made": item,
            "open": case.state in rules.OPEN,
            "returned": why.get(case.id, ""),
        }
        for case, item in zip(cases, made, strict=True)
        if case.state not in rules.GONE
    ]
    frame = FrameList.objects.filter(request=found).order_by("-at").first()
    return {
        "found": found,
        "kinds": kinds,
        "wanted": sum(row.wanted for row in kinds),
        "delivered": sum(row.delivered for row in kinds),
        "drafts": sum(row.drafts for row in kinds),
        "cases": listed,
        "deadline": rules.days_left(found.deadline, timezone.localdate()),
        "receipts": Receipt.objects.filter(request=found).order_by("at"),
        "frame": frame,
        "drawn": drawn,
        "none_reasons": rules.NONE_REASONS.items(),
        "once": random_id(24),
        "crumbs": crumbs(found),
    }


def _returned(cases: list[Any]) -> dict[str, str]:
    """Why each case that was sent back was, in words: the newest time counts."""
    rows = Return.objects.filter(case__in=[case for case in cases if case.state == "returned"]).order_by("at")
    return {row.case_id: Return.REASONS.get(row.reason, "") for row in rows}


def _conflict(request: HttpRequest, found: Request, kind: str, theirs: str, mine: str) -> HttpResponse:
    """A colleague gave another reason, or took it back, since the page was opened."""
    words = {"": _("Vi har flere")} | dict(rules.NONE_REASONS)
    context = {
        "title": _("En anden nåede det først"),
        "lead": _("En kollega har svaret andet, siden du åbnede siden. Dit er ikke gemt endnu."),
        "told": [(keeping.labels_of(found).get(kind, kind), words.get(theirs, theirs), words[mine])],
        "hidden": [("kind", kind), ("reason", mine), ("was", theirs)],
        "revision": found.revision,
        "save": _("Gem mit i stedet"),
        "action": request.path,
        "keep_url": reverse("delivering:request", args=[found.id]),
        "crumbs": crumbs(found, (_("En anden nåede det først"), None)),
    }
    return render(request, "conflict.html", context, status=409)


def none_of(request: HttpRequest, request_id: str) -> HttpResponse:
    """»We have no more of this kind«, with a reason from the list; or takes that back."""
    found = keeping.held(request_id)
    kind, reason = request.POST.get("kind", ""), request.POST.get("reason", "")
    if kind not in found.wanted:
        return redirect("delivering:request", request_id)
    if reason and reason not in rules.NONE_REASONS:
        context = page_of(found)
        context["errors"] = [("id_reason", _("Vælg en grund på listen."))]
        return render(request, "delivering/request.html", context, status=422)
    was, theirs = request.POST.get("was"), found.none_of.get(kind, "")
    if was is not None and theirs not in (was, reason):
        return _conflict(request, found, kind, theirs, reason)
    now = {name: why for name, why in found.none_of.items() if name != kind}
    if reason:
        now[kind] = reason
    if now != found.none_of:
        found.none_of = now
        found.revision += 1
        found.save(update_fields=["none_of", "revision"])
        messages.success(request, _("Det er noteret.") if reason else _("Det er taget tilbage."))
    return redirect("delivering:request", request_id)

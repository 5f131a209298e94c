"""Checking the answers, delivering them, and the receipt."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.collection.short_form import routed
from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.web.delivering import answering, keeping, rules
from sagsbarometer.web.delivering.models import Receipt, Request
from sagsbarometer.web.delivering.pages import crumbs
from sagsbarometer.web.delivering.receipt_pdf import receipt_pdf
from sagsbarometer.web.home import this_home
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.receiving.facts import taken_of

_SENT = "delivered"


def check(request: HttpRequest, request_id: str) -> HttpResponse:
    """All answers of what is to be delivered, and what keeps it back; then delivers it."""
    if request.method != "POST":
        found = Request.objects.select_related("study", "authority").get(pk=request_id)
        return render(request, "delivering/check.html", _page(found))
    found = keeping.held(request_id)
    once = keeping.once_key(found, request.POST.get("once"))
    again = Receipt.objects.filter(once=once, request=found).first()
    if again is not None:  # sent twice, it is one delivery with one receipt
        return redirect("delivering:receipt", again.id)
    if found.state == _SENT:
        return render(request, "rights/locked.html", status=409)
    page = _page(found)
    if request.POST.get("seen", "") != page["seen"]:
        page["errors"] = [("", _("Der er ændret noget, siden du kontrollerede. Se det igennem igen."))]
        return render(request, "delivering/check.html", page, status=409)
    if page["faults"]:
        return render(request, "delivering/check.html", page, status=422)
    receipt = _deliver(found, page, once, request.user.pk)
    messages.success(request, _("Afleveringen er modtaget. Her er jeres kvittering."))
    return redirect("delivering:receipt", receipt.id)


def _deliver(found: Request, page: dict[str, Any], once: str, user: str) -> Receipt:
    now = timezone.now()
    receipt: Receipt = Receipt.objects.create(
        request=found, once=once, content=page["content"], made_by_id=user
    )
    for case in page["drafts"]:
        case.state, case.submitted_at = "submitted", now
        case.revision += 1
        case.save(update_fields=["state", "submitted_at", "revision"])
    found.state, found.delivered_at = _SENT, now
    found.revision += 1
    found.save(update_fields=["state", "delivered_at", "revision"])
    return receipt


def _page(found: Request) -> dict[str, Any]:
    form = keeping.form_of(found)
    labels = keeping.labels_of(found)
    cases = keeping.cases_of(found)
    documents = keeping.documents_of(cases)
    drawn = taken_of(found) if found.drawn else ()
    made = [keeping.made_of(form, case, documents[case.id], drawn) for case in cases]
    kinds = rules.rows(found.wanted, found.none_of, labels, made)
    faults = rules.faults(kinds, made)
    drafts = [case for case in cases if case.state in rules.OPEN]
    shown = []
    for case in drafts:
        answers = routed(form, keeping.answers(form, case)).answers
        told = [(_("Sagens nummer hos jer"), keeping.shown_number(case)), *answering.in_words(form, answers)]
        ready = [document for document in documents[case.id] if document.state == "ready"]
        shown.append({"case": case, "answers": told, "documents": ready})
    content = content_of(found, labels, drafts, documents)
    by_number = {case.number: case for case in cases}
    return {
        "found": found,
        "kinds": kinds,
        "cases": shown,
        "drafts": drafts,
        "faults": [(fault, by_number.get(fault.case) if fault.case else None) for fault in faults],
        "content": content,
        # What was checked is what is delivered: also the answers, which the receipt does not hold.
        "seen": content_hash([content, [(case.id, case.revision) for case in drafts]]),
        "once": random_id(24),
        "errors": [(f"fault-{index}", _fault(fault)) for index, fault in enumerate(faults)],
        "crumbs": crumbs(found, (_("Kontrollér og aflever"), None)),
    }


def _fault(fault: rules.Fault) -> str:
    where = _("Sag %(number)s: ") % {"number": fault.case} if fault.case else ""
    return f"{where}{fault.fault} {fault.remedy}"


def content_of(
    found: Request, labels: Any, drafts: list[Any], documents: dict[str, list[Any]]
) -> dict[str, Any]:
    """What a receipt says: numbers, kinds and fingerprints. Nothing that names a person or a file."""
    return {
        "study": found.study.name,
        "municipality": found.authority.name,
        "origin": "synthetic" if this_home().config.get("demonstration") else "real",
        "cases": [
            {
                "number": case.number,
                "kind": labels.get(case.stratum, case.stratum),
                "documents": [
                    {"sha256": item.sha256, "bytes": item.size, "pages": item.pages}
                    for item in documents[case.id]
                    if item.state == "ready"
                ],
            }
            for case in drafts
        ],
        "none": [
            [labels.get(kind, kind), rules.NONE_REASONS.get(why, "")]
            for kind, why in sorted(found.none_of.items())
        ],
    }


def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """What was delivered, with fingerprints."""
    found = _receipt(receipt)
    context = {
        "receipt": found,
        "content": found.content,
        "fingerprint": fingerprint(found),
        "crumbs": crumbs(found.request, (_("Kvittering"), None)),
        "pdf": reverse("delivering:receipt_pdf", args=[found.id]),
    }
    return render(request, "delivering/receipt.html", context)


def pdf(request: HttpRequest, receipt: str) -> HttpResponse:
    """The receipt as tagged PDF, made from what was stored alone."""
    found = _receipt(receipt)
    made = receipt_pdf(found.content, timezone.localtime(found.at), found.id, fingerprint(found))
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="kvittering-{found.id}.pdf"'},
    )


def _receipt(id: str) -> Receipt:
    return get_object_or_404(
        Receipt.objects.select_related("request__study", "request__authority", "made_by"), pk=id
    )


def fingerprint(found: Receipt) -> str:
    """SHA-256 of what a receipt says."""
    return content_hash(found.content)

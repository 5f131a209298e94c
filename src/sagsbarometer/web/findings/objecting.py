"""A municipality's objection to a sheet: sent until the last day is over, withdrawn until somebody has answered it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.review.objections import ObjectionState, is_taken, objection_fault
from sagsbarometer.web.findings import municipal, shown_after
from sagsbarometer.web.findings.finding_after import RELEASED
from sagsbarometer.web.findings.kept import content_of
from sagsbarometer.web.findings.models import Objection
from sagsbarometer.web.identifiers import once_key
from sagsbarometer.web.languages import day_words
from sagsbarometer.web.reviewing.sealing import lock


def sent_words(request: HttpRequest, name: str) -> str:
    """What was written in a field of several lines."""
    return request.POST.get(name, "").replace("\r\n", "\n").strip()


def object_to(request: HttpRequest, sheet: str) -> HttpResponse:
    """Takes an objection to a part of a sheet, or to all of it. Sent twice it is one."""
    found = municipal.sheet_of(sheet)
    once = once_key(f"object:{found.id}", request.POST.get("once"))
    if Objection.objects.filter(once=once, case=found.case_id).exists():
        return _to(sheet)
    typed = {"part": request.POST.get("part", ""), "words": sent_words(request, "words")}
    if not is_taken(found.release.object_until, timezone.now()):
        text = _("Fristen for indsigelse udløb %(day)s. Indsigelsen er ikke sendt.") % {
            "day": day_words(found.release.object_until)
        }
        return municipal.page(request, found, errors={"": text}, typed=typed, of="object", status=409)
    if found.case.sheets.filter(state=RELEASED, number__gt=found.number).exists():
        text = _("Der er kommet et nyere fund i sagen. Læs det, og gør indsigelse dér. Intet er sendt.")
        return municipal.page(request, found, errors={"": text}, typed=typed, of="object", status=409)
    errors = {}
    if typed["part"] not in {"", *(id for id, _label in shown_after.parts_of(content_of(found)))}:
        errors["part"] = _("Vælg, hvad indsigelsen handler om.")
    if fault := objection_fault(typed["words"]):
        errors["words"] = fault
    if errors:
        return municipal.page(request, found, errors=errors, typed=typed, of="object", status=422)
    row = Objection(sheet=found, case=found.case, part=typed["part"], once=once, by=request.user)
    lock(row, "words", typed["words"])
    row.save(force_insert=True)
    messages.success(
        request, _("Indsigelsen er sendt. Svaret kommer her på siden, og I får en mail, når det er her.")
    )
    return _to(sheet)


def withdraw(request: Any, objection: str) -> HttpResponse:
    """Takes an objection back that nobody has answered. It is kept, and counted as withdrawn."""
    row = Objection.objects.select_for_update(of=("self",)).get(pk=objection)
    if row.state == ObjectionState.OPEN.value:
        row.state = ObjectionState.WITHDRAWN.value
        row.revision += 1
        row.save(update_fields=["state", "revision"])
        messages.success(request, _("Indsigelsen er trukket tilbage."))
    elif row.state != ObjectionState.WITHDRAWN.value:
        messages.error(
            request, _("Indsigelsen er besvaret imens, og kan ikke trækkes tilbage. Se svaret her.")
        )
    return _to(row.sheet_id)


def _to(sheet: str) -> HttpResponse:
    return redirect("findings:own_sheet", sheet)

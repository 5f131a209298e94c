"""What happened to a wrong case, told by the municipality or written for it by the house: rows that never change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.kernel.dates import parse_date
from sagsbarometer.review.aftermath import Citizen, Did, Effect, Told, faults
from sagsbarometer.web.findings import municipal, shown_after
from sagsbarometer.web.findings.finding_after import RELEASED
from sagsbarometer.web.findings.models import Aftermath
from sagsbarometer.web.findings.objecting import sent_words
from sagsbarometer.web.identifiers import once_key
from sagsbarometer.web.reviewing.sealing import lock

FIELDS = ("did", "on", "effect", "told", "told_on")
Kind = TypeVar("Kind", bound=StrEnum)


def tell(request: HttpRequest, sheet: str) -> HttpResponse:
    """The municipality's own row, from the page of its sheet."""
    found = municipal.sheet_of(sheet)
    errors, typed, status = put(request, found)
    if errors:
        return municipal.page(request, found, errors=errors, typed=typed, of="tell", status=status)
    messages.success(request, _("Tak. Det er noteret. Sker der mere i sagen, så fortæl det her."))
    return redirect("findings:own_sheet", sheet)


def put(request: HttpRequest, sheet: Any) -> tuple[Mapping[str, str], Mapping[str, str], int]:
    """Keeps what a form tells of the case of a sheet: the faults by field, what was typed, and the status of the reply.

    No faults: it is kept, or was already. Inside `acting`.
    """
    typed = {name: request.POST.get(name, "").strip() for name in FIELDS}
    typed["reason"] = sent_words(request, "reason")
    case = sheet.case
    once = once_key(f"tell:{case.id}", request.POST.get("once"))
    if Aftermath.objects.filter(once=once, case=case).exists():
        return {}, typed, 200
    if _is_not_wrong(case):
        return {"": _("Der er ikke fundet en forkert afgørelse i sagen. Intet er gemt.")}, typed, 409
    told = _told(typed)
    errors = faults(told, today=timezone.localdate(), decided=shown_after.decided_day(case))
    errors = {name: _unread(typed, name, told) or text for name, text in errors.items()}
    if errors:
        return errors, typed, 422
    number = _number(request.POST.get("number", ""))
    if number != (case.aftermaths.aggregate(last=Max("number"))["last"] or 0):
        return {"": _conflict()}, typed, 409
    row = Aftermath(
        case=case, number=number + 1, did=typed["did"], on=told.on,
        effect=typed["effect"], told=typed["told"], told_on=told.citizen_on, once=once, by=request.user,
        at=timezone.now(),
    )  # fmt: skip
    lock(row, "reason", told.reason)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return {"": _conflict()}, typed, 409
    return {}, typed, 200


def _conflict() -> str:
    return _("En anden har fortalt om sagen imens. Intet af dit er gemt. Se det nyeste her, og send igen.")


def _is_not_wrong(case: Any) -> bool:
    newest = case.sheets.filter(state=RELEASED).order_by("-number").first()
    return newest is None or newest.wrong is not True


def _told(typed: Mapping[str, str]) -> Told:
    return Told(
        _of(Did, typed["did"]),
        _day(typed["on"]),
        _of(Effect, typed["effect"]),
        typed["reason"],
        _of(Citizen, typed["told"]),
        _day(typed["told_on"]),
    )


def _of(kind: type[Kind], code: str) -> Kind | None:
    return kind(code) if code in set(kind) else None


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _unread(typed: Mapping[str, str], name: str, told: Told) -> str:
    """A day that was written and could not be read is not one that is missing."""
    read = {"on": told.on, "told_on": told.citizen_on}
    return _("Skriv datoen som 31-01-2026.") if name in read and typed[name] and read[name] is None else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

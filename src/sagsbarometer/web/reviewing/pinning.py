"""Evidence: words on a page of a document, pinned to an answer. A pin is never deleted, only taken off."""

from __future__ import annotations

import json
import math
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.documents.persons import masked
from sagsbarometer.web.documents.models import Document
from sagsbarometer.web.planning.folders import form_at
from sagsbarometer.web.reviewing import shown
from sagsbarometer.web.reviewing.answering import once_of
from sagsbarometer.web.reviewing.documents_shown import named, ready_of
from sagsbarometer.web.reviewing.models import Pin, Reading
from sagsbarometer.web.reviewing.sealing import locked, unlocked
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.middleware import refusal

MOST_BOXES = 60  # of a pin
LONGEST_QUOTE = 2000  # characters
MOST_PINS = 40  # of a question
_SLACK = 0.001  # of a page: what rounding in a browser may add


class Unfit(Exception):
    """What was sent can be no pin; the text says why."""


def pin(request: HttpRequest, reading: str) -> HttpResponse:
    """Pins a place to a question; sent twice with the same `once` it is one pin."""
    opened = shown.opened(reading, lock=True)
    if no := _closed(request, opened):
        return no
    row, once = opened.reading, once_of(request, opened)
    known = Pin.objects.filter(once=once).first()
    if known is not None:
        return _list(request, row, known.question, known)
    try:
        made = _made(request, opened, once)
    except Unfit as unfit:
        return JsonResponse({"said": str(unfit)}, status=422)
    made.save(force_insert=True)
    return _list(request, row, made.question, made)


def unpin(request: HttpRequest, reading: str, pin: str) -> HttpResponse:
    """Takes a pin off; a second time changes nothing."""
    return _set(request, reading, pin, removed=True)


def repin(request: HttpRequest, reading: str, pin: str) -> HttpResponse:
    """Undoes that a pin was taken off."""
    return _set(request, reading, pin, removed=False)


def _set(request: HttpRequest, reading: str, pin: str, *, removed: bool) -> HttpResponse:
    opened = shown.opened(reading, lock=True)
    if no := _closed(request, opened):
        return no
    row = opened.reading
    found = Pin.objects.select_for_update().filter(pk=pin, reading=row).first()
    if found is None:
        raise Http404
    if (found.removed_at is not None) != removed:
        found.removed_at = timezone.now() if removed else None
        found.save(update_fields=["removed_at"])
    return _list(request, row, found.question, found)


def _closed(request: HttpRequest, opened: shown.Opened) -> HttpResponse | None:
    """Asked again now that the row is locked: it may have been handed in or over a moment ago."""
    rights = opened.rights
    return refusal(request, asked(request, "answer_case", rights), "answer_case", rights)


def _made(request: HttpRequest, opened: shown.Opened, once: str) -> Pin:
    """The pin that was sent, not saved. Raises Unfit."""
    row, sent = opened.reading, request.POST
    if not sent.get("once"):
        raise Unfit(_("Åbn siden igen, og prøv en gang til."))
    question = sent.get("question", "")
    if question not in {item.id for item in opened.form.questions} or question in opened.hidden:
        raise Unfit(_("Vælg det spørgsmål, beviset hører til."))
    document = ready_of(row).filter(pk=sent.get("document", "")).first()
    if document is None:
        raise Unfit(_("Dokumentet hører ikke til sagen eller er fjernet."))
    if row.pins.filter(question=question, removed_at=None).count() >= MOST_PINS:
        raise Unfit(_("Der er for mange beviser på svaret. Fjern et af dem."))
    made = Pin(reading=row, question=question, document=document, once=once, by=request.user)
    made.page = page_in(sent.get("page", ""), document)
    made.boxes = boxes_in(sent.get("boxes", "[]")) if made.page else []
    quote = " ".join(masked(sent.get("quote", "")).split())[:LONGEST_QUOTE]
    if not quote and not made.boxes:
        raise Unfit(_("Vælg det sted i dokumentet, der er beviset."))
    made.quote = locked(document.study_id, quote, about(made))
    return made


def page_in(sent: str, document: Document) -> int:
    """The page a pin is on, 0 of a document without pages. Raises Unfit."""
    if document.kind == "docx":
        return 0
    if not sent.isascii() or not sent.isdigit() or not 1 <= int(sent[:6]) <= (document.pages or 1):
        raise Unfit(_("Siden findes ikke i dokumentet."))
    return int(sent[:6])


def boxes_in(sent: str) -> list[list[float]]:
    """Boxes as shares of the page: left, top, width, height. Raises Unfit."""
    try:
        said = json.loads(sent)
    except ValueError as error:
        raise Unfit(_("Stedet på siden kan ikke læses.")) from error
    if not isinstance(said, list) or len(said) > MOST_BOXES or not all(_is_box(box) for box in said):
        raise Unfit(_("Stedet på siden kan ikke læses."))
    return [[round(float(share), 5) for share in box] for box in said]


def _is_box(box: Any) -> bool:
    if not isinstance(box, list) or len(box) != 4:
        return False
    if not all(
        isinstance(share, (int, float)) and not isinstance(share, bool) and math.isfinite(share)
        for share in box
    ):
        return False
    left, top, width, height = box
    inside = min(left, top) >= -_SLACK and max(left + width, top + height) <= 1 + _SLACK
    return bool(inside and width > 0 and height > 0)


def about(row: Pin) -> str:
    """What the words of a pin are locked as."""
    return f"reviewing_pin.quote:{row.id}"


def pins_of(reading: Reading) -> dict[str, list[dict[str, Any]]]:
    """The pins of a reading by question, in the order they were made, as its page shows them."""
    found: dict[str, list[dict[str, Any]]] = {}
    names: dict[str, str] = {}
    rows = reading.pins.filter(removed_at=None).select_related("document").order_by("at", "id")
    for row in rows:
        document = row.document
        names.setdefault(document.id, named(document))
        found.setdefault(row.question, []).append(
            {
                "id": row.id,
                "document": document.id,
                "name": names[document.id],
                "there": document.state == "ready",
                "page": row.page,
                "boxes": json.dumps(row.boxes),
                "quote": unlocked(document.study_id, row.quote, about(row)),
            }
        )
    return found


def pinned(reading: Reading) -> frozenset[str]:
    """The questions of a reading that have evidence: what `review.evidence.missing` asks for."""
    return frozenset(reading.pins.filter(removed_at=None).values_list("question", flat=True))


def _list(request: HttpRequest, reading: Reading, question: str, changed: Pin) -> HttpResponse:
    form = form_at(reading.case.study_id, reading.form_version)
    context = {"reading": reading, "question": form.question(question), "changed": changed}
    return render(request, "reviewing/question_pins.html", context)

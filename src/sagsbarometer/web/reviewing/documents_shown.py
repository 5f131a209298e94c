"""The documents of a case beside its form: opened, and what a browser cannot show made into what it can."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from sagsbarometer.documents.persons import masked
from sagsbarometer.documents.scans import covers, shown
from sagsbarometer.documents.showing import NotShown, blocks, picture, picture_in
from sagsbarometer.documents.vault import KeyGone, Tampered
from sagsbarometer.documents.words import PARTS, Block, masked_cell
from sagsbarometer.web.documents import storing
from sagsbarometer.web.documents.fetched import HEADERS
from sagsbarometer.web.documents.models import Document
from sagsbarometer.web.documents.openings import is_open, opened
from sagsbarometer.web.reviewing.models import Reading

_CHANGES = frozenset({"ins", "del"})


def ready_of(reading: Reading) -> Any:
    """The documents of the case of a reading that can be read, in the order they came."""
    return Document.objects.filter(case=reading.case_id, state="ready").order_by("at", "id")


def document_of(reading: Reading, document: str) -> Document:
    """One of them. Raises Http404 for any other, also for one of another case."""
    found: Document | None = ready_of(reading).filter(pk=document).first()
    if found is None:
        raise Http404
    return found


def named(document: Document) -> str:
    """What a document is called on the page: the name it came with, CPR numbers hidden."""
    return masked(storing.name_of(document)) or document.kind.upper()


def told(reading: Reading) -> list[dict[str, Any]]:
    """The documents of a reading as its page lists them, with the addresses they are fetched from."""
    return [
        {
            "id": row.id,
            "name": named(row),
            "kind": row.kind,
            "size": row.size,
            "pages": None if row.kind == "docx" else row.pages,
            "url": reverse("documents:view", args=[row.id]),
            "open": reverse("reviewing:open_document", args=[reading.id, row.id]),
            "words": reverse("reviewing:words", args=[reading.id, row.id]),
            "page": reverse("reviewing:document_page", args=[reading.id, row.id, 0]),
            "picture": reverse("reviewing:document_picture", args=[reading.id, row.id, 0]),
            "scanned": row.scanned,
            "scan": reverse("reviewing:scanned_page", args=[reading.id, row.id, 0]),
        }
        for row in ready_of(reading)
    ]


def open_document(request: HttpRequest, reading: str, document: str) -> HttpResponse:
    """Opens a document: one event. What it is fetched with stands in the reply."""
    found = document_of(Reading.objects.get(pk=reading), document)
    return JsonResponse({"opening": opened(request, found)})


def words(request: HttpRequest, reading: str, document: str) -> HttpResponse:
    """What a DOCX says, CPR numbers hidden, with the places of its pictures."""
    found = _opened(request, reading, document, "docx")
    try:
        said = blocks(storing.content_of(found))
    except (NotShown, KeyGone, Tampered, FileNotFoundError):
        return HttpResponse(status=410, headers=HEADERS)
    pieces = [piece for block in said for row in block.rows for cell in row for piece in cell]
    context = {
        "blocks": [_shown(block) for block in said],
        "changed": any(p.kind in _CHANGES for p in pieces),
    }
    return render(request, "reviewing/words.html", context)


def _shown(block: Block) -> Block:
    if block.style == "part":
        block.rows[0][0][0].text = str(PARTS[block.rows[0][0][0].text])
    else:
        block.rows = [[masked_cell(cell) for cell in row] for row in block.rows]
    return block


def document_picture(request: HttpRequest, reading: str, document: str, number: int) -> HttpResponse:
    """A picture in a DOCX as a PNG that was drawn anew: of the opening of its document, so no event of its own."""
    found = _opened(request, reading, document, "docx")
    try:
        made = picture_in(storing.content_of(found), number)
    except (NotShown, KeyGone, Tampered, FileNotFoundError):
        return HttpResponse(status=410, headers=HEADERS)
    return HttpResponse(made, content_type="image/png", headers=HEADERS)


def page(request: HttpRequest, reading: str, document: str, page: int) -> HttpResponse:
    """A page of a TIFF as a PNG."""
    found = _opened(request, reading, document, "tiff")
    if not 1 <= page <= (found.pages or 1):
        raise Http404
    try:
        made = picture(storing.content_of(found), page)
    except (NotShown, KeyGone, Tampered, FileNotFoundError):
        return HttpResponse(status=410, headers=HEADERS)
    return HttpResponse(made, content_type="image/png", headers=HEADERS)


def scanned_page(request: HttpRequest, reading: str, document: str, page: int) -> HttpResponse:
    """What was recognised on a page that is a picture: its lines, each a list of words with their boxes, numbers
    hidden; and the boxes to cover. `state`: read, waiting, or unread where it could not be."""
    found = _opened(request, reading, document)
    scan = storing.scan_of(found, page)
    known = scan.pages.get(page) if scan else None
    if known is not None:
        said = {"state": "read", "turn": known.turn, "lines": shown(known), "covers": covers(known)}
        return JsonResponse(said, headers=HEADERS)
    state = found.scanned
    if state != "waiting":  # of a file that was read, a page that failed is known; of any other nothing is
        state = "unread" if scan is None or page in scan.failed else "read"
    return JsonResponse({"state": state, "turn": 0, "lines": [], "covers": []}, headers=HEADERS)


def _opened(request: HttpRequest, reading: str, document: str, kind: str = "") -> Document:
    """A document, of a kind where one is asked for, that was opened by a page. Raises Http404."""
    found = document_of(Reading.objects.get(pk=reading), document)
    if (kind and found.kind != kind) or not is_open(request, found.id):
        raise Http404
    return found

"""Searching all documents of a case, in the text that was taken when they came. To search a document is to read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from sagsbarometer.documents.persons import masked, masked_words
from sagsbarometer.documents.scans import PAGE
from sagsbarometer.kernel.ids import holds_cpr
from sagsbarometer.web.documents.openings import is_token, opened
from sagsbarometer.web.documents.storing import text_of
from sagsbarometer.web.reviewing.documents_shown import ready_of
from sagsbarometer.web.reviewing.models import Reading

MOST_HITS = 200
_LONGEST = 200  # characters of what is searched for
_AROUND = 60  # characters shown on each side of a hit


def search(request: HttpRequest, reading: str) -> HttpResponse:
    """The places where words stand one after the other, with the openings of the documents that were read for it.

    POST, so that the words are in no address. `openings`: those the page has already, by document; a document that was
    opened by the page is not recorded again.
    """
    asked = " ".join(request.POST.get("words", "").split())[:_LONGEST]
    if len(asked) < 2:
        return JsonResponse({"said": _("Skriv mindst to tegn.")}, status=422)
    if holds_cpr(asked):
        return JsonResponse({"said": _("CPR-numre er skjult i teksten og kan ikke søges.")}, status=422)
    had = _openings(request.POST.get("openings", ""))
    hits: list[dict[str, Any]] = []
    openings: dict[str, str] = {}
    silent = 0
    for row in ready_of(Reading.objects.get(pk=reading)):
        text = text_of(row)
        if not text.strip():
            silent += 1
            continue
        if not is_token(request, row.id, had.get(row.id, "")):
            openings[row.id] = opened(request, row)
        hidden = masked_words(text) if row.scanned else masked(text)
        hits += ({"document": row.id, **hit} for hit in found(hidden, asked, paged=row.kind != "docx"))
    return JsonResponse(
        {"hits": hits[:MOST_HITS], "more": len(hits) > MOST_HITS, "silent": silent, "openings": openings}
    )


def found(text: str, asked: str, *, paged: bool) -> Iterator[dict[str, Any]]:
    """Each place in a text: page (0 where there are none), which of the page's it is, the words and those around."""
    pattern = re.compile(r"\s+".join(re.escape(word) for word in asked.split()), re.IGNORECASE)
    for number, page in enumerate(text.split(PAGE) if paged else [text], start=1):
        for nth, match in enumerate(pattern.finditer(page)):
            yield {
                "page": number if paged else 0,
                "nth": nth,
                "before": _plain(page[max(match.start() - _AROUND, 0) : match.start()]),
                "match": _plain(match.group()),
                "after": _plain(page[match.end() : match.end() + _AROUND]),
            }


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _openings(sent: str) -> dict[str, str]:
    try:
        said = json.loads(sent or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else {}

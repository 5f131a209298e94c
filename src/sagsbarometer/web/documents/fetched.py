"""What a page that shows a document fetches of it: all of it or a part, of an opening that is recorded already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from sagsbarometer.documents.kinds import KINDS
from sagsbarometer.documents.vault import KeyGone, Tampered
from sagsbarometer.web.documents import storing
from sagsbarometer.web.documents.models import Document
from sagsbarometer.web.documents.openings import is_open

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def fetched(request: HttpRequest, document: Document) -> HttpResponseBase:
    """The bytes that are asked for: 200 all, 206 a part, 403 not opened, 410 gone or changed, 416 no such part."""
    if not is_open(request, document.id):
        return HttpResponse(status=403, headers=HEADERS)
    found = part(request.headers.get("Range", ""), document.size)
    if found is None:
        return HttpResponse(status=416, headers={**HEADERS, "Content-Range": f"bytes */{document.size}"})
    start, end = found
    try:
        # Only the segments that are asked for are opened; each says by its lock that it is whole and in its place.
        content = storing.part_of(document, start, end)
        content = chain([next(content)], content)
    except (KeyGone, Tampered, FileNotFoundError):
        return HttpResponse(status=410, headers=HEADERS)
    return _reply(document, content, start, end)


def _reply(document: Document, content: Iterator[bytes], start: int, end: int) -> StreamingHttpResponse:
    whole = end - start == document.size
    headers = {**HEADERS, "Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if not whole:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{document.size}"
    return StreamingHttpResponse(
        content, status=200 if whole else 206, content_type=KINDS[document.kind], headers=headers
    )


def part(asked: str, size: int) -> tuple[int, int] | None:
    """Start and end of what a Range header asks for (RFC 9110, 14.2); all where it asks for none, or for several.

    None where there is no such part.
    """
    match = _RANGE.fullmatch(asked.strip())
    if match is None or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
    return (start, end) if start < end else None

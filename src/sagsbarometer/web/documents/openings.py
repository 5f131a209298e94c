"""Openings of documents: what is fetched in pieces by a page that shows a document is one reading, and one event.

A page opens a document by a POST; that is the event. The reply holds a token that says of whom and of which document,
and with it the pieces are fetched. It gives no right: that is asked for each piece, as for anything else.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing

from sagsbarometer.web.documents.models import Document
from sagsbarometer.web.events.acting import record

HEADER = "X-Opening"  # never in an address: those are kept in logs
_SALT = "sagsbarometer.documents.opening"


def opened(request: Any, document: Document) -> str:
    """Records that a document is read by who asks, and gives the token of it. Inside `acting`."""
    record(
        "read_document", "documents_document", document.id, study=document.study_id, case=document.case_id,
        purpose=request.purpose,
    )  # fmt: skip
    return signing.dumps([request.user.id, document.id], salt=_SALT, compress=False)


def is_token(request: Any, document: str, token: str) -> bool:
    """Whether a token is of this document, opened by who asks within a working day."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return False
    return bool(said == [request.user.id, document])


def is_open(request: Any, document: str) -> bool:
    """Whether a request comes with a token of this document."""
    return is_token(request, document, request.headers.get(HEADER, ""))

"""Documents are read here and nowhere else: each reading is one event, and no reply is kept or run by a browser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sagsbarometer.documents.covering import uncovered
from sagsbarometer.documents.kinds import ENDINGS, KINDS
from sagsbarometer.documents.persons import masked, masked_words
from sagsbarometer.documents.vault import KeyGone, Tampered
from sagsbarometer.kernel.said import all_said
from sagsbarometer.web.documents import storing
from sagsbarometer.web.documents.fetched import fetched
from sagsbarometer.web.documents.models import Document
from sagsbarometer.web.documents.openings import HEADER
from sagsbarometer.web.events.acting import acting, record

# Why somebody sees a CPR number: a code, so that no circumstances are written down.
REASONS = all_said(
    {
        "identify": "For at se, om to dokumenter handler om den samme",
        "wrong_person": "Der kan være dokumenter om en forkert person i sagen",
        "unreadable": "Teksten kan ikke forstås uden",
    }
)
# Why somebody opens a file by itself, where numbers in it are not covered.
OPENING = REASONS | all_said({"as_it_is": "Teksten er ikke nok: filen skal ses, som den er"})
_INLINE = frozenset({"pdf", "png", "jpeg"})
_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# A browser's own reader of PDF does not work in a sandbox. What could act in a PDF was refused when it came.
_POLICIES = {"pdf": f"{_NOTHING}; object-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:"}
_SANDBOX = f"{_NOTHING}; img-src 'self'; style-src 'unsafe-inline'; sandbox"


def view(request: HttpRequest, document: str) -> HttpResponseBase:
    """The document itself, to one of the house; parts of it to a page that has opened it.

    By itself nothing in it is covered: where it may show a CPR number it is opened by a POST that says why, as a number
    is, and no address leads to it.
    """
    found = _ready(document)
    if request.method != "POST" and HEADER in request.headers:
        return fetched(request, found)
    seen = uncovered(
        storing.own_text_of(found), found.cpr_found, found.pages, found.kind, bool(found.scanned)
    )
    if not seen.any:
        return _served(request, found)
    reason = request.POST.get("reason", "")
    if request.method == "POST" and reason in OPENING:
        return _served(request, found, "open_original", reason)
    errors = (
        [("id_reason_identify", _("Vælg, hvorfor du skal se filen."))] if request.method == "POST" else []
    )
    context = {
        "document": found,
        "name": masked(storing.name_of(found)) or found.kind.upper(),
        "seen": seen,
        "has_words": bool(storing.text_of(found).strip()),
        "reasons": OPENING.items(),
        "errors": errors,
        "crumbs": [(_("Sag %(number)s") % {"number": found.case.number}, None), (_("Åbn filen"), None)],
    }
    return render(request, "documents/original.html", context, status=422 if errors else 200)


def own(request: HttpRequest, document: str) -> HttpResponseBase:
    """The document itself, to the municipality that delivered it."""
    return _served(request, _ready(document))


def text(request: HttpRequest, document: str) -> HttpResponse:
    """The text of a document with CPR numbers hidden."""
    found = _ready(document)
    plain = storing.text_of(found)
    _read(request, found)
    return render(request, "documents/text.html", _page(found, _hidden(found, plain)))


def unmask(request: HttpRequest, document: str) -> HttpResponse:
    """The text with its CPR numbers, in the reply to a POST alone: no address leads to it."""
    found = _ready(document)
    plain = storing.text_of(found)
    reason = request.POST.get("reason", "")
    if reason not in REASONS:
        errors = [("id_reason_identify", _("Vælg, hvorfor du skal se numrene."))]
        return render(
            request, "documents/text.html", _page(found, _hidden(found, plain), errors=errors), status=422
        )
    record(
        "unmask_cpr", "documents_document", found.id, study=found.study_id, case=found.case_id, purpose=reason
    )
    return render(request, "documents/text.html", _page(found, plain, shown=True))


def _hidden(document: Document, text: str) -> str:
    """With CPR numbers hidden; where a machine read it, also what may be one in other signs, as on the page."""
    return masked_words(text) if document.scanned else masked(text)


def remove(request: HttpRequest, document: str) -> HttpResponse:
    """The municipality takes a document of a draft away again."""
    found = Document.objects.select_for_update().filter(pk=document).first()
    if found is None:
        raise Http404
    if found.state != "removed":  # the second click of two finds it gone
        storing.remove(found)
        messages.success(request, _("Filen er fjernet."))
    return redirect("delivering:case", found.case_id)


def _ready(id: str) -> Document:
    found = Document.objects.select_related("case").filter(pk=id, state="ready").first()
    if found is None:
        raise Http404
    return found


def _read(request: Any, document: Document, act: str = "read_document", purpose: str = "") -> None:
    with acting(request.user.id, request.purpose):
        record(
            act, "documents_document", document.id, study=document.study_id, case=document.case_id,
            purpose=purpose or request.purpose,
        )  # fmt: skip


def _served(request: HttpRequest, document: Document, *event: str) -> HttpResponseBase:
    """The bytes, with one event: `event`, its act and its purpose, else that the document was read."""
    content: Iterable[bytes] = ()
    if request.method != "HEAD":
        try:
            for _segment in storing.segments_of(
                document
            ):  # all of it is seen to be whole before any of it is sent
                pass
        except (KeyGone, Tampered, FileNotFoundError):
            return render(request, "documents/gone.html", status=410)
        _read(request, document, *event)
        content = storing.segments_of(document)
    how = "inline" if document.kind in _INLINE else "attachment"
    name = f"sag-{document.case.number}-{document.id[:4]}.{ENDINGS[document.kind]}"
    return StreamingHttpResponse(
        content,
        content_type=KINDS[document.kind],
        headers={
            "Content-Disposition": f'{how}; filename="{name}"',
            "Content-Security-Policy": _POLICIES.get(document.kind, _SANDBOX),
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
            # Each reading is one event: a reader that fetched pieces would be many.
            "Accept-Ranges": "none",
            "Content-Length": str(document.size),
        },
    )


def _page(document: Document, words: str, *, shown: bool = False, errors: Any = ()) -> dict[str, Any]:
    return {
        "document": document,
        "words": words,
        "shown": shown,
        "reasons": REASONS.items(),
        "errors": errors,
        "crumbs": [(_("Sag %(number)s") % {"number": document.case.number}, None), (_("Tekst"), None)],
    }

"""Pages that are pictures: read by the house itself, a document at a time, after they came."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sagsbarometer.documents.persons import cpr_numbers
from sagsbarometer.documents.recognising import can_recognise, pages_to_recognise, recognised
from sagsbarometer.documents.scans import Scan, numbers_in
from sagsbarometer.documents.vault import KeyGone, Tampered
from sagsbarometer.kernel.said import said
from sagsbarometer.web.documents import storing
from sagsbarometer.web.documents.models import Document
from sagsbarometer.web.events.acting import acting

_MOST = 40  # pages of a document at a time: one of thousands keeps no other waiting
ACTOR, PURPOSE = "system:recognising", "recognise_pages"


def read_waiting(seconds: float) -> str:
    """Reads the pages of documents that wait, oldest first, for about so long; what was done, in Danish.

    May be cut off anywhere: what was read of a document is kept when its turn is over, and the rest is read next time.
    """
    waiting = Document.objects.filter(state="ready", scanned="waiting")
    if not can_recognise():
        if not waiting.exists():
            return said("Intet venter.")
        return said(
            "Skriftgenkendelsen mangler på denne maskine; {n} dokument venter. Hent den med ./run fonts.",
            "Skriftgenkendelsen mangler på denne maskine; {n} dokumenter venter. Hent den med ./run fonts.",
            n=waiting.count(),
        )
    until = time.monotonic() + seconds
    pages = 0
    for id in list(waiting.order_by("at", "id").values_list("id", flat=True)):
        if time.monotonic() > until:
            break
        document = waiting.filter(pk=id).first()
        if document is not None:
            pages += _read(document, until)
    return said("{n} side læst. Dokumenter, der venter: {left}.", "{n} sider læst. Dokumenter, der venter: {left}.",
                n=pages, left=waiting.count())  # fmt: skip


def _read(document: Document, until: float) -> int:
    """Reads what is left of a document; how many pages."""
    try:
        content = storing.content_of(document)
    except (KeyGone, Tampered, FileNotFoundError):
        _finish(document, None)
        return 0
    before = storing.scan_of(document)
    found = dict(before.pages)
    left: Sequence[int] = before.left or pages_to_recognise(content, document.kind, document.pages)
    done = 0
    while left and done < _MOST and time.monotonic() < until:
        found[left[0]] = recognised(content, document.kind, left[0])
        left, done = left[1:], done + 1
    scan = Scan(found, tuple(left))
    storing.keep_scan(document, scan)
    if not left:
        _finish(document, scan)
    return done


def _finish(document: Document, scan: Scan | None) -> None:
    """Says in the row that a document was read, with the numbers found in it; without a scan that it cannot be."""
    with acting(ACTOR, PURPOSE):
        row = Document.objects.select_for_update().filter(pk=document.pk, state="ready").first()
        if row is None:  # taken away meanwhile
            storing.erase(document)
            return
        row.scanned = "unread" if scan is None else "read"
        if scan is not None:
            own = storing.own_text_of(document)
            row.cpr_found = len({*cpr_numbers(own), *numbers_in(scan)})
            storing.add_persons(row, set(numbers_in(scan, surest=True)))
        row.save(update_fields=["scanned", "cpr_found"])

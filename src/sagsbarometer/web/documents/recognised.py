"""Pages that are pictures: read by the house itself, a document at a time, after they came."""

from __future__ import annotations

import logging
import time

from django.db import DatabaseError
from django.db.models import QuerySet

from sagsbarometer.documents.persons import cpr_numbers
from sagsbarometer.documents.recognising import can_recognise, pages_to_recognise, recognised
from sagsbarometer.documents.scans import Scan, numbers_in
from sagsbarometer.documents.vault import KeyGone, Tampered
from sagsbarometer.kernel.said import said
from sagsbarometer.web.documents import storing
from sagsbarometer.web.documents.models import Document
from sagsbarometer.web.events.acting import acting

# Of a document at a time, so that one of thousands of pages keeps no other waiting.
_MOST, _TURN = 40, 60  # pages, seconds
LOG = logging.getLogger("sagsbarometer.documents")
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
    for id in _in_turn(waiting):
        if time.monotonic() > until:
            break
        document = waiting.filter(pk=id).first()
        try:
            pages += _read(document, min(until, time.monotonic() + _TURN)) if document else 0
        except DatabaseError:
            raise
        except Exception as error:  # whatever is wrong with one keeps no other from being read
            LOG.error("document %s: %s", id, type(error).__name__)
    return said("{n} side læst. Dokumenter, der venter: {left}.", "{n} sider læst. Dokumenter, der venter: {left}.",
                n=pages, left=waiting.count())  # fmt: skip


def _in_turn(waiting: QuerySet[Document]) -> list[str]:
    """Those that nobody has begun on, and then the others; each as they came."""
    ids = list(waiting.order_by("at", "id").values_list("id", flat=True))
    return sorted(ids, key=lambda id: storing.path_of(id, storing.SCAN).exists())


def _read(document: Document, until: float) -> int:
    """Reads what is left of a document; how many pages."""
    try:
        content = storing.content_of(document)
    except (KeyGone, Tampered, FileNotFoundError):
        _finish(document, None)
        return 0
    scan = storing.scan_of(document)
    if scan is None:
        listed = pages_to_recognise(content, document.kind, document.pages)
        if listed is None:
            _finish(document, None)
            return 0
        scan = Scan(left=tuple(listed))
    found, left, failed, done = dict(scan.pages), scan.left, scan.failed, 0
    while left and done < _MOST and time.monotonic() < until:
        page = recognised(content, document.kind, left[0])
        if page is None:
            failed += left[:1]
        else:
            found[left[0]] = page
        left, done = left[1:], done + 1
    scan = Scan(found, left, failed)
    storing.keep_scan(document, scan)
    if not left:
        _finish(document, scan)
    elif not Document.objects.filter(pk=document.pk, state="ready").exists():
        storing.erase(document)  # taken away meanwhile
    return done


def _finish(document: Document, scan: Scan | None) -> None:
    """Says in the row that a document was read, with the numbers found in it; without a scan that it cannot be."""
    with acting(ACTOR, PURPOSE):
        row = Document.objects.select_for_update().filter(pk=document.pk, state="ready").first()
        if row is None:  # taken away meanwhile
            storing.erase(document)
            return
        row.scanned = "unread"
        if scan is not None:
            row.scanned = "unread" if scan.failed else "read" if scan.pages else ""
            own = cpr_numbers(storing.own_text_of(document))
            row.cpr_found = len({*own, *numbers_in(scan)})
            storing.add_persons(row, set(numbers_in(scan, surest=True)))
        row.save(update_fields=["scanned", "cpr_found"])

"""Scanned pages in the workplace: read by the house itself, searched, and never shown with a number uncovered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sagsbarometer.documents.recognising import can_recognise
from sagsbarometer.documents.scans import Scan
from sagsbarometer.web.documents import recognised, storing
from sagsbarometer.web.events.acting import acting
from tests.conftest import missing
from tests.web.cast import Cast
from tests.web.documents_in_tests import LINES, delivered, image, pdf_of, photographed
from tests.web.readings_in_tests import reading_of

CPR = "010203-1234"
LETTER = ("Kommunen har afgjort sagen om hjaelp.", f"CPR-nummer {CPR}", *LINES)
reads = pytest.mark.usefixtures("_reads")


@pytest.fixture
def _reads() -> None:
    if not can_recognise():
        missing("nothing here reads pictures: tesserocr, or how letters look")


@pytest.fixture
def give(cast: Cast, tmp_path: Path) -> Callable[[str, bytes], Any]:
    """Delivers a file to a case that Rikke reads."""

    def given(name: str, content: bytes) -> Any:
        return delivered(cast, cast.case("901"), name, content, tmp_path)

    return given


def _scan(document: Any) -> Scan:
    found = storing.scan_of(document)
    assert found is not None
    return found


def read_all() -> str:
    """What the routine does."""
    return recognised.read_waiting(300)


@pytest.mark.parametrize(
    ("name", "content", "waits"),
    [
        ("a.pdf", photographed(LETTER), True),
        ("a.png", image("PNG"), True),
        ("a.pdf", pdf_of([LINES, []]), True),
        ("a.pdf", pdf_of([LINES]), False),
    ],
    ids=["scan", "picture", "an empty page", "text"],
)
def test_what_has_a_page_that_is_a_picture_waits_to_be_read(
    give: Any, name: str, content: bytes, waits: bool
) -> None:
    document = give(name, content)
    assert document.scanned == ("waiting" if waits else "")
    assert document.cpr_found == 0


@reads
def test_a_scan_is_read_and_its_numbers_are_found_counted_and_hidden(
    cast: Cast, client_of: Callable[..., Any], give: Any
) -> None:
    from sagsbarometer.web.documents.models import Person
    from sagsbarometer.web.events.models import Event

    document = give("a.pdf", photographed(LETTER, pages=2))
    assert read_all() == "2 sider læst. Dokumenter, der venter: 0."
    document.refresh_from_db()
    assert (document.scanned, document.cpr_found) == ("read", 1)
    assert Person.objects.filter(document=document).count() == 1
    event = Event.objects.filter(thing_id=document.id, act="update").get()
    assert (event.actor, event.purpose) == ("system:recognising", "recognise_pages")
    page = client_of(cast.rikke).get(f"/dokumenter/{document.id}/tekst/").content.decode()
    assert "Kommunen har afgjort sagen" in page
    assert "genkendt af en maskine" in page
    assert "••••••-••••" in page
    assert CPR not in page
    assert read_all() == "0 sider læst. Dokumenter, der venter: 0."  # once
    assert Event.objects.filter(thing_id=document.id, act="update").count() == 1
    locked = storing.path_of(document.id, storing.SCAN).read_bytes()
    assert CPR.encode() not in locked
    assert b"Kommunen" not in locked
    storing.erase(document)
    assert not storing.path_of(document.id, storing.SCAN).exists()


@reads
def test_opened_by_itself_it_is_asked_why_also_after_it_was_read(
    cast: Cast, client_of: Callable[..., Any], give: Any
) -> None:
    document = give("a.pdf", photographed(LETTER))
    read_all()
    page = client_of(cast.rikke).get(f"/dokumenter/{document.id}/").content.decode()
    assert "Hvorfor skal du se filen" in page
    assert "Der er fundet 1 CPR-nummer i filen." in page
    assert "Filen har ingen tekst: den er et billede" in page


@reads
def test_what_is_cut_off_goes_on_where_it_was(give: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    document = give("a.tif", photographed(LETTER, "TIFF", pages=3))
    read: list[int] = []
    real = recognised.recognised

    def slow(content: bytes, kind: str, page: int) -> Any:
        read.append(page)
        monkeypatch.setattr(recognised.time, "monotonic", lambda: float(len(read)) * 10)
        return real(content, kind, page)

    monkeypatch.setattr(recognised, "recognised", slow)
    monkeypatch.setattr(recognised.time, "monotonic", lambda: 0.0)
    assert recognised.read_waiting(15) == "2 sider læst. Dokumenter, der venter: 1."
    document.refresh_from_db()
    assert document.scanned == "waiting"
    assert _scan(document).left == (3,)
    assert recognised.read_waiting(15) == "1 side læst. Dokumenter, der venter: 0."
    assert read == [1, 2, 3]
    assert sorted(_scan(document).pages) == [1, 2, 3]


@reads
def test_a_long_document_keeps_no_other_waiting(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagsbarometer.documents.scans import ScannedPage

    monkeypatch.setattr(recognised, "recognised", lambda content, kind, page: ScannedPage())
    monkeypatch.setattr(recognised, "_MOST", 2)
    long, short = (
        delivered(cast, cast.case("901"), f"{pages}.tif", image("TIFF", pages=pages), tmp_path)
        for pages in (5, 1)
    )
    assert read_all() == "3 sider læst. Dokumenter, der venter: 1."
    short.refresh_from_db()
    assert short.scanned == "read"
    assert _scan(long).left == (3, 4, 5)


@reads
def test_a_document_taken_away_while_it_is_read_leaves_nothing(
    cast: Cast, give: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagsbarometer.web.documents.models import Document

    document = give("a.png", photographed(LETTER, "PNG"))

    def gone(content: bytes, kind: str, page: int) -> Any:
        with acting(cast.kim.id, "aflevere"):
            storing.remove(Document.objects.get(pk=document.id))
        return real(content, kind, page)

    real = recognised.recognised
    monkeypatch.setattr(recognised, "recognised", gone)
    read_all()
    document.refresh_from_db()
    assert (document.state, document.persons.count()) == ("removed", 0)
    assert not storing.path_of(document.id, storing.SCAN).exists()


@reads
def test_a_file_that_is_gone_is_said_and_not_tried_again(give: Any) -> None:
    document = give("a.png", image("PNG"))
    storing.path_of(document.id).unlink()
    read_all()
    document.refresh_from_db()
    assert document.scanned == "unread"


@reads
def test_a_page_that_cannot_be_read_is_never_said_to_be(
    cast: Cast, client_of: Callable[..., Any], give: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = give("a.tif", photographed(LETTER, "TIFF", pages=2))
    real = recognised.recognised
    monkeypatch.setattr(recognised, "recognised", lambda *asked: None if asked[2] == 1 else real(*asked))
    read_all()
    document.refresh_from_db()
    assert (document.scanned, document.cpr_found) == ("unread", 1)
    reading, client = reading_of(cast, case=document.case), client_of(cast.rikke)
    at = f"/laesning/{reading.id}/dokumenter/{document.id}"
    opening = {"X-Opening": client.post(f"{at}/aabn/").json()["opening"]}
    states = [client.get(f"{at}/skannet/{page}/", headers=opening).json()["state"] for page in (1, 2)]
    assert states == ["unread", "read"]
    storing.path_of(document.id, storing.SCAN).write_bytes(b"changed by somebody")
    assert client.get(f"{at}/skannet/2/", headers=opening).json()["state"] == "unread"


@reads
def test_a_document_that_stops_the_reader_keeps_no_other_from_being_read(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = (
        delivered(cast, cast.case("901"), f"{n}.png", image("PNG", width=n), tmp_path) for n in (400, 300)
    )
    real = storing.content_of

    def stopped(document: Any) -> bytes:
        if document.id == bad.id:
            raise OSError(f"Ansoeger {CPR}")
        return real(document)

    monkeypatch.setattr(storing, "content_of", stopped)
    assert read_all() == "1 side læst. Dokumenter, der venter: 1."
    good.refresh_from_db()
    assert good.scanned == "read"
    assert "OSError" in caplog.text
    assert CPR not in caplog.text


def test_where_nothing_reads_pictures_they_wait_and_it_is_said(
    give: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognised, "can_recognise", lambda: False)
    assert read_all() == "Intet venter."
    document = give("a.png", image("PNG"))
    assert "mangler på denne maskine; 1 dokument venter" in read_all()
    document.refresh_from_db()
    assert document.scanned == "waiting"


@reads
def test_a_page_gives_its_words_and_covers_to_whoever_opened_it_and_no_number(
    cast: Cast, client_of: Callable[..., Any], give: Any
) -> None:
    document = give("a.pdf", photographed(LETTER))
    reading = reading_of(cast, case=document.case)
    client = client_of(cast.rikke)
    at = f"/laesning/{reading.id}/dokumenter/{document.id}"
    assert client.get(f"{at}/skannet/1/").status_code == 404  # nobody opened it
    opening = {"X-Opening": client.post(f"{at}/aabn/").json()["opening"]}
    assert client.get(f"{at}/skannet/1/", headers=opening).json()["state"] == "waiting"
    read_all()
    reply = client.get(f"{at}/skannet/1/", headers=opening)
    said = reply.json()
    assert said["state"] == "read"
    assert len(said["covers"]) == 1
    words = [text for line in said["lines"] for text, _ in line]
    assert {"Kommunen", "••••••-••••"} <= set(words)
    assert CPR not in reply.content.decode()
    assert client.get(f"{at}/skannet/9/", headers=opening).json()["lines"] == []


@reads
def test_a_scan_is_searched_by_page_with_numbers_hidden(
    cast: Cast, client_of: Callable[..., Any], give: Any
) -> None:
    document = give("a.tif", photographed(LETTER, "TIFF", pages=2))
    reading = reading_of(cast, case=document.case)
    read_all()
    reply = client_of(cast.rikke).post(f"/laesning/{reading.id}/soeg/", {"words": "CPR-nummer"})
    hits = reply.json()["hits"]
    assert [hit["page"] for hit in hits] == [1, 2]
    assert "••••••-••••" in hits[0]["after"]
    assert CPR not in reply.content.decode()
    assert reply.json()["silent"] == 0


@reads
def test_the_queue_reads_scans_while_it_does_other_work(
    workplace: Any, give: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagsbarometer.web.jobs import worker

    document, leave = give("a.png", photographed(LETTER, "PNG")), threading.Event()
    monkeypatch.setattr(worker, "BESIDE", 0.05)
    working = threading.Thread(target=worker.work, args=(workplace.home.folder, leave))
    working.start()
    try:
        limit = time.monotonic() + 60
        while document.scanned == "waiting" and time.monotonic() < limit:
            time.sleep(0.1)
            document.refresh_from_db()
    finally:
        leave.set()
        working.join()
    assert document.scanned == "read"

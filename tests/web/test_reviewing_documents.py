"""Documents beside the form, as the server gives them: opened once, in parts, of the case alone."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sagsbarometer.web.documents import openings, storing
from sagsbarometer.web.documents.fetched import HEADERS
from sagsbarometer.web.documents.fetched import part as part_of
from sagsbarometer.web.reviewing.searching import found
from tests.delivered_docx_in_tests import drawn, part, pointer, words
from tests.uploads_in_tests import docx
from tests.web.cast import Cast
from tests.web.documents_in_tests import LINES, delivered, image, pdf_of, scanned
from tests.web.readings_in_tests import reading_of

WORDS = (
    '<w:p><w:pPr><w:pStyle w:val="Overskrift1"/></w:pPr><w:r><w:t>Notat &lt;b&gt;</w:t></w:r></w:p>'
    "<w:p><w:r><w:t>Ringet af 010203-1234 &lt;script&gt;alert(1)&lt;/script&gt;</w:t></w:r></w:p><w:p/>"
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Dato</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>2. marts</w:t></w:r></w:p>"
    "<w:p><w:r><w:t>2026</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)


class Desk:
    """A reading and its reader's client."""

    def __init__(self, cast: Cast, client: Any, folder: Path) -> None:
        self.cast, self.client, self.folder = cast, client, folder
        self.reading = reading_of(cast)

    def give(self, name: str, content: bytes) -> Any:
        return delivered(self.cast, self.reading.case, name, content, self.folder)

    def opening(self, document: Any) -> str:
        reply = self.client.post(f"/laesning/{self.reading.id}/dokumenter/{document.id}/aabn/")
        assert reply.status_code == 200, reply.content
        return str(reply.json()["opening"])

    def get(self, document: Any, opening: str, asked: str = "", path: str = "") -> Any:
        where = path and f"/laesning/{self.reading.id}/dokumenter/{document.id}/{path}/"
        more = {"HTTP_RANGE": asked} if asked else {}
        return self.client.get(where or f"/dokumenter/{document.id}/", HTTP_X_OPENING=opening, **more)

    def search(self, words: str, openings: dict[str, str] | None = None) -> Any:
        sent = {"words": words, "openings": json.dumps(openings or {})}
        return self.client.post(f"/laesning/{self.reading.id}/soeg/", sent)


@pytest.fixture
def desk(cast: Cast, client_of: Callable[..., Any], tmp_path: Path) -> Desk:
    return Desk(cast, client_of(cast.rikke), tmp_path)


def read_of(document: Any) -> int:
    """How often it is recorded as read."""
    from sagsbarometer.web.events.models import Event

    return int(Event.objects.filter(act="read_document", thing_id=document.id).count())


def body(reply: Any) -> bytes:
    return b"".join(reply.streaming_content) if reply.streaming else reply.content


def test_however_many_parts_are_fetched_an_opening_is_one_reading(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "SEGMENT", 1000)
    content = pdf_of([LINES] * 9)
    paper = desk.give("sag.pdf", content)
    assert len(content) > 4000
    opening = desk.opening(paper)
    assert read_of(paper) == 1
    for asked, start, end in (
        ("bytes=0-99", 0, 100),
        ("bytes=990-1010", 990, 1011),
        ("bytes=1000-1999", 1000, 2000),
        ("bytes=500-3500", 500, 3501),
        ("bytes=3000-", 3000, len(content)),
        ("bytes=-10", len(content) - 10, len(content)),
        (f"bytes=7-{len(content) + 99}", 7, len(content)),
    ):
        reply = desk.get(paper, opening, asked)
        assert (reply.status_code, body(reply)) == (206, content[start:end]), asked
        assert reply["Content-Range"] == f"bytes {start}-{end - 1}/{len(content)}"
        assert reply["Cache-Control"] == "no-store"
        assert reply["Content-Length"] == str(end - start)
    whole = desk.get(paper, opening)
    assert (whole.status_code, body(whole)) == (200, content)
    past = desk.get(paper, opening, f"bytes={len(content)}-")
    assert past.status_code == 416
    assert past["Content-Range"] == f"bytes */{len(content)}"
    assert read_of(paper) == 1
    assert desk.opening(paper) != ""
    assert read_of(paper) == 2


def test_a_part_opens_its_own_segments_alone_and_says_where_one_was_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "SEGMENT", 1000)
    content = pdf_of([LINES] * 9)
    paper = desk.give("sag.pdf", content)
    opening = desk.opening(paper)
    path = storing.path_of(paper.id)
    sealed = bytearray(path.read_bytes())
    sealed[2 * 1028 + 500] ^= 1
    path.write_bytes(bytes(sealed))
    assert body(desk.get(paper, opening, "bytes=0-1999")) == content[:2000]
    assert desk.get(paper, opening, "bytes=2000-2001").status_code == 410
    path.write_bytes(bytes(sealed[: 3 * 1028]))
    assert desk.get(paper, opening, "bytes=3000-3001").status_code == 410


def test_an_opening_is_of_one_person_and_one_document_for_a_working_day(
    desk: Desk, client_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = desk.give("a.pdf", pdf_of([LINES])), desk.give("b.pdf", pdf_of([LINES, LINES]))
    opening = desk.opening(first)
    assert desk.get(second, opening).status_code == 403
    another = opening[:-1] + ("A" if opening[-1] != "A" else "E")
    assert desk.get(first, "").status_code == desk.get(first, another).status_code == 403
    rasmus = client_of(desk.cast.rasmus)
    assert rasmus.get(f"/dokumenter/{first.id}/", HTTP_X_OPENING=opening).status_code == 403
    assert client_of(desk.cast.kim).get(f"/dokumenter/{first.id}/", HTTP_X_OPENING=opening).status_code == 404
    assert read_of(first) == 1
    assert read_of(second) == 0
    monkeypatch.setattr(openings, "settings", SimpleNamespace(SESSION_COOKIE_AGE=-1))
    assert desk.get(first, opening).status_code == 403


def test_only_documents_of_the_case_are_opened_and_only_by_its_reader(
    desk: Desk, client_of: Callable[..., Any]
) -> None:
    own = desk.give("a.pdf", pdf_of([LINES]))
    foreign = delivered(
        desk.cast, desk.cast.case("902", "screened_in"), "b.pdf", pdf_of([LINES, []]), desk.folder
    )
    at = f"/laesning/{desk.reading.id}/dokumenter"
    assert desk.client.post(f"{at}/{foreign.id}/aabn/").status_code == 404
    for who in ("rasmus", "anna", "kim", "ada"):
        client = client_of(desk.cast.person(who))
        assert client.post(f"{at}/{own.id}/aabn/").status_code == 404, who
        assert (
            client.post(f"/laesning/{desk.reading.id}/soeg/", {"words": "ledsagelse"}).status_code == 404
        ), who
    assert read_of(own) == read_of(foreign) == 0


def test_the_ranges_of_a_header() -> None:
    assert part_of("", 10) == (0, 10)
    assert part_of("bytes=2-4", 10) == (2, 5)
    assert part_of("bytes=2-", 10) == (2, 10)
    assert part_of("bytes=-3", 10) == (7, 10)
    assert part_of("bytes=-30", 10) == (0, 10)
    assert part_of("bytes=0-99", 10) == (0, 10)
    for none in ("bytes=10-", "bytes=5-4", "bytes=-0", "bytes=99-100"):
        assert part_of(none, 10) is None
    for all_of_it in ("bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=x-1", "bytes=" + "9" * 20 + "-"):
        assert part_of(all_of_it, 10) == (0, 10)


def test_words_are_shown_as_paragraphs_and_tables_and_nothing_else(desk: Desk) -> None:
    note = desk.give("notat.docx", docx(body=WORDS))
    reply = desk.get(note, desk.opening(note), path="ord")
    said = reply.content.decode()
    assert reply.status_code == 200
    assert '<p class="viewer-heading">Notat &lt;b&gt;</p>' in said
    assert "Ringet af ••••••-•••• &lt;script&gt;alert(1)&lt;/script&gt;" in said
    assert "010203" not in said
    assert "<td>Dato</td><td>2. marts\n2026</td>" in said
    assert read_of(note) == 1
    assert desk.client.get(f"/laesning/{desk.reading.id}/dokumenter/{note.id}/ord/").status_code == 404
    assert desk.get(note, desk.opening(note), path="side/1").status_code == 404


BESIDE = (
    "<w:p><w:r><w:t>Afslag.</w:t></w:r></w:p>"
    f"<w:p>{drawn('rId1', '&lt;b&gt; Brev til 010203-1234')}{drawn('rId9', 'Kort')}</w:p>"
    '<w:p><w:r><w:t>010203</w:t></w:r><w:ins w:id="1"><w:r><w:t>-1234</w:t></w:r></w:ins></w:p>'
)


def test_pictures_and_what_stands_beside_the_text_are_shown_under_one_reading(
    desk: Desk, client_of: Callable[..., Any]
) -> None:
    from PIL import Image

    more = {
        "word/media/a.jpg": image("JPEG", 400, 300),
        "word/footer1.xml": part("ftr", words("Du kan klage inden 4 uger. &lt;script&gt;")),
    }
    pointers = (
        pointer("image", "media/a.jpg", "rId1")
        + pointer("image", "media/gone.png", "rId9")
        + pointer("footer", "footer1.xml")
    )
    note = desk.give("afslag.docx", docx(body=BESIDE, rels=pointers, more=more))
    opening = desk.opening(note)
    said = desk.get(note, opening, path="ord").content.decode()
    assert "0102" not in said
    assert "<b>" not in said
    assert "<script>" not in said
    assert '<span class="viewer-caption">Billede 1: &lt;b&gt; Brev til ••••••-••••</span>' in said
    assert "ikke i filen" in said
    assert "Billedets beskrivelse: Kort" in said
    assert "Det indsatte er understreget" in said
    assert said.index("Sidehoved og sidefod") < said.index("Du kan klage inden 4 uger.")
    number = int(re.findall(r'data-number="(\d+)"', said)[0])
    reply = desk.get(note, opening, path=f"billede/{number}")
    assert (reply.status_code, reply["Content-Type"]) == (200, "image/png")
    assert {key: reply[key] for key in HEADERS} == HEADERS
    with Image.open(io.BytesIO(reply.content)) as shown:
        assert (shown.format, shown.size) == ("PNG", (400, 300))
    assert read_of(note) == 1
    at = f"/laesning/{desk.reading.id}/dokumenter/{note.id}/billede"
    assert desk.client.get(f"{at}/{number}/").status_code == 404
    assert desk.get(note, opening, path="billede/1").status_code == 410
    assert desk.get(note, opening, path="billede/999999").status_code == 410
    for who in ("rasmus", "kim", "ada"):
        client = client_of(desk.cast.person(who))
        assert client.get(f"{at}/{number}/", HTTP_X_OPENING=opening).status_code == 404, who
    paper = desk.give("sag.pdf", pdf_of([LINES]))
    assert desk.get(paper, desk.opening(paper), path="billede/1").status_code == 404
    assert read_of(note) == 1


def test_a_page_of_a_tiff_is_a_picture_a_browser_shows(desk: Desk) -> None:
    from PIL import Image

    photo = desk.give("foto.tif", image("TIFF", 400, 300, pages=3))
    opening = desk.opening(photo)
    reply = desk.get(photo, opening, path="side/3")
    assert reply.status_code == 200
    assert reply["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(reply.content)) as shown:
        assert (shown.format, shown.size) == ("PNG", (400, 300))
        assert shown.convert("L").getpixel((10, 10)) == 0
        assert shown.convert("L").getpixel((390, 290)) == 255
    assert desk.get(photo, opening, path="side/4").status_code == 404
    assert desk.get(photo, "", path="side/1").status_code == 404


def test_all_documents_are_searched_and_each_is_read_once_for_it(desk: Desk) -> None:
    paper = desk.give("sag.pdf", pdf_of([LINES, ["Intet"], [*LINES, "den  ENKELTE borger igen"]]))
    note = desk.give("notat.docx", docx("Borger 010203-1234: den enkelte borger"))
    scan, photo = desk.give("scan.pdf", scanned()), desk.give("foto.png", image("PNG"))
    opening = desk.opening(paper)
    told = desk.search("enkelte  Borger", {paper.id: opening}).json()
    assert [(hit["document"], hit["page"], hit["nth"]) for hit in told["hits"]] == [
        (paper.id, 1, 0),
        (paper.id, 3, 0),
        (paper.id, 3, 1),
        (note.id, 0, 0),
    ]
    assert told["hits"][0]["before"].endswith("vurderet den ")
    assert told["hits"][2]["match"] == "ENKELTE borger"
    assert "010203" not in json.dumps(told)
    assert (told["silent"], told["more"], list(told["openings"])) == (2, False, [note.id])
    assert [read_of(each) for each in (paper, note, scan, photo)] == [1, 1, 0, 0]
    again = desk.search("ledsagelse", {paper.id: opening, **told["openings"]}).json()
    assert again["openings"] == {}
    assert [read_of(each) for each in (paper, note)] == [1, 1]
    assert body(desk.get(note, told["openings"][note.id], path="ord"))


def test_a_cpr_number_and_a_single_letter_are_not_searched(desk: Desk) -> None:
    paper = desk.give("sag.pdf", pdf_of([LINES]))
    for asked in ("010203-1234", "x", "   ", ""):
        reply = desk.search(asked)
        assert reply.status_code == 422
        assert reply.json()["said"]
    assert desk.search("(marts", {"x": "y"}).json()["hits"] == []
    assert desk.client.post(f"/laesning/{desk.reading.id}/soeg/", {"words": "marts", "openings": "["}).json()[
        "hits"
    ]
    assert read_of(paper) == 2


def test_places_in_a_text() -> None:
    hits = list(found("En sag.\n\f\nTo\nsager og en sag", "SAG", paged=True))
    assert [(hit["page"], hit["nth"], hit["before"]) for hit in hits] == [
        (1, 0, "En "),
        (2, 0, "To "),
        (2, 1, "To sager og en "),
    ]
    assert [hit["page"] for hit in found("a b\na  b", "a b", paged=False)] == [0, 0]
    assert next(iter(found("a.b axb", "a.b", paged=False)))["after"] == " axb"


def test_the_page_lists_the_documents_and_hides_numbers_and_markup_in_their_names(desk: Desk) -> None:
    desk.give("010203-1234 <img src=x>.pdf", pdf_of([LINES, LINES]))
    page = desk.client.get(f"/laesning/{desk.reading.id}/").content.decode()
    assert "010203" not in page
    assert "<img src=x>" not in page
    assert "••••••-•••• &lt;img src=x&gt;.pdf" in page
    assert "2 sider" in page


def test_the_doctor_tells_where_what_shows_a_pdf_is_missing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.staticfiles import finders

    from sagsbarometer.web.keeping.doctor import fetched

    assert [each.is_well for each in fetched(desk.cast.home)] == [True]
    monkeypatch.setattr(finders, "find", lambda path: None if "pdfjs" in path else path)
    (told,) = fetched(desk.cast.home)
    assert (told.said, told.remedy) == ("mangler: PDF-visning", "Hent det med ./run fonts.")

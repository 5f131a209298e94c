"""A file opened by itself: where it may show a CPR number that nobody has covered, on purpose and with a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sagsbarometer.web.events.acting import acting
from tests.uploads_in_tests import docx
from tests.web.cast import Cast
from tests.web.documents_in_tests import LINES, delivered, image, pdf_of, scanned

CPR = "010203-1234"
NUMBERED = ("Ansoeger 010203-1234", *LINES)


@pytest.fixture
def give(cast: Cast, tmp_path: Path) -> Callable[[str, bytes], Any]:
    """Delivers a file to a case that waits."""
    return lambda name, content: delivered(cast, cast.case("901"), name, content, tmp_path)


def told_of(document: Any) -> list[tuple[str, str, str]]:
    """The events of a document: act, who, purpose."""
    from sagsbarometer.web.events.models import Event

    rows = Event.objects.filter(thing_id=document.id).exclude(act="insert").order_by("seq")
    return [(row.act, row.actor, row.purpose) for row in rows]


def at(document: Any) -> str:
    """Where it is opened by itself."""
    return f"/dokumenter/{document.id}/"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", pdf_of([NUMBERED]), "Der er fundet 1 CPR-nummer i filen."),
        ("a.docx", docx(f"Ansøger {CPR}, barn 0102034321"), "Der er fundet 2 CPR-numre i filen."),
        (
            "a.pdf",
            scanned(),
            "den er et billede, fx skannet. CPR-numre i et billede dækkes ikke her",
        ),
        ("a.png", image("PNG"), "den er et billede, fx skannet."),
        ("a.tif", image("TIFF", pages=3), "den er et billede, fx skannet."),
        ("a.pdf", pdf_of([LINES, [], LINES]), "1 af 3 sider har ingen tekst"),
    ],
    ids=["numbers", "docx", "scan", "picture", "tiff", "a page"],
)
def test_what_may_show_a_number_is_opened_by_a_post_with_a_reason_and_one_event(
    cast: Cast, client_of: Callable[..., Any], give: Any, name: str, content: bytes, said: str
) -> None:
    document, client = give(name, content), client_of(cast.rikke)
    for _ in range(2):  # looking at the question is not opening
        reply = client.get(at(document))
        page = reply.content.decode()
        assert reply.status_code == 200
        assert said in page
        assert CPR not in page
        assert f"/dokumenter/{document.id}/tekst/" in page or "billede, fx skannet" in page
    assert client.head(at(document)).status_code == 200
    for wrong in ({}, {"reason": "nysgerrig"}):
        reply = client.post(at(document), wrong)
        assert reply.status_code == 422
        assert 'href="#id_reason_identify"' in reply.content.decode()
    assert told_of(document) == []
    reply = client.post(at(document), {"reason": "wrong_person"})
    assert (reply.status_code, reply.getvalue()) == (200, content)
    assert reply["Cache-Control"] == "no-store"
    assert told_of(document) == [("open_original", cast.rikke.id, "wrong_person")]


def test_what_has_text_and_no_number_opens_as_it_did(
    cast: Cast, client_of: Callable[..., Any], give: Any
) -> None:
    content = pdf_of([LINES, LINES])
    document = give("a.pdf", content)
    reply = client_of(cast.rikke).get(at(document))
    assert (reply.status_code, reply.getvalue()) == (200, content)
    assert told_of(document) == [("read_document", cast.rikke.id, "læse sagen")]


def test_a_word_file_is_asked_about_for_pictures_may_stand_among_its_words(
    cast: Cast, client_of: Callable[..., Any], give: Any
) -> None:
    document = give("b.docx", docx("Den enkelte borger"))
    page = client_of(cast.rikke).get(at(document)).content.decode()
    assert "En Word-fil kan have billeder mellem ordene." in page
    assert told_of(document) == []


def test_a_file_nobody_has_looked_in_is_asked_about(
    cast: Cast, client_of: Callable[..., Any], give: Any
) -> None:
    document = give("a.pdf", pdf_of([LINES]))
    with acting("system:tests", "documents"):
        document.cpr_found = None
        document.save()
    assert "Hvorfor skal du se filen" in client_of(cast.rikke).get(at(document)).content.decode()


def test_the_municipality_opens_its_own_without_a_reason(
    cast: Cast, client_of: Callable[..., Any], give: Any
) -> None:
    for name, content in (("a.pdf", pdf_of([NUMBERED])), ("b.png", image("PNG"))):
        document = give(name, content)
        reply = client_of(cast.kim).get(f"{at(document)}eget/")
        assert (reply.status_code, reply.getvalue()) == (200, content)
        assert told_of(document) == [("read_document", cast.kim.id, "se egen aflevering")]
        assert client_of(cast.kim).post(at(document), {"reason": "identify"}).status_code == 404
        assert client_of(cast.karla).get(f"{at(document)}eget/").status_code == 404


def test_a_reason_opens_nothing_for_who_may_not_read_it(
    cast: Cast, client_of: Callable[..., Any], give: Any
) -> None:
    document = give("a.pdf", pdf_of([NUMBERED]))
    for who in ("ada", "sune", "eva", "karla", "nina"):
        assert client_of(cast.person(who)).post(at(document), {"reason": "identify"}).status_code == 404, who
    assert client_of(None).post(at(document), {"reason": "identify"}).status_code == 302
    assert told_of(document) == []


def test_a_file_that_is_gone_or_changed_is_told_of_and_is_no_event(
    cast: Cast, client_of: Callable[..., Any], give: Any
) -> None:
    from sagsbarometer.web.documents import storing

    document = give("a.pdf", scanned())
    path = storing.path_of(document.id)
    path.write_bytes(path.read_bytes()[:-1])
    assert client_of(cast.rikke).post(at(document), {"reason": "as_it_is"}).status_code == 410
    assert told_of(document) == []


def test_the_page_of_a_case_leads_to_the_text_with_numbers_hidden(
    cast: Cast, client_of: Callable[..., Any], give: Any
) -> None:
    numbered, scan = give("a.pdf", pdf_of([NUMBERED])), give("b.pdf", scanned())
    client, case = client_of(cast.rikke), cast.case("901")
    page = client.get(f"/studier/{case.study_id}/sager/{case.id}/").content.decode()
    assert f'href="{at(numbered)}tekst/"' in page
    assert f'href="{at(scan)}tekst/"' not in page
    assert CPR not in client.get(f"{at(numbered)}tekst/").content.decode()
    said = client.get(f"{at(scan)}tekst/").content.decode()
    assert "Der er ingen tekst." in said
    assert "Sider, der er billeder, er ikke læst endnu." in said
    assert "Der er fundet" not in said


def test_what_a_reason_is_called_in_the_events(cast: Cast) -> None:
    from sagsbarometer.web.documents.views import OPENING
    from sagsbarometer.web.events.words import ACTS, PURPOSES

    assert set(OPENING) <= set(PURPOSES)
    assert {"open_original", "unmask_cpr"} <= set(ACTS)

"""Evidence: a place in a document pinned to an answer, kept locked, once, and only of the case that is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.uploads_in_tests import docx
from tests.web.cast import Cast
from tests.web.documents_in_tests import LINES, delivered, pdf_of
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, submitted

QUOTE = "Kommunen har ikke vurderet den enkelte borger."
BOX = [0.1, 0.2, 0.5, 0.03]


class Desk:
    """A reading with two documents, and its reader's client."""

    def __init__(self, cast: Cast, client: Any, folder: Path, who: str = "rikke") -> None:
        self.cast, self.client = cast, client
        self.reading = reading_of(cast, who)
        self.paper = delivered(cast, self.reading.case, "sag.pdf", pdf_of([LINES, LINES]), folder)
        self.words = delivered(cast, self.reading.case, "notat.docx", docx(QUOTE), folder)
        self.at = f"/laesning/{self.reading.id}/bevis/"

    def pin(self, **more: Any) -> Any:
        sent = {
            "question": "wrong_assessment", "document": self.paper.id, "page": "2", "boxes": json.dumps([BOX]),
            "quote": QUOTE, "once": "o" * 32,
        }  # fmt: skip
        return self.client.post(self.at, {**sent, **more})

    @property
    def pins(self) -> list[Any]:
        from sagsbarometer.web.reviewing.models import Pin

        return list(Pin.objects.filter(removed_at=None).order_by("at", "id"))


@pytest.fixture
def desk(cast: Cast, client_of: Callable[..., Any], tmp_path: Path) -> Desk:
    return Desk(cast, client_of(cast.rikke), tmp_path)


def test_a_pin_says_document_page_place_and_quote_and_its_quote_is_locked(desk: Desk) -> None:
    from sagsbarometer.web.events.models import Event
    from sagsbarometer.web.reviewing.pinning import pinned, pins_of

    reply = desk.pin()
    assert reply.status_code == 200, reply.content
    assert "sag.pdf, side 2" in reply.content.decode()
    assert QUOTE in reply.content.decode()
    (pin,) = desk.pins
    assert (pin.document_id, pin.page, pin.boxes, pin.by_id) == (desk.paper.id, 2, [BOX], desk.cast.rikke.id)
    assert QUOTE.encode() not in bytes(pin.quote)
    assert pins_of(desk.reading)["wrong_assessment"][0]["quote"] == QUOTE
    assert pinned(desk.reading) == {"wrong_assessment"}
    event = Event.objects.get(thing="reviewing_pin", thing_id=pin.id)
    assert event.act == "insert"
    assert event.actor == desk.cast.rikke.id
    page = desk.client.get(f"/laesning/{desk.reading.id}/").content.decode()
    assert QUOTE in page
    assert f'data-pin="{pin.id}"' in page


def test_the_same_pin_sent_twice_is_one_and_off_and_on_again_are_one_row(desk: Desk) -> None:
    desk.pin()
    assert desk.pin().status_code == 200
    (pin,) = desk.pins
    for _ in range(2):
        off = desk.client.post(f"{desk.at}{pin.id}/fjern/")
        assert off.status_code == 200
        assert "Fortryd" in off.content.decode()
    assert desk.pins == []
    for _ in range(2):
        on = desk.client.post(f"{desk.at}{pin.id}/igen/")
        assert on.status_code == 200
        assert QUOTE in on.content.decode()
    assert [row.id for row in desk.pins] == [pin.id]


def test_a_document_without_pages_is_pinned_by_its_words(desk: Desk) -> None:
    assert desk.pin(document=desk.words.id, page="0").status_code == 200
    (pin,) = desk.pins
    assert (pin.page, pin.boxes) == (0, [])


def test_a_pin_points_at_a_document_of_the_case_that_is_there(desk: Desk, tmp_path: Path) -> None:
    from sagsbarometer.web.documents import storing
    from sagsbarometer.web.events.acting import acting

    foreign = delivered(
        desk.cast, desk.cast.case("902", "screened_in"), "anden.pdf", pdf_of([LINES]), tmp_path
    )
    assert desk.pin(document=foreign.id, page="1").status_code == 422
    assert desk.pin(document="zzzz").status_code == 422
    with acting("system:tests", "remove"):
        storing.remove(desk.paper)
    assert desk.pin().status_code == 422
    assert desk.pins == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": "no_such_question"},
        {"question": "declared_occasion"},  # the municipality's, not the reader's
        {"page": "3"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "²"},
        {"page": ""},
        {"boxes": "{"},
        {"boxes": "[[0, 0, 1]]"},
        {"boxes": "[[0, 0, 2, 1]]"},
        {"boxes": "[[-0.5, 0, 1, 1]]"},
        {"boxes": "[[0, 0, 0, 1]]"},
        {"boxes": "[[0, 0, NaN, 1]]"},
        {"boxes": '[["0", 0, 1, 1]]'},
        {"boxes": "[[true, 0, 1, 1]]"},
        {"boxes": json.dumps([BOX] * 61)},
        {"boxes": "[]", "quote": "  "},
        {"once": ""},
    ],
)
def test_what_can_be_no_pin_is_refused_with_words(desk: Desk, wrong: dict[str, str]) -> None:
    reply = desk.pin(**wrong)
    assert reply.status_code == 422, reply.content
    assert reply.json()["said"].endswith(".")
    assert desk.pins == []


def test_a_quote_holds_no_cpr_number_and_no_markup(desk: Desk) -> None:
    from sagsbarometer.web.reviewing.pinning import LONGEST_QUOTE, pins_of

    reply = desk.pin(quote='Borger 010203-1234 <script>alert(1)</script> " onload="x ' + "a" * 5000)
    assert "<script>alert" not in reply.content.decode()
    assert '" onload="' not in reply.content.decode()
    quote = pins_of(desk.reading)["wrong_assessment"][0]["quote"]
    assert "010203" not in quote
    assert "<script>alert(1)</script>" in quote
    assert len(quote) == LONGEST_QUOTE


def test_only_its_reader_pins_in_a_reading_and_nobody_when_it_is_in(
    desk: Desk, client_of: Callable[..., Any]
) -> None:
    desk.pin()
    (pin,) = desk.pins
    for who in ("rasmus", "anna", "dorte", "sune", "ada", "kim"):
        other = client_of(desk.cast.person(who))
        assert other.post(desk.at, {"once": "x"}).status_code in (403, 404), who
        assert other.post(f"{desk.at}{pin.id}/fjern/").status_code in (403, 404), who
    submitted(desk.reading)
    assert desk.pin(once="p" * 32).status_code == 409
    assert desk.client.post(f"{desk.at}{pin.id}/fjern/").status_code == 409
    page = desk.client.get(f"/laesning/{desk.reading.id}/").content.decode()
    assert QUOTE in page
    assert "data-pin-act" not in page
    assert "data-pin-here" not in page


def test_a_pin_of_another_reading_is_not_there(desk: Desk, client_of: Callable[..., Any]) -> None:
    """The other reader of a case that is read by two sees and touches nothing of it."""
    desk.pin()
    (pin,) = desk.pins
    other = reading_of(desk.cast, "rasmus", case=desk.reading.case, place=2)
    rasmus = client_of(desk.cast.rasmus)
    assert rasmus.post(f"/laesning/{other.id}/bevis/{pin.id}/fjern/").status_code == 404
    sent = {
        "question": "result",
        "document": desk.paper.id,
        "page": "1",
        "boxes": "[[0,0,1,1]]",
        "once": "o" * 32,
    }
    reply = rasmus.post(f"/laesning/{other.id}/bevis/", sent)  # the key of the first reader's pin
    assert reply.status_code == 200
    assert QUOTE not in reply.content.decode()
    assert QUOTE not in rasmus.get(f"/laesning/{other.id}/").content.decode()
    assert [row.reading_id for row in desk.pins] == [desk.reading.id, other.id]


def test_a_reading_is_not_handed_in_without_the_evidence_its_answers_have_to_have(desk: Desk) -> None:
    from sagsbarometer.web.reviewing.submitting import Remaining

    material = {"wrong_assessment": "material", "wrong_assessment_direction": "to_harm"}
    answered(desk.reading, {**REFUSAL, **material})
    at = f"/laesning/{desk.reading.id}/aflever/"
    page = desk.client.get(at).content.decode()
    assert "Svar, der mangler bevis" in page
    assert f'/laesning/{desk.reading.id}/#q-wrong_assessment"' in page
    assert desk.client.post(at).status_code == 422
    assert Remaining((), (), (), (), (), (("wrong_assessment", "Er …?"),)).stops
    desk.pin()
    assert "Svar, der mangler bevis" not in desk.client.get(at).content.decode()

"""A municipality delivers: cases, documents, faults, the delivery as a whole, its receipt. On both databases where it
matters."""

from __future__ import annotations

import io
import re
import threading
from typing import Any

import pytest
from django.db import connections

from tests.uploads_in_tests import pdf
from tests.web.cast import Cast
from tests.web.deliveries_in_tests import (
    ANSWERS,
    Client,
    base,
    complete,
    contact,
    hidden,
    new_case,
    put_file,
)
from tests.web.house_in_tests import Workplace


@pytest.fixture
def kurt(cast: Cast) -> Any:
    """The contact of 908, which has delivered nothing yet."""
    return contact(cast, "908")


def test_the_page_says_what_how_many_by_when_and_how_far(cast: Cast, kurt: Any, client_of: Client) -> None:
    client = client_of(kurt)
    page = client.get(base(cast)).content.decode()
    assert "Fristen" in page
    assert "15. december 2026" in page
    assert "0 af 4" in page
    new_case(client, cast)
    assert "1 af 4" in client.get(base(cast)).content.decode()
    assert base(cast) in client.get("/kommune/").content.decode()
    assert "<script" not in page
    assert " style=" not in page


def test_a_case_is_kept_as_codes_and_days_and_its_number_is_locked(
    cast: Cast, kurt: Any, client_of: Client, databases: str
) -> None:
    from sagsbarometer.web.delivering import keeping

    case = new_case(client_of(kurt), cast)
    assert case.declared["application_date"] == "2026-03-02"
    assert case.declared["published_deadline_weeks"] == 8
    assert case.declared_states["new_date_given"] == "not_relevant"
    assert (case.stratum, case.number, case.state) == ("alle", 1, "draft")
    assert b"2026-000123" not in bytes(case.own_number)
    assert keeping.own_number(case) == "2026-000123"


def test_what_is_not_asked_is_dropped_and_what_is_missing_waits(
    cast: Cast, kurt: Any, client_of: Client
) -> None:
    client = client_of(kurt)
    case = new_case(client, cast, form="none_in_file", application_date="", appealed="")
    assert "result" not in case.declared
    assert case.declared_states["result"] == "not_asked"
    page = client.get(f"/kommune/sager/{case.id}/").content.decode()
    assert "Hvad blev resultatet?" not in page
    assert "Der mangler 1 svar." in page
    assert "Der mangler et svar." in client.get(f"{base(cast)}kontrol/").content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"application_date": "32-13-2026"}, "application_date"),
        ({"decision_date": "01-01-2026"}, "decision_date"),
        ({"published_deadline_weeks": "500"}, "published_deadline_weeks"),
        ({"result": "<script>alert(1)</script>"}, "result"),
        ({"own_number": ""}, "own_number"),
        ({"own_number": "010203-1234"}, "own_number"),
        ({"application_date__state": "not_relevant"}, "application_date"),
    ],
)
def test_a_faulty_answer_is_told_at_its_field_and_nothing_is_kept(
    cast: Cast, kurt: Any, client_of: Client, changed: dict[str, str], field: str
) -> None:
    from sagsbarometer.web.delivering.models import Case

    reply = client_of(kurt).post(f"{base(cast)}ny-sag/", {**ANSWERS, "once": "x", **changed})
    page = reply.content.decode()
    assert reply.status_code == 422
    assert f'href="#id_{field}"' in page
    assert f'id="id_{field}_error"' in page
    assert "<script>alert" not in page
    assert not Case.objects.filter(municipality="908").exists()


def test_a_double_click_makes_one_case_one_document_and_one_receipt(
    cast: Cast, kurt: Any, client_of: Client, databases: str
) -> None:
    from sagsbarometer.web.delivering.models import Case, Receipt
    from sagsbarometer.web.documents.models import Document

    client = client_of(kurt)
    assert new_case(client, cast, once="same").id == new_case(client, cast, once="same").id
    case = Case.objects.get(municipality="908")
    put_file(client, case)
    put_file(client, case)
    assert Document.objects.filter(case=case).count() == 1
    for number in range(3):
        put_file(client, new_case(client, cast, once=f"more{number}", own_number=f"n{number}"))
    page = client.get(f"{base(cast)}kontrol/")
    sent = {"once": "deliver", "seen": hidden(page, "seen")}
    first, second = (client.post(f"{base(cast)}kontrol/", sent) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    assert Receipt.objects.count() == 1
    assert client.post(f"{base(cast)}kontrol/", {**sent, "once": "another"}).status_code == 409


def test_fifty_at_once_make_one_receipt(cast: Cast, kurt: Any, client_of: Client, databases: str) -> None:
    from sagsbarometer.web.delivering.models import Case, Receipt

    client = client_of(kurt)
    complete(client, cast)
    sent = {"once": "deliver", "seen": hidden(client.get(f"{base(cast)}kontrol/"), "seen")}
    clients = [client_of(kurt) for _ in range(50)]
    replies: list[Any] = []

    def post(one: Any) -> None:
        try:
            replies.append(one.post(f"{base(cast)}kontrol/", sent))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post, args=(one,)) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {reply.status_code for reply in replies} == {302}
    assert len({reply.url for reply in replies}) == 1
    assert Receipt.objects.count() == 1
    assert {case.state for case in Case.objects.filter(municipality="908")} == {"submitted"}


def test_the_delivery_goes_as_a_whole_and_the_receipt_has_fingerprints(
    cast: Cast, kurt: Any, client_of: Client
) -> None:
    import hashlib

    import pikepdf
    import pypdfium2

    client = client_of(kurt)
    first = new_case(client, cast)
    page = client.get(f"{base(cast)}kontrol/").content.decode()
    assert "AFLEV-103" in page
    assert "AFLEV-104" in page
    assert ">Aflever</button>" not in page
    put_file(client, first)
    client.post(f"{base(cast)}ingen/", {"kind": "alle", "reason": "none_decided"})
    page = client.get(f"{base(cast)}kontrol/")
    reply = client.post(f"{base(cast)}kontrol/", {"once": "d", "seen": hidden(page, "seen")}, follow=True)
    shown = reply.content.decode()
    assert hashlib.sha256(pdf("sag 1")).hexdigest() in shown
    assert "Vi har ikke truffet flere afgørelser" in shown
    address = re.search(r'href="([^"]*/pdf/)"', shown)
    assert address
    made = client.get(address.group(1)).content
    assert client.get(address.group(1)).content == made
    with pikepdf.open(io.BytesIO(made)) as book:
        assert book.Root.MarkInfo.Marked
    words = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(made))
    assert hashlib.sha256(pdf("sag 1")).hexdigest() in re.sub(r"\s", "", words)
    assert cast.request("908").state == "delivered"
    assert client.post(f"{base(cast)}ny-sag/", ANSWERS).status_code == 409


def test_what_changed_since_it_was_checked_is_not_delivered(cast: Cast, kurt: Any, client_of: Client) -> None:
    client = client_of(kurt)
    made = complete(client, cast)
    seen = hidden(client.get(f"{base(cast)}kontrol/"), "seen")
    client.post(
        f"/kommune/sager/{made[0].id}/",
        {**ANSWERS, "own_number": "2026-0", "result": "grant", "revision": "0"},
    )
    reply = client.post(f"{base(cast)}kontrol/", {"once": "d", "seen": seen})
    assert reply.status_code == 409
    assert "Der er ændret noget" in reply.content.decode()
    assert cast.request("908").state == "called_in"


def test_two_people_on_one_case_get_both_versions_side_by_side(
    cast: Cast, kurt: Any, client_of: Client, databases: str
) -> None:
    from sagsbarometer.web.delivering.models import Case

    one, two = client_of(kurt), client_of(kurt)
    case = new_case(one, cast)
    address = f"/kommune/sager/{case.id}/"
    old = hidden(one.get(address), "revision")
    assert one.post(address, {**ANSWERS, "result": "grant", "revision": old}).status_code == 302
    # The same answers twice are no conflict, whatever the revision.
    assert one.post(address, {**ANSWERS, "result": "grant", "revision": old}).status_code == 302
    reply = two.post(address, {**ANSWERS, "result": "partial_refusal", "revision": old})
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "Gemt: Bevilling" in page
    assert "Dit: Delvist afslag" in page
    assert Case.objects.get(pk=case.id).declared["result"] == "grant"
    sent = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page))
    assert two.post(address, {**sent, "result": "partial_refusal"}).status_code == 302
    stored = Case.objects.get(pk=case.id)
    assert stored.declared["result"] == "partial_refusal"
    assert stored.declared["application_date"] == "2026-03-02"
    assert stored.declared_states["new_date_given"] == "not_relevant"
    assert stored.revision == 2


def test_a_draft_can_be_taken_away_with_its_files(
    cast: Cast, kurt: Any, client_of: Client, workplace: Workplace
) -> None:
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.documents.models import Document

    client = client_of(kurt)
    case = new_case(client, cast)
    put_file(client, case)
    assert len(list(workplace.home.documents.glob("*/*"))) == 2
    client.post(f"/kommune/sager/{case.id}/fjern/")
    assert Case.objects.get(pk=case.id).state == "withdrawn"
    assert bytes(Case.objects.get(pk=case.id).own_number) == b""
    assert Document.objects.get(case=case).state == "removed"
    assert not list(workplace.home.documents.glob("*/*"))
    assert "0 af 4" in client.get(base(cast)).content.decode()


def test_a_case_that_stands_in_for_another_is_on_the_same_page_and_stays(
    cast: Cast, client_of: Client
) -> None:
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.events.acting import acting

    out = cast.case("904", "submitted")
    with acting("system:tests", "cast"):
        instead = Case.objects.create(
            study=cast.launched,
            request=out.request,
            municipality="904",
            number=9,
            stratum="alle",
            replaces=out,
        )
    client = client_of(contact(cast, "904"))
    page = client.get(base(cast, "904")).content.decode()
    assert f"i stedet for sag {out.number}" in page
    client.post(f"/kommune/sager/{instead.id}/fjern/")
    assert Case.objects.get(pk=instead.id).state == "draft"


def test_there_is_a_reason_on_a_list_for_having_none(cast: Cast, kurt: Any, client_of: Client) -> None:
    client = client_of(kurt)
    assert client.post(f"{base(cast)}ingen/", {"kind": "alle", "reason": "fordi"}).status_code == 422
    client.post(f"{base(cast)}ingen/", {"kind": "alle", "reason": "appealed"})
    assert cast.request("908").none_of == {"alle": "appealed"}
    # A colleague who opened the page before is asked, and nothing is written over.
    sent = {"kind": "alle", "reason": "none_decided", "was": ""}
    reply = client.post(f"{base(cast)}ingen/", sent)
    assert reply.status_code == 409
    assert "En anden nåede det først" in reply.content.decode()
    assert cast.request("908").none_of == {"alle": "appealed"}
    assert client.post(f"{base(cast)}ingen/", sent | {"was": "appealed"}).status_code == 302
    assert cast.request("908").none_of == {"alle": "none_decided"}
    client.post(f"{base(cast)}ingen/", {"kind": "alle", "reason": "", "was": "none_decided"})
    assert cast.request("908").none_of == {}


def test_the_key_of_anothers_form_is_nothing_to_us(cast: Cast, kurt: Any, client_of: Client) -> None:
    """Kim's key, known or guessed, neither fails nor leads to his case."""
    theirs = client_of(cast.kim).post(f"{base(cast, '901')}ny-sag/", {**ANSWERS, "once": "shared"})
    case = new_case(client_of(kurt), cast, once="shared")
    assert theirs.status_code == 302
    assert case.id not in theirs.url
    assert case.municipality == "908"

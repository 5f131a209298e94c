"""Handing a reading in: what stops it, what is asked first, and that it is handed in once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.web.cast import Cast
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in

Clients = Callable[..., Any]


def hand_in(client: Any, row: Any) -> Any:
    """A click on »Aflever«."""
    return client.post(f"/laesning/{row.id}/aflever/", {"once": "x"})


def test_all_answered_it_is_handed_in_once_and_the_next_opens(cast: Cast, client_of: Clients) -> None:
    first, second = (reading_of(cast, case=case) for case in screened_in(cast, 2))
    client = client_of(cast.rikke)
    answered(first, REFUSAL)
    assert "Alt er besvaret" in client.get(f"/laesning/{first.id}/aflever/").content.decode()
    reply = hand_in(client, first)
    assert (reply.status_code, reply["Location"]) == (302, f"/laesning/{second.id}/")
    first.refresh_from_db()
    assert (first.state, first.revision) == ("submitted", 1)
    assert hand_in(client, first)["Location"] == f"/laesning/{second.id}/"  # clicked twice
    first.refresh_from_db()
    assert first.revision == 1
    page = client.get(f"/laesning/{first.id}/").content.decode()
    assert "Du har afleveret sagen." in page
    assert '<input type="radio"' not in page
    assert "Gå til næste" in page


def test_missing_answers_and_hard_checks_are_listed_with_links(cast: Cast, client_of: Clients) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    answered(row, {**REFUSAL, "would_be_outcome": "amended"})
    answered(row, {"overall_assessment": "state:not_answered"})
    reply = hand_in(client, row)
    assert reply.status_code == 422
    said = reply.content.decode()
    assert f'href="/laesning/{row.id}/#q-overall_assessment"' in said
    assert "Manglerne og det, sagen ville være blevet til, siger hver sit." in said
    row.refresh_from_db()
    assert row.state == "begun"


def test_a_soft_check_is_asked_and_answered_with_a_locked_reason(cast: Cast, client_of: Clients) -> None:
    from sagsbarometer.web.reviewing.models import Overruling

    row, client = reading_of(cast), client_of(cast.rikke)
    answered(row, {**REFUSAL, "deadline": "state:not_relevant", "occasion": "follow_up"})
    answered(row, {"occasion": "new_application"})
    reply = hand_in(client, row)
    assert reply.status_code == 422
    assert "Ved en ny ansøgning gælder der en frist." in reply.content.decode()
    there = f"/laesning/{row.id}/kontrol/deadline_relevant_when_applied/"
    assert client.post(there, {"on_list": "1", "reason": ""}).status_code == 422
    assert client.post(there, {"on_list": "1", "reason": "CPR 010190-1234"}).status_code == 422
    assert not Overruling.objects.exists()
    assert client.post(there, {"on_list": "1", "reason": "Sagen er genoptaget"}).status_code == 302
    kept = Overruling.objects.get()
    assert b"genoptaget" not in bytes(kept.reason)
    assert "Begrundet:</strong> Sagen er genoptaget" in client.get(f"/laesning/{row.id}/").content.decode()
    assert client.post(there, {"on_list": "1", "reason": "Sendt to gange"}).status_code == 302
    assert Overruling.objects.count() == 1
    assert hand_in(client, row).status_code == 302


def test_a_reason_counts_only_for_the_answers_it_was_given_to(cast: Cast, client_of: Clients) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    answered(row, {**REFUSAL, "form": "none_in_file", "result": "refusal"})
    there = f"/laesning/{row.id}/kontrol/declared_form_found/"
    assert client.post(there, {"reason": "Brevet ligger der ikke"}).status_code == 302
    page = client.get(f"/laesning/{row.id}/").content.decode()
    assert "Brevet ligger der ikke" in page
    answered(row, {"form": "oral"})
    assert "Brevet ligger der ikke" not in client.get(f"/laesning/{row.id}/").content.decode()


def test_the_second_of_two_decides_whether_they_differ(cast: Cast, client_of: Clients) -> None:
    alike, apart = screened_in(cast, 2)
    for case, other in ((alike, {}), (apart, {"appeal_guidance_meets_25": False})):
        one, two = reading_of(cast, case=case, second=True), reading_of(cast, "rasmus", case=case, place=2)
        answered(one, REFUSAL)
        answered(two, {**REFUSAL, **other})
        assert hand_in(client_of(cast.rikke), one).status_code == 302
        one.review.refresh_from_db()
        assert not one.review.differs
        assert hand_in(client_of(cast.rasmus), two).status_code == 302
        one.review.refresh_from_db()
        assert one.review.differs is bool(other)


def test_why_a_reading_was_opened_again_is_told_to_its_reader(cast: Cast, client_of: Clients) -> None:
    from sagsbarometer.documents.vault import seal
    from sagsbarometer.web.events.acting import acting

    row, client = reading_of(cast), client_of(cast.rikke)
    with acting("system:tests", "test"):
        row.state = "reopened"
        about = f"reviewing_reading.reason:{row.id}"
        row.reason = seal(cast.home.keys.study(row.case.study_id), b"Se bilag 3 igen", about)
        row.save()
    assert "Se bilag 3 igen" in client.get(f"/laesning/{row.id}/").content.decode()
    answered(row, REFUSAL)
    assert hand_in(client, row).status_code == 302
    row.refresh_from_db()
    assert row.state == "submitted"


def test_what_the_municipality_declared_is_among_what_counts(cast: Cast, client_of: Clients) -> None:
    from sagsbarometer.web.planning.folders import form_of
    from sagsbarometer.web.reviewing.counting import counted

    row = reading_of(cast)
    answered(row, REFUSAL)
    hand_in(client_of(cast.rikke), row)
    (case,) = counted(cast.launched, form_of(cast.launched)).cases
    assert case.case.answers["declared_result"].value == "refusal"
    assert case.case.findings == []

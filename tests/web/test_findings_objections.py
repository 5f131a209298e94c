"""Objections: taken until the last day is over, answered by who did not read, and never changing a figure."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from sagsbarometer.kernel.dates import COPENHAGEN
from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.days_in_tests import set_clock, set_day
from tests.web.findings_in_tests import released_sheet, written
from tests.web.mails_in_tests import do_waiting

WORDS = "Borgeren blev hørt den 4. april, se bilag 3."


@pytest.fixture(autouse=True)
def _on_one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noon, so that the day is the same when a test asks for something and when it is told."""
    set_day(monkeypatch, date(2026, 11, 23))


def sheet_of(cast: Any, municipality: str = "902", **more: Any) -> Any:
    """A sheet that is shown, with four weeks to object."""
    today = timezone.localdate()
    days = {"object_until": today + timedelta(days=28), "tell_until": today + timedelta(days=84)}
    return released_sheet(cast, municipality, **(days | more))


def object_to(client: Any, sheet: Any, **sent: Any) -> Any:
    """An objection, sent."""
    return client.post(reverse("findings:object", args=[sheet.id]), {"words": WORDS, "once": "o1", **sent})


def one(**of: Any) -> Any:
    """The one objection there is."""
    from sagsbarometer.web.findings.models import Objection

    return Objection.objects.get(**of)


def decide(
    client: Any, row: Any, state: str = "upheld", reason: str = "Bilag 3 viser det.", revision: int = 0
) -> Any:
    """An answer to an objection, sent."""
    sent = {"state": state, "reason": reason, "revision": str(revision)}
    return client.post(reverse("findings:objection", args=[LAUNCHED, row.id]), sent)


def page(client: Any, sheet: Any) -> str:
    return str(client.get(reverse("findings:own_sheet", args=[sheet.id])).content.decode())


def test_an_objection_is_sent_once_locked_and_shown(cast: Any, client_of: Any) -> None:
    sheet = sheet_of(cast)
    client = client_of(cast.karla)
    assert "Gør indsigelse</h3>" in page(client, sheet)
    for _ in range(2):  # the second click of two
        assert object_to(client, sheet, part="fact_finding_defect").status_code == 302
    row = one()
    assert (row.part, row.state, row.by_id) == ("fact_finding_defect", "open", cast.karla.id)
    assert WORDS.encode() not in bytes(row.words)
    html = page(client, sheet)
    assert WORDS in html
    assert "Ikke besvaret" in html
    assert "Indsigelse sendt" in client.get(reverse("findings:own_sheets")).content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"words": ""}, "Skriv noget først"),
        ({"words": "x" * 4001}, "Skriv højst"),
        ({"words": "Borger 010190-1234"}, "CPR-nummer"),
        ({"words": "Borger 01 01 90 12 34"}, "CPR-nummer"),
        ({"words": "Borger 010190, 1234"}, "CPR-nummer"),
        ({"words": "Borger 010190(1234)"}, "CPR-nummer"),
        ({"words": "Borger 1990-01-01-1234"}, "CPR-nummer"),
        ({"part": "step_age"}, "Vælg, hvad indsigelsen handler om"),
    ],
)
def test_what_is_not_taken(cast: Any, client_of: Any, sent: dict[str, str], said: str) -> None:
    from sagsbarometer.web.findings.models import Objection

    sheet = sheet_of(cast)
    reply = object_to(client_of(cast.karla), sheet, **sent)
    assert reply.status_code == 422
    assert said in reply.content.decode()
    assert not Objection.objects.exists()


def at(monkeypatch: pytest.MonkeyPatch, day: date, hour: int, minute: int) -> None:
    """It is now that time in Copenhagen."""
    moment = datetime(day.year, day.month, day.day, hour, minute, 59, tzinfo=COPENHAGEN)
    set_clock(monkeypatch, lambda: moment)


# One on each side of a change of the clock, and on a leap day.
LAST_DAYS = [date(2027, 1, 4), date(2027, 3, 27), date(2027, 10, 30), date(2028, 2, 29), date(2027, 12, 31)]


@pytest.mark.parametrize("last", LAST_DAYS)
def test_the_last_minute_is_taken_and_the_next_is_refused(
    cast: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch, last: date
) -> None:
    from sagsbarometer.web.findings.models import Objection

    sheet = sheet_of(cast, object_until=last, tell_until=last)
    at(monkeypatch, last, 23, 59)
    client = client_of(cast.karla)
    assert "Gør indsigelse</h3>" in page(client, sheet)
    assert object_to(client, sheet, once="in").status_code == 302
    at(monkeypatch, last + timedelta(days=1), 0, 0)
    client = client_of(cast.karla)
    html = page(client, sheet)
    assert "Gør indsigelse</h3>" not in html
    assert "fristen udløb" in html
    late = object_to(client, sheet, once="late")
    assert late.status_code == 409
    assert "Fristen for indsigelse udløb" in late.content.decode()
    assert WORDS in late.content.decode()  # what was written is not lost
    assert Objection.objects.count() == 1
    assert object_to(client, sheet, once="in").status_code == 302  # the same form again is the same objection


def test_it_can_be_withdrawn_until_it_is_answered(cast: Any, client_of: Any) -> None:
    sheet = sheet_of(cast)
    client = client_of(cast.karla)
    object_to(client, sheet)
    away = reverse("findings:withdraw_objection", args=[one().id])
    assert client_of(cast.kim).post(away).status_code == 404
    assert client_of(cast.dorte).post(away).status_code == 404
    for _ in range(2):
        assert client.post(away).status_code == 302
    assert (one().state, one().revision) == ("withdrawn", 1)
    assert decide(client_of(cast.dorte), one(), revision=1).status_code == 409
    object_to(client, sheet, once="o2")
    open_ = one(state="open")
    assert decide(client_of(cast.dorte), open_, state="not_upheld").status_code == 302
    reply = client.post(reverse("findings:withdraw_objection", args=[open_.id]), follow=True)
    assert "besvaret imens" in reply.content.decode()
    open_.refresh_from_db()
    assert open_.state == "not_upheld"


def test_who_answers_has_not_read_the_case(cast: Any, client_of: Any) -> None:
    """Dorte decides doubts. A case she read herself she may see the objection to, and not answer it."""
    from tests.web.findings_in_tests import read_case, released

    other = sheet_of(cast)
    object_to(client_of(cast.karla), other)
    row = one()
    assert decide(client_of(cast.anna), row).status_code == 403  # an analyst may see it
    for stranger in (cast.rikke, cast.gorm, cast.karla, cast.sune):
        assert decide(client_of(stranger), row).status_code in (403, 404)
    until = timezone.localdate() + timedelta(days=5)
    own = released(read_case(cast, "902", who="dorte"), object_until=until, tell_until=until)
    object_to(client_of(cast.karla), own, once="own")
    mine = one(sheet=own)
    dorte = client_of(cast.dorte)
    assert dorte.get(reverse("findings:objection", args=[LAUNCHED, mine.id])).status_code == 200
    assert decide(dorte, mine).status_code == 403
    assert decide(dorte, row).status_code == 302
    mine.refresh_from_db()
    assert mine.state == "open"


def test_who_began_to_read_it_and_handed_it_over_does_not_answer(cast: Any, client_of: Any) -> None:
    from tests.web.readings_in_tests import answered, reading_of

    sheet = sheet_of(cast)
    object_to(client_of(cast.karla), sheet)
    for place, begins in ((7, False), (8, True)):  # only given it, then begun on it
        reading = reading_of(cast, "dorte", case=sheet.case, place=place, second=False)
        if begins:
            answered(reading, {"occasion": "new_application"})
        with acting("system:tests", "handed over"):
            reading.handed_over_at = timezone.now()
            reading.save()
        html = (
            client_of(cast.dorte)
            .get(reverse("findings:objection", args=[LAUNCHED, one().id]))
            .content.decode()
        )
        assert ("Gem svaret" in html) is not begins
    assert decide(client_of(cast.dorte), one()).status_code == 403


def test_who_wrote_a_number_of_the_sheet_does_not_answer(cast: Any, client_of: Any) -> None:
    sheet = sheet_of(cast)
    object_to(client_of(cast.karla), sheet)
    here = reverse("findings:objection", args=[LAUNCHED, one().id])
    dorte = client_of(cast.dorte)
    assert "Gem svaret" in dorte.get(here).content.decode()
    written(sheet.case, by=cast.dorte)  # the next number, which nobody was shown
    assert "Gem svaret" not in dorte.get(here).content.decode()
    assert decide(dorte, one()).status_code == 403
    assert one().state == "open"


def test_an_answer_has_a_reason_is_locked_and_final_and_the_municipality_is_told(
    cast: Any, client_of: Any
) -> None:
    sheet = sheet_of(cast)
    object_to(client_of(cast.karla), sheet)
    row, dorte = one(), client_of(cast.dorte)
    assert decide(dorte, row, reason="").status_code == 422
    assert decide(dorte, row, state="withdrawn").status_code == 422
    assert decide(dorte, row, reason="Borger 010190-1234").status_code == 422
    for _ in range(2):  # the second click of two
        assert decide(dorte, row).status_code == 302
    assert decide(dorte, row, state="not_upheld", revision=1).status_code == 409
    row.refresh_from_db()
    assert (row.state, row.answered_by_id) == ("upheld", cast.dorte.id)
    assert b"Bilag 3" not in bytes(row.reason)
    html = dorte.get(reverse("findings:objection", args=[LAUNCHED, row.id])).content.decode()
    assert "Skriv et nyt nummer af fundet" in html
    do_waiting()
    sent = [item for item in mail.outbox if "indsigelse" in item.subject]
    assert [item.to for item in sent] == [[cast.karla.email]]
    assert reverse("findings:own_sheet", args=[sheet.id]) in sent[0].body
    for words in (WORDS, "Bilag 3", "følge", "902", sheet.case_id):
        assert words not in sent[0].body
    told = page(client_of(cast.karla), sheet)
    assert "Bilag 3 viser det." in told
    assert "Taget til følge" in told
    listed = client_of(cast.karla).get(reverse("findings:own_sheets")).content.decode()
    assert "Indsigelse besvaret" in listed


def test_a_municipality_without_a_contact_is_written_to_at_its_own_address(cast: Any, client_of: Any) -> None:
    sheet = sheet_of(cast)
    object_to(client_of(cast.karla), sheet)
    with acting("system:tests", "roles"):
        cast.karla.memberships.all().delete()
    assert decide(client_of(cast.dorte), one()).status_code == 302
    do_waiting()
    address = sheet.case.request.authority.email
    assert [item.to for item in mail.outbox if "indsigelse" in item.subject] == [[address]]


def test_the_open_ones_are_first_and_the_list_is_the_houses(cast: Any, client_of: Any) -> None:
    first, second = sheet_of(cast), sheet_of(cast)
    client = client_of(cast.karla)
    object_to(client, first, once="a")
    object_to(client, second, once="b")
    decide(client_of(cast.dorte), one(sheet=first))
    html = client_of(cast.anna).get(reverse("findings:objections", args=[LAUNCHED])).content.decode()
    assert 0 < html.index(one(sheet=second).id) < html.index(one(sheet=first).id)
    assert client.get(reverse("findings:objections", args=[LAUNCHED])).status_code == 404


def test_reading_an_objection_is_an_event(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.events.models import Event

    sheet = sheet_of(cast)
    object_to(client_of(cast.karla), sheet)
    client_of(cast.anna).get(reverse("findings:objection", args=[LAUNCHED, one().id]))
    seen = Event.objects.get(act="read_objection")
    assert (seen.actor, seen.case, seen.purpose) == (cast.anna.id, sheet.case_id, "objections")


def test_two_who_answer_at_once_make_one_answer(cast: Any, client_of: Any, databases: str) -> None:
    from sagsbarometer.web.accounts.models import Membership
    from sagsbarometer.web.events.models import Event

    sheet = sheet_of(cast)
    object_to(client_of(cast.karla), sheet)
    row = one()
    with acting("system:tests", "roles"):
        Membership.objects.create(user=cast.sune, role="adjudicator", study_id=LAUNCHED)
    work = [(client_of(cast.dorte), "upheld"), (client_of(cast.sune), "not_upheld")] * 3
    replies: list[tuple[str, int]] = []

    def post(client: Any, state: str) -> None:
        try:
            replies.append((state, decide(client, row, state=state).status_code))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post, args=item) for item in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row.refresh_from_db()
    assert row.revision == 1
    assert {state for state, status in replies if status == 302} == {row.state}
    assert {status for state, status in replies if state != row.state} == {409}
    assert Event.objects.filter(thing="findings_objection", thing_id=row.id, act="update").count() == 1

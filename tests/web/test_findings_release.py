"""Sheets released over HTTP: only what stands, dated, told of beforehand, and all at once."""

from __future__ import annotations

import re
import threading
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.days_in_tests import set_day
from tests.web.findings_in_tests import read_case, released_sheet, written
from tests.web.mails_in_tests import do_waiting

DAYS = {"object_until": "2027-01-04", "tell_until": "2027-03-01"}


@pytest.fixture(autouse=True)
def _while_its_days_are_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    set_day(monkeypatch, date(2026, 11, 23))


def page() -> str:
    """Where they are released."""
    return str(reverse("findings:release", args=[LAUNCHED]))


def ready(cast: Any, municipality: str = "902", **more: Any) -> Any:
    """A sheet that is ready, of a locked case."""
    return written(read_case(cast, municipality, **more), state="ready")


def hidden(html: str) -> dict[str, list[str]]:
    """The hidden fields of the confirming page."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', html):
        found.setdefault(name, []).append(value)
    return found


def confirmed(client: Any, *sheets: Any, **days: str) -> dict[str, list[str]]:
    """Asks to release, and gives what the confirming page would send."""
    reply = client.post(
        page(), {"step": "check", "sheet": [row.id for row in sheets], "once": "o" * 24, **DAYS, **days}
    )
    assert reply.status_code == 200, re.findall(
        r'<ul class="alert-text">.*?</ul>', reply.content.decode(), re.S
    )
    return hidden(reply.content.decode())


def test_the_days_proposed_are_working_days_four_and_twelve_weeks_ahead(
    cast: Any, client_of: Any, monkeypatch: Any
) -> None:
    """From 26 November 2026 four weeks end on 24 December: moved past Christmas to the 28th."""
    ready(cast)
    set_day(monkeypatch, date(2026, 11, 26))
    html = client_of(cast.anna).get(page()).content.decode()
    assert 'name="object_until" value="2026-12-28"' in html
    assert 'name="tell_until" value="2027-02-18"' in html


def test_only_what_is_ready_locked_and_unchanged_can_be_released(cast: Any, client_of: Any) -> None:
    good = ready(cast)
    open_case, draft, changed = ready(cast, locked=False), written(read_case(cast)), ready(cast)
    with acting("system:tests", "changed"):
        changed.answers = "0" * 64
        changed.save()
    client = client_of(cast.anna)
    html = client.get(page()).content.decode()
    assert good.id in html
    assert not any(row.id in html for row in (open_case, draft, changed))
    for row in (open_case, draft, changed):
        reply = client.post(page(), {"step": "check", "sheet": [row.id], "once": "x", **DAYS})
        assert reply.status_code == 422
        row.refresh_from_db()
        assert row.state != "released"


def test_it_is_told_what_happens_and_then_all_of_it_happens_once(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.events.models import Event
    from sagsbarometer.web.findings.models import SheetRelease

    sheets = [ready(cast), ready(cast), ready(cast, "905")]
    client = client_of(cast.anna)
    html = client.post(
        page(), {"step": "check", "sheet": [row.id for row in sheets], "once": "o" * 24, **DAYS}
    ).content
    text = html.decode()
    assert "Frigiv 3 fund?" in text
    assert "Ingen kontakt kan få besked i" in text  # 905 has none
    assert not SheetRelease.objects.exists()
    for _ in range(2):
        assert client.post(page(), hidden(text)).status_code == 302
    release = SheetRelease.objects.get()
    assert (release.object_until, release.tell_until) == (date(2027, 1, 4), date(2027, 3, 1))
    for row in sheets:
        row.refresh_from_db()
        assert (row.state, row.release_id) == ("released", release.id)
    assert Event.objects.filter(purpose="releasing findings", thing="findings_sheet").count() == 3
    do_waiting()
    assert [message.to for message in mail.outbox] == [["karla@example.dk"]]


def test_a_mail_has_an_address_and_nothing_of_a_case(cast: Any, client_of: Any) -> None:
    sheet = ready(cast)
    client = client_of(cast.anna)
    client.post(page(), confirmed(client, sheet))
    do_waiting()
    (message,) = mail.outbox
    text = f"{message.subject}\n{message.body}"
    assert "/kommune/fund/" in text
    assert "4. januar 2027" in text
    for word in (
        "mangel",
        "Mangel",
        sheet.id,
        sheet.case_id,
        f"sag {sheet.case.number}",
        "Hjemvist",
        "stadf",
    ):
        assert word not in text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"object_until": ""}, "Skriv en dato"),
        ({"object_until": "2020-01-02"}, "efter i dag"),
        ({"object_until": "2027-01-02"}, "arbejdsdag"),
        ({"tell_until": "2026-12-30"}, "lige så lang tid"),
        ({"sheet": []}, "Vælg mindst ét"),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    cast: Any, client_of: Any, changed: dict[str, Any], told: str
) -> None:
    sheet = ready(cast)
    sent = {"step": "release", "sheet": [sheet.id], "once": "x", **DAYS, **changed}
    reply = client_of(cast.anna).post(page(), sent)
    assert reply.status_code == 422
    assert told in reply.content.decode()
    sheet.refresh_from_db()
    assert sheet.state == "ready"


def test_what_was_changed_after_it_was_seen_through_is_not_released(cast: Any, client_of: Any) -> None:
    sheets = [ready(cast), ready(cast)]
    client = client_of(cast.anna)
    sent = confirmed(client, *sheets)
    with acting("system:tests", "changed"):
        sheets[0].revision += 1
        sheets[0].save()
    assert client.post(page(), sent).status_code == 409
    for row in sheets:
        row.refresh_from_db()
        assert row.state == "ready"  # all, or none


def test_a_case_let_free_meanwhile_is_not_released(cast: Any, client_of: Any) -> None:
    sheet = ready(cast)
    client = client_of(cast.anna)
    sent = confirmed(client, sheet)
    with acting("system:tests", "unlocked"):
        sheet.case.review.locked_at = None
        sheet.case.review.save()
    assert client.post(page(), sent).status_code == 422
    sheet.refresh_from_db()
    assert sheet.state == "ready"


def test_two_who_release_at_once_release_once(databases: str, cast: Any, client_of: Any) -> None:
    from django.db import connections

    from sagsbarometer.web.findings.models import SheetRelease

    sheet = ready(cast)
    clients = [client_of(cast.anna) for _ in range(2)]
    sent = [{**confirmed(client, sheet), "once": [f"{number}" * 24]} for number, client in enumerate(clients)]
    replies: list[int] = []

    def release(number: int) -> None:
        try:
            replies.append(clients[number].post(page(), sent[number]).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=release, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(replies)[0] == 302
    assert sorted(replies)[1] in (409, 422)
    assert SheetRelease.objects.count() == 1


def test_a_correction_is_a_new_number_released_anew_and_both_stay(cast: Any, client_of: Any) -> None:
    first = released_sheet(cast)
    client = client_of(cast.anna)
    client.post(reverse("findings:sheet", args=[LAUNCHED, first.case_id]), {"do": "new", "number": "1"})
    second = first.case.sheets.get(number=2)
    assert client_of(cast.karla).get(reverse("findings:own_pdf", args=[second.id])).status_code == 404
    with acting("system:tests", "ready"):
        second.state = "ready"
        second.save()
    assert client.post(page(), confirmed(client, second)).status_code == 302
    for row in (first, second):
        assert client_of(cast.karla).get(reverse("findings:own_pdf", args=[row.id])).status_code == 200


def test_an_adjudicator_and_a_reader_do_not_release(cast: Any, client_of: Any) -> None:
    sheet = ready(cast)
    sent = {"step": "release", "sheet": [sheet.id], "once": "x", **DAYS}
    assert client_of(cast.dorte).post(page(), sent).status_code == 403
    assert client_of(cast.rikke).post(page(), sent).status_code == 404
    sheet.refresh_from_db()
    assert sheet.state == "ready"


def test_a_case_let_free_in_the_very_moment_is_not_released(
    cast: Any, client_of: Any, monkeypatch: Any
) -> None:
    """The list was read before the other's unlocking was in: what is held is asked again."""
    from dataclasses import replace

    from sagsbarometer.web.findings import releasing

    sheet = ready(cast)
    client = client_of(cast.anna)
    sent = confirmed(client, sheet)
    read_before = releasing.lines_of
    monkeypatch.setattr(
        releasing, "lines_of", lambda *given: [replace(line, locked=True) for line in read_before(*given)]
    )
    with acting("system:tests", "unlocked"):
        sheet.case.review.locked_at = None
        sheet.case.review.save()
    assert client.post(page(), sent).status_code == 409
    sheet.refresh_from_db()
    assert sheet.state == "ready"


def test_the_key_of_another_studys_release_is_no_error(cast: Any, client_of: Any, databases: str) -> None:
    from sagsbarometer.web.findings.models import SheetRelease

    sheet = ready(cast)
    client = client_of(cast.anna)
    sent = confirmed(client, sheet)
    with acting("system:tests", "elsewhere"):
        SheetRelease.objects.create(study=cast.closed, once=sent["once"][0], by=cast.anna, **DAYS)
    assert client.post(page(), sent).status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == "released"


def test_contacts_are_those_of_the_study_who_can_sign_in(cast: Any) -> None:
    from sagsbarometer.web.findings.releasing import contacts

    assert contacts(LAUNCHED, {"901", "905"}) == {
        "901": sorted([cast.kim.id, cast.kaj.id])
    }  # klaus is of another
    with acting("system:tests", "closed"):
        kim = cast.kim
        kim.is_active = False
        kim.save()
    assert contacts(LAUNCHED, {"901"}) == {"901": [cast.kaj.id]}

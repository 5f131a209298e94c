"""The calendar of a study: its own days between the holidays, and the file for another calendar."""

from __future__ import annotations

from typing import Any

from tests.web.test_planning import FILLED, make


def test_days_stand_with_holidays_and_as_a_file(cast: Any, client_of: Any) -> None:
    client = client_of(cast.anna)
    study = make(client)
    given = FILLED["kalender"] | {"call_in_on": "2027-02-25", "notice_on": "2027-02-01", "revision": 0}
    assert client.post(f"/studier/{study.id}/plan/kalender/", given).status_code == 302
    page = client.get(f"/studier/{study.id}/kalender/").content.decode()
    # Four weeks from Thursday 25 February 2027 is Maundy Thursday, 25 March: Tuesday after Easter.
    assert "skærtorsdag" in page
    assert "tirsdag 30.</time> <strong>Frist til at aflevere" in page
    assert "Påskedag" not in page or "Marts 2027" in page
    # A month in which nothing of the study happens is not there, whatever holidays it has.
    assert "<h2>Juni 2027</h2>" in page
    assert "<h2>Maj 2027</h2>" not in page
    assert "Kristi himmelfartsdag" not in page
    reply = client.get(f"/studier/{study.id}/kalender.ics")
    lines = reply.content.decode().split("\r\n")
    assert reply["Content-Type"].startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20270330" in lines
    assert "DTEND;VALUE=DATE:20270331" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "skærtorsdag" not in reply.content.decode()

"""The municipality's own sheets: which it sees, what is written down of it, and what it never sees."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.days_in_tests import set_day
from tests.web.findings_in_tests import read_case, released, released_sheet, written


@pytest.fixture(autouse=True)
def _on_one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noon, so that the day is the same when a test asks for something and when it is told."""
    set_day(monkeypatch, date(2026, 11, 23))


def today() -> date:
    return timezone.localdate()


def shown(cast: Any, municipality: str = "902", **more: Any) -> Any:
    """A sheet that is shown, with four weeks to object."""
    days = {"object_until": today() + timedelta(days=28), "tell_until": today() + timedelta(days=84)}
    return released_sheet(cast, municipality, **(days | more))


def page(client: Any, sheet: Any) -> str:
    reply = client.get(reverse("findings:own_sheet", args=[sheet.id]))
    assert reply.status_code == 200
    return str(reply.content.decode())


def test_only_what_was_released_of_own_cases_is_there(cast: Any, client_of: Any) -> None:
    mine, theirs = shown(cast, "902"), shown(cast, "905")
    draft = written(read_case(cast, "902"))
    ready = written(read_case(cast, "902"), state="ready")
    client = client_of(cast.karla)
    listed = client.get(reverse("findings:own_sheets")).content.decode()
    assert reverse("findings:own_sheet", args=[mine.id]) in listed
    assert mine.case.study.name in listed
    for other in (theirs, draft, ready):
        assert other.id not in listed
        assert client.get(reverse("findings:own_sheet", args=[other.id])).status_code == 404
        for name in ("object", "tell"):
            assert client.post(reverse(f"findings:{name}", args=[other.id])).status_code == 404
    assert "Sagen var ikke oplyst godt nok." in page(client, mine)
    for stranger in (cast.kim, cast.anna, cast.rikke, cast.dorte):
        assert client_of(stranger).get(reverse("findings:own_sheet", args=[mine.id])).status_code == 404


def test_who_is_disqualified_sees_nothing(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.accounts.models import Disqualification

    sheet = shown(cast)
    with acting("system:tests", "disqualified"):
        Disqualification.objects.create(user=cast.karla, case=sheet.case, reason="family", made_by=cast.anna)
    client = client_of(cast.karla)
    assert client.get(reverse("findings:own_sheet", args=[sheet.id])).status_code == 404
    assert sheet.id not in client.get(reverse("findings:own_sheets")).content.decode()


def test_each_reading_is_one_event_with_its_purpose(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.events.models import Event

    sheet = shown(cast)
    client = client_of(cast.karla)
    for times in (1, 2):
        page(client, sheet)
        seen = Event.objects.filter(act="read_sheet", thing_id=sheet.id)
        assert seen.count() == times
    last = seen.order_by("-seq")[0]
    assert (last.actor, last.study, last.case) == (cast.karla.id, LAUNCHED, sheet.case_id)
    assert last.purpose == "se fund i egen sag"


def test_the_own_number_is_there_and_nobody_who_read_the_case(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.delivering.keeping import seal_number

    sheet = shown(cast)
    with acting("system:tests", "number"):
        seal_number(sheet.case, "SAG-902-77")
        sheet.case.save()
    html = page(client_of(cast.karla), sheet)
    assert "SAG-902-77" in html
    assert cast.rikke.name not in html
    assert cast.anna.name not in html
    assert sheet.case_id not in html
    assert "<script" not in html
    assert "SAG-902-77" in client_of(cast.karla).get(reverse("findings:own_sheets")).content.decode()


def test_an_earlier_number_stays_readable_and_points_to_the_newest(cast: Any, client_of: Any) -> None:
    first = shown(cast, words="Det første fund.")
    until = today() + timedelta(days=28)
    second = released(first.case, words="Det andet fund.", object_until=until, tell_until=until)
    client = client_of(cast.karla)
    old, new = page(client, first), page(client, second)
    assert "Det første fund." in old
    assert "nyere fund" in old
    assert reverse("findings:own_sheet", args=[second.id]) in old
    assert "Gør indsigelse</h3>" not in old
    assert "Det andet fund." in new
    assert reverse("findings:own_sheet", args=[first.id]) in new
    listed = client.get(reverse("findings:own_sheets")).content.decode()
    assert second.id in listed
    assert first.id not in listed
    late = client.post(reverse("findings:object", args=[first.id]), {"words": "Vi er uenige."})
    assert late.status_code == 409
    assert "nyere fund" in late.content.decode()


def test_the_front_of_the_municipality_leads_there(cast: Any, client_of: Any) -> None:
    client = client_of(cast.karla)
    mine = reverse("delivering:mine")
    assert reverse("findings:own_sheets") not in client.get(mine).content.decode()
    shown(cast)
    assert reverse("findings:own_sheets") in client.get(mine).content.decode()
    empty = client_of(cast.kim).get(reverse("findings:own_sheets"))
    assert "Ingen fund i jeres sager er frigivet" in empty.content.decode()


@pytest.mark.parametrize(("state", "takes"), [("closed", 302), ("archived", 409)])
def test_a_study_that_is_over_still_takes_answers_and_one_that_is_put_away_does_not(
    cast: Any, client_of: Any, state: str, takes: int
) -> None:
    sheet = shown(cast)
    with acting("system:tests", "state"):
        study = cast.launched
        study.state = state
        study.save()
    client = client_of(cast.karla)
    page(client, sheet)
    sent = client.post(reverse("findings:object", args=[sheet.id]), {"words": "Vi er uenige."})
    assert sent.status_code == takes


def test_after_a_purge_the_page_says_that_it_is_gone(cast: Any, client_of: Any, workplace: Any) -> None:
    from sagsbarometer.web.accounts.models import Membership
    from sagsbarometer.web.findings.models import Objection
    from sagsbarometer.web.keeping.purge import purge

    sheet = shown(cast)
    client = client_of(cast.karla)
    client.post(reverse("findings:object", args=[sheet.id]), {"words": "Plantede ord.", "once": "a"})
    told = {"did": "maintained", "on": str(today()), "reason": "Plantet grund.", "told": "no", "number": "0"}
    assert client.post(reverse("findings:tell", args=[sheet.id]), told).status_code == 302
    assert "Plantede ord." in page(client, sheet)
    assert "Plantet grund." in page(client, sheet)
    assert b"Plantede ord." not in bytes(Objection.objects.get().words)
    with acting("system:tests", "put away"):
        # Who is here for nothing but a study that is purged is gone with it.
        Membership.objects.create(user=cast.karla, role="municipal_contact", municipality="902")
        study = cast.launched
        study.state = "archived"
        study.save()
    purge(workplace.home, LAUNCHED, "system:tests")
    html = page(client, sheet)
    assert "slettet" in html
    for words in ("Plantede ord.", "Plantet grund.", "Sagen var ikke oplyst"):
        assert words not in html
    assert "Ikke besvaret" in html

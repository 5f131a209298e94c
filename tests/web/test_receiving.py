"""Screening over HTTP: the verdict, two people at once, replacing, sending back, and what the pages count."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.readings_in_tests import reading_of, screened_in, submitted


def page(client: Any, name: str, *ids: str, status: int = 200) -> str:
    """A page of the study, read."""
    reply = client.get(reverse(f"receiving:{name}", args=[LAUNCHED, *ids]))
    assert reply.status_code == status, reply.content[:400]
    return str(reply.content.decode())


def hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found.group(1)


def judge(client: Any, case: Any, html: str, **more: Any) -> Any:
    """Sends the form of the case page `html`."""
    address = reverse("receiving:case", args=[LAUNCHED, case.id])
    return client.post(address, {"revision": hidden(html, "revision"), "once": hidden(html, "once"), **more})


def events(act: str | None = None) -> Any:
    """The events so far."""
    from sagsbarometer.web.events.models import Event

    return Event.objects.filter(act=act) if act else Event.objects.all()


def screening(case: Any) -> Any:
    """The verdict on a case."""
    from sagsbarometer.web.receiving.models import Screening

    return Screening.objects.filter(case=case).first()


@pytest.fixture
def open_case(cast: Any) -> Any:
    """One that waits."""
    return cast.case("901")


def test_a_case_is_taken_in_with_what_was_found(cast: Any, client_of: Any, open_case: Any) -> None:
    client = client_of(cast.rikke)
    reply = judge(
        client,
        open_case,
        page(client, "case", open_case.id),
        verdict="in",
        as_declared="1",
        found_form="oral",
    )
    assert reply.status_code == 302
    row = screening(open_case)
    assert (row.verdict, row.reasons, row.by_id, row.finding) == ("in", [], cast.rikke.id, False)
    assert row.found["form"] == "oral"  # typed: stands above what was declared
    assert row.found["decision_date"] == open_case.declared["decision_date"]
    assert "provision" not in row.found  # nobody declared it
    assert row.found_states["form"] == "answered"
    open_case.refresh_from_db()
    assert open_case.state == "screened_in"


def test_a_date_typed_as_danes_do_is_a_date_and_what_cannot_be_seen_is_a_state(
    cast: Any, client_of: Any, open_case: Any
) -> None:
    client = client_of(cast.rikke)
    html = page(client, "case", open_case.id)
    judge(
        client,
        open_case,
        html,
        verdict="in",
        found_decision_date="11-05-2026",
        found_occasion="cannot_be_seen",
    )
    row = screening(open_case)
    assert row.found == {"decision_date": "2026-05-11"}
    assert row.found_states == {"decision_date": "answered", "occasion": "cannot_be_seen"}
    assert "kan ikke ses" in page(client, "case", open_case.id)


def test_reading_a_case_is_one_event_and_changing_it_is_told(
    cast: Any, client_of: Any, open_case: Any
) -> None:
    client = client_of(cast.rikke)
    before = events("read_case").count()
    html = page(client, "case", open_case.id)
    assert events("read_case").count() == before + 1
    last = events("read_case").latest("seq")
    assert (last.actor, last.case, last.purpose) == (cast.rikke.id, open_case.id, "screening")
    seen = events().count()
    judge(client, open_case, html, verdict="in")
    assert {(event.act, event.thing) for event in events().filter(seq__gt=seen)} == {
        ("insert", "receiving_screening"), ("update", "delivering_case"),
    }  # fmt: skip


def test_a_case_goes_out_with_reasons_and_a_locked_remark(cast: Any, client_of: Any, open_case: Any) -> None:
    client = client_of(cast.rikke)
    html = page(client, "case", open_case.id)
    judge(
        client,
        open_case,
        html,
        verdict="out",
        reasons=["appealed", "outside_period"],
        remark="Klagen lå bagest i sagen",
    )
    row = screening(open_case)
    assert row.reasons == ["appealed", "outside_period"]
    assert b"Klagen" not in bytes(row.remark)
    assert "Klagen lå bagest i sagen" in page(client, "case", open_case.id)
    assert not any(b"bagest" in bytes(event.content) for event in events())


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Vælg, om sagen er med eller udgår."),
        ({"verdict": "out"}, "Vælg mindst én årsag"),
        ({"verdict": "in", "reasons": "appealed"}, "har ingen årsag til at udgå"),
        ({"verdict": "out", "reasons": "fordi"}, "En af årsagerne findes ikke."),
        ({"verdict": "in", "found_decision_date": "i går"}, "svaret kan ikke læses"),
        ({"verdict": "in", "remark": "ringede til 310282-1234"}, "ligner noget med et CPR-nummer"),
        ({"verdict": "in", "remark": "x" * 2001}, "for lang"),
    ],
)
def test_a_form_with_faults_saves_nothing_and_keeps_what_was_typed(
    cast: Any, client_of: Any, open_case: Any, sent: dict[str, Any], said: str
) -> None:
    client = client_of(cast.rikke)
    reply = judge(client, open_case, page(client, "case", open_case.id), **sent, found_result="grant")
    assert reply.status_code == 422
    html = reply.content.decode()
    assert said in html
    assert '<option value="grant" selected>' in html
    assert 'href="#id_' in html
    assert screening(open_case) is None


def test_two_people_at_once_get_a_page_with_both(cast: Any, client_of: Any, open_case: Any) -> None:
    first, second = client_of(cast.rikke), client_of(cast.rasmus)
    mine, theirs = page(first, "case", open_case.id), page(second, "case", open_case.id)
    judge(first, open_case, mine, verdict="out", reasons="appealed")
    reply = judge(second, open_case, theirs, verdict="in", remark="Den er fin")
    html = reply.content.decode()
    assert reply.status_code == 409
    assert "Rikke Opdigtet" in html
    assert "Påklaget" in html
    assert "Med i målingen" in html
    assert screening(open_case).verdict == "out"
    # To keep one's own is to send it again, on what is there now.
    again = second.post(
        reverse("receiving:case", args=[LAUNCHED, open_case.id]),
        {name: hidden(html, name) for name in ("revision", "once", "verdict", "remark")},
    )
    assert again.status_code == 302
    assert (screening(open_case).verdict, screening(open_case).revision) == ("in", 2)


def test_a_double_click_is_one_verdict(cast: Any, client_of: Any, open_case: Any) -> None:
    client = client_of(cast.rikke)
    html = page(client, "case", open_case.id)
    replies = [judge(client, open_case, html, verdict="in") for _ in range(2)]
    assert [reply.status_code for reply in replies] == [302, 302]
    assert screening(open_case).revision == 1


def test_a_verdict_is_undone_and_the_case_waits_again(cast: Any, client_of: Any, open_case: Any) -> None:
    client = client_of(cast.rikke)
    judge(client, open_case, page(client, "case", open_case.id), verdict="out", reasons="appealed")
    html = page(client, "case", open_case.id)
    address = reverse("receiving:undo", args=[LAUNCHED, open_case.id])
    for _ in range(2):  # twice is once
        assert client.post(address, {"revision": hidden(html, "revision")}).status_code == 302
    open_case.refresh_from_db()
    assert (open_case.state, screening(open_case)) == ("submitted", None)


def _out(cast: Any, client_of: Any, case: Any) -> Any:
    client = client_of(cast.anna)
    judge(client, case, page(client, "case", case.id), verdict="out", reasons="appealed")
    return client


def test_a_case_that_went_out_is_replaced_by_the_next_of_its_kind(cast: Any, client_of: Any) -> None:
    case = cast.case("903")  # 903 has delivered
    client = _out(cast, client_of, case)
    html = page(client, "replace", case.id)
    assert "Næste sag af samme slags" in html
    address = reverse("receiving:replace", args=[LAUNCHED, case.id])
    sent = {"revision": hidden(html, "revision"), "once": hidden(html, "once")}
    for _ in range(2):  # a double click asks once
        assert client.post(address, sent).status_code == 302
    from sagsbarometer.web.delivering.models import Case

    new = Case.objects.get(replaces=case)
    request = cast.request("903")
    assert (new.state, new.stratum, new.number, new.municipality) == ("draft", "alle", 5, "903")
    assert (request.wanted, request.state) == ({"alle": 5}, "reopened")
    # Now nothing of the verdict can be changed: the municipality has been asked.
    html = page(client, "case", case.id)
    assert "kan ikke ændres mere" in html
    for name in ("undo", "case"):
        reply = client.post(
            reverse(f"receiving:{name}", args=[LAUNCHED, case.id]), {"revision": "1", "verdict": "in"}
        )
        assert reply.status_code == 409
    assert screening(case).verdict == "out"


def test_only_who_plans_replaces_and_sends_back(cast: Any, client_of: Any, open_case: Any) -> None:
    _out(cast, client_of, open_case)
    reader = client_of(cast.rikke)
    assert reader.get(reverse("receiving:replace", args=[LAUNCHED, open_case.id])).status_code == 403
    assert reader.post(reverse("receiving:return", args=[LAUNCHED, open_case.id])).status_code == 403


def test_a_case_is_sent_back_with_a_reason_from_the_list(cast: Any, client_of: Any) -> None:
    case = cast.case("903")
    client = client_of(cast.anna)
    address = reverse("receiving:return", args=[LAUNCHED, case.id])
    html = page(client, "return", case.id)
    revision = {"revision": hidden(html, "revision"), "once": hidden(html, "once")}
    assert client.post(address, {**revision, "reason": "fordi"}).status_code == 422
    # Somebody else has had the case since this page was opened.
    assert client.post(address, {"revision": "7", "reason": "unreadable"}).status_code == 409
    assert client.post(address, {**revision, "reason": "unreadable"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, cast.request("903").state) == ("returned", "reopened")
    # The same click once more.
    assert client.post(address, {**revision, "reason": "unreadable"}).status_code == 302
    assert case.returns.count() == 1


def test_who_is_partial_meets_the_case_nowhere(cast: Any, client_of: Any) -> None:
    client, case = client_of(cast.disa), cast.case("903")
    html = page(client, "queue")
    assert case.id not in html
    assert cast.case("901").id in html
    page(client, "case", case.id, status=404)


def test_a_draft_is_the_municipalitys_own(cast: Any, client_of: Any) -> None:
    page(client_of(cast.anna), "case", cast.case("901", "draft").id, status=404)


def test_a_case_is_not_found_under_another_study(cast: Any, client_of: Any, open_case: Any) -> None:
    reply = client_of(cast.anna).get(reverse("receiving:case", args=[cast.closed.id, open_case.id]))
    assert reply.status_code == 404


@pytest.mark.parametrize(
    "name", ["collection", "exclusions", "burden", "collection_csv", "exclusions_csv", "burden_csv"]
)
def test_municipal_people_see_nothing_of_the_collection(cast: Any, client_of: Any, name: str) -> None:
    for who in (cast.kim, cast.nina):
        assert client_of(who).get(reverse(f"receiving:{name}", args=[LAUNCHED])).status_code == 404


def test_the_collection_counts_what_is_there(cast: Any, client_of: Any) -> None:
    html = page(client_of(cast.sune), "collection")
    # 98 municipalities were asked for 4; of the cast's cases 9 are delivered, 4 of them taken in and 1 out.
    assert "392" in html
    assert "9: 4 med, 1 udgået, 4 venter på sortering" in " ".join(html.split())
    assert html.count("<g transform=") == 98
    assert "style=" not in html
    assert "<script" not in html.partition("<main")[2]


def test_what_is_left_to_read_falls_with_each_reading_and_tells_nobody_of_a_blind_one(
    cast: Any, client_of: Any
) -> None:
    from sagsbarometer.web.reviewing.finding import handed_in

    def weeks(person: Any) -> str:
        found = re.search(
            r'workplace-number">([\d,]+)</p>\s*<p>læseuger', page(client_of(person), "collection")
        )
        assert found
        return found.group(1)

    first, other, *more = screened_in(cast, 12)
    before = weeks(cast.anna)
    mine, theirs = reading_of(cast, case=first), reading_of(cast, "rasmus", case=first, place=2)
    submitted(theirs)
    assert (handed_in(LAUNCHED, cast.anna.pk), handed_in(LAUNCHED, mine.reader_id)) == (1, 0)
    assert handed_in(LAUNCHED, theirs.reader_id) == 1
    submitted(mine)
    assert handed_in(LAUNCHED, mine.reader_id) == 2
    practice = reading_of(cast, case=other)
    submitted(practice)
    with acting("system:tests", "readings"):
        practice.review.use = "learning"
        practice.review.save()
    assert handed_in(LAUNCHED, cast.anna.pk) == 2
    for case in more:
        submitted(reading_of(cast, case=case))
    assert float(weeks(cast.anna).replace(",", ".")) < float(before.replace(",", "."))
    assert "12 læsninger er afleveret" in page(client_of(cast.anna), "collection")


def table(client: Any, name: str) -> list[list[str]]:
    """A CSV of the study."""
    reply = client.get(reverse(f"receiving:{name}", args=[LAUNCHED]))
    assert reply["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig")), delimiter=";"))


def test_the_files_say_what_the_pages_say(cast: Any, client_of: Any, open_case: Any) -> None:
    client = _out(cast, client_of, open_case)
    rows = {row[0]: row for row in table(client, "collection_csv")}
    assert rows["Kode"][2:10] == [
        "Bedt om",
        "Mangler",
        "Afleveret",
        "Har ikke",
        "Flere end bedt om",
        "Med",
        "Udgået",
        "Venter",
    ]
    assert rows["901"][2:10] == ["4", "3", "1", "0", "0", "0", "1", "0"]
    assert ["Påklaget", "1", "1"] in table(client, "exclusions_csv")
    burden = {row[0]: row for row in table(client, "burden_csv")}
    assert burden["905"][2:8] == ["4", "0", "2", "2", "0", "0"]


def test_a_name_that_is_a_formula_is_only_a_name(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.planning.models import Authority

    with acting("system:tests", "names"):
        Authority.objects.filter(study=LAUNCHED, code="901").update(name="=2+5<script>alert(1)</script>")
    client = client_of(cast.anna)
    rows = {row[0]: row for row in table(client, "collection_csv")}
    assert rows["901"][1].startswith("'=2+5")
    html = page(client, "collection")
    assert "<script>alert" not in html
    assert "=2+5&lt;script&gt;" in html


def test_a_finding_is_counted_whether_the_case_goes_out_or_not(
    cast: Any, client_of: Any, open_case: Any
) -> None:
    client = client_of(cast.rikke)
    html = page(client, "case", open_case.id)
    judge(client, open_case, html, verdict="in", found_form="none_in_file")
    assert screening(open_case).finding
    assert "I 1 sager er der hverken" in page(client, "exclusions")
    assert "det er et fund i sig selv" in page(client, "case", open_case.id)


def test_a_replacement_makes_its_letter_and_asks_for_no_more_than_it_says(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.letters.fields import addressees

    case = cast.case("903")  # asked for 4; of these 3 have come, one of them out before
    before = addressees(cast.launched)["903"].missing
    client = _out(cast, client_of, case)
    assert addressees(cast.launched)["903"].missing == before  # out, and nobody was asked for another
    html = page(client, "replace", case.id)
    client.post(
        reverse("receiving:replace", args=[LAUNCHED, case.id]), {"revision": hidden(html, "revision")}
    )
    assert addressees(cast.launched)["903"].missing == before + 1


def test_the_tile_map_lies_as_the_frame_says_and_else_by_code() -> None:
    from sagsbarometer.collection.progress import Asked, progress
    from sagsbarometer.web.receiving.pictures import STANDINGS, tile_map

    asked = [Asked(code, f"Kommune {code}", {"": 1}) for code in ("901", "902")]
    lines = progress(asked, [], facts_day()).municipalities
    frame = [
        {"code": "901", "column": 3, "row": 2, "short": "En"},
        {"code": "902", "column": 0, "row": 1, "short": "To"},
    ]
    told = tile_map(lines, frame)
    assert told.placed
    assert [(tile.x, tile.y, tile.short) for tile in told.tiles] == [(132, 88, "En"), (0, 44, "To")]
    assert not tile_map(lines, frame[:1]).placed
    assert {tile.standing for tile in told.tiles} == {"none_yet"} <= set(STANDINGS)
    assert len({sign for _, sign in STANDINGS.values()}) == len(STANDINGS)  # told apart without colour


def facts_day() -> Any:
    """A day."""
    from datetime import date

    return date(2026, 11, 2)


def test_many_days_are_drawn_by_week() -> None:
    from datetime import timedelta

    from sagsbarometer.web.receiving.pictures import day_chart

    days = [(facts_day() + timedelta(at), 1, 0) for at in range(200)]
    told = day_chart(days)
    assert told.weekly
    assert (len(told.bars), told.top) == (29, 7)  # a Monday, and 200 days are 28 weeks and 4
    assert day_chart(days[:10]).top == 1
    assert day_chart([]).bars == ()

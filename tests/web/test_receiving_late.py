"""Clicks that come too late: both versions are shown, with who was first and when, and a way on; nothing is done."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.test_receiving import hidden, judge, page, screening

WHEN = re.compile(r"den \d{1,2}\. \w+ \d{4} kl\. \d\d\.\d\d")


def address(name: str, case: Any) -> str:
    """Of an act on a case."""
    return reverse(f"receiving:{name}", args=[LAUNCHED, case.id])


def excluded(client_of: Callable[..., Any], who: Any, case: Any) -> Any:
    """The client of who took the case out."""
    client = client_of(who)
    judge(client, case, page(client, "case", case.id), verdict="out", reasons="appealed")
    case.refresh_from_db()
    return client


def sent(client: Any, name: str, case: Any, **more: str) -> dict[str, str]:
    """What the page of an act sends."""
    html = page(client, name, case.id)
    return {"revision": hidden(html, "revision"), "once": hidden(html, "once"), **more}


def told(reply: Any, *words: str, final: bool) -> str:
    """The page with both, which says `words`; it offers to do it all the same, or not."""
    html = str(reply.content.decode())
    assert reply.status_code == 409, html[:300]
    assert "Sådan er det nu" in html
    assert "Det ville du" in html
    assert WHEN.search(html)
    for word in words:
        assert word in html, word
    assert ('name="revision"' not in html.partition("<main")[2]) == final
    assert ("Se sagen, som den er nu" in html) == final
    return html


def at_once(*posts: tuple[Any, str, dict[str, str]]) -> list[Any]:
    """The replies to several clicks at the same time, in their order."""
    replies: dict[int, Any] = {}
    gate = threading.Barrier(len(posts))

    def post(place: int, client: Any, where: str, form: dict[str, str]) -> None:
        try:
            gate.wait()
            replies[place] = client.post(where, form)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post, args=(place, *one)) for place, one in enumerate(posts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [replies[place] for place in range(len(posts))]


@pytest.fixture
def second_analyst(cast: Any) -> Any:
    """Sune, who may replace and send back too."""
    from sagsbarometer.web.accounts.models import Membership

    with acting("system:tests", "roles"):
        Membership.objects.create(user=cast.sune, role="analyst", study_id=LAUNCHED)
    return cast.sune


def test_undoing_a_verdict_that_another_gave_anew_shows_theirs_and_can_be_done_all_the_same(
    cast: Any, client_of: Any
) -> None:
    case = cast.case("901")
    first = excluded(client_of, cast.rikke, case)
    old = hidden(page(first, "case", case.id), "revision")
    second = client_of(cast.rasmus)
    judge(second, case, page(second, "case", case.id), verdict="in")
    html = told(
        first.post(address("undo", case), {"revision": old}),
        "Rasmus Opdigtet ændrede sag",
        "Med i målingen",
        "Venter igen: afgørelsen fortrydes",
        "Fortryd alligevel",
        final=False,
    )
    assert screening(case).verdict == "in"
    assert first.post(address("undo", case), {"revision": hidden(html, "revision")}).status_code == 302
    assert screening(case) is None


def test_undoing_what_is_replaced_sent_back_or_undone(cast: Any, client_of: Any, second_analyst: Any) -> None:
    case, other = cast.case("903"), cast.case("902")
    reader = excluded(client_of, cast.rikke, case)
    old = {"revision": hidden(page(reader, "case", case.id), "revision")}
    planner = client_of(cast.anna)
    planner.post(address("replace", case), sent(planner, "replace", case))
    told(
        reader.post(address("undo", case), old),
        "Anna Opdigtet ændrede sag",
        "erstattet af sag 5",
        "Kommunen er bedt om en anden sag i stedet.",
        final=True,
    )
    told(reader.post(address("case", case), {**old, "verdict": "in"}), "erstattet af sag 5", final=True)
    assert screening(case).verdict == "out"
    # Undone by another, it is as it was wanted; sent back after that, there is nothing to undo.
    excluded(client_of, cast.rikke, other)
    old = {"revision": hidden(page(reader, "case", other.id), "revision")}
    planner.post(address("undo", other), old)
    assert reader.post(address("undo", other), old).status_code == 302
    planner.post(address("return", other), sent(planner, "return", other, reason="unreadable"))
    told(
        reader.post(address("undo", other), old),
        "Anna Opdigtet",
        "Sendt tilbage",
        "Et dokument kan ikke læses",
        "Sagen ligger hos kommunen",
        final=True,
    )


def test_a_verdict_on_a_case_that_was_sent_back_meanwhile_is_not_lost(cast: Any, client_of: Any) -> None:
    case = cast.case("901")
    reader, planner = client_of(cast.rikke), client_of(cast.anna)
    html = page(reader, "case", case.id)
    planner.post(address("return", case), sent(planner, "return", case, reason="wrong_case"))
    reply = judge(reader, case, html, verdict="out", reasons="appealed", remark="Klagen lå bagest")
    told(reply, "Anna Opdigtet", "Påklaget", "Klagen lå bagest", "Sendt tilbage", final=True)
    assert screening(case) is None


def test_sending_back_what_another_has_sent_back_or_screened(
    cast: Any, client_of: Any, second_analyst: Any
) -> None:
    back, screened = cast.case("901"), cast.case("902")
    first, second = client_of(cast.anna), client_of(second_analyst)
    mine = sent(second, "return", back, reason="dates_differ")
    first.post(address("return", back), sent(first, "return", back, reason="unreadable"))
    told(
        second.post(address("return", back), mine),
        "Anna Opdigtet ændrede sag",
        "Et dokument kan ikke læses",
        "De oplyste datoer passer ikke med dokumenterne",
        final=True,
    )
    assert [row.reason for row in back.returns.all()] == ["unreadable"]
    mine = sent(second, "return", screened, reason="dates_differ")
    judge(first, screened, page(first, "case", screened.id), verdict="in")
    told(
        second.post(address("return", screened), mine),
        "Fortryd afgørelsen først",
        "De oplyste datoer passer ikke",
        final=True,
    )
    # Undone again it waits as before: then it can be sent back, by who has seen that.
    first.post(address("undo", screened), {"revision": hidden(page(first, "case", screened.id), "revision")})
    html = told(second.post(address("return", screened), mine), "Send tilbage alligevel", final=False)
    again = {name: hidden(html, name) for name in ("revision", "once", "reason")}
    assert second.post(address("return", screened), again).status_code == 302
    assert [row.reason for row in screened.returns.all()] == ["dates_differ"]


def test_replacing_what_another_has_replaced_judged_or_undone(
    cast: Any, client_of: Any, second_analyst: Any
) -> None:
    case = cast.case("903")
    first, second = excluded(client_of, cast.anna, case), client_of(second_analyst)
    mine = sent(second, "replace", case)
    # Out still, for another reason.
    judge(first, case, page(first, "case", case.id), verdict="out", reasons="outside_period")
    html = told(second.post(address("replace", case), mine), "Erstat alligevel", final=False)
    undone = {"revision": hidden(page(first, "case", case.id), "revision")}
    first.post(address("undo", case), undone)
    told(
        second.post(address("replace", case), mine),
        "Anna Opdigtet",
        "Venter på at blive sorteret",
        "Kun en sag, der er udgået, kan erstattes.",
        final=True,
    )
    excluded(client_of, cast.anna, case)
    first.post(address("replace", case), sent(first, "replace", case))
    told(
        second.post(address("replace", case), {name: hidden(html, name) for name in ("revision", "once")}),
        "allerede erstattet",
        final=True,
    )
    assert cast.request("903").wanted == {"alle": 5}


def test_two_tabs_of_one_person_are_told_so(cast: Any, client_of: Any) -> None:
    case = cast.case("903")
    client = excluded(client_of, cast.anna, case)
    tabs = [sent(client, "replace", case) for _ in range(2)]
    assert client.post(address("replace", case), tabs[0]).status_code == 302
    told(client.post(address("replace", case), tabs[1]), "Du har selv ændret sagen", final=True)


def test_a_closed_study_is_told_of_as_it_is(cast: Any, client_of: Any) -> None:
    case = cast.case("901")
    client = client_of(cast.anna)
    mine = sent(client, "return", case, reason="unreadable")
    with acting("system:tests", "close"):
        study = cast.launched
        study.state = "closed"
        study.save()
    reply = client.post(address("return", case), mine)
    assert reply.status_code == 409
    assert "Undersøgelsen skal være »I gang«" in reply.content.decode()


def test_late_pages_are_only_for_who_may_do_it(cast: Any, client_of: Any) -> None:
    back = cast.case("901", "returned")
    for who, status in (("rikke", 403), ("kim", 404), ("arne", 404), ("ada", 404)):
        reply = client_of(cast.person(who)).post(address("return", back), {"reason": "unreadable"})
        assert reply.status_code == status, who


def test_the_same_click_again_and_again_is_one_row_and_one_reply(
    cast: Any, client_of: Any, databases: str
) -> None:
    back, out = cast.case("901"), cast.case("903")
    client = excluded(client_of, cast.anna, out)
    for name, case in (("return", back), ("replace", out)):
        form = sent(client, name, case, reason="unreadable")
        clients = [client_of(cast.anna) for _ in range(4)]
        replies = at_once(*((one, address(name, case), form) for one in clients))
        assert {reply.status_code for reply in replies} == {302}, name
        assert len({reply.url for reply in replies}) == 1
        later = client.post(address(name, case), form)
        assert (later.status_code, later.url) == (302, replies[0].url)
    assert back.returns.count() == 1
    assert cast.request("903").wanted == {"alle": 5}


def test_of_two_at_once_one_is_done_and_the_other_sees_both(
    cast: Any, client_of: Any, second_analyst: Any, databases: str
) -> None:
    from sagsbarometer.web.receiving.models import Replacement

    case = cast.case("901")
    first, second = client_of(cast.anna), client_of(second_analyst)
    reasons = ("unreadable", "dates_differ")
    work = [
        (client, address("return", case), sent(client, "return", case, reason=reason))
        for client, reason in zip((first, second), reasons, strict=True)
    ]
    replies = at_once(*work)
    assert sorted(reply.status_code for reply in replies) == [302, 409]
    (row,) = case.returns.all()
    late = next(place for place, reply in enumerate(replies) if reply.status_code == 409)
    assert row.reason != reasons[late]
    told(replies[late], "Et dokument kan ikke læses", "De oplyste datoer passer ikke", final=True)

    for case in (cast.case("903"), cast.case("902")):
        excluded(client_of, cast.anna, case)
        mine, theirs = sent(first, "replace", case), page(second, "case", case.id)
        undo = {"revision": hidden(theirs, "revision")}
        replies = at_once((first, address("replace", case), mine), (second, address("undo", case), undo))
        assert sorted(reply.status_code for reply in replies) == [302, 409]
        replaced = Replacement.objects.filter(case=case).exists()
        assert [reply.status_code for reply in replies] == ([302, 409] if replaced else [409, 302])
        assert (screening(case) is not None) == replaced
        told(replies[1] if replaced else replies[0], "Opdigtet ændrede sag", final=True)

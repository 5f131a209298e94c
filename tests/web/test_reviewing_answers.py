"""A reading answered by posts: every rule that a save keeps, on the fast database and, where they meet, on both."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.web.cast import Cast
from tests.web.readings_in_tests import answered, reading_of, submitted

PART = {"HX-Request": "true"}
Clients = Callable[..., Any]


def send(
    client: Any, row: Any, question: str, value: Any, number: int = 0, once: str = "", **more: Any
) -> Any:
    """A save as the page sends it."""
    sent = {"value": value, "number": str(number), "once": once or f"{question}{number}", **more}
    there, body = f"/laesning/{row.id}/svar/{question}/", urlencode(sent, doseq=True)
    return client.post(there, body, "application/x-www-form-urlencoded", headers=PART)


def rows(row: Any, question: str) -> list[tuple[int, str, Any]]:
    """The answers to a question as they are kept."""
    found = row.answers.filter(question=question).order_by("number")
    return list(found.values_list("number", "state", "value"))


def test_an_answer_is_one_row_with_its_event_and_begins_the_reading(cast: Cast, client_of: Clients) -> None:
    from sagsbarometer.web.events.models import Event

    row, client = reading_of(cast), client_of(cast.rikke)
    before = Event.objects.count()
    reply = send(client, row, "result", "refusal")
    assert reply.status_code == 200
    assert rows(row, "result") == [(1, "answered", "refusal")]
    row.refresh_from_db()
    assert row.state == "begun"
    assert row.begun_at
    events = list(Event.objects.order_by("seq").values_list("thing", "act", "case"))[before:]
    assert events == [
        ("reviewing_answer", "insert", row.case_id),
        ("reviewing_reading", "update", row.case_id),
    ]


def test_the_same_key_is_the_same_answer(cast: Cast, client_of: Clients) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    first = send(client, row, "result", "refusal", once="k")
    again = send(client, row, "result", "refusal", once="k")
    late = send(
        client, row, "result", "grant", once="k"
    )  # the key was used: whatever comes with it is not new
    assert [first.status_code, again.status_code, late.status_code] == [200, 200, 200]
    assert rows(row, "result") == [(1, "answered", "refusal")]


def test_an_old_number_is_a_conflict_that_shows_both_and_saves_nothing(
    cast: Cast, client_of: Clients
) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    send(client, row, "result", "refusal", once="one tab")
    reply = send(client, row, "result", "grant", once="other tab")
    assert (reply.status_code, reply["X-Answer"]) == (409, "conflict")
    said = reply.content.decode()
    assert "<dt>Gemt</dt><dd>Afslag</dd><dt>Dit</dt><dd>Bevilling</dd>" in said
    assert 'data-number="1"' in said  # »Brug dit« saves on what is there now
    assert rows(row, "result") == [(1, "answered", "refusal")]
    assert send(client, row, "result", "grant", number=1, once="mine").status_code == 200
    assert rows(row, "result")[-1] == (2, "answered", "grant")


def test_the_same_answer_from_another_tab_is_no_conflict(cast: Cast, client_of: Clients) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    send(client, row, "result", "refusal", once="one tab")
    assert send(client, row, "result", "refusal", once="other tab").status_code == 200
    assert len(rows(row, "result")) == 1


def test_two_at_once_are_one_answer_and_one_conflict(cast: Cast, client_of: Clients, databases: str) -> None:
    from django.db import connection

    row = reading_of(cast)
    clients = [client_of(cast.rikke) for _ in range(4)]
    codes: list[int] = []
    start = threading.Barrier(4)

    def save(client: Any, number: int) -> None:
        start.wait()
        value = ("grant", "refusal", "partial_refusal", "grant")[number]
        codes.append(send(client, row, "result", value, once=f"tab{number}").status_code)
        connection.close()

    threads = [threading.Thread(target=save, args=(client, n)) for n, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count(200) in (1, 2)  # two said the same
    assert codes.count(409) == 4 - codes.count(200)
    assert len(rows(row, "result")) == 1


def test_each_type_of_answer_is_kept_and_shown(cast: Cast, client_of: Clients) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    for question, value in (
        ("appeal_guidance_given", "yes"),
        ("step_age", ["facts_missing", "fettered"]),
        ("step_lasting_reduction", "no_tick"),
        ("application_date", "3.2.2026"),
        ("deadline_days", " 56 "),
        ("deadline", "state:cannot_be_seen"),
    ):
        assert send(client, row, question, value).status_code == 200, question
    assert send(client, row, "decision_date", "", state="cannot_be_seen").status_code == 200
    kept = {
        question: rows(row, question)[0][1:] for question in row.answers.values_list("question", flat=True)
    }
    assert kept == {
        "appeal_guidance_given": ("answered", True),
        "step_age": ("answered", ["facts_missing", "fettered"]),
        "step_lasting_reduction": ("answered", []),
        "application_date": ("answered", "2026-02-03"),
        "deadline_days": ("answered", 56),
        "deadline": ("cannot_be_seen", None),
        "decision_date": ("cannot_be_seen", None),
    }
    page = client.get(f"/laesning/{row.id}/").content.decode()
    assert 'value="03-02-2026"' in page
    assert re.search(r'id="o-step_lasting_reduction-no_tick"[^>]* checked', page)


def test_what_is_no_answer_is_refused_with_how_to_write_it(cast: Cast, client_of: Clients) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    for question, value, told in (
        ("application_date", "31-02-2026", "Skriv datoen med dag, måned og år"),
        ("deadline_days", "1001", "Skriv et helt tal fra 1 til 1.000."),
        ("deadline_days", "to", "Skriv et helt tal med cifre."),
        ("result", "nonsense", "Svaret findes ikke i skemaet."),
        ("result", "state:cannot_be_seen", "Vælg enten et svar"),
    ):
        reply = send(client, row, question, value)
        assert reply.status_code == 422, value
        assert told in reply.content.decode(), re.findall(r"Ikke gemt.*", reply.content.decode())
    assert not row.answers.exists()


def test_words_are_locked_and_hold_no_cpr(cast: Cast, client_of: Clients) -> None:
    row, client = in_quality(cast), client_of(cast.rikke)
    assert send(client, row, "why", "Mor bør høres, <b>ikke</b> far").status_code == 200
    kept = row.answers.get(question="why")
    assert kept.value is None
    assert "Mor bør".encode() not in bytes(kept.words)
    assert (
        "Mor bør høres, &lt;b&gt;ikke&lt;/b&gt; far</textarea>"
        in client.get(f"/laesning/{row.id}/").content.decode()
    )
    reply = send(client, row, "why", "se 010190-1234", number=1)
    assert reply.status_code == 422
    assert "CPR-nummer" in reply.content.decode()
    assert "010190" not in reply.content.decode()


def in_quality(cast: Cast) -> Any:
    """A reading with a form that has a question in words."""
    import shutil

    from tests.web.cast import LAUNCHED, ROOT

    there = cast.home.studies / LAUNCHED / "v1"
    shutil.rmtree(there)
    shutil.copytree(ROOT / "studies" / "quality_measurement", there)
    return reading_of(cast)


def test_routing_sends_what_appears_and_what_goes_and_keeps_the_answer(
    cast: Cast, client_of: Clients
) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    assert 'id="q-against_party"' in client.get(f"/laesning/{row.id}/").content.decode()
    shown = send(client, row, "occasion", "withdrawal").content.decode()
    assert 'data-part="against_party" data-asked="yes"' in shown
    assert "Trin 1. Alder" not in shown  # what has not changed is not sent
    send(client, row, "against_party", "yes")
    gone = send(client, row, "occasion", "new_application", number=1).content.decode()
    assert 'data-part="against_party" data-asked="no"' in gone
    back = send(client, row, "occasion", "withdrawal", number=2).content.decode()
    assert re.search(r'id="o-against_party-yes"[^>]* checked', back)
    assert rows(row, "against_party") == [(1, "answered", True)]


def test_what_is_routed_away_is_kept_and_does_not_count(cast: Cast) -> None:
    from sagsbarometer.web.reviewing.shown import opened

    row = reading_of(cast)
    answered(row, {"occasion": "withdrawal", "against_party": True})
    assert "against_party" in opened(row.id).counted
    answered(row, {"occasion": "new_application"})
    open_ = opened(row.id)
    assert "against_party" in open_.given
    assert "against_party" not in open_.counted


def test_the_municipality_answers_its_own_questions(cast: Cast, client_of: Clients) -> None:
    from sagsbarometer.web.reviewing.shown import opened

    row, client = reading_of(cast), client_of(cast.rikke)
    page = client.get(f"/laesning/{row.id}/").content.decode()
    assert 'id="q-declared_result"' not in page
    assert "Kommunen har oplyst: <strong>Afslag</strong>" in page
    assert "Kommunen har oplyst: <strong>2. marts 2026</strong>" in page
    assert send(client, row, "declared_result", "grant").status_code == 404
    assert opened(row.id).counted["declared_result"].value == "refusal"
    differs = send(client, row, "result", "grant").content.decode()
    assert "Resultatet er et andet, end kommunen har oplyst." in differs


def test_undo_and_redo_go_back_and_forth_over_all_questions(cast: Cast, client_of: Clients) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    send(client, row, "result", "grant")
    send(client, row, "result", "refusal", number=1)
    send(client, row, "form", "oral")
    clicks = iter(range(20))

    def step(which: str) -> str:
        reply = client.post(f"/laesning/{row.id}/{which}/", {"once": f"s{next(clicks)}"}, headers=PART)
        assert reply.status_code == 200
        return str(reply.headers.get("X-Moved", ""))

    def stands(question: str) -> Any:
        return rows(row, question)[-1][1:]

    assert step("fortryd") == "form"
    assert stands("form") == ("not_answered", None)
    assert step("fortryd") == "result"
    assert stands("result") == ("answered", "grant")
    assert step("fortryd") == "result"
    assert stands("result") == ("not_answered", None)
    assert step("fortryd") == ""  # there is no more
    assert [step("gentag"), step("gentag"), step("gentag"), step("gentag")] == [
        "result",
        "result",
        "form",
        "",
    ]
    assert stands("result") == ("answered", "refusal")
    assert stands("form") == ("answered", "oral")
    assert step("fortryd") == "form"  # undo of a redo
    send(client, row, "form", "written", number=rows(row, "form")[-1][0])
    assert step("gentag") == ""  # another answer was given since


def test_undo_twice_with_one_key_is_one_undo(cast: Cast, client_of: Clients) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    send(client, row, "result", "grant")
    send(client, row, "form", "oral")
    for _ in range(2):
        client.post(f"/laesning/{row.id}/fortryd/", {"once": "double click"}, headers=PART)
    assert rows(row, "result")[-1][1:] == ("answered", "grant")
    assert len(rows(row, "form")) == 2


def test_nothing_is_saved_in_what_was_handed_over_taken_out_or_handed_in(
    cast: Cast, client_of: Clients
) -> None:
    from django.utils import timezone

    from sagsbarometer.web.events.acting import acting
    from tests.web.readings_in_tests import screened_in

    client, cases = client_of(cast.rikke), screened_in(cast, 3)
    handed, out, done = (reading_of(cast, case=case) for case in cases)
    with acting("system:tests", "test"):
        handed.handed_over_at = timezone.now()
        handed.save()
        out.review.withdrawn_at = timezone.now()
        out.review.save()
    submitted(done)
    told = {handed: (404, "givet til en anden læser"), out: (409, "taget ud"), done: (409, "afleveret sagen")}
    for row, (status, said) in told.items():
        reply = send(client, row, "result", "grant")
        assert reply.status_code == status
        assert "X-Answer" not in reply.headers  # no conflict: the page asks where the reading stands
        standing = client.get(f"/laesning/{row.id}/stand/").json()
        assert said in standing["stopped"]
        assert standing["token"]
        assert not row.answers.exists()
    assert client_of(cast.rasmus).get(f"/laesning/{done.id}/stand/").status_code == 404


def test_a_session_that_ended_is_told_and_not_sent_elsewhere(cast: Cast, client_of: Clients) -> None:
    row = reading_of(cast)
    reply = send(client_of(), row, "result", "grant")
    assert reply.status_code == 401
    assert client_of().get(f"/laesning/{row.id}/").status_code == 302


def test_without_scripts_a_save_comes_back_to_the_question(cast: Cast, client_of: Clients) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    there = f"/laesning/{row.id}/svar/result/"
    reply = client.post(there, {"value": "refusal", "number": "0", "once": "a"})
    assert (reply.status_code, reply["Location"]) == (302, f"/laesning/{row.id}/#q-result")
    conflict = client.post(there, {"value": "grant", "number": "0", "once": "b"})
    assert conflict.status_code == 409
    assert "Brug dit" in conflict.content.decode()
    assert "Har afgørelsen hjemmel?" in conflict.content.decode()  # the whole page
    cleared = client.post(there, {"value": "refusal", "clear": "1", "number": "1", "once": "c"})
    assert cleared.status_code == 302
    assert rows(row, "result")[-1] == (2, "not_answered", None)


def test_opening_the_page_is_one_event_and_no_second_reader_is_told_of(
    cast: Cast, client_of: Clients
) -> None:
    from sagsbarometer.web.events.models import Event

    row = reading_of(cast, second=True)
    other = reading_of(cast, "rasmus", case=row.case, place=2)
    answered(other, {"result": "grant"})
    client = client_of(cast.rikke)
    before = Event.objects.filter(act="read_case", case=row.case_id).count()
    page = client.get(f"/laesning/{row.id}/").content.decode()
    assert Event.objects.filter(act="read_case", case=row.case_id).count() == before + 1
    for said in (page, client.get("/laesning/").content.decode()):
        assert "Rasmus" not in said
        assert other.id not in said
        assert "Læses af to" not in said
    assert client.get(f"/laesning/{other.id}/").status_code == 404


def test_the_desk_says_what_is_next_and_what_has_gone(cast: Cast, client_of: Clients) -> None:
    from datetime import date

    from django.utils import timezone

    from sagsbarometer.web.events.acting import acting
    from tests.web.readings_in_tests import screened_in

    client = client_of(cast.rikke)
    assert "Du har ingen sager at læse lige nu" in client.get("/laesning/").content.decode()
    cases = screened_in(cast, 4)
    late, soon, out, back = (
        reading_of(cast, case=case, due=day)
        for case, day in zip(cases, (date(2026, 1, 2), date(2040, 1, 1), None, None), strict=True)
    )
    with acting("system:tests", "test"):
        out.review.withdrawn_at = timezone.now()
        out.review.save()
    page = client.get("/laesning/").content.decode()
    assert f'id="next" href="/laesning/{late.id}/"' in page
    assert "overskredet" in page
    assert "taget ud af læsningen" in page
    assert f"/laesning/{out.id}/" not in page
    assert client.get("/laesning/naeste/")["Location"] == f"/laesning/{late.id}/"
    with acting("system:tests", "test"):
        back.state = "reopened"
        back.save()
    assert client.get("/laesning/naeste/")["Location"] == f"/laesning/{back.id}/"
    for row in (late, soon, back):
        submitted(row)
    assert client.get("/laesning/naeste/")["Location"] == "/laesning/"
    page = client.get("/laesning/").content.decode()
    assert "Senest afleveret" in page
    assert '<p class="workplace-number">3</p><p>afleveret i denne uge' in page


def test_doubts_and_differences_wait_on_the_desk_of_who_may_and_of_no_blind_reader(
    cast: Cast, client_of: Clients
) -> None:
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.models import Doubt
    from tests.web.readings_in_tests import screened_in

    alone, twice = screened_in(cast, 2)
    own = reading_of(cast, case=alone)
    blind = reading_of(cast, "rasmus", case=twice, second=True)
    reading_of(cast, case=twice, place=2)
    with acting("system:tests", "test"):
        Doubt.objects.create(reading=own, question="result", state="answered", by=cast.rikke)
        Doubt.objects.create(reading=blind, question="result", by=cast.rasmus)

    def desk(who: Any) -> str:
        return str(client_of(who).get("/laesning/").content.decode())

    assert f'<a href="/laesning/{own.id}/#q-result">Din tvivl er besvaret' in desk(cast.rikke)
    assert "Tvivl at svare på" not in desk(cast.rikke)  # she reads the same case, and is not to know of it
    assert "Tvivl at svare på: Prøvestudie, i gang" in desk(cast.dorte)
    assert "Forskelle at afgøre" not in desk(cast.dorte)
    with acting("system:tests", "test"):
        for row in twice.readings.all():
            row.state = "submitted"
            row.save()
        blind.review.differs = True
        blind.review.save()
    assert "Forskelle at afgøre: Prøvestudie, i gang" in desk(cast.dorte)
    assert "Forskelle at afgøre" not in desk(cast.rikke)


def test_a_case_taken_out_while_the_save_waited_is_not_saved(
    cast: Cast, client_of: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The right was asked for before the row was locked, and is asked again."""
    from django.utils import timezone

    from sagsbarometer.web.reviewing import shown

    row, client, opened = reading_of(cast), client_of(cast.rikke), shown.opened

    def after_it_was_taken_out(reading: str, *, lock: bool = False) -> Any:
        found = opened(reading, lock=lock)
        if lock:
            found.reading.review.withdrawn_at = timezone.now()
        return found

    monkeypatch.setattr(shown, "opened", after_it_was_taken_out)
    for address in ("svar/result", "fortryd", "gentag", "kontrol/decision_in_file", "aflever"):
        body = urlencode({"value": "refusal", "number": "0", "once": "k", "reason": "x"})
        reply = client.post(
            f"/laesning/{row.id}/{address}/", body, "application/x-www-form-urlencoded", headers=PART
        )
        assert reply.status_code == 409, address
    assert not row.answers.exists()


def test_a_reading_keeps_the_form_it_was_given_with(cast: Cast, client_of: Clients) -> None:
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.planning import folders

    row, study = reading_of(cast), cast.launched
    folders.next_version(study, 2)
    newer = cast.home.studies / study.id / "v2" / "form.yaml"
    newer.write_text(newer.read_text("utf-8").replace("Har afgørelsen hjemmel?", "Er der hjemmel?"), "utf-8")
    with acting("system:tests", "test"):
        study.version = 2
        study.save()
    page = client_of(cast.rikke).get(f"/laesning/{row.id}/").content.decode()
    assert "Har afgørelsen hjemmel?" in page
    assert "Er der hjemmel?" not in page

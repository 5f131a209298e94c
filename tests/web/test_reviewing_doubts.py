"""Doubts, the codebook, answers to look at again, and what of it nobody may see of a case they read blind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.cast import LAUNCHED, Cast
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted

PART = {"HX-Request": "true"}
Clients = Callable[..., Any]
WORDS = "Er et skolebus-tilbud et af de tilbud, der tæller her?"


def ask(
    client: Any, row: Any, words: str = WORDS, once: str = "a", question: str = "result", **more: Any
) -> Any:
    return client.post(f"/laesning/{row.id}/tvivl/{question}/", {"words": words, "once": once, **more})


def step(
    client: Any, doubt: Any, step: str, words: str = "", once: str = "s", revision: Any = None, **more: Any
) -> Any:
    sent = {
        "step": step,
        "words": words,
        "once": once,
        "revision": doubt.revision if revision is None else revision,
    }
    return client.post(f"/studier/{LAUNCHED}/laesning/tvivl/{doubt.id}/", sent, **more)


def the_doubt() -> Any:
    from sagsbarometer.web.reviewing.models import Doubt

    return Doubt.objects.select_related("reading__case").get()


@pytest.fixture
def row(cast: Cast) -> Any:
    found = reading_of(cast)
    answered(found, {"result": "refusal"})
    return found


def judge_of(cast: Cast) -> Any:
    from sagsbarometer.web.accounts.models import Membership
    from sagsbarometer.web.events.acting import acting

    with acting("system:tests", "a judge"):
        Membership.objects.get_or_create(
            user=cast.person("sune"), role="adjudicator", study=cast.launched, municipality=""
        )
    return cast.person("sune")


def test_a_doubt_is_asked_once_answered_and_closed(cast: Cast, client_of: Clients, row: Any) -> None:
    from sagsbarometer.web.reviewing.models import DoubtRemark

    rikke, judge = client_of(cast.rikke), client_of(judge_of(cast))
    for _ in range(2):
        assert ask(rikke, row).status_code == 302
    doubt = the_doubt()
    assert (doubt.state, doubt.by_id, doubt.question) == ("open", cast.rikke.id, "result")
    remark = DoubtRemark.objects.get()
    assert WORDS.encode() not in bytes(remark.words)
    assert WORDS in rikke.get(f"/laesning/{row.id}/tvivl/result/").content.decode()
    assert "1 åben" in rikke.get(f"/laesning/{row.id}/").content.decode()
    assert step(rikke, doubt, "answer", "Ja").status_code == 422, "nobody answers a doubt of their own"
    seen = judge.get(f"/studier/{LAUNCHED}/laesning/tvivl/{doubt.id}/").content.decode()
    assert WORDS in seen
    assert "Svar på tvivlen" in seen
    for _ in range(2):
        assert step(judge, doubt, "answer", "Ja, det tæller.").status_code == 302
    doubt.refresh_from_db()
    assert (doubt.state, DoubtRemark.objects.count()) == ("answered", 2)
    assert step(rikke, doubt, "ask_again", "Også om vinteren?", once="t").status_code == 302
    doubt.refresh_from_db()
    assert doubt.state == "open"
    assert step(rikke, doubt, "close", once="u").status_code == 302
    doubt.refresh_from_db()
    assert doubt.state == "closed"
    assert step(judge, doubt, "answer", "For sent", once="v").status_code == 422


def test_words_like_a_cpr_number_and_no_words_are_refused_and_what_was_typed_stands(
    cast: Cast, client_of: Clients, row: Any
) -> None:
    from sagsbarometer.web.reviewing.models import Doubt

    client = client_of(cast.rikke)
    reply = client.post(
        f"/laesning/{row.id}/tvivl/result/", {"words": "Borger 010190-1234?", "once": "a"}, headers=PART
    )
    assert reply.status_code == 422
    assert "CPR" in reply.content.decode()
    assert "Borger" in reply.content.decode()
    assert ask(client, row, words=" ").status_code == 422
    assert not Doubt.objects.exists()


def test_two_who_write_at_once_the_second_is_told_and_loses_nothing(
    cast: Cast, client_of: Clients, row: Any
) -> None:
    rikke, judge = client_of(cast.rikke), client_of(judge_of(cast))
    ask(rikke, row)
    doubt = the_doubt()
    assert step(judge, doubt, "answer", "Ja").status_code == 302
    late = step(rikke, doubt, "remark", "Min tilføjelse", once="x", revision=0, headers=PART)
    assert late.status_code == 409
    assert late["X-Answer"] == "conflict"
    assert "Min tilføjelse" in late.content.decode()
    assert "nyt i tvivlen" in late.content.decode()
    doubt.refresh_from_db()
    assert (doubt.state, doubt.remarks.count()) == ("answered", 2)


def test_the_list_has_the_open_first_and_the_desk_counts_them(
    cast: Cast, client_of: Clients, row: Any
) -> None:
    rikke, judge = client_of(cast.rikke), client_of(judge_of(cast))
    ask(rikke, row)
    ask(rikke, row, once="b", question="form")
    first = the_doubts()[0]
    step(judge, first, "close")
    page = judge.get(f"/studier/{LAUNCHED}/laesning/tvivl/").content.decode()
    assert page.index("Åben") < page.index("Lukket")
    assert "Tvivl at svare på" in judge.get("/laesning/").content.decode()


def the_doubts() -> list[Any]:
    from sagsbarometer.web.reviewing.models import Doubt

    return list(Doubt.objects.order_by("at"))


def test_a_reading_handed_in_with_an_open_doubt_says_so(cast: Cast, client_of: Clients) -> None:
    found = reading_of(cast)
    answered(found, REFUSAL)
    client = client_of(cast.rikke)
    ask(client, found)
    reply = client.post(f"/laesning/{found.id}/aflever/", {"once": "k"}, follow=True)
    assert "åben tvivl" in reply.content.decode()


def test_nothing_of_the_other_reading_is_in_anything_beside_an_answer(cast: Cast, client_of: Clients) -> None:
    """The other reader's answers, doubts, evidence and citations all hold a word; the blind reader meets none of it."""
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.models import Citation, Doubt, Look

    word, more = "Hemmelighedsord", screened_in(cast, 1)[0]
    mine = reading_of(cast, "rikke", second=True)
    theirs = reading_of(cast, "rasmus", place=2, case=mine.case)
    answered(mine, {"result": "refusal", "decision_date": "2026-04-20"})
    answered(theirs, {"result": "grant", "decision_date": "2026-04-20"})
    elsewhere = reading_of(cast, "rasmus", case=more)
    answered(elsewhere, {"result": "grant"})
    rikke, rasmus, judge = client_of(cast.rikke), client_of(cast.rasmus), client_of(judge_of(cast))
    ask(rasmus, theirs, words=f"{word} i tvivl")
    ask(rasmus, elsewhere, words=f"{word} i en anden sag", once="e")
    doubt = Doubt.objects.get(reading=theirs)
    with acting(cast.rasmus.id, "reading"):
        Citation.objects.create(reading=theirs, question="result", norm="principle:78-15", by=cast.rasmus)
    made = judge.post(
        f"/studier/{LAUNCHED}/laesning/kodebog/ny/",
        {"doubt": doubt.id, "text": f"{word} tæller", "once": "r", "of_none": "yes"},
    )
    assert made.status_code == 302
    assert Look.objects.filter(reading=mine).count() == 1
    base = f"/studier/{LAUNCHED}/laesning"
    pages = [
        "/laesning/", "/laesning/se-igen/", f"/laesning/{mine.id}/", f"/laesning/{mine.id}/lov/result/",
        f"/laesning/{mine.id}/tvivl/result/", f"{base}/tvivl/", f"{base}/kodebog/", f"{base}/tvivl/{doubt.id}/",
        f"/laesning/{mine.id}/se-igen/{Look.objects.get(reading=mine).id}/",
    ]  # fmt: skip
    for page in pages:
        for reply in (rikke.get(page), rikke.get(page, headers=PART)):
            assert word.encode() not in reply.content, page
    assert doubt.id not in rikke.get(f"{base}/tvivl/").content.decode()
    assert "78-15" not in rikke.get(f"/laesning/{mine.id}/lov/result/").content.decode()
    assert rikke.get(f"{base}/tvivl/{doubt.id}/").status_code == 404
    assert step(rikke, doubt, "remark", "hej", once="n").status_code == 404
    # Once both are in, it is to be seen.
    submitted(mine)
    submitted(theirs)
    assert (
        word in rikke.get(f"{base}/tvivl/").content.decode() + rikke.get(f"{base}/kodebog/").content.decode()
    )


def test_earlier_answers_are_counted_of_what_the_asker_may_see(cast: Cast, client_of: Clients) -> None:
    cases = screened_in(cast, 3)
    now = reading_of(cast)
    for number, case in enumerate(cases):
        row = reading_of(cast, "rikke" if number < 2 else "rasmus", case=case)
        answered(row, {"result": "grant"})
    page = client_of(cast.rikke).get(f"/laesning/{now.id}/lov/result/").content.decode()
    assert "Sådan svarede vi sidst" in page
    assert "<dd>2</dd>" in page
    assert "<dd>3</dd>" not in page


def test_a_rule_is_made_of_a_doubt_lists_earlier_answers_and_is_replaced_and_ended(
    cast: Cast, client_of: Clients, row: Any
) -> None:
    from sagsbarometer.web.reviewing.looks import mine
    from sagsbarometer.web.reviewing.models import CodebookRule, Look

    done, _empty = (reading_of(cast, "rasmus", case=case) for case in screened_in(cast, 2))
    answered(done, {"result": "grant"})
    submitted(done)
    rikke, judge = client_of(cast.rikke), client_of(judge_of(cast))
    ask(rikke, row)
    doubt, new = the_doubt(), f"/studier/{LAUNCHED}/laesning/kodebog/ny/"
    sent = {"doubt": doubt.id, "once": "r", "of_none": "yes"}
    assert judge.post(new, {**sent, "text": "CPR 010190-1234"}).status_code == 422
    assert judge.post(new, {**sent, "text": "Som i sag 12 den 3. maj 2026"}).status_code == 422, (
        "asked about first"
    )
    assert rikke.post(new, {**sent, "text": "Nej"}).status_code in (403, 404)
    for _ in range(2):
        assert judge.post(new, {**sent, "text": "Skolebus tæller med."}).status_code == 302
    rule = CodebookRule.objects.get()
    assert set(Look.objects.values_list("reading_id", "why")) == {(row.id, "rule"), (done.id, "rule")}
    assert (mine(cast.rikke.id).count(), mine(cast.rasmus.id).count()) == (1, 1)
    look = Look.objects.get(reading=row)
    page = rikke.get(f"/laesning/{row.id}/").content.decode()
    assert "ny regel i kodebogen" in page
    assert "Skolebus tæller med." in page
    assert "Skolebus tæller med." in rikke.get("/laesning/se-igen/").content.decode()
    for _ in range(2):
        reply = rikke.post(f"/laesning/{row.id}/se-igen/{look.id}/", headers=PART)
        assert reply.status_code == 200
        assert "Skolebus" not in reply.content.decode()
    assert mine(cast.rikke.id).count() == 0
    assert (
        judge.post(
            new, {"replaces": rule.id, "once": "q", "of_none": "yes", "text": "Kun om vinteren."}
        ).status_code
        == 302
    )
    rule.refresh_from_db()
    newest = CodebookRule.objects.get(replaces=rule)
    assert rule.ended_at
    assert mine(cast.rikke.id).count() == 1
    assert mine(cast.rasmus.id).count() == 1, "the look of the rule that was replaced is gone with it"
    book = rikke.get(f"/studier/{LAUNCHED}/laesning/kodebog/").content.decode()
    assert "Kun om vinteren." in book
    assert "Tidligere regler" in book
    assert "Afløs" not in book
    judge.post(f"/studier/{LAUNCHED}/laesning/kodebog/{newest.id}/ophoer/", {"sure": "yes"})
    assert mine(cast.rikke.id).count() == 0


def test_another_form_moves_readings_under_way_and_lists_what_was_answered_before(
    cast: Cast, client_of: Clients, row: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from sagsbarometer.web.planning import folders
    from sagsbarometer.web.planning.models import Study
    from sagsbarometer.web.reviewing.models import Look

    done = reading_of(cast, "rasmus", case=screened_in(cast, 1)[0])
    answered(done, {"result": "grant", "form": "written"})
    submitted(done)
    study = Study.objects.get(pk=LAUNCHED)
    form = folders.folder_of(study) / "form.yaml"
    text = form.read_text(encoding="utf-8")
    label = folders.form_of(study).question("result").label["da"]
    assert text.count(label) >= 1
    changed = text.replace(label, "Hvad blev resultatet til sidst?").encode()
    client, at = client_of(cast.anna), f"/studier/{LAUNCHED}/formular/aendr/"
    for _ in range(2):
        sent = {
            "form": SimpleUploadedFile("form.yaml", changed),
            "reason": "Klarere ordlyd",
            "once": "f" * 24,
        }
        assert client.post(at, sent).status_code == 302
    study.refresh_from_db()
    assert study.version == row.form_version + 1, "sent twice, it is one version"
    row.refresh_from_db()
    done.refresh_from_db()
    assert (row.form_version, done.form_version) == (study.version, study.version - 1)
    assert set(Look.objects.values_list("reading_id", "question", "why")) == {
        (row.id, "result", "form"), (done.id, "result", "form"),
    }  # fmt: skip
    listed_page = client.get(f"/studier/{LAUNCHED}/laesning/se-igen/").content.decode()
    assert "Skemaet er ændret" in listed_page
    assert "Hvad blev resultatet til sidst?" in listed_page

"""Answers in from a file by who reads blind, or whose case is read once more: nothing is told that the page hides; and
the same key from two forms, and what changes while a file is taken in."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.mails_in_tests import do_waiting
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted
from tests.web.test_reviewing_answers_in import lines, readings, send, taken, told
from tests.web.test_reviewing_reread_blind import drawn
from tests.web.test_reviewing_second import get, post


def own(case: Any, reader: str = "rikke") -> dict[str, Any]:
    """A row of a case."""
    return {"case_id": case.id, "municipality_id": "905", "reader": f"{reader}@example.dk"}


def analyst(cast: Any, who: str) -> None:
    """Gives somebody who reads the right to bring answers in."""
    from sagsbarometer.web.accounts.models import Membership

    with acting("system:tests", "roles"):
        Membership.objects.create(user=cast.person(who), role="analyst", study=cast.launched)


def read_again(cast: Any, case: Any, who: str) -> Any:
    """A locked case given to somebody to be read once more."""
    from sagsbarometer.web.reviewing.models import Reading, Reread

    made = Reread.objects.first() or drawn(cast, case)
    with acting("system:tests", "given"):
        return Reading.objects.create(
            case_id=case.id, review_id=case.id, reader=cast.person(who), place=3, reread=made, form_version=1
        )


def test_ones_own_blind_row_is_held_against_what_all_may_know(cast: Any, client_of: Any) -> None:
    """Out of the measurement, or practice: refused. An anchor and a re-reading are as any other case."""
    from sagsbarometer.web.reviewing.models import CaseReview
    from sagsbarometer.web.reviewing.steps import follow

    analyst(cast, "rikke")
    withdrawn, excluded, learning, anchor, again = screened_in(cast, 5)
    with acting("system:tests", "known"):
        for case, use in ((learning, "learning"), (anchor, "anchor")):
            CaseReview.objects.create(case=case, study_id=LAUNCHED, use=use)
    submitted(reading_of(cast, "rasmus", case=again))
    read_again(cast, again, "rikke")
    for case in (withdrawn, excluded):
        reading_of(cast, "rikke", case=case, second=True)
    for case in (learning, anchor):
        reading_of(cast, "rikke", case=case)
    with acting("system:tests", "states"):
        CaseReview.objects.filter(pk=withdrawn.id).update(withdrawn_at=timezone.now())
        excluded.state = "excluded"
        excluded.save()
        follow(excluded)
    client = client_of(cast.rikke)
    cases = (withdrawn, excluded, learning, anchor, again)
    assert told(send(client, lines(*map(own, cases)))) == {
        ("2", "SVAR-406"), ("3", "SVAR-406"), ("4", "SVAR-408"),
    }  # fmt: skip
    from sagsbarometer.web.planning.folders import form_of
    from sagsbarometer.web.reviewing.brought import waiting_rows

    sheet = waiting_rows(cast.launched, form_of(cast.launched), cast.rikke)
    assert {row[0] for row in sheet} & {case.id for case in cases} == {anchor.id, again.id}
    assert taken(client, lines(own(anchor), own(again))).readings == 2
    assert {reading.state for reading in readings().filter(case=withdrawn)} == {"assigned"}


def test_who_read_a_case_is_told_the_same_before_and_after_it_is_read_once_more(
    cast: Any, client_of: Any
) -> None:
    analyst(cast, "rikke")
    case = screened_in(cast)[0]
    mine = reading_of(cast, "rikke", case=case)
    answered(mine, REFUSAL)
    submitted(mine)
    drawn(cast, case)
    content = lines(own(case, "rasmus"), own(case, "rikke"))
    client = client_of(cast.rikke)
    locked = {("2", "SVAR-405"), ("3", "SVAR-405")}
    assert told(send(client, content)) == locked
    again = read_again(cast, case, "rasmus")
    assert told(send(client, content)) == locked
    answered(again, {"occasion": "new_application"})
    assert told(send(client, content)) == locked


def test_a_blind_re_reading_is_undone_as_any_other(cast: Any, client_of: Any) -> None:
    """The case was read and locked by another, and has a decision: the file of who reads it again tells of none."""
    from sagsbarometer.web.reviewing.models import CaseReview, Decision, Reading

    analyst(cast, "rikke")
    case, two = screened_in(cast, 2)
    submitted(reading_of(cast, "rasmus", case=case))
    with acting("system:tests", "settled"):
        CaseReview.objects.filter(pk=case.id).update(differs=True, decided_at=timezone.now())
        Decision.objects.create(
            case=case, question="result", side="first", answers="0" * 64, number=1, state="answered",
            value="refusal", once="d", by=cast.anna,
        )  # fmt: skip
    given = read_again(cast, case, "rikke")
    reading_of(cast, "rikke", case=two, second=True)
    reading_of(cast, "rasmus", case=two, place=2)
    client = client_of(cast.rikke)
    for each in (case, two):
        row = taken(client, lines(own(each)))
        assert "kan ikke fortrydes" not in get(client, "brought", row.id)
        assert post(client, "brought_undo", row.id).status_code == 302
        row.refresh_from_db()
        assert row.state == "undone"
    anew = Reading.objects.get(case=case, reader=cast.rikke, handed_over_at=None)
    assert (anew.state, anew.reread_id, anew.place) == ("assigned", given.reread_id, 3)
    review = CaseReview.objects.get(pk=case.id)
    assert review.differs  # what was settled of the locked answers stands
    assert review.decided_at
    row = taken(client, lines(own(case), own(two)))
    with acting("system:tests", "finished"):
        anew.reread.finished_at = timezone.now()
        anew.reread.save()
    assert "Svarene er låst" in get(client, "brought", row.id)


def test_the_same_key_from_two_people_is_two_files(cast: Any, client_of: Any, databases: str) -> None:
    analyst(cast, "rikke")
    one, two = screened_in(cast, 2)
    first = send(client_of(cast.anna), lines(own(one)), once="same")
    again = send(client_of(cast.anna), lines(own(one)), once="same")
    other = send(client_of(cast.rikke), lines(own(two)), once="same")
    assert {first.status_code, other.status_code} == {302}
    assert first.url == again.url != other.url


@pytest.mark.parametrize("what", ["drafts", "freeze"])
def test_the_same_key_from_two_pages_is_no_error(cast: Any, client_of: Any, what: str) -> None:
    """Work asked for by one page, and other work by another."""
    submitted(reading_of(cast, "rikke"))
    client = client_of(cast.anna)
    pages = [reverse("findings:sheets", args=[LAUNCHED]), reverse("reviewing:answers", args=[LAUNCHED])]
    for page in pages if what == "drafts" else reversed(pages):
        assert client.post(page, {"once": "same"}).status_code == 302


def test_what_changes_while_a_file_is_made_ready_counts(
    cast: Any, client_of: Any, databases: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that needs nothing written is done before others are kept waiting, and held against how it is then."""
    from sagsbarometer.web.reviewing import taking_in
    from sagsbarometer.web.reviewing.models import Answer, AnswersFile, CaseReview

    case = screened_in(cast)[0]
    reading_of(cast, "rikke", case=case)
    client = client_of(cast.anna)
    assert send(client, lines(own(case))).status_code == 302
    ready = taking_in.made_ready

    def slowly(file: Any) -> Any:
        made = ready(file)
        monkeypatch.undo()
        with acting("system:tests", "meanwhile"):
            CaseReview.objects.filter(pk=case.id).update(withdrawn_at=timezone.now())
        return made

    monkeypatch.setattr(taking_in, "made_ready", slowly)
    row = AnswersFile.objects.get()
    post(client, "brought_take", row.id, once="1")
    do_waiting()
    row.refresh_from_db()
    assert row.state == "checked"
    assert not Answer.objects.exists()
    assert "SVAR-406" in get(client, "brought", row.id)

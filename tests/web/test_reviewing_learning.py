"""Exercises over HTTP: a known case with a key, feedback as one answers, the score, and beginning anew."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.identifiers import random_id
from tests.web.cast import LAUNCHED
from tests.web.known_in_tests import KEY, WHY, given_out, known, made_known, with_key
from tests.web.mails_in_tests import do_waiting
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted
from tests.web.test_reviewing_second import OTHER, both_in, get, post


def save(
    client: Any, reading: Any, question: str, value: Any, number: int = 0, *, fragment: bool = True
) -> Any:
    """An answer sent from the page of a reading."""
    headers = {"HX-Request": "true"} if fragment else {}
    sent = {"number": str(number), "once": random_id(20), "value": value}
    return client.post(reverse("reviewing:answer", args=[reading.id, question]), sent, headers=headers)


@pytest.fixture
def exercise(cast: Any, client_of: Any) -> Any:
    """Rikke's reading of a case that is practised on."""
    return known(client_of(cast.anna), screened_in(cast)[0], "learning", [cast.rikke])[0]


def test_feedback_comes_with_the_answer_and_stands_when_the_page_is_opened_again(
    cast: Any, client_of: Any, exercise: Any
) -> None:
    client = client_of(cast.rikke)
    page = client.get(reverse("reviewing:reading", args=[exercise.id])).content.decode()
    assert "Øvelse" in page
    assert "som facit.</strong>" not in page  # nothing before it is answered
    assert WHY not in page
    wrong = save(client, exercise, "wrong_assessment", "none").content.decode()
    assert "Ikke som facit." in wrong
    assert "Mangel med væsentlig betydning" in wrong
    assert WHY in wrong
    right = save(client, exercise, "result", "refusal").content.decode()
    assert "Som facit." in right
    assert WHY not in right  # of its own question alone
    again = client.get(reverse("reviewing:reading", args=[exercise.id])).content.decode()
    assert again.count('class="reading-note reading-feedback') == 2
    assert WHY in again
    without_script = save(client, exercise, "would_be_outcome", "remitted", fragment=False)
    assert without_script.status_code == 302
    followed = client.get(without_script["Location"]).content.decode()
    assert followed.count('class="reading-note reading-feedback') == 3


def test_some_ticks_right_is_partly_and_says_what_is_missing(
    cast: Any, client_of: Any, exercise: Any
) -> None:
    client = client_of(cast.rikke)
    html = save(
        client, exercise, "step_cannot_go_out_alone", ["wrongly_assessed", "fettered"]
    ).content.decode()
    assert "Delvist som facit." in html
    assert re.search(r"Mangler:\s*Oplysninger mangler", html)
    assert re.search(r"For meget:\s*Ikke vurderet individuelt", html)
    assert "Som facit." in save(client, exercise, "step_age", "no_tick").content.decode()


def test_a_question_without_a_key_says_nothing(cast: Any, client_of: Any, exercise: Any) -> None:
    html = save(client_of(cast.rikke), exercise, "occasion", "new_application").content.decode()
    assert "facit" not in html


def test_an_answer_taken_back_has_no_feedback(cast: Any, client_of: Any, exercise: Any) -> None:
    client = client_of(cast.rikke)
    save(client, exercise, "result", "refusal")
    cleared = client.post(
        reverse("reviewing:answer", args=[exercise.id, "result"]),
        {"number": "1", "once": random_id(20), "clear": "1"},
        headers={"HX-Request": "true"},
    )
    assert "reading-feedback" not in cleared.content.decode()


def hand_in(cast: Any, client: Any, reading: Any) -> Any:
    """Everything answered and pinned as REFUSAL is, and handed in over HTTP."""
    answered(reading, REFUSAL)
    return client.post(reverse("reviewing:submit", args=[reading.id]), {"once": random_id(20)})


def test_handed_in_it_shows_the_score_and_can_be_begun_anew(cast: Any, client_of: Any, exercise: Any) -> None:
    from sagsbarometer.web.reviewing.models import Reading

    client = client_of(cast.rikke)
    address = reverse("reviewing:learned", args=[exercise.id])
    assert client.get(address).status_code == 409  # not before it is handed in
    reply = hand_in(cast, client, exercise)
    assert reply["Location"] == address
    html = client.get(address).content.decode()
    assert "2 af 5 svar er som facit" in html  # the refusal and the age
    assert WHY in html
    assert "Betingelserne: hvor knækker det?" in html
    again = reverse("reviewing:anew", args=[exercise.id])
    first = client.post(again)
    second = client.post(again)  # the second click of two
    assert first["Location"] == second["Location"]
    rows = Reading.objects.filter(case=exercise.case_id)
    assert rows.count() == 2
    new = rows.get(handed_over_at=None)
    assert not new.answers.exists()
    assert exercise.answers.count() == len(REFUSAL)  # the old is kept
    desk = client.get(reverse("reviewing:desk")).content.decode()
    assert "givet til en anden" not in desk
    answered(new, {"wrong_assessment": "material", "would_be_outcome": "remitted"})
    submitted(new)
    latest = client.get(reverse("reviewing:learned", args=[new.id])).content.decode()
    assert "Dine forsøg" in latest
    assert client.get(address).status_code == 200  # the first attempt too
    assert client_of(cast.rasmus).get(address).status_code == 404
    assert client_of(cast.anna).get(address).status_code == 404


def test_an_exercise_is_told_on_the_desk_and_not_counted_there(
    cast: Any, client_of: Any, exercise: Any
) -> None:
    client = client_of(cast.rikke)
    html = client.get(reverse("reviewing:desk")).content.decode()
    assert "Øvelse" in html
    assert '<p class="workplace-number">0</p>' in html
    reading_of(cast, "rikke")
    assert '<p class="workplace-number">1</p>' in client.get(reverse("reviewing:desk")).content.decode()


def test_what_was_answered_in_an_exercise_is_no_earlier_answer(
    cast: Any, client_of: Any, exercise: Any
) -> None:
    answered(exercise, {"wrong_assessment": "material"})
    submitted(exercise)
    other = reading_of(cast, "rikke")
    client = client_of(cast.rikke)
    address = reverse("reviewing:law", args=[other.id, "wrong_assessment"])
    link = reverse("reviewing:reading", args=[exercise.id])
    assert link not in client.get(address).content.decode()
    with acting("system:tests", "practice"):
        review = exercise.review
        review.use = "anchor"
        review.save()
    assert link in client.get(address).content.decode()  # one's own of an anchor is as any other


# --- which cases can be known ---


def test_a_case_read_and_settled_suggests_its_key(cast: Any, client_of: Any) -> None:
    one = reading_of(cast, "rikke", case=screened_in(cast)[0])
    answered(one, OTHER)
    submitted(one)
    anna = client_of(cast.anna)
    assert made_known(anna, one.case, "anchor").status_code == 302
    html = get(anna, "key", one.case_id)
    assert "foreslået ud fra" in html
    select = html[html.index('id="i_would_be_outcome"') :]
    assert '<option value="remitted" selected>' in select[: select.index("</select>")]
    # Who read it before is not measured on it, and cannot be given it.
    assert with_key(anna, one.case).status_code == 302
    reply = given_out(anna, [one.case], [cast.rikke, cast.rasmus])
    page = anna.get(reply["Location"]).content.decode()
    assert "har læst sag" in page
    assert "0 sager er læst færdig" in get(anna, "answers")


def test_a_case_being_read_counted_or_gone_cannot_be_known(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.reviewing.models import CaseReview

    reading, read, two = (reading_of(cast, "rikke", case=case) for case in screened_in(cast, 3))
    answered(read, REFUSAL)
    submitted(read)
    anna = client_of(cast.anna)

    def refused(case: Any) -> str:
        reply = made_known(anna, case, "learning")
        assert reply.status_code == 422, case
        assert CaseReview.objects.get(pk=case.id).use == "measure"
        return str(reply.content.decode())

    assert "ved at blive læst" in refused(reading.case)
    assert post(anna, "answers", once="f" * 24).status_code == 302
    do_waiting()
    assert "låst" in refused(read.case)
    post(anna, "unlock", "1", reason="En fejl i skemaet.")
    assert CaseReview.objects.get(pk=read.case_id).locked_at is None
    assert "indgår i tal" in refused(read.case)
    with acting("system:tests", "readings"):
        two.review.withdrawn_at = two.assigned_at
        two.review.save()
    assert "taget ud" in refused(two.case)


def test_it_goes_back_only_while_nobody_has_read_it(cast: Any, client_of: Any, exercise: Any) -> None:
    from sagsbarometer.web.reviewing.models import CaseReview, Reading

    anna = client_of(cast.anna)
    assert post(anna, "practice_back", exercise.case_id).status_code == 302
    assert CaseReview.objects.get(pk=exercise.case_id).use == "measure"
    assert not Reading.objects.filter(case=exercise.case_id, handed_over_at=None).exists()
    assert made_known(anna, exercise.case, "learning").status_code == 302
    assert given_out(anna, [exercise.case], [cast.rasmus]).status_code == 302
    answered(Reading.objects.get(case=exercise.case_id, handed_over_at=None), {"result": "grant"})
    reply = post(anna, "practice_back", exercise.case_id)
    assert "nogen har læst i den" in anna.get(reply["Location"]).content.decode()
    assert CaseReview.objects.get(pk=exercise.case_id).use == "learning"


def test_settled_by_two_it_comes_back_as_it_was(cast: Any, client_of: Any) -> None:
    first = reading_of(cast, "rikke", case=screened_in(cast)[0], second=True)
    second = reading_of(cast, "rasmus", case=first.case, place=2)
    answered(first, REFUSAL)
    answered(second, REFUSAL)
    both_in((first, second))
    anna = client_of(cast.anna)

    def told() -> str:
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", get(anna, "agreement"))

    before = told()
    assert "1 sag er læst af to" in before
    made_known(anna, first.case, "anchor")
    assert "0 sager er læst af to" in told()
    post(anna, "practice_back", first.case_id)
    get(anna, "practice")  # says that it is done
    assert told() == before


# --- the key ---


def test_a_key_is_never_changed_and_the_newest_counts(cast: Any, client_of: Any, exercise: Any) -> None:
    from sagsbarometer.web.reviewing.models import KeyAnswer

    anna = client_of(cast.anna)
    sent = {f"v_{id}": value for id, value in KEY.items()} | {f"n_{id}": "1" for id in KEY}
    sent |= {"v_result": "grant", "w_wrong_assessment": WHY, "once": "k" * 24}
    for _ in range(2):  # the second click of two
        assert anna.post(reverse("reviewing:key", args=[LAUNCHED, exercise.case_id]), sent).status_code == 302
    assert list(
        KeyAnswer.objects.filter(question="result").order_by("number").values_list("number", "value")
    ) == [(1, "refusal"), (2, "grant")]
    assert "Ikke som facit" in save(client_of(cast.rikke), exercise, "result", "refusal").content.decode()
    # Taken back it says nothing more.
    sent |= {"v_result": "", "n_result": "2", "once": "m" * 24}
    anna.post(reverse("reviewing:key", args=[LAUNCHED, exercise.case_id]), sent)
    assert (
        "reading-feedback" not in save(client_of(cast.rikke), exercise, "result", "grant", 1).content.decode()
    )


def test_two_who_write_the_same_key_get_a_conflict(cast: Any, client_of: Any, exercise: Any) -> None:
    from sagsbarometer.web.reviewing.models import KeyAnswer

    dorte = client_of(cast.dorte)
    reply = with_key(dorte, exercise.case, {**KEY, "result": "grant"}, n_result="0")
    assert reply.status_code == 409
    html = reply.content.decode()
    assert "en anden har skrevet facit imens: »Afslag«" in html
    assert '<option value="grant" selected>' in html  # what was typed is not lost
    assert KeyAnswer.objects.filter(question="result").count() == 1


def test_the_same_number_written_twice_is_in_once(
    cast: Any, client_of: Any, exercise: Any, databases: str
) -> None:
    """Past the page's own look: the database says no, and nothing of the second is kept."""
    from sagsbarometer.forms.language.types import Answer
    from sagsbarometer.forms.states import State
    from sagsbarometer.web.planning.folders import form_of
    from sagsbarometer.web.reviewing import practice
    from sagsbarometer.web.reviewing.known import Key
    from sagsbarometer.web.reviewing.models import KeyAnswer

    before = KeyAnswer.objects.count()
    form = form_of(cast.launched)
    late = {
        "occasion": Key(Answer(State.ANSWERED, "cessation"), "", 0),
        "result": Key(Answer(State.ANSWERED, "grant"), "", 0),
    }
    with acting(cast.dorte.id, "practice"):
        assert practice._write(exercise.review, form, late, "x" * 24, cast.dorte) == ["result"]
    assert KeyAnswer.objects.count() == before


def test_the_explanation_is_locked_and_gone_with_its_key(cast: Any, client_of: Any, exercise: Any) -> None:
    from sagsbarometer.web.reviewing.models import KeyAnswer

    row = KeyAnswer.objects.get(question="wrong_assessment")
    assert WHY.encode() not in bytes(row.words)
    assert WHY in get(client_of(cast.anna), "key", exercise.case_id)
    cast.home.keys.destroy_study(LAUNCHED)
    assert WHY not in get(client_of(cast.anna), "key", exercise.case_id)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"w_result": "Borgeren 010190-1234"}, "CPR"),
        ({"w_result": "x" * 1001}, "højst 1000 tegn"),
        ({"v_deadline_days": "mange"}, "helt tal"),
        ({"w_occasion": "fordi"}, "vælg også et facit"),
    ],
)
def test_a_key_that_cannot_stand_is_told(cast: Any, client_of: Any, sent: dict[str, str], told: str) -> None:
    from sagsbarometer.web.reviewing.models import KeyAnswer

    anna, case = client_of(cast.anna), screened_in(cast)[0]
    made_known(anna, case, "learning")
    reply = with_key(anna, case, KEY, **sent)
    assert reply.status_code == 422
    assert told in reply.content.decode()
    assert not KeyAnswer.objects.exists()

"""The reading of a study led over HTTP: given out, drawn for a second reading, compared and settled; and blind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted

OTHER = {
    **REFUSAL,
    "would_be_outcome": "remitted",
    "wrong_assessment": "material",
    "wrong_assessment_direction": "to_harm",
}


def get(client: Any, name: str, *ids: str, status: int = 200, **query: str) -> str:
    """A page of the study, read."""
    reply = client.get(reverse(f"reviewing:{name}", args=[LAUNCHED, *ids]), query)
    assert reply.status_code == status, reply.content[:400]
    return str(reply.content.decode())


def post(client: Any, name: str, *ids: str, **sent: Any) -> Any:
    """A form of the study, sent."""
    return client.post(reverse(f"reviewing:{name}", args=[LAUNCHED, *ids]), sent)


def readings() -> Any:
    """The readings that count."""
    from sagsbarometer.web.reviewing.models import Reading

    return Reading.objects.filter(handed_over_at=None).order_by("case_id", "place")


@pytest.fixture
def pair(cast: Any) -> tuple[Any, Any]:
    """A case read by Rikke and Rasmus, both begun, with answers that differ."""
    first = reading_of(cast, "rikke", second=True)
    second = reading_of(cast, "rasmus", case=first.case, place=2)
    answered(first, REFUSAL)
    answered(second, OTHER)
    return first, second


def both_in(pair: tuple[Any, Any]) -> Any:
    """Both handed in and compared; the review."""
    from sagsbarometer.web.reviewing.models import CaseReview
    from sagsbarometer.web.reviewing.settling import compare

    for reading in pair:
        submitted(reading)
    review = CaseReview.objects.get(pk=pair[0].case_id)
    with acting("system:tests", "compare"):
        compare(review)
    return review


def test_cases_are_given_out_evenly_and_never_to_who_is_partial(cast: Any, client_of: Any) -> None:
    screened_in(cast, 10)
    client = client_of(cast.anna)
    assert "læsninger har ingen læser" in get(client, "overview")
    people = [cast.rikke.id, cast.rasmus.id, cast.disa.id]
    reply = post(client, "assign", readers=people, due="2026-12-31")
    assert reply.status_code == 302
    held = list(readings())
    counts = sorted(sum(reading.reader_id == id for reading in held) for id in people)
    assert counts[-1] - counts[0] <= 1
    assert not [item for item in held if item.reader_id == cast.disa.id and item.case.municipality == "903"]
    assert {str(item.due) for item in held} == {"2026-12-31"}
    assert "har de læsere, de skal have" in get(client, "assign")


def test_giving_out_twice_gives_nothing_twice(cast: Any, client_of: Any) -> None:
    client = client_of(cast.anna)
    for _ in range(2):
        assert post(client, "assign", readers=[cast.rikke.id]).status_code == 302
    assert len({reading.case_id for reading in readings()}) == readings().count()


def test_nobody_chosen_is_said(cast: Any, client_of: Any) -> None:
    reply = post(client_of(cast.anna), "assign")
    assert reply.status_code == 422
    assert "Vælg mindst én læser" in reply.content.decode()
    assert not readings().exists()


def test_a_sick_colleagues_cases_go_to_others_who_begin_anew(cast: Any, client_of: Any) -> None:
    begun, done = reading_of(cast, "rikke"), reading_of(cast, "rikke", case=screened_in(cast)[0])
    answered(begun, {"occasion": "new_application"})
    submitted(done)
    reply = post(client_of(cast.anna), "hand_over", **{"from": cast.rikke.id, "readers": [cast.rasmus.id]})
    assert reply.status_code == 302
    now = {reading.case_id: reading for reading in readings()}
    assert now[begun.case_id].reader_id == cast.rasmus.id
    assert not now[begun.case_id].answers.exists()
    assert now[done.case_id].reader_id == cast.rikke.id
    begun.refresh_from_db()
    assert begun.handed_over_at
    assert begun.answers.count() == 1  # nothing is thrown away
    assert client_of(cast.rikke).get(reverse("reviewing:reading", args=[begun.id])).status_code == 404


def test_the_draw_is_repeated_with_the_same_seed_and_lets_nobody_go(cast: Any, client_of: Any) -> None:
    from sagsbarometer.review.second_reading import drawn
    from sagsbarometer.web.reviewing.models import CaseReview, Draw

    cases = screened_in(cast, 30)
    client = client_of(cast.anna)
    assert post(client, "draw", share="40", once="a" * 24).status_code == 302
    assert post(client, "draw", share="40", once="a" * 24).status_code == 302  # the second click of two
    first = Draw.objects.get()
    assert tuple(first.drawn) == drawn(first.drawn_from, 40, first.seed)
    assert 3 < len(first.drawn) < 25
    screened_in(cast, 20)
    assert post(client, "draw", share="30").status_code == 422
    assert post(client, "draw", share="60").status_code == 302
    second = Draw.objects.order_by("-at")[0]
    assert second.seed == first.seed
    assert set(first.drawn) < set(second.drawn)
    assert set(CaseReview.objects.filter(second_drawn=True).values_list("case_id", flat=True)) == set(
        second.drawn
    )
    assert len(cases) == 30


def test_the_second_reader_is_another(cast: Any, client_of: Any) -> None:
    client = client_of(cast.anna)
    assert post(client, "draw", share="100").status_code == 302
    assert post(client, "assign", readers=[cast.rikke.id, cast.rasmus.id]).status_code == 302
    cases: dict[str, set[str]] = {}
    for reading in readings():
        cases.setdefault(reading.case_id, set()).add(reading.reader_id)
    assert cases
    assert all(len(people) == 2 for people in cases.values())


def test_a_side_a_third_answer_and_everything_kept(cast: Any, client_of: Any, pair: Any) -> None:
    from sagsbarometer.web.reviewing.models import Decision

    review = both_in(pair)
    assert (review.differs, review.decided_at) == (True, None)
    client = client_of(cast.dorte)
    case = review.case_id
    assert reverse("reviewing:difference", args=[LAUNCHED, case]) in get(client, "differences")
    html = get(client, "difference", case)
    assert html.count("data-difference") == 2
    assert "Følger af et spørgsmål" in html
    assert get(client, "difference", case, vis="alle").count('class="difference"') > 10
    assert (
        post(client, "difference", case, question="wrong_assessment", side="second", number="0").status_code
        == 302
    )
    no_reason = post(
        client, "difference", case, question="would_be_outcome", side="third", third="annulled", number="0"
    )
    assert no_reason.status_code == 422
    assert "hvorfor ingen af de to" in no_reason.content.decode()
    sent = {
        "question": "would_be_outcome",
        "side": "third",
        "third": "annulled",
        "reason": "Begge overså klagen.",
    }
    assert post(client, "difference", case, **sent, number="0", once="b" * 24).status_code == 302
    assert (
        post(client, "difference", case, **sent, number="0", once="b" * 24).status_code == 302
    )  # sent twice
    review.refresh_from_db()
    assert review.decided_at
    assert Decision.objects.count() == 2
    assert "Begge overså klagen." in get(client, "difference", case)
    assert b"Begge overs" not in bytes(Decision.objects.get(side="third").reason)
    again = post(client, "difference", case, question="would_be_outcome", side="second", number="1")
    assert again.status_code == 302
    kept = Decision.objects.filter(question="would_be_outcome").order_by("number")
    assert [decision.side for decision in kept] == ["third", "second"]


def test_two_who_settle_at_once_do_not_overwrite(cast: Any, client_of: Any, pair: Any) -> None:
    from sagsbarometer.web.reviewing.models import Decision

    case = both_in(pair).case_id
    client = client_of(cast.dorte)
    assert (
        post(client, "difference", case, question="wrong_assessment", side="first", number="0").status_code
        == 302
    )
    late = post(client, "difference", case, question="wrong_assessment", side="second", number="0")
    assert late.status_code == 409
    assert "En anden har afgjort" in late.content.decode()
    assert Decision.objects.get().side == "first"


def test_what_cannot_hold_together_is_not_done(cast: Any, client_of: Any, pair: Any) -> None:
    """A material defect, and upheld all the same: the form's hard check is about the settled case too."""
    review = both_in(pair)
    client = client_of(cast.dorte)
    for question, side in (("wrong_assessment", "second"), ("would_be_outcome", "first")):
        assert (
            post(client, "difference", review.case_id, question=question, side=side, number="0").status_code
            == 302
        )
    review.refresh_from_db()
    assert review.decided_at is None
    assert "passer ikke sammen" in get(client, "difference", review.case_id)


def test_a_reason_that_looks_like_a_cpr_number_is_refused(cast: Any, client_of: Any, pair: Any) -> None:
    case = both_in(pair).case_id
    sent = {"question": "wrong_assessment", "side": "first", "number": "0", "reason": "Se 010203-1234"}
    reply = post(client_of(cast.dorte), "difference", case, **sent)
    assert reply.status_code == 422
    assert "CPR" in reply.content.decode()


def test_a_reading_opened_again_is_compared_anew(cast: Any, client_of: Any, pair: Any) -> None:
    review = both_in(pair)
    reply = post(client_of(cast.anna), "reopen", pair[0].id, reason="Ny praksis.")
    assert reply.status_code == 302
    pair[0].refresh_from_db()
    review.refresh_from_db()
    assert (pair[0].state, review.differs) == ("reopened", False)
    assert (
        client_of(cast.rasmus)
        .get(reverse("reviewing:difference", args=[LAUNCHED, review.case_id]))
        .status_code
        == 404
    )


def test_a_locked_case_is_not_taken_out_by_a_page_that_is_old(cast: Any, client_of: Any) -> None:
    from django.utils import timezone

    reading = reading_of(cast)
    submitted(reading)
    with acting("system:tests", "locked"):
        reading.review.locked_at = timezone.now()
        reading.review.save()
    client = client_of(cast.anna)
    assert post(client, "withdraw", reading.case_id, why="excluded").status_code == 302
    reading.review.refresh_from_db()
    assert reading.review.withdrawn_at is None
    assert "Lås svarene op først" in get(client, "overview")


def test_a_case_taken_out_says_why_by_a_code(cast: Any, client_of: Any) -> None:
    reading = reading_of(cast, "rikke")
    client = client_of(cast.anna)
    assert post(client, "withdraw", reading.case_id, why="because").status_code == 302
    reading.review.refresh_from_db()
    assert reading.review.withdrawn_at is None
    assert post(client, "withdraw", reading.case_id, why="excluded").status_code == 302
    reading.review.refresh_from_db()
    assert reading.review.withdrawn_why == "excluded"


def test_a_reader_sees_the_two_sides_only_when_both_are_in(cast: Any, client_of: Any, pair: Any) -> None:
    address = reverse("reviewing:difference", args=[LAUNCHED, pair[0].case_id])
    assert client_of(cast.rikke).get(address).status_code == 404
    submitted(pair[0])
    assert client_of(cast.rikke).get(address).status_code == 404
    both_in(pair)
    assert client_of(cast.rikke).get(address).status_code == 200
    assert (
        client_of(cast.rikke).post(address, {"question": "wrong_assessment", "side": "first"}).status_code
        == 403
    )


def test_an_analyst_who_reads_blind_sees_neither_the_case_nor_its_number(cast: Any, client_of: Any) -> None:
    """In the page from which the reading is led: the case is left out, and so are its numbers."""
    from sagsbarometer.web.accounts.models import Membership

    with acting("system:tests", "roles"):
        Membership.objects.create(user=cast.rikke, role="analyst", study=cast.launched)
    first = reading_of(cast, "rikke", second=True)
    second = reading_of(cast, "rasmus", case=first.case, place=2)
    client = client_of(cast.rikke)
    before = get(client, "overview")
    answered(second, OTHER)
    submitted(second)
    assert _without_tokens(get(client, "overview")) == _without_tokens(before)
    assert "Rasmus" not in before
    assert post(client, "reopen", second.id, reason="Lad mig se").status_code == 404


def _without_tokens(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)


def test_agreement_is_of_what_was_read_twice(cast: Any, client_of: Any) -> None:
    for number, case in enumerate(screened_in(cast, 12)):
        first = reading_of(cast, "rikke", case=case, second=True)
        second = reading_of(cast, "rasmus", case=case, place=2)
        answered(first, REFUSAL)
        answered(second, OTHER if number < 3 else REFUSAL)
        submitted(first)
        submitted(second)
    html = get(client_of(cast.anna), "agreement")
    assert "12 sager er læst af to" in html
    assert "75 procent" in html  # 9 of 12 agree on the outcome
    assert "Rasmus" in html
    assert "Kun 12 sager" in html  # few: said


def test_lists_to_look_at(cast: Any, client_of: Any) -> None:
    for number, case in enumerate(screened_in(cast, 24)):
        reading = reading_of(cast, "rikke" if number % 2 else "rasmus", case=case)
        answered(reading, OTHER if number % 2 else REFUSAL)
        submitted(reading)
    html = get(client_of(cast.anna), "looks")
    assert "Vurderingen er forkert, men intet trin er vurderet forkert" in html  # a soft check of the form
    assert "12 af 12" in html
    assert "0 af 12" in html


def test_a_case_that_leaves_the_measurement_is_read_no_more_and_read_on_when_it_is_back(
    cast: Any, client_of: Any
) -> None:
    reading = reading_of(cast, "rikke")
    client = client_of(cast.anna)
    address = reverse("receiving:case", args=[LAUNCHED, reading.case_id])

    def judge(**sent: Any) -> None:
        html = client.get(address).content.decode()
        hidden = {
            name: re.findall(rf'name="{name}" value="([^"]*)"', html)[0] for name in ("revision", "once")
        }
        assert client.post(address, {**hidden, **sent}).status_code == 302
        reading.review.refresh_from_db()

    judge(verdict="out", reasons=["wrong_provision"], as_declared="1")
    assert reading.review.withdrawn_why == "excluded"
    judge(verdict="in", as_declared="1")
    assert (reading.review.withdrawn_at, reading.review.withdrawn_why) == (None, "")

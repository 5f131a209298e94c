"""The course of a doubt, who takes which step, and what a rule must not say."""

from __future__ import annotations

import pytest

from sagsbarometer.review.doubts import STEPS, DoubtState, DoubtStep, allowed, of_a_case, words_fault


@pytest.mark.parametrize("state", DoubtState)
@pytest.mark.parametrize("asker", [True, False])
@pytest.mark.parametrize("judge", [True, False])
def test_nobody_answers_their_own_and_a_closed_doubt_is_closed(
    state: DoubtState, asker: bool, judge: bool
) -> None:
    steps = allowed(state, asker=asker, judge=judge)
    assert not (asker and DoubtStep.ANSWER in steps)
    assert judge or DoubtStep.ANSWER not in steps
    assert asker or DoubtStep.ASK_AGAIN not in steps
    assert asker or judge or DoubtStep.CLOSE not in steps
    assert (state is DoubtState.CLOSED) == (not steps)
    assert all((state, step) in STEPS for step in steps)


def test_every_state_is_reached_from_the_first() -> None:
    reached = {DoubtState.OPEN}
    for _ in DoubtState:
        reached |= {after for (before, _step), after in STEPS.items() if before in reached}
    assert reached == set(DoubtState)


@pytest.mark.parametrize(
    "text",
    [
        "Som i sag 12",
        "Besluttet 3. maj 2026",
        "Brev af 03-05-2026",
        "Konto 1234567",
        "Sådan gør Aarhus Kommune",
        "Skriv til a@b.dk",
    ],
)
def test_what_may_be_of_one_case_is_asked_about(text: str) -> None:
    assert of_a_case(text)


@pytest.mark.parametrize(
    "text",
    ["Skolebus tæller som et andet tilbud efter § 97.", "Ti timer om ugen er ikke 15 timer om måneden."],
)
def test_what_is_of_all_cases_is_not(text: str) -> None:
    assert not of_a_case(text)


def test_words_are_wanted_short_and_without_cpr() -> None:
    assert words_fault("")
    assert words_fault("x" * 2001)
    assert words_fault("010190-1234")
    assert words_fault("En tvivl") == ""

"""`may`: what has to hold of it whatever the table says, and what the table and its page say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.review.course import CaseState
from sagsbarometer.web.rights.actions import ACTIONS, HOUSE_ROLES, ROLES
from sagsbarometer.web.rights.may import NOWHERE, Actor, Answer, Grant, State, may
from sagsbarometer.web.rights.words import (
    CASE_STATES,
    COURSES,
    READING_STATES,
    REASONS,
    REQUEST_STATES,
    STUDY_STATES,
    WORDS,
    refused,
)
from tests.conftest import ROOT

STUDIES, CODES, CASES, PEOPLE = ("s1", "s2"), ("901", "902"), ("c1", "c2"), ("u1", "u2")

actions = st.sampled_from(sorted(ACTIONS))
house_grants = st.builds(Grant, st.sampled_from(sorted(HOUSE_ROLES)), st.sampled_from(("", *STUDIES)))
municipal_grants = st.builds(
    Grant, st.just("municipal_contact"), st.sampled_from(("", *STUDIES)), st.sampled_from(("", *CODES))
)
grants = house_grants | municipal_grants
people = st.builds(
    Actor,
    user=st.sampled_from(PEOPLE),
    grants=st.frozensets(grants, max_size=3),
    second_factor=st.booleans(),
    disqualified_municipalities=st.frozensets(st.sampled_from(CODES), max_size=1),
    disqualified_cases=st.frozensets(st.sampled_from(CASES), max_size=1),
)
states = st.builds(
    State,
    study=st.sampled_from(("", *STUDIES)),
    study_state=st.sampled_from(("", *STUDY_STATES)),
    municipality=st.sampled_from(("", *CODES)),
    case=st.sampled_from(("", *CASES)),
    case_state=st.sampled_from(("", *CASE_STATES)),
    request_state=st.sampled_from(("", *REQUEST_STATES)),
    owner=st.sampled_from(("", *PEOPLE)),
    readers=st.frozensets(st.sampled_from(PEOPLE)),
    blind=st.booleans(),
    reading_state=st.sampled_from(("", *READING_STATES)),
    course=st.sampled_from(("", *COURSES)),
)
factors = st.frozensets(st.sampled_from(sorted(ROLES)), max_size=2)
# How far an answer lets somebody in.
REACH = {Answer.HIDDEN: 0, Answer.REFUSED: 1, Answer.LOCKED: 2, Answer.YES: 3}


@given(people, actions, states, grants)
def test_another_role_takes_nothing_away(actor: Actor, action: str, state: State, more: Grant) -> None:
    """Monotone: who holds more, gets at least as far."""
    richer = replace(actor, grants=actor.grants | {more})
    assert REACH[may(richer, action, state)] >= REACH[may(actor, action, state)]


@given(people, actions, states, factors)
def test_without_a_role_nothing_is_theirs_but_their_own(
    actor: Actor, action: str, state: State, demanded: frozenset[str]
) -> None:
    rule = ACTIONS[action]
    answer = may(replace(actor, grants=frozenset()), action, state, factor_roles=demanded)
    if rule.open:
        assert answer is Answer.YES
    elif rule.own:
        assert answer is (Answer.HIDDEN if state.owner not in ("", actor.user) else Answer.YES)
    else:
        assert answer is Answer.HIDDEN


@given(st.frozensets(municipal_grants, max_size=3), actions, states)
def test_a_municipal_role_reaches_only_its_own_municipality_and_study(
    held: frozenset[Grant], action: str, state: State
) -> None:
    rule = ACTIONS[action]
    answer = may(Actor(user="u1", grants=held), action, state)
    if rule.open or rule.own or rule.anywhere:
        return
    theirs = {(grant.study, grant.municipality) for grant in held if grant.municipality}
    if (state.study, state.municipality) not in theirs and ("", state.municipality) not in theirs:
        assert answer is Answer.HIDDEN


@given(people, actions, states)
def test_a_role_in_one_study_reaches_no_other(actor: Actor, action: str, state: State) -> None:
    rule = ACTIONS[action]
    elsewhere = frozenset(grant for grant in actor.grants if grant.study and grant.study != state.study)
    if not (rule.open or rule.own or rule.anywhere):
        assert may(replace(actor, grants=elsewhere), action, state) is Answer.HIDDEN


@given(people, actions, states)
def test_who_is_disqualified_gets_nothing_whatever_roles(actor: Actor, action: str, state: State) -> None:
    rule = ACTIONS[action]
    everything = frozenset(Grant(role) for role in HOUSE_ROLES) | {
        Grant("municipal_contact", "", state.municipality)
    }
    partial = (
        state.case in actor.disqualified_cases or state.municipality in actor.disqualified_municipalities
    )
    if partial and not (rule.open or rule.own):
        assert may(replace(actor, grants=everything), action, state) is Answer.HIDDEN


@given(people, actions, states)
def test_disqualification_only_ever_takes_away(actor: Actor, action: str, state: State) -> None:
    free = replace(actor, disqualified_cases=frozenset(), disqualified_municipalities=frozenset())
    assert REACH[may(actor, action, state)] <= REACH[may(free, action, state)]


@given(people, actions, states, factors)
def test_a_demanded_second_factor_opens_nothing_before_it_is_used(
    actor: Actor, action: str, state: State, demanded: frozenset[str]
) -> None:
    rule = ACTIONS[action]
    without = may(replace(actor, second_factor=False), action, state, factor_roles=demanded)
    used = may(replace(actor, second_factor=True), action, state, factor_roles=demanded)
    assert used == may(actor, action, state)
    if any(grant.role in demanded for grant in actor.grants) and not (rule.open or rule.before_factor):
        assert without not in (Answer.YES, Answer.LOCKED)
    else:
        assert without == used


@given(actions, states, factors)
def test_a_stranger_is_asked_to_sign_in_whatever_there_is(
    action: str, state: State, demanded: frozenset[str]
) -> None:
    """The same for what is there as for what is not."""
    answer = may(Actor(), action, state, factor_roles=demanded)
    assert answer is (Answer.YES if ACTIONS[action].open else Answer.SIGN_IN)


@given(people, actions, states)
def test_yes_stands_in_the_table(actor: Actor, action: str, state: State) -> None:
    """Read back from the table by another way: each yes has a role and the states of its rule."""
    rule = ACTIONS[action]
    if may(actor, action, state) is not Answer.YES or rule.open or rule.own:
        return
    reads = actor.user in state.readers
    assert {grant.role for grant in actor.grants} & (rule.roles | (rule.readers if reads else frozenset()))
    for now, needed in (
        (state.study_state, rule.study_states),
        (state.case_state, rule.case_states),
        (state.request_state, rule.request_states),
    ):
        assert not needed or now in needed


def test_an_action_that_is_not_in_the_table_is_nobodys() -> None:
    with pytest.raises(KeyError):
        may(Actor(user="u1", grants=frozenset({Grant("administrator")})), "make_coffee", NOWHERE)


def test_an_unknown_role_is_no_right() -> None:
    actor = Actor(user="u1", grants=frozenset({Grant("owner"), Grant("owner", municipality="901")}))
    state = State(municipality="901")
    assert {may(actor, action, state) for action, rule in ACTIONS.items() if rule.roles} == {Answer.HIDDEN}


def test_states_are_those_of_the_models() -> None:
    from sagsbarometer.web.delivering.models import Case, Request
    from sagsbarometer.web.planning.models import Study
    from sagsbarometer.web.reviewing.models import Reading

    assert (STUDY_STATES, REQUEST_STATES, CASE_STATES) == (Study.STATES, Request.STATES, Case.STATES)
    assert READING_STATES == Reading.STATES
    assert set(COURSES) == {state.value for state in CaseState}
    for rule in ACTIONS.values():
        assert rule.study_states <= set(STUDY_STATES)
        assert rule.request_states <= set(REQUEST_STATES)
        assert rule.case_states <= set(CASE_STATES)
        assert rule.reading_states <= set(READING_STATES)
        assert rule.courses <= set(COURSES)


def test_each_action_and_each_refusal_has_words() -> None:
    assert set(WORDS) == set(ACTIONS)
    assert set(REASONS) == set(Answer) - {Answer.YES}


def test_a_refusal_says_what_why_who_and_what_to_do() -> None:
    reviewer = Actor(user="u1", grants=frozenset({Grant("reviewer", "s1")}))
    state = State(study="s1", study_state="launched")
    assert may(reviewer, "send_letters", state) is Answer.REFUSED
    said = refused(Answer.REFUSED, "send_letters", state, reviewer)
    assert (said.wanted, said.who, said.held) == ("sende breve", ("analytiker",), ("læser",))
    assert said.why
    assert said.remedy


def test_a_lock_says_the_state_and_the_states_it_takes() -> None:
    analyst = Actor(user="u1", grants=frozenset({Grant("analyst")}))
    state = State(study="s1", study_state="closed")
    assert may(analyst, "send_letters", state) is Answer.LOCKED
    assert refused(Answer.LOCKED, "send_letters", state, analyst).when == (
        ("Undersøgelsen", "Afsluttet", ("I gang",)),
    )


def test_the_page_of_rights_is_the_table() -> None:
    from sagsbarometer.web.rights.table import document

    page = (ROOT / "docs" / "rettigheder.md").read_text(encoding="utf-8")
    assert page == document(), "./run python -m sagsbarometer.web.rights.table > docs/rettigheder.md"


def test_what_is_another_persons_own_is_not_there() -> None:
    """A job of somebody else, whatever roles one holds."""
    everything = frozenset(Grant(role) for role in HOUSE_ROLES)
    assert may(Actor("u1", everything), "see_jobs", State(owner="u2")) is Answer.HIDDEN
    assert may(Actor("u1", everything), "see_jobs", State(owner="u1")) is Answer.YES


def test_before_the_second_factor_only_the_account_is_open() -> None:
    ada = Actor("u1", frozenset({Grant("administrator")}))
    demanded = frozenset({"administrator"})
    assert may(ada, "own_front", factor_roles=demanded) is Answer.SECOND_FACTOR
    assert may(ada, "see_people", factor_roles=demanded) is Answer.SECOND_FACTOR
    assert may(ada, "own_account", factor_roles=demanded) is Answer.YES


def test_a_contact_of_no_municipality_reaches_not_what_is_of_none() -> None:
    nobody = Actor("u1", frozenset({Grant("municipal_contact", "s1")}))
    assert may(nobody, "see_request", State(study="s1")) is Answer.HIDDEN


@given(people, states, grants)
def test_the_others_reading_is_not_there_until_both_are_in(actor: Actor, state: State, more: Grant) -> None:
    """Whatever roles a reader holds; when both are in, a reader of the case sees it."""
    blind = replace(state, readers=frozenset(PEOPLE), blind=True, owner="u2")
    ours = {action for action, rule in ACTIONS.items() if rule.of_readings or rule.theirs}
    assert "see_reading" in ours
    reader = replace(actor, user="u1", grants=actor.grants | {more})
    assert {may(reader, action, blind) for action in ours} == {Answer.HIDDEN}


def test_a_reader_sees_the_other_when_both_are_in() -> None:
    rikke = Actor("u1", frozenset({Grant("reviewer", "s1")}))
    state = State(study="s1", study_state="launched", case="c1", owner="u2", readers=frozenset(PEOPLE))
    assert may(rikke, "see_reading", state) is Answer.YES
    assert may(rikke, "see_reading", replace(state, readers=frozenset({"u2"}))) is Answer.HIDDEN


def test_nobody_settles_what_they_read_themselves() -> None:
    rikke = Actor("u1", frozenset({Grant("adjudicator", "s1")}))
    state = State(
        study="s1", study_state="launched", case="c1", readers=frozenset(PEOPLE), course="difference"
    )
    assert may(rikke, "settle_difference", state) is Answer.REFUSED
    assert may(rikke, "settle_difference", replace(state, readers=frozenset({"u2"}))) is Answer.YES

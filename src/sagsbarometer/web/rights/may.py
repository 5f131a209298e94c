"""Who may do what, in which state: one pure function over one table (`actions.py`)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from sagsbarometer.web.rights.actions import ACTIONS, HOUSE_ROLES, Rule


class Answer(StrEnum):
    """What `may` says. HIDDEN is shown as »not found«: who may not see a thing is not told that it is there."""

    YES = "yes"
    SIGN_IN = "sign_in"
    SECOND_FACTOR = "second_factor"
    HIDDEN = "hidden"
    REFUSED = "refused"  # may see it, may not do this
    LOCKED = "locked"  # may do this, but not in the state it is in


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held: in one study or ("") the whole house; a municipal contact's is for one municipality."""

    role: str
    study: str = ""
    municipality: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `user` is "" for somebody who has not signed in."""

    user: str = ""
    grants: frozenset[Grant] = field(default_factory=frozenset)
    second_factor: bool = False  # used in this session
    disqualified_municipalities: frozenset[str] = field(default_factory=frozenset)
    disqualified_cases: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class State:
    """What is asked about, as far as rights go. An empty part means: not about one."""

    study: str = ""
    study_state: str = ""  # planning, launched, closed, archived, purged
    municipality: str = ""
    case: str = ""
    case_state: str = ""  # see delivering.models.Case.STATES
    request_state: str = ""  # see delivering.models.Request.STATES
    owner: str = ""  # user id, for what belongs to one person
    readers: frozenset[str] = frozenset()  # user ids: who reads the case
    blind: bool = False  # the case is read by two, and not both are in
    unseen_by: frozenset[str] = (
        frozenset()
    )  # user ids: who is to read the case without seeing what others answered
    reading_state: str = ""  # see review.course.ReadingState
    course: str = ""  # see review.course.CaseState
    # User ids, each with how the case stands to them: who reads it by themselves alone, without being told so.
    alone: frozenset[tuple[str, str]] = frozenset()


NOWHERE = State()


def may(
    actor: Actor, action: str, state: State = NOWHERE, *, factor_roles: frozenset[str] = frozenset()
) -> Answer:
    """Whether an actor may do an action on what is in a state.

    `factor_roles`: the roles that have to use a second factor (a setting of the house). Raises KeyError for an
    action that is not in the table: an action nobody declared is nobody's right.
    """
    rule = ACTIONS[action]
    if rule.open:
        return Answer.YES
    if not actor.user:
        return Answer.SIGN_IN
    wants_factor = not actor.second_factor and any(grant.role in factor_roles for grant in actor.grants)
    if rule.own:
        if state.owner and state.owner != actor.user:
            return Answer.HIDDEN
        return Answer.SECOND_FACTOR if wants_factor and not rule.before_factor else Answer.YES
    state = _to_them(actor, rule, state)
    if _disqualified(actor, state) or _unseen(actor, rule, state):
        return Answer.HIDDEN
    held = actor.grants if rule.anywhere else [grant for grant in actor.grants if _reaches(grant, state)]
    roles = rule.roles | rule.readers if actor.user in state.readers else rule.roles
    if not any(grant.role in roles for grant in held) or (rule.not_readers and actor.user in state.readers):
        knows = rule.seen_by and may(actor, rule.seen_by, state) in (Answer.YES, Answer.LOCKED)
        return Answer.REFUSED if knows else Answer.HIDDEN
    if wants_factor:
        return Answer.SECOND_FACTOR
    return Answer.YES if _in_state(rule, state) else Answer.LOCKED


def _reaches(grant: Grant, state: State) -> bool:
    """Whether a role is held where the thing is. A municipal role reaches nothing that is of no municipality."""
    if grant.study and grant.study != state.study:
        return False
    if grant.role in HOUSE_ROLES:
        return True
    return grant.municipality == state.municipality and bool(grant.municipality)


def _disqualified(actor: Actor, state: State) -> bool:
    """Forvaltningsloven § 3: who is partial has nothing to do with the matter, whatever roles are held."""
    return (bool(state.case) and state.case in actor.disqualified_cases) or (
        bool(state.municipality) and state.municipality in actor.disqualified_municipalities
    )


def _unseen(actor: Actor, rule: Rule, state: State) -> bool:
    """What is another's alone; of a case read by two, all of the other's until both are in; and of a case whose right
    answers are known, all of everybody's until one's own is in."""
    if rule.theirs and state.owner != actor.user:
        return True
    blind = actor.user in state.unseen_by or (state.blind and actor.user in state.readers)
    return rule.of_readings and blind and state.owner != actor.user


def _to_them(actor: Actor, rule: Rule, state: State) -> State:
    """To who reads a case alone it is as one that nobody else reads. Who may as a leader of the reading what others may
    as readers sees nothing of anybody's before their own is in."""
    course = next((stands for user, stands in state.alone if user == actor.user), "")
    leads = any(grant.role in rule.roles for grant in actor.grants if _reaches(grant, state))
    if not course or (leads and actor.user in state.unseen_by):
        return state
    return replace(state, course=course, readers=frozenset({actor.user}), unseen_by=frozenset())


def _in_state(rule: Rule, state: State) -> bool:
    return (
        (not rule.study_states or state.study_state in rule.study_states)
        and (not rule.case_states or state.case_state in rule.case_states)
        and (not rule.request_states or state.request_state in rule.request_states)
        and (not rule.reading_states or state.reading_state in rule.reading_states)
        and (not rule.courses or state.course in rule.courses)
    )

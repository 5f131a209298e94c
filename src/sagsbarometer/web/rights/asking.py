"""The actor of a request, and `may` asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from sagsbarometer.web.rights.may import NOWHERE, Actor, Answer, Grant, State, may

Thing = TypeVar("Thing")


def actor_of(user: Any, *, second_factor: bool = False) -> Actor:
    """What a person may be asked about, read now: a role taken away is gone at the next request."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Actor()
    partial = list(user.disqualifications.values_list("municipality", "case_id"))
    return Actor(
        user=user.id,
        grants=frozenset(
            Grant(role, study or "", municipality)
            for role, study, municipality in user.memberships.values_list("role", "study_id", "municipality")
        ),
        second_factor=second_factor,
        disqualified_municipalities=frozenset(code for code, _ in partial if code),
        disqualified_cases=frozenset(case for _, case in partial if case),
    )


def asked(request: HttpRequest, action: str, state: State = NOWHERE) -> Answer:
    """`may` for the one who sent a request; the actor is read once per request and person."""
    actor = getattr(request, "actor", None)
    # A person who signs in during a request is another one than who began it.
    if actor is None or actor.user != (getattr(request.user, "id", None) or ""):
        actor = actor_of(request.user, second_factor=used_second_factor(request))
        request.actor = actor
    return may(actor, action, state, factor_roles=settings.SECOND_FACTOR_ROLES)


def used_second_factor(request: HttpRequest) -> bool:
    """Whether a code of an app or a recovery code was given by this person in this session (allauth keeps how)."""
    if not hasattr(request, "session"):
        return False
    return any(
        step.get("method") == "mfa" and step.get("type") in ("totp", "recovery_codes")
        for step in get_authentication_records(request, request.user)
    )


def only(
    request: HttpRequest, action: str, things: Iterable[Thing], state_of: Callable[[Thing], State]
) -> list[Thing]:
    """Of a list, what the one who looks may do an action on: lists show this and nothing else."""
    return [thing for thing in things if asked(request, action, state_of(thing)) is Answer.YES]

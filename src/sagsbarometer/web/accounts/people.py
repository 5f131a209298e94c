"""What an administrator does to people: roles, accounts, sessions."""

from __future__ import annotations

from django.contrib.sessions.models import Session

from sagsbarometer.web.accounts.models import Membership, User


class LastAdministrator(Exception):
    """The house would be left without an administrator."""


def take(membership: Membership) -> None:
    """Takes a role away; it is gone at the next request. Raises LastAdministrator."""
    if membership.role == "administrator" and membership.study_id is None:
        _another_administrator(membership.user_id)
    membership.delete()


def deactivate(user: User) -> None:
    """Closes an account and ends its sessions. Raises LastAdministrator."""
    if user.memberships.filter(role="administrator", study=None).exists():
        _another_administrator(user.id)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)


def activate(user: User) -> None:
    """Opens an account again. It has to be signed in to anew."""
    user.is_active = True
    user.save(update_fields=["is_active"])


def end_sessions(user: User) -> int:
    """Ends all sessions of a person, also those nobody listed. How many."""
    ended = 0
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == user.id:
            session.delete()
            ended += 1
    return ended


def _another_administrator(user_id: str) -> None:
    # Locked (PostgreSQL): two administrators cannot remove each other at once.
    others = Membership.objects.select_for_update().filter(
        role="administrator", study=None, user__is_active=True
    )
    if not [membership for membership in others if membership.user_id != user_id]:
        raise LastAdministrator

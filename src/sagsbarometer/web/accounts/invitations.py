"""Invitations: made by an administrator, mailed as a link, used once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core.mail import send_mail
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from sagsbarometer.web.accounts.doing import in_acting
from sagsbarometer.web.accounts.links import absolute
from sagsbarometer.web.accounts.models import Invitation, Membership, User, plain_address
from sagsbarometer.web.home import this_home

LASTS = timedelta(days=14)


class Used(Exception):
    """The link was used, withdrawn or is too old."""


def hashed(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    email: str, name: str, role: str, *, by: User | None, study: str | None = None, municipality: str = ""
) -> tuple[Invitation, str]:
    """An invitation and the secret of its link, which is kept nowhere. An open one to the same is withdrawn."""
    email = plain_address(email)
    same = Invitation.objects.filter(email=email, role=role, study_id=study, municipality=municipality)
    for earlier in _open(same):
        earlier.withdrawn_at = timezone.now()
        earlier.save(update_fields=["withdrawn_at"])
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email,
        name=name.strip(),
        role=role,
        study_id=study,
        municipality=municipality,
        token_hash=hashed(token),
        invited_by=by,
        expires=timezone.now() + LASTS,
    )
    return invitation, token


def renew(invitation: Invitation) -> str:
    """A new link in place of the old one, for as long again. Raises Used when there is nothing left to use."""
    token = secrets.token_urlsafe(32)
    changed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(
        token_hash=hashed(token), expires=timezone.now() + LASTS
    )
    if not changed:
        raise Used
    return token


def link(token: str) -> str:
    """The address that is mailed."""
    return absolute(reverse("accounts:accept", kwargs={"token": token}))


def mail(invitation: Invitation, token: str) -> None:
    """Sends the link. Raises OSError (SMTP's faults are) when it cannot be sent."""
    organisation = str(this_home().config.get("organisation", ""))
    words = {"invitation": invitation, "link": link(token), "organisation": organisation, "days": LASTS.days}
    send_mail(
        render_to_string("accounts/mail/invitation_subject.txt", words).strip(),
        render_to_string("accounts/mail/invitation.txt", words),
        None,
        [invitation.email],
    )


def open_invitation(*, token: str = "", email: str = "") -> Invitation | None:
    """The open invitation of a link, or the newest to an address."""
    wanted = Q(token_hash=hashed(token)) if token else Q(email=plain_address(email))
    return _open(Invitation.objects.filter(wanted)).order_by("-at").first()


def accept(invitation: Invitation, password: str | None) -> User:
    """The account, with the role that waited. Without a password: of somebody who signs in elsewhere.

    Of two who use the link at once, one gets the account and the other Used.
    """
    user = User.objects.of_address(invitation.email)
    with in_acting(user.id if user else "system:invitation", "accept_invitation"):
        used = _open(Invitation.objects.filter(pk=invitation.pk, token_hash=invitation.token_hash))
        if not used.update(accepted_at=timezone.now()):
            raise Used
        if user is None:
            user = User.objects.create_user(invitation.email, password, name=invitation.name)
        Membership.objects.get_or_create(
            user=user,
            role=invitation.role,
            study_id=invitation.study_id,
            municipality=invitation.municipality,
        )
    return user


def _open(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    return invitations.filter(accepted_at=None, withdrawn_at=None, expires__gt=timezone.now())

"""How allauth makes accounts here: only for who was invited."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from sagsbarometer.web.accounts.doing import in_acting
from sagsbarometer.web.accounts.invitations import accept, open_invitation
from sagsbarometer.web.accounts.links import absolute
from sagsbarometer.web.accounts.models import User


class Accounts(DefaultAccountAdapter):
    """Nobody makes an account of their own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts come from invitations."""
        return False

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Not for who gave the password moments ago: who has just signed in is not asked for it twice.

        With a second factor, signing in took that too.
        """
        request = context.request
        steps = get_authentication_records(request, request.user)
        newest = max((step["at"] for step in steps if step.get("method") == "password"), default=0.0)
        if time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **more))

    def set_password(self, user: User, password: str) -> None:
        """Sets and keeps a password, as an act of its owner. Sessions of the old one end."""
        with in_acting(user.id, "change_password"):
            user.set_password(password)
            user.save(update_fields=["password"])

    def format_email_subject(self, subject: str) -> str:
        """As it stands in the template."""
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Of the configured address: a Host header that was made up goes into no mail."""
        uid, _, token = key.partition("-")
        return absolute(reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}))


class Federated(DefaultSocialAccountAdapter):
    """Who signs in elsewhere has to be invited too."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: accounts come from invitations."""
        return False

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """What else a provider tells of a person, a CPR number even, is not kept."""
        sociallogin.account.extra_data = {}
        return super().populate_user(request, sociallogin, data)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Finds the account or the invitation of an address the provider has verified. Refuses all others alike."""
        if sociallogin.is_existing:
            return
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        user = next(filter(None, map(_account_of, verified)), None)
        if user is None:
            raise ImmediateHttpResponse(render(request, "socialaccount/unknown.html", status=403))
        sociallogin.connect(request, user)


def _account_of(email: str) -> User | None:
    """The active account of an address, made now if an invitation to it is open."""
    user = User.objects.filter(email__iexact=email).first()
    if user is not None:
        return user if user.is_active else None
    invitation = open_invitation(email=email)
    return accept(invitation, password=None) if invitation is not None else None

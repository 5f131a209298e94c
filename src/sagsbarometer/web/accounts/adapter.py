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
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from sagsbarometer.web.accounts.doing import in_acting
from sagsbarometer.web.accounts.invitations import accept, open_invitation
from sagsbarometer.web.accounts.models import User, plain_address


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

    def is_safe_url(self, url: str) -> bool:
        """Only a path of ours is gone on to. allauth takes every host the server answers to: in somebody's browser
        localhost is their own machine."""
        return url.startswith("/") and bool(url_has_allowed_host_and_scheme(url, allowed_hosts=None))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth's has the Host header in it: each made-up port would give five tries more.
        return plain_address(str(credentials.get("email") or credentials.get("username") or ""))


class Federated(DefaultSocialAccountAdapter):
    """Who signs in elsewhere has to be invited too."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: accounts come from invitations."""
        return False

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """What else a provider tells of a person, a CPR number even, is not kept. Raises OAuth2Error where it does not
        say who it is, or its two accounts of that differ (OpenID Connect Core 5.3.2)."""
        told = sociallogin.account.extra_data
        parts = [part for name in ("userinfo", "id_token") if (part := told.get(name))]
        who = {part.get("sub") for part in parts}
        if len(who) != 1 or not all(isinstance(sub, str) and sub for sub in who):
            raise OAuth2Error("not one person")
        # As it was told: allauth has made small letters of signs that only look like them.
        address = plain_address(str(parts[0].get("email") or ""))
        sociallogin.email_addresses = [its for its in sociallogin.email_addresses if its.email == address]
        sociallogin.account.extra_data = {}
        return super().populate_user(request, sociallogin, data)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Finds the account or the invitation of an address the provider has verified. Refuses all others alike."""
        if sociallogin.is_existing:
            return
        verified = [address.email for address in sociallogin.email_addresses if address.verified is True]
        user = next(filter(None, map(_account_of, verified)), None)
        if user is None:
            raise ImmediateHttpResponse(render(request, "socialaccount/unknown.html", status=403))
        sociallogin.connect(request, user)


def _account_of(email: str) -> User | None:
    """The active account of an address, made now if an invitation to it is open."""
    user = User.objects.of_address(email)
    if user is not None:
        return user if user.is_active else None
    invitation = open_invitation(email=email)
    return accept(invitation, password=None) if invitation is not None else None

"""Signing in and out, passwords and second factors are events, told by the signals of Django and allauth."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as mfa
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount import signals as social
from django.contrib.auth import signals as auth

from sagsbarometer.web.accounts.doing import in_acting
from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.accounts.notices import CHANGES, tell_owner
from sagsbarometer.web.accounts.seen import BEGAN
from sagsbarometer.web.events.acting import record

_TABLE = User._meta.db_table
NOBODY = "nobody"


def _tell(act: str, user: User | None, actor: str = "") -> None:
    """One event about a person, and of a change a mail to them. What was typed is told only as far as it is a person of
    ours."""
    person = user.id if user is not None and user.pk else ""
    with in_acting(actor or person or NOBODY, act):
        record(act, _TABLE, person, purpose=act)
        if user is not None and act in CHANGES:
            tell_owner(user, act)


def signed_in(sender: Any, request: Any, user: User, **more: Any) -> None:
    """By whatever means."""
    request.session[BEGAN] = int(time.time())
    _tell("sign_in", user)


def signed_out(sender: Any, user: User | None, **more: Any) -> None:
    """By the person; a session that is ended or runs out tells nothing."""
    if user is not None:
        _tell("sign_out", user)


def failed(sender: Any, credentials: dict[str, Any], **more: Any) -> None:
    """A password that was wrong, or an address that is nobody's: then without the address."""
    address = str(credentials.get("email") or credentials.get("username") or "")
    _tell("sign_in_failed", User.objects.of_address(address), NOBODY)


def password_changed(sender: Any, user: User, **more: Any) -> None:
    """By who was signed in."""
    _tell("password_changed", user)


def password_reset(sender: Any, user: User, **more: Any) -> None:
    """Through a mailed link."""
    _tell("password_reset", user)


def factor_on(sender: Any, request: Any, user: User, authenticator: Any, **more: Any) -> None:
    """An app; its recovery codes come with it. Its code was just given: in this session it has been used, and nobody
    who saw it typed uses it again."""
    if authenticator.type == "totp":
        TOTP(authenticator).validate_code(request.POST.get("code", ""))
        record_authentication(request, user, "mfa", id=authenticator.pk, type="totp")
        _tell("second_factor_on", user)


def factor_off(sender: Any, user: User, authenticator: Any, **more: Any) -> None:
    """The app."""
    if authenticator.type == "totp":
        _tell("second_factor_off", user)


def codes_renewed(sender: Any, user: User, **more: Any) -> None:
    """New recovery codes in place of the old."""
    _tell("recovery_codes_renewed", user)


def linked(sender: Any, sociallogin: Any, **more: Any) -> None:
    """The account can be signed in to at a service outside."""
    _tell("outside_sign_in_added", sociallogin.user)


def factor_failed(sender: Any, user: User, **more: Any) -> None:
    """A code that was wrong."""
    _tell("second_factor_failed", user, NOBODY)


def connect() -> None:
    """Listens."""
    for signal, receiver in (
        (auth.user_logged_in, signed_in),
        (auth.user_logged_out, signed_out),
        (auth.user_login_failed, failed),
        (account.password_changed, password_changed),
        (account.password_reset, password_reset),
        (mfa.authenticator_added, factor_on),
        (mfa.authenticator_removed, factor_off),
        (mfa.authenticator_reset, codes_renewed),
        (mfa.authentication_failed, factor_failed),
        (social.social_account_added, linked),
    ):
        signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}")

"""Addresses as they stand in a mail: those of config.toml, never of what a browser sent."""

from __future__ import annotations

from typing import Any

from sagsbarometer.web.home import this_home


def absolute(path: str) -> str:
    """The whole address of a path of ours."""
    return str(this_home().config.get("address", "http://localhost:8000")).rstrip("/") + path


def new_password(user: Any) -> str:
    """The path where a person sets a new password, once and within three days."""
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str
    from django.urls import reverse

    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return str(reverse("account_reset_password_from_key", kwargs=key))

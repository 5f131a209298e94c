"""The mails of accounts/notices.py, as work of the queue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from sagsbarometer.kernel.said import said
from sagsbarometer.web.accounts.links import absolute, new_password
from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.accounts.notices import CHANGES
from sagsbarometer.web.jobs import Tell, kind
from sagsbarometer.web.languages import spoken_to


@kind("accounts.notice", action="own_account", title=said("Mail om en ændret konto"), system=True)
def send_notice(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """To the address of the account, whoever made the change."""
    user = User.objects.filter(pk=arguments["person"]).first()
    if user is None:
        return
    when = timezone.localtime(datetime.fromisoformat(arguments["at"]))
    words = {"user": user, "change": CHANGES[arguments["act"]], "when": when}
    _send(user, "notice", {**words, "forgotten": absolute(reverse("account_reset_password"))})


@kind("accounts.reset", action="own_account", title=said("Mail om en ny adgangskode"), system=True)
def send_reset(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """The link is made here, so that it is kept nowhere."""
    user = User.objects.filter(pk=arguments["person"], is_active=True).first()
    if user is not None:
        _send(user, "reset", {"link": absolute(new_password(user))})


def _send(user: User, name: str, words: dict[str, Any]) -> None:
    with spoken_to(user):
        subject = render_to_string(f"accounts/mail/{name}_subject.txt", words).strip()
        text = render_to_string(f"accounts/mail/{name}.txt", words)
    send_mail(subject, text, None, [user.email])

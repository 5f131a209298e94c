"""Mails to the owner of an account, by the queue: what was changed of their sign-in, and the link of a new password.

By the queue, so that a mail server that is slow or down holds up no page, tells nobody by its time who has an account,
and is asked again later.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.jobs.asking import ask

_HOUSE = "system:accounts"

# What was changed, by the act of its event.
CHANGES = {
    "password_changed": _("Adgangskoden er skiftet."),
    "password_reset": _("Der er sat en ny adgangskode gennem et link, der blev sendt til denne adresse."),
    "second_factor_on": _("To-trins-login er slået til."),
    "second_factor_off": _("To-trins-login er slået fra. Nødkoderne virker ikke længere."),
    "recovery_codes_renewed": _("Der er lavet nye nødkoder. De gamle virker ikke længere."),
    "recover_account": _(
        "Den, der driver arbejdspladsen, har taget adgangskode og to-trins-login af kontoen og lavet et link til en "
        "ny adgangskode."
    ),
    "outside_sign_in_added": _("Der kan nu logges ind på kontoen gennem organisationens login-tjeneste."),
}


def tell_owner(user: User, act: str) -> None:
    """Sends the owner of an account a mail about a change. In a transaction: when that is committed."""
    at = timezone.now().isoformat(timespec="seconds")
    ask("accounts.notice", {"person": user.id, "act": act, "at": at}, actor=_HOUSE)


def send_reset(user: Any) -> None:
    """Sends the link of a new password. For an address that is nobody's (None) the same is asked for and nothing sent:
    both take equally long."""
    ask("accounts.reset", {"person": user.id if user else ""}, actor=_HOUSE)

"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Accounts(AppConfig):
    """`accounts`."""

    name = "sagsbarometer.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Signing in and out is told to the event chain; the stages' sentences are said in the language shown."""
        from sagsbarometer.web.accounts.receivers import connect
        from sagsbarometer.web.languages import learn

        connect()
        learn()

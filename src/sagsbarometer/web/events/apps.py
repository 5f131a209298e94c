"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class Events(AppConfig):
    """`events`."""

    name = "sagsbarometer.web.events"
    label = "events"

    def ready(self) -> None:
        """The guard is put on after each migration."""
        from sagsbarometer.web.events.guard import after_migrate, before_migrate

        pre_migrate.connect(before_migrate, sender=self, dispatch_uid="events_guard_off")
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="events_guard_on")

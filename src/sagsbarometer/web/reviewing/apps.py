"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Reviewing(AppConfig):
    """`reviewing`."""

    name = "sagsbarometer.web.reviewing"
    label = "reviewing"

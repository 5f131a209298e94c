"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Letters(AppConfig):
    """`letters`."""

    name = "sagsbarometer.web.letters"
    label = "letters"

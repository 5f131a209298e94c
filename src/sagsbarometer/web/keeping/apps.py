"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Keeping(AppConfig):
    """`keeping`."""

    name = "sagsbarometer.web.keeping"
    label = "keeping"

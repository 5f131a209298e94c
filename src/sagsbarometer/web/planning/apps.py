"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Planning(AppConfig):
    """`planning`."""

    name = "sagsbarometer.web.planning"
    label = "planning"
